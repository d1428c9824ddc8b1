"""The words of the query marked in a text, and the passage of a long text that has most of them.

A word is marked in all the forms in which the index finds it: base forms, and compounds that the
word of the query is a part of, or of which it has the parts; and as two words or one, as in
``data mining``. Words that are asked for as they stand, a phrase for one, are marked so alone.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from functools import cached_property

from markupsafe import Markup, escape

from catalog.index import joining
from catalog.index.analysis import spans
from catalog.index.bag import PART, analyse, known_language
from catalog.index.explaining import free, pieces
from catalog.index.query import Words, parse, sought
from catalog.index.words import NONE, Own, is_stop, is_stop_somewhere, variants

SNIPPET = 300  # characters of a description on a card
_READ = 4000  # characters of a description that are looked at for it
_MOST_HITS = 200  # in these
_FULL = 0.6  # of a snippet, beyond which it may end where a sentence does

_CHUNK = re.compile(r"\S+")
_WORD = re.compile(r"\w+")
#: Where a sentence or a paragraph ends. What goes on in lower case was an abbreviation.
_END = re.compile(r"[.!?…][\"'\N{RIGHT DOUBLE QUOTATION MARK})\]]*\s+(?=\S)|\n\s*\n")

Hit = tuple[int, int, int]  # where words start and end, and which piece of the query they are


class Wanted:
    """What a query looks for, in a text of any language; false where that is nothing.

    ``rows`` are words that are looked for next to each other and as they stand, by the first.
    """

    def __init__(self, pieces: Iterable[Words], language: str = "", own: Own = NONE) -> None:
        """``language`` is the reader's, a BCP 47 tag, and read first.

        ``own`` are the parts of compounds that the catalogue adds to the lists.
        """
        self._own = own
        self._forms: dict[str, tuple[int, ...]] = {}
        self.rows: dict[str, list[tuple[tuple[str, ...], int]]] = {}
        self._known: dict[str, _Known] = {}
        numbers = {piece: at for at, piece in enumerate(dict.fromkeys(pieces))}
        for piece, number in numbers.items():
            if free(piece) and not piece.loose:
                self._word(piece.words[0], number, known_language(language))
            else:
                self._row(piece.words, number)
            if piece.loose:
                self._forms.setdefault("".join(piece.words), (number,))
        words = [piece.words for piece in numbers if free(piece) and not piece.loose]
        for both in joining.joined(words):
            its = tuple(numbers[Words((word,))] for word in both)
            self._forms.setdefault("".join(both), its)

    def _word(self, word: str, number: int, language: str) -> None:
        found = variants(word, language, self._own)
        for form in (word, *found.bases, *(part for way in found.parts for part in way)):
            self._forms.setdefault(form, (number,))
        for place in joining.places(word):  # datamining: data mining; python3: Python 3
            for two in joining.joined([(word[:place],), (word[place:],)]):
                self._row(two, number)

    def _row(self, words: tuple[str, ...], number: int) -> None:
        self.rows.setdefault(words[0], []).append((words, number))

    def __bool__(self) -> bool:
        return bool(self._forms or self.rows)

    def within(self, language: str) -> _Known:
        """Return what tells of a folded word in a language which words of the query it is."""
        if language not in self._known:
            self._known[language] = _Known(self._forms, language, self._own)
        return self._known[language]


class _Known(dict[str, tuple[int, ...]]):
    """Folded word -> which words of the query it is; worked out once."""

    def __init__(self, forms: dict[str, tuple[int, ...]], language: str, own: Own) -> None:
        super().__init__()
        self._own = own
        self._forms = forms
        self._language = language

    def __missing__(self, word: str) -> tuple[int, ...]:
        parts = analyse((word,), self._language, self._own).split(PART)
        found = [number for part in (word, *parts) for number in self._forms.get(part, ())]
        self[word] = numbers = tuple(dict.fromkeys(found))
        return numbers


NOTHING = Wanted(())


def wanted(text: str, language: str = "", own: Own = NONE) -> Wanted:
    """Return what a query looks for; ``language`` is the reader's, ``own`` as in ``Wanted``."""
    asked = telling(text, language)
    found: list[Words] = []
    for piece in pieces(parse(text).tree):
        if piece.loose or not free(piece):
            found.append(piece)
        if free(piece):
            found += [Words((word,)) for word in piece.words if word in asked]
    return Wanted(found, language, own)


def telling(text: str, language: str = "") -> list[str]:
    """Return the folded words of a query, without those that carry no subject, if others do."""
    words = list(dict.fromkeys(sought(parse(text).tree)))
    own = known_language(language)
    found = [word for word in words if not (is_stop(word, own) or is_stop_somewhere(word))]
    return found or words


def marked(text: str, query: Wanted, language: str = "") -> Markup:
    """Return ``text`` escaped, with each word that the query looks for in <mark>.

    ``language`` is the text's, as ``catalog.index.bag.known_language`` gives it.
    """
    parts: list[str] = []
    at = 0
    for start, end in _joined(_hits(text, query, language)):
        parts += [escape(text[at:start]), "<mark>", escape(text[start:end]), "</mark>"]
        at = end
    parts.append(escape(text[at:]))
    return Markup("".join(parts))  # noqa: S704 each foreign part is escaped above


def snippet(text: str, query: Wanted, language: str = "", length: int = SNIPPET) -> str:
    """Return the passage of ``text`` of about ``length`` characters that has most of the words.

    It starts with a sentence where that can be, and of equals the first is taken.
    """
    passage = _Passages(text[:_READ], query, language, length)
    text = passage.text
    if len(text) <= length:
        return text
    start = passage.best()
    end = passage.end(start)
    head, tail = "… " if start else "", " …" if end < len(text) else ""
    return head + text[start:end].strip().rstrip(",;:") + tail


class _Passages:
    """The passages of one text that a snippet may be."""

    def __init__(self, text: str, query: Wanted, language: str, length: int) -> None:
        ends = [match.end() for match in _END.finditer(text)]
        pieces = [text[a:b] for a, b in zip([0, *ends], [*ends, len(text)], strict=True)]
        self.sentences: list[int] = []  # where each starts
        self.text = ""
        for piece in filter(None, (" ".join(piece.split()) for piece in pieces)):
            if not self.text or not piece[0].islower():
                self.sentences.append(len(self.text) + bool(self.text))
            self.text += f" {piece}" if self.text else piece
        self._query, self._language, self._length = query, language, length

    @cached_property
    def hits(self) -> list[Hit]:
        found = _hits(self.text, self._query, self._language)
        return [hit for hit, _ in zip(found, range(_MOST_HITS), strict=False)]

    def best(self) -> int:
        """Return where the best passage starts."""
        starts = [hit[0] for hit in self.hits]
        lead = self._length // 3
        inside = [self.text.rfind(" ", 0, max(start - lead, 0)) + 1 for start in starts]

        def worth(start: int) -> int:
            near = self.hits[bisect_left(starts, start) :]
            return len({number for _, end, number in near if end <= start + self._length})

        # Of equals the beginning, then the first sentence, then the first place inside one.
        chosen = max([0, *self.sentences, *inside], key=worth)
        if not chosen or chosen not in self.sentences:
            return chosen
        first = starts[bisect_left(starts, chosen)]  # what comes before its sentence says nothing
        return self.sentences[bisect_right(self.sentences, first) - 1]

    def end(self, start: int) -> int:
        """Return where the passage that starts here ends: after a sentence, else after a word."""
        limit = start + self._length
        if limit >= len(self.text):
            return len(self.text)
        last = self.sentences[bisect_left(self.sentences, limit) - 1] if self.sentences else 0
        if last > start + self._length * _FULL and not self._cuts(last, limit):
            return last
        space = self.text.rfind(" ", start, limit)
        return space if space > start else limit  # a text without blanks

    def _cuts(self, end: int, limit: int) -> bool:
        return any(end <= start < limit for start, _, _ in self.hits)


def _joined(hits: Iterator[Hit]) -> Iterator[tuple[int, int]]:
    """Yield where marks start and end: of characters of a script without spaces, all as one."""
    at = (-1, -1)
    for start, end, _ in hits:
        if start <= at[1]:  # two words may even share a character that unfolds into both
            at = (at[0], max(at[1], end))
            continue
        if at[1] > 0:
            yield at
        at = (start, end)
    if at[1] > 0:
        yield at


def _hits(text: str, query: Wanted, language: str) -> Iterator[Hit]:
    """Yield what the query looks for, in the order in which it starts."""
    if not query:
        return
    known = query.within(language)
    words = list(_words(text))
    for at, (start, end, word) in enumerate(words):
        for number in known[word]:
            yield start, end, number
        for row, number in query.rows.get(word, ()):
            there = words[at : at + len(row)]
            if row == tuple([each for _, _, each in there]):
                yield start, there[-1][1], number


def _words(text: str) -> Iterator[tuple[int, int, str]]:
    for chunk in _CHUNK.finditer(text):
        begin, part = chunk.start(), chunk[0]
        # no word reaches across a blank, and plain letters need no folding: five times as fast
        for start, end, word in _plain(part) if part.isascii() else spans(part):
            yield begin + start, begin + end, word


def _plain(part: str) -> Iterator[tuple[int, int, str]]:
    return ((word.start(), word.end(), word[0].lower()) for word in _WORD.finditer(part))
