"""How a list that goes round is told from a long one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

_REPEATS = 3  # pages seen before, under new addresses, before the list counts as a loop
_MOST_PAGES = 1_000_000


class Extent(Protocol):
    """How far a list has been read; a ``total`` of 0: nobody says of how many."""

    pages: int
    count: int
    total: int


class Loops:
    """Tells a list that goes round from one whose server uses an address or a token again.

    One that recurs proves nothing; one that recurs with a page seen before does. So do several
    pages in a row seen before, and a list far past its own length.
    """

    def __init__(self) -> None:
        self._addresses: set[str] = set()
        self._pages: set[int] = set()
        self._repeats = 0

    def goes_round(self, place: Extent, names: Sequence[str], address: str) -> bool:
        """Note a page, already counted in ``place``, and tell whether the list loops.

        ``names`` is what is on it, ``address`` where it or the next page is.
        """
        if place.pages > _MOST_PAGES or (place.total and place.count > 2 * place.total + 1000):
            return True
        if not names or not address:
            return False
        print_ = hash(tuple(names))
        seen, recurs = print_ in self._pages, address in self._addresses
        self._pages.add(print_)
        self._addresses.add(address)
        self._repeats = self._repeats + 1 if seen else 0
        return (seen and recurs) or self._repeats >= _REPEATS
