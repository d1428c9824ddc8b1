"""A file of lines, packed by gzip while it is written, that knows its size and checksum."""

from __future__ import annotations

import contextlib
import hashlib
import os
import zlib
from collections.abc import Iterator
from pathlib import Path

from catalog.dump.manifest import MEDIA_TYPES, File

_LEVEL = 6
_GZIP = 16 + zlib.MAX_WBITS  # zlib's word for a gzip header; it holds no time and no name
_CHUNK = 128 * 1024


class Sheet:
    """A new file; ``add`` lines, then ``finish``. ``close`` lets go of one that is not finished."""

    def __init__(self, path: Path) -> None:
        """Make the file. Raises OSError, also where there is one."""
        self._path = path
        self._file = path.open("xb")
        self._packing = zlib.compressobj(_LEVEL, zlib.DEFLATED, _GZIP)
        self._hash = hashlib.sha256()
        self._waiting = bytearray()
        self._size = 0
        self.lines = 0

    def add(self, text: bytes, lines: int = 1) -> None:
        """Add whole lines, each with its end. Raises OSError."""
        self._waiting += text
        self.lines += lines
        if len(self._waiting) >= _CHUNK:
            self._put(self._packing.compress(self._waiting))
            self._waiting.clear()

    def finish(self) -> File:
        """Write what waits, have the disk keep it, and say what the file is. Raises OSError."""
        self._put(self._packing.compress(self._waiting) + self._packing.flush())
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        name = self._path.name
        return File(name, MEDIA_TYPES[name], self.lines, self._size, self._hash.hexdigest())

    def close(self) -> None:
        """Close the file; what could not be written is let go."""
        with contextlib.suppress(OSError):
            self._file.close()

    def _put(self, packed: bytes) -> None:
        self._file.write(packed)
        self._hash.update(packed)
        self._size += len(packed)


@contextlib.contextmanager
def sheet(path: Path) -> Iterator[Sheet]:
    """Yield a new file, which is closed whatever happens. Raises OSError."""
    found = Sheet(path)
    try:
        yield found
    finally:
        found.close()
