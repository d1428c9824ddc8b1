"""``/catalog``: what there is for machines, in DCAT, as Turtle, JSON-LD or RDF/XML."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Flask, Response, current_app, redirect, request
from msgspec import Struct
from werkzeug.datastructures import MIMEAccept

from catalog.config import Settings
from catalog.dump.folder import Dumps
from catalog.export import dcat
from catalog.export.dcat.offer import Offer, Part, Service, Texts
from webapp import addresses, dump, resource_search, sru
from webapp.addresses import API, LANGUAGES
from webapp.oai.repository import PATH as OAI
from webapp.words import Words, words

if TYPE_CHECKING:
    from catalog.catalogue import Catalogue, SourceState

PATH = "/catalog"


class Form(Struct, frozen=True):
    """A form of the description: ``name`` is what RDFLib calls it."""

    media_type: str
    name: str


#: Ending -> form; the first is for who has no preference.
FORMS = {
    "ttl": Form("text/turtle", "turtle"),
    "jsonld": Form("application/ld+json", "json-ld"),
    "rdf": Form("application/rdf+xml", "pretty-xml"),
}
_HTML = "text/html"
_BY_TYPE = {form.media_type: ending for ending, form in FORMS.items()}

#: Endpoint of the site -> service: name, title, path, where it describes itself, standard.
_SERVICES = {
    "oai": ("oai-pmh", "OAI-PMH 2.0", OAI, f"{OAI}?verb=Identify",
            "http://www.openarchives.org/OAI/2.0/"),
    "sru": ("sru", "SRU 1.2", sru.PATH, f"{sru.PATH}?operation=explain&version=1.2",
            "http://www.loc.gov/standards/sru/"),
    "api.search": ("api", "JSON API", API, f"{API}/openapi.json",
                   "https://spec.openapis.org/oas/v3.1.0"),
    "rs.resources": ("resource-search", "LTI Resource Search 1.0", resource_search.PREFIX,
                     f"{resource_search.PREFIX}/openapi.json",
                     "https://www.imsglobal.org/spec/lti-rs/v1p0"),
}  # fmt: skip
_LIST = f"{OAI}?verb=ListRecords&metadataPrefix=oai_dc&set=source:"


class Views:
    """The views. What was made last is kept: it is made anew where something else is offered."""

    def __init__(self, catalogue: Catalogue, settings: Settings) -> None:
        self._catalogue = catalogue
        self._settings = settings
        self._dumps = Dumps(Path(settings.dump.path)) if settings.dump.on else None
        self._page = "dump" if settings.dump.on else "api"
        self._lock = threading.Lock()
        self._offer: Offer | None = None
        self._made: dict[str, bytes] = {}

    def negotiated(self) -> Response:
        """Return the form that Accept likes best; people are led to the page about the data."""
        accepted = MIMEAccept([(each.partition(";")[0], q) for each, q in request.accept_mimetypes])
        best = accepted.best_match([*_BY_TYPE, _HTML], FORMS["ttl"].media_type)
        if best == _HTML:
            language = self._settings.site.language
            response = redirect(addresses.path(self._page, language), 303)
            response.vary.add("Accept")
            return response  # type: ignore[return-value] # it is Flask's own
        response = self.written(_BY_TYPE[best])
        response.headers["Content-Location"] = f"{PATH}.{_BY_TYPE[best]}"
        response.vary.add("Accept")
        return response

    def written(self, ending: str) -> Response:
        """Return the description in a form."""
        form = FORMS[ending]
        response = Response(self._body(form), content_type=f"{form.media_type}; charset=utf-8")
        links = [f'<{PATH}.{each}>; rel="alternate"; type="{f.media_type}"'
                 for each, f in FORMS.items() if each != ending]  # fmt: skip
        response.headers["Link"] = ", ".join(links)
        return response

    def _body(self, form: Form) -> bytes:
        offer = self._offered()
        with self._lock:  # whoever comes meanwhile gets the same
            if offer != self._offer:
                self._offer, self._made = offer, {}
            if form.name not in self._made:
                self._made[form.name] = dcat.write(dcat.graph(offer), form.name)
            return self._made[form.name]

    def _offered(self) -> Offer:
        site, settings = self._settings.site, self._settings
        newest = self._dumps.current() if self._dumps else None
        services = tuple(
            Service(key, title, site.url + path, site.url + more if more else "", standard)
            for endpoint, (key, title, path, more, standard) in _SERVICES.items()
            if endpoint in current_app.view_functions
        )
        return Offer(
            base=site.url + PATH,
            home=site.url + addresses.path("home", site.language),
            page=site.url + addresses.path(self._page, site.language),
            title=site.title,
            about=_texts(lambda t: t("site.description")),
            records=(
                _texts(lambda t: t("dcat.records")),
                _texts(lambda t: t("dcat.records.about")),
            ),
            deletes=(
                _texts(lambda t: t("dcat.deletes")),
                _texts(lambda t: t("dcat.deletes.about")),
            ),
            publisher=site.operator or site.title,
            publisher_home=site.operator_url or site.url,
            contact=site.contact,
            licence=settings.dump.licence,
            dump=newest,
            files=f"{site.url}{dump.PATH}{newest.name}/" if newest else "",
            services=services,
            parts=tuple(self._part(state) for state in self._catalogue.sources() if state.records),
        )

    def _part(self, source: SourceState) -> Part:
        site, told = self._settings.site, self._settings.provider.on
        return Part(
            name=source.name,
            title=source.title,
            about=_texts(lambda t: t("dcat.source.about", source=source.title)),
            homepage=source.homepage,
            page=site.url + addresses.path("source", site.language, source.name),
            listing=f"{site.url}{_LIST}{source.name}" if told else "",
            via="oai-pmh" if told else "",
        )


def _texts(say: Callable[[Words], str]) -> Texts:
    """Return what is said in each language."""
    return tuple((language, say(words(language))) for language in LANGUAGES)


def register(app: Flask, catalogue: Catalogue, settings: Settings) -> None:
    """Give the description its addresses."""
    views = Views(catalogue, settings)
    app.add_url_rule(PATH, "catalog", views.negotiated)
    for ending in FORMS:
        app.add_url_rule(
            f"{PATH}.{ending}", f"catalog.{ending}", views.written, defaults={"ending": ending}
        )
