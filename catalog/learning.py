"""The parts of compounds that the catalogue's own words supply, learnt as it grows.

What is learnt is kept with the index, for all that is indexed and asked from then on. Documents in
which words are now taken apart otherwise are described anew, and no others.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from msgspec.structs import replace

from catalog.agreement import now
from catalog.documents import Documents
from catalog.index import COPY, Change, Index, Query
from catalog.index.fields import heard
from catalog.index.folder import CurrentIndex
from catalog.index.words import Own
from catalog.index.words.learning import Heard
from catalog.resource import LearningResource

_GROWN = 1.5  # times the records of which it was learnt before: then it is worth while again
_FIELDS = ("title", "subject", "kind", "description")  # whose words are analysed
_AT_ONCE = 100  # words that are looked for together, hits on a page


def is_due(own: Own, records: int) -> bool:
    """Say whether there are so many records that there may be more to learn."""
    return records > own.records * _GROWN


def listen(resources: Iterable[LearningResource]) -> Heard:
    """Return the words of all records."""
    found = Heard()
    for resource in resources:
        found.hear(heard(resource, found.words))
    return found


def learn(index: CurrentIndex, words: Heard, documents: Documents) -> None:
    """Have an index use what all ``words`` add to the lists.

    Raises IndexBusyError where another process writes, SearchError where it cannot be done.
    """
    own = words.learn()
    differing = words.told_apart(index.own, own)

    def changes() -> Iterator[Change]:  # looked for when nobody else writes any more
        yield from now(documents, dict.fromkeys(_with(index, differing)))

    index.learn(own, changes())


def _with(index: Index, words: Sequence[str]) -> Iterator[str]:
    """Yield keys of all documents that have any of the words, and perhaps of some that are none."""
    from catalog.index.query import Any, Words  # noqa: PLC0415 most commands learn nothing

    for at in range(0, len(words), _AT_ONCE):
        some = words[at : at + _AT_ONCE]
        tree = Any(tuple(Words((word,), field) for word in some for field in _FIELDS))
        for copies in (False, True):
            query = Query(tree=tree, sort="newest", size=_AT_ONCE, copies=copies, facets=())
            yield from _keys(index, query)


def _keys(index: Index, query: Query) -> Iterator[str]:
    last: int | None = None
    while True:
        found = index.search(replace(query, after=last))
        for hit in found.hits:
            yield hit.id
            if query.copies:
                yield hit.id + COPY
        last = found.last
        if last is None:
            return
