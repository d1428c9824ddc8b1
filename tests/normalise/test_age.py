from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.normalise.age import age

AGES = [
    ("12-15", "12-15"),
    ("5 \u2013 6 jaar", "5-6"),
    ("12 t/m 15", "12-15"),
    ("ages 6 to 8", "6-8"),
    ("15-12", "12-15"),
    ("16+", "16-"),
    ("16-", "16-"),
    ("18 jaar en ouder", "18-"),
    ("vanaf 12 jaar", "12-"),
    (">=16", "16-"),
    ("tot 12 jaar", "-12"),
    ("-12", "-12"),
    ("16 jaar", "16"),
    ("16-16", "16"),
    ("16-90", "16-90"),
    ("18-999", "18-"),  # no upper limit
    ("volwassenen", "18-"),
    ("999", ""),
    ("4-6, 8-10", ""),  # two ranges
    ("groep 3", ""),  # a year at school, not an age
    ("", ""),
]


@pytest.mark.parametrize(("said", "expected"), AGES)
def test_an_age_becomes_a_range(said: str, expected: str) -> None:
    assert age(said) == expected


@given(st.one_of(st.text(), st.from_regex(r"\A(vanaf |tot )?\d{1,4}( ?[-+] ?\d{0,3})?( jaar)?\Z")))
def test_a_clean_age_stays_and_nothing_raises(said: str) -> None:
    once = age(said)
    assert age(once) == once
