"""Whether a source has given its records other identifiers, rather than lost them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from catalog.resource import LearningResource
from catalog.store import Store

#: What two records of one material have in common, the surest first.
_SIGNS = ("identifier", "address", "title")
_OWN = ("doi", "isbn", "handle")


class Mark(NamedTuple):
    """What a record may be recognised by under another identifier."""

    identifier: str
    signs: tuple[tuple[str, str], ...]


class Successor(NamedTuple):
    """The record that a material seems to be under now, and the sign that tells so."""

    identifier: str
    by: str


def mark(resource: LearningResource) -> Mark:
    return Mark(resource.identifier, tuple(_signs(resource)))


def successors(gone: Iterable[Mark], there: Iterable[Mark]) -> dict[str, Successor]:
    """Return, by its identifier, for each that is gone what seems to have taken its place.

    A sign tells only where one record alone has it: a title such as "Introduction", or the address
    of a home page, is that of many.
    """
    lost = list(gone)
    wanted = {sign for each in lost for sign in each.signs}
    found: dict[tuple[str, str], str] = {}
    shared: set[tuple[str, str]] = set()
    for other in there:
        for sign in wanted.intersection(other.signs):
            if found.setdefault(sign, other.identifier) != other.identifier:
                shared.add(sign)
    pairs: dict[str, Successor] = {}
    for each in lost:
        telling = (sign for sign in each.signs if sign in found and sign not in shared)
        for sign in telling:
            pairs.setdefault(each.identifier, Successor(found[sign], sign[0]))
    return pairs


def others(store: Store, source: str, gone: Iterable[str]) -> Iterator[Mark]:
    """Yield the live records of a source without those that are named by their identifiers."""
    left_out = frozenset(gone)
    for resource in store.records.of(source):
        if resource.identifier not in left_out:
            yield mark(resource)


def proposal(gone: Iterable[Mark], there: Iterable[Mark]) -> str:
    """Say that a source may have changed its identifiers; "" where fewer than half are found."""
    lost = list(gone)
    pairs = successors(lost, there)
    if not pairs or len(pairs) * 2 < len(lost):
        return ""
    found = Counter(successor.by for successor in pairs.values())
    how = ", ".join(f"{found[kind]} by the same {kind}" for kind in _SIGNS if found[kind])
    return (
        f"{len(pairs)} of these seem to be there under another identifier ({how}): the source may "
        "have changed its identifiers"
    )


def _signs(resource: LearningResource) -> Iterator[tuple[str, str]]:
    for identifier in resource.identifiers:
        if identifier.scheme in _OWN:
            yield "identifier", identifier.value.lower()
    if resource.url:
        yield "address", resource.url.partition("://")[2].rstrip("/")
    for title in resource.titles[:1]:
        yield "title", " ".join(title.text.casefold().split())
