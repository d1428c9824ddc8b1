from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.normalise.relation import relations
from catalog.resource import Relation

ONES = [
    (Relation("isPartOf", "HTTP://Example.org"), Relation("ispartof", "http://example.org/")),
    (Relation("Is Part Of", title=" Reeks "), Relation("ispartof", title="Reeks")),
    (Relation("dcterms:isPartOf", title="x"), Relation("ispartof", title="x")),
    (Relation("http://purl.org/dc/terms/hasPart", title="x"), Relation("haspart", title="x")),
    (Relation("is_based_on", "doi:10.1000/1"), Relation("isbasedon", "https://doi.org/10.1000/1")),
    (Relation("", "hdl:1887/1"), Relation("relation", "https://hdl.handle.net/1887/1")),
    (Relation("iets", "isbn 0306406152"), Relation("relation", "urn:isbn:9780306406157")),
    (Relation("ispartof", "ISSN 2049-3630"), Relation("ispartof", "urn:issn:2049-3630")),
    (Relation("ispartof", "oai:example.org:1"), Relation("ispartof", "oai:example.org:1")),
    # a citation in the place of an address
    (Relation("references", "Jansen, 2019"), Relation("references", title="Jansen, 2019")),
    (Relation("embed", "https://a.nl/e"), Relation("hasformat", "https://a.nl/e")),  # NL-LOM
]  # fmt: skip


@pytest.mark.parametrize(("said", "expected"), ONES)
def test_a_relation_is_cleaned(said: Relation, expected: Relation) -> None:
    assert relations((said,)) == (expected,)


@pytest.mark.parametrize(
    "said",
    [
        Relation("ispartof"),  # leads nowhere
        Relation("ispartof", "javascript:alert(1)"),
        Relation("ispartof", "java\tscript:alert(1)"),
        Relation("ispartof", "//example.org/"),
        Relation("thumbnail", "https://example.org/x.png"),  # a picture is no other material
    ],
)
def test_a_relation_to_nothing_goes(said: Relation) -> None:
    assert relations((said,)) == ()


def test_the_same_tie_stands_once_and_gets_its_title() -> None:
    said = (Relation("haspart", "https://a.nl/1"), Relation("hasPart", "https://a.nl/1", "Les 1"))
    assert relations(said) == (Relation("haspart", "https://a.nl/1", "Les 1"),)
    assert relations(()) == ()


VALUES = st.one_of(
    st.text(),
    st.lists(
        st.sampled_from(["https://doi.org/", "10.1000/", "a", "%25", "%2541", "%", "#", "?",
                         "hdl:1/",
                         "<", "\u00e9", " ", "javascript:", "//", "isbn ", "0306406152"])
    ).map("".join),
)  # fmt: skip


@given(st.lists(st.builds(Relation, st.text() | st.just("hasPart"), VALUES, st.text())))
def test_clean_relations_stay_and_nothing_raises(said: list[Relation]) -> None:
    once = relations(tuple(said))
    assert relations(once) == once
    assert not any(one.target.lower().startswith(("javascript:", "//")) for one in once)
