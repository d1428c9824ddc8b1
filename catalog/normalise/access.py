"""Who can reach the material, and whether it costs money."""

from __future__ import annotations

import functools
import re

from catalog import vocabulary
from catalog.normalise.denial import states
from catalog.resource import Access, Cost

_LONGEST = 1000
#: From the strictest to the most open: of several statements the strictest counts.
_STRICTEST: tuple[Access, ...] = ("closed", "embargoed", "restricted", "login", "open")
_PATTERNS: tuple[tuple[re.Pattern[str], Access], ...] = (
    (re.compile(r"\bembargo"), "embargoed"),
    (
        re.compile(r"\bno (?:log ?in|registration|account)|\b(?:without|zonder) (?:log|inlog)"),
        "open",
    ),
    (re.compile(r"\blog(?:ging)? ?in\b|\binloggen\b|\bsign(?:ing)? in\b|\bregist"), "login"),
    (re.compile(r"\bunrestricted\b|\bno restrictions\b|\bopen access\b|\bfreely (?:a|o)"), "open"),
    (re.compile(r"\brestricted\b|\bsubscri|\bauthori[sz]ed users\b"), "restricted"),
)
#: What a statement of rights must contain before its words are taken to be about access.
_ABOUT_ACCESS = re.compile(r"access|toegang|embargo")


def access(said: tuple[str, ...], rights: tuple[str, ...] = ()) -> Access:
    """Return the strictest access that ``said`` gives, or else the terms of access in ``rights``.

    Dublin Core has one element for both, so OpenAIRE's terms are found among the rights too.
    """
    found = _access(_short(said)) if said else ""
    return found or (_in_rights(_short(rights)) if rights else "")


def cost(said: tuple[str, ...]) -> Cost:
    """Return the cost in ``said``, conditions of access such as ``kostenfrei``; or ""."""
    return _cost(_short(said)) if said else ""


def _short(said: tuple[str, ...]) -> tuple[str, ...]:
    """Return ``said`` without what is too long to be read; megabytes would fill the caches."""
    if len(max(said, key=len)) <= _LONGEST:
        return said
    return tuple(one[:_LONGEST] for one in said)


@functools.lru_cache(maxsize=4096)
def _access(said: tuple[str, ...]) -> Access:
    found = {_term(term) or _in_sentence(term) for term in said}
    return next((access for access in _STRICTEST if access in found), "")


@functools.lru_cache(maxsize=4096)
def _in_rights(rights: tuple[str, ...]) -> Access:
    about = [one for one in rights if _ABOUT_ACCESS.search(one.casefold())]
    found = {_term(term) for term in about}
    return next((access for access in _STRICTEST if access in found), "")


def _term(said: str) -> Access:
    terms = vocabulary.get("access")
    codes = terms.by_uri(said) or terms.by_term(said)
    return codes[0] if codes else ""  # type: ignore[return-value]  # a test compares the two lists


def _in_sentence(said: str) -> Access:
    folded = vocabulary.key(said)
    return next((access for pattern, access in _PATTERNS if states(pattern, folded)), "")


@functools.lru_cache(maxsize=4096)
def _cost(said: tuple[str, ...]) -> Cost:
    terms = vocabulary.get("cost")
    found = {code for one in said for code in terms.by_term(one)}
    if "paid" in found:
        return "paid"
    return "free" if found else ""
