"""Changes to an input at its joints: whole tags, strings, cells and fields move, not only bytes.

Flipped bytes seldom make another XML or JSON out of one. So every other time an input is cut into
tokens, and those are dropped, doubled, exchanged, or replaced by a token of another input or by
one that is known to do harm.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterable

_TOKEN = re.compile(
    rb"<[^<>]{0,200}>|&[#\w]{1,12};|\"[^\"]{0,200}\"|[\w.:/-]+|[\x1b\x1d-\x1f]|\s+|.", re.DOTALL
)
_MOST_CHANGES = 4
_HARMFUL = (
    b"", b"\0", b"\x0b", b"\x1b", b"\x1b$1", b"\x1b(3", b"\x1bp", b"\xe2", b"\xed\xa0\x80", b"\xff",
    b"\xef\xbb\xbf", b"\xff\xfe", "\u202e\u0301\u200d".encode(), b"&#0;", b"&#xD800;", b"&#x202e;",
    b"&nbsp;", b"&amp;amp;lt;script&amp;amp;gt;", b"&lt;script&gt;", b"<script>", b"<![CDATA[",
    b"]]>", b"<!--", b"-->", b"<?xml version='1.0' encoding='utf-16'?>", b"<!DOCTYPE a [", b"<a:b>",
    b"<table><tr><td>", b"javascript:alert(1)", b"data:text/html,x", b"//[", b"http://[", b"#",
    b"?",     b'"\\ud800"', b'"\\u0000"', b'""', b"null", b"true", b"[]", b"{}", b"-1", b"0",
    b"1e999", b"NaN", b"99999999999999999999999", b'"@id"', b'"@value"', b'"@list"',
    b'"@graph"', b'"@type"', b"-", b"9", b"00000", b"99999", b"\r", b"\n\n", b'"', b"'", b"\t",
    b"Content-Type: text/html; charset=utf-7\n", b"Content-Type: application/ld+json\n",
)  # fmt: skip


class Mutator:
    """Makes new inputs out of those of a corpus."""

    def __init__(self, corpus: Iterable[bytes]) -> None:
        found = {token for seed in corpus for token in _TOKEN.findall(seed)}
        self._tokens = [*sorted(found), *_HARMFUL]

    def changed(self, data: bytes, most: int, seed: int) -> bytes:
        """Return ``data`` with a few of its tokens changed, cut off at ``most`` bytes."""
        chance = random.Random(seed)
        tokens = _TOKEN.findall(data)
        for _ in range(chance.randint(1, _MOST_CHANGES)):
            start = chance.randint(0, len(tokens))
            end = min(len(tokens), start + int(chance.paretovariate(1)))
            match chance.randrange(5):
                case 0:
                    tokens[start:end] = []
                case 1:
                    tokens[start:start] = tokens[start:end] * chance.choice((1, 1, 2, 50))
                case 2:
                    place = chance.randint(0, len(tokens))
                    tokens[place:place] = tokens[start:end]
                case 3:
                    tokens[start:start] = [chance.choice(self._tokens)]
                case _:
                    tokens[start:end] = [chance.choice(self._tokens)]
        return b"".join(tokens)[:most]
