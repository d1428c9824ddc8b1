"""What is asked of sites, feeds and files before they join, and what their lists show."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from catalog.config import FeedSource, FilesSource, PushSource, RestSource, SitemapSource
from harvester.raw import Page, Raw
from harvester.trial.listing import Listing
from harvester.trial.outcome import Checks
from harvester.trial.questions import Answer, Question
from harvester.trial.serving import conversation

SITE = SitemapSource(url="https://a.example/sitemap.xml")
FEED = FeedSource(url="https://a.example/feed.xml")
FILE = FilesSource(url="https://a.example/books.mrc")
MOST = 1000

Reply = Callable[[Question], Answer]


def talk(source: Any, reply: Reply) -> dict[str, tuple[str, str]]:
    """Return what was noticed, by name: state and text."""
    asked, answer = conversation(source, MOST), None
    assert asked is not None
    for _ in range(20):
        try:
            answer = reply(asked.send(answer))  # type: ignore[arg-type]  # None begins it
        except StopIteration as end:
            return {check.name: (check.state, check.text) for check in end.value.checks}
    raise AssertionError("the conversation does not end")


def faults(found: dict[str, tuple[str, str]]) -> dict[str, str]:
    return {name: state for name, (state, _) in found.items() if state != "good"}


def ok(url: str, body: bytes, kind: str = "application/xml", **headers: str) -> Answer:
    said = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(url=url, status=200, media_type=kind, body=body, headers=said)


def urlset(*pages: str, lastmod: str = "2024-05-01") -> bytes:
    tag = f"<lastmod>{lastmod}</lastmod>" if lastmod else ""
    listed = "".join(f"<url><loc>{page}</loc>{tag}</url>" for page in pages)
    return f"<urlset>{listed}</urlset>".encode()


def site(sitemap: bytes, robots: bytes = b"", lost: int = 404, kind: str = "text/xml") -> Reply:
    def reply(question: Question) -> Answer:
        if question.url.endswith("robots.txt"):
            return ok(question.url, robots) if robots else Answer(url=question.url, status=404)
        if question.url.endswith(".xml"):
            return ok(question.url, sitemap, kind)
        return Answer(url=question.url, status=lost)

    return reply


PAGES = tuple(f"https://a.example/les/{i}" for i in range(3))


def test_a_site_in_order_has_nothing_to_remark() -> None:
    found = talk(SITE, site(urlset(*PAGES), b"Sitemap: https://a.example/sitemap.xml"))
    assert faults(found) == {}
    assert "lists 3 pages" in found["pages"][1]
    assert len(found) >= 8


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        (site(urlset()), {"pages": "major"}),
        (site(b"<html>"), {"sitemap": "major"}),
        (site(urlset(*PAGES)[:60]), {"sitemap": "major"}),
        (site(urlset(*PAGES), kind="text/html"), {"content-type": "minor"}),
        (site(urlset(*PAGES), lost=200), {"not-found": "minor"}),
        (site(urlset(*PAGES, lastmod="")), {"lastmod": "minor"}),
        (site(urlset(*PAGES, lastmod="1 mei 2024")), {"lastmod.form": "minor"}),
        (site(urlset(*PAGES, lastmod="2999-01-01")), {"lastmod.future": "minor"}),
        (site(urlset(*PAGES, "https://b.example/")), {"host": "minor"}),
        (site(urlset(*PAGES), b"User-agent: *\nDisallow: /les/1"), {"robots.pages": "minor"}),
        (site(urlset(*PAGES), b"User-agent: vindplaats\nDisallow: /"), {"robots.pages": "major"}),
    ],
)
def test_what_a_site_might_do_better_is_told(reply: Reply, expected: dict[str, str]) -> None:
    assert faults(talk(SITE, reply)) == expected


def test_the_first_sitemap_of_an_index_is_looked_into() -> None:
    index = b"<sitemapindex><sitemap><loc>https://a.example/1.xml</loc></sitemap></sitemapindex>"
    inner = site(urlset(*PAGES))

    def reply(question: Question) -> Answer:
        at_index = question.url.endswith("sitemap.xml")
        return ok(question.url, index) if at_index else inner(question)

    found = talk(SITE, reply)
    assert faults(found) == {}
    assert found["index"][1] == "It is an index of 1 sitemaps."
    assert found["pages"][1].startswith("https://a.example/1.xml lists 3")


def test_a_home_page_leads_to_the_sitemap_that_robots_names() -> None:
    asked: list[str] = []
    answers = site(urlset(*PAGES), b"Sitemap: https://a.example/deep/map.xml")

    def reply(question: Question) -> Answer:
        asked.append(question.url)
        return answers(question)

    assert faults(talk(SitemapSource(url="https://a.example/"), reply)) == {}
    assert asked[1] == "https://a.example/deep/map.xml"


def test_patterns_that_leave_nothing_are_told() -> None:
    source = SitemapSource(url=SITE.url, include="/course/")
    assert faults(talk(source, site(urlset(*PAGES))))["chosen"] == "major"


def test_robots_that_cannot_be_read_closes_the_site() -> None:
    answers = site(urlset(*PAGES))

    def reply(question: Question) -> Answer:
        if question.url.endswith("robots.txt"):
            return Answer(url=question.url, status=500)
        return answers(question)

    assert faults(talk(SITE, reply)) == {"robots": "major"}


def test_a_feed_that_knows_its_version_need_not_come_again() -> None:
    def reply(question: Question) -> Answer:
        if question.headers == {"If-None-Match": '"7"'}:
            return Answer(url=question.url, status=304)
        return ok(question.url, b"<rss/>", "application/rss+xml; charset=utf-8", etag='"7"')

    assert faults(talk(FEED, reply)) == {}


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (ok("u", b"", "text/html", etag="x"), {"content-type": "minor", "unchanged": "minor"}),
        (ok("u", b"", "text/xml"), {"version": "minor"}),
        (Answer(url="u", status=404), {"answer": "major"}),
        (Answer(url="u", trouble="its host name is not known"), {"answer": "major"}),
    ],
)
def test_what_a_feed_might_do_better_is_told(answer: Answer, expected: dict[str, str]) -> None:
    assert faults(talk(FEED, lambda _: answer)) == expected


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (ok("u", b"", etag="x", accept_ranges="bytes"), {}),
        (ok("u", b"", etag="x", content_length="900"), {}),
        (ok("u", b"", etag="x", content_length="1001"), {"parts": "major"}),
        (ok("u", b"", etag="x", content_length="1001", accept_ranges="bytes"), {}),
        (ok("u", b"", content_length="many"), {"version": "minor"}),
        (Answer(url="u", status=405), {}),  # it is tried by fetching it
    ],
)
def test_what_a_file_server_might_do_better_is_told(
    answer: Answer, expected: dict[str, str]
) -> None:
    assert faults(talk(FILE, lambda _: answer)) == expected


@pytest.mark.parametrize(
    "source",
    [FilesSource(url="/srv/books.mrc"), PushSource(token_sha256="0" * 64), RestSource(url="u")],
)
def test_there_is_nothing_to_ask_where_nothing_serves(source: Any) -> None:
    assert conversation(source, MOST) is None


# What a list shows of itself


def raws(*names: str, date: str = "2024-05-01", **said: Any) -> list[Raw]:
    return [Raw(source="t", identifier=n, datestamp=date, parsed=said or None) for n in names]


def listed(source: Any, *pages: list[Raw], more: bool = False, total: int | None = None) -> Checks:
    listing = Listing(source)
    for number, page in enumerate(pages, 1):
        last = number == len(pages) and not more
        listing.see(
            Page(
                url="u", body=b"", media_type="", raws=page, total=total,
                checkpoint="" if last else "x",
            )
        )  # fmt: skip
    return listing.checks()


API = RestSource(url="u", datestamp="d", map={"titles": "t", "url": "u"})
WHOLE = {"titles": "a", "url": "b"}


@pytest.mark.parametrize(
    ("checks", "expected"),
    [
        (listed(FILE, raws("1", "2")), {}),
        (listed(FILE, raws("1", "1")), {"identifiers.own": "minor"}),
        (listed(FILE, raws("1", "")), {"identifiers.there": "minor"}),
        (listed(FILE, raws("", "")), {"identifiers.there": "major"}),
        (listed(FEED, raws("1", date="")), {"dates": "minor"}),
        (listed(SITE, raws("1"), []), {"described": "minor"}),
        (listed(SITE, [], []), {"described": "major"}),
        (listed(API, raws("1", **WHOLE), total=1), {}),
        (listed(API, raws("1", titles="a"), total=1), {"map": "minor"}),
        (listed(API, raws("1", **WHOLE)), {"size": "minor"}),
        (listed(API, raws("1", **WHOLE), total=9), {"paging": "major"}),
        (listed(API, raws("1", **WHOLE), raws("2", **WHOLE), total=9, more=True), {}),
        (
            listed(API, raws("1", **WHOLE), raws("1", **WHOLE), total=9),
            {"identifiers.own": "minor", "paging": "major"},
        ),
    ],
)
def test_what_a_list_shows_of_itself(checks: Checks, expected: dict[str, str]) -> None:
    assert {c.name: c.state for c in checks.checks if c.state != "good"} == expected


def test_a_list_has_shown_itself_after_two_pages_or_at_its_end() -> None:
    listing = Listing(API)
    page = Page(url="u", body=b"", media_type="", raws=raws("1"), checkpoint="more")
    listing.see(page)
    assert not listing.shown
    listing.see(page)
    assert listing.shown
    at_its_end = Listing(API)
    at_its_end.see(Page(url="u", body=b"", media_type="", raws=raws("1")))
    assert at_its_end.shown
