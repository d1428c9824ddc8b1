"""Harvesting by itself, by the real command and with real processes."""

from __future__ import annotations

import re
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from installation import Installation, Started, eventually
from origins import Feed, Held, stocked
from servers import serving

from catalog import config
from catalog.config import ConfigError
from catalog.store import StoreError
from harvester.work import Worker

NIGHTLY = "30 2 * * *"


@pytest.fixture
def here(tmp_path: Path) -> Installation:
    return Installation(tmp_path)


@contextmanager
def working(here: Installation) -> Iterator[Started]:
    worker = here.start("work")
    try:
        yield worker
    finally:
        worker.process.send_signal(signal.SIGTERM)
        done = worker.end()
    assert (done.code, done.err) == (0, "")
    assert done.out.splitlines()[-1].endswith("stopped")


def feed(here: Installation, name: str, count: int = 3, **keys: str) -> None:
    (here.folder / f"{name}.xml").write_bytes(stocked(Feed(), count).file())
    here.add(name, "files", f"{name}.xml", **keys)


def test_what_was_never_harvested_is_harvested_at_once(here: Installation) -> None:
    feed(here, "planned", schedule=NIGHTLY)
    feed(here, "by-hand")
    now = datetime.now(ZoneInfo("Europe/Amsterdam"))
    open_later = f"{now - timedelta(hours=1):%H:%M}-{now + timedelta(hours=2):%H:%M}"
    feed(here, "closed-now", schedule=NIGHTLY, closed=open_later)
    with working(here) as worker, here.catalogue() as catalogue:
        eventually(lambda: not catalogue.behind() and catalogue.index.count() == 3)
        # what has come to rest lets others at the index
        eventually(lambda: here.run("reindex").code == 0)
        assert worker.process.poll() is None
    assert [len(here.runs(name)) for name in ("planned", "by-hand", "closed-now")] == [1, 0, 0]


def test_what_is_stopped_ends_incomplete_and_goes_on_at_the_next_start(here: Installation) -> None:
    held = stocked(Held(), 30)
    with serving(held) as (base, log):
        here.add("molens", "oai_pmh", base + held.path, schedule=NIGHTLY)
        with working(here), here.catalogue() as catalogue:
            eventually(lambda: catalogue.store.records.count_by_source().get("molens") == 10)
        (run,) = here.runs("molens")
        assert (run.status, run.counts.added) == ("incomplete", 10)
        for _ in range(10):
            held.let.release()
        with working(here):
            eventually(lambda: here.runs("molens")[0].status == "complete")
        (run,) = here.runs("molens")
        assert (run.counts.added, run.counts.seen) == (30, 30)
        assert len([a for a in log if "ListRecords" in a.query and "Token" not in a.query]) == 1


def test_the_clock_says_when(here: Installation) -> None:
    now = datetime.now(ZoneInfo("Europe/Amsterdam"))
    feed(here, "planned", schedule=f"{(now + timedelta(hours=12)):%M %H} * * *")
    clock, said, stop = [now], list[str](), threading.Event()
    with here.catalogue() as catalogue:
        worker = Worker(
            catalogue,
            config=here.config,
            say=said.append,
            clock=lambda: clock[0],
            look_every=0.05,
        )
        thread = threading.Thread(target=worker.run, args=(stop,))
        thread.start()
        try:
            eventually(lambda: len(said) == 1)
            clock[0] += timedelta(hours=11)
            stop.wait(0.5)
            assert len(said) == 1
            clock[0] += timedelta(hours=1, minutes=1)
            eventually(lambda: len(said) == 2)
        finally:
            stop.set()
            thread.join(30)
    assert said[0].startswith("planned: complete: 3 seen, 3 new")
    assert said[1].startswith("planned: ")
    assert len(here.found("zeilschepen")) == 3


def test_trouble_with_the_store_is_said_once_and_waited_out(here: Installation) -> None:
    feed(here, "planned", schedule=NIGHTLY)
    said, stop = list[str](), threading.Event()
    with here.catalogue() as catalogue:
        worker = Worker(catalogue, config=here.config, say=said.append, look_every=0.05)
        last = catalogue.store.runs.last
        calls = []

        def failing(*_: object, **__: object) -> None:
            calls.append(1)
            if len(calls) <= 3:
                raise StoreError("the store is busy")
            catalogue.store.runs.last = last  # type: ignore[method-assign]

        catalogue.store.runs.last = failing  # type: ignore[method-assign]
        thread = threading.Thread(target=worker.run, args=(stop,))
        thread.start()
        try:
            eventually(lambda: any(re.match("planned: complete", s) for s in said))
        finally:
            stop.set()
            thread.join(30)
    assert said.count("the store is busy") == 1


def test_nothing_to_do_is_said(here: Installation) -> None:
    feed(here, "by-hand")
    done = here.run("work")
    assert done.code == 1
    assert "give an enabled source a schedule" in done.err


@pytest.mark.parametrize(
    ("keys", "says"),
    [
        ('schedule = "daily"', r"\[sources.a\]: schedule 'daily' is not a cron expression"),
        ('closed = "at night"', r"\[sources.a\]: closed 'at night' is not a pair of times"),
    ],
)
def test_a_wrong_schedule_names_its_source(tmp_path: Path, keys: str, says: str) -> None:
    entry = f'[sources.a]\nkind = "files"\nurl = "x"\n{keys}\n'
    with pytest.raises(ConfigError, match=says):
        config.parse(entry, "config.toml", tmp_path)


@pytest.mark.parametrize("name", ["Amsterdam", "", "../../etc/passwd", "Europe"])
def test_a_wrong_time_zone_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ConfigError, match=r"\[harvest\]: timezone '.*' is not the name"):
        config.parse(f'[harvest]\ntimezone = "{name}"\n', "config.toml", tmp_path)
