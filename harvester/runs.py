"""How a run ends, what it may take up again and what it may remove: pure functions."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Literal

from catalog.store.model import Counts, Run

End = Literal["complete", "incomplete", "failed", "deferred", "refused"]

#: Exit code of a process that found its source busy (EX_TEMPFAIL of sysexits.h).
BUSY = 75

#: A broken-off run older than this is not taken up: its token is long dead.
STALE = timedelta(days=7)

_TELLING = 5  # pages; fewer say nothing of a site


def may_resume(last: Run | None, *, full: bool, now: datetime | None = None) -> bool:
    """Tell whether the newest run of a source was broken off and can go on where it stopped.

    A refused run was read to its end; one of another kind (full or not) is another list.
    """
    if last is None or last.status in ("complete", "refused") or not last.checkpoint:
        return False
    return last.full == full and not is_older(last, days=STALE.days, now=now)


def is_older(run: Run | None, *, days: float, now: datetime | None = None) -> bool:
    """Tell whether a run began so many days ago or more; one that never was is older than all."""
    if run is None:
        return True
    started = datetime.strptime(run.started, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    return (now or datetime.now(UTC)) - started >= timedelta(days=days)


_MANY = 10  # changed records, all rejected, tell of another format


def ending(
    *,
    finished: bool,
    error: str | None,
    deferred: bool,
    counts: Counts,
    short: bool = False,
    increment: bool = False,
) -> tuple[End, str]:
    """Return how a run ends and why, before any removal is weighed.

    Failed: nothing could be read. Incomplete: something was, and something was missed. A few
    changed records that are all rejected do not make an increment fail: it would never move on.
    """
    if deferred:
        return "deferred", error or "the source asked to come back later"
    if error is not None:
        return ("incomplete" if counts.pages else "failed"), error
    if short:
        return "incomplete", "not all of the list came, see below; the next harvest reads it again"
    if not finished:
        return "incomplete", "stopped before the end of the list; the next harvest goes on there"
    rejected = counts.rejected
    nothing_else = rejected + counts.duplicates == counts.seen
    if rejected and nothing_else and (not increment or rejected >= _MANY):
        return "failed", f"all {rejected} records were rejected; see vindplaats rejects"
    return "complete", ""


def shrunk(counts: Counts, earlier: Sequence[Counts]) -> str:
    """Say that a crawl found far less on its pages than earlier ones did; "" where it did not.

    A site that was made anew still answers 200 everywhere, and describes nothing any more. Less
    than half the median is too little; runs of few pages say nothing.
    """
    usual = [_harvest(each) for each in earlier if each.pages >= _TELLING]
    if counts.pages < _TELLING or not usual:
        return ""
    expected = statistics.median(usual)
    if _harvest(counts) >= expected / 2:
        return ""
    found = counts.seen - counts.deleted
    return (
        f"{counts.pages} pages have only {found} records, where about "
        f"{round(expected * counts.pages)} were to be expected: has the site been changed?"
    )


def _harvest(counts: Counts) -> float:
    """Return the number of records a page."""
    return (counts.seen - counts.deleted - counts.rejected) / counts.pages


def removal_allowed(live: int, absent: int, *, confirmed: bool) -> bool:
    """Tell whether a whole list may remove ``absent`` of ``live`` records: 10 %, but always one."""
    return confirmed or absent <= max(1, live // 10)


def withdrawal_allowed(live: int, withdrawn: int, *, confirmed: bool) -> bool:
    """Tell whether a source may say of ``withdrawn`` of ``live`` records that they are deleted.

    Half of them, but always one: it says so of each record by itself, which is better evidence
    than absence, yet one wrong argument makes some servers say it of all that they have.
    """
    return confirmed or withdrawn <= max(1, live // 2)


def adds_up(counts: Counts) -> bool:
    """Every record that was seen has exactly one outcome."""
    outcomes = (
        counts.added + counts.changed + counts.unchanged
        + counts.deleted + counts.rejected + counts.duplicates
    )  # fmt: skip
    return counts.seen == outcomes
