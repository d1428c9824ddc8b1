"""Words that readers write otherwise than records do: misspelt, as one word, as two."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_meaning import ENGINES, found, record

from catalog.index import Change, Query
from catalog.index.analysis import tokens
from catalog.index.folder import CurrentIndex, Engine, rebuild
from catalog.index.query import CORRECTED, RELAXED
from catalog.index.spelling import reworded
from catalog.index.words import listed
from catalog.normalise import normalise
from catalog.resource import Agent, Identifier, LearningResource

SHELF = [
    record(1, "Data mining for beginners", "en"),
    record(2, "Datamining in het onderwijs"),
    record(3, "Data-mining: een inleiding"),
    record(4, "Safety in the mining industry: data on accidents", "en"),
    record(5, "E-learning in de klas"),
    record(6, "Elearning voor docenten"),
    record(7, "E learning tools", "en"),
    record(8, "Het bloedvat"),
    record(9, "Fotosynthese bij planten"),
    record(10, "Planten en dieren", creators=(Agent("Jan Boswandelaar"),)),
    record(11, "Leg end", "en"),
    record(12, "Reflections on glass", "en"),
    record(13, "Python 3 leren"),
    record(14, "Leren met python3"),
    record(15, "Covid-19 en de school"),
    record(16, "HTML 5 en CSS 3"),
    record(17, "Web 2.0 in het onderwijs"),
    record(18, "Web2.0"),
    record(19, "Drie pythons"),
    *(record(number, f"Legend number {number}", "en") for number in range(20, 50)),
]


@pytest.fixture(params=ENGINES, scope="module")
def index(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> CurrentIndex:
    return rebuild(tmp_path_factory.mktemp("index"), request.param, SHELF, 50)


# One word or two


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("data mining", {1, 2, 3, 4}),  # far from each other, too: that is what two words ask
        ("datamining", {1, 2, 3}),
        ("data-mining", {1, 2, 3}),
        ("e-learning", {5, 6, 7}),
        ("elearning", {5, 6, 7}),
        ("e learning", {5, 6, 7}),
        ("python3", {13, 14}),
        ("Python3 leren", {13, 14}),
        ("covid19", {15}),
        ("html5", {16}),
        ("css3", {16}),
        ("web2.0", {17, 18}),
        ("titel:python3", {14}),
        ("leren -python3", set()),
        ("bloed vat", {8}),
        ("bloed-vat", {8}),
        ("vat", {8}),
        ('"data mining"', {1, 3}),  # in quotes as it stands
        ("„data mining”", {1, 3}),
        ("mining -“data mining”", {4}),
        ("mining \u2013datamining", {4}),
        ('"datamining"', {2}),
        ("titel:datamining", {2}),
        ("data AND mining", {1, 3, 4}),
        ("mining -datamining", {4}),  # what is left out is left out in any writing
    ],
)
def test_one_word_finds_two_and_two_find_one(
    index: CurrentIndex, text: str, numbers: set[int]
) -> None:
    assert found(index, text) == numbers


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("text", ["wiskunde A", "wiskunde a", "Wiskunde b"])
def test_a_letter_tells_which_one_is_meant(engine: Engine, text: str, tmp_path: Path) -> None:
    shelf = [record(n, f"Wiskunde {letter} voor havo") for n, letter in enumerate("CADBE")]
    with rebuild(tmp_path, engine, shelf, 5) as index:
        hits = index.search(Query(text=text, language="nl")).hits
        assert hits[0].id == {"a": "r1", "b": "r3"}[text[-1].lower()]


def test_what_stands_together_by_chance_is_no_word(index: CurrentIndex) -> None:
    assert found(index, "legend") == set(range(20, 50))


def test_other_writing_is_explained(index: CurrentIndex) -> None:
    for text, record_id in (
        ("datamining", "r1"),
        ("data mining", "r2"),
        ("data-mining", "r2"),
        ("python3", "r13"),
        ("web2.0", "r17"),
        ("titel:web2.0", "r18"),
    ):
        explained = index.explain(Query(text=text, language="nl"), record_id)
        assert explained
        assert all(match.fields for match in explained.words), text


# Identifiers and addresses


NAMED = normalise(
    LearningResource(
        source="bron",
        identifier="oai:bron:1",
        identifiers=(
            Identifier("https://doi.org/10.1000/XYZ.123", "doi"),
            Identifier("978-90-274-3964-2", "isbn"),
            Identifier("http://hdl.handle.net/1887/4567", "handle"),
            Identifier("1234-5679", "issn"),
            Identifier("https://www.voorbeeld.nl/les/7?utm_source=mail", "uri"),
        ),
        url="http://les.voorbeeld.nl/caf\u00e9/",
    )
)


@pytest.mark.parametrize("engine", ENGINES)
def test_what_names_a_material_finds_it_in_any_writing(engine: Engine, tmp_path: Path) -> None:
    shelf = [Change(1, "r1", NAMED), record(2, "Over 978 en 10.1000 en www.voorbeeld.nl")]
    asked = """10.1000/xyz.123|https://doi.org/10.1000/xyz.123|http://dx.doi.org/10.1000/XYZ.123
        doi:10.1000/xyz.123|doi: https://doi.org/10.1000/xyz.123|doi.org/10.1000/xyz.123
        9789027439642|978 90 274 3964 2|978\u201190\u2011274\u20113964\u20112|90-274-3964-8
        isbn:"978 90 274 3964 2"|ISBN 978 90 274 3964 2|urn:isbn:9789027439642
        https://hdl.handle.net/1887/4567|hdl:1887/4567|1887/4567|issn:12345679|ISSN 1234-5679
        https://www.voorbeeld.nl/les/7|http://voorbeeld.nl/les/7/|voorbeeld.nl/les/7
        https://les.voorbeeld.nl/caf\u00e9|http://les.voorbeeld.nl/caf%C3%A9/|les.voorbeeld.nl"""
    with rebuild(tmp_path, engine, shelf, 2) as index:
        for text in (part.strip() for line in asked.splitlines() for part in line.split("|")):
            assert found(index, text) == {1}, text
        assert found(index, "caf\u00e9 les") == set()  # of an address, no word is a subject
        assert index.frequency("les") == 1  # but it is there


# Misspelt


@pytest.mark.parametrize(
    ("text", "meant", "first"),
    [
        ("fotosynthse", "fotosynthese", 9),
        ("FOTOSYNTHSE", "fotosynthese", 9),
        ("  fotosynthse?", "  fotosynthese?", 9),
        ("fotosynthse planten", "fotosynthese planten", 9),
        ("fotosynthse -dieren", "fotosynthese -dieren", 9),
        ("boswandelar", "boswandelaar", 10),
    ],
)
def test_a_word_that_is_surely_misspelt_is_searched_for_as_meant(
    index: CurrentIndex, text: str, meant: str, first: int
) -> None:
    result = index.search(Query(text=text, language="nl"))
    assert CORRECTED in result.notices
    assert (result.text, result.hits[0].id) == (meant, f"r{first}")
    literal = index.search(Query(text=text, language="nl", literal=True))
    assert CORRECTED not in literal.notices
    assert literal.text == ""
    why = index.explain(Query(text=text, language="nl"), f"r{first}")
    assert why
    assert why.text == meant
    assert any(match.fields for match in why.words)


@pytest.mark.parametrize(
    "text",
    [
        "planten",  # it is there
        "plantje",  # a form of it is
        "refraction",  # in no record, but a word
        "wolken",
        "plat",  # short
        '"fotosynthse"',
        "titel:fotosynthse",
        "fotosynthse AND planten",
        "fotosynthse OR planten",
        "planten -fotosynthse",
        'fotosynthse "fotosynthse reactie"',
        "978-90-01-23456",
        "doi:10.1000/fotosynthse",
    ],
)
def test_no_other_word_is_searched_for(index: CurrentIndex, text: str) -> None:
    result = index.search(Query(text=text, language="nl"))
    assert CORRECTED not in result.notices
    assert result.text == ""


def test_what_is_chosen_does_not_change_which_word_is_meant(index: CurrentIndex) -> None:
    """A facet leads to what it counts, so a word that it leaves nothing of is not misspelt."""
    chosen = {"language": ["fr"]}
    result = index.search(Query(text="fotosynthse", filters=chosen))
    assert (result.total, result.text) == (0, "fotosynthese")
    assert index.search(Query(text="fotosynthese", filters=chosen)).text == ""


def test_both_may_happen(index: CurrentIndex) -> None:
    result = index.search(Query(text="fotosynthse dieren klas docenten"))
    assert set(result.notices) == {CORRECTED, RELAXED}


@pytest.mark.parametrize("engine", ENGINES)
def test_of_two_words_that_may_be_meant_none_is_taken(engine: Engine, tmp_path: Path) -> None:
    shelf = [record(1, "Blorkens"), record(2, "Blortens"), record(3, "Snorfels"),
             record(4, "Snorfel")]  # fmt: skip
    with rebuild(tmp_path, engine, shelf, 4) as index:
        assert index.search(Query(text="blorpens")).text == ""
        assert index.search(Query(text="snorfelt")).text.startswith("snorfel")


@given(st.text(), st.dictionaries(st.text(min_size=1), st.just("ander")))
def test_only_the_words_meant_are_replaced(text: str, instead: dict[str, str]) -> None:
    kept = [word for word in tokens(reworded(text, instead)) if word != "ander"]
    assert set(kept) <= set(tokens(text)) | {"ander"}
    assert instead.keys().isdisjoint(kept) or text == reworded(text, instead)


@pytest.mark.parametrize(
    ("word", "known"),
    [("wolken", True), ("zwaartekracht", True), ("gravity", True), ("fotosyntese", False),
     ("", False), ("x" * 10_000, False)],
)  # fmt: skip
def test_common_words_are_known_to_be_spelled_right(word: str, known: bool) -> None:
    assert listed(word) is known


# Whatever is typed

PIECES = [
    "fotosynthse", "fotosynthese", "data", "mining", "datamining", "e", "a", "de", "legnd", "-",
    '"', "(", ")", ":", "titel:", "OR", "AND", "NIET", " ", " ", " ", "\N{COMBINING ACUTE ACCENT}",
    "\N{RIGHT-TO-LEFT OVERRIDE}", "\N{ZERO WIDTH JOINER}", "\N{GRINNING FACE}", "\0", "\ud800",
    "\N{LATIN CAPITAL LETTER I WITH DOT ABOVE}", "\N{CJK UNIFIED IDEOGRAPH-4E2D}", "x" * 70,
]  # fmt: skip


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> tuple[CurrentIndex, ...]:
    folder = tmp_path_factory.mktemp("both")
    return tuple(rebuild(folder / engine, engine, SHELF, 50) for engine in ENGINES)


@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join) | st.text())
def test_engines_agree_on_whatever_is_typed(both: tuple[CurrentIndex, ...], text: str) -> None:
    one, other = (index.search(Query(text=text, language="nl", size=100)) for index in both)
    assert (one.total, one.notices, one.text) == (other.total, other.notices, other.text)
    assert {hit.id for hit in one.hits} == {hit.id for hit in other.hits}
    assert (CORRECTED in one.notices) == bool(one.text)
    for index in both:
        assert index.explain(Query(text=text, language="nl"), "r9")


@pytest.mark.parametrize(
    "text",
    [
        "fotosynthse " * 10_000,
        "-".join(["data"] * 5_000),
        "\N{COMBINING ACUTE ACCENT}" * 5_000 + "fotosynthse",
        "a -a",
        "de van het",
        "-" * 500,
        " ".join(f"-fotosynthse{n}" for n in range(500)),
    ],
)
def test_long_and_empty_questions_are_answered(both: tuple[CurrentIndex, ...], text: str) -> None:
    one, other = (index.search(Query(text=text, language="nl")) for index in both)
    assert (one.total, one.notices) == (other.total, other.notices)
