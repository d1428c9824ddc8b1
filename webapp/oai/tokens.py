"""Resumption tokens: where a list goes on, signed, so that nothing has to be remembered (3.5)."""

from __future__ import annotations

import msgspec
from msgspec import Struct
from oaipmh.error import BadResumptionTokenError

from webapp import sealed


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
    return sealed.write(msgspec.json.encode(place), key)


def read(token: str, key: bytes, *, verb: str, now: float) -> Place:
    """Return the place of a token. Raises BadResumptionTokenError where it is none of ours."""
    try:
        place = msgspec.json.decode(sealed.read(token, key), type=Place)
    except (sealed.ForeignTokenError, msgspec.MsgspecError) as error:
        raise BadResumptionTokenError("The resumptionToken is not of this repository.") from error
    if place.verb != verb:
        raise BadResumptionTokenError(f"The resumptionToken is one of {place.verb}.")
    if place.expires < now:
        raise BadResumptionTokenError("The resumptionToken has expired; ask for the list again.")
    return place
