"""APIs in JSON: every way to page, deltas, and answers that are none."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from crawling import Run, Task, crawl
from servers import Answer, Asked, Log, serving

from catalog import config, mappings
from catalog.config import ConfigError, RestSource
from harvester.errors import ParseError
from harvester.formats import mapped
from harvester.rest.page import ItemsMissingError, UnreadableError, next_link, read
from harvester.spiders import Job, unpack

JSON = {"Content-Type": "application/json; charset=utf-8"}
ALL = [f"m{number}" for number in range(1, 8)]


def item(identifier: str, **more: Any) -> dict[str, Any]:
    return {"id": identifier, "name": f"Les {identifier}", "changed": "2024-05-01", **more}


def answer(document: Any, status: int = 200, **headers: str) -> Answer:
    return Answer(json.dumps(document).encode(), status, JSON | headers)


def part(start: int, size: int = 3) -> list[dict[str, Any]]:
    return [item(identifier) for identifier in ALL[start : start + size]]


def by_link(asked: Asked) -> Answer:
    start = int(asked.arguments.get("start", 0))
    following = f"/link?start={start + 3}" if start + 3 < len(ALL) else None
    return answer({"data": part(start), "links": {"next": following}, "total": len(ALL)})


def by_header(asked: Asked) -> Answer:
    start = int(asked.arguments.get("start", 0))
    links = ['<https://elsewhere.example/?a=1,2>; rel="last"; title="a, b"']
    if start + 3 < len(ALL):
        links.append(f"<{asked.base}/header?start={start + 3}>; rel=next")
    return answer(part(start), Link=", ".join(links))


def by_number(asked: Asked) -> Answer:
    page, size = int(asked.arguments["pageNumber"]), int(asked.arguments["pageSize"])
    start = (page - 1) * size
    return answer({"items": part(start, size), "hasNextPage": start + size < len(ALL)})


def by_number_to_an_empty_page(asked: Asked) -> Answer:
    return answer(part(int(asked.arguments["page"]) * 3))


def by_offset(asked: Asked) -> Answer:
    """Never more than two, whatever is asked for."""
    return answer({"items": part(int(asked.arguments["offset"]), 2), "count": str(len(ALL))})


def by_cursor(asked: Asked) -> Answer:
    start = {"": 0, "a b/=": 3, "c": 6}[asked.arguments.get("cursor", "")]
    return answer({"data": part(start), "cursor": {0: "a b/=", 3: "c", 6: ""}[start]})


def deltas(asked: Asked) -> Answer:
    """Forgets in its next link what was asked, as SURFsharekit does."""
    assert asked.arguments["type"] == "lesson"
    if "filter[since]" not in asked.arguments:
        return answer({"data": part(0, 7)})
    if "page" not in asked.arguments:
        changed = [item("m2", name="Nieuw"), {"id": "m3", "meta": {"status": "deleted"}}]
        return answer({"data": changed, "links": {"next": "/deltas?page=2"}})
    return answer({"data": [item("m9")]})


def with_secret(asked: Asked) -> Answer:
    if asked.headers.get("authorization") != "Bearer s3cret":
        return answer({"error": "no"}, 401)
    if asked.path == "/moved":
        return Answer(status=302, headers={"Location": "/link"})
    return answer({"data": part(0)})


def breaking(asked: Asked) -> Answer:
    """Has a second page that is cut off, once."""
    if not asked.query:
        return answer({"data": part(0), "links": {"next": "/breaking?start=3"}, "total": 4})
    whole = json.dumps({"data": [item("m4")], "total": 4}).encode()
    return Answer(whole if asked.again else whole[:-20], headers=JSON)


ODD = [item("a"), {"name": "Naamloos"}, "los", item("b", tags=7), item("c", id=12.0), item("a")]

API: dict[str, Callable[[Asked], Answer]] = {
    "/link": by_link,
    "/header": by_header,
    "/number": by_number,
    "/until-empty": by_number_to_an_empty_page,
    "/offset": by_offset,
    "/cursor": by_cursor,
    "/deltas": deltas,
    "/secret": with_secret,
    "/moved": with_secret,
    "/breaking": breaking,
    "/odd": lambda _: answer({"data": ODD}),
    "/bom": lambda _: Answer(b"\xef\xbb\xbf" + json.dumps({"data": part(0)}).encode()),
    "/short": lambda _: answer({"data": part(0), "total": 9}),
    "/loop": lambda _: answer({"data": part(0), "links": {"next": "/loop"}}),
    "/spiral": lambda asked: answer(
        {"data": part(0), "links": {"next": f"/spiral?n={len(asked.query)}{asked.query[2:]}"}}
    ),
    "/hollow": lambda asked: answer(
        {"data": [], "links": {"next": f"/hollow?n={asked.query[2:]}1"}}
    ),
    "/html": lambda _: Answer(b"<!DOCTYPE html><h1>Inloggen</h1>", headers=JSON),
    "/empty": lambda _: Answer(b"", headers=JSON),
    "/cut": lambda _: Answer(b'{"data": [{"id": "m1"', headers=JSON),
    "/other": lambda _: answer({"error": "er ging iets mis", "code": 3}),
    "/nothing": lambda _: Answer(status=204, headers=JSON),
    "/none": lambda _: answer({"total": 0}),
    "/busy": lambda asked: answer(
        {"data": part(0)}, 200 if asked.again else 429, **{"Retry-After": "0"}
    ),
    "/later": lambda _: answer({}, 429, **{"Retry-After": "86400"}),
    "/away": lambda _: answer({"data": part(0), "links": {"next": "https://elsewhere.example/"}}),
    "/dead": lambda asked: answer({"data": part(0)}, 410 if asked.query else 200),
    "/always-dead": lambda _: answer({}, 400),
}  # fmt: skip


def respond(asked: Asked) -> Answer:
    return API[asked.path](asked)


LIST: dict[str, Any] = {
    "items": "data",
    "paging": "link",
    "next": "links.next",
    "total": "total",
    "datestamp": "changed",
    "map": {"titles": "name", "keywords": "sort(tags)"},
}


def task(name: str, url: str, source: dict[str, Any] | None = None, **more: Any) -> Task:
    given = {"kind": "rest", "url": url, "allow_private": True, **LIST, **(source or {})}
    if "tags" not in name:
        given["map"] = {"titles": "name", **given["map"], "keywords": ""}
    return Task(name, given, **more)


Crawled = tuple[dict[str, Run], Log, str]
SINCE = {
    "since_parameter": "filter[since]",
    "since_format": "%Y-%m-%d",
    "deleted": "meta.status == 'deleted'",
    "query": {"type": "lesson"},
}
NUMBERED = {"items": "items", "paging": "page", "total": "", "size_parameter": "pageSize"}
SECRET = {"secret_headers": {"Authorization": "LESSONS_TOKEN"}}
TOKEN = {"LESSONS_TOKEN": "Bearer s3cret"}


@pytest.fixture(scope="module")
def crawled() -> Iterator[Crawled]:
    with serving(respond) as (base, log):
        paths = ["odd", "bom", "short", "loop", "spiral", "hollow", "html", "empty", "cut"]
        paths += ["other", "nothing", "none", "busy", "later", "away", "breaking"]
        dead = '{"url": "%s/%s?x=1", "count": 3, "watermark": "2024-01-01T00:00:00Z"}'
        runs = crawl(
            *(task(path, f"{base}/{path}") for path in paths),
            task("link", base + "/link", {"absence": "once"}),
            task("header", base + "/header", {"items": "@", "paging": "header", "total": ""}),
            task(
                "number",
                base + "/number",
                {**NUMBERED, "more": "hasNextPage", "page_parameter": "pageNumber", "size": 2},
            ),
            task(
                "until-empty",
                base + "/until-empty",
                {**NUMBERED, "items": "@", "first": 0, "absence": "never"},
            ),
            task(
                "offset",
                base + "/offset",
                {
                    **NUMBERED,
                    "paging": "offset",
                    "page_parameter": "offset",
                    "first": 0,
                    "total": "count",
                },
            ),
            task(
                "cursor",
                base + "/cursor",
                {"paging": "cursor", "next": "cursor", "page_parameter": "cursor"},
            ),
            task("tags", base + "/odd"),
            task("whole", base + "/deltas", SINCE),
            task("delta", base + "/deltas", SINCE, since="2024-05-09T12:00:00Z"),
            task("full", base + "/deltas", SINCE, since="2024-05-09T12:00:00Z", full=True),
            task("stale", base + "/deltas", SINCE, since="2025-05-09T12:00:00Z"),
            task("secret", base + "/secret", SECRET, environment=TOKEN),
            task("unset", base + "/secret", SECRET),
            task("moved", base + "/moved", SECRET, environment=TOKEN),
            task("dead", base + "/dead", checkpoint=dead % (base, "dead")),
            task("always-dead", base + "/always-dead", checkpoint=dead % (base, "always-dead")),
        )
        runs |= crawl(
            task("resumed", base + "/link", checkpoint=runs["link"].pages[0]["checkpoint"])
        )
        yield runs, log, base


@pytest.mark.parametrize("name", ["link", "header", "number", "until-empty", "offset", "cursor"])
def test_every_way_to_page(crawled: Crawled, name: str) -> None:
    run = crawled[0][name]
    assert run.identifiers == ALL
    assert run.error == ""
    assert run.report["finished"]
    assert run.report["whole"] is (name != "until-empty")
    assert run.report["deletions"] == ("absent" if name == "link" else "absent-twice")
    assert run.report["warnings"] == []
    assert run.report["total"] == (7 if name in ("link", "offset") else None)
    assert run.pages[-1]["checkpoint"] == ""
    assert all(page["checkpoint"] for page in run.pages[:-1])
    assert run.report["watermark"] > "2024"


def test_items_are_kept_as_they_came(crawled: Crawled) -> None:
    raw = crawled[0]["link"].raws[0]
    assert raw["payload"] == json.dumps(item("m1"))
    assert raw["datestamp"] == "2024-05-01"
    assert raw["media_type"] == "application/json"


def test_is_taken_up_where_it_was_broken_off(crawled: Crawled) -> None:
    run = crawled[0]["resumed"]
    assert run.identifiers == ALL[3:]
    assert run.report["finished"]
    assert run.report["watermark"] == crawled[0]["link"].report["watermark"]


def test_deltas(crawled: Crawled) -> None:
    runs, log, _ = crawled
    run = runs["delta"]
    assert run.identifiers == ["m2", "m3", "m9"]
    assert [raw["identifier"] for raw in run.raws if raw["deleted"]] == ["m3"]
    assert run.report["whole"] is False
    assert run.report["finished"]
    asked = [a.arguments for a in log.of("/deltas") if a.arguments.get("page")]
    assert {"page": "2", "filter[since]": "2024-05-07", "type": "lesson"} in asked
    for name in ("whole", "full"):
        assert runs[name].identifiers == ALL
        assert runs[name].report["whole"] is True
    assert runs["stale"].report["warnings"] == [
        "The server ignores filter[since]: it sends old items."
    ]


def test_secrets_come_from_the_environment_alone(crawled: Crawled) -> None:
    runs, log, base = crawled
    assert runs["secret"].identifiers == ALL[:3]
    assert "LESSONS_TOKEN is not set" in runs["unset"].error
    assert runs["unset"].report["kind"] == "FetchError"
    assert "answers 302" in runs["moved"].error
    told = [asked for asked in log if "s3cret" in str(asked.headers)]
    assert {asked.path for asked in told} == {"/secret", "/moved"}
    assert "s3cret" not in json.dumps([runs["secret"].pages, runs["moved"].report])
    given: dict[str, Any] = {
        "name": "x",
        "source": RestSource(url=base),
        "settings": config.HarvestSettings(),
    }
    assert "s3cret" not in repr(Job(**given, environment=TOKEN))


def test_items_that_are_not_right(crawled: Crawled) -> None:
    run = crawled[0]["odd"]
    rejected = ["", "record.identifier_missing", "json.shape", "", "", ""]
    assert [raw["rejected"] for raw in run.raws] == rejected
    assert run.identifiers == ["a", "b", "12.0", "a"]
    assert run.report["finished"]
    assert run.report["whole"] is False
    assert run.report["warnings"] == [
        "Items that do not say who they are: 2; nothing is deleted by absence."
    ]
    failed = crawled[0]["tags"].raws[3]
    assert failed["identifier"] == "b"
    assert failed["rejected"] == "mapping.failed"


def test_a_list_that_is_too_short_is_not_finished(crawled: Crawled) -> None:
    run = crawled[0]["short"]
    assert not run.report["finished"]
    assert run.report["warnings"] == ["The list ended after 3 of 9 items."]


def test_lists_that_never_end(crawled: Crawled) -> None:
    assert "pages come in a loop" in crawled[0]["loop"].error
    assert "pages come in a loop" in crawled[0]["spiral"].error
    assert not crawled[0]["hollow"].report["finished"]
    assert crawled[0]["hollow"].report["warnings"] == ["The list ended after 0 items."]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("html", "is a web page or XML, not JSON, 3 times in a row"),
        ("empty", "is empty, 3 times in a row"),
        ("cut", "is no JSON, or was cut off"),
        ("other", "there is nothing at items = 'data'; the answer has error, code"),
        ("away", "names a next page elsewhere: https://elsewhere.example/"),
        ("always-dead", "answers 400"),
    ],
)
def test_answers_that_are_none(crawled: Crawled, name: str, words: str) -> None:
    run = crawled[0][name]
    assert words in run.error
    assert not run.report["finished"]


def test_a_missing_list_is_not_asked_for_again(crawled: Crawled) -> None:
    assert len(crawled[1].of("/other")) == 1


def test_a_page_that_is_cut_off_once(crawled: Crawled) -> None:
    run = crawled[0]["breaking"]
    assert run.identifiers == ALL[:4]
    assert run.report["finished"]


def test_patience(crawled: Crawled) -> None:
    assert crawled[0]["busy"].identifiers == ALL[:3]
    assert crawled[0]["later"].report["kind"] == "DeferredError"


def test_lists_with_nothing_in_them(crawled: Crawled) -> None:
    for name in ("nothing", "none"):
        run = crawled[0][name]
        assert run.raws == []
        assert run.report["finished"], run.error
        assert run.report["whole"]


def test_a_token_that_died_begins_the_list_again(crawled: Crawled) -> None:
    run = crawled[0]["dead"]
    assert run.identifiers == ALL[:3]
    assert run.report["restarted"]
    assert run.report["finished"]


def test_a_byte_order_mark(crawled: Crawled) -> None:
    assert crawled[0]["bom"].identifiers == ALL[:3]


def entry(**source: Any) -> RestSource:
    text = {"kind": "rest", "url": "https://api.example/", "map": {"titles": "name"}, **source}
    found: RestSource = msgspec.convert(mappings.filled(text), config.AnySource)
    return found


def test_a_better_mapping_reads_the_kept_page_otherwise() -> None:
    body = json.dumps({"data": [item("a", summary="Kort.")]}).encode()
    given = {"source": "s", "url": "https://api.example/", "media_type": "application/json"}
    before = unpack("rest")(body, **given, entry=entry(items="data"))
    better = entry(items="data", map={"titles": "name", "descriptions": {"nl": "summary"}})
    after = unpack("rest")(body, **given, entry=better)
    assert before[0].payload == after[0].payload
    assert next(iter(mapped.parse(before[0]))).descriptions == ()
    found = next(iter(mapped.parse(after[0]))).descriptions
    assert [(text.text, text.language) for text in found] == [("Kort.", "nl")]
    for wrong in (None, entry(items="results")):
        with pytest.raises(ParseError) as caught:
            unpack("rest")(body, **given, entry=wrong)
        assert caught.value.rule == "page.unreadable"


@pytest.mark.parametrize(
    ("path", "document"),
    [
        ("@", b'[{"id": 1.10}]'),
        ("a.b", b' {"a":{"c":[1],"b":[ {"id": 1.10} ]}}'),
    ],
)
def test_bytes_of_an_item_at_a_plain_path(path: str, document: bytes) -> None:
    page = read(document, entry(items=path), source="s", url="")
    assert [raw.payload for raw in page.raws] == [b'{"id": 1.10}']


def test_bytes_of_an_item_that_was_picked_out() -> None:
    big = b'[{"id": 123456789012345678901234567890, "t": "\xc3\xa9"}, 3]'
    page = read(big, entry(items="[?id]"), source="s", url="")
    assert page.raws[0].payload == b'{"id":123456789012345678901234567890,"t":"\xc3\xa9"}'


@pytest.mark.parametrize("body", [b"", b"<html>", b"{", b"[" * 100_000, b'["\xff"', b"{}{}"])
def test_no_json_at_all(body: bytes) -> None:
    with pytest.raises(UnreadableError):
        read(body, entry(), source="s", url="")


@pytest.mark.parametrize(
    ("said", "name"),
    [
        (b'"half \\ud83d"', "half ?"),
        (b'"caf\xe9"', "caf\ufffd"),
        (b'"tab\there"', "tab\there"),
        (b"NaN", None),
        (b"1e999", None),
    ],
)
@pytest.mark.parametrize("path", ["@", "[?id]"])
def test_one_careless_item_does_not_cost_the_page(path: str, said: bytes, name: str | None) -> None:
    body = b'[{"id": 1, "name": ' + said + b'}, {"id": 2, "name": "goed"}]'
    page = read(body, entry(items=path), source="s", url="")
    assert [raw.parsed.get("titles") for raw in page.raws] == [name, "goed"]
    assert all(raw.repaired for raw in page.raws)
    assert json.loads(page.raws[0].payload) == {"id": 1, "name": name}


@pytest.mark.parametrize("body", [b"{}", b'{"data": {}}', b'{"data": "x"}', b"null", b"3", b"[]"])
def test_no_list_at_the_path(body: bytes) -> None:
    with pytest.raises(ItemsMissingError, match="items = 'data'"):
        read(body, entry(items="data"), source="s", url="u")


@pytest.mark.parametrize(
    ("header", "found"),
    [
        ('<https://a/?p=2>; rel="next"', "https://a/?p=2"),
        ("<a>; rel=prev, <b,c;d>; rel=next", "b,c;d"),
        ('<a>; title="rel=next"; rel="last", <b>; foo; REL="prev next"', "b"),
        ("<a>; rel=next-archive", ""),
        ("<a>; rel", ""),
        ("", ""),
        ("<" * 5000, ""),
    ],
)
def test_link_headers(header: str, found: str) -> None:
    assert next_link(header) == found


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ('mapping = "zendo"', "mapping: there is no 'zendo'; there are: dspace7"),
        ('items = "a["\nmap.titles = "t"', "items: 'a[' is no JMESPath"),
        ('map.titles = "t"\nmap.dates.issued = "a b"', "map.dates.issued: 'a b' is no JMESPath"),
        ('map.titel = "t"', "map.titel: there is no field titel; did you mean titles?"),
        ('map.titles = "t"\nmap.url.nl = "u"', "map.url.nl: nothing can stand after url"),
        ('map.url = "u"', "titles is missing"),
        ('map.titles = "t"\npaging = "link"', "paging 'link' needs next"),
        ('map.titles = "t"\nheaders.api-key = "x"', "headers.api-key looks like a secret"),
        ('map.titles = "t"\nsecret_headers.a = "x y"', "name of an environment variable"),
        ('map.titles = "t"\nitem = "x"', "unknown key 'item' in [sources.a]. Did you mean 'items'"),
        ("map.titles = 3", "expected `str`, got `int`"),
        ('map = "x"', "expected `object`, got `str`"),
    ],
)  # fmt: skip
def test_entries_that_cannot_work(source: str, words: str) -> None:
    text = f'[sources.a]\nkind = "rest"\nurl = "https://a.example/"\n{source}\n'
    with pytest.raises(ConfigError) as caught:
        config.parse(text, "config.toml", Path())
    assert words in str(caught.value)
    assert "[sources.a" in str(caught.value)


def test_an_entry_overrules_its_mapping() -> None:
    found = entry(mapping="zenodo", size=10, map={"keywords": "", "age": "x"}, query={"q": "y"})
    assert found.size == 10
    assert found.items == "hits.hits"
    assert found.map["age"] == "x"
    assert "keywords" not in found.map
    assert found.map["url"] == "[links.self_html, links.html, doi_url]"


def test_fields_of_mappings_are_those_that_can_be_read() -> None:
    assert {*mapped._MANY, *mapped._ONE} == set(mappings.FIELDS)
