"""For whom the material is: roles of LOM 5.5, intended end user role."""

from __future__ import annotations

import functools

from catalog import vocabulary
from catalog.normalise.text import plain


def roles(said: tuple[str, ...]) -> tuple[str, ...]:
    """Return the codes of vocabulary "audience" in ``said``; others as said."""
    return _roles(said) if said else ()


@functools.lru_cache(maxsize=2048)
def _roles(said: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(role for one in said if (role := _role(plain(one)))))


def _role(said: str) -> str:
    terms = vocabulary.get("audience")
    found = terms.by_term(said) or (terms.by_uri(said) if "://" in said else ())
    return found[0] if found else said
