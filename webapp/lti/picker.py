"""The pages on which a teacher chooses materials: those of the site, in a frame of an LMS.

What is chosen stands in the path, behind the session: ``/lti/SESSION/ID.ID/nl/zoeken``, with ``-``
in its place where nothing is. So every link in the frame keeps it, and a search in it is the query
string that it always is; the site itself remembers nothing, and scripts are only there for comfort
(``static/picker.js``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING, cast
from urllib.parse import quote

from flask import Flask, Response, g, request
from msgspec import Struct
from msgspec.structs import replace

from webapp import addresses, cards
from webapp.addresses import ID, LANGUAGES, ROUTES, Language
from webapp.lti.answer import Answers
from webapp.lti.framed import Framed
from webapp.lti.items import Items, NothingFitsError, check
from webapp.lti.picking import Picking
from webapp.lti.plain import plain
from webapp.lti.refusal import RefusedError
from webapp.lti.sessions import Session, Sessions
from webapp.render import Renderer
from webapp.words import words

if TYPE_CHECKING:
    from catalog.catalogue import Card, Catalogue
    from catalog.config import Settings
    from webapp.labels import Labels

    View = Callable[..., Response]

MOST = 100  # materials that go to an LMS at once
_SEPARATOR = "."  # needs no escaping in an address, and is in no id
_NONE = "-"  # in the place of ids, where nothing is chosen
_SAFE = "%&=+;,:/?@!$'()*~-._"  # of a query string, as it came
_TITLE = 120  # characters of a title in the list of what is chosen, and in a message
_MESSAGE = 1000  # characters of that
_PAGES = ("search", "facet", "resource")  # of the site, that are in the picker as they are


class Chosen(Struct, frozen=True):
    """A material that is chosen; one that is ``gone`` is named, and does not go along."""

    id: str
    title: str
    gone: bool


class Picker(Framed, frozen=True, kw_only=True):
    """The frame in which somebody chooses.

    ``base`` is its path without what is chosen; ``place`` is the page in it, with its query
    string, and ``back`` the query string of the search to go back to.
    """

    chosen: tuple[Chosen, ...] = ()
    multiple: bool = True
    open: bool = True  # False: the LMS takes nothing that we have
    place: str = ""
    back: str = ""

    @property
    def at(self) -> str:
        """What stands before the path of a page in this frame."""
        return f"{self.base}/{self.ids}"

    @property
    def ids(self) -> str:
        """What is chosen, as it stands in the path."""
        return _written(each.id for each in self.chosen)

    @property
    def layout(self) -> str:
        """The template that lays out its pages."""
        return "lti/pick.html"

    @property
    def picks(self) -> bool:
        """Whether materials are chosen in it."""
        return self.open

    @property
    def most(self) -> int:
        """How many may be chosen."""
        return MOST if self.multiple else 1

    @property
    def ready(self) -> int:
        """How many of the chosen go along."""
        return sum(not each.gone for each in self.chosen)

    @property
    def full(self) -> bool:
        """Whether no further one can be chosen; a single one is changed for another."""
        return self.multiple and len(self.chosen) >= MOST

    def has(self, id: str) -> bool:  # noqa: A002 a material's id
        """Tell whether a material is chosen."""
        return any(each.id == id for each in self.chosen)


def toggled(ids: Sequence[str], one: str, *, multiple: bool) -> list[str]:
    """Return what is chosen when one more is, or is no longer; never more than may be."""
    if one in ids:
        return [each for each in ids if each != one]
    if not multiple:
        return [one]
    return [*ids, one] if len(ids) < MOST else list(ids)


class Choosing:
    """Answers what is asked of the pages: a look, a change of what is chosen, or the end."""

    def __init__(
        self,
        catalogue: Catalogue,
        renderer: Renderer,
        items: Items,
        sessions: Sessions,
        answers: Answers,
    ) -> None:
        self._catalogue = catalogue
        self._renderer = renderer
        self._items = items
        self._sessions = sessions
        self._answers = answers

    def page(
        self,
        view: View,
        page: str,
        *,
        session: str,
        language: Language,
        chosen: str = "",
        **value: str,
    ) -> Response:
        """Return a page of the site in the frame, or what becomes of a form of it."""
        held = self._sessions.get(session)
        picking = held.picking
        if picking is None:
            raise RefusedError("session", 410)
        found = self._catalogue.several(_ids(chosen)[: MOST if picking.accept_multiple else 1])
        there = {card.id: card for card in found.values()}
        tail = quote(request.query_string, safe=_SAFE)
        place = addresses.path(page, language, "".join(value.values()))
        frame = Picker(
            base=held.at,
            chosen=tuple(_named(card, language) for card in there.values()),
            multiple=picking.accept_multiple,
            place=place + (f"?{tail}" if tail else ""),
            back=tail if page == "search" else request.args.get("back", ""),
        )
        if request.method == "POST":
            if "cancel" in request.form:
                return self._answers.respond(held, [])
            going = [card for card in there.values() if not card.deleted]
            if "insert" in request.form and going:
                return self._inserted(held, picking, frame, going, language)
            return _changed(frame)
        g.frame = frame
        try:
            check(picking)
        except NothingFitsError as error:
            g.frame = replace(frame, open=False, chosen=())
            return self._renderer.page(
                "lti/pick_nothing.html", language, "search", accepted=error.accepted
            )
        return view(language=language, **value)

    def _inserted(
        self,
        held: Session,
        picking: Picking,
        frame: Picker,
        going: list[Card],
        language: Language,
    ) -> Response:
        """Send what is still there to the LMS, and say what is not."""
        t = words(language)
        try:
            items = self._items.of(going, picking, language)
        except NothingFitsError as error:
            said = t("lti.pick.nothing", types=", ".join(error.accepted))
            return self._answers.respond(held, [], error=said)
        gone = [each.title for each in frame.chosen if each.gone]
        said = t("lti.pick.left", titles=", ".join(gone)) if gone else ""
        return self._answers.respond(held, items, message=plain(said, _MESSAGE))


def _changed(frame: Picker) -> Response:
    """Lead to the page with one material chosen, or no longer, as the form says."""
    one = request.form.get("toggle", "")
    if not ID.fullmatch(one):
        return _see(frame.at + frame.place)
    ids = toggled([each.id for each in frame.chosen], one, multiple=frame.multiple)
    # without scripts the browser goes on where it was
    return _see(f"{frame.base}/{_written(ids)}{frame.place}#m-{one}")


def _written(ids: Iterable[str]) -> str:
    """Return ids as they stand in the path; ``_ids`` reads them."""
    return _SEPARATOR.join(ids) or _NONE


def _ids(said: str) -> list[str]:
    """Return the ids in a path, once each, in its order; what is none is let pass."""
    there = (each for each in said.split(_SEPARATOR) if ID.fullmatch(each))
    return [each for each in dict.fromkeys(there) if each != _NONE]


def _named(card: Card, language: Language) -> Chosen:
    title = plain(cards.best(card.resource.titles, language).text, _TITLE)
    return Chosen(card.id, title or words(language)("card.untitled"), card.deleted)


def _see(path: str) -> Response:
    return Response(status=303, headers={"Location": path})


def register(
    app: Flask,
    catalogue: Catalogue,
    settings: Settings,
    renderer: Renderer,
    labels: Labels,
    *,
    sessions: Sessions,
    answers: Answers,
) -> None:
    """Give the pages their address in each language; after those of the site have theirs."""
    choosing = Choosing(catalogue, renderer, Items(settings, labels), sessions, answers)
    for page in _PAGES:
        for language in LANGUAGES:
            shown = cast("View", app.view_functions[f"{page}.{language}"])
            view = partial(choosing.page, shown, page)
            # a session begins with nothing chosen, and with a search
            for before in ("/lti/<session>",) * (page == "search") + ("/lti/<session>/<chosen>",):
                app.add_url_rule(
                    before + ROUTES[page][language],
                    f"lti.pick.{page}.{language}",
                    view,
                    defaults={"language": language},
                    methods=("GET", "POST"),
                )
