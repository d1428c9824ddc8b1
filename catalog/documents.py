"""What the index is to hold: documents of records and works, made of what the store knows.

A record that was never one of several copies is one document. A work is one, of all its copies
together, and each copy is one beside it, so that both can be searched. Here and in
``catalog.catalogue`` alone store, works and index meet.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from itertools import islice

from msgspec import Struct

from catalog.index import COPY, Change, Grain
from catalog.store import Store
from catalog.store.links import State
from catalog.store.model import Stored
from catalog.works.merging import best, merge

_BATCH = 1000  # records looked at together


class Batch(Struct, frozen=True):
    """The documents of everything that changed up to number ``seq``, those that go among them."""

    changes: list[Change]
    seq: int


class Documents:
    """The documents of a store, for whoever keeps an index of them.

    The number of a document is that of the last change of what it is made of: of a record or of
    its being restated, and of a work the highest of its live copies and its own.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def after(self, seq: int, limit: int = _BATCH) -> Batch | None:
        """Return what has become of all that changed after a number; None where nothing did.

        At most ``limit`` records and as many restated cards are looked at.
        """
        looked = self._look(seq, limit)
        if looked is None:
            return None
        stored, restated, end = looked
        return Batch(self._changes({each.id: each for each in stored}, restated), end)

    def numbers(self, seq: int, limit: int = _BATCH) -> tuple[dict[str, int], int]:
        """Return cards that changed, or are shown otherwise, after a number: (id to number, end).

        Cards are records, and works that have or had several; at most ``limit`` of them are there,
        in the order of their numbers, and all of those up to the end.
        """
        looked = self._look(seq, limit)
        if looked is None:
            return {}, seq
        stored, restated, end = looked
        found = {each.id: each.seq for each in stored}
        for id_, number in restated.items():
            found[id_] = max(number, found.get(id_, 0))
        ordered = sorted(found.items(), key=lambda pair: pair[1])
        return dict(ordered[:limit]), end if len(ordered) <= limit else ordered[limit - 1][1]

    def _look(self, seq: int, limit: int) -> tuple[list[Stored], dict[str, int], int] | None:
        """Return the records and restated cards with numbers after one, up to a further one."""
        latest = self._store.records.latest()  # first: all that came before it can be seen
        if latest <= seq:
            return None
        restated = self._store.restated.changes(seq, limit)
        stored = self._store.records.changes(seq, limit)
        ends = [latest]
        if len(restated) == limit:
            ends.append(restated[-1][0])
        if len(stored) == limit:
            ends.append(stored[-1].seq)
        end = min(ends)
        again = {id_: number for number, id_ in restated if number <= end}
        return [each for each in stored if each.seq <= end], again, end

    def of(self, keys: Collection[str]) -> list[Change]:
        """Return what has become of some documents, by their keys: those alone, each once."""
        ids = {key.removesuffix(COPY) for key in keys}
        numbers = {**dict.fromkeys(ids, 0), **self._store.restated.of(ids)}
        now = {each.key: each for each in self._changes(self._store.records.get_many(ids), numbers)}
        return [now.get(key) or _gone(key) for key in keys]

    def all(self, until: int | None = None) -> Iterator[Change]:
        """Yield every document once; with ``until``, records that change later may be missing."""
        works: set[str] = set()
        records = self._store.records.all_changes(until=until)
        live = (stored for stored in records if not stored.deleted)
        while batch := list(islice(live, _BATCH)):
            of = self._store.works.of([stored.id for stored in batch])
            alone = [stored for stored in batch if stored.id not in of]
            yield from self._alone(alone, self._store.restated.of([s.id for s in alone]))
            new = set(of.values()) - works
            works |= new
            yield from self._together(new)

    def _changes(self, changed: Mapping[str, Stored], again: Mapping[str, int]) -> list[Change]:
        """Return the documents of records, of cards that are restated, and of their works."""
        others = again.keys() - changed.keys()
        known = {**changed, **(self._store.records.get_many(others) if others else {})}
        of = self._store.works.of(known.keys())
        changes = list(self._alone([s for id_, s in known.items() if id_ not in of], again))
        works = {*of, *of.values(), *(others - known.keys())}  # or what once was a work
        if not works:
            return changes
        found = list(self._together(works))
        there = {change.key for change in found}
        ghosts = [Change(0, id_, None, "copy") for id_ in of]
        former = [Change(0, id_, None) for id_ in works]
        return changes + found + [each for each in ghosts + former if each.key not in there]

    def _alone(self, records: list[Stored], numbers: Mapping[str, int]) -> Iterator[Change]:
        """Yield the documents of records that are works of their own."""
        links = self._store.links.states([stored.id for stored in records])
        for stored in records:
            yield _document(stored, numbers, links)

    def _together(self, works: Collection[str]) -> Iterator[Change]:
        """Yield the documents of works and of all their live copies."""
        copies = self._store.works.copies(works)
        ids = [stored.id for each in copies.values() for stored in each]
        numbers, links = self._store.restated.of({*works, *ids}), self._store.links.states(ids)
        for work, records in copies.items():
            changes = [_document(stored, numbers, links, "copy") for stored in records]
            yield from changes
            states = [change.link for change in changes]
            resources = [stored.resource for stored in records]
            yield Change(
                seq=max(numbers.get(work, 0), *(change.seq for change in changes)),
                id=work,
                resource=merge(resources, states).resource,
                grain="work",
                sources=tuple(sorted({resource.source for resource in resources})),
                link=best(s for s, r in zip(states, resources, strict=True) if r.url),
            )


def _gone(key: str) -> Change:
    return Change(0, key.removesuffix(COPY), None, "copy" if key.endswith(COPY) else "")


def _document(
    stored: Stored, numbers: Mapping[str, int], links: Mapping[str, State], grain: Grain = ""
) -> Change:
    link = links.get(stored.id)
    return Change(
        seq=max(stored.seq, numbers.get(stored.id, 0)),
        id=stored.id,
        resource=None if stored.deleted else stored.resource,
        grain=grain,
        link=link.state if link else "",
    )
