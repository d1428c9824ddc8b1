"""The guides: complete, true to the code, and runnable where they give commands."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import msgspec
import pytest
from click.testing import CliRunner
from installation import commands

from catalog import config
from catalog.config import TABLES, Source
from catalog.health import Health
from catalog.index import FACETS
from catalog.normalise import normalise
from catalog.resource import LearningResource
from catalog.store.model import Status, record_id
from demo import materials
from harvester import formats
from harvester.raw import Raw
from vindplaats import main
from webapp import create_app, status

ROOT = Path(__file__).resolve().parent.parent
GUIDES = sorted(
    p
    for p in (*ROOT.glob("*.md"), *ROOT.glob("*/**/*.md"))
    if not any(part.startswith(".") or part == "var" for part in p.relative_to(ROOT).parts)
)
OPERATORS = (ROOT / "docs" / "operators.md").read_text("utf-8")
PROVIDERS = (ROOT / "docs" / "providers.md").read_text("utf-8")
README = (ROOT / "README.md").read_text("utf-8")
ALL_DOCS = "\n".join(p.read_text("utf-8") for p in GUIDES)

COMMANDS = commands()


def section(heading: str, text: str = OPERATORS) -> str:
    """Return what stands under a heading, up to the next one of its level or above."""
    level = heading.partition(" ")[0]
    assert f"\n{heading}\n" in text, f"there is no heading {heading}"
    rest = text.partition(f"\n{heading}\n")[2]
    return re.split(rf"\n#{{1,{len(level)}}} ", rest)[0]


def fenced(text: str, language: str) -> list[str]:
    return re.findall(rf"^ *```{language}\n(.*?)^ *```", text, re.DOTALL | re.MULTILINE)


def shown(field: msgspec.inspect.Field) -> str:
    """Return the default of a setting as TOML has it."""
    if field.required:
        return "required"
    factory = field.default_factory
    value = field.default if factory is msgspec.NODEFAULT else factory()
    return "none" if value is None else f"`{json.dumps(value)}`"


class TestSettings:
    @staticmethod
    def rows(struct: type[Any], leave: tuple[str, ...] = ()) -> Iterator[str]:
        """Yield the row of a table for each key of ``struct``."""
        info = msgspec.inspect.type_info(struct)
        assert isinstance(info, msgspec.inspect.StructType)
        for field in info.fields:
            if field.name in leave:
                continue
            assert isinstance(field.type, msgspec.inspect.Metadata), f"{field.name} has no help"
            said = (field.type.extra_json_schema or {})["description"]
            yield f"| `{field.name}` | {shown(field)} | {said} |"

    @pytest.mark.parametrize("table", [t for t in TABLES if not t.startswith("sources")])
    def test_each_key_is_explained(self, table: str) -> None:
        found = section(f"### [{table}]").splitlines()
        for struct in TABLES[table]:
            assert [line for line in found if line.startswith("| `")] == list(self.rows(struct))

    def test_each_key_of_all_sources_is_explained(self) -> None:
        found = section("## Sources").partition("\n### ")[0].splitlines()
        assert [line for line in found if line.startswith("| `")] == list(self.rows(Source))

    @pytest.mark.parametrize("kind", TABLES["sources.NAME"], ids=lambda s: s.__name__)
    def test_each_key_of_a_kind_of_source_is_explained(self, kind: type[Source]) -> None:
        tag = kind.__struct_config__.tag
        found = section(f'### kind = "{tag}"').splitlines()
        own = list(self.rows(kind, leave=Source.__struct_fields__))
        assert [line for line in found if line.startswith("| `")] == own

    def test_no_table_is_left_out(self) -> None:
        kinds = {kind for table in TABLES.values() for kind in table}
        fields = msgspec.structs.fields(config.Settings)
        assert {field.name for field in fields} == {name.partition(".")[0] for name in TABLES}
        assert set(config.AnySource.__args__) <= kinds

    @pytest.mark.parametrize("example", fenced(ALL_DOCS, "toml"))
    def test_examples_are_accepted(self, example: str, tmp_path: Path) -> None:
        settings = config.parse(example, "the example", tmp_path)
        assert settings != config.Settings()

    def test_the_built_in_configuration_says_where_to_look(self) -> None:
        assert "docs/operators.md" in (ROOT / "config.toml").read_text("utf-8")


class TestCommands:
    @pytest.mark.parametrize("name", COMMANDS)
    def test_is_in_the_guide(self, name: str) -> None:
        assert f"| `vindplaats {name}` |" in section("## Commands")

    @pytest.mark.parametrize("name", COMMANDS)
    def test_options_are_in_the_guide(self, name: str) -> None:
        row = next(r for r in OPERATORS.splitlines() if r.startswith(f"| `vindplaats {name}` |"))
        options = {o for p in COMMANDS[name].params for o in p.opts if o.startswith("--")}
        assert {o for o in options - {"--config"} if f"`{o}" not in row} == set()

    @pytest.mark.parametrize("name", COMMANDS)
    def test_help_has_an_example_that_can_be_typed(self, name: str) -> None:
        command = COMMANDS[name]
        example = re.search(r"Example: vindplaats (.+)", command.help or "")
        assert example
        first, *arguments = shlex.split(example[1])
        assert first == name
        assert command.make_context(name, arguments).params

    @pytest.mark.parametrize("name", COMMANDS)
    def test_help_names_only_sources_that_there_are(self, name: str) -> None:
        example = re.search(r"Example: vindplaats \S+(.*)", COMMANDS[name].help or "")
        known = config.load(None).sources
        assert example
        if COMMANDS[name].params and any(p.name == "names" for p in COMMANDS[name].params):
            context = COMMANDS[name].make_context(name, shlex.split(example[1]))
            assert set(context.params["names"]) <= known.keys()

    def test_the_example_of_show_is_a_record_of_the_demonstration(self) -> None:
        material = "oai:lessenkast.example:statline"
        assert "statline" in {m.id for m in materials.load() if "lom" in m.sources}
        assert record_id("lessenkast", material) in (COMMANDS["show"].help or "")

    @pytest.mark.parametrize("name", COMMANDS)
    def test_help_is_one_line_in_the_list(self, name: str) -> None:
        assert f"  {name}" in CliRunner().invoke(main, ["--help"]).output
        assert not COMMANDS[name].get_short_help_str(67).endswith("...")

    def test_every_option_says_what_it_does(self) -> None:
        silent = [
            f"{name} {option.name}"
            for name, command in COMMANDS.items()
            for option in command.params
            if isinstance(option, click.Option) and not option.help
        ]
        assert silent == []

    def test_facets_are_in_the_guides(self) -> None:
        assert [f for f in FACETS if f"`{f}`" not in section("## Commands")] == []
        lms = (ROOT / "docs" / "lms.md").read_text("utf-8")
        assert [f for f in FACETS if f"`{f}`" not in lms] == []


class TestFacts:
    @pytest.mark.parametrize("state", Status.__args__)  # type: ignore[attr-defined]
    def test_each_state_of_a_run_is_explained(self, state: str) -> None:
        assert f"| `{state}` |" in section("## What becomes of a run")

    def test_each_rule_of_rejection_is_explained(self) -> None:
        code = "\n".join(p.read_text("utf-8") for p in (ROOT / "harvester").rglob("*.py"))
        rules = set(re.findall(r'ParseError\(\s*"([a-z_.]+)"', code))
        assert len(rules) > 10
        explained = section("## Records that were not accepted")
        table = re.findall(r"^\| (`.+?`) \|", explained, re.MULTILINE)
        told = set(re.findall(r"`([a-z_.]+)`", " ".join(table)))
        assert told - {"title.missing"} == rules - {"title.missing"}
        assert "title.missing" in told  # what every profile asks

    def test_each_route_of_the_api_is_explained(self) -> None:
        app = create_app(None, config.Settings())  # type: ignore[arg-type]  # it is not asked
        rules = {rule.rule.replace("<path:", "<") for rule in app.url_map.iter_rules()}
        api = {rule for rule in rules if rule.startswith("/api")}
        assert len(api) >= 4
        assert {rule for rule in api if f"`{rule}`" not in ALL_DOCS} == set()

    def test_each_metric_is_explained(self) -> None:
        found = status.Figures(Health(store=True, lag=0, sources=())).collect()
        names = {m.name for m in found} - {"vindplaats"} | {"vindplaats_info"}
        assert len(names) >= 12
        assert {name for name in names if f"`{name}`" not in section("## Keeping watch")} == set()

    def test_each_format_is_named(self) -> None:
        names = {
            "lom": "LOM",
            "dublin_core": "Dublin Core",
            "schema_org": "schema.org",
            "mods": "MODS",
            "marc": "MARC 21",
            "onix": "ONIX for Books",
            "mapped": "JSON of any API, feeds",
            "kbart": "KBART",
            "content_package": "IMS and SCORM packages",
        }
        table = section("## Formats that are read", PROVIDERS)
        assert {n for n in formats.names() if f"| {names[n]} |" not in table} == set()

    def test_the_example_in_json_ld_is_understood(self) -> None:
        block = re.search(r"<script[^>]*>(.*?)</script>", fenced(PROVIDERS, "html")[0], re.DOTALL)
        assert block
        r = self.understood(
            Raw(
                source="s",
                identifier="i",
                media_type="application/ld+json",
                content=block[1].encode(),
            )
        )
        assert (r.licence, r.levels, r.types) == ("CC-BY-4.0", ("havo",), ("worksheet",))
        assert (r.languages, r.language_detected, r.duration) == (("en",), False, "PT45M")
        assert r.creators[0].ids == ("https://orcid.org/0000-0002-1825-0097",)

    def test_the_example_in_lom_is_understood(self) -> None:
        example = next(e for e in fenced(PROVIDERS, "xml") if "<lom" in e)
        r = self.understood(Raw(source="s", identifier="i", content=example.encode()))
        assert r.titles[0].text == "Een weerkaart lezen"
        assert (r.licence, r.url) == ("CC-BY-4.0", "https://lessons.example/weather-map")

    @staticmethod
    def understood(raw: Raw) -> LearningResource:
        (found,) = formats.read(raw)[1]
        return normalise(found)


class TestPages:
    @pytest.mark.parametrize("guide", GUIDES, ids=lambda p: str(p.relative_to(ROOT)))
    def test_links_lead_somewhere(self, guide: Path) -> None:
        text = re.sub(r"(?ms)^ *```.*?^ *```", "", guide.read_text("utf-8"))
        for target in re.findall(r"\]\(([^)\s]+)\)", text):
            if re.match(r"[a-z]+:", target):
                continue
            path, _, anchor = target.partition("#")
            file = guide.parent / path if path else guide
            assert file.exists(), f"{target} is not there"
            if anchor:
                assert anchor in anchors(file), f"{target} has no such heading"

    def test_pictures_are_there_and_described(self) -> None:
        shown = re.findall(r"!\[([^\]]*)\]\(([^)]+)\)", README)
        assert len(shown) >= 1
        assert all(len(words) > 20 and (ROOT / path).is_file() for words, path in shown)

    def test_the_changelog_has_this_version(self) -> None:
        version = re.search(
            r'^version = "(.+)"', (ROOT / "pyproject.toml").read_text("utf-8"), re.MULTILINE
        )
        entries = re.findall(
            r"^## \[(.+?)\] - (unreleased|\d{4}-\d{2}-\d{2})$",
            (ROOT / "CHANGELOG.md").read_text("utf-8"),
            re.MULTILINE,
        )
        assert version
        assert entries[0][0] == version[1]

    def test_each_decision_is_listed_and_short(self) -> None:
        folder = ROOT / "docs" / "decisions"
        listed = (folder / "README.md").read_text("utf-8")
        for number, decision in enumerate(sorted(folder.glob("0*.md")), 1):
            text = decision.read_text("utf-8")
            assert text.startswith(f"# {number}. ")
            assert decision.name.startswith(f"{number:04}-")
            assert f"({decision.name})" in listed
            assert text.count("\n") <= 20

    @pytest.mark.parametrize(
        "room", ["catalog", "harvester", "webapp", "demo", "schemas", "benchmarks", "tests"]
    )
    def test_each_room_has_its_plan(self, room: str) -> None:
        assert (ROOT / room / "README.md").is_file()
        architecture = (ROOT / "docs" / "architecture.md").read_text("utf-8")
        assert f"| `{room}/` |" in architecture

    def test_files_named_in_the_architecture_are_there(self) -> None:
        text = (ROOT / "docs" / "architecture.md").read_text("utf-8")
        named = re.findall(r"`((?:catalog|harvester|webapp|schemas|tests)/[\w/.]+)`", text)
        assert len(named) > 15
        exemplary = re.compile("KIND|NAME")
        assert [n for n in named if not exemplary.search(n) and not (ROOT / n).exists()] == []

    def test_figures_have_a_command_that_prints_them(self) -> None:
        rows = [r for r in section("## Figures", README).splitlines() if "benchmarks/" in r]
        for row in rows[1:]:
            command = re.search(r"`python (benchmarks/\w+\.py)", row)
            assert command
            assert (ROOT / command[1]).is_file()


def anchors(file: Path) -> set[str]:
    """Return the anchors of a page, as GitHub and its kin make them of headings."""
    headings = re.findall(r"^#+ (.+)$", file.read_text("utf-8"), re.MULTILINE)
    plain = (re.sub(r"[^\w\s-]", "", heading.lower()) for heading in headings)
    return {heading.strip().replace(" ", "-") for heading in plain}


class TestCommandsInTheReadme:
    LINES = tuple(
        line for block in fenced(README, "sh") for line in block.splitlines() if line.strip()
    )

    @pytest.mark.parametrize("line", LINES)
    def test_can_be_typed(self, line: str) -> None:
        program, *arguments = shlex.split(line, comments=True)
        if program == "make":
            makefile = (ROOT / "Makefile").read_text("utf-8")
            assert all(re.search(rf"^{target}:", makefile, re.MULTILINE) for target in arguments)
        elif program == "vindplaats":
            assert arguments[0] in {"--help", *COMMANDS}
            if arguments[0] in COMMANDS:
                COMMANDS[arguments[0]].make_context(arguments[0], arguments[1:])
        else:
            assert line == "pip install ."

    def test_first_ones_are_the_two_of_the_makefile(self) -> None:
        assert self.LINES[:2] == ("make demo", "make test")

    def test_answer_in_an_empty_folder(self, tmp_path: Path) -> None:
        command = Path(sys.executable).with_name("vindplaats")
        for line in ("--help", "sources"):
            assert f"vindplaats {line}" in self.LINES
            done = subprocess.run(
                [command, line], cwd=tmp_path, capture_output=True, text=True, check=True
            )
            assert "demo" in done.stdout or "lessenkast" in done.stdout
        assert [path.name for path in tmp_path.iterdir()] == ["var"]


class TestTrackedFiles:
    #: Folders of the machines on which the project was made, and what only those reach.
    LOCAL = re.compile(
        rb"(?<![\w.:/])/(?:work|home|root|Users)/[A-Za-z0-9_]|\.pyenv|\.local\b|"
        rb"index-url|extra-index|(?:artifactory|nexus|devpi|artifact)[\w.-]*\.(?:com|net|io|org)",
        re.IGNORECASE,
    )

    def test_have_no_path_or_registry_of_one_machine(self) -> None:
        assert [name for name, data in self.files() if self.LOCAL.search(data)] == []

    @staticmethod
    def files() -> Iterator[tuple[str, bytes]]:
        listed = subprocess.run(
            ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False
        )
        if listed.returncode:
            pytest.skip("not a git checkout")
        for name in listed.stdout.decode().split("\0"):
            path = ROOT / name
            if name and path.is_file() and path != Path(__file__):
                yield name, path.read_bytes()
