"""Real library records in a store and an index: ``python benchmarks/library.py --records 100000``.

The source distribution of pymarc 5.4.0 holds 250,000 book records of the Library of Congress
(BooksAll 2016, part 1, MARC 21 in UTF-8). It is fetched through pip and kept in var/benchmarks,
and the first so many records are harvested from files with the real command.

Book records state neither a licence nor, but for a few, a level. So each record is given to one
of a dozen sources by a seeded draw, in the shares of ``PARTS``, and the sources say in their
configuration which licence and level hold for what states none: all facets are counted.
"""

from __future__ import annotations

import argparse
import io
import itertools
import json
import lzma
import random
import shutil
import subprocess
import sys
import tarfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import IO, NamedTuple

from catalog.catalogue import Catalogue
from catalog.config import load
from harvester import iso2709

KEPT = Path(__file__).parent.parent / "var" / "benchmarks"
PACKAGE = "pymarc==5.4.0"
MEMBER = "BooksAll.2016.part01.utf8"
LONGEST = 1_000_000  # bytes of one record


class Part(NamedTuple):
    """A source: its share of the records in percent, and what holds for them all."""

    name: str
    share: int
    licence: str = ""
    level: str = ""


PARTS = (
    Part("shelf", 20),
    Part("shelf-wo", 10, "", "wo"),
    Part("by", 8, "CC BY 4.0"),
    Part("by-wo", 12, "CC BY 4.0", "wo-bachelor"),
    Part("by-hbo", 8, "CC BY 4.0", "hbo"),
    Part("by-sa-mbo", 7, "CC BY-SA 4.0", "mbo-4"),
    Part("by-sa-vo", 5, "CC BY-SA 3.0 NL", "vwo"),
    Part("by-nc-sa", 10, "CC BY-NC-SA 4.0", "hbo-bachelor"),
    Part("by-nc-nd", 5, "CC BY-NC-ND 4.0", "vmbo"),
    Part("by-nd", 3, "CC BY-ND 4.0"),
    Part("cc0", 4, "CC0 1.0", "po"),
    Part("closed", 8, "All rights reserved", "wo-master"),
)
SEED = 2016


def distribution(given: Path | None) -> Path:
    """Return the source distribution: the given one, or the one that pip fetches once."""
    found = [given] if given else list(KEPT.glob("pymarc-*.tar.gz"))
    if found:
        return found[0]
    command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--no-binary", ":all:"]
    subprocess.run([*command, "--dest", str(KEPT), PACKAGE], check=True, stdout=sys.stderr)
    return next(KEPT.glob("pymarc-*.tar.gz"))


def payloads(archive: Path) -> Iterator[bytes]:
    """Yield the records in the source distribution, each as its bytes."""
    with tarfile.open(archive, "r|gz") as members:
        for member in members:
            if Path(member.name).name.startswith(MEMBER):
                packed = members.extractfile(member)
                assert packed
                with lzma.open(packed) if member.name.endswith(".xz") else packed as stream:
                    yield from iso2709.split(stream, LONGEST, 1 << 20)  # type: ignore[arg-type]
                return
    sys.exit(f"{archive} has no {MEMBER} in it")


def write_parts(folder: Path, records: Iterator[bytes]) -> int:
    """Give each record to a source; return how many there were."""
    dice = random.Random(SEED)
    count = 0
    with ExitStack() as files:
        streams: list[IO[bytes]] = [
            files.enter_context((folder / f"{part.name}.mrc").open("wb")) for part in PARTS
        ]
        for record in records:
            dice.choices(streams, [part.share for part in PARTS])[0].write(record)
            count += 1
    return count


def configuration() -> str:
    text = io.StringIO()
    for part in PARTS:
        print(f'[sources.{part.name}]\nkind = "files"\nurl = "{part.name}.mrc"', file=text)
        if part.licence:
            print(f'licence = "{part.licence}"', file=text)
        if part.level:
            print(f'level = ["{part.level}"]', file=text)
    return text.getvalue()


def library(count: int, given: Path | None = None, *, fresh: bool = False) -> Path:
    """Return a config.toml over ``count`` harvested and indexed records; made where missing."""
    folder = KEPT / f"library-{count}"
    made = folder / "made.json"
    if fresh or not made.exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        written = write_parts(folder, itertools.islice(payloads(distribution(given)), count))
        config = folder / "config.toml"
        config.write_text(configuration())
        command = [sys.executable, "-m", "vindplaats", "harvest", "--config", str(config)]
        began = time.perf_counter()
        subprocess.run(command, check=True, stdout=sys.stderr)
        seconds = time.perf_counter() - began
        with Catalogue(load(config)) as catalogue:
            kept, rejected = catalogue.index.count(), sum(s.rejects for s in catalogue.sources())
        assert written == count, f"there are only {written} records"
        made.write_text(
            json.dumps(
                {
                    "records": kept,
                    "rejected": rejected,
                    "seconds": round(seconds, 1),
                    "records_per_second": round(kept / seconds),
                }
            )
        )
    with Catalogue(load(folder / "config.toml")) as catalogue:
        catalogue.follow()  # its works are of older rules, or its index is of an older format
    return folder / "config.toml"


def asked_for(description: str | None, *, records: int) -> Path:
    """Return the folder of the library that the command line asks for; of so many by default."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--records", type=int, default=records)
    parser.add_argument("--library", type=Path, help="folder that benchmarks/library.py has made")
    options = parser.parse_args()
    return options.library or library(options.records).parent


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--sdist", type=Path, help="source distribution that is there already")
    options = parser.parse_args()
    config = library(options.records, options.sdist, fresh=True)
    print((config.parent / "made.json").read_text())


if __name__ == "__main__":
    main()
