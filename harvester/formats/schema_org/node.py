"""JSON-LD as it is found: any prefix, any nesting, strings where objects belong and the reverse.

No JSON-LD library expands it: contexts live on other servers, and pages that name the wrong one
mean schema.org all the same. Every reader takes a fixed number of steps down, so that references
that run in circles end by themselves.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator
from typing import Any

from catalog.resource import Text
from harvester.formats._xml import stated

_MOST_VALUES = 1000  # of one property; a course with more parts than that is not shown part by part
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{1,8})*|@none")
_NAMES = ("name", "prefLabel", "label", "headline", "title", "termName")


@functools.lru_cache(maxsize=4096)
def plain(name: str) -> str:
    """Return a key, type or enumeration value without prefix, namespace or at sign."""
    return name.lstrip("@").replace("#", "/").rpartition("/")[2].rpartition(":")[2]


class Graph:
    """All nodes of a document that have a name, and the language of its bare strings."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.language = _context_language(document.get("@context"))
        listed = document.get("@graph")
        tops = [document] if listed is None else list(flat(listed))
        self.tops = [Node(top, self) for top in tops if isinstance(top, dict)]
        self._named: dict[str, dict[str, Any]] = {}
        for node in self.tops:
            if node.id and len(node.source) > 1:
                self._named.setdefault(node.id, node.source)

    def resolve(self, value: Any) -> Any:
        """Return the node that ``{"@id": ...}`` alone refers to, where it is in the document."""
        if isinstance(value, dict) and len(value) == 1:
            id_ = value.get("@id", value.get("id"))
            if isinstance(id_, str):
                return self._named.get(id_, value)
        return value


class Node:
    """One object; properties by plain name, as lists."""

    __slots__ = ("_keys", "graph", "source")

    def __init__(self, source: dict[str, Any], graph: Graph) -> None:
        self.source = source
        self.graph = graph
        self._keys: dict[str, list[str]] = {}
        for key in source:
            self._keys.setdefault(plain(key), []).append(key)

    @property
    def id(self) -> str:
        return next((v for v in self.values("id") if isinstance(v, str)), "")

    @property
    def types(self) -> list[str]:
        return [plain(v) for v in self.values("type") if isinstance(v, str)]

    def values(self, *names: str) -> list[Any]:
        """Return what any of ``names`` says, lists undone and references followed."""
        found = [self.source[key] for name in names for key in self._keys.get(name, ())]
        return [self.graph.resolve(value) for value in flat(found)]

    def nodes(self, *names: str) -> Iterator[Node]:
        for value in self.values(*names):
            if isinstance(value, dict):
                yield Node(value, self.graph)

    def texts(self, *names: str) -> list[Text]:
        """Return texts of the first of ``names`` that has any."""
        for name in names:
            if found := list(texts(self.values(name), self.graph)):
                return found
        return []

    def words(self, *names: str) -> list[str]:
        """Return what all ``names`` say in plain words, each once, in order."""
        return list(dict.fromkeys(t.text for t in texts(self.values(*names), self.graph)))

    def word(self, *names: str) -> str:
        return next(iter(self.words(*names)), "")

    def label(self) -> Text:
        """Return its name in one language: the document's own, Dutch, English or the first."""
        found = self.texts(*_NAMES)
        for language in (self.graph.language, "nl", "en"):
            for text in found:
                if language and text.language.partition("-")[0] == language:
                    return text
        return found[0] if found else Text("")

    def links(self, *names: str) -> list[str]:
        """Return addresses: strings as they are, of objects the url or @id."""
        found = []
        for value in self.values(*names):
            if isinstance(value, str):
                found.append(value.strip())
            elif isinstance(value, dict):
                node = Node(value, self.graph)
                own = [
                    v for v in node.values("url", "contentUrl", "id", "value") if isinstance(v, str)
                ]
                found += own[:1]
        return list(dict.fromkeys(filter(None, found)))


def flat(value: Any) -> Iterator[Any]:
    """Yield the values in nested lists, ``@list`` and ``@set``; nulls and blanks left out."""
    waiting, taken = [value], 0
    while waiting and taken < _MOST_VALUES:
        value = waiting.pop()
        if isinstance(value, list):
            waiting.extend(reversed(value))
        elif isinstance(value, dict) and ("@list" in value or "@set" in value):
            waiting.append(value.get("@list", value.get("@set")))
        elif value not in (None, "", {}):
            taken += 1
            yield value


def texts(values: Iterable[Any], graph: Graph, depth: int = 3) -> Iterator[Text]:
    """Yield the texts in strings, numbers, value objects, language maps, and things with a name."""
    for value in values:
        if isinstance(value, str):
            if said := value.strip():
                yield Text(said, graph.language)
        elif isinstance(value, bool):
            yield Text("true" if value else "false")
        elif isinstance(value, int | float):
            yield Text(str(value))
        elif isinstance(value, dict) and depth:
            yield from _texts_of(value, graph, depth - 1)


def _texts_of(value: dict[str, Any], graph: Graph, depth: int) -> Iterator[Text]:
    if "@value" in value:
        language = value.get("@language", graph.language)
        for text in texts(flat(value["@value"]), graph, depth):
            yield Text(text.text, stated(language) if isinstance(language, str) else "")
    elif _is_language_map(value):
        for language, said in value.items():
            for text in texts(flat(said), graph, depth):
                yield Text(text.text, stated(language.lstrip("@")))
    else:
        node = Node(value, graph)
        named = next(filter(None, (node.values(name) for name in _NAMES)), [])
        yield from texts(named, graph, depth)


def _is_language_map(value: dict[str, Any]) -> bool:
    # "id" is a key in AMB, and Indonesian; "type" is too long to be a language.
    return value.keys() != {"id"} and all(
        _LANGUAGE.fullmatch(key) and isinstance(said, str | list) for key, said in value.items()
    )


def _context_language(context: Any) -> str:
    found = [part.get("@language") for part in flat(context) if isinstance(part, dict)]
    return next((stated(language) for language in found if isinstance(language, str)), "")
