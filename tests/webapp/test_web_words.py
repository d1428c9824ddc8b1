"""The words of the site: both languages have all of them, and none is left over."""

from __future__ import annotations

import json
import re
import string
from pathlib import Path
from typing import get_args

import pytest
from fake_catalogue import SETTINGS

import webapp
from catalog import vocabulary
from catalog.config import AnySource
from catalog.export.citation.styles import STYLES
from catalog.export.licence.attribution import MEDIA
from catalog.export.licence.combining import MAKINGS
from catalog.index import FACETS, How, query
from catalog.index.facets import DURATIONS, LINKS
from catalog.index.fields import FIELDS
from catalog.index.formats import GROUPS
from catalog.index.query import CORRECTED, RELAXED
from catalog.links import REASONS, STATES
from catalog.report import LOST
from catalog.resource import LearningResource
from catalog.store.model import Counts, Status
from catalog.store.reports import REASONS as REPORTED
from catalog.works.disagreeing import Disputed
from webapp.addresses import SORTS
from webapp.framing import THEMES
from webapp.guide import TEXTS
from webapp.helping import Relaxed
from webapp.labels import Labels
from webapp.long_facets import ORDERS
from webapp.lti.refusal import REASONS as REFUSED
from webapp.reuse import reuse
from webapp.topics import KINDS as TOPICS
from webapp.words import date_in_words, language_name, moment_in_words, words
from webapp.works import KINDS as RELATED
from webapp.works import WAYS, WHENCE

ROOM = Path(webapp.__file__).parent
FILES = [*ROOM.rglob("*.py"), *(ROOM / "templates").rglob("*.html")]
CALLED = re.compile(r"""\b(t|n|t\.count|t\.find)\(\s*["']([\w.-]+)["']\s*[,)]""")
ROWS = re.compile(r'^        "(\w+)": ', re.MULTILINE)  # the facts of facts.py
RELATIONS = {
    *("ispartof", "haspart", "isbasedon", "isversionof", "hasversion", "isformatof", "hasformat"),
    *("replaces", "isreplacedby", "references", "requires", "istranslationof"),
}
KINDS = [
    LearningResource(source="", identifier="", licence=f"CC-{kind}-4.0")
    for kind in ("BY", "BY-SA", "BY-ND", "BY-NC", "BY-NC-SA", "BY-NC-ND")
]


def entries(language: str) -> dict[str, str]:
    file = ROOM / "translations" / f"{language}.json"
    pairs = json.loads(file.read_text("utf-8"), object_pairs_hook=lambda pairs: pairs)
    assert len(pairs) == len(dict(pairs)), "a key stands twice"
    return dict(pairs)


#: All that the index says was done to a question.
NOTICES = {value for value in vars(query).values() if str(value).startswith("query.")}


def made_keys() -> set[str]:
    """Return the keys that are put together from a family and one of its members."""
    tones = ("open", "restricted", "closed", "unknown")
    kinds = {source.__struct_config__.tag for source in get_args(AnySource)}
    families: dict[str, set[str]] = {
        "facet.": set(FACETS),
        "sort.": set(SORTS),
        "status.": set(get_args(Status)),
        "protocol.": {str(kind) for kind in kinds},
        "counted.": set(Counts.__struct_fields__),
        "licence.": {"cc0", "pdm", *tones, *(reuse(each).kind for each in KINDS)},
        "openness.": set(tones[:3]),
        "every.": set(ORDERS),
        "lasts.": set(DURATIONS),
        "allowed.": {"adapt.yes", "sell.yes"},
        "format.": set(GROUPS),
        "link.": set(LINKS),
        "link.told.": set(STATES),
        "link.reason.": set(REASONS) - {"answers"},
        "whence.": {key.removeprefix("whence.") for key in WHENCE.values() if "whence" in key},
        "dispute.": set(get_args(Disputed)),
        "report.dispute.": set(get_args(Disputed)),
        "report.link.": set(LOST),
        "related.": {f"{kind}.{way}" for kind in RELATED for way in WAYS.values()},
        "access.told.": set(vocabulary.get("access").codes),
        "credit.": {*MEDIA, "other"},
        "cite.": set(STYLES),
        "licences.": {"taverne", *(each + part for each in MAKINGS for part in ("", ".text"))},
        "report.reason.": set(REPORTED),
        "relation.": set(RELATIONS),
        "cost.": {"free", "paid"},
        "date.": {"created", "issued", "modified", "available", "valid"},
        "relaxed.": set(get_args(Relaxed)) - {"some"},
        "why.how.": set(get_args(How)),
        "why.field.": set(FIELDS),
        "why.order.": set(SORTS),
        "why.boost.": {
            f"{name}.{way}"
            for name in ("completeness", "recency", "language", "openness", "dead_link")
            for way in ("up", "down")
            if (name, way) != ("dead_link", "up")
        },
        "notice.": NOTICES - {CORRECTED, RELAXED},  # these have sentences of their own
        "error.": {
            f"{n}.{part}" for n in (400, 404, 405, 410, 429, 500, 503) for part in ("title", "text")
        },
        "menu.": {
            *filter(None, TOPICS.values()),
            "sources",
            "help",
            "api",
            "dump",
            "embed",
            "lti",
            *TEXTS,
            "licences",
        },
        "home.": {"disciplines", "levels", "types"},
        "index.": {*(kind for kind, every in TOPICS.items() if every), "source"},
        "embed.theme.": set(THEMES),
        "lti.refused.": set(REFUSED),
        "topic.": {*TOPICS, "source"},
        "topic.about.": {*TOPICS, "source"},
        "topic.every.": {"disciplines", "levels", "types"},
        "topic.sort.": set(SORTS),
        "fact.": set(ROWS.findall((ROOM / "facts.py").read_text("utf-8"))),
    }
    return {family + member for family, members in families.items() for member in members}


def used_keys() -> set[str]:
    keys = set()
    for file in FILES:
        for call, key in CALLED.findall(file.read_text("utf-8")):
            keys |= {f"{key}.one", f"{key}.other"} if call in {"n", "t.count"} else {key}
    return keys | made_keys()


def test_both_languages_have_the_same_keys_and_holes() -> None:
    dutch, english = entries("nl"), entries("en")
    assert list(dutch) == list(english)
    for key, text in dutch.items():
        holes = [{f[1] for f in string.Formatter().parse(t) if f[1]} for t in (text, english[key])]
        assert holes[0] == holes[1], key
        assert text.strip()
        assert english[key].strip()


def test_every_key_is_used_and_every_used_key_is_there() -> None:
    there, used = set(entries("nl")), used_keys()
    assert there - used == set()
    assert used - there == set()


@pytest.mark.parametrize(
    ("value", "dutch", "english"),
    [
        ("2019", "2019", "2019"),
        ("2019-03", "maart 2019", "March 2019"),
        ("2019-03-01", "1 maart 2019", "1 March 2019"),
        ("2019-03-01T12:00:00Z", "1 maart 2019", "1 March 2019"),
        ("2019-13", "2019-13", "2019-13"),
        ("spring", "spring", "spring"),
        ("", "", ""),
    ],
)
def test_dates_are_as_precise_as_they_are(value: str, dutch: str, english: str) -> None:
    assert date_in_words(value, "nl") == dutch
    assert date_in_words(value, "en") == english


def test_moments_are_in_utc() -> None:
    assert moment_in_words("2026-11-23T01:50:15Z", "nl") == "23 november 2026 01:50 UTC"
    assert moment_in_words("2026-11-23T01:50:15+02:00", "en") == "22 November 2026 23:50 UTC"
    assert moment_in_words("", "en") == ""


@pytest.mark.parametrize(
    ("tag", "name"),
    [
        ("nl", "Nederlands"),
        ("de", "Duits"),
        ("en-GB", "Engels (Verenigd Koninkrijk)"),
        ("fy", "Fries"),
        ("la", "Latijn"),
        ("xx-!", "Xx-!"),
        ("", ""),
    ],
)
def test_languages_have_names(tag: str, name: str) -> None:
    assert language_name(tag, "nl") in {name, name.replace("Fries", "West-Fries")}


def test_numbers_and_plurals() -> None:
    assert words("nl").count("count.materials", 1) == "1 materiaal"
    assert words("nl").count("count.materials", 12345) == "12.345 materialen"
    assert words("en").count("count.materials", 12345) == "12,345 materials"


@pytest.mark.parametrize(
    ("licence", "url", "kind", "name"),
    [
        ("CC-BY-4.0", "", "by", "CC BY 4.0"),
        ("CC-BY-NC-SA-3.0", "", "by-nc-sa", "CC BY-NC-SA 3.0"),
        ("CC-BY-3.0-NL", "", "by", "CC BY 3.0 NL"),
        ("CC0-1.0", "", "cc0", "CC0 1.0"),
        ("CC-PDM-1.0", "", "pdm", "Public Domain Mark"),
        ("", "https://creativecommons.org/licenses/by-sa/3.0/nl/", "by-sa", "CC BY-SA 3.0 NL"),
        ("", "https://creativecommons.org/licenses/nonsense/3.0/", "unknown", ""),
        ("GPL-3.0-only", "", "unknown", "GNU GPL 3.0"),
        ("", "", "unknown", ""),
    ],
)
def test_a_licence_in_plain_words(licence: str, url: str, kind: str, name: str) -> None:
    found = reuse(LearningResource(source="", identifier="", licence=licence, licence_url=url))
    assert (found.kind, found.name) == (kind, name)


@pytest.mark.parametrize(
    ("facet", "code", "dutch"),
    [
        ("year", "2019", "2019"),
        ("year", "2019..2021", "2019\N{EN DASH}2021"),
        ("year", "2019..", "vanaf 2019"),
        ("year", "..2021", "tot en met 2021"),
        ("year", "..", "met een jaar"),
        ("discipline", "0541", "Wiskunde"),
        ("discipline", "techniek", "Techniek"),
        ("discipline", "0000", "0000"),
        ("duration", "10-30", "10 tot 30 minuten"),
        ("duration", "hours", "hours"),
        ("may_adapt", "yes", "Mag worden aangepast"),
        ("may_sell", "no", "no"),
        ("format", "pdf", "Pdf"),
        ("accessibility", "captions", "Ondertiteling"),
        ("institution", "pdf", "pdf"),
        ("provider", "Leerbank", "Leerbank"),
    ],
)
def test_values_of_facets_have_labels(facet: str, code: str, dutch: str) -> None:
    assert Labels(SETTINGS).of(facet, code, "nl") == dutch
