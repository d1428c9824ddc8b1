"""Real records beside altered copies of themselves, and beside their neighbours."""

from __future__ import annotations

import itertools
import random
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from shelf import Read

from catalog.normalise import normalise
from catalog.resource import Agent, Date, LearningResource, Text
from catalog.works.comparing import compare
from catalog.works.keys import keys
from catalog.works.signature import signature
from harvester import formats
from harvester.errors import ParseError

SEED = 7
Alteration = Callable[[LearningResource], LearningResource]


@pytest.fixture(scope="module")
def records(samples: Path) -> list[LearningResource]:
    """Return records of books and journals, each once."""
    files = [
        *sorted((samples / "onix").rglob("*multiple.xml")),
        *sorted((samples / "kbart").rglob("*.txt")),
        *sorted((samples / "marc").rglob("*.dat")),
    ]
    found = {r.titles[0].text: r for file in files for r in of(file) if r.titles}
    assert len(found) > 600
    return list(found.values())


def of(file: Path) -> Iterator[LearningResource]:
    media_type = "application/marc" if file.suffix == ".dat" else ""
    for raw in Read(file, max_bytes=50_000_000, media_type=media_type).raws:
        try:
            if not raw.rejected:
                yield from map(normalise, formats.read(raw)[1])
        except ParseError:
            continue


def titled(change: Callable[[str], str]) -> Alteration:
    return lambda r: replace(r, titles=tuple(Text(change(t.text), t.language) for t in r.titles))


def named(change: Callable[[str], str]) -> Alteration:
    return lambda r: replace(
        r, creators=tuple(Agent(change(one.name), one.kind, one.role) for one in r.creators)
    )


def initials(name: str) -> str:
    *given, family = name.split()
    return " ".join([*(f"{one[0]}." for one in given if one[0].isalpha()), family])


def turned(name: str) -> str:
    *given, family = name.split()
    return f"{family}, {' '.join(given)}" if given else name


def later(r: LearningResource) -> LearningResource:
    dates = tuple(Date(str(int(one.value[:4]) + 1), one.kind) for one in r.dates)
    return replace(r, dates=dates)


ALTERATIONS: tuple[Alteration, ...] = (
    titled(str.upper),
    titled(lambda text: text.replace("'", "\u2019").replace(" & ", " and ")),
    titled(lambda text: text.replace(": ", " / ")),
    titled(lambda text: re.split(r" ?: ", text)[0]),
    named(initials),
    named(turned),
    later,
    lambda r: replace(r, dates=()),
    lambda r: replace(r, identifiers=()),
    lambda r: replace(r, creators=r.creators[:1], contributors=()),
    lambda r: replace(r, publishers=()),
    lambda r: replace(r, languages=()),
    lambda r: replace(r, types=(), media_types=()),
    lambda r: replace(r, url=""),
)


def kind(one: LearningResource, other: LearningResource) -> str:
    a, b = signature(one), signature(other)
    if set(keys(a)).isdisjoint(keys(b)):
        return "no key"
    tie = compare(a, b)
    return tie.kind if tie else "none"


def test_samples_altered_three_times_are_still_the_same(records: list[LearningResource]) -> None:
    dice = random.Random(SEED)
    telling = [
        r for r in records if r.creators or any(title.info > 4 for title in signature(r).titles)
    ]
    assert len(telling) > 150
    missed = []
    for record in telling:
        copy = replace(record, source="copy")
        for alter in dice.sample(ALTERATIONS, 3):
            copy = alter(copy)
        if (found := kind(record, normalise(copy))) != "same":
            missed.append((found, record.titles[0].text, copy.titles[0].text))
    assert len(missed) <= 0.03 * len(telling), missed


def test_samples_with_other_titles_are_other_works(records: list[LearningResource]) -> None:
    """Records of a list of journals and of shelves of books, each with another title."""
    blocks: defaultdict[int, list[Any]] = defaultdict(list)
    for record in records:
        made = signature(record)
        for key in keys(made):
            blocks[key].append((record.titles[0].text, made))
    together = set()
    for block in blocks.values():
        for (title, a), (other, b) in itertools.combinations(block, 2):
            tie = compare(a, b)
            if tie and tie.kind == "same" and words(title) != words(other):
                together.add((title, other))
    assert len(together) <= 0.01 * len(records), together


def words(title: str) -> list[str]:
    return re.findall(r"\w+", title.casefold())
