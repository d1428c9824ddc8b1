"""Small courtesies of the command: pipes, lists that are piped, sources that are gone."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from installation import COMMAND, Installation
from origins import Feed, stocked

from catalog.catalogue import Catalogue
from catalog.index import SearchError, query
from commands.searching import NOTICES
from vindplaats import main

HEAVY = {"flask", "rdflib", "scrapy", "tantivy", "whoosh", "lxml", "cryptography", "alembic"}

LONG = "https://example.org/" + "a-very-long-reason/" * 30


@pytest.fixture
def here(tmp_path: Path) -> Installation:
    here = Installation(tmp_path)
    (tmp_path / "feed.xml").write_bytes(stocked(Feed(), 300).file())
    here.add("bron", "files", "feed.xml")
    here.good("harvest")
    return here


def test_whoever_reads_only_the_beginning_is_not_told_off(here: Installation) -> None:
    for command in ("export", "search zeilschepen --json --size 100", "runs --json"):
        line = shlex.join([str(COMMAND), *command.split(), "--config", str(here.config)])
        done = subprocess.run(
            ["bash", "-c", f"{line} | head -c 1"], capture_output=True, text=True, check=True
        )
        assert (len(done.stdout), done.stderr) == (1, "")


def test_an_index_that_cannot_be_written_is_searched_all_the_same(
    here: Installation, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(_: Catalogue) -> None:
        raise SearchError("The disk is full.")

    monkeypatch.setattr(Catalogue, "follow", full)
    main(["search", "zeilschepen", "--config", str(here.config)], standalone_mode=False)
    said = capsys.readouterr()
    assert said.out.startswith("300 found\n")
    assert said.err == "The disk is full.\n"


def test_what_a_terminal_cannot_show_costs_nobody_the_rest(here: Installation) -> None:
    command = [COMMAND, "search", "zeilschepen \N{EN DASH}", "--config", here.config]
    narrow = {**os.environ, "PYTHONIOENCODING": "ascii"}
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=narrow)
    assert done.stdout.count(" ? bron ? ") == 10
    assert done.stderr == ""


def test_a_piped_table_has_a_line_a_row(here: Installation) -> None:
    here.sources["elsewhere"] = {"kind": "files", "url": LONG, "enabled": False}
    here.write()
    with here.catalogue() as catalogue:
        run = catalogue.store.runs.begin("elsewhere", full=False, since="")
        catalogue.store.runs.end(run.id, "failed", f"{LONG}\n{LONG}")
    done = subprocess.run(
        [COMMAND, "runs", "--config", here.config], capture_output=True, text=True, check=True
    )
    heading, first, second = done.stdout.splitlines()
    assert heading.split()[:3] == ["run", "source", "started"]
    assert first.endswith(f"{LONG} {LONG}")
    assert second.startswith("1    bron")


def test_a_source_that_is_named_twice_is_harvested_once(here: Installation) -> None:
    assert len(here.good("harvest", "bron", "bron", "--json").json) == 1


def test_a_harvest_of_what_is_unchanged_says_that_there_is_nothing_new(here: Installation) -> None:
    assert here.good("harvest").out == "bron: complete: nothing new, 300 seen\n"


def test_a_record_of_a_source_that_is_gone_is_told_in_a_sentence(here: Installation) -> None:
    with here.catalogue() as catalogue:
        id_ = next(iter(catalogue.store.records.all_changes())).id
    assert here.good("show", id_, "--raw").out.startswith("<Product")
    here.sources = {}
    here.write()
    assert here.good("show", id_, "--json").json["id"] == id_
    done = here.run("show", id_, "--raw")
    assert done.code == 1
    assert "bron is no longer in the configuration" in done.err


def test_a_search_has_what_is_chosen_and_lacks_what_is_left_out(here: Installation) -> None:
    for name, level in (("tweede", "hbo"), ("derde", "wo")):
        (here.folder / f"{name}.xml").write_bytes(stocked(Feed(), 10).file())
        here.add(name, "files", f"{name}.xml", level=[level])
    here.run("harvest")

    def found(*options: str) -> dict[str, int]:
        facets = here.good("search", "zeilschepen", "--json", *options).json["facets"]
        return {each["value"]: each["count"] for each in facets["source"]}

    assert found() == {"bron": 300, "tweede": 10, "derde": 10}
    assert found("--without", "level=hbo") == {"bron": 300, "derde": 10}
    assert found("--without", "level=hbo", "--without", "level=wo") == {"bron": 300}
    everything_else = ("--filter", "level=hbo", "--filter", "level=wo", "--without", "source=derde")
    assert here.good("search", "zeilschepen", "--json", *everything_else).json["total"] == 10


def test_reindex_says_how_far_it_is(here: Installation) -> None:
    told: list[tuple[int, int]] = []
    with here.catalogue() as catalogue:
        catalogue.rebuild(lambda done, total: told.append((done, total)))
    assert told[0] == (0, 300)
    assert here.good("reindex").out == "300 records indexed\n"


def test_an_index_that_cannot_follow_is_told_after_the_harvest(here: Installation) -> None:
    index = here.folder / "var" / "index"
    index.rename(here.folder / "aside")
    index.write_text("no folder")
    (here.folder / "feed.xml").write_bytes(stocked(Feed(), 301).file())
    done = here.run("harvest")
    assert "bron: complete: 301 seen, 1 new" in done.out
    assert "The records are kept; vindplaats doctor --repair." in done.err


def test_held_records_are_shown_confirmed_and_refused(here: Installation) -> None:
    feed = stocked(Feed(), 300)
    for number in range(100):
        feed.withdraw(f"m{number:03}")
    (here.folder / "feed.xml").write_bytes(feed.file())
    assert "bron: refused" in here.run("harvest").out
    waiting = here.good("held", "--json").json
    assert len(waiting) == 100
    assert (waiting[0]["identifier"], waiting[0]["title"]) == ("m000", "Zeilschepen deel 0")
    shown = here.good("held", "bron").out
    assert "bron: 100 records wait since " in shown
    assert "and 80 more" in shown
    assert len(here.good("held", "--csv").out.splitlines()) == 101
    assert here.good("held", "--refuse", "bron").out == "bron: 100 records stay\n"
    assert here.good("held").out == "nothing waits\n"
    here.run("harvest")
    assert here.good("held", "--confirm", "bron").out == "bron: 100 records removed\n"
    assert len(here.found("zeilschepen")) == 100  # of a page
    assert here.good("search", "zeilschepen", "--json").json["total"] == 200
    assert here.runs("bron")[0].status == "complete"
    assert here.run("held", "nobody").code == 1


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("search x --filter level", "which value of level?"),
        ("search x --filter colour=red", "there is no facet 'colour'"),
        ("search x --filter openness=bogus", "no openness 'bogus'; there are: open, restricted, "),
        ("search x --without year=19..20", "--without: there is no year '19..20'; there are: 2019"),
        ("search x --without level=", "--without level=VALUE: which value of level?"),
        ("search x --without colour=red", "there is no facet 'colour'"),
        ("runs --since 2026-13-45", "'2026-13-45' is not YYYY-MM-DD"),
        ("harvest bron --time-limit -5", "'-5' is no number of seconds"),
        ("harvest bron --time-limit nan", "'nan' is no number of seconds"),
        ("test-source bron --time-limit inf", "'inf' is no number of seconds"),
        ("serve --host 999.1.1.1", "'999.1.1.1' is no address of this machine"),
        ("report bron --output /dev/full", "No space left on device."),
        ("report bron --csv --output /nowhere/at/all", "No such file or directory"),
        ("test-source ''", "give an address, a file, or a source"),
        ("test-source http://", "is no address that can be visited"),
        ("test-source http://[::1", "is no address that can be visited"),
        ("test-source ftp://a.example/oai", "is no address that can be visited"),
        ("test-source javascript://a.example/%0aalert(1)", "is no address that can be visited"),
        ("test-source http://a.example:99999/", "is no address that can be visited"),
    ],
)
def test_what_cannot_be_done_is_told_in_one_sentence(tmp_path: Path, line: str, said: str) -> None:
    (tmp_path / "feed.xml").write_bytes(stocked(Feed(), 1).file())
    config = tmp_path / "config.toml"
    config.write_text('[sources.bron]\nkind = "files"\nurl = "feed.xml"\n', "utf-8")
    done = CliRunner().invoke(main, [*shlex.split(line), "--config", str(config)])
    assert done.exit_code in (1, 2)
    assert isinstance(done.exception, SystemExit)
    assert said in done.output.splitlines()[-1]


def test_what_was_done_to_a_question_is_said(here: Installation) -> None:
    assert here.good("search", "zeilschepen").out.splitlines()[:2] == ["300 found", ""]
    said = here.good("search", "zeilschepn").out.splitlines()
    assert said[0] == "300 found"
    assert said[1].endswith("Searched for: zeilschepen")
    assert "Few or none have all of it" in here.good("search", "zeilschepen vulkaan meer").out
    codes = {value for value in vars(query).values() if str(value).startswith("query.")}
    assert codes == {*NOTICES}


def test_a_word_may_be_left_out_with_a_minus(here: Installation) -> None:
    def total(*line: str) -> int:
        typed = ["search", "--json", "--config", str(here.config), *line]
        return int(json.loads(CliRunner().invoke(main, typed).stdout)["total"])

    assert total("zeilschepen", "-hout") == 300  # -h is help by itself alone
    assert total("zeilschepen", "-deel") == 0
    assert total("-deel", "--size", "5", "--", "-zeilschepen") == 0
    assert total("--", "zeilschepen", "--deel") == 300
    for wrong, meant in (("--jsn", "--json"), ("--filtr=level=hbo", "--filter")):
        done = CliRunner().invoke(main, ["search", "zeilschepen", wrong])
        assert done.exit_code == 2
        assert meant in done.output
    for asked in ("-h", "--help"):
        assert "Usage:" in CliRunner().invoke(main, ["search", "zeilschepen", asked]).stdout


def test_what_came_of_a_source_that_is_gone_is_listed_still(here: Installation) -> None:
    here.sources = {}
    here.write()
    (run,) = here.good("runs", "bron", "--json").json
    assert run["status"] == "complete"
    assert here.good("rejects", "bron").out.startswith("source")
    assert "there is no source 'nobody'" in here.run("findings", "nobody").err


@pytest.mark.parametrize("name", ["sources", "harvest", "search", "runs", "work"])
def test_a_command_does_not_wait_for_what_only_another_needs(name: str) -> None:
    program = (
        "import sys; from vindplaats import main;"
        f"main([{name!r}, '--help'], standalone_mode=False);"
        f"print(*{HEAVY} & {{*sys.modules}}, file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stderr == "\n"
