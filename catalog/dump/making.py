"""A dump is made: of one moment of the store, aside, and put in use when it is whole.

The store is read once, within seconds, and written down as it comes: that file is the moment. The
statements, which take longer, are made of it afterwards, so that both tell of the same records,
whatever changes meanwhile.
"""

from __future__ import annotations

import errno
import gzip
import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import msgspec
from msgspec import Raw, Struct

from catalog.dump.folder import DumpError, Dumps
from catalog.dump.manifest import (
    DELETES,
    NAME,
    QUADS,
    RECORDS,
    SUMS,
    Delete,
    Fields,
    File,
    Line,
    Manifest,
    encode,
)
from catalog.dump.sheet import sheet
from catalog.export import Listing, rdf_quads, schema_org
from catalog.index.sealing import write_safely
from catalog.store import Store
from catalog.store.model import now
from catalog.store.snapshot import snapshot

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_PATIENCE = 60.0  # seconds of taking changes in at a time
_json = msgspec.json.Encoder().encode
_fields = msgspec.json.Decoder(Fields).decode

Progress = Callable[[int, int], None]


class About(Struct, frozen=True):
    """What a dump says of the catalogue: ``home`` is its address, ``sources`` titles by name.

    ``page`` returns the address of a material by the id of any of its records. ``told`` says
    whether an OAI-PMH provider tells what changes later.
    """

    catalogue: str
    home: str
    licence: str
    sources: Mapping[str, str]
    page: Callable[[str], str]
    told: bool


def make(
    store: Store,
    dumps: Dumps,
    about: About,
    *,
    keep: int,
    progress: Progress = lambda _done, _total: None,
) -> Manifest:
    """Make a dump of everything and put it in use; the newest ``keep`` stay.

    ``progress`` is told now and then how many steps are done, of how many: each record is two.
    Raises DumpError (DumpBusyError where another process makes one) and StoreError; what was in use
    then still is.
    """
    try:
        with dumps.making() as folder:
            manifest = _write(store, folder, about, progress)
            write_safely(folder / NAME, encode(manifest))
            write_safely(folder / SUMS, _sums(folder, manifest))
    except OSError as error:
        raise DumpError(_explain(dumps.path, error)) from error
    dumps.keep(keep)
    return manifest


def _write(store: Store, folder: Path, about: About, progress: Progress) -> Manifest:
    since = _caught_up(store) if about.told else ""
    counted = Counter[str]()
    with sheet(folder / RECORDS) as records, sheet(folder / DELETES) as deletes:
        with snapshot(store.database) as taken:
            made, total = now(), 2 * taken.records
            for row in taken.rows:
                if row.deleted:
                    deletes.add(_json(Delete(row.id, row.changed)) + b"\n")
                    continue
                counted[row.source] += 1
                line = Line(
                    row.id, about.page(row.id), row.work, row.seq, row.format, row.datestamp,
                    row.added, row.changed, Raw(row.resource),
                )  # fmt: skip
                records.add(_json(line) + b"\n")
                if records.lines % 1000 == 0:
                    progress(records.lines, total)
        live = records.finish()
        files = (live, _statements(folder, about, live, progress), deletes.finish())
    return Manifest(
        name=folder.stem,
        made=made,
        seq=taken.seq,
        since=since,
        catalogue=about.catalogue,
        home=about.home,
        licence=about.licence,
        records=live.lines,
        deletes=files[-1].lines,
        sources=dict(sorted(counted.items())),
        files=files,
    )


def _statements(folder: Path, about: About, live: File, progress: Progress) -> File:
    """Write the statements about all records that are in a file."""
    with sheet(folder / QUADS) as quads:
        for done, each in enumerate(_lines(folder / live.name)):
            listing = Listing(
                url=each.page,
                catalogue=about.catalogue,
                home=about.home,
                source=about.sources.get(each.resource.source, each.resource.source),
                harvested=each.harvested,
                changed=each.changed,
            )
            found = rdf_quads.quads(schema_org.document(each.resource, listing), f"r{each.id}")
            quads.add("".join(found).encode(), len(found))
            if done % 1000 == 0:
                progress(live.lines + done, 2 * live.lines)
        return quads.finish()


def _lines(path: Path) -> Iterator[Fields]:
    with gzip.open(path) as lines:
        yield from map(_fields, lines)


def _caught_up(store: Store) -> str:
    """Return since when the provider's datestamps are of changes that this dump may lack."""
    while (reached := store.published.catch_up(_PATIENCE)) is None:
        pass
    return reached[1]


def _sums(folder: Path, manifest: Manifest) -> bytes:
    """Return the checksums of all files as ``sha256sum --check`` reads them."""
    said = {file.name: file.sha256 for file in manifest.files}
    said[NAME] = hashlib.sha256((folder / NAME).read_bytes()).hexdigest()
    return "".join(f"{digest}  {name}\n" for name, digest in said.items()).encode()


def _explain(path: Path, error: OSError) -> str:
    if error.errno in _FULL:
        return (
            f"the disk with {path} is full; make room and run the command again. The dump that "
            "was there before still is."
        )
    return f"a dump cannot be written in {path}: {error.strerror or error}."
