"""How harvesters fare with repositories that misbehave: ``python benchmarks/faults.py``.

Every scenario of ``tests/faults`` that other clients can be asked too is served on this machine
and harvested by Vindplaats, by sickle and by oaipmh-scythe, each time in a process of its own
with a time limit. Prints JSON:

``survived``       it ended by itself in time, with or without an error of its own
``right``          it ended well with every record, or with an error where that cannot be done
``silent_losses``  it ended well, and records are missing that it did not name, or are there that
                   its source says are deleted

The peers are told to ask again as often as we do, and after a second where the server names no
time. Ours also runs the scenarios that others cannot be asked, such as harvests one after another.
"""

from __future__ import annotations

import argparse
import functools
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any

TESTS = Path(__file__).parents[1] / "tests"
sys.path[:0] = [str(TESTS), str(TESTS / "faults"), str(TESTS.parent)]

from misbehaving import Scenario, answer  # noqa: E402 the path comes first
from running import Runner  # noqa: E402
from scenarios import SCENARIOS  # noqa: E402
from servers import Answer, Asked, serving  # noqa: E402
from test_faults import content, harvest, judge, wronged  # noqa: E402

from catalog.store import Store  # noqa: E402

LIMIT = 20.0
PEERS = {
    "sickle": """
import sys
from sickle import Sickle
try:
    client = Sickle(sys.argv[1], timeout=5, max_retries=2, default_retry_after=1,
                    retry_status_codes=[429, 500, 502, 503, 504])
    for record in client.ListRecords(metadataPrefix="oai_dc"):
        print(record.header.identifier if not record.header.deleted else "", flush=True)
except Exception as error:
    print(type(error).__name__, str(error)[:200], file=sys.stderr)
    sys.exit(3)
""",
    "oaipmh-scythe": """
import sys
from oaipmh_scythe import Scythe
try:
    with Scythe(sys.argv[1], timeout=5, max_retries=2, default_retry_after=1) as client:
        for record in client.list_records(metadata_prefix="oai_dc"):
            print(record.header.identifier if not record.header.deleted else "", flush=True)
except Exception as error:
    print(type(error).__name__, str(error)[:200], file=sys.stderr)
    sys.exit(3)
""",
}
Result = dict[str, Any]


@contextmanager
def served(names: list[str]) -> Iterator[str]:
    def respond(asked: Asked) -> Answer:
        _, number, phase, *_ = asked.path.split("/")
        return answer(SCENARIOS[names[int(number)]], int(phase), asked)

    with serving(respond) as (base, _log):
        yield base


def by_peer(program: str, name: str, root: str) -> Result:
    """Let a client list all records; say how that ended."""
    given = SCENARIOS[name].phases[0]
    command = [sys.executable, "-W", "ignore", "-c", program, f"{root}/0/oai"]
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=LIMIT, check=False, errors="replace"
        )
    except subprocess.TimeoutExpired:
        return {"name": name, "survived": False, "right": False, "lost": False, "end": "time"}
    found = {name.strip() for name in done.stdout.split("\n")}
    missing = (set(given.true_ids) - found) | (found & set(given.gone))
    well, failed = done.returncode == 0, done.returncode == 3
    possible = "complete" in given.ends
    return {
        "name": name,
        "survived": done.returncode in (0, 3),
        "right": (well and not missing) or (failed and not (possible and missing)),
        "lost": well and bool(missing),
        "end": "well" if well else done.stderr.strip()[-200:],
    }


def by_us(runner: Runner, name: str, root: str) -> Result:
    """Harvest every phase of a scenario as ``python -m harvester`` does, and judge as the tests do.

    A site has a server of its own, since robots.txt is one a host.
    """
    given = SCENARIOS[name]
    result: Result = {"name": name, "survived": True, "right": True, "lost": False, "end": ""}
    phase = 0
    alone = given.kind != "oai_pmh"
    own: AbstractContextManager[tuple[str, Any]] = nullcontext((root, None))
    if alone:
        own = serving(lambda asked: answer(given, phase, asked))
    with tempfile.TemporaryDirectory() as folder, own as (base, _log):
        for phase, now in enumerate(given.phases):
            top = base if alone else f"{root}/{phase}"
            ended = harvest(given, now, Path(folder), runner, top)
            store = Store(f"sqlite:///{folder}/store.db")
            run = store.runs.last("x")
            assert run
            result["survived"] &= bool(now.dies) or (ended["code"] >= 0 and run.status != "running")
            result["lost"] |= bool(wronged(now, run, *content(store), top))
            try:
                judge(now, run, store, top)
            except AssertionError:
                result["right"] = False
            store.close()
            result["end"] = run.status
    return result


def summary(results: list[Result], *, full: bool) -> dict[str, Any]:
    found: dict[str, Any] = {
        "tried": len(results),
        "survived": sum(r["survived"] for r in results),
        "right": sum(r["right"] for r in results),
        "silent_losses": sum(r["lost"] for r in results),
    }
    if full:
        found["not_right"] = {r["name"]: r["end"] for r in results if not r["right"]}
        found["lost_in"] = [r["name"] for r in results if r["lost"]]
    return found


def tried(names: list[str], one: Callable[[str, str], Result], jobs: int) -> list[Result]:
    with served(names) as base, ThreadPoolExecutor(jobs) as pool:
        return list(pool.map(lambda n: one(names[n], f"{base}/{n}"), range(len(names))))


def ours(names: list[str]) -> list[Result]:
    runner = Runner()
    try:
        return tried(names, lambda name, root: by_us(runner, name, root), 1)
    finally:
        runner.close()


def shared(given: Scenario) -> bool:
    return given.peers and given.kind == "oai_pmh"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--full", action="store_true", help="name the scenarios that went wrong")
    parser.add_argument("--only", default="", help="scenarios whose name contains this")
    options = parser.parse_args()
    every = [name for name in SCENARIOS if options.only in name]
    both = [name for name in every if shared(SCENARIOS[name])]
    began = time.monotonic()
    everything = ours(every)
    report: dict[str, Any] = {
        "vindplaats": summary([r for r in everything if r["name"] in both], full=options.full)
    }
    for peer, program in PEERS.items():
        results = tried(both, functools.partial(by_peer, program), 2)
        report[peer] = summary(results, full=options.full)
    report["vindplaats_all_scenarios"] = summary(everything, full=options.full)
    report["seconds"] = round(time.monotonic() - began)
    print(json.dumps(report, indent=2, ensure_ascii=False))


if __name__ == "__main__":
    main()
