"""One file from an HTTP server, in blocks, to disk: it may be larger than memory is.

Blocks are asked for with Range (RFC 9110, 14): a server that does not know them sends the whole
file at once, and then ``[harvest] max_bytes`` is the limit.
"""

from __future__ import annotations

import functools
import re
import tempfile
from http import HTTPStatus
from typing import BinaryIO, cast

from scrapy.http import Response

from harvester.errors import FetchError

LARGEST = 2 * 1024**3  # bytes of a file that will be fetched
_BLOCK = 8 * 1024**2
_RANGE = re.compile(r"bytes\s+([0-9]+)-([0-9]+)/([0-9]+|\*)")


class Download:
    """A file on its way; what has come of it is gone once this is closed."""

    def __init__(self, url: str, limit: int) -> None:
        self.url = url
        self.signature = ""
        self._block = min(_BLOCK, limit)
        self._at = 0
        self._validator = ""

    @functools.cached_property
    def file(self) -> BinaryIO:
        """Where the blocks go."""
        return cast("BinaryIO", tempfile.TemporaryFile())

    def close(self) -> None:
        if "file" in self.__dict__:
            self.file.close()

    def headers(self) -> dict[str, str]:
        """Return the headers that ask for the next block."""
        asked = {
            "Range": f"bytes={self._at}-{self._at + self._block - 1}",
            "Accept-Encoding": "identity",
        }
        if self._at and self._validator:
            asked["If-Range"] = self._validator
        return asked

    def take(self, response: Response) -> bool:
        """Keep a block; tell whether it was the last. Raises FetchError."""
        if response.status != HTTPStatus.PARTIAL_CONTENT:
            return self._take_whole(response)
        found = _RANGE.fullmatch((response.headers.get("Content-Range") or b"").decode("latin-1"))
        if not found or int(found[1]) != self._at or not response.body:
            raise FetchError(f"{self.url}: the server sent another part than was asked for")
        if not self._at:
            self._note(response)
        elif self._validator and self._says(response) not in {self._validator, ""}:
            raise FetchError(f"{self.url}: the file was changed while it was fetched")
        self.file.write(response.body)
        self._at += len(response.body)
        known = found[3] != "*"  # else its end is where a further part is refused
        total = int(found[3]) if known else self._at
        if total > LARGEST:
            raise FetchError(f"{self.url} has {total} bytes; at most {LARGEST} are fetched")
        signature = f"{self._validator} {total}"
        if known and self.signature not in {"", signature}:
            raise FetchError(f"{self.url}: the file was changed while it was fetched")
        self.signature = signature
        return known and self._at >= total

    def _take_whole(self, response: Response) -> bool:
        """Keep an answer without parts: all of the file, even where blocks came before."""
        empty = response.status == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE
        if empty and self._at:
            return True
        self.file.seek(0)
        self.file.truncate()
        self.file.write(b"" if empty else response.body)
        self._at = self.file.tell()
        self._note(response)
        self.signature = f"{self._validator} {self._at}"
        return True

    def _note(self, response: Response) -> None:
        self._validator = self._says(response)

    @staticmethod
    def _says(response: Response) -> str:
        """Return a strong ETag, else Last-Modified: what If-Range may hold (RFC 9110, 13.1.5)."""
        tag = (response.headers.get("ETag") or b"").decode("latin-1")
        if tag and not tag.startswith("W/"):
            return tag
        return (response.headers.get("Last-Modified") or b"").decode("latin-1")
