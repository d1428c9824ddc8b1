"""The way through all lists: which span, window and set comes next, and what that is to ask.

A list that was cut in spans is held to what was promised of the whole. No network here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from catalog.config import OaiPmhSource
from harvester.errors import FetchError
from harvester.oai.page import instant
from harvester.oai.place import SECOND, Loops, Place
from harvester.oai.windows import Span, beginning, next_window
from harvester.raw import Raw

Lacking = Callable[[Sequence[Raw]], list[Raw]]


class Walk:
    """Walks through the spans of all lists; its ``place`` is the checkpoint."""

    def __init__(
        self, source: OaiPmhSource, place: Place, *, lacking: Lacking, warn: Callable[[str], None]
    ) -> None:
        self.source = source
        self.place = place
        self.granularity = SECOND
        self.earliest = ""  # earliestDatestamp
        self.now = datetime.now(UTC)  # the server's, once it is known
        self.restarted = False
        self.total: int | None = None  # records in the lists so far, where the server says so
        self._lacking = lacking
        self._warn = warn
        self._loops = Loops()
        self._trouble: FetchError | None = None  # that a way around is sought for
        self._promised = 0  # records of a list that was then cut in spans
        self._met: set[int] = set()  # and those that were met in them
        self._first: set[int] = set()  # records of a list that is being checked
        self._lacked = False  # and it had left some out

    @property
    def whole(self) -> bool:
        """Everything that the source has was listed, or will be."""
        place = self.place
        return (not place.since or place.compare) and not (place.uncompared or place.nameless)

    def open(self) -> None:
        """Begin with the list of the set at hand."""
        place = self.place
        place.todo, place.edge, place.cuts = [], "", 0
        place.forget_span()
        self._loops = Loops()
        if self.source.window and not place.undated:
            self.add_window(place.since, instant(place.since) or beginning(self.earliest, self.now))
        else:
            place.todo = [Span(place.since)]

    def add_window(self, since: str, begins: datetime) -> None:
        length = self.source.window
        span = next_window(since, begins, length, self.now, self.granularity)
        self.place.todo.append(span)
        self.place.edge = span.until

    def question(self) -> tuple[str, dict[str, str]] | None:
        """Return the next verb and its arguments, or None where all is read."""
        place, prefix = self.place, {"metadataPrefix": self.source.prefix}
        if place.wanted:
            return "GetRecord", {"identifier": place.wanted[0].identifier, **prefix}
        if not place.todo:
            return None
        span = place.span
        if place.token:
            return span.verb, {"resumptionToken": place.token}
        name = self.source.sets[place.index] if self.source.sets else ""
        return span.verb, {**prefix, "set": name, "from": span.since, "until": span.until}

    def advance(self) -> None:
        """Go on with the next span, window or set."""
        place, was = self.place, self.place.span.how
        self._met |= self._loops.names if self._promised else set()
        self._loops = Loops()
        self._trouble = None
        if place.next_span():
            return
        if place.edge:
            self.add_window(place.edge, instant(place.edge) or self.now)
            return
        if len(self._met) < self._promised:
            place.short = True
            self._warn(f"A list that was cut gave {len(self._met)} of {self._promised} records.")
        if place.compare and place.since and was != "everything":
            place.todo = [Span(how="everything")]
        elif place.next_set(len(self.source.sets)):
            self.open()
        self._promised, self._met = 0, set()

    def promise(self) -> None:
        """Remember how long a list is that is then read otherwise."""
        self._promised = max(self._promised, self.place.size)
        self._met |= self._loops.names


def overlapped(then: datetime | None, hours: float, granularity: str) -> str:
    """Return ``from``: some hours before a time, floored; "" without one."""
    return (then - timedelta(hours=hours)).strftime(granularity) if then else ""
