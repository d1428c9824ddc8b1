"""How alike two titles are: equal, one without its subtitle, spelt otherwise, or different."""

from __future__ import annotations

from typing import Literal

from catalog.works.lexicon import lexicon
from catalog.works.titles import Title

Likeness = Literal[
    "equal",
    "remarked",  # one has a remark in brackets more
    "reordered",
    "shorter",  # one has no subtitle
    "inside",  # one is another part of the other: "Series: title"
    "near",  # spelt otherwise
    "loose",  # the words of one are all in the other: enough only where more is shared
    "foreign",  # different, in two languages
    "different",
    "unknown",  # one has no title
]

_SHORTEST, _LONG = 4, 7  # letters of words in which a slip or another spelling is looked for
_TOLD = 4  # times more that subtitles must have in common than what they differ in
_STATEMENT = 4  # words at most: "a workbook", not a subtitle about teachers
_MOST = 2  # words that may be spelt otherwise


def are_strangers(one: Title, other: Title) -> bool:
    """Tell at a glance that titles differ: of most that do, one can, and ``likeness`` then says so.

    Each has a word that the other lacks, and more than may be spelt otherwise; and they cannot be
    the same letters with other spaces between them.
    """
    more, others = one.sketch & ~other.sketch, other.sketch & ~one.sketch
    if not more or not others or (more.bit_count() <= _MOST and others.bit_count() <= _MOST):
        return False
    ends = one.full[0] == other.full[0] and one.full[-1] == other.full[-1]
    return not ends or _joined(one.full) != _joined(other.full)


def likeness(one: Title, other: Title) -> Likeness:
    """Say how alike two titles are, apart from their marks. It is symmetric."""
    if one.full == other.full:
        return "equal"
    if are_strangers(one, other):
        return _apart(one, other)
    if len(one.full) > len(other.full):
        one, other = other, one
    if _holds(other, one.full):
        return _apart(one, other) if _accompanies(one, other) else _more(one, other)
    return _spelt(one, other)


def _holds(title: Title, text: str) -> bool:
    """Tell whether ``text`` is how a title begins, or one of its parts."""
    return title.full.startswith(text + " ") or text in title.parts or text == title.proper


def _accompanies(one: Title, other: Title) -> bool:
    """Tell whether what ``other`` has more says that it comes with the material: "workbook"."""
    lists = lexicon()
    words = set(one.full.split())
    more = [word for word in other.full.split() if word not in words]
    if len(more) <= _STATEMENT and not lists.companions.isdisjoint(more):
        return True
    return any(phrase in other.full and phrase not in one.full for phrase in lists.phrases)


def _more(one: Title, other: Title) -> Likeness:
    """Say what the longer of two titles has more."""
    if one.full == other.proper:  # "Title" and "Title (House of Publishing)"
        return "remarked"
    if not other.full.startswith(one.full + " "):
        return "inside"
    return "shorter" if _at_border(other, len(one.full)) else "loose"


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
    return _overlapping(one, other, set(words), set(others))


def _overlapping(one: Title, other: Title, words: set[str], others: set[str]) -> Likeness:
    """Say what titles are that have words of each other, and other words."""
    telling = min(one.info, other.info) >= 1
    if telling and words ^ others <= lexicon().shape:  # "MOOC Urban Nature"
        return "near"
    subtitled = len(one.parts) > 1 and len(other.parts) > 1 and one.head == other.head
    if subtitled and _tails(words, others):
        return "near"
    within = words <= others or others <= words
    if telling and within and not _accompanies(one, other):
        return "loose"
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
    """Tell whether one subtitle has all words of the other, and few that tell much besides."""
    more = words ^ others
    if (words - others and others - words) or any(map(str.isdecimal, more)):
        return False
    weight = lexicon().weight
    return sum(map(weight, more)) * _TOLD < sum(map(weight, words & others))


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
    if {one, other} <= lexicon().interchangeable:
        return True
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
