"""Subjects and keywords to disciplines and ISCED-F."""

from __future__ import annotations

import pytest

from catalog.normalise import discipline
from catalog.resource import Concept, Text


@pytest.mark.parametrize(
    ("said", "disciplines", "isced"),
    [
        (Concept(id="aarde_milieu"), "aarde_milieu", ""),
        (Concept(label="Recht en bestuur"), "recht_bestuur", ""),
        (Concept(label="Exact & informatica"), "exact_informatica", ""),
        (Concept(id="0541", scheme="isced-f"), "exact_informatica", "0541"),
        (Concept(id="054101", scheme="ISCED-F 2013"), "exact_informatica", "0541"),
        (Concept(id="http://data.europa.eu/snb/isced-f/0913"), "gezondheid", "0913"),
        (Concept(id="https://w3id.org/kim/isced-2013/n0421"), "recht_bestuur", "0421"),
        (
            Concept(id="https://w3id.org/kim/hochschulfaechersystematik/n32"),
            "gedrag_maatschappij",
            "0313",
        ),
        (Concept(label="510", scheme="DDC"), "exact_informatica", "0541"),
        (Concept(id="519.5/35", scheme="ddc"), "exact_informatica", "0542"),
        (Concept(id="QA276.12 .B37", scheme="lcc"), "exact_informatica", "0542"),
        (Concept(id="PBT", scheme="thema"), "exact_informatica", "0542"),
        (Concept(id="LAW001000", scheme="bisac"), "recht_bestuur", "0421"),
        (Concept(label="Nursing -- Study and teaching", scheme="lcsh"), "gezondheid", "0913"),
        (Concept(label="Techniek"), "techniek", "071"),
        (Concept(label="Wiskunde en statistiek"), "exact_informatica", "054"),
        (Concept(id="05"), "", ""),  # a code of no list
        (Concept(id="12", scheme="ddc"), "", ""),  # no class of Dewey
        (Concept(id="9999", scheme="isced-f"), "", ""),
        (Concept(id="d761bbea-3e5c-4887-89e6-f1129b9c77de", label="Mobiliteit"), "", ""),
        (Concept(label="History of the statistics of nursing"), "", ""),  # not a name of a field
        (Concept(label="x" * 100_000), "", ""),
        (Concept(), "", ""),
    ],
)
def test_subjects(said: Concept, disciplines: str, isced: str) -> None:
    found = discipline.fields((said,), ())
    assert found.disciplines == tuple(disciplines.split())
    assert found.isced == tuple(isced.split())


@pytest.mark.parametrize(
    ("said", "isced"),
    [
        ("statistiek", "0542"),
        ("Computer Science", "061"),
        ("Law", "0421"),
        ("energie", ""),  # as often a topic of physics as the trade
        ("writing", ""),
        ("nursing homes", ""),
        ("0541", ""),
    ],
)
def test_keywords_count_only_as_a_whole(said: str, isced: str) -> None:
    assert discipline.fields((), (Text(said),)).isced == tuple(isced.split())


def test_several_come_in_the_order_of_the_vocabulary() -> None:
    found = discipline.fields(
        (Concept(label="Rechten"), Concept(id="economie_bedrijf")), (Text("biology"),)
    )
    assert found.disciplines == ("economie_bedrijf", "exact_informatica", "recht_bestuur")
    assert found.isced == ("0421", "0511")


def test_the_narrower_field_decides() -> None:
    # Economics lies under social sciences, environment under natural sciences.
    assert discipline.valid((), ("0311",)).disciplines == ("economie_bedrijf",)
    assert discipline.valid((), ("0521",)).disciplines == ("aarde_milieu",)
    assert discipline.valid((), ("04", "041")).isced == ("041",)


def test_codes_that_came_without_a_term_are_checked() -> None:
    found = discipline.valid(("techniek", "nonsense"), ("0541", "zz"))
    assert found.disciplines == ("exact_informatica", "techniek")
    assert found.isced == ("0541",)
