"""How the lists in ``schemas/words`` are read: lines of words; those with a # are remarks."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files

_FOLDER = files("schemas") / "words"


def lines(name: str, section: str = "") -> Iterator[list[str]]:
    """Yield the words of each line of a list, or only of those under ``[section]``.

    A list without that section has no such lines. Raises FileNotFoundError: the lists are part of
    the program.
    """
    inside = not section
    with (_FOLDER / name).open(encoding="utf-8") as text:
        for line in text:
            if line.startswith("["):
                inside = not section or line.strip() == f"[{section}]"
            elif inside and not line.startswith("#") and (words := line.split()):
                yield words
