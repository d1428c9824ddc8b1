"""Why a search finds a material, in words: which fields have what was asked, and what lifted it."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

from flask import Flask, Response, abort, request
from msgspec import Struct
from msgspec.structs import replace

from catalog.index import Explanation, How, Match, Query
from catalog.index.analysis import tokens
from catalog.index.plan import plan
from webapp import addresses
from webapp.addresses import ROUTES, Language
from webapp.cards import shown
from webapp.highlight import telling, wanted
from webapp.labels import Labels
from webapp.render import Renderer
from webapp.words import Words, words

if TYPE_CHECKING:
    from catalog.catalogue import Catalogue


class Reason(Struct, frozen=True):
    """A word as it was typed, or words in a row, and sentences on where they stand."""

    word: str
    places: tuple[str, ...]


def register(app: Flask, catalogue: Catalogue, renderer: Renderer, labels: Labels) -> None:
    """Give the explanations their address in each language."""

    def why(language: Language, id: str) -> Response:  # noqa: A002 the rule's own name
        query = replace(addresses.read(request.args), page=1, language=language)
        card = catalogue.record(id) if query.copies else catalogue.card(id)
        if card is None:
            abort(404)
        if card.deleted:
            abort(410)
        t = words(language)
        found = catalogue.explain(query, card.id) or Explanation(())
        meant = replace(query, text=found.text or query.text)
        return renderer.page(
            "site/why.html",
            language,
            "why",
            id,
            query=query,
            meant=meant.text,
            shown=shown(card, language, labels, wanted(meant.text, language, catalogue.own)),
            reasons=[reason(match, t) for match in _telling(found, meant)],
            boosts=boosts(found, t),
            sort=plan(query).sort,
            back=addresses.path("search", language) + addresses.write(query),
        )

    for language, rule in ROUTES["why"].items():
        app.add_url_rule(rule, f"why.{language}", why, defaults={"language": language})


def _telling(found: Explanation, query: Query) -> list[Match]:
    """Return what says what was sought: "van" and "the" by themselves are in everything."""
    said = telling(query.text, query.language)
    typed = [(match, tokens(match.word)) for match in found.words]
    return [match for match, words in typed if len(words) > 1 or not {*words}.isdisjoint(said)]


def reason(match: Match, t: Words) -> Reason:
    """Return in words where a word stands: nearest to what was typed first."""
    places = []
    for how in get_args(How):
        fields = [t.find(f"why.field.{field}") for field, had in match.fields if had == how]
        named = list(dict.fromkeys(filter(None, fields)))
        if named or (how == "label" and fields):
            places.append(t(f"why.how.{how}", fields=_listed(named, t)))
    return Reason(match.word, tuple(places) or (t("why.nowhere"),))


def _listed(names: list[str], t: Words) -> str:
    *first, last = names or [""]
    return f"{', '.join(first)} {t('list.and')} {last}" if first else last


def boosts(explanation: Explanation, t: Words) -> list[str]:
    """Return sentences on what lifted or lowered the material, strongest first."""
    strongest = sorted(explanation.boosts.items(), key=lambda pair: -abs(pair[1] - 1))
    keys = (f"why.boost.{name}.{'up' if factor > 1 else 'down'}" for name, factor in strongest)
    return [text for text in map(t.find, keys) if text]
