"""What a source said, kept as said: only dirt and repetition go."""

from __future__ import annotations

import functools
import re

from catalog.normalise.characters import clean, repaired, settled
from catalog.normalise.text import plain
from catalog.resource import Concept

LONGEST_TERM = 500  # characters of label, id and scheme together

_ADDRESS_IN_MARKUP = re.compile(
    r"""(?:href|resource|src)\s*=\s*["']?(https?://[^\s"'<>&]+)""", re.IGNORECASE
)


def words(said: tuple[str, ...]) -> tuple[str, ...]:
    """Return ``said`` as plain text on one line each, without empty and repeated ones."""
    if not said:
        return ()
    if len(said) == 1 and said[0] and clean(said[0]):
        return said
    return tuple(dict.fromkeys(found for one in said if (found := plain(one))))


def statements(said: tuple[str, ...]) -> tuple[str, ...]:
    """Return ``words(said)``; an address inside HTML becomes a statement of its own.

    Repositories paste the licence chooser's ``<a rel="license" href="...">`` whole, and the address
    in it says more than the text around it.
    """
    if len(said) == 1:
        return _in_statement(said[0])
    return tuple(dict.fromkeys([part for one in said for part in _in_statement(one)]))


def _in_statement(said: str) -> tuple[str, ...]:
    if len(said) <= LONGEST_TERM:
        return _known_statement(said)
    return _known_statement.__wrapped__(said)  # prose would fill the cache


@functools.lru_cache(maxsize=4096)
def _known_statement(said: str) -> tuple[str, ...]:
    if "<" not in said:
        return words((said,))
    shown = plain(said)
    addresses = _ADDRESS_IN_MARKUP.findall(said)
    return words((shown, *[address for address in addresses if address not in shown]))


def concepts(said: tuple[Concept, ...]) -> tuple[Concept, ...]:
    """Return ``said`` without dirt, empty and repeated ones."""
    if len(said) == 1 and (said[0].label or said[0].id) and _is_tidy(said[0]):
        return said
    found = [clean for one in said if (clean := _concept(one)).label or clean.id]
    return tuple(found) if len(found) < 2 else tuple(dict.fromkeys(found))  # noqa: PLR2004 no twins


def terms(said: tuple[Concept, ...]) -> tuple[Concept, ...]:
    """Return those of ``said`` that are short enough to be terms.

    Prose in their place says nothing to a vocabulary, and megabytes of it would fill the caches.
    """
    for one in said:
        if len(one.label) + len(one.id) + len(one.scheme) > LONGEST_TERM:
            return tuple(
                one
                for one in said
                if len(one.label) + len(one.id) + len(one.scheme) <= LONGEST_TERM
            )
    return said


def _concept(said: Concept) -> Concept:
    if _is_tidy(said):
        return said
    return Concept(
        id=_name(said.id),
        label=plain(said.label),
        scheme=_name(said.scheme),
        language=_name(said.language),
    )


def _is_tidy(said: Concept) -> bool:
    """Tell whether there is nothing to do; ``_name`` keeps ``&`` as it is."""
    rest = said.id + said.scheme + said.language
    if rest and not (rest.isascii() and rest.isprintable() and " " not in rest and "<" not in rest):
        return False
    return clean(said.label)


def _name(text: str) -> str:
    """Return what calls a concept: no IRI has a ``<`` (RFC 3987, 2.2), so it ends there."""
    return settled(text, _name_step) if text else ""


def _name_step(text: str) -> str:
    return " ".join(repaired(text.partition("<")[0]).split())
