"""Small pictures of materials, kept by us: a folder of WebP files by the address they came from.

A cache: it may be deleted, and what is missing is fetched again. What came to nothing is noted
beside them as an empty file, so that it is not asked for every day.
"""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import NamedTemporaryFile

_NAME = re.compile(r"[0-9a-f]{32}")
_KEPT, _REFUSED = ".webp", ".none"


def name(url: str) -> str:
    """Return what the picture of an address is called: 32 hexadecimal digits."""
    return hashlib.sha256(url.encode("utf-8", "surrogatepass")).hexdigest()[:32]


class Thumbnails:
    """The folder; nothing is made in it before the first picture is kept."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def has(self, url: str) -> bool:
        """Tell whether there is a picture of this address."""
        return bool(url) and self._file(name(url), _KEPT).is_file()

    def read(self, name: str) -> bytes | None:
        """Return the picture with a name; None where there is none, or this is no name."""
        if not _NAME.fullmatch(name):
            return None
        try:
            return self._file(name, _KEPT).read_bytes()
        except FileNotFoundError:
            return None

    def due(self, urls: Iterable[str], *, days: float) -> list[str]:
        """Return those without a picture that have not come to nothing in so many days."""
        since = time.time() - days * 24 * 3600
        return [url for url in urls if not self.has(url) and self._refused(url) < since]

    def keep(self, url: str, picture: bytes) -> None:
        """Keep a picture whole, or not at all. Raises OSError: a full disk, say."""
        self._write(self._file(name(url), _KEPT), picture)
        self._file(name(url), _REFUSED).unlink(missing_ok=True)

    def refuse(self, url: str) -> None:
        """Note that an address has no picture for us. Raises OSError."""
        self._write(self._file(name(url), _REFUSED), b"")

    def size(self) -> int:
        """Return how many bytes the pictures take."""
        return sum(file.stat().st_size for file in self._files())

    def drop_but(self, urls: Iterable[str]) -> int:
        """Remove what is of none of these addresses; return how many files that were."""
        wanted = {name(url) for url in urls}
        left = [file for file in self._files() if file.stem not in wanted]
        for file in left:
            file.unlink(missing_ok=True)
        return len(left)

    def _files(self) -> Iterator[Path]:
        return (file for file in self._folder.glob("??/*") if _NAME.fullmatch(file.stem))

    def _file(self, name: str, kind: str) -> Path:
        return self._folder / name[:2] / f"{name}{kind}"

    def _refused(self, url: str) -> float:
        """Return when an address came to nothing, in seconds; 0 where it did not."""
        try:
            return self._file(name(url), _REFUSED).stat().st_mtime
        except FileNotFoundError:
            return 0.0

    @staticmethod
    def _write(file: Path, content: bytes) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=file.parent, suffix=".part", delete=False) as part:
            try:
                part.write(content)
                part.flush()
                Path(part.name).replace(file)
            except OSError:
                Path(part.name).unlink(missing_ok=True)
                raise
