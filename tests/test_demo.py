"""The demonstration sources: true to their data, and to the protocols that they speak."""

from __future__ import annotations

import io
import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pymarc
import pytest
import sickle
from flask.testing import FlaskClient
from lxml import etree
from servers import serving_app

from demo import materials
from demo.licences import BIBLIOGRAPHIC, LEVELS, LICENCES, TYPES
from demo.oai import PAGE
from demo.server import create_demo, sources

BASE = "http://demo.example"
OAI = "{http://www.openarchives.org/OAI/2.0/}"
ALL = materials.load()
LOM_COUNT = sum("lom" in m.sources for m in ALL) + len(materials.WITHDRAWN)


@pytest.fixture(scope="module")
def client() -> FlaskClient:
    return create_demo(BASE).test_client()


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """The demonstration on a free port of this machine."""
    with serving_app(create_demo) as base:
        yield base


def ask(client: FlaskClient, path: str = "/oai/lom", **arguments: str) -> etree._Element:
    response = client.get(path, query_string=arguments)
    assert (response.status_code, response.mimetype) == (200, "text/xml")
    return etree.fromstring(response.data)


def pages(client: FlaskClient, path: str, verb: str, **arguments: str) -> list[etree._Element]:
    found = [ask(client, path, verb=verb, **arguments)]
    while token := found[-1].findtext(f".//{OAI}resumptionToken"):
        found.append(ask(client, path, verb=verb, resumptionToken=token))
    return found


def identifiers(found: list[etree._Element]) -> list[str]:
    return [e.text or "" for page in found for e in page.iter(f"{OAI}identifier")]


class TestMaterials:
    def test_there_are_enough(self) -> None:
        assert len(ALL) >= 320
        assert sum(m.language == "nl" for m in ALL) >= 90
        assert sum(len(m.sources) > 1 for m in ALL) >= 20
        assert {level for m in ALL for level in m.levels} >= set(LEVELS) - {"po"}

    def test_none_is_there_twice(self) -> None:
        for of in ("id", "address", "description", "isbn"):
            values = Counter(getattr(m, of) for m in ALL if getattr(m, of))
            assert [value for value, times in values.items() if times > 1] == []

    @pytest.mark.parametrize("material", ALL, ids=lambda m: m.id)
    def test_each_is_whole(self, material: materials.Material) -> None:
        assert re.fullmatch(r"[a-z0-9][a-z0-9.-]*", material.id)
        assert re.fullmatch(r"https?://[^\s/]+\.[^\s/]+/\S*", material.address)
        assert material.title == material.title.strip() != ""
        assert 60 <= len(material.description) <= 600
        assert material.description[-1] in ".!?"
        assert material.language in BIBLIOGRAPHIC
        assert material.type in TYPES
        assert material.licence in {"", *LICENCES}
        assert material.subjects
        assert {*material.levels} <= set(LEVELS)
        assert material.levels
        assert material.sources
        assert {*material.sources} <= {"lom", "dc", "onix", "marc", "site"}
        assert material.year == 0 or 1800 <= material.year <= 2026
        assert material.changed < datetime.now(UTC)

    @pytest.mark.parametrize("isbn", [m.isbn for m in ALL if m.isbn])
    def test_isbn_has_its_check_digit(self, isbn: str) -> None:
        assert len(isbn) == 13
        assert (
            sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(isbn)) % 10 == 0
        )

    def test_descriptions_are_written_one_by_one(self) -> None:
        beginnings = Counter(" ".join(m.description.split()[:3]) for m in ALL)
        assert beginnings.most_common(1)[0][1] <= 5

    def test_no_personal_address_is_in_them(self) -> None:
        for path in materials.FOLDER.iterdir():
            assert not re.search(r"\w@\w", path.read_text("utf-8")), path.name

    def test_the_readme_names_every_file(self) -> None:
        readme = (materials.FOLDER / "README.md").read_text("utf-8")
        for path in materials.FOLDER.glob("*.toml"):
            assert path.name in readme


class TestRepositories:
    @pytest.mark.parametrize(("path", "prefix"), [("/oai/lom", "lom"), ("/oai/dc", "oai_dc")])
    def test_pages_chain_to_the_end(self, client: FlaskClient, path: str, prefix: str) -> None:
        found = pages(client, path, "ListRecords", metadataPrefix=prefix)
        tokens = [page.find(f".//{OAI}resumptionToken") for page in found]
        assert len(found) > 2
        assert all(token is not None for token in tokens)
        size = len(identifiers(found))
        assert len(set(identifiers(found))) == size
        for number, token in enumerate(tokens):
            assert token is not None
            assert token.get("cursor") == str(number * PAGE)
            assert token.get("completeListSize") == str(size)
        assert tokens[-1].text is None  # type: ignore[union-attr]
        headers = pages(client, path, "ListIdentifiers", metadataPrefix=prefix)
        assert identifiers(headers) == identifiers(found)

    def test_all_records_are_given(self, client: FlaskClient) -> None:
        found = pages(client, "/oai/lom", "ListRecords", metadataPrefix="lom")
        assert len(identifiers(found)) == LOM_COUNT

    def test_a_token_may_be_used_again(self, client: FlaskClient) -> None:
        first = ask(client, verb="ListIdentifiers", metadataPrefix="lom")
        token = first.findtext(f".//{OAI}resumptionToken") or ""
        once, again = (
            identifiers([ask(client, verb="ListIdentifiers", resumptionToken=token)])
            for _ in range(2)
        )
        assert once == again
        assert not set(once) & set(identifiers([first]))

    def test_deleted_records_have_only_a_header(self, client: FlaskClient) -> None:
        found = pages(client, "/oai/lom", "ListRecords", metadataPrefix="lom")
        gone = [r for p in found for r in p.iter(f"{OAI}record") if r[0].get("status")]
        assert len(gone) == len(materials.WITHDRAWN)
        assert all(len(record) == 1 for record in gone)
        name = gone[0].findtext(f".//{OAI}identifier") or ""
        one = ask(client, verb="GetRecord", metadataPrefix="lom", identifier=name)
        assert one.find(f".//{OAI}header").get("status") == "deleted"  # type: ignore[union-attr]

    def test_from_and_until_are_inclusive(self, client: FlaskClient) -> None:
        stamp = sorted(m.stamp for m in ALL if "lom" in m.sources)[7]
        only = {"from": stamp, "until": stamp}
        found = pages(client, "/oai/lom", "ListIdentifiers", metadataPrefix="lom", **only)
        stamps = [e.text for page in found for e in page.iter(f"{OAI}datestamp")]
        assert set(stamps) == {stamp}

    def test_a_day_is_all_of_it(self, client: FlaskClient) -> None:
        day = sorted(m.stamp for m in ALL if "dc" in m.sources)[3][:10]
        asked = {"metadataPrefix": "oai_dc", "from": day, "until": day}
        found = pages(client, "/oai/dc", "ListIdentifiers", **asked)
        expected = [m for m in ALL if "dc" in m.sources and m.stamp.startswith(day)]
        assert len(identifiers(found)) == len(expected)

    def test_sets_divide_by_school(self, client: FlaskClient) -> None:
        specs = [e.text or "" for e in ask(client, verb="ListSets").iter(f"{OAI}setSpec")]
        for spec in specs:
            found = pages(client, "/oai/lom", "ListIdentifiers", metadataPrefix="lom", set=spec)
            headers = [h for page in found for h in page.iter(f"{OAI}header")]
            assert headers
            assert all(spec in [e.text for e in h.iter(f"{OAI}setSpec")] for h in headers)

    @pytest.mark.parametrize(
        ("query", "code"),
        [
            ("", "badVerb"),
            ("verb=junk", "badVerb"),
            ("verb=Identify&verb=Identify", "badVerb"),
            ("verb=Identify&from=2025-01-01", "badArgument"),
            ("verb=GetRecord&metadataPrefix=lom", "badArgument"),
            ("verb=ListRecords", "badArgument"),
            ("verb=ListRecords&metadataPrefix=lom&metadataPrefix=lom", "badArgument"),
            ("verb=ListRecords&metadataPrefix=lom&from=junk", "badArgument"),
            ("verb=ListRecords&metadataPrefix=lom&from=2025-02-30", "badArgument"),
            ("verb=ListRecords&metadataPrefix=lom&from=2025-02-02&until=2025-02-01", "badArgument"),
            (
                "verb=ListRecords&metadataPrefix=lom&from=2025-02-02&until=2025-02-03T00:00:00Z",
                "badArgument",
            ),
            ("verb=ListRecords&resumptionToken=junk&until=2025-02-05", "badArgument"),
            ("verb=ListRecords&resumptionToken=junk", "badResumptionToken"),
            ("verb=ListRecords&resumptionToken=W10", "badResumptionToken"),
            ("verb=ListSets&resumptionToken=junk", "badResumptionToken"),
            ("verb=ListRecords&metadataPrefix=mods", "cannotDisseminateFormat"),
            ("verb=GetRecord&metadataPrefix=lom&identifier=junk", "idDoesNotExist"),
            ("verb=ListMetadataFormats&identifier=junk", "idDoesNotExist"),
            ("verb=ListRecords&metadataPrefix=lom&until=2001-01-01", "noRecordsMatch"),
        ],
    )
    def test_errors_are_those_of_the_protocol(
        self, client: FlaskClient, query: str, code: str
    ) -> None:
        root = etree.fromstring(client.get(f"/oai/lom?{query}").data)
        assert [e.get("code") for e in root.iter(f"{OAI}error")] == [code]
        attributes = dict(root.find(f"{OAI}request").attrib)  # type: ignore[union-attr]
        assert bool(attributes) == (code not in {"badVerb", "badArgument"})
        assert [etree.QName(child).localname for child in root][2:] == ["error"]

    def test_a_repository_without_sets_says_so(self, client: FlaskClient) -> None:
        for asked in (
            {"verb": "ListSets"},
            {"verb": "ListRecords", "metadataPrefix": "oai_dc", "set": "x"},
        ):
            error = ask(client, "/oai/dc", **asked).find(f"{OAI}error")
            assert error is not None
            assert error.get("code") == "noSetHierarchy"

    def test_post_answers_as_get(self, client: FlaskClient) -> None:
        asked = {"verb": "ListIdentifiers", "metadataPrefix": "lom"}
        posted = etree.fromstring(client.post("/oai/lom", data=asked).data)
        assert identifiers([posted]) == identifiers([ask(client, **asked)])

    def test_an_independent_client_harvests_all(self, address: str) -> None:
        harvester = sickle.Sickle(f"{address}/oai/lom")
        records = list(harvester.ListRecords(metadataPrefix="lom"))
        assert len(records) == LOM_COUNT
        kept = list(harvester.ListRecords(metadataPrefix="lom", ignore_deleted=True))
        assert len(kept) == LOM_COUNT - len(materials.WITHDRAWN)
        later = harvester.ListRecords(
            metadataPrefix="lom", **{"from": records[-1].header.datestamp}
        )
        assert [r.header.identifier for r in later] == [records[-1].header.identifier]

    def test_time_adds_records_and_takes_some_away(self) -> None:
        end = max(m.changed for m in ALL)
        before = create_demo(BASE, end - timedelta(days=30)).test_client()
        after = create_demo(BASE, end).test_client()
        old, new = (
            identifiers(pages(c, "/oai/lom", "ListIdentifiers", metadataPrefix="lom"))
            for c in (before, after)
        )
        assert set(old) < set(new)
        since = {"from": f"{end - timedelta(days=30):%Y-%m-%dT%H:%M:%SZ}"}
        changed = pages(after, "/oai/lom", "ListIdentifiers", metadataPrefix="lom", **since)
        assert set(identifiers(changed)) >= set(new) - set(old)

    @pytest.mark.parametrize(
        ("path", "prefix", "schema"),
        [
            ("/oai/lom", "lom", "ims-md/imsmd_v1p2p4.xsd"),
            ("/oai/dc", "oai_dc", "oai-pmh/oai_dc.xsd"),
        ],
    )
    def test_samples_schemas_hold_for_every_answer(
        self, client: FlaskClient, samples: Path, path: str, prefix: str, schema: str
    ) -> None:
        folder = _schemas(samples)
        namespace = etree.parse(folder / schema).getroot().get("targetNamespace")
        driver = (
            '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">'
            '<xs:import namespace="http://www.openarchives.org/OAI/2.0/" '
            f'schemaLocation="{folder}/oai-pmh/OAI-PMH.xsd"/>'
            f'<xs:import namespace="{namespace}" schemaLocation="{folder}/{schema}"/></xs:schema>'
        )
        check = etree.XMLSchema(etree.fromstring(driver, _offline(folder)))
        for answer in pages(client, path, "ListRecords", metadataPrefix=prefix):
            check.assertValid(answer)
        for query in ({}, {"verb": "Identify"}, {"verb": "ListSets"}, {"verb": "ListRecords"}):
            check.assertValid(ask(client, path, **query))


def _schemas(samples: Path) -> Path:
    folder = samples.parent / "schemas"
    if not folder.is_dir():
        pytest.skip("the schemas are not beside the samples")
    return folder


def _offline(folder: Path) -> etree.XMLParser:
    class Near(etree.Resolver):
        def resolve(self, url: str | None, public: str | None, context: Any) -> Any:  # noqa: ARG002 lxml's own
            near = next(folder.rglob((url or "").rpartition("/")[2]), None)
            return self.resolve_filename(str(near), context) if near else None

    parser = etree.XMLParser(no_network=True)
    parser.resolvers.add(Near())
    return parser


class TestFiles:
    def test_marc_reads(self, client: FlaskClient) -> None:
        response = client.get("/marc/open-textbooks.mrc")
        records = list(pymarc.MARCReader(io.BytesIO(response.data), to_unicode=True))
        assert len(records) == sum("marc" in m.sources for m in ALL)
        for record in records:
            assert record is not None
            assert record.leader[9] == "a"
            assert len(record["008"].data) == 40
            assert record["245"]["a"]
            assert record["856"]["u"].startswith("http")
        licensed = sum("540" in record for record in records if record)
        assert licensed > len(records) / 2

    def test_onix_parses(self, client: FlaskClient) -> None:
        root = etree.fromstring(client.get("/onix/feed.xml").data)
        space = "{http://ns.editeur.org/onix/3.0/reference}"
        products = root.findall(f"{space}Product")
        assert (root.tag, root.get("release")) == (f"{space}ONIXMessage", "3.0")
        assert len(products) == sum("onix" in m.sources for m in ALL)
        for product in products:
            assert product.findtext(f".//{space}TitleText")
            assert product.findtext(f".//{space}WebsiteLink", "").startswith("https://")
            assert product.findtext(f".//{space}UnpricedItemType") == "01"

    def test_samples_schema_of_onix_holds(self, client: FlaskClient, samples: Path) -> None:
        schema = _schemas(samples) / "onix" / "xsd3.0" / "ONIX_BookProduct_3.0_reference.xsd"
        feed = etree.fromstring(client.get("/onix/feed.xml").data)
        etree.XMLSchema(etree.parse(schema)).assertValid(feed)

    def test_pages_of_the_sitemap_hold_json_ld(self, client: FlaskClient) -> None:
        space = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
        listed = [
            e.text or ""
            for e in etree.fromstring(client.get("/site/sitemap.xml").data).iter(f"{space}loc")
        ]
        assert len(listed) == sum("site" in m.sources for m in ALL)
        for location in listed:
            response = client.get(location.removeprefix(BASE))
            found = re.search(r'<script type="application/ld\+json">(.+?)</script>', response.text)
            assert found
            data = json.loads(found[1])
            assert "LearningResource" in data["@type"]
            assert data["name"]
            assert data["url"].startswith("http")

    def test_robots_leads_to_the_sitemap(self, client: FlaskClient) -> None:
        assert f"Sitemap: {BASE}/site/sitemap.xml" in client.get("/robots.txt").text

    @pytest.mark.parametrize(
        "path", ["/onix/feed.xml", "/marc/open-textbooks.mrc", "/site/sitemap.xml", "/site/"]
    )
    def test_what_has_not_changed_is_not_sent_again(self, client: FlaskClient, path: str) -> None:
        first = client.get(path)
        for header, value in (
            ("If-None-Match", first.headers["ETag"]),
            ("If-Modified-Since", first.headers["Last-Modified"]),
        ):
            again = client.get(path, headers={header: value})
            assert (again.status_code, again.data) == (304, b"")
        assert client.get(path, headers={"If-None-Match": '"other"'}).status_code == 200

    def test_a_page_that_is_not_there_is_404(self, client: FlaskClient) -> None:
        assert client.get("/site/none").status_code == 404


def test_every_source_answers(client: FlaskClient) -> None:
    for source in sources(BASE).values():
        path = source["url"].removeprefix(BASE)
        assert client.get(path).status_code == 200
