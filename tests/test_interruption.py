"""The same records give the same store, however they are paged, ordered, repeated and stopped."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain, pairwise
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog import profile
from catalog.normalise import Defaults
from catalog.store import Store, tables
from harvester import removal, runs
from harvester.pipeline import Pipeline
from harvester.raw import Page, Raw
from harvester.spiders import Report

OAI_DC = (
    '<oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{}</dc:title></oai_dc:dc>'
)
FIRST = "2024-01-01T00:00:00Z"
KEPT = 4  # records that the store has already


@dataclass(frozen=True)
class Version:
    """One state of a record; of several in one list the newest counts."""

    number: int
    day: int = 0
    deleted: bool = False
    bad: bool = False  # its metadata cannot be read

    def raw(self) -> Raw:
        title = "" if self.bad else f"Les {self.number}, versie {self.day}"
        return Raw(
            source="x",
            identifier=f"oai:x:{self.number}",
            datestamp=f"2024-02-{self.day:02}T00:00:00Z" if self.day else FIRST,
            deleted=self.deleted,
            content=b"" if self.deleted else OAI_DC.format(title).encode(),
        )


def changes(number: int) -> st.SearchStrategy[list[Version]]:
    """What a second list has of a record: nothing, the same, a deletion, or newer versions."""
    day = st.integers(1, 28)
    newer = st.lists(day, min_size=1, max_size=3, unique=True)
    if number < KEPT:  # of a record that nobody has, a deletion is not remembered
        gone = st.lists(day, min_size=2, max_size=3, unique=True).map(
            lambda days: [Version(number, d, deleted=not n) for n, d in enumerate(days)]
        )
    else:
        gone = st.nothing()
    return st.one_of(
        gone,
        st.just([]),
        st.just([Version(number)]),
        day.map(lambda d: [Version(number, d, deleted=True)]),
        day.map(lambda d: [Version(number, d, bad=True)]),
        newer.map(lambda days: [Version(number, d) for d in days]),
    )


LISTS = st.tuples(*(changes(n) for n in range(6))).map(lambda each: list(chain.from_iterable(each)))


@st.composite
def courses(draw: st.DrawFn) -> tuple[list[Version], list[list[Version]], list[tuple[bool, bool]]]:
    """A list, its pages, and after each page: whether it is broken off, and the page repeated."""
    versions = draw(LISTS)
    repeated = draw(st.lists(st.sampled_from(versions), max_size=5)) if versions else []
    order = draw(st.permutations([*versions, *repeated]))
    cuts = sorted(draw(st.sets(st.integers(0, len(order)), max_size=5)) | {0, len(order)})
    pages = [order[a:b] for a, b in pairwise(cuts)]
    stops = draw(
        st.lists(st.tuples(st.booleans(), st.booleans()), min_size=len(pages), max_size=len(pages))
    )
    return versions, pages, stops


@contextmanager
def opened(empty: Path) -> Iterator[Store]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "store.db"
        shutil.copy(empty, path)
        store = Store(f"sqlite:///{path}")
        try:
            yield store
        finally:
            store.close()


def pipeline(store: Store, run: int) -> Pipeline:
    return Pipeline(store, source="x", run=run, defaults=Defaults(), profile=profile.get(""))


def page(versions: Sequence[Version], checkpoint: str) -> Page:
    raws = [version.raw() for version in versions]
    return Page(url="", body=b"<page/>", media_type="text/xml", raws=raws, checkpoint=checkpoint)


def harvest(
    store: Store, pages: Sequence[Sequence[Version]], stops: Sequence[tuple[bool, bool]]
) -> None:
    """Keep ``pages``, going on from the checkpoint after each stop, and end the run."""
    run = store.runs.begin("x", full=False, since="")
    keeper, at = pipeline(store, run.id), 0
    while at < len(pages):
        stopped, again = stops[at]
        keeper.keep(page(pages[at], checkpoint=str(at + 1)))
        if stopped:  # the process ends; another takes the run up
            last = store.runs.last("x")
            assert last
            assert runs.may_resume(last, full=False)
            keeper, at = pipeline(store, run.id), int(last.checkpoint)
            if again:  # its token had died with it, so the list is read again from its start
                at, stops = 0, [(False, False)] * len(pages)
        else:
            at += 1
    now = store.runs.get(run.id)
    assert now
    assert runs.adds_up(now.counts), now.counts
    removal.weigh(store, now, Report(), complete=True, confirmed=True)
    store.runs.end(run.id, "complete")


def content(store: Store) -> dict[str, Any]:
    record, reject = tables.record, tables.reject
    with store.database.reading() as connection:
        live = connection.execute(
            sa.select(
                record.c.identifier, record.c.datestamp, record.c.hash, record.c.resource
            ).where(record.c.deleted.is_(False))
        ).all()
        gone = connection.execute(sa.select(record.c.identifier).where(record.c.deleted)).scalars()
        rejected = connection.execute(sa.select(reject.c.key, reject.c.datestamp)).all()
        return {
            "live": {row[0]: tuple(row[1:]) for row in live},
            "gone": set(gone),
            "rejects": {tuple(row) for row in rejected},
        }


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store in which four of six records are kept already."""
    path = tmp_path_factory.mktemp("empty") / "store.db"
    store = Store(f"sqlite:///{path}")
    harvest(store, [[Version(n) for n in range(KEPT)]], [(False, False)])
    with store.database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    store.close()
    return path


def expected(versions: Sequence[Version]) -> tuple[dict[str, str], set[str]]:
    """Return what must be live, with its datestamp, and what must be a reject."""
    live = {f"oai:x:{n}": FIRST for n in range(KEPT)}
    rejects = set()
    for version in sorted(versions, key=lambda version: version.day):
        raw = version.raw()
        if version.deleted:
            live.pop(raw.identifier, None)
        elif version.bad:
            rejects.add(raw.identifier)
        else:
            live[raw.identifier] = raw.datestamp
    return live, rejects


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(course=courses())
def test_the_same_records_give_the_same_store(
    empty: Path, course: tuple[list[Version], list[list[Version]], list[tuple[bool, bool]]]
) -> None:
    versions, pages, stops = course
    with opened(empty) as store:
        harvest(store, pages, stops)
        kept = content(store)
    live, rejects = expected(versions)
    assert {id_: row[0] for id_, row in kept["live"].items()} == live
    assert {key for key, _ in kept["rejects"]} == rejects
    with opened(empty) as store:  # in one page, in one go, from old to new
        harvest(store, [sorted(versions, key=lambda version: version.day)], [(False, False)])
        assert content(store) == kept
