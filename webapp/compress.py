"""Answers made smaller on their way: zstd (RFC 8878), gzip or deflate, as the asker likes best.

Compressing what one visitor sent together with what another may not see would give it away
(BREACH). Here no answer holds a secret: there are no cookies, and tokens are never sent back.
"""

from __future__ import annotations

import gzip
import re
import threading
import zlib
from collections.abc import Callable, Mapping

import zstandard
from flask import Flask, Response, request

_LEAST = 1024  # bytes; below it a packet more or less is not saved
_TEXT = re.compile(r"text/|(application|image)/([\w.-]+\+)?(json|xml)\b|application/linkset\b")
#: Coding -> what makes an answer smaller while somebody waits; the first is liked best.
_QUICKLY: Mapping[str, Callable[[bytes], bytes]] = {
    "zstd": lambda body: zstandard.compress(body, 6),
    "gzip": lambda body: gzip.compress(body, 6, mtime=0),
    "deflate": lambda body: zlib.compress(body, 6),
}
#: The same for files that are sent again and again: as small as can be, once.
_WELL: Mapping[str, Callable[[bytes], bytes]] = {
    "zstd": lambda body: zstandard.compress(body, 19),
    "gzip": lambda body: gzip.compress(body, 9, mtime=0),
    "deflate": lambda body: zlib.compress(body, 9),
}


def register(app: Flask) -> None:
    """Compress the answers of ``app``, after all else has been done to them."""
    files: dict[tuple[str, str, str], bytes] = {}
    lock = threading.Lock()

    def smaller(response: Response) -> Response:
        if not _TEXT.match(response.content_type or ""):
            return response
        response.vary.add("Accept-Encoding")
        coding = accepted()
        streamed = response.is_streamed and not response.direct_passthrough
        if not coding or streamed or response.status_code in {204, 206, 304}:
            return response
        if "Content-Encoding" in response.headers:
            return response
        response.direct_passthrough = False  # of a file: it is read here instead
        body = response.get_data()
        if len(body) < _LEAST:
            return response
        etag, _ = response.get_etag()
        if request.endpoint == "static" and etag:
            key = (request.path, etag, coding)
            with lock:
                if key not in files:
                    files[key] = _WELL[coding](body)
                body = files[key]
        else:
            body = _QUICKLY[coding](body)
        response.set_data(body)
        response.headers["Content-Encoding"] = coding
        response.headers.pop("Accept-Ranges", None)
        if etag:  # one tag for all codings of one answer (RFC 9110, 8.8.1)
            response.set_etag(etag, weak=True)
        return response

    app.after_request(smaller)


def accepted() -> str:
    """Return the coding that the asker likes best of ours, or "" for the answer as it is.

    Who names none gets none (RFC 9110, 12.5.3).
    """
    accept = request.accept_encodings
    best = max((*_QUICKLY, "identity"), key=accept.quality)
    return best if best != "identity" and accept.quality(best) > 0 else ""
