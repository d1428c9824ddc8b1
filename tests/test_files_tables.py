"""Tables in text: KBART, CSV and TSV."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from shelf import Read, outcomes, write

from harvester import formats

COLUMNS = {
    "identifier": "nr",
    "titles.nl": "titel",
    "url": "adres",
    "keywords": "woorden",
    "dates.issued": "jaar",
}
HEADER = ["nr", "titel", "adres", "woorden", "jaar"]


def table(*rows: list[str], delimiter: str = ",", header: list[str] = HEADER) -> str:
    file = io.StringIO()
    csv.writer(file, delimiter=delimiter).writerows([header, *rows])
    return file.getvalue()


ONE = ["1", "Café\nin twee regels", "https://a.example/1", "bier;wijn", "2020"]
TWO = ["2", 'Met "tekens", en komma', "https://a.example/2", "", "2021"]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_table_is_read_whatever_it_was_saved_as(
    tmp_path: Path, delimiter: str, encoding: str
) -> None:
    data = table(ONE, TWO, delimiter=delimiter).encode(encoding)
    read = Read(write(tmp_path, "list.csv", data), columns=COLUMNS, separator=";")
    assert read.identifiers == ["1", "2"]
    name, (first,) = formats.read(read.raws[0])
    assert name == "mapped"
    assert first.titles[0].text.split() == ["Café", "in", "twee", "regels"]
    assert first.titles[0].language == "nl"
    assert [k.text for k in first.keywords] == ["bier", "wijn"]
    assert first.dates[0].kind == "issued"
    (second,) = formats.read(read.raws[1])[1]
    assert second.titles[0].text == TWO[1]
    assert second.keywords == ()
    assert read.report.finished
    assert read.report.whole


def test_a_ragged_row_is_rejected_by_its_number(tmp_path: Path) -> None:
    text = table(ONE, TWO) + "3,te kort\n4,x,https://a.example/4,,2022,,,\n,,,,\n5,x,,,,over\n"
    read = Read(write(tmp_path, "list.csv", text.encode()), columns=COLUMNS)
    assert read.identifiers == ["1", "2", "4"]
    assert read.rejects == ["row.ragged", "row.ragged"]
    reasons = [raw.rejected.reason for raw in read.raws if raw.rejected]
    assert reasons[0] == "row 4 has 2 cells, and there are 5 columns"
    assert not read.report.whole, "a row that says not who it is may be one that we have"


def test_a_row_without_its_identifier_is_rejected(tmp_path: Path) -> None:
    file = write(tmp_path, "list.csv", table(["", "Titel", "", "", ""]).encode())
    assert Read(file, columns=COLUMNS).rejects == ["record.identifier_missing"]


def test_a_column_that_is_not_there_is_named(tmp_path: Path) -> None:
    file = write(tmp_path, "list.csv", table(ONE).encode())
    read = Read(file, columns={**COLUMNS, "rights": "licentie"})
    assert "no column 'licentie'; it has 'nr', 'titel'" in str(read.report.error)
    assert not read.raws


def test_a_quote_that_is_never_closed_ends_the_table(tmp_path: Path) -> None:
    text = table(ONE) + '2,"open' + "x" * 3_000_000
    read = Read(write(tmp_path, "list.csv", text.encode()), columns=COLUMNS)
    assert read.identifiers == ["1"]
    assert "cannot be read to its end" in str(read.report.error)
    assert not read.report.finished


def test_a_row_says_what_was_in_its_cells(tmp_path: Path) -> None:
    (raw,) = Read(write(tmp_path, "list.csv", table(ONE).encode()), columns=COLUMNS).raws
    assert json.loads(raw.payload) == dict(zip(HEADER, ONE, strict=True))


def test_text_is_no_table_unless_the_operator_says_so(tmp_path: Path) -> None:
    file = write(tmp_path, "list.csv", table(ONE).encode())
    assert "no file of MARC, XML, JSON or KBART" in str(Read(file).report.error)


KBART = [
    "publication_title", "print_identifier", "online_identifier", "title_url", "title_id",
    "publication_type", "access_type",
]  # fmt: skip


@pytest.mark.parametrize(
    ("row", "identifier", "outcome"),
    [
        (["A", "", "1234-5679", "https://a.example", "t1", "serial", "F"], "t1", "kbart"),
        (["B", "", "1234-5679", "https://b.example", "", "serial", "F"], "1234-5679", "kbart"),
        (["C", "", "", "https://c.example", "", "monograph", ""], "https://c.example", "kbart"),
        (["D", "", "", "", "t4", "monograph", "P"], "t4", "kbart.paid"),
        (["E", "", "", "", "", "monograph", "F"], "", "record.identifier_missing"),
    ],
)
def test_a_list_of_titles(tmp_path: Path, row: list[str], identifier: str, outcome: str) -> None:
    text = table(row, delimiter="\t", header=[name.upper() for name in KBART])
    read = Read(write(tmp_path, "titles.txt", text.encode()))
    assert [raw.identifier for raw in read.raws] == [identifier]
    assert outcomes(read) == {outcome: 1}
