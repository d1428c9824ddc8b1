"""Real files and pages: how many of each are accepted, and why the others are not."""

from __future__ import annotations

import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from shelf import Read, outcomes

from harvester import formats
from harvester.errors import ParseError
from harvester.site import pages

ROOM = 50_000_000
ACCEPTED = frozenset({"marc", "mods", "onix", "kbart", "content_package", "schema_org"})


def accepted(found: Counter[str]) -> int:
    return sum(times for outcome, times in found.items() if outcome in ACCEPTED)


def read_each(files: Iterator[Path], **keys: str) -> Iterator[tuple[Path, Read]]:
    for file in sorted(files):
        yield file, Read(file, max_bytes=ROOM, **keys)


def test_samples_of_marc_in_iso_2709(samples: Path) -> None:
    found: Counter[str] = Counter()
    files = (f for f in (samples / "marc").rglob("*") if f.suffix in {".mrc", ".dat", ".usmarc"})
    for file, read in read_each(files, media_type="application/marc"):
        ends = [part for part in file.read_bytes().split(b"\x1d") if part.strip(b"\r\n\0\x1a ")]
        assert len(read.raws) == len(ends), file.name
        found += outcomes(read)
    assert found == Counter(
        {"marc": 91, "record.identifier_missing": 16, "marc.directory": 4, "marc.truncated": 2}
    )


def test_samples_of_marc_in_xml(samples: Path) -> None:
    found: Counter[str] = Counter()
    for _, read in read_each((samples / "marc").rglob("*.xml")):
        found += outcomes(read)
    assert found == Counter(
        {"marc": 25, "mods": 4, "record.identifier_missing": 2, "record.empty": 2}
    )


def test_siblings_of_a_bad_marc_record_survive_samples(samples: Path, tmp_path: Path) -> None:
    good, bad = (
        next((samples / "marc").rglob(name)).read_bytes().split(b"\x1d")[:-1]
        for name in ("test.dat", "bad_records.mrc")
    )
    mixed = [
        record for pair in zip(good, [*bad, b"no record at all"], strict=False) for record in pair
    ]
    file = tmp_path / "mixed.mrc"
    file.write_bytes(b"\x1d".join([*mixed, b""]))
    read = Read(file, media_type="application/marc", max_bytes=ROOM)
    found = outcomes(read)
    assert len(read.raws) == len(mixed) == sum(found.values())
    assert found["marc"] == len(mixed) // 2
    assert read.report.finished


def test_samples_of_onix(samples: Path) -> None:
    found: Counter[str] = Counter()
    for file, read in read_each((samples / "onix").rglob("*.xml")):
        listed = len(re.findall(rb"<[Pp]roduct[ >]", file.read_bytes()))
        assert len(read.raws) == (listed or 1), file.name
        found += outcomes(read)
    assert found["onix"] == 60
    assert (
        accepted(found) + found["format.unknown"] + found["xml.malformed"]
        == sum(found.values()) - found["record.identifier_missing"]
    )


def test_samples_of_kbart(samples: Path) -> None:
    (file,) = (samples / "kbart").rglob("*.txt")
    read = Read(samples / "kbart", max_bytes=ROOM)
    assert outcomes(read) == {"kbart": 965}
    assert len(file.read_bytes().splitlines()) - 1 == 965


def test_samples_of_common_cartridge(samples: Path) -> None:
    folder = samples / "common-cartridge"
    zips = [file for file in folder.rglob("*") if zipfile.is_zipfile(file)]
    unpacked = list(folder.rglob("imsmanifest.xml"))
    assert outcomes(Read(folder, max_bytes=ROOM)) == {"content_package": len(zips + unpacked)}


@pytest.mark.parametrize(
    ("folder", "anything", "materials"),
    [("html", False, 5), ("html", True, 17), ("oersi-etl", False, 3), ("oersi-etl", True, 3)],
)
def test_samples_of_pages(samples: Path, folder: str, anything: bool, materials: int) -> None:
    found: Counter[str] = Counter()
    present = 0
    for path in sorted((samples / folder).rglob("*.html")):
        raws = pages.read(
            path.read_bytes(),
            source="s",
            url="https://a.example/",
            media_type="",
            anything=anything,
        )
        present += len(raws)
        for raw in raws:
            try:
                if raw.rejected:
                    raise raw.rejected
                name, resources = formats.read(raw)
                found[name] += bool(list(resources))
            except ParseError as error:
                found[error.rule] += 1
    assert sum(found.values()) == present
    assert found["schema_org"] == materials
    assert set(found) <= {"schema_org", "json.malformed", "json_ld.no_material"}
