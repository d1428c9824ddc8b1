"""The demonstration, of which it is known what is one material: five sources describe it apart."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from lxml import etree
from shelf import Read

from catalog.config import AnySource
from catalog.normalise import normalise
from catalog.resource import LearningResource
from catalog.works.comparing import compare
from catalog.works.keys import keys
from catalog.works.signature import Signature, signature
from demo import materials
from demo.server import create_demo, sources
from harvester import formats
from harvester.raw import Raw
from harvester.spiders import unpack

BASE = "http://demo.example"
TOKEN = ".//{http://www.openarchives.org/OAI/2.0/}resumptionToken"
KNOWN = sorted(materials.load(), key=lambda material: -len(material.id))
CLIENT = create_demo(BASE).test_client()


@pytest.fixture(scope="module")
def described(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, Signature]]:
    """Return what each record describes, by the name of its material, and its signature."""
    folder = tmp_path_factory.mktemp("demo")
    raws = itertools.chain(*(given(name, folder) for name in sources(BASE)))
    read = [r for raw in raws if not raw.deleted for r in formats.read(raw)[1]]
    assert len(read) > 600
    return [(material(r), signature(normalise(r))) for r in read]


def given(name: str, folder: Path) -> Iterator[Raw]:
    """Yield the records that a source gives, those of a file by way of one in ``folder``."""
    entry = sources(BASE)[name]
    if entry["kind"] == "files":
        file = folder / entry["url"].rpartition("/")[2]
        file.write_bytes(CLIENT.get(entry["url"]).data)
        yield from Read(file, max_bytes=10_000_000).raws
        return
    settings = msgspec.convert(entry, AnySource)
    for url, body, media_type in answers(entry):
        yield from unpack(entry["kind"])(
            body, source=name, url=url, media_type=media_type, entry=settings
        )


def answers(entry: dict[str, str]) -> Iterator[tuple[str, bytes, str]]:
    if entry["kind"] == "sitemap":
        for one in KNOWN:
            if "site" in one.sources:
                url = f"{BASE}/site/{one.id}"
                yield url, CLIENT.get(url).data, "text/html"
        return
    asked = {"verb": "ListRecords", "metadataPrefix": entry["prefix"]}
    while asked:
        body = CLIENT.get(entry["url"], query_string=asked).data
        yield entry["url"], body, "text/xml"
        token = etree.fromstring(body).findtext(TOKEN)
        asked = {"verb": "ListRecords", "resumptionToken": token} if token else {}


def material(r: LearningResource) -> str:
    named = {identifier.value for identifier in r.identifiers}
    for one in KNOWN:
        if r.identifier.endswith(one.id) or (one.isbn and one.isbn in {*named, r.identifier}):
            return one.id
    raise AssertionError(r.identifier)


def test_the_same_is_found_and_nothing_else(described: list[tuple[str, Signature]]) -> None:
    blocks: defaultdict[int, list[int]] = defaultdict(list)
    for number, (_, made) in enumerate(described):
        for key in keys(made):
            blocks[key].append(number)
    found = {
        pair
        for block in blocks.values()
        for pair in itertools.combinations(block, 2)
        if (tie := compare(described[pair[0]][1], described[pair[1]][1])) and tie.kind == "same"
    }
    expected = {
        (one, other)
        for one, other in itertools.combinations(range(len(described)), 2)
        if described[one][0] == described[other][0]
    }
    assert len(expected) > 300
    assert {(described[a][0], described[b][0]) for a, b in found - expected} == set()
    assert {described[a][0] for a, b in expected - found} == set()
