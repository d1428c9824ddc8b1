"""The public keys of platforms: fetched when they are needed, and kept for an hour."""

from __future__ import annotations

import threading
import time
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from webapp.lti.outside import Outside, OutsideError
from webapp.lti.refusal import RefusedError

FRESH = 3600  # seconds for which a key set is kept
REST = 30  # seconds after which a key that was not there is looked for again
MOMENT = 2  # seconds to wait for what somebody else is fetching already
_INSTANT = 0.1
_MOST = 100  # keys of a set that are looked at
_LEAST_BITS = 2048


class _Set:
    """The keys at one address; instants are of ``time.monotonic``.

    Whoever comes while it is fetched waits for a moment, counted from when that began: an LMS that
    is slow must not keep the few threads of the site.
    """

    def __init__(self, url: str, outside: Outside) -> None:
        self._url = url
        self._outside = outside
        self._lock = threading.Lock()
        self._keys: dict[str, RSAPublicKey] = {}
        self._fetched = float("-inf")
        self._missed = float("-inf")  # when a key was looked for in vain
        self._asked = time.monotonic()  # when it was last begun to fetch
        self._problem = ""  # why it could not be fetched

    def key(self, kid: str) -> RSAPublicKey:
        """Return the key with this kid. Raises RefusedError, see ``KeySets.key``."""
        found = self._there(kid)
        if found is None and self._rested():
            self._fetch(kid)
            found = self._there(kid)
        if found is None and self._problem:
            raise RefusedError("keys", 502, detail=self._problem)
        if found is None:
            raise RefusedError("signature", 403, detail="the key set has no such key.")
        return found

    def _there(self, kid: str) -> RSAPublicKey | None:
        return _find(self._keys, kid) if time.monotonic() - self._fetched < FRESH else None

    def _rested(self) -> bool:
        return time.monotonic() - self._missed > REST

    def _fetch(self, kid: str) -> None:
        """Fetch the set, where nobody else has done so meanwhile."""
        wait = max(self._asked + MOMENT - time.monotonic(), _INSTANT)
        if not self._lock.acquire(timeout=wait):
            raise RefusedError("keys", 503, detail=f"{self._url} has not answered yet.")
        try:
            if self._there(kid) or not self._rested():
                return
            self._asked = time.monotonic()
            self._read()
            if not self._there(kid):
                self._missed = time.monotonic()
        finally:
            self._lock.release()

    def _read(self) -> None:
        try:
            said = self._outside.get(self._url)
        except OutsideError as error:
            self._problem = str(error)
            return
        listed = said.get("keys")
        found = map(_read, listed[:_MOST] if isinstance(listed, list) else [])
        self._keys, self._problem = dict(filter(None, found)), ""
        self._fetched = time.monotonic()


class KeySets:
    """Key sets by their address. Each process keeps its own."""

    def __init__(self, outside: Outside) -> None:
        self._outside = outside
        self._sets: dict[str, _Set] = {}

    def key(self, url: str, kid: str) -> RSAPublicKey:
        """Return the key with this kid, or the only one where none is named.

        A set that lacks it is fetched once more: the platform may have changed its keys. Raises
        RefusedError: keys, where it cannot be fetched; signature, where there is no such key.
        Both are remembered for a while: whoever makes up messages does not make us ask each time.
        """
        return self._sets.setdefault(url, _Set(url, self._outside)).key(kid)


def _find(keys: dict[str, RSAPublicKey], kid: str) -> RSAPublicKey | None:
    if not kid and len(keys) == 1:
        return next(iter(keys.values()))
    return keys.get(kid)


def _read(said: Any) -> tuple[str, RSAPublicKey] | None:
    """Return kid and key of a JWK for RS256 signatures; None for any other."""
    if not isinstance(said, dict) or said.get("kty") != "RSA":
        return None
    if said.get("use", "sig") != "sig" or said.get("alg", "RS256") != "RS256":
        return None
    try:
        key = jwt.PyJWK({**said, "alg": "RS256"}, algorithm="RS256").key
    except (jwt.PyJWTError, ValueError, TypeError):
        return None
    if not isinstance(key, RSAPublicKey) or key.key_size < _LEAST_BITS:
        return None
    return str(said.get("kid", "")), key
