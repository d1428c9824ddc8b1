"""The materials of the demonstration beside real Dutch records, and questions about them, judged.

The records are read as those of a source are, and stay where they are: the project has only their
identifiers, the questions and the grades.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec
from judged import FOLDER_OF_QUESTIONS, Collection, dutch, questions
from shelf import Read

from catalog import mappings
from catalog.config import AnySource, Source
from catalog.index import Change
from catalog.normalise import Defaults
from catalog.profile import get as profile
from catalog.resource import LearningResource
from harvester.errors import ParseError
from harvester.raw import Raw
from harvester.reading import read
from harvester.spiders import unpack

ROOM = 50_000_000
JUDGED = FOLDER_OF_QUESTIONS / "samples.toml"


def dutch_and_samples(samples: Path) -> Collection:
    """Return the demonstration's materials and Dutch repositories in ``samples``, by identifier."""
    records = {change.id: change.resource for change in dutch().changes}
    for record in _records(_raws(samples)):
        records[record.identifier] = record
    changes = [Change(n, id_, record) for n, (id_, record) in enumerate(records.items(), 1)]
    return Collection("nl", changes, questions(JUDGED))


def _raws(samples: Path) -> Iterator[Raw]:
    yield from _answers(samples / "oai", ".xml", kind="oai_pmh")
    yield from Read(samples / "lom", max_bytes=ROOM).raws
    yield from _answers(samples / "sharekit", ".json", kind="rest", mapping="surfsharekit")


def _answers(folder: Path, ending: str, **keys: Any) -> Iterator[Raw]:
    """Yield what is in each file of a folder, taken as an answer of a source."""
    said = mappings.filled({"url": "https://a.example/", **keys})
    entry: Source = msgspec.convert(said, AnySource)
    for file in sorted(folder.rglob(f"*{ending}")):
        try:
            yield from unpack(entry.kind)(
                file.read_bytes(), source=folder.name, url=entry.url, media_type="", entry=entry
            )
        except ParseError:  # an answer that says something else, or is broken on purpose
            continue


def _records(raws: Iterable[Raw]) -> Iterator[LearningResource]:
    for raw in raws:
        if raw.deleted:
            continue
        try:
            _, accepted = read(raw, Defaults(), profile("basis"))
        except ParseError:  # a reject: it is in no catalogue
            continue
        yield from (record for record, _ in accepted)
