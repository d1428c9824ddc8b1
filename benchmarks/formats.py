"""Records a second that each format reads: ``python benchmarks/formats.py``.

MARC is read from the real library records of ``library.py``, and beside it, over the same bytes in
the same run, by pymarc's own reader, which only takes a record apart: the goal is a third of its
rate. The other formats read the samples of the tests, over and over, from bytes each time. Every
figure is the best of three; ``normalised`` is with the normalisers behind the format, as a harvest
has it.
"""

from __future__ import annotations

import argparse
import io
import itertools
import json
import platform
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from library import distribution, payloads
from pymarc import MARCReader

from catalog.normalise import Defaults, normalise
from harvester import formats
from harvester.errors import ParseError
from harvester.raw import Raw

SAMPLES = Path(__file__).parent.parent / "tests" / "fixtures" / "formats"
MEDIA_TYPES = {
    ".xml": "application/xml",
    ".json": "application/json",
    ".jsonld": "application/json",
}
MARC = "application/marc"
GOAL = 1 / 3
ROUNDS = 3


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=5_000, help="records of each format")
    parser.add_argument("--sdist", type=Path, help="source distribution that is there already")
    options = parser.parse_args()
    marc = list(itertools.islice(payloads(distribution(options.sdist)), options.records))
    books = [(MARC, record) for record in marc]
    peer = best(len(marc), lambda: read_by_pymarc(b"".join(marc)))
    rates = {"marc (library)": rate(books)}
    for folder in sorted(path for path in SAMPLES.iterdir() if path.is_dir()):
        samples = [s for s in map(sample, sorted(folder.glob("*.*"))) if s and reads(*s)]
        if samples:
            rates[folder.name] = rate(list(itertools.islice(itertools.cycle(samples), len(marc))))
    share = rates["marc (library)"]["read"] / peer
    print(
        json.dumps(
            {
                "python": platform.python_version(),
                "records": len(marc),
                "records_per_second": rates,
                "pymarc_reader": peer,
                "marc_beside_pymarc": round(share, 2),
                "goal": round(GOAL, 2),
                "met": share >= GOAL,
            },
            indent=2,
        )
    )
    sys.exit(share < GOAL)


def sample(path: Path) -> tuple[str, bytes] | None:
    """Return the media type and bytes of a sample; None for an expectation."""
    expected = path.suffix == ".json" and not path.name.endswith(".in.json")
    return None if expected else (MEDIA_TYPES.get(path.suffix, MARC), path.read_bytes())


def reads(media_type: str, payload: bytes) -> bool:
    try:
        return bool(list(formats.read(raw(media_type, payload))[1]))
    except ParseError:
        return False


def raw(media_type: str, payload: bytes) -> Raw:
    return Raw(
        source="benchmark",
        identifier="x",
        media_type=media_type,
        url="https://example.org/x",
        content=payload,
    )


def rate(records: list[tuple[str, bytes]]) -> dict[str, int]:
    def read() -> None:
        for record in records:
            list(formats.read(raw(*record))[1])

    def read_and_normalise() -> None:
        for record in records:
            for resource in formats.read(raw(*record))[1]:
                normalise(resource, defaults=Defaults())

    count = len(records)
    return {"read": best(count, read), "normalised": best(count, read_and_normalise)}


def read_by_pymarc(file: bytes) -> None:
    consume(MARCReader(io.BytesIO(file)))


def consume(found: Iterable[object]) -> None:
    for _ in found:
        pass


def best(count: int, work: Callable[[], None]) -> int:
    """Return how many a second, in the quickest of three rounds."""
    seconds = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - started)
    return round(count / min(seconds))


if __name__ == "__main__":
    main()
