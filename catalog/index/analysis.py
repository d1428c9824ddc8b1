"""Words: how text is folded and cut, the same for every engine, for queries and for highlighting.

Engines receive text that has been analysed here and only split it at spaces, so that a record
found by one engine is found by the other.

Folding is NFKD without marks, then casefold: ``Zoölogie``, ``ZOOLOGIE`` and ``zoologie`` are one
word. Soft hyphens and zero-width characters vanish, as they show nothing. What remains is cut at
everything that is not a letter, digit or underscore. Scripts that write no spaces between words
are cut into single characters, and a typed word of several becomes a phrase of them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

#: Stands between two values of one field, so that no phrase matches across them. It is no word
#: character, so that nobody can ask for it.
GAP = "|"

_WORD = re.compile(r"\w+")
_FOREIGN = re.compile(r"[^\x00-\x7f]+")

# Letters that Unicode takes for letters of their own, and readers for a variant of another.
_VARIANTS = {
    "ø": "o",
    "đ": "d",
    "ł": "l",
    "ħ": "h",
    "\N{LATIN SMALL LETTER DOTLESS I}": "i",
    "æ": "ae",
    "œ": "oe",
    "þ": "th",
}

# Thai to Myanmar, Khmer, kana, ideographs: no spaces between words.
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff"
                       r"\uf900-\ufaff\U00020000-\U0003ffff]")  # fmt: skip


def _fold_character(character: str) -> str:
    if unicodedata.category(character) == "Cf":
        return ""
    text = unicodedata.normalize("NFKD", character).casefold()
    text = "".join(_VARIANTS.get(c, c) for c in text if unicodedata.category(c)[0] != "M")
    text = "".join(c if c.isalnum() or c == "_" else " " for c in text)
    return _UNSPACED.sub(r" \g<0> ", text)  # of what it has become: one sign may stand for two


class _Folding(dict[int, str]):
    """Code point -> its folded form, worked out when a character is first met."""

    def __missing__(self, code: int) -> str:
        folded = self[code] = _fold_character(chr(code))
        return folded


_ASCII = "".join(_fold_character(chr(code)) for code in range(128))
_FOLDED = _Folding()


def fold(text: str) -> str:
    """Return the words of ``text``, folded, with spaces between them (and perhaps around)."""
    if not text.isascii():
        text = _FOREIGN.sub(_fold_run, text)
        if not text.isascii():  # another script: its letters are in their folded form by now
            return " ".join(_WORD.findall(text.casefold()))
    return text.translate(_ASCII)


def _fold_run(match: re.Match[str]) -> str:
    return match[0].translate(_FOLDED)


def tokens(text: str) -> list[str]:
    """Return the words of ``text``, folded."""
    return fold(text).split()


def spans(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield (start, end, word) of each word: where it stands in ``text``, and its folded form."""
    folded: list[str] = []
    origin: list[int] = []
    for place, character in enumerate(text):
        piece = _FOLDED[ord(character)]
        folded.append(piece)
        origin.extend([place] * len(piece))
    for match in _WORD.finditer("".join(folded)):
        yield origin[match.start()], origin[match.end() - 1] + 1, match[0]
