"""What API is it that answers in JSON: one that a mapping comes along for, else one to propose.

Each mapping is tried on the answer itself: what it finds there is what it will find in a harvest.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import jmespath
import msgspec
from msgspec import Struct

from catalog import mappings
from catalog.config import RestSource
from harvester.rest.mapping import ExpressionError, find
from harvester.rest.page import ItemsMissingError, RestPage, UnreadableError, read
from harvester.trial import proposal
from harvester.trial.questions import Answer

#: Of what a mapping says that does not hold for any item, an answer of its API has half at least,
#: and never fewer than so many: ``id`` and ``title`` are in every API of the world.
_ENOUGH, _LEAST = 0.5, 4

#: Keys for what stands around the list; they tell APIs apart whose items are alike.
_AROUND = ("total", "next", "more")
_LINKED = {"@context", "@graph", "@type"}


class Api(Struct, frozen=True):
    """``entry``: keys for config.toml beside kind and url; None where it is no such answer."""

    entry: dict[str, Any] | None
    why: str


def recognise(answer: Answer) -> Api | None:
    """Tell whose answer it is, or how a mapping for it might begin; None where it is no API's."""
    try:
        document = msgspec.json.decode(answer.body.removeprefix(b"\xef\xbb\xbf"))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None  # JSON a line, perhaps
    if _is_linked(document):
        return None
    scores = {name: _score(answer, name, document) for name in mappings.names()}
    best = max(scores, key=lambda name: scores[name])
    if scores[best]:
        return Api({"mapping": best}, f"its answer is what the mapping {best} reads")
    entry = proposal.of(document, answer.url, answer.headers.get("link", ""))
    if entry is None:
        return Api(None, "it answers in JSON, without a list of things that have a title")
    return Api(entry, "it answers in JSON with a list of things that have a title")


def source(url: str, entry: dict[str, Any], *, allow_private: bool) -> RestSource:
    """Return a source as config.toml would make it of ``entry``. Raises MappingError."""
    given = {"kind": "rest", "url": url, "allow_private": allow_private, **entry}
    made = msgspec.convert(mappings.filled(given), RestSource)
    mappings.check(made)
    return made


def _is_linked(document: Any) -> bool:
    """Tell whether it is JSON-LD, or a list of it: that is a file of records."""
    things = document[:3] if isinstance(document, list) else [document]
    return any(isinstance(thing, dict) and not _LINKED.isdisjoint(thing) for thing in things)


def _score(answer: Answer, name: str, document: Any) -> float:
    """Return the share of a mapping's fields that the answer fills; 0 where too few."""
    entry = source(answer.url, {"mapping": name}, allow_private=False)
    try:
        page = read(answer.body, entry, source="trial", url=answer.url)
    except (UnreadableError, ItemsMissingError):
        return 0.0
    live = [raw for raw in page.raws if not raw.deleted]
    if not live or any(raw.rejected for raw in live) or not _titled(page):
        return 0.0
    telling = set(_telling(entry))
    found = telling & {field for raw in live for field in raw.parsed or ()}
    if len(found) < max(_LEAST, _ENOUGH * len(telling)):
        return 0.0
    around = [said for key in _AROUND if (said := getattr(entry, key))]
    there = sum(_search(said, document) is not None for said in around)
    return (len(found) + there) / (len(telling) + len(around))


def _titled(page: RestPage) -> bool:
    return any("titles" in (raw.parsed or ()) for raw in page.raws)


def _telling(entry: RestSource) -> Iterator[str]:
    """Yield the fields of a mapping that say something of an item, not the same of all."""
    for field, said in entry.map.items():
        if _search(said, {}) in (None, "", [], {}):
            yield field


def _search(said: str, document: Any) -> Any:
    try:
        return find(jmespath.compile(said), document)
    except ExpressionError:
        return None
