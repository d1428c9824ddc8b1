"""What each mapping that comes along makes of an answer of its API's shape.

``fixtures/mappings/NAME.json`` is an answer, ``NAME.expected.json`` what must come of it.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jmespath
import msgspec
import pytest

from catalog import config, mappings
from catalog.config import RestSource
from catalog.normalise import normalise
from catalog.resource import LearningResource
from harvester import formats
from harvester.rest.page import RestPage, read

FOLDER = Path(__file__).parent / "fixtures" / "mappings"
NAMES = mappings.names()


def entry(**source: Any) -> RestSource:
    given = {"kind": "rest", "url": "https://api.example/list", **source}
    found: RestSource = msgspec.convert(mappings.filled(given), config.AnySource)
    mappings.check(found)
    return found


def answer(name: str) -> bytes:
    return (FOLDER / f"{name}.json").read_bytes()


def page_of(body: bytes, source: RestSource) -> RestPage:
    return read(body, source, source="s", url="https://api.example/list")


def resources(page: RestPage) -> list[LearningResource]:
    return [next(iter(formats.read(raw)[1])) for raw in page.raws if not raw.deleted]


def outcome(name: str) -> dict[str, Any]:
    page = page_of(answer(name), entry(mapping=name))
    assert [raw.rejected for raw in page.raws] == [None] * len(page.raws)
    return {
        "next": page.token,
        "more": page.more,
        "total": page.total,
        "datestamps": [raw.datestamp for raw in page.raws],
        "deleted": [raw.identifier for raw in page.raws if raw.deleted],
        "records": [json.loads(msgspec.json.encode(found)) for found in resources(page)],
    }


@pytest.mark.parametrize("name", NAMES)
def test_an_answer_becomes_what_stands_beside_it(name: str) -> None:
    assert outcome(name) == json.loads((FOLDER / f"{name}.expected.json").read_text("utf-8"))


@pytest.mark.parametrize("name", NAMES)
def test_every_line_of_a_mapping_finds_something(name: str) -> None:
    source, page = entry(mapping=name), page_of(answer(name), entry(mapping=name))
    found = {key for raw in page.raws if raw.parsed for key in raw.parsed}
    assert found == {"@type", *source.map}
    assert any(raw.datestamp for raw in page.raws) == bool(source.datestamp)
    assert any(raw.deleted for raw in page.raws) == bool(source.deleted)


@pytest.mark.parametrize("name", NAMES)
def test_a_hole_in_an_item_costs_a_field_at_most(name: str) -> None:
    """Each value of an item in turn is null, or missing."""
    source = entry(mapping=name)
    items = jmespath.search(source.items, json.loads(answer(name)))
    identifiers = (source.identifier, "id", "uuid", "conceptrecid", "courseId", "programId")
    for item in items:
        for holder, key in _places(item):
            kept = holder[key]
            value: Any
            for value in (None, "", [], {}):
                holder[key] = value
                for raw in page_of(json.dumps([item]).encode(), _bare(source)).raws:
                    rule = raw.rejected.rule if raw.rejected else ""
                    assert rule in ("", "record.identifier_missing"), (key, value, raw.rejected)
                    assert not rule or key in identifiers or key == "programmeId"
                    if not raw.deleted and not raw.rejected:
                        normalise(next(iter(formats.read(raw)[1])))
            holder[key] = kept


def _bare(source: RestSource) -> RestSource:
    return msgspec.structs.replace(source, items="@", total="", paging="none", more="")


def _places(value: Any) -> list[tuple[Any, Any]]:
    own: list[tuple[Any, Any]]
    if isinstance(value, dict):
        own = [(value, key) for key in value]
    elif isinstance(value, list):
        own = [(value, at) for at in range(len(value))]
    else:
        return []
    return own + [place for holder, key in own for place in _places(holder[key])]


def clean(name: str) -> list[LearningResource]:
    return [normalise(r) for r in resources(page_of(answer(name), entry(mapping=name)))]


@pytest.mark.parametrize(
    ("name", "field", "values"),
    [
        ("surfsharekit", "levels", ("hbo",)),
        ("surfsharekit", "licence", "CC-BY-SA-4.0"),
        ("surfsharekit", "disciplines", ("techniek",)),
        ("surfsharekit", "access", "open"),
        ("surfsharekit", "cost", "free"),
        ("pure", "types", ("textbook",)),
        ("pure", "languages", ("nl",)),
        ("pure", "openness", "open"),
        ("dspace7", "types", ("course",)),
        ("dspace7", "levels", ("mbo",)),
        ("dspace7", "licence", "CC-BY-4.0"),
        ("zenodo", "licence", "CC-BY-4.0"),
        ("zenodo", "access", "open"),
        ("zenodo", "languages", ("en",)),
        ("opentextbooklibrary", "types", ("textbook",)),
        ("opentextbooklibrary", "openness", "open"),
        ("mitlearn", "types", ("course",)),
        ("mitlearn", "levels", ("hbo-bachelor", "wo-bachelor")),
        ("ooapi5", "types", ("course",)),
        ("ooapi5", "languages", ("nl",)),
        ("ooapi5", "isced", ("0732",)),
        ("ooapi5", "levels", ("hbo-bachelor", "wo-bachelor")),
        ("oeapi6", "types", ("course",)),
        ("oeapi6", "levels", ("mbo-3",)),
        ("oeapi6", "isced", ("0715",)),
    ],
)
def test_what_is_said_is_understood(name: str, field: str, values: Any) -> None:
    assert getattr(clean(name)[0], field) == values


def test_levels_of_programmes() -> None:
    assert [r.levels for r in clean("ooapi5")[1:]] == [("vwo",), ("hbo-bachelor", "wo-bachelor")]
    assert clean("oeapi6")[1].levels == ("hbo-bachelor", "wo-bachelor")


def test_samples_of_surfsharekit(samples: Path) -> None:
    source = entry(mapping="surfsharekit")
    seen, deleted, read_well = [], [], []
    for file in sorted((samples / "sharekit").glob("*.json")):
        page = page_of(file.read_bytes(), source)
        assert page.total == json.loads(file.read_bytes())["meta"]["totalCount"]
        assert bool(page.token) == file.name.endswith("initial.0.json")
        seen += page.raws
        deleted += [raw for raw in page.raws if raw.deleted]
        read_well += [normalise(resource) for resource in resources(page)]
    assert len(seen) == 16
    assert all(raw.identifier and raw.datestamp and not raw.rejected for raw in seen)
    assert [raw.datestamp[:4] for raw in deleted] == ["2021"] * len(deleted)
    assert len(deleted) == 2
    assert len(read_well) == 14
    for resource in read_well:
        assert resource.titles, resource.identifier
        assert resource.licence.startswith("CC-BY")
        assert resource.languages
        assert resource.disciplines
        assert resource.access == "open"
        assert not any(date.value == "1970-01-01" for date in resource.dates)
    assert sum(bool(resource.levels) for resource in read_well) == 14
    assert sum(bool(resource.url) for resource in read_well) >= 12


#: Other APIs in the samples, each as an operator would write its entry.
ENTRIES: dict[str, dict[str, Any]] = {
    "mitxonline_courses.json": {
        "items": "results",
        "identifier": "readable_id",
        "total": "count",
        "map": {
            "titles": "title",
            "descriptions": "page.description",
            "creators": "page.instructors[].name",
            "subjects": "topics[].name",
            "duration": "duration",
            "type_terms": "'course'",
        },
    },
    "ovs_videos.json": {
        "items": "results",
        "identifier": "key",
        "total": "count",
        "map": {
            "titles": "title",
            "descriptions": "description",
            "duration": "duration",
            "type_terms": "'video'",
            "dates": {"created": "created_at"},
        },
    },
    "xpro_courses.json": {
        "identifier": "readable_id",
        "map": {
            "titles": "title",
            "descriptions": "description",
            "url": "url",
            "thumbnail": "thumbnail_url",
            "subjects": "topics[].name",
        },
    },
    "test_mitx_course.json": {
        "items": "results",
        "identifier": "key",
        "datestamp": "modified",
        "map": {
            "titles": "title",
            "descriptions": "full_description",
            "level_terms": "level_type",
            "subjects": "subjects[].name",
            "publishers": "owners[].{name: name, kind: 'organisation'}",
        },
    },
    "test_sloan_courses.json": {
        "identifier": "Course_Id",
        "datestamp": "SourceLastModifiedDate",
        "map": {"titles": "Title", "descriptions": "Description", "url": "URL"},
    },
}


@pytest.mark.parametrize("name", ENTRIES)
def test_samples_of_other_apis(samples: Path, name: str) -> None:
    source = entry(**ENTRIES[name])
    page = page_of((samples / "json" / "mit-learn" / name).read_bytes(), source)
    found = [normalise(resource) for resource in resources(page)]
    assert len(found) == {"test_sloan_courses.json": 99, "mitxonline_courses.json": 3}.get(name, 2)
    assert all(raw.identifier and not raw.rejected for raw in page.raws)
    assert all(resource.titles for resource in found)
    said = {name.partition(".")[0] for name in source.map}
    empty = {field for field in said if not any(getattr(r, field) for r in found)}
    assert empty == set()


def test_samples_of_oeapi(samples: Path) -> None:
    """The specification's own examples of a course and a programme, put together as one page."""
    schemas = json.loads((samples / "ooapi" / "oeapi.json").read_bytes())["components"]["schemas"]
    items = [
        {
            key: _example(value, schemas)
            for name in names
            for key, value in _properties(schemas[name])
        }
        for names in (("CourseId", "CourseProperties"), ("ProgrammeId", "ProgrammeProperties"))
    ]
    body = json.dumps({"hasNextPage": False, "items": items}).encode()
    page = page_of(body, entry(mapping="oeapi6"))
    course, programme = [normalise(resource) for resource in resources(page)]
    for resource in (course, programme):
        assert resource.titles
        assert resource.descriptions
        assert resource.types == ("course",)
        assert resource.levels
        assert resource.isced == ("0732",)
        assert resource.url
        assert resource.duration == "P1DT10H30M"
    assert page.more is False


def _properties(schema: dict[str, Any]) -> list[tuple[str, Any]]:
    return list(schema["properties"].items())


def _example(schema: dict[str, Any], schemas: dict[str, Any]) -> Any:
    """Return the example of a schema, by references, choices and items."""
    if "example" in schema:
        return schema["example"]
    if "$ref" in schema:
        return _example(schemas[schema["$ref"].rpartition("/")[2]], schemas)
    if "oneOf" in schema:
        return _example(schema["oneOf"][0], schemas)
    if "items" in schema:
        found = _example(schema["items"], schemas)
        return [found] if found is not None else None
    return None
