"""Characters: NFC, nothing that XML forbids, nothing that cannot be seen, no mojibake."""

from __future__ import annotations

import re
from collections.abc import Callable
from unicodedata import is_normalized, normalize

from catalog.normalise.markup import marked

_ZWNJ_AND_ZWJ = "\u200c\u200d"


def _table() -> dict[int, str | None]:
    table: dict[int, str | None] = {}
    for code in (*range(0x20), 0x7F, *range(0xD800, 0xE000), *range(0xFDD0, 0xFDF0)):
        table[code] = None  # controls, lone surrogates and noncharacters: XML 1.0, 2.2
    for plane in range(17):
        table[plane * 0x10000 + 0xFFFE] = table[plane * 0x10000 + 0xFFFF] = None
    for code in range(0x80, 0xA0):  # cp1252 bytes that were declared ISO 8859-1
        table[code] = bytes([code]).decode("cp1252", "ignore") or None
    invisible = "\u00ad\u061c\u180e\u200b\u200e\u200f\u2060\u2061\u2062\u2063\u2064\ufeff"
    table |= dict.fromkeys(map(ord, invisible), None)
    for code in (*range(0x202A, 0x202F), *range(0x2066, 0x2070), *range(0xFFF9, 0xFFFC)):
        table[code] = None  # bidi overrides and isolates can make a title read as another
    table |= dict.fromkeys(range(0xE000, 0xF900), None)  # private: a meaning only its font knows
    table |= dict.fromkeys(range(0xE0000, 0xE0080), None)  # invisible tags
    table |= {0xF0B7: "\u2022", 0xF0A7: "\u2022"}  # bullets of Word's Symbol and Wingdings
    table |= {0x09: " ", 0x0A: "\n", 0x0B: "\n", 0x0C: "\n", 0x0D: "\n"}
    table |= {0x2028: "\n", 0x2029: "\n\n"}
    table |= dict.fromkeys((0xA0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000), " ")
    return table


_TABLE = _table()

# Zero-width joiners shape Persian, Indic scripts and emoji; beside anything else they are dirt.
_STRAY_JOINER = re.compile(
    f"(?<![\u0590-\U0010ffff])[{_ZWNJ_AND_ZWJ}]|[{_ZWNJ_AND_ZWJ}](?![\u0590-\U0010ffff])"
    f"|(?<=[{_ZWNJ_AND_ZWJ}])[{_ZWNJ_AND_ZWJ}]"
)

# UTF-8 read as cp1252: what the bytes C2, C3 and E2 80 look like with the byte after them.
_MOJIBAKE = re.compile(
    "[\u00c2\u00c3][\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc"
    "\u2013-\u2122]|\u00e2(?:\u20ac|\u0080)"
)


def _may_be_mojibake(text: str) -> bool:
    if "\u00c3" in text or "\u00c2" in text or "\u00e2" in text:  # three quick looks for most
        return _MOJIBAKE.search(text) is not None
    return False


def clean(text: str) -> bool:
    """Tell whether ``text`` is one line in which no normaliser of text has anything to do.

    Most values are; this is the fast way out, so it may say no to a clean text, never the reverse.
    """
    if not text.isprintable() or "  " in text or text != text.strip() or marked(text):
        return False
    return text.isascii() or (is_normalized("NFC", text) and not _may_be_mojibake(text))


def repaired(text: str) -> str:
    r"""Return ``text`` in NFC without forbidden and invisible characters; lines end in ``\n``."""
    if not text.isascii() and _may_be_mojibake(text):
        text = _reread(text)
    if not text.isprintable():
        text = text.replace("\r\n", "\n").translate(_TABLE)
        text = _STRAY_JOINER.sub("", text)
    return normalize("NFC", text)


def _reread(text: str) -> str:
    """Undo UTF-8 read as cp1252, where the whole text proves it; otherwise return it as it is.

    One accented letter that does not fit is proof enough against.
    """
    try:
        return b"".join(map(_byte, text)).decode("utf-8")
    except UnicodeError:
        return text


def _byte(character: str) -> bytes:
    if "\x80" <= character <= "\x9f":  # the five bytes that cp1252 leaves undefined, and others
        return character.encode("latin-1")
    return character.encode("cp1252")


def settled(text: str, step: Callable[[str], str]) -> str:
    """Apply ``step`` until nothing changes, so that doing it all again changes nothing.

    A text that is still changing after eight rounds (escaped eight times over, tags built out of
    tags) is an attack: it loses the characters that such a game needs.
    """
    for _ in range(8):
        after = step(text)
        if after == text:
            return text
        text = after
    text = text.replace("<", "").replace("&", "")
    for _ in range(8):
        text = step(text)
    return text
