"""Every file of the samples as if it were served: each record is kept, or refused for a reason.

Nothing here asks what a record becomes; the tests of the formats do. Here no record may be lost,
take its siblings along, or be read otherwise the second time.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from pathlib import Path

import msgspec
import pytest
from shelf import pages_of

from catalog import mappings, profile
from catalog.catalogue import Catalogue
from catalog.config import (
    AnySource,
    HarvestSettings,
    IndexSettings,
    Settings,
    Source,
    StoreSettings,
)
from catalog.store.model import Run
from harvester.errors import ParseError
from harvester.pipeline import Pipeline
from harvester.raw import Page
from harvester.reading import defaults_of
from harvester.reparse import reparse
from harvester.runs import adds_up
from harvester.spiders import Job, Report, spider_class, unpack

ADDRESS = "https://samples.example/"

#: What is no record of anything, and why.
LEFT_OUT = {
    ".md": "explanations", "LICENSE": "licences", ".png": "pictures", ".jpg": "pictures",
    ".pdf": "materials themselves", ".ttl": "vocabularies", ".yaml": "descriptions of APIs",
    ".ics": "calendars of events", ".qti": "test questions inside packages",
    ".properties": "settings", ".tsv": "tables of codes",
}  # fmt: skip


class Intake:
    """Keeps pages of one source in a store of its own, and counts what they could not be."""

    def __init__(self, folder: Path, **entry: object) -> None:
        filled = mappings.filled({"url": ADDRESS, **entry})
        self.entry: Source = msgspec.convert(filled, AnySource)
        self.catalogue = Catalogue(
            Settings(
                store=StoreSettings(url=f"sqlite:///{folder}/store.db"),
                index=IndexSettings(path=str(folder / "index")),
                sources={"samples": self.entry},
            )
        )
        self.store = self.catalogue.store
        self.number = self.store.runs.begin("samples", full=True, since="").id
        self.pipeline = Pipeline(
            self.store,
            source="samples",
            run=self.number,
            defaults=defaults_of(self.entry),
            profile=profile.get(self.entry.profile),
            entry=self.entry,
        )
        self.unreadable: dict[str, str] = {}

    def take(self, files: Iterable[Path], media_type: str) -> None:
        """Keep each file as one answer of the source."""
        for file in files:
            url = f"{ADDRESS}{file.name}"
            body = file.read_bytes()
            try:
                raws = unpack(self.entry.kind)(
                    body, source="samples", url=url, media_type=media_type, entry=self.entry
                )
            except ParseError as error:
                self.unreadable[file.name] = error.reason
                continue
            self.pipeline.keep(Page(url=url, body=body, media_type=media_type, raws=raws))

    def read(self, path: Path) -> None:
        """Keep what the spider of files finds at ``path``."""
        entry = msgspec.structs.replace(self.entry, url=str(path))
        job = Job(name="samples", source=entry, settings=HarvestSettings())
        spider = spider_class("files")(job=job, report=Report())

        async def run() -> None:
            async for page in pages_of(spider):
                self.pipeline.keep(page)

        asyncio.run(run())

    def end(self) -> Run:
        """Look at what was kept: the sums, the reasons, and that it reads the same again."""
        run = self.store.runs.get(self.number)
        assert run
        assert adds_up(run.counts)
        rejects = self.store.rejects.list()
        assert [r.reason for r in rejects if r.rule == "internal.error"] == []
        assert all(r.rule and r.reason for r in rejects)
        assert all(self.unreadable.values())
        for again in list(reparse(self.catalogue, "samples"))[-1:]:
            assert (again.changed, again.accepted, again.failed) == (0, 0, 0)
        self.catalogue.catch_up()
        assert self.catalogue.compare() == (set(), set())
        live = self.store.records.count_by_source().get("samples", 0)
        assert self.catalogue.index.count() == live
        self.catalogue.close()
        return run


def files_in(folder: Path, *endings: str) -> list[Path]:
    found = sorted(f for f in folder.rglob("*") if f.is_file() and f.suffix in endings)
    assert found
    return found


def test_samples_served_as_oai_pmh(samples: Path, tmp_path: Path) -> None:
    intake = Intake(tmp_path, kind="oai_pmh")
    intake.take(files_in(samples / "oai", ".xml"), "text/xml")
    run = intake.end()
    assert (run.counts.seen, run.counts.added, run.counts.deleted) == (278, 238, 8)


def test_samples_served_as_web_pages(samples: Path, tmp_path: Path) -> None:
    intake = Intake(tmp_path, kind="sitemap", anything=True)
    for folder in ("html", "oersi-etl", "feeds"):
        intake.take(files_in(samples / folder, ".html"), "text/html")
    assert intake.end().counts.added == 20


def test_samples_served_as_feeds(samples: Path, tmp_path: Path) -> None:
    intake = Intake(tmp_path, kind="feed")
    intake.take(files_in(samples / "feeds", ".rss"), "application/rss+xml")
    intake.take(files_in(samples / "html", ".xml"), "text/xml")
    assert intake.end().counts.added == 5


@pytest.mark.parametrize(
    ("mapping", "folder", "accepted"),
    [("surfsharekit", "sharekit", 12), ("mitlearn", "json/mit-learn", 5)],
)
def test_samples_served_by_an_api(
    samples: Path, tmp_path: Path, mapping: str, folder: str, accepted: int
) -> None:
    intake = Intake(tmp_path, kind="rest", mapping=mapping)
    intake.take(files_in(samples / folder, ".json"), "application/json")
    assert intake.end().counts.added == accepted


@pytest.mark.parametrize(
    ("folder", "accepted"),
    [
        ("lom", 14), ("amb", 11), ("marc", 69), ("onix", 26), ("kbart", 670), ("oai", 241),
        ("common-cartridge", 15), ("html", 5), ("json", 0), ("sharekit", 0), ("feeds", 0),
        ("ooapi", 0), ("catalogues", 0), ("oersi-etl", 0), ("relevance", 0),
    ],
)  # fmt: skip
def test_samples_read_as_files(samples: Path, tmp_path: Path, folder: str, accepted: int) -> None:
    """Those with none accepted are feeds, pages and APIs: what other kinds of source read."""
    intake = Intake(tmp_path, kind="files")
    intake.read(samples / folder)
    assert intake.end().counts.added == accepted


def test_samples_read_as_tables(samples: Path, tmp_path: Path) -> None:
    columns = {"identifier": "key", "titles": "title", "rights": "license", "url": "url",
               "subjects": "category"}  # fmt: skip
    folder = samples / "catalogues" / "open-textbooks" / "data"
    lines = [line for file in folder.iterdir() for line in file.read_text("utf-8").splitlines()]
    keys = {line.partition("\t")[0] for line in lines} - {"key", ""}
    intake = Intake(tmp_path, kind="files", columns=columns)
    intake.read(folder)
    counts = intake.end().counts
    assert counts.added == len(keys)
    assert counts.rejected == 0


def test_samples_are_all_fed_or_left_out_for_a_reason(samples: Path) -> None:
    fed = {".xml", ".json", ".jsonld", ".html", ".rss", ".dat", ".usmarc", ".lif", ".mrc",
           ".txt", ".csv", ".imscc", ".zip"}  # fmt: skip
    kinds = {f.suffix or f.name for f in samples.rglob("*") if f.is_file()}
    assert kinds - fed - LEFT_OUT.keys() == set()
