"""Titles: what remains to be compared once editions, numbers of parts and years are taken out."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Collection

from msgspec import Struct

from catalog.works.lexicon import lexicon
from catalog.works.marks import BREAK, REMARK, Mark, taken_apart

LONGEST = 600  # characters; what follows tells nothing more
_WORDS = 80
_BITS = 60  # of a sketch: as many as fit in the smallest of Python's numbers but one
_FEW, _WORDY = 3, 0.15  # each word beyond a few makes a title rarer, whatever it tells

# Where a title goes over into a subtitle, a remark or a parallel title. A stop only after a word
# of some length: "Vol. 2" and "St. Louis" go on.
_BORDER = re.compile(
    r"[:;|=)\]}\u2014\u2015\u2192\u00bb\u00b7\u2022]+|(?<=\s)[-\u2010-\u2013/~]+(?=\s)|"
    r"(?<=\w)\u2013(?=\s)|(?<=\w{4})[.?!](?=\s)"
)
_BREAK = f" {BREAK} "
_REMARK = f" {BREAK} {REMARK} "
_OPEN = re.compile(r"[(\[{]")
# "Journal of geography, The"
_INVERTED = re.compile(
    r",\s+(?:the|an|de|het|een|der|die|das|les?|la|el|los|las|il|lo|gli)(?=\s*(?:[:/.;(]|\Z))",
    re.IGNORECASE,
)
_PLUS = re.compile(r"(?<=[\w+])\+")
_DIGIT = re.compile(r"\d")
_SHARP = re.compile(r"(?<=[A-Za-z])#")
_QUOTES = dict.fromkeys(map(ord, "'\u2018\u2019\u02bc\u0060\u00b4\u2032"), None)
_LETTERS = {
    "ø": "o", "đ": "d", "ł": "l", "æ": "ae", "œ": "oe", "þ": "th", "ß": "ss",
    "\N{LATIN SMALL LETTER DOTLESS I}": "i",
}  # fmt: skip
# No spaces between words: each sign is one.
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")


class Title(Struct, frozen=True, gc=False):
    """A title made comparable; ``text`` is how it was said.

    ``parts`` are its parts, folded, in order: title proper, subtitle, remarks; ``proper`` is all
    but remarks in brackets. ``info`` says how much it tells (see ``Lexicon.weight``). ``sketch``
    has a bit for each word but those for shape; different words may have the same one.
    """

    text: str
    full: str
    proper: str
    parts: tuple[str, ...]
    marks: tuple[Mark, ...]
    info: float
    sketch: int
    hollow: bool  # nothing but what it is: "Lecture notes", "Editorial"
    language: str = ""  # of the title, without a region

    @property
    def head(self) -> str:
        """The title proper."""
        return self.parts[0]


_KEPT = BREAK + REMARK


def folded(text: str) -> str:
    """Return ``text`` in lower case without accents, quotes and signs; words parted by a space."""
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text.translate(_QUOTES)).casefold()
        text = "".join([_LETTERS.get(c, c) for c in text if not unicodedata.combining(c)])
        text = _UNSPACED.sub(r" \g<0> ", text)
        return "".join([c if c.isalnum() or c in _KEPT else " " for c in text])
    return text.translate(_ASCII)


_ASCII = {
    code: "" if chr(code) in "'`" else chr(code).lower() if chr(code).isalnum() else " "
    for code in range(128)
    if chr(code) not in _KEPT
}


def read(text: str, language: str = "", makers: Collection[str] = ()) -> Title | None:
    """Return the title that ``text`` is, or None where no word is left of it.

    ``makers`` are the words of the names of makers and publishers: a part of the title made of
    those alone is left out ("Calculus / by Gilbert Strang", "Oceanography (Roger Williams
    University)").
    """
    said = text[:LONGEST]
    if "&" in said and ";" in said:
        said = html.unescape(said)
    text = said
    if "," in text:
        text = _INVERTED.sub("", text)
    if "+" in text or "#" in text:
        text = _SHARP.sub("sharp", _PLUS.sub("plus", text))
    if "(" in text or "[" in text or "{" in text:
        text = _OPEN.sub(_REMARK, text)
    words = folded(_BORDER.sub(_BREAK, text)).split()[:_WORDS]
    marks: list[Mark] = []
    lists = lexicon()
    if _DIGIT.search(text) or not lists.triggers.isdisjoint(words):
        words = taken_apart(words, marks)
    return _title(said, words, marks, language, makers)


def _title(
    text: str, words: list[str], marks: list[Mark], language: str, makers: Collection[str]
) -> Title | None:
    lists = lexicon()
    runs = _runs(words)
    telling = [run for place, run in enumerate(runs) if not _noise(run, place, makers)] or runs[:1]
    if not telling:
        return None
    proper = [run for run in telling if run[0] != REMARK]
    telling = [[word for word in run if word != REMARK] for run in telling]
    parts = tuple([" ".join(run) for run in telling])
    full = " ".join(parts)
    weights = [lists.weight(word) for run in telling for word in run]
    return Title(
        text=text,
        full=full,
        proper=_proper(proper) if 0 < len(proper) < len(telling) else full,
        parts=parts,
        marks=tuple(sorted(set(marks))),
        info=sum(weights) + _WORDY * max(0, len(weights) - _FEW),
        sketch=_sketch(telling),
        hollow=len(weights) <= _FEW
        and all(word in lists.forms or word.isdecimal() for run in telling for word in run),
        language=language.partition("-")[0],
    )


def _proper(runs: list[list[str]]) -> str:
    return " ".join([word for run in runs for word in run if word != REMARK])


def _sketch(runs: list[list[str]]) -> int:
    shape, found = lexicon().shape, 0
    for run in runs:
        for word in run:
            if word not in shape:
                found |= 1 << hash(word) % _BITS
    return found


def _noise(run: list[str], place: int, makers: Collection[str]) -> bool:
    """Tell whether a part of a title says only who made it, or in which shape it comes."""
    if not place:
        return False
    lists = lexicon()
    if run[0] == REMARK:
        run = run[1:]
    if run[0] in ("by", "door", "von", "par", "por") and len(run) > 1:
        run = run[1:]
    return all(word in makers or word in lists.shape or len(word) == 1 for word in run)


def _runs(words: list[str]) -> list[list[str]]:
    """Return the words of each part, without connecting words where others are left."""
    connecting = lexicon().connecting
    runs: list[list[str]] = []
    run: list[str] = []
    for word in (*words, BREAK):
        if word != BREAK:
            run.append(word)
        elif run and run != [REMARK]:
            runs.append(_without(run, connecting))
            run = []
        else:
            run = []
    return runs


def _without(run: list[str], connecting: Collection[str]) -> list[str]:
    """Leave connecting words out, but for a last one, and the A of "Mathematics A level"."""
    kept: list[str] = []
    before = ""
    for word in run[:-1]:
        if word not in connecting or (word == "a" and before in lexicon().subjects):
            kept.append(word)
        before = word
    return kept + run[-1:]
