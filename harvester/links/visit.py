"""One visit to an address: HEAD or GET, redirects one by one, and what is asked beside it.

Files are asked for by HEAD first, and by GET where HEAD is refused, lies or does not say enough.
Pages are asked for by GET at once: whether a page with status 200 is the material can be told by
its text alone, and one request is kinder than two.
"""

from __future__ import annotations

import asyncio
import re
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import urldefrag, urljoin, urlsplit

import msgspec
from w3lib.url import safe_url_string

from catalog.links import Verdict
from harvester.links import made_up
from harvester.links.observation import Answer, Hop, Observation, RestingError, Trouble
from harvester.links.page import LARGEST
from harvester.links.phrases import phrases
from harvester.links.verdict import enough, is_file, needs_missing, verdict

_MOST_HOPS = 10
_MOST_COOKIES = 20
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_COOKIE = re.compile(r"\s*([^=;\s,]{1,200})=([^;\r\n]{0,2000})")
_PART = {"Range": f"bytes=0-{LARGEST - 1}", "Accept-Encoding": "identity"}
_WHOLE = {"Accept-Encoding": "gzip"}


@dataclass(frozen=True, kw_only=True)
class Asking:
    """One request, as the door is handed it."""

    method: str
    url: str
    asked: str  # the address of the visit: pages like to repeat it
    headers: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Given:
    """What the door hands back: an answer, or trouble."""

    answer: Answer | None = None
    trouble: Trouble | None = None
    location: str = ""
    cookies: tuple[str, ...] = ()  # Set-Cookie, as they came


Ask = Callable[[Asking], Awaitable[Given]]


@dataclass
class Visitor:
    """Makes visits; what sites answer where nothing is, is asked once for addresses alike."""

    ask: Ask
    _missing: dict[tuple[str, ...], Answer | None] = field(default_factory=dict)
    _asking: defaultdict[tuple[str, ...], asyncio.Lock] = field(
        default_factory=lambda: defaultdict(asyncio.Lock)
    )

    async def visit(self, url: str) -> tuple[Observation, Verdict]:
        """Return what is seen at an address, and what it means."""
        seen = await self._look(url)
        found = verdict(seen)
        if needs_missing(found, seen):
            seen = await self._compare(seen)
            found = verdict(seen)
        return seen, found

    async def _look(self, url: str) -> Observation:
        if player := phrases().player(url):
            told = await self._walk("GET", player.question(url), _WHOLE)
            status = told.answer.status if told.answer else 0
            if status == HTTPStatus.OK or status in player.gone:
                return Observation(asked=url, answer=told.answer, film=status == HTTPStatus.OK)
        if not is_file(url):
            return await self._walk("GET", url, _WHOLE)
        seen = await self._walk("HEAD", url, {})
        if enough(seen):
            return seen
        return await self._walk("GET", url, _PART)

    async def _walk(self, method: str, url: str, headers: Mapping[str, str]) -> Observation:
        """Ask, and go where it leads, with the cookies that are handed out on the way."""
        hops: list[Hop] = []
        jar = _Jar()
        at, been = urldefrag(url)[0], set[tuple[str, int]]()
        answer: Answer | None = None
        trouble: Trouble | None = None
        while trouble is None:
            if (at, len(jar)) in been or len(hops) > _MOST_HOPS:
                trouble = Trouble("loop", at)
                break
            been.add((at, len(jar)))
            asking = Asking(
                method=method, url=at, asked=url, headers={**headers, **jar.headers(at)}
            )
            given = await self.ask(asking)
            jar.take(at, given.cookies)
            answer, trouble = given.answer, given.trouble
            hop = _hop(at, given)
            if hop is None:
                break
            hops.append(hop)
            at, trouble = _followed(hop.url)
        return Observation(
            asked=url,
            hops=tuple(hops),
            answer=None if trouble else answer,
            trouble=trouble,
            bodiless=method == "HEAD",
        )

    async def _compare(self, seen: Observation) -> Observation:
        """See what the site says where nothing can be."""
        same_host = urlsplit(seen.asked).netloc == urlsplit(seen.url).netloc
        beside = seen.asked if same_host or not urlsplit(seen.url).path.strip("/") else seen.url
        kind = made_up.kind(beside)
        async with self._asking[kind]:
            if kind not in self._missing:
                self._missing[kind] = None
                with suppress(RestingError):  # what was seen of the address itself stands
                    other = await self._walk("GET", made_up.sibling(beside), _WHOLE)
                    self._missing[kind] = other.answer
        return msgspec.structs.replace(seen, missing=self._missing[kind])


class _Jar:
    """The cookies of one visit: some sites send everybody round who has none."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], str] = {}

    def __len__(self) -> int:
        return len(self._kept)

    def take(self, url: str, said: tuple[str, ...]) -> None:
        host = urlsplit(url).netloc
        for each in said:
            found = _COOKIE.match(each)
            if found and len(self._kept) < _MOST_COOKIES:
                self._kept[host, found[1]] = found[2].strip()

    def headers(self, url: str) -> dict[str, str]:
        host = urlsplit(url).netloc
        own = [f"{name}={value}" for (of, name), value in self._kept.items() if of == host]
        return {"Cookie": "; ".join(own)} if own else {}


def _hop(at: str, given: Given) -> Hop | None:
    """Return where an answer leads on to, if it does."""
    answer = given.answer
    if answer is None:
        return None
    if answer.status in _REDIRECTS and given.location:
        try:
            target = urljoin(at, given.location.strip())
        except ValueError:
            target = given.location
        return Hop(answer.status, target)
    if answer.status == HTTPStatus.OK and answer.page and answer.page.refresh:
        return Hop(0, answer.page.refresh)
    return None


def _followed(target: str) -> tuple[str, Trouble | None]:
    """Return an address as it is asked for; one that is none on the web is trouble."""
    try:
        split = urlsplit(target)
        host = split.hostname
    except ValueError:
        return target, Trouble("nowhere", target)
    if split.scheme not in ("http", "https") or not host:
        return target, Trouble("nowhere", target)
    return safe_url_string(urldefrag(target)[0]), None
