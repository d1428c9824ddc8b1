"""Where a harvest is: what a killed run needs to go on, and how a loop is told from a list."""

from __future__ import annotations

import msgspec

from harvester.oai.page import OaiPage

#: The two granularities of OAI-PMH 3.3.1, as strftime has them.
DAY = "%Y-%m-%d"
SECOND = "%Y-%m-%dT%H:%M:%SZ"

_EMPTY_PAGES = 2  # in a row, each with a token, before a list counts as ended
_REPEATS = 3  # pages seen before, under new tokens, before it counts as a loop
_MOST_PAGES = 1_000_000


class Place(msgspec.Struct, omit_defaults=True):
    """The state of a run between two pages; as JSON it is the checkpoint."""

    index: int = 0  # of the set in the source's list
    token: str = ""
    since: str = ""  # the ``from`` of this run
    watermark: str = ""  # responseDate of its first list answer
    count: int = 0  # records of this list so far
    total: int = 0  # of how many; 0: the server does not say
    before: int = 0  # records of the lists before this one
    pages: int = 0
    empty: int = 0  # empty pages in a row
    restarts: int = 0
    swapped: bool = False  # ``from`` is in the other granularity than declared
    short: bool = False  # a list was not complete
    nameless: bool = False  # records without an identifier came by

    @classmethod
    def parse(cls, checkpoint: str) -> Place | None:
        """Read a checkpoint; None where there is none, or one of another version of us."""
        try:
            return msgspec.json.decode(checkpoint, type=cls) if checkpoint else None
        except msgspec.DecodeError:
            return None

    def dump(self) -> str:
        return msgspec.json.encode(self).decode()

    @property
    def overall(self) -> int | None:
        """Records in all lists up to this one, where the server says how many this has."""
        return self.before + self.total if self.total else None

    def add(self, page: OaiPage) -> None:
        self.pages += 1
        self.count += len(page.raws)
        self.total = page.total or self.total
        self.empty = 0 if page.raws else self.empty + 1
        self.nameless = self.nameless or any(not raw.identifier for raw in page.raws)

    def ended(self, page: OaiPage) -> bool:
        return not page.token or self.empty >= _EMPTY_PAGES

    def next_list(self, sets: int) -> bool:
        """Move on to the next set; False where there is none."""
        self.before += self.count
        self.index, self.token = self.index + 1, ""
        self.count = self.total = self.pages = self.empty = self.restarts = 0
        return self.index < sets

    def restart(self) -> bool:
        """Begin the list again, from the same ``from``; False where that was done before."""
        if self.restarts:
            return False
        self.restarts, self.token = 1, ""
        self.count = self.total = self.pages = self.empty = 0
        return True


class Loops:
    """Tells a list that goes round from one whose server reuses a token.

    A token that recurs proves nothing; a token that recurs with a page seen before does. So
    do several pages in a row seen before, and a list far past its own length.
    """

    def __init__(self) -> None:
        self._tokens: set[str] = set()
        self._pages: set[int] = set()
        self._repeats = 0

    def found(self, place: Place, page: OaiPage) -> bool:
        """Note a page that was just added to ``place``, and tell whether the list loops."""
        if place.pages > _MOST_PAGES or (place.total and place.count > 2 * place.total + 1000):
            return True
        if not page.raws or not page.token:
            return False
        print_ = hash(tuple([raw.identifier for raw in page.raws]))
        seen, recurs = print_ in self._pages, page.token in self._tokens
        self._pages.add(print_)
        self._tokens.add(page.token)
        self._repeats = self._repeats + 1 if seen else 0
        return (seen and recurs) or self._repeats >= _REPEATS
