"""A quarter of a million records and a million: how fast they are indexed, opened and searched.

``python benchmarks/scale.py`` prints JSON, for tantivy. See ``library`` for the records; a million
are the same ones four times, each time under other ids, so that every word has four times as many
hits. Questions are those of ``search``: half of them narrowed by facets, ten hits each and seven
facets counted; and a few that nobody would ask. "first" is a new process, from its start to the
first result.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from library import KEPT, library
from msgspec.structs import replace
from search import changes, questions, timed

from catalog.catalogue import Catalogue
from catalog.config import load
from catalog.index import Change, Query
from catalog.index.folder import open_index, rebuild

SEVEN = ("level", "type", "discipline", "language", "licence", "openness", "year")
COMMON = "the of and history in a to united states american new york for life world from with study"
HOSTILE = {
    "a sentence": "what is the history of the american people in the states during the world war",
    "10,000 words": "history of the world " * 2_500,
    "common words, any": " OR ".join(COMMON.split()),
    "common words, none": " ".join(f"-{word}" for word in COMMON.split()),
    "phrases of common words": '"of the" ' * 16,
    "parentheses": "(" * 150 + "history" + ")" * 150,
    "emoji and controls": "\U0001f600\0 history \x1f\u202e",
}
FIRST = """
import sys, time
from catalog.index import Query
from catalog.index.folder import open_index
with open_index(sys.argv[1], "tantivy") as index:
    assert index.search(Query(text="history", language="nl")).total
"""


def copied(original: list[Change], copies: int) -> Iterator[Change]:
    """Yield the records so many times, each time with other ids."""
    numbers = itertools.count(1)
    for copy in range(copies):
        for change in original:
            yield Change(next(numbers), f"{change.id}-{copy}", change.resource)


def first_result(path: Path) -> float:
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", FIRST, str(path)], check=True)
    return time.perf_counter() - began


def searched(path: Path, asked: list[Query], rounds: int) -> dict[str, Any]:
    with open_index(path, "tantivy") as index:
        figures = timed(index.search, asked, rounds)
        hostile = {
            name: timed(index.search, [Query(text=text, language="nl", facets=SEVEN)] * 5, 1)
            for name, text in HOSTILE.items()
        }
    return {
        "seven_facets_counted": figures,
        "hostile_worst_ms": {name: spread["worst_ms"] for name, spread in hostile.items()},
    }


def measured(original: list[Change], copies: int, asked: list[Query], rounds: int) -> Any:
    path = KEPT / f"scale-{len(original) * copies}"
    began = time.perf_counter()
    rebuild(path, "tantivy", copied(original, copies), len(original) * copies).close()
    seconds = time.perf_counter() - began
    starts = [first_result(path) for _ in range(5)]
    size = sum(file.stat().st_size for file in path.rglob("*") if file.is_file())
    return {
        "records": len(original) * copies,
        "indexed_per_second": round(len(original) * copies / seconds),
        "megabytes": round(size / 1e6),
        "first_result_seconds": round(statistics.median(starts), 2),
        **searched(path, asked, rounds),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=250_000)
    parser.add_argument("--copies", type=int, nargs="+", default=[1, 4])
    parser.add_argument("--questions", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--sdist", type=Path, help="source distribution that is there already")
    options = parser.parse_args()
    config = library(options.records, options.sdist, fresh=False)
    with Catalogue(load(config)) as catalogue:
        original = list(changes(catalogue.store, options.records))
    drawn = questions([c.resource for c in original if c.resource], options.questions)
    asked = [replace(query, facets=SEVEN, language="nl") for query in drawn]
    result = {
        "processors": os.cpu_count(),
        "load_average_at_start": [round(load, 2) for load in os.getloadavg()],
        "sizes": [measured(original, copies, asked, options.rounds) for copies in options.copies],
        "load_average_at_end": [round(load, 2) for load in os.getloadavg()],
    }
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
