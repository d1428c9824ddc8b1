"""Where dumps are, and how a new one takes the place of the old while that is being fetched.

::

    <path>/writer.lock          held (flock) by the one process that makes a dump; ends with it
    <path>/20260301T023000Z/    a dump, whole; the last of them is the one in use
    <path>/20260302T023000Z.part/   one that is being made, or was not: the next maker removes it

A folder gets its name without ``.part`` when everything in it is on the disk. Whoever fetches a
file of a dump that is removed has it open, and gets it to the end.
"""

from __future__ import annotations

import contextlib
import re
import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from catalog.dump.manifest import NAME, SUMS, Manifest
from catalog.index.sealing import sync
from catalog.store.lease import LeasedError, held
from catalog.store.model import now

_NAMED = re.compile(r"[0-9]{8}T[0-9]{6}Z")
_FORM = "%Y%m%dT%H%M%SZ"
_PART = ".part"
_LOCK = "writer.lock"


class DumpError(Exception):
    """A dump cannot be made. One sentence that names the way out."""


class DumpBusyError(DumpError):
    """Another process is making one."""


class Dumps:
    """The folder; nothing is made in it before the first dump."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def newest_first(self) -> list[Manifest]:
        """Return the dumps that are whole. One that is removed meanwhile is left out."""
        found = (self.read(name) for name in reversed(self._names()))
        return [manifest for manifest in found if manifest]

    def current(self) -> Manifest | None:
        """Return the newest; None where there is none."""
        return next((m for name in reversed(self._names()) if (m := self.read(name))), None)

    def read(self, dump: str) -> Manifest | None:
        """Return what is said of a dump; None where there is none of that name."""
        if not _NAMED.fullmatch(dump):
            return None
        try:
            content = (self.path / dump / NAME).read_bytes()
            return msgspec.json.decode(content, type=Manifest)
        except (OSError, msgspec.MsgspecError):
            return None

    def file(self, dump: str, name: str) -> Path | None:
        """Return where a file of a dump is; None where there is no such thing."""
        manifest = self.read(dump)
        if manifest is None or not (name in (NAME, SUMS) or manifest.file(name)):
            return None
        return self.path / dump / name

    @contextlib.contextmanager
    def making(self) -> Iterator[Path]:
        """Yield a new folder for a dump, which is in use once it is left without an error.

        Its name, without the ending, is that of the dump. What others have left unfinished is
        removed first. Raises DumpBusyError while another process makes one, and OSError.
        """
        self.path.mkdir(parents=True, exist_ok=True)
        try:
            with held(self.path / _LOCK):
                self._sweep()
                name = self._next()
                part = self.path / f"{name}{_PART}"
                part.mkdir()
                try:
                    yield part
                    sync(part)
                    part.rename(self.path / name)
                except BaseException:
                    shutil.rmtree(part, ignore_errors=True)
                    raise
                sync(self.path)
        except LeasedError as error:
            raise DumpBusyError("another process is making a dump at this moment.") from error

    def keep(self, count: int) -> None:
        """Remove all but the newest so many."""
        for name in self._names()[:-count]:
            shutil.rmtree(self.path / name, ignore_errors=True)

    def _names(self) -> list[str]:
        """Return the names of dumps in their order."""
        try:
            return sorted(each.name for each in self.path.iterdir() if _NAMED.fullmatch(each.name))
        except FileNotFoundError:
            return []

    def _next(self) -> str:
        """Return the name of a dump made now: after all others, even if the clock went back."""
        name = re.sub(r"[-:]", "", now())
        if (last := max(self._names(), default="")) >= name:
            name = (datetime.strptime(last, _FORM) + timedelta(seconds=1)).strftime(_FORM)  # noqa: DTZ007 a name, no instant
        return name

    def _sweep(self) -> None:
        for each in self.path.glob(f"*{_PART}"):
            shutil.rmtree(each, ignore_errors=True)
