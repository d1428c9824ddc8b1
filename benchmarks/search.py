"""How fast 100,000 real library records are searched: the engines alone, and whole pages.

``python benchmarks/search.py`` prints JSON. See ``library`` for the records.

- Engines: 1,000 drawn questions, one after the other, ten hits each and all facets counted.
  The peer, in the same run, is SQLite's FTS5 over the same words, ranked, ten ids and the number
  of matches, without facets and filters, which it does not have. Suggestions are asked for the
  same questions, typed as far as to a drawn letter.
- Pages: ``vindplaats serve`` in a process of its own, and four clients that keep their connection
  and ask for whole pages of results, each as soon as it has the one before.

Questions are drawn with a fixed seed from the records themselves: a word of a title, two words of
one title, a name of a maker, a word of a subject, each of three letters or more and common words
("the", "history") as often as they stand there; half of them narrowed down by one or two values
that the record has. Figures are medians over rounds of the same questions.
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import itertools
import json
import math
import os
import random
import re
import sqlite3
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import psutil
from library import KEPT, PARTS, library

from catalog.catalogue import Catalogue
from catalog.config import load
from catalog.index import FACETS, Change, Query
from catalog.index.analysis import tokens
from catalog.index.document import FIELDS, describe
from catalog.index.folder import open_index, rebuild
from catalog.resource import LearningResource
from catalog.store import Store

SEED = 1
NARROWING = ("level", "type", "discipline", "language", "licence", "openness", "year")


# Questions


def words(*texts: str) -> list[str]:
    return [word for text in texts for word in tokens(text) if len(word) > 2]


def question(resource: LearningResource, dice: random.Random) -> Query | None:
    """Return a question that ``resource`` answers; None where it has no such words."""
    titles = words(*(title.text for title in resource.titles))
    names = words(*(agent.name for agent in resource.creators))
    subjects = words(*(subject.label for subject in resource.subjects))
    pool, count = dice.choice(((titles, 1), (titles, 2), (names, 1), (subjects, 1)))
    if len(set(pool)) < count:
        return None
    text = " ".join(dice.sample(sorted(pool), count))
    facets = describe(Change(1, "x", resource)).facets
    there = [facet for facet in NARROWING if facets.get(facet)]
    narrowed = min(dice.choice((0, 0, 1, 2)), len(there))
    chosen = {facet: (dice.choice(facets[facet]),) for facet in dice.sample(there, narrowed)}
    return Query(text=text, filters=chosen)


def questions(resources: Sequence[LearningResource], count: int) -> list[Query]:
    """Draw questions: the same ones, in whatever order the records were harvested."""
    dice = random.Random(SEED)
    resources = sorted(resources, key=lambda resource: resource.identifier)
    drawn = (question(dice.choice(resources), dice) for _ in itertools.count())
    return list(itertools.islice(filter(None, drawn), count))


# Figures


def percentile(times: Sequence[float], share: float) -> float:
    return sorted(times)[max(0, math.ceil(share * len(times)) - 1)]


def spread(rounds: Sequence[Sequence[float]]) -> dict[str, float]:
    """Return median, p95 and worst in milliseconds, each the median over rounds."""
    figures: dict[str, Callable[[Sequence[float]], float]] = {
        "median_ms": statistics.median,
        "p95_ms": lambda times: percentile(times, 0.95),
        "worst_ms": max,
    }
    return {
        name: round(statistics.median(1000 * figure(times) for times in rounds), 2)
        for name, figure in figures.items()
    }


def timed(ask: Callable[[Query], object], asked: Sequence[Query], rounds: int) -> dict[str, Any]:
    """Ask all questions in each round, after a tenth of them unmeasured."""
    for query in asked[: len(asked) // 10]:
        ask(query)
    times: list[list[float]] = []
    for _ in range(rounds):
        times.append([])
        for query in asked:
            began = time.perf_counter()
            ask(query)
            times[-1].append(time.perf_counter() - began)
    return spread(times)


# Engines


def changes(store: Store, count: int) -> Iterator[Change]:
    for stored in itertools.islice(store.records.all_changes(), count):
        yield Change(stored.seq, stored.id, stored.resource)


def tantivy(config: Path, asked: Sequence[Query], rounds: int) -> dict[str, Any]:
    settings = load(config)
    with open_index(settings.index.path, "tantivy") as index:
        empty = sum(not index.search(query).total for query in asked)
        assert empty == 0, f"{empty} questions find nothing"
        return {
            "records": index.count(),
            **timed(index.search, asked, rounds),
            "suggestions": timed(lambda query: index.suggest(query.text), typed(asked), rounds),
        }


def typed(asked: Sequence[Query]) -> list[Query]:
    """Return the questions as far as somebody has typed them, from two letters on."""
    dice = random.Random(SEED)
    ends = [dice.randint(2, len(query.text)) for query in asked]
    return [Query(text=query.text[:end]) for query, end in zip(asked, ends, strict=True)]


def whoosh(store: Store, asked: Sequence[Query], rounds: int, count: int) -> dict[str, Any]:
    """Build an index of the first ``count`` records and search it."""
    began = time.perf_counter()
    with rebuild(KEPT / f"whoosh-{count}", "whoosh", changes(store, count), 1) as index:
        built = time.perf_counter() - began
        return {
            "records": index.count(),
            "build_seconds": round(built, 1),
            **timed(index.search, asked, rounds),
            "suggestions": timed(lambda query: index.suggest(query.text), typed(asked), rounds),
        }


def fts5(store: Store, asked: Sequence[Query], rounds: int, count: int) -> dict[str, Any]:
    """Search the same words in SQLite, in memory and warm, with the same weights."""
    with contextlib.closing(sqlite3.connect(":memory:")) as connection:
        columns = ", ".join(FIELDS)
        connection.execute(f"CREATE VIRTUAL TABLE record USING fts5(id UNINDEXED, {columns})")
        connection.executemany(
            f"INSERT INTO record VALUES (?{', ?' * len(FIELDS)})",
            (
                (document.key, *(document.texts.get(field, "") for field in FIELDS))
                for document in map(describe, changes(store, count))
            ),
        )
        weights = ", ".join(str(weight) for weight in (0.0, *FIELDS.values()))

        def ask(query: Query) -> None:
            quoted = " ".join(f'"{word}"' for word in tokens(query.text))
            matching = "FROM record WHERE record MATCH ?"
            connection.execute(
                f"SELECT id {matching} ORDER BY bm25(record, {weights}) LIMIT 10", (quoted,)
            ).fetchall()
            connection.execute(f"SELECT count(*) {matching}", (quoted,)).fetchall()

        return {"records": count, **timed(ask, asked, rounds)}


# Pages


@contextlib.contextmanager
def server(config: Path) -> Iterator[tuple[str, psutil.Process]]:
    """Run the real server; yield its address and process."""
    command = [sys.executable, "-m", "vindplaats", "serve", "--port", "0", "--config", str(config)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        try:
            said = process.stdout.readline()
            url = re.search(r"https?://[\w.:]+", said)
            assert url, f"the server did not start: {said}"
            yield url[0], psutil.Process(process.pid)
        finally:
            process.terminate()


def address(query: Query) -> str:
    chosen = [(facet, value) for facet, values in query.filters.items() for value in values]
    return "/nl/zoeken?" + urlencode([("q", query.text), *chosen])


def client(host: str, paths: Sequence[str], times: list[float], sizes: list[int]) -> None:
    """Ask for each page over one connection; note seconds and bytes of each answer."""
    connection = http.client.HTTPConnection(host)
    for path in paths:
        began = time.perf_counter()
        connection.request("GET", path)
        answer = connection.getresponse()
        body = answer.read()
        times.append(time.perf_counter() - began)
        sizes.append(len(body))
        assert answer.status == 200, path
        assert b'<ol class="list"' in body, path
    connection.close()


def once(host: str, paths: Sequence[str], clients: int) -> tuple[list[float], list[int]]:
    """Share the pages out among so many clients; return seconds and bytes of all answers."""
    times: list[float] = []
    sizes: list[int] = []
    threads = [
        threading.Thread(target=client, args=(host, paths[n::clients], times, sizes))
        for n in range(clients)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(times) == len(paths), "a client stopped halfway"
    return times, sizes


def pages(config: Path, asked: Sequence[Query], rounds: int, clients: int) -> dict[str, Any]:
    paths = [address(query) for query in asked]
    all_times, rates, costs = [], [], []
    with server(config) as (url, process):
        host = urlsplit(url).netloc
        _, sizes = once(host, paths[: len(paths) // 5], clients)  # warm
        for _ in range(rounds):
            used, began = sum(process.cpu_times()[:2]), time.perf_counter()
            times, sizes = once(host, paths, clients)
            rates.append(len(paths) / (time.perf_counter() - began))
            costs.append((sum(process.cpu_times()[:2]) - used) / len(paths))
            all_times.append(times)
    return {
        "clients": clients,
        "requests_per_round": len(paths),
        **spread(all_times),
        "requests_per_second": round(statistics.median(rates)),
        "server_cpu_ms_per_page": round(1000 * statistics.median(costs), 2),
        "median_kilobytes": round(statistics.median(sizes) / 1000, 1),
    }


def load_average() -> list[float]:
    return [round(load, 2) for load in os.getloadavg()]


def measure(options: argparse.Namespace) -> dict[str, Any]:
    load_at_start = load_average()
    config = library(options.records, options.sdist, fresh=options.fresh)
    with Catalogue(load(config)) as catalogue:
        store, rounds = catalogue.store, options.rounds
        resources = [c.resource for c in changes(store, options.records) if c.resource]
        asked = questions(resources, options.questions)
        result: dict[str, Any] = {
            "machine": {
                "processors": os.cpu_count(),
                "load_average_at_start": load_at_start,
            },
            "library": json.loads((config.parent / "made.json").read_text()),
            "licence_and_level_by_seeded_draw": [
                f"{part.share} %: {part.licence or 'no licence'}, {part.level or 'no level'}"
                for part in PARTS
            ],
            "questions": len(asked),
            "narrowed_by_one_or_two_facets": sum(bool(query.filters) for query in asked),
            "facets_counted": len(FACETS),
            "rounds": rounds,
            "tantivy": tantivy(config, asked, rounds),
        }
        if options.whoosh_records:
            result["whoosh"] = whoosh(store, asked, 1, options.whoosh_records)
        result["sqlite_fts5_words_only"] = fts5(store, asked, 1, len(resources))
    result["pages"] = pages(config, asked, rounds, options.clients)
    result["machine"]["load_average_at_end"] = load_average()
    return result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--whoosh-records", type=int, default=100_000, help="0: without whoosh")
    parser.add_argument("--questions", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--clients", type=int, default=4)
    parser.add_argument("--fresh", action="store_true", help="harvest the records again")
    parser.add_argument("--sdist", type=Path, help="source distribution that is there already")
    print(json.dumps(measure(parser.parse_args()), indent=2))


if __name__ == "__main__":
    main()
