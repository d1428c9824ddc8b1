"""What holds for every record, whatever it was made of."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import msgspec

from catalog import profile
from catalog.normalise import NO_DEFAULTS, normalise
from catalog.resource import LearningResource
from harvester.errors import ParseError
from harvester.raw import Page, Raw
from harvester.reading import digest, read

SOURCE = "bron"

#: Asks for nothing, so that a record without a title is looked at too.
_LENIENT = profile.Profile(version="", title={}, source="", explanation={})
_BASIS = profile.get(profile.BASIS)
_RULE = re.compile(r"[a-z_0-9]+\.[a-z_]+")
#: Controls, lone surrogates and noncharacters: XML 1.0 (2.2) and the store have no place for them.
_FORBIDDEN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_RUNS = re.compile(r"<(?:script|style|iframe|svg|object|embed)(?:[\s/][^<>]*)?>", re.IGNORECASE)
_WEB = re.compile(r"https?://[^\s<>\"]+")
_ACTIVE = re.compile(r"\s*(?:javascript|vbscript|data):", re.IGNORECASE)
_LINKS = ("url", "thumbnail", "licence_url", "target", "ids")  # what a page may make a link of


def settle(page: Page) -> dict[str, int]:
    """Read every raw of a page as a harvest does; return how many were accepted, rejected, deleted.

    Raises AssertionError for a promise that is broken, and whatever a reader may not raise.
    """
    counts = {"accepted": 0, "rejected": 0, "deleted": 0}
    for raw in page.raws:
        can_be_kept(raw.identifier, raw.datestamp, raw.url, *raw.sets)
        counts[_fate(raw)] += 1
    assert sum(counts.values()) == len(page.raws)
    return counts


def _fate(raw: Raw) -> str:
    if raw.deleted and raw.identifier:
        return "deleted"
    assert len(digest(raw)) == 16  # which writes the record's bytes out
    try:
        if raw.rejected is not None:
            raise raw.rejected
        _, accepted = read(raw, NO_DEFAULTS, _LENIENT)
    except ParseError as error:
        return _rejected(error)
    assert accepted
    for resource, _ in accepted:
        keeps(resource)
    return "accepted"


def _rejected(error: ParseError) -> str:
    if error.rule == "internal.error":
        raise error.__cause__ or error  # what nobody foresaw
    assert _RULE.fullmatch(error.rule), error.rule
    can_be_kept(error.reason)
    return "rejected"


def keeps(resource: LearningResource) -> None:
    """Check what is promised of a normalised resource."""
    written = msgspec.json.encode(resource)
    assert msgspec.json.decode(written, type=LearningResource) == resource
    assert normalise(resource) == resource
    for finding in profile.findings(resource, _BASIS):
        can_be_kept(profile.say(finding.rule, finding.value))
    said = msgspec.to_builtins(resource)
    del said["source"], said["identifier"]
    for field, text in _strings(said):
        assert not (found := _FORBIDDEN.search(text)), f"{field} has {found[0]!r}: {text!r:.200}"
        assert not _RUNS.search(text), f"{field} has markup: {text!r:.200}"
        assert field not in _LINKS or not _ACTIVE.match(text), f"{field} runs: {text!r:.200}"
    for address in (resource.url, resource.thumbnail):
        assert not address or _WEB.fullmatch(address), f"no address: {address!r:.200}"


def can_be_kept(*texts: str) -> None:
    """Check that texts fit in a store and in a page: no NUL, no half of a surrogate pair."""
    for text in texts:
        text.encode()
        assert "\x00" not in text, f"NUL in {text!r:.200}"


def _strings(value: Any, field: str = "") -> Iterator[tuple[str, str]]:
    """Yield every string in what a resource says, with the name of the field it is in."""
    if isinstance(value, str):
        yield field, value
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from _strings(inner, name)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _strings(inner, field)
