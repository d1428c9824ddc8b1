"""The words of the query marked in a text, and the part of a long text that has most of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from markupsafe import Markup, escape
from msgspec import Struct

from catalog.index.analysis import spans, tokens

SNIPPET = 300  # characters of a description on a card
_READ = 4000  # characters of a description that are looked at for it

_CHUNK = re.compile(r"\S+")
_WORD = re.compile(r"\w+")

#: What is not looked for: operators, excluded words, and the names of fields.
_SYNTAX = re.compile(r"\b(?:AND|OR|NOT)\b|(?<!\S)-(?:\"[^\"]*\"|\S+)|\b[a-z_]+:(?=\S)")


class Wanted(Struct, frozen=True):
    """What a query looks for, folded: whole words, and beginnings of words."""

    words: frozenset[str] = frozenset()
    prefixes: tuple[str, ...] = ()

    def __contains__(self, word: str) -> bool:
        return word in self.words or (bool(self.prefixes) and word.startswith(self.prefixes))

    def __bool__(self) -> bool:
        return bool(self.words or self.prefixes)


NOTHING = Wanted()


@lru_cache(256)
def wanted(text: str) -> Wanted:
    """Return the words that a query looks for."""
    words: set[str] = set()
    prefixes: set[str] = set()
    for part in _SYNTAX.sub(" ", text).split():
        found = tokens(part)
        if part.endswith("*") and found:
            prefixes.add(found.pop())
        words.update(found)
    return Wanted(frozenset(words), tuple(sorted(prefixes)))


def marked(text: str, query: Wanted) -> Markup:
    """Return ``text`` escaped, with each word that the query looks for in <mark>."""
    parts: list[str] = []
    at = 0
    for start, end in _hits(text, query):
        if start >= at:  # two words may share a character that unfolds into both
            parts += [escape(text[at:start]), "<mark>", escape(text[start:end]), "</mark>"]
            at = end
    parts.append(escape(text[at:]))
    return Markup("".join(parts))  # noqa: S704 each foreign part is escaped above


def snippet(text: str, query: Wanted, length: int = SNIPPET) -> str:
    """Return a part of ``text`` of about ``length`` characters, round the first word asked for."""
    text = " ".join(text[:_READ].split())
    if len(text) <= length:
        return text
    first = next((start for start, _ in _hits(text, query)), 0)
    start = 0
    if first > length * 2 // 3:
        start = text.find(" ", first - length // 3) + 1
        start = start if 0 < start <= first else first
    end = len(text)
    if end - start > length:
        space = text.rfind(" ", start, start + length)
        end = space if space > start else start + length  # a text without blanks
    head, tail = "… " if start else "", " …" if end < len(text) else ""
    return head + text[start:end].rstrip(" ,;:") + tail


def _hits(text: str, query: Wanted) -> Iterator[tuple[int, int]]:
    """Yield where the words that the query looks for start and end."""
    if not query:
        return
    for chunk in _CHUNK.finditer(text):
        begin, part = chunk.start(), chunk[0]
        # no word reaches across a blank, and plain letters need no folding: five times as fast
        found = _plain(part) if part.isascii() else spans(part)
        for start, end, word in found:
            if word in query:
                yield begin + start, begin + end


def _plain(part: str) -> Iterator[tuple[int, int, str]]:
    return ((word.start(), word.end(), word[0].lower()) for word in _WORD.finditer(part))
