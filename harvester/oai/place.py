"""Where a harvest is: what a killed run needs to go on, and how a loop is told from a list."""

from __future__ import annotations

import msgspec

from harvester import loops
from harvester.checkpoint import Checkpoint
from harvester.oai.page import OaiPage
from harvester.oai.windows import DAY, SECOND, Span

__all__ = ["DAY", "SECOND", "Loops", "Place", "Wanted"]

_EMPTY_PAGES = 2  # in a row, each with a token, before a list counts as ended
_MOST_NAMES = 2_000_000  # identifiers remembered to tell new from known; 80 bytes each


class Wanted(msgspec.Struct, array_like=True, frozen=True):
    """A record to be asked for by itself, and the datestamp that its header had."""

    identifier: str
    datestamp: str


class Place(Checkpoint, omit_defaults=True):
    """The state of a run between two pages; as JSON it is the checkpoint.

    A run reads one list a set, and each list in spans, of which ``todo`` has the one under way
    first. ``count`` to ``restarts`` are about that one.
    """

    index: int = 0  # of the set in the source's list
    todo: list[Span] = msgspec.field(default_factory=list)
    edge: str = ""  # where the next window begins; "": all are in ``todo``
    wanted: list[Wanted] = msgspec.field(default_factory=list)  # to GetRecord, before all else
    token: str = ""
    since: str = ""  # the ``from`` of this run
    watermark: str = ""  # responseDate of its first list answer
    count: int = 0  # records of this span so far
    total: int = 0  # of how many, as was said last; 0: the server does not say
    most: int = 0  # the largest that this was
    rose: bool = False  # it was said larger than before
    promised: int = 0  # of how many the list was that is being checked
    before: int = 0  # records of the lists before this one
    pages: int = 0
    empty: int = 0  # empty pages in a row
    restarts: int = 0
    failures: int = 0  # answers in a row that could not be had
    singles: int = 0  # records asked for by themselves
    swapped: bool = False  # ``from`` is in the other granularity than declared
    cuts: int = 0  # of spans of this list, because a page cannot be had
    undated: bool = False  # the server does not do what ``from`` and ``until`` say
    short: bool = False  # a list was not complete
    marked: bool = False  # the first page of this span has records that say they are in the set
    stirred: bool = False  # a record of this span has changed since the run began
    stale: int = 0  # older versions in a row of the record that was asked for by itself
    doubted: bool = False  # what is absent may have been overlooked
    nameless: bool = False  # records without an identifier came by
    compare: bool = False  # all identifiers are to be compared with what is kept
    uncompared: bool = False  # and could not be

    @property
    def span(self) -> Span:
        return self.todo[0]

    @property
    def overall(self) -> int | None:
        """Records in all lists up to this one, where the server says how many this has."""
        alone = len(self.todo) == 1 and not self.edge and self.span.how == "records"
        return self.before + self.total if self.total and alone else None

    def add(self, page: OaiPage) -> None:
        self.pages += 1
        self.failures = 0
        self.count += len(page.raws) + len(page.headers)
        self._note_size(page.total or self.total)
        self.empty = 0 if page.raws or page.headers else self.empty + 1
        self.nameless = self.nameless or any(not raw.identifier for raw in page.raws)

    def _note_size(self, total: int) -> None:
        self.rose = self.rose or 0 < self.total < total
        self.total, self.most = total, max(self.most, total)

    @property
    def size(self) -> int:
        """Records that this span should have. A size that goes down and up tells of two servers."""
        return self.most if self.rose else self.total

    @property
    def unsteady(self) -> bool:
        """The list may have changed while it was read, and records have moved across its pages."""
        return self.total != self.most or (self.stirred and self.pages > 1)

    def ended(self, page: OaiPage) -> bool:
        return not page.token or self.empty >= _EMPTY_PAGES

    def forget_span(self) -> None:
        """Begin with the first of ``todo`` at its start."""
        self.token = ""
        self.count = self.total = self.most = self.pages = self.empty = self.restarts = 0
        self.rose = self.marked = self.stirred = False

    def put(self, *spans: Span) -> None:
        """Put ``spans`` in the place of the one under way."""
        self.todo[:1] = spans
        self.forget_span()

    def next_span(self) -> bool:
        """Move on within the list; False where it has no further span."""
        if self.span.how == "records":
            self.before += self.count
        self.put()
        return bool(self.todo)

    def next_set(self, sets: int) -> bool:
        """Move on to the next set; False where there is none."""
        self.index += 1
        self.todo, self.edge, self.cuts = [], "", 0
        self.forget_span()
        return self.index < sets

    def restart(self, most: int) -> bool:
        """Begin the span again; False where that was done ``most`` times before."""
        if self.restarts >= most:
            return False
        again = self.restarts + 1
        self.forget_span()
        self.restarts = again
        return True


class Loops(loops.Loops):
    """Tells a list that goes round, counts what is new, and follows datestamps."""

    def __init__(self) -> None:
        super().__init__()
        self.last = ""  # datestamp, as long as the list goes by datestamps
        self._sorted = True
        self.names: set[int] = set()
        self._noted = 0  # pages

    def found(self, place: Place, page: OaiPage) -> bool:
        """Note a page that was just added to ``place``, and tell whether the list loops."""
        names = [raw.identifier for raw in page.raws or page.headers]
        self._noted += 1
        self._follow([raw.datestamp for raw in page.raws])
        if len(self.names) < _MOST_NAMES:
            self.names.update(map(hash, names))
        return self.goes_round(place, names, page.token)

    def _follow(self, datestamps: list[str]) -> None:
        """Notice whether the list goes from old to new: then trouble lies behind the newest."""
        said = [self.last, *datestamps]
        self._sorted = self._sorted and said == sorted(said)
        self.last = said[-1] if self._sorted else ""

    def distinct(self, place: Place) -> int | None:
        """Return how many records of the span there are, each counted once; None where unknown."""
        known = place.pages == self._noted and len(self.names) < _MOST_NAMES
        return len(self.names) if known else None
