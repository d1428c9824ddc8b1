"""What the rules make of pairs that people judged."""

from __future__ import annotations

import importlib
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture(scope="module")
def bench() -> Any:
    sys.path.insert(0, str(ROOT / "benchmarks"))
    try:
        return importlib.import_module("works")
    finally:
        sys.path.pop(0)


@pytest.mark.parametrize("unseen", [False, True], ids=["seen", "unseen"])
def test_pairs_are_told_apart(bench: Any, unseen: bool) -> None:
    found = bench.judged([pair for pair in bench.pairs() if pair.unseen == unseen])
    assert found["precision"] >= 0.99, found["wrong"]
    assert found["recall"] >= 0.93, found["wrong"]
    assert found["kind_accuracy"] >= 0.95, found["wrong"]


def test_there_are_enough_hard_pairs(bench: Any) -> None:
    pairs = bench.pairs()
    labels = Counter(pair.label for pair in pairs)
    assert set(labels) == {"same", "edition", "translation", "part", "version", "none"}
    assert len(pairs) >= 500
    assert labels["none"] * 2 <= len(pairs) <= labels["none"] * 3
    names = [pair.first.identifier for pair in pairs]
    assert len(set(names)) == len(names)
    assert 0.3 < sum(pair.unseen for pair in pairs) / len(pairs) < 0.4


def test_a_wrong_answer_is_told(bench: Any) -> None:
    pair = next(pair for pair in bench.pairs() if bench.verdict(pair) == "same")
    wrong = bench.judged([type(pair)("none", pair.why, pair.first, pair.second)])
    assert (wrong["precision"], wrong["recall"], wrong["kind_accuracy"]) == (0, 0, 0)
    assert [one["said"] for one in wrong["wrong"]] == ["same"]
