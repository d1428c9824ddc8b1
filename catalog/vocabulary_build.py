"""From SKOS to one JSON file: the build step of ``catalog.vocabulary``, the only user of rdflib.

Order of the concepts: that of the file's ``skos:OrderedCollection``, else by code. A foreign
concept that is described in the same files (KIM's educational levels) lends its labels to the
concepts of ours that match it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec
import rdflib
from rdflib.collection import Collection
from rdflib.namespace import DCTERMS, RDF, SKOS
from rdflib.term import Literal, Node

from catalog.vocabulary import Concept, Match, MatchKind, Name, Notation, Scheme

SCHEMAS = Path(__file__).resolve().parent.parent / "schemas"
OUTPUT = SCHEMAS / "vocabularies.json"

_OURS = "https://vindplaats.example/vocabulary/"
#: For each vocabulary its files and the beginning of its concepts' URIs.
SOURCES: dict[Name, tuple[str, tuple[str, ...]]] = {
    "level": (f"{_OURS}level/", ("level.ttl", "educationalLevel.ttl")),
    "type": ("https://w3id.org/kim/hcrt/", ("hcrt.ttl", "type.ttl")),
    "discipline": (f"{_OURS}discipline/", ("discipline.ttl",)),
    "isced": (f"{_OURS}isced/", ("isced-f.ttl", "isced-f-words.ttl")),
    "licence": (f"{_OURS}licence/", ("licence.ttl",)),
    "audience": (f"{_OURS}audience/", ("audience.ttl",)),
    "access": (f"{_OURS}access/", ("access.ttl",)),
    "cost": (f"{_OURS}cost/", ("cost.ttl",)),
    "openness": (f"{_OURS}openness/", ("openness.ttl",)),
    "accessibility": (f"{_OURS}accessibility/", ("accessibility.ttl",)),
}
_LANGUAGES = ("nl", "en")  # of the site
_WORD_LANGUAGES = ("nl", "en", "de", None)  # in which sources are understood
_MATCHES: dict[MatchKind, rdflib.URIRef] = {
    "exact": SKOS.exactMatch,
    "close": SKOS.closeMatch,
    "narrow": SKOS.narrowMatch,
    "broad": SKOS.broadMatch,
}


def compile_all() -> bytes:
    """Return the JSON of all vocabularies. Raises rdflib's own errors for a broken file."""
    stored = {name: _scheme(base, files) for name, (base, files) in SOURCES.items()}
    return msgspec.json.format(msgspec.json.encode(stored), indent=1) + b"\n"


def _scheme(base: str, files: Iterable[str]) -> Scheme:
    graph = rdflib.Graph()
    for file in files:
        graph.parse(SCHEMAS / "vocab" / file, format="turtle")
    found = {
        str(node): _concept(graph, node, base)
        for node in graph.subjects(RDF.type, SKOS.Concept)
        if str(node).startswith(base)
    }
    schemes = [n for n in graph.subjects(RDF.type, SKOS.ConceptScheme) if str(n).startswith(base)]
    title = {str(t.language): str(t) for n in schemes for t in _literals(graph, n, DCTERMS.title)}
    return Scheme(
        base,
        {language: title[language] for language in _LANGUAGES},
        tuple(found[uri] for uri in _order(graph, found)),
    )


def _order(graph: rdflib.Graph, found: Iterable[str]) -> list[str]:
    for collection in graph.subjects(RDF.type, SKOS.OrderedCollection):
        members = graph.value(collection, SKOS.memberList)
        if members is not None:
            order = [str(member) for member in Collection(graph, members)]
            if set(order) != set(found) or len(order) != len(set(order)):
                raise ValueError(f"{collection} and the concepts differ: {set(order) ^ set(found)}")
            return order
    return sorted(found)


def _concept(graph: rdflib.Graph, node: Node, base: str) -> Concept:
    labels = {str(label.language): str(label) for label in _literals(graph, node, SKOS.prefLabel)}
    shown = {language: labels[language].strip() for language in _LANGUAGES}
    matches = [
        Match(kind, uri)
        for kind, predicate in _MATCHES.items()
        for uri in sorted(map(str, graph.objects(node, predicate)))
    ]
    words = set(_words(graph, node))
    for match in matches:
        words.update(_words(graph, rdflib.URIRef(match.uri)))
    broader = graph.value(node, SKOS.broader)
    return Concept(
        code=str(node).removeprefix(base),
        labels=shown,
        broader=str(broader).removeprefix(base) if broader else "",
        terms=tuple(sorted(words - set(shown.values()))),
        matches=tuple(matches),
        notations=tuple(
            sorted(
                (
                    Notation(str(value.datatype).rpartition("/")[2], str(value))
                    for value in _literals(graph, node, SKOS.notation)
                    if value.datatype
                ),
                key=lambda notation: (notation.scheme, notation.value),
            )
        ),
    )


def _words(graph: rdflib.Graph, node: Node) -> Iterator[str]:
    for predicate in (SKOS.prefLabel, SKOS.altLabel, SKOS.hiddenLabel):
        for label in _literals(graph, node, predicate):
            if label.language in _WORD_LANGUAGES:
                yield str(label).strip()


def _literals(graph: rdflib.Graph, node: Node, predicate: rdflib.URIRef) -> list[Literal]:
    return [value for value in graph.objects(node, predicate) if isinstance(value, Literal)]


def main() -> None:
    """Write ``schemas/vocabularies.json``."""
    OUTPUT.write_bytes(compile_all())
