"""Files that are large, fetched in parts and resumed, by however many and however slowly.

A file is handed to the server as it is, which sends it without keeping a thread for it: a part of
one too, unlike with the usual way, which has a thread wait for each who resumes. It is opened at
once, and so sent to its end even if it is removed meanwhile.
"""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import BinaryIO

from flask import Response, abort, request
from werkzeug.wsgi import wrap_file

_DAY = 24 * 3600


class Stretch(io.RawIOBase):
    """Some bytes of a file, as a file by themselves."""

    def __init__(self, file: BinaryIO, start: int, length: int) -> None:
        self._file = file
        self._start = start
        self._length = length
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._length}[whence]
        self._at = max(base + offset, 0)
        return self._at

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override] # what it is handed
        wanted = min(len(buffer), max(self._length - self._at, 0))
        found = os.pread(self._file.fileno(), wanted, self._start + self._at)
        buffer[: len(found)] = found
        self._at += len(found)
        return len(found)

    def close(self) -> None:
        self._file.close()
        super().close()


def send(path: Path, *, etag: str, media_type: str) -> Response:
    """Answer with a file that never changes, or the part of it that is asked for (RFC 9110, 14).

    ``etag`` tells it from all others that may have this address. It is sent as it is: a file that
    is packed stays so. 404 where it is not there.
    """
    try:
        file = path.open("rb", buffering=0)
    except FileNotFoundError:
        abort(404)
    size = os.fstat(file.fileno()).st_size
    headers = {
        "Accept-Ranges": "bytes",
        "Cache-Control": f"public, max-age={_DAY}, immutable, no-transform",
        "Content-Disposition": f'attachment; filename="{path.name}"',
        "ETag": f'"{etag}"',
        "X-Robots-Tag": "noindex",
    }
    start, end, status = 0, size, 200
    if part := _part_asked(etag):
        first, behind = part
        start = first if first >= 0 else max(first + size, 0)
        end = min(size if behind is None else behind, size)
        if start >= end:
            file.close()
            return Response(status=416, headers={"Content-Range": f"bytes */{size}"})
        status = 206
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    headers["Content-Length"] = str(end - start)
    body = wrap_file(request.environ, Stretch(file, start, end - start))  # type: ignore[arg-type] # it reads
    return Response(body, status, headers, content_type=media_type, direct_passthrough=True)


def _part_asked(etag: str) -> tuple[int, int | None] | None:
    """Return start and end of the one part that is asked for; None: all of it, or no more of it.

    A start below 0 counts from the end; an end is None where the file has it. Several parts in one
    answer are nothing that we do: who asks for them gets everything.
    """
    wanted = request.range
    if request.method != "GET" or wanted is None or wanted.units != "bytes":
        return None
    if len(wanted.ranges) != 1 or request.if_none_match.contains(etag):
        return None
    if request.if_match and not request.if_match.contains(etag):
        return None
    # of a date nothing can be said: none is given
    if "If-Range" in request.headers and request.if_range.etag != etag:
        return None
    return wanted.ranges[0]
