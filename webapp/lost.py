"""What somebody may have been looking for at an address where nothing is."""

from __future__ import annotations

import re

from webapp.addresses import LANGUAGES, ROUTES

_MOST = 6  # words
_LONGEST = 40  # characters of a word that somebody might have typed
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)?")
_FILE = re.compile(r"\.(?:html?|php|aspx?|pdf|xml|json|jsp)$", re.IGNORECASE)
#: What addresses are made of, and nobody looks for.
_OURS = {
    *LANGUAGES,
    *(part for rules in ROUTES.values() for rule in rules.values() for part in rule.split("/")),
    *("index", "www", "wp", "api", "static"),
}


def words(path: str) -> str:
    """Return the words of an address, to search for; "" where it has none that tell anything.

    Numbers and what looks like a key say nothing: a word has a letter, and no digits within.
    """
    parts = [part for part in _FILE.sub("", path).split("/") if part.lower() not in _OURS]
    found = dict.fromkeys(
        word
        for part in parts
        for word in _WORD.findall(part)
        if 1 < len(word) <= _LONGEST and not any(map(str.isdigit, word))
    )
    return " ".join(list(found)[:_MOST])
