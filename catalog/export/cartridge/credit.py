"""What a cartridge says of all that is in it, and the page that names sources and licences.

The page is well-formed XML in ASCII, whatever the titles hold: nobody has to guess its encoding.
It has no scripts, and links to nothing but web addresses.
"""

from __future__ import annotations

import hashlib
import html
from collections import Counter
from collections.abc import Iterable, Sequence

from msgspec import Struct

from catalog.export.cartridge.links import Contents, Link, cut, plain, web
from catalog.export.cartridge.words import Words
from catalog.export.licence import attribution, of_resource, say
from catalog.export.licence.attribution import licence_in_words

_CATALOGUE = "Vindplaats"  # where a catalogue does not say its name
_KEYWORDS = 20


class Described(Struct, frozen=True):
    """A cartridge in words: each is plain text on one line, ``url`` a web address or "".

    ``id`` is another for every other content: where a learning environment has two things of one
    identifier, or two files of one name, it takes the second for a new version of the first.
    """

    id: str
    title: str
    description: str
    rights: str
    keywords: tuple[str, ...]
    languages: tuple[str, ...]
    url: str
    catalogue: str
    words: Words

    @property
    def page(self) -> str:
        """The name of the file that names sources and licences."""
        return f"{self.words.page}-{self.id[:8]}.html"


def describe(
    links: Sequence[Link], contents: Contents, words: Words, *, left_out: int
) -> Described:
    """Return what is said of a cartridge with these links; ``left_out`` could not be linked to."""
    catalogue = plain(contents.catalogue) or _CATALOGUE
    told = [words.materials.format(count=len(links)) if links else words.nothing]
    shown = len(links) + left_out + contents.gone
    if contents.total > shown:
        told.append(words.capped.format(count=shown, total=contents.total))
    if contents.gone:
        told.append(words.gone.format(count=contents.gone))
    if left_out:
        told.append(words.left_out.format(count=left_out))
    title = cut(plain(contents.title)) or words.title.format(catalogue=catalogue)
    place = web(contents.url)
    said = "\n".join((title, place, *(link.id for link in links)))
    return Described(
        id=hashlib.sha256(said.encode()).hexdigest()[:20],
        title=title,
        description=" ".join(told),
        rights=_rights(links, words),
        keywords=_keywords(links, words),
        languages=_most(code for link in links for code in link.resource.languages),
        url=place,
        catalogue=catalogue,
        words=words,
    )


def credit(link: Link, words: Words) -> str:
    """Return the line of attribution of a material, as plain text."""
    return plain(attribution(link.resource, link.listing, language=words.language))


def page(links: Sequence[Link], described: Described) -> bytes:
    """Return the page that names every material, its makers, its source and its licence."""
    words, title = described.words, html.escape(described.title)
    heading = f"{words.sources}: {title}"
    rights = [described.description, words.keep, say("note.link", words.language)]
    at = _link(described.url, words.found_at.format(catalogue=described.catalogue))
    listed = "".join(_item(link, described) for link in links)
    return (
        "<!DOCTYPE html>\n"
        f'<html xmlns="http://www.w3.org/1999/xhtml" lang="{words.language}">\n<head>\n'
        f'<meta charset="utf-8"/>\n<title>{heading}</title>\n'
        # shown in a frame of the learning environment, where most sites refuse to be
        '<base target="_blank"/>\n</head>\n<body>\n'
        f'<h1 dir="auto">{heading}</h1>\n<p>{html.escape(" ".join(rights))}</p>\n'
        f"{listed and f'<ol>{listed}</ol>'}\n{described.url and f'<p>{at}</p>'}\n"
        "</body>\n</html>\n"
    ).encode("ascii", "xmlcharrefreplace")


def _item(link: Link, described: Described) -> str:
    words = described.words
    line = attribution(link.resource, link.listing, language=words.language, medium="html")
    said = f'<li dir="auto">{plain(line)}'
    if described_at := web(link.listing.url):
        at = words.described_at.format(catalogue=described.catalogue)
        said += f"<br/>{_link(described_at, at)}"
    return f"{said}</li>"


def _link(url: str, text: str) -> str:
    return f'<a href="{html.escape(url)}">{html.escape(text)}</a>'


def _rights(links: Iterable[Link], words: Words) -> str:
    """Return which licences there are, and of how many materials."""
    names = (licence_in_words(of_resource(link.resource), words.language) for link in links)
    counted = "; ".join(f"{plain(name)} ({count})" for name, count in Counter(names).most_common())
    return f"{words.keep} {words.licences.format(licences=counted)}" if counted else words.keep


def _keywords(links: Iterable[Link], words: Words) -> tuple[str, ...]:
    """Return the commonest keywords in the language of the cartridge, or in none that is said."""
    own = ("", words.language)
    said = (
        plain(word.text)
        for link in links
        for word in link.resource.keywords
        if word.language.partition("-")[0].lower() in own
    )
    return _most(said)


def _most(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(value for value, _ in Counter(filter(None, values)).most_common(_KEYWORDS))
