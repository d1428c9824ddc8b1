"""One record from file to page, by the real command, over every transport."""

from __future__ import annotations

import json
import re
import shutil
import signal
import statistics
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
import pytest
from installation import Installation, commands, eventually
from origins import Feed, Held, Origin, Repository, Site, stocked
from servers import serving

ORIGINS = {"oai_pmh": Repository, "files": Feed, "sitemap": Site}


def id_of(here: Installation, words: str) -> str:
    found = here.good("search", words, "--json").json
    assert found["total"] == 1, found
    return str(found["cards"][0]["id"])


@pytest.mark.slow
@pytest.mark.parametrize("kind", ORIGINS)
def test_a_record_from_its_source_to_the_page_and_back_out(tmp_path: Path, kind: str) -> None:
    here = Installation(tmp_path)
    origin: Origin = ORIGINS[kind]()
    stocked(origin, 12)
    origin.put("x", "Vuurtorens langs de kust", "2024-01-01T00:00:00Z")
    with serving(origin) as (base, log):
        here.add("bron", kind, base + origin.path)
        (run,) = here.good("harvest", "--json").json
        assert (run["status"], run["counts"]["added"]) == ("complete", 13)
        found = id_of(here, "vuurtorens kust")
        with here.site() as site:
            assert "Vuurtorens langs de kust" in site.get(f"/nl/materiaal/{found}").text
            assert found in site.get("/nl/zoeken?q=vuurtorens").text
            answer = site.get("/api/v1/search?q=vuurtorens").json
            assert answer is not None
            assert [r["id"] for r in answer["results"]] == [found]

            origin.put("x", "Lichtschepen op zee")
            (run,) = here.good("harvest", "--json").json
            assert (run["counts"]["changed"], run["counts"]["added"]) == (1, 0)
            assert id_of(here, "lichtschepen") == found
            assert here.found("vuurtorens") == []
            # the site that was there all along
            assert "Lichtschepen op zee" in site.get(f"/nl/materiaal/{found}").text
            assert found in site.get("/nl/zoeken?q=lichtschepen").text

            origin.withdraw("x")
            if kind == "sitemap":  # a page must be missing in two runs
                (run,) = here.good("harvest", "--json").json
                assert run["counts"]["deleted"] == 0
                assert here.found("lichtschepen") == ["Lichtschepen op zee"]
            (run,) = here.good("harvest", "--json").json
            assert run["counts"]["deleted"] + run["counts"]["removed"] == 1
            assert site.get(f"/nl/materiaal/{found}").status_code == 410
            assert site.get(f"/api/v1/resources/{found}").status_code == 410
            assert here.found("lichtschepen") == []
            assert len(here.found("zeilschepen")) == 12
        asked = len(log)
    # nobody serves any more: what is kept is enough
    here.sources["bron"]["licence"] = "https://creativecommons.org/licenses/by/4.0/"
    here.write()
    again = here.good("reparse", "--json").json["bron"]
    assert (again["read"], again["changed"], again["failed"]) == (12, 12, 0)
    (only,) = here.good("search", "zeilschepen", "--json").json["facets"]["licence"]
    assert (only["value"], only["count"]) == ("CC-BY-4.0", 12)
    assert len(log) == asked
    assert all(run.status == "complete" for run in here.runs("bron"))


# The commands, on a catalogue of thirty materials and one that has no title


@pytest.fixture(scope="module")
def harvested(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a catalogue; copied for each test."""
    here = Installation(tmp_path_factory.mktemp("harvested"))
    feed = stocked(Feed(), 30)
    feed.put("nameless", "")
    (here.folder / "feed.xml").write_bytes(feed.file())
    here.add("bron", "files", "feed.xml")
    here.good("harvest")
    return here.folder


@pytest.fixture
def here(harvested: Path, tmp_path: Path) -> Installation:
    copy = shutil.copytree(harvested, tmp_path / "here")
    return Installation(copy, {"bron": {"kind": "files", "url": "feed.xml"}})


def test_every_command_has_help_with_an_example() -> None:
    for name, command in commands().items():
        assert re.search(rf"Example: vindplaats {name}\b", command.help or ""), name
        with click.Context(command, info_name=name) as context:
            assert "Usage:" in command.get_help(context)


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["harvest", "bron"], 0, "bron: complete: 31 seen, 0 new, 0 changed, 30 unchanged"),
        (["harvest", "brn"], 1, "there is no source 'brn' in the configuration"),
        (["harvest", "--jobs", "0"], 2, "Invalid value for '--jobs'"),
        (["search", "zeilschepen", "--filter", "colour=red"], 1, "there is no facet 'colour'"),
        (["search", "zeilschepen", "--page", "1000000"], 1, ""),
        (["search"], 2, "Missing argument"),
        (["show", "none"], 1, "there is no record 'none'"),
        (["runs", "bron"], 0, "complete"),
        (["rejects"], 0, "title.missing"),
        (["sources"], 0, "bron"),
        (["doctor"], 0, "ok the index agrees with the store, record by record (30)"),
        (["reindex"], 0, "30 records indexed"),
        (["reparse"], 0, "bron: read 31, changed 0, rejects accepted 0, rejected now 0"),
        (["nonsense"], 2, "No such command"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "-",
)
def test_commands_end_with_a_code_and_a_sentence(
    here: Installation, arguments: list[str], code: int, says: str
) -> None:
    done = here.run(*arguments)
    assert says in " ".join(done.said.split())
    assert done.code == code
    assert bool(done.out) is (code == 0)


def test_what_is_printed_as_json_is_json(here: Installation) -> None:
    (source,) = here.good("sources", "--json").json
    assert (source["name"], source["records"], source["rejects"]) == ("bron", 30, 1)
    assert source["last_run"]["status"] == "complete"
    (run,) = here.good("runs", "--json").json
    assert (run["counts"]["seen"], run["counts"]["added"]) == (31, 30)
    (reject,) = here.good("rejects", "--json").json
    assert (reject["identifier"], reject["rule"]) == ("nameless", "title.missing")
    assert all(finding["well"] for finding in here.good("doctor", "--json").json)
    assert here.good("reparse", "--json").json["bron"]["read"] == 31
    found = here.good("search", "zeilschepen deel", "--json", "--size", "5", "--page", "2").json
    assert (found["total"], len(found["cards"])) == (30, 5)


def test_a_record_is_shown_as_kept_and_as_it_came(here: Installation) -> None:
    id_ = here.good("search", "zeilschepen", "--json", "--size", "1").json["cards"][0]["id"]
    card = here.good("show", id_).json
    raw = here.good("show", id_, "--raw").out
    assert raw.startswith("<Product")
    assert card["resource"]["titles"][0]["text"] in raw


def test_export_writes_every_record_as_a_line(here: Installation) -> None:
    lines = [json.loads(line) for line in here.good("export").out.splitlines()]
    assert len({line["id"] for line in lines}) == len(lines) == 30
    file = here.folder / "all.jsonl"
    here.good("export", "bron", "--output", str(file))
    assert [json.loads(line) for line in file.read_bytes().splitlines()] == lines


def test_a_reject_that_is_mended_is_forgotten(here: Installation) -> None:
    feed = stocked(Feed(), 30)
    feed.put("nameless", "Toch een titel")
    (here.folder / "feed.xml").write_bytes(feed.file())
    (run,) = here.good("harvest", "--json").json
    assert (run["counts"]["added"], run["counts"]["unchanged"]) == (1, 30)
    assert here.good("rejects", "--json").json == []
    assert here.found("toch een titel") == ["Toch een titel"]


# An index that is damaged


def segments(here: Installation) -> list[Path]:
    folder = here.folder / "var" / "index"
    index = folder / (folder / "CURRENT").read_text("ascii").strip()
    return sorted(file for file in index.glob("*") if file.is_file() and file.stat().st_size)


def remove_index(here: Installation) -> None:
    shutil.rmtree(here.folder / "var" / "index", ignore_errors=True)  # a site may be mending it


def truncate_index(here: Installation) -> None:
    """Leave half of each file, as a copy that broke off does.

    Not in place: a file that shrinks while a process has it mapped ends that process.
    """
    for file in segments(here):
        half = file.with_name("half")
        half.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
        half.replace(file)


def overwrite_index(here: Installation) -> None:
    for file in segments(here):
        with file.open("r+b") as stream:
            stream.write(bytes(file.stat().st_size))


def lose_a_record(here: Installation) -> None:
    """Take one record out of the index behind the store's back."""
    from catalog.index import Change  # noqa: PLC0415 this alone

    with here.catalogue() as catalogue:
        id_, seq, _ = next(iter(catalogue.index.ids()))
        with catalogue.index.writer() as writer:
            writer.apply([Change(seq=seq, id=id_, resource=None)])
            writer.commit(catalogue.store.records.latest())


def age_a_record(here: Installation) -> None:
    """Put an older state of a record into the index, under its present number."""
    from msgspec.structs import replace  # noqa: PLC0415 this alone

    from catalog.resource import Text  # noqa: PLC0415

    with here.catalogue() as catalogue:
        change = next(catalogue.documents.all())
        assert change.resource
        old = replace(change.resource, titles=(Text("Van vroeger", "nl"),))
        with catalogue.index.writer() as writer:
            writer.apply([replace(change, resource=old)])
            writer.commit(catalogue.store.records.latest())


@pytest.mark.parametrize(
    "damage", [remove_index, truncate_index, overwrite_index, lose_a_record, age_a_record]
)
def test_doctor_finds_a_damaged_index_and_mends_it(here: Installation, damage: Any) -> None:
    damage(here)
    done = here.run("doctor")
    assert done.code == 1
    assert "!!  " in done.out
    assert "run vindplaats doctor --repair" in " ".join(done.out.split())
    assert "agrees with the store, record by record (30)" in here.good("doctor", "--repair").out
    here.good("doctor")
    assert len(here.found("zeilschepen")) == 30


@pytest.mark.parametrize("damage", [remove_index, truncate_index, overwrite_index])
def test_a_search_makes_a_lost_index_anew(here: Installation, damage: Any) -> None:
    damage(here)
    assert len(here.found("zeilschepen")) == 30


def test_the_follower_outlives_what_keeps_it_from_following(
    here: Installation, caplog: pytest.LogCaptureFixture
) -> None:
    remove_index(here)
    in_its_place = here.folder / "var" / "index"
    in_its_place.write_text("no folder")
    with here.catalogue() as catalogue, catalogue.following(interval=0.02):
        eventually(lambda: "cannot follow the store" in caplog.text)
        in_its_place.unlink()
        eventually(lambda: not catalogue.behind())
        assert catalogue.index.count() == 30
    assert caplog.text.count("cannot follow the store") == 1


def test_a_store_of_another_kind_is_refused_in_a_sentence(here: Installation) -> None:
    file = here.folder / "var" / "vindplaats.db"
    file.write_bytes(b"this is no database" * 1000)
    for name in ("-wal", "-shm"):
        file.with_name(file.name + name).unlink(missing_ok=True)
    done = here.run("search", "zeilschepen")
    assert done.code == 1
    assert "is damaged" in done.err


# The site, while things happen behind it


class Visitor:
    """Asks the API of a running site."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.statuses: list[int] = []

    def total(self, words: str) -> int:
        """Return how many are found; -1 while it says that it cannot tell."""
        try:
            with urllib.request.urlopen(f"{self.base}/api/v1/search?q={words}", timeout=10) as a:
                self.statuses.append(a.status)
                return int(json.load(a)["total"])
        except urllib.error.HTTPError as error:
            self.statuses.append(error.code)
            return -1


@contextmanager
def served(here: Installation, ended_by: int = signal.SIGINT) -> Iterator[Visitor]:
    site = here.start("serve", "--port", "0")
    try:
        assert site.process.stdout
        (base,) = re.findall(r"http://[^ \n]+", site.process.stdout.readline())
        yield Visitor(base)
        assert site.process.poll() is None, site.end()
    finally:
        site.process.send_signal(ended_by)
        done = site.end()
    assert done.code == 0, done


def test_a_service_that_is_told_to_end_keeps_what_it_counted(here: Installation) -> None:
    (found, *_) = here.good("search", "zeilschepen", "--json").json["cards"]
    with served(here, ended_by=signal.SIGTERM) as visitor:
        page = f"{visitor.base}/nl/materiaal/{found['id']}"
        asked = urllib.request.Request(page, headers={"User-Agent": "Mozilla/5.0 Firefox/140.0"})
        urllib.request.urlopen(asked, timeout=10).close()
    with here.catalogue() as catalogue, catalogue.store.database.reading() as connection:
        assert connection.exec_driver_sql("SELECT sum(times) FROM opened").scalar_one() == 1


@pytest.mark.slow
def test_a_running_site_shows_a_harvest_within_two_seconds(here: Installation) -> None:
    held = Held()
    stocked(held, 30, about="Watermolens")
    with served(here) as visitor, serving(held) as (base, _), here.catalogue() as catalogue:
        here.add("molens", "oai_pmh", base + held.path)

        def delay(records: int) -> float:
            eventually(lambda: catalogue.store.records.count_by_source().get("molens") == records)
            committed = time.monotonic()
            eventually(lambda: visitor.total("watermolens") == records)
            held.let.release()
            return time.monotonic() - committed

        assert visitor.total("watermolens") == 0
        harvest = here.start("harvest", "molens")
        delays = [delay(records) for records in (10, 20, 30)]
        assert harvest.end().code == 0
        # Half a second on a machine at rest; the median, for one that is busy with other tests.
        assert statistics.median(delays) < 2.0, delays
        assert set(visitor.statuses) == {200}


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["tantivy", "whoosh"])
def test_a_running_site_goes_on_while_its_index_is_rebuilt_lost_and_damaged(
    here: Installation, engine: str
) -> None:
    here.engine = engine
    here.write()
    here.good("reindex")
    with served(here) as visitor:
        asking = threading.Event()

        def ask() -> None:
            while not asking.is_set():
                visitor.total("zeilschepen")

        with ThreadPoolExecutor(1) as aside:
            asker = aside.submit(ask)
            try:
                for _ in range(3):
                    here.good("reindex")
            finally:
                asking.set()
        asker.result()
        assert set(visitor.statuses) == {200}
        for damage in (remove_index, overwrite_index, truncate_index):
            damage(here)
            eventually(lambda: visitor.total("zeilschepen") == 30)
        here.good("doctor", "--repair")
        eventually(lambda: visitor.total("zeilschepen") == 30)
        assert set(visitor.statuses) <= {200, 503}, set(visitor.statuses)
