"""Any search as an Atom feed: well formed, in pages, newest first, and nothing in it runs."""

from __future__ import annotations

from typing import Any

import feedparser
import pytest
from fake_catalogue import FakeCatalogue, card, hostile, resource
from flask.testing import FlaskClient
from lxml import etree
from msgspec.structs import replace

from catalog.resource import Text

ATOM = "{http://www.w3.org/2005/Atom}"


def feed(client: FlaskClient, address: str) -> Any:
    answer = client.get(address)
    assert answer.status_code == 200, answer.text[:300]
    assert answer.content_type == "application/atom+xml; charset=utf-8"
    etree.fromstring(answer.data)
    found = feedparser.parse(answer.data)
    assert not found.bozo
    return found


@pytest.mark.parametrize(
    ("address", "title"),
    [
        ("/nl/zoeken.atom", "Al het materiaal - Vindplaats"),
        ("/en/search.atom?q=hoofdstuk&level=hbo", "hoofdstuk, Hbo"),
    ],
)
def test_a_search_is_a_feed(client: FlaskClient, address: str, title: str) -> None:
    found = feed(client, address)
    assert found.feed.title.startswith(title.split(",", maxsplit=1)[0])
    assert len(found.entries) == 30
    links = {link.rel: link.href for link in found.feed.links}
    assert links["self"] == f"https://vindplaats.example{address}"
    page = f"https://vindplaats.example{address}".replace(".atom", "")
    assert links["alternate"] in {f"{page}?sort=newest", f"{page}&sort=newest"}
    entry = found.entries[0]
    assert entry.updated == "2026-02-03T04:05:06Z"
    assert entry.published == "2026-01-03T04:05:06Z"
    rels = {link.rel for link in entry.links}
    assert {"alternate", "via"} <= rels


def test_every_required_element_is_there_once(client: FlaskClient) -> None:
    root = etree.fromstring(client.get("/nl/zoeken.atom?size=100").data)
    for each in [root, *root.iter(f"{ATOM}entry")]:
        for name in ("id", "title", "updated"):
            assert len(each.findall(ATOM + name)) == 1
    ids = [each.text for each in root.iter(f"{ATOM}id")]
    assert len(ids) == len(set(ids)) == 101


def test_newest_first_unless_another_order_is_said(
    client: FlaskClient, catalogue: FakeCatalogue
) -> None:
    for address, sort in (("", "newest"), ("?sort=title", "title"), ("?sort=relevance", None)):
        found = feed(client, f"/en/search.atom{address}")
        assert catalogue.asked[-1].sort == (sort or "relevance")
        links = {link.rel: link.href for link in found.feed.links}
        assert links["self"].endswith(f"/en/search.atom{address}")


def test_pages_lead_to_each_other_and_end(client: FlaskClient) -> None:
    address, seen = "/en/search.atom?size=40", []
    while address:
        found = feed(client, address)
        seen += [entry.id for entry in found.entries]
        links = {link.rel: link.href for link in found.feed.links}
        assert links["last"].endswith("size=40&page=7")
        assert links["first"].endswith("search.atom?size=40")
        address = links.get("next", "").removeprefix("https://vindplaats.example")
    assert len(seen) == len(set(seen)) == 250


def test_one_record_is_one_entry_in_both_languages(client: FlaskClient) -> None:
    dutch, english = (feed(client, a) for a in ("/nl/zoeken.atom", "/en/search.atom"))
    assert [e.id for e in dutch.entries] == [e.id for e in english.entries]
    assert dutch.entries[0].link != english.entries[0].link


def test_nothing_hostile_gets_through(client: FlaskClient, catalogue: FakeCatalogue) -> None:
    catalogue.cards.clear()
    catalogue.cards["evil"] = card("evil", hostile())
    torn = (Text("half \ud800 \x00 \x0b \ufffe", "nl"),)
    catalogue.cards["torn"] = card("torn", replace(resource(1), titles=torn))
    long = (Text("woord " * 100_000, "nl"),)
    catalogue.cards["long"] = card("long", replace(resource(2), descriptions=long))
    answer = client.get("/nl/zoeken.atom?q=%00%0b")
    root = etree.fromstring(answer.data)
    assert len(root.findall(f"{ATOM}entry")) == 3
    assert not root.findall(".//script")
    assert not [a for each in root.iter() for a in each.attrib.values() if "javascript:" in a]
    assert len(answer.data) < 20_000


def test_an_empty_feed_is_a_feed(client: FlaskClient, catalogue: FakeCatalogue) -> None:
    catalogue.cards.clear()
    found = feed(client, "/nl/zoeken.atom?q=niets")
    assert found.entries == []
    assert found.feed.updated


def test_a_feed_is_not_sent_twice_to_who_has_it(client: FlaskClient) -> None:
    first = client.get("/nl/zoeken.atom")
    again = client.get("/nl/zoeken.atom", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize("address", ["/nl/zoeken?q=hoofdstuk&level=hbo", "/nl/niveau/hbo"])
def test_each_list_names_its_feed(client: FlaskClient, address: str) -> None:
    page = etree.HTML(client.get(address).text)
    (named,) = page.xpath("//link[@type='application/atom+xml']/@href")
    assert named in page.xpath("//p[@class='feed']/a/@href")
    assert feed(client, named).entries
