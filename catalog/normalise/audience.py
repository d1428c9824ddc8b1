"""For whom the material is: roles of LOM 5.5, intended end user role."""

from __future__ import annotations

import functools

from catalog import vocabulary
from catalog.normalise.text import plain

_LONGEST = 200


def roles(said: tuple[str, ...]) -> tuple[str, ...]:
    """Return the codes of vocabulary "audience" in ``said``; others as said."""
    found = (plain(one) for one in said)
    return tuple(dict.fromkeys(_role(one) if len(one) <= _LONGEST else one for one in found if one))


@functools.lru_cache(maxsize=2048)
def _role(said: str) -> str:
    terms = vocabulary.get("audience")
    found = terms.by_term(said) or (terms.by_uri(said) if "://" in said else ())
    return found[0] if found else said
