"""A harvest that writes nothing: what it would add, change, remove and reject, and why."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import IO, Any

import msgspec
from msgspec import Struct, field

from catalog.resource import LearningResource
from catalog.store import Store
from catalog.store.inbox import Posted
from catalog.store.model import Counts, Kept, Known, Run, now
from harvester.hearing import last_line
from harvester.renamed import Mark, mark, others, proposal

#: Records named of each kind; all of them are counted.
NAMED = 100

_counts = Counts.__struct_fields__


class Refused(Struct, frozen=True):
    """A record that would be rejected."""

    identifier: str
    rule: str
    reason: str


class Rehearsed(Struct, kw_only=True):
    """What a harvest would come to; the lists name the first hundred identifiers or ids."""

    run: Run
    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)  # ids
    rejected: list[Refused] = field(default_factory=list)


class Rehearsal:
    """Stands in for the store behind a ``Pipeline``: reads what is kept, and only counts.

    ``said`` is what it has come to; it is told, a line of JSON a page, on standard output.
    """

    def __init__(self, store: Store, source: str, *, full: bool, since: str) -> None:
        self._store = store
        self.rejects, self.pages, self.keeping = store.rejects, store.pages, self
        run = Run(
            id=0, source=source, status="running", full=full, whole=False, since=since,
            watermark="", checkpoint="", started=now(), ended="", total=None, counts=Counts(),
            message="", warnings=(),
        )  # fmt: skip
        self.said = Rehearsed(run=run)
        self._kept: dict[str, Known] = {}  # what this run would have kept
        self._met: set[int] = set()  # rows that came by
        self._gone: set[int] = set()  # rows that the source says are deleted
        self._fresh: list[Mark] = []  # what would be added
        self.tell()

    # What a pipeline asks of ``store.keeping``

    def known(self, ids: Sequence[str]) -> dict[str, Known]:
        found = self._store.keeping.known(ids)
        return found | {id_: self._kept[id_] for id_ in ids if id_ in self._kept}

    def children(self, parents: Sequence[str]) -> dict[str, set[int]]:
        return self._store.keeping.children(parents)

    def told(self, *_: object) -> dict[str, str]:
        return {}

    def awaits(self, source: str) -> bool:
        return self._store.keeping.awaits(source)

    def keep(self, _source: str, _run: int, kept: Kept) -> None:
        """Count a page, and remember its records for when they come by again."""
        counts = self.said.run.counts
        for name in _counts:
            setattr(counts, name, getattr(counts, name) + getattr(kept.counts, name))
        for entry in kept.entries:
            fresh = entry.no is None
            _name(self.said.added if fresh else self.said.changed, [entry.identifier])
            no = -len(self._kept) - 1 if entry.no is None else entry.no
            self._kept[entry.id] = Known(
                no=no, id=entry.id, hash=entry.hash, deleted=False, datestamp=entry.datestamp, run=0
            )
            self._met.add(no)
            if fresh:
                self._fresh.append(mark(_decoded(entry.resource)))
        self._met.update(kept.sighted)
        self._gone |= {*kept.withdrawn, *kept.gone}
        self._gone -= self._met
        refused = (Refused(r.identifier, r.rule, r.reason) for r in kept.rejects)
        self.said.rejected += list(refused)[: NAMED - len(self.said.rejected)]
        self.tell()

    # What a removal asks

    def left_out(self) -> tuple[int, list[int], list[int]]:
        """Return what ``store.keeping.unseen`` would, had this run kept what it met."""
        source = self.said.run.source
        live, absent, twice = self._store.keeping.unseen(source, 0)
        met = self._met | self._gone
        return live, [no for no in absent if no not in met], [no for no in twice if no not in met]

    @property
    def gone(self) -> list[int]:
        return sorted(no for no in self._gone if no > 0)

    def renamed(self, rows: Sequence[int]) -> str:
        """Say that rows may be there under other identifiers, as the run itself would."""
        lost = [mark(resource) for resource in self._store.records.by_rows(rows)]
        there = others(self._store, self.said.run.source, (each.identifier for each in lost))
        return proposal(lost, chain(there, self._fresh))

    def remove(self, rows: Iterable[int]) -> None:
        """Note that rows would be removed, and name them."""
        _name(self.said.removed, self._store.records.ids(sorted(rows)[:NAMED]))

    def end(self, **fields: Any) -> None:
        """Say how the run would end."""
        self.said.run = msgspec.structs.replace(self.said.run, ended=now(), **fields)
        self.tell(whole=True)

    def tell(self, *, whole: bool = False) -> None:
        said = self.said if whole else Rehearsed(run=self.said.run)
        sys.stdout.buffer.write(msgspec.json.encode(said) + b"\n")
        sys.stdout.buffer.flush()


class Peek:
    """An inbox that is read and not emptied."""

    def __init__(self, store: Store) -> None:
        self._inbox = store.inbox

    def pending(self, source: str) -> Iterator[Posted]:
        return self._inbox.pending(source)

    def answer(self, *_: object) -> None:
        """Leave what was posted where it is."""


def heard(file: IO[bytes]) -> Rehearsed | None:
    """Return the last line that a rehearsing process told, None where there is none yet."""
    line = last_line(file)
    return msgspec.json.decode(line, type=Rehearsed) if line else None


def _decoded(resource: LearningResource | msgspec.Raw) -> LearningResource:
    if isinstance(resource, LearningResource):
        return resource
    return msgspec.json.decode(resource, type=LearningResource)


def _name(named: list[str], more: Sequence[str]) -> None:
    named += more[: max(0, NAMED - len(named))]
