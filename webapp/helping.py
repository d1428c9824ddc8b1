"""What a reader is offered who found little or nothing: which word fails, and what would find more.

Everything offered is a link, with the number of materials it leads to; nothing is changed silently,
and what leads nowhere is not offered.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Literal

from msgspec import Struct
from msgspec.structs import replace

from catalog import vocabulary
from catalog.index import Query, joining
from catalog.index.analysis import spans
from catalog.index.explaining import free, pieces
from catalog.index.query import NAMES, RELAXED, All, Tree, parse, straight
from webapp import addresses
from webapp.addresses import LANGUAGES, Language
from webapp.highlight import telling
from webapp.labels import Labels

if TYPE_CHECKING:
    from catalog.catalogue import Catalogue, Found

FEW = 10  # hits below which another spelling is looked for

_WORDS = 8  # of a question, that are looked at
_OFFERS = 4  # of one sort
_OPERATOR = r"(?:AND|EN|OR|OF|NOT|NIET)"
_NAMES = f"(?i:{'|'.join(NAMES)})"
_NAME = rf"\b{_NAMES}:"
_LOOSE_ENDS = re.compile(rf"\(\s*\)|^\s*{_OPERATOR}\b|\b{_OPERATOR}\s*$")
_QUOTED = re.compile(rf'(?:{_NAME})?"([^"]*)"')
_FIELD = re.compile(rf"{_NAME}$")
_IN_FIELD = re.compile(rf'(?<![\w.:/]){_NAMES}\s*:\s*(?=[\w"(])')
_EXCLUDED = re.compile(  # but for what only stands in quotes
    rf'("[^"]*")|(?:(?<!\S)-|(?<![^\s(])(?:(?:AND|EN)\s+)?(?:NOT|NIET)\s+)'
    rf'(?:{_NAMES}:)?(?:"[^"]*"|\([^()]*\)|[^\s()]+)'
)
_PARTS = re.compile(r'(?:[\w.-]+:)?"[^"]*"|\S+')
#: Vocabulary -> the facet that chooses its concepts.
_CONCEPTS: dict[vocabulary.Name, str] = {
    "discipline": "discipline",
    "isced": "discipline",
    "type": "type",
    "level": "level",
}


#: What is said of a search that was relaxed: all its words are nowhere, in some material, in little
#: (and it is not known in how much), or it is a single word, in little or nowhere, of which a part
#: will do.
Relaxed = Literal["none", "some", "few", "word", "part"]


class Offer(Struct, frozen=True):
    """A search that finds something: what it is called, where it is, how much it finds."""

    text: str
    href: str
    count: int


class Outright(Struct, frozen=True):
    """What was asked for outright and no material has: words in a row, or in one field."""

    text: str
    field: str  # "" for any


class Help(Struct, frozen=True, kw_only=True):
    """What to offer; ``missing`` are the words that no material has, in any field or form."""

    missing: tuple[str, ...] = ()
    outright: tuple[Outright, ...] = ()
    spelled: tuple[Offer, ...] = ()  # with words that are there
    without: tuple[Offer, ...] = ()  # without the words that fail; ``text`` are these
    looser: tuple[Offer, ...] = ()  # without quotes, fields and exclusions
    translated: tuple[Offer, ...] = ()  # with the name of a concept in the other language
    concepts: tuple[Offer, ...] = ()  # everything of a discipline, type or level
    unfiltered: tuple[Offer, ...] = ()  # without what is chosen


class Helper:
    """Looks for help with one search."""

    def __init__(
        self,
        catalogue: Catalogue,
        query: Query,
        language: Language,
        labels: Labels,
        at: str = "",
    ) -> None:
        """Take the search; ``language`` is that of the page, ``at`` stands before its path."""
        self._catalogue = catalogue
        self._query = replace(
            query, text=straight(query.text), page=1, size=1, sort="relevance", facets=(),
            language=language, literal=True,
        )  # fmt: skip
        self._base = at + addresses.path("search", language)
        self._language = language
        self._labels = labels

    def help(self, found: Found) -> Help:
        """Return what to offer for what was found. Raises SearchError."""
        text = self._query.text
        if found.total >= FEW and RELAXED not in found.notices:
            return Help()
        words = telling(text, self._language)[:_WORDS]
        missing = self._missing(words)
        spelled = tuple(self._offers(self._spelled(missing)))
        if found.total:
            return Help(missing=missing, spelled=spelled)
        concepts = list(self._concepts([text, *words]))
        fails = list(self._fails(missing))
        return Help(
            missing=missing,
            outright=tuple(fails),
            spelled=spelled,
            without=tuple(self._without(words, (*missing, *(each.text for each in fails)))),
            looser=tuple(self._offers([_loose(text)])),
            translated=tuple(self._offers(self._translated(concepts))),
            concepts=tuple(self._chosen(concepts)),
            unfiltered=tuple(self._unfiltered()),
        )

    def relaxed(self) -> tuple[Relaxed, tuple[Offer, ...]]:
        """Return how a search that was relaxed is told, and the one for what has all the words."""
        words = telling(self._query.text, self._language)[:_WORDS]
        nowhere = bool(self._missing(words))
        if len(words) == 1:
            return ("part" if nowhere else "word"), ()
        text = all_words(self._query.text, self._language)
        if not text:
            return ("none" if nowhere else "few"), ()
        found = tuple(self._offers([text]))
        return ("some" if found else "none"), found

    @functools.cached_property
    def _tree(self) -> Tree:
        return parse(self._query.text).tree

    def _missing(self, words: list[str]) -> tuple[str, ...]:
        # of web2.0, of which one will do
        writings: dict[tuple[str, str], set[tuple[str, ...]]] = {}
        for piece in pieces(self._tree):
            writings.setdefault((piece.field, "".join(piece.words)), set()).add(piece.words)
        other = {
            word for ways in writings.values() if len(ways) > 1 for way in ways for word in way
        }
        missing = [w for w in words if w not in other and not self._catalogue.frequency(w)]
        if missing:  # of data mining, where records have datamining, neither is
            single = [piece.words for piece in pieces(self._tree) if free(piece)]
            for both in joining.joined(single):
                if not {*missing}.isdisjoint(both) and self._catalogue.frequency("".join(both)):
                    missing = [word for word in missing if word not in both]
        return tuple(missing)

    def _offer(self, text: str, query: Query) -> Offer | None:
        total = self._catalogue.search(query).total
        shown = replace(query, size=addresses.SIZE, facets=Query().facets, literal=False)
        return Offer(text, self._base + addresses.write(shown), total) if total else None

    def _offers(self, texts: Iterable[str]) -> Iterator[Offer]:
        """Yield the searches for these texts that find something."""
        tidy = dict.fromkeys(" ".join(text.split()) for text in texts)
        tidy.pop(" ".join(self._query.text.split()), None)
        tidy.pop("", None)
        for text in list(tidy)[:_OFFERS]:
            if telling(text) and (offer := self._offer(text, replace(self._query, text=text))):
                yield offer

    def _spelled(self, missing: tuple[str, ...]) -> Iterator[str]:
        """Yield the question with other words for those that are missing: the likeliest first."""
        words = {word: self._catalogue.spelling(word) for word in missing}
        for choice in range(max(map(len, words.values()), default=0)):
            text = self._query.text
            for word, others in words.items():
                if others:
                    text = replaced(text, word, others[min(choice, len(others) - 1)])
            yield text

    def _fails(self, missing: tuple[str, ...]) -> Iterator[Outright]:
        """Yield what was asked for outright and nothing has, though it has each of the words."""
        parts = self._tree.parts if isinstance(self._tree, All) else (self._tree,)
        asked = [(part, piece) for part in parts for piece in pieces(part) if not free(piece)]
        seen = set()
        for part, piece in asked[:_WORDS]:
            letters = piece.field, "".join(piece.words)  # web2.0 may be read as web 2.0, too
            known = letters in seen or not set(missing).isdisjoint(piece.words)
            if not (known or self._found(part) or self._found(piece)):
                seen.add(letters)
                yield Outright(" ".join(piece.words), piece.field)

    def _found(self, tree: Tree) -> bool:
        query = Query(tree=tree, size=1, facets=(), copies=self._query.copies)
        return bool(self._catalogue.search(query).total)

    def _without(self, words: list[str], fails: tuple[str, ...]) -> Iterator[Offer]:
        """Yield searches without what fails: without all of it, or where nothing does each word."""
        for left_out in [fails] if fails else [(word,) for word in words[:_OFFERS]]:
            text = self._query.text
            gone = " ".join(left_out).split()
            if set(words) <= set(gone):
                continue
            for word in gone:
                text = replaced(text, word, "")
            said = ", ".join(left_out)
            if telling(text) and (offer := self._offer(said, replace(self._query, text=text))):
                yield offer

    def _concepts(self, texts: list[str]) -> Iterator[tuple[str, vocabulary.Name, str]]:
        """Yield (text, vocabulary, code) of the concepts that go by the question or a word."""
        for text in dict.fromkeys(texts):
            for name in _CONCEPTS:
                for code in vocabulary.get(name).by_term(text)[:1]:
                    yield text, name, code

    def _translated(self, concepts: list[tuple[str, vocabulary.Name, str]]) -> Iterator[str]:
        for text, name, code in concepts:
            labels = vocabulary.get(name)[code].labels
            for label in (labels.get(language, "") for language in LANGUAGES):
                if label and vocabulary.key(label) != vocabulary.key(text):
                    whole = text == self._query.text
                    yield label if whole else replaced(self._query.text, text, label)

    def _chosen(self, concepts: list[tuple[str, vocabulary.Name, str]]) -> Iterator[Offer]:
        for name, code in list(dict.fromkeys((name, code) for _, name, code in concepts))[:_OFFERS]:
            facet = _CONCEPTS[name]
            query = replace(self._query, text="", filters={facet: (code,)}, without={})
            if offer := self._offer(self._labels.of(facet, code, self._language), query):
                yield offer

    def _unfiltered(self) -> Iterator[Offer]:
        if self._query.filters or self._query.without:
            query = replace(self._query, filters={}, without={})
            if offer := self._offer(query.text, query):
                yield offer


def _loose(text: str) -> str:
    """Return a query without what was asked for outright: quotes, fields and exclusions."""
    text = _EXCLUDED.sub(lambda found: _worded(found[1] or " "), text)
    return _tidy(_IN_FIELD.sub("", text).replace('"', " "))


def replaced(text: str, word: str, other: str) -> str:
    """Return a query with ``other`` for each ``word`` (folded), or without it where that is ""."""
    for start, end, found in reversed(list(spans(text))):
        if found == word:
            before = text[:start] if other else _FIELD.sub("", text[:start])
            text = before + other + text[end:]
    text = _QUOTED.sub(lambda quoted: quoted[0] if quoted[1].strip() else " ", text)
    return _tidy(text)


def _worded(quoted: str) -> str:
    """Return what is in quotes so that it says the same without them: NOT is a word there."""
    return re.sub(rf"\b{_OPERATOR}\b", lambda found: found[0].lower(), quoted)


def _tidy(text: str) -> str:
    """Return a query without parentheses round nothing, and operators at its ends."""
    while (tidy := " ".join(_LOOSE_ENDS.sub(" ", text).split())) != text:
        text = tidy
    return text


def all_words(text: str, language: Language) -> str:
    """Return the query that asks for all its words; "" where it has operators of its own."""
    if re.search(rf"[()]|\b{_OPERATOR}\b", text):
        return ""
    wanted = set(telling(text, language))
    parts = [
        part
        for part in _PARTS.findall(text)
        if part[0] in '-"' or ":" in part or wanted & {word for _, _, word in spans(part)}
    ]
    return (" EN " if language == "nl" else " AND ").join(parts)
