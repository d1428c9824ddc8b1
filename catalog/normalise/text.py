"""Titles, descriptions and keywords: plain text in NFC, without HTML and dirt."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterable

from catalog.normalise import language
from catalog.normalise.characters import clean, repaired, settled
from catalog.normalise.markup import text_of
from catalog.resource import Text

_BLANKS = re.compile(r"[ \t]+")
_PARAGRAPHS = re.compile(r"\n[ \t]*\n\s*")
_ITEM = re.compile(r"[-\u2013\u2022\u00b7\u2023\u25aa\u25cf\u25e6*]\s+(?=\S)")
_NUMBERED = re.compile(r"\d{1,2}[.)] ")

# A text is taken to be wrapped by hand when its longest line has a length in this range.
_NARROWEST, _WIDEST = 40, 120

_COMMA = re.compile(r",(?!\d)\s*|(?<!\d),\s*")
_KEYWORD_WORDS = 4
_LONGEST_KNOWN = 200  # characters of a keyword that is remembered
_NO_KEYWORD = frozenset({"n/a", "na", "null", "none", "undefined", "unknown", "geen"})


def plain(text: str) -> str:
    """Return ``text`` as one line of plain text."""
    if clean(text):
        return text
    return settled(text, _plain_step)


def _plain_step(text: str) -> str:
    return " ".join(repaired(text_of(text)).split())


def prose(text: str) -> str:
    r"""Return ``text`` as plain text: paragraphs parted by ``\n\n``, items of lists by ``\n- ``."""
    if clean(text):
        return text
    return settled(text, _prose_step)


def _prose_step(text: str) -> str:
    text = repaired(text_of(text))
    if "\n" not in text:
        return " ".join(text.split())
    return "\n\n".join(
        laid_out
        for paragraph in _PARAGRAPHS.split(text)
        if (laid_out := _laid_out(paragraph.split("\n")))
    )


def _laid_out(lines: list[str]) -> str:
    """Join the lines of a paragraph that were only wrapped, and part the others.

    Items of a list keep their line.
    """
    lines = [blankless for line in lines if (blankless := " ".join(line.split()))]
    width = max(map(len, lines), default=0)
    wrapped = _NARROWEST <= width <= _WIDEST
    parts: list[str] = []
    previous = ""
    for line in lines:
        item = _ITEM.sub("- ", line, count=1) if _ITEM.match(line) else line
        if not parts:
            parts.append(item)
        elif item is not line or item.startswith("- ") or _NUMBERED.match(line):
            parts += ("\n", item)
        elif wrapped and _goes_on(previous, line, width):
            parts += (" ", item)
        else:
            parts += ("\n\n", item)
        previous = line
    return "".join(parts)


def _goes_on(previous: str, line: str, width: int) -> bool:
    """Tell whether a line was wrapped: its next word did not fit, or is in mid-sentence."""
    if len(previous) + 1 + len(line.split(" ", 1)[0]) > width:
        return True
    return line[0].islower() and previous[-1] not in ".:;!?" and len(previous) > width / 2


def titles(said: tuple[Text, ...]) -> tuple[Text, ...]:
    """Return titles as single lines, each once, with clean language tags."""
    return _cleaned(said, plain)


def descriptions(said: tuple[Text, ...]) -> tuple[Text, ...]:
    """Return descriptions as paragraphs, each once, with clean language tags."""
    return _cleaned(said, prose)


def _cleaned(said: tuple[Text, ...], how: Callable[[str], str]) -> tuple[Text, ...]:
    if not said:
        return ()
    found = [_text(one, how) for one in said]
    if len(found) == 1:
        return tuple(found) if found[0].text else ()
    return _once(found)


def _text(said: Text, how: Callable[[str], str]) -> Text:
    text, tag = how(said.text), language.tag(said.language) if said.language else ""
    return said if text is said.text and tag == said.language else Text(text, tag)


def keywords(said: tuple[Text, ...]) -> tuple[Text, ...]:
    """Return single keywords, each once whatever its case; lists of keywords are split."""
    if not said:
        return ()
    found: list[Text] = []
    for one in said:
        found += _keywords(one.text, one.language)
    return _once(found, key=str.casefold)


def _keywords(text: str, tag: str) -> tuple[Text, ...]:
    if len(text) <= _LONGEST_KNOWN:
        return _known_keywords(text, tag)
    return _known_keywords.__wrapped__(text, tag)  # prose would fill the cache


@functools.lru_cache(maxsize=16384)
def _known_keywords(text: str, tag: str) -> tuple[Text, ...]:
    tag = language.tag(tag) if tag else ""
    return tuple(Text(word, tag) for word in _words(text))


def _once(found: Iterable[Text], key: Callable[[str], str] = str) -> tuple[Text, ...]:
    """Return the texts that say something; the first with a language wins."""
    kept: dict[str, Text] = {}
    for one in found:
        if not one.text:
            continue
        name = key(one.text)
        known = kept.setdefault(name, one)
        if one.language and not known.language:
            kept[name] = Text(known.text, one.language)
    return tuple(kept.values())


def _words(text: str) -> list[str]:
    """Return the keywords in one said value: parted by ; or |, or by commas where they are many.

    One comma is kept: "Holland, graafschap" is one keyword.
    """
    text = plain(text)
    if ";" in text or "|" in text:
        return [word for part in re.split(r"[;|]", text) for word in _words(part)]
    if text.count(",") > 1:
        parts = _COMMA.split(text)
        if len(parts) > 1 and all(len(part.split()) <= _KEYWORD_WORDS for part in parts):
            return [word for part in parts for word in _words(part)]
    word = text.strip(" ,:").lstrip("#")
    if word.endswith(".") and word.count(".") == 1:
        word = word[:-1]  # MARC ends headings in a full stop
    if word != text:
        return _words(word)
    return [word] if _says_something(word) else []


def _says_something(word: str) -> bool:
    return word.casefold() not in _NO_KEYWORD and any(map(str.isalnum, word))
