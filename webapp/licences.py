"""The page on licences: what one allows, and what several give together. Works without scripts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from flask import Flask, Response, request
from msgspec import Struct

from catalog import vocabulary
from catalog.export.licence import Terms, combined, say, terms
from catalog.export.licence.combining import MAKINGS, Making
from webapp import addresses
from webapp.addresses import ROUTES, Language
from webapp.render import Renderer
from webapp.reuse import Advised, advised
from webapp.words import words

_MOST = 6  # licences that are put together
_LONGEST = 200  # characters of what is read as one
_FIELDS = 2  # that are there at least
#: What is no licence, and yet is often what one has: how it is asked for, and the words for it.
_OTHER = {
    "All rights reserved": "licence.closed",
    "Taverne": "licences.taverne",
    "unknown": "licence.unknown",
}


class Part(Struct, frozen=True):
    """One licence that goes in: as it was asked for, what it is, and what it allows."""

    value: str
    terms: Terms
    advised: Advised


class Result(Struct, frozen=True):
    """What comes of them in one way of putting together (``making``), in sentences."""

    making: Making
    tone: str  # yes, conditions, no, unsure
    answer: str
    licences: tuple[str, ...]  # under which the whole may go out, the one to take first
    reasons: tuple[str, ...]
    sell: str
    duties: tuple[str, ...]
    unsure: tuple[str, ...]


def register(app: Flask, renderer: Renderer) -> None:
    """Give the page its address in each language."""

    def licences(language: Language) -> Response:
        said = _asked(request.args.getlist("licence"))
        parts = [_part(each, language) for each in said]
        fields = [*said, *[""] * max(_FIELDS - len(said), 1)][:_MOST]
        return renderer.page(
            "site/licences.html",
            language,
            "licences",
            more={"licence": tuple(said)} if said else {},
            parts=parts,
            fields=fields,
            choices=_choices(said, language),
            results=[_result(parts, each, language) for each in MAKINGS] if parts else [],
        )

    for language, rule in ROUTES["licences"].items():
        app.add_url_rule(rule, f"licences.{language}", licences, defaults={"language": language})


def _asked(values: Iterable[str]) -> list[str]:
    """Return what was asked for, once each; more than fits is let go."""
    clean = (addresses.clean(value)[:_LONGEST] for value in values)
    return list(dict.fromkeys(_code(value) for value in clean if value))[:_MOST]


def _code(said: str) -> str:
    """Return the code of a licence that is in the vocabulary, however it was called."""
    code = terms(said).code
    return code if code in vocabulary.get("licence") else said


def _part(said: str, language: Language) -> Part:
    found = terms(said)
    return Part(said, found, advised(found, language))


def _choices(said: Sequence[str], language: Language) -> list[tuple[str, str]]:
    """Return values and names of what there is to choose from, with what was asked for.

    National ports are left out: they are many, and differ from their licence in details.
    """
    t = words(language)
    known = [(code, terms(code)) for code in vocabulary.get("licence").codes]
    chosen = {code: found.name for code, found in known if not found.port}
    chosen |= {value: t(key) for value, key in _OTHER.items()}
    return [*({each: terms(each).name or each for each in said} | chosen).items()]


def _result(parts: Sequence[Part], making: Making, language: Language) -> Result:
    found = combined((part.terms for part in parts), making)
    return Result(
        making=making,
        tone=found.allowed,
        answer=say(f"{making}.{found.allowed}", language),
        licences=found.licences,
        reasons=tuple(say(f"reason.{each.key}", language, each.about) for each in found.reasons),
        sell=say(f"sell.{found.sell}", language),
        duties=tuple(say(f"duty.{key}", language) for key in found.duties),
        unsure=tuple(say(f"unsure.{key}", language) for key in found.unsure),
    )
