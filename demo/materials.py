"""The materials that the demonstration sources describe: TOML in, frozen records out."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "materials"


#: The first material was described at this moment, and the others after it, a step apart.
FIRST = datetime(2025, 9, 1, 8, 0, 0, tzinfo=UTC)
STEP = timedelta(hours=3, minutes=7, seconds=11)


@dataclass(frozen=True, kw_only=True)
class Material:
    """One learning material, as its own page states it. Empty means: not stated there."""

    id: str
    title: str
    subtitle: str = ""
    address: str  # where the material is
    address_2: str = ""  # a second address of the same material, which some sources give
    description: str
    makers: tuple[str, ...] = ()  # people, given name first
    publisher: str = ""  # the organisation that makes or publishes it
    licence: str = ""  # a key of demo.licences.LICENCES
    language: str  # nl or en
    subjects: tuple[str, ...]
    levels: tuple[str, ...]  # po, vmbo, havo, vwo, mbo, hbo, wo
    type: str  # a key of demo.licences.TYPES
    year: int = 0
    edition: int = 0
    isbn: str = ""
    doi: str = ""
    sources: tuple[str, ...]
    changed: datetime = field(default=FIRST)

    @property
    def full_title(self) -> str:
        """The title with subtitle and edition, as people write it on one line."""
        subtitle = f": {self.subtitle}" if self.subtitle else ""
        return self.title + subtitle + (f" {self.edition}e" if self.edition > 1 else "")

    @property
    def stamp(self) -> str:
        """The moment of the last change, as OAI-PMH and sitemaps write it."""
        return f"{self.changed:%Y-%m-%dT%H:%M:%SZ}"


@dataclass(frozen=True)
class Withdrawn:
    """A record that a source once had: only its identifier is left."""

    id: str
    changed: datetime
    sources: tuple[str, ...] = ("lom",)

    @property
    def stamp(self) -> str:
        """The moment of withdrawal."""
        return f"{self.changed:%Y-%m-%dT%H:%M:%SZ}"


@cache
def load() -> tuple[Material, ...]:
    """Return every material, in the order of the files and of the tables in them."""
    entries = [
        {**document.get("defaults", {}), **entry}
        for path in sorted(FOLDER.glob("*.toml"))
        for document in [tomllib.loads(path.read_text("utf-8"))]
        for entry in document["materials"]
    ]
    return tuple(_material(entry, place) for place, entry in enumerate(entries))


def _material(entry: dict[str, Any], place: int) -> Material:
    """Give an entry the moment of its description, unless it names one."""
    known: dict[str, Any] = {"changed": FIRST + place * STEP}
    known |= {name: tuple(v) if isinstance(v, list) else v for name, v in entry.items()}
    return Material(**known)


#: Withdrawn from the NL-LOM source; nothing of them is known but that they are gone.
WITHDRAWN = tuple(
    Withdrawn(name, datetime(2025, month, day, 16, 20, 0, tzinfo=UTC))
    for name, month, day in (
        ("ingetrokken-2019-0117", 9, 3),
        ("ingetrokken-2019-0264", 9, 19),
        ("ingetrokken-2020-0031", 10, 2),
        ("ingetrokken-2021-0508", 10, 14),
    )
)
