"""Where a list of the API goes on: what is in the tokens of searches and of changes."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, TypeVar

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from catalog.index import Query
from webapp import addresses, sealed

if TYPE_CHECKING:
    from catalog.catalogue import Catalogue

_KEY = "api tokens"


class UnknownTokenError(ValueError):
    """A token that leads nowhere: it was not handed out, or not for this."""


class Place(Struct, frozen=True, array_like=True, tag="search"):
    """Where a search has come to: ``after`` a rank of the index, or else past ``skip`` results.

    ``search`` tells it from others; ``seq`` is the last change that the index had.
    """

    search: str
    skip: int
    after: int | None
    seq: int


class Since(Struct, frozen=True, array_like=True, tag="changes"):
    """Where the list of changes has come to: past a number of the change sequence."""

    after: int


T = TypeVar("T", Place, Since)


class Cursors:
    """Writes and reads the tokens of one catalogue."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    @property
    def _key(self) -> bytes:
        return self._catalogue.store.published.key(_KEY)

    def write(self, place: Place | Since) -> str:
        return sealed.write(msgspec.json.encode(place), self._key)

    def read(self, token: str, kind: type[T]) -> T:
        """Return the place of a token. Raises UnknownTokenError where it is none of this kind."""
        try:
            return msgspec.json.decode(sealed.read(token, self._key), type=kind)
        except (sealed.ForeignTokenError, msgspec.MsgspecError) as error:
            said = "The token was not handed out here: take it as it came."
            raise UnknownTokenError(said) from error


def search_of(query: Query) -> str:
    """Return what tells a search from others, whatever its page, its size and what it counts."""
    plain = replace(query, page=1, size=addresses.SIZE, facets=(), skip=0, after=None)
    return hashlib.blake2b(addresses.write(plain).encode(), digest_size=9).hexdigest()
