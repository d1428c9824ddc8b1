"""Tokens that are handed out and come back: signed, so that nothing has to be remembered."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac

_LONGEST = 1000  # characters
_SEAL = 16  # bytes of HMAC-SHA-256 (RFC 2104, 5: half of it at least)


class ForeignTokenError(ValueError):
    """A token that was never handed out."""


def write(said: bytes, key: bytes) -> str:
    """Return the token that says this: letters, digits, hyphens and underscores."""
    return base64.urlsafe_b64encode(_seal(said, key) + said).rstrip(b"=").decode()


def read(token: str, key: bytes) -> bytes:
    """Return what a token says. Raises ForeignTokenError where it is none of ours."""
    if len(token) > _LONGEST or not token.isascii():
        raise ForeignTokenError
    try:
        whole = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except binascii.Error as error:
        raise ForeignTokenError from error
    seal, said = whole[:_SEAL], whole[_SEAL:]
    if not hmac.compare_digest(seal, _seal(said, key)):
        raise ForeignTokenError
    return said


def _seal(said: bytes, key: bytes) -> bytes:
    return hmac.digest(key, said, hashlib.sha256)[:_SEAL]
