"""What an answer of a repository means for its list, and what to do without one. No network here.

A list is read by ListRecords. Where a page of it cannot be had, the list is begun again, then cut
in ever smaller spans of datestamps, and what is left of the trouble is read record by record.
Where a list may have been too short, its identifiers are listed and what the store lacks is
asked for: a run ends complete only if nothing is missing, or what is missing is a reject.
"""

from __future__ import annotations

from collections.abc import Sequence

from oaipmh import error as oai_errors

from harvester.errors import AnswerError, FetchError
from harvester.oai.page import OaiPage, instant, newest, say
from harvester.oai.place import DAY, SECOND, Loops, Wanted
from harvester.oai.walk import Walk
from harvester.oai.windows import Span, halves
from harvester.raw import Raw

_MOST_FAILURES = 40  # in a row: the server is down, not a record bad
_MOST_CUTS = 1000  # of one list
_MOST_RESTARTS = 3  # of a span whose token was forgotten
_SMALL = 500  # records: a list that is not cut, but read by its identifiers
_MOST_SINGLES = 1000  # records asked for by themselves where a list was short


class Plan(Walk):
    """Takes answers, and what stands in their place, and says how to go on."""

    # Answers

    def ignores_dates(self, page: OaiPage) -> bool:
        """Tell whether most of a page lies outside the dates asked for, and then do without."""
        span = self.place.span
        strange = sum(span.outside(raw.datestamp) for raw in page.raws)
        if (span.since or span.until) and strange > len(page.raws) // 2:
            self._do_without_dates("ignores")
            return True
        return False

    def forgets_set(self, page: OaiPage) -> bool:
        """Tell whether most of a page is not in the set that its list is of.

        Only where the list's first page was: not every server says which sets a record is in.
        """
        place, raws = self.place, page.raws or page.headers
        if not self.source.sets or not raws:
            return False
        name = self.source.sets[place.index]
        inside = sum(any(s == name or s.startswith(f"{name}:") for s in raw.sets) for raw in raws)
        if not place.token:
            place.marked = inside > len(raws) // 2
        return place.marked and inside < len(raws) / 2

    def take(self, page: OaiPage) -> None:
        """Go on after a page of a list. Raises FetchError where the list loops, again and again."""
        place = self.place
        if not self.source.sizes:
            page.total = None
        place.add(page)
        place.stirred |= any(raw.datestamp > place.watermark for raw in page.raws or page.headers)
        self.total = place.overall or self.total
        if self._loops.found(place, page):
            loop = f"sends its pages in a loop, after {place.count} records"
            if not place.restart(1):
                raise FetchError(loop)
            self._warn(f"A list was begun again: {self.source.url} {loop}.")
            self.restarted, self._loops = True, Loops()
            return
        if place.span.how != "records" and not self._want(page.headers):
            return
        if place.ended(page):
            self._close()
            self.advance()
        else:
            place.token = page.token

    def _want(self, headers: Sequence[Raw]) -> bool:
        """Ask for the records that the store lacks; False: they are too many, so otherwise."""
        place, how = self.place, self.place.span.how
        lacking = self._lacking(newest(headers))
        place.singles += len(lacking)
        self._lacked |= bool(lacking)
        if how == "unreadable" or place.singles <= _MOST_SINGLES:
            place.wanted += [Wanted(raw.identifier, raw.datestamp) for raw in lacking]
            return True
        if how == "everything":
            self._warn(
                f"Increments have missed more than {_MOST_SINGLES} records: all are asked for."
            )
            place.since, place.singles = "", 0
            self.open()
        else:
            place.short = True
            self._warn(f"A list left out more than {_MOST_SINGLES} records that it should have.")
            self.advance()
        return False

    def _close(self) -> None:
        """Judge a span that was read to its end."""
        place, span = self.place, self.place.span
        new = self._loops.distinct(place)
        if span.how == "records":
            unsure = new is None or place.unsteady or place.nameless
            unsure = unsure or not place.size or (new or 0) < place.size
            place.promised = place.size if unsure else 0
            if (came := new or place.count) < place.promised:
                self._warn(f"A list gave {came} of {place.size} records; the others were sought.")
            if unsure:
                self._first, self._lacked = self._loops.names, False
                place.todo.insert(1, span.read_by("doubtful"))
            return
        if span.how == "everything":
            # Nobody has said how many there are, or not all of them came by
            place.doubted = new is None or place.unsteady or not 0 < place.size <= new
        least = max(place.size, place.promised if span.how == "doubtful" else 0)
        if place.count < least or not (new is None or self._all_met(new, least)):
            place.short = True
            self._warn(f"A list ended after {new or place.count} of {least} records.")

    def _all_met(self, new: int, least: int) -> bool:
        """Tell whether a list of identifiers, with what came before, has all that there are.

        A list that names some twice may have left out as many. But where it says just what the
        list before it said, that is how its source is.
        """
        place, how = self.place, self.place.span.how
        if new == place.count or how == "everything":
            return True
        met = self._loops.names | self._first
        agrees = how == "doubtful" and not self._lacked and self._first <= self._loops.names
        return agrees or 0 < least <= len(met)

    # Trouble

    def refused(self, error: Exception) -> None:
        """Answer an OAI-PMH error (3.6) on a list. Raises FetchError."""
        place, span = self.place, self.place.span
        argument = isinstance(error, oai_errors.BadArgumentError)
        if place.token and (argument or isinstance(error, oai_errors.BadResumptionTokenError)):
            if place.restart(_MOST_RESTARTS):
                self.restarted = True
                self._loops = Loops()
            else:
                self.overcome(AnswerError(f"it breaks its list off time after time: {say(error)}"))
        elif isinstance(error, oai_errors.NoRecordsMatchError) and not place.token:
            if span.how != "records" or span == Span():  # all is a lot to have nothing of
                self._close()
            self.advance()
        elif argument and (span.since or span.until):
            self._ask_otherwise()
        elif span.how in ("doubtful", "everything"):
            self._leave_open(say(error))
        else:
            raise self._trouble or FetchError(f"it refuses {span.verb}: {say(error)}")

    def overcome(self, error: FetchError) -> None:
        """Find another way to what could not be had. Raises FetchError where there is none."""
        place, span = self.place, self.place.span
        self._trouble = self._trouble or error
        place.failures += 1
        hopeless = place.failures > _MOST_FAILURES or place.cuts > _MOST_CUTS
        if hopeless or not isinstance(error, AnswerError):
            raise self._trouble
        if place.token and not place.cuts and place.restart(1):
            self._warn(f"A list was begun again: {error}.")
            self.restarted = True  # its token may have been good for one request only
            self._loops = Loops()
        elif span.how in ("doubtful", "everything"):
            self._leave_open(str(error))
        elif self._cut(span):
            self.restarted = True
            self._loops = Loops()
        elif span.how == "records":
            self._warn(f"Records were asked for one by one, because {self._trouble}.")
            self.promise()
            place.put(span.read_by("unreadable"))
            self._loops = Loops()
        elif span == Span(place.since, how="unreadable"):
            raise self._trouble
        else:
            place.short = True
            self._warn(f"What changed {span} cannot be read: {self._trouble}.")
            self.advance()

    def _cut(self, span: Span) -> bool:
        """Cut a span that cannot be read in two; tell whether it could be."""
        place = self.place
        small = span.how == "records" and 0 < place.size <= _SMALL
        parts = halves(span, self.now, self.granularity, instant(self._loops.last))
        if place.undated or small or not parts:
            return False
        self.promise()
        place.cuts += 1
        place.put(*parts)
        return True

    def _leave_open(self, reason: str) -> None:
        """Go on although identifiers could not be listed."""
        place = self.place
        if place.span.how == "everything":
            place.uncompared = True
            self._warn(f"Its identifiers could not be compared with what is kept: {reason}.")
        elif place.promised:
            place.short = True
            self._warn(f"A list ended before its {place.promised} records had come.")
        else:
            place.doubted = True
            self._warn(f"Whether the list is complete could not be checked: {reason}.")
        self.advance()

    def _ask_otherwise(self) -> None:
        """Try dates in the other granularity, then do without."""
        if self.place.swapped:
            self._do_without_dates("refuses")
            return
        self.place.swapped = True
        self.granularity = DAY if self.granularity == SECOND else SECOND
        then = instant(self.place.since)
        self.place.since = then.strftime(self.granularity) if then else ""
        self._warn("The server refuses dates in the granularity that it declares.")
        self.open()

    def _do_without_dates(self, what: str) -> None:
        place = self.place
        name = "until" if place.span.until else "from"
        self._warn(
            f"The server {what} {name}: its lists are not cut."
            if name == "until"
            else f"The server {what} from: it is not incremental, and everything is read each time."
        )
        if not place.span.until:
            place.since = ""
        place.undated = True
        self.open()
