"""Every known fault of repositories, sites and feeds: a harvest survives it and loses nothing.

Each scenario runs in a real harvesting process against a server on this machine.
"""

from __future__ import annotations

import shutil
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest
import sqlalchemy as sa
from misbehaving import Phase, Scenario, answer
from running import Runner
from scenarios import SCENARIOS
from servers import Answer, Asked, Log, serving

from catalog.store import Store, tables
from catalog.store.inbox import Method
from catalog.store.model import Run
from harvester import runs

#: Seconds after which a harvest counts as hanging: many, for machines are paused.
LIMIT = 300.0
#: What a harvest may take at most: a page of the largest size, a few times over.
MEGABYTES = 400
ENDS = ("complete", "incomplete", "failed", "deferred", "refused", "running")
NAMES = list(SCENARIOS)


def respond(asked: Asked) -> Answer:
    """Serve scenario N in its phase P below /N/P/."""
    _, number, phase, *_ = asked.path.split("/")
    return answer(SCENARIOS[NAMES[int(number)]], int(phase), asked)


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[str, Log]]:
    with serving(respond) as served:
        yield served


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty store, to begin with a copy of: making one takes longer than most scenarios."""
    path = tmp_path_factory.mktemp("empty") / "store.db"
    Store(f"sqlite:///{path}").close()
    return path


@pytest.fixture(scope="module")
def runner() -> Iterator[Runner]:
    ready = Runner()
    yield ready
    ready.close()


def configure(folder: Path, given: Scenario, url: str) -> Path:
    def toml(value: Any) -> str:
        if isinstance(value, bool):
            return str(value).lower()
        if isinstance(value, list):
            return "[" + ", ".join(map(toml, value)) + "]"
        if isinstance(value, dict):
            return "{" + ", ".join(f'"{key}" = {toml(each)}' for key, each in value.items()) + "}"
        return str(value) if isinstance(value, int | float) else f'"{value}"'

    own = dict(given.source)
    url = url.replace("127.0.0.1", own.pop("host", "127.0.0.1"))
    source = {"kind": given.kind, "url": url, "allow_private": True, "delay": 0, **own}
    if given.source.get("url") == "https":
        source["url"] = url.replace("http:", "https:")
    harvest = {"retries": 2, "timeout": 5, "longest_wait": 2, "max_bytes": 8_000_000}
    lines = ["[store]", f'url = "sqlite:///{folder}/store.db"', "[harvest]"]
    lines += [f"{key} = {toml(value)}" for key, value in {**harvest, **given.harvest}.items()]
    lines += ["[sources.x]", *(f"{key} = {toml(value)}" for key, value in source.items())]
    config = folder / "config.toml"
    config.write_text("\n".join(lines))
    return config


def content(store: Store) -> tuple[set[str], dict[str, bytes]]:
    """Return what live records and what rejects can be recognised by."""
    with store.database.reading() as connection:
        live = sa.select(tables.record.c.identifier).where(tables.record.c.deleted.is_(False))
        kept = set(connection.execute(live).scalars())
    rejects = {r.identifier: r.payload for r in store.rejects.list("x")}
    titles = {
        title.text
        for change in store.records.all_changes()
        if not change.deleted
        for title in change.resource.titles
    }
    return kept | titles, rejects


@pytest.mark.parametrize("name", NAMES)
def test_survives_and_loses_nothing(
    name: str, tmp_path: Path, empty: Path, server: tuple[str, Log], runner: Runner
) -> None:
    shutil.copy(empty, tmp_path)
    given = SCENARIOS[name]
    if given.kind == "oai_pmh":
        number = NAMES.index(name)
        play(given, tmp_path, runner, *server, root=f"/{number}/{{}}")
        return
    phase = 0

    def of_site(asked: Asked) -> Answer:
        return answer(given, phase, asked)

    with serving(of_site) as (base, log):  # robots.txt is one a host, so it has its own
        for phase in range(len(given.phases)):
            play(given, tmp_path, runner, base, log, only=phase)


def play(
    given: Scenario,
    folder: Path,
    runner: Runner,
    base: str,
    log: Log,
    *,
    root: str = "",
    only: int | None = None,
) -> None:
    """Harvest the phases of a scenario, or one, and judge each."""
    for n, phase in enumerate(given.phases):
        if only not in (None, n):
            continue
        top = base + root.format(n)
        ended = harvest(given, phase, folder, runner, top)
        killed = ended["code"] == -signal.SIGKILL
        assert killed if phase.dies else ended["code"] >= 0, ended
        assert "Traceback" not in ended["stderr"], ended["stderr"]
        assert ended["megabytes"] < MEGABYTES
        store = Store(f"sqlite:///{folder}/store.db")
        try:
            run = store.runs.last("x")
            assert run
            judge(phase, run, store, top)
            if given.check and n == len(given.phases) - 1:
                mine = [asked for asked in log if asked.path.startswith(root.partition("{")[0])]
                given.check(store, mine)
        finally:
            store.close()


def harvest(
    given: Scenario, phase: Phase, folder: Path, runner: Runner, top: str
) -> dict[str, Any]:
    """Harvest one phase from ``top``, or from what lies in the folder or was posted."""
    url = top + given.path
    if phase.files is not None:
        url = str(folder / "in")
        shutil.rmtree(url, ignore_errors=True)
        for name, body in phase.files.items():
            (folder / "in" / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / "in" / name).write_bytes(body)
    if phase.posted:
        store = Store(f"sqlite:///{folder}/store.db")
        for method, identifier, body in phase.posted:
            store.inbox.put("x", cast("Method", method), identifier, body)
        store.close()
    return runner.run(
        configure(folder, given, url), "x", limit=LIMIT, stop=phase.stop, full=phase.full,
        confirmed=phase.confirmed, dies=phase.dies,
    )  # fmt: skip


def wronged(
    phase: Phase, run: Run, kept: set[str], rejects: dict[str, bytes], root: str
) -> set[str]:
    """Return what a run that says it is complete lost without a word, or has though it is gone."""
    if run.status != "complete":
        return set()
    truth = {true.replace("BASE", root) for true in phase.true_ids}
    payloads = b" ".join(rejects.values()).decode(errors="replace")
    lost = {t for t in truth if t not in kept and t not in rejects and t not in payloads}
    return lost | (kept & set(phase.gone))


def judge(phase: Phase, run: Run, store: Store, root: str) -> None:
    said = f"{run.message} {' '.join(run.warnings)}"
    told = (run.status, said, run.counts)
    assert run.status in ENDS, told
    assert run.status in phase.ends, told
    assert runs.adds_up(run.counts), told
    assert phase.says in said, told
    kept, rejects = content(store)
    assert not wronged(phase, run, kept, rejects, root), told
    if phase.kept is not None:
        assert store.records.count_by_source().get("x", 0) == phase.kept, told
    assert set(phase.rejected) <= set(rejects), told
    assert {name: getattr(run.counts, name) for name in phase.counted} == phase.counted, told
