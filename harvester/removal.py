"""Whether what a run would delete is deleted, or waits for a person (docs/decisions/0009)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from catalog.store import Store
from catalog.store.model import Run
from harvester import renamed, runs

if TYPE_CHECKING:  # it brings Scrapy along, which a decision does without
    from harvester.spiders import Report


class Verdict(Struct, frozen=True):
    """``held`` says why records wait for a person; ``removed`` is how many were absent and went."""

    held: str = ""
    removed: int = 0


def weigh(store: Store, run: Run, report: Report, *, complete: bool, confirmed: bool) -> Verdict:
    """Delete what ``run`` may delete, at its end, and keep the rest for a person to look at.

    What the source says is deleted goes after a broken-off run too; absence counts only where a
    whole list was read to its end.
    """
    source, keeping = run.source, store.keeping
    whole = complete and report.whole
    told = store.held.of_run(source, run.id)
    live, absent, twice = keeping.unseen(source, run.id) if whole or told else (0, [], [])
    absent = absent if whole else []
    before = keeping.taken(source, run.id) if told else 0  # by this run, when it was broken off
    doubts = []
    if not runs.withdrawal_allowed(
        live + before, len(told) + before, confirmed=confirmed or report.asked
    ):
        doubts.append(f"the source says that {len(told)} of {live} records are deleted")
    else:
        keeping.remove(source, run.id, told)
    if not runs.removal_allowed(live, len(absent), confirmed=confirmed):
        why = renamed.proposal(store, run, absent)
        doubts.append(
            f"the list leaves out {len(absent)} of {live} records" + (why and f" ({why})")
        )
    elif doubts:
        absent = []
    if doubts:
        store.held.keep(source, run.id, absent, "absent")
        return Verdict(held=_sentence(source, " and ".join(doubts)))
    gone = twice if report.deletions == "absent-twice" and not confirmed else absent
    if whole:
        keeping.settle(source, run.id, removed=gone, absent=absent)
        store.held.forget(source)
        if not report.by_header:
            store.runs.clear_rejects(source, run.id)
    return Verdict(removed=len(gone) if whole else 0)


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


def _sentence(source: str, doubt: str) -> str:
    return (
        f"{doubt}; nothing was removed. See vindplaats held {source}; if that is right, run: "
        f"vindplaats held --confirm {source}, or to read it all again: "
        f"vindplaats harvest {source} --confirm-removal {source}"
    )
