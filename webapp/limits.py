"""How often one address may ask, and what it is told of that; no address is kept.

Requests are counted by the minute in two rows of counters. An address has one counter in each row,
by a hash under a key that lasts that minute alone, and its requests are the smaller of the two (a
count-min sketch: Cormode and Muthukrishnan, 2005). So the room is the same however many ask, and
what is kept says nothing of who did. Two addresses that share both counters share what they may
ask: of a thousand that ask within a minute, a few at most.

Each process counts for itself: with n processes an address may ask up to n times as much.
"""

from __future__ import annotations

import hashlib
import secrets
import threading
import time
from array import array
from collections.abc import Callable, Sequence
from ipaddress import IPv6Address, ip_address

from flask import Flask, Response, g, request
from msgspec import Struct
from werkzeug.exceptions import TooManyRequests

from webapp.pace import MINUTE

#: Methods that read; some services can be asked by POST as well.
READING = frozenset({"GET", "HEAD"})
_CELLS = 1 << 15  # in each row
_NETWORK = 64  # bits of an IPv6 address that one household has


class Policy(Struct, frozen=True):
    """So many requests a minute, counted together, at paths that begin like this.

    ``methods`` are those that are counted: what writes is held to the limits of its source.
    """

    name: str
    most: int
    path: str
    methods: frozenset[str] = READING


class Spent(Struct, frozen=True):
    """What an address has asked under a policy, this request included, and when that is forgotten.

    ``left`` in seconds.
    """

    policy: Policy
    used: int
    left: float


class Visits:
    """How many requests each address made in this minute."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._ends = float("-inf")
        self._key = b""
        self._rows: tuple[array[int], ...] = ()

    def count(self, address: str) -> tuple[int, float]:
        """Count a request; return how many there were with it, and the seconds till all go."""
        with self._lock:
            now = self._clock()
            if now >= self._ends:
                self._ends, self._key = now + MINUTE, secrets.token_bytes(16)
                self._rows = tuple(array("Q", bytes(8 * _CELLS)) for _ in range(2))
            digest = hashlib.blake2b(_whose(address), key=self._key, digest_size=8).digest()
            places = (int.from_bytes(half) % _CELLS for half in (digest[:4], digest[4:]))
            counts = []
            for row, place in zip(self._rows, places, strict=True):
                row[place] += 1
                counts.append(row[place])
            return min(counts), self._ends - now


def _whose(address: str) -> bytes:
    """Return what is counted as one address: of IPv6, a network (RFC 6177)."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return b""
    if isinstance(found, IPv6Address):
        mapped = found.ipv4_mapped
        return mapped.packed if mapped else found.packed[: _NETWORK // 8]
    return found.packed


def register(app: Flask, policies: Sequence[Policy]) -> None:
    """Hold each address to the first policy for the path that it asks for, and tell it so.

    Headers are those of draft-ietf-httpapi-ratelimit-headers; 429 has Retry-After (RFC 6585, 4).
    The address is the one that the server believes: behind proxies see ``[site] trusted_proxies``.
    """
    counted = [(policy, Visits()) for policy in policies if policy.most]

    def before() -> None:
        for policy, visits in counted:
            if request.path.startswith(policy.path):
                if request.method not in policy.methods:
                    return
                used, left = visits.count(request.remote_addr or "")
                g.spent = Spent(policy, used, left)
                if used > policy.most:
                    raise TooManyRequests(retry_after=_whole(left))
                return

    def after(response: Response) -> Response:
        if spent := g.get("spent"):
            policy = spent.policy
            rest = max(policy.most - spent.used, 0)
            stated = f'"{policy.name}";q={policy.most};w={MINUTE:.0f}'
            response.headers["RateLimit-Policy"] = stated
            response.headers["RateLimit"] = f'"{policy.name}";r={rest};t={_whole(spent.left)}'
        return response

    app.before_request(before)
    app.after_request(after)


def _whole(seconds: float) -> int:
    return int(seconds) + 1
