"""Whatever stands in a text, it stays in its place in what is written: fields, lines, elements."""

from __future__ import annotations

import csv
import io

import lxml.html
import rispy
from hypothesis import example, given
from hypothesis import strategies as st
from lxml import etree

from catalog.export import dublin_core, nl_lom
from catalog.export.citation import item
from catalog.export.citation.bibtex import bibtex
from catalog.export.citation.ris import ris
from catalog.export.elements import document
from catalog.export.licence import attribution
from catalog.export.licence.attribution import MEDIA
from catalog.export.names import parted
from catalog.export.sheet import csv_text
from catalog.resource import Agent, Identifier, LearningResource, Text

#: Any characters, and the few of which formats are made, far more often than chance would have it.
texts = st.text() | st.text(alphabet="ab {}\\$%&#_^~<>\"'\n\r\t,;:|=@-+*[]()!`.")
kinds = st.sampled_from(["", "person", "organisation"])


def record(text: str, kind: str) -> LearningResource:
    said = (Text(text, "nl"),)
    return LearningResource(
        source=text,
        identifier=text,
        titles=said,
        descriptions=said,
        keywords=said,
        creators=(Agent(text, kind), Agent("Anna Bos")),  # type: ignore[arg-type]
        publishers=(Agent(text),),
        identifiers=(Identifier(text), Identifier(text, "doi")),
        url="https://example.org/" + text,
        rights=(text,),
        version=text,
    )


@given(texts, kinds)
@example("} , author = {Iemand}\n}\n@book{x,", "person")
def test_a_bibtex_entry_ends_where_it_ends(text: str, kind: str) -> None:
    written = bibtex([item(record(text, kind))])
    depth = 0
    for at, character in enumerate(written):
        depth += {"{": 1, "}": -1}.get(character, 0)
        assert depth > 0 or at < written.index("{") or at >= len(written) - 2
    assert depth == 0
    assert written.count("\n  author = ") == 1


@given(texts, kinds)
@example("ER  - \r\nTY  - BOOK", "")
def test_a_ris_record_ends_where_it_ends(text: str, kind: str) -> None:
    written = ris([item(record(text, kind))] * 2)
    lines = written.split("\r\n")
    assert lines.count("ER  - ") == 2
    assert all(line[2:6] == "  - " for line in lines[:-1])
    assert len(rispy.loads(written)) == 2


@given(texts, kinds)
@example("</a><script>", "")
def test_html_of_an_attribution_is_text_and_links(text: str, kind: str) -> None:
    shown = attribution(record(text, kind), medium="html")
    parsed = lxml.html.fragment_fromstring(shown, "p")
    assert {element.tag for element in parsed.iter()} <= {"p", "a"}
    assert {name for element in parsed.iter() for name in element.attrib} <= {"href", "rel"}


@given(texts, kinds)
def test_an_attribution_is_one_line(text: str, kind: str) -> None:
    for medium in MEDIA:
        said = attribution(record(text, kind), medium=medium)
        assert len(said.splitlines()) == 1


@given(texts, kinds)
def test_xml_is_well_formed_and_says_the_title(text: str, kind: str) -> None:
    for make in (dublin_core.element, nl_lom.element):
        written = etree.fromstring(document(make(record(text, kind))))
        assert len(written)


@given(st.lists(texts))
def test_cells_come_back_and_are_no_formulas(cells: list[str]) -> None:
    cells = [cell.replace("\0", "").encode("utf-8", "replace").decode() for cell in cells]
    (back,) = list(csv.reader(io.StringIO(csv_text((), [cells]), newline="")))[-1:] or [[]]
    assert [cell.removeprefix("'") for cell in back] == [cell.removeprefix("'") for cell in cells]
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in back)


@given(texts)
def test_no_word_of_a_name_is_lost(text: str) -> None:
    name = parted(text)
    said = f"{name.title} {name.given} {name.particle} {name.family} {name.suffix}".split()
    assert "".join(said).replace(",", "") == "".join(text.split()).replace(",", "")
