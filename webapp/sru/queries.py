"""CQL 1.1 and 1.2, by the library ``cql``, as trees of ours."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from threading import local

from cql.lexer import CQLLexer
from cql.parser import CQLParser12, CQLPrefix, CQLSearchClause, CQLTriple

from catalog.index import Sort
from catalog.index.clauses import both, either, words_in
from catalog.index.query import EVERYTHING, Not, Tree
from webapp.sru import indexes, sorting
from webapp.sru.diagnostics import Diagnostic
from webapp.sru.indexes import SETS, USUAL_SET
from webapp.sru.terms import sought

MOST_CHARACTERS = 4000
MOST_CLAUSES = 100
MOST_WORDS = 64
_DEEPEST = 20  # parentheses within each other

# What others type is no event of ours: the library writes each mistake to the log.
logging.getLogger("cql").setLevel(logging.CRITICAL + 1)

Node = CQLTriple | CQLSearchClause
Sets = Mapping[str, str]  # prefix -> address of a context set; "" is the one without prefix

_USUAL: Sets = {"": SETS[USUAL_SET][0], **{name: uris[0] for name, uris in SETS.items()}}
_NAMES = {uri: name for name, uris in SETS.items() for uri in uris}


class _Parsers(local):
    """One parser a thread: it keeps within itself where it is in a query."""

    def __init__(self) -> None:
        lexer = CQLLexer()
        lexer.build()
        self.parser = CQLParser12()
        self.parser.build(lexer)  # type: ignore[arg-type]  # its hint means the lexer within


_parsers = _Parsers()


def read(text: str) -> tuple[Tree, Sort | None]:
    """Return what a query asks for, and in which order where it says one. Raises Diagnostic."""
    if len(text) > MOST_CHARACTERS:
        raise Diagnostic(12, f"at most {MOST_CHARACTERS}")
    try:
        root: Node = _parsers.parser.parse(text, tracking=True).root
    except Exception as error:  # the library raises its own kinds, and what its table runs into
        raise Diagnostic(10, _told(error)) from error
    tree = _Reader().tree(root, _USUAL, 0)
    if words_in(tree) > MOST_WORDS:
        raise Diagnostic(12, f"at most {MOST_WORDS} words")
    return tree, sorting.by_query(root.sortSpecs)


def _told(error: Exception) -> str:
    """Return what the library says is wrong, which for a query that breaks off is nothing."""
    said = str(error.args[0]) if error.args else ""
    return "it ends too early" if "EOF" in said else said


class _Reader:
    """Turns the tree of the library into ours, up to so many clauses."""

    def __init__(self) -> None:
        self.left = MOST_CLAUSES

    def tree(self, node: Node, sets: Sets, depth: int) -> Tree:
        """Return what a node asks for; operators bind alike, from the left (CQL 1.2)."""
        if depth > _DEEPEST:
            raise Diagnostic(13, f"at most {_DEEPEST} within each other")
        chain: list[tuple[CQLTriple, Sets]] = []  # a long one is too deep to call for each
        while isinstance(node, CQLTriple):
            sets = _naming(sets, node.prefixes)
            chain.append((node, sets))
            node = node.left
        tree = self._clause(node, _naming(sets, node.prefixes))
        for triple, known in reversed(chain):
            operator = triple.operator.value.lower()
            if triple.operator.modifiers and operator != "prox":
                raise Diagnostic(46, triple.operator.modifiers[0].toCQL())
            match operator:
                case "and":
                    tree = both(tree, self.tree(triple.right, known, depth + 1))
                case "or":
                    tree = either(tree, self.tree(triple.right, known, depth + 1))
                case "not":
                    tree = both(tree, Not(self.tree(triple.right, known, depth + 1)))
                case _:
                    raise Diagnostic(39)
        return tree

    def _clause(self, clause: CQLSearchClause, sets: Sets) -> Tree:
        self.left -= 1
        if self.left < 0:
            raise Diagnostic(38, f"at most {MOST_CLAUSES} clauses")
        name = "cql.serverchoice" if clause.index is None else _name(str(clause.index), sets)
        if name == "cql.allrecords":
            return EVERYTHING
        if name == "cql.resultsetid":
            raise Diagnostic(50, str(clause.index))
        index = indexes.find(name)
        if index is None:
            raise Diagnostic(16, str(clause.index))
        return sought(index, clause.relation, clause.term)


def _naming(sets: Sets, prefixes: Iterable[CQLPrefix]) -> Sets:
    """Return the context sets, and those to which a query itself gives a prefix."""
    named = {(each.prefix or "").lower(): each.uri for each in prefixes}
    return {**sets, **named} if named else sets


def _name(given: str, sets: Sets) -> str:
    """Return the name of an index as ``INDEXES`` has it: under our own prefix, in lower case."""
    prefix, dot, rest = given.lower().partition(".")
    if not dot:
        prefix, rest = "", prefix
    set_ = _NAMES.get(sets.get(prefix, ""))
    if set_ is None:
        raise Diagnostic(15, sets.get(prefix, given.partition(".")[0]))
    return f"{set_}.{rest}"
