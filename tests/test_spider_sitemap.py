"""A site with a sitemap, and pages that describe materials in JSON-LD."""

from __future__ import annotations

import gzip
import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from crawling import Run, Task, crawl
from servers import Answer, Asked, Log, serving

from harvester import formats, jsonld, sitemaps
from harvester.errors import ParseError
from harvester.oai.page import instant
from harvester.site import pages, traps
from harvester.site.place import is_changed
from harvester.site.soft404 import NotFound, shingles

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


EVERYTHING = ["/canonical-a", "/b1", "/b", "/b#3", "/c", "/d", "/a2", "/gone"]


def test_every_page_is_visited(crawled: tuple[dict[str, Run], Log, str]) -> None:
    runs, _, base = crawled
    run = runs["all"]
    assert names(run, base) == EVERYTHING
    assert run.report["finished"]
    assert run.report["deletions"] == "absent-twice"
    assert run.report["whole"] is False, "a page is closed by robots.txt"
    assert run.report["warnings"] == [
        "1 pages are closed to us by robots.txt.",
        "1 addresses in the sitemaps are of other hosts (elsewhere.example): they were left.",
    ]
    assert run.report["watermark"] > "2024"
    assert [r["identifier"].removeprefix(base) for r in run.raws if r["missing"]] == ["/gone"]
    assert not any(r["deleted"] for r in run.raws)
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
    assert names(runs["resumed"], base) == ["/d", "/a2", "/gone"]
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


@pytest.mark.parametrize(
    ("status", "open_to_us"), [(503, False), (429, False), (403, True), (404, True), (410, True)]
)
def test_robots_txt_that_cannot_be_had(status: int, *, open_to_us: bool) -> None:
    """RFC 9309, 2.3.1.3 and 2.3.1.4: one that is not there allows, one that fails forbids."""

    def down(asked: Asked) -> Answer:
        return Answer(status=status) if asked.path == "/robots.txt" else respond(asked)

    with serving(down) as (base, log):
        run = crawl(task("x", base + "/old.xml"))["x"]
    if open_to_us:
        assert names(run, base) == ["/c", "/d"]
    else:
        assert f"robots.txt answers {status}" in run.error
        assert {asked.path for asked in log} == {"/robots.txt"}


@pytest.mark.parametrize(
    ("lastmod", "changed"),
    [
        ("2024-05-10T11:00:00Z", False),
        ("2024-05-10T13:00:00Z", True),  # within two days: the site's clock, or its day
        ("2024-05-11", True),
        ("2024-05-10T13:00:00+02:00", False),
        ("", True),
        ("gisteren", True),
    ],
)
def test_which_pages_may_have_changed(lastmod: str, *, changed: bool) -> None:
    assert is_changed(lastmod, instant("2024-05-12T12:00:00Z")) is changed
    assert is_changed(lastmod, None)


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
    near = b"<urlset><url><loc>/b</loc></url><url><loc>http://[x</loc></url></urlset>"
    assert list(sitemaps.read(near, "http://a/maps/1.xml").pages) == ["http://a/b", "http://[x"]
    for broken in (b"", b"<html></html>", stray[:40], b"<urlset><url></urlset>"):
        with pytest.raises(sitemaps.UnreadableSitemapError):
            sitemaps.read(broken)


# Markup other than JSON-LD

COURSE = """<div itemscope itemtype="https://schema.org/Course"><h1 itemprop="name">Knots</h1>
<span itemprop="learningResourceType">lesson</span>
<div itemprop="author" itemscope itemtype="https://schema.org/Person"><b itemprop="name">Ada</b>
</div></div>"""
RDFA = """<div vocab="https://schema.org/" typeof="Course"><h1 property="name">Sails</h1>
<p property="educationalLevel">vmbo</p></div>"""
BOOK = """<div itemscope itemtype="https://schema.org/Book"><h1 itemprop="name">Tides</h1></div>"""
OG = """<meta property="og:title" content="Locks"><meta property="og:type" content="video.other">
<meta property="og:image" content="/lock.png"><meta property="og:description" content="How">"""
CITED = """<meta name="citation_title" content="Dikes"><meta name="citation_author" content="B">
<meta name="citation_author" content="C"><meta name="citation_date" content="2020/03">"""


def described(html: str, *, anything: bool = False) -> list[Any]:
    found = pages.read(
        html.encode(), source="s", url="https://a.example/p", media_type="", anything=anything
    )
    assert all(raw.identifier.startswith("https://a.example/p") for raw in found)
    return [next(iter(formats.read(raw)[1])) for raw in found if not raw.rejected]


@pytest.mark.parametrize(
    ("html", "anything", "titles"),
    [
        (COURSE, False, ["Knots"]),
        (RDFA, False, ["Sails"]),
        (COURSE * 2, False, ["Knots", "Knots"]),
        (BOOK, False, []),
        (BOOK, True, ["Tides"]),
        (OG, False, []),
        (OG, True, ["Locks"]),
        (CITED + OG, True, ["Dikes"]),
        (COURSE + CITED + OG, True, ["Knots"]),
        ("<p>nothing</p>", True, []),
        ("", True, []),
        (f"<script type=application/ld+json>{resource('JSON')}</script>{COURSE}", False, ["JSON"]),
        (f"<script type=application/ld+json>{{broken</script>{COURSE}", False, ["Knots"]),
        ("<script type=application/ld+json>{broken</script>", True, []),
        ("<div itemscope itemtype='::'><p itemprop></div><p typeof= vocab=x property>", True, []),
    ],
)
def test_markup_of_every_kind(html: str, anything: bool, titles: list[str]) -> None:
    assert [r.titles[0].text for r in described(html, anything=anything)] == titles


def test_one_material_takes_from_the_meta_elements_what_it_does_not_say() -> None:
    (found,) = described(f"<head>{OG}{CITED}</head>{COURSE}")
    assert [a.name for a in found.creators] == ["Ada"], "its own word counts first"
    assert found.thumbnail == "https://a.example/lock.png"
    assert found.descriptions[0].text == "How"
    assert found.dates[0].value == "2020/03"


def test_a_site_whose_pages_are_all_materials() -> None:
    def respond(asked: Asked) -> Answer:
        if asked.path == "/map.xml":
            return Answer(urlset(asked, "/og", "/bare"))
        return Answer(
            f"<head>{OG if asked.path == '/og' else ''}</head>{asked.path}".encode(),
            200 if asked.path in ("/og", "/bare") else 404,
            HTML,
        )

    with serving(respond) as (base, _):
        runs = crawl(
            task("yes", base + "/map.xml", {"anything": True}), task("no", base + "/map.xml")
        )
    assert names(runs["yes"], base) == ["/og"]
    assert names(runs["no"], base) == []


# Traps


@pytest.mark.parametrize(
    ("url", "clean"),
    [
        ("https://a.example/p?id=1#top", "https://a.example/p?id=1"),
        ("https://a.example/p;jsessionid=AB12?id=1", "https://a.example/p?id=1"),
        ("https://a.example/p?PHPSESSID=x&id=1&utm_source=m", "https://a.example/p?id=1"),
        ("https://a.example/p?sid=1", "https://a.example/p"),
        ("https://a.example/p?side=1&b=%20", "https://a.example/p?side=1&b=%20"),
        ("https://[broken/p", "https://[broken/p"),
    ],
)
def test_session_ids_are_no_part_of_an_address(url: str, clean: str) -> None:
    assert traps.cleaned(url) == clean


@pytest.mark.parametrize(
    ("path", "pattern"),
    [
        ("/lesson/12", ""),
        ("/view?id=12", ""),
        ("/view?id=12&lang=nl", ""),
        ("/lessons/2024/05/12/a-title", ""),
        ("/list?sort=asc&id=3", "/list?id&sort"),
        ("/list?f[0]=a", "/list?f[0]"),
        ("/list?a=1&b=2&c=3&d=4&e=5", "/list?a&b&c&d&e"),
        ("/agenda/2024/05", "/agenda/DATE"),
        ("/agenda/2024/05/12/", "/agenda/DATE"),
        ("/agenda/2024-05-12", "/agenda/DATE"),
        ("/a/b/a/b/a/c", ".../a/.../a/..."),
        ("/1/1/1/x", ""),
    ],
)
def test_what_an_endless_pattern_is(path: str, pattern: str) -> None:
    assert traps.pattern(f"https://a.example{path}") == pattern


@pytest.fixture(scope="module")
def trapped() -> Iterator[tuple[dict[str, Run], Log]]:
    def respond(asked: Asked) -> Answer:
        if asked.path == "/map.xml":
            months = [f"/agenda/2024/{month:02}" for month in range(1, 13)]
            facets = [f"/list?sort={way}" for way in ("asc", "desc", "random")]
            return Answer(urlset(asked, "/a", "/a;jsessionid=7", "/x/y/z/deep", *months, *facets))
        return page(resource(asked.path)) if len(asked.path) < 20 else Answer(status=404)

    with serving(respond) as (base, log):
        yield (
            crawl(
                task("few", base + "/map.xml", {"max_similar": 2, "max_depth": 2}),
                task("all", base + "/map.xml"),
                task("without", base + "/map.xml", {"max_similar": 2, "exclude": "/agenda/|sort="}),
            ),
            log,
        )


def test_a_trap_stops_a_crawl_and_is_shown(trapped: tuple[dict[str, Run], Log]) -> None:
    runs, log = trapped
    few = runs["few"]
    assert len(few.raws) == 1 + 2 + 2
    assert not few.report["finished"]
    assert not few.report["whole"]
    assert few.report["warnings"] == [
        "Stopped by budget: 10 of 12 addresses like /agenda/DATE (max_similar).",
        "Stopped by budget: 1 of 3 addresses like /list?sort (max_similar).",
        "Stopped by budget: 1 addresses in too many folders (max_depth).",
    ]
    assert few.pages[-1]["checkpoint"] == "", "the next run begins anew"
    assert runs["all"].report["finished"]
    assert runs["without"].report["finished"]
    assert len(runs["without"].raws) == 2
    assert not [asked for asked in log if "jsessionid" in asked.path]


# Pages that are not there

LOST = b"<title>Lost</title><h1>Sorry</h1><p>We could not find what you asked for: "


def soft(asked: Asked) -> Answer:
    """Describe /a and /b; answer 200 for all else, and lead /home to the home page."""
    if asked.path.startswith("/map"):
        return Answer(urlset(asked, "/a", "/b", "/home", "/lost", "/plain"))
    if asked.path == "/home":
        return Answer(status=302, headers={"Location": "/"})
    if asked.path in ("/a", "/b", "/"):
        return page(resource(asked.path))
    if asked.path == "/plain":
        return Answer(
            b"<h1>About us</h1><p>We have made lessons since the last century.", 200, HTML
        )
    return Answer(LOST + asked.path.encode() + b"</p>", 200, HTML)


def test_pages_that_only_say_that_they_are_lost_are_suspect() -> None:
    with serving(soft) as (base, log):
        run = crawl(task("x", base + "/map.xml"))["x"]
    assert names(run, base) == ["/a", "/b"]
    assert "2 pages look like what the site shows where nothing is" in run.report["warnings"][0]
    assert run.report["finished"]
    assert not run.report["whole"], "nothing is removed for that"
    assert len([asked for asked in log if len(asked.path) > 20]) == 1


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        (LOST.decode() + "/p/1", LOST.decode() + "/p/2", True),
        ("<p>one two</p>", "<p>three four</p>", False),
        ("", "", True),
        ("<script>var a</script><p>same words here</p>", "<p>Same words, here!</p>", True),
        ("<p>one two three four five six</p>", "<p>one two three nine ten eleven</p>", False),
    ],
)
def test_what_reads_like_nothing(one: str, other: str, alike: bool) -> None:
    nothing = NotFound("https://a.example/zzz", shingles(one, "https://a.example/p/1"))
    assert nothing.is_like("https://a.example/p/2", "https://a.example/p/2", other) is alike


@pytest.mark.parametrize(
    "html", ["<" * 400_000, "<script>" * 50_000, "<!--" * 100_000, "<p " * 99_999]
)
def test_a_hostile_page_takes_no_time(html: str) -> None:
    started = time.process_time()
    shingles(html, "https://a.example/p")
    described(html, anything=True)
    assert time.process_time() - started < 3


def test_too_many_pages_that_are_gone_are_not_believed() -> None:
    def respond(asked: Asked) -> Answer:
        if asked.path == "/map.xml":
            return Answer(urlset(asked, *(f"/{n:02}" for n in range(20))))
        return page(resource("x")) if asked.path > "/02" else Answer(status=404)

    with serving(respond) as (base, _):
        run = crawl(task("x", base + "/map.xml"))["x"]
    assert not any(raw["missing"] for raw in run.raws)
    assert "3 of 20 pages are not there" in run.report["warnings"][0]
    assert run.pages[-1]["checkpoint"] == ""


@pytest.mark.parametrize(
    ("asked", "canonical"), [("/a/", "/a"), ("/b?x=1", "/b"), ("/c", ""), ("/d", "/d#top")]
)
@pytest.mark.parametrize(
    "said",
    [
        resource("Les"),
        '<p itemscope itemtype="http://schema.org/Course"><b itemprop="name">Les</b></p>',
    ],
)
def test_a_material_is_where_its_page_says_that_it_is(
    said: str, asked: str, canonical: str
) -> None:
    head = f'<link rel="canonical" href="{canonical}">' if canonical else ""
    answer = page(said, head=head) if said.startswith("{") else page(head=head + said)
    site = "https://a.example"
    (raw,) = pages.read(answer.body, source="x", url=site + asked, media_type="text/html")
    _, (found,) = formats.read(raw)
    assert found.url == site + (canonical or asked).removesuffix("#top")


def test_a_link_that_is_no_address_costs_no_page() -> None:
    head = '<link rel="canonical" href="http://[x">'
    body = page(resource("Een", url="http://[x"), resource("Twee"), head=head).body
    raws = pages.read(body, source="x", url="https://a.example/b", media_type="text/html")
    assert [raw.identifier for raw in raws] == ["https://a.example/b", "https://a.example/b#2"]


def test_of_several_materials_of_a_page_none_is_the_page() -> None:
    body = page(resource("Een"), resource("Twee")).body
    raws = pages.read(body, source="x", url="https://a.example/b", media_type="text/html")
    assert [found.url for raw in raws for found in formats.read(raw)[1]] == [
        "https://a.example/b",
        "",
    ]
