"""Two descriptions compared: what they are to each other, and why."""

from __future__ import annotations

from typing import Any

import pytest
from describing import described, signed
from msgspec.structs import replace

from catalog.resource import Agent, Text
from catalog.works.comparing import Kind, Tie, compare, conflict, mirrored
from catalog.works.contrasts import Side
from catalog.works.reasons import SENTENCES, Reason
from catalog.works.signature import Signature, signature

BOOK = "Waterbouwkunde van dijken en duinen"
DOI = (("doi", "10.5555/water"),)
OTHER_DOI = (("doi", "10.5555/zand"),)
HERE, THERE = "https://a.example/water", "https://b.example/water"


def told(one: Signature, other: Signature) -> Tie | None:
    """Compare both ways: they must say the same."""
    tie, back = compare(one, other), compare(other, one)
    assert tie == (mirrored(back) if back else None)
    return tie


def kind(one: Signature, other: Signature) -> str:
    tie = told(one, other)
    return tie.kind if tie else "none"


def test_a_record_is_the_same_as_itself() -> None:
    tie = told(*[signed(BOOK, "Kees Zand", ids=DOI, year="2010", url=HERE)] * 2)
    assert tie
    assert (tie.kind, tie.direction) == ("same", "")
    assert tie.score > 0.99
    assert not any(reason.against for reason in tie.evidence)


def test_evidence_names_what_was_found() -> None:
    one = signed(BOOK, "Kees Zand", "Bo Klei", ids=DOI, year="2010", publisher="Delta", url=HERE)
    other = signed(BOOK, "B. Klei", ids=DOI, year="2011", publisher="Delta BV", url=HERE)
    tie = told(one, other)
    assert tie
    assert Reason("identifier", ("doi:10.5555/water",)) in tie.evidence
    assert Reason("address", ("a.example/water",)) in tie.evidence
    assert Reason("title", (BOOK,)) in tie.evidence
    assert Reason("maker", ("Bo Klei",)) in tie.evidence
    assert Reason("publisher", ("Delta BV",)) in tie.evidence
    assert Reason("other_year", ("2010", "2011")) in tie.evidence
    assert [reason.code for reason in tie.evidence if reason.against] == ["other_year"]


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ({}, {}, "same"),
        ({"year": "2010"}, {"year": "2011"}, "same"),
        ({"year": "2010"}, {"year": "2015"}, "edition"),
        ({"year": "2010", "ids": DOI}, {"year": "2015", "ids": DOI}, "same"),
        ({"version": "2e druk"}, {"version": "3"}, "edition"),
        ({"version": "2e druk", "ids": DOI}, {"version": "3", "ids": DOI}, "edition"),
        ({"version": "1e druk"}, {}, "same"),
        ({"version": "2e druk"}, {}, "edition"),
        ({"version": "2e druk", "year": "2010"}, {"year": "2010"}, "same"),
        ({"version": "1.1"}, {"version": "1.2"}, "version"),
        ({"languages": ("nl",)}, {"languages": ("en",)}, "translation"),
        ({"languages": ("nl", "en")}, {"languages": ("en",)}, "same"),
        ({"languages": ("nl",), "url": HERE}, {"languages": ("en",), "url": HERE}, "same"),
        ({"types": ("video",)}, {"types": ("textbook",)}, "none"),
        ({"types": ("course",)}, {"types": ("textbook",)}, "same"),
        ({"types": ("video",), "ids": DOI}, {"types": ("textbook",), "ids": DOI}, "same"),
        ({"ids": DOI}, {"ids": OTHER_DOI}, "same"),
        ({"media_types": ("application/pdf",)}, {"media_types": ("video/mp4",)}, "none"),
    ],
)
def test_what_keeps_descriptions_of_one_title_and_maker_apart(
    one: dict[str, Any], other: dict[str, Any], expected: str
) -> None:
    assert kind(signed(BOOK, "Kees Zand", **one), signed(BOOK, "Kees Zand", **other)) == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (signed("Inleiding statistiek", "Ans Vis"), signed("Inleiding statistiek", "Bea Bos")),
        (signed("Inleiding statistiek"), signed("Inleiding statistiek")),
        (signed("Inleiding", "Ans Vis"), signed("Inleiding", "A. Vis")),
        (signed(BOOK, "Ans Vis"), signed(BOOK, "Bea Bos")),
        (signed("Breuken", url="https://a.example/"), signed("Klokken", url="https://a.example/")),
        (signed("Breuken", url=HERE), signed("Klokken", url=HERE)),
        (signed("Breuken", ids=DOI), signed("Klokken", ids=DOI)),
        (signed("Vissen deel 1", "Ans Vis", ids=DOI), signed("Vissen deel 2", "Ans Vis", ids=DOI)),
        (signed("Vissen 1", "Ans Vis"), signed("Vissen", "Ans Vis")),
        (signed(""), signed("")),
        (signed(BOOK), signed("")),
    ],
)
def test_nothing_to_do_with_each_other(one: Signature, other: Signature) -> None:
    assert told(one, other) is None


@pytest.mark.parametrize(
    ("one", "other", "expected", "direction"),
    [
        ({"version": "3"}, {"version": "2"}, "edition", "first"),
        ({"year": "2010"}, {"year": "2020"}, "edition", "second"),
        ({"version": "10"}, {"version": "9"}, "edition", "first"),
        ({"relation": ("istranslationof", HERE)}, {"url": HERE}, "translation", "first"),
        ({"relation": ("haspart", HERE)}, {"url": HERE}, "part", "second"),
        ({"relation": ("ispartof", HERE)}, {"url": HERE}, "part", "first"),
        ({"relation": ("isreplacedby", HERE)}, {"url": HERE}, "edition", "second"),
        ({"relation": ("isversionof", HERE)}, {"url": HERE}, "version", "first"),
        ({"relation": ("isformatof", HERE)}, {"url": HERE}, "same", ""),
        ({"relation": ("references", HERE), "url": THERE}, {"url": HERE}, "same", ""),
    ],
)
def test_direction(
    one: dict[str, Any], other: dict[str, Any], expected: Kind, direction: Side
) -> None:
    tie = told(signed(BOOK, "Kees Zand", **one), signed(BOOK, "Kees Zand", **other))
    assert tie
    assert (tie.kind, tie.direction) == (expected, direction)


def test_a_volume_is_part_of_the_whole() -> None:
    tie = told(signed(f"{BOOK}, deel 3", "Kees Zand"), signed(BOOK, "Kees Zand"))
    assert tie
    assert (tie.kind, tie.direction) == ("part", "first")
    assert Reason("other_part", ("3", "-")) in tie.evidence
    assert kind(signed(f"{BOOK}, deel 3"), signed(BOOK)) == "none"  # whose volume, nobody knows


def test_a_relation_needs_no_title_in_common() -> None:
    whole = signed("Geschiedenis van het water", url=HERE)
    part = signed("De polder", relation=("ispartof", HERE))
    tie = told(part, whole)
    assert tie
    assert tie.kind == "part"
    assert Reason("said_part") in tie.evidence
    assert kind(signed("De polder", relation=("isformatof", HERE)), whole) == "none"


def test_a_common_identifier_in_two_languages() -> None:
    dutch = signed("Klimaat in de klas", "Bo Groen", ids=DOI, languages=("nl",))
    english = signed("Climate in class", "Bo Groen", ids=DOI, languages=("en",))
    assert kind(dutch, english) == "translation"


def test_any_title_will_do() -> None:
    both = (Text("De dijk en de zee", "nl"), Text("The dike and the sea", "en"))
    one = signature(replace(described("", "Kees Zand"), titles=both))
    assert kind(one, signed("The Dike and the Sea", "K. Zand")) == "same"


def test_a_translation_is_not_told_from_a_title_alone() -> None:
    words = "Machine Learning and Computational Thinking"
    assert kind(signed(words, languages=("en",)), signed(words, languages=("ta",))) == "none"


@pytest.mark.parametrize("url", ["https://books.example/details/{}", "https://{}.example/"])
def test_a_title_of_one_common_word_says_nothing_without_its_subtitle(url: str) -> None:
    said: dict[str, Any] = {"year": "2019", "publisher": "OpenDelta", "version": "2"}
    one = signed("Chemistry", "Ann Lee", "Bo Klei", url=url.format("chemistry"), **said)
    other = signed("Chemistry: Atoms First", "Bo Klei", "Ann Lee", url=url.format("atoms"), **said)
    assert told(one, other) is None
    assert kind(one, signed("Chemistry: a text", url=url.format("chemistry"), **said)) == "same"


def test_one_host_has_two_pages_for_two_materials() -> None:
    one = signed("Organische reacties", "Ann Lee", year="2019", url="https://books.example/organic")
    longer = "Organische reacties: koolstof"
    here, there = "https://books.example/carbon", "https://other.example/carbon"
    assert kind(one, signed(longer, "Ann Lee", year="2019", url=here)) == "none"
    assert kind(one, signed(longer, "Ann Lee", year="2019", url=there)) == "same"


def test_one_source_has_two_isbns_for_two_books() -> None:
    isbns = [(("isbn", number),) for number in ("9783161484100", "9780306406157")]
    one = signed("Organische reacties", "Ann Lee", year="2019", publisher="Delta", ids=isbns[0])
    said: dict[str, Any] = {"year": "2019", "publisher": "Delta", "ids": isbns[1]}
    longer = "Organische reacties: koolstof"
    assert kind(one, signed(longer, "Ann Lee", **said)) == "none"
    assert kind(one, signed(longer, "Ann Lee", source="two", **said)) == "same"


def test_evidence_is_short_whatever_a_record_says() -> None:
    one = signed(
        f"{BOOK} {'langer ' * 50}", *[f"Anna Naam{n}" for n in range(50)], version="x" * 500
    )
    tie = told(one, one)
    assert tie
    assert max(len(value) for reason in tie.evidence for value in reason.values) <= 160


def test_makers_publishers_and_providers_behind_a_title_are_left_out() -> None:
    title = f"{BOOK} / Kees Zand (Delta University Press) | Lesplein"
    said: dict[str, Any] = {"publisher": "Delta University Press"}
    one = signed(title, "Kees Zand", providers=(Agent("Het Lesplein"),), **said)
    assert [title.full for title in one.titles] == ["waterbouwkunde dijken duinen"]


@pytest.mark.parametrize(
    ("said", "version", "edition"),
    [
        ("2", "", "2"),
        ("3rd revised edition", "", "3"),
        ("Tweede druk", "", "2"),
        ("1.0", "1.0", ""),
        ("2019", "2019", ""),
        ("final", "final", ""),
        ("", "", ""),
    ],
)
def test_versions_and_editions(said: str, version: str, edition: str) -> None:
    found = signed(BOOK, version=said)
    assert (found.version, found.edition) == (version, edition)


def test_what_only_says_what_it_is_needs_an_identifier() -> None:
    said: dict[str, Any] = {"year": "2019", "publisher": "Delta"}
    issn = (("issn", "2049-3630"),)
    for title in ("Editorial", "Lecture notes", "Hoofdstuk 3", "Week 4 - opdracht"):
        one = signed(title, "Ans Vis", ids=issn, **said)
        assert kind(one, signed(title, "Ans Vis", ids=issn, **said)) == "none"
        one = signed(title, "Ans Vis", ids=DOI, **said)
        assert kind(one, signed(title, "Ans Vis", ids=DOI, **said)) == "same"


def test_a_journal_is_known_by_its_issn_and_its_articles_are_not() -> None:
    issn = (("issn", "2049-3630"),)
    journal = signed("Kunst en wetenschap", ids=issn, year="1990")
    assert kind(journal, signed("Kunst & wetenschap", ids=issn, year="2010")) == "same"
    article = signed("Kunst en wetenschap", "Ans Vis", ids=issn, year="1990")
    assert kind(article, signed("Kunst en wetenschap", "Bea Bos", ids=issn)) == "none"


def test_years_of_a_journal_are_no_editions() -> None:
    title = "Tijdschrift voor waterbouwkunde"
    assert kind(signed(title, year="1959"), signed(title, year="1988")) == "same"
    assert kind(signed(BOOK, year="1959"), signed(BOOK, year="1988")) == "edition"
    assert kind(signed("Tijdschrift, Het", year="1959"), signed("Het tijdschrift")) == "none"


def test_a_publisher_may_stand_in_brackets() -> None:
    one = signed("Ouderen in de wijk (Delta University)")
    assert (
        kind(one, signed("Ouderen in de wijk", publisher="Delta University", year="2010")) == "same"
    )
    assert kind(one, signed("Ouderen in de wijk", publisher="Boom", year="2010")) == "none"


def test_contributors_of_one_may_be_creators_of_another() -> None:
    def by(creator: str, *contributors: str) -> Signature:
        more = tuple(Agent(name) for name in contributors)
        return signed("De blauwe vuurtoren van Ameland", creator, contributors=more)

    assert kind(by("Ans Vis", "Bea Bos"), by("Ans Vis")) == "same"
    assert kind(by("Ans Vis", "Bea Bos"), by("Bea Bos")) == "none"  # retold by another


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (signed(BOOK, version="2"), signed(BOOK, version="3"), True),
        (signed(BOOK, version="2"), signed(BOOK), False),
        (signed(BOOK, year="1990"), signed(BOOK, year="2020"), False),
        (signed(f"{BOOK} deel 1"), signed(f"{BOOK} deel 2"), True),
        (signed(f"{BOOK} deel 1"), signed(BOOK), False),
        (signed(BOOK, languages=("nl",)), signed(BOOK, languages=("en",)), True),
        (signed(BOOK, types=("video",)), signed(BOOK, types=("text",)), True),
        (signed("Inleiding", "Ans Vis"), signed("Inleiding", "Bea Bos"), True),
        (signed(BOOK, "Ans Vis"), signed(BOOK, "Bea Bos"), False),
        (signed(BOOK), signed("Iets anders"), False),
    ],
)
def test_conflict(one: Signature, other: Signature, expected: bool) -> None:
    assert conflict(one, other) == expected
    assert conflict(other, one) == expected


def test_every_reason_has_a_sentence_that_takes_its_values() -> None:
    for code, sentence in SENTENCES.items():
        for text in (sentence.nl, sentence.en):
            places = text.count("{0}") + text.count("{1}")
            expected = 0 if code.startswith("said_") else 1
            assert places == (2 if code.startswith(("other_", "title_")) else expected)
            assert not text[0].isupper()
