"""Citations of any record: right for the usual ones, and never broken by the others."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import lxml.html
import pytest
import rispy
from bibtexparser.entrypoint import parse_string
from described import FIXTURES, LISTING, UGLY, spoilt

from catalog.export.citation import Item, item, styles
from catalog.export.citation.bibtex import bibtex
from catalog.export.citation.ris import ris
from catalog.resource import Agent, Date, Identifier, LearningResource, Text

RECORDS: list[LearningResource] = [one.values[0] for one in FIXTURES]
EVERY = [*RECORDS, *map(spoilt, RECORDS), LearningResource(source="s", identifier="i")]


def person(name: str) -> Agent:
    return Agent(name, kind="person")


def book(**said: object) -> LearningResource:
    fields: dict[str, object] = {
        "titles": (Text("Wondzorg in de wijk", "nl"), Text("Wound care", "en")),
        "creators": (person("Anna Maria van den Berg"), Agent("Zorgschool Noord", "organisation")),
        "publishers": (Agent("De Open Kast"),),
        "dates": (Date("2019-03-01", "issued"), Date("2018", "created")),
        "languages": ("nl",),
        "types": ("textbook",),
        "url": "https://boeken.example.org/1?a=1&b=2",
    }
    return LearningResource(source="s", identifier="1", **{**fields, **said})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("record", "style", "language", "expected"),
    [
        (
            book(),
            "apa",
            "nl",
            (
                "van den Berg, A. M., & Zorgschool Noord. (2019). Wondzorg in de wijk. "
                "De Open Kast. https://boeken.example.org/1?a=1&b=2"
            ),
        ),
        (
            book(),
            "vancouver",
            "nl",
            (
                "van den Berg AM, Zorgschool Noord. Wondzorg in de wijk [Internet]. De Open Kast; "
                "2019 mrt 1. Beschikbaar op: https://boeken.example.org/1?a=1&b=2"
            ),
        ),
        (
            book(types=("video",), identifiers=(Identifier("10.1234/x.1", "doi"),)),
            "apa",
            "nl",
            (
                "van den Berg, A. M., & Zorgschool Noord. (2019, 1 maart). Wondzorg in de wijk "
                "[Video]. De Open Kast. https://doi.org/10.1234/x.1"
            ),
        ),
        (
            book(types=("video",), version="2.1"),
            "apa",
            "en",
            (
                "van den Berg, A. M., & Zorgschool Noord. (2019, March 1). Wondzorg in de wijk "
                "(Version 2.1) [Video]. De Open Kast. https://boeken.example.org/1?a=1&b=2"
            ),
        ),
        (  # nobody made it, and it has no date: the title takes the author's place, and moves there
            book(creators=(), dates=(), types=("worksheet",)),
            "apa",
            "nl",
            (
                "Wondzorg in de wijk [Worksheet]. (z.d.). De Open Kast. "
                "https://boeken.example.org/1?a=1&b=2"
            ),
        ),
        (  # only an editor
            book(creators=(), contributors=(Agent("Piet Jansen", "person", "editor"),), url=""),
            "apa",
            "en",
            "Jansen, P. (Ed.). (2019). Wondzorg in de wijk. De Open Kast.",
        ),
        (  # who publishes it himself is named once
            book(creators=(Agent("Zorgschool"),), publishers=(Agent("Zorgschool"),), url=""),
            "apa",
            "nl",
            "Zorgschool. (2019). Wondzorg in de wijk.",
        ),
        (
            book(titles=(Text("Waarom?"),), creators=(person("Piet"),), publishers=(), url=""),
            "vancouver",
            "en",
            "Piet. Waarom? 2019 Mar 1.",
        ),
        (
            book(titles=(), creators=(), publishers=(), dates=()),
            "vancouver",
            "en",
            (
                "https://boeken.example.org/1?a=1&b=2 [Internet]. Available from: "
                "https://boeken.example.org/1?a=1&b=2"
            ),
        ),
    ],
)
def test_a_reference_is_as_the_manual_has_it(
    record: LearningResource, style: styles.Style, language: str, expected: str
) -> None:
    assert styles.text(item(record), style, language) == expected


def test_titles_are_left_out_and_months_are_those_of_medicine() -> None:
    record = book(creators=(person("Prof. dr. Ning Ding"),), dates=(Date("2019-09-01", "issued"),))
    assert styles.text(item(record), "apa").startswith("Ding, N. (2019).")
    assert "2019 Sep 1" in styles.text(item(record), "vancouver")


def test_what_has_no_date_was_seen_on_one() -> None:
    cited = item(book(dates=(), publishers=()))
    assert styles.text(cited, "apa", "nl", seen="2026-11-23").endswith(
        "Geraadpleegd op 23 november 2026, van https://boeken.example.org/1?a=1&b=2"
    )
    assert "[cited 2026 Nov 23]" in styles.text(cited, "vancouver", "en", seen="2026-11-23")


def test_of_three_hundred_authors_a_style_names_those_that_it_wants() -> None:
    crowd = tuple(person(f"Piet Jansen{n}") for n in range(300))
    cited = item(book(creators=crowd))
    assert "Jansen18, P., \u2026 Jansen299, P. (2019)" in styles.text(cited, "apa", "en")
    assert "Jansen5 P, et al. Wondzorg" in styles.text(cited, "vancouver", "en")
    assert bibtex([cited]).count(" and ") == 299
    assert ris([cited]).count("AU  - ") == 300


@pytest.mark.parametrize("style", styles.STYLES)
def test_any_record_has_a_reference_in_text_and_in_safe_html(style: styles.Style) -> None:
    for record in EVERY:
        cited = item(record, LISTING)
        text = styles.text(cited, style, "nl", seen="2026-11-23")
        assert text.strip()
        shown = lxml.html.fragment_fromstring(styles.markup(cited, style, "nl"), "p")
        assert {element.tag for element in shown.iter()} <= {"p", "i", "a"}
        for link in shown.iter("a"):
            assert dict(link.attrib).keys() == {"href"}
            assert (link.get("href") or "").startswith(("http://", "https://"))


def test_html_in_a_title_is_shown_and_not_run() -> None:
    title = "<script>alert(1)</script> & <i onclick=x>' \ue000\ue001"
    shown = styles.markup(item(book(titles=(Text(title),))), "apa")
    assert "<i>&lt;script&gt;alert(1)&lt;/script&gt; &amp; &lt;i onclick=x&gt;&#x27;" in shown
    assert "\ue000" not in shown


def test_an_address_in_a_reference_is_a_link_and_others_are_not() -> None:
    shown = styles.markup(item(book()), "apa")
    link = "https://boeken.example.org/1?a=1&amp;b=2"
    assert shown.endswith(f'<a href="{link}">{link}</a>')
    assert "<a" not in styles.markup(item(book(url="javascript:alert(1)")), "apa")


def test_styles_are_shared_by_threads() -> None:
    cited = [item(record) for record in RECORDS]
    alone = [styles.text(one, "apa", "nl") for one in cited]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda one: styles.text(one, "apa", "nl"), cited)) == alone


def test_bibtex_is_read_by_others_entry_by_entry() -> None:
    cited = [item(record, LISTING) for record in EVERY]
    read = parse_string(bibtex(cited))
    assert not read.failed_blocks
    assert len(read.entries) == len(cited)
    assert len(read.entries_dict) == len(cited)  # no key twice


def test_braces_in_bibtex_are_even_as_bibtex_counts_them() -> None:
    """BibTeX counts braces whatever stands before them, and ends the entry where they are even."""
    for record in EVERY:
        depth = 0
        entry = bibtex([item(record)])
        for at, character in enumerate(entry):
            depth += {"{": 1, "}": -1}.get(character, 0)
            assert depth > 0 or at < entry.index("{") or at >= len(entry) - 2


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("100% & 5$ #1 a_b", r"100\% \& 5\$ \#1 a\_b"),
        ("een } en een {", r"een \textbraceright{} en een \textbraceleft{}"),
        ("\\input{/etc/passwd}", r"\textbackslash{}input\textbraceleft{}/etc/passwd\textbrace"),
        ("~ en ^", r"\textasciitilde{} en \textasciicircum{}"),
        ("twee\n\nregels", "twee regels"),
        ("Grüße, \u4e2d\u6587 \U0001d518", "Grüße, \u4e2d\u6587 \U0001d518"),
    ],
)
def test_text_in_bibtex_is_text(said: str, written: str) -> None:
    assert f"title = {{{{{written}" in bibtex([item(book(titles=(Text(said, "nl"),)))])


def test_names_and_fields_in_bibtex() -> None:
    record = book(
        creators=(
            person("Anna van den Berg"),
            person("Martin Luther King Jr."),
            Agent("Bed and Bath", "organisation"),
        ),
        titles=(Text("Reading DNA with Python", "en"),),
        languages=("en",),
        url="https://x.example/a_b%20{c}",
    )
    found = bibtex([item(record), item(record)])
    assert "@book{berg2019reading," in found
    assert "@book{berg2019readingb," in found
    assert "author = {van den Berg, Anna and King, Jr., Martin Luther and {Bed and Bath}}" in found
    assert "title = {Reading {DNA} with Python}" in found
    assert "month = mar," in found
    assert "url = {https://x.example/a_b%20%7Bc%7D}" in found


def test_ris_is_read_by_others_record_by_record() -> None:
    cited = [item(record, LISTING) for record in EVERY]
    read = rispy.loads(ris(cited))
    assert len(read) == len(cited)
    for one, other in zip(read, cited, strict=True):
        assert one["title"] == other["title"]
        assert len(one.get("authors", [])) == len(other.get("author", []))


def test_a_line_end_in_a_title_begins_no_field_in_ris() -> None:
    title = "Een\r\nER  - \r\nTY  - BOOK\u2028x\x85y"
    assert ris([item(book(titles=(Text(title),)))]).count("\n") == ris([item(book())]).count("\n")


def test_names_and_dates_in_ris() -> None:
    found = ris([item(book(keywords=(Text("wond"), Text("zorg"))))])
    assert found.startswith("TY  - BOOK\r\nID  - s:1\r\nAU  - van den Berg, Anna Maria\r\n")
    assert "AU  - Zorgschool Noord\r\n" in found
    assert "PY  - 2019\r\nDA  - 2019/03/01/\r\n" in found
    assert "KW  - wond\r\nKW  - zorg\r\n" in found
    assert found.endswith("ER  - \r\n")


def test_an_item_has_what_csl_json_asks_for() -> None:
    cited: Item = item(book(identifiers=(Identifier("9789000001112", "isbn"),)), LISTING)
    assert cited == {
        "id": LISTING.url,
        "type": "book",
        "title": "Wondzorg in de wijk",
        "author": [
            {"family": "Berg", "given": "Anna Maria", "non-dropping-particle": "van den"},
            {"literal": "Zorgschool Noord"},
        ],
        "issued": {"date-parts": [[2019, 3, 1]]},
        "ISBN": "9789000001112",
        "publisher": "De Open Kast",
        "URL": "https://boeken.example.org/1?a=1&b=2",
        "language": "nl",
        "source": "Leerplank",
    }


def test_no_item_holds_what_no_format_can() -> None:
    for record in EVERY:
        said = str(item(spoilt(record), LISTING))
        assert "\\x00" not in said
        assert "\\ud800" not in said
    assert "\x00" in UGLY
