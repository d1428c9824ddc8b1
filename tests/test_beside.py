"""What a provider is told of its records beside those of others: copies, links, contradictions."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result

import vindplaats
from catalog import report as reports
from catalog.beside import beside
from catalog.catalogue import Catalogue
from catalog.config import load
from catalog.links import Verdict
from catalog.mending import KINDS, rows
from catalog.resource import Date, LearningResource, Text
from catalog.store import Store, tables
from catalog.store.model import Counts, Entry, Kept, record_id
from webapp.provider import render

CONFIG = """
[store]
url = "sqlite:///s.db"
[sources.eigen]
kind = "oai_pmh"
url = "https://eigen.example/oai"
title = "Eigen"
[sources.ander]
kind = "files"
url = "a"
"""
BLANK = Kept(
    url="", media_type="", body=b"", checkpoint="", total=None, counts=Counts(), entries=[],
    gone=[], sighted=[], restamped=[], rejects=[], cleared=[],
)  # fmt: skip
FORMULA = "=1+1"


def keep(store: Store, source: str, *resources: LearningResource) -> None:
    run = store.runs.begin(source, full=False, since="")
    entries = [
        Entry(
            id=record_id(source, each.identifier), identifier=each.identifier, format="x",
            datestamp="", sets="", hash=b"0" * 16, position=at, resource=each,
        )
        for at, each in enumerate(resources)
    ]  # fmt: skip
    store.keeping.keep(source, run.id, msgspec.structs.replace(BLANK, entries=entries))


def resource(source: str, name: str, **said: Any) -> LearningResource:
    return LearningResource(
        source=source, identifier=name, titles=(Text("Titel"),),
        url=f"https://{source}.example/{name}", **said,
    )  # fmt: skip


@pytest.fixture
def catalogue(tmp_path: Path) -> Iterator[Catalogue]:
    """Eigen has 1, 2 and 3; Ander has copies of 1 and 2, and says something else of 1."""
    (tmp_path / "config.toml").write_text(CONFIG)
    with Catalogue(load(tmp_path / "config.toml")) as made:
        keep(
            made.store,
            "eigen",
            resource("eigen", "1", licence="CC-BY-4.0", openness="open",
                     dates=(Date("2019", "issued"),)),
            resource("eigen", "2"),
            resource("eigen", "3"),
        )  # fmt: skip
        keep(
            made.store,
            "ander",
            resource("ander", "1", openness="closed", dates=(Date(FORMULA, "issued"),)),
            resource("ander", "2", licence="CC-BY-4.0", openness="open"),
        )
        with made.store.database.writing() as connection:
            for row in connection.execute(sa.select(tables.record)).all():
                if row.identifier != "3":
                    work = record_id("eigen", row.identifier)
                    connection.execute(
                        tables.member.insert(), {"record": row.no, "work": work, "began": work}
                    )
        start = datetime(2026, 1, 1, tzinfo=UTC)
        made.store.links.follow(start)
        for days in (0, 4, 8):
            verdicts = {
                "https://eigen.example/2": Verdict(state="dead", reason="gone"),
                "https://eigen.example/3": Verdict(
                    state="moved", reason="redirect", target="https://new.example/"
                ),
                "https://ander.example/1": Verdict(state="dead", reason="gone"),
            }
            made.store.links.record(verdicts, start + timedelta(days=days), days=30)
        yield made


def test_each_record_is_put_beside_those_of_others(catalogue: Catalogue) -> None:
    one, two, three = beside(catalogue.store, "eigen")
    assert [copy.resource.source for copy in one.copies] == ["ander"]
    assert [(each.field, each.own, each.others) for each in one.disputes] == [
        ("licence", "CC-BY-4.0", (("closed", ("ander",)),)),
        ("year", "2019", ((FORMULA, ("ander",)),)),
    ]
    assert (two.disputes, len(two.copies)) == ((), 1)  # it says nothing that can be contradicted
    assert (three.disputes, three.copies) == ((), ())
    assert [each.link.state for each in (one, two, three) if each.link] == ["", "dead", "moved"]


def test_the_report_counts_and_names_them(catalogue: Catalogue) -> None:
    made = reports.report(catalogue, "eigen", examples=1)
    assert (made.accepted, made.shared) == (3, 2)
    assert [(b.rule, b.count) for b in made.links] == [("link.dead", 1), ("link.moved", 1)]
    assert [b.rule for b in made.disputes] == ["dispute.licence", "dispute.year"]
    for language, words in (
        ("nl", ("elders closed (ander)", "Een ander jaar", "(410)", "2 records zijn ook")),
        ("en", ("elsewhere closed (ander)", "Another year", "(410)", "2 records can be found")),
    ):
        html = render(made, catalogue.settings.site, language)  # type: ignore[arg-type]
        assert all(word in html for word in words)


def test_lines_to_work_through(catalogue: Catalogue) -> None:
    found = [(row.kind, row.rule, row.identifier) for row in rows(catalogue, "eigen")]
    assert found == [
        ("dispute", "dispute.licence", "1"),
        ("dispute", "dispute.year", "1"),
        ("link", "link.dead", "2"),
        ("link", "link.moved", "3"),
    ]
    assert "copy" not in KINDS  # which is nothing to mend
    copies = list(rows(catalogue, "eigen", ["copy"]))
    assert [(row.identifier, row.said) for row in copies] == [("1", "ander: 1"), ("2", "ander: 2")]


def asked(catalogue: Catalogue, *options: str) -> Result:
    path = str(catalogue.settings.store.url.removeprefix("sqlite:///"))
    config = Path(path).with_name("config.toml")
    return CliRunner().invoke(
        vindplaats.main, ["report", "eigen", "--config", str(config), *options]
    )


def test_csv_is_chosen_by_kind_and_holds_no_formula(catalogue: Catalogue) -> None:
    done = asked(catalogue, "--csv", "--only", "link", "--only", "copy")
    read = list(csv.DictReader(io.StringIO(done.stdout)))
    assert [row["kind"] for row in read] == ["copy", "link", "copy", "link"]
    keep(catalogue.store, "ander", resource("ander", FORMULA))
    keep(catalogue.store, "eigen", resource("eigen", FORMULA))
    everything = asked(catalogue, "--csv").stdout
    assert not any(
        cell.startswith("=") for row in csv.reader(io.StringIO(everything)) for cell in row
    )
    said = asked(catalogue).stdout
    assert "2 of 4 have a copy at another source" in said
    assert "link.dead\n" in said
