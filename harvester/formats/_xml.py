"""Reading XML elements by their local names, whatever namespace and case they came in."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import Any

from harvester.errors import ParseError

XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"

#: How a source says that a text is in no language, or in one that it does not know.
_NO_LANGUAGE = frozenset({"", "x-none", "none", "und", "zxx", "x-default"})


@functools.lru_cache(maxsize=4096)
def local(tag: Any) -> str:
    """Return the local name of ``tag`` in lower case; "" for comments, entities and the like."""
    return tag.rpartition("}")[2].lower() if isinstance(tag, str) else ""


def every(element: Any, *path: str) -> Iterator[Any]:
    """Yield the elements below ``element`` at ``path``, lower-case local names, in order."""
    name, rest = path[0], path[1:]
    for child in element:
        if local(child.tag) == name:
            if rest:
                yield from every(child, *rest)
            else:
                yield child


def text(element: Any) -> str:
    """Return all text in ``element``, markup left out, without blanks around it."""
    said = "".join(element.itertext()) if len(element) else element.text
    return said.strip() if said else ""


def texts(element: Any, *path: str) -> list[str]:
    """Return what is said at ``path``, empty elements left out."""
    return [said for found in every(element, *path) if (said := text(found))]


def first(element: Any, *path: str) -> str:
    """Return the first thing said at ``path``, or ""."""
    return next((said for found in every(element, *path) if (said := text(found))), "")


def language(element: Any) -> str:
    """Return the language that ``element`` itself claims, as said; "" for none.

    IEEE LOM says ``language``, MODS and careless XML ``lang``, all others ``xml:lang``.
    """
    said = element.get(XML_LANG) or element.get("language") or element.get("lang") or ""
    return stated(said.strip())


def stated(code: str) -> str:
    """Return a language code, or "" where it only says that there is none."""
    return "" if code.lower() in _NO_LANGUAGE else code


def filled(root: Any) -> Any:
    """Return ``root``. Raises ParseError (rule ``record.empty``) where nothing is in it."""
    if len(root) == 0:
        raise ParseError("record.empty", f"the {local(root.tag)} element is empty")
    return root
