"""Addresses that a site makes without end: facets, calendars, session ids.

All of it is told from the addresses alone, so that a crawl need not fall in to find out.
"""

from __future__ import annotations

import re
from collections import Counter
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

_SESSION = re.compile(
    r"(?:jsessionid|phpsessid|aspsessionid\w*|sid|session_?id|cfid|cftoken|oscsid|zenid)$",
    re.IGNORECASE,
)
_TRACKING = re.compile(r"(?:utm_\w+|fbclid|gclid|mc_[ce]id)$", re.IGNORECASE)
_IN_PATH = re.compile(r";(?:jsessionid|phpsessid|sid)=[^/?#;]*", re.IGNORECASE)
#: Parameters that sort, narrow or page through a list of what is elsewhere.
_OF_LISTS = re.compile(
    r"(?:sort|order|dir|filter|facet|fq?|view|page|start|offset|limit|per_?page|date|day|month|"
    r"year|week|calendar|replytocom|share|print)$|.*\[",
    re.IGNORECASE,
)
_MANY_PARAMETERS = 5
_DATE = re.compile(r"(?:/(?:19|20)[0-9]{2}(?:[/-][0-9]{1,2}){1,2})/?$")
_REPEATS = 3


def cleaned(url: str) -> str:
    """Return ``url`` without fragment, session id and marks of who sent the visitor."""
    try:
        parts = urlsplit(url)
        said = parse_qsl(parts.query, keep_blank_values=True)
    except ValueError:
        return url
    kept = [(k, v) for k, v in said if not (_SESSION.match(k) or _TRACKING.match(k))]
    query = parts.query if len(kept) == len(said) else urlencode(kept)
    return urlunsplit((parts.scheme, parts.netloc, _IN_PATH.sub("", parts.path), query, ""))


def pattern(url: str) -> str:
    """Return what an address has in common with others like it, if there may be no end to them.

    "" for an ordinary address: a number in it, or one parameter that names a page, is no trap.
    """
    parts = urlsplit(url)
    names = sorted({name for name, _ in parse_qsl(parts.query, keep_blank_values=True)})
    if len(names) >= _MANY_PARAMETERS or any(_OF_LISTS.match(name) for name in names):
        return f"{parts.path}?{'&'.join(names)}"
    if _DATE.search(parts.path):
        return _DATE.sub("/DATE", parts.path)
    folders = Counter(part for part in parts.path.split("/") if part)
    often = [name for name, times in folders.items() if times >= _REPEATS and not name.isdecimal()]
    return f".../{often[0]}/.../{often[0]}/..." if often else ""


def depth(url: str) -> int:
    """Return in how many folders a page is."""
    return sum(bool(part) for part in urlsplit(url).path.split("/")[:-1])


class Budget:
    """How many addresses of a site are enough, and which were too many."""

    def __init__(self, *, max_depth: int, max_similar: int) -> None:
        self._max_depth = max_depth
        self._max_similar = max_similar
        self._similar: Counter[str] = Counter()
        self._deep = 0

    def allows(self, url: str) -> bool:
        """Tell whether an address is within the budget; counts it."""
        if depth(url) > self._max_depth:
            self._deep += 1
            return False
        like = pattern(url)
        if like:
            self._similar[like] += 1
        return not like or self._similar[like] <= self._max_similar

    def exceeded(self) -> list[str]:
        """Return what was left out, as halves of sentences."""
        said = [
            f"{times - self._max_similar} of {times} addresses like {like} (max_similar)"
            for like, times in self._similar.most_common(5)
            if times > self._max_similar
        ]
        if self._deep:
            said.append(f"{self._deep} addresses in too many folders (max_depth)")
        return said
