"""Typed links: what the header of a page says, and the set of links that it names."""

from __future__ import annotations

import re
from typing import Any

import pytest
from fake_catalogue import SETTINGS, FakeCatalogue, card, hostile, resource
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator
from msgspec.structs import replace
from requests.utils import parse_header_links

from catalog.export.forms import FORMS
from catalog.resource import Agent, Identifier

SITE = "https://vindplaats.example"
PAGE = f"{SITE}/en/resource/vb0"
BOTH = ("application/linkset+json", "application/linkset")

#: RFC 8288, 3, as strictly as it may be read: an address without what ends it, quoted parameters.
_LINK = re.compile(r'<([!#-;=?-\[\]_a-z~]+)>((?:; [a-z-]+="[ !#-\[\]-~]*")+)(?:,\s*|$)')
_PARAMETER = re.compile(r'; ([a-z-]+)="([^"]*)"')

#: RFC 9264, 4.2: every link is in the context of its anchor, under its relation, in a list.
_LINK_SET = Draft202012Validator(
    {
        "type": "object",
        "required": ["linkset"],
        "additionalProperties": False,
        "properties": {
            "linkset": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["anchor"],
                    "properties": {"anchor": {"$ref": "#/$defs/address"}},
                    "additionalProperties": {
                        "type": "array",
                        "minItems": 1,
                        "items": {"$ref": "#/$defs/target"},
                    },
                },
            }
        },
        "$defs": {
            "address": {"type": "string", "pattern": "^https?://[!#-;=?-\\[\\]_a-z~]+$"},
            "target": {
                "type": "object",
                "required": ["href"],
                "properties": {
                    "href": {"$ref": "#/$defs/address"},
                    "type": {"type": "string", "pattern": "^[a-z]+/[a-z0-9.+-]+$"},
                },
                # what RFC 8288 does not define itself is always a list (4.2.4.3)
                "additionalProperties": {"type": "array", "items": {"type": "string"}},
            },
        },
    }
)


def read(said: str) -> list[dict[str, str]]:
    """Return the links in a header or a set of links, each with its parameters and its "url"."""
    found, at = [], 0
    while at < len(said):
        match = _LINK.match(said, at)
        assert match, said[at:]
        names = _PARAMETER.findall(match[2])
        assert len({name for name, _ in names}) == len(names)
        found.append({"url": match[1], **dict(names)})
        at = match.end()
    return found


def flat(said: dict[str, Any]) -> list[dict[str, str]]:
    """Return the links of a set in JSON as ``read`` does those of a header."""
    _LINK_SET.validate(said)
    return [
        {
            "url": target["href"],
            "rel": relation,
            **({"type": target["type"]} if "type" in target else {}),
            **({"profile": " ".join(target["profile"])} if "profile" in target else {}),
            "anchor": context["anchor"],
        }
        for context in said["linkset"]
        for relation, targets in context.items()
        if relation != "anchor"
        for target in targets
    ]


def header(client: FlaskClient, page: str) -> list[dict[str, str]]:
    return read(client.get(page.removeprefix(SITE)).headers["Link"])


def urls(links: list[dict[str, str]], relation: str) -> list[str]:
    return [link["url"] for link in links if link["rel"] == relation]


def ordered(links: list[dict[str, str]]) -> list[list[tuple[str, str]]]:
    return sorted(sorted(link.items()) for link in links)


def test_the_header_says_where_all_is(client: FlaskClient) -> None:
    said = header(client, PAGE)
    assert said == parse_header_links(client.get(PAGE.removeprefix(SITE)).headers["Link"])
    assert urls(said, "type") == [
        "https://schema.org/LearningResource",
        "https://schema.org/AboutPage",
    ]
    assert urls(said, "author") == ["https://orcid.org/0000-0002-1825-0097"]
    assert urls(said, "license") == ["https://creativecommons.org/licenses/by/4.0/"]
    (item,) = (link for link in said if link["rel"] == "item")
    assert item["url"] == "https://leerbank.example/materiaal/0"
    assert item["type"] == "application/pdf"
    assert len(urls(said, "describedby")) == len(FORMS)


def test_a_material_is_named_by_one_address_of_ours(client: FlaskClient) -> None:
    dutch = f"{SITE}/nl/materiaal/vb0"
    for page in (dutch, PAGE):
        said = header(client, page)
        assert urls(said, "cite-as") == [dutch]
        assert urls(said, "related") == ["https://doi.org/10.5072/vb.0"]
    assert client.get("/nl/materiaal/vb0").status_code == 200


def test_descriptions_are_told_apart_and_lead_back(client: FlaskClient) -> None:
    said = [link for link in header(client, PAGE) if link["rel"] in ("describedby", "linkset")]
    assert len({(link["type"], link.get("profile")) for link in said}) == len(said)
    for link in said:
        answer = client.get(link["url"].removeprefix(SITE))
        assert answer.status_code == 200
        assert answer.content_type.partition(";")[0] == link["type"]
        if link["type"] == "application/xml":
            assert f'"{link["profile"]}"' in answer.text  # the namespace of what is there
        if link["rel"] == "describedby":
            back = read(answer.headers["Link"])
            assert urls(back, "describes") == [PAGE]
            assert [link["type"] for link in back if link["rel"] == "linkset"] == list(BOTH)


@pytest.mark.parametrize("page", ["/en/resource/vb0", "/nl/materiaal/vb3", "/en/copy/c1"])
def test_a_set_of_links_says_the_same_and_leads_back(
    client: FlaskClient, catalogue: FakeCatalogue, page: str
) -> None:
    catalogue.join(resource(1), replace(resource(1), source="colleges"))
    here = SITE + page
    asked = client.get(page, headers={"Accept": "application/linkset+json"})
    answer = client.get(page + ".linkset.json")
    assert asked.content_type == answer.content_type == "application/linkset+json"
    assert asked.data == answer.data
    assert "Accept" in asked.vary
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    said = flat(answer.get_json(force=True))
    own = [link for link in said if link["anchor"] == here]
    assert ordered(own) == ordered([{**link, "anchor": here} for link in header(client, page)])
    back = {"url": here, "type": "text/html"}
    returning = [{**back, "rel": "collection", "anchor": urls(own, "item")[0]}] + [
        {**back, "rel": "describes", "anchor": url} for url in urls(own, "describedby")
    ]
    assert ordered([link for link in said if link["anchor"] != here]) == ordered(returning)
    text = client.get(page + ".linkset")
    assert text.content_type == "application/linkset"
    assert ordered(read(text.text)) == ordered(said)


def test_what_has_no_room_in_the_header_is_in_the_set(
    client: FlaskClient, catalogue: FakeCatalogue
) -> None:
    names = [f"https://orcid.org/0000-0002-1825-{number:04}" for number in range(300)]
    long = "https://leerbank.example/" + "x" * 600
    makers = tuple(Agent("Maker", "person", ids=(name,)) for name in [*names, names[0]])
    catalogue.cards["many"] = card("many", replace(resource(0), creators=makers, url=long))
    assert len(client.get("/en/resource/many").headers["Link"]) <= 3000
    said = header(client, "/en/resource/many")
    everything = flat(client.get("/en/resource/many.linkset.json").get_json(force=True))
    assert urls(said, "item") == []
    assert urls(everything, "item") == [long]
    assert 5 < len(urls(said, "author")) < 50
    assert urls(everything, "author") == names
    assert len(urls(said, "describedby")) == len(FORMS)
    assert all({**link, "anchor": f"{SITE}/en/resource/many"} in everything for link in said)


def test_nothing_in_a_record_adds_a_link(client: FlaskClient, catalogue: FakeCatalogue) -> None:
    bad = '10.5072/x>; rel="item", <https://evil.example/\r\nSet-Cookie: a=b\u20ac'
    evil = replace(
        hostile(),
        identifiers=(Identifier(bad, "doi"),),
        licence_url='https://evil.example/>;rel="cite-as"',
        url="https://evil.example/\u20ac,<a>;b\"c'd^`{|}",
        media_types=('text/html"; rel="author',),
        creators=(Agent("x", ids=("javascript:alert(1)", 'https://evil.example/"\u00e9')),),
    )
    catalogue.cards["evil"] = card("evil", evil)
    answer = client.get("/en/resource/evil")
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    said = header(client, "/en/resource/evil")
    assert all(set(link) <= {"url", "rel", "type", "profile"} for link in said)
    one = {rel: urls(said, rel) for rel in ("item", "license", "author", "related", "cite-as")}
    assert one["item"] == ["https://evil.example/%E2%82%AC,%3Ca%3E;b%22c'd%5E%60%7B%7C%7D"]
    assert one["license"] == ["https://evil.example/%3E;rel=%22cite-as%22"]
    assert one["author"] == ["https://evil.example/%22%C3%A9"]
    assert one["related"][0].startswith("https://doi.org/10.5072/x%3E")
    assert one["cite-as"] == [f"{SITE}/nl/materiaal/evil"]
    assert "type" not in next(link for link in said if link["rel"] == "item")
    everything = flat(client.get("/en/resource/evil.linkset.json").get_json(force=True))
    assert ordered(read(client.get("/en/resource/evil.linkset").text)) == ordered(everything)
    own = [link for link in everything if link["anchor"] == f"{SITE}/en/resource/evil"]
    assert [{k: v for k, v in link.items() if k != "anchor"} for link in own] == said


def test_a_material_without_an_address_has_no_item(
    client: FlaskClient, catalogue: FakeCatalogue
) -> None:
    catalogue.cards["bare"] = card("bare", replace(resource(0), url="", media_types=("pdf",)))
    said = flat(client.get("/en/resource/bare.linkset.json").get_json(force=True))
    assert not urls(said, "item") + urls(said, "collection")
    several = replace(resource(0), media_types=("text/html", "video/mp4"))
    catalogue.cards["several"] = card("several", several)
    (item,) = (link for link in header(client, "/en/resource/several") if link["rel"] == "item")
    assert "type" not in item  # which of the two is at its address is not known


def test_only_one_material_has_a_set_of_links(
    client: FlaskClient, catalogue: FakeCatalogue
) -> None:
    answer = client.get("/en/list?m=vb0.vb1", headers={"Accept": "application/linkset+json"})
    assert answer.content_type == "text/html; charset=utf-8"
    assert client.get("/en/list?m=vb0&format=linkset").status_code == 400
    catalogue.join(resource(1), replace(resource(1), source="colleges"))
    moved = client.get("/en/resource/c1.linkset.json")
    assert (moved.status_code, moved.location) == (303, "/en/resource/w.linkset.json")
    assert SETTINGS.site.language == "nl"  # whose page the one address of ours is
