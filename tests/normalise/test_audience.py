"""For whom it is."""

from __future__ import annotations

import pytest

from catalog.normalise import audience


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (("Learner", "student"), ("learner",)),
        (("docent",), ("teacher",)),
        (("Instructor",), ("teacher",)),
        (("http://purl.org/dcx/lrmi-vocabs/educationalAudienceRole/teacher",), ("teacher",)),
        (("Beheerder",), ("manager",)),
        (("astronauts",), ("astronauts",)),
        (("",), ()),
        ((), ()),
    ],
)
def test_audience(said: tuple[str, ...], expected: tuple[str, ...]) -> None:
    assert audience.roles(said) == expected
    assert audience.roles(expected) == expected
