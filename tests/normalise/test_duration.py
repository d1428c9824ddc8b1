from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.normalise.duration import duration

DURATIONS = [
    ("PT1H30M", "PT1H30M"),
    ("PT90M", "PT1H30M"),
    ("pt45m", "PT45M"),
    ("PT20M0S", "PT20M"),
    ("P0Y0M0DT0H20M0S", "PT20M"),  # LOM, all parts written out
    ("PT1.5H", "PT1H30M"),
    ("PT0,5H", "PT30M"),
    ("P1DT10H30M", "P1DT10H30M"),
    ("PT40H", "PT40H"),  # study, not a day and 16 hours
    ("P2W", "P2W"),
    ("P1W2D", "P9D"),  # weeks stand alone
    ("P0.5Y", "P6M"),
    ("P0.5M", ""),  # how many days?
    ("T47M58S", "PT47M58S"),  # P forgotten
    ("47m58s", "PT47M58S"),
    ("01:35:00", "PT1H35M"),
    ("10:05", "PT10M5S"),  # as players write it
    ("013500", "PT1H35M"),  # MARC 306
    ("1h30", "PT1H30M"),
    ("3661.0", "PT1H1M1S"),  # seconds of a media server
    ("1200", "PT20M"),
    ("45 min", "PT45M"),
    ("ca. 45 minuten", "PT45M"),
    ("2 uur", "PT2H"),
    ("1,5 uur", "PT1H30M"),
    ("1 uur en 30 minuten", "PT1H30M"),
    ("anderhalf uur", "PT1H30M"),
    ("een half uur", "PT30M"),
    ("half an hour", "PT30M"),
    ("kwartier", "PT15M"),
    ("een uur", "PT1H"),
    ("40 SBU", "PT40H"),
    ("4 Weeks", "P4W"),
    ("3-4 weeks", ""),  # which?
    ("4 weeks per course", ""),
    ("2 lesuren", ""),  # 45, 50 or 60 minutes each
    ("2 uur 2 uur", ""),
    ("0", ""),
    ("PT0S", ""),
    ("P", ""),
    ("PT", ""),
    ("T", ""),
    ("-PT5M", ""),
    ("", ""),
    ("9" * 10_000, ""),
]


@pytest.mark.parametrize(("said", "expected"), DURATIONS)
def test_a_duration_becomes_iso_8601(said: str, expected: str) -> None:
    assert duration(said) == expected


NEARLY = st.lists(
    st.sampled_from(["P", "T", "1", "90", "0.5", "999999", "Y", "M", "W", "D", "H", "S", ":", " ",
                     "uur", "min", "en", "half", "een", ",", "\u0661"]),
    max_size=10,
).map("".join)  # fmt: skip


@given(st.one_of(st.text(), NEARLY))
def test_a_clean_duration_stays_and_nothing_raises(said: str) -> None:
    once = duration(said)
    assert duration(once) == once
