"""The query language: what a reader may type, turned into a tree that every engine understands.

=====================  ==================================================================
``fotosynthese plant``  both words, in any field; most of them where few records have all
``-plant``              not this word; before quotes and parentheses too
``"donkere reactie"``   these words in this order; so does a word such as ``e-learning``
``OR``, ``NOT``, ``AND``  (also OF, NIET, EN) in capitals; OR ties its two neighbours together
``( )``                 groups
``titel:cel``           in one field; see ``NAMES`` for the Dutch and English names
=====================  ==================================================================

No wildcards, ranges or fuzzy words: a single one can keep an engine busy for minutes. Nothing
that is typed is an error. What cannot be read as a query is read as words.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator

from msgspec import Struct
from msgspec.structs import replace
from whoosh import fields, query
from whoosh.analysis import IDTokenizer
from whoosh.qparser import QueryParser, plugins

from catalog.index.analysis import tokens
from catalog.normalise.identifier import recognised
from catalog.normalise.url import url

MOST_CHARACTERS = 300
MOST_TERMS = 32

CUT = "query.cut"  # notice: longer than is read
REPAIRED = "query.repaired"  # notice: quotes or parentheses without their partner
EMPTY = "query.empty"  # notice: something was typed, but no word
WILDCARD = "query.wildcard"  # notice: an asterisk that was meant for the rest of a word
CORRECTED = "query.corrected"  # notice: a misspelt word that nothing has was taken for another
RELAXED = "query.relaxed"  # notice: few records have all words; those with most come after them

#: Name that may be typed -> field of ``catalog.index.document.FIELDS``.
NAMES = {
    "titel": "title",
    "title": "title",
    "auteur": "creator",
    "author": "creator",
    "maker": "creator",
    "creator": "creator",
    "onderwerp": "subject",
    "subject": "subject",
    "trefwoord": "subject",
    "keyword": "subject",
    "vak": "subject",
    "beschrijving": "description",
    "description": "description",
    "uitgever": "publisher",
    "publisher": "publisher",
    "aanbieder": "publisher",
    "provider": "publisher",
    "soort": "kind",
    "type": "kind",
    "niveau": "kind",
    "level": "kind",
    "identifier": "identifier",
    "doi": "identifier",
    "isbn": "identifier",
    "issn": "identifier",
}


class Words(Struct, frozen=True, tag=True):
    """These words next to each other, in ``field`` or, where that is "", in any one field."""

    words: tuple[str, ...]
    field: str = ""
    weight: float = 1.0  # what it counts when hits are ranked
    loose: bool = False  # several, but typed as one: "e-learning"
    quoted: bool = False  # one, and in no other form


class Chosen(Struct, frozen=True, tag=True):
    """What has one of these values of a facet, or is in one of these spans; it ranks nothing."""

    facet: str
    values: tuple[str, ...]


class All(Struct, frozen=True, tag=True):
    """Everything that matches each part; with no parts, everything."""

    parts: tuple[Tree, ...] = ()


class Any(Struct, frozen=True, tag=True):
    """Everything that matches at least one part, or at least so many."""

    parts: tuple[Tree, ...]
    least: int = 1


class Not(Struct, frozen=True, tag=True):
    """Everything that does not match the part."""

    part: Tree


Tree = Words | Chosen | All | Any | Not
EVERYTHING = All()


class Question(Struct, frozen=True):
    """What was typed, as it is understood; ``notices`` say what was done to it."""

    tree: Tree
    notices: tuple[str, ...] = ()
    strict: bool = False  # AND was typed: all words are meant


_ANY_FIELD = "*"
_NAME = "|".join(NAMES)
# "Titel: cel" is meant as "titel:cel"; a colon in http://title:80 is not.
_LOOSE_FIELD = re.compile(rf"(?<![\w.:/])({_NAME})\s*:\s*(?=[\w\"(])", re.IGNORECASE)
_AND = re.compile(r"\s(AND|EN)\s")
# What word processors and phones make of quotes, in pairs, and of a hyphen before a word.
_QUOTED = re.compile(r'"[^"]*"|[“”„‟]([^“”„‟]*)[“”„‟]|[«»]([^«»]*)[«»]')
_DASH = re.compile(r'(?<![^\s()])[\u2010-\u2013\u2212](?=[\w"(])')
# e-learning, input/output; but no address, number or DOI
_COMPOSED = re.compile(r"(?=.*[^\W\d])[^.:@\\]+[.:]?")
# pagina's, Newton's; 's avonds, 't Gooi, rock 'n' roll: the letter is no word
_APOSTROPHE = "['`\\u2018\\u2019]"
_CLITIC = re.compile(
    rf"(?<=\w){_APOSTROPHE}s\b|(?<!\w){_APOSTROPHE}[stn]\b{_APOSTROPHE}?", re.IGNORECASE
)
# Groups of digits that are an ISBN if their last is right: 978 90 274 3964 2
_GAP = r"[\s\u2010-\u2015-]"
_GROUPS = re.compile(
    rf"(?<![\w.-])(?:97[89](?:{_GAP}?[0-9]){{10}}"
    rf"|[0-9]{{1,5}}(?:{_GAP}[0-9]{{1,7}}){{2}}{_GAP}[0-9Xx])(?![\w-])"
)
# "ISBN 978...", "ISBN-13: 978..." and "DOI 10.1000/182" are meant as "isbn:978...", "doi:10..."
_LABEL = re.compile(
    r"(?<![\w.:/-])(isbn|issn|doi)(?:[- ]?1[03](?=[\s:]))?[\s:]*(?=10\.[0-9]|[0-9-]{8})",
    re.IGNORECASE,
)
_MEETING = re.compile(r"(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])")  # of letters and digits
_WILDCARD = re.compile(r'(?<![^\s(":])\*+\w|\w\*+(?![^\s)"])')
_RESOLVER = re.compile(r"(?:(?:dx|www)\.)?doi\.org/|hdl\.handle\.net/", re.IGNORECASE)
_SCHEME = re.compile(r"https?://(?:www\.)?")
# What stands at the end of a beginning, and was about what came next.
_DANGLING = re.compile(rf"(?:(?:^|(?<=[\s(]))(?:AND|EN|OR|OF|NOT|NIET|-|-?(?i:{_NAME})\s*:)\s*)+$")
_OPENED = re.compile(r'(?<![^\s(:-])[“„«]([^"“”„‟«»]*)$')


def _parser() -> QueryParser:
    # One word to the parser is what stands between spaces; analysing it comes after.
    verbatim = fields.TEXT(analyzer=IDTokenizer())
    schema = fields.Schema(**dict.fromkeys([_ANY_FIELD, *NAMES], verbatim))
    return QueryParser(
        _ANY_FIELD,
        schema,
        plugins=[
            plugins.WhitespacePlugin(),
            plugins.PhrasePlugin(),
            plugins.GroupPlugin(),
            plugins.FieldsPlugin(rf"(?<![\w.:/])(?P<text>{_NAME}):"),
            plugins.OperatorsPlugin(
                And=r"(?<=\s)(AND|EN)(?=\s)",
                Or=r"(?<=\s)(OR|OF)(?=\s)",
                Not=r"(^|(?<=[\s()]))((NOT|NIET)(?=[\s(])|-(?=[\w\"(]))",
                AndNot=None,
                AndMaybe=None,
                Require=None,
            ),
        ],
    )


_PARSER = _parser()


def parse(text: str) -> Question:
    """Return what ``text`` asks for. Raises nothing, whatever was typed."""
    if len(text) <= MOST_CHARACTERS:
        return _parse(text)
    text = straight(text)
    kept = text[: MOST_CHARACTERS + 1].rstrip()
    if len(kept) > MOST_CHARACTERS:  # half a word would find nothing
        kept = kept.rpartition(" ")[0] or kept[:MOST_CHARACTERS]
    question = _parse(_closed(kept))
    return replace(question, notices=tuple(dict.fromkeys((CUT, *question.notices))))


def _closed(text: str) -> str:
    """Return the beginning of a query, with what is open at its end closed there.

    Else what is left out as far as a parenthesis that was cut off would be wished for.
    """
    quoted = text.count('"') % 2 == 1
    if not quoted:
        text = _OPENED.sub(r'"\1', _DANGLING.sub("", text))
        quoted = text.count('"') % 2 == 1
    depth = 0
    for part in text.split('"')[::2]:  # those in between are in quotes
        for character in part:
            depth = max(depth + (character == "(") - (character == ")"), 0)
    return text + '"' * quoted + ")" * depth


@functools.lru_cache(maxsize=1024)
def _parse(text: str) -> Question:
    text = straight(text)
    notices = [] if _balanced(text) else [REPAIRED]
    typed = _GROUPS.sub(_isbn, _LOOSE_FIELD.sub(_field, text))
    typed = _LABEL.sub(_field, typed)
    reader = _Reader(typed)
    try:
        tree = reader.tree(_PARSER.parse(typed))
    except Exception:  # noqa: BLE001 a reader's typing is never an error, whichever way it fails
        notices = [REPAIRED]
        reader = _Reader(text)
        tree = All(tuple([word for one in text.split() if (word := reader.words(one, ""))]))
    if tree in (None, EVERYTHING) and text.strip():
        notices = [EMPTY]  # and no words that it was read as
    if reader.cut:
        notices.append(CUT)
    if _WILDCARD.search(_QUOTED.sub(" ", text)):
        notices.append(WILDCARD)
    return Question(tree or EVERYTHING, tuple(notices), strict=bool(_AND.search(text)))


def straight(text: str) -> str:
    """Return a query with the quotes and hyphens that a keyboard has, where they are operators.

    Quotes without their partner, single ones and dashes elsewhere stay as they are.
    """
    return _DASH.sub("-", _QUOTED.sub(_straight, text))


def _straight(found: re.Match[str]) -> str:
    inside = found[1] or found[2]
    return found[0] if inside is None else '"' + inside.replace('"', " ") + '"'


def _field(found: re.Match[str]) -> str:
    return found[1].lower() + ":"


def _isbn(found: re.Match[str]) -> str:
    isbn = recognised(re.sub(_GAP, "-", found[0]))
    return isbn.value if isbn.scheme == "isbn" else found[0]


def _balanced(text: str) -> bool:
    depth = 0
    for character in text:
        depth += (character == "(") - (character == ")")
        if depth < 0:
            return False
    return depth == 0 and text.count('"') % 2 == 0


class _Reader:
    """Turns the parser's tree into ours, and stops taking in words at ``MOST_TERMS``."""

    def __init__(self, typed: str) -> None:
        self.typed = typed
        self.left = MOST_TERMS
        self.cut = False

    def tree(self, node: query.Query) -> Tree | None:
        if isinstance(node, query.Not):
            part = self.tree(node.query)
            return Not(part) if part else None
        if isinstance(node, query.And | query.Or):
            parts = tuple(part for child in node if (part := self.tree(child)))
            if len(parts) <= 1:
                return parts[0] if parts else None
            return All(parts) if isinstance(node, query.And) else Any(parts)
        if isinstance(node, query.Term):
            quoted = self.typed[: node.startchar].endswith('"')
            return self.words(node.text, node.fieldname, quoted=quoted)
        if isinstance(node, query.Phrase):
            return self.words(" ".join(node.words), node.fieldname)
        return None  # nothing between two parentheses

    def words(self, text: str, name: str, *, quoted: bool = False) -> Tree | None:
        field = NAMES.get(name, "")
        if not quoted:
            text = _CLITIC.sub("", text)
        words = self._taken(spelled(text, name))
        if not words:
            return None
        several = not quoted and len(words) > 1
        loose = several and not field and _COMPOSED.fullmatch(text)
        # In a script without spaces, characters that are not together are another word.
        found = Words(
            words,
            field,
            loose=bool(loose) and len(max(words, key=len)) > 1,
            quoted=quoted and len(words) == 1 and not field,
        )
        apart = _MEETING.sub(" ", text)  # web2.0 may be web 2.0
        if not several or loose or apart == text or _named(text, name):
            return found
        other = self._taken(tokens(apart))
        return Any((found, Words(other, field))) if other else found

    def _taken(self, words: list[str]) -> tuple[str, ...]:
        """Return the words that there is still room for."""
        self.cut = self.cut or len(words) > self.left
        taken = tuple(words[: self.left])
        self.left -= len(taken)
        return taken


def spelled(text: str, name: str = "") -> list[str]:
    """Return the words of a text, folded; of an identifier or an address as records have them.

    ``name`` is that of the field in which they are asked for.
    """
    return tokens(_named(text, name) or text)


def _named(text: str, name: str) -> str:
    """Return an identifier in its canonical spelling, an address without http and www., or ""."""
    line = " ".join(text.split())
    if " " not in line:  # ten digits alone may be an ISBN here, if the last is right
        name = name if name == "issn" else "isbn"
    one = recognised(_RESOLVER.sub(r"https://\g<0>", line) if _RESOLVER.match(line) else line, name)
    if one.scheme in ("doi", "handle", "isbn", "issn"):
        return one.value
    if one.scheme == "uri" and " " not in line:
        return _SCHEME.sub("", url(line), count=1)
    return ""


def sought(tree: Tree) -> Iterator[str]:
    """Yield the words that a hit contains, for showing where: not those under NOT."""
    if isinstance(tree, Words):
        yield from tree.words
    elif isinstance(tree, All | Any):
        yield from _each(tree.parts)


def _each(parts: Iterable[Tree]) -> Iterator[str]:
    for part in parts:
        yield from sought(part)
