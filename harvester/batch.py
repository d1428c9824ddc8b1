"""What one page of a harvest comes to: each raw record compared with what is kept, and read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta

import msgspec

from catalog.config import OaiPmhSource, Source
from catalog.normalise import Defaults
from catalog.profile import Profile
from catalog.store.model import Counts, Entry, Known, Reject, encode, record_id
from harvester.errors import ParseError
from harvester.oai.page import instant
from harvester.oai.windows import DAY
from harvester.raw import Page, Raw
from harvester.reading import digest, read

#: Deletions of one run that are remembered: an older version may come on a later page.
_MOST_TOLD = 200_000


def recent(entry: Source | None, since: str) -> str:
    """Return the first day of what a list of changes is asked for; "" where it is no such list."""
    then = instant(since) if since and isinstance(entry, OaiPmhSource) else None
    if then is None or not isinstance(entry, OaiPmhSource):
        return ""
    return (then - timedelta(hours=entry.overlap)).strftime(DAY)


def is_behind(datestamp: str, kept: str, recent: str) -> bool:
    """Tell whether a list of changes has an older version of a record than the one that is kept.

    Servers that take turns may not all be up to date yet. What is older than the list should have
    is another matter: its server was put back, and what it says counts. Only datestamps of one
    granularity can be compared (OAI-PMH 3.3.1).
    """
    if not recent or len(datestamp) != len(kept) or not recent <= datestamp < kept:
        return False
    return len(kept) == len(recent) or (datestamp.endswith("Z") and kept.endswith("Z"))


@dataclass
class Batch:
    """What one page comes to."""

    source: str
    run: int
    defaults: Defaults
    profile: Profile
    told: dict[str, str]  # of the run: ids that were said to be deleted, and when
    refused: set[str]  # of the run: keys of what was rejected
    recent: str
    behind: int = 0
    counts: Counts = field(default_factory=lambda: Counts(pages=1))
    entries: list[Entry] = field(default_factory=list)
    gone: list[int] = field(default_factory=list)  # in their raw record no longer
    withdrawn: list[int] = field(default_factory=list)  # the source says that they are deleted
    deleted: set[str] = field(default_factory=set)  # ids of these
    sighted: list[int] = field(default_factory=list)
    restamped: list[tuple[int, str]] = field(default_factory=list)
    missing: list[int] = field(default_factory=list)
    found: list[int] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    readable: set[str] = field(default_factory=set)  # identifiers that are no reject (any more)

    def sort_out(self, page: Page) -> dict[str, tuple[int, Raw]]:
        """Return what has an identifier, by id; of twins on one page the newest."""
        wanted: dict[str, tuple[int, Raw]] = {}
        self.counts.seen = len(page.raws)
        for position, raw in enumerate(page.raws):
            self.counts.repaired += raw.repaired
            if raw.rejected is not None and not raw.identifier:
                self.reject(position, raw, raw.rejected)
                continue
            id_ = record_id(self.source, raw.identifier)
            if id_ in wanted:
                self.counts.duplicates += 1
                if raw.datestamp < wanted[id_][1].datestamp:
                    continue
            wanted[id_] = (position, raw)
        return wanted

    def sight(self, rows: Iterable[Known], *, unmodified: bool) -> None:
        """Note records that came by by name alone: on a page that is ``unmodified``, or listed."""
        live = sorted((known for known in rows if not known.deleted), key=lambda known: known.no)
        self.sighted += [known.no for known in live]
        self.found += [known.no for known in live if known.absent]
        if unmodified:
            again = sum(known.run == self.run for known in live)
            self.counts.seen += len(live)
            self.counts.duplicates += again
            self.counts.unchanged += len(live) - again

    def take(self, id_: str, position: int, raw: Raw, known: Known | None) -> None:
        """Decide what becomes of one record."""
        if self._came_newer(id_, raw, known):
            self.counts.duplicates += 1
            return
        live = known is not None and not known.deleted
        if known and live and is_behind(raw.datestamp, known.datestamp, self.recent):
            self.counts.unchanged += 1
            self.behind += 1
            self.sighted.append(known.no)
            return
        if raw.missing and known and live and not (known.absent and known.run != self.run):
            self.counts.unchanged += 1  # another run must miss it too
            self.missing.append(known.no)
            return
        if raw.deleted or raw.missing:
            self._withdraw(id_, raw, known if live else None)
            return
        fingerprint = digest(raw)
        if known and live and fingerprint == known.hash:
            self._pass(raw, known)
            return
        try:
            self._read(id_, position, raw, fingerprint, known)
        except ParseError as error:
            self.reject(position, raw, error)
            if known and live:
                self.sighted.append(known.no)  # the former version stays
            return
        self.readable.add(raw.identifier)
        self.told.pop(id_, None)
        if not live:
            self.counts.added += 1
        elif known and known.run == self.run:
            self.counts.duplicates += 1
        else:
            self.counts.changed += 1

    def _came_newer(self, id_: str, raw: Raw, known: Known | None) -> bool:
        """Tell whether this run has met a newer version of the record already, or its deletion."""
        if self.told and raw.datestamp < self.told.get(id_, ""):
            return True
        if known is None or known.deleted or known.run != self.run:
            return False
        return raw.datestamp < known.datestamp

    def _withdraw(self, id_: str, raw: Raw, live: Known | None) -> None:
        self.readable.add(raw.identifier)
        again = id_ in self.told
        if raw.deleted and (again or len(self.told) < _MOST_TOLD):
            self.told[id_] = raw.datestamp
        if live:
            self.restamped.append((live.no, raw.datestamp))  # for when the run is taken up again
        if again:
            self.counts.duplicates += 1
            return
        self.counts.deleted += 1
        if live:
            self.withdrawn.append(live.no)
            self.deleted.add(id_)

    def count_news(self) -> None:
        """Count, of headers that came without their records, what is withdrawn by them alone.

        A record is counted where it comes itself; what was never kept, or is told again, is none.
        """
        self.counts = Counts(pages=1, seen=len(self.deleted), deleted=len(self.deleted))

    def _pass(self, raw: Raw, known: Known) -> None:
        self.readable.add(raw.identifier)
        if known.run == self.run:
            self.counts.duplicates += 1
            return
        self.counts.unchanged += 1
        self.sighted.append(known.no)
        self.told.pop(known.id, None)
        if known.absent:
            self.found.append(known.no)
        if raw.datestamp != known.datestamp:
            self.restamped.append((known.no, raw.datestamp))

    def _read(
        self, id_: str, position: int, raw: Raw, fingerprint: bytes, known: Known | None
    ) -> None:
        if raw.rejected is not None:
            raise raw.rejected
        name, resources = read(raw, self.defaults, self.profile)
        for i, (resource, findings) in enumerate(resources):
            self.entries.append(
                Entry(
                    id=record_id(self.source, resource.identifier) if i else id_,
                    identifier=resource.identifier,
                    format=name,
                    datestamp=raw.datestamp,
                    sets=" ".join(raw.sets),
                    hash=fingerprint,
                    position=position,
                    resource=msgspec.Raw(encode(resource)),
                    parent=id_ if i else None,
                    no=known.no if known and not i else None,
                    findings=findings,
                )
            )

    def parents(self, known: dict[str, Known]) -> list[str]:
        """Return ids of raw records that may have had further resources, or have them now."""
        changed = {e.id for e in self.entries if e.id in known}
        return sorted(changed | self.deleted | {e.parent for e in self.entries if e.parent})

    def reject(self, position: int, raw: Raw, error: ParseError) -> None:
        reject = Reject(
            source=self.source,
            identifier=raw.identifier,
            rule=error.rule,
            reason=error.reason,
            url=raw.url,
            media_type=raw.media_type,
            payload=raw.payload,
            position=position,
            datestamp=raw.datestamp,
            sets=" ".join(raw.sets),
        )
        if reject.key in self.refused:
            self.counts.duplicates += 1
        else:
            self.counts.rejected += 1
        self.refused.add(reject.key)
        self.rejects.append(reject)
