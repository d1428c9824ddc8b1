"""The blocks in which records are compared."""

from __future__ import annotations

from typing import Any

import pytest
from describing import signed

from catalog.works.keys import MOST, keys

BOOK = "Waterbouwkunde van dijken en duinen"
DOI = (("doi", "10.5555/water"),)


def met(one: Any, other: Any) -> bool:
    return not set(keys(one)).isdisjoint(keys(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (signed(BOOK), signed("Waterbouwkunde \u2013 van dijken & duinen!")),
        (signed(BOOK, "Kees Zand"), signed(BOOK)),
        (signed(BOOK), signed(f"{BOOK}: een atlas")),
        (signed(f"{BOOK}: een atlas"), signed(f"{BOOK} / een gids")),
        (signed(BOOK), signed(f"{BOOK} (3e druk)")),
        (signed(BOOK), signed(f"{BOOK}, deel 2")),
        (signed(BOOK), signed("Van duinen en dijken: waterbouwkunde")),
        (signed(BOOK), signed(f"Reeks Delta: {BOOK}")),
        (signed("E-learning ontwerpen"), signed("Elearning ontwerpen")),
        (signed("Pharmacology basics", "Ann Lee"), signed("Pharmacolgy basics", "A. Lee")),
        (signed("Een", ids=DOI), signed("Ander", url="https://doi.org/10.5555/water")),
        (signed("Een", url="https://a.example/x"), signed("Twee", url="http://www.a.example/x/")),
        (signed("Deel", relation=("ispartof", "https://a.example/x")),
         signed("Al", url="https://a.example/x")),
        (signed("Deel", relation=("ispartof", "urn:isbn:9783161484100")),
         signed("Al", ids=(("isbn", "978-3-16-148410-0"),))),
    ],
)  # fmt: skip
def test_who_may_be_one_work_meets(one: Any, other: Any) -> None:
    assert met(one, other)
    assert met(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (signed("Breuken", "Ans Vis"), signed("Klokkijken", "Ans Vis")),
        (signed("Breuken", url="https://a.example/"), signed("Klokken", url="https://a.example/")),
        (signed("Breuken", publisher="Delta"), signed("Klokken", publisher="Delta")),
    ],
)  # fmt: skip
def test_who_has_nothing_in_common_does_not_meet(one: Any, other: Any) -> None:
    assert not met(one, other)


def test_keys_are_few_numbers_of_63_bits_that_never_change() -> None:
    many = signed(
        f"{BOOK}: een atlas", "Kees Zand", "Bo Klei",
        ids=(*DOI, ("isbn", "9783161484100"), ("handle", "1874/1"), ("uri", "https://b.example/x")),
        url="https://a.example/x", year="2010", relation=("ispartof", "https://c.example/"),
    )  # fmt: skip
    found = keys(many)
    assert 6 <= len(found) <= MOST
    assert len(set(found)) == len(found)
    assert all(0 <= key < 1 << 63 for key in found)
    assert keys(signed("Breuken")) == keys(signed("Breuken")) == BREUKEN
    assert keys(signed("")) == ()


#: What another process must find too: written into the store.
BREUKEN = (8628033764204566460, 4418633435860333241)


def test_each_title_is_a_key_of_a_record_in_two_languages() -> None:
    both = signed(
        "De kust: een atlas = The coast: an atlas", "Kees Zand", "Bo Klei",
        ids=(*DOI, ("isbn", "9783161484100"), ("handle", "1874/1")), year="2010",
    )  # fmt: skip
    for title in ("De kust", "The Coast", "De kust: een atlas", "The coast - an atlas"):
        assert met(both, signed(title))


def test_a_common_title_has_narrower_keys_beside_it() -> None:
    common = [set(keys(signed("Inleiding", name, year="2010"))) for name in ("Ans Vis", "Bea Bos")]
    assert common[0] & common[1]
    assert common[0] - common[1]
    assert len(common[0] & set(keys(signed("Inleiding", "A. Vis", year="2010")))) > 2
    delta, other = (set(keys(signed("Inleiding", f"Universiteit {name}"))) for name in "AB")
    assert delta & other
    assert delta - other
