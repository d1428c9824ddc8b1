"""Lists of which one record is broken, and lists that nobody foresaw: each record is accounted for.

A librarian who sends a thousand records and one mistake gets 999 and a reason.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
from shelf import Read, marc, message, outcomes, product, write

from harvester import formats

MARCXML = "http://www.loc.gov/MARC21/slim"
LOM = "http://ltsc.ieee.org/xsd/LOM"


def book(number: int, title: str = "Rekenen", prefix: str = "", namespace: str = "") -> str:
    said = f' xmlns="{namespace}"' if namespace else ""
    return (
        f"<{prefix}record{said}><{prefix}leader>00000nam a2200000 a 4500</{prefix}leader>"
        f'<{prefix}controlfield tag="001">b{number}</{prefix}controlfield>'
        f'<{prefix}datafield tag="245" ind1="0" ind2="0"><{prefix}subfield code="a">{title}'
        f"</{prefix}subfield></{prefix}datafield></{prefix}record>"
    )


def titles(read: Read) -> list[str]:
    return [r.titles[0].text for raw in read.raws if not raw.rejected for r in formats.read(raw)[1]]


@pytest.mark.parametrize(("prefix", "between"), [("", ""), ("marc:", "\n  ")])
def test_one_tag_that_does_not_fit_costs_one_record(
    tmp_path: Path, prefix: str, between: str
) -> None:
    books = [book(number, prefix=prefix) for number in range(5)]
    books[2] = books[2].replace("subfield>", "subfeld>", 1)
    declared = f'xmlns{":marc" if prefix else ""}="{MARCXML}"'
    listed = between.join(books)
    data = f"<{prefix}collection {declared}>{listed}</{prefix}collection>"
    read = Read(write(tmp_path, "books.xml", data.encode()))
    assert read.identifiers == ["b0", "b1", "b3", "b4"]
    assert outcomes(read) == {"marc": 4, "xml.malformed": 1}
    assert read.report.finished


def test_what_is_wrong_with_characters_is_mended_in_its_record(tmp_path: Path) -> None:
    books = [book(1), book(2, "Natuur & techniek"), book(3, "Één café"), book(4)]
    data = f'<collection xmlns="{MARCXML}">{"".join(books)}</collection>'.encode("cp1252")
    read = Read(write(tmp_path, "books.xml", data))
    assert titles(read) == ["Rekenen", "Natuur & techniek", "Één café", "Rekenen"]
    assert [raw.repaired for raw in read.raws] == [False, True, True, False]


def test_a_record_without_an_end_takes_only_itself(tmp_path: Path) -> None:
    broken = product(2).replace("</Product>", "</Produkt>")
    read = Read(write(tmp_path, "feed.xml", message(product(1), broken, product(3))))
    assert read.identifiers == ["p1", "p3"]
    assert read.rejects == ["xml.malformed"]


def test_a_broken_list_that_breaks_off_is_not_finished(tmp_path: Path) -> None:
    broken = product(1).replace("</TitleText>", "")
    read = Read(write(tmp_path, "feed.xml", message(broken, product(2), end="")))
    assert read.identifiers == ["p2"]
    assert not read.report.finished


def test_a_record_of_marc_in_one_of_oai_pmh_is_not_taken_for_a_record(tmp_path: Path) -> None:
    def record(number: int, inside: str) -> str:
        header = f"<header><identifier>oai:a:{number}</identifier></header>"
        return f"<record>{header}<metadata>{inside}</metadata></record>"

    inside = f"<collection>{book(1)}{book(2)}</collection>"
    records = [record(1, inside), record(2, "<dc><title>Twee</dc>"), record(3, book(3))]
    data = (
        '<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><ListRecords>'
        f"{''.join(records)}</ListRecords></OAI-PMH>"
    )
    read = Read(write(tmp_path, "page.xml", data.encode()))
    assert read.identifiers == ["oai:a:1", "oai:a:3"]
    assert read.rejects == ["xml.malformed"]


def saved(first: int, token: str | None, size: str = "") -> bytes:
    """An answer of OAI-PMH with three records, as somebody kept it."""
    records = "".join(
        f"<record><header><identifier>oai:a:{n}</identifier></header><metadata>"
        f"{book(n, namespace=MARCXML)}</metadata></record>"
        for n in range(first, first + 3)
    )
    said = "" if token is None else f"<resumptionToken{size}>{token}</resumptionToken>"
    return (
        '<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><ListRecords>'
        f"{records}{said}</ListRecords></OAI-PMH>"
    ).encode()


OF_9 = ' completeListSize="9"'


@pytest.mark.parametrize(
    ("pages", "ends", "says"),
    [
        ([saved(0, None)], "whole", ""),
        ([saved(0, "a"), saved(3, "b"), saved(6, "")], "whole", ""),
        ([saved(0, "a", OF_9), saved(3, "b", OF_9), saved(6, "", OF_9)], "whole", ""),
        ([saved(0, "a", OF_9), saved(3, "b", OF_9), saved(6, None)], "whole", ""),
        ([saved(0, "a")], "short", "the last page of an OAI-PMH list is not there"),
        ([saved(0, "a", OF_9), saved(3, "b", OF_9)], "short", "the last page"),
        ([saved(0, "a", OF_9), saved(6, "", OF_9)], "", "of a list of 9 have 6 records"),
        ([saved(6, "", OF_9)], "", "of a list of 9 have 3 records"),
    ],
)
def test_saved_pages_of_oai_pmh_are_all_there_is_where_the_last_is_among_them(
    tmp_path: Path, pages: list[bytes], ends: str, says: str
) -> None:
    for number, page in enumerate(pages):
        write(tmp_path, f"{number}.xml", page)
    read = Read(tmp_path)
    assert len(read.identifiers) == 3 * len(pages)
    assert (read.report.finished, read.report.short) == (ends != "short", ends == "short")
    assert read.report.whole is (ends == "whole")
    assert says in " ".join(read.report.warnings)
    new = Read(tmp_path, complete=False)
    assert (new.report.finished, new.report.warnings) == (True, [])


@pytest.mark.parametrize("packing", ["xml", "string"])
def test_an_answer_of_sru_is_a_list(tmp_path: Path, packing: str) -> None:
    lom = (
        f'<lom xmlns="{LOM}"><general><title><string language="nl">Breuken</string></title>'
        "</general></lom>"
    )
    packed = lom if packing == "xml" else lom.replace("<", "&lt;")
    records = "".join(
        f"<record><recordPacking>{packing}</recordPacking><recordData>{packed}</recordData>"
        f"<recordIdentifier>urn:x:{number}</recordIdentifier></record>"
        for number in range(3)
    )
    data = (
        '<searchRetrieveResponse xmlns="http://www.loc.gov/zing/srw/"><numberOfRecords>3'
        f"</numberOfRecords><records>{records}</records></searchRetrieveResponse>"
    )
    read = Read(write(tmp_path, "answer.xml", data.encode()))
    assert read.identifiers == ["urn:x:0", "urn:x:1", "urn:x:2"]
    assert titles(read) == ["Breuken"] * 3


def test_a_root_of_ones_own_around_what_formats_know_is_a_list(tmp_path: Path) -> None:
    books = "".join(book(number, namespace=MARCXML) for number in range(3))
    assert (
        titles(Read(write(tmp_path, "a.xml", f"<export>{books}</export>".encode())))
        == ["Rekenen"] * 3
    )
    alone = f'<metadata><dc xmlns="{LOM}"><title>Alleen</title></dc></metadata>'
    assert Read(write(tmp_path, "b.xml", alone.encode())).identifiers == ["b.xml"]


# JSON

ONE, TWO = (
    {"@context": "https://schema.org", "@type": "Course", "@id": f"https://a.example/{n}",
     "name": n}
    for n in ("one", "two")
)  # fmt: skip


@pytest.mark.parametrize("broken", [0, 1, 2])
def test_lines_of_json_survive_a_broken_one_wherever_it_is(tmp_path: Path, broken: int) -> None:
    lines = [json.dumps(ONE), json.dumps(TWO)]
    lines.insert(broken, json.dumps(ONE)[:-5])
    read = Read(write(tmp_path, "records.jsonl", "\n".join(lines).encode()))
    assert outcomes(read) == {"schema_org": 2, "json.malformed": 1}


def test_a_list_in_json_survives_an_item_that_is_broken(tmp_path: Path) -> None:
    items = [json.dumps(ONE), '{"@id": "x", "name": "Nobody",}', json.dumps(TWO)]
    read = Read(write(tmp_path, "list.json", f"[{', '.join(items)}]".encode()))
    assert read.rejects == ["json.malformed"]
    assert titles(read) == ["one", "two"]
    cut = Read(write(tmp_path, "list.json", f"[{', '.join(items)}".encode()))
    assert not cut.report.finished


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_json_in_the_encodings_of_windows(tmp_path: Path, encoding: str) -> None:
    write(tmp_path, "one.json", json.dumps({**ONE, "name": "Één"}, indent=1).encode(encoding))
    assert titles(Read(tmp_path)) == ["Één"]


@pytest.mark.parametrize(
    ("between", "start", "end"),
    [(", ", "[", "]"), (",\n,", "[", "]"), ("\n", "", ""), (", ", '{"@graph": [', "]}")],
)
def test_json_in_another_charset_is_mended_in_its_record(
    tmp_path: Path, between: str, start: str, end: str
) -> None:
    items = [json.dumps({**each, "name": "Één"}, ensure_ascii=False) for each in (ONE, TWO)]
    text = start + between.join([*items, json.dumps({**ONE, "@id": "c"})]) + end
    read = Read(write(tmp_path, "list.json", text.encode("cp1252")))
    assert titles(read) == ["Één", "Één", "one"]
    if "graph" not in text:
        assert [raw.repaired for raw in read.raws] == [True, True, False]


@pytest.mark.parametrize(
    "document",
    [
        {"@graph": [ONE, TWO]},
        [[ONE], [TWO]],
        {"@type": "ItemList", "itemListElement": [{"item": ONE}, {"item": TWO}]},
        {"@type": "DataFeed", "dataFeedElement": [{"@type": "DataFeedItem", "item": ONE}, TWO]},
        {"@graph": [{**ONE, "@type": "Book"}, {**TWO, "@type": "Book"}]},
    ],
)
def test_each_material_of_a_document_is_a_record(tmp_path: Path, document: object) -> None:
    read = Read(write(tmp_path, "all.jsonld", json.dumps(document).encode()))
    assert read.identifiers == ["https://a.example/one", "https://a.example/two"]
    assert outcomes(read) == Counter({"schema_org": 2})


def test_a_material_of_a_graph_brings_what_it_refers_to(tmp_path: Path) -> None:
    people = [{"@type": "Person", "@id": "#p", "name": "Anna de Vries"}]
    courses = [{**ONE, "author": {"@id": "#p"}}, {**TWO, "author": [{"@id": "#p"}]}]
    read = Read(write(tmp_path, "all.json", json.dumps({"@graph": courses + people}).encode()))
    for raw in read.raws:
        (resource,) = formats.read(raw)[1]
        assert [who.name for who in resource.creators] == ["Anna de Vries"]


# Tables

KBART = ["publication_title", "title_url", "title_id", "publication_type", "access_type"]
TITLE = ["Café", "https://a.example/1", "k1", "monograph", "F"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("delimiter", ["\t", ";", ","])
def test_a_list_of_titles_is_known_however_it_was_saved(
    tmp_path: Path, encoding: str, delimiter: str
) -> None:
    lines = [delimiter.join(KBART).upper(), delimiter.join(TITLE)]
    read = Read(write(tmp_path, "titles.txt", "\r\n".join(lines).encode(encoding)))
    assert read.identifiers == ["k1"]
    assert titles(read) == ["Café"]


def test_of_two_columns_by_one_name_the_first_that_is_filled_counts(tmp_path: Path) -> None:
    table = "id;Titel;Titel\n1;Een;X\n2;;Twee\n"
    file = write(tmp_path, "a.csv", table.encode())
    assert titles(Read(file, columns={"identifier": "id", "titles": "Titel"})) == ["Een", "Twee"]


def test_control_characters_before_a_record_do_not_hide_that_it_is_marc(tmp_path: Path) -> None:
    assert Read(write(tmp_path, "a.mrc", b"\0\0" + marc("1"))).identifiers == ["1"]
