"""The line that names whom one owes: title, author, source, licence (TASL), ready to paste.

In text, HTML or Markdown, each escaped for its medium; addresses become links only where they are
web addresses. A material whose licence is not known or reserved gets a line all the same, that says
so: to name somebody is not to have leave.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import Literal
from urllib.parse import quote

from msgspec import Struct

from catalog.export import UNLISTED, Listing
from catalog.export.addresses import WEB
from catalog.export.characters import line
from catalog.export.licence.terms import Terms, of_resource
from catalog.resource import LearningResource

Medium = Literal["text", "html", "markdown"]
MEDIA: tuple[Medium, ...] = ("text", "html", "markdown")

_MOST_NAMES = 10
_LICENSE = "license"  # the relation of the link, by which machines know it (HTML, 4.6.7)


class _Words(Struct, frozen=True):
    untitled: str
    by: str
    others: str
    via: str
    under: str
    free: str
    reserved: str
    taverne: str
    unknown: str
    adapted: str


_WORDS = {
    "nl": _Words(
        untitled="zonder titel",
        by="door",
        others="en {count} anderen",
        via="via",
        under="gebruikt onder",
        free="vrij van auteursrecht:",
        reserved="alle rechten voorbehouden",
        taverne="vrij te lezen op grond van artikel 25fa Auteurswet; andere rechten voorbehouden",
        unknown="licentie niet vermeld",
        adapted="Bewerkt naar",
    ),
    "en": _Words(
        untitled="untitled",
        by="by",
        others="and {count} others",
        via="via",
        under="used under",
        free="free of copyright:",
        reserved="all rights reserved",
        taverne="free to read by article 25fa of the Dutch copyright act; other rights reserved",
        unknown="licence not stated",
        adapted="Adapted from",
    ),
}
_PUBLIC_DOMAIN = frozenset({"cc0", "pdm", "waived"})
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~&:@$^=\"'])")


def attribution(
    r: LearningResource,
    listing: Listing = UNLISTED,
    *,
    language: str = "nl",
    medium: Medium = "text",
    adapted: bool = False,
) -> str:
    """Return the line for a material in Dutch or English.

    ``adapted`` says that what goes with it was made of the material, and is not the material.
    """
    words = _WORDS["nl" if language.partition("-")[0] == "nl" else "en"]
    link, plain = _LINKS[medium], _PLAIN[medium]
    title = line(r.titles[0].text) if r.titles else words.untitled
    said = [link(f"\u201c{title}\u201d", r.url or listing.url)]
    if names := _names(r, words):
        said.append(plain(f"{words.by} {names}"))
    if listing.source:
        said.append(plain(f"({words.via} {line(listing.source)})"))
    before = plain(words.adapted) + " " if adapted else ""
    found = of_resource(r)
    before_licence, name = _licence(found, words)
    rights = link(name, found.url, _LICENSE) if name else ""
    return f"{before}{' '.join(said)}, {' '.join(filter(None, (plain(before_licence), rights)))}."


def licence_in_words(found: Terms, language: str = "nl") -> str:
    """Return the name of a licence, or in Dutch or English what is known where it has none."""
    before, name = _licence(found, _WORDS["nl" if language.partition("-")[0] == "nl" else "en"])
    return name or before


def _names(r: LearningResource, words: _Words) -> str:
    """Return the makers, else who published or offers it."""
    agents = r.creators or r.publishers or r.providers
    names = list(filter(None, dict.fromkeys(line(agent.name) for agent in agents)))
    rest = len(names) - _MOST_NAMES
    if rest > 1:
        names[_MOST_NAMES:] = []
        return f"{', '.join(names)} {words.others.format(count=rest)}"
    return ", ".join(names)


def _licence(found: Terms, words: _Words) -> tuple[str, str]:
    """Return what is said before the name of a licence, and the name where it has one."""
    if found.kind in _PUBLIC_DOMAIN:
        return words.free, found.name
    if found.kind == "statement":
        return "", f"rightsstatements.org: {found.name}"
    if found.name and found.kind != "taverne":
        return words.under, found.name
    known = {"closed": words.reserved, "taverne": words.taverne}
    return known.get(found.kind, words.unknown), ""


def _text_link(shown: str, url: str, _: str = "") -> str:
    return f"{shown} ({line(url)})" if url.startswith(WEB) else shown


def _html_link(shown: str, url: str, relation: str = "") -> str:
    text = html.escape(shown)
    if not url.startswith(WEB):
        return text
    rel = f' rel="{relation}"' if relation else ""
    return f'<a{rel} href="{html.escape(line(url))}">{text}</a>'


def _markdown(text: str) -> str:
    return _MARKDOWN.sub(r"\\\1", text)


def _markdown_link(shown: str, url: str, _: str = "") -> str:
    """Return a link; what could end the address is escaped in the way of addresses."""
    if not url.startswith(WEB):
        return _markdown(shown)
    address = quote(line(url), safe="/:?#[]@!$&'*+,;=%-._~")
    return f"[{_markdown(shown)}](<{address}>)"


_LINKS: dict[Medium, Callable[..., str]] = {
    "text": _text_link,
    "html": _html_link,
    "markdown": _markdown_link,
}
_PLAIN: dict[Medium, Callable[[str], str]] = {
    "text": str,
    "html": html.escape,
    "markdown": _markdown,
}
