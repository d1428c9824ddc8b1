"""The Index port: what the catalogue asks of a search engine, and nothing that only one can do.

The index is a cache of the store. It follows the store's change sequence, remembers the last
number it has seen in its own commit, and may be thrown away at any time.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Literal, Protocol, Self

from msgspec import Struct, msgpack

from catalog.resource import LearningResource

if TYPE_CHECKING:
    from catalog.index.query import Tree
    from catalog.index.words import Own

#: The facets, in the order in which a page shows them.
FACETS = (
    "level",
    "type",
    "discipline",
    "language",
    "openness",
    "may_adapt",
    "may_sell",
    "format",
    "duration",
    "year",
    "accessibility",
    "institution",
    "provider",
    "source",
    "licence",
    "link",
)
#: Those of which a record has one value at most.
SINGLE = frozenset({"openness", "may_adapt", "may_sell", "duration", "year", "licence", "link"})
#: Those of which thousands of values, in any combination, are to be expected.
LONG = frozenset({"institution"})
#: Those of which a choice may be a span: ``2019..2023``, ``2019..`` or ``..2023``, ends included.
SPANS = frozenset({"year"})
#: Characters of a value; longer ones are cut when they are indexed.
LONGEST_VALUE = 200

Sort = Literal["relevance", "newest", "title"]

#: What a document is: a work made of several records, one of those, or "", a record that is a work
#: of its own. A reader is shown works or records, and the last are both.
Grain = Literal["", "work", "copy"]
#: What tells the document of a copy from that of the work that has its id; ids have hexadecimal
#: digits only.
COPY = "~copy"


class Change(Struct, frozen=True, gc=False):
    """The state of one document after the change with number ``seq``; ``resource`` None: gone.

    A work and a copy may have the same id and are two documents: one that goes has its grain, too.
    """

    seq: int
    id: str
    resource: LearningResource | None
    grain: Grain = ""
    sources: tuple[str, ...] = ()  # of all copies of a work; () is the resource's own
    link: str = ""  # what became of its address: alive, moved, login, unsure, dead; "" unchecked

    @property
    def key(self) -> str:
        """The name of the document."""
        return self.id + COPY if self.grain == "copy" else self.id

    @property
    def digest(self) -> int:
        """What tells this state of a document from any other, but for a chance in 2**64.

        Of all that is handed to the index, its number too; below 2**64.
        """
        try:
            said = _encode(self)
        except UnicodeEncodeError:  # half a character, which no store can keep
            said = repr(self).encode(errors="surrogatepass")
        return int.from_bytes(hashlib.blake2b(said, digest_size=8).digest(), "big")


_encode = msgpack.Encoder().encode


class Query(Struct, frozen=True, kw_only=True):
    """What a reader asks. ``text`` is in the catalogue's query language, never an engine's.

    Machines ask in languages of their own: what theirs means is ``tree``, and ``text`` is not read.
    """

    text: str = ""
    tree: Tree | None = None  # see ``catalog.index.query``
    filters: Mapping[str, Sequence[str]] = {}  # facet -> values, any of which will do
    without: Mapping[str, Sequence[str]] = {}  # facet -> values that none may have
    literal: bool = False  # as it is spelled: no word is taken for another
    language: str = ""  # the reader's, a BCP 47 tag: ranks, and reads words; never leaves out
    copies: bool = False  # find each record by itself, and no works made of several
    sort: Sort = "relevance"
    page: int = 1
    size: int = 10  # at most 100
    skip: int = 0  # hits before the first page
    after: int | None = None  # newest first, what comes after the hit that ended at this ``last``
    facets: Sequence[str] = FACETS  # those to count; () to skip counting
    values: int = 50  # counted values of each facet, at most 100,000
    long: int | None = None  # those of each of ``LONG``, where not so many: they cost the most


class FacetCount(Struct, frozen=True, gc=False):
    value: str
    count: int


class Hit(Struct, frozen=True, gc=False):
    id: str
    score: float


class Result(Struct, frozen=True, kw_only=True):
    """One page of hits; ``facets`` are counted most frequent first.

    The count of a value ignores what is chosen of its own facet, and nothing else: neither what
    is chosen of others, nor what is left out of any.

    ``notices`` are codes of what was done to the query: ``query.cut`` (too long),
    ``query.repaired`` (could not be read as typed), ``query.relaxed`` (too little has all words,
    so that what has most of them is there as well, after it), ``query.corrected`` ...

    ``text`` is what was searched for instead of the query as it was typed, where a word of it is in
    nothing and is surely misspelt; else "".

    ``last`` is where the last hit is in the order newest first; None in other orders, and where
    nothing follows. A ``Query`` goes on ``after`` it as fast as it began, however many hits there
    were before, and meets each document once that keeps its date meanwhile.
    """

    total: int
    hits: tuple[Hit, ...]
    last: int | None = None
    facets: Mapping[str, tuple[FacetCount, ...]] = {}
    notices: tuple[str, ...] = ()
    text: str = ""


class Suggestion(Struct, frozen=True, gc=False):
    """What somebody who types may mean; ``id`` is the record's where it is a title, else "".

    A ``query`` is one that others asked: the catalogue knows them, an index does not.
    """

    kind: Literal["query", "subject", "person", "title"]
    text: str
    id: str = ""


#: How a field has a word: as typed, in another form, as part of a compound (or compound of it),
#: or as the name, in another language, of a concept of a vocabulary.
How = Literal["exact", "form", "part", "label"]


class Match(Struct, frozen=True):
    """A word that was sought, or words in a row, folded, and what has it: (field, how) pairs.

    A field is one of ``document.FIELDS``, or ``label``: the record's concepts, in any language.
    """

    word: str
    fields: tuple[tuple[str, How], ...]  # () where the record does not have the word


class Explanation(Struct, frozen=True):
    """Why a record is where it is among the results.

    ``boosts`` are factors by name (``completeness``, ``recency``, ``language``, ``openness``,
    ``dead_link``): above 1 they lifted the record, below 1 they lowered it; those that did
    neither are left out. In an order that readers choose, by date or by title, none counts.
    """

    words: tuple[Match, ...]
    boosts: Mapping[str, float] = {}
    text: str = ""  # what was searched for, where it is not what was typed


class SearchError(Exception):
    """The index cannot answer. Its text says what is wrong and what will be done."""


class IndexDamagedError(SearchError):
    """Files of the index are missing or damaged: it has to be rebuilt from the store."""


class IndexBusyError(SearchError):
    """Another process is writing. Nothing is lost: the store has the changes."""


class QueryError(SearchError):
    """The question itself cannot be answered (page too deep, unknown facet): a 400."""


class Writer(Protocol):
    """The one writing process. A context manager; leaving it without ``commit`` discards."""

    def __enter__(self) -> Self: ...
    def __exit__(self, *_: object) -> None: ...
    def apply(self, changes: Iterable[Change]) -> int: ...
    def commit(self, seq: int) -> None: ...
    def close(self) -> None: ...


class Index(Protocol):
    """One engine over one folder."""

    @property
    def seq(self) -> int:
        """Number of the last change that the committed index holds."""

    @property
    def own(self) -> Own:
        """Parts of compounds that its records add to the lists."""

    def writer(self) -> Writer:
        """Open for writing. Raises IndexBusyError where another process has it."""

    def refresh(self) -> bool:
        """See what others have committed since; cheap enough for every request."""

    def search(self, query: Query) -> Result: ...
    def suggest(self, prefix: str, limit: int = 8) -> Sequence[Suggestion]:
        """Return subjects, people and titles that what is typed may become, each once."""

    def similar(self, id: str, limit: int = 6) -> Sequence[Hit]: ...  # noqa: A002
    def explain(self, query: Query, id: str) -> Explanation | None:  # noqa: A002
        """Say why the query finds this record; None where the index does not have it."""

    def spelling(self, word: str, limit: int = 3) -> Sequence[str]:
        """Return words of the index that differ little from one it lacks, most frequent first.

        A word that the index has, a number or nonsense gets none.
        """

    def frequency(self, word: str) -> int:
        """Return the number of works that have this word, or another form of it."""

    def ids(self) -> Iterable[tuple[str, int, int]]:
        """Yield (key, seq, digest) of every document in it, each as its ``Change`` has them."""

    def count(self) -> int:
        """Return the number of works, of one record or of several."""

    def close(self) -> None: ...
