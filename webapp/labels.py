"""Names that people read for the codes that the catalogue keeps."""

from __future__ import annotations

from functools import lru_cache
from typing import cast, get_args

from catalog import vocabulary
from catalog.config import Settings
from webapp.addresses import Language
from webapp.words import language_name, words

#: Resource type (HCRT code) -> icon.
_ICONS = {
    "application": "screen",
    "assessment": "check",
    "audio": "sound",
    "broadcast": "sound",
    "case_study": "pages",
    "course": "course",
    "data": "chart",
    "diagram": "chart",
    "drill_and_practice": "check",
    "educational_game": "game",
    "enquiry_oriented_activity": "flask",
    "experiment": "flask",
    "exploration": "flask",
    "image": "image",
    "index": "pages",
    "lesson_plan": "plan",
    "map": "image",
    "portal": "web",
    "questionnaire": "check",
    "script": "pages",
    "sheet_music": "sound",
    "simulation": "flask",
    "slide": "screen",
    "text": "pages",
    "textbook": "book",
    "video": "video",
    "web_page": "web",
    "worksheet": "plan",
}


#: Kind -> where its words are, if not under its own name.
_FAMILIES = {"duration": "lasts", "may_adapt": "allowed.adapt", "may_sell": "allowed.sell"}


class Labels:
    """Labels of facet values and codes, in either language."""

    def __init__(self, settings: Settings) -> None:
        self._sources = {name: entry.title or name for name, entry in settings.sources.items()}

    def of(self, kind: str, code: str, language: Language) -> str:
        """Return the label of a value of a facet or vocabulary; the code where none is known."""
        match kind:
            case "source":
                return self._sources.get(code, code)
            case "language":
                return language_name(code, language)
            case "year":
                return _years(code, language)
            case "institution" | "provider":
                return code
        return label(kind, code, language)


@lru_cache(4096)
def label(kind: str, code: str, language: Language) -> str:
    """Return the label of a code: the site's own words first, else the vocabulary's.

    ``kind`` is a vocabulary, or a facet with values of its own.
    """
    own = words(language).find(f"{_FAMILIES.get(kind, kind)}.{code}")
    if own:
        return own
    if kind == "discipline" and code.isdecimal():  # a field of ISCED-F, under its discipline
        kind = "isced"
    if kind not in get_args(vocabulary.Name):
        return code
    return vocabulary.get(cast("vocabulary.Name", kind)).label(code, language)


def _years(code: str, language: Language) -> str:
    """Return a year as it is, and a span of years in words."""
    first, dots, last = code.partition("..")
    if not dots:
        return code
    if first and last:
        return f"{first}\N{EN DASH}{last}"
    t = words(language)
    if first:
        return t("year.from", year=first)
    return t("year.to", year=last) if last else t("year.any")


def icon(types: tuple[str, ...]) -> str:
    """Return the icon of the first type that has one."""
    for code in types:
        name = _ICONS.get(code.replace("-", "_"))
        if name:
            return name
    return "document"
