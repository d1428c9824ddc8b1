"""What OAI-PMH 2.0 asks of a provider, clause by clause; every answer is valid by the schemas."""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest
from fake_catalogue import HOSTILE, hostile, resource
from harvested import NS, PREFIX, Harvested, name, names
from lxml import etree
from msgspec.structs import replace

from catalog.resource import Text
from catalog.store import published
from webapp.oai import tokens

Make = Callable[..., Harvested]
DC = "metadataPrefix=oai_dc"
EVERYTHING = range(25)


@pytest.mark.parametrize(
    ("query", "error"),
    [
        ("junk", "badVerb"),
        ("", "badVerb"),
        ("verb=junk", "badVerb"),
        ("verb=GetMetadata", "badVerb"),
        ("verb=Identify&verb=Identify", "badVerb"),
        ("verb=Identify&junk=1", "badArgument"),
        ("verb=Identify&%00=1", "badArgument"),
        ("verb=GetRecord&metadataPrefix=oai_dc", "badArgument"),
        (f"verb=GetRecord&identifier={name(1)}", "badArgument"),
        ("verb=GetRecord&metadataPrefix=oai_dc&identifier=invalid%22id", "idDoesNotExist"),
        (f"verb=GetRecord&{DC}&identifier={PREFIX}{'0' * 16}", "idDoesNotExist"),
        (f"verb=GetRecord&{DC}&identifier={name(1)}x", "idDoesNotExist"),
        (f"verb=GetRecord&{DC}&identifier={name(1).removeprefix(PREFIX)}", "idDoesNotExist"),
        (f"verb=GetRecord&{DC}&identifier=", "idDoesNotExist"),
        (f"verb=GetRecord&{DC}&identifier=a%00b", "badArgument"),
        (f"verb=GetRecord&{DC}&identifier={quote('ötø://[::' + HOSTILE)}", "idDoesNotExist"),
        (f"verb=GetRecord&metadataPrefix=marc&identifier={name(1)}", "cannotDisseminateFormat"),
        ("verb=ListMetadataFormats&identifier=x", "idDoesNotExist"),
        ("verb=ListIdentifiers&until=junk", "badArgument"),
        ("verb=ListIdentifiers&from=junk", "badArgument"),
        ("verb=ListIdentifiers&resumptionToken=junk&until=2000-02-05", "badArgument"),
        (f"verb=ListRecords&{DC}&from=junk", "badArgument"),
        ("verb=ListRecords&resumptionToken=junk", "badResumptionToken"),
        ("verb=ListRecords&resumptionToken=", "badResumptionToken"),
        (f"verb=ListRecords&resumptionToken={'A' * 4000}", "badResumptionToken"),
        ("verb=ListRecords&resumptionToken=%C3%A9", "badResumptionToken"),
        (f"verb=ListRecords&{DC}&resumptionToken=junk&until=1990-01-10", "badArgument"),
        (f"verb=ListRecords&{DC}&until=junk", "badArgument"),
        ("verb=ListRecords", "badArgument"),
        (f"verb=ListRecords&{DC}&from_=2020-01-01", "badArgument"),
        ("verb=ListRecords&metadataPrefix=marc", "cannotDisseminateFormat"),
        ("verb=ListRecords&metadataPrefix=a%20b", "badArgument"),
        (f"verb=ListRecords&{DC}&{DC}", "badArgument"),
        (f"verb=ListRecords&{DC}&from=2002-02-05&until=2002-02-06T05:35:00Z", "badArgument"),
        (f"verb=ListRecords&{DC}&from=2020-01-02&until=2020-01-01", "badArgument"),
        (f"verb=ListRecords&{DC}&from=2020-02-30", "badArgument"),
        (f"verb=ListRecords&{DC}&from=2020-01-01T24:00:01Z", "badArgument"),
        (f"verb=ListRecords&{DC}&from=2020-01-01T10:00:00", "badArgument"),
        (f"verb=ListRecords&{DC}&from=2020-01", "badArgument"),
        (f"verb=ListRecords&{DC}&from=", "badArgument"),
        (f"verb=ListRecords&{DC}&from=%D9%A2020-01-01", "badArgument"),
        (f"verb=ListRecords&{DC}&until=2001-01-01", "noRecordsMatch"),
        (f"verb=ListRecords&{DC}&from=9999-01-01", "noRecordsMatch"),
        (f"verb=ListRecords&{DC}&set=nothing", "noRecordsMatch"),
        (f"verb=ListRecords&{DC}&set=level:nothing", "noRecordsMatch"),
        (f"verb=ListRecords&{DC}&set=a:", "badArgument"),
        (f"verb=ListRecords&{DC}&set=", "badArgument"),
        ("verb=ListSets&resumptionToken=junk", "badResumptionToken"),
    ],
)
def test_what_is_wrong_has_its_error(provider: Harvested, query: str, error: str) -> None:
    for answer in (provider.ask(query), provider.post(query)):
        assert answer.errors == [error]
        said = dict(answer.request.attrib)
        if error in {"badVerb", "badArgument"}:
            assert said == {}
        else:
            assert said["verb"] == re.search(r"verb=(\w+)", query)[1]  # type: ignore[index]


@pytest.mark.parametrize(
    "query",
    [
        "verb=Identify",
        "verb=ListMetadataFormats",
        f"verb=ListMetadataFormats&identifier={name(3)}",
        "verb=ListSets",
        f"verb=ListIdentifiers&{DC}",
        "verb=ListRecords&metadataPrefix=lom&set=source:leerbank",
        f"verb=GetRecord&metadataPrefix=rdf&identifier={name(3)}",
    ],
)
def test_get_and_post_are_answered_alike(provider: Harvested, query: str) -> None:
    one, two = provider.ask(query), provider.post(query)
    assert one.errors == two.errors == []
    assert dict(one.request.attrib) == dict(p.split("=") for p in query.split("&"))
    assert one.request.text == "https://vindplaats.example/oai"

    def content(answer: object) -> bytes:
        text = etree.tostring(answer.root)  # type: ignore[attr-defined]
        return re.sub(rb"<(responseDate|resumptionToken).*?</\1>", b"", text)

    assert content(one) == content(two)


def test_identify_says_what_is_so(provider: Harvested) -> None:
    answer = provider.ask("verb=Identify")
    said = {each.tag.rpartition("}")[2]: each.text for each in answer.root.find("o:Identify", NS)}
    assert said.items() >= {
        "baseURL": "https://vindplaats.example/oai",
        "adminEmail": "beheer@vindplaats.example",
        "deletedRecord": "persistent",
        "granularity": "YYYY-MM-DDThh:mm:ssZ",
    }.items()  # fmt: skip
    stamps = [at for page in provider.pages(DC) for at in page.stamps]
    assert said["earliestDatestamp"] == min(stamps)
    assert answer.texts("//*[local-name()='repositoryIdentifier']/text()") == ["vindplaats.example"]


def test_an_empty_repository_says_so(make: Make) -> None:
    empty = make()
    assert empty.ask("verb=Identify").errors == []
    assert empty.ask("verb=ListSets").errors == []
    assert empty.ask(f"verb=ListRecords&{DC}").errors == ["noRecordsMatch"]


def test_a_host_without_a_domain_has_no_sample_of_an_identifier(make: Make) -> None:
    bare = make(domain="127.0.0.1")
    bare.keep([1])
    answer = bare.ask("verb=Identify")
    assert not answer.texts("//o:description")
    assert bare.harvest(DC)[0].startswith("oai:127.0.0.1:")


@pytest.mark.parametrize("verb", ["ListRecords", "ListIdentifiers"])
@pytest.mark.parametrize("count", [9, 10, 11, 20, 21])
def test_a_list_comes_in_pages(make: Make, verb: str, count: int) -> None:
    provider = make(size=10)
    provider.keep(range(count))
    pages = list(provider.pages(DC, verb))
    assert [len(page.identifiers) for page in pages] == [
        min(10, count - start) for start in range(0, count, 10)
    ]
    found = [id_ for page in pages for id_ in page.identifiers]
    assert len(found) == count
    assert set(found) == names(range(count))
    if count <= 10:
        assert pages[0].token is None
    else:
        assert pages[-1].token == ""
        assert [page.size for page in pages] == [(count, at * 10) for at in range(len(pages))]


@pytest.mark.parametrize("prefix", ["oai_dc", "lom", "rdf"])
def test_every_format_has_every_record(provider: Harvested, prefix: str) -> None:
    assert set(provider.harvest(f"metadataPrefix={prefix}")) == names(EVERYTHING)


def test_a_token_may_be_used_again(provider: Harvested) -> None:
    first = provider.ask(f"verb=ListRecords&{DC}")
    again = [provider.ask(f"verb=ListRecords&resumptionToken={first.token}") for _ in "ab"]
    assert again[0].identifiers == again[1].identifiers
    assert again[0].size == again[1].size
    assert provider.ask(f"verb=ListRecords&resumptionToken={again[0].token}").errors == []
    assert provider.ask(f"verb=ListRecords&resumptionToken={first.token}").errors == []


def test_a_token_that_is_not_ours_is_refused(provider: Harvested, make: Make) -> None:
    token = provider.ask(f"verb=ListRecords&{DC}").token
    assert token
    for at in range(0, len(token), 7):
        other = "B" if token[at] == "A" else "A"
        spoilt = token[:at] + other + token[at + 1 :]
        answer = provider.ask(f"verb=ListRecords&resumptionToken={spoilt}")
        assert answer.errors == ["badResumptionToken"]
    elsewhere = make(size=10)
    elsewhere.keep(EVERYTHING)
    for answer in (
        elsewhere.ask(f"verb=ListRecords&resumptionToken={token}"),
        provider.ask(f"verb=ListIdentifiers&resumptionToken={token}"),
        provider.ask(f"verb=ListRecords&resumptionToken={token[:-2]}"),
    ):
        assert answer.errors == ["badResumptionToken"]


def test_a_token_expires_when_it_said(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    provider = make(size=10, token_hours=2)
    provider.keep(EVERYTHING)
    monkeypatch.setattr("time.time", lambda: 1_800_000_000.0)
    first = provider.ask(f"verb=ListRecords&{DC}")
    assert first.texts("//o:resumptionToken/@expirationDate") == ["2027-01-15T10:00:00Z"]
    monkeypatch.setattr("time.time", lambda: 1_800_007_200.0)
    assert provider.ask(f"verb=ListRecords&resumptionToken={first.token}").errors == []
    monkeypatch.setattr("time.time", lambda: 1_800_007_201.0)
    answer = provider.ask(f"verb=ListRecords&resumptionToken={first.token}")
    assert answer.errors == ["badResumptionToken"]


def test_a_token_of_a_store_that_went_back_is_refused(provider: Harvested) -> None:
    key = provider.catalogue.store.published.key("oai tokens")
    place = tokens.Place("ListRecords", "oai_dc", "", 1000, 0, 990, 2000, 1 << 40)
    answer = provider.ask(f"verb=ListRecords&resumptionToken={tokens.write(place, key)}")
    assert answer.errors == ["badResumptionToken"]


@pytest.mark.parametrize("changed", [[2], [20], [2, 20], list(EVERYTHING)])
def test_what_changes_during_a_harvest_is_not_missed(
    provider: Harvested, changed: list[int]
) -> None:
    first = provider.ask(f"verb=ListRecords&{DC}")
    before = first.identifiers
    provider.keep(changed, "Changed meanwhile")
    rest, answer = [], first
    while answer.token:
        answer = provider.ask(f"verb=ListRecords&resumptionToken={answer.token}")
        rest += answer.identifiers
    assert len(rest) == len(set(rest))
    assert set(before + rest) == names(EVERYTHING)
    assert set(before) & set(rest) == set(before) & names(changed)  # given again as they are now
    assert names(changed) <= set(rest)
    assert names(changed) <= set(provider.harvest(f"{DC}&from={first.date}"))


def test_what_is_left_of_a_set_may_go(provider: Harvested) -> None:
    first = provider.ask(f"verb=ListRecords&{DC}&set=discipline")
    provider.keep(EVERYTHING, disciplines=())
    answer = provider.ask(f"verb=ListRecords&resumptionToken={first.token}")
    assert answer.errors == ["badResumptionToken"]
    assert provider.ask(f"verb=ListRecords&{DC}&set=discipline").errors == ["noRecordsMatch"]


def test_what_is_deleted_is_told_for_ever(provider: Harvested) -> None:
    provider.delete([4, 11])
    for verb in ("ListRecords", "ListIdentifiers"):
        pages = list(provider.pages(DC, verb))
        assert {id_ for page in pages for id_ in page.identifiers} == names(EVERYTHING)
        assert {id_ for page in pages for id_ in page.deleted} == names([4, 11])
    answer = provider.ask(f"verb=GetRecord&{DC}&identifier={name(4)}")
    assert answer.deleted == [name(4)]
    assert not answer.texts("//o:metadata | //o:about")
    since = answer.stamps[0]
    assert names([4, 11]) <= set(provider.harvest(f"{DC}&from={since}"))
    provider.keep([4])
    assert provider.ask(f"verb=GetRecord&{DC}&identifier={name(4)}").deleted == []


def at(monkeypatch: pytest.MonkeyPatch, instant: str) -> None:
    """Set the clock of the store."""
    monkeypatch.setattr("catalog.store.model.now", lambda: instant)


@pytest.fixture
def dated(make: Make, monkeypatch: pytest.MonkeyPatch) -> Harvested:
    """Records of three days: 0 of the first to 2 of the last, each day's last second too."""
    provider = make()
    for number, instant in enumerate(
        ["2026-03-01T00:00:00Z", "2026-03-01T23:59:59Z", "2026-03-02T12:00:00Z",
         "2026-03-03T00:00:00Z"]
    ):  # fmt: skip
        at(monkeypatch, instant)
        provider.keep([number])
    at(monkeypatch, "2026-03-03T12:00:00Z")
    return provider


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("from=2026-03-01&until=2026-03-01", [0, 1]),
        ("from=2026-03-02", [2, 3]),
        ("until=2026-03-02", [0, 1, 2]),
        ("from=2026-03-02&until=2026-03-02", [2]),
        ("from=2026-03-01T23:59:59Z&until=2026-03-02T12:00:00Z", [1, 2]),
        ("from=2026-03-01T23:59:59Z&until=2026-03-01T23:59:59Z", [1]),
        ("until=2026-03-01T23:59:58Z", [0]),
        ("from=2026-03-02T12:00:01Z", [3]),
        ("until=9999-12-31", [0, 1, 2, 3]),
        ("from=0001-01-01", [0, 1, 2, 3]),
    ],
)
def test_dates_are_inclusive(dated: Harvested, query: str, expected: list[int]) -> None:
    assert set(dated.harvest(f"{DC}&{query}")) == names(expected)
    sets = [f"{DC}&{query}&set=source:{source}" for source in ("leerbank", "openboek", "colleges")]
    by_set = [id_ for each in sets for id_ in dated.harvest(each)]
    assert sorted(by_set) == sorted(names(expected))


def test_a_list_with_an_end_is_not_begun_anew(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    provider = make(size=10)
    at(monkeypatch, "2026-03-01T00:00:00Z")
    provider.keep(EVERYTHING)
    first = provider.ask(f"verb=ListRecords&{DC}&until=2026-03-01")
    at(monkeypatch, "2026-03-02T00:00:00Z")
    provider.keep(range(20, 30), "Changed")
    rest, answer = [], first
    while answer.token:
        answer = provider.ask(f"verb=ListRecords&resumptionToken={answer.token}")
        rest += answer.identifiers
    assert set(rest) == names(range(20)) - set(first.identifiers)


def test_a_clock_that_goes_back_hides_nothing(
    dated: Harvested, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = dated.ask(f"verb=ListRecords&{DC}").date
    assert told == "2026-03-03T12:00:00Z"
    at(monkeypatch, "2026-02-01T00:00:00Z")
    dated.keep([2], "Changed by an hour that was before")
    following = dated.ask(f"verb=ListRecords&{DC}&from={told}")
    assert following.identifiers == [name(2)]
    assert following.date >= told


def test_what_is_written_late_is_told_late(
    dated: Harvested, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A change may bear an instant at which somebody was told that there was nothing."""
    at(monkeypatch, "2026-03-04T00:00:10Z")
    told = dated.ask(f"verb=ListRecords&{DC}").date
    assert dated.ask(f"verb=ListRecords&{DC}&from={told}").errors == ["noRecordsMatch"]
    at(monkeypatch, "2026-03-04T00:00:05Z")
    dated.keep([1], "Begun at five, seen at eleven")
    at(monkeypatch, "2026-03-04T00:00:11Z")
    assert dated.ask(f"verb=ListRecords&{DC}&from={told}").identifiers == [name(1)]


def test_changes_of_one_second_are_all_told(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    provider = make(size=2)
    at(monkeypatch, "2026-03-01T00:00:00Z")
    provider.keep(range(5))
    first = provider.ask(f"verb=ListRecords&{DC}")
    provider.keep(range(3, 8), "In the same second")
    assert {*provider.harvest(f"{DC}&from={first.date}")} == names(range(8))
    assert {*provider.harvest(f"{DC}&until={first.date}")} == names(range(8))


def test_another_form_moves_every_datestamp(
    dated: Harvested, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert dated.ask(f"verb=ListRecords&{DC}&from=2026-03-04").errors == ["noRecordsMatch"]
    monkeypatch.setattr(published, "FORM", published.FORM + 1)
    at(monkeypatch, "2026-03-05T00:00:00Z")
    assert set(dated.harvest(f"{DC}&from=2026-03-05")) == names(range(4))
    assert dated.ask("verb=Identify").texts("//o:earliestDatestamp/text()") == [
        "2026-03-05T00:00:00Z"
    ]
    assert set(dated.harvest(f"{DC}&set=source:leerbank")) == names([0, 3])


def test_sets_are_paths(provider: Harvested) -> None:
    sets = provider.ask("verb=ListSets").texts("//o:setSpec/text()")
    assert {"source", "source:leerbank", "discipline:techniek", "level", "level:ho",
            "level:ho:hbo", "level:ho:wo:wo-bachelor"} <= set(sets)  # fmt: skip
    assert len(sets) == len(set(sets))
    for spec in sets:
        answer = provider.ask(f"verb=ListIdentifiers&{DC}&set={spec}")
        assert answer.identifiers
        for header in answer.root.iterfind(".//o:header", NS):
            own = [each.text or "" for each in header.iterfind("o:setSpec", NS)]
            assert any(f"{each}:".startswith(f"{spec}:") for each in own)
    inside = provider.harvest(f"{DC}&set=level:ho")
    assert set(inside) == names(n for n in EVERYTHING if n % 6 in {1, 2})
    assert set(provider.harvest(f"{DC}&set=source")) == names(EVERYTHING)


def test_a_record_leaves_a_set_that_it_is_no_longer_in(provider: Harvested) -> None:
    there = set(provider.harvest(f"{DC}&set=level:vo:vmbo"))
    assert name(0) in there
    provider.keep([0], levels=("hbo",))
    assert set(provider.harvest(f"{DC}&set=level:vo:vmbo")) == there - {name(0)}
    assert name(0) in provider.harvest(f"{DC}&set=level:ho:hbo")


def test_a_deleted_record_stays_in_its_sets(provider: Harvested) -> None:
    provider.delete([3])
    answer = provider.ask(f"verb=ListRecords&{DC}&set=source:leerbank")
    assert name(3) in answer.deleted


def test_a_record_says_where_it_came_from_and_where_it_leads(provider: Harvested) -> None:
    answer = provider.ask(f"verb=GetRecord&{DC}&identifier={name(3)}")
    assert answer.texts("//p:baseURL/text()") == ["https://leerbank.example/oai"]
    assert answer.texts("//p:identifier/text()") == ["oai:voorbeeld:3"]
    assert answer.texts("//p:originDescription/p:datestamp/text()") == ["2026-01-02T03:04:05Z"]
    assert answer.texts("//p:originDescription/@altered") == ["true"]
    page = f"https://vindplaats.example/nl/materiaal/{name(3).removeprefix(PREFIX)}"
    assert page in answer.texts("//dc:relation/text()")


@pytest.mark.parametrize("prefix", ["oai_dc", "lom", "rdf"])
def test_what_is_cut_out_as_text_is_whole(provider: Harvested, prefix: str) -> None:
    text = provider.get(f"verb=ListRecords&metadataPrefix={prefix}").text
    parts = re.findall(r"<(metadata|about)>(.*?)</\1>", text, re.DOTALL)
    assert [name for name, _ in parts] == ["metadata", "about"] * 10
    for _, part in parts:
        root = etree.fromstring(part)
        assert root.nsmap["xsi"] == "http://www.w3.org/2001/XMLSchema-instance"
        assert etree.QName(root).namespace in root.attrib[f"{{{root.nsmap['xsi']}}}schemaLocation"]


@pytest.mark.parametrize("prefix", ["oai_dc", "lom", "rdf"])
def test_hostile_records_are_told_of(make: Make, prefix: str) -> None:
    provider = make()
    dirty = replace(resource(1), titles=(Text("a\x00b\ufffe]]>&"),), identifier="a b\x07[#]%#")
    provider.keep_these([hostile(), dirty])
    answer = provider.ask(f"verb=ListRecords&metadataPrefix={prefix}")
    assert len(answer.identifiers) == 2
    assert answer.errors == []


def test_answers_come_as_small_as_is_asked(provider: Harvested) -> None:
    query = f"verb=ListRecords&{DC}"
    plain = provider.get(query)
    assert "Content-Encoding" not in plain.headers
    for coding, open_up in (("gzip", gzip.decompress), ("deflate", zlib.decompress)):
        packed = provider.get(query, **{"Accept-Encoding": f"{coding}, identity;q=0.5"})
        assert packed.headers["Content-Encoding"] == coding
        assert len(packed.data) < len(plain.data) / 2
        assert etree.fromstring(open_up(packed.data)).tag == etree.fromstring(plain.data).tag
    said = provider.ask("verb=Identify").texts("//o:compression/text()")
    assert said == ["gzip", "deflate"]


def test_answers_are_not_to_be_kept(provider: Harvested) -> None:
    for query in ("verb=Identify", "verb=junk", f"verb=ListRecords&{DC}"):
        assert provider.get(query).headers["Cache-Control"] == "no-store"


def test_who_asks_too_much_is_asked_to_come_back(make: Make) -> None:
    provider = make(concurrency=1)
    provider.keep([1])
    provider.app.view_functions["oai"].__self__._free.acquire()  # type: ignore[attr-defined]
    busy = provider.get(f"verb=ListRecords&{DC}")
    assert (busy.status_code, busy.headers["Retry-After"]) == (503, "10")
    assert provider.ask("verb=Identify").errors == []
    assert provider.get("verb=ListRecords").status_code == 200  # what is wrong is said at once
    provider.app.view_functions["oai"].__self__._free.release()  # type: ignore[attr-defined]
    for _ in range(3):
        assert provider.ask(f"verb=ListRecords&{DC}").errors == []


def test_who_is_behind_asks_for_patience(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    provider = make()
    provider.keep(range(3))
    monkeypatch.setattr(published, "BATCH", 1)
    monkeypatch.setattr("webapp.oai.repository._PATIENCE", -1.0)
    answers = [provider.get(f"verb=ListRecords&{DC}") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [503, 503, 503, 200]
    assert {answer.headers.get("Retry-After") for answer in answers[:3]} == {"10"}


def test_it_can_be_switched_off(make: Make) -> None:
    assert make(on=False).get("verb=Identify").status_code == 404


def test_samples_beside_schemas_answers_are_held_to_them(samples: Path, judge: object) -> None:
    assert (samples.parent / "schemas").is_dir() == (judge is not None)
