"""Metadata formats, one module each: meaning, and nothing else.

A format is a function ``parse(raw) -> Iterable[LearningResource]`` under ``@parses(signature)``.
The signature is what the document says it is, never what a metadataPrefix claims:

- XML: the root element in Clark notation, ``{namespace}name``; or ``{*}name`` for documents that
  come without a namespace or with several;
- JSON: ``json:`` and a type or key that ``json_signatures`` finds in it;
- MARC in ISO 2709: ``marc21``.

Modules are found by walking this folder; one whose name starts with ``_`` is no format, but a
part that formats share. Two claims to one signature fail at import.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from catalog.resource import LearningResource
from harvester.errors import ParseError
from harvester.raw import Raw

Parse = Callable[[Raw], Iterable[LearningResource]]

_formats: dict[str, tuple[str, Parse]] = {}


def parses(*signatures: str) -> Callable[[Parse], Parse]:
    """Register a format for the documents with one of ``signatures``."""

    def register(parse: Parse) -> Parse:
        name = parse.__module__.rpartition(".")[2]
        for signature in signatures:
            if signature in _formats:
                other = _formats[signature][0]
                raise ImportError(f"formats {other} and {name} both claim {signature}")
            _formats[signature] = (name, parse)
        return parse

    return register


def read(raw: Raw) -> tuple[str, Iterable[LearningResource]]:
    """Return the name of the format that ``raw`` is in and the resources in it.

    Raises ParseError (rule ``format.unknown``) where no format claims it.
    """
    for signature in signatures(raw.document):
        found = _formats.get(signature)
        if found:
            return found[0], found[1](raw)
    said = next(signatures(raw.document), type(raw.document).__name__)
    raise ParseError("format.unknown", f"no format reads a document that is {said}")


def claims(document: Any) -> bool:
    """Tell whether a format reads documents that are called what ``document`` is."""
    return any(signature in _formats for signature in signatures(document))


def signatures(document: Any) -> Iterator[str]:
    """Yield what ``document`` may be called, most telling first."""
    if isinstance(document, bytes):
        yield "marc21"
    elif isinstance(document, dict):
        yield from json_signatures(document)
    elif hasattr(document, "tag"):
        tag = str(document.tag)
        yield tag
        yield "{*}" + tag.rpartition("}")[2]


def json_signatures(document: dict[str, Any]) -> Iterator[str]:
    """Yield ``json:<type>`` for each JSON-LD type and ``json:@graph``; types without prefix.

    MARC-in-JSON has neither: it is an object of ``leader`` and ``fields``.
    """
    types = document.get("@type", document.get("type", []))
    for name in [types] if isinstance(types, str) else types if isinstance(types, list) else []:
        if isinstance(name, str):
            yield "json:" + name.replace("#", "/").rpartition("/")[2].rpartition(":")[2]
    if "@graph" in document:
        yield "json:@graph"
    if "leader" in document and "fields" in document:
        yield "json:leader+fields"


def names() -> set[str]:
    """Return the names of all formats."""
    return {name for name, _ in _formats.values()}


for _module in pkgutil.iter_modules(__path__):
    if not _module.name.startswith("_"):  # what formats share is no format
        importlib.import_module(f"{__name__}.{_module.name}")
