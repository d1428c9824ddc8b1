"""Cross-site scripting by way of a source: payloads in every field of every sample of every format.

The real command harvests them as files, and a real browser opens the page of each record that was
accepted: nothing may run, nothing may be fetched from elsewhere, and the policy of the page may
find nothing to report.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pymarc
import pytest
from installation import Installation
from lxml import etree
from playwright.sync_api import Browser
from test_browser import pytestmark as pytestmark  # noqa: PLC0414 the same needs
from test_formats import SAMPLES
from test_xss import batches, told
from waitress.server import create_server

from catalog.index import Query
from harvester.raw import xml_parser
from webapp import create_app

Spoil = Callable[[str], str]

_TOGETHER = 24  # payloads in one record
_MOST = 100  # results on a page
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


def write(folder: Path) -> None:
    """Write each sample that can be read at all, with payloads added to its values and instead."""
    for sample in SAMPLES:
        if sample.parent.name == "mapped":  # only with a mapping, from an API
            continue
        for number, payloads in enumerate(batches(_TOGETHER)):
            for way in (added, instead):
                try:
                    body = spoilt(sample, way(payloads))
                except (etree.XMLSyntaxError, ValueError, RecursionError):
                    continue  # a sample of what is broken
                name = f"{sample.parent.name}-{sample.name.partition('.')[0]}"
                (folder / f"{name}-{number}-{way.__name__}{sample.suffix}").write_bytes(body)


@pytest.fixture(scope="module")
def harvested(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, list[str]]]:
    """Serve what became of the spoilt samples; say where, and which pages there are."""
    folder = tmp_path_factory.mktemp("xss")
    (folder / "in").mkdir()
    write(folder / "in")
    here = Installation(folder)
    here.add("shelf", "files", str(folder / "in"))
    here.run("harvest")
    with here.catalogue() as catalogue:
        ids, page = [], 1
        while cards := catalogue.search(Query(copies=True, page=page, size=_MOST)).cards:
            ids += [card.id for card in cards]
            page += 1
        app = create_app(catalogue, catalogue.settings)
        server = create_server(app, host="127.0.0.1", port=0, threads=2)
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        pages = [f"/nl/vindplaats/{id_}" if at % 2 else f"/en/copy/{id_}"
                 for at, id_ in enumerate(ids)]  # fmt: skip
        pages += [f"/nl/zoeken?copies=1&size={_MOST}&page={at}" for at in range(1, page)]
        yield f"http://127.0.0.1:{server.effective_port}", pages
        server.close()
        thread.join(5)


def test_nothing_runs_that_a_source_sends(
    browser: Browser, harvested: tuple[str, list[str]]
) -> None:
    site, pages = harvested
    assert len(pages) > 100, "most samples were to be accepted"
    page = browser.new_page()
    assert told(page, site, pages) == {}
    page.close()
