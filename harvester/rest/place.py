"""Where a harvest of an API is: what a killed run needs to go on."""

from __future__ import annotations

import msgspec

from harvester.rest.page import RestPage

_EMPTY_PAGES = 2
_REPEATS = 3  # pages seen before, under new addresses, before the list counts as a loop
_MOST_PAGES = 1_000_000


class Place(msgspec.Struct, omit_defaults=True):
    """The state of a run between two pages; as JSON it is the checkpoint."""

    url: str = ""  # of the next page; "": the list has not begun
    since: str = ""  # what this run asks for changes since, as the parameter has it
    watermark: str = ""
    number: int = 0  # of the next page, where pages have numbers
    count: int = 0  # items so far
    total: int = 0  # of how many; 0: the source does not say
    pages: int = 0
    empty: int = 0  # pages without items in a row
    nameless: int = 0  # items so far that cannot be told from others
    restarts: int = 0

    @classmethod
    def parse(cls, checkpoint: str) -> Place | None:
        """Read a checkpoint; None where there is none, or one of another version of us."""
        try:
            return msgspec.json.decode(checkpoint, type=cls) if checkpoint else None
        except msgspec.DecodeError:
            return None

    def dump(self) -> str:
        return msgspec.json.encode(self).decode()

    def add(self, page: RestPage) -> None:
        self.pages += 1
        self.count += len(page.raws)
        self.total = page.total or self.total
        self.empty = 0 if page.raws else self.empty + 1
        self.nameless += sum(not raw.identifier for raw in page.raws)

    @property
    def short(self) -> bool:
        """The list ended before as many items came as there are, or just went on and on."""
        return self.count < self.total or (self.hollow and not self.total)

    @property
    def hollow(self) -> bool:
        """The list goes on, and nothing is in it."""
        return self.empty >= _EMPTY_PAGES

    def restart(self) -> bool:
        """Begin the list again; False where that was done before."""
        if self.restarts:
            return False
        self.url, self.restarts = "", 1
        self.number = self.empty = self.count = self.total = self.pages = self.nameless = 0
        return True


class Loops:
    """Tells a list that goes round from one whose server reuses a token.

    An address that recurs proves nothing; one that recurs with items seen before does. So do
    several pages in a row seen before, and a list far past its own length.
    """

    def __init__(self) -> None:
        self._addresses: set[str] = set()
        self._pages: set[int] = set()
        self._repeats = 0

    def found(self, place: Place, page: RestPage, address: str) -> bool:
        """Note a page that was just added to ``place``, and tell whether the list loops."""
        if place.pages > _MOST_PAGES or (place.total and place.count > 2 * place.total + 1000):
            return True
        if not page.raws:
            return False
        print_ = hash(tuple([raw.identifier for raw in page.raws]))
        seen, recurs = print_ in self._pages, address in self._addresses
        self._pages.add(print_)
        self._addresses.add(address)
        self._repeats = self._repeats + 1 if seen else 0
        return (seen and recurs) or self._repeats >= _REPEATS
