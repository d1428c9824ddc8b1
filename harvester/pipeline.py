"""The only loop: each raw record of a page is read, compared with the store, and kept."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from catalog.config import Source
from catalog.normalise import Defaults
from catalog.profile import Profile
from catalog.store import Store
from catalog.store.model import Kept, Known, record_id
from harvester.batch import Batch, is_behind, recent
from harvester.kept import payload
from harvester.raw import Page, Raw


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
        since: str = "",
    ) -> None:
        """``since`` is when the run began that this one asks for changes since; "": for all."""
        self._store = store
        self._entry = entry
        self._source = source
        self._run = run
        self._defaults = defaults
        self._profile = profile
        self._rejected = store.rejects.keys(source)
        # said to be deleted in this run: id -> datestamp
        self._told: dict[str, str] = store.keeping.told(source, run)
        self._recent = recent(entry, since)
        self.behind = 0  # records that came in an older version than the one that is kept
        self._refused: set[str] = set()  # in this run
        self._unreadable = self._rejected - store.rejects.keys(source, "record.unfetchable")

    def keep(self, page: Page) -> None:
        """Keep ``page`` in one transaction. Raises StoreError, and then nothing of it is kept."""
        if page.complete:
            page = page.complete(page, self._payload)
        batch = Batch(
            source=self._source,
            run=self._run,
            defaults=self._defaults,
            profile=self._profile,
            told=self._told,
            refused=self._refused,
            recent=self._recent,
        )
        wanted = batch.sort_out(page)
        listed = [record_id(self._source, name) for name in page.listed]
        known = self._store.keeping.known([*wanted, *listed])
        came = {i: known[i] for i in listed if i in known and i not in self._told}
        batch.sight(came.values(), unmodified=page.unmodified)
        for id_, (position, raw) in wanted.items():
            batch.take(id_, position, raw, known.get(id_))
        if page.headers:
            batch.count_news()
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
        self.behind += batch.behind
        self._rejected -= cleared
        self._rejected.update(reject.key for reject in batch.rejects)
        self._unreadable -= cleared
        self._unreadable.update(reject.key for reject in batch.rejects)  # asked for once a run
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
            and header.identifier not in self._unreadable
            and not self._is_kept(known.get(id_), header)
        ]

    def _is_kept(self, known: Known | None, header: Raw) -> bool:
        if known is None or known.deleted:
            return False
        newer = known.run == self._run and known.datestamp > header.datestamp
        newer = newer or is_behind(header.datestamp, known.datestamp, self._recent)
        return newer or known.datestamp == header.datestamp

    def _payload(self, identifier: str) -> bytes:
        """Return the bytes that are kept of a live record; b"" where there are none."""
        assert self._entry is not None, "a kept page is read as its source's entry says"
        return payload(self._store, self._entry, record_id(self._source, identifier))

    def _settle_children(self, batch: Batch, parents: list[str]) -> None:
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
