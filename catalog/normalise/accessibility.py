"""Accessibility: schema.org's accessMode, accessibilityFeature and accessibilityHazard."""

from __future__ import annotations

import functools
import re
from typing import Literal

from catalog import vocabulary
from catalog.normalise.text import plain

_Kind = Literal["feature", "hazard", "mode"]
_SEPARATOR = re.compile(r"\s*[,;|]\s*")
_LONGEST = 100
_FOR_ALL_KINDS = {"none", "unknown"}


def features(said: tuple[str, ...]) -> tuple[str, ...]:
    """Return the codes of accessibilityFeature in ``said``; others as said."""
    return _codes(said, "feature") if said else ()


def hazards(said: tuple[str, ...]) -> tuple[str, ...]:
    """Return the codes of accessibilityHazard in ``said``; others as said."""
    return _codes(said, "hazard") if said else ()


def modes(said: tuple[str, ...]) -> tuple[str, ...]:
    """Return the codes of accessMode in ``said``; others as said."""
    return _codes(said, "mode") if said else ()


def _codes(said: tuple[str, ...], kind: _Kind) -> tuple[str, ...]:
    # Several values in one, parted by commas, are as common as a list of them.
    parts = (plain(part) for one in said for part in _SEPARATOR.split(plain(one)))
    return tuple(dict.fromkeys(_code(part, kind) for part in parts if part))


@functools.lru_cache(maxsize=2048)
def _known(name: str, kind: _Kind) -> str:
    terms = vocabulary.get("accessibility")
    for code in (*terms.by_uri(terms.uri + name), *terms.by_term(name)):
        if terms.broader(code) == kind or code in _FOR_ALL_KINDS:
            return code
    return ""


def _code(said: str, kind: _Kind) -> str:
    name = re.split(r"[/#]", said.rstrip("/#"))[-1] if said.startswith("http") else said
    return (_known(name, kind) if len(name) <= _LONGEST else "") or said
