"""What is no part of a compound, though it looks like one, and how first parts look in it."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator

from catalog.index.words import dutch
from catalog.index.words.data import lines

SHORTEST = 3  # letters of a part
# What makes verbs and nouns of Dutch ones, whose last consonant is doubled before it
_SUFFIXES = frozenset({"eer", "eren", "eert", "eerd", "eerde", "eerden", "ering", "eringen"})
_OF_PLACES = frozenset({"erij", "erijen"})  # and names of what somebody does, or where
_VERBAL = ("en", "aan", "ien", "oen", "tun")


@functools.cache
def never(language: str) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """Return what is never a first part, never a last part, and never a compound."""
    first = frozenset(w for line in lines("affixes.txt", f"{language} first") for w in line)
    first |= frozenset(_finite(language))
    last = frozenset(w for line in lines("affixes.txt", f"{language} last") for w in line)
    whole = frozenset(w for line in lines("affixes.txt", f"{language} whole") for w in line)
    return first, first | last, whole


def _finite(language: str) -> Iterator[str]:
    """Yield the irregular forms of verbs, but for participles: stak, and not gestoken."""
    for base, *forms in lines("irregular.txt", language):
        if base.endswith(_VERBAL):
            yield from (form for form in forms if not form.startswith("ge"))


def first_part(form: str, language: str, find: Callable[[str], str]) -> Iterator[tuple[str, bool]]:
    """Yield the base of a first part as it stands in a compound, and whether it has a linking s.

    ``find`` returns the base of a form that may be a part, or "".
    """
    nobody = never(language)[0]
    if form not in nobody and (base := find(form)):
        # boer-de, of boeren, is a past tense and no first part; hog-e is
        past = language == "nl" and form.endswith(("de", "te")) and form != base
        if not past or base in dutch.grounds(form[:-1]):
            yield base, form != base and form.endswith("s")
        return
    bare = form.removesuffix("s")
    if SHORTEST <= len(bare) < len(form) and bare not in nobody and (base := find(bare)):
        yield base, True


def is_suffixed(word: str, place: int, language: str) -> bool:
    """Say whether a Dutch word goes on with a suffix there: model-leren, drukke-rij."""
    if language != "nl":
        return False
    doubled = word[place - 1] == word[place] and word[place + 1 :] in _SUFFIXES
    return doubled or word[place - 1 :] in _OF_PLACES
