"""Harvests what is due, for ever: what ``vindplaats work`` does."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from catalog.catalogue import Catalogue
from catalog.config import PushSource
from catalog.index import IndexBusyError, SearchError
from catalog.store import StoreError
from catalog.timetable import zone
from harvester import schedule
from harvester.scheduled import planned
from harvester.supervisor import Supervisor
from harvester.terminal import ended

#: Seconds between two looks at what is due.
LOOK_EVERY = 20.0
#: Seconds after which an inbox that could not be read is read again.
TRIED_AGAIN_AFTER = 60.0


class Worker:
    """Harvests each source when its schedule says so, until told to stop.

    ``say`` is told, a sentence at a time, what came of a source and what is in the way.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        *,
        config: Path | None,
        say: Callable[[str], None],
        clock: Callable[[], datetime] | None = None,
        look_every: float = LOOK_EVERY,
    ) -> None:
        settings = catalogue.settings
        here = zone(settings.harvest.timezone)
        self._catalogue = catalogue
        self._say = say
        self._clock = clock or (lambda: datetime.now(here))
        self._look_every = look_every
        self._next_look = 0.0
        self._again = timedelta(0)  # at the start, what was broken off is taken up at once
        self._trouble = ""
        self._grouped = False  # since it was last learnt from
        self._not_before: dict[str, float] = {}  # push sources whose inbox could not be read
        self._planned = planned(settings, config=config, clock=self._clock, say=say)
        self._supervisor = Supervisor(
            catalogue=catalogue,
            config=config,
            names=(),
            jobs=settings.harvest.jobs,
            time_limit=settings.harvest.time_limit,
        )

    def run(self, stop: threading.Event) -> None:
        """Work until ``stop`` is set; what runs then is stopped, and goes on there next time."""
        try:
            while not stop.is_set():
                try:
                    for each in self._planned:
                        each.step()
                    self._step(stop)
                    self._note(self._supervisor.index_problem)
                except StoreError as error:  # busy, or its disk is full: that may pass
                    self._note(str(error))
                    stop.wait(self._look_every)
        finally:
            for each in self._planned:
                each.close()
            self._supervisor.close()
            self._tell()

    def _step(self, stop: threading.Event) -> None:
        if time.monotonic() >= self._next_look:
            self._supervisor.add(self._due())
            self._again = schedule.AGAIN
            self._next_look = time.monotonic() + self._look_every
        self._supervisor.add(self._posted())
        if self._supervisor.works:
            self._supervisor.step(0.2)
            self._tell()
        else:
            self._supervisor.rest()
            if self._catalogue.group():
                self._grouped = True
            elif self._grouped:
                self._learn()
            else:
                stop.wait(min(0.5, self._look_every))

    def _learn(self) -> None:
        """Learn from what has come, now that all of it is in its works."""
        self._grouped = False
        try:
            self._catalogue.learn()
        except IndexBusyError:
            pass  # whoever writes will learn
        except SearchError as error:
            self._note(str(error))

    def _due(self) -> list[str]:
        """Return the enabled sources whose schedule says that they are to be harvested."""
        now, last = self._clock(), self._catalogue.store.runs.last
        return [
            name
            for name, source in self._catalogue.settings.sources.items()
            if source.enabled
            and schedule.due(source.schedule, source.closed, last(name), now, again=self._again)
        ]

    def _posted(self) -> list[str]:
        """Return the sources of which something was posted: these are read at once."""
        sources, now = self._catalogue.settings.sources, time.monotonic()
        return [
            name
            for name in self._catalogue.store.inbox.sources()
            if name in sources
            and isinstance(sources[name], PushSource)
            and self._not_before.get(name, 0.0) <= now
        ]

    def _tell(self) -> None:
        for work in self._supervisor.take_ended():
            self._say(ended(work))
            if work.run is None or work.run.status not in ("complete", "failed"):
                self._not_before[work.name] = time.monotonic() + TRIED_AGAIN_AFTER

    def _note(self, trouble: str) -> None:
        """Say what is in the way, once."""
        if trouble and trouble != self._trouble:
            self._say(trouble)
        self._trouble = trouble


def told_to_stop() -> threading.Event:
    """Return an event that SIGTERM and SIGINT set."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    return stop
