"""Works from end to end: harvested from two libraries, told, decided about, and followed."""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from installation import Done, Installation, eventually

from catalog.store.model import record_id
from catalog.works.grouping import Grouping
from vindplaats import main

CONFIG = """
[harvest]
delay = 0.0
[links]
on = false
""" + "".join(
    f"""
[sources.{name}]
kind = "files"
url = "{name}.csv"
[sources.{name}.columns]
identifier = "number"
"titles.nl" = "title"
creators = "maker"
"identifiers.isbn" = "isbn"
"dates.issued" = "year"
"""
    for name in ("bron", "kopie")
)
BRON = """number,title,maker,isbn,year
1,Zeilschepen op de Zuiderzee,"Veldman, Mieke",9789012345675,2019
2,Statistiek zonder angst voor verpleegkundigen,"Haan, Sjoerd de",,2020
3,Kansrekening met dobbelstenen en munten,"Bakker, Thea",,2018
"""
KOPIE = """number,title,maker,isbn,year
a,Zeilschepen op de Zuiderzee,Mieke Veldman,9789012345675,2019
b,Statistiek zonder angst voor verpleegkundigen,Sjoerd de Haan,,2020
"""
ONE, TWO, THREE = (record_id("bron", name) for name in "123")
A, B = (record_id("kopie", name) for name in "ab")


@pytest.fixture(scope="module")
def harvested(tmp_path_factory: pytest.TempPathFactory) -> Path:
    here = Installation(tmp_path_factory.mktemp("harvested"))
    here.config.write_text(CONFIG, "utf-8")
    (here.folder / "bron.csv").write_text(BRON, "utf-8")
    (here.folder / "kopie.csv").write_text(KOPIE, "utf-8")
    here.good("harvest")
    return here.folder


@pytest.fixture
def here(harvested: Path, tmp_path: Path) -> Installation:
    return Installation(Path(shutil.copytree(harvested, tmp_path / "here")))


def typed(here: Installation, *arguments: str) -> Done:
    """Run the command in this process: to start one for each would take the most time."""
    done = CliRunner().invoke(main, [*arguments, "--config", str(here.config)])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return Done(done.exit_code, done.stdout, done.stderr)


def good(here: Installation, *arguments: str) -> Done:
    done = typed(here, *arguments)
    assert done.code == 0, done
    return done


def works(here: Installation) -> dict[str, str]:
    with here.catalogue() as catalogue:
        return catalogue.store.works.of([ONE, TWO, THREE, A, B])


def together(here: Installation) -> list[set[str]]:
    found: dict[str, set[str]] = {}
    for id_, work in works(here).items():
        found.setdefault(work, set()).add(id_)
    return sorted(found.values(), key=sorted)


def test_a_harvest_groups_what_it_brings_and_the_index_follows(here: Installation) -> None:
    assert together(here) == sorted([{ONE, A}, {TWO, B}], key=sorted)
    assert here.found("zeilschepen") == ["Zeilschepen op de Zuiderzee"]
    with here.catalogue() as catalogue:
        assert not catalogue.behind()


def test_the_figures_are_told(here: Installation) -> None:
    told = good(here, "works").out.splitlines()
    assert told[0] == "5 records are 3 works"
    assert told[1] == "2 of these have several copies, 4 together and 2 at most"
    assert "2 pairs are tied as same" in told
    figures = good(here, "works", "--json").json
    assert figures["works"] == 3
    assert figures["by_source"] == {"bron": 3, "kopie": 2}
    assert (figures["waiting"], figures["decisions"]) == (0, 0)


def test_a_work_is_shown_by_the_id_of_any_copy(here: Installation) -> None:
    told = good(here, "works", "--show", A).out
    assert told == good(here, "works", "--show", ONE).out
    assert re.search(r"^work \w{16}: 2 copies$", told, re.MULTILINE)
    assert "  both have isbn" in told
    shown = good(here, "works", "--show", A, "--json").json
    assert {copy["source"] for copy in shown["copies"]} == {"bron", "kopie"}
    assert [tie["kind"] for tie in shown["ties"]] == ["same"]
    assert good(here, "works", "--show", THREE).out.startswith(f"work {THREE}: 1 copy\n")


def test_editors_join_split_and_take_back(here: Installation) -> None:
    done = good(here, "works", "--join", ONE, TWO, "--why", "bound together", "--by", "Els")
    assert "decision 1 is kept" in done.err
    assert done.out.splitlines()[0].endswith(": 4 copies")
    assert len(here.found("zeilschepen OR statistiek")) == 1
    good(here, "works", "--split", B, "--why", "a reprint")
    assert together(here) == sorted([{ONE, A, TWO}, {B}], key=sorted)
    (here.folder / "kopie.csv").write_text(KOPIE.replace("2020", "2021"), "utf-8")
    here.good("harvest", "--full")
    assert together(here) == sorted([{ONE, A, TWO}, {B}], key=sorted)
    good(here, "works", "--undo", "1")
    good(here, "works", "--undo", "2")
    assert together(here) == sorted([{ONE, A}, {TWO, B}], key=sorted)
    decided = good(here, "works", "--decisions", "--json").json
    assert decided[0]["decision"]["by"] == "Els"
    assert all(each["decision"]["undone"] for each in decided)
    assert good(here, "works", "--decisions").out.count("no: taken back") == 2


def test_of_two_decisions_the_list_says_which_holds(here: Installation) -> None:
    assert good(here, "works", "--decisions").out == "nothing was decided\n"
    good(here, "works", "--split", A, "--why", "no")
    good(here, "works", "--join", ONE, A, "--why", "yes")
    decided = good(here, "works", "--decisions", "--json").json
    assert [each["overruled"] for each in decided] == [2, None]
    assert "not where decision 2 says otherwise" in good(here, "works", "--decisions").out
    assert together(here)[0] | together(here)[1] == {ONE, A, TWO, B}


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        (["--join", ONE], "needs --why"),
        (["--join", ONE, "--why", "so"], "takes two"),
        (["--split", THREE, "--why", "so"], "is not one of several copies"),
        (["--show", "nobody"], "there is no live record or work 'nobody'"),
        (["--show"], "--show needs an id"),
        (["--show", ONE, TWO], "one work at a time"),
        (["--join", "--split", ONE, "--why", "so"], "do not go together"),
        ([ONE], f"what about {ONE}"),
        (["--undo", "7"], "there is no decision 7 that holds"),
    ],
)
def test_what_cannot_be_done_is_told_in_a_sentence(
    here: Installation, given: list[str], problem: str
) -> None:
    done = typed(here, "works", *given)
    assert done.code != 0
    assert problem in done.err
    assert good(here, "works", "--decisions").out == "nothing was decided\n"


def test_again_looks_at_everything_and_changes_nothing(here: Installation) -> None:
    before = works(here)
    with here.catalogue() as catalogue:
        latest = catalogue.store.records.latest()
    good(here, "works", "--again")
    with here.catalogue() as catalogue:
        assert catalogue.store.records.latest() == latest
        assert not Grouping(catalogue.store).behind()
    assert works(here) == before


def test_doctor_tells_and_mends_works_that_are_wrong(here: Installation) -> None:
    assert "ok  the works agree with the records (3)." in good(here, "doctor").out
    with here.catalogue() as catalogue, catalogue.store.database.writing() as connection:
        connection.exec_driver_sql("DELETE FROM followed")
        connection.exec_driver_sql("DELETE FROM member")
    done = typed(here, "doctor")
    assert done.code == 1
    assert "!!  5 records wait to be grouped into works; run vindplaats doctor --repair" in done.out
    good(here, "doctor", "--repair")
    assert len(together(here)) == 2
    with here.catalogue() as catalogue, catalogue.store.database.writing() as connection:
        connection.exec_driver_sql("DELETE FROM member")
    assert "!!  4 records are not in the works that they belong to" in typed(here, "doctor").out
    good(here, "doctor", "--repair")
    assert good(here, "doctor").code == 0


def test_the_site_groups_what_another_process_brings(here: Installation) -> None:
    with here.catalogue() as catalogue, catalogue.following(interval=0.05):
        grouping = Grouping(catalogue.store)
        grouping.again()
        eventually(lambda: not grouping.behind())
        catalogue.store.works.decide("join", (ONE, THREE), (), why="so", by="me")
        eventually(lambda: catalogue.store.works.of([ONE, THREE]).get(THREE))
        eventually(lambda: not catalogue.behind())
    assert len({works(here)[ONE], works(here)[THREE]}) == 1


KILLED = """
import os, signal, sys
from pathlib import Path
from catalog.catalogue import Catalogue
from catalog.config import load
from catalog.store import sequence
from catalog.works.grouping import Grouping

def kill(*arguments):  # the last that a batch writes but for the number it has come to
    os.kill(os.getpid(), signal.SIGKILL)

sequence.restate = kill
with Catalogue(load(Path(sys.argv[1]))) as catalogue:
    Grouping(catalogue.store).catch_up()
"""


def test_killed_in_the_middle_of_a_batch_it_goes_on_there(here: Installation) -> None:
    before = works(here)
    with here.catalogue() as catalogue, catalogue.store.database.writing() as connection:
        connection.exec_driver_sql("DELETE FROM followed")
        connection.exec_driver_sql("DELETE FROM member WHERE work = ?", (before[ONE],))
    done = subprocess.run([sys.executable, "-c", KILLED, here.config], check=False)
    assert done.returncode == -signal.SIGKILL
    assert works(here) == {id_: work for id_, work in before.items() if work == before[TWO]}
    good(here, "works")
    assert works(here) == before
    assert good(here, "doctor").code == 0
