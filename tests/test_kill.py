"""A harvest that is killed with kill -9 and taken up ends as if nothing had happened.

The long version is ``python benchmarks/kill.py --times 100``.
"""

from __future__ import annotations

import importlib
import time
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture
def kill(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The benchmark, as a module."""
    monkeypatch.syspath_prepend(ROOT / "benchmarks")
    return importlib.import_module("kill")


@pytest.mark.slow
def test_a_harvest_killed_at_any_moment_ends_as_an_undisturbed_one(kill: Any) -> None:
    result = kill.measure(times=8, records=3000, seed=int(time.time()), size=100)
    assert result["differences"] == []
    assert result["equal"] == 8
