"""Addresses that nobody has made: by what a site answers to them, what is not there is known."""

from __future__ import annotations

import hashlib
import re
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

_NINE = 9  # digits of a made-up number: it fits in 32 bits, and no catalogue has come that far
_DIGITS = "0123456789"
_HEX = re.compile(r"[0-9a-f][0-9a-f-]{6,}[0-9a-f]", re.IGNORECASE)
_EXTENSION = re.compile(r"\.[A-Za-z][A-Za-z0-9]{0,4}\Z")
_NAMING = re.compile(
    r"(?:id|nr|no|v|p|key|code|item|doc|document|record|entry|video|media|handle|isbn)\Z",
    re.IGNORECASE,
)
_CONSONANTS = "bcdfghjklmnpqrstvwxz"


def sibling(url: str) -> str:
    """Return an address like ``url`` that cannot be there; always the same one.

    All that may say which material is meant is replaced, from the first part with a number on:
    sites like to find a page by its number alone, whatever stands after it. What is made up is
    alike: a number for a number, as sites sort addresses by that before they look.
    """
    split = urlsplit(url)
    query = parse_qsl(split.query, keep_blank_values=True)
    named = {key for key, value in query if _has_digit(value) and _NAMING.search(key)}
    path = split.path if named else _path(split.path, split.netloc)
    asked = [
        (key, _like(value, split.netloc) if key in named or not named else value)
        for key, value in query
    ]
    return urlunsplit((split.scheme, split.netloc, path, urlencode(asked, quote_via=quote), ""))


def _path(path: str, salt: str) -> str:
    parts = path.split("/")
    filled = [at for at, part in enumerate(parts) if part]
    if not filled:
        return "/" + _like("pagina", salt)
    first = next((at for at in filled if _has_digit(parts[at])), filled[-1])
    return "/".join(
        _like(part, salt) if at >= first and part else part for at, part in enumerate(parts)
    )


def kind(url: str) -> tuple[str, ...]:
    """Return what addresses have in common for which one sibling will do."""
    split = urlsplit(url)
    first = split.path.lstrip("/").partition("/")[0]
    fixed = "#" if _has_digit(first) or "/" not in split.path.lstrip("/") else first
    return (
        split.scheme,
        split.netloc,
        fixed,
        *sorted(key for key, _ in parse_qsl(split.query, keep_blank_values=True)),
    )


def _has_digit(part: str) -> bool:
    return any(character in _DIGITS for character in part)


def _like(part: str, salt: str) -> str:
    """Return what is of the kind of ``part``: a number, a hexadecimal name, a word."""
    digest = hashlib.blake2b(f"{salt}\0{part}".encode("utf-8", "replace"), digest_size=32)
    code = digest.hexdigest()
    numbers = "9" + "".join(str(int(character, 16) % 10) for character in code)
    if part.isdecimal():
        return numbers[: max(_NINE, min(len(part), 20))]
    if _HEX.fullmatch(part):
        made = iter(code * (len(part) // len(code) + 1))
        return "".join("-" if character == "-" else next(made) for character in part)
    extension = _EXTENSION.search(part)
    letters = "".join(_CONSONANTS[int(code[at : at + 2], 16) % 20] for at in range(0, 24, 2))
    tail = numbers[:_NINE] if _has_digit(part) else ""
    return letters + tail + (extension[0] if extension else "")
