"""A process beside the harvests that has one thing to do, as whoever started it sees it."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from typing import Self

from harvester import starter
from harvester.hearing import last_line, last_words

#: Seconds that a process which was told to stop is given to keep what it has.
GRACE = 20.0
_NICENESS = 10


class Errand:
    """A module of ours that is run in a process of its own; leave it as a context to stop it.

    ``gives_way`` says that readers and harvests go first where processors are busy.
    """

    def __init__(self, module: str, *arguments: str, gives_way: bool = False) -> None:
        self._told = tempfile.TemporaryFile()  # noqa: SIM115 it lives as long as the process
        self._said = tempfile.TemporaryFile()  # noqa: SIM115 as above
        # a session of its own: at Ctrl-C it would get a second signal, and keep nothing
        self._process = starter.start(
            [sys.executable, "-m", module, *arguments],
            stdout=self._told,
            stderr=self._said,
            start_new_session=True,
        )
        if gives_way:
            os.setpriority(os.PRIO_PROCESS, self._process.pid, _NICENESS)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        starter.release(self._process)
        self._told.close()
        self._said.close()

    @property
    def under_way(self) -> bool:
        """Whether it has not ended yet."""
        return self._process.poll() is None

    @property
    def line(self) -> bytes:
        """The last line that it told, b"" where there is none yet."""
        return last_line(self._told)

    @property
    def problem(self) -> str:
        """Why one that has ended came to no good end, or ""."""
        code = self._process.returncode
        if not code:
            return ""
        said = last_words(self._said).removeprefix("Error: ")
        return said or f"the process ended with code {code}"

    def outcome(self) -> Sequence[str]:
        """Return in sentences what one that has ended came to."""
        return [said for said in (self.line.decode(errors="replace"), self.problem) if said]

    def wait(self, seconds: float) -> None:
        """Wait for its end, so long at most."""
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(seconds)

    def stop(self) -> None:
        """End it, if it has not ended: it keeps what it has."""
        if self.under_way:
            self._process.terminate()
        self.wait(GRACE)
        if self.under_way:
            self._process.kill()
            self._process.wait()
