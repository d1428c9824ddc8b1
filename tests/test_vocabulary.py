"""The vocabularies: complete, consistent, labelled, and compiled from their present sources."""

from __future__ import annotations

import subprocess
import sys
import typing

import pytest

from catalog import vocabulary
from catalog.resource import Access, Cost, Openness

NAMES = typing.get_args(vocabulary.Name)


def test_the_compiled_file_is_up_to_date_with_its_sources() -> None:
    from catalog.vocabulary_build import OUTPUT, compile_all  # noqa: PLC0415 rdflib is slow

    assert compile_all() == OUTPUT.read_bytes(), "run python -m catalog.vocabulary"


def test_reading_a_vocabulary_does_not_import_rdflib() -> None:
    program = (
        "import sys; from catalog import vocabulary; vocabulary.get('level');"
        "sys.exit('rdflib' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


@pytest.mark.parametrize("name", NAMES)
def test_every_concept_has_both_labels_and_a_known_parent(name: vocabulary.Name) -> None:
    terms = vocabulary.get(name)
    assert terms.codes
    assert terms.title["nl"]
    assert terms.title["en"]
    for concept in terms.concepts:
        assert concept.labels["nl"]
        assert concept.labels["en"]
        assert not concept.broader or concept.broader in terms
        assert concept.code in terms.by_uri(terms.uri + concept.code)


@pytest.mark.parametrize(
    ("name", "values"), [("access", Access), ("cost", Cost), ("openness", Openness)]
)
def test_the_values_of_the_record_have_labels(name: vocabulary.Name, values: object) -> None:
    stated = {value for value in typing.get_args(values) if value}
    assert stated <= set(vocabulary.get(name).codes)


def test_counts_of_the_published_lists() -> None:
    assert len(vocabulary.get("type").codes) == 26
    assert len(vocabulary.get("discipline").codes) == 11
    digits = [len(code) for code in vocabulary.get("isced").codes]
    assert (digits.count(2), digits.count(3), digits.count(4)) == (11, 29, 80)


def test_every_narrow_and_detailed_field_belongs_to_a_discipline() -> None:
    isced, discipline = vocabulary.get("isced"), vocabulary.get("discipline")
    for code in (code for code in isced.codes if len(code) > 2):
        chain = (code, *isced.ancestors(code))
        assert any(discipline.by_uri(isced.uri + each) for each in chain), code


def test_labels_fall_back() -> None:
    level = vocabulary.get("level")
    assert level.label("hbo", "nl-NL") == "Hbo"
    assert level.label("hbo", "fr") == "Higher professional education (hbo)"
    assert level.label("nonsense", "nl") == "nonsense"


def test_broader_ancestors_and_narrower() -> None:
    level = vocabulary.get("level")
    assert level.broader("mbo-4") == "mbo"
    assert level.ancestors("hbo-bachelor") == ("hbo", "ho")
    assert level.narrower("hbo") == ("ad", "hbo-bachelor", "hbo-master")
    assert "ho" in level.narrower("")
    assert level.broader("nonsense") == ""
    assert level.ancestors("nonsense") == ()


def test_most_specific_keeps_the_order_of_the_vocabulary() -> None:
    level = vocabulary.get("level")
    assert level.most_specific(["wo", "ho", "hbo-bachelor", "hbo", "x"]) == ("hbo-bachelor", "wo")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Drill and Practice", "drill_and_practice"),
        ("drill_and-practice", "drill_and_practice"),
        ("  DRILL   and PRACTICE. ", "drill_and_practice"),
    ],
)
def test_words_are_compared_without_case_and_punctuation(text: str, expected: str) -> None:
    assert vocabulary.get("type").by_term(text) == (expected,)


@pytest.mark.parametrize("text", ["", " ", "...", "\x00", "no such thing", "a" * 100_000])
def test_nothing_is_found_by_nonsense(text: str) -> None:
    for name in NAMES:
        terms = vocabulary.get(name)
        assert terms.by_term(text) == terms.by_uri(text) == terms.by_notation("onix", text) == ()


def test_dutch_concepts_are_found_under_old_and_new_addresses() -> None:
    level = vocabulary.get("level")
    identifier = "be140797-803f-4b9e-81cc-5572c711e09c"
    for address in (
        "http://purl.edustandaard.nl/begrippenkader/" + identifier,
        "https://purl.edustandaard.nl/concept/" + identifier.upper(),
        identifier,
    ):
        assert level.by_uri(address) == ("hbo",)


def test_a_class_is_found_by_its_longest_known_beginning() -> None:
    isced = vocabulary.get("isced")
    assert isced.by_class("ddc", "519.535") == ("0542",)
    assert isced.by_class("ddc", "510") == ("0541",)
    assert isced.by_class("lcc", "QA76.73.P22") == ("0613",)
    assert isced.by_class("lcc", "QA9.58") == ("0541",)
    assert isced.by_class("lcc", "") == ()


def test_levels_lead_to_those_of_the_german_profile() -> None:
    level = vocabulary.get("level")
    found = level.matches("hbo-master", "https://w3id.org/kim/educationalLevel/")
    assert [(m.kind, m.uri.rpartition("/")[2]) for m in found] == [("broad", "level_7")]


def test_an_unknown_vocabulary_is_an_error() -> None:
    with pytest.raises(KeyError):
        vocabulary.get("colour")  # type: ignore[arg-type]
