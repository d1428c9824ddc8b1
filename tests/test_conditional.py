"""What is asked for again is asked for only if it has changed, and nothing is lost by that."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from installation import Installation
from scrapy import Request
from scrapy.http import Response
from servers import Answer, Asked, Log, serving

from catalog.config import FeedSource
from harvester.oai.page import instant
from harvester.version import Version, known, recalled, version_of, watermark

HTML = "text/html; charset=utf-8"
OLD, NEW = "Fri, 01 Mar 2024 10:00:00 GMT", "Sat, 02 Mar 2024 10:00:00 GMT"
FILLING = "x" * 2000


class Site:
    """Nine pages and what becomes of them; each has a Last-Modified unless it is in ``undated``."""

    def __init__(self) -> None:
        self.pages: dict[str, list[dict[str, Any]]] = {f"/{n}": [item(n)] for n in range(9)}
        self.modified = dict.fromkeys(self.pages, OLD)
        self.gone: set[str] = set()
        self.moved: dict[str, str] = {}
        self.decide: Callable[[Asked, Answer], Answer] = newer
        self.sent = 0

    def __call__(self, asked: Asked) -> Answer:
        if asked.path == "/map.xml":
            urls = "".join(f"<url><loc>{asked.base}{path}</loc></url>" for path in self.pages)
            return Answer(f"<urlset>{urls}</urlset>".encode())
        if asked.path in self.moved:
            return Answer(status=301, headers={"Location": self.moved[asked.path]})
        if asked.path not in self.pages or asked.path in self.gone:
            return Answer(status=404)
        answer = self.decide(asked, self.page(asked.path))
        self.sent += len(answer.body)
        return answer

    def page(self, path: str) -> Answer:
        blocks = "".join(
            f'<script type="application/ld+json">{json.dumps(each)}</script>'
            for each in self.pages[path]
        )
        said = self.modified.get(path)
        dated = {"Last-Modified": said} if said else {}
        return Answer(
            f"<html>{blocks}{FILLING}</html>".encode(), 200, {"Content-Type": HTML} | dated
        )


def item(name: object, title: str = "", **more: str) -> dict[str, Any]:
    return {"@type": "LearningResource", "name": title or f"Les {name}", **more}


def newer(asked: Asked, answer: Answer) -> Answer:
    """Answer as most servers do: anything not newer than the date that is asked about is old."""
    since = asked.headers.get("if-modified-since")
    return Answer(b"", 304) if since and answer.headers.get("Last-Modified") == since else answer


def always(_asked: Asked, _: Answer) -> Answer:
    return Answer(b"", 304)


def whenever_asked(asked: Asked, answer: Answer) -> Answer:
    return Answer(b"", 304) if "if-modified-since" in asked.headers else answer


def by_date(asked: Asked, answer: Answer) -> Answer:
    """Call everything old that is asked about, and say of which date it is."""
    headers = {"Last-Modified": answer.headers["Last-Modified"]}
    return Answer(b"", 304, headers) if "if-modified-since" in asked.headers else answer


class Tried:
    """An installation beside the site."""

    def __init__(self, folder: Path, base: str, log: Log, kind: str = "sitemap") -> None:
        self.here, self.log = Installation(folder), log
        path = {"sitemap": "/map.xml"}.get(kind, "/list")
        more = {"map.titles": "name"} if kind == "rest" else {}
        self.here.add("site", kind, base + path, **more)

    def harvest(self, *arguments: str) -> dict[str, int]:
        self.log.clear()
        counts: dict[str, int] = self.here.good("harvest", "--json", *arguments).json[0]["counts"]
        self.here.runs("site")  # the counts add up
        return counts

    @property
    def live(self) -> set[str]:
        with self.here.catalogue() as catalogue:
            standing = catalogue.store.pages.standing("site")
        return {name.rpartition("/")[2] for names in standing.values() for name in names}

    def dates(self) -> list[str | None]:
        """Return what was asked about each page, in the order in which they were visited."""
        return [a.headers.get("if-modified-since") for a in self.log if a.path.strip("/").isdigit()]


@pytest.fixture
def site() -> Site:
    return Site()


@pytest.mark.slow
def test_pages_are_fetched_again_only_where_they_changed(site: Site, tmp_path: Path) -> None:
    with serving(site) as (base, log):
        tried = Tried(tmp_path, base, log)
        assert tried.harvest()["added"] == 9
        assert tried.dates() == [None] * 9
        first, site.sent = site.sent, 0
        site.pages["/3"] = [item(3, "Nieuw")]
        site.modified["/3"] = NEW
        counts = tried.harvest()
        assert (counts["seen"], counts["unchanged"], counts["changed"]) == (9, 8, 1)
        assert tried.dates() == [OLD] * 9
        assert site.sent < first // 8
        assert tried.harvest()["unchanged"] == 9
        assert tried.dates() == [NEW if n == 3 else OLD for n in range(9)]
        tried.harvest("--full")
        assert tried.dates() == [None] * 9
        assert len(tried.live) == 9
        assert tried.here.runs("site")[0].status == "complete"


@pytest.mark.slow
def test_a_new_date_without_a_change_is_remembered(site: Site, tmp_path: Path) -> None:
    with serving(site) as (base, log):
        tried = Tried(tmp_path, base, log)
        tried.harvest()
        site.modified = dict.fromkeys(site.pages, NEW)
        assert tried.harvest()["unchanged"] == 9
        assert tried.dates() == [OLD] * 9
        assert tried.harvest()["unchanged"] == 9
        assert tried.dates() == [NEW] * 9


@pytest.mark.slow
def test_a_server_that_says_no_date_is_asked_by_the_time_of_its_answer(
    site: Site, tmp_path: Path
) -> None:
    site.modified, site.decide = {}, whenever_asked
    with serving(site) as (base, log):
        tried = Tried(tmp_path, base, log)
        tried.harvest()
        assert tried.harvest()["unchanged"] == 9
        assert all(date and date.endswith("GMT") for date in tried.dates())
        assert len(tried.live) == 9


@pytest.mark.slow
def test_not_modified_without_a_question_is_no_answer(site: Site, tmp_path: Path) -> None:
    with serving(site) as (base, log):
        tried = Tried(tmp_path, base, log)
        tried.harvest()
        site.pages["/9"] = [item(9)]
        site.decide = lambda asked, answer: (
            always(asked, answer) if asked.path == "/9" else newer(asked, answer)
        )
        assert tried.here.run("harvest").code != 0
        (run, *_) = tried.here.runs("site")
        assert run.status == "incomplete"
        assert "304" in " ".join(run.warnings)
        assert len(tried.live) == 9


@pytest.mark.slow
def test_an_older_copy_that_was_put_back_is_read(site: Site, tmp_path: Path) -> None:
    site.modified = dict.fromkeys(site.pages, NEW)
    with serving(site) as (base, log):
        tried = Tried(tmp_path, base, log)
        tried.harvest()
        site.decide = by_date
        site.pages["/4"], site.modified["/4"] = [item(4, "Van vroeger")], OLD
        counts = tried.harvest()
        assert (counts["unchanged"], counts["changed"]) == (8, 1)


@pytest.mark.slow
def test_a_page_that_moved_onto_another_is_not_that_other(site: Site, tmp_path: Path) -> None:
    with serving(site) as (base, log):
        tried = Tried(tmp_path, base, log)
        tried.harvest()
        site.decide, site.moved = whenever_asked, {"/2": "/7"}
        for _ in range(2):
            tried.harvest()
        assert tried.live == set("01345678")


@pytest.mark.slow
def test_a_record_that_stands_on_two_pages_is_not_lost_with_one(site: Site, tmp_path: Path) -> None:
    site.pages["/1"].append(item("both", url="/les/both"))
    site.pages["/6"].append(item("both", url="/les/both"))
    with serving(site) as (base, log):
        tried = Tried(tmp_path, base, log)
        tried.harvest()
        del site.pages["/6"][1]
        site.modified["/6"] = NEW
        for _ in range(3):
            tried.harvest()
        assert "both" in tried.live
        del site.pages["/1"][1]
        site.modified["/1"] = NEW
        for _ in range(2):
            assert "both" in tried.live
            tried.harvest()
        assert "both" not in tried.live


@pytest.mark.slow
def test_a_page_that_was_back_in_between_is_not_gone(site: Site, tmp_path: Path) -> None:
    with serving(site) as (base, log):
        tried = Tried(tmp_path, base, log)
        tried.harvest()
        for gone in ({"/5"}, set(), {"/5"}):
            site.gone = gone
            tried.harvest()
        assert "5" in tried.live
        tried.harvest()
        assert "5" not in tried.live


@pytest.mark.slow
def test_rejected_records_are_read_each_time(site: Site, tmp_path: Path) -> None:
    site.pages["/0"].append({**item("nameless"), "name": ""})
    with serving(site) as (base, log):
        tried = Tried(tmp_path, base, log)
        tried.harvest()
        assert tried.harvest()["rejected"] == 1
        assert tried.dates() == [None] + [OLD] * 8


class List:
    """One document with all that there is, in two parts where it is ``long``."""

    def __init__(self) -> None:
        self.names = list("abcdefghijklmnopqrstuvwxyz")
        self.long = False
        self.tag = '"1"'

    def __call__(self, asked: Asked) -> Answer:
        headers = {"Content-Type": "application/json", "ETag": self.tag}
        if asked.headers.get("if-none-match") == self.tag:
            return Answer(b"", 304, headers)
        if self.long and not asked.query:
            headers["Link"] = '</list?2>; rel="next"'
        items = [{"id": name, "name": f"Les {name}"} for name in self.names]
        return Answer(json.dumps([] if asked.query else items).encode(), 200, headers)


def rest(tmp_path: Path, base: str, log: Log, **keys: Any) -> Tried:
    tried = Tried(tmp_path, base, log, "rest")
    tried.here.sources["site"] |= keys
    tried.here.write()
    return tried


def tags(log: Log) -> list[str | None]:
    return [asked.headers.get("if-none-match") for asked in log]


@pytest.mark.slow
def test_a_list_in_one_document_is_read_only_where_it_changed(tmp_path: Path) -> None:
    site = List()
    with serving(site) as (base, log):
        tried = rest(tmp_path, base, log)
        assert tried.harvest()["added"] == 26
        assert tried.harvest()["seen"] == 0
        assert tags(log) == ['"1"']
        assert tried.harvest("--full")["unchanged"] == 26
        assert tags(log) == [None]
        site.names.remove("q")
        site.tag = '"2"'
        tried.harvest()
        assert len(tried.live) == 26
        tried.harvest()
        assert tags(log) == [None], "a second list must leave it out too"
        assert len(tried.live) == 25
        assert tried.harvest()["seen"] == 0
        assert tags(log) == ['"2"']
        assert tried.here.runs("site")[0].status == "complete"


@pytest.mark.slow
def test_a_list_in_parts_is_read_each_time(tmp_path: Path) -> None:
    site = List()
    site.long = True
    with serving(site) as (base, log):
        tried = rest(tmp_path, base, log, paging="header")
        tried.harvest()
        assert tried.harvest()["unchanged"] == 26
        assert tags(log) == [None, None]


# What is believed

ENTRY = FeedSource(url="https://les.example/feed")


def answer(status: int = 304, *, redirected: bool = False, **headers: str) -> Response:
    request = Request(
        ENTRY.url, meta={"redirect_urls": ["https://les.example"]} if redirected else {}
    )
    said = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(ENTRY.url, status=status, headers=said, request=request)


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ({}, True),
        ({"ETag": '"1"'}, True),
        ({"ETag": 'W/"1"'}, True),
        ({"ETag": '"2"'}, False),
        ({"Last_Modified": OLD}, True),
        ({"Last_Modified": NEW}, False),
        ({"redirected": True}, False),
        ({"status": 200}, False),
    ],
)
def test_not_modified_must_mean_our_version(said: dict[str, Any], kept: bool) -> None:
    ours = version_of(answer(200, ETag='"1"', Last_Modified=OLD), ENTRY)
    assert ours.is_kept(answer(**said)) is kept
    assert not Version().is_kept(answer(**said)), "nothing was asked"


def test_a_server_is_believed_for_a_month() -> None:
    version = Version("2024-03-01T00:00:00Z", '"1"')
    assert version.headers(instant("2024-03-30T00:00:00Z")) == {"If-None-Match": '"1"'}
    assert version.headers(instant("2024-04-02T00:00:00Z")) == {}


def test_what_is_read_otherwise_is_read_again() -> None:
    version = version_of(answer(200, ETag='"1"'), ENTRY, ["a", "b"])
    assert known(version.dump(), ENTRY, ["b", "a"]) == version
    assert known(version.dump(), ENTRY, ["a"]) == Version()
    assert known(version.dump(), FeedSource(url=ENTRY.url, max_pages=1), ["a", "b"]) == Version()
    assert known("no JSON", ENTRY) == Version()
    said = watermark("2024-03-01T00:00:00Z", version_of(answer(200, ETag='"1"'), ENTRY))
    assert recalled(said, ENTRY).etag == '"1"'
    assert (
        watermark("2024-03-01T00:00:00Z", version_of(answer(200), ENTRY)) == "2024-03-01T00:00:00Z"
    )
