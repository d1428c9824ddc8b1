"""``vindplaats export``: lines of JSON, and cartridges of a search or of named materials."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from installation import Installation
from lxml import etree
from origins import Feed, stocked

from catalog.export.cartridge import VERSIONS
from vindplaats import main


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the configuration of a catalogue of 120 materials, which no test changes."""
    here = Installation(tmp_path_factory.mktemp("catalogue"))
    (here.folder / "feed.xml").write_bytes(stocked(Feed(), 120).file())
    here.add("bron", "files", "feed.xml")
    here.good("harvest")
    return here.config


def export(config: Path, *said: str) -> Result:
    return CliRunner().invoke(main, ["export", *said, "--config", str(config)])


def packed(file: Path) -> tuple[list[str], str, str]:
    """Return the titles of a cartridge's items, its own title and its description."""
    with zipfile.ZipFile(file) as archive:
        manifest = etree.fromstring(archive.read("imsmanifest.xml"))
    general = "{*}metadata/{*}lom/{*}general"
    items = [item for item in manifest.iter("{*}item") if item.get("identifierref")]
    told = (manifest.findtext(f"{general}/{{*}}{name}/{{*}}string") or "" for name in
            ("title", "description"))  # fmt: skip
    return [item.findtext("{*}title") or "" for item in items], *told  # type: ignore[return-value]  # two


def test_all_records_are_lines_of_json(config: Path) -> None:
    lines = export(config).stdout.splitlines()
    assert len(lines) == 120
    assert {json.loads(line)["resource"]["source"] for line in lines} == {"bron"}


@pytest.mark.parametrize("name", VERSIONS)
def test_a_search_is_a_cartridge_of_a_hundred_at_most(
    config: Path, tmp_path: Path, name: str
) -> None:
    file = tmp_path / "out.imscc"
    done = export(config, "bron", "--format", name, "--output", str(file), "--language", "en")
    assert done.exit_code == 0
    items, title, told = packed(file)
    assert len(items) == 101
    assert title == "bron"
    assert told.endswith("These are the first 100 of 120.")


def test_named_materials_are_a_cartridge_in_their_order(config: Path, tmp_path: Path) -> None:
    file = tmp_path / "out.imscc"
    records = [json.loads(line) for line in export(config).stdout.splitlines()]
    three = [records[at] for at in (7, 3, 90)]
    ids = [word for one in three for word in ("--id", one["id"])]
    done = export(
        config, "--format", "cc1.1", *ids, "--id", "nothing", "--title", "Week 3",
        "--output", str(file),
    )  # fmt: skip
    assert done.exit_code == 0
    items, title, told = packed(file)
    assert items[:-1] == [one["resource"]["titles"][0]["text"] for one in three]
    assert title == "Week 3"
    assert told.endswith("Weggelaten, want niet meer in de catalogus: 1.")


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (["--query", "a"], "--format cc1.1"),
        (["--format", "cc1.1", "--id", "a", "--query", "b"], "not both"),
        (["--format", "cc1.1", "--id", "nothing"], "nothing to put"),
        (["--format", "thincc", "--query", "xyzzyplughfoo"], "nothing to put"),
        (["--format", "thincc", "--filter", "colour=red"], "no facet 'colour'"),
        (["--format", "cc2"], "is not one of"),
        (["elsewhere", "--format", "cc1.1"], "no source 'elsewhere'"),
    ],
)
def test_what_cannot_be_is_refused_and_writes_no_file(
    config: Path, tmp_path: Path, said: list[str], why: str
) -> None:
    file = tmp_path / "out.imscc"
    done = export(config, *said, "--output", str(file))
    assert done.exit_code != 0
    assert why in done.stderr
    assert not file.exists()
