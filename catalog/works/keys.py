"""The blocks in which a record is compared: only records with a key in common are.

Keys are made so that two records of one work, however differently described, share at least one:
a name, the target of a relation, the title in several shapes, alone and with a maker. A key that
very many records share says nothing by itself; the narrower ones beside it still do.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import blake2b
from itertools import islice

from catalog.works.identity import is_front
from catalog.works.signature import Signature
from catalog.works.titles import Title

MOST = 12  # keys of a record
_NAMES, _TIES, _TITLES, _MAKERS = 4, 2, 3, 2
_PREFIX = 3  # words
_BITS = (1 << 63) - 1


def keys(signature: Signature) -> tuple[int, ...]:
    """Return at most ``MOST`` numbers of 63 bits, each once, the surest first."""
    found = dict.fromkeys(islice(_said(signature), MOST * 2))
    return tuple([_number(one) for one in islice(found, MOST)])


def _number(said: str) -> int:
    digest = blake2b(said.encode("utf-8", "replace"), digest_size=8).digest()
    return int.from_bytes(digest, "big") & _BITS


def _said(s: Signature) -> Iterator[str]:
    for name in s.names[:_NAMES]:
        if not is_front(name) and not name.startswith("issn:"):
            yield name
    for tied in s.ties[:_TIES]:
        yield tied.target  # the block of the material it names
    titles = s.titles[:_TITLES]
    for title in titles:
        yield "t " + "".join(sorted(title.full.split()))
        yield "h " + title.head.replace(" ", "")
    families = [min(one.family or one.words) for one in s.makers[:_MAKERS] if one.words]
    for title in titles:
        yield from _narrower(title, families, s)


def _narrower(title: Title, families: list[str], s: Signature) -> Iterator[str]:
    """Yield the keys of a title with something else, and of parts of it."""
    head = title.head
    for family in families:
        yield f"m {head} {family}"
    if len(title.parts) > 1:
        yield "h " + title.parts[1].replace(" ", "")
    if s.year and families:
        yield f"y {head} {families[0]} {s.year}"
    elif s.publishers and not families:
        yield f"p {head} {min(s.publishers[0].words, default='')}"
    words = title.full.split()
    if len(words) > _PREFIX:
        yield "w " + " ".join(words[:_PREFIX])
    if families:
        yield f"l {families[0]} {max(words, key=len)[:6]}"
