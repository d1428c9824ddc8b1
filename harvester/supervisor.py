"""Starts one process a source, a few at a time, and sees that each run comes to an end."""

from __future__ import annotations

import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from catalog.catalogue import Catalogue
from catalog.store import StoreError
from catalog.store.model import Run, Status
from harvester import starter
from harvester.hearing import last_words
from harvester.indexing import Indexing
from harvester.rehearsal import Rehearsed, heard
from harvester.runs import BUSY

#: Seconds that a process which was told to stop is given to close its run.
GRACE = 5.0


@dataclass
class Work:
    """One source under way; ``process`` None: not started, or ended."""

    name: str
    process: subprocess.Popen[bytes] | None = None
    said: IO[bytes] | None = None  # its standard error: a file, which never makes it wait
    told: IO[bytes] | None = None  # its standard output, where it rehearses
    rehearsed: Rehearsed | None = None
    started: float = 0.0
    told_to_stop: float = 0.0
    previous: Run | None = None  # the newest run before this one, as it then was
    run: Run | None = None
    problem: str = ""  # why there is no run, or none that ended by itself
    ended: bool = False


@dataclass
class Supervisor:
    """Harvests ``names``, ``jobs`` at a time, while the index follows.

    Iterate over ``watch``: it says how things stand, a few times a second.
    """

    catalogue: Catalogue
    config: Path | None
    names: Sequence[str]
    jobs: int
    time_limit: float
    full: bool = False
    confirmed: Sequence[str] = ()
    dry_run: bool = False  # write nothing, and see what would be written
    works: list[Work] = field(init=False)
    _indexing: Indexing = field(init=False)

    def __post_init__(self) -> None:
        self.works = [Work(name) for name in self.names]
        self.store = self.catalogue.store
        self._indexing = Indexing(self.catalogue)

    @property
    def index_problem(self) -> str:
        """Why the index does not follow, or ""."""
        return self._indexing.problem

    def watch(self, interval: float = 0.2) -> Generator[list[Work]]:
        """Yield the works until all have ended; stops the processes when left early."""
        former = signal.signal(signal.SIGTERM, signal.default_int_handler)  # stop as by Ctrl-C
        try:
            while not all(work.ended for work in self.works):
                yield self.step(interval)
        finally:
            self.close()
            signal.signal(signal.SIGTERM, former)

    def step(self, seconds: float) -> list[Work]:
        """Start what may start, look after what runs, and let the index follow meanwhile."""
        self._start_some()
        if not self.dry_run:
            self._indexing.begin()
        for work in self.works:
            if work.process is not None:
                self._look_after(work)
        running = [work.process for work in self.works if work.process is not None]
        if running:
            with suppress(subprocess.TimeoutExpired):
                running[0].wait(seconds)  # a sleep that ends with the process
        return self.works

    def add(self, names: Sequence[str]) -> None:
        """Take on more sources; those that are under way already stay as they are."""
        under_way = {work.name for work in self.works if not work.ended}
        self.works += [Work(name) for name in names if name not in under_way]

    def take_ended(self) -> list[Work]:
        """Let go of the works that have ended, and return them."""
        ended = [work for work in self.works if work.ended]
        self.works = [work for work in self.works if not work.ended]
        return ended

    def close(self) -> None:
        """Stop what still runs and bring the index up to its end."""
        self.stop()
        self.rest()

    def rest(self) -> None:
        """Bring the index up to its end and let go of it, until there is work again."""
        if not self.dry_run:
            self._indexing.end()

    def stop(self) -> None:
        """Stop what is running; the runs end incomplete and can be taken up again."""
        running = [work for work in self.works if work.process is not None]
        for work in running:
            assert work.process
            work.process.terminate()
        for work in running:
            assert work.process
            try:
                work.process.wait(GRACE)
            except subprocess.TimeoutExpired:
                work.process.kill()
                work.process.wait()
            self._close(work, "stopped by the operator; the next harvest goes on there")

    def _start_some(self) -> None:
        free = self.jobs - sum(work.process is not None for work in self.works)
        waiting = [w for w in self.works if not w.ended and w.process is None]
        for work in waiting[: max(0, free)]:
            work.previous = self.store.runs.last(work.name)
            command = [sys.executable, "-m", "harvester", work.name]
            command += ["--config", str(self.config)] if self.config else []
            command += ["--full"] if self.full else []
            command += ["--confirmed"] if work.name in self.confirmed else []
            command += ["--dry-run"] if self.dry_run else []
            work.told = tempfile.TemporaryFile() if self.dry_run else None  # noqa: SIM115 as below
            work.started = time.monotonic()
            work.said = tempfile.TemporaryFile()  # noqa: SIM115 it lives as long as the process
            work.process = starter.start(command, stdout=work.told, stderr=work.said)

    def _look_after(self, work: Work) -> None:
        assert work.process
        work.run = self._run(work)
        now = time.monotonic()
        if work.process.poll() is not None:
            self._close(work, f"its process ended with code {work.process.returncode}")
        elif work.told_to_stop and now - work.told_to_stop > GRACE:
            work.process.kill()
        elif not work.told_to_stop and now - work.started > self.time_limit:
            work.told_to_stop = now
            work.process.terminate()

    def _run(self, work: Work) -> Run | None:
        """Return the run that the process works on: a new one, or the last, taken up again.

        One that is taken up may have ended before anyone looked: it is known by what changed.
        """
        if work.told:
            work.rehearsed = heard(work.told)
            return work.rehearsed.run if work.rehearsed else None
        last = self.store.runs.last(work.name)
        if last and (last != work.previous or last.status == "running"):
            return last
        return self.store.runs.get(work.run.id) if work.run else None

    def _close(self, work: Work, reason: str) -> None:
        """Note how a process ended; a run that it left open is closed for it."""
        assert work.process
        starter.release(work.process)
        said = _last_line(work.said)
        code, work.process, work.ended = work.process.returncode, None, True
        if code == BUSY:  # the run is another process's, and ours was refused
            work.run, work.problem = None, said
            return
        work.run = self._run(work)
        if work.told_to_stop:
            reason = f"stopped after the time limit of {self.time_limit:g} seconds"
        elif code > 0 and said:
            reason = said
        if work.told:
            work.told.close()
            if not work.run or work.run.status == "running":
                work.run, work.problem = None, reason
            return
        try:
            if work.run and work.run.status == "running":
                with self.store.runs.lease(work.name):
                    status: Status = "incomplete" if work.run.counts.pages else "failed"
                    self.store.runs.end(work.run.id, status, reason)
                    work.run = self.store.runs.get(work.run.id)
            elif code != 0 or work.told_to_stop:
                work.problem = reason
        except StoreError as error:
            work.problem = str(error)


def _last_line(file: IO[bytes] | None) -> str:
    """Return the last that a process said, and close the file."""
    if file is None:
        return ""
    with file:
        return last_words(file)
