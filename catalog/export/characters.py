"""Characters that XML 1.0 cannot hold, not even escaped, and that no other format misses."""

from __future__ import annotations

import re

#: What is no ``Char`` in XML 1.0 (2.2): controls, lone surrogates, U+FFFE and U+FFFF.
_NO_CHAR = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_BREAKS = str.maketrans("\v\f", "\n\n")


def writable(text: str) -> str:
    """Return ``text`` without the characters that cannot be written; quick where there are none."""
    if text.isprintable():  # neither controls nor surrogates nor noncharacters are
        return text
    return _NO_CHAR.sub("", text.translate(_BREAKS))


def line(text: str) -> str:
    """Return ``text`` on one line, runs of blanks as one, without what cannot be written."""
    return " ".join(writable(text).split())
