"""What plain words do not find, nor leave out: what only looks like them."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_meaning import ENGINES, record

from catalog.index import Query
from catalog.index.folder import Engine, rebuild


@pytest.mark.parametrize("engine", ENGINES)
def test_what_is_a_compound_of_nothing_that_is_there_may_be_misspelt(
    engine: Engine, tmp_path: Path
) -> None:
    """In German *programeren* might be *program* and *eren*; aard, rijs and kunde are words."""
    shelf = [record(1, "Programmeren in Python"), record(2, "Aardrijkskunde en de aard")]
    with rebuild(tmp_path, engine, shelf, 2) as index:
        for typed, meant in (("programeren", "programmeren"), ("aardrijskunde", "aardrijkskunde")):
            result = index.search(Query(text=typed, language="nl"))
            assert result.text == meant
            assert result.total == 1
        assert index.search(Query(text="leesprogramma")).text == ""
