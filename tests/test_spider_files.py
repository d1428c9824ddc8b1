"""Files of records: what a source of them gives, whole, damaged, packed or downloaded."""

from __future__ import annotations

import asyncio
import gzip
import io
import os
import tracemalloc
import zipfile
from pathlib import Path
from typing import Any

import msgspec
import pytest
from crawling import Run, Task, crawl
from servers import Answer, Asked, serving
from shelf import Read, marc, message, pages_of, product, write

from catalog.config import FilesSource, HarvestSettings
from harvester import formats, iso2709
from harvester.errors import ParseError
from harvester.files.xml_records import Clean
from harvester.spiders import Job, Report
from harvester.spiders import files as spider

MARCXML = "http://www.loc.gov/MARC21/slim"


# MARC


def test_a_damaged_record_is_rejected_and_its_siblings_go_on(tmp_path: Path) -> None:
    damaged = marc("2")[:24] + b"?" * 24 + marc("2")[48:]
    file = write(tmp_path, "books.mrc", b"\n".join((marc("1"), damaged, marc("3", status="d"))))
    read = Read(file)
    assert read.identifiers == ["1", "3"]
    assert read.rejects == ["marc.directory"]
    assert [raw.deleted for raw in read.raws] == [False, False, True]
    assert read.report.finished
    assert not read.report.whole  # the damaged one may be a record that we have
    assert "none is removed" in read.report.warnings[0]
    assert read.report.watermark.endswith("Z")
    assert read.pages[-1].checkpoint == ""


def test_a_number_belongs_to_the_organisation_that_gave_it(tmp_path: Path) -> None:
    data = marc("1", organisation="NL-Voorbeeld") + marc("1") + marc("")
    read = Read(write(tmp_path, "books.mrc", data))
    assert read.identifiers == ["(NL-Voorbeeld)1", "1"]
    assert read.rejects == ["record.identifier_missing"]


def test_without_a_number_of_its_own_a_record_goes_by_that_of_another_system(
    tmp_path: Path,
) -> None:
    several = marc("", others=["12", "(OCoLC)34", "(NL-V)56"])
    read = Read(
        write(tmp_path, "books.mrc", several + marc("", others=["78"]) + marc("9", others=["0"]))
    )
    assert read.identifiers == ["(OCoLC)34", "78", "9"]
    fields = "".join(
        f"<datafield tag='035'><subfield code='a'>{said}</subfield></datafield>"
        for said in ("12", " (OCoLC)34 ")
    )
    data = f"<collection xmlns='{MARCXML}'><record>{fields}</record></collection>".encode()
    assert Read(write(tmp_path, "books.xml", data)).identifiers == ["(OCoLC)34"]


def test_marc_in_json(tmp_path: Path) -> None:
    lines = [
        {"leader": "00000nam a2200000 a 4500", "fields": [{"001": "1"}, {"003": "NL-V"}]},
        {"leader": "00000dam a2200000 a 4500", "fields": [{"035": {"subfields": [{"a": "2"}]}}]},
        {"leader": "00000nam a2200000 a 4500", "fields": []},
    ]
    data = b"\n".join(map(msgspec.json.encode, lines))
    read = Read(write(tmp_path, "books.jsonl", data))
    assert [(raw.identifier, raw.deleted) for raw in read.raws[:2]] == [
        ("(NL-V)1", False),
        ("2", True),
    ]
    assert read.rejects == ["record.identifier_missing"]
    assert formats.read(read.raws[0])[0] == "marc"


def test_the_last_record_may_lack_its_end(tmp_path: Path) -> None:
    data = marc("1") + marc("2")[:-1]
    for end in (b"", b"\r\n", b"\x1a"):
        read = Read(write(tmp_path, "books.mrc", data + end))
        assert read.identifiers == ["1", "2"]
        assert [raw.repaired for raw in read.raws] == [False, True]
        assert read.report.finished
    for cut in (2, 3, 10, 20, 40):
        read = Read(write(tmp_path, "books.mrc", data[:-cut]))
        assert read.rejects == ["marc.truncated"], "a field is lost, or a part of one"
        assert not read.report.finished


def test_a_damaged_record_that_still_says_who_it_is_is_not_taken_for_absent(
    tmp_path: Path,
) -> None:
    damaged = marc("2", organisation="NL-V").replace(b"245", b"2?5")
    read = Read(write(tmp_path, "books.mrc", marc("1") + damaged))
    assert [raw.identifier for raw in read.raws] == ["1", "(NL-V)2"]
    assert read.rejects == ["marc.directory"]
    assert read.report.whole
    assert read.report.deletions == "absent"


def test_a_file_that_breaks_off_is_not_finished_and_says_where(tmp_path: Path) -> None:
    read = Read(write(tmp_path, "books.mrc", marc("1") + marc("2") + marc("3")[:-9]))
    assert read.identifiers == ["1", "2"]
    assert read.rejects == ["marc.truncated"]
    assert not read.report.finished
    assert "books.mrc: it ends in the middle of record 3" in str(read.report.error)
    assert read.pages[-1].checkpoint


def test_a_record_that_never_ends_takes_no_more_memory_than_is_allowed() -> None:
    stream = io.BytesIO(b"0" * 5_000_000 + b"\x1d" + marc("2"))
    tracemalloc.start()
    first, second = iso2709.split(stream, limit=100_000)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(first) == 100_000
    assert iso2709.read(second).fields[0] == ("001", "2")
    assert peak < 1_500_000


def test_a_wrong_claim_about_the_characters_is_noted(tmp_path: Path) -> None:
    honest, lying = marc("1", "Café"), bytearray(marc("2", "Café"))
    lying[9:10] = b" "
    read = Read(write(tmp_path, "books.mrc", honest + bytes(lying)))
    assert [raw.repaired for raw in read.raws] == [False, True]


# XML


def test_products_of_a_message_each_become_a_record(tmp_path: Path) -> None:
    data = message(product(1), product(2, "05"), product(3).replace("p3", " "))
    read = Read(write(tmp_path, "feed.xml", data))
    assert read.identifiers == ["p1", "p2"]
    assert [raw.deleted for raw in read.raws] == [False, True, False]
    assert read.rejects == ["record.identifier_missing"]
    name, resources = formats.read(read.raws[0])
    assert name == "onix"
    assert [r.titles[0].text for r in resources] == ["Lesboek"]


@pytest.mark.parametrize("version", ["3.0", "3.1"])
def test_products_in_short_tags(tmp_path: Path, version: str) -> None:
    def short(number: int, notice: str) -> str:
        return (
            f"<product><a001>p{number}</a001><a002>{notice}</a002><descriptivedetail><titledetail>"
            "<b202>01</b202><titleelement><x409>01</x409><b203>Lesboek</b203></titleelement>"
            "</titledetail></descriptivedetail></product>"
        )

    data = f'<ONIXmessage release="{version}" xmlns="http://ns.editeur.org/onix/{version}/short">'
    data += f"<header/>{short(1, '03')}{short(2, '05')}</ONIXmessage>"
    read = Read(write(tmp_path, "feed.xml", data.encode()))
    assert [(raw.identifier, raw.deleted) for raw in read.raws] == [("p1", False), ("p2", True)]
    name, (found,) = formats.read(read.raws[0])
    assert (name, found.titles[0].text) == ("onix", "Lesboek")


def test_entities_of_html_and_control_characters_do_not_end_a_feed(tmp_path: Path) -> None:
    data = message(product(1, title="Caf&eacute; &amp; th&eacute;\x0b &hellip;"), product(2))
    read = Read(write(tmp_path, "feed.xml", b"\xef\xbb\xbf\n" + data))
    assert read.identifiers == ["p1", "p2"]
    (resource,) = formats.read(read.raws[0])[1]
    assert resource.titles[0].text == "Café & thé …"


@pytest.mark.parametrize("size", [1, 2, 3, 7, 64])
def test_an_entity_may_lie_across_two_blocks(size: int) -> None:
    clean = Clean(io.BytesIO(b"<a>&eacute;&amp;&nonsense; & AT&T &" + b"x" * 60 + b"</a>"))
    read = b""
    while block := clean.read(size):
        read += block
    assert read == b"<a>&#233;&amp;&nonsense; & AT&T &" + b"x" * 60 + b"</a>"


def test_xml_that_breaks_keeps_what_came_before_and_names_the_place(tmp_path: Path) -> None:
    read = Read(write(tmp_path, "feed.xml", message(product(1), product(2), end="<Product>")))
    assert read.identifiers == ["p1", "p2"]
    assert not read.report.finished
    assert "feed.xml: after record 2 it is no XML any more" in str(read.report.error)


def test_external_and_exploding_entities_give_nothing(tmp_path: Path) -> None:
    secret = write(tmp_path, "secret", b"THE SECRET")
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    doctype = (
        f'<!DOCTYPE ONIXMessage [<!ENTITY x SYSTEM "{secret.as_uri()}"><!ENTITY l0 "ha">{laughs}]>'
    )
    data = message(product(1, title="&x;"), product(2, title="&l11;"), product(3))
    bomb = data.replace(b"<ONIXMessage", doctype.encode() + b"<ONIXMessage", 1)
    read = Read(write(tmp_path, "feed.xml", bomb))
    assert not any(b"SECRET" in raw.payload or len(raw.payload) > 1000 for raw in read.raws)
    assert read.report.error or "xml.malformed" in read.rejects


def test_a_collection_in_marcxml(tmp_path: Path) -> None:
    one = (
        "<record><leader>00000dam a2200000 a 4500</leader><controlfield tag='001'>7</controlfield>"
        "<controlfield tag='003'>NL-V</controlfield></record>"
    )
    data = f"<collection xmlns='{MARCXML}'>{one}</collection>".encode()
    (raw,) = Read(write(tmp_path, "books.xml", data)).raws
    assert (raw.identifier, raw.deleted) == ("(NL-V)7", True)
    assert formats.read(raw)[0] == "marc"


def test_a_large_message_is_streamed(tmp_path: Path) -> None:
    file = tmp_path / "large.xml"
    filling = "<!-- nothing to see -->" * 400
    file.write_bytes(message(*(product(n) + filling for n in range(2000))))
    tracemalloc.start()
    report = Report()
    job = Job(name="shelf", source=FilesSource(url=str(file)), settings=HarvestSettings())

    async def count() -> int:
        made = spider.Spider(job=job, report=report)
        return sum([len(page.raws) async for page in pages_of(made)])

    assert asyncio.run(count()) == 2000
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert report.finished
    assert peak < file.stat().st_size / 4


# JSON, folders and zips


def test_lines_of_json_of_which_one_is_bad(tmp_path: Path) -> None:
    lines = b'{"@id": "a"}\n\n{"@id": \n[1]\n{"name": "x"}\n{"id": 5}'
    read = Read(write(tmp_path, "records.jsonl", lines))
    assert read.identifiers == ["a", "5"]
    assert read.rejects == ["json.malformed", "json.shape", "record.identifier_missing"]
    assert read.report.finished


def test_a_list_in_json_and_one_object_in_a_file(tmp_path: Path) -> None:
    write(tmp_path, "list.json", b'[{"id": "a"}, {"id": "b"}]')
    write(tmp_path, "one.jsonld", b'{\n "name": "Alone"\n}')
    assert Read(tmp_path).identifiers == ["a", "b", "one.jsonld"]


def test_a_folder_of_all_sorts(tmp_path: Path) -> None:
    write(tmp_path, "b/lom.xml", b"<lom xmlns='http://ltsc.ieee.org/xsd/LOM'/>")
    write(tmp_path, "a.mrc", marc("1"))
    write(tmp_path, "broken.xml", b"<lom><general>")
    write(tmp_path, "photo.jpg", b"\xff\xd8\xff\xe0\x00\x10JFIF\x1e\x1f\x1d")
    write(tmp_path, ".hidden.xml", b"<lom/>")
    write(tmp_path, "feed.xml.gz", gzip.compress(message(product(1))))
    read = Read(tmp_path)
    assert read.identifiers == ["1", "b/lom.xml", "p1"]
    assert read.rejects == ["xml.malformed"]
    assert read.report.finished
    assert "left: 1" in read.report.warnings[0]


def test_one_damaged_file_does_not_hide_the_next(tmp_path: Path) -> None:
    write(tmp_path, "a.xml", message(product(1), end=""))
    write(tmp_path, "b.xml.gz", gzip.compress(message(product(2)))[:-20])
    write(tmp_path, "c.xml", message(product(3)))
    read = Read(tmp_path)
    assert {"p1", "p3"} <= set(read.identifiers)
    assert not read.report.finished
    assert "a.xml" in str(read.report.error)


def test_a_zip_with_junk_and_climbing_names(tmp_path: Path) -> None:
    file = tmp_path / "feed.zip"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("../../outside.json", '{"name": "x"}')
        archive.writestr("__MACOSX/._feed.xml", "junk")
        archive.writestr("in/feed.xml", message(product(1)))
    assert Read(file).identifiers == ["../../outside.json", "p1"]
    file.write_bytes(file.read_bytes()[:-40])
    assert "the zip cannot be read" in str(Read(file).report.error)


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("nothing", None, "there is no file or folder"),
        ("empty.mrc", b"", "no file of MARC, XML, JSON or KBART"),
        ("page.txt", b"just words", "no file of MARC, XML, JSON or KBART"),
        ("big.json", b'{"a": "' + b"x" * 200_000, "more than 100000 bytes"),
    ],
)
def test_what_cannot_be_read_is_an_error(
    tmp_path: Path, name: str, data: bytes | None, said: str
) -> None:
    if data is not None:
        write(tmp_path, name, data)
    read = Read(tmp_path / name)
    assert not read.report.finished
    assert said in str(read.report.error)


def test_the_operator_says_what_a_file_is(tmp_path: Path) -> None:
    file = write(tmp_path, "books", b"?" * 12 + marc("1")[12:].replace(b"\x1e00", b"\x1e?!"))
    assert Read(file).report.error
    assert Read(file, media_type="application/marc").raws


# Pages


def test_a_broken_off_run_goes_on_where_it_was(tmp_path: Path) -> None:
    file = write(tmp_path, "books.mrc", b"".join(marc(str(n)) for n in range(1100)))
    whole = Read(file)
    assert [len(page.raws) for page in whole.pages] == [500, 500, 100]
    assert whole.pages[1].url.endswith("books.mrc#records=501-1000")
    rest = Read(file, checkpoint=whole.pages[0].checkpoint)
    assert rest.identifiers == [str(n) for n in range(500, 1100)]
    assert rest.report.watermark == whole.report.watermark
    assert not rest.report.restarted


def test_a_changed_file_is_begun_again(tmp_path: Path) -> None:
    file = write(tmp_path, "books.mrc", b"".join(marc(str(n)) for n in range(600)))
    checkpoint = Read(file).pages[0].checkpoint
    os.utime(file, (1, 1))
    again = Read(file, checkpoint=checkpoint)
    assert len(again.raws) == 600
    assert again.report.restarted


def test_a_page_that_is_none_is_a_parse_error() -> None:
    with pytest.raises(ParseError, match="no record begins at byte 0"):
        spider.unpack(b"something else", source="s", url="u", media_type="x")


# Downloads

FEED = message(*(product(n, title="x" * 300) for n in range(200)))


def serve(asked: Asked) -> Answer:
    """/ranges knows Range, /whole does not, /lies sends another part, /packed is gzip."""
    if asked.path == "/missing.xml":
        return Answer(b"", 404)
    data = gzip.compress(FEED, mtime=0) if asked.path.startswith("/packed") else FEED
    said = asked.headers.get("range", "")
    if not said or asked.path.startswith("/whole"):
        return Answer(data)
    first, last = map(int, said.removeprefix("bytes=").split("-"))
    start = first - 1 if asked.path.startswith("/lies") and first else first
    tag = '"2"' if asked.path.startswith("/changes") and first else '"1"'
    part = data[start : last + 1][: last + 1 - first]
    spans = f"bytes {start}-{start + len(part) - 1}/{len(data)}"
    return Answer(part, 206, {"Content-Range": spans, "ETag": tag})


@pytest.fixture(scope="module")
def downloads() -> dict[str, Run]:
    limit = len(FEED) // 3
    wanted = {
        "ranges": limit,
        "packed": 4096,
        "whole": len(FEED) * 2,
        "large-whole": limit,
        "lies": limit,
        "changes": limit,
        "missing": limit,
    }
    with serving(serve) as (base, _):
        return crawl(
            *(
                Task(
                    name,
                    {
                        "kind": "files",
                        "url": f"{base}/{name.removeprefix('large-')}.xml",
                        "allow_private": True,
                    },
                    settings={"max_bytes": size, "retries": 0},
                )
                for name, size in wanted.items()
            )
        )


@pytest.mark.parametrize("name", ["ranges", "packed", "whole"])
def test_a_download_is_read_whole(downloads: dict[str, Run], name: str) -> None:
    run = downloads[name]
    assert not run.error
    assert run.report["finished"]
    assert run.identifiers == [f"p{n}" for n in range(200)]
    assert run.raws[0]["url"].endswith(f"/{name}.xml")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("large-whole", "max_bytes"),
        ("lies", "another part than was asked for"),
        ("changes", "changed while it was fetched"),
        ("missing", "nothing is there"),
    ],
)
def test_a_download_that_fails_says_why(downloads: dict[str, Run], name: str, said: str) -> None:
    run = downloads[name]
    assert said in run.error
    assert not run.report["finished"]
    assert not run.pages


# Versions

STAMP = "Fri, 01 Mar 2024 10:00:00 GMT"


VERSIONS: dict[str, tuple[dict[str, str], dict[str, str]]] = {
    "strong": ({"ETag": '"7"'}, {"if-none-match": '"7"'}),
    "weak": ({"ETag": 'W/"7"'}, {"if-none-match": 'W/"7"'}),
    "dated": ({"Last-Modified": STAMP}, {"if-modified-since": STAMP}),
    "both": (
        {"ETag": '"7"', "Last-Modified": STAMP},
        {"if-none-match": '"7"', "if-modified-since": STAMP},
    ),
    "none": ({}, {}),
}


def versioned(asked: Asked) -> Answer:
    headers, asks = VERSIONS[asked.path.strip("/")]
    if asks and asks.items() <= asked.headers.items():
        return Answer(b"", 304, headers)
    return Answer(message(product(1)), 200, headers)


@pytest.fixture(scope="module")
def versions() -> dict[str, Run]:
    with serving(versioned) as (base, _):
        entries: dict[str, dict[str, Any]] = {
            name: {"kind": "files", "url": f"{base}/{name}", "allow_private": True}
            for name in VERSIONS
        }
        first = crawl(*(Task(name, entry) for name, entry in entries.items()))
        since = {name: run.report["watermark"] for name, run in first.items()}
        again = (Task(f"{n} again", e, since=since[n]) for n, e in entries.items())
        strong = entries["strong"]
        return first | crawl(
            *again,
            Task("full", strong, since=since["strong"], full=True),
            Task("otherwise", {**strong, "prefix": "lom"}, since=since["strong"]),
        )


@pytest.mark.parametrize("name", VERSIONS)
def test_a_file_that_is_the_same_is_not_read_again(versions: dict[str, Run], name: str) -> None:
    first, again, knows = versions[name], versions[f"{name} again"], name != "none"
    assert first.identifiers == ["p1"]
    assert first.report["whole"]
    assert again.report["finished"]
    assert again.identifiers == ([] if knows else ["p1"])
    assert again.report["whole"] is not knows, "nothing was read, so nothing is absent"
    assert not knows or again.report["watermark"] == first.report["watermark"]


def test_the_same_file_is_read_again_in_full_or_in_another_way(versions: dict[str, Run]) -> None:
    assert versions["full"].identifiers == versions["otherwise"].identifiers == ["p1"]


def test_the_charset_of_a_table_may_be_the_servers_word() -> None:
    text = "nr;titel\n1;\u0416\u0443\u043a\n"

    def respond(asked: Asked) -> Answer:
        kind = "text/csv" + ("; charset=koi8-r" if "said" in asked.path else "")
        return Answer(text.encode("koi8-r"), 200, {"Content-Type": kind})

    entry = {
        "kind": "files",
        "allow_private": True,
        "columns": {"identifier": "nr", "titles": "titel"},
    }
    with serving(respond) as (base, _):
        runs = crawl(
            Task("said", {**entry, "url": f"{base}/said.csv"}),
            Task("silent", {**entry, "url": f"{base}/list.csv"}),
        )
    assert "\u0416\u0443\u043a" in runs["said"].raws[0]["payload"]
    assert "\u0416" not in runs["silent"].raws[0]["payload"]
