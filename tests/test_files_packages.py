"""Packages, static repositories and zips in folders: what is one record, and what is none."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from shelf import Read, message, outcomes, product, write

from catalog.resource import Relation
from harvester import formats
from harvester.files.packages import completed, manifest_in

CP = "http://www.imsglobal.org/xsd/imsccv1p3/imscp_v1p1"
WL = "http://www.imsglobal.org/xsd/imsccv1p3/imswl_v1p3"


def manifest(title: str, *links: str, metadata: str = "") -> bytes:
    resources = "".join(
        f'<resource identifier="r{n}" type="imswl_xmlv1p3"><file href="{href}"/></resource>'
        for n, href in enumerate(links)
    )
    return (
        f'<manifest xmlns="{CP}" xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_rootv1p2">'
        f"<metadata><schema>IMS Common Cartridge</schema>{metadata}</metadata><organizations>"
        f"<organization><title>{title}</title></organization></organizations>"
        f"<resources>{resources}</resources></manifest>"
    ).encode()


def link(title: str, href: str) -> bytes:
    return f'<webLink xmlns="{WL}"><title>{title}</title><url href="{href}"/></webLink>'.encode()


def zipped(**files: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, data in files.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), data)
    return target.getvalue()


def test_a_cartridge_is_one_record_with_its_web_links(tmp_path: Path) -> None:
    parts = {"links__one_xml": link("One", "https://one.example/"), "page_xml": b"<html/>"}
    whole = manifest("Course", "links/one.xml", "lost.xml", "../../etc/passwd")
    write(tmp_path, "course.imscc", zipped(imsmanifest_xml=whole, **parts))
    (raw,) = Read(tmp_path).raws
    name, (found,) = formats.read(raw)
    assert (name, raw.identifier, found.titles[0].text) == (
        "content_package",
        "course.imscc",
        "Course",
    )
    assert found.relations == (Relation("haspart", "https://one.example/", "One"),)
    assert Read(tmp_path / "course.imscc").identifiers == ["course.imscc"]


def test_an_unpacked_package_is_one_record_too(tmp_path: Path) -> None:
    write(tmp_path, "shelf/course/imsmanifest.xml", manifest("Course", "wl.xml"))
    write(tmp_path, "shelf/course/wl.xml", link("One", "https://one.example/"))
    write(tmp_path, "shelf/course/inner/imsmanifest.xml", manifest("Inner"))
    write(tmp_path, "shelf/other.xml", message(product(1)))
    assert Read(tmp_path / "shelf").identifiers == ["course", "p1"]
    assert Read(tmp_path / "shelf" / "course").identifiers == ["course"]


def test_a_package_in_one_folder_of_its_zip_and_metadata_in_a_file(tmp_path: Path) -> None:
    lom = b"<lom xmlns='http://ltsc.ieee.org/xsd/LOM'><general><title><string>From the file"
    lom += b"</string></title></general></lom>"
    whole = manifest("Course", metadata="<adlcp:location>meta.xml</adlcp:location>")
    data = zipped(course__imsmanifest_xml=whole, course__meta_xml=lom)
    (raw,) = Read(write(tmp_path, "scorm.zip", data)).raws
    (found,) = formats.read(raw)[1]
    assert found.titles[0].text == "From the file"


def test_a_zip_of_cartridges(tmp_path: Path) -> None:
    one, two = (zipped(imsmanifest_xml=manifest(name)) for name in ("One", "Two"))
    deep = zipped(three_xml=zipped(imsmanifest_xml=manifest("Three")))
    data = zipped(a_imscc=one, b_imscc=two, broken_zip=one[:-30], deep_zip=deep)
    read = Read(write(tmp_path, "all.zip", data))
    assert read.identifiers == ["a_imscc", "b_imscc"]
    assert "broken_zip: the zip cannot be read" in str(read.report.error)


def test_a_broken_file_in_a_zip_does_not_hide_the_rest(tmp_path: Path) -> None:
    files = {f"{name}_xml": message(product(i)) for i, name in enumerate("abc", 1)}
    data = bytearray(zipped(**files))
    data[data.index(b"PK\x03\x04", 4)] = 0  # where the second one begins
    read = Read(write(tmp_path, "all.zip", bytes(data)))
    assert len(read.raws) == 2
    assert "all.zip: b.xml: the file in the zip cannot be read" in str(read.report.error)


def test_a_broken_zip_in_a_folder_does_not_hide_the_rest(tmp_path: Path) -> None:
    write(tmp_path, "a.zip", zipped(x_xml=message(product(1)))[:-30])
    write(tmp_path, "b.xml", message(product(2)))
    read = Read(tmp_path)
    assert read.identifiers == ["p2"]
    assert "a.zip: the zip cannot be read" in str(read.report.error)


def test_a_package_on_disk_reads_nothing_around_it(tmp_path: Path) -> None:
    secret = write(tmp_path, "secret.xml", link("Secret", "https://secret.example/"))
    folder = tmp_path / "course"
    write(folder, "imsmanifest.xml", manifest("Course", "way_out.xml", "%2e%2e/secret.xml"))
    (folder / "way_out.xml").symlink_to(secret)
    (raw,) = Read(folder).raws
    assert b"Secret" not in raw.payload


def test_a_manifest_that_is_no_xml_is_rejected(tmp_path: Path) -> None:
    assert completed(b"<manifest>", lambda *_: b"") == b"<manifest>"
    write(tmp_path, "course/imsmanifest.xml", b"<manifest>")
    assert Read(tmp_path).rejects == ["xml.malformed"]


@pytest.mark.parametrize(
    ("names", "found"),
    [
        (["a.xml", "imsmanifest.xml", "b/imsmanifest.xml"], "imsmanifest.xml"),
        (["c/a.xml", "c/imsmanifest.xml"], "c/imsmanifest.xml"),
        (["c/a.xml", "d/imsmanifest.xml"], ""),
        ([], ""),
    ],
)
def test_where_the_manifest_is(names: list[str], found: str) -> None:
    assert manifest_in(names) == found


REPOSITORY = """<Repository xmlns="http://www.openarchives.org/OAI/2.0/static-repository"
 xmlns:o="http://www.openarchives.org/OAI/2.0/"><Identify/>
 <ListRecords metadataPrefix="oai_dc">{dc}</ListRecords>
 <ListRecords metadataPrefix="lom">{lom}</ListRecords></Repository>"""
DC = (
    '<dc xmlns="http://www.openarchives.org/OAI/2.0/oai_dc/">'
    '<title xmlns="http://purl.org/dc/elements/1.1/">Static</title></dc>'
)
LOM = (
    '<lom xmlns="http://ltsc.ieee.org/xsd/LOM"><general><title><string>Static lom</string>'
    "</title></general></lom>"
)


def oai(identifier: str, metadata: str, status: str = "") -> str:
    said = f' status="{status}"' if status else ""
    inner = f"<o:metadata>{metadata}</o:metadata>" if metadata else ""
    return (
        f"<o:record><o:header{said}><o:identifier>{identifier}</o:identifier><o:datestamp>"
        f"2024-01-0{len(identifier)}</o:datestamp><o:setSpec>s</o:setSpec></o:header>{inner}"
        "</o:record>"
    )


def test_a_static_repository_is_read_in_one_prefix(tmp_path: Path) -> None:
    text = REPOSITORY.format(
        dc=oai("a", DC) + oai("bb", "") + oai("ccc", "", "deleted"), lom=oai("a", LOM)
    )
    file = write(tmp_path, "repository.xml", text.encode())
    read = Read(file)
    assert [raw.identifier for raw in read.raws] == ["a", "bb", "ccc"]
    assert read.rejects == ["metadata.missing"]
    assert [raw.deleted for raw in read.raws] == [False, False, True]
    assert (read.raws[0].datestamp, read.raws[0].sets) == ("2024-01-01", ("s",))
    assert outcomes(Read(file))["dublin_core"] == 1
    assert outcomes(Read(file, prefix="lom")) == {"lom": 1}


def test_samples_of_static_repositories_are_accepted_or_rejected(samples: Path) -> None:
    read = Read(samples / "oai" / "spec-examples" / "OAI" / "test", max_bytes=50_000_000)
    found = outcomes(read)
    assert sum(found.values()) == len(read.raws)
    assert found["dublin_core"] > 15
