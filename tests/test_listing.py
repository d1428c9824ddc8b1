"""Runs, rejects and findings: filtered, and exported as CSV and JSON."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

import vindplaats
from catalog.profile import Finding
from catalog.resource import LearningResource, Text
from catalog.store import Store
from catalog.store.model import Counts, Entry, Kept, Reject, record_id

OLD, LATER = "2024-01-01T00:00:00Z", "2999-01-01"


def resource(identifier: str) -> LearningResource:
    return LearningResource(source="a", identifier=identifier, titles=(Text("Breuken"),))


def entry(identifier: str, *rules: str) -> Entry:
    return Entry(
        id=record_id("a", identifier),
        identifier=identifier,
        format="dublin_core",
        datestamp="",
        sets="",
        hash=b"",
        position=0,
        resource=resource(identifier),
        findings=tuple(Finding(rule, "warning", "rights", "=gratis") for rule in rules),
    )


def reject(identifier: str, rule: str) -> Reject:
    return Reject(
        source="a",
        identifier=identifier,
        rule=rule,
        reason='the reason, "quoted"',
        url="http://127.0.0.1/",
        media_type="text/xml",
        payload=b"<x/>",
        position=0,
    )


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("listing")
    file = folder / "config.toml"
    file.write_text(
        '[store]\nurl = "sqlite:///s.db"\n'
        '[sources.a]\nkind = "files"\nurl = "a"\n[sources.b]\nkind = "files"\nurl = "b"\n'
    )
    store = Store(f"sqlite:///{folder}/s.db")
    for number in range(30):
        run = store.runs.begin("a" if number % 2 else "b", full=False, since="")
        store.runs.end(run.id, "complete" if number else "failed", "=1+1")
    entries = [entry("1", "licence.unknown", "url.missing"), entry("2", "licence.missing")]
    rejects = [reject("3", "title.missing"), reject("4", "xml.malformed")]
    kept = Kept(
        url="u", media_type="text/xml", body=b"x", checkpoint="", total=None,
        counts=Counts(pages=1), entries=entries, gone=[], sighted=[], restamped=[],
        rejects=rejects, cleared=[],
    )  # fmt: skip
    store.keeping.keep("a", run.id, kept)
    store.close()
    return file


def ask(config: Path, *arguments: str) -> Result:
    return CliRunner().invoke(vindplaats.main, [*arguments, "--config", str(config)])


def as_json(config: Path, *arguments: str) -> Any:
    result = ask(config, *arguments, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.output)


def as_csv(config: Path, *arguments: str) -> list[dict[str, str]]:
    result = ask(config, *arguments, "--csv")
    assert result.exit_code == 0, result.output
    return list(csv.DictReader(io.StringIO(result.output, newline="")))


def test_runs_are_filtered_by_status_source_and_time(config: Path) -> None:
    assert [r["status"] for r in as_json(config, "runs", "--status", "failed")] == ["failed"]
    assert {r["source"] for r in as_json(config, "runs", "b")} == {"b"}
    assert as_json(config, "runs", "--since", LATER) == []
    assert len(as_json(config, "runs", "--since", OLD, "--limit", "3")) == 3


def test_an_export_has_everything_and_a_screen_twenty(config: Path) -> None:
    assert len(as_json(config, "runs")) == len(as_csv(config, "runs")) == 30
    lines = ask(config, "runs").output.splitlines()
    assert len([line for line in lines if line[:1].isdigit()]) == 20


def test_rejects_are_filtered_by_rule(config: Path) -> None:
    assert [r["identifier"] for r in as_csv(config, "rejects", "--rule", "title")] == ["3"]
    assert [r["identifier"] for r in as_json(config, "rejects", "--rule", "xml.malformed")] == ["4"]
    assert as_csv(config, "rejects", "b") == []
    assert as_csv(config, "rejects")[0]["reason"] == 'the reason, "quoted"'


def test_findings_are_listed_in_words_and_by_rule(config: Path) -> None:
    said = ask(config, "findings").output
    assert "the licence is not understood: =gratis" in said
    found = as_json(config, "findings", "a", "--rule", "licence")
    assert sorted(f["rule"] for f in found) == ["licence.missing", "licence.unknown"]
    assert as_json(config, "findings", "--since", LATER) == []


def test_no_cell_is_a_formula(config: Path) -> None:
    assert {r["message"] for r in as_csv(config, "runs")} == {"'=1+1"}
    assert {f["value"] for f in as_csv(config, "findings")} == {"'=gratis"}


@pytest.mark.parametrize(
    "arguments",
    [("runs", "--since", "yesterday"), ("runs", "--status", "odd"), ("findings", "nobody")],
)
def test_what_cannot_be_asked_is_said(config: Path, arguments: tuple[str, ...]) -> None:
    result = ask(config, *arguments)
    assert result.exit_code != 0
    assert "Traceback" not in result.output
