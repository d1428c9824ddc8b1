"""The states and reasons of links: in the guide, all of them."""

from __future__ import annotations

import re
from pathlib import Path

from catalog.links import REASONS, STATES

GUIDE = Path(__file__).parents[2] / "docs" / "operators.md"


def test_states_and_reasons_are_in_the_guide() -> None:
    section = GUIDE.read_text("utf-8").partition("\n## What is still there\n")[2]
    section = section.partition("\n## ")[0]
    rows = dict(re.findall(r"^\| `([\w-]+)` \| ([a-z, ]+) \|", section, re.MULTILINE))
    assert {reason: tuple(rows.get(reason, "").split(", ")) for reason in REASONS} == dict(REASONS)
    assert all(f"| `{state}` |" in section for state in STATES)
