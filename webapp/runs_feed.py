"""The runs of a source as an Atom feed (RFC 4287), for its provider and for who runs the site."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from flask import Flask, Response, abort
from lxml import etree
from lxml.builder import ElementMaker

from catalog.config import Settings
from webapp import addresses
from webapp.addresses import ROUTES, Language
from webapp.words import Words, words

if TYPE_CHECKING:
    from catalog.catalogue import Catalogue
    from catalog.store.model import Run

_ATOM = "http://www.w3.org/2005/Atom"
_E = ElementMaker(namespace=_ATOM, nsmap={None: _ATOM})
#: Runs in a feed, newest first.
_MOST = 50
#: What XML 1.0 cannot hold (2.2).
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def register(app: Flask, catalogue: Catalogue, settings: Settings) -> None:
    """Give the feed its address in each language."""
    site = settings.site

    def feed(language: Language, name: str) -> Response:
        state = catalogue.source(name)
        if state is None:
            abort(404)
        t, page = words(language), site.url + addresses.path("source", language, name)
        found = catalogue.runs(name, _MOST)
        root = _E.feed(
            {"{http://www.w3.org/XML/1998/namespace}lang": language},
            _E.id(f"{page}#runs"),
            _E.title(_clean(f"{state.title or name}: {t('source.run.all')}")),
            _E.updated(found[0].ended or found[0].started if found else "1970-01-01T00:00:00Z"),
            _E.author(_E.name(_clean(site.title))),
            _E.link(rel="alternate", type="text/html", hreflang=language, href=page),
            _E.link(
                rel="self",
                type="application/atom+xml",
                href=site.url + addresses.path("runs", language, name),
            ),
            *(_entry(run, page, t) for run in found),
        )
        body = etree.tostring(root, xml_declaration=True, encoding="utf-8")
        return Response(body, content_type="application/atom+xml; charset=utf-8")

    for language, rule in ROUTES["runs"].items():
        app.add_url_rule(rule, f"runs.{language}", feed, defaults={"language": language})


def _entry(run: Run, page: str, t: Words) -> Any:
    """Return an entry: state and counts. Messages are for the operator: they may name files."""
    said = t(f"status.{run.status}")
    counts = [
        f"{t.find(f'counted.{name}') or name}: {t.number(number)}"
        for name in run.counts.__struct_fields__
        if (number := getattr(run.counts, name))
    ]
    return _E.entry(
        _E.id(f"{page}#run-{run.id}"),
        _E.title(f"{said.partition(':')[0].rstrip('.')}, {t.moment(run.started)}"),
        _E.updated(run.ended or run.started),
        _E.published(run.started),
        _E.link(rel="alternate", type="text/html", href=page),
        _E.category(term=run.status),
        _E.content(f"{said} {', '.join(counts)}".strip(), type="text"),
    )


def _clean(text: str) -> str:
    return _NO_XML.sub("\N{REPLACEMENT CHARACTER}", text)
