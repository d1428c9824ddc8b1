"""Where a harvest of an API is: what a killed run needs to go on."""

from __future__ import annotations

import msgspec

from harvester.rest.page import RestPage


class Place(msgspec.Struct, omit_defaults=True):
    """The state of a run between two pages; as JSON it is the checkpoint."""

    url: str = ""  # of the next page; "": the list has not begun
    since: str = ""  # what this run asks for changes since, as the parameter has it
    watermark: str = ""
    number: int = 0  # of the next page, where pages have numbers
    count: int = 0  # items so far
    total: int = 0  # of how many; 0: the source does not say
    pages: int = 0
    empty: bool = False  # the last page had no items
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
        self.empty = not page.raws
        self.nameless += sum(not raw.identifier for raw in page.raws)

    @property
    def short(self) -> bool:
        """The list ended before as many items came as there are."""
        return self.count < self.total

    def restart(self) -> bool:
        """Begin the list again; False where that was done before."""
        if self.restarts:
            return False
        self.url, self.empty, self.restarts = "", False, 1
        self.number = self.count = self.total = self.pages = self.nameless = 0
        return True
