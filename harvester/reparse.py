"""Read what is kept again, with today's formats and normalisers, without the network."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from msgspec import Struct

from catalog import profile as profiles
from catalog.catalogue import Catalogue
from catalog.normalise import Defaults
from catalog.profile import Finding, Profile
from catalog.store import Store
from catalog.store.model import Entry, Reject, encode, record_id
from catalog.store.pages import RawPage, Standing
from harvester import kept
from harvester.errors import ParseError
from harvester.raw import Raw
from harvester.reading import defaults_of, digest, read


class Progress(Struct):
    """What reading a source again has come to so far."""

    pages: int = 0
    of: int = 0
    read: int = 0
    changed: int = 0
    accepted: int = 0  # rejects that are good now
    failed: int = 0  # kept records that are rejected now, and stay as they were


class _Terms(NamedTuple):
    """What the source's entry in config.toml says of its records, and asks of them."""

    defaults: Defaults
    profile: Profile


def reparse(catalogue: Catalogue, source: str) -> Iterator[Progress]:
    """Read every kept page of ``source`` again and yield progress after each.

    Raises StoreError; SourceBusyError while the source is being harvested.
    """
    store, entry = catalogue.store, catalogue.settings.sources[source]
    terms = _Terms(defaults_of(entry), profiles.get(entry.profile))
    progress = Progress(of=store.pages.count(source))
    with store.runs.lease(source):
        for page in store.pages.of(source):
            try:
                raws = kept.raws(page, entry)
            except ParseError:  # what was repaired once may be beyond today's reader
                raws = []
            _reread(store, page, raws, terms, progress)
            progress.pages += 1
            yield progress


def _reread(
    store: Store, page: RawPage, raws: list[Raw], terms: _Terms, progress: Progress
) -> None:
    standing = {(r.position, r.identifier): r for r in page.records}
    entries: list[Entry] = []
    cleared: list[str] = []
    refused: list[Reject] = []
    judged: dict[int, tuple[Finding, ...]] = {}  # of rows that read as they did
    for position in sorted({r.position for r in page.records} | page.rejects.keys()):
        raw = raws[position] if position < len(raws) else None
        progress.read += 1
        try:
            found = _entries(raw, position, standing, terms, judged)
        except ParseError as error:
            if position not in page.rejects:
                progress.failed += 1
                refused.append(_refusal(page, position, raw, error))
            continue
        entries += found
        if position in page.rejects:
            cleared.append(page.rejects[position])
            progress.accepted += 1
        else:
            progress.changed += bool(found)
    were = store.findings.of(list(judged))
    otherwise = {no: f for no, f in judged.items() if set(f) != set(were.get(no, ()))}
    if entries or cleared or refused or otherwise:
        store.keeping.reread(page.source, page.id, entries, cleared, otherwise, refused)


def _refusal(page: RawPage, position: int, raw: Raw | None, error: ParseError) -> Reject:
    """Return the reject of a record that stands on a page, and is no longer accepted."""
    standing = (record.identifier for record in page.records if record.position == position)
    return Reject(
        source=page.source,
        identifier=raw.identifier if raw else next(standing, ""),
        rule=error.rule,
        reason=error.reason,
        url=page.url,
        media_type=raw.media_type if raw else page.media_type,
        payload=raw.payload if raw else b"",
        position=position,
        datestamp=raw.datestamp if raw else "",
        sets=" ".join(raw.sets) if raw else "",
    )


def _entries(
    raw: Raw | None,
    position: int,
    standing: dict[tuple[int, str], Standing],
    terms: _Terms,
    judged: dict[int, tuple[Finding, ...]],
) -> list[Entry]:
    """Return what of one raw record reads otherwise than it did; note findings of the rest."""
    if raw is None:
        raise ParseError("page.short", "the kept page no longer holds the record")
    if raw.rejected is not None:
        raise raw.rejected
    name, resources = read(raw, terms.defaults, terms.profile)
    first = record_id(raw.source, raw.identifier)
    entries = []
    for i, (resource, findings) in enumerate(resources):
        was = standing.get((position, resource.identifier))
        if was and was.format == name and was.resource == encode(resource):
            judged[was.no] = findings
            continue
        entries.append(
            Entry(
                id=record_id(raw.source, resource.identifier),
                identifier=resource.identifier,
                format=name,
                datestamp=raw.datestamp,
                sets=" ".join(raw.sets),
                hash=digest(raw),
                position=position,
                resource=resource,
                parent=first if i else None,
                no=was.no if was else None,
                findings=findings,
            )
        )
    return entries


def raw_record(catalogue: Catalogue, id: str) -> bytes:  # noqa: A002 a record's id
    """Return the bytes of a record as its source gave it; b"" where they are no longer kept."""
    found = catalogue.store.records.get(id)
    if found is None:
        return b""
    return kept.payload(catalogue.store, catalogue.settings.sources[found.resource.source], id)
