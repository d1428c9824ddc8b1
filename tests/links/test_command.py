"""``vindplaats links``, by the real command and with real processes, on this machine."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from behaviours import html
from installation import Installation, eventually
from linked import keep
from server import Asked, Reply, serving

from catalog.config import load
from catalog.store import Store
from harvester.scheduled import planned


@pytest.fixture
def here(tmp_path: Path) -> Installation:
    made = Installation(tmp_path, links={"allow_private": True, "delay": 0, "timeout": 300})
    made.write()
    return made


@contextmanager
def stored(here: Installation) -> Iterator[Store]:
    store = Store(load(here.config).store.url)
    try:
        yield store
    finally:
        store.close()


def filled(here: Installation, port: int, count: int, *, source: str = "a") -> None:
    """Keep records of which each has an address of its own, two to a host."""
    with stored(here) as store:
        urls = {str(n): f"http://127.0.1.{n // 2}:{port}/{source}/les{n}" for n in range(count)}
        keep(store, urls, source=source)


def lessons(asked: Asked) -> Reply:
    if asked.path.startswith(("/a/", "/b/")) and asked.path.rpartition("les")[2].isdecimal():
        gone = asked.path.endswith("7")
        return html("Weg", status=404) if gone else html(f"Les {asked.path}")
    return Reply(404)


def visits(log: list[Asked]) -> list[str]:
    return sorted(a.path for a in log if a.path.startswith(("/a/les", "/b/les")))


def checked(here: Installation) -> int:
    with stored(here) as store:
        return sum(figure.count for figure in store.links.figures() if figure.state)


def test_asks_for_what_is_due_and_says_what_came_of_it(here: Installation) -> None:
    with serving(lessons, "0.0.0.0") as (port, log):
        filled(here, port, 20)
        listed = here.good("links", "--dry-run", "--json").json
        assert sorted(each["url"] for each in listed) == sorted(
            f"http://127.0.1.{n // 2}:{port}/a/les{n}" for n in range(20)
        )
        assert log == []
        said = here.good("links")
        assert "20 asked for: 18 there, 2 not there" in said.out
        assert "20 seen otherwise than before" in said.out
        assert "of 20 addresses: 18 there, 2 unsure" in said.out
        assert len(visits(log)) == 20
        again = here.good("links")
        assert "no address is due" in again.out
        assert len(visits(log)) == 20


def test_one_source_so_many_and_again(here: Installation) -> None:
    with serving(lessons, "0.0.0.0") as (port, log):
        here.add("b", "files", "b.xml")
        filled(here, port, 6)
        filled(here, port, 6, source="b")
        told = here.good("links", "--source", "b", "--limit", "4", "--json").json
        assert told["run"]["states"] == {"alive": 4}
        assert told["run"]["ended"] is True
        assert {figure["state"]: figure["count"] for figure in told["addresses"]} == {
            "": 8,
            "alive": 4,
        }
        assert all(path.startswith("/b/") for path in visits(log))
        assert list(told["sources"]) == ["a", "b"]
        assert here.good("links", "--again", "--json").json["run"]["done"] == 12
    assert "no source" in here.run("links", "--source", "c").err


def test_may_be_switched_off(here: Installation) -> None:
    here.links = {"on": False}
    here.write()
    done = here.run("links")
    assert done.code == 1
    assert "[links] on = false" in done.err


def test_one_at_a_time(here: Installation) -> None:
    with stored(here) as store, store.links.lease():
        done = here.run("links")
    assert done.code == 1
    assert "another process" in done.err
    assert "Traceback" not in done.err


class Held:
    """Answers so many visits, and then none until it is let go."""

    def __init__(self, count: int) -> None:
        self.left = count
        self.go_on = threading.Event()

    def __call__(self, asked: Asked) -> Reply:
        if asked.path.startswith("/a/les") and not self.go_on.is_set():
            self.left -= 1
            if self.left < 0:
                return Reply(hangs=True)
        return lessons(asked)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_a_run_that_is_killed_loses_a_batch_at_most(
    here: Installation, number: signal.Signals
) -> None:
    held = Held(330)
    with serving(held, "0.0.0.0") as (port, log):
        filled(here, port, 500)
        command = [sys.executable, "-m", "harvester.links", "--config", str(here.config)]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
            eventually(lambda: checked(here) >= 300)
            os.kill(process.pid, number)
            eventually(lambda: process.poll() is not None)
        before = checked(here)
        assert 300 <= before < 500
        held.go_on.set()
        asked = len(log)
        here.good("links")
        assert checked(here) == 500
        anew = [a for a in log[asked:] if a.path.startswith("/a/les")]
        assert len([a for a in anew if a.path.rpartition("les")[2].isdecimal()]) == 500 - before


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_command_that_is_stopped_keeps_what_it_has(
    here: Installation, number: signal.Signals
) -> None:
    held = Held(60)
    with serving(held, "0.0.0.0") as (port, log):
        filled(here, port, 90)
        started = here.start("links")
        eventually(lambda: len(visits(log)) >= 60)
        eventually(lambda: checked(here) > 0)  # by time: there are too few for a batch
        started.process.send_signal(number)
        done = started.end()
    assert done.code != 0
    assert 0 < checked(here) <= 60
    with stored(here) as store, store.links.lease():
        pass


def test_hosts_that_hang_keep_nobody_waiting(here: Installation) -> None:
    here.links |= {"concurrency": 1}
    here.write()

    def respond(asked: Asked) -> Reply:
        hangs = asked.host in ("127.0.1.0", "127.0.1.1")
        return Reply(hangs=True) if hangs else lessons(asked)

    with serving(respond, "0.0.0.0") as (port, _):
        filled(here, port, 16)
        started = here.start("links")
        eventually(lambda: checked(here) == 12)
        assert started.process.poll() is None
        started.process.send_signal(signal.SIGTERM)
        started.end()


def test_where_nothing_answers_nothing_is_kept(here: Installation) -> None:
    """As it is where this machine itself has lost its network."""
    with serving(lessons, "0.0.0.0") as (port, _):
        filled(here, port, 30)
        here.good("links")
    with stored(here) as store:
        before = store.links.figures()
    done = here.run("links", "--again")
    assert done.code == 1
    assert "the network of this machine seems to be down" in done.err
    with stored(here) as store:
        assert store.links.figures() == before


def test_asks_by_itself_when_the_schedule_says_so(here: Installation) -> None:
    clock = [datetime(2026, 11, 23, 3, tzinfo=UTC)]
    said: list[str] = []
    settings = load(here.config)
    scheduled, *_ = planned(settings, config=here.config, clock=lambda: clock[0], say=said.append)

    def stepped() -> list[str]:
        scheduled.step()
        return said

    with serving(lessons, "0.0.0.0") as (port, log):
        filled(here, port, 4)
        scheduled.step()
        clock[0] += timedelta(hours=2)
        eventually(stepped)
        scheduled.close()
    assert said == ["links: 4 asked for: 4 alive"]
    assert len(visits(log)) == 4
