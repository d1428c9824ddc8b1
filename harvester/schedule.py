"""When a source is due: pure functions over its schedule, its closed hours and its last run."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from catalog.store.model import Run
from catalog.timetable import ScheduleError, hours, next_time

__all__ = ["AGAIN", "ScheduleError", "closed_at", "due", "hours", "next_time"]

#: A run that was broken off or deferred is taken up again after this long.
AGAIN = timedelta(hours=1)


def due(
    schedule: str, closed: str, last: Run | None, now: datetime, *, again: timedelta = AGAIN
) -> bool:
    """Tell whether a source is to be harvested at ``now`` (with a time zone: that of the clock).

    ``schedule`` is a cron expression of five fields, "" for never; ``closed`` is ``07:00-19:00``,
    in which nothing is started. A source that was never harvested is due at once, and one whose
    run was broken off ``again`` after that.
    """
    if not schedule or closed_at(closed, now):
        return False
    if last is None:
        return True
    if last.status in ("incomplete", "deferred", "running"):
        # its end: a run that is taken up again keeps the moment at which it began
        broken_off = _moment(last.ended or last.started, now)
        if now - broken_off >= again:
            return True
    return next_time(schedule, _moment(last.started, now)) <= now


def closed_at(closed: str, now: datetime) -> bool:
    """Tell whether ``now`` falls in the closed hours, which may pass midnight."""
    if not closed:
        return False
    begin, end = hours(closed)
    moment = now.time()
    return begin <= moment < end if begin <= end else moment >= begin or moment < end


def _moment(instant: str, now: datetime) -> datetime:
    return datetime.fromisoformat(instant).astimezone(now.tzinfo or ZoneInfo("UTC"))
