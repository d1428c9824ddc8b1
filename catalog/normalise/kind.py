"""Kind of learning resource to the Higher Education Resource Types (HCRT) of vocabulary "type"."""

from __future__ import annotations

import functools
import re

from catalog import vocabulary
from catalog.normalise.said import terms
from catalog.resource import Concept

#: ``info:eu-repo/semantics/``, ``doc-type:`` and the like: what stands before the word itself.
_PREFIX = re.compile(r"^(?:info:eu-repo/semantics/|doc-type:|dcmitype:|schema:)", re.IGNORECASE)
_LISTS = {"onix:150": "onix", "onix:7": "onix", "marc:leader06": "leader"}
#: The part in brackets explains: "Instructional film (visual work)", "Text (PDF)".
_BRACKETS = re.compile(r"\s*[(\[][^)\]]*[)\]]\s*$")
_LONGEST = 100  # no name of a kind is as long

_AGGREGATION = {
    **{level: level for level in "1234"},
    "fragment": "1", "leerobject": "2", "les": "3", "cursus": "4",
}  # fmt: skip


def types(said: tuple[Concept, ...]) -> tuple[str, ...]:
    """Return the types that ``said`` gives, in the order in which it says them.

    ``text`` (what DCMI and MARC call everything with letters) and ``other`` are left out where
    something more telling stands beside them.
    """
    return _types(terms(said)) if said else ()


@functools.lru_cache(maxsize=4096)
def _types(said: tuple[Concept, ...]) -> tuple[str, ...]:
    found = tuple(dict.fromkeys(code for concept in said for code in _codes(concept)))
    for vague in ("other", "text"):
        if len(found) > 1:
            found = tuple(code for code in found if code != vague)
    return found


def valid(codes: tuple[str, ...]) -> tuple[str, ...]:
    """Return ``codes`` without repetition and those that are none."""
    vocab = vocabulary.get("type")
    return tuple(dict.fromkeys(code for code in codes if code in vocab))


def aggregation(said: str) -> str:
    """Return the LOM aggregation level (1.8), 1 to 4, or "" where ``said`` is none."""
    return _AGGREGATION.get(said.strip().casefold(), "") if said else ""


@functools.lru_cache(maxsize=4096)
def _codes(said: Concept) -> tuple[str, ...]:
    vocab = vocabulary.get("type")
    listed = _LISTS.get(said.scheme, "")
    found = vocab.by_notation(listed, said.id) if listed else ()
    if not found and said.id:
        found = vocab.by_uri(said.id)
    return found or _in_words(said.label) or _in_words(_last(said.id))


def _in_words(text: str) -> tuple[str, ...]:
    if not text or len(text) > _LONGEST:
        return ()
    vocab = vocabulary.get("type")
    text = _PREFIX.sub("", text)
    return (
        vocab.by_term(text)
        or vocab.by_term(_BRACKETS.sub("", text))
        or vocab.by_term(text.partition(" - ")[0])  # "Article - letter to the editor"
    )


def _last(address: str) -> str:
    """Return the last part of a URI, which is the word itself in most vocabularies."""
    return re.split(r"[/#]", address.rstrip("/#"))[-1] if "://" in address else address
