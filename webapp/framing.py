"""The site inside a frame of another one: which pages there are there, and how a frame looks.

What a frame looks like stands at the front of its path (``/embed/dark.7a1f5c@client/nl/zoeken``):
so every link within it keeps it, and a search in it is the query string that it always is.
"""

from __future__ import annotations

import re
from typing import Literal, get_args

from flask import g
from msgspec import Struct

from catalog.index import QueryError

#: What starts the path of everything that may be framed, and of nothing else.
PREFIX = "/embed/"

Theme = Literal["auto", "light", "dark"]
THEMES: tuple[Theme, ...] = get_args(Theme)

_THEME = "|".join(THEMES)
_NAME = re.compile(rf"({_THEME})(?:\.([0-9a-f]{{6}}))?(?:@([a-z0-9][a-z0-9-]{{0,39}}))?")
_ACCENT = re.compile(r"#?([0-9a-fA-F]{6})")


class Frame(Struct, frozen=True):
    """How a frame looks, and whose it is.

    ``accent`` is a colour of six hexadecimal digits or "", for the site's own; ``client`` a name
    of ``[embed.clients]`` or "".
    """

    theme: Theme = "auto"
    accent: str = ""
    client: str = ""

    @property
    def look(self) -> str:
        """What of the name says how it looks."""
        return self.theme + (f".{self.accent}" if self.accent else "")

    @property
    def name(self) -> str:
        """The frame in its path."""
        return self.look + (f"@{self.client}" if self.client else "")

    @property
    def at(self) -> str:
        """What stands before the path of a page in this frame."""
        return PREFIX + self.name

    @property
    def layout(self) -> str:
        """The template that lays out its pages."""
        return "embed/frame.html"

    @property
    def picks(self) -> bool:
        """Whether materials are chosen in it: then the page of each opens there as well."""
        return False

    @property
    def scheme(self) -> str:
        """The colour schemes of its page, as browsers call them."""
        return "light dark" if self.theme == "auto" else self.theme


def read(name: str) -> Frame | None:
    """Return the frame with this name in a path; None where there can be none."""
    found = _NAME.fullmatch(name)
    return frame(*(part or "" for part in found.groups())) if found else None


def frame(theme: str = "", accent: str = "", client: str = "") -> Frame:
    """Return a frame as somebody asks for it. Raises QueryError: no such theme, or no colour."""
    known = next((each for each in THEMES if each == (theme or "auto")), None)
    if known is None:
        raise QueryError(f"theme is one of {', '.join(THEMES)}.")
    colour = _ACCENT.fullmatch(accent) if accent else None
    if accent and not colour:
        raise QueryError("accent is a colour of six hexadecimal digits.")
    return Frame(known, colour[1].lower() if colour else "", client)


def present() -> Frame | None:
    """Return the frame that the present request is for."""
    found: Frame | None = g.get("frame")
    return found


def at() -> str:
    """Return what stands before the path of a page that stays where the present one is."""
    found = present()
    return found.at if found else ""
