"""Marks: what a title says about which edition, part or year of something it is."""

from __future__ import annotations

import re

from catalog.works.lexicon import ROMAN, ROMAN_LETTERS, lexicon

Mark = tuple[str, str]  # what it is a number of, and the number: ("volume", "2")

# Stand between the parts of a title, and before one in brackets; no word holds them.
BREAK, REMARK = "|", "("

_YEAR = re.compile(r"(?:19|20)\d\d[a-c]?")
_DATED = re.compile(r"1\d{3}|20\d\d[a-c]?")
_ORDINAL = re.compile(r"(\d{1,3})(?:e|de|ste|st|nd|rd|th|a|o|er|eme|ed)")
_SECOND = re.compile(r"(\d{1,2})(?:e|ed)|v(\d{1,2})")
_NUMBER = re.compile(r"\d{1,4}[a-z]?")
_PLAIN = re.compile(r"[1-9]\d?")
_LARGEST = 20  # a bare number behind a title that counts volumes, not a number of a course
_LONGEST_STATEMENT = 6  # words before "edition"


def taken_apart(words: list[str], marks: list[Mark]) -> list[str]:
    """Return the words without editions, numbers of parts and years, which go to ``marks``."""
    lists = lexicon()
    left: list[str] = []
    place = 0
    while place < len(words):
        word = words[place]
        ahead = _next(words, place)
        if kind := lists.parts.get(word):
            if number := _numbered(words, ahead):
                value, place = number
                marks.append((kind, value))
                continue
            if left and (value := _counted(left[-1])):
                left.pop()
                marks.append((kind, value))
                place += 1
                continue
        if word in lists.editions and (after := _edition(words, place, left, marks)):
            place = after
            continue
        left.append(word)
        place += 1
    left = _bare(left, marks)
    if not any(map(str.isalnum, left)):  # "1984", "Part One": all there is
        marks.clear()
        return words
    return left


def _next(words: list[str], place: int) -> int:
    """Return the place of the next word; a border may stand between "deel" and its number."""
    ahead = place + 1
    return ahead + 1 if ahead < len(words) and words[ahead] == BREAK else ahead


def _counted(word: str) -> str:
    """Return the digits of an ordinal ("3rd", "tweede"), or ""."""
    if found := _ORDINAL.fullmatch(word):
        return found[1].lstrip("0")
    return lexicon().numbers.get(word, "")


def _numbered(words: list[str], place: int) -> tuple[str, int] | None:
    """Return the number at ``place``, and the place behind it: "2", "3.1" for 3 1, "b" for B."""
    if place >= len(words):
        return None
    word = words[place]
    value = ROMAN.get(word) or ROMAN_LETTERS.get(word) or lexicon().numbers.get(word, "")
    last = place + 1 == len(words) or words[place + 1] == BREAK
    if not value and _NUMBER.fullmatch(word):
        value = word.lstrip("0") or "0"
    if not value and len(word) == 1 and word.isalpha() and (last or word not in "aeyo"):
        value = word
    if not value:
        return None
    place += 1
    while place < len(words) and words[place].isdecimal() and not _YEAR.fullmatch(words[place]):
        value += "." + words[place].lstrip("0")
        place += 1
    return value, place


def _edition(words: list[str], place: int, left: list[str], marks: list[Mark]) -> int:
    """Read an edition statement around ``place``; return the place behind it, or 0 for none."""
    if _said_before(left, marks):
        return place + 1
    ahead = _next(words, place)
    if ahead < len(words):
        number = lexicon().numbers.get(words[ahead], "")
        if _NUMBER.fullmatch(words[ahead]):
            number = words[ahead].lstrip("0")
        if number:
            marks.append(("edition", number))
            return ahead + 1
    own = _since_border(left)
    if own and len(own) < len(left):  # "Title - Thompson Rivers University Edition"
        marks.append(("for", " ".join(own)))
        del left[-len(own) :]
        return place + 1
    return 0


def _said_before(left: list[str], marks: list[Mark]) -> bool:
    """Take "second revised", "1st Canadian" and "2015" from the end of ``left``."""
    lists = lexicon()
    taken = 0
    counted = False
    for word in reversed(left[-_LONGEST_STATEMENT:]):
        number = "" if counted else _counted(word)
        if not counted and _PLAIN.fullmatch(word):  # "2. Auflage"
            number = word
        if number or _YEAR.fullmatch(word):
            marks.append(("edition", number) if number else ("year", word))
            counted = True
        elif word in lists.regional and not counted:
            marks.append(("for", word))
        elif word not in lists.neutral and word not in lists.connecting:
            break
        taken += 1
    if taken:
        del left[-taken:]
    return taken > 0


def _since_border(left: list[str]) -> list[str]:
    """Return the words of the part of the title that ``left`` ends in; few, or none."""
    for count, word in enumerate(reversed(left)):
        if word in (BREAK, REMARK):
            return left[len(left) - count :]
        if count == _LONGEST_STATEMENT:
            break
    return []


def _bare(words: list[str], marks: list[Mark]) -> list[str]:
    """Return ``words`` without years, and without "2e" and small numbers behind a title."""
    left: list[str] = []
    years: list[str] = []
    for place, word in enumerate(words):
        if _DATED.fullmatch(word):
            years.append(word)
            if place + 1 == len(words) or not _DATED.fullmatch(words[place + 1]):
                _dated(years, left, marks)
                years = []
            continue
        last = place + 1 == len(words) or words[place + 1] == BREAK
        plain = _plain(word, last=last and bool(left))
        if not (last and left and _counts(plain, marks)):
            left.append(plain)
    return left


def _dated(years: list[str], left: list[str], marks: list[Mark]) -> None:
    """Take one year for that of an edition; several are the time that a title is about."""
    if len(years) > 1:
        marks.append(("years", "-".join(years)))
    elif _YEAR.fullmatch(years[0]):
        marks.append(("year", years[0]))
    else:
        left.append(years[0])


def _plain(word: str, *, last: bool) -> str:
    """Return a number in one spelling: "2" for "02" and "II", and for a last "I" "1"."""
    if word[0] == "0" and word.isdecimal():
        return word.lstrip("0") or "0"
    return ROMAN.get(word) or (ROMAN_LETTERS.get(word) if last else None) or word


def _counts(word: str, marks: list[Mark]) -> bool:
    """Tell whether the last word of a part is an edition, "2e" or "v2", or counts volumes, "2"."""
    if found := _SECOND.fullmatch(word):
        marks.append(("edition", found[1] or found[2]))
        return True
    if _PLAIN.fullmatch(word) and int(word) <= _LARGEST:
        marks.append(("number", word))
        return True
    return False
