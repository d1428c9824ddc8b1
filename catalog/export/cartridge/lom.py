"""LOM in a cartridge: about all of it, about a material in it, and for whom a material is."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence
from typing import Any

from lxml.etree import SubElement

from catalog import vocabulary
from catalog.export.cartridge.versions import Version
from catalog.export.elements import add, is_language
from catalog.resource import LearningResource

_LEARNER = "Learner"
_ROLES = {"learner": _LEARNER, "teacher": "Instructor"}
#: The context (5.6) of a level, or of the nearest above it.
_CONTEXTS = {
    **dict.fromkeys(("hbo", "wo"), "higher education"),
    **dict.fromkeys(("vve", "po", "sbao", "so", "vo"), "school"),
    **dict.fromkeys(("bve", "bedrijfsopleiding"), "training"),
}


class About:
    """What a cartridge or an item is: LOM's general part (1), and rights (6)."""

    def __init__(self, metadata: Any, version: Version) -> None:
        self.space = version.lom
        self.lom = SubElement(metadata, self.name("lom"))
        self.general = SubElement(self.lom, self.name("general"))

    def name(self, local: str) -> str:
        return f"{{{self.space}}}{local}"

    def identifier(self, url: str) -> None:
        part = SubElement(self.general, self.name("identifier"))
        add(part, self.name("catalog"), "URI")
        add(part, self.name("entry"), url)

    def languages(self, languages: Iterable[str]) -> None:
        for code in filter(is_language, languages):
            add(self.general, self.name("language"), code)

    def text(self, local: str, text: str, language: str) -> None:
        self._string(SubElement(self.general, self.name(local)), text, language)

    def rights(self, text: str, language: str) -> None:
        """Explain the rights (6.3). A bare yes or no (6.2) would say of all what holds of some."""
        part = SubElement(self.lom, self.name("rights"))
        self._string(SubElement(part, self.name("description")), text, language)

    def _string(self, parent: Any, text: str, language: str) -> None:
        said = add(parent, self.name("string"), text)
        if is_language(language):
            said.set("language", language)


def audience(r: LearningResource) -> Sequence[str]:
    """Return the roles for which a material is, learners first; none where they are not named.

    What is for teachers alone says nothing: learning environments would hide it, though it was
    chosen for a course.
    """
    roles = [said for role, said in _ROLES.items() if role in r.audience_roles]
    return roles if _LEARNER in roles else ()


def add_audience(
    metadata: Any, version: Version, roles: Iterable[str], r: LearningResource
) -> None:
    """Add for whom a resource is: all that version 1.1 lets be said of one."""
    space = f"{{{version.lom_resource}}}"
    part = SubElement(SubElement(metadata, f"{space}lom"), f"{space}educational")
    if context := _context(r.levels):
        _value(part, "context", "LOMv1.0", context)
    for role in roles:
        _value(part, "intendedEndUserRole", "IMSGLC_CC_Rolesv1p1", role)


def _value(part: Any, name: str, source: str, value: str) -> None:
    space = part.tag.partition("}")[0] + "}"
    made = SubElement(part, space + name)
    add(made, f"{space}source", source)
    add(made, f"{space}value", value)


@functools.lru_cache(maxsize=1024)
def _context(levels: tuple[str, ...]) -> str:
    """Return the context of levels that all have the same; "" where they differ."""
    terms = vocabulary.get("level")
    found = {
        next((_CONTEXTS[one] for one in (code, *terms.ancestors(code)) if one in _CONTEXTS), "")
        for code in levels
    }
    return found.pop() if len(found) == 1 else ""
