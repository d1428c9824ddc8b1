"""Microseconds a record that each export takes: ``python benchmarks/exports.py``.

The records are those of the tests' samples, normalised, over and over, as a full harvest of a
library has them: each is a new object, so nothing is remembered of it as a whole, while people,
terms and licences come back as they do in a library. ``made`` is the element or document, ``bytes``
with its serialising. Every figure is the best of several rounds. Prints JSON; ends with 1 where a
goal is missed.
"""

from __future__ import annotations

import argparse
import json
import platform
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from catalog.export import Listing, dublin_core, nl_lom, schema_org
from catalog.export.elements import document
from catalog.normalise import normalise
from catalog.resource import LearningResource

FOLDER = Path(__file__).parent.parent / "tests" / "fixtures" / "formats"
LISTING = Listing(
    url="https://catalogue.example.org/1",
    catalogue="Catalogue",
    home="https://catalogue.example.org/",
    source="Source",
    harvested="2026-03-01T12:00:00Z",
    changed="2026-03-01T12:00:00Z",
)
GOALS = {"dublin_core": 60, "nl_lom": 200, "schema_org": 60}  # microseconds, made
ROUNDS = 9

Make = Callable[[LearningResource], Any]
EXPORTS: dict[str, tuple[Make, Callable[[Any], bytes]]] = {
    "dublin_core": (dublin_core.element, document),
    "nl_lom": (lambda r: nl_lom.element(r, LISTING), document),
    "schema_org": (lambda r: schema_org.document(r, LISTING), schema_org.encode),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=1_000, help="records a round")
    found = records(parser.parse_args().records)
    figures = {}
    for name, (make, serialise) in EXPORTS.items():
        made = best(found, make)
        whole = best(found, both(make, serialise))
        figures[name] = {"made": made, "bytes": whole, "goal": GOALS[name]}
    met = all(figure["made"] <= figure["goal"] for figure in figures.values())
    print(
        json.dumps(
            {
                "python": platform.python_version(),
                "records": len(found),
                "microseconds_per_record": figures,
                "met": met,
            },
            indent=2,
        )
    )
    sys.exit(not met)


def records(count: int) -> list[LearningResource]:
    """Return ``count`` records, each an object of its own, decoded from bytes as from the store."""
    kept = [msgspec.json.encode(one) for one in samples()]
    decoder = msgspec.json.Decoder(LearningResource)
    return [decoder.decode(kept[at % len(kept)]) for at in range(count)]


def samples() -> list[LearningResource]:
    found: list[LearningResource] = []
    for path in sorted(FOLDER.glob("*/*.json")):
        if not path.name.endswith(".in.json"):
            read = json.loads(path.read_text("utf-8"))
            said = [one for one in (read if isinstance(read, list) else [read]) if "titles" in one]
            found += [normalise(one) for one in msgspec.convert(said, list[LearningResource])]
    return found


def both(make: Make, serialise: Callable[[Any], bytes]) -> Make:
    return lambda r: serialise(make(r))


def best(found: list[LearningResource], work: Callable[[LearningResource], Any]) -> float:
    """Return microseconds a record in the quickest round."""
    seconds = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        for one in found:
            work(one)
        seconds.append(time.perf_counter() - started)
    return round(min(seconds) / len(found) * 1e6, 1)


if __name__ == "__main__":
    main()
