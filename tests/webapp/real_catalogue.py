"""The real catalogue, store, index and all, with records of our own in it."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from fake_catalogue import SETTINGS
from msgspec.structs import replace
from werkzeug.serving import make_server

from catalog.catalogue import Catalogue
from catalog.config import IndexSettings, StoreSettings
from catalog.resource import LearningResource
from catalog.store.model import Counts, Entry, Kept, record_id
from webapp import create_app


@contextmanager
def stocked(folder: Path, resources: Iterable[LearningResource]) -> Iterator[Catalogue]:
    """Open a catalogue that holds these, each a work of its own."""
    settings = replace(
        SETTINGS,
        store=StoreSettings(url=f"sqlite:///{folder}/store.db"),
        index=IndexSettings(path=str(folder / "index")),
    )
    by_source: dict[str, list[LearningResource]] = {}
    for each in resources:
        by_source.setdefault(each.source, []).append(each)
    with Catalogue(settings) as catalogue:
        for source, own in by_source.items():
            run = catalogue.store.runs.begin(source, full=True, since="").id
            catalogue.store.keeping.keep(source, run, _page(source, own))
        catalogue.catch_up()
        yield catalogue


def _page(source: str, own: list[LearningResource]) -> Kept:
    entries = [
        Entry(
            id=record_id(source, each.identifier),
            identifier=each.identifier,
            format="lom",
            datestamp="2026-01-02",
            sets="",
            hash=b"%d" % at,
            position=at,
            resource=each,
        )
        for at, each in enumerate(own)
    ]
    return Kept(
        url="https://leerbank.example/oai",
        media_type="text/xml",
        body=b"<page/>",
        checkpoint="",
        total=len(own),
        counts=Counts(pages=1, seen=len(own), added=len(own)),
        entries=entries,
        gone=[],
        sighted=[],
        restamped=[],
        rejects=[],
        cleared=[],
    )


@contextmanager
def served(catalogue: Catalogue) -> Iterator[str]:
    """Serve a catalogue on this machine, and say where."""
    server = make_server("127.0.0.1", 0, create_app(catalogue, catalogue.settings), threaded=True)
    url = f"http://127.0.0.1:{server.port}"
    site = replace(catalogue.settings.site, url=url)
    server.app = create_app(catalogue, replace(catalogue.settings, site=site))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield url
    server.shutdown()
    thread.join(5)
    server.server_close()
