"""The best hits come first, and stay so: figures that must not drop, on collections apart."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest
from judged import Collection, dutch, learnt, mean, ndcg, trec
from judged_samples import dutch_and_samples

from catalog.index.folder import Engine, rebuild


def measured(collection: Collection, engine: Engine, folder: Path) -> float:
    changes, own = collection.changes, learnt(collection)
    with rebuild(folder, engine, changes, len(changes), own=own) as index:
        return mean(collection, index)


def unknown(collection: Collection) -> list[str]:
    """Return the questions that name no record, or one that is not there."""
    known = {change.id for change in collection.changes}
    return [text for text, gains in collection.questions if not gains or gains.keys() - known]


def test_gain_counts_less_further_down() -> None:
    gains = {"a": 3, "b": 1}
    assert ndcg(["a", "b"], gains) == 1
    assert ndcg(["a", "b"], gains) > ndcg(["b", "a"], gains) > ndcg(["x", "b", "a"], gains) > 0
    assert ndcg(["x"], gains) == ndcg([], gains) == ndcg(["a"], {}) == 0
    assert ndcg(["x"] * 10 + ["a"], gains) == 0


@pytest.mark.parametrize(("engine", "floor"), [("tantivy", 0.68), ("whoosh", 0.68)])
def test_dutch_questions(engine: Engine, floor: float, tmp_path: Path) -> None:
    collection = dutch()
    assert len(collection.questions) == 60
    assert unknown(collection) == []
    assert measured(collection, engine, tmp_path) >= floor


@pytest.mark.parametrize(("engine", "floor"), [("tantivy", 0.49), ("whoosh", 0.48)])
def test_samples_of_dutch_repositories(
    samples: Path, engine: Engine, floor: float, tmp_path: Path
) -> None:
    collection = dutch_and_samples(samples)
    assert len(collection.questions) == 80
    assert unknown(collection) == []
    assert measured(collection, engine, tmp_path) >= floor


@pytest.mark.parametrize("engine", get_args(Engine))
def test_samples_of_english_abstracts(samples: Path, engine: Engine, tmp_path: Path) -> None:
    folder = samples / "relevance" / "cranfield"
    names = ("cran.all.1400.xml", "cran.qry.xml", "cranqrel.trec.txt")
    documents, topics, judgements = (folder / name for name in names)
    collection = trec(documents, topics, judgements)
    assert (len(collection.changes), len(collection.questions)) == (1400, 225)
    assert measured(collection, engine, tmp_path) >= 0.425
