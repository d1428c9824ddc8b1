"""Whatever a description says: comparing is symmetric, pure, bounded, and never raises."""

from __future__ import annotations

import sys
from collections import Counter
from typing import Any
from unittest import mock

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.normalise import normalise
from catalog.resource import (
    Agent,
    Concept,
    Date,
    Identifier,
    LearningResource,
    Relation,
    Text,
)
from catalog.works import evidence
from catalog.works import likeness as alike
from catalog.works.comparing import compare, conflict, mirrored
from catalog.works.keys import MOST, keys
from catalog.works.likeness import likeness
from catalog.works.reasons import SENTENCES
from catalog.works.signature import TIES, signature
from catalog.works.titles import Title

# Few words, so that records meet; and anything at all.
WORDS = [
    "inleiding", "statistiek", "water", "dijken", "deel", "les", "week", "vol.", "II", "3", "2e",
    "(2e druk)", "3rd edition", "Canadian", "2015", "2019", ":", "/", "-", "(", ")", "&", "|", "=",
    "C++", "C#", "A", "werk", "boek", "de", "the", "van", "werkboek", "study guide", "PDF",
    "Основы", "é", ",",
]  # fmt: skip
said = st.one_of(st.lists(st.sampled_from(WORDS), max_size=8).map(" ".join), st.text(max_size=40))
names = st.one_of(
    st.sampled_from(
        ["Anna de Vries", "Vries, A. de", "A. Bos", "Bos PJ", "Delta University", "Delta", "", ","]
    ),
    st.text(max_size=20),
)
addresses = st.one_of(
    st.sampled_from(
        [
            "",
            "https://a.example/",
            "https://a.example/x",
            "http://www.a.example/x/?utm_source=y",
            "https://youtu.be/dQw4w9WgXcQ",
            "https://www.youtube.com/watch?v=dQw4w9WgXcQ",
            "https://doi.org/10.1000/182",
        ]
    ),
    st.text(max_size=30).map("https://".__add__),
)
identifiers = st.builds(
    Identifier,
    st.sampled_from(["10.1000/182", "10.5555/x", "9783161484100", "2049-3630", "1874/1", "x"]),
    st.sampled_from(["doi", "isbn", "issn", "handle", "urn", "uri", ""]),
)
agents = st.builds(Agent, names, st.sampled_from(["", "person", "organisation"]))


def few(one: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(one, max_size=3).map(tuple)


resources = st.builds(
    LearningResource,
    source=st.sampled_from(["one", "two"]),
    identifier=st.just("1"),
    titles=few(st.builds(Text, said, st.sampled_from(["", "nl", "en"]))),
    creators=few(agents),
    contributors=few(agents),
    publishers=few(agents),
    identifiers=few(identifiers),
    url=addresses,
    languages=few(st.sampled_from(["nl", "en", "de"])),
    language_detected=st.booleans(),
    dates=few(st.builds(Date, st.sampled_from(["2010", "2011", "2019-03", "", "x"]))),
    version=said,
    types=few(st.sampled_from(["video", "text", "textbook", "course", "other"])),
    type_terms=st.just(()),
    relations=few(st.builds(Relation, st.sampled_from([*TIES, "relation"]), addresses)),
    media_types=few(st.sampled_from(["video/mp4", "application/pdf", "x"])),
    subjects=st.just((Concept(label="x"),)),
)  # fmt: skip

thorough = settings(max_examples=120, suppress_health_check=[HealthCheck.too_slow])


@given(resources, resources)
@thorough
def test_comparing_is_symmetric(one: LearningResource, other: LearningResource) -> None:
    a, b = signature(one), signature(other)
    tie, back = compare(a, b), compare(b, a)
    assert tie == (mirrored(back) if back else None)
    assert conflict(a, b) == conflict(b, a)
    if tie:
        assert 0 <= tie.score <= 1
        assert {reason.code for reason in tie.evidence} <= SENTENCES.keys()
        for reason in tie.evidence:
            sentence = SENTENCES[reason.code]
            assert sentence.nl.format(*reason.values)
            assert sentence.en.format(*reason.values)


@given(resources, resources)
@thorough
def test_a_glance_at_titles_changes_nothing(one: LearningResource, other: LearningResource) -> None:
    a, b = signature(one), signature(other)
    tie, found = compare(a, b), [likeness(x, y) for x in a.titles for y in b.titles]
    with mock.patch.object(evidence, "are_strangers", blind):
        assert compare(a, b) == tie
    with mock.patch.object(alike, "are_strangers", blind):
        assert [likeness(x, y) for x in a.titles for y in b.titles] == found


def blind(_one: Title, _other: Title) -> bool:
    return False


@given(resources)
@thorough
def test_a_record_and_itself(one: LearningResource) -> None:
    a = signature(one)
    assert signature(one) == a
    assert keys(a) == keys(signature(one))
    assert len(keys(a)) <= MOST
    assert not conflict(a, a)
    tie = compare(a, a)
    named = any(name.partition(":")[0] != "issn" for name in a.names)
    if a.titles and named and not a.ties:
        assert tie
        assert tie.kind == "same"


@given(resources, resources)
@thorough
def test_what_is_the_same_is_in_no_conflict(one: LearningResource, other: LearningResource) -> None:
    a, b = signature(normalise(one)), signature(normalise(other))
    tie = compare(a, b)
    if tie and tie.kind == "same":
        assert not conflict(a, b)


def test_huge_records_take_no_more_work_than_large_ones() -> None:
    def calls(times: int) -> int:
        record = LearningResource(
            source="one",
            identifier="1",
            titles=(Text(" ".join(f"woord{n} deel {n} (2e druk)" for n in range(times))),) * times,
            creators=tuple(Agent(f"Naam{n} Achternaam{n}") for n in range(times)),
            contributors=tuple(Agent(f"Naam{n} Anders{n}") for n in range(times)),
            identifiers=tuple(Identifier(f"10.1000/{n}", "doi") for n in range(times)),
            relations=tuple(Relation("ispartof", f"https://a.example/{n}") for n in range(times)),
        )
        counted = Counter[str]()
        sys.setprofile(lambda _, event, __: counted.update((event,)))
        try:
            compared(record)
        finally:
            sys.setprofile(None)
        return counted["call"]

    assert calls(5_000) <= 2 * calls(100)


def compared(record: LearningResource) -> None:
    a = signature(record)
    compare(a, a)
    keys(a)


@pytest.mark.parametrize("text", ["a", "(", "1 ", "deel ", "é:", "-", " - ", "2e ", "[(", "第"])
def test_hostile_titles_and_names_come_to_an_end(text: str) -> None:
    creators = tuple(Agent(text * (n + 1)) for n in range(500))
    titles = (Text(text * 10_000),) * 4
    compared(LearningResource(source="", identifier="", titles=titles, creators=creators))
