"""Records to export: what every sample of every format becomes, clean, and full of dirt."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from catalog.export import Listing
from catalog.normalise import normalise
from catalog.resource import LearningResource

FOLDER = Path(__file__).parent.parent / "fixtures" / "formats"
LISTING = Listing(
    url="https://catalogue.example.org/1",
    catalogue="Leerplank",
    home="https://catalogue.example.org/",
    source="Bron",
    harvested="2026-03-01T12:00:00Z",
    changed="2026-02-01T12:00:00Z",
)
#: What XML cannot hold, and what ends an element, an attribute, a comment or a script.
UGLY = "a\x00b\x0b\x1b[2Jc\ud800\ufffe\uffff & <b>'\"]]></script> -->"
#: Codes, which only we make.
_CODES = {
    "levels", "types", "disciplines", "isced", "openness", "access", "cost", "language_detected",
}  # fmt: skip


def fixtures() -> Iterator[Any]:
    for path in sorted(FOLDER.glob("*/*.json")):
        if path.name.endswith(".in.json"):
            continue
        read = json.loads(path.read_text("utf-8"))
        for at, one in enumerate(read if isinstance(read, list) else [read]):
            if "rejected" not in one:
                resource = msgspec.convert(one, LearningResource)
                yield pytest.param(normalise(resource), id=f"{path.parent.name}/{path.stem}-{at}")


FIXTURES = list(fixtures())


def spoilt(r: LearningResource) -> LearningResource:
    """Return a record in which every text begins with what is UGLY."""
    fields = {name: getattr(r, name) for name in r.__struct_fields__ if name not in _CODES}
    return msgspec.structs.replace(r, **{name: _spoilt(said) for name, said in fields.items()})


def _spoilt(value: Any) -> Any:
    if isinstance(value, str):
        return UGLY + value
    if isinstance(value, tuple):
        return tuple(map(_spoilt, value))
    kept = {"kind", "scheme"}
    parts = {name: getattr(value, name) for name in value.__struct_fields__}
    return type(value)(**{n: v if n in kept else _spoilt(v) for n, v in parts.items()})
