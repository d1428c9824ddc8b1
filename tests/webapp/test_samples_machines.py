"""Real records, as they go out to machines that search: valid in every form, and none is lost."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import feedparser
import jsonschema
import pytest
from asking import Client
from flask.testing import FlaskClient
from judging import schema
from lxml import etree
from msgspec.structs import replace
from real_catalogue import stocked

from catalog.config import ApiSettings
from catalog.normalise import normalise
from catalog.resource import LearningResource
from harvester import formats
from harvester.errors import ParseError
from harvester.raw import Raw
from webapp import create_app

SRW = "{http://www.loc.gov/zing/srw/}"
_TYPES = {".json": "application/json", ".jsonld": "application/ld+json", ".xml": "text/xml"}
_METADATA = ".//{http://www.openarchives.org/OAI/2.0/}metadata"
_LARGEST = 400_000  # bytes of a file
_MOST = 20  # records of one


def documents(file: Path) -> Iterator[bytes]:
    """Yield the records of a file: those of a page of OAI-PMH, or itself."""
    data = file.read_bytes()
    try:
        parts = etree.fromstring(data).findall(_METADATA) if file.suffix == ".xml" else []
    except etree.XMLSyntaxError:
        return
    yield from [etree.tostring(part[0]) for part in parts[:_MOST] if len(part)] or [data]


def records(folder: Path) -> Iterator[LearningResource]:
    """Yield what of the samples is a record by itself."""
    for file in sorted(folder.rglob("*")):
        kind = _TYPES.get(file.suffix)
        if kind is None or file.stat().st_size > _LARGEST:
            continue
        for document in documents(file):
            raw = Raw(source="leerbank", identifier=file.name, media_type=kind, content=document)
            try:
                yield from (normalise(each) for each in formats.read(raw)[1])
            except ParseError:
                continue


@pytest.fixture(scope="module")
def sampled(
    samples: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[FlaskClient, int]]:
    """Open a site over the samples, and say how many records it has."""
    found = [replace(each, identifier=str(at)) for at, each in enumerate(records(samples))]
    with stocked(tmp_path_factory.mktemp("samples"), found) as catalogue:
        app = create_app(catalogue, replace(catalogue.settings, api=ApiSettings(per_minute=0)))
        app.test_client_class = Client
        yield app.test_client(), len(found)


@pytest.mark.parametrize("form", ["oai_dc", "lom", "dc"])
def test_samples_are_valid_in_sru(
    sampled: tuple[FlaskClient, int], samples: Path, form: str
) -> None:
    client, number = sampled
    judge = schema(samples.parent / "schemas")
    assert number > 100
    seen, start = 0, 1
    while start:
        query = f"query=*&maximumRecords=100&startRecord={start}&recordSchema={form}"
        root = etree.fromstring(client.get(f"/sru?{query}").data)
        for data in root.iter(f"{SRW}recordData"):
            made = etree.fromstring(etree.tostring(data[0]))
            if judge and form != "dc":
                judge.assertValid(made)
            seen += 1
        start = int(root.findtext(f"{SRW}nextRecordPosition", "0"))
    assert seen == number


def test_samples_keep_to_resource_search(sampled: tuple[FlaskClient, int], samples: Path) -> None:
    client, number = sampled
    file = samples.parent / "schemas" / "lti-rs" / "lti-rs-v1p0.swagger.yaml"
    yaml = pytest.importorskip("yaml")
    if not file.is_file():
        pytest.skip("the description of the standard is not beside the samples")
    definitions = yaml.safe_load(file.read_text("utf-8"))["definitions"]
    judge = jsonschema.Draft4Validator(
        {"$ref": "#/definitions/ResourceSet.Type", "definitions": definitions},
        format_checker=jsonschema.FormatChecker(),
    )
    seen: set[str] = set()
    for offset in range(0, number, 100):
        said = client.get(f"/ims/rs/v1p0/resources?offset={offset}").get_json()
        judge.validate(said)
        seen |= {each["identifier"] for each in said["resources"]}
    assert len(seen) == number


@pytest.mark.parametrize("kind", ["atom", "rss"])
def test_samples_are_read_in_feeds(sampled: tuple[FlaskClient, int], kind: str) -> None:
    client, number = sampled
    seen: set[str] = set()
    for page in range(1, -(-number // 100) + 1):
        data = client.get(f"/nl/zoeken.{kind}?size=100&page={page}").data
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            import atoma  # noqa: PLC0415 old, and says so

            strict: Any = {"atom": atoma.parse_atom_bytes, "rss": atoma.parse_rss_bytes}[kind]
            strict(data)
        found = feedparser.parse(data)
        assert not found.bozo
        seen |= {entry.id for entry in found.entries}
    assert len(seen) == number
