"""Feeds: RSS of all ages, Atom, podcasts; asked for again only where they changed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from crawling import Run, Task, crawl
from servers import Answer, Asked, Log, serving

from catalog.normalise import text
from catalog.resource import LearningResource
from harvester import feeds, formats
from harvester.version import Version

DATE = "Wed, 01 May 2024 10:00:00 GMT"
BY = "https://creativecommons.org/licenses/by/4.0/"


def entry(name: str, *, date: str = DATE, more: str = "") -> str:
    return (
        f"<item><title>{name}</title><guid isPermaLink='false'>urn:{name}</guid>"
        f"<link>https://lessen.example/{name}</link><pubDate>{date}</pubDate>{more}</item>"
    )


def rss(*entries: str, more: str = "") -> bytes:
    return (
        '<?xml version="1.0"?><rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom">'
        f"<channel><title>Lessen</title><link>https://lessen.example/</link>{more}"
        f"{''.join(entries)}</channel></rss>"
    ).encode()


def link(address: str, rel: str = "next") -> str:
    return f'<atom:link rel="{rel}" href="{address}"/>'


PODCAST = f"""<rss version="2.0" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"
  xmlns:creativeCommons="http://backend.userland.com/creativeCommonsRssModule">
<channel><title>Hoorcolleges</title><link>https://radio.example/</link><language>nl-NL</language>
<itunes:author>Omroep Campus</itunes:author><itunes:image href="/hoes.png"/>
<creativeCommons:license>{BY}</creativeCommons:license>
<item><title>Sterren &amp; stof</title><guid isPermaLink='false'>college-1</guid>
<description>&lt;p&gt;Over &lt;b&gt;licht&lt;/b&gt;.&lt;/p&gt;</description>
<itunes:duration>1:02:03</itunes:duration><itunes:author>Mira Daal</itunes:author>
<category>natuurkunde</category><category>sterren</category>
<pubDate>Wed, 01 May 2024 12:00:00 +0200</pubDate>
<enclosure url="https://radio.example/1.mp3" type="audio/mpeg" length="1"/></item>
</channel></rss>""".encode()

ATOM = f"""<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en" xml:base="https://b.example/">
<title>Clips</title><id>urn:clips</id><updated>2024-05-02T00:00:00Z</updated>
<link rel="prev-archive" href="/archive/1"/><icon>/icon.png</icon>
<entry><id>tag:b.example,2024:1</id><title type="html">Forces &amp;lt;1 N</title>
<link href="clips/1"/><link rel="license" href="{BY}"/><rights>Some rights</rights>
<link rel="enclosure" type="video/mp4" href="files/1.mp4"/>
<author><name>Ann Other</name><email>ann@b.example</email>
<uri>https://orcid.org/0000-0002-1825-0097</uri></author>
<author><name>desk@b.example</name></author><contributor><name>Bo Third</name></contributor>
<published>2024-05-01T12:00:00+02:00</published><updated>2024-05-02T00:00:00Z</updated>
<summary>A clip.</summary><category term="phys" label="Physics"/></entry></feed>""".encode()

RDF = b"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
  xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"
  xmlns:cc="http://web.resource.org/cc/"><channel rdf:about="https://c.example/"><title>C</title>
<link>https://c.example/</link></channel><item rdf:about="https://c.example/1"><title>Een</title>
<link>https://c.example/1</link><dc:creator>Wies Vierde</dc:creator><dc:date>2024-05-01</dc:date>
<dc:language>nl</dc:language><dc:subject>taal</dc:subject>
<cc:license rdf:resource="https://creativecommons.org/licenses/by/4.0/"/></item></rdf:RDF>"""


def conditional(asked: Asked) -> Answer:
    said = {"ETag": '"v1"', "Last-Modified": DATE}
    if asked.headers.get("if-none-match") == '"v1"':
        return Answer(status=304, headers=said)
    return Answer(rss(entry("een"), entry("twee")), headers=said)


def paged(asked: Asked) -> Answer:
    number = int(asked.query[2:] or 1)
    following = link(f"/paged?p={number + 1}" if number < 4 else "/paged")  # and round again
    date = f"Wed, {5 - number:02} May 2021 10:00:00 GMT"
    return Answer(rss(entry(f"p{number}", date=date), more=following), headers={"ETag": '"p"'})


def cut_once(asked: Asked) -> Answer:
    body = rss(entry("een"), entry("twee"))
    return Answer(body if asked.again else body[:-60])


SITE: dict[str, Callable[[Asked], Answer]] = {
    "/changing": conditional,
    "/paged": paged,
    "/cut-once": cut_once,
    "/cut": lambda _: Answer(rss(entry("een"))[:-30]),
    "/elsewhere": lambda _: Answer(rss(entry("een"), more=link("https://elsewhere.example/"))),
    "/html": lambda _: Answer(b"<!doctype html><title>Geen feed</title><p>Nee", headers={}),
    "/empty": lambda _: Answer(b""),
    "/quiet": lambda _: Answer(rss()),
    "/nameless": lambda _: Answer(rss("<item><title>Wie?</title></item>", entry("een"))),
    "/sloppy": lambda _: Answer(rss(entry("een & twee&nbsp;<b>"), "<br>")),
    "/gone": lambda _: Answer(status=410),
}

Crawled = tuple[dict[str, Run], Log]


def task(name: str, url: str, source: dict[str, Any] | None = None, **more: Any) -> Task:
    given = {"kind": "feed", "url": url, "allow_private": True, **(source or {})}
    return Task(name, given, **more)


@pytest.fixture(scope="module")
def crawled() -> Iterator[Crawled]:
    with serving(lambda asked: SITE[asked.path](asked)) as (base, log):
        runs = crawl(*(task(path[1:], base + path) for path in SITE))
        mark = runs["changing"].report["watermark"]
        runs |= crawl(
            task("again", base + "/changing", since=mark),
            task("full", base + "/changing", since=mark, full=True),
            task("once an API", base + "/changing", since="2024-01-01T00:00:00Z"),
            task("few pages", base + "/paged", {"max_pages": 2}),
            task("known", base + "/paged", since=Version(time="2024-05-01T00:00:00Z").dump()),
            task("resumed", base + "/paged", checkpoint=runs["paged"].pages[1]["checkpoint"]),
        )
        yield runs, log


def test_a_feed_is_a_window(crawled: Crawled) -> None:
    run = crawled[0]["changing"]
    assert run.identifiers == ["urn:een", "urn:twee"]
    assert run.report["finished"]
    assert run.report["whole"] is False
    assert not any(raw["deleted"] for raw in run.raws)
    assert run.raws[0]["datestamp"] == "2024-05-01T10:00:00Z"
    assert crawled[0]["quiet"].report["finished"]


def test_is_asked_for_again_only_where_it_changed(crawled: Crawled) -> None:
    runs, log = crawled
    known = Version.parse(runs["changing"].report["watermark"])
    assert known
    assert (known.etag, known.modified) == ('"v1"', DATE)
    assert runs["again"].pages == []
    assert runs["again"].report["finished"]
    assert Version.parse(runs["again"].report["watermark"]) == known
    for name in ("full", "once an API"):
        assert len(runs[name].raws) == 2
    first, *later = [a.headers.get("if-modified-since") for a in log.of("/changing")]
    assert first is None
    assert sorted(later, key=str) == [None, None, DATE], "the three run at once, in any order"


def test_pages(crawled: Crawled) -> None:
    runs = crawled[0]
    assert runs["paged"].identifiers == ["urn:p1", "urn:p2", "urn:p3", "urn:p4"]
    assert runs["paged"].report["finished"]
    assert runs["few pages"].identifiers == ["urn:p1", "urn:p2"]
    assert runs["few pages"].report["warnings"] == ["Stopped by budget: 2 pages (max_pages)."]
    assert runs["known"].identifiers == ["urn:p1"]
    assert runs["resumed"].identifiers == ["urn:p3", "urn:p4"]
    assert runs["resumed"].report["watermark"] == runs["paged"].report["watermark"]
    assert "is not followed" in runs["elsewhere"].report["warnings"][0]
    assert runs["elsewhere"].report["finished"]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("cut", "was cut off, 3 times in a row"),
        ("html", "is no RSS or Atom"),
        ("empty", "is no RSS or Atom"),
        ("gone", "answers 410 Gone"),
    ],
)
def test_answers_that_are_none(crawled: Crawled, name: str, words: str) -> None:
    run = crawled[0][name]
    assert words in run.error
    assert run.pages == []
    assert not run.report["finished"]


def test_a_feed_that_is_not_right(crawled: Crawled) -> None:
    runs = crawled[0]
    assert runs["cut-once"].identifiers == ["urn:een", "urn:twee"]
    assert [raw["rejected"] for raw in runs["nameless"].raws] == ["record.identifier_missing", ""]
    assert all(raw["repaired"] for raw in runs["sloppy"].raws)
    assert len(runs["sloppy"].raws) == 1


def read(body: bytes, url: str = "https://a.example/feed") -> tuple[LearningResource, feeds.Feed]:
    feed = feeds.read(body, source="s", url=url, media_type="application/xml")
    name, found = formats.read(feed.raws[0])
    assert name == "mapped"
    return next(iter(found)), feed


def test_a_podcast() -> None:
    found, feed = read(PODCAST)
    assert feed.raws[0].identifier == "college-1"
    assert [(t.text, t.language) for t in found.titles] == [("Sterren & stof", "nl-NL")]
    assert found.descriptions[0].text == "<p>Over <b>licht</b>.</p>"
    assert [a.name for a in found.creators] == ["Mira Daal"]
    assert [k.text for k in found.keywords] == ["natuurkunde", "sterren"]
    assert found.url == "https://radio.example/1.mp3"
    assert found.thumbnail == "https://a.example/hoes.png"
    assert found.languages == ("nl-NL",)
    assert found.rights == (BY,)
    assert found.duration == "1:02:03"
    assert found.media_types == ("audio/mpeg",)
    assert [c.label for c in found.type_terms] == ["audio"]
    assert [(d.kind, d.value) for d in found.dates] == [("issued", "2024-05-01T10:00:00Z")]
    assert found.relations[0].title == "Hoorcolleges"


def test_atom() -> None:
    found, feed = read(ATOM)
    assert feed.next == "https://b.example/archive/1"
    assert feed.raws[0].datestamp == "2024-05-02T00:00:00Z"
    assert [(t.text, t.language) for t in found.titles] == [("Forces &lt;1 N", "en")]
    assert [(a.name, a.ids) for a in found.creators] == [
        ("Ann Other", ("https://orcid.org/0000-0002-1825-0097",))
    ]
    assert [a.name for a in found.contributors] == ["Bo Third"]
    assert found.url == "https://b.example/clips/1"
    assert found.rights == (BY, "Some rights")
    assert found.media_types == ("video/mp4",)
    assert [k.text for k in found.keywords] == ["Physics"]
    assert [d.kind for d in found.dates] == ["issued", "modified"]
    assert "ann@b.example" not in json.dumps(feed.raws[0].parsed)


def test_rss_in_rdf() -> None:
    found, feed = read(RDF)
    assert feed.raws[0].identifier == "https://c.example/1"
    assert [a.name for a in found.creators] == ["Wies Vierde"]
    assert found.languages == ("nl",)
    assert found.rights == (BY,)


def test_what_an_entry_says_in_full_describes_it_where_nothing_shorter_does() -> None:
    said = """<content:encoded xmlns:content="http://purl.org/rss/1.0/modules/content/">
    <![CDATA[<p>Lees <em>eerst</em> dit.</p><script>alert(1)</script>]]></content:encoded>"""
    found, _ = read(rss(entry("een", more=said)))
    assert found.descriptions[0].text.strip() == "<p>Lees <em>eerst</em> dit.</p>"
    short = "<description>In het kort.</description>"
    found, _ = read(rss(entry("een", more=short + said)))
    assert [each.text for each in found.descriptions] == ["In het kort."]


def test_atom_in_xhtml() -> None:
    body = b"""<feed xmlns="http://www.w3.org/2005/Atom"><title>Clips</title><id>urn:clips</id>
    <entry><id>urn:1</id><link href="https://b.example/1"/><updated>2024-05-02T00:00:00Z</updated>
    <title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">Forces &amp; <b>fields</b></div>
    </title><content type="xhtml" xml:lang="en"><xh:div xmlns:xh="http://www.w3.org/1999/xhtml">
    <xh:p>What <xh:em>pulls</xh:em>.</xh:p></xh:div></content></entry></feed>"""
    found, feed = read(body)
    assert not feed.raws[0].repaired
    (title,), (said,) = found.titles, found.descriptions
    assert text.plain(title.text) == "Forces & fields"
    assert text.plain(said.text) == "What pulls."
    assert said.language == "en"


ENTITY = (
    b'<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss version="2.0"><channel/></rss>'
)


@pytest.mark.parametrize(
    "body", [ENTITY, b"", b"[]", b"/etc/passwd", b"http://127.0.0.1:9/", b"\0"]
)
def test_what_is_no_feed(body: bytes) -> None:
    with pytest.raises(feeds.UnreadableFeedError):
        feeds.read(body, source="s", url="https://a.example/", media_type="text/xml")


@pytest.mark.parametrize("whole", [PODCAST, ATOM, RDF], ids=["podcast", "atom", "rdf"])
def test_a_feed_that_is_cut_off_anywhere(whole: bytes) -> None:
    for end in range(0, len(whole) - 20, 7):
        with pytest.raises(feeds.UnreadableFeedError):
            feeds.read(whole[:end], source="s", url="https://a.example/", media_type="")


def test_samples_of_feeds(samples: Path) -> None:
    counts = {}
    for file in sorted((samples / "feeds").glob("*.rss")):
        found = feeds.read(file.read_bytes(), source="s", url="https://a.example/f", media_type="")
        counts[file.name] = len(found.raws)
        for raw in found.raws:
            assert raw.identifier
            resource = next(iter(formats.read(raw)[1]))
            assert resource.titles
            assert resource.url.startswith("https://")
            assert resource.dates
    assert counts == {"test_medium_mit_news.rss": 3, "test_podcast.rss": 2}


def test_media_rss_says_what_is_played() -> None:
    item = (
        "<item><title>Een</title><guid>1</guid><link>https://a.example/1</link>"
        '<media:content url="https://a.example/1.jpg" type="image/jpeg"/>'
        '<media:content url="https://a.example/1.mp4" type="video/mp4" duration="90"/></item>'
    )
    rss = (
        f'<rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/"><channel>{item}</channel>'
    )
    (raw,) = feeds.read(
        f"{rss}</rss>".encode(), source="s", url="https://a.example/", media_type="text/xml"
    ).raws
    (resource,) = formats.read(raw)[1]
    assert resource.url == "https://a.example/1"
    assert (resource.media_types, resource.duration) == (("video/mp4",), "90")
    assert [term.label for term in resource.type_terms] == ["video"]


def test_a_picture_at_no_address_costs_no_entry() -> None:
    images = "<image><url>http://[x</url></image>"
    feed = feeds.read(rss(entry("a"), more=images), source="x", url="https://a/", media_type="")
    assert "thumbnail" not in feed.raws[0].parsed
