"""Resumption tokens: where a list goes on, signed, so that nothing has to be remembered (3.5)."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac

import msgspec
from msgspec import Struct
from oaipmh.error import BadResumptionTokenError

_LONGEST = 1000  # characters
_SEAL = 16  # bytes of HMAC-SHA-256 (RFC 2104, 5: half of it at least)


class Place(Struct, frozen=True, array_like=True):
    """Where a list has come to: ``after`` a number of the change sequence.

    ``until`` is the last number of a list that has an end, 0 of one that goes on to the present.
    ``cursor`` records were given already, of ``size``. ``expires`` in seconds since 1970.
    """

    verb: str
    prefix: str
    set: str
    after: int
    until: int
    cursor: int
    size: int
    expires: int


def write(place: Place, key: bytes) -> str:
    """Return the token of a place: letters, digits, hyphens and underscores."""
    said = msgspec.json.encode(place)
    return base64.urlsafe_b64encode(_seal(said, key) + said).rstrip(b"=").decode()


def read(token: str, key: bytes, *, verb: str, now: float) -> Place:
    """Return the place of a token. Raises BadResumptionTokenError where it is none of ours."""
    try:
        if len(token) > _LONGEST or not token.isascii():
            raise BadResumptionTokenError("The resumptionToken is not of this repository.")
        whole = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
        seal, said = whole[:_SEAL], whole[_SEAL:]
        if not hmac.compare_digest(seal, _seal(said, key)):
            raise BadResumptionTokenError("The resumptionToken is not of this repository.")
        place = msgspec.json.decode(said, type=Place)
    except (binascii.Error, ValueError, msgspec.MsgspecError) as error:
        raise BadResumptionTokenError("The resumptionToken cannot be read.") from error
    if place.verb != verb:
        raise BadResumptionTokenError(f"The resumptionToken is one of {place.verb}.")
    if place.expires < now:
        raise BadResumptionTokenError("The resumptionToken has expired; ask for the list again.")
    return place


def _seal(said: bytes, key: bytes) -> bytes:
    return hmac.digest(key, said, hashlib.sha256)[:_SEAL]
