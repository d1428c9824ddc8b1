"""What was seen on a visit to an address; nothing of what it means."""

from __future__ import annotations

from msgspec import Struct

from harvester.links.page import Page


class RestingError(Exception):
    """A host has asked to be left alone: what is due there waits for another run."""


class Hop(Struct, frozen=True, gc=False):
    """A redirect: its status (0: a page led on by itself), and where it led."""

    status: int
    url: str


class Answer(Struct, frozen=True, kw_only=True, gc=False):
    """The answer in which redirects ended.

    ``size`` is how many bytes of it were read, ``length`` how many it says it has. ``page`` is
    None where it is no HTML, or was not read.
    """

    url: str
    status: int
    media_type: str = ""
    length: int | None = None
    size: int = 0
    whole: bool = True  # it was read to its end
    retry_after: float | None = None  # seconds
    wall: str = ""  # the firewall that answered in the site's place
    page: Page | None = None


class Trouble(Struct, frozen=True, gc=False):
    """Why there is no answer: a reason of ``catalog.links``, and what an operator is told."""

    reason: str
    detail: str = ""
    wait: float = 0.0


class Observation(Struct, frozen=True, kw_only=True, gc=False):
    """One visit: the way, and how it ended: by an answer or by trouble.

    ``missing`` is what the same site answers for an address beside this one that nobody has made.
    ``film`` is whether the site of a film says by oEmbed that it is there; None: it was not asked,
    or says neither.
    """

    asked: str
    hops: tuple[Hop, ...] = ()
    answer: Answer | None = None
    trouble: Trouble | None = None
    bodiless: bool = False  # it was asked for by HEAD
    missing: Answer | None = None
    film: bool | None = None

    @property
    def url(self) -> str:
        """Where the way ended."""
        return self.hops[-1].url if self.hops else self.asked
