"""Safe commits for Whoosh: a manifest with checksums is on the disk before the commit counts.

A commit of Whoosh is one new file, ``_MAIN_<n>.toc``, that names the segments. Here, just before
it gets its name, all files that it names are synced, and ``manifest-<n>.json`` is written with
their checksums, and the number of the last change. So after a crash there is either the
old pair or the new one; and nothing is unpickled that is not what was written.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct
from whoosh.filedb.filestore import FileStorage
from whoosh.index import FileIndex
from whoosh.writing import SegmentWriter

from catalog.index import IndexDamagedError
from catalog.index.sealing import checksum, sealed, sync, unsealed, write_safely

_TOC = re.compile(r"_MAIN_([0-9]+)\.toc")
_MANIFEST = re.compile(r"manifest-([0-9]+)\.json")


def _names(folder: Path) -> list[str]:
    return [entry.name for entry in folder.iterdir()]


class Manifest(Struct, frozen=True):
    seq: int  # number of the last change in it
    files: dict[str, int]  # name -> CRC-32, the table of contents among them


class State(Struct, frozen=True):
    """The last commit: its number, and the stat of its manifest, which is never changed."""

    generation: int
    changed: int
    size: int


class ManifestStorage(FileStorage):  # type: ignore[misc] # whoosh is untyped
    """A folder in which a table of contents gets its name only with a manifest beside it."""

    def __init__(self, folder: Path) -> None:
        super().__init__(str(folder))
        self.path = folder
        self.seq = 0  # of the commit that is being made
        self.segments: frozenset[str] = frozenset()  # that it consists of
        self.checked: dict[str, int] = {}  # files whose checksum is known, as they never change

    def rename_file(self, oldname: str, newname: str, safe: bool = False) -> None:  # noqa: FBT001, FBT002 as in Whoosh
        if match := _TOC.fullmatch(newname):
            names = [n for n in _names(self.path) if n.partition(".")[0] in self.segments]
            for name in names:
                if name not in self.checked:
                    sync(self.path / name)
                    self.checked[name] = checksum(self.path / name)
            sync(self.path / oldname)
            files = {name: self.checked[name] for name in names}
            files[newname] = checksum(self.path / oldname)
            manifest = msgspec.json.encode(Manifest(self.seq, files))
            name = f"manifest-{match[1]}.json"
            write_safely(self.path / name, sealed(manifest))
        super().rename_file(oldname, newname, safe=safe)
        sync(self.path)

    def check(self) -> tuple[int, Manifest]:
        """Check the files of the last commit that are new to us, and return its generation.

        Raises IndexDamagedError.
        """
        generation = self.generation()
        for _ in range(5):
            try:
                manifest = self._check(generation)
            except (OSError, msgspec.MsgspecError, IndexDamagedError) as error:
                newest = self.generation()
                if newest == generation:
                    raise IndexDamagedError(f"The index is damaged: {error}.") from error
                generation = newest  # a writer has committed, and removed the old files
            else:
                return generation, manifest
        raise IndexDamagedError("The index changes faster than it can be read.")

    def generation(self) -> int:
        """Return the number of the last commit. Raises IndexDamagedError: there is none."""
        numbers = [int(m[1]) for name in _names(self.path) if (m := _TOC.fullmatch(name))]
        if not numbers:
            raise IndexDamagedError(f"There is no table of contents in {self.path}.")
        return max(numbers)

    def state(self) -> State:
        """Return what changes with each commit, and when files are put in its place."""
        for _ in range(5):
            generation = self.generation()
            try:
                found = (self.path / f"manifest-{generation}.json").stat()
            except OSError:
                continue  # a writer has committed, and removed the old one
            return State(generation, found.st_mtime_ns, found.st_size)
        raise IndexDamagedError(f"There is no manifest in {self.path}.")

    def _check(self, generation: int) -> Manifest:
        path = self.path / f"manifest-{generation}.json"
        manifest = msgspec.json.decode(unsealed(path.read_bytes(), path.name), type=Manifest)
        if f"_MAIN_{generation}.toc" not in manifest.files:
            raise IndexDamagedError(f"{path.name} is of another commit")
        for name, crc in manifest.files.items():
            if self.checked.get(name) != crc:
                if checksum(self.path / name) != crc:
                    raise IndexDamagedError(f"the checksum of {name} is wrong")
                self.checked[name] = crc
        return manifest


class SealedWriter(SegmentWriter):  # type: ignore[misc] # whoosh is untyped
    """Whoosh's writer, telling its storage what a commit consists of."""

    def __init__(self, index: FileIndex, *, memory: int) -> None:
        # The lock is our own, on the folder: it is not left behind by a process that dies.
        super().__init__(index, _lk=False, limitmb=memory)

    def commit_numbered(self, seq: int) -> None:
        self.storage.seq = seq
        self.commit()
        for name in _names(self.storage.path):
            found = _MANIFEST.fullmatch(name)
            if found and int(found[1]) < self.generation:
                (self.storage.path / name).unlink(missing_ok=True)

    def _commit_toc(self, segments: Iterable[Any]) -> None:
        self.storage.segments = frozenset(segment.segment_id() for segment in segments)
        super()._commit_toc(segments)
