"""The process that asks for links, as whoever started it sees it."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Self

import msgspec

from harvester.hearing import last_line, last_words
from harvester.links.told import Told

#: Seconds that a process which was told to stop is given to keep what it has.
GRACE = 20.0


class Visiting:
    """A run under way, in a process of its own; leave it as a context manager to stop it."""

    def __init__(
        self, config: Path | None, *, limit: int = 0, source: str = "", again: bool = False
    ) -> None:
        command = [sys.executable, "-m", "harvester.links", "--limit", str(limit)]
        command += ["--config", str(config)] if config else []
        command += ["--source", source] if source else []
        command += ["--again"] if again else []
        self._told = tempfile.TemporaryFile()  # noqa: SIM115 it lives as long as the process
        self._said = tempfile.TemporaryFile()  # noqa: SIM115 as above
        # a session of its own: at Ctrl-C it would get a second signal, and keep nothing
        self._process = subprocess.Popen(  # noqa: S603 our own module
            command, stdout=self._told, stderr=self._said, start_new_session=True
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        self._told.close()
        self._said.close()

    @property
    def under_way(self) -> bool:
        """Whether it has not ended yet."""
        return self._process.poll() is None

    @property
    def told(self) -> Told | None:
        """How it stands; None before it has said so."""
        line = last_line(self._told)
        return msgspec.json.decode(line, type=Told) if line else None

    @property
    def problem(self) -> str:
        """Why a run that has ended came to no good end, or ""."""
        told = self.told
        if told and told.ended:
            return told.problem
        said = last_words(self._said)
        return said or f"the process ended with code {self._process.returncode}"

    def watch(self, interval: float = 0.2) -> Iterator[Told]:
        """Yield how it stands, a few times a second, until it has ended."""
        while self.under_way:
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(interval)
            if told := self.told:
                yield told

    def stop(self) -> None:
        """End it, if it has not ended: it keeps what it has."""
        if self.under_way:
            self._process.terminate()
        try:
            self._process.wait(GRACE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
