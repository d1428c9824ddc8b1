"""Where a harvest of an API is: what a killed run needs to go on."""

from __future__ import annotations

from harvester.checkpoint import Checkpoint
from harvester.rest.page import RestPage

_EMPTY_PAGES = 2


class Place(Checkpoint, omit_defaults=True):
    """The state of a run between two pages; as JSON it is the checkpoint."""

    url: str = ""  # of the next page; "": the list has not begun
    since: str = ""  # what this run asks for changes since, as the parameter has it
    watermark: str = ""
    number: int = 0  # of the next page, where pages have numbers
    count: int = 0  # items so far
    total: int = 0  # of how many, as was said last; 0: the source does not say
    said: int = 0  # and as was said first
    fell: bool = False  # it was said smaller than before: items have moved across pages
    holes: bool = False  # an empty page came before one that was not
    largest: int = 0  # items on the fullest page
    beyond: bool = False  # the next page should not be there
    rereads: int = 0  # of a list whose items have moved while it was read
    pages: int = 0
    empty: int = 0  # pages without items in a row
    nameless: int = 0  # items so far that cannot be told from others
    restarts: int = 0

    def add(self, page: RestPage) -> None:
        self.pages += 1
        self.count += len(page.raws)
        self.said = self.said or page.total or 0
        self.fell = self.fell or 0 < (page.total or self.total) < self.total
        self.total = page.total or self.total
        self.largest = max(self.largest, len(page.raws))
        self.holes = self.holes or bool(self.empty and page.raws)
        self.empty = 0 if page.raws else self.empty + 1
        self.nameless += sum(not raw.identifier for raw in page.raws)

    @property
    def hollow(self) -> bool:
        """The list goes on, and nothing is in it."""
        return self.empty >= _EMPTY_PAGES

    def restart(self) -> bool:
        """Begin the list again; False where that was done before."""
        if self.restarts:
            return False
        self.restarts = 1
        self._forget()
        return True

    def reread(self) -> bool:
        """Begin a list again that has moved while it was read; False where that was done before."""
        if self.rereads:
            return False
        self.rereads = 1
        self._forget()
        return True

    def _forget(self) -> None:
        self.url = ""
        self.number = self.empty = self.count = self.total = self.pages = self.nameless = 0
        self.said = self.largest = 0
        self.fell = self.holes = self.beyond = False
