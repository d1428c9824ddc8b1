"""Records described by processes beside the one that writes."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from catalog.index import Change, Query, tantivy_describing
from catalog.index.folder import rebuild
from catalog.index.tantivy_describing import Batch, Helpers, described
from catalog.index.words import NONE
from catalog.resource import LearningResource, Text


def material(seq: int) -> Change:
    titles = (Text(f"Celbiologie {seq}\u2028\N{SNOWMAN}", "nl"),)
    return Change(seq, f"{seq:016x}", LearningResource(source="a", identifier="x", titles=titles))


def batches(count: int) -> list[Batch]:
    """Return so many batches; of three records each, one is gone."""
    return [
        {
            c.key: c
            for c in (material(3 * n), Change(3 * n + 1, f"gone{n}", None), material(3 * n + 2))
        }
        for n in range(count)
    ]


@pytest.fixture
def two_helpers(monkeypatch: pytest.MonkeyPatch) -> Iterator[Helpers]:
    monkeypatch.setattr(tantivy_describing, "_ALONE", 1)
    monkeypatch.setattr(tantivy_describing, "_WAIT", 60.0)
    monkeypatch.setattr("os.cpu_count", lambda: 3)
    with Helpers(NONE) as helpers:
        yield helpers


def test_helpers_give_what_one_process_gives_in_order(two_helpers: Helpers) -> None:
    asked = batches(8)
    assert list(two_helpers.describe(asked)) == [(batch, described(batch, NONE)) for batch in asked]


def test_until_a_helper_has_begun_nobody_waits_for_it(
    two_helpers: Helpers, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    slow = tmp_path / "python"
    slow.write_text("#!/bin/sh\nexec sleep 60\n")
    slow.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(slow))
    monkeypatch.setattr(tantivy_describing, "_WAIT", 0.0)
    asked = batches(4)
    assert list(two_helpers.describe(asked)) == [(batch, described(batch, NONE)) for batch in asked]
    assert len(two_helpers._starting) == 2


def test_what_a_dead_helper_leaves_is_described_here(
    two_helpers: Helpers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    asked = batches(5)
    assert list(two_helpers.describe(asked)) == [(batch, described(batch, NONE)) for batch in asked]


def test_a_program_that_cannot_be_started_is_no_helper(
    two_helpers: Helpers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    asked = batches(3)
    assert list(two_helpers.describe(asked)) == [(batch, described(batch, NONE)) for batch in asked]


def test_half_a_character_is_described_here(two_helpers: Helpers) -> None:
    """No helper can be told of it; the words beside it are found all the same."""
    resource = LearningResource(source="a", identifier="x", titles=(Text("halve \ud800", "nl"),))
    whole, half = batches(2)[1], {"y": Change(1, "y", resource)}
    asked = [whole, half, whole]
    assert list(two_helpers.describe(asked)) == [(batch, described(batch, NONE)) for batch in asked]


def test_changes_that_cannot_be_read_end_the_helpers(two_helpers: Helpers) -> None:
    def failing() -> Iterator[Batch]:
        yield from batches(4)
        raise OSError("the store is gone")

    with pytest.raises(OSError, match="the store is gone"), two_helpers:
        list(two_helpers.describe(failing()))
    assert two_helpers._at_work
    assert all(helper._process is None for helper in two_helpers._at_work)


def test_an_index_made_with_helpers_finds_every_record(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tantivy_describing, "_ALONE", 0)
    monkeypatch.setattr(tantivy_describing, "_WAIT", 60.0)
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    with rebuild(tmp_path / "index", "tantivy", map(material, range(1, 2502)), 2501) as index:
        assert index.count() == 2501
        assert index.search(Query(text="cellen biologie")).total == 2501
        assert [hit.id for hit in index.search(Query(text="2500")).hits] == [f"{2500:016x}"]
