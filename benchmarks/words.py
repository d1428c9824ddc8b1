"""What looking at words costs: speed, memory and time to load of ``catalog.index.words``.

``python benchmarks/words.py [TEXT]`` prints JSON. Words are drawn with a fixed seed from the lists
of the program, rare ones as often as common ones, which flatters nobody; or they are those of a
file.
"""

from __future__ import annotations

import functools
import json
import random
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil

from catalog.index.analysis import tokens
from catalog.index.words import parts, parts_of, stem, stems, variants
from catalog.index.words.data import lines

WORDS = 20_000
ROUNDS = 20


def main(path: Path | None) -> None:
    process = psutil.Process()
    before = process.memory_info().rss
    start = time.perf_counter()
    for language in ("nl", "en", "de", "fr", "es"):
        stem("materialen", language)
        parts("leermaterialen", language)
    loading = time.perf_counter() - start
    loaded = process.memory_info().rss
    words = drawn() if path is None else tokens(path.read_text("utf-8"))[:WORDS]
    figures: dict[str, float] = {
        "words": len(words),
        "load_seconds": loading,
        "load_megabytes": (loaded - before) / 1e6,
    }
    for language in ("nl", "en", "de"):
        work = functools.partial(stems, words, language)
        figures[f"{language}_stem_first_microseconds"] = each(work, words)
        figures[f"{language}_stem_again_microseconds"] = min(
            each(work, words) for _ in range(ROUNDS)
        )
    for language in ("nl", "de"):
        work = functools.partial(parts_of, words, language)
        figures[f"{language}_parts_first_microseconds"] = each(work, words)
        figures[f"{language}_parts_again_microseconds"] = each(work, words)
    figures["variants_microseconds"] = each(lambda: [variants(word) for word in words], words)
    figures["megabytes_after"] = (process.memory_info().rss - before) / 1e6
    print(json.dumps({name: round(value, 3) for name, value in figures.items()}, indent=2))


def drawn() -> list[str]:
    dice = random.Random(1)
    known = [line[0] for name in ("nl.bases.txt", "de.parts.txt") for line in lines(name)]
    return [
        dice.choice(known) + (dice.choice(known) if dice.random() < 0.3 else "")
        for _ in range(WORDS)
    ]


def each(work: Callable[[], object], words: list[str]) -> float:
    """Return the microseconds that the work takes for each of the words."""
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) / len(words) * 1e6


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
