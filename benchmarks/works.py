"""How well and how fast records are told apart: ``python benchmarks/works.py --pairs [FILE]``.

The labelled pairs are split by their names into those that the rules were made on and those of
which only the figures were looked at. Both are told, with each wrong answer.

``--group RECORDS`` tells how fast records are grouped; see ``grouping``.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from catalog.normalise import normalise
from catalog.resource import LearningResource
from catalog.works.comparing import compare
from catalog.works.keys import keys
from catalog.works.signature import Signature, signature

PAIRS = Path(__file__).parent.parent / "tests" / "fixtures" / "works" / "pairs.jsonl"
UNSEEN = 35  # percent
ROUNDS = 5


class Pair(Struct, frozen=True):
    """Two descriptions, and what a person says that they are to each other, and why."""

    label: str
    why: str
    first: LearningResource
    second: LearningResource

    @property
    def unseen(self) -> bool:
        """Whether it is kept out of sight of who makes the rules: by its own name."""
        return int(self.first.identifier[:8], 16) % 100 < UNSEEN


def pairs(file: Path = PAIRS) -> list[Pair]:
    lines = file.read_text("utf-8").splitlines()
    return [msgspec.json.decode(line, type=Pair) for line in lines]


def compared(pair: Pair) -> tuple[Signature, Signature]:
    return signature(normalise(pair.first)), signature(normalise(pair.second))


def verdict(pair: Pair) -> str:
    """Return what the rules say; records that share no key are never compared."""
    first, second = compared(pair)
    if set(keys(first)).isdisjoint(keys(second)):
        return "none"
    tie = compare(first, second)
    return tie.kind if tie else "none"


def judged(those: Sequence[Pair]) -> dict[str, Any]:
    said = [(pair, verdict(pair)) for pair in those]
    right = sum(pair.label == kind == "same" for pair, kind in said)
    kinds = Counter(pair.label for pair in those)
    return {
        "pairs": len(those),
        "precision": round(right / max(1, sum(kind == "same" for _, kind in said)), 4),
        "recall": round(right / max(1, kinds["same"]), 4),
        "kind_accuracy": round(sum(pair.label == kind for pair, kind in said) / len(those), 4),
        "by_kind": {
            kind: {
                "pairs": times,
                "right": sum(pair.label == kind == found for pair, found in said),
            }
            for kind, times in kinds.most_common()
        },
        "wrong": [told(pair, kind) for pair, kind in said if kind != pair.label],
    }


def told(pair: Pair, kind: str) -> dict[str, str]:
    first, second = (" / ".join(t.text for t in r.titles) for r in (pair.first, pair.second))
    return {"said": kind, "is": pair.label, "why": pair.why, "first": first, "second": second}


def speed(those: Sequence[Pair]) -> dict[str, float]:
    """Return the microseconds of each step, the best of some rounds."""
    resources = [normalise(r) for pair in those for r in (pair.first, pair.second)]
    signatures = [signature(r) for r in resources]
    neighbours = list(zip(signatures[::2], signatures[1::2], strict=True))
    return {
        "signature": each(lambda: [signature(r) for r in resources], len(resources)),
        "keys": each(lambda: [keys(s) for s in signatures], len(signatures)),
        "compare": each(lambda: [compare(a, b) for a, b in neighbours], len(neighbours)),
    }


def each(work: Callable[[], object], times: int) -> float:
    def rounds() -> Iterator[float]:
        for _ in range(ROUNDS):
            start = time.perf_counter()
            work()
            yield time.perf_counter() - start

    return round(min(rounds()) / times * 1e6, 2)


def by_pairs(file: Path) -> dict[str, Any]:
    known = pairs(file)
    return {
        "seen": judged([pair for pair in known if not pair.unseen]),
        "unseen": judged([pair for pair in known if pair.unseen]),
        "microseconds": speed(known),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", nargs="?", type=Path, const=PAIRS, help="labelled pairs")
    parser.add_argument("--group", type=int, metavar="RECORDS", help="records to group")
    parser.add_argument("--store", help="URL of a store to take these from; else the library")
    given = parser.parse_args()
    if given.group:
        from grouping import grouped  # noqa: PLC0415 the pairs are tested without it

        print(json.dumps(grouped(given.group, given.store), indent=2))
    if given.pairs:
        print(json.dumps(by_pairs(given.pairs), indent=2, ensure_ascii=False))


if __name__ == "__main__":
    main()
