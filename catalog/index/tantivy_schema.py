"""Documents and queries as tantivy sees them, and its errors as the port does."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

import msgspec
import tantivy
from tantivy import Occur
from tantivy import Query as Native

from catalog.index import (
    FACETS,
    LONG,
    SINGLE,
    Grain,
    IndexBusyError,
    IndexDamagedError,
    SearchError,
)
from catalog.index.document import FIELDS, Document
from catalog.index.meaning import BAG
from catalog.index.plan import ends
from catalog.index.query import All, Any, Chosen, Not, Tree, Words

MARKER = "\0seq"  # id of the marker; ids of the store have no control characters
_START, _DIGEST = 2, 6  # bytes of the number of a value: how it begins, and the rest
BETWEEN = "\x1f"  # values counted as one, or none; values have no control characters


@contextmanager
def guarded() -> Iterator[None]:
    """Turn whatever the engine raises, panics included, into errors of the port."""
    try:
        yield
    except (ValueError, OSError, RuntimeError) as error:
        raise _explained(error) from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # pyo3 derives it from BaseException
            raise
        raise _explained(error) from error


def _explained(error: BaseException) -> SearchError:
    if "No space left" in str(error):
        return SearchError("The disk is full: the index keeps what it had, and is not written.")
    if "LockBusy" in str(error):
        return IndexBusyError("Another process is writing the index.")
    said = str(error).partition("\n")[0][:200]  # it may quote a whole file
    return IndexDamagedError(f"The index is damaged ({said}); it will be made again.")


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("grain", tokenizer_name="raw", index_option="basic")
    builder.add_unsigned_field("seq", fast=True)
    builder.add_unsigned_field("digest", fast=True)
    for field in FIELDS:
        builder.add_text_field(field, tokenizer_name="folded", index_option="position")
    builder.add_text_field(BAG, tokenizer_name="folded", index_option="freq")
    for facet in FACETS:
        chosen, counted = facet_field(facet), counted_field(facet)
        if chosen != counted:
            builder.add_text_field(chosen, tokenizer_name="raw", index_option="basic")
        also = "raw" if chosen == counted else "column"
        builder.add_text_field(counted, fast=True, tokenizer_name=also, index_option="basic")
        if facet in LONG:
            builder.add_unsigned_field(numbered_field(facet), fast=True)
            builder.add_text_field(named_field(facet), tokenizer_name="raw", index_option="basic")
    builder.add_unsigned_field("rank", fast=True)
    builder.add_unsigned_field("quality", fast=True)
    builder.add_text_field("order", fast=True, tokenizer_name="column", index_option="basic")
    builder.add_text_field("topic", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("person", tokenizer_name="raw", index_option="basic")
    builder.add_bytes_field("title_shown", stored=True)
    builder.add_bytes_field("about", stored=True)
    return builder.build()


def register_tokenizers(index: tantivy.Index) -> None:
    """Tell an index that was opened what the names of tokenizers in the schema stand for.

    What is ``folded`` has spaces between its words. A ``column`` is sorted or counted by its
    values, and never searched: a list of all titles as terms would cost a tenth of the writing.
    """
    whole, words = tantivy.Tokenizer.raw(), tantivy.Tokenizer.whitespace()
    nothing = tantivy.TextAnalyzerBuilder(whole).filter(tantivy.Filter.remove_long(0))
    index.register_tokenizer("folded", tantivy.TextAnalyzerBuilder(words).build())
    index.register_tokenizer("column", nothing.build())
    index.register_fast_field_tokenizer("column", tantivy.TextAnalyzerBuilder(whole).build())


def facet_field(facet: str) -> str:
    """Return the field that has each value, for choosing."""
    return f"facet_{facet}"


def counted_field(facet: str) -> str:
    """Return the field that has all values of a record as one, for counting.

    Few records differ in their set of levels or languages, and the engine counts a column with
    one value each ten times faster than one with several; five times faster still where no
    record is without. Of long facets nearly every set differs: each value is counted by itself.
    """
    return facet_field(facet) if facet in SINGLE or facet in LONG else f"counted_{facet}"


def numbered_field(facet: str) -> str:
    """Return the field that has the values of a long facet as numbers, for counting.

    That takes a fifth of the time: of text the engine looks up each value that it counts, in each
    of its files, also where eight of thousands are shown.
    """
    return f"numbered_{facet}"


def named_field(facet: str) -> str:
    """Return the field that has each value of a long facet behind its number, for finding it."""
    return f"named_{facet}"


def number(value: str) -> int:
    """Return the number of a value of a long facet: 16 bits in the order of values, 48 of a digest.

    Of a million values that begin with the same two bytes, any two have the same number once in
    five hundred such lists; they would be counted as one.
    """
    encoded = value.encode()
    digest = hashlib.blake2b(encoded, digest_size=_DIGEST).digest()
    return int.from_bytes(encoded[:_START].ljust(_START, b"\0") + digest)


def start(number: int) -> int:
    """Return what is the same in numbers of values that begin alike, and in the order of values."""
    return number >> 8 * _DIGEST


def named(value: str, number: int) -> str:
    """Return a value as it stands in the field of names; of "" what its number begins it with."""
    return f"{number:016x}{value}"


SCHEMA = _schema()


def term(field: str, word: str) -> Native:
    return Native.term_query(SCHEMA, field, word, "freq")


def among(field: str, words: Iterable[str]) -> Native:
    return Native.term_set_query(SCHEMA, field, list(words))


def chosen(facet: str, values: Iterable[str]) -> Native:
    """Return what has one of these values; what holds ``BETWEEN`` stands for none."""
    there = dict.fromkeys(value for value in values if value and BETWEEN not in value)
    return among(facet_field(facet), there) if there else Native.empty_query()


def _having(tree: Chosen) -> Native:
    """Return what has a value that is chosen, or one in a span."""
    spans = [found for choice in tree.values if (found := ends(tree.facet, choice))]
    values = chosen(tree.facet, (v for v in tree.values if not ends(tree.facet, v)))
    if not spans:
        return values
    pattern = "|".join(dict.fromkeys(_between(*span) for span in spans))
    return some([values, Native.regex_query(SCHEMA, facet_field(tree.facet), pattern)])


def _between(first: str, last: str) -> str:
    """Return a pattern of the numbers from one to another, of as many digits."""
    rest = len(first) - 1
    if not first.strip("0") and not last.strip("9"):
        return "[0-9]" * len(first)
    if first[0] == last[0]:
        return first[0] + _between(first[1:], last[1:])
    ways = [first[0] + _between(first[1:], "9" * rest), last[0] + _between("0" * rest, last[1:])]
    if int(last[0]) - int(first[0]) > 1:
        ways.append(f"[{int(first[0]) + 1}-{int(last[0]) - 1}]" + "[0-9]" * rest)
    return f"({'|'.join(ways)})"


def below(column: str, value: int) -> Native:
    """Return the query for what has less than a value in a column of numbers."""
    number = tantivy.FieldType.Unsigned
    return Native.range_query(SCHEMA, column, number, 0, value, include_upper=False)


def every(queries: Iterable[Native]) -> Native:
    return Native.boolean_query([(Occur.Must, query) for query in queries])


def some(queries: Iterable[Native]) -> Native:
    return Native.boolean_query([(Occur.Should, query) for query in queries])


EVERYTHING_AND_MARKER = Native.all_query()
EVERY_RECORD = Native.boolean_query(
    [(Occur.Must, EVERYTHING_AND_MARKER), (Occur.MustNot, term("id", MARKER))]
)


def without(searcher: tantivy.Searcher, found: Native, grain: Grain) -> Native:
    """Leave documents of a grain out of what is found, which costs nothing where there are none."""
    if not searcher.doc_freq("grain", grain):
        return found
    return Native.boolean_query([(Occur.Must, found), (Occur.MustNot, term("grain", grain))])


def native_query(tree: Tree) -> Native:
    """Return the engine's query for a tree in which all words have their field."""
    match tree:
        case Words(weight=1.0):
            return _in_field(tree.field, tree.words)
        case Words():
            return Native.boost_query(_in_field(tree.field, tree.words), tree.weight)
        case Chosen():
            return Native.const_score_query(_having(tree), 0.0)
        case Any(least=1):
            return some(map(native_query, tree.parts))
        case Any():
            parts = [(Occur.Should, native_query(part)) for part in tree.parts]
            return Native.boolean_query(parts, minimum_number_should_match=tree.least)
        case Not():
            tree = All((tree,))
    wanted = [native_query(part) for part in tree.parts if not isinstance(part, Not)]
    barred = [native_query(part.part) for part in tree.parts if isinstance(part, Not)]
    return Native.boolean_query(
        [(Occur.Must, query) for query in wanted or [EVERY_RECORD]]
        + [(Occur.MustNot, query) for query in barred]
    )


def _in_field(field: str, words: Sequence[str]) -> Native:
    if len(words) == 1:
        return term(field, words[0])
    return Native.phrase_query(SCHEMA, field, list(words))


def marker(seq: int) -> tantivy.Document:
    """Return the document that keeps the number of the last change."""
    native = tantivy.Document()
    native.add_text("id", MARKER)
    native.add_unsigned("seq", seq)
    for facet in FACETS:
        if facet not in LONG:
            native.add_text(counted_field(facet), BETWEEN)
    return native


def native_json(document: Document) -> str:
    """Return the document as JSON, which the binding takes in with one call; bytes are base64."""
    facets = document.facets
    there = [_facet_json(facet, facets.get(facet, ())) for facet in FACETS]
    rest = {
        "id": document.key,
        "grain": document.grain or (),
        "seq": document.seq,
        "digest": document.digest,
        BAG: document.bag,
        "rank": document.rank,
        "quality": document.quality,
        "order": document.order,
        "topic": document.subjects,
        "person": document.people,
        "title_shown": document.title.encode(),
        "about": document.about.encode(),
        **document.texts,
    }
    return f"{{{''.join(there)}{_encode(rest).decode()[1:]}"


_encode = msgspec.json.Encoder().encode


@functools.lru_cache(maxsize=8192)
def _facet_json(facet: str, values: tuple[str, ...]) -> str:
    """Return the fields of one facet, to stand before others: few sets of values are new."""
    fields: dict[str, str | tuple[str, ...] | tuple[int, ...]] = {}
    if values:
        fields[facet_field(facet)] = values
    if facet not in LONG:
        fields[counted_field(facet)] = BETWEEN.join(sorted(values)) or BETWEEN
    elif values:
        numbers = tuple(map(number, values))
        fields[numbered_field(facet)] = numbers
        fields[named_field(facet)] = tuple(map(named, values, numbers))
    return "".join([f'"{name}":{_encode(value).decode()},' for name, value in fields.items()])
