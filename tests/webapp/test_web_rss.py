"""Any search as RSS 2.0: what Atom says, as readers that others made understand it."""

from __future__ import annotations

import warnings
from email.utils import parsedate_to_datetime
from typing import Any

import feedparser
import pytest
from fake_catalogue import FakeCatalogue, card, hostile, resource
from flask.testing import FlaskClient
from lxml import etree
from msgspec.structs import replace

from catalog.resource import Text
from webapp.rss import instant

SITE = "https://vindplaats.example"
DC = "{http://purl.org/dc/elements/1.1/}"


def feed(client: FlaskClient, address: str) -> Any:
    """Return a feed as feedparser reads it, after two stricter readers have."""
    answer = client.get(address)
    assert answer.status_code == 200, answer.text[:300]
    assert answer.content_type == "application/rss+xml; charset=utf-8"
    strict, typed = readers(answer.data)
    found = feedparser.parse(answer.data)
    assert not found.bozo
    assert found.version == "rss20"
    assert len(found.entries) == len(strict.items) == len(typed.channel.items)
    return found


def readers(data: bytes) -> tuple[Any, Any]:
    """Return what atoma and rss-parser read, which refuse what lacks an element."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        import atoma  # noqa: PLC0415 old, and says so
        from rss_parser import RSSParser  # noqa: PLC0415 the same

        return atoma.parse_rss_bytes(data), RSSParser.parse(data.decode())


def test_it_says_what_atom_says(client: FlaskClient) -> None:
    found = feed(client, "/en/search.rss?q=hoofdstuk&level=hbo")
    atom = feedparser.parse(client.get("/en/search.atom?q=hoofdstuk&level=hbo").data)
    assert found.feed.title == atom.feed.title
    assert found.feed.link == atom.feed.link
    assert found.feed.language == "en"
    assert len(found.entries) == len(atom.entries) == 30
    for ours, theirs in zip(found.entries, atom.entries, strict=True):
        assert (ours.id, ours.title, ours.link) == (theirs.id, theirs.title, theirs.link)
        assert ours.published_parsed == theirs.published_parsed
        assert ours.get("summary", "") == theirs.get("summary", "")
        assert {t.label or t.term for t in theirs.get("tags", ())} == {
            t.term for t in ours.get("tags", ())
        }
        assert ours.rights == theirs.rights


def test_every_item_has_a_name_that_stays_and_an_instant(client: FlaskClient) -> None:
    dutch, english = (
        etree.fromstring(client.get(a).data) for a in ("/nl/zoeken.rss?size=100", "/en/search.rss")
    )
    names = [each.text for each in dutch.iter("guid")]
    assert len(set(names)) == len(names) == 100
    assert names[:30] == [each.text for each in english.iter("guid")]
    assert {each.get("isPermaLink") for each in dutch.iter("guid")} == {"true"}
    for name in names[:3]:
        assert client.get((name or "").removeprefix(SITE)).status_code == 200
    for each in dutch.iter("pubDate", "lastBuildDate"):
        assert parsedate_to_datetime(each.text or "").tzinfo
        assert (each.text or "").endswith(" GMT")


def test_pages_lead_to_each_other_and_end(client: FlaskClient) -> None:
    address, seen = "/en/search.rss?size=40", []
    while address:
        found = feed(client, address)
        seen += [entry.id for entry in found.entries]
        links = {link.rel: link.href for link in found.feed.links}
        assert links["self"] == f"{SITE}{address}"
        assert links["last"].endswith("/en/search.rss?size=40&page=7")
        address = links.get("next", "").removeprefix(SITE)
    assert len(seen) == len(set(seen)) == 250


TITLES = [
    "Q&A over cellen",
    "AT&amp;T in de jaren &#39;80",
    "a < b > c & d",
    '<script>alert("x")</script> leren',
    "<b>Vet</b> gedrukt]]>",
    "&lt;img src=x onerror=alert(1)&gt;",
    "\u202eomgekeerd \U0001f600 \u0000\u0008",
]


@pytest.mark.parametrize("title", TITLES)
def test_text_stays_text(client: FlaskClient, catalogue: FakeCatalogue, title: str) -> None:
    text = (Text(title, "nl"),)
    catalogue.cards = {"t": card("t", replace(resource(1), titles=text, descriptions=text))}
    root = etree.fromstring(client.get("/nl/zoeken.rss").data)
    shown = title.replace("\u0000", "\ufffd").replace("\u0008", "\ufffd")
    # what a reader shows that takes it for HTML, as most do
    made = [
        "".join(etree.HTML(f"<p>{root.findtext(f'.//item/{name}')}</p>").itertext())
        for name in ("title", "description")
    ]
    assert made[0] == shown
    assert made[1].split() == shown.replace("\ufffd", " ").split() or made[1] == shown
    (entry,) = feed(client, "/nl/zoeken.rss").entries
    assert "<script" not in entry.title + entry.summary


def test_nothing_hostile_gets_through(client: FlaskClient, catalogue: FakeCatalogue) -> None:
    catalogue.cards.clear()
    catalogue.cards["evil"] = card("evil", hostile())
    torn = (Text("half \ud800 \x00 \x0b \ufffe", "nl"),)
    catalogue.cards["torn"] = card("torn", replace(resource(1), titles=torn))
    long = (Text("woord " * 100_000, "nl"),)
    catalogue.cards["long"] = card("long", replace(resource(2), descriptions=long))
    untitled = replace(resource(3), titles=(), descriptions=(), creators=(), dates=())
    catalogue.cards["bare"] = card("bare", untitled)
    answer = client.get("/nl/zoeken.rss?q=%00%0b")
    root = etree.fromstring(answer.data)
    assert len(root.findall("channel/item")) == 4
    assert all(each.findtext("title") for each in root.iter("item"))
    assert "<script" not in answer.text
    assert "&lt;script" not in answer.text
    assert "javascript:" not in answer.text
    assert len(answer.data) < 20_000
    feed(client, "/nl/zoeken.rss")


def test_what_is_no_instant_is_left_out(client: FlaskClient, catalogue: FakeCatalogue) -> None:
    catalogue.cards = {"vb1": replace(card("vb1", resource(1)), harvested="", changed="")}
    found = feed(client, "/nl/zoeken.rss")
    assert "published" not in found.entries[0]
    assert "updated" not in found.feed
    for said in ("", "2026-01-02", "gisteren", "2026-13-01T00:00:00Z", "2026-01-02T03:04:05+01:00"):
        assert instant(said) == ""
    assert instant("2026-01-02T03:04:05Z") == "Fri, 02 Jan 2026 03:04:05 GMT"


def test_an_empty_feed_is_a_feed(client: FlaskClient, catalogue: FakeCatalogue) -> None:
    catalogue.cards.clear()
    assert feed(client, "/nl/zoeken.rss?q=niets").entries == []


def test_it_is_not_sent_twice_to_who_has_it(client: FlaskClient) -> None:
    first = client.get("/nl/zoeken.rss")
    again = client.get("/nl/zoeken.rss", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    for address in ("/nl/zoeken.rss", "/en/search.atom"):
        assert client.get(address).headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("address", ["/nl/zoeken?q=hoofdstuk&level=hbo", "/nl/niveau/hbo"])
def test_each_list_names_it(client: FlaskClient, address: str) -> None:
    page = etree.HTML(client.get(address).text)
    (named,) = page.xpath("//link[@rel='alternate'][@type='application/rss+xml']/@href")
    assert named in page.xpath("//p[@class='feed']/a/@href")
    assert feed(client, named).entries


def test_atom_is_read_by_a_stricter_reader_too(client: FlaskClient) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        import atoma  # noqa: PLC0415 old, and says so

        for address in ("/nl/zoeken.atom?size=100", "/nl/bron/leerbank/runs.atom"):
            found = atoma.parse_atom_bytes(client.get(address).data)
            assert found.entries
            assert all(each.id_ and each.updated for each in found.entries)
