"""Documents and queries as Whoosh sees them, and its errors as the port does."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any as Anything

from whoosh import columns, fields, matching, query, scoring
from whoosh.collectors import TimeLimit

from catalog.index import FACETS, IndexDamagedError, SearchError
from catalog.index.document import FIELDS, Document
from catalog.index.meaning import BAG
from catalog.index.query import All, Any, Tree, Words


@contextmanager
def guarded() -> Iterator[None]:
    """Turn whatever Whoosh raises into errors of the port: damage has many types in it."""
    try:
        yield
    except (SearchError, MemoryError):
        raise
    except TimeLimit as error:
        raise SearchError("The search takes too long: ask for less common words.") from error
    except Exception as error:
        if "No space left" in str(error):
            raise SearchError("The disk is full: the index keeps what it had.") from error
        raise IndexDamagedError(f"The index is damaged ({error!r}).") from error


def _schema() -> fields.Schema:
    schema = fields.Schema(
        id=fields.ID(stored=True),
        grain=fields.ID(),
        seq=fields.STORED(),
        digest=fields.STORED(),
        rank=fields.COLUMN(columns.NumericColumn("Q")),
        quality=fields.COLUMN(columns.NumericColumn("Q")),
        order=fields.COLUMN(columns.VarBytesColumn()),
        topic=fields.ID(),
        person=fields.ID(),
        title_shown=fields.STORED(),
        about=fields.STORED(),
    )
    for field in FIELDS:
        schema.add(field, fields.TEXT())
    schema.add(BAG, fields.TEXT(phrase=False))
    for facet in FACETS:
        schema.add(f"facet_{facet}", fields.ID())
    return schema


SCHEMA = _schema()


class Weighting(scoring.BM25F):  # type: ignore[misc] # whoosh is untyped
    """BM25 with the rarity that ``meaning`` reckons with, which never rates a word as nothing."""

    def idf(self, searcher: Anything, field: str, word: bytes) -> float:
        found, total = searcher.doc_frequency(field, word), searcher.doc_count_all()
        return math.log(1 + (total - found + 0.5) / (found + 0.5))


def native_document(document: Document) -> dict[str, Anything]:
    """Return the arguments of add_document. Whoosh takes a list for words that are cut already."""
    native: dict[str, Anything] = {
        "id": [document.key],
        "_stored_id": document.key,
        "grain": [document.grain] if document.grain else [],
        "seq": document.seq,
        "digest": document.digest,
        "rank": document.rank,
        "order": document.order.encode(),
        "title_shown": document.title,
        "about": document.about,
        "quality": document.quality,
        BAG: document.bag.split(),
        "topic": list(document.subjects),
        "person": list(document.people),
    }
    native |= {field: text.split() for field, text in document.texts.items()}
    return native | {f"facet_{f}": list(values) for f, values in document.facets.items()}


class _Left(matching.AndNotMatcher):  # type: ignore[misc] # whoosh is untyped
    """Leaves out the first that it meets as well: Whoosh's own lets that one pass."""

    def _find_first(self) -> None:
        self._find_next()

    def _find_next(self) -> bool:
        return self.a.is_active() and bool(super()._find_next())


class _Without(query.AndNot):  # type: ignore[misc] # whoosh is untyped
    """What the first query finds and the second does not."""

    def matcher(self, searcher: Anything, context: Anything = None) -> _Left:
        found = self.a.matcher(searcher, context)
        return _Left(found, self.b.matcher(searcher, searcher.boolean_context()))


def shown(found: query.Query) -> query.Query:
    """Leave copies out of what is found."""
    return _Without(found, query.Term("grain", "copy"))


def scored(tree: Tree) -> Iterator[query.Term]:
    """Yield what gives a record its score: each word of a tree that is not under NOT."""
    if isinstance(tree, Words) and tree.weight:
        yield from (query.Term(tree.field, word, boost=tree.weight) for word in tree.words)
    elif isinstance(tree, All | Any):
        for part in tree.parts:
            yield from scored(part)
