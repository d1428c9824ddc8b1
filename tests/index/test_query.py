"""Anything may be typed, and it means the same to every engine."""

from __future__ import annotations

import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from catalog.index.query import (
    CUT,
    EMPTY,
    EVERYTHING,
    MOST_TERMS,
    NAMES,
    REPAIRED,
    WILDCARD,
    All,
    Any,
    Not,
    Tree,
    Words,
    parse,
    sought,
)


def word(*words: str, field: str = "") -> Words:
    return Words(words, field)


def together(*words: str) -> Words:
    return Words(words, loose=True)


A, B, C = word("a"), word("b"), word("c")


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("", EVERYTHING),
        ("   ", EVERYTHING),
        ("a", A),
        ("A b", All((A, B))),
        ("a AND b", All((A, B))),
        ("a EN b", All((A, B))),
        ("a and b", All((A, word("and"), B))),  # only capitals are operators
        ("a OR b", Any((A, B))),
        ("a OF b", Any((A, B))),
        ("a b OR c", All((A, Any((B, C))))),  # OR ties its two neighbours
        ("a AND b OR c", Any((All((A, B)), C))),
        ("a NOT b", All((A, Not(B)))),
        ("a AND NOT b", All((A, Not(B)))),
        ("NIET a", Not(A)),
        ("NOT (a OR b)", Not(Any((A, B)))),
        ("NOT NOT a", A),
        ("(a OR b) c", All((Any((A, B)), C))),
        ('"a b" c', All((word("a", "b"), C))),
        ('"a b"~3', word("a", "b")),  # no slop
        ("e-learning", together("e", "learning")),
        ('"e-learning"', word("e", "learning")),
        ("titel:a b", All((word("a", field="title"), B))),
        ("Titel: a", word("a", field="title")),
        ('auteur:"Vries, de"', word("vries", "de", field="creator")),
        ("onderwerp:(a OR b)", Any((word("a", field="subject"), word("b", field="subject")))),
        ("doi:10.1000/182", word("10", "1000", "182", field="identifier")),
        ("9789:1", word("9789", "1")),  # no field of ours
        ("http://title:80/x", word("title", "x")),  # http or https, www. or not, and no port
        ("https://www.A.nl/b_c/?utm_source=x#top", word("a", "nl", "b_c")),
        ("www.a.nl/b", word("a", "nl", "b")),
        ("(https://a.nl/b)", word("a", "nl", "b")),
        ('"https://a.nl b"', word("https", "a", "nl", "b")),  # no address, but words
        ("titel:", word("titel")),
        ("-x +y", All((Not(word("x")), word("y")))),
        ('a -"b c"', All((A, Not(word("b", "c"))))),
        ("a -(b OR c)", All((A, Not(Any((B, C)))))),
        ('"a -b"', word("a", "b")),
        ("a - b", All((A, B))),
        ("titel:-a", word("a", field="title")),
        ("aa--b -", together("aa", "b")),
        ("b* ?c [a TO z] x~ y^9", All((B, C, A, word("to"), word("z"), word("x"), word("y", "9")))),
        ("“a b” c", All((word("a", "b"), C))),  # as word processors and phones have quotes
        ("„a b” c", All((word("a", "b"), C))),
        ("„a b“ c", All((word("a", "b"), C))),
        ("«a b» c", All((word("a", "b"), C))),
        ("»a b« c", All((word("a", "b"), C))),
        ('«a “b” "c"»', word("a", "b", "c")),
        ('"a “b” c"', word("a", "b", "c")),
        ("titel:“a b”", word("a", "b", field="title")),
        ("Titel: „a b”", word("a", "b", field="title")),
        ("\u2018a b\u2019", All((A, B))),  # an apostrophe is no quote
        ("a “b c", All((A, B, C))),
        ("a -“b c”", All((A, Not(word("b", "c"))))),
        ("a \u2013“b c”", All((A, Not(word("b", "c"))))),
        ("a \u2013b", All((A, Not(B)))),  # en dash
        ("a \u2212b", All((A, Not(B)))),  # minus sign
        ("a \u2011b", All((A, Not(B)))),  # non-breaking hyphen
        ("\u2013a (b \u2013c)", All((Not(A), B, Not(C)))),
        ("a \u2013 b", All((A, B))),
        ("a—b", word("a", "b")),
        ("2010\u20132015", word("2010", "2015")),
        ("a\u2013b", word("a", "b")),
        ("pagina\u2019s", word("pagina")),
        ("'s avonds", word("avonds")),
        ("\u2019s Avonds", word("avonds")),
        ("\u2018T gooi", word("gooi")),
        ("rock 'n' roll", All((word("rock"), word("roll")))),
        ("'s-gravenhage", word("gravenhage")),
        ("'sla don't", All((word("sla"), together("don", "t")))),
        ('"\'s avonds"', word("s", "avonds")),
        ("s avonds", All((word("s"), word("avonds")))),
        ("web2.0", Any((word("web2", "0"), word("web", "2", "0")))),
        (
            "titel:web2.0",
            Any(tuple(word(*w, field="title") for w in (["web2", "0"], ["web", "2", "0"]))),
        ),
        ('"web2.0"', word("web2", "0")),
        ("10.1000/xyz123", word("10", "1000", "xyz123")),
        ("978-90-274-3964-2", word("9789027439642")),
        ("90-274-3964-8", word("9789027439642")),  # ISBN-10 becomes the 13 digits
        ("1234567890", word("1234567890")),  # ten digits, but not an ISBN
        ("978-90-274-3964-3", word("978", "90", "274", "3964", "3")),  # nor with a wrong last one
        ("978\u201190\u2011274\u20113964\u20112", word("9789027439642")),
        ("978 90 274 3964 2 a", All((word("9789027439642"), A))),
        ("90 274 3964 8", word("9789027439642")),
        ("2 978 90 274 3964 2 3", All((word("2"), word("9789027439642"), word("3")))),
        ("2010 2015 3 4", All(tuple(map(word, ("2010", "2015", "3", "4"))))),
        ("06 12345678", All((word("06"), word("12345678")))),
        ('isbn:"978 90 274 3964 2"', word("9789027439642", field="identifier")),
        ("isbn: 978 90 274 3964 2", word("9789027439642", field="identifier")),
        ("ISBN 978 90 274 3964 2", word("9789027439642", field="identifier")),
        ("ISBN-10: 90-274-3964-8", word("9789027439642", field="identifier")),
        ("ISBN 1012345678", word("1012345678", field="identifier")),
        ("isbn a", All((word("isbn"), A))),
        ("ISSN 12345679", word("1234", "5679", field="identifier")),
        ("12345679", word("12345679")),  # eight digits, and not said to be an ISSN
        ("https://doi.org/10.1000/182", word("10", "1000", "182")),
        ("HTTP://dx.doi.org/10.1000/182.", word("10", "1000", "182")),
        ("doi.org/10.1000/182", word("10", "1000", "182")),
        ("DOI: https://doi.org/10.1000/182", word("10", "1000", "182", field="identifier")),
        ("DOI 10.1000/182", word("10", "1000", "182", field="identifier")),
        ("https://hdl.handle.net/1887/4567", word("1887", "4567")),
        ("hdl:1887/4567", word("1887", "4567")),
        ("AND", word("and")),
        ("a AND", All((A, word("and")))),
        ("NOT", word("not")),
        ("()", EVERYTHING),
        ("NOT ()", EVERYTHING),
        ("a 😀", A),
    ],
)
def test_what_a_query_means(text: str, tree: Tree) -> None:
    assert parse(text).tree == tree


@pytest.mark.parametrize(
    ("text", "notices"),
    [
        ("a (b OR c)", ()),
        ('"open', (REPAIRED,)),
        ("“a b”", ()),
        ("a*", (WILDCARD,)),
        ("*a* b", (WILDCARD,)),
        ("titel:*a OR (b*)", (WILDCARD,)),
        ("*", (EMPTY,)),
        ("a * b 2*3 C*-algebra wat?", ()),
        ('"a*" b', ()),
        ("12”", ()),  # no quote without its partner
        ("(a", (REPAIRED,)),
        (")a(", (REPAIRED,)),
        ("😀", (EMPTY,)),
        ('""', (EMPTY,)),
        ("-", (EMPTY,)),
        ("()", (EMPTY,)),
        ("::", (EMPTY,)),
        ('"', (EMPTY,)),  # there are no words that it was read as
        ("((((((", (EMPTY,)),
        ('"(* 😀', (EMPTY,)),
        ("", ()),
        ("  ", ()),
        ("x" * 301, (CUT,)),
        (" ".join(f"w{n}" for n in range(MOST_TERMS)), ()),
        (" ".join(f"w{n}" for n in range(MOST_TERMS + 1)), (CUT,)),
        ("woord " * 10_000, (CUT,)),
        ("(" * 5_000, (CUT, EMPTY)),
    ],
)
def test_notices_say_what_was_done(text: str, notices: tuple[str, ...]) -> None:
    assert parse(text).notices == notices


def test_the_cut_is_between_words() -> None:
    words = [f"woord{n}" for n in range(60)]
    assert set(sought(parse(" ".join(words)).tree)) <= set(words)


MANY = " ".join(f"woord{n}" for n in range(60))


@pytest.mark.parametrize(
    ("before", "opened", "closed"),
    [
        ("python ", "-(java OR beginners OR ", ")"),
        ("python ", "-(java (beginners) (scratch OR ", "))"),
        ("python ", '-"java ', '"'),
        ("python ", "-“java ", "”"),
        ("python ", "titel:(java OR ", ")"),
        ("python ", '-(java OR "', '")'),
        ("", '"java ', '"'),
        ("", "„java ", "“"),
    ],
)
@pytest.mark.parametrize("ending", [0, 60, 70, 400])  # the last: its partner was cut off before
def test_what_is_open_at_the_cut_is_closed_there(
    before: str, opened: str, closed: str, ending: int
) -> None:
    joined = " OR " if opened.endswith("OR ") else " "
    whole = before + opened + MANY.replace(" ", joined)
    typed = whole[: 300 + ending] + (closed if ending < 400 else "")
    question = parse(typed)
    short = parse(before + opened + "woord0" + joined + "woord1" + closed).tree
    assert question.notices == (CUT,)
    assert set(sought(question.tree)) - set(sought(short)) <= set(MANY.split())
    assert _shape(question.tree) == _shape(short)


def _shape(tree: Tree) -> object:
    """Return what a tree is made of, whatever the number of its words."""
    if isinstance(tree, Not):
        return ("not", _shape(tree.part))
    if isinstance(tree, All | Any):
        return (type(tree), tuple(dict.fromkeys(map(_shape, tree.parts))))
    return (type(tree), len(getattr(tree, "words", ())) > 1)


def test_an_operator_at_the_cut_is_no_word() -> None:
    for operator in ("OR", "NOT", "AND", "titel:", "-", "AND NOT"):
        start = "woord " * 49
        typed = f"({start}{operator}".ljust(301) + " woord woord)"
        assert set(sought(parse(typed).tree)) == {"woord"}, operator


def test_words_under_not_are_not_sought() -> None:
    assert list(sought(parse('a NOT b "c d"').tree)) == ["a", "c", "d"]


hostile = st.lists(
    st.one_of(
        st.sampled_from(['"', "(", ")", "AND", "OR", "NOT", "EN", ":", "*", "[", "TO", "~", "\0"]),
        st.sampled_from(["“", "”", "«", "\u2013", "'s", "978 90 ", "https://", "doi:10.1000/"]),
        st.sampled_from([f"{name}:" for name in NAMES]),
        st.text(max_size=8),
    ),
    max_size=60,
).map(" ".join)


@given(st.one_of(st.text(), hostile, hostile.map(lambda text: text.replace(" ", ""))))
@example("(" * 150 + "a" + ")" * 150)
@example("NOT " * 75)
@example("title:" * 50)
@example("(a OR (b AND " * 23)
@example("\ud800")
def test_never_raises(text: str) -> None:
    start = time.perf_counter()
    tree = parse(text).tree
    assert time.perf_counter() - start < 1
    assert len(list(sought(tree))) <= MOST_TERMS
