"""The files at a path: itself, those of a folder, those in a zip; gzip undone.

A package (a folder or zip with ``imsmanifest.xml``) is one file: its manifest, made complete.
"""

from __future__ import annotations

import functools
import gzip
import io
import os
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO, NamedTuple

from harvester.errors import FetchError
from harvester.files.packages import MANIFEST, completed, manifest_in

#: What reading a member may raise when the bytes on disk are not what they should be.
BROKEN = (OSError, EOFError, zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError)

_ZIP = b"PK\x03\x04"
_GZIP = b"\x1f\x8b"
_JUNK = frozenset({"__MACOSX", "Thumbs.db", "desktop.ini"})
_LARGEST_INNER_ZIP = 1024**3  # bytes of a zip in a zip
_LARGEST_MANIFEST = 32 * 1024 * 1024


class Member(NamedTuple):
    """One file: its name within the source (``/`` between folders) and how to open it."""

    name: str
    open: Callable[[], AbstractContextManager[Any]]


def members(path: Path) -> Iterator[Member]:
    """Yield the files at ``path`` in the order of their names. Raises FetchError."""
    try:
        if path.is_dir():
            yield from _folder(path)
        elif path.is_file():
            yield from _file(path.name, path, within="")
        else:
            raise FetchError(f"there is no file or folder {path}; check the url of the source")
    except OSError as error:
        raise FetchError(f"{path} cannot be read: {error.strerror or error}") from error


def _folder(top: Path) -> Iterator[Member]:
    files = sorted(file for file in top.rglob("*") if file.is_file())
    packages = {file.parent for file in files if file.name == MANIFEST}
    for file in files:
        name = file.relative_to(top).as_posix()
        around = [folder for folder in file.parents if folder in packages]
        if around and file == around[-1] / MANIFEST:
            place = around[-1].relative_to(top).as_posix()
            read = functools.partial(_read_near, around[-1])
            yield _package(place if place != "." else top.name, MANIFEST, read)
        elif not around and not _is_junk(name):
            yield from _safely(name, _file(name, file, within=f"{name}/"))


def _safely(name: str, found: Iterator[Member]) -> Iterator[Member]:
    """Yield what is found; a zip that cannot be read becomes a member that cannot."""
    try:
        yield from found
    except FetchError as error:
        yield Member(name, functools.partial(_broken, str(error)))


def _broken(reason: str) -> AbstractContextManager[Any]:
    raise zipfile.BadZipFile(reason)


def _file(name: str, file: Path, *, within: str) -> Iterator[Member]:
    """Yield the file ``name``, or what is in it, ``within`` before its names."""
    with file.open("rb") as stream:
        head = stream.read(4)
    if head == _ZIP:
        yield from zip_members(file, name, within=within)
    elif head.startswith(_GZIP):
        yield Member(name.removesuffix(".gz"), lambda: gzip.GzipFile(file))
    else:
        yield Member(name, lambda: file.open("rb"))


def zip_members(
    file: Path | BinaryIO, name: str, *, within: str = "", deep: bool = True
) -> Iterator[Member]:
    """Yield the files in a zip; paths in it are names and never places. Raises FetchError.

    A zip in it (a folder of cartridges, zipped) is opened too, but not one in that.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            infos = [i for i in archive.infolist() if not i.is_dir() and not _is_junk(i.filename)]
            if manifest := manifest_in(info.filename for info in infos):
                read = functools.partial(_read_inside, archive)
                yield _package(name, manifest, read)
                return
            for info in sorted(infos, key=lambda i: i.filename):
                place = within + info.filename
                yield from _safely(place, _zipped(archive, info, place, deep=deep))
    except BROKEN as error:
        raise FetchError(f"the zip cannot be read: {error}") from error


def _zipped(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo, place: str, *, deep: bool
) -> Iterator[Member]:
    try:
        with tempfile.TemporaryFile() as copy:
            with archive.open(info) as stream:
                inner = deep and info.file_size <= _LARGEST_INNER_ZIP and stream.read(4) == _ZIP
            if inner:
                with archive.open(info) as stream:
                    shutil.copyfileobj(stream, copy)
                yield from zip_members(copy, place, within=f"{place}/", deep=False)
                return
    except BROKEN as error:
        raise FetchError(f"the file in the zip cannot be read: {error}") from error
    yield Member(place, functools.partial(archive.open, info))


def spooled(name: str, file: BinaryIO) -> Iterator[Member]:
    """Yield the files in one that was downloaded and is open for reading at its start."""
    head = file.read(4)
    file.seek(0)
    if head == _ZIP:
        yield from zip_members(file, name)
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


def _package(name: str, manifest: str, read: Callable[[str, int], bytes]) -> Member:
    folder = manifest.removesuffix(MANIFEST)

    def opened() -> io.BytesIO:
        whole = read(manifest, _LARGEST_MANIFEST)
        return io.BytesIO(completed(whole, lambda part, most: read(folder + part, most)))

    return Member(name, opened)


def _read_inside(archive: zipfile.ZipFile, name: str, most: int) -> bytes:
    try:
        with archive.open(name) as stream:
            return stream.read(most)
    except KeyError:
        return b""


def _read_near(folder: Path, name: str, most: int) -> bytes:
    """Read a file of a package on disk, not of what lies around it."""
    file = Path(os.path.realpath(folder / name))
    if not file.is_relative_to(os.path.realpath(folder)) or not file.is_file():
        return b""
    with file.open("rb") as stream:
        return stream.read(most)


def _is_junk(name: str) -> bool:
    parts = PurePosixPath(name).parts
    return any(part in _JUNK or part.startswith(".") for part in parts if part != "..")
