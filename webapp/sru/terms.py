"""What one clause of CQL asks: a term, its relation, and the index that it is sought in."""

from __future__ import annotations

import re

from cql.parser import CQLRelation

from catalog.index.clauses import adjacent, both, every, having, some
from catalog.index.query import EVERYTHING, Not, Tree
from webapp import foreign
from webapp.foreign import Index
from webapp.sru.diagnostics import Diagnostic

#: Masks everything: in all indexes together, what there is.
_ANYTHING = "*"
#: Relations that are older names of others, or the server's choice.
_ALIKE = {"scr": "=", "exact": "=="}
_ORDERED = frozenset({"<", "<=", ">", ">=", "within"})
_RELATIONS = frozenset({"=", "==", "<>", "adj", "all", "any", "encloses", *_ORDERED})
#: Modifiers of relations that change nothing here: all searching is so.
_MODIFIERS = frozenset({"relevant", "word", "string", "ignorecase", "ignoreaccents", "masked"})
_SPECIAL = re.compile(r"\\(?P<escaped>.?)|(?P<masking>[*?])|(?P<anchor>\^)", re.DOTALL)


def sought(index: Index, relation: CQLRelation | None, term: str) -> Tree:
    """Return what a clause asks for. Raises Diagnostic."""
    how, masked = _relation(relation)
    if not term.strip():
        raise Diagnostic(27)
    if masked and term == _ANYTHING and index.kind == "words" and not index.of:
        return EVERYTHING
    plain = _plain(term) if masked else term
    found = _words(index, how, plain) if index.kind == "words" else _values(index, how, plain)
    return Not(found) if how == "<>" else found


def _relation(relation: CQLRelation | None) -> tuple[str, bool]:
    """Return a relation under its own name, and whether "*" and the like are special in its term.

    The context set of a relation is CQL's own, or of its first version none.
    """
    if relation is None:
        return "=", True
    named = str(relation.comparitor).lower()
    how = _ALIKE.get(named.removeprefix("cql."), named.removeprefix("cql."))
    if how not in _RELATIONS:
        raise Diagnostic(19, named)
    masked = True
    for modifier in relation.modifiers or ():
        said = str(modifier.name).lower().rpartition(".")[2]
        masked = masked and said != "unmasked"
        if said not in _MODIFIERS | {"unmasked"} or modifier.value is not None:
            raise Diagnostic(20, str(modifier.name))
    return how, masked


def _plain(term: str) -> str:
    """Return a term without its escapes. Raises Diagnostic where it masks or anchors."""

    def literal(found: re.Match[str]) -> str:
        if found["masking"]:
            raise Diagnostic(28, found["masking"])
        if found["anchor"]:
            raise Diagnostic(31, found["anchor"])
        if found["escaped"] not in set('*?^"\\'):
            raise Diagnostic(26, found["escaped"])
        return found["escaped"]

    return _SPECIAL.sub(literal, term)


def _words(index: Index, how: str, term: str) -> Tree:
    """Return what has words: next to each other, all or any of them."""
    made = {"all": every, "any": some, "=": adjacent, "adj": adjacent, "<>": adjacent}.get(how)
    if how == "==" and index.of == "identifier":
        made = adjacent
    if made is None:
        raise Diagnostic(22, f"{how}: this index has words, for =, adj, all, any and <>")
    tree = made(term, index.of)
    if tree is None:
        raise Diagnostic(36, "there is no word in it")
    return tree


def _values(index: Index, how: str, term: str) -> Tree:
    """Return what has a value; of years, one in a span of them as well."""
    if how in _ORDERED:
        if index.of != "year":
            raise Diagnostic(22, f"{how}: this index has values, for =, ==, all, any and <>")
        return having("year", [_span(how, term)])
    if how in {"adj", "encloses"}:
        raise Diagnostic(22, f"{how}: this index has values, for =, ==, all, any and <>")
    if index.of == "year":
        term = " ".join(_year(each) for each in term.split())
    if how == "any":
        return having(index.of, [value for each in term.split() for value in index.values(each)])
    if how == "all":
        trees = [having(index.of, index.values(each)) for each in term.split()]
        tree = trees[0]
        for each in trees[1:]:
            tree = both(tree, each)
        return tree
    return having(index.of, index.values(term.strip()))


def _span(how: str, term: str) -> str:
    """Return the years that a relation leaves."""
    match how:
        case "<" | "<=" | ">" | ">=":
            return foreign.span(how, _year(term.strip()))
    years = [_year(each) for each in term.split()]
    if len(years) != 2:  # noqa: PLR2004 a span has two ends
        raise Diagnostic(36, "within is of two years")
    return "..".join(years)


def _year(said: str) -> str:
    found = foreign.year(said)
    if not found:
        raise Diagnostic(36, "a year has four digits")
    return found
