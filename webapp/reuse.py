"""What a licence lets a teacher do, in plain words rather than in letters."""

from __future__ import annotations

from msgspec import Struct

from catalog.export.licence import Terms, advice, of_resource, say, terms
from catalog.resource import LearningResource
from webapp.addresses import Language

_ICON = {"open": "open", "restricted": "half", "closed": "lock"}
_ANSWERS = {"yes": "tick", "conditions": "tick", "no": "cross", "unsure": "question"}
_SAID = {"closed": "All rights reserved", "taverne": "Taverne"}
_LIMITS = frozenset({"nc", "nd"})


class Reuse(Struct, frozen=True):
    """``kind`` names the words (``licence.by-sa``); ``terms`` is the licence taken apart."""

    kind: str
    tone: str  # open, restricted, closed or unknown
    icon: str
    terms: Terms

    @property
    def name(self) -> str:
        """The licence as people write it: "CC BY-SA 4.0", or ""."""
        return self.terms.name

    @property
    def url(self) -> str:
        return self.terms.url

    @property
    def query(self) -> str:
        """What the page on licences reads as this one."""
        code = "" if self.terms.kind == "statement" else self.terms.code
        return code or self.terms.url or _SAID.get(self.terms.kind, "unknown")


class Answer(Struct, frozen=True):
    """One sentence about a licence, and the icon before it."""

    tone: str  # yes, conditions, no, unsure or duty
    icon: str
    text: str


class Advised(Struct, frozen=True):
    """What a page says of a licence: four answers, what is asked in return, what else to know."""

    answers: tuple[Answer, ...]
    duties: tuple[str, ...]
    notes: tuple[str, ...]


def reuse(resource: LearningResource) -> Reuse:
    """Return what the resource's licence allows; from its address, else from its SPDX id."""
    found = of_resource(resource)
    if not found.url and resource.licence:
        found = terms(resource.licence)
    if found.kind == "cc" and "by" in found.elements:
        tone = "restricted" if _LIMITS & {*found.elements} else "open"
        return Reuse(found.key, tone, _ICON[tone], found)
    if found.kind in ("cc0", "pdm", "waived"):
        return Reuse("cc0" if found.kind == "cc0" else "pdm", "open", _ICON["open"], found)
    tone = resource.openness or "unknown"
    return Reuse(tone, tone, _ICON.get(tone, "question"), found)


def advised(found: Terms, language: Language) -> Advised:
    """Return the advice on a licence in the words of a language."""
    given = advice(found)
    answers = [
        Answer(answer, _ANSWERS[answer], say(f"{question}.{answer}", language))
        for question in ("use", "share", "adapt", "sell")
        if (answer := getattr(given, question))
    ]
    duties = tuple(say(f"duty.{key}", language) for key in given.duties)
    notes = [say(f"note.{key}", language) for key in given.notes]
    notes += [say(f"unsure.{key}", language) for key in given.unsure]
    return Advised(tuple(answers), duties, tuple(notes))
