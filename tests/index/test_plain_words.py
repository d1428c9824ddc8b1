"""What plain words do not find, nor leave out: what only looks like them."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest
from msgspec.structs import replace
from test_meaning import ENGINES, found, record

from catalog.index import Query, Sort
from catalog.index.analysis import tokens
from catalog.index.folder import Engine, rebuild
from catalog.index.words.data import lines
from catalog.resource import Agent

SORTS = get_args(Sort)


@pytest.mark.parametrize("engine", ENGINES)
def test_what_is_a_compound_of_nothing_that_is_there_may_be_misspelt(
    engine: Engine, tmp_path: Path
) -> None:
    """In German *programeren* might be *program* and *eren*; aard, rijs and kunde are words."""
    shelf = [record(1, "Programmeren in Python"), record(2, "Aardrijkskunde en de aard")]
    with rebuild(tmp_path, engine, shelf, 2) as index:
        for typed, meant in (("programeren", "programmeren"), ("aardrijskunde", "aardrijkskunde")):
            result = index.search(Query(text=typed, language="nl"))
            assert result.text == meant
            assert result.total == 1
        assert index.search(Query(text="leesprogramma")).text == ""


@pytest.mark.parametrize("engine", ENGINES)
def test_what_has_parts_of_a_word_is_not_left_out_with_it(engine: Engine, tmp_path: Path) -> None:
    shelf = [
        record(1, "Leermateriaal over de cel"),
        record(2, "De cel, om van te leren: materiaal"),
        record(3, "De cel"),
        record(4, "Leermaterialen"),
        record(5, "Leer veel", description="Het materiaal is hout."),
    ]
    with rebuild(tmp_path, engine, shelf, 5) as index:
        assert found(index, "leermateriaal AND cel") == {1, 2}
        assert found(index, "cel -leermateriaal") == {2, 3}
        assert found(index, "NOT leermateriaal") == {2, 3, 5}
        assert found(index, "cel -(leermateriaal OR hout)") == {2, 3}
        assert found(index, "NOT (leermateriaal AND cel)") == {2, 3, 4, 5}
        # leermateriaal is found by materiaal, and left out with it; in quotes it is another word
        assert found(index, "NOT materiaal") == {3}
        assert found(index, 'NOT "materiaal"') == {1, 3, 4}


@pytest.mark.parametrize("engine", ENGINES)
def test_a_letter_by_itself_is_no_answer(engine: Engine, tmp_path: Path) -> None:
    shelf = [
        record(1, "Machine learning", "en"),
        record(2, "Brief van E. Vries"),
        record(3, "Vitamine tekort"),
        record(4, "Vitamine K"),
        record(5, "Plan C en tekort"),
        record(6, "Wat 7 betekent"),
    ]
    with rebuild(tmp_path, engine, shelf, 6) as index:
        assert found(index, "e-learning") == {1}
        assert found(index, "e") == {2}
        assert found(index, "vitamine c") == {3, 4}
        assert found(index, "vitamine tekort c") == {3, 4, 5}
        assert found(index, "getal 7") == {6}
        assert found(index, "c k") == set()


@pytest.mark.parametrize("engine", ENGINES)
def test_a_head_that_says_nothing_by_itself_is_no_answer(engine: Engine, tmp_path: Path) -> None:
    shelf = [
        record(1, "Bedrijfskunde"),
        record(2, "Planten in de tuin"),
        record(3, "Kunden finden", "de"),
        record(4, "Materiaal"),
        record(5, "Leren"),
    ]
    with rebuild(tmp_path, engine, shelf, 5) as index:
        assert found(index, "volkenkunde") == set()
        assert found(index, "plantkunde") == {2}
        assert found(index, "bedrijfskunde") == {1}
        assert found(index, "kunde", "de") == {1, 3}
        assert found(index, "leermateriaal") == {4}


def test_the_heads_that_say_nothing_are_folded() -> None:
    words = [
        word for language in ("nl", "de") for line in lines("bound.txt", language) for word in line
    ]
    assert words
    assert [word for word in words if tokens(word) != [word]] == []


@pytest.mark.parametrize("engine", ENGINES)
def test_a_word_finds_no_small_word_in_any_language(engine: Engine, tmp_path: Path) -> None:
    shelf = [record(1, "Werken met water"), record(2, "Water en hoe je het meet")]
    with rebuild(tmp_path, engine, shelf, 2) as index:
        assert found(index, "meten") == found(index, "gemeten") == {2}


@pytest.mark.parametrize("engine", ENGINES)
def test_a_name_has_no_base_form(engine: Engine, tmp_path: Path) -> None:
    """Jan de Boer is no farmer, nor is Mine Çetinkaya a mine."""

    def by(maker: str) -> tuple[Agent, ...]:
        return (Agent(maker, "person"),)

    shelf = [
        record(1, "Koken voor beginners", creators=by("Jan de Boer")),
        record(2, "Protest van boeren", creators=by("Anna Bakker")),
        record(3, "Statistics", "en", creators=by("Mine Çetinkaya")),
        record(4, "Mining", "en", creators=by("Will Hunt")),
    ]
    with rebuild(tmp_path, engine, shelf, 4) as index:
        assert found(index, "boeren") == {2}
        assert found(index, "boer") == {1, 2}
        assert found(index, "koken -boeren") == {1}
        assert found(index, "mining") == found(index, "mines") == {4}
        assert found(index, "mine") == {3, 4}
        assert found(index, "jan AND boer") == found(index, "auteur:boer") == {1}
        assert found(index, "hunting") == found(index, "bakkers") == set()
        assert index.search(Query(text="hunting")).text == ""


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("language", ["en", "nl"])
def test_what_has_all_words_is_among_what_has_most(
    engine: Engine, language: str, tmp_path: Path
) -> None:
    titles = ("Weka datamining", "Weka data", "Weka mining", "Data and mining", "Data mining")
    shelf = [record(number, title, language) for number, title in enumerate(titles, 1)]
    with rebuild(tmp_path, engine, shelf, 5) as index:
        asked = Query(text="weka data-mining", language="nl", facets=("source",))
        for sort in SORTS:
            result = index.search(replace(asked, sort=sort))
            assert result.total == 5
            assert sum(count.count for count in result.facets["source"]) == 5
        assert found(index, "data mining") == {1, 4, 5}


@pytest.mark.parametrize("engine", ENGINES)
def test_what_is_similar_does_not_depend_on_what_was_replaced(
    engine: Engine, tmp_path: Path
) -> None:
    shelf = [record(n, f"Zeldzaam {'abcd'[n - 1]}{'abcd'[n - 1]}") for n in range(1, 5)]
    shelf += [record(n, f"Gewoon {n}") for n in range(5, 11)]
    with rebuild(tmp_path, engine, shelf, 10) as index:
        before = {hit.id for hit in index.similar(shelf[0].id)}
        assert before == {change.id for change in shelf[1:4]}
        for _ in range(4):
            with index.writer() as writer:
                writer.apply([shelf[1]])
                writer.commit(11)
            assert {hit.id for hit in index.similar(shelf[0].id)} == before
