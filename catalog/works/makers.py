"""Makers: whether two lists of names can be the same people, however the names are written."""

from __future__ import annotations

import functools
import re
from typing import Literal

from msgspec import Struct

from catalog.resource import Agent
from catalog.works.titles import folded

Agreement = Literal["several", "same", "some", "crossed", "namesake", "unknown", "unlike", "apart"]

_LONGEST = 200  # characters of a name
_PARTICLES = frozenset(
    {
        "van", "von", "de", "der", "den", "des", "du", "da", "das", "dos", "di", "del", "della",
        "la", "le", "ter", "ten", "te", "t", "op", "in", "het", "el", "al", "bin", "ibn", "of",
        "zu", "zur", "y", "e", "dr", "prof", "ir", "ing", "drs", "mr", "mrs", "ms", "phd", "msc",
        "bsc",
    }
)  # fmt: skip
_SUFFIXES = frozenset(("jr", "sr", "ii", "iii", "iv"))
#: Words of names that many organisations have in theirs; they tell none apart.
COMMON = frozenset(
    {
        "bv", "nv", "b", "v", "n", "inc", "ltd", "llc", "gmbh", "ag", "co", "corp", "corporation",
        "company", "publishers", "publishing", "publications", "press", "verlag", "uitgeverij",
        "uitgevers", "editions", "books", "group", "the", "of", "and", "for", "voor", "en", "de",
        "het", "van", "university", "universiteit", "universitat", "college", "hogeschool",
    }
)  # fmt: skip
_CAPITALS = re.compile(r"(?<=[a-z]\s)(?:[A-Z]\.?\s?){1,3}\Z")  # "Jansen PJ", "Swaroop C H"
_INITIAL_RUN = 3


class Maker(Struct, frozen=True, gc=False):
    """A person or organisation as compared.

    ``family`` are the last words of a name that a hyphen joins; ``given`` the rest, in order, as
    words or initials; ``words`` all of more than one letter. An organisation has words alone.
    """

    name: str  # as described, for showing
    words: frozenset[str]
    family: frozenset[str] = frozenset()
    given: tuple[str, ...] = ()
    orcid: str = ""


@functools.lru_cache(maxsize=4096)
def maker(agent: Agent) -> Maker:
    """Return what is compared of an agent."""
    name = agent.name[:_LONGEST]
    orcid = next((one for one in agent.ids if one.startswith("https://orcid.org/")), "")
    if agent.kind == "organisation":
        return Maker(name, body(name), orcid=orcid)
    family, given = _parted(name)
    words = frozenset([word for word in (*family, *given) if len(word) > 1])
    return Maker(name, words, frozenset(family), tuple(given), orcid)


@functools.lru_cache(maxsize=4096)
def publisher(agent: Agent) -> Maker:
    """Return what is compared of a publisher: an organisation, whatever it is said to be."""
    name = agent.name[:_LONGEST]
    return Maker(name, body(name))


def body(name: str) -> frozenset[str]:
    """Return the words of the name of an organisation, without those that all of them have."""
    words = frozenset(folded(name).split())
    return words - COMMON or words


def _parted(name: str) -> tuple[list[str], list[str]]:
    """Return the words of the family name and of the given names; particles are left out."""
    turned = ""
    if "," in name:
        family, _, given = name.partition(",")
        name, turned = f"{given} {family}", given
    elif found := _CAPITALS.search(name):
        name = f"{found[0]} {name[: found.start()]}"
    pieces = name.replace(".", " ").split()
    words = [folded(piece).split() for piece in pieces]
    kept = [word for word in words if word and word[-1] not in _SUFFIXES and not _particle(word)]
    if not kept:
        kept = [word for word in words if word]
    if not kept:
        return [], []
    before = len(folded(turned).split()) if turned else len(kept) - 1
    given_words = [w for word in kept[: min(before, len(kept) - 1)] for w in word]
    return [w for w in kept[-1] if w not in _PARTICLES] or kept[-1], _initials(given_words, pieces)


def _particle(words: list[str]) -> bool:
    return all(word in _PARTICLES for word in words)


def _initials(given: list[str], pieces: list[str]) -> list[str]:
    """Part initials that are written together: "PJ"."""
    together = {
        piece.lower() for piece in pieces if piece.isupper() and 1 < len(piece) <= _INITIAL_RUN
    }
    return [letter for word in given for letter in (word if word in together else [word])]


def agreement(ones: tuple[Maker, ...], others: tuple[Maker, ...]) -> Agreement:
    """Say how far two lists of makers agree. It is symmetric.

    "several": at least half of the shorter list, and more than one; "same": at least half of it,
    which is one; "some": fewer; "namesake": only a family name; "unknown": one list is empty;
    "unlike": one names people and the other organisations; "apart": nobody is in both.
    """
    if not ones or not others:
        return "unknown"
    if len(ones) > len(others):
        ones, others = others, ones
    shared = _found(ones, others)
    if shared:
        shared = min(shared, _found(others, ones))  # "A. Vis, Ans Vis" may be one twice
        return "some" if shared * 2 < len(ones) else "same" if shared == 1 else "several"
    if any(one.family & other.family for one in ones for other in others if one.family):
        return "namesake"
    people = any(one.family for one in ones)
    return "apart" if people == any(one.family for one in others) else "unlike"


def _found(ones: tuple[Maker, ...], others: tuple[Maker, ...]) -> int:
    """Return how many of ``ones`` are among ``others``."""
    return sum(any(is_same(one, other) for other in others) for one in ones)


def is_same(one: Maker, other: Maker) -> bool:
    """Tell whether two names can be one maker's: "Vries, A. de", "Anna Bea de Vries"."""
    if one.orcid and other.orcid:
        return one.orcid == other.orcid
    if one.words == other.words and (len(one.words) > 1 or not (one.given and other.given)):
        return True
    if not one.family or not other.family:
        return one_body(one, other)
    if one.family.isdisjoint(other.family):
        # Family name first without a comma, or two family names of which one is left out.
        return len(one.words & other.words) > 1 and (
            one.words <= other.words or other.words <= one.words
        )
    return not one.given or not other.given or _one_given(one.given, other.given)


def spelt_out(ones: tuple[Maker, ...], others: tuple[Maker, ...]) -> bool:
    """Tell whether a maker with a whole first name is in both lists: no mere initials."""
    names = {one.words for one in ones if len(one.words) > 1}
    return any(other.words in names for other in others)


def _one_given(ones: tuple[str, ...], others: tuple[str, ...]) -> bool:
    """Tell whether given names agree, word by word; further ones may be left out."""
    one, other = ones[0], others[0]
    if one == other:
        return True
    if one[0] != other[0]:
        # Known by the second name: "J. Robert Oppenheimer", "Robert Oppenheimer".
        return (len(other) > 1 and other in ones) or (len(one) > 1 and one in others)
    return len(one) == 1 or len(other) == 1 or one.startswith(other) or other.startswith(one)


def one_body(one: Maker, other: Maker) -> bool:
    """Tell whether two names of organisations are one's: "Springer", "Springer Verlag, Berlin"."""
    words, others = one.words, other.words
    return bool(words) and bool(others) and (words <= others or others <= words)
