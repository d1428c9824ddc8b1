"""Whether what a run would delete is deleted, or waits for a person (docs/decisions/0009)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from msgspec import Struct

from catalog.store import Store
from catalog.store.model import Run
from harvester import renamed, runs

if TYPE_CHECKING:  # it brings Scrapy along, which a decision does without
    from harvester.rehearsal import Rehearsal
    from harvester.spiders import Report


class Verdict(Struct, frozen=True):
    """``held`` says why records wait for a person; ``removed`` is how many were absent and went."""

    held: str = ""
    removed: int = 0


class Left(NamedTuple):
    """What a run would delete, as rows: told to, left out of a whole list, and by the last too."""

    live: int
    told: list[int]
    absent: list[int]
    twice: list[int]
    before: int = 0  # deleted by this run already, when it was broken off

    def doubts(self, report: Report, *, confirmed: bool) -> tuple[str, str]:
        """Return what is doubtful about what was told, and about what was left out."""
        told = absent = ""
        live, count = self.live + self.before, len(self.told) + self.before
        if not runs.withdrawal_allowed(live, count, confirmed=confirmed or report.asked):
            told = f"the source says that {len(self.told)} of {self.live} records are deleted"
        if not runs.removal_allowed(self.live, len(self.absent), confirmed=confirmed):
            absent = f"the list leaves out {len(self.absent)} of {self.live} records"
        return told, absent

    def going(self, report: Report, *, confirmed: bool) -> list[int]:
        """Return what was left out and goes, where nothing is doubtful."""
        twice = report.deletions == "absent-twice" and not confirmed
        return self.twice if twice else self.absent


def weigh(store: Store, run: Run, report: Report, *, complete: bool, confirmed: bool) -> Verdict:
    """Delete what ``run`` may delete, at its end, and keep the rest for a person to look at.

    What the source says is deleted goes after a broken-off run too; absence counts only where a
    whole list was read to its end.
    """
    source, keeping = run.source, store.keeping
    whole = complete and report.whole
    told = store.held.of_run(source, run.id)
    live, absent, twice = keeping.unseen(source, run.id) if whole or told else (0, [], [])
    if not whole:
        absent = twice = []
    former = _former(live, (store.runs.get(run.id) or run).counts.added)
    left = Left(former, told, absent, twice, keeping.taken(source, run.id) if told else 0)
    told_doubt, absent_doubt = left.doubts(report, confirmed=confirmed)
    if not told_doubt:
        keeping.remove(source, run.id, told)
    if told_doubt or absent_doubt:
        lost = [
            renamed.mark(resource)
            for resource in store.records.by_rows([*told, *(absent if absent_doubt else [])])
        ]
        why = renamed.proposal(lost, renamed.others(store, source, (m.identifier for m in lost)))
        store.held.keep(source, run.id, absent if absent_doubt else [], "absent")
        return Verdict(held=_sentence(source, told_doubt, absent_doubt, why=why))
    gone = left.going(report, confirmed=confirmed)
    if whole:
        keeping.settle(source, run.id, removed=gone, absent=absent)
        store.held.forget(source)
        if not report.by_header:
            store.runs.clear_rejects(source, run.id)
    return Verdict(removed=len(gone))


def foresee(rehearsal: Rehearsal, report: Report, *, complete: bool, confirmed: bool) -> Verdict:
    """Say what ``weigh`` would, and name what would go."""
    live, absent, twice = rehearsal.left_out()
    if not (complete and report.whole):
        absent = twice = []
    left = Left(live, rehearsal.gone, absent, twice)
    told_doubt, absent_doubt = left.doubts(report, confirmed=confirmed)
    if not told_doubt:
        rehearsal.remove(left.told)
    if told_doubt or absent_doubt:
        why = rehearsal.renamed([*left.told, *(absent if absent_doubt else [])])
        return Verdict(held=_sentence(rehearsal.said.run.source, told_doubt, absent_doubt, why=why))
    gone = left.going(report, confirmed=confirmed)
    rehearsal.remove(gone)
    return Verdict(removed=len(gone))


def confirm(store: Store, source: str) -> int:
    """Delete what waits, because a person says that it is right; return how many.

    The run that was refused is complete by that. Raises StoreError; SourceBusyError while the
    source is being harvested.
    """
    with store.runs.lease(source):
        waiting = store.held.list(source)
        if not waiting:
            return 0
        number = waiting[0].run
        rows = store.held.of_run(source, number)
        store.keeping.remove(source, number, rows)
        store.held.forget(source)
        run = store.runs.get(number)
        if run and run.status == "refused":
            absent = sum(each.because == "absent" for each in waiting)
            store.runs.accept(number, f"{run.message}; a person has confirmed it", removed=absent)
    return len(rows)


def refuse(store: Store, source: str) -> int:
    """Keep what waits, because a person says that it is wrong; return how many.

    The next run decides anew. Raises StoreError, as ``confirm`` does.
    """
    with store.runs.lease(source):
        return store.held.forget(source)


def _former(live: int, added: int) -> int:
    """Return of how many records a loss is a share: what is new makes it no smaller.

    Else a source that gives all its records other identifiers would lose no more than half. Where
    all are new there is nothing to protect, and they are what there is to count.
    """
    return live - added if live > added else live


def _sentence(source: str, *doubts: str, why: str) -> str:
    doubt = " and ".join(filter(None, doubts)) + (why and f" ({why})")
    return (
        f"{doubt}; nothing was removed. See vindplaats held {source}; "
        f"if that is right, run: vindplaats held --confirm {source}, or to read it all again: "
        f"vindplaats harvest {source} --confirm-removal {source}"
    )
