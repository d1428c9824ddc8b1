"""Processes that end with the one that started them, and those that nobody holds."""

from __future__ import annotations

import subprocess
import sys
import tempfile

from harvester import starter

BEGINS = [sys.executable, "-c", "from harvester.starter import *; end_with_starter(); {}"]


def program(then: str) -> list[str]:
    return [part.format(then) for part in BEGINS]


def test_a_process_ends_when_nobody_holds_it_any_more() -> None:
    with tempfile.TemporaryFile() as said:
        held = starter.start(program("import time; time.sleep(100)"), stdout=None, stderr=said)
        starter.release(held)
        assert held.wait(20) == 1


def test_a_process_that_is_started_by_hand_goes_on_to_its_end() -> None:
    program_ = program("import time; time.sleep(0.5); print('done')")
    done = subprocess.run(program_, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, check=True)
    assert done.stdout == b"done\n"
