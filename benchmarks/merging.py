"""What one card of several records costs: ``python benchmarks/merging.py`` prints JSON.

Judged pairs of one work (see ``works``) are merged, each by itself, and all of them put together in
tens that have nothing to do with each other, of which every field is another's. Microseconds of
processor time a card, the median of rounds; names and labels come back, as they do in a catalogue.
"""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Sequence
from itertools import chain, islice

from works import pairs

from catalog.normalise import normalise
from catalog.resource import LearningResource
from catalog.works.merging import merge

ROUNDS = 15
TENS = 10


def microseconds(groups: Sequence[Sequence[LearningResource]]) -> float:
    rounds = []
    for _ in range(ROUNDS):
        began = time.process_time()
        for copies in groups:
            merge(copies)
        rounds.append((time.process_time() - began) / len(groups) * 1e6)
    return round(statistics.median(rounds), 1)


def main() -> None:
    same = [
        (normalise(pair.first), normalise(pair.second)) for pair in pairs() if pair.label == "same"
    ]
    each = chain.from_iterable(same)
    tens = [list(islice(each, TENS)) for _ in range(2 * len(same) // TENS)]
    print(
        json.dumps(
            {
                "pairs": len(same),
                "two_copies_microseconds": microseconds(same),
                "ten_strangers_microseconds": microseconds(tens),
            },
            indent=2,
        )
    )


if __name__ == "__main__":
    main()
