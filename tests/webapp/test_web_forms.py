"""A material in other forms: by suffix, by parameter, by Accept."""

from __future__ import annotations

import json

import pytest
from fake_catalogue import HOSTILE, FakeCatalogue, card, resource
from flask.testing import FlaskClient
from lxml import etree, html
from msgspec.structs import replace
from requests.utils import parse_header_links

from catalog.export.forms import FORMS
from catalog.resource import Text
from webapp import forms

PAGE = "/en/resource/vb1"
SITE = "https://vindplaats.example"


@pytest.mark.parametrize("name", FORMS)
def test_every_form_has_an_address_and_a_parameter(client: FlaskClient, name: str) -> None:
    form = FORMS[name]
    by_suffix = client.get(PAGE + form.suffix)
    assert by_suffix.status_code == 200
    assert by_suffix.content_type == form.media_type
    assert by_suffix.headers["Content-Disposition"] == f'attachment; filename="vb1{form.suffix}"'
    page, *sets = parse_header_links(by_suffix.headers["Link"])
    assert page == {"url": SITE + PAGE, "rel": "describes", "type": "text/html"}
    assert [each["rel"] for each in sets] == ["linkset", "linkset"]
    by_parameter = client.get(f"{PAGE}?format={name}")
    for header in ("Content-Type", "Content-Disposition", "Link"):
        assert by_parameter.headers[header] == by_suffix.headers[header]
    if form.media_type == "application/xml":
        assert etree.fromstring(by_suffix.data) is not None
    else:
        assert b"Photosynthesis step by step" in by_suffix.data


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        ("", "html"),
        ("*/*", "html"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "html"),
        ("application/ld+json", "schema-org"),
        ('application/ld+json;profile="http://www.w3.org/ns/json-ld#compacted"', "schema-org"),
        ("application/json", "schema-org"),
        ("text/turtle, text/html;q=0.5", "turtle"),
        ("text/turtle;q=0.5, text/html", "html"),
        ("application/rdf+xml;q=0.8, text/turtle;q=0.9", "turtle"),
        ("application/xml", "dublin-core"),
        ("application/*", "schema-org"),
        ("application/*;q=0.9, application/rdf+xml;q=0.9", "rdf-xml"),
        ("text/*", "html"),
        ("application/x-bibtex", "bibtex"),
        ("application/vnd.citationstyles.csl+json", "csl-json"),
        ("text/csv", "csv"),
        ("image/png", "html"),
        ("text/html;q=0, text/turtle", "turtle"),
        ("\"';q=x,,;", "html"),
    ],
)
def test_accept_is_followed(client: FlaskClient, accept: str, form: str) -> None:
    answer = client.get(PAGE, headers={"Accept": accept})
    expected = FORMS[form].media_type if form in FORMS else "text/html; charset=utf-8"
    assert answer.content_type == expected
    assert "Accept" in answer.vary


def test_a_form_that_is_none_of_ours_is_refused(client: FlaskClient) -> None:
    answer = client.get(f"{PAGE}?format=docx")
    assert answer.status_code == 400
    assert "format is one of html, dublin-core" in answer.text
    assert client.get("/en/resource/nothing.ttl").status_code == 404


def test_joined_materials_and_copies_go_out_too(
    client: FlaskClient, catalogue: FakeCatalogue
) -> None:
    catalogue.join(resource(1), replace(resource(1), source="colleges"))
    moved = client.get("/en/resource/c1.bib")
    assert (moved.status_code, moved.headers["Location"]) == (303, "/en/resource/w.bib")
    assert client.get("/en/copy/c1.ris").status_code == 200
    catalogue.cards["gone"] = card("gone", resource(2), deleted=True)
    assert client.get("/en/resource/gone.ttl").status_code == 410


def test_the_page_carries_what_search_engines_read(
    client: FlaskClient, catalogue: FakeCatalogue
) -> None:
    titles = (Text("</script><!-- \u2028 é"), Text(HOSTILE))
    catalogue.cards["evil"] = card("evil", replace(resource(1), titles=titles))
    tree = html.document_fromstring(client.get("/en/resource/evil").text)
    (data,) = tree.xpath("//script[@type='application/ld+json']/text()")
    said = json.loads(data)
    assert said["name"] == [title.text for title in titles]
    assert said["mainEntityOfPage"]["@id"] == f"{SITE}/en/resource/evil"
    alternate = tree.xpath("//link[@rel='alternate' and @type]/@type")
    assert {"application/ld+json", "text/turtle", "application/x-bibtex"} <= set(alternate)


def test_the_page_says_how_to_name_the_material(client: FlaskClient) -> None:
    tree = html.document_fromstring(client.get("/nl/materiaal/vb1").text)
    said = {each.get("id"): each.text_content() for each in tree.xpath("//*[@class='copyable']")}
    assert said.keys() == {
        "credit-text", "credit-html", "credit-markdown", "cite-apa", "cite-vancouver"
    }  # fmt: skip
    assert "gebruikt onder CC BY-SA 4.0" in said["credit-text"]
    assert said["credit-html"].startswith("<a href=")
    assert said["credit-markdown"].startswith("[")
    assert said["cite-apa"].startswith("van der Meulen, J., & Post, A. (2023, 2 maart).")
    assert len(tree.xpath("//*[@id='cite-apa']/i")) == 1


def test_a_reference_that_cannot_be_made_is_left_out(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> str:
        raise ZeroDivisionError

    monkeypatch.setattr("catalog.export.citation.styles.markup", broken)
    answer = client.get(PAGE)
    assert answer.status_code == 200
    assert "cite-apa" not in answer.text
    assert "no apa reference to vb1" in caplog.text


def test_endings_are_told_apart() -> None:
    assert forms.split("a.amb.jsonld") == ("a", "amb")
    assert forms.split("a.jsonld") == ("a", "schema-org")
    assert forms.split("a.b.dc.xml") == ("a.b", "dublin-core")
    assert forms.split("a.linkset.json") == ("a", "linkset")
    assert forms.split("a.linkset") == ("a", "linkset-text")
    assert forms.split("a.xml") == ("a.xml", "")
