"""Content items: what goes to an LMS of the materials that a teacher chose (Deep Linking 2.0, 3).

A material is on a site of somebody else. Where the LMS takes links it gets a link to it; where it
only takes resource links, one that launches us with the id of the material, and then we show it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from markupsafe import escape

from catalog.config import Settings
from webapp import addresses, cards, citing
from webapp.addresses import Language
from webapp.framing import Frame
from webapp.labels import Labels
from webapp.lti.framed import ICON
from webapp.lti.login import LAUNCH
from webapp.lti.picking import Picking
from webapp.lti.plain import plain
from webapp.preview import preview
from webapp.thumbnails import Pictures
from webapp.words import words

if TYPE_CHECKING:
    from catalog.catalogue import Card

Item = dict[str, Any]

#: Types that we can answer with, the one that is preferred first.
TYPES = ("link", "ltiResourceLink")
TITLE = 250  # characters; Moodle's names of activities have room for 255
_ABOUT, _CREDIT = 600, 1200
_ICON = 64  # pixels that it is drawn for; it is as sharp at any other size
_FRAMES = frozenset({"iframe", "embed"})
_WIDTH, _HEIGHT = 960, 640  # pixels of a frame or film
_SANDBOX = "allow-scripts allow-same-origin allow-popups allow-popups-to-escape-sandbox"


class NothingFitsError(ValueError):
    """The platform takes nothing that we have; ``accepted`` is what it does take."""

    def __init__(self, accepted: Sequence[str]) -> None:
        super().__init__(f"accepted are {', '.join(accepted)}; offered are {', '.join(TYPES)}.")
        self.accepted = tuple(accepted)


def check(picking: Picking) -> None:
    """Raise NothingFitsError where there is nothing to choose for this platform."""
    if not set(TYPES) & set(picking.accept_types):
        raise NothingFitsError(picking.accept_types)


class Items:
    """Makes content items of cards."""

    def __init__(self, settings: Settings, labels: Labels) -> None:
        self._site = settings.site
        self._labels = labels
        self._pictures = Pictures(settings.thumbnails)
        self._cards = settings.embed.on and "https:" in settings.embed.origins

    def of(self, chosen: Iterable[Card], picking: Picking, language: Language) -> list[Item]:
        """Return the items of cards, in their order; one at most where the platform takes one.

        A title and text that the platform has for a single item take the place of ours; who made
        it, and under which licence, is said all the same. Raises NothingFitsError.
        """
        check(picking)
        wanted = list(chosen)
        wanted = wanted if picking.accept_multiple else wanted[:1]
        made = [self._item(card, picking, language) for card in wanted]
        if len(made) == 1:
            if title := plain(picking.title, TITLE):
                made[0]["title"] = title
            if plain(picking.text, _ABOUT):
                made[0]["text"] = self._text(picking.text, wanted[0], language)
        return made

    def _item(self, card: Card, picking: Picking, language: Language) -> Item:
        resource = card.resource
        named = plain(cards.best(resource.titles, language).text, TITLE)
        about = cards.best(resource.descriptions, language).text
        return {
            **self._reached(card, picking, language, named),
            "title": named or words(language)("card.untitled"),
            "text": self._text(about, card, language),
            "icon": {"url": self._site.url + ICON, "width": _ICON, "height": _ICON},
            **self._thumbnail(resource.thumbnail),
        }

    def _text(self, about: str, card: Card, language: Language) -> str:
        """Return what is said below the title: what it is, who made it, what may be done with it.

        The line of attribution is never cut for the sake of the rest.
        """
        listed = citing.listing(card, language, self._labels, self._site)
        credit = citing.credits_(card, listed, language)[0].text
        return "\n\n".join(filter(None, (plain(about, _ABOUT), plain(credit, _CREDIT))))

    def _thumbnail(self, url: str) -> Item:
        found = self._pictures.measured(url)
        if found is None:
            return {}
        path, width, height = found
        return {"thumbnail": {"url": self._site.url + path, "width": width, "height": height}}

    def _reached(self, card: Card, picking: Picking, language: Language, title: str) -> Item:
        """Return type and address of an item, with the ways to show it that the platform has.

        A material may be framed where it is a film of a site that lets it; of anything else we do
        not know. So it opens in a window, and where none can be had the platform launches us; or,
        if it takes links and nothing else, frames our card with the way to the material.
        """
        targets = frozenset(picking.accept_presentation_document_targets)
        url = addresses.web_url(card.resource.url)
        film = preview(url)
        fits = not targets or "window" in targets or (film and targets & _FRAMES)
        if "ltiResourceLink" in picking.accept_types and not (
            "link" in picking.accept_types and fits
        ):
            return _launch(self._site.url, card, targets)
        framed = film.frame if film else ""
        if not framed and self._cards and "window" not in targets:
            there = Frame().at + addresses.path("resource", language, card.id)
            framed = self._site.url + there
        url = url or self._site.url + cards.page_of(card, language)
        return _link(url, framed, targets, title)


def _link(url: str, framed: str, targets: frozenset[str], title: str) -> Item:
    """Return a link (3.1); ``framed`` is the address of what may be framed of it, or ""."""
    item: Item = {"type": "link", "url": url}
    size = {"width": _WIDTH, "height": _HEIGHT}
    if framed and "iframe" in targets:
        item["iframe"] = {"src": framed, **size}
    if framed and "embed" in targets:
        item["embed"] = {
            "html": f'<iframe src="{escape(framed)}" title="{escape(title)}" width="{_WIDTH}" '
            f'height="{_HEIGHT}" sandbox="{_SANDBOX}" loading="lazy" allowfullscreen></iframe>'
        }
    if "window" in targets:
        item["window"] = {"targetName": "_blank"}
    return item


def _launch(site: str, card: Card, targets: frozenset[str]) -> Item:
    """Return a link that launches us (3.2). Our page may be framed, and is best seen there."""
    item: Item = {"type": "ltiResourceLink", "url": site + LAUNCH, "custom": {"record": card.id}}
    if "iframe" in targets:
        item["iframe"] = {"width": _WIDTH, "height": _HEIGHT}
    elif "window" in targets:
        item["window"] = {"targetName": "_blank"}
    return item
