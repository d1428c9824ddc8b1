"""Text that goes to an LMS and comes from one: on one line, of a known length, and only text."""

from __future__ import annotations

import re

#: Controls and halves of characters, and what turns the direction of all that stands after it.
_UNWANTED = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]+")
_MARKUP = str.maketrans("<>", "\u2039\u203a")
_MORE = "\u2026"


def plain(text: str, most: int) -> str:
    """Return ``text`` on one line of ``most`` characters at most, cut between words if it must.

    Some platforms read what is sent to them as HTML, others show an escape as it stands: for both
    to show the same, the two signs that open and close an element become the ones that look like
    them.
    """
    said = " ".join(_UNWANTED.sub(" ", text).split()).translate(_MARKUP)
    if len(said) <= most:
        return said
    whole = said[:most].rpartition(" ")[0]
    cut = whole if len(whole) > most // 2 else said[: most - 1]
    return cut.rstrip(" ,;:.") + _MORE
