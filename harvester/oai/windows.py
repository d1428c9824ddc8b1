"""Stretches of datestamps: a list cut in windows, and a window that fails cut in halves.

Neighbours share their seam: ``until`` of one is ``from`` of the next, and both are inclusive
(OAI-PMH 2.7.1). So nothing falls between them, whatever a server does with fractions of a
second or with the hours of its last day.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Literal

import msgspec

from harvester.oai.page import instant

#: The two granularities of OAI-PMH 3.3.1, as strftime has them.
DAY = "%Y-%m-%d"
SECOND = "%Y-%m-%dT%H:%M:%SZ"

#: How a stretch is read. Only ``records`` is by ListRecords; the others are by ListIdentifiers,
#: and then GetRecord for what the store lacks: because a page cannot be had, because a list may
#: have been too short, or because increments may have missed something.
How = Literal["records", "unreadable", "doubtful", "everything"]

#: Where a list is taken to begin if its server does not say, or cannot be right.
_LONG_AGO = datetime(1990, 1, 1, tzinfo=UTC)
#: No stretch is cut in smaller ones than twice this.
_LEAST = {DAY: timedelta(days=1), SECOND: timedelta(minutes=1)}


class Span(msgspec.Struct, array_like=True, frozen=True):
    """Datestamps from ``since`` to ``until``, both inclusive and as sent; "": no limit."""

    since: str = ""
    until: str = ""
    how: How = "records"

    @property
    def verb(self) -> str:
        return "ListRecords" if self.how == "records" else "ListIdentifiers"

    def read_by(self, how: How) -> Span:
        return msgspec.structs.replace(self, how=how)

    def __str__(self) -> str:
        return f"from {self.since or 'the beginning'} until {self.until or 'now'}"

    def outside(self, datestamp: str) -> bool:
        """Tell whether a datestamp is of another day than the stretch has."""
        day = datestamp[:10]
        return bool(day) and (day < self.since[:10] or day > (self.until or "9")[:10])


def beginning(earliest: str, now: datetime) -> datetime:
    """Return where a list may begin; earliestDatestamp is a hint, and often the last restart."""
    said = instant(earliest)
    return said if said and _LONG_AGO < said < now - timedelta(days=1) else _LONG_AGO


def halves(span: Span, now: datetime, granularity: str, hint: datetime | None) -> list[Span]:
    """Return the two parts of a stretch, or [] where it is too short to be cut.

    It is cut at ``hint``, where that lies inside, else in the middle.
    """
    low, high, least = instant(span.since) or _LONG_AGO, instant(span.until) or now, _LEAST
    if high - low < 2 * least[granularity]:
        return []
    middle = hint if hint and low < hint < high else low + (high - low) / 2
    seam = middle.strftime(granularity)
    if seam in (span.since, span.until):
        seam = (low + (high - low) / 2).strftime(granularity)
    return [Span(span.since, seam, span.how), Span(seam, span.until, span.how)]


def next_window(since: str, begins: datetime, length: str, now: datetime, granularity: str) -> Span:
    """Return the window from ``since`` ("": from the very first) to the next turn of ``length``.

    ``begins`` is the time that ``since`` stands for. The last window has no end: a record that
    changes while the others are read moves into it.
    """
    if length == "day":
        turn = begins.replace(hour=0, minute=0, second=0) + timedelta(days=1)
    elif length == "month":
        turn = (begins.replace(day=1) + timedelta(days=32)).replace(day=1)
    else:
        turn = (begins.replace(month=1, day=1) + timedelta(days=367)).replace(day=1)
    turn = turn.replace(hour=0, minute=0, second=0, microsecond=0)
    return Span(since, turn.strftime(granularity) if turn < now else "")
