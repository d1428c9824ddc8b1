"""An API in JSON that nobody has described: told by its answer, else a mapping is proposed."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from catalog import mappings
from harvester.rest.page import read as read_page
from harvester.trial import api, proposal
from harvester.trial.guess import Guess, guess
from harvester.trial.questions import Answer

FOLDER = Path(__file__).parent / "fixtures" / "mappings"
URL = "https://api.example/v1/things"


def answer(document: Any, **headers: str) -> Answer:
    body = document if isinstance(document, bytes) else json.dumps(document).encode()
    return Answer(url=URL, status=200, media_type="application/json", body=body, headers=headers)


@pytest.mark.parametrize("name", mappings.names())
def test_an_api_with_a_mapping_is_told_by_its_answer(name: str) -> None:
    found = api.recognise(answer((FOLDER / f"{name}.json").read_bytes()))
    assert found
    assert found.entry == {"mapping": name}
    assert name in found.why


def test_samples_of_apis_are_told_by_their_answers(samples: Path) -> None:
    for pattern, name in (
        ("sharekit/*al.*.json", "surfsharekit"),
        ("html/**/zenodo_*.json", "zenodo"),
    ):
        files = sorted(samples.glob(pattern))
        assert files
        told = [api.recognise(answer(file.read_bytes())) for file in files]
        assert [found and found.entry for found in told] == [{"mapping": name}] * len(files)


def test_samples_of_other_apis_get_a_mapping_that_reads_them(samples: Path) -> None:
    read = 0
    for file in sorted((samples / "json" / "mit-learn").glob("*.json")):
        found = api.recognise(answer(file.read_bytes()))
        if found is None or found.entry is None:
            continue
        entry = api.source(URL, found.entry, allow_private=False)
        page = read_page(file.read_bytes(), entry, source="s", url=URL)
        assert page.raws, file
        assert not any(raw.rejected for raw in page.raws), file
        assert any("titles" in raw.parsed for raw in page.raws), file
        read += 1
    assert read > 10


LESSON = {
    "lessonId": "a-1",
    "dc:title": {"nl": "Breuken", "en": "Fractions"},
    "summary": "Delen door een breuk, stap voor stap.",
    "links": {"web": {"permalink": "https://lessen.example/a-1"}, "self": "https://api.example/1"},
    "licence": {"name": "CC BY 4.0"},
    "authors": [{"name": "N. Bakker"}],
    "tags": ["breuken"],
    "level": "havo",
    "updated_at": "2024-05-01T10:00:00Z",
    "views": 7,
}
OTHER = {**LESSON, "lessonId": "a-2", "dc:title": {"nl": "Procenten"}}


def test_a_mapping_is_proposed_by_the_names_of_fields() -> None:
    entry = proposal.of(
        {
            "meta": {"total": 40},
            "links": {"next": {"href": "/things?page=2"}},
            "rows": [LESSON, OTHER],
        },
        URL,
    )
    assert entry == {
        "items": "rows",
        "identifier": "lessonId",
        "datestamp": "updated_at",
        "total": "meta.total",
        "paging": "link",
        "next": "links.next.href",
        "map": {
            "titles": '"dc:title"',
            "descriptions": "summary",
            "url": "links.web.permalink",
            "rights": "licence",
            "creators": "authors",
            "keywords": "tags",
            "level_terms": "level",
        },
    }
    api.source(URL, entry, allow_private=False)  # as config.toml would take it


@pytest.mark.parametrize(
    ("around", "url", "link", "expected"),
    [
        ({}, URL, "", {}),
        ({"next": "https://api.example/2"}, URL, "", {"paging": "link", "next": "next"}),
        ({"next": None}, URL, '<https://api.example/2>; rel="next"', {"paging": "header"}),
        ({"next": 2, "page": 1}, URL, "", {"paging": "page", "page_parameter": "page", "first": 1}),
        (
            {"page": {"number": 0}}, URL, "",
            {"paging": "page", "page_parameter": "page", "first": 0},
        ),
        (
            {"start": 0, "limit": 2}, URL, "",
            {"paging": "offset", "page_parameter": "start", "first": 0},
        ),
        ({}, f"{URL}?p=1&skip=10", "", {"paging": "offset", "page_parameter": "skip", "first": 10}),
        ({"count": 1}, URL, "", {}),  # less than came: no total
        ({"total": True}, URL, "", {}),
        ({"total": 2}, URL, "", {"total": "total"}),
    ],
)  # fmt: skip
def test_how_a_list_goes_on_is_found(
    around: dict[str, Any], url: str, link: str, expected: dict[str, Any]
) -> None:
    entry = proposal.of({**around, "rows": [LESSON, OTHER]}, url, link)
    assert entry is not None
    keys = ("total", "paging", "next", "page_parameter", "first")
    assert {key: entry[key] for key in keys if key in entry} == expected


@pytest.mark.parametrize(
    ("items", "identifier"),
    [
        ([{"title": "a", "id": 1}, {"title": "b", "id": 2}], "id"),
        ([{"title": "a", "id": 1, "uuid": "x"}, {"title": "b", "id": 1, "uuid": "y"}], "uuid"),
        ([{"title": "a", "author": {"id": 1}, "code": "x"}], "code"),
        ([{"title": "a", 'we"ird id': 7}], '"we\\"ird id"'),
        ([{"attributes": {"title": "a"}, "id": "7"}], "id"),
        ([{"title": "a", "link": "https://a.example/1"}], "link"),
    ],
)  # fmt: skip
def test_an_identifier_is_what_each_has_for_itself(items: list[Any], identifier: str) -> None:
    entry = proposal.of(items, URL)
    assert entry is not None
    assert entry["identifier"] == identifier
    assert entry["items"] == "@"


@pytest.mark.parametrize(
    "document",
    [
        {}, [], None, "x", 7, [1, 2], [[]], {"rows": []}, {"error": "no key"}, [{"id": 1}],
        [{"title": "a"}], [{"title": "a", "id": 1}, {"title": "b", "id": 1}],
        [{"title": "a", "id": 1}, "b"], [{"title": 3, "id": 1}], [{"title": None, "id": 1}],
    ],
)  # fmt: skip
def test_where_nothing_can_be_proposed_that_is_said(document: Any) -> None:
    found = api.recognise(answer(document))
    assert found
    assert found.entry is None
    assert "without a list" in found.why


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"[" * 100_000, b'{"a":' * 9_000, b'{"id":1}\n{"id":2}', b"\xff\xfe{",
        b'{"@context": "https://schema.org", "name": "x"}', b'[{"@type": "Course", "name": "x"}]',
    ],
)  # fmt: skip
def test_what_is_no_answer_of_an_api_is_left_to_others(body: bytes) -> None:
    assert api.recognise(answer(body)) is None


def guessed(reply: Callable[[str], Answer]) -> Guess:
    conversation, said = guess(URL), None
    while True:
        try:
            said = reply(conversation.send(said).url)  # type: ignore[arg-type]  # None begins it
        except StopIteration as end:
            found: Guess = end.value
            return found


def test_a_bare_address_of_an_api_becomes_an_entry() -> None:
    found = guessed(lambda _: answer([LESSON, OTHER], link='<https://api.example/2>; rel="next"'))
    assert (found.kind, found.entry["paging"]) == ("rest", "header")
    assert guessed(lambda _: answer({"error": "no key"})).kind == ""


def test_an_api_that_wants_a_key_says_what_to_do() -> None:
    found = guessed(lambda url: Answer(url=url, status=401, body=b"{}"))
    assert found.kind == ""
    assert "secret_headers" in found.why
