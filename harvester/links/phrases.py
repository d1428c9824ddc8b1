"""By what pages are known that are not the material: ``schemas/links.toml``, read once."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable
from importlib import resources
from urllib.parse import quote, urlsplit

import msgspec
from msgspec import Struct

_BETWEEN = r"|·•»«\u2013\u2014"  # what stands between the parts of a title
_PARTS = re.compile(rf"\s+[{_BETWEEN}-]+\s+|[{_BETWEEN}:!?.]+(?:\s+|$)")
_SEGMENTS = re.compile(r"[/;]")


class Marks(Struct, frozen=True, forbid_unknown_fields=True):
    """By what one kind of page is known; see the comments in the file."""

    titles: frozenset[str] = frozenset()
    words: tuple[str, ...] = ()
    markup: tuple[str, ...] = ()
    hosts: frozenset[str] = frozenset()
    paths: frozenset[str] = frozenset()
    fields: frozenset[str] = frozenset()
    shells: frozenset[str] = frozenset()
    extensions: frozenset[str] = frozenset()

    def named(self, *headings: str) -> bool:
        """Tell whether a title or heading is one of ``titles``, as a whole or by a part."""
        return any(not self.titles.isdisjoint(parts(heading)) for heading in headings)

    def said(self, text: str) -> str:
        """Return the phrase that ``text``, in small letters, has; "" where it has none."""
        return next((phrase for phrase in self.words if phrase in text), "")

    def on_the_way(self, url: str) -> bool:
        """Tell whether an address has one of ``paths`` or leads to one of ``hosts``."""
        split = urlsplit(url)
        host = split.hostname or ""
        if host in self.hosts or host.partition(".")[0] in self.hosts:
            return True
        segments = _SEGMENTS.split(split.path.lower())
        return not self.paths.isdisjoint([*segments, *(s.partition(".")[0] for s in segments)])

    def owns(self, hosts: Iterable[str]) -> bool:
        """Tell whether one of the hosts is, or is within, one of ``hosts``."""
        return any(host == own or host.endswith(f".{own}") for host in hosts for own in self.hosts)


class Player(Struct, frozen=True, forbid_unknown_fields=True):
    """A site with films, and where it says by oEmbed whether one is there."""

    hosts: frozenset[str]
    ask: str
    gone: frozenset[int]

    def question(self, url: str) -> str:
        """Return the address at which to ask about a film."""
        return self.ask.replace("{url}", quote(url, safe=""))


class Phrases(Struct, frozen=True, forbid_unknown_fields=True):
    """All kinds of pages."""

    not_found: Marks
    removed: Marks
    parked: Marks
    login: Marks
    consent: Marks
    wall: Marks
    script: Marks
    home: Marks
    resolvers: Marks
    files: Marks
    players: tuple[Player, ...]

    def player(self, url: str) -> Player | None:
        """Return the site that can be asked about a film; None for all else."""
        split = urlsplit(url)
        about = len(split.path) > 1
        return next((p for p in self.players if about and within(split.hostname, p.hosts)), None)


def within(host: str | None, owners: Iterable[str]) -> bool:
    """Tell whether a host is one of ``owners``, or within the domain of one."""
    return any(host == own or (host or "").endswith(f".{own}") for own in owners)


def parts(heading: str) -> set[str]:
    """Return a heading in small letters, and the parts that it is made of."""
    whole = heading.casefold().strip()
    return {whole, whole.strip(" .!?"), *(part.strip() for part in _PARTS.split(whole))} - {""}


@functools.cache
def phrases() -> Phrases:
    """Return the data, read once."""
    text = (resources.files("schemas") / "links.toml").read_bytes()
    return msgspec.toml.decode(text, type=Phrases)
