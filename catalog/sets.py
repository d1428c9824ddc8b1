"""The sets of the OAI-PMH provider (2.6): by source, by discipline and by level.

A setSpec is a path: ``source:leerbank``, ``discipline:techniek``, ``level:ho:hbo:hbo-bachelor``.
Who asks for one gets what is in the sets below it as well; a header names the lowest alone.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator

from msgspec import Struct

from catalog import vocabulary

#: What every record is in, so that nobody has to keep a list of it.
ALL = "source"

_SPEC = re.compile(r"[A-Za-z0-9\-_.!~*'()]+(?::[A-Za-z0-9\-_.!~*'()]+)*")


class Placed(Struct, frozen=True, gc=False):
    """What of a stored resource decides about its sets; the rest of it is not even read."""

    source: str
    levels: tuple[str, ...] = ()
    disciplines: tuple[str, ...] = ()


def lowest(placed: Placed) -> Iterator[str]:
    """Yield the setSpecs that stand in the header of a record."""
    if is_spec(spec := f"{ALL}:{placed.source}"):
        yield spec
    for name, codes in _FIELDS:
        terms = vocabulary.get(name)
        for code in codes(placed):
            if code in terms:
                yield _path(name, code)


def every(placed: Placed) -> dict[str, None]:
    """Return the setSpecs of all sets that a record is in, but for the one of all records."""
    found: dict[str, None] = {}
    for spec in lowest(placed):
        found |= dict.fromkeys(_with_those_above(spec))
    found.pop(ALL, None)
    return found


_FIELDS: tuple[tuple[vocabulary.Name, Callable[[Placed], tuple[str, ...]]], ...] = (
    ("discipline", lambda placed: placed.disciplines),
    ("level", lambda placed: placed.levels),
)


@functools.lru_cache(maxsize=1024)
def is_spec(text: str) -> bool:
    """Tell whether ``text`` may stand for a set, as OAI-PMH.xsd has it."""
    return _SPEC.fullmatch(text) is not None


@functools.lru_cache(maxsize=1024)
def _path(name: vocabulary.Name, code: str) -> str:
    above = vocabulary.get(name).ancestors(code)
    return ":".join((name, *reversed(above), code))


@functools.lru_cache(maxsize=1024)
def _with_those_above(spec: str) -> tuple[str, ...]:
    steps = spec.split(":")
    return tuple(":".join(steps[:end]) for end in range(1, len(steps) + 1))
