"""What the store promises, on both databases."""

from __future__ import annotations

import msgspec
import pytest

from catalog.profile import Finding
from catalog.resource import LearningResource, Text
from catalog.store import SourceBusyError, Store
from catalog.store.model import Counts, Entry, Kept, Reject, record_id


def resource(identifier: str, title: str = "Statistiek") -> LearningResource:
    return LearningResource(source="a", identifier=identifier, titles=(Text(text=title),))


def entry(identifier: str, title: str = "Statistiek", no: int | None = None) -> Entry:
    return Entry(
        id=record_id("a", identifier),
        identifier=identifier,
        format="dublin_core",
        datestamp="2024-01-01",
        sets="",
        hash=title.encode()[:16],
        position=0,
        resource=resource(identifier, title),
        no=no,
    )


def reject(identifier: str) -> Reject:
    return Reject(
        source="a",
        identifier=identifier,
        rule="title.missing",
        reason="the record has no title",
        url="http://127.0.0.1/",
        media_type="application/xml",
        payload=b"<dc/>",
        position=0,
    )


BLANK = Kept(
    url="http://127.0.0.1/",
    media_type="text/xml",
    body=b"<page/>",
    checkpoint="",
    total=None,
    counts=Counts(pages=1),
    entries=[],
    gone=[],
    sighted=[],
    restamped=[],
    rejects=[],
    cleared=[],
)


def keep(store: Store, run: int, **what: object) -> None:
    store.keeping.keep("a", run, msgspec.structs.replace(BLANK, **what))


def test_what_is_kept_comes_back(store: Store) -> None:
    run = store.runs.begin("a", full=False, since="")
    keep(store, run.id, entries=[entry("1"), entry("2", "Zoölogie 😀")])
    stored = store.records.get(record_id("a", "2"))
    assert stored is not None
    assert stored.resource == resource("2", "Zoölogie 😀")
    assert not stored.deleted
    assert store.records.count_by_source() == {"a": 2}


def test_every_change_has_the_next_number(store: Store) -> None:
    run = store.runs.begin("a", full=False, since="")
    keep(store, run.id, entries=[entry("1"), entry("2")])
    known = store.keeping.known([record_id("a", "1"), record_id("a", "9")])
    assert list(known) == [record_id("a", "1")]
    number = known[record_id("a", "1")].no
    keep(store, run.id, entries=[entry("1", "Kansrekening", no=number)])
    assert [(c.resource.identifier, c.seq) for c in store.records.changes(0)] == [
        ("2", 2),
        ("1", 3),
    ]
    assert store.records.latest() == 3
    keep(store, run.id, gone=[number])
    (last,) = store.records.changes(3)
    assert last.deleted
    assert last.resource.titles[0].text == "Kansrekening"


def test_a_page_is_kept_whole_or_not_at_all(store: Store) -> None:
    run = store.runs.begin("a", full=False, since="")
    twice = [entry("1"), entry("1")]  # the second breaks the unique id
    with pytest.raises(Exception, match=r"failed|UNIQUE|duplicate"):
        keep(store, run.id, entries=twice, checkpoint="2", counts=Counts(pages=1, seen=2))
    after = store.runs.get(run.id)
    assert after is not None
    assert (after.checkpoint, after.counts.pages) == ("", 0)
    assert store.records.latest() == 0


def test_counts_and_checkpoint_move_with_the_page(store: Store) -> None:
    run = store.runs.begin("a", full=False, since="2024-01-01")
    for i in range(3):
        keep(store, run.id, checkpoint=str(i), total=30, counts=Counts(pages=1, seen=10, added=10))
    after = store.runs.get(run.id)
    assert after is not None
    assert (after.checkpoint, after.total, after.since) == ("2", 30, "2024-01-01")
    assert (after.counts.pages, after.counts.seen) == (3, 30)


def test_a_whole_list_tells_what_it_left_out(store: Store) -> None:
    first = store.runs.begin("a", full=False, since="")
    keep(store, first.id, entries=[entry(str(i)) for i in range(5)])
    store.runs.end(first.id, "complete")
    second = store.runs.begin("a", full=True, since="")
    numbers = [
        k.no for k in store.keeping.known([record_id("a", "0"), record_id("a", "1")]).values()
    ]
    keep(store, second.id, sighted=numbers)
    keep(store, second.id, sighted=numbers[:1])  # met again
    keep(store, second.id, entries=[entry("new")])
    live, absent, twice = store.keeping.unseen("a", second.id)
    assert (live, len(absent), twice) == (6, 3, [])
    store.keeping.settle("a", second.id, removed=absent[:1], absent=absent)
    assert store.records.count_by_source() == {"a": 5}
    store.runs.end(second.id, "complete")
    third = store.runs.begin("a", full=True, since="")
    keep(store, third.id, sighted=numbers)
    _, absent, twice = store.keeping.unseen("a", third.id)
    assert len(absent) == 3  # two as before, and the new one
    assert len(twice) == 2


def test_a_reject_is_kept_with_its_bytes_and_cleared(store: Store) -> None:
    run = store.runs.begin("a", full=False, since="")
    keep(store, run.id, rejects=[reject("1"), reject("")])
    keep(store, run.id, rejects=[reject("1"), reject("")])  # again: the same two
    kept = store.rejects.list("a")
    assert sorted(r.identifier for r in kept) == ["", "1"]
    assert {r.payload for r in kept} == {b"<dc/>"}
    keep(store, run.id, cleared=["1"])
    assert [r.identifier for r in store.rejects.list("a")] == [""]
    assert store.rejects.count_by_source() == {"a": 1}


def test_a_page_goes_when_nothing_stands_on_it(store: Store) -> None:
    run = store.runs.begin("a", full=False, since="")
    keep(store, run.id, entries=[entry("1")])
    keep(store, run.id, rejects=[reject("2")])
    keep(store, run.id)
    number = store.keeping.known([record_id("a", "1")])[record_id("a", "1")].no
    keep(store, run.id, entries=[entry("1", "Beter", no=number)])
    assert store.pages.count("a") == 3
    store.runs.end(run.id, "complete")
    assert store.pages.count("a") == 2
    pages = list(store.pages.of("a"))
    assert [p.body for p in pages] == [b"<page/>", b"<page/>"]
    assert [len(p.records) for p in pages] == [0, 1]
    assert pages[0].rejects == {0: "2"}


def test_a_source_has_one_harvest_at_a_time(store: Store, store_url: str) -> None:
    other = Store(store_url)
    with store.runs.lease("a"):
        with pytest.raises(SourceBusyError, match="a is being harvested"), other.runs.lease("a"):
            pass
        with other.runs.lease("b"):
            pass
    with other.runs.lease("a"):
        pass
    other.close()


def test_hostile_text_is_kept(store: Store) -> None:
    run = store.runs.begin("a", full=False, since="")
    odd = "'; DROP TABLE record; --" + "x" * 5000
    keep(
        store,
        run.id,
        entries=[msgspec.structs.replace(entry(odd), datestamp="y" * 500)],
        rejects=[msgspec.structs.replace(reject("2"), media_type="z" * 500)],
    )
    assert store.records.changes(0)[0].resource.identifier == odd


def test_two_stores_make_one_database(store_url: str) -> None:
    first, second = Store(store_url), Store(store_url)
    run = first.runs.begin("a", full=False, since="")
    assert second.runs.get(run.id) == run
    first.close()
    second.close()


def warn(rule: str, value: str = "") -> Finding:
    return Finding(rule, "warning", "rights", value)


def with_findings(identifier: str, *found: Finding, no: int | None = None) -> Entry:
    return msgspec.structs.replace(entry(identifier, no=no), findings=found)


def row_of(store: Store, identifier: str) -> int:
    return store.keeping.known([record_id("a", identifier)])[record_id("a", identifier)].no


def test_findings_come_with_a_record_change_with_it_and_go_with_it(store: Store) -> None:
    run = store.runs.begin("a", full=False, since="")
    first = with_findings("1", warn("licence.unknown", "gratis"), warn("url.missing"))
    keep(store, run.id, entries=[entry("0"), first, with_findings("2", warn("url.missing"))])
    one, two = row_of(store, "1"), row_of(store, "2")
    assert store.findings.of([row_of(store, "0"), one, two]) == {
        one: (warn("licence.unknown", "gratis"), warn("url.missing")),
        two: (warn("url.missing"),),
    }
    assert store.findings.count_by_rule("a") == {"url.missing": 2, "licence.unknown": 1}
    keep(store, run.id, entries=[with_findings("1", warn("url.missing"), no=one)])
    assert store.findings.count_by_rule("a") == {"url.missing": 2}
    keep(store, run.id, gone=[two])
    assert store.findings.count_by_rule("a") == {"url.missing": 1}
    keep(store, run.id, entries=[entry("1", no=one)])
    assert store.findings.list() == []


def test_findings_go_with_what_a_whole_list_removes(store: Store) -> None:
    run = store.runs.begin("a", full=False, since="")
    keep(store, run.id, entries=[with_findings("1", warn("url.missing"))])
    store.keeping.settle("a", run.id, removed=[row_of(store, "1")], absent=[])
    assert store.findings.list() == []


def test_findings_are_listed_by_source_rule_and_time(store: Store) -> None:
    run = store.runs.begin("a", full=False, since="")
    found = (warn("licence.unknown", "gratis"), warn("licence.missing"), warn("licences.odd"))
    keep(store, run.id, entries=[with_findings("1", *found)])
    listed = store.findings.list("a", rule="licence")
    assert [(n.identifier, n.rule, n.value) for n in listed] == [
        ("1", "licence.missing", ""),
        ("1", "licence.unknown", "gratis"),
    ]
    assert listed[0].id == record_id("a", "1")
    assert [n.rule for n in store.findings.list(rule="licence.unknown")] == ["licence.unknown"]
    assert store.findings.list(rule="lic%") == []
    assert store.findings.list("b") == []
    assert len(store.findings.list(since="2020-01-01", limit=1)) == 1
    assert store.findings.list(since="2999-01-01") == []


def test_records_that_are_judged_otherwise_keep_their_number(store: Store) -> None:
    run = store.runs.begin("a", full=False, since="")
    keep(store, run.id, entries=[with_findings("1", warn("url.missing"))])
    one, seq = row_of(store, "1"), store.records.latest()
    store.keeping.reread("a", 1, [], [], {one: (warn("licence.missing"),)})
    assert store.findings.count_by_rule("a") == {"licence.missing": 1}
    assert store.records.latest() == seq
