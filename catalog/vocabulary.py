"""The controlled vocabularies: what a code is called, what is broader, and which words mean it.

The sources are SKOS files in ``schemas/vocab``, read by people. ``python -m catalog.vocabulary``
compiles them with rdflib into ``schemas/vocabularies.json``, read by the program: once, and without
an RDF library. A test tells when the second lags behind the first.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterable
from importlib import resources
from typing import Any, Literal

import msgspec
from msgspec import Struct

Name = Literal[
    "level",
    "type",
    "discipline",
    "isced",
    "licence",
    "audience",
    "access",
    "cost",
    "openness",
    "accessibility",
]
MatchKind = Literal["exact", "close", "narrow", "broad"]


class Match(Struct, frozen=True):
    """A concept of somebody else's vocabulary. ``kind`` is as in SKOS: narrow means *it* is."""

    kind: MatchKind
    uri: str


class Notation(Struct, frozen=True):
    """A code of a list in which alone it is unmistakable: ``onix`` BA, ``lcc`` QA, ``eqf`` 6."""

    scheme: str
    value: str


class Concept(Struct, frozen=True, omit_defaults=True):
    """One entry of a vocabulary. ``terms`` are words that sources use for it, not for showing."""

    code: str
    labels: dict[str, str]  # language tag -> label
    broader: str = ""  # code, "" at the top
    terms: tuple[str, ...] = ()
    matches: tuple[Match, ...] = ()
    notations: tuple[Notation, ...] = ()


class Scheme(Struct, frozen=True):
    """A vocabulary as it is stored."""

    uri: str
    title: dict[str, str]
    concepts: tuple[Concept, ...]


class Vocabulary:
    """The concepts of one vocabulary, in the order in which people expect them."""

    def __init__(self, scheme: Scheme) -> None:
        """Index ``scheme`` by everything by which a concept may be asked for."""
        self.uri = scheme.uri
        self.title = scheme.title
        self.concepts = scheme.concepts
        self.codes = tuple(concept.code for concept in scheme.concepts)
        self._concepts = {concept.code: concept for concept in scheme.concepts}
        self._rank = {code: rank for rank, code in enumerate(self.codes)}
        self._ancestors = {code: tuple(self._climb(code)) for code in self.codes}
        self._terms: dict[str, tuple[str, ...]] = {}
        self._uris: dict[str, tuple[str, ...]] = {}
        self._notations: dict[tuple[str, str], tuple[str, ...]] = {}
        for concept in scheme.concepts:
            # A code is a word as well, but for "01", which means something within a list alone.
            code = () if concept.code.isdigit() else (concept.code,)
            for term in (*code, *concept.labels.values(), *concept.terms):
                _append(self._terms, key(term), concept.code)
            _append(self._uris, uri_key(self.uri + concept.code), concept.code)
            for match in concept.matches:
                _append(self._uris, uri_key(match.uri), concept.code)
            for notation in concept.notations:
                _append(self._notations, (notation.scheme, notation.value.lower()), concept.code)

    def __contains__(self, code: object) -> bool:
        """Tell whether ``code`` is one of the vocabulary, exactly as written."""
        return code in self._concepts

    def __getitem__(self, code: str) -> Concept:
        """Return the concept with ``code``. Raises KeyError."""
        return self._concepts[code]

    def _climb(self, code: str) -> Iterable[str]:
        seen = {code}
        while (code := self.broader(code)) and code not in seen:
            seen.add(code)
            yield code

    def label(self, code: str, language: str = "en") -> str:
        """Return the label in ``language`` (a BCP 47 tag), else in English, else the code."""
        concept = self._concepts.get(code)
        if concept is None:
            return code
        labels = concept.labels
        return labels.get(language.partition("-")[0].lower()) or labels.get("en") or code

    def broader(self, code: str) -> str:
        """Return the code next above ``code``, or ""."""
        concept = self._concepts.get(code)
        return concept.broader if concept else ""

    def ancestors(self, code: str) -> tuple[str, ...]:
        """Return the codes above ``code``, nearest first, without itself."""
        return self._ancestors.get(code, ())

    def narrower(self, code: str) -> tuple[str, ...]:
        """Return the codes next below ``code``; those at the top for ""."""
        return tuple(concept.code for concept in self.concepts if concept.broader == code)

    def sort(self, codes: Iterable[str]) -> tuple[str, ...]:
        """Return those of ``codes`` that are in the vocabulary, once each, in its order."""
        return tuple(sorted({code for code in codes if code in self._rank}, key=self._rank.get))  # type: ignore[arg-type]

    def most_specific(self, codes: Iterable[str]) -> tuple[str, ...]:
        """Return ``sort(codes)`` without those that lie above another of them."""
        found = self.sort(codes)
        if len(found) < 2:  # noqa: PLR2004 one alone has nobody above it
            return found
        above = {ancestor for code in found for ancestor in self._ancestors[code]}
        return tuple(code for code in found if code not in above)

    def by_term(self, text: str) -> tuple[str, ...]:
        """Return the codes that ``text`` is a label or known word of; case and dashes alike."""
        return self._terms.get(key(text), ()) if len(text) <= _LONGEST else ()

    def by_uri(self, uri: str) -> tuple[str, ...]:
        """Return the codes that ``uri``, of ours or of another vocabulary, stands for."""
        return self._uris.get(uri_key(uri), ())

    def by_notation(self, scheme: str, value: str) -> tuple[str, ...]:
        """Return the codes that ``value`` stands for in the list ``scheme``."""
        return self._notations.get((scheme, value.lower()), ())

    def by_class(self, scheme: str, value: str) -> tuple[str, ...]:
        """Return the codes of the longest beginning of ``value`` that ``scheme`` has here."""
        value = value.lower()[:12]
        for end in range(len(value), 0, -1):
            found = self._notations.get((scheme, value[:end]))
            if found:
                return found
        return ()

    def matches(self, code: str, prefix: str = "") -> tuple[Match, ...]:
        """Return the foreign concepts that go with ``code`` and whose URI begins so."""
        concept = self._concepts.get(code)
        if concept is None:
            return ()
        return tuple(match for match in concept.matches if match.uri.startswith(prefix))


def _append(index: dict[Any, tuple[str, ...]], entry: Any, code: str) -> None:
    found = index.get(entry, ())
    if code not in found and entry:
        index[entry] = (*found, code)


_LONGEST = 100  # no label is as long; a whole description given as a keyword need not be folded
_WORDS = re.compile(r"[^\W_]+[+#]*")
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


def key(text: str) -> str:
    """Return ``text`` as words are compared: no case, no punctuation, single spaces."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    return " ".join(_WORDS.findall(text.casefold()))


def uri_key(uri: str) -> str:
    """Return ``uri`` as addresses are compared: without scheme, www. and final slash.

    One with a UUID is compared by that alone: the Dutch concepts (OBK) moved from
    ``begrippenkader/`` to ``concept/`` and kept theirs.
    """
    text = uri.strip().casefold()
    found = _UUID.search(text)
    if found:
        return found[0]
    for scheme in ("https://", "http://", "//"):
        text = text.removeprefix(scheme)
    return text.removeprefix("www.").rstrip("/#")


def get(name: Name) -> Vocabulary:
    """Return a vocabulary. Raises KeyError for a name that is none."""
    return _all()[name]


@functools.cache
def _all() -> dict[str, Vocabulary]:
    data = (resources.files("schemas") / "vocabularies.json").read_bytes()
    stored = msgspec.json.decode(data, type=dict[str, Scheme])
    return {name: Vocabulary(scheme) for name, scheme in stored.items()}


if __name__ == "__main__":
    from catalog.vocabulary_build import main

    main()
