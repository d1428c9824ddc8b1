"""Compressed answers: by what the bytes are, not by what the header says, and under a cap."""

from __future__ import annotations

import zlib
from http import HTTPStatus
from typing import Any

from scrapy import Request
from scrapy.http import Response
from scrapy.responsetypes import responsetypes

from harvester.errors import AnswerError

_LAYERS = 3  # a gzipped sitemap, gzipped again on its way; more is an attack
_GZIP = b"\x1f\x8b"


class TooLargeError(Exception):
    """The decompressed bytes are more than may be kept."""


def gunzip(body: bytes, limit: int) -> bytes:
    """Decompress gzip members until something else follows; what is cut off stays cut off.

    Raises TooLargeError past ``limit`` bytes, having made no more than that.
    """
    parts: list[bytes] = []
    room = limit
    while body.startswith(_GZIP):
        inflater = zlib.decompressobj(wbits=31)
        try:
            part = inflater.decompress(body, room + 1)
        except zlib.error:
            break
        if len(part) > room:
            raise TooLargeError
        room -= len(part)
        parts.append(part)
        body = inflater.unused_data
    return b"".join(parts)


def inflate(body: bytes, limit: int) -> bytes:
    """Decompress deflate, with or without the zlib header (servers send both)."""
    for wbits in (zlib.MAX_WBITS, -zlib.MAX_WBITS):
        try:
            data = zlib.decompressobj(wbits).decompress(body, limit + 1)
        except zlib.error:
            continue
        if len(data) > limit:
            raise TooLargeError
        return data
    return body


def decode(body: bytes, encodings: set[str], limit: int) -> bytes:
    """Return the bytes inside. A header that promises gzip over plain bytes is not believed."""
    if "deflate" in encodings and not body.startswith((b"<", _GZIP)):
        body = inflate(body, limit)
    for _ in range(_LAYERS):
        if not body.startswith(_GZIP):
            return body
        body = gunzip(body, limit)
    raise TooLargeError


class Decode:
    """Downloader middleware: asks for gzip and gives plain bytes to all that come after."""

    def __init__(self, limit: int) -> None:
        self._limit = limit

    @classmethod
    def from_crawler(cls, crawler: Any) -> Decode:
        return cls(crawler.settings.getint("DOWNLOAD_MAXSIZE"))

    def process_request(self, request: Request) -> None:
        # OAI-PMH 3.1.3: a harvester that lists encodings must list identity.
        request.headers.setdefault("Accept-Encoding", "gzip, deflate;q=0.5, identity;q=0.3")

    def process_response(self, request: Request, response: Response) -> Response:
        if response.status == HTTPStatus.PARTIAL_CONTENT:
            return response  # part of a compressed file cannot be read by itself
        said = response.headers.getlist("Content-Encoding")
        if not said and not response.body.startswith(_GZIP):
            return response
        encodings = {name.strip().lower() for name in b",".join(said).decode("latin-1").split(",")}
        try:
            body = decode(response.body, encodings, self._limit)
        except TooLargeError:
            raise AnswerError(
                f"{request.url} is larger than {self._limit} bytes once decompressed "
                "([harvest] max_bytes)"
            ) from None
        headers = response.headers.copy()
        headers.pop("Content-Encoding", None)
        kind = responsetypes.from_args(headers=headers, url=response.url, body=body)
        return response.replace(cls=kind, headers=headers, body=body)
