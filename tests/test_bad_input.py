"""Sources that misbehave, files that are broken, settings that are wrong, disks that are full.

Whatever comes, the command says what it was in a sentence, keeps what was good, removes nothing,
and goes on where it was once the trouble is over.
"""

from __future__ import annotations

import gzip
import itertools
import os
import re
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import psutil
import pytest
from installation import PATIENCE, Installation, Started, eventually
from origins import Feed, Held, Repository, envelope, now, stocked
from servers import Answer, Asked, serving

from harvester.supervisor import Supervisor

MEGABYTE = 1024 * 1024
PAGE = b"<!DOCTYPE html><html><body>Onderhoud</body></html>"


@dataclass
class Moody(Repository):
    """Answers the second page of records in its own way until it is healed."""

    spoil: Callable[[bytes], Answer] = Answer
    healed: bool = False

    def __call__(self, asked: Asked) -> Answer:
        answer = super().__call__(asked)
        return self.spoil(answer.body) if self.is_bad(asked) and not self.healed else answer

    def is_bad(self, asked: Asked) -> bool:
        said = asked.arguments
        return said["verb"] == "ListRecords" and said.get("resumptionToken", "").endswith("|10")


@dataclass
class Dying(Moody):
    """Gives one page of records, and nothing but its name after that."""

    begun: bool = False

    def is_bad(self, asked: Asked) -> bool:
        if asked.arguments["verb"] == "Identify":
            return False
        begun, self.begun = self.begun, True
        return begun


class Endless(Moody):
    """Goes on for ever, with a new token each time."""

    def __call__(self, asked: Asked) -> Answer:
        answer = super().__call__(asked)
        if asked.arguments["verb"] == "Identify" or self.healed:
            return answer
        return Answer(
            self.listing(asked.arguments["verb"], "", "", 10)
            .replace(b"||20<", f"x{asked.arguments.get('resumptionToken', '')}<".encode())
            .replace(b' completeListSize="30"', b"")
        )


class Nameless(Moody):
    """Has no titles at all."""

    def __call__(self, asked: Asked) -> Answer:
        answer = super().__call__(asked)
        return answer if self.healed else Answer(answer.body.replace(b"dc:title>", b"dc:rights>"))


class Empty(Moody):
    """Has nothing yet."""

    def __call__(self, asked: Asked) -> Answer:
        if asked.arguments["verb"] == "Identify" or self.healed:
            return super().__call__(asked)
        return Answer(envelope('<error code="noRecordsMatch"/>'))


def cut(body: bytes) -> Answer:
    return Answer(body[: len(body) // 2])


def in_latin_1(body: bytes) -> Answer:
    return Answer(body.decode().encode("latin-1"))


def with_controls(body: bytes) -> Answer:
    return Answer(body.replace("Zeeën".encode(), "Zee\x0bën\x00 &nbsp;".encode(), 3))


def bomb(body: bytes) -> Answer:
    entities = "".join(
        f'<!ENTITY {name} "{f"&{before};" * 10}">'
        for before, name in itertools.pairwise("abcdefghi")
    )
    head = f'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "ha">{entities}]>'
    return Answer(head.encode() + body.partition(b"?>")[2].replace("Zeeën".encode(), b"&i;"))


def web_page(_: bytes) -> Answer:
    return Answer(PAGE, headers={"Content-Type": "text/html"})


def huge(_: bytes) -> Answer:
    return Answer(b" " * MEGABYTE, times=500)


def packed(_: bytes) -> Answer:
    """Ten megabytes that are ten thousand."""
    return Answer(
        gzip.compress(bytes(10 * MEGABYTE)), headers={"Content-Encoding": "gzip"}, times=1000
    )


def drip(body: bytes) -> Answer:
    return Answer(body, trickle=0.05)


def later(_: bytes) -> Answer:
    return Answer(status=503, headers={"Retry-After": "86400"})


@dataclass
class Case:
    """How a run ends, what is said about it, and how many records it has kept."""

    made: Callable[[], Moody]
    status: str = "complete"
    says: str = ""
    kept: int = 30


spoilt = {
    # trouble with one page: its records are asked for by themselves, and nothing is missing
    "cut": Case(partial(Moody, spoil=cut)),
    "latin-1": Case(partial(Moody, spoil=in_latin_1)),
    "controls": Case(partial(Moody, spoil=with_controls)),
    "bomb": Case(partial(Moody, spoil=bomb)),
    "web-page": Case(partial(Moody, spoil=web_page)),
    "huge": Case(partial(Moody, spoil=huge)),
    "packed": Case(partial(Moody, spoil=packed)),
    "drip": Case(partial(Moody, spoil=drip)),
    # trouble with all of the server: what came is kept, and the next harvest goes on
    "down": Case(partial(Dying, spoil=web_page), "incomplete", "is a web page", 10),
    "later": Case(partial(Moody, spoil=later), "deferred", "asks to come back in 24 h", 10),
    "endless": Case(Endless, "incomplete", "in a loop", 10),
    "nameless": Case(Nameless, "failed", "all 30 records were rejected", 0),
    "empty": Case(Empty, kept=0),
}


def counts(here: Installation) -> dict[str, int]:
    """Return how many records of each source can be found."""
    found = here.good("search", "deel", "--json", "--size", "1").json
    return {each["value"]: each["count"] for each in found["facets"]["source"]}


@pytest.mark.slow
def test_a_source_that_misbehaves_costs_no_more_than_it_must(tmp_path: Path) -> None:
    here = Installation(tmp_path)
    here.harvesting |= {"jobs": 4, "timeout": 2.0}
    moody = {name: stocked(case.made(), 30, about="Zeeën") for name, case in spoilt.items()}

    def respond(asked: Asked) -> Answer:
        return moody[asked.path.strip("/")](asked)

    with serving(respond) as (base, _):
        for name in moody:
            here.add(name, "oai_pmh", f"{base}/{name}")
        started = here.start("harvest", "--json")
        done = started.end()
        assert done.code == 1
        assert {run["source"]: run["status"] for run in done.json} == {
            name: case.status for name, case in spoilt.items()
        }
        assert started.peak < 300 * MEGABYTE
        said = {run["source"]: run["message"] for run in done.json}
        assert [said[n] for n, case in spoilt.items() if case.says not in said[n]] == []
        assert counts(here) == {name: case.kept for name, case in spoilt.items() if case.kept}

        for source in moody.values():
            source.healed = True
        stocked(moody["empty"], 30, since=now())
        here.good(
            "harvest", *(n for n, c in spoilt.items() if c.status != "complete" or not c.kept)
        )
        assert counts(here) == dict.fromkeys(spoilt, 30)
        here.good("doctor")
    for name in spoilt:
        assert here.runs(name)[0].status == "complete"


@pytest.mark.parametrize(
    ("kind", "answer", "status", "says"),
    [
        ("files", stocked(Feed(), 3).file()[:-100], "incomplete", "no XML any more"),
        ("files", PAGE, "failed", "all 1 records were rejected"),
        ("files", b"", "failed", "no file of MARC, XML"),
        ("sitemap", b"<!DOCTYPE html><html></html>", "failed", "not a sitemap"),
        ("sitemap", b"<urlset><url><loc>http", "failed", "no complete sitemap"),
    ],
)
def test_a_file_or_site_that_is_broken(
    tmp_path: Path, kind: str, answer: bytes, status: str, says: str
) -> None:
    here = Installation(tmp_path)
    with serving(lambda asked: Answer(answer if asked.path == "/x" else b"", 200)) as (base, _):
        here.add("bron", kind, f"{base}/x")
        done = here.run("harvest")
    run = here.runs("bron")[0]
    assert (done.code, run.status) == (1, status), done
    assert says in run.message
    assert run.counts.added == (2 if status == "incomplete" else 0)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (
            '[sources.a]\nkind = "oai_pmh"\nurl = "http://a"\nprefx = "lom"',
            "Did you mean 'prefix'?",
        ),
        ("[harvset]\njobs = 2", "Did you mean 'harvest'?"),
        ('[harvest]\njobs = "two"', "[harvest.jobs]"),
        ("[harvest]\njobs = 0", "[harvest.jobs]"),
        ('[sources.a]\nkind = "telepathy"\nurl = "http://a"', "telepathy"),
        ('[sources.a]\nkind = "oai_pmh"\nurl = "a.example/oai"', "url must start with http"),
        ('[sources.a]\nkind = "sitemap"\nurl = "http://a"\ninclude = "("', "include"),
        ('[store]\nurl = "mysql://a/b"', "SQLAlchemy"),
        ('[store]\nurl = "sqlite:////proc/none/a.db"', "/proc/none"),
        ("[site\n", "is not valid TOML"),
        ("\xff", "cannot read"),
    ],
)
def test_settings_that_are_wrong_are_told_in_a_sentence(
    tmp_path: Path, text: str, says: str
) -> None:
    here = Installation(tmp_path)
    here.config.write_bytes(text.encode("latin-1"))
    done = here.run("sources")
    assert (done.code, done.out) == (1, "")
    assert says in done.err
    assert len(done.err.splitlines()) <= 2


# Runs that are cut off


@pytest.fixture
def held(tmp_path: Path) -> Iterator[tuple[Installation, Held]]:
    """A catalogue and a repository of thirty records that holds its second page back."""
    here, origin = Installation(tmp_path), stocked(Held(), 30)
    with serving(origin) as (base, _):
        here.add("bron", "oai_pmh", base + origin.path)
        yield here, origin
        origin.let.release(100)


def first_page_kept(here: Installation) -> Started:
    """Start a harvest and wait until its first page is kept."""
    started = here.start("harvest", "--json")
    with here.catalogue() as catalogue:

        def is_kept() -> bool:
            assert started.process.poll() is None, started.end()
            return catalogue.store.records.count_by_source().get("bron") == 10

        try:
            eventually(is_kept)
        except AssertionError:
            started.kill()
            raise
    return started


def goes_on(here: Installation, origin: Held) -> None:
    """The broken-off run keeps what it has, and the next harvest takes it up."""
    (run,) = here.runs("bron")
    assert (run.status, run.counts.added) == ("incomplete", 10)
    assert len(here.found("zeilschepen")) == 10
    origin.let.release(100)
    (done,) = here.good("harvest", "--json").json
    assert (done["id"], done["status"], done["counts"]["added"]) == (run.id, "complete", 30)
    assert len(here.found("zeilschepen")) == 30
    assert [r.status for r in here.runs("bron")] == ["complete"]


def harvester_of(started: Started) -> psutil.Process:
    (child,) = psutil.Process(started.process.pid).children()
    return child


def test_a_second_harvest_of_the_same_source_is_refused(held: tuple[Installation, Held]) -> None:
    here, origin = held
    first = first_page_kept(here)
    second = here.run("harvest")
    assert second.code == 1
    assert "bron is being harvested by another process" in second.out
    refused = here.run("reparse")
    assert refused.code == 1
    assert "bron is being harvested by another process" in refused.err
    origin.let.release(100)
    done = first.end()
    assert done.code == 0
    assert done.json[0]["counts"]["added"] == 30
    assert [run.status for run in here.runs("bron")] == ["complete"]


def test_a_source_that_hangs_is_stopped_at_its_time_limit(held: tuple[Installation, Held]) -> None:
    here, origin = held
    done = here.run("harvest", "--time-limit", "6")
    assert done.code == 1
    assert "stopped after the time limit of 6 seconds" in done.out
    goes_on(here, origin)


def test_a_harvester_that_is_killed_is_told_and_taken_up(held: tuple[Installation, Held]) -> None:
    here, origin = held
    started = first_page_kept(here)
    harvester_of(started).kill()
    done = started.end()
    assert done.code == 1
    assert "its process ended with code -9" in done.out
    goes_on(here, origin)


@pytest.mark.parametrize(
    ("to", "what"),
    [("all", signal.SIGINT), ("command", signal.SIGINT), ("command", signal.SIGTERM)],
)
def test_a_harvest_that_is_interrupted_can_go_on(
    held: tuple[Installation, Held], to: str, what: signal.Signals
) -> None:
    here, origin = held
    started = first_page_kept(here)
    family = [started.process.pid]
    if to != "command":  # as a terminal does
        family.append(harvester_of(started).pid)
    for pid in family:
        os.kill(pid, what)
    done = started.end()
    assert done.code != 0
    goes_on(here, origin)


def test_a_run_taken_up_that_ends_before_anyone_looks_is_still_told(
    held: tuple[Installation, Held],
) -> None:
    here, origin = held
    here.run("harvest", "--time-limit", "6")
    origin.let.release(100)
    with here.catalogue() as catalogue:
        supervisor = Supervisor(catalogue, here.config, ["bron"], jobs=1, time_limit=PATIENCE)
        supervisor.step(PATIENCE)  # looks once, and then not before the process has ended
        (work,) = supervisor.step(0)
        supervisor.close()
    assert work.problem == ""
    assert work.run
    assert (work.run.status, work.run.counts.added) == ("complete", 30)


def test_a_command_that_is_killed_takes_its_harvester_along(
    held: tuple[Installation, Held],
) -> None:
    here, origin = held
    started = first_page_kept(here)
    harvester = harvester_of(started)
    os.kill(started.process.pid, signal.SIGKILL)
    harvester.wait(timeout=10)
    assert started.end().code == -signal.SIGKILL
    origin.let.release(100)
    (run,) = here.good("harvest", "--json").json
    assert (run["id"], run["status"], run["counts"]["added"]) == (1, "complete", 30)


def test_the_whole_family_killed_goes_on_as_well(held: tuple[Installation, Held]) -> None:
    here, origin = held
    started = first_page_kept(here)
    started.kill()
    origin.let.release(100)
    (run,) = here.good("harvest", "--json").json
    assert (run["status"], run["counts"]["added"]) == ("complete", 30)
    assert len(here.found("zeilschepen")) == 30


# What may be removed


def test_a_list_that_leaves_out_many_removes_nothing_unless_confirmed(tmp_path: Path) -> None:
    here, feed = Installation(tmp_path), stocked(Feed(), 30)
    here.add("bron", "files", "feed.xml")

    def publish() -> None:
        (tmp_path / "feed.xml").write_bytes(feed.file())

    publish()
    here.good("harvest")
    for number in range(4):
        feed.withdraw(f"m{number:03}")
    publish()
    refused = here.run("harvest")
    assert refused.code == 1
    said = " ".join(refused.out.split())
    assert "bron: refused" in said
    assert "leaves out 4 of 30 records; nothing was removed" in said
    assert len(here.found("zeilschepen")) == 30
    here.good(*re.findall(r"vindplaats (harvest .*)", said)[0].split())
    assert len(here.found("zeilschepen")) == 26
    for number in range(4, 6):  # of 26, two may go
        feed.withdraw(f"m{number:03}")
    publish()
    here.good("harvest")
    assert len(here.found("zeilschepen")) == 24
    assert [run.status for run in here.runs("bron")] == ["complete"] * 2 + ["refused", "complete"]


# A full disk


def test_a_full_disk_is_told_and_the_harvest_goes_on_when_there_is_room(tmp_path: Path) -> None:
    here, small, large = Installation(tmp_path), stocked(Repository(), 10), Repository(page=100)
    stocked(large, 1000, about="Watermolens " * 50)
    origins = {"/small": small, "/large": large}
    with serving(lambda asked: origins[asked.path](asked)) as (base, _):
        here.add("small", "oai_pmh", f"{base}/small")
        here.good("harvest")
        here.add("large", "oai_pmh", f"{base}/large")
        full = here.run("harvest", room=MEGABYTE)
        assert full.code == 1
        assert f"the disk with {here.folder}/var/vindplaats.db is full" in full.out
        assert len(here.found("zeilschepen")) == 10
        run = here.runs("large")[0]
        assert run.status != "complete"
        assert 0 < run.counts.added < 1000
        (_, done) = here.good("harvest", "--json").json
        assert (done["id"], done["status"], done["counts"]["added"]) == (run.id, "complete", 1000)
    here.good("doctor")
