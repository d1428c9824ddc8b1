"""Records of one material are shown once."""

from __future__ import annotations

import pytest

from catalog.copies import distinct, is_copy
from catalog.resource import Agent, LearningResource, Text


def book(title: str, *makers: str, url: str = "") -> LearningResource:
    return LearningResource(
        source="bron",
        identifier=title,
        titles=(Text(title),) if title else (),
        creators=tuple(Agent(name) for name in makers),
        url=url,
    )


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (book("Leven in de cel"), book("LEVEN IN DE CEL."), True),
        (book("Think Stats: Data", "A. Boer"), book("Think Stats : Data", "Boer, A."), True),
        (book("Algebra (2e)", "A. Boer"), book("Algebra, 2nd edition", "A. Boer", "B. Vis"), True),
        (book("Algebra (2e)"), book("Algebra", "A. Boer"), True),
        (book("Breuken", "A. Boer"), book("Breuken", "B. Vis"), False),
        (book("Wiskunde deel 1"), book("Wiskunde deel 2"), False),
        (book("Een", url="https://a.example/1"), book("Twee", url="https://a.example/1"), True),
        (book("", url=""), book("", url=""), False),
        (book("2e druk"), book("3e druk"), False),
        (book("!?"), book("??"), False),
    ],
)
def test_what_is_a_copy(one: LearningResource, other: LearningResource, same: bool) -> None:
    assert is_copy(one, other) is same
    assert is_copy(other, one) is same


def test_copies_are_left_out_in_their_order() -> None:
    near = [book("Cel"), book("Celdeling"), book("Celdeling"), book("Plant"), book("Dier")]
    assert distinct(book("CEL"), near, 2) == [near[1], near[3]]
    assert distinct(book("Cel"), [], 2) == []
