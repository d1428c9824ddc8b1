"""What ranks a record beside its words: packed, read again, and never more than the weights say."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog import vocabulary
from catalog.index.quality import OPENNESS, discipline_bits, language_bits, pack, unpack
from catalog.index.ranking import Reader, boosts
from catalog.index.weights import USUAL, Weights
from catalog.resource import LearningResource, Text

NONE = Weights(language=0, completeness=0, recency=0, openness=0, dead_link=0)


def resource(**more: object) -> LearningResource:
    return LearningResource(source="s", identifier="1", **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("openness", OPENNESS)
@pytest.mark.parametrize("dead", [True, False])
def test_what_is_packed_is_read(openness: str, dead: bool) -> None:
    every = vocabulary.get("discipline").codes
    made = resource(
        titles=(Text("x"),),
        openness=openness,
        languages=("nl", "fy"),
        disciplines=every,
    )
    packed = pack(made, 2019, dead_link=dead)
    assert packed < 2**64
    read = unpack(packed)
    assert (read.year, read.openness, read.dead_link) == (2019, openness, dead)
    assert read.completeness == 0.3  # title, discipline and year, of ten
    assert read.languages == language_bits(("dut", "frr-NL"))
    assert read.disciplines == discipline_bits(every)
    assert read.disciplines.bit_count() == len(every)


def test_a_bare_record_is_neither_lifted_nor_lowered_by_what_it_does_not_say() -> None:
    packed = pack(resource(disciplines=("no-code",), languages=("nl",)), 0)
    assert set(boosts(packed, Reader("", 2026), USUAL)) == {"completeness"}
    assert boosts(packed, Reader("nl", 2026), NONE) == {}


@given(st.integers(0, 2**64 - 1), st.sampled_from(["", "nl", "en-GB", "zz", "\ud800"]))
def test_no_factor_is_beyond_its_weight(packed: int, language: str) -> None:
    for name, factor in boosts(packed, Reader(language, 2026), USUAL).items():
        weight = getattr(USUAL, name)
        if name != "completeness":  # whose four bits can say more than ten
            assert 1 - weight <= factor <= 1 + weight
