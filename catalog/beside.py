"""The records of a source beside those of others: copies, contradictions, and their links."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from msgspec import Struct

from catalog.resource import LearningResource
from catalog.store import Store
from catalog.store.links import State
from catalog.store.model import Stored
from catalog.works.disagreeing import Disputed, disagreements

_BATCH = 500  # records looked at together


class Dispute(Struct, frozen=True):
    """A field in which copies say something else: the record's value and (value, sources) pairs."""

    field: Disputed
    own: str
    others: tuple[tuple[str, tuple[str, ...]], ...]


class Beside(Struct, frozen=True):
    """A record, what became of its address, and its live copies at other sources."""

    record: Stored
    link: State | None = None
    copies: tuple[Stored, ...] = ()
    disputes: tuple[Dispute, ...] = ()


def beside(store: Store, source: str) -> Iterator[Beside]:
    """Yield each live record of a source with what others have of it."""
    records = store.records.live(source)
    while batch := {each.id: each for each in islice(records, _BATCH)}:
        links, of = store.links.states(batch), store.works.of(batch)
        copies = store.works.copies(set(of.values())) if of else {}
        for id_, record in batch.items():
            others = [
                each for each in copies.get(of.get(id_, ""), ()) if each.resource.source != source
            ]
            disputes = _disputes(record.resource, others)
            yield Beside(record, links.get(id_), tuple(others), disputes)


def _disputes(resource: LearningResource, others: list[Stored]) -> tuple[Dispute, ...]:
    """Return where others contradict a record; not where they do so among themselves."""
    found = []
    for each in disagreements([resource, *(other.resource for other in others)]) if others else ():
        own = next((value for value, places in each.said if 0 in places), "")
        rest = tuple(
            (value, tuple(sorted({others[place - 1].resource.source for place in places if place})))
            for value, places in each.said
            if value != own
        )
        if own and rest:
            found.append(Dispute(each.field, own, rest))
    return tuple(found)
