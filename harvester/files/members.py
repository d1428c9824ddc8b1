"""The files at a path: itself, those of a folder, those in a zip; gzip undone."""

from __future__ import annotations

import gzip
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO, NamedTuple

from harvester.errors import FetchError

#: What reading a member may raise when the bytes on disk are not what they should be.
BROKEN = (OSError, EOFError, zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError)

_ZIP = b"PK\x03\x04"
_GZIP = b"\x1f\x8b"
_JUNK = frozenset({"__MACOSX", "Thumbs.db", "desktop.ini"})


class Member(NamedTuple):
    """One file: its name within the source (``/`` between folders) and how to open it."""

    name: str
    open: Callable[[], AbstractContextManager[Any]]


def members(path: Path) -> Iterator[Member]:
    """Yield the files at ``path`` in the order of their names. Raises FetchError."""
    try:
        if path.is_dir():
            for file in sorted(path.rglob("*")):
                name = file.relative_to(path).as_posix()
                if file.is_file() and not _is_junk(name):
                    yield _member(name, file)
        elif path.is_file():
            with path.open("rb") as stream:
                zipped = stream.read(4) == _ZIP
            yield from zip_members(path) if zipped else [_member(path.name, path)]
        else:
            raise FetchError(f"there is no file or folder {path}; check the url of the source")
    except OSError as error:
        raise FetchError(f"{path} cannot be read: {error.strerror or error}") from error


def zip_members(file: Path | BinaryIO) -> Iterator[Member]:
    """Yield the files in a zip; paths in it are names and never places. Raises FetchError."""
    try:
        with zipfile.ZipFile(file) as archive:
            for info in sorted(archive.infolist(), key=lambda i: i.filename):
                if not info.is_dir() and not _is_junk(info.filename):
                    yield Member(info.filename, lambda i=info: archive.open(i))  # type: ignore[misc]
    except BROKEN as error:
        raise FetchError(f"the zip cannot be read: {error}") from error


def spooled(name: str, file: BinaryIO) -> Iterator[Member]:
    """Yield the files in one that was downloaded and is open for reading at its start."""
    head = file.read(4)
    file.seek(0)
    if head == _ZIP:
        yield from zip_members(file)
    elif head.startswith(_GZIP):
        yield Member(name.removesuffix(".gz"), lambda: gzip.GzipFile(fileobj=file))
    else:
        yield Member(name, lambda: _Open(file))


class _Open:
    """A file that stays open: it is its owner's to close."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def __enter__(self) -> BinaryIO:
        self._file.seek(0)
        return self._file

    def __exit__(self, *_: object) -> None:
        pass


def _member(name: str, file: Path) -> Member:
    with file.open("rb") as stream:
        packed = stream.read(2) == _GZIP
    if packed:
        return Member(name.removesuffix(".gz"), lambda: gzip.open(file))
    return Member(name, lambda: file.open("rb"))


def _is_junk(name: str) -> bool:
    parts = PurePosixPath(name).parts
    return any(part in _JUNK or part.startswith(".") for part in parts if part != "..")
