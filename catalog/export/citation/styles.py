"""References in a style: an item of CSL-JSON as one line, in plain text or in safe HTML.

citeproc-py renders styles of our own (``schemas/csl``): it escapes markup in some places and not
in others, repeats a title that stands in for the author and crashes on empty items, so it is given
only what it renders right, and no markup. Italics are private characters until all is escaped.
"""

from __future__ import annotations

import functools
import html
import re
import threading
from importlib import resources
from typing import Any, Literal, Self

from citeproc import Citation, CitationItem, CitationStylesBibliography, CitationStylesStyle
from citeproc.source.json import CiteProcJSON

from catalog.export.addresses import WEB
from catalog.export.citation.item import Item

Style = Literal["apa", "vancouver"]
STYLES: tuple[Style, ...] = ("apa", "vancouver")
_LOCALES = {"nl": "nl-NL", "en": "en-US"}
_VERSION = {"nl": "Versie", "en": "Version"}

_ON, _OFF = "\ue000", "\ue001"
_MARKS = str.maketrans("", "", _ON + _OFF)
#: A full stop after what ends a sentence already.
_STOPS = re.compile(f"([?!\u2026.])({_OFF}?)\\.(?=\\s|$)")
_CITED = ("title", "version", "genre", "publisher", "URL", "DOI")
#: Shared by threads, and rendering keeps notes in the style while it works.
_one_at_a_time = threading.Lock()


class _Italic(str):
    __slots__ = ()

    def __new__(cls, text: str) -> Self:
        return super().__new__(cls, f"{_ON}{text}{_OFF}")


class _Marked:
    """What citeproc-py calls a formatter: no escaping, and italics between marks."""

    Italic = Oblique = _Italic
    Bold = Light = Underline = Superscript = Subscript = SmallCaps = str

    @staticmethod
    def preformat(text: str) -> str:
        return str(text)


def text(cited: Item, style: Style, language: str = "en", *, seen: str = "") -> str:
    """Return an item as a reference in plain text.

    ``language`` is nl or en; ``seen`` the day on which the reader saw it, ``2026-11-23``, which
    styles ask for where a material can change.
    """
    return _rendered(cited, style, language, seen).translate(_MARKS)


def markup(cited: Item, style: Style, language: str = "en", *, seen: str = "") -> str:
    """Return an item as a reference in HTML: escaped, with ``i`` and one link, nothing else."""
    found = html.escape(_rendered(cited, style, language, seen))
    for address in (f"https://doi.org/{cited['DOI']}" if "DOI" in cited else "", cited.get("URL")):
        shown = html.escape(address or "")
        before, at, after = found.rpartition(shown) if shown.startswith(WEB) else ("", "", "")
        if at:
            found = f'{before}<a href="{shown}">{shown}</a>{after}'
            break
    return found.replace(_ON, "<i>").replace(_OFF, "</i>")


def _rendered(cited: Item, style: Style, language: str, seen: str) -> str:
    language = language.partition("-")[0] if language[:2] in _LOCALES else "en"
    source = CiteProcJSON([_prepared(cited, language, seen)])
    with _one_at_a_time:
        bibliography = CitationStylesBibliography(_style(style, language), source, _Marked)
        bibliography.register(Citation([CitationItem("cited")]))
        found = str(bibliography.bibliography()[0])
    return _STOPS.sub(_stop, found)


def _stop(found: re.Match[str]) -> str:
    return found[1] + found[2]


def _prepared(cited: Item, language: str, seen: str) -> Item:
    """Return what styles need of an item, without our marks; who wrote and published it, once."""
    found: Item = {"id": "cited", "type": cited["type"]}
    for name in _CITED:
        if name in cited:
            found[name] = cited[name].translate(_MARKS)
    for role in ("author", "editor"):
        if role in cited:
            found[role] = [_unmarked(name) for name in cited[role]]
    if found.get("version", "")[:1].isdecimal():  # 2.1, but not "tweede druk"
        found["version"] = f"{_VERSION[language]} {found['version']}"
    if [{"literal": found.get("publisher")}] == found.get("author"):
        del found["publisher"]
    if "issued" in cited:
        found["issued"] = cited["issued"]
    if seen:
        found["accessed"] = {"date-parts": [[int(part) for part in seen.split("-")]]}
    return found


def _unmarked(name: dict[str, str]) -> dict[str, str]:
    return {part: said.translate(_MARKS) for part, said in name.items()}


@functools.cache
def _style(style: Style, language: str) -> Any:
    path = resources.files("schemas") / "csl" / f"{style}.csl"
    with path.open("rb") as file:
        return CitationStylesStyle(file, locale=_LOCALES[language], validate=False)
