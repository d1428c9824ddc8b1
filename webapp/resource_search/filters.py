"""The filters of Resource Search 1.0: ``search~'energie' AND learningResourceType='Media/Video'``.

The standard does not say which of AND and OR binds tighter: here AND does, as in most languages.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Literal

from msgspec import Struct

from catalog import vocabulary
from catalog.index import QueryError
from catalog.index.clauses import adjacent, both, either, every, having, words_in
from catalog.index.query import Not, Tree
from webapp import foreign
from webapp.foreign import Index
from webapp.resource_search import subjects
from webapp.resource_search.kinds import OTHER, ours

MOST_CHARACTERS = 2000
MOST_CLAUSES = 50
MOST_WORDS = 64
_DEEPEST = 20  # parentheses within each other

Relation = Literal["=", "!=", "~", "<", "<=", ">", ">="]

_TOKEN = re.compile(
    r"""\s*(?:
        (?P<open>\() | (?P<close>\))
      | (?P<and>AND\b|&&) | (?P<or>OR\b|\|\|)
      | (?P<field>[A-Za-z][A-Za-z.]*)\s*(?P<relation><=|>=|!=|=|<|>|~)\s*
        (?:'(?P<single>[^']*)'|"(?P<double>[^"]*)")
    )""",
    re.VERBOSE,
)


class _Token(Struct, frozen=True):
    kind: Literal["open", "close", "and", "or", "clause"]
    made: Tree | None = None


def read(text: str) -> Tree:
    """Return what a filter asks for. Raises QueryError: what of it cannot be read, in words."""
    if len(text) > MOST_CHARACTERS:
        raise QueryError(f"filter has at most {MOST_CHARACTERS} characters.")
    tokens = list(_tokens(text))
    if sum(each.kind == "clause" for each in tokens) > MOST_CLAUSES:
        raise QueryError(f"filter has at most {MOST_CLAUSES} conditions.")
    reader = _Reader(tokens)
    tree = reader.alternatives(0)
    if reader.kind:
        raise QueryError("filter has a closing parenthesis too many, or lacks AND or OR.")
    if words_in(tree) > MOST_WORDS:
        raise QueryError(f"filter has at most {MOST_WORDS} words.")
    return tree


def _tokens(text: str) -> Iterator[_Token]:
    place, end = 0, len(text.rstrip())
    while place < end:
        found = _TOKEN.match(text, place)
        if not found:
            raise QueryError(
                f"filter cannot be read from character {place + 1} on: conditions look like "
                "name~'energie', with AND, OR and parentheses between them."
            )
        place = found.end()
        if found["field"]:
            term = found["single"] if found["double"] is None else found["double"]
            yield _Token("clause", _clause(found["field"], found["relation"], term))  # type: ignore[arg-type]  # the pattern has no others
        else:
            yield _Token(found.lastgroup)  # type: ignore[arg-type]  # the same


class _Reader:
    """Puts the clauses together."""

    def __init__(self, tokens: list[_Token]) -> None:
        self._tokens = iter(tokens)
        self._next()

    def _next(self) -> None:
        self._token = next(self._tokens, None)

    @property
    def kind(self) -> str:
        """What comes next; "" at the end."""
        return self._token.kind if self._token else ""

    def alternatives(self, depth: int) -> Tree:
        return self._chain("or", either, lambda: self._conditions(depth))

    def _conditions(self, depth: int) -> Tree:
        return self._chain("and", both, lambda: self._condition(depth))

    def _chain(
        self, kind: str, joined: Callable[[Tree, Tree], Tree], part: Callable[[], Tree]
    ) -> Tree:
        tree = part()
        while self.kind == kind:
            self._next()
            tree = joined(tree, part())
        return tree

    def _condition(self, depth: int) -> Tree:
        token = self._token
        self._next()
        if token and token.made is not None:
            return token.made
        if not token or token.kind != "open":
            raise QueryError("filter lacks a condition: before or after AND or OR, or in ().")
        if depth >= _DEEPEST:
            raise QueryError(f"filter has at most {_DEEPEST} parentheses within each other.")
        tree = self.alternatives(depth + 1)
        if self.kind != "close":
            raise QueryError("filter lacks a closing parenthesis, or AND or OR.")
        self._next()
        return tree


def _clause(field: str, relation: Relation, term: str) -> Tree:
    make = FIELDS.get(field)
    if make is None:
        raise QueryError(f"filter cannot ask for {field}; it can for {', '.join(FIELDS)}.")
    if not term.strip():
        raise QueryError(f"filter asks for nothing in {field}.")
    if relation in {"<", "<=", ">", ">="} and field != "publishDate":
        raise QueryError(f"filter cannot compare {field} by {relation}; publishDate it can.")
    if relation == "!=":
        return Not(make("=", term))
    return make(relation, term)


Make = Callable[[Relation, str], Tree]


def _words(field: str) -> Make:
    """Return what makes a tree of words: next to each other for "=", anywhere for "~"."""

    def make(relation: Relation, term: str) -> Tree:
        tree = (adjacent if relation == "=" else every)(term, field)
        if tree is None:
            raise QueryError("filter asks for a text without a word in it.")
        return tree

    return make


def _values(index: Index) -> Make:
    return lambda _, term: having(index.of, index.values(term.strip()))


def _subject(relation: Relation, term: str) -> Tree:
    """Return what is said to be about this, or is in the field of study of this name."""
    said = _words("subject")(relation, term)
    codes = subjects.codes(term)
    return either(said, having("discipline", codes)) if codes else said


def _kind(relation: Relation, term: str) -> Tree:
    types = ours(term, whole=relation == "=")
    if term.strip().casefold() != OTHER.casefold():
        return having("type", types)
    return Not(having("type", vocabulary.get("type").codes))


def _date(relation: Relation, term: str) -> Tree:
    year = foreign.year(term.strip())
    if not year:
        raise QueryError("filter has a publishDate that is no date: 2019 or 2019-03-01.")
    if relation in ("<", "<=", ">", ">="):
        return having("year", [foreign.span(relation, year)])
    return having("year", [year])


def _objective(relation: Relation, term: str) -> Tree:
    codes = vocabulary.get("level").by_term(term) or vocabulary.get("level").by_uri(term)
    return having("level", codes) if codes else _words("kind")(relation, term)


#: What may be asked for, by the names of a resource, and everywhere.
FIELDS: Mapping[str, Make] = {
    "search": _words(""),
    "name": _words("title"),
    "description": _words("description"),
    "subject": _subject,
    "author": _words("creator"),
    "publisher": _words("publisher"),
    "learningResourceType": _kind,
    "language": _values(foreign.LANGUAGE),
    "technicalFormat": _values(foreign.FORMAT),
    "useRightsURL": _values(foreign.LICENCE),
    "publishDate": _date,
    "accessibilityFeatures": _values(Index("values", "accessibility")),
    "learningObjectives.targetName": _objective,
    "learningObjectives.targetURL": _values(foreign.LEVEL),
}
