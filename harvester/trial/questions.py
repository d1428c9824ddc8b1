"""Questions to a server, one after another, and what it answers.

A conversation is a generator: it yields a ``Question``, is sent the ``Answer``, and returns what it
found out. It never sees the network, so that a test can play the server.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Generator, Iterator
from typing import Any, Literal, TypeVar

import scrapy
from msgspec import Struct, field
from scrapy import Request
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from twisted.python.failure import Failure

from harvester import net

_BUSY = (429, 503)

Found = TypeVar("Found")


class Question(Struct, frozen=True):
    """``headers`` beside those that every request has."""

    url: str
    headers: dict[str, str] = field(default_factory=dict)
    method: Literal["GET", "HEAD"] = "GET"


class Answer(Struct, frozen=True, kw_only=True):
    """An answer with any status; ``trouble`` where there was none, in words.

    Names of ``headers`` are in lower case.
    """

    url: str
    status: int = 0
    media_type: str = ""
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    trouble: str = ""


Conversation = Generator[Question, Answer, Found]


class Asker(scrapy.Spider):
    """Holds one conversation, a question at a time; ``found`` is what came of it."""

    name = "asker"

    def __init__(self, *, conversation: Conversation[Any], found: list[Any], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.conversation = conversation
        self.found = found

    async def start(self) -> AsyncIterator[Request]:
        for request in self._say(None):
            yield request

    def _say(self, answer: Answer | None) -> Iterator[Request]:
        try:
            question = self.conversation.send(answer)  # type: ignore[arg-type]  # None begins it
        except StopIteration as end:
            self.found.append(end.value)
            return
        yield Request(
            question.url,
            method=question.method,
            headers=question.headers,
            callback=self.answered,
            errback=self.failed,
            meta={"passes": _not_busy, "keep_query": True, "robots": False},
            dont_filter=True,
        )

    def answered(self, response: Response) -> Iterator[Request]:
        headers = {
            name.decode("latin-1").lower(): b", ".join(values).decode("latin-1")
            for name, values in response.headers.items()
        }
        yield from self._say(
            Answer(
                url=response.url,
                status=response.status,
                media_type=headers.get("content-type", ""),
                body=response.body,
                headers=headers,
            )
        )

    def failed(self, failure: Failure) -> Iterator[Request]:
        assert failure.value is not None
        if isinstance(failure.value, IgnoreRequest):
            return
        request: Request = failure.request  # type: ignore[attr-defined]
        trouble = str(net.explain(failure.value, request))
        yield from self._say(Answer(url=request.url, trouble=trouble))


def _not_busy(response: Response) -> bool:
    return response.status not in _BUSY
