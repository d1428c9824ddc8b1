"""Trees that machines ask for: the same in every engine, and in step with what readers choose."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from catalog.index import Change, Query, QueryError
from catalog.index.clauses import adjacent, both, either, every, having, some, words_in
from catalog.index.folder import CurrentIndex, Engine, rebuild
from catalog.index.query import EVERYTHING, All, Any, Not, Tree, Words
from catalog.index.tantivy_schema import _between
from catalog.resource import Date, Identifier, LearningResource, Text


def material(number: int, title: str, level: str, year: str) -> Change:
    resource = LearningResource(
        source="bron",
        identifier=f"oai:bron:{number}",
        titles=(Text(title, "nl"),),
        levels=(level,) if level else (),
        dates=(Date(year, "issued"),) if year else (),
        identifiers=(Identifier("9789027439642", "isbn"),) if number == 1 else (),
    )
    return Change(number, f"r{number}", resource)


LIBRARY = [
    material(1, "De cel in het leven", "hbo-bachelor", "2019"),
    material(2, "Het leven in de cel", "mbo-4", "2020"),
    material(3, "Zwaartekracht en beweging", "hbo-master", "2021"),
    material(4, "Beweging zonder jaar", "", ""),
]


@pytest.fixture(params=["tantivy", "whoosh"])
def index(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[CurrentIndex]:
    engine: Engine = request.param
    with rebuild(tmp_path / "index", engine, LIBRARY, 4) as made:
        yield made


def tree(made: Tree | None) -> Tree:
    assert made is not None
    return made


CELL, MOTION = tree(adjacent("cel")), tree(adjacent("bewegingen"))
HBO, MBO = having("level", ["hbo"]), having("level", ["mbo"])


@pytest.mark.parametrize(
    ("asked", "numbers"),
    [
        (EVERYTHING, "1234"),
        (CELL, "12"),
        (MOTION, "34"),  # in any form
        (adjacent("leven in de cel"), "2"),
        (adjacent("in het leven", "title"), "1"),
        (adjacent("cel", "description"), ""),
        (every("cel leven"), "12"),
        (some("cel zwaartekracht", "title"), "123"),
        (adjacent("90 274 3964 3", "identifier"), ""),
        (adjacent("90-274-3964-8", "identifier"), "1"),  # either length
        (HBO, "13"),  # and all below it
        (having("level", ["mbo", "hbo-master"]), "23"),
        (either(CELL, HBO), "123"),  # no choice of a reader's can say that
        (both(either(both(CELL, HBO), both(MOTION, MBO)), Not(MBO)), "1"),
        (both(EVERYTHING, Not(HBO)), "24"),
        (Not(either(HBO, MBO)), "4"),
        (having("year", ["2020.."]), "23"),
        (either(having("year", ["..2019"]), MOTION), "134"),
        (having("year", ["2019..2020", "2021"]), "123"),
        (having("level", []), ""),
        (having("level", ["\x1f"]), ""),
        (having("year", ["\x1f", "\ud800", ""]), ""),
        (All((CELL,)), "12"),
        (Any((CELL,)), "12"),
    ],
)
@pytest.mark.parametrize("sort", ["relevance", "newest", "title"])
def test_a_tree_finds(index: CurrentIndex, asked: Tree, numbers: str, sort: str) -> None:
    found = index.search(Query(text="niet gelezen", tree=asked, sort=sort))  # type: ignore[arg-type]
    assert sorted(hit.id for hit in found.hits) == [f"r{number}" for number in numbers]
    assert found.total == len(numbers)


def test_facets_are_counted_of_what_a_tree_finds(index: CurrentIndex) -> None:
    found = index.search(Query(tree=either(CELL, HBO), facets=("level", "year")))
    counts = {each.value: each.count for each in found.facets["level"]}
    assert (counts["hbo"], counts["mbo"]) == (2, 1)
    assert {each.value for each in found.facets["year"]} == {"2019", "2020", "2021"}
    chosen = index.search(Query(tree=CELL, filters={"level": ("mbo",)}))
    assert [hit.id for hit in chosen.hits] == ["r2"]


def test_hits_start_anywhere(index: CurrentIndex) -> None:
    def page(**more: int) -> list[str]:
        return [hit.id for hit in index.search(Query(sort="title", **more)).hits]  # type: ignore[arg-type]

    whole = page()
    assert page(skip=1, size=2) == whole[1:3]
    assert page(skip=1, size=2, page=2) == whole[3:]
    assert page(skip=4) == page(skip=9_990) == []
    for skip in (-1, 9_991):
        with pytest.raises(QueryError):
            page(skip=skip)


def test_words_are_told_from_values() -> None:
    assert (adjacent("?!"), every(""), some("...")) == (None, None, None)
    assert every("cel") == some("cel") == Words(("cel",))
    asked = both(both(CELL, Not(tree(every("a b c")))), HBO)
    assert words_in(asked) == 4
    assert len(asked.parts if isinstance(asked, All) else ()) == 3


def test_no_word_of_a_machine_is_taken_for_another(index: CurrentIndex) -> None:
    assert index.search(Query(text="zwaartekrcht")).total == 1
    assert index.search(Query(tree=adjacent("zwaartekrcht"))).total == 0


@pytest.mark.parametrize(
    ("first", "last"),
    [("0000", "9999"), ("2019", "2019"), ("1999", "2001"), ("0000", "1989"), ("2020", "9999"),
     ("1890", "1899"), ("1907", "2013")],
)  # fmt: skip
def test_a_pattern_of_years_is_of_those_years_alone(first: str, last: str) -> None:
    pattern = re.compile(_between(first, last))
    years = {f"{year:04}" for year in range(10_000)}
    assert {y for y in years if pattern.fullmatch(y)} == {y for y in years if first <= y <= last}
    assert len(pattern.pattern) < 120
