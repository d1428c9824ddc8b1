"""The fields of study as a tree of numbers (Resource Search 1.0, getAllSubjects).

Its root, number 1, is what everything is a part of: it has no parent and every subject must have
one, so it is not given itself. Below are the eleven disciplines, and below those fields of ISCED-F.
"""

from __future__ import annotations

from msgspec import Struct

from catalog import vocabulary
from catalog.index.facets import parent
from webapp.addresses import Language

ROOT = 1
_SHOWN = 3  # digits of the broadest fields of ISCED-F that stand under a discipline


class Subject(Struct, frozen=True):
    """A node of the tree; numbers stay what they are."""

    identifier: int
    name: str
    parent: int


def subjects(language: Language) -> tuple[Subject, ...]:
    """Return the tree, each node after its parent."""
    found = [
        Subject(_number(code), vocabulary.get("discipline").label(code, language), ROOT)
        for code in vocabulary.get("discipline").codes
    ]
    isced = vocabulary.get("isced")
    found += [
        Subject(_number(code), isced.label(code, language), _number(above))
        for code in sorted(isced.codes, key=lambda code: (len(code), code))
        if len(code) >= _SHOWN and (above := parent("discipline", code))
    ]
    return tuple(found)


def codes(name: str) -> tuple[str, ...]:
    """Return the codes of what has this name in the tree, in either language."""
    found = vocabulary.get("discipline").by_term(name) + vocabulary.get("isced").by_term(name)
    return tuple(code for code in found if not code.isdecimal() or len(code) >= _SHOWN)


def _number(code: str) -> int:
    """Return the number of a node: a discipline's by its place, a field's by its code after a 1."""
    if code.isdecimal():
        return int(f"1{code}")
    return vocabulary.get("discipline").codes.index(code) + ROOT + 1
