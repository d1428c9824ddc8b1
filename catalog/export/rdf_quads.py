"""N-Quads of materials, for dumps: quick, in one order, and a line a statement.

The graph is that of ``rdf``, made straight of the nested document. What has no name of its own is
called after its material (RDF 1.1 N-Quads, 2.4), so that files can be put together and a dump of
today differs from that of yesterday only where the catalogue does.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from catalog.export.rdf import PREFIXES, is_iri, prepared
from catalog.export.rdf_tree import NAMESPACE, TYPE_NAME, each, in_full
from catalog.export.schema_org import Document

_TYPE = f"<{NAMESPACE}type>"
_BOOLEAN = "<http://www.w3.org/2001/XMLSchema#boolean>"
#: What cannot stand in a literal (2.3), and what some readers take for the end of a line.
_ESCAPES = str.maketrans(
    {
        "\\": r"\\",
        '"': r"\"",
        "\n": r"\n",
        "\r": r"\r",
        "\x85": r"\u0085",
        "\u2028": r"\u2028",
        "\u2029": r"\u2029",
    }
)


def n_quads(documents: Iterable[Document]) -> bytes:
    """Return several documents in N-Quads 1.1, each in the graph that ``quads`` says."""
    return "".join(
        line for at, document in enumerate(documents) for line in quads(document, f"m{at}")
    ).encode()


def quads(document: Document, label: str) -> dict[str, None]:
    """Return the lines of one document, each once, in its order.

    They are in the graph that is called by the document's page, and in the default one where it
    has none. ``label``, of letters and digits, begins the names of what has none: no two documents
    of one file have the same.
    """
    name = document.get("mainEntityOfPage", {}).get("@id", "")
    ending = f" <{name}> .\n" if is_iri(name) else " .\n"
    statements = _Statements(label)
    statements.describe(prepared(document))
    return dict.fromkeys(line + ending for line in statements.found)


class _Statements:
    """The statements of one document, without what ends them."""

    def __init__(self, label: str) -> None:
        self.found: list[str] = []
        self._label = label
        self._unnamed = 0

    def describe(self, said: dict[str, Any]) -> str:
        """Add what is said of a node, and return its name."""
        node = f"<{in_full(said['@id'])}>" if "@id" in said else self._name()
        self.found += (
            f"{node} {_TYPE} <{PREFIXES['schema']}{name}>"
            for name in each(said.get("@type", []))
            if TYPE_NAME.fullmatch(name)
        )
        for key, value in said.items():
            if not key.startswith("@"):
                self._add(f"{node} <{_property(key)}>", each(value))
        return node

    def _add(self, beginning: str, values: Iterable[Any]) -> None:
        self.found += (f"{beginning} {self._value(value)}" for value in values)

    def _value(self, said: Any) -> str:
        if isinstance(said, bool):
            return f'"{"true" if said else "false"}"^^{_BOOLEAN}'
        if not isinstance(said, dict):
            return _literal(said)
        if "@value" in said:
            language = said.get("@language", "")
            return _literal(said["@value"]) + (f"@{language}" if language else "")
        return self.describe(said)

    def _name(self) -> str:
        self._unnamed += 1
        return f"_:{self._label}n{self._unnamed}"


def _literal(text: str) -> str:
    return f'"{text.translate(_ESCAPES)}"'


def _property(key: str) -> str:
    prefix, _, name = key.rpartition(":")
    return PREFIXES[prefix or "schema"] + name
