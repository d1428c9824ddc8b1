"""Names of character sets, as servers and documents give them."""

from __future__ import annotations

import codecs

#: What Python calls codecs and no document is written in: some unpack, some take minutes or warn.
_NO_CHARSETS = frozenset({
    "base64", "bz2", "hex", "idna", "punycode", "quopri", "raw-unicode-escape", "rot-13",
    "undefined", "unicode-escape", "uu", "zlib",
})  # fmt: skip


def codec(name: str) -> str:
    """Return Python's own name of a charset, or "" for one that it does not know."""
    try:
        found = codecs.lookup(name).name
    except (LookupError, ValueError):  # the second of a NUL in the name
        return ""
    return "" if found in _NO_CHARSETS else found
