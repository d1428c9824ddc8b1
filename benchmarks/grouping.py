"""How fast records are grouped: what ``benchmarks/works.py --group`` prints.

The library's records (see ``library``) are put into a store of their own, with altered copies of
a tenth of them as another source would have them: names the other way round, no subtitle, a year
more, no identifiers. Then everything is grouped; and after that single records are changed, and
grouped one by one. ``found`` is the share of the copies that stand with what they were made of;
``cpu`` is what this process itself took, where others have the machine as well.
"""

from __future__ import annotations

import random
import resource as system
import statistics
import tempfile
import time
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from library import library
from msgspec.structs import replace

from catalog.config import load
from catalog.resource import Agent, LearningResource, Text
from catalog.store import Store
from catalog.store.model import Counts, Entry, Kept, record_id
from catalog.works.grouping import Grouping

SEED = 7
COPIES = 0.1
CHANGED = 300
PAGE = 500
SOURCE = "copies"


def grouped(count: int, given: str | None) -> dict[str, Any]:
    """Group ``count`` records of the library, or of the store that is given, and their copies."""
    with tempfile.TemporaryDirectory(prefix="vindplaats-works-") as folder:
        store = Store(f"sqlite:///{folder}/works.db")
        url = given or load(library(count)).store.url
        original = Store(url)
        made = fill(store, islice(live(original), count))
        original.close()
        began, worked = time.perf_counter(), time.process_time()
        looked = Grouping(store).catch_up()
        seconds, worked = time.perf_counter() - began, time.process_time() - worked
        copies = store.works.of([copy for copy, _ in made])
        origins = store.works.of([of for _, of in made])
        right = sum(copies.get(copy, copy) == origins.get(of, of) for copy, of in made)
        taken, cpu = map(sorted, zip(*one_by_one(store), strict=True))
        figures = {
            "records": looked,
            "seconds": round(seconds, 1),
            "records_per_second": round(looked / seconds),
            "records_per_cpu_second": round(looked / worked),
            "works": store.works.count(),
            "copies": len(made),
            "found": round(right / len(made), 4),
            "changed_ms": spread(taken),
            "changed_cpu_ms": spread(cpu),
            "peak_megabytes": system.getrusage(system.RUSAGE_SELF).ru_maxrss // 1024,
            "store_megabytes": Path(f"{folder}/works.db").stat().st_size >> 20,
        }
        store.close()
        return figures


def spread(milliseconds: list[float]) -> dict[str, float]:
    return {
        "median": round(statistics.median(milliseconds), 2),
        "p95": round(milliseconds[len(milliseconds) * 95 // 100], 2),
    }


def live(store: Store) -> Iterator[LearningResource]:
    return (stored.resource for stored in store.records.all_changes() if not stored.deleted)


def fill(store: Store, records: Iterable[LearningResource]) -> list[tuple[str, str]]:
    """Put records into the store, and copies of some; return the ids of each pair."""
    dice, page, made = random.Random(SEED), [], []
    run = store.runs.begin(SOURCE, full=True, since="").id
    for each in records:
        page.append(each)
        if dice.random() < COPIES:
            page.append(altered(each, dice))
            made.append((identity(page[-1]), identity(each)))
        if len(page) >= PAGE:
            keep(store, run, page)
            page = []
    keep(store, run, page)
    return made


def identity(found: LearningResource) -> str:
    return record_id(found.source, found.identifier)


def keep(store: Store, run: int, page: list[LearningResource], no: int | None = None) -> None:
    entries = [
        Entry(
            id=identity(one), identifier=one.identifier, format="marc", datestamp="", sets="",
            hash=b"", position=n, resource=one, no=no,
        )
        for n, one in enumerate(page)
    ]  # fmt: skip
    kept = Kept(
        url="", media_type="", body=b"-", checkpoint="", total=None, counts=Counts(),
        entries=entries, gone=[], sighted=[], restamped=[], rejects=[], cleared=[],
    )  # fmt: skip
    store.keeping.keep(SOURCE, run, kept)


def altered(found: LearningResource, dice: random.Random) -> LearningResource:
    """Return a description of the same by somebody else."""
    changes: dict[str, Any] = {"source": SOURCE, "identifier": f"copy of {found.identifier}"}
    if found.titles and dice.random() < 0.5:
        head, _, rest = found.titles[0].text.partition(" : ")
        text = head if dice.random() < 0.5 else f"{head}: {rest}" if rest else head.upper()
        changes["titles"] = (Text(text, found.titles[0].language),)
    if dice.random() < 0.7:
        changes["creators"] = tuple(renamed(agent, dice) for agent in found.creators)
    if dice.random() < 0.5:
        changes["identifiers"] = ()
    if dice.random() < 0.3:
        changes["dates"] = tuple(
            replace(date, value=str(int(date.value) + 1)) if date.value.isdecimal() else date
            for date in found.dates
        )
    for field in ("contributors", "publishers", "languages", "subjects", "descriptions"):
        if dice.random() < 0.3:
            changes[field] = ()
    return replace(found, **changes)


def renamed(agent: Agent, dice: random.Random) -> Agent:
    family, comma, given = agent.name.partition(", ")
    if not comma:
        return agent
    initial = given[:1] + "."
    return Agent(f"{family}, {initial}" if dice.random() < 0.5 else f"{given} {family}")


def one_by_one(store: Store) -> Iterator[tuple[float, float]]:
    """Change records, one at a time; yield the milliseconds of grouping each, and of work in it."""
    run, grouping = store.runs.begin(SOURCE, full=True, since="").id, Grouping(store)
    every = [stored.id for stored in store.records.newest(20 * CHANGED)]
    for id_ in random.Random(SEED).sample(every, CHANGED):
        (known,) = store.keeping.known([id_]).values()
        stored = store.records.get(id_)
        assert stored
        keep(store, run, [replace(stored.resource, version="changed")], known.no)
        began, worked = time.perf_counter(), time.process_time()
        grouping.catch_up()
        yield (time.perf_counter() - began) * 1000, (time.process_time() - worked) * 1000
