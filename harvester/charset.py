"""Character sets by the names that servers and documents give them, and what no store can keep."""

from __future__ import annotations

import codecs
import re

#: What Python calls codecs and no document is written in: some unpack, some take minutes or warn.
_NO_CHARSETS = frozenset({
    "base64", "bz2", "hex", "idna", "punycode", "quopri", "raw-unicode-escape", "rot-13",
    "undefined", "unicode-escape", "uu", "zlib",
})  # fmt: skip
_UNKEPT = re.compile("[\x00\ud800-\udfff]")


def codec(name: str) -> str:
    """Return Python's own name of a charset, or "" for one that it does not know."""
    try:
        found = codecs.lookup(name).name
    except (LookupError, ValueError):  # the second of a NUL in the name
        return ""
    return "" if found in _NO_CHARSETS else found


def storable(text: str) -> str:
    """Return ``text`` with U+FFFD for NUL, of which PostgreSQL has none, and for lone surrogates.

    JSON, tables and MARC can hold either, and one of them would end a whole run.
    """
    return text if text.isprintable() else _UNKEPT.sub("\ufffd", text)
