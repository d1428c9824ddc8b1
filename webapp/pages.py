"""One material, one source, and what is said about the API."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import msgspec
from flask import Flask, Response, abort, request

from catalog import vocabulary
from catalog.cards import Whole
from catalog.config import Settings
from catalog.export.reading_list import Listed
from catalog.index import Query, SearchError
from catalog.resource import LearningResource
from webapp import addresses, cards, citing, examples, forms, framing, headers
from webapp.addresses import ROUTES, Language
from webapp.cards import Line, shown
from webapp.facets import COUNTED
from webapp.facts import facts, glance
from webapp.labels import Labels
from webapp.operations import OPERATIONS, told
from webapp.preview import preview
from webapp.problems import KINDS
from webapp.render import Renderer, preferred
from webapp.reuse import advised, reuse
from webapp.signposting import LINK_SETS
from webapp.topics import Door
from webapp.visitors import is_program
from webapp.words import words
from webapp.works import link, work

if TYPE_CHECKING:
    from catalog.catalogue import Card, Catalogue, Found

_NEWEST = 6
_SIMILAR = 6
_BROWSED = ("discipline", "level")


class Pages:
    """The views; each is handed the language of its address."""

    def __init__(self, catalogue: Catalogue, settings: Settings, renderer: Renderer) -> None:
        self.catalogue = catalogue
        self.labels = Labels(settings)
        self.renderer = renderer
        self.site = settings.site
        self.most = settings.api.per_minute

    def resource(self, language: Language, id: str) -> Response:  # noqa: A002 the rule's own name
        """One material: what it is, what may be done with it, where it is."""
        id, form = forms.split(id)  # noqa: A001 the rule's own name
        whole = self.catalogue.whole(id)
        if whole is None:
            abort(404)
        if whole.card.deleted:
            abort(410)
        if whole.card.id != id:  # not for ever: what is joined can be parted again
            there = framing.at() + addresses.path("resource", language, whole.card.id)
            return _see(there + forms.suffix(form))
        form = form or forms.asked(also=LINK_SETS)
        if form != forms.HTML:
            return self._in(form, whole.card, language)
        if request.method == "GET" and not is_program(request.user_agent.string):
            self.catalogue.openings.note(whole.card.id)
        return self._described(whole, language, "resource", similar=self._similar(id))

    def copy(self, language: Language, id: str) -> Response:  # noqa: A002 the rule's own name
        """One copy of a material: how one source describes it."""
        id, form = forms.split(id)  # noqa: A001 the rule's own name
        card = self.catalogue.record(id)
        if card is None:
            abort(404)
        if card.deleted or not card.work:
            return _see(addresses.path("resource", language, id))
        form = form or forms.asked(also=LINK_SETS)
        if form != forms.HTML:
            return self._in(form, card, language)
        work = self.catalogue.card(card.work)
        alone = Whole(card=card, copies=(card,))
        return self._described(alone, language, "copy", of=work)

    def _in(self, form: str, card: Card, language: Language) -> Response:
        listed = Listed(card.resource, citing.listing(card, language, self.labels, self.site))
        if form in LINK_SETS:
            return forms.link_set(form, listed, self._lasting(card), card.id)
        return forms.answer(form, [listed], language, card.id)

    def _lasting(self, card: Card) -> str:
        """Return the one address by which a material is named, whatever the language of a page."""
        return self.site.url + cards.page_of(card, self.site.language)

    def _described(
        self,
        whole: Whole,
        language: Language,
        page: str,
        similar: tuple[Card, ...] = (),
        of: Card | None = None,
    ) -> Response:
        """Return the page of a work, or of one copy ``of`` a work."""
        card, resource = whole.card, whole.card.resource
        text = cards.best(resource.descriptions, language)
        allowed, look = reuse(resource), preview(resource.url)
        using = citing.using(card, language, self.labels, self.site)
        response = self.renderer.page(
            "site/resource.html",
            language,
            page,
            card.id,
            card=card,
            work=work(whole, language, self.labels),
            link=link(card.link, resource.url, words(language)),
            of=shown(of, language, self.labels) if of else None,
            resource=resource,
            shown=shown(card, language, self.labels),
            subtitles=_other_titles(resource, language),
            paragraphs=cards.paragraphs(text.text),
            reuse=allowed,
            advised=advised(allowed.terms, language),
            combining=addresses.path("licences", language)
            + addresses.write(Query(), {"licence": allowed.query}),
            preview=look,
            using=using,
            facts=facts(resource, language, self.labels),
            glance=glance(resource, language, self.labels),
            similar=self._cards(similar, language),
        )
        forms.sign(response, resource, using.listing.url, self._lasting(card))
        if look:
            headers.let_in(response, look.origin)
        return response

    def source(self, language: Language, name: str) -> Response:
        """One source: what it holds, and how its last harvest went."""
        state = self.catalogue.source(name)
        if state is None:
            abort(404)
        query = Query(filters={"source": (name,)}, sort="newest")
        found = self._found(
            msgspec.structs.replace(query, size=_NEWEST, facets=_BROWSED, values=COUNTED)
        )
        base = addresses.path("search", language)
        return self.renderer.page(
            "site/source.html",
            language,
            "source",
            name,
            state=state,
            counts=_counts(state.last_run.counts if state.last_run else {}),
            browse={facet: self._browse(facet, found, language, name) for facet in _BROWSED},
            newest=self._cards(found.cards if found else (), language),
            all_href=base + addresses.write(query),
        )

    def api(self, language: Language) -> Response:
        """Return the page that tells people about the API."""
        return self.renderer.page(
            "site/api.html",
            language,
            "api",
            operations=OPERATIONS,
            examples=examples.readable(self.site),
            problems=KINDS,
            told=told,
            most=self.most,
        )

    def to_language(self, page: str) -> Response:
        """Send a visitor who names no language to the page in the one that he likes best."""
        language = preferred(request.accept_languages, self.site.language)
        response = Response(status=302, headers={"Location": addresses.path(page, language)})
        response.vary.add("Accept-Language")
        return response

    def _found(self, query: Query) -> Found | None:
        """Search; None while there is no index: these pages have more to show than that."""
        try:
            return self.catalogue.search(query)
        except SearchError:
            return None

    def _similar(self, id: str) -> tuple[Card, ...]:  # noqa: A002 a record's id
        try:
            return self.catalogue.similar(id)[:_SIMILAR]
        except SearchError:
            return ()

    def _cards(self, found: tuple[Card, ...], language: Language) -> list[cards.Shown]:
        return [shown(card, language, self.labels) for card in found]

    def _browse(
        self,
        facet: str,
        found: Found | None,
        language: Language,
        source: str = "",
    ) -> list[Door]:
        """Return the doors to a facet's values."""
        base = addresses.path("search", language)
        within = {"source": (source,)} if source else {}
        counts = {each.value: each.count for each in found.facets.get(facet, ())} if found else {}
        # levels have an order of their own; of the rest, most first, and no fields under them
        codes: Iterable[str] = counts
        if facet == "level":
            codes = vocabulary.get("level").sort(counts)
        elif facet == "discipline":
            codes = [code for code in counts if code in vocabulary.get("discipline")]
        return [
            Door(
                self.labels.of(facet, code, language),
                counts[code],
                base + addresses.write(Query(filters={**within, facet: (code,)})),
            )
            for code in codes
        ]


def _see(path: str) -> Response:
    return Response(status=303, headers={"Location": path})


def _other_titles(resource: LearningResource, language: Language) -> list[Line]:
    main = cards.best(resource.titles, language)
    return [
        Line(title.text, language=cards.foreign(title.language, language))
        for title in resource.titles
        if title.text.strip() and title.text != main.text
    ]


def _counts(counts: Any) -> list[tuple[str, int]]:
    """Return the counts of a run that are not zero; a mapping or a struct will do."""
    there = msgspec.to_builtins(counts)
    return [(name, number) for name, number in there.items() if isinstance(number, int) and number]


def register(app: Flask, catalogue: Catalogue, settings: Settings, renderer: Renderer) -> None:
    """Give each page its address in each language."""
    pages = Pages(catalogue, settings, renderer)
    views: dict[str, Any] = {
        "resource": pages.resource,
        "copy": pages.copy,
        "source": pages.source,
        "api": pages.api,
    }
    for page, view in views.items():
        for language, rule in ROUTES[page].items():
            app.add_url_rule(
                rule,
                endpoint=f"{page}.{language}",
                view_func=view,
                defaults={"language": language},
                strict_slashes=False,
            )
    app.add_url_rule("/", "root", pages.to_language, defaults={"page": "home"})
    app.add_url_rule("/api", "root.api", pages.to_language, defaults={"page": "api"})
