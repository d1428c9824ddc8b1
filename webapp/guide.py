"""What the site says about itself: how to search, who runs it, privacy, accessibility."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import metadata
from itertools import pairwise
from typing import TYPE_CHECKING

from flask import Flask, Response
from msgspec import Struct

from catalog.config import Settings
from catalog.index import Query, SearchError
from catalog.index.analysis import spans
from catalog.resource import LearningResource
from webapp import addresses, cards
from webapp.addresses import ROUTES, Language
from webapp.highlight import telling
from webapp.labels import Labels
from webapp.render import Renderer
from webapp.suggesting import field

if TYPE_CHECKING:
    from catalog.catalogue import Catalogue

#: Pages that are text alone; each is ``templates/guide/<page>.<language>.html``.
TEXTS = ("about", "privacy", "accessibility")
_KINDS = 5  # kinds of material that are tried; not all are called so by their source
_LOOKED_AT = 40  # records in which examples are looked for
_SHORT = 40  # characters of a name or phrase that makes a readable example
_WORD = re.compile(r"[^\W\d_]{4,}")
_TITLE: dict[Language, str] = {"nl": "titel", "en": "title"}
_KIND: dict[Language, str] = {"nl": "soort", "en": "type"}
_EITHER: dict[Language, str] = {"nl": "OF", "en": "OR"}


class Example(Struct, frozen=True):
    """A search that finds something here; ``help.<key>`` says what it shows."""

    key: str
    text: str
    href: str
    count: int


class Guide:
    """The views; each is handed the language of its address."""

    def __init__(self, catalogue: Catalogue, settings: Settings, renderer: Renderer) -> None:
        self.catalogue = catalogue
        self.labels = Labels(settings)
        self.popular = settings.search.popular
        self.renderer = renderer

    def text(self, page: str, language: Language) -> Response:
        """Return a page that is text alone."""
        return self.renderer.page(
            f"guide/{page}.{language}.html",
            language,
            page,
            sources=self.catalogue.sources(),
            popular=self.popular,
            version=metadata.version("vindplaats"),
        )

    def help(self, language: Language) -> Response:
        """Tell how to search, by examples that find something in this catalogue."""
        return self.renderer.page(
            f"guide/help.{language}.html", language, "help", examples=self._examples(language)
        )

    def _examples(self, language: Language) -> list[Example]:
        """Return the examples that find something; none while there is no index."""
        base = addresses.path("search", language)
        found: dict[str, Example] = {}
        try:
            for key, text in self._asked(language):
                plain = Query(text=text, size=1, facets=(), language=language)
                if key not in found and (total := self.catalogue.search(plain).total):
                    href = base + addresses.write(Query(text=text))
                    found[key] = Example(key, text, href, total)
        except SearchError:
            return []
        return list(found.values())

    def _asked(self, language: Language) -> Iterator[tuple[str, str]]:
        """Yield (key, query), made of words of records that are here; one of each key will do."""
        there = [card.resource for card in self.catalogue.newest(_LOOKED_AT)]
        there.sort(key=lambda resource: language not in resource.languages)
        titles = [cards.best(resource.titles, language).text for resource in there]
        fit = [title for title in titles if len(_words(title, language)) > 1]
        if not fit:
            return
        one, two, *_ = _words(fit[0], language)
        other = next((w for t in fit for w in _words(t, language) if w not in {one, two}), two)
        yield "words", f"{one} {two}"
        if phrase := next(filter(None, (_phrase(title, language) for title in fit)), ""):
            yield "phrase", f'"{phrase}"'
        yield "either", f"{one} {_EITHER[language]} {other}"
        yield "without", f"{one} -{other}"
        yield "title", f"{_TITLE[language]}:{two}"
        if name := next(filter(None, map(_maker, there)), ""):
            yield "maker", field("maker", name)
        counted = self.catalogue.search(Query(size=1, facets=("type",), values=_KINDS))
        for each in counted.facets["type"]:
            yield "kind", field(_KIND[language], self.labels.of("type", each.value, language))


def _words(title: str, language: Language) -> list[str]:
    """Return the words of a title that make an example, as they would be typed."""
    return [word for word in telling(title, language) if _WORD.fullmatch(word)]


def _phrase(title: str, language: Language) -> str:
    """Return two words that stand together in a title and both say something, or ""."""
    telling_words = set(_words(title, language))
    for (start, _, one), (_, end, two) in pairwise(spans(title)):
        phrase = title[start:end]
        if {one, two} <= telling_words and '"' not in phrase and len(phrase) <= _SHORT:
            return phrase
    return ""


def _maker(resource: LearningResource) -> str:
    """Return the name of who made it, where that is short and plain."""
    names = (agent.name for agent in resource.creators)
    return next((n for n in names if len(n) <= _SHORT and re.fullmatch(r"[\w .'-]+", n)), "")


def register(app: Flask, catalogue: Catalogue, settings: Settings, renderer: Renderer) -> None:
    """Give each page its address in each language."""
    guide = Guide(catalogue, settings, renderer)
    for page in (*TEXTS, "help"):
        for language, rule in ROUTES[page].items():
            app.add_url_rule(
                rule,
                f"{page}.{language}",
                guide.help if page == "help" else guide.text,
                defaults={"language": language} | ({} if page == "help" else {"page": page}),
                strict_slashes=False,
            )
