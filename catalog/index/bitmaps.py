"""Sets of records as long integers over Whoosh's postings: bit n stands for record number n.

Python's integers do AND, OR and counting over 100,000 records in microseconds, which no loop in
Python does. Facets are read once for each file of the index and kept while that file is in use:
files never change, only which of their records have been deleted since.
"""

from __future__ import annotations

import functools
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any as Anything

from whoosh.reading import TermNotFound

from catalog.index import Grain
from catalog.index.plan import within
from catalog.index.query import All, Any, Chosen, Not, Tree, Words


def bitmap(numbers: Iterable[int], size: int) -> int:
    """Return the set of these numbers, each below ``size``."""
    bits = bytearray(size // 8 + 1)
    for number in numbers:
        bits[number >> 3] |= 1 << (number & 7)
    return int.from_bytes(bits, "little")


def members(bits: int) -> Iterator[int]:
    """Yield the numbers in the set, in order."""
    for place, byte in enumerate(bits.to_bytes((bits.bit_length() + 7) // 8, "little")):
        if byte:
            for bit in _BITS[byte]:
                yield place * 8 + bit


_BITS = [[bit for bit in range(8) if byte >> bit & 1] for byte in range(256)]


#: Of a value that one record in a thousand has, or fewer, a bitmap would be mostly air.
_AIR = 10
_Records = int | array  # type: ignore[type-arg]  # it takes no parameter before Python 3.12


class _File:
    """One file (segment) of the index, with what has been read of it."""

    def __init__(self, reader: Anything) -> None:
        self.reader = reader
        self.size = reader.doc_count_all()
        self.key = reader.segment().segment_id()
        self.facets: dict[str, dict[str, _Records]] = {}
        self.columns: dict[str, list[Anything]] = {}

    def term(self, field: str, word: str) -> int:
        try:
            return bitmap(self.reader.postings(field, word).all_ids(), self.size)
        except TermNotFound:
            return 0

    def phrase(self, field: str, words: Sequence[str]) -> int:
        """Return the records in which the words stand next to each other."""
        both = functools.reduce(int.__and__, (self.term(field, word) for word in set(words)))
        if not both:
            return 0
        matchers = {word: self.reader.postings(field, word) for word in words}
        found = []
        for number in members(both):
            starts: set[int] | None = None
            for place, word in enumerate(words):
                matchers[word].skip_to(number)
                here = {p - place for p in matchers[word].value_as("positions")}
                starts = here if starts is None else starts & here
            if starts:
                found.append(number)
        return bitmap(found, self.size)

    def facet(self, facet: str) -> Mapping[str, _Records]:
        """Return value -> records that have it."""
        if facet not in self.facets:
            field = f"facet_{facet}"
            self.facets[facet] = {
                value.decode(): self._records(field, value) for value in self.reader.lexicon(field)
            }
        return self.facets[facet]

    def _records(self, field: str, value: bytes) -> _Records:
        numbers = array("L", self.reader.postings(field, value).all_ids())
        return numbers if len(numbers) <= self.size >> _AIR else bitmap(numbers, self.size)

    def having(self, facet: str, value: str) -> int:
        """Return the records that have a value."""
        records = self.facet(facet).get(value, 0)
        return records if isinstance(records, int) else bitmap(records, self.size)

    def counts(self, facet: str, found: int) -> Iterator[tuple[str, int]]:
        """Yield each value with the number of these records that have it."""
        flags = found.to_bytes(self.size // 8 + 1, "little")
        for value, records in self.facet(facet).items():
            if isinstance(records, int):
                yield value, (records & found).bit_count()
            else:
                yield value, sum([flags[n >> 3] >> (n & 7) & 1 for n in records])

    def column(self, name: str) -> Sequence[Anything]:
        if name not in self.columns:
            column = self.reader.column_reader(name)
            self.columns[name] = [column[number] for number in range(self.size)]
        return self.columns[name]


_PHRASES = 64  # whose records are remembered
_HIDDEN: tuple[Grain, ...] = ("work", "copy")  # one of which is not shown


class Bitmaps:
    """All files of one committed state. ``older`` gives what it has read of the same files.

    ``everything`` are all documents, and ``shown`` those but for a grain.
    """

    def __init__(self, reader: Anything, older: Bitmaps | None = None) -> None:
        self.files: list[tuple[_File, int]] = []
        known = {file.key: file for file, _ in older.files} if older else {}
        self.everything = 0
        # One search asks for the same phrase to count, to rank and for the facets.
        self._phrases: dict[tuple[str, tuple[str, ...]], int] = {}
        for leaf, offset in reader.leaf_readers() if reader.doc_count_all() else ():
            file = _File(leaf)
            if file.key in known:
                file.facets = known[file.key].facets
                file.columns = known[file.key].columns
            self.files.append((file, offset))
            self.everything |= bitmap(leaf.all_doc_ids(), file.size) << offset
        self.shown = {grain: self.everything & ~self.term("grain", grain) for grain in _HIDDEN}

    def matching(self, tree: Tree) -> int:
        """Return the records that the tree asks for; all words in it have their field."""
        match tree:
            case Words():
                return self._words(tree.field, tree.words)
            case Chosen():
                return self.chosen(tree.facet, tree.values)
            case Not():
                return self.everything & ~self.matching(tree.part)
            case Any(least=1):
                return self._union(map(self.matching, tree.parts))
            case Any():
                return self._most(map(self.matching, tree.parts), tree.least)
            case All():
                found = self.everything
                for part in tree.parts:
                    found &= self.matching(part)
                return found

    def _most(self, sets: Iterable[int], least: int) -> int:
        """Return the records that are in at least so many of the sets."""
        in_so_many = [self.everything, *[0] * least]
        for found in sets:
            for count in range(least, 0, -1):
                in_so_many[count] |= in_so_many[count - 1] & found
        return in_so_many[least]

    def term(self, field: str, word: str) -> int:
        """Return the records that have exactly this term."""
        return self._words(field, (word,))

    def _words(self, field: str, words: Sequence[str]) -> int:
        if len(words) == 1:
            return self._union(file.term(field, words[0]) << start for file, start in self.files)
        key = (field, tuple(words))
        found = self._phrases.get(key)
        if found is None:
            found = self._union(file.phrase(field, words) << start for file, start in self.files)
            if len(self._phrases) >= _PHRASES:
                self._phrases.clear()
            self._phrases[key] = found
        return found

    def _union(self, sets: Iterable[int]) -> int:
        return functools.reduce(int.__or__, sets, 0) & self.everything

    def chosen(self, facet: str, choices: Iterable[str]) -> int:
        """Return the records that have one of these values, or one within one of these spans."""
        found = 0
        for choice in choices:
            inside = within(facet, choice)
            for file, start in self.files:
                values = [choice] if inside is None else filter(inside, file.facet(facet))
                for value in values:
                    found |= file.having(facet, value) << start
        return found & self.everything

    def counts(self, facet: str, found: int) -> Iterable[tuple[str, int]]:
        """Return the values of a facet, each with the number of these records that have it."""
        counts: Counter[str] = Counter()
        for file, start in self.files:
            here = found >> start & (1 << file.size) - 1
            for value, count in file.counts(facet, here):
                counts[value] += count
        return counts.items()

    def column(self, name: str, number: int) -> Anything:
        """Return the value of one record in a column."""
        for file, start in reversed(self.files):
            if number >= start:
                return file.column(name)[number - start]
        raise IndexError(number)
