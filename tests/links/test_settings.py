"""What [links] accepts."""

from __future__ import annotations

from pathlib import Path

import pytest

from catalog.config import ConfigError, parse
from harvester.links.share import share


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ('schedule = "nightly"', r"\[links\]: schedule 'nightly' is not a cron"),
        ("days = 1", r"\[links\.days\]"),
        ("concurrency = 0", r"\[links\.concurrency\]"),
        ("delay = -1", r"\[links\.delay\]"),
        ("dealy = 1", r"unknown key 'dealy' in \[links\].+'delay'"),
    ],
)
def test_what_cannot_be_is_said(said: str, problem: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=problem):
        parse(f"[links]\n{said}", "config.toml", tmp_path)


def test_no_schedule_is_one() -> None:
    assert not parse('[links]\nschedule = ""', "config.toml", Path()).links.schedule


@pytest.mark.parametrize(
    ("total", "asked"), [(0, 1000), (900, 1000), (15_000, 1000), (300_000, 20_000)]
)
def test_a_run_asks_for_its_share(total: int, asked: int) -> None:
    assert share(total, 30) == asked
