"""Words are the same for every engine, for queries and for highlighting."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.index import bag
from catalog.index.analysis import fold, spans, tokens
from catalog.index.bag import analyse
from catalog.index.words import NONE


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("Zoölogie, ZOOLOGIE", ["zoologie", "zoologie"]),
        ("e\u0301tude étude", ["etude", "etude"]),  # decomposed and composed
        ("İstanbul \N{LATIN SMALL LETTER DOTLESS I}slak", ["istanbul", "islak"]),
        ("Straße ﬁlm x²", ["strasse", "film", "x2"]),
        ("Øresund Æsop Łódź", ["oresund", "aesop", "lodz"]),
        ("Σίσυφος ΣΊΣΥΦΟΣ", ["σισυφοσ", "σισυφοσ"]),
        ("pro\u00adduct zero\u200bwidth", ["product", "zerowidth"]),
        ("e-learning l'eau C++", ["e", "learning", "l", "eau", "c"]),
        ("机器学习 intro", ["机", "器", "学", "习", "intro"]),  # no spaces between words
        ("हिन्दी", ["हनद"]),  # marks go, and do not cut the word
        ("a\x00b\tc\ud800d", ["a", "b", "c", "d"]),
        ("0㊀ ㍿", ["0", "一", "株", "式", "会", "社"]),  # signs that stand for others
        ("😀 -- ¿?", []),
    ],
)
def test_words_are_folded(text: str, expected: list[str]) -> None:
    assert tokens(text) == expected


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)).split() == tokens(text)


@given(st.text())
def test_spans_are_the_words_and_where_they_stand(text: str) -> None:
    found = list(spans(text))
    assert [word for _, _, word in found] == tokens(text)
    assert all(0 <= start < end <= len(text) for start, end, _ in found)


def test_a_span_covers_the_word_as_written() -> None:
    text = "De zoe\u0308te so\u00adftware"
    assert [text[start:end] for start, end, _ in spans(text)] == [
        "De",
        "zoe\u0308te",
        "so\u00adftware",
    ]


def test_what_is_remembered_stays_small_and_says_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    words = [
        "boeken",
        "scholen",
        "lessen",
        "boeken",
        "kinderen",
        "docenten",
        "boeken",
        "hogeschooldocent",
    ]
    known = analyse(words, "nl")
    monkeypatch.setattr(bag, "_REMEMBERED", 3)
    small = bag._Analysed("nl", NONE)
    assert " ".join([small[word] for word in words]) == known
    assert len(small) <= 3
    assert " ".join([small[word] for word in words]) == known
