"""What the catalogue says of itself in DCAT: whole, by DCAT-AP's rules, and true."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pyshacl
import pytest
from asking import Client
from fake_catalogue import SETTINGS, FakeCatalogue
from flask.testing import FlaskClient
from linked import keep
from lxml import html
from msgspec.structs import replace
from rdflib import RDF, Graph, URIRef
from rdflib.compare import isomorphic
from rdflib.plugins.parsers.jsonld import to_rdf

from catalog.config import Settings
from catalog.dump.folder import Dumps
from catalog.dump.making import About, make
from catalog.dump.manifest import RECORDS, Manifest
from catalog.export.dcat.terms import DCAT, DCT, FOAF, SPDX
from catalog.store import Store
from webapp import create_app
from webapp.dcat import FORMS

URL = "https://vindplaats.example"
SHAPES = Path(__file__).parent.parent / "fixtures" / "dcat" / "shapes.ttl"
CC0 = "https://creativecommons.org/publicdomain/zero/1.0/"
DESCRIBED_AT = DCAT.endpointDescription
ALL = {"oai-pmh", "sru", "api", "resource-search"}
BASE = URIRef(f"{URL}/catalog")


def settings(folder: Path, *, dump: bool = True, provider: bool = True, **site: str) -> Settings:
    return replace(
        SETTINGS,
        site=replace(SETTINGS.site, **site),
        dump=replace(SETTINGS.dump, path=str(folder), licence=CC0, on=dump),
        provider=replace(SETTINGS.provider, on=provider),
    )


def client(of: Settings) -> FlaskClient:
    app = create_app(FakeCatalogue(), of)  # type: ignore[arg-type] # a fake of it
    app.test_client_class = Client
    return app.test_client()


def made(folder: Path) -> Manifest:
    with closing(Store(f"sqlite:///{folder}/store.db")) as store:
        keep(store, {"1": "https://a.example/1"})
        about = About(
            "Vindplaats", URL, CC0, {}, lambda id_: f"{URL}/nl/materiaal/{id_}", told=True
        )
        return make(store, Dumps(folder), about, keep=1)


def described(of: FlaskClient) -> Graph:
    answer = of.get("/catalog.ttl")
    assert answer.status_code == 200
    return Graph().parse(data=answer.data, format="turtle")


@pytest.mark.parametrize(
    ("dump", "provider", "site"),
    [
        (True, True, {}),
        (False, True, {}),
        (True, False, {}),
        (False, False, {}),
        (True, True, {"operator": 'A "school" <x>', "operator_url": "not an address"}),
        (True, True, {"operator": "SURF", "operator_url": "https://surf.example/", "title": "É\n"}),
    ],
)
@pytest.mark.parametrize("there", [True, False])
def test_it_keeps_the_rules(
    tmp_path: Path, dump: bool, provider: bool, site: dict[str, str], there: bool
) -> None:
    if there:
        made(tmp_path)
    found = described(client(settings(tmp_path, dump=dump, provider=provider, **site)))
    conforms, _, said = pyshacl.validate(found, shacl_graph=Graph().parse(SHAPES))
    assert conforms, said
    assert (BASE, RDF.type, DCAT.Catalog) in found


def test_the_rules_can_be_broken(tmp_path: Path) -> None:
    found = described(client(settings(tmp_path)))
    shapes = Graph().parse(SHAPES)
    for name in (DCT.title, DCAT.endpointURL, DCT.publisher, DCAT.accessURL, DCAT.theme):
        less = Graph() + found
        less.remove((None, name, None))
        assert not pyshacl.validate(less, shacl_graph=shapes)[0], name


def test_all_forms_say_the_same(tmp_path: Path) -> None:
    made(tmp_path)
    site = client(settings(tmp_path))
    found = described(site)
    in_json = to_rdf(site.get("/catalog.jsonld").json, Graph())
    assert isomorphic(in_json, found)
    assert isomorphic(Graph().parse(data=site.get("/catalog.rdf").data, format="xml"), found)


def test_files_are_those_of_the_newest_dump(tmp_path: Path) -> None:
    manifest = made(tmp_path)
    site = client(settings(tmp_path))
    found = described(site)
    for file in manifest.files:
        node = URIRef(f"{BASE}#{file.name}")
        address = str(found.value(node, DCAT.downloadURL))
        checksum = found.value(node, SPDX.checksum)
        answer = site.get(address.removeprefix(URL))
        assert len(answer.data) == int(str(found.value(node, DCAT.byteSize))) == file.size
        assert str(found.value(checksum, SPDX.checksumValue)) == file.sha256
    before = site.get("/catalog.ttl").data
    newer = made(tmp_path)
    after = site.get("/catalog.ttl").data
    assert f"/dump/{newer.name}/{RECORDS}".encode() in after
    assert f"/dump/{manifest.name}/".encode() in before
    assert f"/dump/{manifest.name}/".encode() not in after


def test_services_are_those_that_answer(tmp_path: Path) -> None:
    site = client(settings(tmp_path))
    found = described(site)
    services = set(found.objects(BASE, DCAT.service))
    assert {str(each).partition("#")[2] for each in services} == ALL
    for service in services:
        endpoint = str(found.value(service, DCAT.endpointURL))
        assert endpoint.startswith(f"{URL}/")
        assert all(str(d).startswith(endpoint) for d in found.objects(service, DESCRIBED_AT))
    without = described(client(settings(tmp_path, provider=False)))
    left = {str(each).partition("#")[2] for each in without.objects(BASE, DCAT.service)}
    assert left == ALL - {"oai-pmh"}
    assert not any("oai" in str(each) for each in without.objects())


def test_each_source_that_has_something_is_a_dataset(tmp_path: Path) -> None:
    found = described(client(settings(tmp_path)))
    names = {str(each).partition("#")[2] for each in found.objects(BASE, DCAT.dataset)}
    assert names == {"records", "source-leerbank", "source-openboek", "source-colleges"}
    source = URIRef(f"{BASE}#source-leerbank")
    assert str(found.value(source, DCT.title)) == "De Leerbank"
    (distribution,) = found.objects(source, DCAT.distribution)
    assert str(found.value(distribution, DCAT.accessURL)).endswith("&set=source:leerbank")


def test_who_publishes_it_is_said(tmp_path: Path) -> None:
    named = settings(tmp_path, operator="SURF", operator_url="https://surf.example/")
    found = described(client(named))
    publisher = found.value(BASE, DCT.publisher)
    assert str(found.value(publisher, FOAF.name)) == "SURF"
    assert str(found.value(publisher, FOAF.homepage)) == "https://surf.example/"
    assert URIRef("mailto:beheer@vindplaats.example") in set(found.objects())
    assert found.value(BASE, DCT.license) == URIRef(CC0)


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("", "text/turtle"),
        ("*/*", "text/turtle"),
        ("text/turtle", "text/turtle"),
        ("application/ld+json, text/turtle;q=0.5", "application/ld+json"),
        (
            'application/ld+json;profile="http://www.w3.org/ns/json-ld#expanded"',
            "application/ld+json",
        ),
        ("application/rdf+xml", "application/rdf+xml"),
        ("application/n-triples", "text/turtle"),
        ("text/html,application/xhtml+xml,*/*;q=0.8", ""),
    ],
)
def test_each_gets_the_form_that_it_likes(tmp_path: Path, accept: str, kind: str) -> None:
    answer = client(settings(tmp_path)).get("/catalog", headers={"Accept": accept})
    assert "Accept" in answer.vary
    if kind:
        assert (answer.status_code, answer.mimetype) == (200, kind)
        assert answer.headers["Content-Location"].startswith("/catalog.")
    else:
        assert (answer.status_code, answer.headers["Location"]) == (303, "/nl/dump")


def test_pages_about_the_catalogue_lead_there_and_those_of_materials_do_not(
    tmp_path: Path,
) -> None:
    site = client(settings(tmp_path))
    for page in ("/nl/", "/en/about", "/nl/dump"):
        links = html.fromstring(site.get(page).text).xpath("//head/link[@rel='describedby']")
        assert [each.get("href") for each in links] == [f"/catalog.{e}" for e in FORMS]
        assert all(site.get(each.get("href")).mimetype == each.get("type") for each in links)
    material = html.fromstring(site.get("/nl/materiaal/vb1").text)
    assert not material.xpath("//link[starts-with(@href, '/catalog.')]")
