"""Fifty requests a second while a harvest is going on: ``python benchmarks/load.py`` prints JSON.

A copy of the library's 250,000 records is served by ``vindplaats serve``. For five minutes
requests start at a fixed rate, whether or not those before have been answered: three in five are
pages of results, the others suggestions, pages of materials and the API, drawn with a fixed seed.
All the while ``vindplaats harvest --full`` reads 100,000 records from one of two loopback
repositories, again and again. A request is timed from the moment at which
it should have started, so that a stall counts for all whom it kept waiting.
"""

from __future__ import annotations

import argparse
import contextlib
import itertools
import json
import os
import queue
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

import urllib3
from harvest import repository
from library import library
from search import address, changes, percentile, questions, server

from catalog.catalogue import Catalogue
from catalog.config import load

SEED = 50
POOL = 20_000  # records of which questions are drawn


class Answer(NamedTuple):
    kind: str
    status: int
    milliseconds: float


def mixed(config: Path, count: int) -> list[tuple[str, str]]:
    """Return (kind, path) of so many requests."""
    dice = random.Random(SEED)
    with Catalogue(load(config)) as catalogue:
        pool = [c for c in changes(catalogue.store, POOL) if c.resource]
    asked = questions([c.resource for c in pool if c.resource], 2000)
    kinds = dice.choices(("results", "suggest", "resource", "api"), (60, 20, 12, 8), k=count)
    return [(kind, _path(kind, dice, pool, asked)) for kind in kinds]


def _path(kind: str, dice: random.Random, pool: Sequence[Any], asked: Sequence[Any]) -> str:
    query = dice.choice(asked)
    if kind == "resource":
        return f"/nl/materiaal/{dice.choice(pool).id}"
    if kind == "suggest":
        return "/api/v1/suggest?language=nl&q=" + quote(query.text[: dice.randint(3, 6)])
    if kind == "api":
        return "/api/v1/search?q=" + quote(query.text)
    return address(query)


def client(
    base: str, waiting: queue.Queue[tuple[float, str, str] | None], answers: list[Answer]
) -> None:
    led_on = urllib3.Retry(1, connect=0, read=0)  # once: of a record that has joined a work
    with urllib3.PoolManager(retries=led_on, timeout=60) as pool:
        while (item := waiting.get()) is not None:
            due, kind, path = item
            try:
                status = pool.request("GET", base + path).status
            except urllib3.exceptions.HTTPError:
                status = 0
            answers.append(Answer(kind, status, 1000 * (time.perf_counter() - due)))


def ask(base: str, requests: Sequence[tuple[str, str]], rate: float) -> list[Answer]:
    """Start the requests at ``rate`` a second; return all answers."""
    waiting: queue.Queue[tuple[float, str, str] | None] = queue.Queue()
    answers: list[Answer] = []
    threads = [
        threading.Thread(target=client, args=(base, waiting, answers), daemon=True)
        for _ in range(64)
    ]
    for thread in threads:
        thread.start()
    began = time.perf_counter()
    for number, (kind, path) in enumerate(requests):
        due = began + number / rate
        time.sleep(max(0.0, due - time.perf_counter()))
        waiting.put((due, kind, path))
    for _ in threads:
        waiting.put(None)
    for thread in threads:
        thread.join()
    return answers


@contextlib.contextmanager
def harvesting(config: Path) -> Iterator[list[float]]:
    """Harvest without a pause; yield a list of the seconds that each harvest took."""
    stop, took = threading.Event(), list[float]()

    def work() -> None:
        for name in itertools.cycle(("bench", "changed")):
            if stop.is_set():
                return
            began = time.perf_counter()
            command = [sys.executable, "-m", "vindplaats", "harvest", name, "--full"]
            subprocess.run(
                [*command, "--config", str(config)],
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False,
            )  # fmt: skip
            took.append(round(time.perf_counter() - began, 1))

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield took
    finally:
        stop.set()
        thread.join()


def figures(answers: Sequence[Answer]) -> dict[str, Any]:
    times = [answer.milliseconds for answer in answers]
    return {"requests": len(times)} | {
        f"p{share}_ms": round(percentile(times, share / 100), 1) for share in (50, 95, 99)
    }


def measure(options: argparse.Namespace) -> dict[str, Any]:
    made = library(options.records, options.sdist)
    requests = mixed(made, int(options.seconds * options.rate))
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        shutil.copytree(made.parent, folder / "library")
        config = folder / "library" / "config.toml"
        urls = [stack.enter_context(repository(100_000, size)) for size in (500, 400)]
        with config.open("a") as file:
            for name, url in zip(("bench", "changed"), urls, strict=True):
                file.write(f'[sources.{name}]\nkind = "oai_pmh"\nurl = "{url}"\n')
                file.write("allow_private = true\ndelay = 0.0\n")
        url, _ = stack.enter_context(server(config))
        ask(url, requests[:100], options.rate)
        with harvesting(config) as took:
            answers = ask(url, requests, options.rate)
    errors = [answer for answer in answers if answer.status != 200]
    kinds = {answer.kind for answer in answers}
    return {
        "processors": os.cpu_count(),
        "records": options.records,
        "seconds": options.seconds,
        "requests_per_second": options.rate,
        "pages_of_results": figures([a for a in answers if a.kind == "results"]),
        "all": figures(answers),
        "others": {k: figures([a for a in answers if a.kind == k]) for k in sorted(kinds)},
        "errors": len(errors),
        "statuses_of_errors": sorted({answer.status for answer in errors}),
        "harvest_seconds": took,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=250_000)
    parser.add_argument("--seconds", type=float, default=300)
    parser.add_argument("--rate", type=float, default=50)
    parser.add_argument("--sdist", type=Path, help="source distribution that is there already")
    print(json.dumps(measure(parser.parse_args()), indent=2))


if __name__ == "__main__":
    main()
