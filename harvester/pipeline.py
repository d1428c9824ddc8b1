"""The only loop: each raw record of a page is read, compared with the store, and kept."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import msgspec

from catalog.config import Source
from catalog.normalise import Defaults
from catalog.profile import Profile
from catalog.store import Store
from catalog.store.model import Counts, Entry, Kept, Known, Reject, encode, record_id
from harvester.errors import ParseError
from harvester.kept import payload
from harvester.raw import Page, Raw
from harvester.reading import digest, read

#: Deletions of one run that are remembered: an older version may come on a later page.
_MOST_TOLD = 200_000


class Pipeline:
    """Keeps the pages of one run of one source."""

    def __init__(
        self,
        store: Store,
        *,
        source: str,
        run: int,
        defaults: Defaults,
        profile: Profile,
        entry: Source | None = None,
    ) -> None:
        self._store = store
        self._entry = entry
        self._source = source
        self._run = run
        self._defaults = defaults
        self._profile = profile
        self._rejected = store.rejects.keys(source)
        self._told: dict[str, str] = {}  # said to be deleted in this run: id -> datestamp
        self._refused = self._rejected - store.rejects.keys(source, "record.unfetchable")

    def keep(self, page: Page) -> None:
        """Keep ``page`` in one transaction. Raises StoreError, and then nothing of it is kept."""
        if page.complete:
            page = page.complete(page, self._payload)
        batch = _Batch(self._source, self._run, self._defaults, self._profile, self._told)
        wanted = batch.sort_out(page)
        listed = [record_id(self._source, name) for name in page.listed]
        known = self._store.keeping.known([*wanted, *listed])
        came = {i: known[i] for i in listed if i in known and i not in self._told}
        batch.sight(came.values(), unmodified=page.unmodified)
        for id_, (position, raw) in wanted.items():
            batch.take(id_, position, raw, known.get(id_))
        if parents := batch.parents(known):
            self._settle_children(batch, parents)
        cleared = self._rejected & batch.readable
        kept = Kept(
            url=page.url,
            media_type=page.media_type,
            version=page.version,
            body=page.body,
            checkpoint=page.checkpoint,
            total=page.total,
            counts=batch.counts,
            entries=batch.entries,
            gone=batch.gone,
            withdrawn=batch.withdrawn,
            sighted=batch.sighted,
            restamped=batch.restamped,
            missing=batch.missing,
            found=batch.found,
            rejects=batch.rejects,
            cleared=sorted(cleared),
        )
        self._store.keeping.keep(self._source, self._run, kept)
        self._rejected -= cleared
        self._rejected.update(reject.key for reject in batch.rejects)
        self._refused -= cleared
        self._refused.update(reject.key for reject in batch.rejects)  # asked for once a run
        if page.kept:
            page.kept([(r.identifier, r.rule, r.reason) for r in batch.rejects])

    def lacking(self, headers: Sequence[Raw]) -> list[Raw]:
        """Return those of ``headers`` whose record is not kept in that version.

        A record that was rejected counts as kept, unless it could not even be fetched.
        """
        live = {record_id(self._source, h.identifier): h for h in headers if not h.deleted}
        known = self._store.keeping.known(list(live))
        return [
            header
            for id_, header in live.items()
            if header.identifier
            and header.datestamp >= self._told.get(id_, "")
            and header.identifier not in self._refused
            and not self._is_kept(known.get(id_), header)
        ]

    def _is_kept(self, known: Known | None, header: Raw) -> bool:
        if known is None or known.deleted:
            return False
        newer = known.run == self._run and known.datestamp > header.datestamp
        return newer or known.datestamp == header.datestamp

    def _payload(self, identifier: str) -> bytes:
        """Return the bytes that are kept of a live record; b"" where there are none."""
        assert self._entry is not None, "a kept page is read as its source's entry says"
        return payload(self._store, self._entry, record_id(self._source, identifier))

    def _settle_children(self, batch: _Batch, parents: list[str]) -> None:
        """Find the rows of further resources in one raw record; drop those it holds no more."""
        children = self._store.keeping.children(parents)
        again = self._store.keeping.known([e.id for e in batch.entries if e.parent])
        batch.entries = [
            msgspec.structs.replace(e, no=again[e.id].no) if e.id in again else e
            for e in batch.entries
        ]
        present = {k.no for k in again.values()}
        for parent, rows in children.items():
            went = batch.withdrawn if parent in batch.deleted else batch.gone
            went.extend(sorted(rows - present))


@dataclass
class _Batch:
    """What one page comes to."""

    source: str
    run: int
    defaults: Defaults
    profile: Profile
    told: dict[str, str]
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
        self.counts.deleted += 1
        self.readable.add(raw.identifier)
        if raw.deleted and len(self.told) < _MOST_TOLD:
            self.told[id_] = raw.datestamp
        if live:
            self.withdrawn.append(live.no)
            self.deleted.add(id_)

    def _pass(self, raw: Raw, known: Known) -> None:
        self.readable.add(raw.identifier)
        if known.run == self.run:
            self.counts.duplicates += 1
            return
        self.counts.unchanged += 1
        self.sighted.append(known.no)
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
        self.counts.rejected += 1
        self.rejects.append(
            Reject(
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
        )
