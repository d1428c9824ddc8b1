"""What of a material stands in a cartridge: one web link, under a title that its reader knows."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable

from msgspec import Struct
from msgspec.structs import replace

from catalog.export import Listing
from catalog.export.addresses import WEB, address
from catalog.export.characters import line
from catalog.export.reading_list import Listed
from catalog.normalise.url import url
from catalog.resource import LearningResource, Text

_LONGEST = 250  # characters of a title: Moodle and Canvas keep 255
_RESOLVED = ("doi", "handle")
#: Controls that XML can hold, and that show as nothing or, in HTML, as something else.
_CONTROLS = re.compile("[\x7f-\x9f]")


class Contents(Struct, frozen=True, kw_only=True):
    """What is packed: its title, "" for one of ours, and its page in the catalogue, "" for none.

    ``total`` is how many materials there are, of which these may be the first; ``gone`` how many
    were asked for and are there no more.
    """

    title: str = ""
    url: str = ""
    catalogue: str = ""
    total: int = 0
    gone: int = 0


class Link(Struct, frozen=True):
    """A material with a web address, an http(s) URI in ASCII.

    ``id`` is an ``xs:ID``, the same in every cartridge that has this address once: so a learning
    environment knows it again. ``resource`` says what is in the reader's language first.
    """

    id: str
    title: str
    href: str
    resource: LearningResource
    listing: Listing

    @property
    def file(self) -> str:
        """The name of its file in a full cartridge."""
        return f"links/{self.id}.xml"


def linked(listed: Iterable[Listed], language: str) -> list[Link]:
    """Return the materials that can be linked to, in their order."""
    found: list[Link] = []
    seen: Counter[str] = Counter()
    for resource, listing in listed:
        if href := _address(resource, listing):
            seen[href] += 1
            named = _first_in(language, resource, href)
            found.append(Link(_id(href, seen[href]), _title(named), href, named, listing))
    return found


def plain(text: str) -> str:
    """Return ``text`` on one line, without characters that no page should hold."""
    return line(_CONTROLS.sub(" ", text))


def cut(text: str, length: int = _LONGEST) -> str:
    """Return ``text``, or as many of its words as fit, and an ellipsis."""
    if len(text) <= length:
        return text
    kept = text[: length - 1]
    words, blank, _ = kept.rpartition(" ")
    return (words if blank and len(words) > length // 2 else kept).rstrip() + "\u2026"


def web(place: str) -> str:
    """Return an address with http or https in its canonical spelling; others are none."""
    return url(place) if place.lower().startswith(WEB) else ""


def _address(r: LearningResource, listing: Listing) -> str:
    named = (address(one) for one in r.identifiers if one.scheme in _RESOLVED)
    places = (r.url, *named, listing.url)
    return next(filter(None, map(web, places)), "")


def _id(href: str, time: int) -> str:
    """Return an ``xs:ID`` for an address; one that comes again has another each time."""
    name = f"link-{hashlib.sha256(href.encode()).hexdigest()[:20]}"
    return name if time == 1 else f"{name}-{time}"


def _first_in(language: str, r: LearningResource, href: str) -> LearningResource:
    return replace(
        r,
        url=href,
        titles=_sorted(r.titles, language),
        descriptions=_sorted(r.descriptions, language),
    )


def _sorted(texts: tuple[Text, ...], language: str) -> tuple[Text, ...]:
    """Return texts that say something, on one line, those in ``language`` first."""
    lines = (Text(plain(text.text), text.language) for text in texts)
    there = (text for text in lines if any(map(_shows, text.text)))
    return tuple(sorted(there, key=lambda text: text.language[:2].lower() != language))


def _shows(character: str) -> bool:
    return character.isprintable() and not character.isspace()


def _title(r: LearningResource) -> str:
    """Return the title, else the address as people write it."""
    return cut(r.titles[0].text if r.titles else r.url.partition("://")[2].rstrip("/"))
