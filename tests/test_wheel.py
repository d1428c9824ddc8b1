"""What is installed has everything in it and works in any folder: the wheel, built and tried."""

from __future__ import annotations

import json
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SITE_PACKAGES = Path(pytest.__file__).resolve().parent.parent

pytestmark = pytest.mark.slow

#: In the wheel there is at least one of each.
PARTS = (
    "vindplaats.py",
    "catalog/default.toml",
    "catalog/store/migrations/env.py",
    "catalog/store/migrations/script.py.mako",
    "catalog/store/migrations/versions/*.py",
    "demo/materials/*.toml",
    "harvester/spiders/*.py",
    "harvester/formats/*/__init__.py",
    "schemas/vocabularies.json",
    "webapp/static/*.css",
    "webapp/static/*.svg",
    "webapp/templates/base.html",
    "webapp/templates/site/*.html",
    "webapp/translations/nl.json",
    "webapp/translations/en.json",
    "vindplaats-*.dist-info/licenses/LICENSE",
    "vindplaats-*.dist-info/entry_points.txt",
)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel as ``pip`` makes it, with the build backend that is installed here."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-index"]
    done = subprocess.run(
        [*command, "--no-build-isolation", "--wheel-dir", folder, ROOT],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    (found,) = folder.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The command, installed in an environment of its own beside the packages of this one."""
    folder = tmp_path_factory.mktemp("installed")
    venv.create(folder, symlinks=True, with_pip=False)
    (site,) = folder.glob("lib/python*/site-packages")
    # behind what is installed there; .pth files in it (the checkout itself) are not followed
    (site / "beside.pth").write_text(f"{SITE_PACKAGES}\n")
    command = [sys.executable, "-m", "pip", "--python", str(folder / "bin" / "python"), "install"]
    subprocess.run(
        [*command, "--quiet", "--no-deps", "--no-index", "--ignore-installed", wheel], check=True
    )
    return folder / "bin" / "vindplaats"


@pytest.mark.parametrize("pattern", PARTS)
def test_the_wheel_has(pattern: str, wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        assert any(Path(name).match(pattern) for name in archive.namelist())


def test_the_wheel_has_every_file_of_the_rooms(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        inside = set(archive.namelist())
    listed = subprocess.run(
        ["git", "ls-files", "commands", "catalog", "harvester", "webapp", "schemas", "demo"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if listed.returncode:
        pytest.skip("not a git checkout")
    files = {name for name in listed.stdout.splitlines() if (ROOT / name).is_file()}
    assert files - inside == set()


def test_the_wheel_has_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    tops = {name.partition("/")[0] for name in names}
    rooms = {"vindplaats.py", "commands", "catalog", "harvester", "webapp", "schemas", "demo"}
    assert {top for top in tops - rooms if not top.endswith(".dist-info")} == set()
    assert [name for name in names if "__pycache__" in name or name.endswith(".db")] == []


def test_the_command_is_that_of_the_wheel(installed: Path, tmp_path: Path) -> None:
    code = "import vindplaats, catalog; print(vindplaats.__file__, catalog.__file__)"
    python = installed.with_name("python")
    where = subprocess.check_output([python, "-c", code], cwd=tmp_path, text=True)
    assert where.count(str(installed.parent.parent)) == 2


def test_it_answers_in_an_empty_folder(installed: Path, tmp_path: Path) -> None:
    def said(*arguments: str) -> str:
        return subprocess.check_output([installed, *arguments], cwd=tmp_path, text=True)

    assert "vindplaats demo" in said("--help")
    sources = json.loads(said("sources", "--json"))
    assert {source["name"] for source in sources} > {"lessenkast", "campus-open"}
    assert [path.name for path in tmp_path.iterdir()] == ["var"]


def test_it_harvests_and_finds_in_an_empty_folder(installed: Path, tmp_path: Path) -> None:
    """With tables from its migrations, words from its vocabularies and settings from a file."""
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "one.json").write_text(
        json.dumps(
            {
                "@context": "https://schema.org",
                "@type": "LearningResource",
                "name": "Breuken oefenen",
                "educationalLevel": "vmbo",
                "license": "https://creativecommons.org/licenses/by/4.0/",
            }
        )
    )
    (tmp_path / "config.toml").write_text('[sources.mine]\nkind = "files"\nurl = "in"\n')
    subprocess.run([installed, "harvest"], cwd=tmp_path, check=True, capture_output=True)
    found = json.loads(
        subprocess.check_output(
            [installed, "search", "breuken", "--filter", "level=vmbo", "--json"], cwd=tmp_path
        )
    )
    assert found["total"] == 1
    assert found["cards"][0]["resource"]["licence"] == "CC-BY-4.0"
