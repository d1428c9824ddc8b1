"""Links that are asked for when it is time, beside the harvests of ``vindplaats work``."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from catalog.config import LinkSettings
from catalog.timetable import next_time
from harvester.links.process import Visiting


class Scheduled:
    """Starts a run at each moment of the schedule, unless the one before it still goes on.

    The moments count from the start of this process: what is missed waits for the next.
    """

    def __init__(
        self,
        settings: LinkSettings,
        *,
        config: Path | None,
        clock: Callable[[], datetime],
        say: Callable[[str], None],
    ) -> None:
        self._schedule = settings.schedule if settings.on else ""
        self._config = config
        self._clock = clock
        self._say = say
        self._next = next_time(self._schedule, clock()) if self._schedule else None
        self._visiting: Visiting | None = None

    def step(self) -> None:
        """Start what is due, and tell what has ended."""
        now = self._clock()
        if self._visiting and not self._visiting.under_way:
            self._tell(self._visiting)
            self.close()
        if self._next and now >= self._next:
            self._next = next_time(self._schedule, now)
            self._visiting = self._visiting or Visiting(self._config)

    def close(self) -> None:
        """Stop what goes on; it keeps what it has."""
        if self._visiting:
            self._visiting.__exit__()
        self._visiting = None

    def _tell(self, visiting: Visiting) -> None:
        told, problem = visiting.told, visiting.problem
        if told:
            states = ", ".join(f"{count} {state}" for state, count in sorted(told.states.items()))
            self._say(f"links: {told.done} asked for" + (f": {states}" if states else ""))
        if problem:
            self._say(f"links: {problem}")
