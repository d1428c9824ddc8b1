"""The API, asked by a stranger whatever its description allows, and what it does not.

The stranger is the command of schemathesis as it comes, with all its checks, before a site as
``vindplaats serve`` runs it; only the limit of how often one may ask is lifted, as 429 alone would
say little. Some hundreds of cases; ``make api-cases`` asks 20,000. Nothing that is here was
withdrawn: schemathesis takes 410 for a refusal of what is described, and remembers ids.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from test_web_real import fill, real

from catalog.catalogue import Catalogue
from webapp.operations import OPERATIONS

BIN = Path(sys.executable).parent
#: Of each operation, beside what schemathesis asks of every parameter (its phase "coverage").
EXAMPLES = int(os.environ.get("VINDPLAATS_API_EXAMPLES", "0"))
FEW = (
    "--phases",
    "examples,fuzzing,stateful",
    "--max-examples",
    "15",
    "--generation-deterministic",
)
CONFIG = """
[store]
url = "{store}"
[index]
path = "{index}"
[api]
per_minute = 0
"""


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """Serve 40 materials, to whoever asks as often as he likes."""
    here = real(tmp_path)
    with Catalogue(here) as catalogue:
        fill(catalogue)
        catalogue.follow()
    config = tmp_path / "config.toml"
    config.write_text(CONFIG.format(store=here.store.url, index=here.index.path))
    command: list[str | Path] = [BIN / "vindplaats", "serve", "--config", config, "--port", "0"]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, text=True) as site:
        assert site.stdout
        yield re.findall(r"http://[^ \n]+", site.stdout.readline())[0]
        site.terminate()


def test_a_stranger_finds_the_api_as_it_is_described(address: str, tmp_path: Path) -> None:
    asked = ("--max-examples", str(EXAMPLES)) if EXAMPLES else FEW
    command: list[str | Path] = [
        BIN / "schemathesis",
        "run",
        f"{address}/api/v1/openapi.json",
        "--checks",
        "all",
    ]
    done = subprocess.run(
        [*command, "--no-color", *asked], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    said = done.stdout[-8000:]
    assert done.returncode == 0, said
    assert f"Tested: {len(OPERATIONS) - 1}" in said  # all but the description itself
    cases = re.search(r"(\d+) generated, (\d+) passed", said)
    assert cases, said
    made, passed = map(int, cases.groups())
    print(f"{made} cases, {made - passed} failures")  # noqa: T201 what is shown where it is asked to (-s)
    assert made == passed > 100
