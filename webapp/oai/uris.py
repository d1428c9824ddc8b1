"""Names that sources give, where a schema asks for a URI (XML Schema's anyURI)."""

from __future__ import annotations

import re
from urllib.parse import quote, urlsplit, urlunsplit

_PART = r"(?:[A-Za-z0-9._~!$&'()*+,;=:@/?-]|%[0-9A-Fa-f]{2})*"
_URI = re.compile(
    rf"(?:https?://[A-Za-z0-9.-]+(?::[0-9]{{1,5}})?(?:[/?]{_PART})?"
    rf"|(?!https?:)[A-Za-z][A-Za-z0-9+.-]*:(?!/){_PART}"
    rf"|(?![/?])(?:[A-Za-z0-9._~!$&'()*+,;=@/?-]|%[0-9A-Fa-f]{{2}})*)(?:#{_PART})?"
)


def is_uri(text: str) -> bool:
    """Tell whether ``text`` is a URI of the plain kinds (RFC 3986), absolute or relative."""
    return _URI.fullmatch(text) is not None


def uri(text: str) -> str:
    """Return ``text`` as a URI: with only those characters escaped that cannot stand in one."""
    for safe in ("%/:?@!$&'()*+,;=~#", "/:?@!$&'()*+,;=~", "@!$&'()*+,;=~"):
        escaped = quote(text, safe=safe, errors="replace")
        if is_uri(escaped):
            return escaped
    return quote(text, safe="", errors="replace")


def public(url: str) -> str:
    """Return the address of a source without what may be secret in it, or "" for one of ours.

    Names, passwords and queries may hold a key; a path of this machine is nobody's business.
    """
    try:
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            return ""
        host = parts.hostname + (f":{parts.port}" if parts.port else "")
    except ValueError:
        return ""
    return uri(urlunsplit((parts.scheme, host, parts.path, "", "")))
