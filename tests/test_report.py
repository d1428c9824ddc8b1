"""The report to a provider: its figures, its page and its exports."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner, Result

import vindplaats
from catalog import profile as profiles
from catalog import report as reports
from catalog.catalogue import Catalogue
from catalog.config import FilesSource, OaiPmhSource, Site, load
from catalog.profile import findings
from catalog.report import Broken, Coverage, Report
from catalog.resource import Concept, LearningResource, Text
from catalog.store.model import Counts, Entry, Kept, Reject, record_id
from webapp.provider import render, trend

HOSTILE = '<script>alert(1)</script>"&'
CONFIG = """
[site]
url = "https://materials.example"
[store]
url = "sqlite:///s.db"
[sources.lessons]
kind = "oai_pmh"
url = "https://repository.example/oai"
title = "Lessons"
[sources.empty]
kind = "files"
url = "a"
"""


def resource(identifier: str, **fields: Any) -> LearningResource:
    return LearningResource(
        source="lessons", identifier=identifier, titles=(Text(f"Titel {HOSTILE}"),), **fields
    )


def entry(resource: LearningResource) -> Entry:
    return Entry(
        id=record_id("lessons", resource.identifier),
        identifier=resource.identifier,
        format="lom",
        datestamp="",
        sets="",
        hash=b"",
        position=0,
        resource=resource,
        findings=findings(resource, profiles.get("basis")),
    )


GOOD = {
    "url": "https://repository.example/1",
    "rights": ("cc by",),
    "openness": "open",
    "descriptions": (Text("Een beschrijving van genoeg woorden."),),
}


@pytest.fixture
def catalogue(tmp_path: Path) -> Iterator[Catalogue]:
    (tmp_path / "config.toml").write_text(CONFIG, "utf-8")
    with Catalogue(load(tmp_path / "config.toml")) as catalogue:
        fill(catalogue)
        yield catalogue


def fill(catalogue: Catalogue) -> None:
    run = catalogue.store.runs.begin("lessons", full=False, since="")
    resources = [
        resource("oai:x:1", **GOOD, level_terms=(Concept(label="hbo"),), levels=("hbo",)),
        resource("oai:x:2", **GOOD, level_terms=(Concept(label="zwaar"),)),
        resource("oai:x:3", languages=("nl",), language_detected=True),
    ]
    rejects = [
        Reject(
            source="lessons",
            identifier=f"oai:y:{i}{HOSTILE}",
            rule="title.missing",
            reason=f"no title {HOSTILE}",
            url="https://repository.example/oai?page",
            media_type="text/xml",
            payload=b"<x/>",
            position=i,
        )
        for i in range(12)
    ]
    kept = Kept(
        url="u", media_type="text/xml", body=b"x", checkpoint="", total=None,
        counts=Counts(pages=1, seen=15, added=3, rejected=12),
        entries=list(map(entry, resources)), gone=[], sighted=[], restamped=[],
        rejects=rejects, cleared=[],
    )  # fmt: skip
    catalogue.store.keeping.keep("lessons", run.id, kept)
    catalogue.store.runs.end(run.id, "complete", warnings=[f"careful {HOSTILE}"])


def by_rule(broken: tuple[Broken, ...]) -> dict[str, int]:
    return {b.rule: b.count for b in broken}


def covered(made: Report) -> dict[str, Coverage]:
    return {c.name: c for c in made.coverage}


def test_figures(catalogue: Catalogue) -> None:
    made = reports.report(catalogue, "lessons")
    assert (made.accepted, made.rejected, made.profile.name) == (3, 12, "basis")
    assert by_rule(made.rejects) == {"title.missing": 12}
    assert by_rule(made.findings) == {
        "description.missing": 1,
        "level.not-in-vocabulary": 1,
        "licence.missing": 1,
        "url.missing": 1,
    }
    assert covered(made)["title"] == Coverage("title", 3, 3, "required")
    assert covered(made)["level"] == Coverage("level", 2, 1)
    assert covered(made)["language"].stated == 0  # told from the words, not stated
    assert covered(made)["url"].asked == "recommended"
    assert [run.status for run in made.runs] == ["complete"]


def test_examples_lead_to_the_record(catalogue: Catalogue) -> None:
    made = reports.report(catalogue, "lessons", examples=5)
    (rejects,) = made.rejects
    assert len(rejects.examples) == 5
    assert rejects.examples[0].link.startswith(
        "https://repository.example/oai?verb=GetRecord&metadataPrefix=oai_dc&identifier=oai%3Ay%3A"
    )
    (level,) = [b for b in made.findings if b.rule == "level.not-in-vocabulary"]
    assert level.examples[0].value == "zwaar"
    assert level.examples[0].id == record_id("lessons", "oai:x:2")


def test_a_link_is_made_where_there_is_one() -> None:
    assert reports.link(FilesSource(url="a.mrc"), "991") == ""
    assert reports.link(FilesSource(url="a.json"), "https://a.example/1") == "https://a.example/1"
    assert reports.link(FilesSource(url="a.json"), "javascript:alert(1)") == ""
    odd = OaiPmhSource(url="https://a.example/oai?x=1", prefix="lom")
    assert reports.link(odd, "a&b") == (
        "https://a.example/oai?x=1&verb=GetRecord&metadataPrefix=lom&identifier=a%26b"
    )
    assert reports.link(odd, "") == ""


def test_a_withdrawn_record_is_not_counted(catalogue: Catalogue) -> None:
    store = catalogue.store
    number = store.keeping.known([record_id("lessons", "oai:x:3")])
    store.keeping.settle("lessons", 1, removed=[known.no for known in number.values()], absent=[])
    made = reports.report(catalogue, "lessons")
    assert made.accepted == 2
    assert by_rule(made.findings) == {"level.not-in-vocabulary": 1}


def test_a_source_that_was_never_harvested_has_a_report(catalogue: Catalogue) -> None:
    made = reports.report(catalogue, "empty")
    assert (made.accepted, made.rejected, made.runs) == (0, 0, ())
    assert "never harvested" in render(made, Site(), "en")


class _Page(HTMLParser):
    """What a browser would fetch, run or link to."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.fetched: list[str] = []
        self.links: list[str] = []
        self.tags: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        for name, value in attrs:
            if name in ("src", "srcset", "poster", "data", "action") or name.startswith("on"):
                self.fetched.append(f"{tag} {name} {value}")
            if tag == "link" or (tag == "use" and name == "href"):
                self.fetched.append(f"{tag} {value}")
            if tag == "a" and name == "href":
                self.links.append(value or "")


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_page_needs_nothing_and_runs_nothing(catalogue: Catalogue, language: Any) -> None:
    made = reports.report(catalogue, "lessons")
    html = render(made, catalogue.settings.site, language)
    page = _Page(html)
    assert page.fetched == []
    assert "script" not in page.tags
    assert "b" not in page.tags
    assert "url(" not in html
    assert "@import" not in html
    assert HOSTILE not in html
    assert all(link.startswith(("https://", "mailto:")) for link in page.links)
    place = {"nl": "/nl/vindplaats/", "en": "/en/copy/"}[language]
    ours = f"https://materials.example{place}{record_id('lessons', 'oai:x:2')}"
    assert ours in page.links
    assert f'<html lang="{language}">' in html
    said = {"nl": "het record heeft geen licentie", "en": "the record has no licence"}
    assert said[language] in html


def test_why_a_record_was_rejected_is_told_in_the_language_of_the_page(
    catalogue: Catalogue,
) -> None:
    made = reports.report(catalogue, "lessons")
    example = reports.Example(
        identifier="x", link="", reason="the record has no title; the record has no address"
    )
    broken = (
        Broken(rule="title.missing", count=1, examples=(example,)),
        Broken(rule="xml.malformed", count=1, examples=()),
    )
    html = render(msgspec.structs.replace(made, rejects=broken), Site(), "nl")
    assert "het record heeft geen titel; het record heeft geen adres" in html
    assert "de XML is stuk" in html


def test_where_a_file_lies_is_not_told(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text('[sources.shelf]\nkind = "files"\nurl = "inbox/books.mrc"\n', "utf-8")
    with Catalogue(load(config)) as opened:
        run = opened.store.runs.begin("shelf", full=True, since="")
        opened.store.runs.end(run.id, "failed", f"there is no file {tmp_path}/inbox/books.mrc")
        made = reports.report(opened, "shelf")
        assert made.url == "books.mrc"
        assert made.runs[0].message == "there is no file books.mrc"
        page = render(made, opened.settings.site, "en")
        assert str(tmp_path) not in page
        assert "no accepted records yet" in page
        assert 'class="bar"' not in page


def test_an_address_that_is_none_is_no_link(catalogue: Catalogue) -> None:
    made = reports.report(catalogue, "lessons")
    example = reports.Example(identifier="x", link="javascript:alert(1)")
    made = msgspec.structs.replace(
        made, findings=(Broken(rule="url.missing", count=1, examples=(example,)),)
    )
    assert "javascript" not in render(made, Site(), "en")


def test_the_trend_stays_in_its_frame(catalogue: Catalogue) -> None:
    (run,) = catalogue.store.runs.list("lessons")
    none = msgspec.structs.replace(run, counts=Counts())
    columns = trend((none, run))
    assert (columns[0].accepted, columns[0].rejected) == (0, 0)
    assert columns[1].accepted + columns[1].rejected == pytest.approx(80)
    assert columns[1].rejected == pytest.approx(80 * 12 / 15)
    assert trend(()) == ()


# The command


def ask(catalogue: Catalogue, *arguments: str) -> Result:
    folder = Path(catalogue.store.database.path).parent
    return CliRunner().invoke(
        vindplaats.main, ["report", *arguments, "--config", str(folder / "config.toml")]
    )


def test_the_command_says_it_in_words(catalogue: Catalogue) -> None:
    said = ask(catalogue, "lessons").output
    assert "3 of 15 records accepted, 12 rejected" in said
    assert re.search(r"1  level\.not-in-vocabulary: not a known educational level", said)
    assert re.search(r"educational level +#{7}\.{13} +1 +2", said)


def test_the_command_exports_every_record(catalogue: Catalogue) -> None:
    rows = list(csv.DictReader(io.StringIO(ask(catalogue, "lessons", "--csv").output, newline="")))
    assert [row["kind"] for row in rows] == ["reject"] * 12 + ["finding"] * 4
    assert rows[-1]["link"].startswith("https://repository.example/oai?verb=GetRecord")
    made = json.loads(ask(catalogue, "lessons", "--json").output)
    assert (made["accepted"], made["rejected"]) == (3, 12)


def test_the_command_writes_a_file(catalogue: Catalogue, tmp_path: Path) -> None:
    file = tmp_path / "report.html"
    done = ask(catalogue, "lessons", "--html", "--language", "en", "--output", str(file))
    assert done.exit_code == 0
    assert done.output == ""
    assert "Report for Lessons" in file.read_text("utf-8")


def test_the_command_refuses_what_it_cannot_do(catalogue: Catalogue) -> None:
    assert "exclude each other" in ask(catalogue, "lessons", "--html", "--csv").output
    assert "there is no source 'nobody'" in ask(catalogue, "nobody").output
