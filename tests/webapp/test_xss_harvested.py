"""Cross-site scripting by way of a source: payloads in every field of every sample of every format.

They are read, cleaned and kept as in a harvest, and a real browser opens the page of each that was
accepted: nothing may run, nothing may be fetched from elsewhere, and the policy of the page may
find nothing to report.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from itertools import count, cycle
from pathlib import Path
from typing import Any

import pymarc
import pytest
from linked import BLANK
from lxml import etree
from msgspec.structs import replace
from playwright.sync_api import Browser
from servers import serving_app
from test_browser import pytestmark as pytestmark  # noqa: PLC0414 the same needs
from test_formats import SAMPLES, raw_of
from test_xss import batches, told

from catalog import profile
from catalog.catalogue import Catalogue
from catalog.config import IndexSettings, Settings, StoreSettings
from catalog.normalise import Defaults
from catalog.resource import LearningResource
from catalog.store import Store
from catalog.store.model import Entry, record_id
from harvester import reading
from harvester.errors import ParseError
from harvester.raw import xml_parser
from webapp import create_app

Spoil = Callable[[str], str]

_TOGETHER = 24  # payloads in one record
_MOST = 100  # results on a page
_PAGES = ("/nl/materiaal/{}", "/en/copy/{}", "/en/resource/{}", "/nl/vindplaats/{}")
_SCHEMA = "{http://www.w3.org/2001/XMLSchema-instance}"
_FORBIDDEN = dict.fromkeys(range(32), " ")  # in XML, and between the fields of others


def added(payloads: tuple[str, ...]) -> Spoil:
    """Return what adds all payloads to a value."""
    return lambda value: f"{value} {' '.join(payloads)}".translate(_FORBIDDEN)


def instead(payloads: tuple[str, ...]) -> Spoil:
    """Return what puts a payload in the place of a value, each in its turn."""
    turn = count()
    return lambda _: payloads[next(turn) % len(payloads)].translate(_FORBIDDEN)


def spoilt_xml(body: bytes, spoil: Spoil) -> bytes:
    root = etree.fromstring(body, xml_parser())
    for element in root.iter(etree.Element):
        if (element.text or "").strip():
            element.text = spoil(element.text)
        for name, value in element.attrib.items():
            if not name.startswith(_SCHEMA):
                element.set(name, spoil(value))
    return etree.tostring(root, encoding="utf-8", xml_declaration=True)


def spoilt_json(value: Any, spoil: Spoil) -> Any:
    """Return JSON with all that it says spoilt, but for what tells its type and context."""
    if isinstance(value, dict):
        kept = {key: each for key, each in value.items() if key in ("@type", "@context", "type")}
        return {key: spoilt_json(each, spoil) for key, each in value.items()} | kept
    if isinstance(value, list):
        return [spoilt_json(each, spoil) for each in value]
    return spoil(value) if isinstance(value, str) else value


def spoilt_marc(body: bytes, spoil: Spoil) -> bytes:
    found = []
    for record in pymarc.MARCReader(body, to_unicode=True, force_utf8=True):
        if record is None:
            continue
        record.leader = pymarc.Leader(f"{str(record.leader)[:9]}a{str(record.leader)[10:]}")
        for each in record.fields:
            if not each.is_control_field():
                each.subfields = [pymarc.Subfield(s.code, spoil(s.value)) for s in each.subfields]
        found.append(record.as_marc())
    return b"".join(found)


def spoilt(sample: Path, spoil: Spoil) -> bytes:
    body = sample.read_bytes()
    if sample.suffix == ".xml":
        return spoilt_xml(body, spoil)
    if sample.suffix == ".mrc":
        return spoilt_marc(body, spoil)
    return json.dumps(spoilt_json(json.loads(body), spoil)).encode()


def accepted() -> Iterator[tuple[str, LearningResource]]:
    """Yield (format, resource) of each sample with payloads added to its values, and instead."""
    number = count()
    for sample in SAMPLES:
        for payloads in batches(_TOGETHER):
            for way in (added, instead):
                try:
                    body = spoilt(sample, way(payloads))
                except (etree.XMLSyntaxError, ValueError, RecursionError):
                    continue  # a sample of what is broken
                raw = replace(raw_of(sample), content=body, identifier=f"{next(number)}")
                try:
                    name, read = reading.read(raw, Defaults(), profile.get("basis"))
                except ParseError:
                    continue
                yield from ((name, resource) for resource, *_ in read)


def keep(store: Store, resources: Sequence[LearningResource]) -> None:
    run = store.runs.begin("sample", full=False, since="")
    entries = [
        Entry(
            id=record_id("sample", each.identifier), identifier=each.identifier, format="x",
            datestamp="", sets="", hash=b"0" * 16, position=at, resource=each, no=None,
        )
        for at, each in enumerate(resources)
    ]  # fmt: skip
    store.keeping.keep("sample", run.id, replace(BLANK, entries=entries))


@pytest.fixture(scope="module")
def harvested(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, list[str]]]:
    """Serve what became of the spoilt samples; say where, and which pages there are."""
    folder = tmp_path_factory.mktemp("xss")
    found = list(accepted())
    assert {name for name, _ in found} == {sample.parent.name for sample in SAMPLES}
    settings = Settings(
        store=StoreSettings(url=f"sqlite:///{folder}/test.db"),
        index=IndexSettings(path=str(folder / "index")),
    )
    with Catalogue(settings) as catalogue:
        keep(catalogue.store, [resource for _, resource in found])
        catalogue.catch_up()
        ids = [record_id("sample", resource.identifier) for _, resource in found]
        pages = [address.format(id_) for address, id_ in zip(cycle(_PAGES), ids, strict=False)]
        lists = range(1, len(ids) // _MOST + 2)
        pages += [f"/nl/zoeken?copies=1&size={_MOST}&page={at}" for at in lists]
        with serving_app(lambda _: create_app(catalogue, settings)) as base:
            yield base, pages


def test_nothing_runs_that_a_source_sends(
    browser: Browser, harvested: tuple[str, list[str]]
) -> None:
    site, pages = harvested
    page = browser.new_page()
    assert told(page, site, pages) == {}
    page.close()
