"""When a source is due: pure functions over its schedule, its closed hours and its last run."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError

from catalog.store.model import Run

#: A run that was broken off or deferred is taken up again after this long.
AGAIN = timedelta(hours=1)


class ScheduleError(ValueError):
    """A schedule or closed hours that say nothing. One sentence."""


def due(schedule: str, closed: str, last: Run | None, now: datetime) -> bool:
    """Tell whether a source is to be harvested at ``now`` (with a time zone: that of the clock).

    ``schedule`` is a cron expression of five fields, "" for never; ``closed`` is ``07:00-19:00``,
    in which nothing is started. A source that was never harvested is due at once.
    """
    if not schedule or closed_at(closed, now):
        return False
    if last is None:
        return True
    started = _moment(last.started, now)
    if last.status in ("incomplete", "deferred", "running") and now - started >= AGAIN:
        return True
    return next_time(schedule, started) <= now


def next_time(schedule: str, after: datetime) -> datetime:
    """Return the first moment of ``schedule`` after ``after``. Raises ScheduleError."""
    try:
        return next(CronSim(schedule, after))
    except (CronSimError, StopIteration) as error:
        raise ScheduleError(
            f"schedule {schedule!r} is not a cron expression of five fields, such as '30 2 * * *' "
            "for half past two each night."
        ) from error


def closed_at(closed: str, now: datetime) -> bool:
    """Tell whether ``now`` falls in the closed hours, which may pass midnight."""
    if not closed:
        return False
    begin, end = hours(closed)
    moment = now.time()
    return begin <= moment < end if begin <= end else moment >= begin or moment < end


def hours(closed: str) -> tuple[time, time]:
    """Return the two ends of ``07:00-19:00``. Raises ScheduleError."""
    try:
        begin, end = (time.fromisoformat(part.strip()) for part in closed.split("-"))
    except ValueError as error:
        raise ScheduleError(
            f"closed {closed!r} is not a pair of times, such as '07:00-19:00'."
        ) from error
    return begin, end


def _moment(instant: str, now: datetime) -> datetime:
    return datetime.fromisoformat(instant).astimezone(now.tzinfo or ZoneInfo("UTC"))
