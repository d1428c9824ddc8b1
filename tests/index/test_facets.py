"""Facets: which values a record has, and that every engine chooses and counts them alike."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, get_args

import pytest

from catalog import vocabulary
from catalog.export.licence import advice
from catalog.index import (
    FACETS,
    LONGEST_VALUE,
    Change,
    Query,
    QueryError,
    bitmaps,
    tantivy_facets,
)
from catalog.index.facets import DURATIONS, band, facets, parent, permissions, there_is
from catalog.index.folder import CurrentIndex, Engine, rebuild
from catalog.index.formats import groups
from catalog.index.plan import within
from catalog.index.tantivy_schema import number, start
from catalog.normalise.licence import named
from catalog.resource import Agent, Date, LearningResource, Text
from webapp.reuse import reuse

ENGINES: tuple[Engine, ...] = get_args(Engine)


def record(**fields: Any) -> LearningResource:
    return LearningResource(source="bron", identifier="1", **fields)


# Values of a record


@pytest.mark.parametrize(
    ("media_types", "expected"),
    [
        (("application/pdf",), ("pdf",)),
        (("text/html", "video/mp4", "video/webm"), ("web", "video")),
        (("application/epub+zip",), ("document",)),
        (("application/zip",), ("package",)),
        (("application/vnd.ims.imsccv1p3",), ("package",)),
        (("application/vnd.ms-excel", "text/csv"), ("dataset",)),
        (("application/vnd.openxmlformats-officedocument.presentationml.slideshow",),
         ("presentation",)),
        (("image/vnd.djvu",), ("document",)),  # the longer beginning decides
        (("model/gltf-binary",), ("interactive",)),
        (("application/octet-stream", "application/xml", "online", ""), ()),
        ((), ()),
    ],
)  # fmt: skip
def test_media_types_are_in_groups(media_types: tuple[str, ...], expected: tuple[str, ...]) -> None:
    assert groups(media_types) == expected


@pytest.mark.parametrize(
    ("duration", "expected"),
    [
        ("PT9M59S", "0-10"),
        ("PT10M", "10-30"),
        ("PT30M", "30-60"),
        ("PT59M", "30-60"),
        ("PT1H", "60-240"),
        ("PT3H59M59S", "60-240"),
        ("PT4H", "240-"),
        ("P3W", "240-"),
        ("P1M", "240-"),
        ("PT30S", "0-10"),
        ("PT40H", "240-"),
        ("", ""),
        ("P", ""),
        ("PT", ""),
        ("lang", ""),
        ("PT1,5H", ""),
    ],
)
def test_durations_are_in_bands(duration: str, expected: str) -> None:
    assert band(duration) == expected
    assert not expected or expected in DURATIONS


@pytest.mark.parametrize(
    ("facet", "values", "others"),
    [
        ("level", ("hbo", "mbo-4"), ("bogus", "", "HBO")),
        ("may_sell", ("yes",), ("no",)),
        (
            "year",
            ("2019", "2019..2023", "2019..", "..2019", ".."),
            ("19", "19..20", "x", "2019.", ""),
        ),
        ("institution", ("whatever",), ()),
    ],
)
def test_which_values_there_are(
    facet: str, values: tuple[str, ...], others: tuple[str, ...]
) -> None:
    assert all(there_is(facet, value) for value in values)
    assert not any(there_is(facet, value) for value in others)


@pytest.mark.parametrize(
    ("licence", "allowed"),
    [
        ("CC-BY-4.0", (True, True)),
        ("CC-BY-SA-3.0", (True, True)),
        ("CC-BY-NC-4.0", (True, False)),
        ("CC-BY-NC-SA-4.0", (True, False)),
        ("CC-BY-ND-4.0", (False, True)),
        ("CC-BY-NC-ND-4.0", (False, False)),
        ("CC0-1.0", (True, True)),
        ("CC-PDM-1.0", (True, True)),
        ("GPL-3.0-only", (True, True)),
        ("https://creativecommons.org/licenses/by-nc/", (True, False)),
        ("https://creativecommons.org/licenses/by-nd/2.5/xx/", (False, True)),
        ("http://rightsstatements.org/vocab/NoC-US/1.0/", (False, False)),  # is no licence
        ("http://rightsstatements.org/vocab/InC/1.0/", (False, False)),
        ("All rights reserved", (False, False)),
        ("", (False, False)),
    ],
)
def test_only_a_licence_gives_leave(licence: str, allowed: tuple[bool, bool]) -> None:
    known = named(licence)
    made = record(licence=known.spdx, licence_url=known.url, openness=known.openness)
    assert permissions(made) == allowed


@pytest.mark.parametrize("code", vocabulary.get("licence").codes)
def test_the_page_of_a_material_says_the_same_of_its_licence(code: str) -> None:
    known = named(code)
    made = record(licence=known.spdx, licence_url=known.url, openness=known.openness)
    terms = reuse(made).terms
    if terms.kind in ("cc", "cc0", "pdm"):
        given = advice(terms)
        leave = ("yes", "conditions")
        assert permissions(made) == (given.adapt in leave, given.sell in leave)


def test_openness_without_a_licence_gives_no_leave() -> None:
    assert permissions(record(openness="open")) == (False, False)
    assert permissions(record(openness="closed", licence="CC-BY-4.0")) == (False, False)


def values(facet: str, **fields: Any) -> tuple[str, ...]:
    return facets(record(**fields), "").get(facet, ())


def test_institutions_are_organisations_as_far_as_is_said() -> None:
    assert values(
        "institution",
        creators=(
            Agent("Jansen, Piet", "person", affiliation="Hogeschool aan de Vaart"),
            Agent("Universiteit van Elders", "organisation"),
            Agent("Werkgroep Rekenen"),  # of a maker nobody knows
        ),
        contributors=(Agent("Vries, Anna de", affiliation="Universiteit van Elders"),),
        publishers=(Agent("Uitgeverij de Brug"), Agent("Piet zelf", "person")),
    ) == ("Hogeschool aan de Vaart", "Universiteit van Elders", "Uitgeverij de Brug")
    assert values("provider", providers=(Agent("Leerbank"),)) == ("Leerbank",)


def test_accessibility_is_what_there_is_and_not_that_there_is_none() -> None:
    said = ("captions", "none", "unknown", "heel toegankelijk", "transcript", "flashing")
    assert values("accessibility", accessibility_features=said) == ("captions", "transcript")


@pytest.mark.parametrize(
    ("disciplines", "isced", "expected"),
    [
        (("techniek",), (), {"techniek"}),
        ((), ("0541",), {"0541", "054", "exact_informatica"}),
        ((), ("05",), {"exact_informatica"}),  # the discipline is in the broad field's place
        ((), ("0521",), {"0521", "052", "aarde_milieu"}),
        ((), ("0532",), {"0532", "aarde_milieu"}),  # and not 053, which is of another
        (("kunst_cultuur",), ("0311", "0312"),
         {"kunst_cultuur", "0311", "economie_bedrijf", "0312", "recht_bestuur"}),
        (("??",), ("99", "9999"), {"??", "9999"}),
    ],
)  # fmt: skip
def test_fields_stand_under_their_discipline(
    disciplines: tuple[str, ...], isced: tuple[str, ...], expected: set[str]
) -> None:
    assert set(values("discipline", disciplines=disciplines, isced=isced)) == expected


def test_every_field_but_the_broad_ones_stands_under_one_discipline() -> None:
    disciplines = vocabulary.get("discipline").codes
    for code in vocabulary.get("isced").codes:
        if len(code) > 2:
            above = [code]
            while (up := parent("discipline", above[-1])) and len(above) < 9:
                above.append(up)
            assert above[-1] in disciplines, code
            assert all(len(each) > 2 for each in above)


def test_values_are_no_longer_than_an_address_takes() -> None:
    made = values("institution", publishers=(Agent("lang" * 1000), Agent("a\tb\x1fc")))
    assert made == (("lang" * 1000)[:LONGEST_VALUE], "a b c")
    assert len(values("language", languages=tuple(f"x-{n}" for n in range(5000)))) == 100


@pytest.mark.parametrize(
    ("choice", "inside"),
    [
        ("2019", None),
        ("2019..2021", "2019 2020 2021"),
        ("2021..2019", "2019 2020 2021"),
        ("2021..", "2021 2022"),
        ("..2019", "2018 2019"),
        ("..", "2018 2019 2020 2021 2022"),
        ("19..20", None),
        ("2019...2020", None),
        ("\u0662\u0660\u0661\u0669..", None),
    ],
)
def test_spans_of_years(choice: str, inside: str | None) -> None:
    found = within("year", choice)
    assert (found is None) == (inside is None)
    if found:
        assert " ".join(filter(found, map(str, range(2018, 2023)))) == inside
    assert within("level", choice) is None


# Engines

WORDS = ["alfa", "beta", "gamma", "delta"]
_ORGANISATIONS = [f"Instelling {n}" for n in range(400)]


def _library(number: int) -> list[Change]:
    dice = random.Random(7)

    def some(among: Sequence[str], most: int = 2) -> tuple[str, ...]:
        return tuple(dice.sample(among, dice.randint(0, most)))

    made = []
    for n in range(1, number + 1):
        licence = named(dice.choice(["", "CC-BY-4.0", "CC-BY-NC-4.0", "CC-BY-ND-4.0", "CC0-1.0"]))
        made.append(
            LearningResource(
                source=dice.choice(["een", "twee"]),
                identifier=str(n),
                titles=(Text(" ".join(dice.choices(WORDS, k=3))),),
                levels=some(["mbo-2", "mbo-4", "havo", "wo"]),
                disciplines=some(["techniek", "gezondheid"], 1),
                isced=some(["0541", "0521", "0711", "0613"]),
                languages=some(["nl", "en", "fy"]),
                types=some(["video", "textbook"]),
                media_types=some(["application/pdf", "video/mp4", "text/html"]),
                accessibility_features=some(["captions", "transcript", "index"]),
                publishers=tuple(Agent(name) for name in some(_ORGANISATIONS)),
                providers=tuple(Agent(name) for name in some(["Leerbank", "Kennisnest"], 1)),
                duration=dice.choice(["", "PT5M", "PT20M", "PT2H", "P2D"]),
                dates=tuple(Date(year, "issued") for year in some(["1998", "2019", "2020"], 1)),
                licence=licence.spdx,
                licence_url=licence.url,
                openness=licence.openness,
            )
        )
    return [Change(n, f"r{n}", resource) for n, resource in enumerate(made, 1)]


LIBRARY = _library(500)
OWN = {
    str(change.id): facets(change.resource, change.resource.dates[0].value[:4]
                           if change.resource.dates else "")
    for change in LIBRARY if change.resource
}  # fmt: skip
QUESTIONS: list[dict[str, Mapping[str, Sequence[str]]]] = [
    {},
    {"filters": {"level": ["bve"]}},
    {"without": {"level": ["mbo"]}},
    {"filters": {"level": ["mbo"]}, "without": {"level": ["mbo-4"]}},
    {"filters": {"level": ["mbo"]}, "without": {"level": ["mbo"]}},
    {"filters": {"discipline": ["exact_informatica", "0711"], "language": ["nl"]}},
    {"filters": {"may_adapt": ["yes"]}, "without": {"may_sell": ["yes"]}},
    {"filters": {"year": ["2019..2020"]}, "without": {"format": ["pdf", "video"]}},
    {"filters": {"year": ["..2000", "2020"]}},
    {"without": {"year": [".."]}},
    {"filters": {"year": ["1500..1600"]}},
    {"filters": {"institution": ["Instelling 3", "Instelling 4"]}},
    {"without": {"institution": ["Instelling 3"], "provider": ["Leerbank"]}},
    {"filters": {"duration": ["0-10", "240-"], "accessibility": ["captions"]}},
    {"filters": {"type": ["", "\x1f", "nosuch"]}},
    {"without": {"type": ["", "\x1f", "nosuch"], "language": []}},
]


@pytest.fixture(scope="module", params=ENGINES)
def index(request: pytest.FixtureRequest, tmp_path_factory: Any) -> Iterator[CurrentIndex]:
    folder: Path = tmp_path_factory.mktemp(request.param)
    with rebuild(folder, request.param, LIBRARY[:300], 300) as made:
        with made.writer() as writer:  # several files, and records that were replaced
            writer.apply([Change(301, "r7", None), *LIBRARY[300:]])
            writer.apply([Change(501, "r7", LIBRARY[6].resource)])
            writer.commit(501)
        yield made


def has(own: Mapping[str, tuple[str, ...]], facet: str, choices: Sequence[str]) -> bool:
    spans = [span for choice in choices if (span := within(facet, choice))]
    mine = own.get(facet, ())
    return any(value in choices or any(span(value) for span in spans) for value in mine)


def found(question: Mapping[str, Mapping[str, Sequence[str]]], but: str = "") -> list[str]:
    """Return the ids of the records that answer a question, worked out by looking at each."""
    filters, without = question.get("filters", {}), question.get("without", {})
    return [
        name
        for name, own in OWN.items()
        if all(has(own, f, choices) for f, choices in filters.items() if choices and f != but)
        and not any(has(own, f, choices) for f, choices in without.items())
    ]


@pytest.mark.parametrize("question", QUESTIONS, ids=range(len(QUESTIONS)))
def test_choosing_and_counting_are_exact(index: CurrentIndex, question: Any) -> None:
    check(index, question)


@pytest.mark.parametrize("air", [0, 3, 10])
def test_sets_are_the_same_however_they_are_held(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, air: int
) -> None:
    """Whoosh: sets of few records are lists of numbers (of all, of an eighth), others bitmaps."""
    monkeypatch.setattr(bitmaps, "_AIR", air)
    with rebuild(tmp_path, "whoosh", LIBRARY, 500) as made:
        for question in QUESTIONS:
            check(made, question)


def check(index: CurrentIndex, question: Any) -> None:
    for _ in range(2):  # counts may be kept: they stay the same
        result = index.search(Query(**question, size=100, values=1000))
        wanted = found(question)
        assert result.total == len(wanted)
        assert {hit.id for hit in result.hits} <= set(wanted)
        assert list(result.facets) == list(FACETS)
        for facet, counts in result.facets.items():
            there = [OWN[name].get(facet, ()) for name in found(question, but=facet)]
            assert {c.value: c.count for c in counts} == Counter(v for own in there for v in own)


@pytest.mark.parametrize("facet", ["institution", "year", "level"])
@pytest.mark.parametrize("most", [1, 2, 7])
def test_so_many_values_are_the_first_of_all(index: CurrentIndex, facet: str, most: int) -> None:
    every = index.search(Query(facets=(facet,), values=10_000)).facets[facet]
    assert list(every) == sorted(every, key=lambda c: (-c.count, c.value))
    assert index.search(Query(facets=(facet,), values=most)).facets[facet] == every[:most]


@pytest.mark.parametrize("alike", [300, 12], ids=["all begin alike", "a dozen begin alike"])
@pytest.mark.parametrize("slack", [0, 2000])
@pytest.mark.parametrize("engine", ENGINES)
def test_of_long_facets_fewer_values_may_be_counted(
    engine: Engine, slack: int, alike: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of more values with one record than are asked for, the first by name are counted."""
    monkeypatch.setattr(tantivy_facets, "_SLACK", slack)
    monkeypatch.setattr(tantivy_facets, "_SLACK_NAMED", slack)
    monkeypatch.setattr(tantivy_facets, "_MOST_NUMBERED", 290)
    monkeypatch.setattr(tantivy_facets, "_NAMES", 10)
    names = [f"{chr(ord('À') + n // alike)} {n:03}" for n in range(300)]
    made = [
        Change(number, f"r{number}", record(publishers=(Agent(name),)))
        for number, name in enumerate(names)
    ]
    made += [
        Change(300 + number, f"s{number}", record(publishers=(Agent(names[number % 3]),)))
        for number in range(12)
    ]
    facets = ("institution", "language")
    with rebuild(tmp_path, engine, reversed(made), 312) as index:
        for most in (1, 3, 5, 100, 290, 300):
            counts = index.search(Query(facets=facets, long=most)).facets["institution"]
            expected = [(name, 5 if n < 3 else 1) for n, name in enumerate(names[:most])]
            assert [(each.value, each.count) for each in counts] == expected
            assert index.search(Query(facets=facets, values=most)).facets["institution"] == counts


def test_a_question_with_words_leaves_out_as_well(index: CurrentIndex) -> None:
    every = index.search(Query(text="alfa", size=100, facets=("type",)))
    kept = index.search(Query(text="alfa", size=100, without={"type": ["video"]}))
    videos = next(c.count for c in every.facets["type"] if c.value == "video")
    assert 0 < videos < every.total
    assert kept.total == every.total - videos
    assert "video" not in {c.value for c in kept.facets["type"]}


@pytest.mark.parametrize(
    "query",
    [
        Query(without={"colour": ["red"]}),
        Query(without={"year": [str(n) for n in range(1000)]}),
        Query(values=0),
        Query(values=10**9),
    ],
)
def test_impossible_questions_are_refused(index: CurrentIndex, query: Query) -> None:
    with pytest.raises(QueryError):
        index.search(query)


def test_numbers_of_values_are_in_their_order_as_far_as_they_begin() -> None:
    values = ["", "A", "AB", "AC", "B", "Z", "a", "À", "é", "Ā", "中文", "😀", "😀😀"]
    starts = [start(number(value)) for value in values]
    assert starts == sorted(starts)
    assert len({number(value) for value in values}) == len(values)
    assert all(number(value) < 1 << 64 for value in values)
