"""The runs of a source as an Atom feed (RFC 4287), for its provider and for who runs the site."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Flask, Response, abort

from catalog.config import Settings
from webapp import addresses, atom
from webapp.addresses import ROUTES, Language
from webapp.atom import element
from webapp.feeds import Feed
from webapp.words import Words, words

if TYPE_CHECKING:
    from catalog.catalogue import Catalogue
    from catalog.store.model import Run

#: Runs in a feed, newest first.
_MOST = 50


def register(app: Flask, catalogue: Catalogue, settings: Settings) -> None:
    """Give the feed its address in each language."""
    site = settings.site

    def feed(language: Language, name: str) -> Response:
        state = catalogue.source(name)
        if state is None:
            abort(404)
        t, page = words(language), site.url + addresses.path("source", language, name)
        found = catalogue.runs(name, _MOST)
        envelope = Feed(
            id=f"{page}#runs",
            title=f"{state.title or name}: {t('source.run.all')}",
            author=site.title,
            updated=(found[0].ended or found[0].started) if found else "",
            page=page,
            here=site.url + addresses.path("runs", language, name),
            language=language,
        )
        return atom.answer(envelope, (_entry(run, page, t) for run in found))

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
    entry = element("entry")
    entry.extend(
        [
            element("id", f"{page}#run-{run.id}"),
            element("title", f"{said.partition(':')[0].rstrip('.')}, {t.moment(run.started)}"),
            element("updated", run.ended or run.started),
            element("published", run.started),
            element("link", rel="alternate", type="text/html", href=page),
            element("category", term=run.status),
            element("content", f"{said} {', '.join(counts)}".strip(), type="text"),
        ]
    )
    return entry
