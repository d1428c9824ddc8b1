"""Where our own code fails in the midst of a run, the run says so: nothing was read to its end."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.installation import Installation

_BROKEN = """
import sys
from harvester.pipeline import Pipeline
from harvester.process import main
from harvester.spiders.files import Spider

def broken(*_args, **_more):
    raise ZeroDivisionError("three by nothing")

{what} = broken
main()
"""


@pytest.mark.parametrize("what", ["Pipeline.keep", "Spider.from_disk", "Spider._read"])
def test_a_run_in_which_we_stumble_does_not_end_complete(tmp_path: Path, what: str) -> None:
    here = Installation(tmp_path)
    material = {"id": "a", "name": "Een titel", "type": "LearningResource"}
    (tmp_path / "materials.jsonl").write_text(f"{material}\n".replace("'", '"'))
    here.sources["own"] = {"kind": "files", "url": str(tmp_path / "materials.jsonl")}
    here.write()
    script = _BROKEN.format(what=what)
    command = [sys.executable, "-c", script, "own", "--config", str(here.config)]
    subprocess.run(command, capture_output=True, timeout=100, check=False)
    with here.catalogue() as catalogue:
        run = catalogue.store.runs.last("own")
    assert run is not None
    assert run.status == "failed"
    assert "an error in Vindplaats itself" in run.message
    assert "ZeroDivisionError: three by nothing" in run.message
