"""Whether the files of an index are what was written: checked once, when it is opened.

Every file of tantivy ends in a footer: a JSON object with the CRC-32 of all before it, the
object's length and a magic number, both 32 bits, little-endian. Two files have none: ``meta.json``,
which says what the index is made of, and so gets a seal of our own beside it.
"""

from __future__ import annotations

import json
import os
import struct
import zlib
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from catalog.index import IndexDamagedError

_MAGIC = 1337
_TAIL = struct.Struct("<II")
_LONGEST_FOOTER = 50_000
_CHUNK = 1 << 20
_COMPONENTS = ("store", "fast", "fieldnorm", "idx", "pos", "term")
_SEAL = "seal.json"

_UNREADABLE = (
    *(OSError, ValueError, LookupError, TypeError, AttributeError),
    *(struct.error, msgspec.MsgspecError),
)


class _Seal(Struct, frozen=True):
    """What must be true of ``meta.json``, whichever way merges have rewritten it since."""

    opstamp: int  # of the commit that was sealed
    documents: int  # in it, deleted ones not counted
    schema: int  # CRC-32 of its schema


def seal_tantivy(folder: Path) -> None:
    """Write the seal of what is committed now. Raises OSError."""
    meta = _meta(folder)
    seal = _Seal(meta["opstamp"], _documents(meta), _schema(meta))
    write_safely(folder / _SEAL, msgspec.json.encode(seal))


def check_tantivy(folder: Path) -> None:
    """Check every file of the committed index. Raises IndexDamagedError, which names the file."""
    reading = "meta.json"
    try:
        meta = _meta(folder)
        reading = _SEAL
        seal = msgspec.json.decode((folder / _SEAL).read_bytes(), type=_Seal)
        reading = "its files"  # of which an error gives the name
        # A process killed between commit and seal leaves a newer meta.json than the seal's.
        if _schema(meta) != seal.schema or (
            meta["opstamp"] == seal.opstamp and _documents(meta) != seal.documents
        ):
            raise IndexDamagedError(f"{folder.name}/meta.json is damaged.")
        for segment in meta["segments"]:
            name = segment["segment_id"].replace("-", "")
            for component in _COMPONENTS:
                _check_footer(folder / f"{name}.{component}")
            if segment["deletes"]:
                _check_footer(folder / _deletes(segment))
    except _UNREADABLE as error:
        said = f"The index {folder.name} is damaged in {reading}: {error}."
        raise IndexDamagedError(said) from error


def clear_tantivy(folder: Path) -> None:
    """Remove what a commit that failed has left: the next one would find its names taken.

    Only where nobody else writes. Raises OSError, ValueError.
    """
    named = {_deletes(segment) for segment in _meta(folder)["segments"] if segment["deletes"]}
    for file in folder.glob("*.del"):
        if file.name not in named:
            file.unlink()


def _deletes(segment: dict[str, Any]) -> str:
    name: str = segment["segment_id"].replace("-", "")
    return f"{name}.{segment['deletes']['opstamp']}.del"


def _meta(folder: Path) -> dict[str, Any]:
    meta: dict[str, Any] = json.loads((folder / "meta.json").read_bytes())
    return meta


def _documents(meta: dict[str, Any]) -> int:
    return sum(
        segment["max_doc"] - (segment["deletes"] or {"num_deleted_docs": 0})["num_deleted_docs"]
        for segment in meta["segments"]
    )


def _schema(meta: dict[str, Any]) -> int:
    return zlib.crc32(msgspec.json.encode([meta["index_settings"], meta["schema"]]))


def _check_footer(path: Path) -> None:
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(size - _TAIL.size, 0))
        length, magic = _TAIL.unpack(file.read())
        if magic != _MAGIC or length > min(_LONGEST_FOOTER, size - _TAIL.size):
            raise IndexDamagedError(f"{path.name} of the index is damaged: it has no footer.")
        body = size - _TAIL.size - length
        file.seek(body)
        expected = json.loads(file.read(length))["crc"]
        if checksum(path, body) != expected:
            raise IndexDamagedError(f"{path.name} of the index is damaged: its checksum is wrong.")


def checksum(path: Path, size: int | None = None) -> int:
    """Return the CRC-32 of a file, or of its first ``size`` bytes. Raises OSError."""
    left = path.stat().st_size if size is None else size
    crc = 0
    with path.open("rb", buffering=0) as file:
        while left > 0 and (chunk := file.read(min(left, _CHUNK))):
            crc = zlib.crc32(chunk, crc)
            left -= len(chunk)
    return crc


def sealed(content: bytes) -> bytes:
    """Return content with its CRC-32 in a line above it."""
    return b"%08x\n%b" % (zlib.crc32(content), content)


def unsealed(written: bytes, name: str) -> bytes:
    """Return the content of a file of that name. Raises IndexDamagedError: it is not as written."""
    seal, _, content = written.partition(b"\n")
    if seal != b"%08x" % zlib.crc32(content):
        raise IndexDamagedError(f"the checksum of {name} is wrong")
    return content


def write_safely(path: Path, content: bytes) -> None:
    """Replace a file so that after any crash it has its old or its new content. Raises OSError."""
    aside = path.with_name(path.name + ".new")
    with aside.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    aside.replace(path)
    sync(path.parent)


def sync(path: Path) -> None:
    """Have the disk keep a file or the names in a folder. Raises OSError."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
