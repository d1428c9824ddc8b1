"""The public keys of platforms: fetched when they are needed, and kept for an hour."""

from __future__ import annotations

import time
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from msgspec import Struct

from webapp.lti.outside import Outside, OutsideError
from webapp.lti.refusal import RefusedError

FRESH = 3600  # seconds for which a key set is kept
REST = 30  # seconds after which a key that was not there is looked for again
_MOST = 100  # keys of a set that are looked at
_LEAST_BITS = 2048


class _Set(Struct):
    """The keys at one address; instants are of ``time.monotonic``."""

    keys: dict[str, RSAPublicKey]
    fetched: float
    missed: float | None = None

    def is_old(self, now: float) -> bool:
        return now - self.fetched > FRESH

    def rested(self, now: float) -> bool:
        """Tell whether a key that is not among these may be looked for."""
        return self.missed is None or now - self.missed > REST


class KeySets:
    """Key sets by their address. Each process keeps its own."""

    def __init__(self, outside: Outside) -> None:
        self._outside = outside
        self._sets: dict[str, _Set] = {}

    def key(self, url: str, kid: str) -> RSAPublicKey:
        """Return the key with this kid, or the only one where none is named.

        A set that lacks it is fetched once more: the platform may have changed its keys. Raises
        RefusedError: keys, where it cannot be fetched; signature, where there is no such key.
        """
        known, now = self._sets.get(url), time.monotonic()
        if known is None or known.is_old(now) or (not _find(known.keys, kid) and known.rested(now)):
            known = self._fetch(url)
        found = _find(known.keys, kid)
        if found is None:
            known.missed = time.monotonic()
            raise RefusedError("signature", 403, detail="the key set has no such key.")
        return found

    def _fetch(self, url: str) -> _Set:
        try:
            said = self._outside.get(url)
        except OutsideError as error:
            raise RefusedError("keys", 502, detail=str(error)) from error
        listed = said.get("keys")
        keys = dict(filter(None, map(_read, listed[:_MOST] if isinstance(listed, list) else [])))
        made = self._sets[url] = _Set(keys, time.monotonic())
        return made


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
