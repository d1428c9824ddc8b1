"""Schedules and closed hours as config.toml writes them: read, and found wrong, in one place."""

from __future__ import annotations

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cronsim import CronSim, CronSimError


class ScheduleError(ValueError):
    """A schedule, closed hours or time zone that say nothing. One sentence."""


def next_time(schedule: str, after: datetime) -> datetime:
    """Return the first moment of a cron expression after ``after``. Raises ScheduleError."""
    try:
        return next(CronSim(schedule, after))
    except (CronSimError, StopIteration) as error:
        raise ScheduleError(
            f"schedule {schedule!r} is not a cron expression of five fields, such as '30 2 * * *' "
            "for half past two each night."
        ) from error


def hours(closed: str) -> tuple[time, time]:
    """Return the two ends of ``07:00-19:00``. Raises ScheduleError."""
    try:
        begin, end = (time.fromisoformat(part.strip()) for part in closed.split("-"))
    except ValueError as error:
        raise ScheduleError(
            f"closed {closed!r} is not a pair of times, such as '07:00-19:00'."
        ) from error
    return begin, end


def zone(name: str) -> ZoneInfo:
    """Return a time zone by its name. Raises ScheduleError."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:  # a path, or a folder of zones
        raise ScheduleError(
            f"timezone {name!r} is not the name of a time zone, such as 'Europe/Amsterdam'."
        ) from error


def check(schedule: str, closed: str) -> None:
    """Read both once. Raises ScheduleError."""
    if schedule:
        next_time(schedule, datetime.now(UTC))
    if closed:
        hours(closed)
