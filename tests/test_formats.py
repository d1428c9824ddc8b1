"""Every sample of every format. A new format adds a folder of samples, never a line here.

``fixtures/formats/<format>/<name>.<ext>`` is what a source gave, ``<name>.json`` beside it what
must become of it before normalising: one resource, a list of them, or ``{"rejected": rule}``.
Input that is JSON itself is called ``<name>.jsonld`` or ``<name>.in.json``.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from lxml import etree

from harvester import formats
from harvester.errors import ParseError
from harvester.raw import Raw, xml_parser

FOLDER = Path(__file__).parent / "fixtures" / "formats"
MEDIA_TYPES = {
    ".xml": "application/xml",
    ".json": "application/json",
    ".jsonld": "application/ld+json",
    ".mrc": "application/marc",
}


def expectation(sample: Path) -> Path:
    return sample.with_name(sample.name.partition(".")[0] + ".json")


SAMPLES = sorted(p for p in FOLDER.glob("*/*.*") if p != expectation(p))
XML = [sample for sample in SAMPLES if sample.suffix == ".xml"]


def title(sample: Path) -> str:
    return f"{sample.parent.name}/{sample.name}"


def raw_of(sample: Path) -> Raw:
    name = sample.name.partition(".")[0]
    return Raw(
        source="sample",
        identifier=name,
        media_type=MEDIA_TYPES[sample.suffix],
        url=f"https://example.org/{name}",
        content=sample.read_bytes(),
    )


def outcome(raw: Raw) -> tuple[str, list[Any] | dict[str, str]]:
    """Return the format's name and what came of ``raw``, as JSON would have it."""
    name = ""
    try:
        name, resources = formats.read(raw)
        return name, json.loads(msgspec.json.encode(list(resources)))
    except ParseError as error:
        return name, {"rejected": error.rule}


@pytest.mark.parametrize("sample", SAMPLES, ids=title)
def test_sample_becomes_what_stands_beside_it(sample: Path) -> None:
    expected = json.loads(expectation(sample).read_text("utf-8"))
    name, came = outcome(raw_of(sample))
    assert came == (
        [expected] if isinstance(expected, dict) and "rejected" not in expected else expected
    )
    if "rejected" not in came:
        assert name == sample.parent.name


@pytest.mark.parametrize("sample", SAMPLES, ids=title)
def test_reading_a_record_again_gives_the_same(sample: Path) -> None:
    raw = raw_of(sample)
    once = outcome(raw)
    assert outcome(raw) == once
    assert outcome(raw_of(sample)) == once
    assert raw.payload == sample.read_bytes()


def test_each_expectation_has_its_sample() -> None:
    expected = {p for p in FOLDER.glob("*/*.json") if p == expectation(p)}
    assert expected == {expectation(sample) for sample in SAMPLES}


def test_each_format_has_a_sample() -> None:
    assert formats.names() == {sample.parent.name for sample in SAMPLES}


@pytest.mark.parametrize("sample", XML, ids=title)
def test_a_record_with_a_hole_in_it_is_read_or_rejected(sample: Path) -> None:
    whole = etree.fromstring(sample.read_bytes(), xml_parser())
    for position in range(sum(1 for _ in whole.iter())):
        for damage in (_emptied, _removed, _bare):
            root = copy.deepcopy(whole)
            damage(list(root.iter())[position])
            outcome(Raw(source="sample", identifier="damaged", parsed=root))


def _emptied(element: Any) -> None:
    element.text = None
    del element[:]


def _removed(element: Any) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def _bare(element: Any) -> None:
    element.attrib.clear()


def test_samples_in_xml_are_read_or_rejected(samples: Path) -> None:
    read = titled = 0
    for file in sorted(p for part in ("oai", "lom", "marc") for p in (samples / part).rglob("*")):
        for number, record in enumerate(_records(file)):
            raw = Raw(source="sample", identifier=f"{file.name}:{number}", parsed=record)
            _, came = outcome(raw)
            if isinstance(came, list):
                read += len(came)
                titled += sum("titles" in resource for resource in came)
    assert read > 150
    assert titled > 0.9 * read


def _records(file: Path) -> Iterator[Any]:
    """Yield the payloads in an answer of a repository, or the document itself."""
    if file.suffix != ".xml":
        return
    try:
        root = etree.fromstring(file.read_bytes(), xml_parser())
    except etree.XMLSyntaxError:
        return  # the transport's to mend or to refuse
    found = [r for m in root.iter("{*}metadata", "{*}recordData") for r in m]
    yield root
    yield from found
