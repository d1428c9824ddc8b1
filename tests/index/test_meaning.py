"""What is found by other words than those that were typed, and why: the same for every engine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from catalog.index import Change, Explanation, Query
from catalog.index.folder import CurrentIndex, Engine, rebuild
from catalog.index.query import RELAXED
from catalog.index.weights import Weights
from catalog.resource import Agent, Concept, Date, LearningResource, Text

ENGINES: tuple[Engine, ...] = ("tantivy", "whoosh")


def record(
    number: int,
    title: str,
    language: str = "nl",
    description: str = "",
    **more: object,
) -> Change:
    resource = LearningResource(
        source="bron",
        identifier=str(number),
        titles=(Text(title, language),),
        descriptions=(Text(description, language),) if description else (),
        languages=(language,) if language else (),
        **more,  # type: ignore[arg-type]
    )
    return Change(number, f"r{number}", resource)


SHELF = [
    record(1, "Handboek voor de hogeschooldocent"),
    record(2, "Docenten aan het werk", description="Hoe zij lesgeven aan een hogeschool."),
    record(3, "Leermateriaal ontwerpen"),
    record(4, "Materiaal voor de les"),
    record(5, "Katten en honden"),
    record(6, "De kat op het spek"),
    record(7, "Teaching cats", "en"),
    record(8, "Cats and teachers: studies", "en", "On teaching and being taught."),
    record(9, "Les chats et les animaux", "fr"),
    record(10, "Los gatos", "es"),
    record(11, "Hochschullehrer und Schulbücher", "de"),
    record(12, "Economic growth", "en", disciplines=("economie_bedrijf",), types=("video",)),
    record(13, "Zeldzaam woord: syzygie", description="Over zon en maan."),
    record(14, "Kattenkwaad", "", creators=(Agent("Vries, Anna de"),)),
    record(15, "E-learning in de klas"),
    record(16, "Elektrotechniek", subjects=(Concept(label="transformatoren"),)),
    *(record(number, f"Zomaar een stuk over tuinieren, deel {number}") for number in range(20, 40)),
]


@pytest.fixture(params=ENGINES, scope="module")
def index(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> CurrentIndex:
    return rebuild(tmp_path_factory.mktemp("index"), request.param, SHELF, 40)


def found(index: CurrentIndex, text: str, language: str = "nl") -> set[int]:
    result = index.search(Query(text=text, language=language, size=100))
    assert result.total == len(result.hits) == len({hit.id for hit in result.hits})
    return {int(hit.id[1:]) for hit in result.hits}


@pytest.mark.parametrize(
    ("text", "language", "numbers"),
    [
        ("docent", "nl", {1, 2}),  # in a compound, and in the plural
        ("docenten", "nl", {1, 2}),
        ("hogeschooldocent", "nl", {1, 2}),  # both parts of it in one record
        ("hogeschooldocenten", "", {1, 2}),
        ("materiaal", "nl", {3, 4}),
        ("leermateriaal", "nl", {3, 4}),  # little has it: its head will do
        ("kat", "nl", {5, 6}),  # the language of the last is not known: no base forms there
        ("kat", "en", {5, 6}),  # a reader's language leaves nothing out
        ("cat", "nl", {7, 8}),
        ("study", "en", {8}),
        ("animal", "fr", {9}),
        ("gato", "", {10}),
        ("schulbuch", "de", {11}),
        ("lehrer", "de", {11}),
        ("economie", "nl", {12}),  # an English record, by the Dutch name of its discipline
        ("bedrijf", "", {12}),
        ("transformator", "nl", {16}),
        ('"docent"', "nl", set()),  # quoted: as it stands
        ('"kat"', "nl", {6}),
        ("titel:kat", "nl", {6}),
        ("e-learning", "nl", {15}),
        ("syzygie -maan", "nl", set()),
        ("katten -honden", "nl", {6}),
        ("de kat", "nl", {5, 6}),  # a word without a subject is not asked for
        ("the cat", "en", {7, 8}),
        ("tuinieren -deel", "nl", set()),
    ],
)
def test_words_are_found_in_other_forms(
    index: CurrentIndex, text: str, language: str, numbers: set[int]
) -> None:
    assert found(index, text, language) == numbers


@pytest.mark.parametrize("engine", ENGINES)
def test_texts_are_read_in_the_language_that_they_are_in(engine: Engine, tmp_path: Path) -> None:
    dutch = "Loopbanen van burgemeesters in het openbaar bestuur"
    shelf = [
        record(1, dutch, "en"),  # a repository that states one language for all it has
        record(2, dutch, ""),
        record(3, "Burgemeesters", "", "Een onderzoek naar de loopbaan van bestuurders."),
        record(4, dutch, "da"),  # another language than ours: nothing is guessed
    ]
    with rebuild(tmp_path, engine, shelf, 4) as index:
        assert found(index, "burgemeester") == {1, 2, 3}
        assert found(index, "burgemeesters") == {1, 2, 3, 4}
        assert found(index, "baan") == {1, 2, 3}
        match = index.explain(Query(text="burgemeester", language="nl"), "r1")
        assert match
        assert ("title", "form") in match.words[0].fields


def test_few_with_all_words_are_followed_by_those_with_most(index: CurrentIndex) -> None:
    asked = Query(text="tuinieren deel katten", size=100)
    result = index.search(asked)
    assert RELAXED in result.notices
    assert {hit.id for hit in result.hits} == {f"r{number}" for number in range(20, 40)}
    first = index.search(replace(asked, text="zon maan tuinieren")).hits
    assert first[0].id == "r13"  # two of three


def test_all_words_come_first_and_counts_are_of_what_is_shown(index: CurrentIndex) -> None:
    result = index.search(Query(text="kat spek tuinieren deel stuk zomaar", size=100))
    assert RELAXED in result.notices
    assert result.total == 22
    exact = index.search(Query(text="syzygie tuinieren", size=100))
    assert {hit.id for hit in exact.hits} == {"r13", *(f"r{number}" for number in range(20, 40))}
    assert {c.value: c.count for c in exact.facets["language"]} == {"nl": 21}
    both = index.search(Query(text="kat spek", size=100))
    assert [hit.id for hit in both.hits] == ["r6", "r5"]  # all words, then any
    assert both.notices == (RELAXED,)


@pytest.mark.parametrize(
    "text",
    [
        "syzygie AND tuinieren",
        '"syzygie tuinieren"',
        "titel:syzygie titel:tuinieren",
        "syzygie NOT zon",
        "(syzygie OR kat) titel:tuinieren",
    ],
)
def test_what_is_asked_outright_is_not_given_up(index: CurrentIndex, text: str) -> None:
    result = index.search(Query(text=text))
    assert (result.total, result.notices) == (0, ())


def test_narrowing_does_not_widen(index: CurrentIndex) -> None:
    """What a facet counts is what choosing it shows."""
    result = index.search(Query(text="les kat", facets=("language",)))
    for counted in result.facets["language"]:
        chosen = index.search(Query(text="les kat", filters={"language": [counted.value]}))
        assert chosen.total == counted.count


def test_engines_find_the_same(tmp_path: Path) -> None:
    one, other = (rebuild(tmp_path / engine, engine, SHELF, 40) for engine in ENGINES)
    texts = ["docent", "leermateriaal", "kat spek", "les materiaal werk", "katten -honden", "cat",
             "hoe geef je les aan een hogeschool met katten", "economie OR kat", "de het een",
             "e-learning klas", "tuinieren zon -deel", "schulbuch lehrer"]  # fmt: skip
    for text in texts:
        for language in ("", "nl", "en"):
            query = Query(text=text, language=language, size=100)
            results = one.search(query), other.search(query)
            assert len({r.total for r in results}) == len({r.notices for r in results}) == 1, text
            assert results[0].facets == results[1].facets
            assert {h.id for h in results[0].hits} == {h.id for h in results[1].hits}, text
    for text in ("docent", "tuinieren", "kat", "", "!", "e-learning"):
        assert one.frequency(text) == other.frequency(text)
    for text in ("documenten", "tuinnieren", "sizygie", "katen", "xqzzw", "transformatorren"):
        assert one.spelling(text) == other.spelling(text), text


# Boosts


@pytest.fixture(params=ENGINES)
def twins(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[CurrentIndex]:
    resource = record(1, "Boekhouden voor beginners").resource
    assert resource
    changes = [
        Change(1, "plain", resource),
        Change(2, "english", replace(resource, languages=("en",))),
        Change(3, "open", replace(resource, openness="open")),
        Change(4, "dead", resource, link="dead"),
        *(
            Change(
                number,
                name,
                replace(
                    resource,
                    disciplines=("economie_bedrijf",),
                    dates=(Date(year, "issued"),),
                    languages=("fr",),
                ),
            )
            for number, name, year in ((5, "old", "1970"), (6, "new", "2026"))
        ),
    ]
    with rebuild(tmp_path, request.param, changes, 6) as made:
        yield made


def order(index: CurrentIndex, language: str = "") -> list[str]:
    query = Query(text="boekhouden", language=language)
    return [hit.id for hit in index.search(query).hits]


def test_boosts_order_equal_words(twins: CurrentIndex) -> None:
    ranked = order(twins)
    assert ranked.index("open") < ranked.index("plain") < ranked.index("dead")
    assert ranked.index("new") < ranked.index("old")
    assert ranked[-1] == "dead"
    assert order(twins, "nl").index("plain") < order(twins, "nl").index("english")
    assert order(twins, "en")[0] == "english"
    assert set(order(twins, "en")) == set(ranked)


def test_boosts_are_explained(twins: CurrentIndex) -> None:
    def boosts(id_: str, language: str = "") -> dict[str, float]:
        why = twins.explain(Query(text="boekhouden", language=language), id_)
        assert why
        return dict(why.boosts)

    assert boosts("open")["openness"] > 1 > boosts("dead")["dead_link"]
    assert boosts("new")["recency"] > 1 > boosts("old")["recency"]
    assert boosts("english", "en-GB")["language"] > 1 > boosts("plain", "en")["language"]
    assert "language" not in boosts("plain")
    assert "recency" not in boosts("plain")  # nothing tells that it ages
    assert set(boosts("dead")) == {"completeness", "dead_link"}


@pytest.mark.parametrize("engine", ENGINES)
def test_pages_agree_whatever_their_size(engine: Engine, tmp_path: Path) -> None:
    changes = [
        record(
            number,
            "Cel " * (1 + number % 5) + "en leven" * (number % 2),
            "nl" if number % 3 else "en",
            disciplines=("gezondheid",) if number % 4 else (),
            dates=(Date(str(1990 + number % 30), "issued"),),
        )
        for number in range(1, 161)
    ]
    weights = Weights(window=25)
    with rebuild(tmp_path, engine, changes, 160, weights) as index:
        for text in ("cel", "cel leven", "wat is het leven van een cel in het lichaam"):

            def pages(size: int, text: str = text) -> list[str]:
                asked = Query(text=text, language="nl", size=size, facets=())
                total = index.search(asked).total
                return [
                    hit.id
                    for page in range(1, -(-total // size) + 1)
                    for hit in index.search(replace(asked, page=page)).hits
                ]

            seen = pages(7)
            assert len(seen) == len(set(seen)) >= 80
            assert seen == pages(10) == pages(100)


# Why


def why(index: CurrentIndex, text: str, number: int) -> dict[str, dict[str, str]]:
    explained = index.explain(Query(text=text, language="nl"), f"r{number}")
    assert isinstance(explained, Explanation)
    return {match.word: dict(match.fields) for match in explained.words}


def test_fields_and_forms_are_explained(index: CurrentIndex) -> None:
    assert why(index, "docent", 1) == {"docent": {"title": "part"}}
    assert why(index, "docent hogeschool", 2) == {
        "docent": {"title": "form"},
        "hogeschool": {"description": "exact"},
    }
    assert why(index, "leermateriaal", 4) == {"leermateriaal": {"title": "part"}}
    assert why(index, "bedrijf", 12) == {"bedrijf": {"label": "label"}}
    assert why(index, "kat", 13) == {"kat": {}}
    assert why(index, "katten -honden", 6) == {"katten": {"title": "form"}}
    assert why(index, "auteur:vries", 14) == {"vries": {"creator": "exact"}}
    assert why(index, "", 1) == {}


def test_what_was_asked_for_outright_is_explained_as_such(index: CurrentIndex) -> None:
    assert why(index, "titel:zon", 13) == {"zon": {}}  # it is in the description
    assert why(index, "beschrijving:zon titel:woord", 13) == {
        "zon": {"description": "exact"},
        "woord": {"title": "exact"},
    }
    assert why(index, "titel:docent", 2) == {"docent": {}}  # in another form
    assert why(index, '"docent"', 2) == {"docent": {}}
    assert why(index, '"aan een hogeschool" docent', 2) == {
        "aan een hogeschool": {"description": "exact"},
        "docent": {"title": "form"},
    }
    assert why(index, '"docenten een hogeschool"', 2) == {"docenten een hogeschool": {}}
    assert why(index, '"kat honden" OR (katten titel:honden) -spek', 5) == {
        "kat honden": {},
        "katten": {"title": "exact"},
        "honden": {"title": "exact"},
    }
    # typed as one word: together where they are, else each
    assert why(index, "e-learning", 15) == {"e learning": {"title": "exact"}}
    assert why(index, "kat-learning", 15) == {"kat": {}, "learning": {"title": "exact"}}


def test_in_an_order_that_readers_choose_nothing_lifts(index: CurrentIndex) -> None:
    for sort in ("newest", "title"):
        why = index.explain(Query(text="katten", sort=sort), "r5")
        assert why
        assert why.words
        assert not why.boosts


def test_nothing_is_explained_of_what_is_not_there(index: CurrentIndex) -> None:
    for name in ("r99", "", "\0seq", "\ud800"):
        assert index.explain(Query(text="docent"), name) is None


# Spelling


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("hogschooldocent", ["hogeschooldocent"]),
        ("materaial", ["materiaal"]),  # swapped
        ("syzigie", ["syzygie"]),
        ("tuinieeren", ["tuinieren"]),
        ("TUINIEEREN", ["tuinieren"]),
        ("tuinnierren", ["tuinieren"]),  # two slips in a long word that is frequent
        ("leermateriaal", []),  # it is there
        ("qxzwvk", []),
        ("kat", []),
        ("ket", []),  # too short to tell
        ("twee woorden", []),
        ("12345678", []),
        ("", []),
        ("\ud800\0", []),
        ("x" * 100_000, []),
    ],
)
def test_spelling(index: CurrentIndex, typed: str, meant: list[str]) -> None:
    assert list(index.spelling(typed)) == meant


def test_frequency_counts_records_with_any_form(index: CurrentIndex) -> None:
    assert index.frequency("tuinieren") == 20
    assert index.frequency("docenten") == 2
    assert index.frequency("kat") == index.frequency("KATTEN") == 2
    assert index.frequency("e-learning") == 1
    assert [index.frequency(word) for word in ("", "-", "\0", "ontbreekt", "\ud800")] == [0] * 5
