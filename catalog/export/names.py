"""The parts of a person's name, for formats that ask for them.

The catalogue keeps names as they are spoken ("Anna van den Berg"), in which the parts are a guess:
the last word is the family name, with the particles before it. A guess that is wrong for a name is
still the whole name, in another order.
"""

from __future__ import annotations

import functools
import re

from msgspec import Struct

from catalog.resource import Agent

_PARTICLES = frozenset(
    """
    van de den der het 't ten ter te op in von vom zu zum zur la le les du des da das do dos di del
    della dalla el al bin ibn ben af av vande vander vanden d' l' s'
    """.split()  # noqa: SIM905 read as prose
)
#: Those that are part of the name where they have a capital, and are no given names.
_CAPITALISED = frozenset(
    "Van De Den Der Vande Vander Vanden Von Du La Le Des Dos Del Della".split()  # noqa: SIM905 prose
)
_ARTICLES = frozenset({"De", "Het", "Een", "The", "Der", "Die", "Das", "Les"})
#: Titles before a name, without their full stop, which no reference has.
_TITLES = frozenset(
    "prof dr drs ir ing mr mrs ms mw mevr dhr ds msc bsc phd dvm dipl pd".split()  # noqa: SIM905 prose
)
_SUFFIX = re.compile(r",?\s+(jr\.?|sr\.?|i{2,3}|iv)\Z", re.IGNORECASE)
_INITIALS = re.compile(r"(?:[^\W\d_]\.?-?){1,5}")
_MOST_WORDS = 6


class Name(Struct, frozen=True):
    """``particle`` stands before a family name and is not sorted by: "van den"."""

    family: str
    given: str = ""
    particle: str = ""
    suffix: str = ""
    title: str = ""

    @property
    def inverted(self) -> str:
        """Return "van den Berg, Dr. Anna"; the name as it is spoken where it has no given name."""
        family = " ".join(filter(None, (self.particle, self.family, self.suffix)))
        if not self.given:
            return f"{self.title} {family}".strip()
        given = f"{self.title} {self.given}".strip()
        return f"{family}, {given}"


@functools.lru_cache(maxsize=16384)
def parted(spoken: str) -> Name:
    """Return the parts of a person's name; all of it is the family name where there is a comma."""
    suffix = ""
    if found := _SUFFIX.search(spoken):
        suffix, spoken = found[1], spoken[: found.start()]
    words = spoken.split()
    if len(words) < 2 or "," in spoken:  # noqa: PLR2004 one word has no parts
        return Name(" ".join(words), suffix=suffix)
    last = len(words) - 1
    first = next((at for at, word in enumerate(words[:last]) if not _is_title(word)), last)
    start = next((at for at in range(first, last) if _begins_family(words[at], at > first)), last)
    family = next((at for at in range(start, last) if words[at] not in _PARTICLES), last)
    return Name(
        family=" ".join(words[family:]),
        given=" ".join(words[first:start]),
        particle=" ".join(words[start:family]),
        suffix=suffix,
        title=" ".join(words[:first]),
    )


def _is_title(word: str) -> bool:
    return word.rstrip(".").lower() in _TITLES


def _begins_family(word: str, given: bool) -> bool:  # noqa: FBT001 plain in the one place it is used
    """Tell whether the family name begins at ``word``: Maria Van Damme is sorted under Van."""
    return word in _PARTICLES or (given and word in _CAPITALISED)


def is_person(agent: Agent) -> bool:
    """Tell whether an agent is, or looks like, a person.

    The normaliser knows organisations by their words, so what it leaves open and is written as
    names are (two words or more, each with a capital, the first no article) is taken for a person.
    """
    if agent.kind:
        return agent.kind == "person"
    words = agent.name.split()
    if not 2 <= len(words) <= _MOST_WORDS or "," in agent.name:  # noqa: PLR2004 see above
        return False
    if words[0] in _ARTICLES:
        return False
    return all(_is_part(word) for word in words)


def _is_part(word: str) -> bool:
    if word in _PARTICLES or (word.endswith(".") and _INITIALS.fullmatch(word)):
        return True
    letters = word.replace("-", "").replace("'", "").replace("\u2019", "")
    return letters.isalpha() and word[0].isupper() and not (letters.isupper() and len(letters) > 2)  # noqa: PLR2004 an acronym is longer than initials
