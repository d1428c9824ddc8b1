"""How search grows: ``python benchmarks/scale.py --records 250000 1000000`` prints JSON.

The records are the library's 250,000 (see ``library``), and after them the same again in which
every third word of titles, subjects and descriptions is another record's: so the number of
different words grows as well, as it does in a catalogue. For each size an index is built from the
store and asked 1,000 drawn questions (see ``search``), ten hits each, seven facets counted.

- ``documents_per_second``: building, with reading and varying the records.
- ``first_result_seconds``: from the start of a new process to its first answer, median of five.
- ``hostile_worst_ms``: questions that nobody would ask, or only to do harm.
- ``peak_megabytes``: memory of the building process and its helpers together (what they share is
  counted once), and resident memory of the asking one; the mapped files of the index count as far
  as they were read.

The peer, in the same run, is SQLite's FTS5 over the same words, without facets and filters; at
the first size only. ``--plot FILE`` draws p50, p95 and p99 against size as an SVG.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec
from harvest import Memory
from library import KEPT, library
from msgspec.structs import replace
from search import changes, fts5, percentile, questions

from catalog.catalogue import Catalogue
from catalog.config import load
from catalog.index import Change, Query
from catalog.index.folder import open_index, rebuild
from catalog.resource import Concept, LearningResource, Text
from catalog.store import Store

BASE = 250_000
SEVEN = ("level", "type", "discipline", "language", "licence", "openness", "year")
QUESTIONS = 1000
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
import sys
from catalog.index import Query
from catalog.index.folder import open_index
with open_index(sys.argv[1], "tantivy") as index:
    assert index.search(Query(text="history", language="nl")).total
"""
_VARIED = 3  # every so many words


def grown(store: Store, count: int) -> Iterator[Change]:
    """Yield ``count`` records: the library's, then the same again with words of each other."""
    dice = random.Random(count)
    words: list[str] = []
    for number in itertools.count():
        for change in itertools.islice(changes(store, BASE), max(0, count - number * BASE)):
            found = change.resource
            assert found
            if number:
                found = _varied(found, words, dice)
                yield Change(number * BASE + change.seq, f"{change.id}-{number}", found)
            else:
                words += found.titles[0].text.split() if found.titles else []
                yield change
        if (number + 1) * BASE >= count:
            return


def _varied(found: LearningResource, words: Sequence[str], dice: random.Random) -> LearningResource:
    def other(text: str) -> str:
        said = text.split()
        for place in range(dice.randrange(_VARIED), len(said), _VARIED):
            said[place] = dice.choice(words)
        return " ".join(said)

    return replace(
        found,
        titles=tuple(Text(other(t.text), t.language) for t in found.titles),
        subjects=tuple(Concept(c.id, other(c.label), c.scheme) for c in found.subjects),
        descriptions=tuple(Text(other(t.text), t.language) for t in found.descriptions),
    )


def peak() -> int:
    """Return the most memory that this process has had, in megabytes.

    Not ``ru_maxrss``: that begins with what the process had from which it was started.
    """
    status = Path("/proc/self/status").read_text()
    return round(int(status.partition("VmHWM:")[2].split()[0]) * 1024 / 1e6)


def build(folder: Path, config: Path, count: int) -> dict[str, Any]:
    shutil.rmtree(folder, ignore_errors=True)
    memory = Memory(os.getpid())
    memory.start()
    with Catalogue(load(config)) as catalogue:
        began = time.perf_counter()
        rebuild(folder, "tantivy", grown(catalogue.store, count), count).close()
        seconds = time.perf_counter() - began
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    return {
        "documents_per_second": round(count / seconds),
        "index_megabytes": round(size / 1e6),
        "peak_megabytes": round(memory.peak / 1e6),
    }


def ask(folder: Path, asked: Sequence[Query]) -> dict[str, Any]:
    """Ask every question twice over, after a tenth of them unmeasured."""
    with open_index(folder, "tantivy") as index:

        def took(query: Query) -> float:
            began = time.perf_counter()
            index.search(query)
            return 1000 * (time.perf_counter() - began)

        for query in asked[: len(asked) // 10]:
            took(query)
        rounds = [list(map(took, asked)) for _ in range(2)]
        figures = {
            f"p{share}_ms": round(statistics.median(percentile(t, share / 100) for t in rounds), 2)
            for share in (50, 95, 99)
        }
        return {
            "records": index.count(),
            **figures,
            "worst_ms": round(min(max(times) for times in rounds), 2),
            "peak_megabytes": peak(),
            "hostile_worst_ms": {
                name: round(max(took(replace(asked[0], text=text, filters={})) for _ in range(3)))
                for name, text in HOSTILE.items()
            },
        }


def in_a_process(*arguments: str) -> dict[str, Any]:
    """Run one step in a process of its own; return what it prints."""
    command = [sys.executable, __file__, *arguments]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True)
    said: dict[str, Any] = json.loads(done.stdout)
    return said


def first_result(folder: Path) -> float:
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", FIRST, str(folder)], check=True)
    return time.perf_counter() - began


def measure(sizes: Sequence[int], sdist: Path | None) -> dict[str, Any]:
    config = library(BASE, sdist)
    folder = KEPT / "scale"
    file = folder.with_suffix(".questions.json")
    with Catalogue(load(config)) as catalogue:
        pool = [c.resource for c in changes(catalogue.store, BASE) if c.resource]
        drawn = questions(pool, QUESTIONS)
        asked = [replace(query, facets=SEVEN, language="nl") for query in drawn]
        file.write_bytes(msgspec.json.encode(asked))
        del pool
        found = [
            {
                "records": size,
                "building": in_a_process("--build", str(size), "--config", str(config)),
                "first_result_seconds": round(
                    statistics.median(first_result(folder) for _ in range(5)), 2
                ),
                "searching": in_a_process("--ask", str(file)),
            }
            for size in sizes
        ]
        peer = fts5(catalogue.store, asked, 1, min(sizes[0], BASE))
    return {
        "questions": len(asked),
        "facets_counted": len(SEVEN),
        "sizes": found,
        "sqlite_fts5_words_only": peer,
    }


def plot(sizes: Sequence[dict[str, Any]]) -> str:
    """Return an SVG: milliseconds at p50, p95 and p99 against the number of records."""
    width, height, left, base = 560, 280, 56, 236
    most: int = max(s["records"] for s in sizes)
    highest: float = max(s["searching"]["p99_ms"] for s in sizes)

    def x(records: int) -> float:
        return left + records / most * (width - left - 96)

    def y(milliseconds: float) -> float:
        return base - milliseconds / highest * (base - 28)

    lines = []
    for name, colour in (("p50", "#2a7f62"), ("p95", "#b35c00"), ("p99", "#8c2f5f")):
        points = [(x(s["records"]), y(s["searching"][f"{name}_ms"])) for s in sizes]
        path = " ".join(f"{px:.0f},{py:.0f}" for px, py in points)
        px, py = points[-1]
        value = sizes[-1]["searching"][f"{name}_ms"]
        lines.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        lines += [f'<circle cx="{a:.0f}" cy="{b:.0f}" r="3" fill="{colour}"/>' for a, b in points]
        lines.append(
            f'<text x="{px + 8:.0f}" y="{py + 4:.0f}" fill="{colour}">{name} {value} ms</text>'
        )
    for s in sizes:
        lines.append(
            f'<text x="{x(s["records"]):.0f}" y="{base + 20}" text-anchor="middle" '
            f'fill="#666">{s["records"]:,}</text>'
        )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        'font-family="sans-serif" font-size="12" role="img" '
        'aria-label="Time of a search against the number of records">'
        f'<rect width="{width}" height="{height}" fill="#fff"/>'
        f'<path d="M{left} 20V{base}H{width - 88}" fill="none" stroke="#999"/>'
        f'<text x="{left}" y="14" fill="#666">milliseconds a search, seven facets counted</text>'
        + "".join(lines)
        + "</svg>\n"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, nargs="+", default=[250_000, 500_000, 1_000_000])
    parser.add_argument("--plot", type=Path)
    parser.add_argument("--sdist", type=Path, help="source distribution that is there already")
    parser.add_argument("--build", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--config", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--ask", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    folder = KEPT / "scale"
    if options.build:
        print(json.dumps(build(folder, options.config, options.build)))
    elif options.ask:
        asked = [Query(**each) for each in msgspec.json.decode(options.ask.read_bytes())]
        print(json.dumps(ask(folder, asked)))
    else:
        result = measure(sorted(options.records), options.sdist)
        if options.plot:
            options.plot.write_text(plot(result["sizes"]))
        print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
