"""All inputs of the corpus, read again: seeds, and whatever once broke a promise."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from bounds import bounded
from readers import READERS

CORPUS = Path(__file__).parent / "corpus"
INPUTS = sorted(CORPUS.glob("*/*"))


def title(file: Path) -> str:
    return f"{file.parent.name}/{file.name}"


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """Say nothing of records that cannot be read: there are hundreds."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.mark.parametrize("file", INPUTS, ids=title)
def test_an_input_keeps_the_promises(file: Path) -> None:
    with bounded(10):
        READERS[file.parent.name](file.read_bytes())


def test_every_reader_has_a_corpus() -> None:
    assert {file.parent.name for file in INPUTS} == set(READERS)
    assert len(INPUTS) < 400
