"""What is done when it is time, beside the harvests of ``vindplaats work``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path

import msgspec

from catalog.config import Settings
from catalog.timetable import next_time
from harvester.errand import Errand
from harvester.links.process import Visiting
from harvester.thumbnails.told import Told

Clock = Callable[[], datetime]
Say = Callable[[str], None]


class Scheduled:
    """Starts an errand at each moment of a schedule, unless the one before it still goes on.

    The moments count from the start of this process: what is missed waits for the next. What
    became of each is said after its ``name``. An empty schedule has no moments.
    """

    def __init__(
        self, name: str, schedule: str, start: Callable[[], Errand], *, clock: Clock, say: Say
    ) -> None:
        self._name = name
        self._schedule = schedule
        self._start = start
        self._clock = clock
        self._say = say
        self._next = next_time(schedule, clock()) if schedule else None
        self._errand: Errand | None = None

    def step(self) -> None:
        """Start what is due, and tell what has ended."""
        now = self._clock()
        if self._errand and not self._errand.under_way:
            for sentence in self._errand.outcome():
                self._say(f"{self._name}: {sentence}")
            self.close()
        if self._next and now >= self._next:
            self._next = next_time(self._schedule, now)
            self._errand = self._errand or self._start()

    def close(self) -> None:
        """Stop what goes on; it keeps what it has."""
        if self._errand:
            self._errand.__exit__()
        self._errand = None


class _Fetching(Errand):
    """Pictures are fetched."""

    def outcome(self) -> Sequence[str]:
        told = msgspec.json.decode(self.line, type=Told) if self.line else None
        said = [told.sentence, told.problem] if told else []
        return [each for each in (*said, self.problem) if each]


def planned(
    settings: Settings, *, config: Path | None, clock: Clock, say: Say
) -> tuple[Scheduled, ...]:
    """Return all that has a schedule of its own: links, pictures and the dump."""
    of = ("--config", str(config)) if config else ()
    errands: tuple[tuple[str, bool, str, Callable[[], Errand]], ...] = (
        ("links", settings.links.on, settings.links.schedule, partial(Visiting, config)),
        (
            "thumbnails",
            settings.thumbnails.on,
            settings.thumbnails.schedule,
            partial(_Fetching, "harvester.thumbnails", *of, gives_way=True),
        ),
        (
            "dump",
            settings.dump.on,
            settings.dump.schedule,
            # the command itself: it knows the addresses of pages, which is the site's business
            partial(Errand, "vindplaats", "dump", *of, gives_way=True),
        ),
    )
    return tuple(
        Scheduled(name, schedule if on else "", start, clock=clock, say=say)
        for name, on, schedule, start in errands
    )
