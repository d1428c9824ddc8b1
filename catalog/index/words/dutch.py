"""Endings of Dutch words: what a word may be when its ending goes. Spelling only, no word list.

Dutch spelling keeps a vowel long by doubling it or by leaving its syllable open (school, scholen)
and short by doubling the consonant (les, lessen); z and v become s and f at the end (huis, huizen).
All words are folded (``catalog.index.analysis``), so that ``theorieen`` stands for ``theorieën``.
"""

from __future__ import annotations

import re

_VOWELS = frozenset("aeiouy")
_SHORTEST = 3  # letters of what an ending may leave
_HARD = {"z": "s", "v": "f"}
_ADJECTIVES = ("ische", "lijke", "ige", "ende")
# of words from other languages, by their last letters: formatieve, sociale, renale, dubieuze
_ROMANCE = {
    "aire": "air",
    "ale": "aal",
    "ane": "aan",
    "ele": "eel",
    "euze": "eus",
    "ieve": "ief",
    "oire": "oir",
}
_IN_EREN = re.compile(r"(?:ge(?=.*d$))?(\w{3,}eer)(?:t|d|de|den)")  # forms of such verbs
_LONG = 7  # letters of such a word, at least
_SMALL = ("sje", "kje", "fje", "chtje", "stje")
_ENDING = frozenset("ensdt")  # last letters of all endings that go
_PLURAL_S = ("els", "ems", "ens", "ers", "aars", "oors", "es")


def grounds(trunk: str) -> list[str]:
    """Return what ``trunk`` + ``e...`` may be without that ending, the likelier first."""
    last = trunk[-1]
    if last in _VOWELS or len(trunk) < _SHORTEST:
        return [trunk]
    if last == trunk[-2]:
        return [trunk[:-1]]
    hard = trunk[:-1] + _HARD.get(last, last)
    vowel = trunk[-2]
    if vowel in "aeou" and (trunk[-3] not in _VOWELS or trunk[-3:-1] in ("ia", "ea", "io", "ue")):
        return [hard[:-1] + vowel + hard[-1], hard]
    return [hard, trunk[:-1] + "er"] if trunk.endswith("ier") else [hard]  # dier-en, kopi-eren


def strip(word: str) -> str:
    """Return an unknown word without its plural or adjective ending; one step, always the same."""
    if word[-1:] not in _ENDING or len(word) <= _SHORTEST + 1:
        return word
    if word.endswith("heden"):
        return word[:-4] + "eid"
    if word.endswith(("eeen", "ieen", *_SMALL)):
        return word[:-2]
    verb = _IN_EREN.fullmatch(word)  # ge-automatiseer-d
    if word.endswith("en") and not verb:
        return _ground(word[:-2], word)
    plural = word.endswith(_PLURAL_S) and not word.endswith(("les", "mens"))  # videoles
    participle = word.endswith("end") and len(word) > _SHORTEST * 2  # frezend
    if plural or participle or word.endswith(_ADJECTIVES):
        return word[:-1]
    return verb[1] if verb else uninflected(word) or word


def uninflected(word: str) -> str:
    """Return an adjective from another language without its ending, or "": formatief."""
    for size in (4, 3) if len(word) >= _LONG and not word.endswith("keuze") else ():
        if ending := _ROMANCE.get(word[-size:]):
            return word[:-size] + ending
    return ""


def _ground(trunk: str, word: str) -> str:
    if len(trunk) < _SHORTEST or _VOWELS.isdisjoint(trunk):
        return word
    found = grounds(trunk)
    # oefen-en, wonder-en, handel-en: an e before l, n or r has no stress, and stays as it is
    unstressed = trunk[-2] == "e" and trunk[-1] in "lnr" and not _VOWELS.isdisjoint(trunk[:-2])
    return found[-1] if unstressed else found[0]
