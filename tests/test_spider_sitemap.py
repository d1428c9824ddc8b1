"""A site with a sitemap, and pages that describe materials in JSON-LD."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from crawling import Run, Task, crawl
from servers import Answer, Asked, Log, serving

from harvester import jsonld, sitemaps
from harvester.errors import ParseError

HTML = {"Content-Type": "text/html; charset=utf-8"}


def page(*blocks: str, head: str = "") -> Answer:
    scripts = "".join(f'<script type="application/ld+json">{b}</script>' for b in blocks)
    return Answer(f"<html><head>{head}{scripts}</head><body>é</body></html>".encode(), 200, HTML)


def resource(name: str, **more: Any) -> str:
    return json.dumps(
        {"@context": "https://schema.org", "@type": "LearningResource", "name": name, **more}
    )


def urlset(asked: Asked, *paths: str, lastmod: str = "") -> bytes:
    said = f"<lastmod>{lastmod}</lastmod>" if lastmod else ""
    return (
        '<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
        + "".join(f"<url><loc>{asked.base}{path}</loc>{said}</url>" for path in paths)
        + "</urlset>"
    ).encode()


def index(asked: Asked) -> bytes:
    return (
        '<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
        f"<sitemap><loc>{asked.base}/new.xml.gz</loc></sitemap>"
        f"<sitemap><loc>{asked.base}/old.xml</loc></sitemap>"
        f"<sitemap><loc>https://elsewhere.example/s.xml</loc></sitemap></sitemapindex>"
    ).encode()


NEW = ["/a", "/b", "/gone", "/plain", "/closed/x", "/moved"]

SITE: dict[str, Callable[[Asked], Answer]] = {
    "/robots.txt": lambda asked: Answer(
        f"\ufeffUser-agent: *\nDisallow: /closed\nSitemap: {asked.base}/map.xml".encode()
    ),
    "/map.xml": lambda asked: Answer(index(asked)),
    "/new.xml.gz": lambda asked: Answer(
        gzip.compress(
            urlset(asked, *NEW, lastmod="2024-05-01")
        ),
        headers={"Content-Type": "application/x-gzip"},
    ),
    "/old.xml": lambda asked: Answer(urlset(asked, "/c", "/d", lastmod="2020-01-01T10:00+01:00")),
    "/a": lambda asked: page(
        resource("A"), head=f'<link rel="canonical" href="{asked.base}/canonical-a#x">'
    ),
    "/b": lambda _: page(
        resource("B1", url="/b1"), resource("B2"), '{"@type": "BreadcrumbList"}', "{'broken'"
    ),
    "/plain": lambda _: page('{"@type": "Organization", "name": "Uitgever"}'),
    "/moved": lambda _: Answer(status=302, headers={"Location": "/a2"}),
    "/a2": lambda _: page(resource("A2"), head='<link rel="canonical" href="https://e.example/">'),
    "/c": lambda _: page(resource("C")),
    "/d": lambda _: page('{"@graph": [{"@type": ["Course", "Thing"], "name": "D"}]}'),
    "/failing.xml": lambda asked: Answer(urlset(asked, "/a", "/fails", "/z")),
    "/fails": lambda _: Answer(status=500),
    "/z": lambda _: page(resource("Z")),
    "/cut.xml": lambda asked: Answer(urlset(asked, "/a", "/b")[:150], length=False),
}  # fmt: skip


def respond(asked: Asked) -> Answer:
    found = SITE.get(asked.path)
    return found(asked) if found else Answer(status=404)


def task(name: str, url: str, source: dict[str, Any] | None = None, **more: Any) -> Task:
    given = {"kind": "sitemap", "url": url, "allow_private": True, **(source or {})}
    return Task(name, given, **more)


@pytest.fixture(scope="module")
def crawled() -> Iterator[tuple[dict[str, Run], Log, str]]:
    with serving(respond) as (base, log):
        runs = crawl(
            task("all", base),
            task("increment", base + "/map.xml", since="2024-04-01T00:00:00Z"),
            task("full", base + "/map.xml", since="2024-04-01T00:00:00Z", full=True),
            task("include", base + "/map.xml", {"include": "/[ac]$"}),
            task("budget", base + "/map.xml", {"max_pages": 3}),
            task("failing", base + "/failing.xml"),
            task("cut", base + "/cut.xml"),
            task("absent", base + "/absent.xml"),
        )
        runs |= crawl(
            task("resumed", base, checkpoint=runs["all"].pages[2]["checkpoint"]),
            task("after", base + "/map.xml", checkpoint=runs["budget"].pages[-1]["checkpoint"]),
        )
        yield runs, log, base


def names(run: Run, base: str) -> list[str]:
    return [raw["identifier"].removeprefix(base) for raw in run.raws]


EVERYTHING = ["/canonical-a", "/b1", "/b", "/b#3", "/c", "/d", "/gone", "/a2"]


def test_every_page_is_visited(crawled: tuple[dict[str, Run], Log, str]) -> None:
    runs, _, base = crawled
    run = runs["all"]
    assert names(run, base) == EVERYTHING
    assert run.report["finished"]
    assert run.report["deletions"] == "absent-twice"
    assert run.report["whole"] is False, "a page is closed by robots.txt"
    assert run.report["warnings"] == ["1 pages are closed to us by robots.txt."]
    assert run.report["watermark"] > "2024"
    assert [r["identifier"].removeprefix(base) for r in run.raws if r["deleted"]] == ["/gone"]
    assert [r["rejected"] for r in run.raws if r["rejected"]] == ["json.malformed"]
    assert json.loads(run.raws[0]["payload"])["name"] == "A"
    assert run.raws[0]["media_type"] == "application/ld+json"
    assert next(p for p in run.pages if p["url"].endswith("/plain"))["body"] == ""


def test_increments(crawled: tuple[dict[str, Run], Log, str]) -> None:
    runs, _, base = crawled
    without_old = [name for name in EVERYTHING if name not in ("/c", "/d")]
    assert names(runs["increment"], base) == without_old
    assert runs["increment"].report["whole"] is False
    assert names(runs["full"], base) == EVERYTHING
    assert names(runs["include"], base) == ["/canonical-a", "/c"]
    assert runs["include"].report["whole"] is True


def test_budget(crawled: tuple[dict[str, Run], Log, str]) -> None:
    runs, _, base = crawled
    run = runs["budget"]
    assert len(run.pages) == 3
    assert not run.report["finished"]
    assert not run.report["whole"]
    assert "Stopped by budget: 3 pages of 8" in run.report["warnings"][0]
    after = names(runs["after"], base)
    assert after[0] == "/d"
    assert not set(after) & set(names(run, base))


def test_a_killed_run_goes_on(crawled: tuple[dict[str, Run], Log, str]) -> None:
    runs, _, base = crawled
    assert names(runs["resumed"], base) == ["/d", "/gone", "/a2"]
    assert runs["resumed"].report["watermark"] == runs["all"].report["watermark"]


def test_failures(crawled: tuple[dict[str, Run], Log, str]) -> None:
    runs, _, base = crawled
    failing = runs["failing"]
    assert names(failing, base) == ["/canonical-a", "/z"]
    assert not failing.report["finished"]
    assert not failing.report["whole"]
    assert "1 addresses failed" in failing.report["warnings"][0]
    assert "no complete sitemap" in runs["cut"].error
    assert "404 Not Found" in runs["absent"].error


def test_manners(crawled: tuple[dict[str, Run], Log, str]) -> None:
    _, log, _ = crawled
    assert not log.of("/closed/x")
    assert all("vindplaats" in asked.headers["user-agent"].lower() for asked in log)


def test_unreadable_robots_txt_forbids() -> None:
    def down(asked: Asked) -> Answer:
        return Answer(status=503) if asked.path == "/robots.txt" else respond(asked)

    with serving(down) as (base, log):
        run = crawl(task("x", base + "/map.xml"))["x"]
    assert "robots.txt answers 503" in run.error
    assert {asked.path for asked in log} == {"/robots.txt"}


@pytest.mark.parametrize(
    ("text", "documents"),
    [
        ('{"a": 1}', [{"a": 1}]),
        ('{"a": "x\ny\x0b"}', [{"a": "x\ny\x0b"}]),
        ('<!-- {"a": 1} -->', [{"a": 1}]),
        ('//<![CDATA[\n{"a": "http://b"}\n//]]>', [{"a": "http://b"}]),
        ('/* c */ {"a": [1, 2,], // d\n "b": "//e",};', [{"a": [1, 2], "b": "//e"}]),
        ('{"a": 1} {"b": 2}', [{"a": 1}, {"b": 2}]),
        ('{"a": "x, ]"}', [{"a": "x, ]"}]),
        ("{&quot;a&quot;: 1}", [{"a": 1}]),
        ("", []),
    ],
)
def test_lenient_json(text: str, documents: list[Any]) -> None:
    assert jsonld.loads(text) == documents


@pytest.mark.parametrize("text", ["{'a': 1}", '{"a": ', "[" * 10_000, '{"a": "' + "\\u12"])
def test_json_that_stays_broken(text: str) -> None:
    with pytest.raises(ParseError) as caught:
        jsonld.loads(text)
    assert caught.value.rule == "json.malformed"


@pytest.mark.parametrize(
    ("document", "found"),
    [
        ({"@type": "http://schema.org/Course"}, 1),
        ({"@type": "Article", "learningResourceType": "x"}, 1),
        ({"@type": "Article"}, 0),
        ([{"@type": "Course"}, {"@type": "schema:Quiz"}], 2),
        ({"@type": "WebPage", "mainEntity": {"@type": "Course"}}, 1),
        ({"@type": "ItemList", "itemListElement": [{"item": {"@type": "Course"}}] * 2}, 2),
        ({"@graph": [{"@type": "Person"}, {"@type": "Course"}, {"@type": "Course"}]}, 1),
        ({"@type": 3, "@graph": "x"}, 0),
        ("text", 0),
    ],
)
def test_which_blocks_are_about_learning(document: Any, found: int) -> None:
    assert len(list(jsonld.learning(document))) == found


def test_inner_node_keeps_the_context() -> None:
    inner = next(jsonld.learning({"@context": "x", "mainEntity": {"@type": "Course"}}))
    assert inner == {"@context": "x", "@type": "Course"}


def test_sitemap_as_text_and_broken() -> None:
    assert list(sitemaps.read(b"http://a/x\nhttp://a/y\n").pages) == ["http://a/x", "http://a/y"]
    stray = b"<urlset><url><loc>http://a/?b=1&c=2</loc></url></urlset>"
    assert list(sitemaps.read(stray).pages) == ["http://a/?b=1&c=2"]
    for broken in (b"", b"<html></html>", stray[:40], b"<urlset><url></urlset>"):
        with pytest.raises(sitemaps.UnreadableSitemapError):
            sitemaps.read(broken)


def test_samples_of_pages_with_json_ld(samples: Any) -> None:
    pages = [*samples.glob("html/**/*.html"), *samples.glob("oersi-etl/**/*.html")]
    counts = {
        path.name: len(
            jsonld.read(path.read_bytes(), source="s", url="https://a.example/", media_type="")
        )
        for path in pages
    }
    assert sum(counts.values()) > 5, counts
