"""What has a schedule of its own is done when it is time, and says what came of it."""

from __future__ import annotations

import threading
from contextlib import closing
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from installation import eventually
from linked import keep

from catalog.config import load
from catalog.dump.folder import Dumps
from catalog.store import Store
from catalog.store.lease import held
from catalog.thumbnails import Thumbnails
from harvester.errand import Errand
from harvester.scheduled import Scheduled, planned


class Clock:
    """Says one time, until it is set to another."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 23, 3, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


def config(folder: Path, text: str) -> Path:
    path = folder / "config.toml"
    path.write_text(f'[store]\nurl = "sqlite:///store.db"\n[links]\non = false\n{text}')
    with closing(Store(f"sqlite:///{folder}/store.db")) as store:
        keep(store, {"1": "https://a.example/1"})
    return path


def by_clock(path: Path, name: str) -> tuple[Scheduled, Clock, list[str]]:
    clock, said = Clock(), list[str]()
    every = planned(load(path), config=path, clock=clock, say=said.append)
    (found,) = (each for each in every if each._name == name)
    return found, clock, said


def said_at_last(scheduled: Scheduled, said: list[str]) -> list[str]:
    def look() -> list[str]:
        scheduled.step()
        return said

    return eventually(look)


def test_a_dump_is_made_when_it_is_time_and_not_before(tmp_path: Path) -> None:
    path = config(tmp_path, '[dump]\nschedule = "0 4 * * *"\n')
    scheduled, clock, said = by_clock(path, "dump")
    dumps = Dumps(tmp_path / "var" / "dump")
    scheduled.step()
    assert scheduled._errand is None
    clock.now += timedelta(hours=1)
    assert said_at_last(scheduled, said)[0].startswith("dump: 1 records and 0 deletes in ")
    assert len(dumps.newest_first()) == 1
    scheduled.step()
    assert scheduled._errand is None  # the next is a day later
    clock.now += timedelta(days=1)
    with held(dumps.path / "writer.lock"):
        said.clear()
        said_at_last(scheduled, said)
    assert said == ["dump: another process is making a dump at this moment."]


@pytest.mark.parametrize("keys", ["on = false", 'schedule = ""'])
def test_what_is_switched_off_has_no_moments(tmp_path: Path, keys: str) -> None:
    scheduled, clock, _ = by_clock(config(tmp_path, f"[dump]\n{keys}\n"), "dump")
    clock.now += timedelta(days=400)
    scheduled.step()
    assert scheduled._errand is None


def test_one_that_goes_on_is_not_started_twice_and_is_stopped_at_the_end() -> None:
    started, clock = list[Errand](), Clock()

    def start() -> Errand:
        started.append(Errand("http.server", "0", "--bind", "127.0.0.1"))  # it never ends
        return started[-1]

    scheduled = Scheduled("x", "0 * * * *", start, clock=clock, say=lambda _: None)
    for _ in range(3):
        clock.now += timedelta(hours=1)
        scheduled.step()
    assert len(started) == 1
    assert started[0].under_way
    scheduled.close()
    assert not started[0].under_way


def test_one_that_fails_says_why() -> None:
    said, clock = list[str](), Clock()
    scheduled = Scheduled(
        "x", "0 * * * *", lambda: Errand("no.such.module"), clock=clock, say=said.append
    )
    clock.now += timedelta(hours=1)
    assert "no.such.module" in str(said_at_last(scheduled, said))


class Picture(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(404)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


def test_pictures_are_fetched_when_it_is_time(tmp_path: Path) -> None:
    path = config(tmp_path, "allow_private = true\n[thumbnails]\non = true\n")
    with ThreadingHTTPServer(("127.0.0.1", 0), Picture) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}/gone.jpg"
        with closing(Store(f"sqlite:///{tmp_path}/store.db")) as store:
            keep(store, {"2": "https://a.example/2"}, thumbnails={"2": url})
        scheduled, clock, said = by_clock(path, "thumbnails")
        clock.now += timedelta(days=1)
        said_at_last(scheduled, said)
        server.shutdown()
    assert said == ["thumbnails: 0 of 1 pictures kept (1 broken); 0 dropped; 0.0 MB in all"]
    assert not Thumbnails(tmp_path / "var" / "thumbnails").has(url)
