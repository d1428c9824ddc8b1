"""What machines ask in languages of their own, as trees of ours: one clause at a time.

A field is "" (any), or one of ``catalog.index.fields.FIELDS``. What has no words makes no tree.
"""

from __future__ import annotations

from collections.abc import Iterable

from catalog.index.plan import writable
from catalog.index.query import All, Any, Chosen, Not, Tree, Words, spelled


def adjacent(text: str, field: str = "") -> Tree | None:
    """Return what has these words next to each other; one word alone in any form."""
    words = spelled(text)
    return Words(tuple(words), field) if words else None


def every(text: str, field: str = "") -> Tree | None:
    """Return what has all of these words, wherever they are."""
    found = tuple(Words((word,), field) for word in spelled(text))
    return _together(All, found)


def some(text: str, field: str = "") -> Tree | None:
    """Return what has at least one of these words."""
    found = tuple(Words((word,), field) for word in spelled(text))
    return _together(Any, found)


def having(facet: str, values: Iterable[str]) -> Tree:
    """Return what has one of these values of a facet, or is in one of these spans."""
    return Chosen(facet, tuple(dict.fromkeys(map(writable, values))))


def both(one: Tree, other: Tree) -> Tree:
    """Return what is in both trees; chains of them are one, however long."""
    return All((*(one.parts if isinstance(one, All) and one.parts else (one,)), other))


def either(one: Tree, other: Tree) -> Tree:
    """Return what is in one of two trees, or in both."""
    return Any((*(one.parts if isinstance(one, Any) else (one,)), other))


def words_in(tree: Tree) -> int:
    """Return how many words there are to look up, those that are to be missing as well."""
    match tree:
        case Words():
            return len(tree.words)
        case Chosen():
            return 0
        case Not():
            return words_in(tree.part)
        case All() | Any():
            return sum(map(words_in, tree.parts))


def _together(kind: type[All | Any], parts: tuple[Words, ...]) -> Tree | None:
    return kind(parts) if len(parts) > 1 else next(iter(parts), None)
