"""Which version of a record stays where a source sends several, or an older one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import asdict

from catalog import profile
from catalog.config import FeedSource, OaiPmhSource, Source
from catalog.normalise import Defaults
from catalog.store import Store
from catalog.store.model import record_id
from harvester import removal, runs
from harvester.errors import ParseError
from harvester.pipeline import Pipeline
from harvester.raw import Page, Raw
from harvester.spiders import Report

OAI_DC = (
    '<oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>Les van {}</dc:title></oai_dc:dc>'
)
OAI = OaiPmhSource(url="https://oai.example")
SINCE = "2024-05-10T12:00:00Z"
NEW, OLD, LONG_AGO = "2024-05-10T09:00:00Z", "2024-05-09T09:00:00Z", "2020-01-01T00:00:00Z"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(f"sqlite:///{tmp_path / 'store.db'}")
    yield opened
    opened.close()


def raw(datestamp: str, *, deleted: bool = False) -> Raw:
    content = b"" if deleted else OAI_DC.format(datestamp).encode()
    return Raw(source="x", identifier="a", datestamp=datestamp, deleted=deleted, content=content)


def counts(store: Store, run: int) -> dict[str, int]:
    """Return what was counted, without zeros, and without pages."""
    now = store.runs.get(run)
    assert now
    assert runs.adds_up(now.counts)
    return {name: n for name, n in asdict(now.counts).items() if n and name != "pages"}


def begin(store: Store) -> int:
    return store.runs.begin("x", full=False, since="").id


def keeper(store: Store, run: int, *, since: str = "", entry: Source = OAI) -> Pipeline:
    return Pipeline(
        store,
        source="x",
        run=run,
        defaults=Defaults(),
        profile=profile.get(""),
        entry=entry,
        since=since,
    )


def keep(pipeline: Pipeline, *raws: Raw) -> None:
    pipeline.keep(Page(url="", body=b"<page/>", media_type="text/xml", raws=raws, checkpoint="1"))


def end(store: Store, run: int) -> None:
    now = store.runs.get(run)
    assert now
    removal.weigh(store, now, Report(), complete=True, confirmed=True)
    store.runs.end(run, "complete")


def harvest(store: Store, *raws: Raw, since: str = "", entry: Source = OAI) -> Pipeline:
    run = begin(store)
    pipeline = keeper(store, run, since=since, entry=entry)
    keep(pipeline, *raws)
    end(store, run)
    return pipeline


def datestamp(store: Store) -> str:
    """Return the datestamp of the version that lives; "" where none does."""
    known = store.keeping.known([record_id("x", "a")])
    return next((k.datestamp for k in known.values() if not k.deleted), "")


@pytest.mark.parametrize("stopped", [False, True])
def test_a_deletion_is_newer_than_what_comes_behind_it(store: Store, *, stopped: bool) -> None:
    harvest(store, raw(LONG_AGO))
    run = begin(store)
    pipeline = keeper(store, run)
    keep(pipeline, raw(NEW, deleted=True))
    if stopped:  # its process is killed, and another takes the run up
        pipeline = keeper(store, run)
    keep(pipeline, raw(OLD))
    end(store, run)
    assert datestamp(store) == ""


def test_what_is_newer_than_its_deletion_lives(store: Store) -> None:
    harvest(store, raw(LONG_AGO))
    run = begin(store)
    keep(keeper(store, run), raw(OLD, deleted=True))
    keep(keeper(store, run), raw(NEW))
    end(store, run)
    assert datestamp(store) == NEW


def test_a_server_that_lags_behind_puts_nothing_old_back(store: Store) -> None:
    harvest(store, raw(NEW))
    for late in (raw(OLD), raw(OLD, deleted=True)):
        assert harvest(store, late, since=SINCE).behind == 1
        assert datestamp(store) == NEW
    pipeline = keeper(store, begin(store), since=SINCE)
    assert pipeline.lacking([raw(OLD)]) == []
    assert pipeline.lacking([raw(LONG_AGO)])


@pytest.mark.parametrize(
    ("came", "since", "entry"),
    [
        (OLD, "", OAI),  # all was asked for
        (LONG_AGO, SINCE, OAI),  # and this server ignores what was asked
        ("2024-05-09", SINCE, OAI),  # in another granularity
        ("2024-05-09T09:00:00+0", SINCE, OAI),
        (OLD, SINCE, FeedSource(url="https://feed.example")),  # dates of another kind
    ],
)
def test_a_source_that_was_put_back_is_followed(
    store: Store, came: str, since: str, entry: Source
) -> None:
    harvest(store, raw(NEW))
    assert harvest(store, raw(came), since=since, entry=entry).behind == 0
    assert datestamp(store) == came


def test_what_stands_on_a_page_that_has_not_changed_was_not_missed(store: Store) -> None:
    harvest(store, raw(NEW))
    missing = Raw(source="x", identifier="a", missing=True, content=b"")
    harvest(store, missing)
    run = begin(store)
    page = Page(url="", body=b"", media_type="", raws=[], listed=["a"], unmodified=True)
    keeper(store, run).keep(page)
    now = store.runs.get(run)
    assert now
    assert (now.counts.seen, now.counts.unchanged) == (1, 1)
    end(store, run)
    for lives in (NEW, ""):
        harvest(store, missing)
        assert datestamp(store) == lives


def test_what_comes_in_two_sets_is_told_once(store: Store) -> None:
    harvest(store, raw(LONG_AGO))
    unreadable = Raw(source="x", identifier="b", rejected=ParseError("xml.malformed", "no XML"))
    run = begin(store)
    pipeline = keeper(store, run)
    for _ in range(2):
        keep(pipeline, raw(NEW, deleted=True), unreadable)
    found = counts(store, run)
    assert found == {"seen": 4, "deleted": 1, "rejected": 1, "duplicates": 2}
    end(store, run)
    assert datestamp(store) == ""


def test_headers_by_themselves_count_where_they_are_news(store: Store) -> None:
    harvest(store, raw(LONG_AGO))
    gone = Raw(source="x", identifier="b", datestamp=NEW, deleted=True, content=b"")
    run = begin(store)
    pipeline = keeper(store, run)
    for raws in ([raw(OLD, deleted=True), gone], [raw(OLD, deleted=True)]):
        pipeline.keep(Page(url="", body=b"", media_type="", raws=raws, headers=True))
        assert counts(store, run) == {"seen": 1, "deleted": 1}
    keep(pipeline, raw(OLD, deleted=True), gone)
    assert counts(store, run) == {"seen": 3, "deleted": 1, "duplicates": 2}
    end(store, run)
    assert datestamp(store) == ""


def test_what_lives_again_may_be_deleted_again(store: Store) -> None:
    harvest(store, raw(LONG_AGO))
    run = begin(store)
    pipeline = keeper(store, run)
    keep(pipeline, raw(OLD, deleted=True))
    keep(pipeline, raw(OLD))
    keep(pipeline, raw(NEW, deleted=True))
    assert counts(store, run) == {"seen": 3, "changed": 1, "deleted": 2}
    end(store, run)
    assert datestamp(store) == ""
