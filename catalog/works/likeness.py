"""How alike two titles are: equal, one without its subtitle, spelt otherwise, or different."""

from __future__ import annotations

from typing import Literal

from catalog.works.lexicon import lexicon
from catalog.works.titles import Title

Likeness = Literal[
    "equal",
    "remarked",
    "reordered",
    "shorter",
    "inside",
    "near",
    "loose",
    "foreign",
    "different",
    "unknown",
]

_SHORTEST, _LONG = 4, 7  # letters of words in which a slip or another spelling is looked for
_TOLD = 4  # times more that subtitles must have in common than what they differ in
_MOST = 2  # words that may be spelt otherwise


def likeness(one: Title, other: Title) -> Likeness:
    """Say how alike two titles are, apart from their marks. It is symmetric."""
    if one.full == other.full:
        return "equal"
    if one.companions != other.companions:
        return _apart(one, other)
    if len(one.full) > len(other.full):
        one, other = other, one
    if one.full == other.proper:  # "Title" and "Title (House of Publishing)"
        return "remarked"
    if other.full.startswith(one.full + " "):
        return "shorter" if _at_border(other, len(one.full)) else "loose"
    if one.full in other.parts:
        return "inside"
    return _spelt(one, other)


def _apart(one: Title, other: Title) -> Likeness:
    """Say what titles are that differ: in two languages they may yet mean the same."""
    known = one.language and other.language
    return "foreign" if known and one.language != other.language else "different"


def _spelt(one: Title, other: Title) -> Likeness:
    """Compare titles word by word."""
    if _joined(one.full) == _joined(other.full):
        return "equal"
    words, others = one.full.split(), other.full.split()
    if len(words) == len(others):
        if sorted(words) == sorted(others):
            return "reordered"
        if _variants(words, others):
            return "near"
    subtitled = len(one.parts) > 1 and len(other.parts) > 1 and one.head == other.head
    if subtitled and _tails(set(words), set(others)):
        return "near"
    return _apart(one, other)


def _at_border(title: Title, length: int) -> bool:
    end = -1
    for part in title.parts:
        end += len(part) + 1
        if end >= length:
            return end == length
    return False


def _joined(text: str) -> str:
    return text.replace(" ", "")


def _tails(words: set[str], others: set[str]) -> bool:
    """Tell whether subtitles of one title differ only in words that tell little."""
    weight = lexicon().weight
    apart = words ^ others
    if any(word.isdecimal() for word in apart):
        return False
    return sum(map(weight, apart)) * _TOLD < sum(map(weight, words & others))


def _variants(words: list[str], others: list[str]) -> bool:
    """Tell whether titles of as many words differ only in how one or two are spelt."""
    apart = [pair for pair in zip(words, others, strict=True) if pair[0] != pair[1]]
    return (
        len(apart) <= _MOST
        and len(apart) < len(words)
        and all(_variant(one, other) for one, other in apart)
    )


_SPELLINGS = (
    ("isation", "ization"), ("ise", "ize"), ("ising", "izing"), ("our", "or"), ("ogue", "og"),
    ("re", "er"), ("ll", "l"), ("ph", "f"), ("ae", "e"), ("oe", "e"),
)  # fmt: skip
_ENDINGS = frozenset({"s", "es", "e", "en", "n"})


def _variant(one: str, other: str) -> bool:
    """Tell whether two words are one: "theories", "theory"; "behaviour", "behavior"; a slip."""
    if len(one) > len(other):
        one, other = other, one
    if len(one) < _SHORTEST or not one.isalpha() or not other.isalpha():
        return False
    if other.startswith(one) and other[len(one) :] in _ENDINGS:
        return True
    if one.endswith("y") and other == one[:-1] + "ies":
        return True
    if any(one.replace(a, b) == other.replace(a, b) for a, b in _SPELLINGS):
        return True
    return len(one) >= _LONG and _slip(one, other)


def _slip(one: str, other: str) -> bool:
    """Tell whether a letter was left out, or two were exchanged, behind the first three."""
    if one[:3] != other[:3]:
        return False
    place = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), len(one))
    if len(other) == len(one) + 1:
        return one[place:] == other[place + 1 :]
    swapped = one[:place] + one[place : place + 2][::-1] + one[place + 2 :]
    return len(one) == len(other) and swapped == other
