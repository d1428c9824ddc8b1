"""Values of APIs and feeds as they are found: strings, numbers, objects, and lists of those.

Each reader takes a value and the detail of its key, and yields what is in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from catalog.resource import Agent, AgentKind, Concept, Cost, Date, Identifier, Relation, Text
from harvester.formats._terms import concept, is_uri

_MOST = 1000  # values of one field
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*")
_SAID = ("value", "text", "@value", "name", "label", "title", "term")
_LANGUAGES = ("language", "lang", "locale", "@language")
_AUTHORITIES = {
    "orcid": "https://orcid.org/",
    "isni": "https://isni.org/isni/",
    "ror": "https://ror.org/",
}
_COSTS: dict[str, Cost] = {
    **dict.fromkeys(("free", "no", "nee", "gratis", "0"), "free"),
    **dict.fromkeys(("paid", "yes", "ja"), "paid"),
}
_FEW_DIGITS = 9999  # a number up to here is a year; a larger one counts seconds or worse


def flat(value: Any) -> Iterator[Any]:
    """Yield strings (without spaces around), numbers and objects; no nulls, blanks, booleans."""
    waiting, taken = [value], 0
    while waiting and taken < _MOST:
        value = waiting.pop()
        if isinstance(value, list):
            waiting.extend(reversed(value[: _MOST + 1]))
            continue
        if isinstance(value, str):
            value = value.strip()
        if value not in (None, "", {}) and not isinstance(value, bool):
            taken += 1
            yield value


def _first(thing: dict[str, Any], *names: str) -> str:
    """Return the first word or text in one of ``names``."""
    for name in names:
        for text in texts(thing.get(name), ""):
            return text.text
    return ""


def texts(value: Any, detail: str, depth: int = 4) -> Iterator[Text]:
    """Yield texts: strings, ``{language, value}``, and ``{"en_GB": text, "nl_NL": text}``."""
    for said in flat(value):
        if not isinstance(said, dict):
            yield Text(str(said), detail)
        elif depth:
            language = next((v for n in _LANGUAGES if isinstance(v := said.get(n), str)), detail)
            inner = next((said[name] for name in _SAID if said.get(name)), None)
            if inner is not None:
                yield from texts(inner, language, depth - 1)
            elif all(_LANGUAGE.fullmatch(key) for key in said):
                for key, text in said.items():
                    yield from texts(text, key, depth - 1)


def words(value: Any, detail: str = "") -> Iterator[str]:  # noqa: ARG001 all readers take it
    """Yield plain strings; of an object its id, code or name."""
    for said in flat(value):
        found = _first(said, "id", "code", *_SAID) if isinstance(said, dict) else str(said)
        if found:
            yield found


def agents(value: Any, detail: str) -> Iterator[Agent]:
    """Yield who is named: strings, or objects with name (or given, family), role and ids."""
    for said in flat(value):
        if not isinstance(said, dict):
            yield Agent(name=str(said), role=detail)
            continue
        parts = (_first(said, "given"), _first(said, "family"))
        name = _first(said, *_SAID) or " ".join(filter(None, parts))
        if not name and all(_LANGUAGE.fullmatch(key) for key in said):
            name = next((text.text for text in texts(said, "")), "")
        if name:
            kind = _first(said, "kind")
            known: AgentKind = "person" if parts[1] or kind == "person" else ""
            yield Agent(
                name=name,
                kind="organisation" if kind == "organisation" else known,
                role=_first(said, "role").lower() or detail,
                ids=tuple(_ids(said)),
                affiliation=_first(said, "affiliation"),
            )


def _ids(said: dict[str, Any]) -> Iterator[str]:
    for name, base in _AUTHORITIES.items():
        if id_ := "".join(_first(said, name).split()):
            yield id_ if is_uri(id_) else base + id_


def concepts(value: Any, detail: str) -> Iterator[Concept]:
    """Yield terms: strings, or objects with id, label and scheme."""
    for said in flat(value):
        if not isinstance(said, dict):
            yield concept(str(said), scheme=detail)
            continue
        id_, label = _first(said, "id", "uri"), next(texts(said, ""), Text(""))
        scheme = _first(said, "scheme") or detail
        if id_:
            yield Concept(id=id_, label=label.text, scheme=scheme, language=label.language)
        elif label.text:
            yield concept(label.text, scheme=scheme, language=label.language)


def identifiers(value: Any, detail: str) -> Iterator[Identifier]:
    for said in words(value):
        yield Identifier(value=said, scheme=detail)


def dates(value: Any, detail: str) -> Iterator[Date]:
    """Yield dates: strings, years, and ``{year, month, day}``."""
    for said in flat(value):
        if isinstance(said, dict):
            parts = [said.get(name) for name in ("year", "month", "day")]
            numbers = [int(p) for p in map(str, parts) if p.isascii() and p.isdigit()]
            if numbers and parts[0]:
                yield Date(
                    "-".join([f"{numbers[0]:04}", *(f"{n:02}" for n in numbers[1:])]), detail
                )
        elif isinstance(said, str) or 0 < said <= _FEW_DIGITS:
            yield Date(value=str(said), kind=detail)


def relations(value: Any, detail: str) -> Iterator[Relation]:
    """Yield ties: an address, a title, or an object with target and title."""
    for said in flat(value):
        if isinstance(said, dict):
            target, title = _first(said, "target", "url", "id"), _first(said, "title", "name")
        else:
            target, title = (str(said), "") if is_uri(str(said)) else ("", str(said))
        if target or title:
            yield Relation(kind=detail or "relation", target=target, title=title)


def durations(value: Any, detail: str) -> Iterator[str]:  # noqa: ARG001 all readers take it
    """Yield durations: as said, or of a number that many seconds."""
    for said in flat(value):
        if isinstance(said, str):
            yield said
        elif not isinstance(said, dict) and 0 < said < float("inf"):
            yield f"PT{int(said)}S"


def costs(value: Any, detail: str) -> Iterator[Cost]:  # noqa: ARG001 all readers take it
    """Yield free or paid, also as LOM (5.4 of the binding: cost yes or no) has it."""
    for said in words(value):
        if said.lower() in _COSTS:
            yield _COSTS[said.lower()]
