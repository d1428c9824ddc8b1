"""A look at a video or slides without leaving: from known sites alone, and on request alone."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib import resources
from urllib.parse import urlsplit

from msgspec import Struct

from webapp.addresses import web_url


class Preview(Struct, frozen=True):
    """What can be shown: its address, and whom a visitor who looks at it talks to."""

    frame: str
    name: str

    @property
    def origin(self) -> str:
        """What the policy of the page has to let in: scheme and host, and no more."""
        parts = urlsplit(self.frame)
        return f"{parts.scheme}://{parts.netloc}"


class _Player(Struct, frozen=True):
    name: str
    frame: str
    forms: tuple[re.Pattern[str], ...]


def preview(url: str) -> Preview | None:
    """Return how the material at an address can be shown; None where that is not known."""
    if not web_url(url):
        return None
    for player in _players():
        found = next(filter(None, (form.fullmatch(url) for form in player.forms)), None)
        if found:
            return Preview(player.frame.format_map(found.groupdict()), player.name)
    return None


@cache
def _players() -> tuple[_Player, ...]:
    """Return the sites of ``schemas/players.toml``, read once."""
    read = tomllib.loads((resources.files("schemas") / "players.toml").read_text("utf-8"))
    return tuple(
        _Player(each["name"], each["frame"], tuple(map(re.compile, each["forms"])))
        for each in read["player"]
    )
