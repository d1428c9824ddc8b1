"""Links: which there are, what is due, what readers are told anew. On both databases."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from linked import keep

from catalog.links import Verdict, instant
from catalog.store import LinksBusyError, Store, tables
from catalog.store.links import Figure, State
from catalog.store.model import record_id

NOW = datetime(2026, 11, 23, 4, tzinfo=UTC)
ALIVE = Verdict(state="alive", reason="answers")
MISSING = Verdict(state="dead", reason="not-found", detail="404")


def follow(store: Store, urls: Mapping[str, str], *, source: str = "a") -> None:
    keep(store, urls, source=source)
    store.links.follow(NOW)


def state(store: Store, name: str, source: str = "a") -> State | None:
    return store.links.states([record_id(source, name)]).get(record_id(source, name))


def due(store: Store, now: datetime = NOW, **how: object) -> list[str]:
    return [each.url for each in store.links.due(now, 100, **how)]  # type: ignore[arg-type]


def visit(store: Store, verdict: Verdict, now: datetime = NOW, *urls: str) -> int:
    return store.links.record(dict.fromkeys(urls, verdict), now, days=30)


def join(store: Store, name: str) -> None:
    """Let a record be a copy of a work."""
    row = store.keeping.known([record_id("a", name)])[record_id("a", name)].no
    blank = dict.fromkeys(tables.member.c.keys(), "")
    with store.database.writing() as connection:
        connection.execute(tables.member.insert(), {**blank, "record": row, "work": "f" * 16})


def restated(store: Store) -> list[str]:
    return [id_ for _, id_ in store.restated.changes(0)]


def test_an_address_is_one_link_however_many_records_have_it(store: Store) -> None:
    follow(store, {"1": "https://x.example/les", "2": "https://x.example/les", "3": ""})
    follow(store, {"1": "https://x.example/les"}, source="b")
    assert store.links.count() == 1
    assert due(store) == ["https://x.example/les"]
    assert state(store, "1") == State("", "", "", "", "")
    assert state(store, "3") is None


@pytest.mark.parametrize(
    "url", ["ftp://x.example/a", "javascript:alert(1)", "urn:nbn:nl:1", "https://[::1", "http://"]
)
def test_what_is_no_address_on_the_web_is_no_link(store: Store, url: str) -> None:
    follow(store, {"1": url})
    assert store.links.count() == 0


def test_links_follow_their_records(store: Store) -> None:
    follow(store, {"1": "https://x.example/oud", "2": "https://x.example/twee"})
    follow(store, {"1": "https://x.example/nieuw", "2": "-"})
    assert due(store) == ["https://x.example/nieuw"]
    assert store.links.count() == 1
    follow(store, {"2": "https://x.example/twee"})
    assert store.links.count() == 2


def test_many_records_are_followed_in_parts(store: Store) -> None:
    keep(store, {str(n): f"https://x.example/{n % 3000}" for n in range(4500)})
    assert store.links.follow(NOW) == 4500
    assert store.links.count() == 3000


def test_a_reader_is_told_anew_where_a_state_changes(store: Store) -> None:
    follow(
        store, {"1": "https://x.example/1", "2": "https://x.example/1", "3": "https://y.example/"}
    )
    join(store, "2")
    assert restated(store) == []
    assert visit(store, ALIVE, NOW, "https://x.example/1") == 1
    told = [record_id("a", "1"), record_id("a", "2"), "f" * 16]
    assert sorted(restated(store)) == sorted(told)
    latest = store.records.latest()
    assert visit(store, ALIVE, NOW + timedelta(days=30), "https://x.example/1") == 0
    assert store.records.latest() == latest


def test_a_record_that_gets_an_address_of_another_state_is_told_anew(store: Store) -> None:
    follow(store, {"1": "https://x.example/1"})
    visit(store, ALIVE, NOW, "https://x.example/1")
    before = store.records.latest()
    follow(store, {"2": "https://x.example/1", "3": "https://x.example/3"})
    assert [id_ for _, id_ in store.restated.changes(before)] == [record_id("a", "2")]
    follow(store, {"1": "https://x.example/3"})
    assert restated(store)[-1] == record_id("a", "1")
    assert state(store, "1") == State("", "", "", "", "")


def test_what_is_due_goes_by_what_is_opened_and_by_time(store: Store) -> None:
    follow(store, {name: f"https://x.example/{name}" for name in "abcd"})
    visit(store, ALIVE, NOW, "https://x.example/a")
    visit(store, MISSING, NOW, "https://x.example/b")
    store.opened.add(NOW.date(), {record_id("a", "d"): 2})
    assert due(store) == ["https://x.example/d", "https://x.example/c"]
    assert due(store, NOW + timedelta(days=1)) == [f"https://x.example/{n}" for n in "dcb"]
    assert due(store, NOW + timedelta(days=37)) == [f"https://x.example/{n}" for n in "dcba"]
    assert len(due(store, again=True)) == 4
    assert [each.host for each in store.links.due(NOW, 1)] == ["x.example"]


def test_opening_a_work_counts_for_all_its_copies(store: Store) -> None:
    follow(store, {name: f"https://x.example/{name}" for name in "abc"})
    join(store, "c")
    store.opened.add(NOW.date(), {"f" * 16: 3, record_id("a", "b"): 1})
    assert due(store) == [f"https://x.example/{n}" for n in "cba"]


def test_one_source_alone(store: Store) -> None:
    follow(store, {"1": "https://x.example/1"})
    follow(store, {"1": "https://x.example/1", "2": "https://x.example/2"}, source="b")
    assert due(store, source="a") == ["https://x.example/1"]
    assert sorted(due(store, source="b")) == ["https://x.example/1", "https://x.example/2"]
    visit(store, MISSING, NOW, "https://x.example/1")
    assert store.links.figures() == [Figure("", "", 1), Figure("unsure", "not-found", 1)]
    assert store.links.figures_by_source() == {
        "a": [Figure("unsure", "not-found", 1)],
        "b": [Figure("", "", 1), Figure("unsure", "not-found", 1)],
    }


def test_results_are_kept_together_or_not_at_all(store: Store) -> None:
    follow(store, {"1": "https://x.example/1", "2": "https://x.example/2"})
    results = dict.fromkeys(due(store), ALIVE)
    with store.database.writing() as connection:
        connection.execute(sa.text("DROP TABLE restated"))
    with pytest.raises(Exception, match="restated"):
        store.links.record(results, NOW, days=30)
    assert state(store, "1") == state(store, "2") == State("", "", "", "", "")


def test_a_result_for_a_link_that_went_meanwhile_is_let_go(store: Store) -> None:
    follow(store, {"1": "https://x.example/1"})
    follow(store, {"1": "https://x.example/2"})
    assert visit(store, ALIVE, NOW, "https://x.example/1") == 0
    assert due(store) == ["https://x.example/2"]


def test_one_process_asks_at_a_time(store: Store) -> None:
    with store.links.lease(), pytest.raises(LinksBusyError), store.links.lease():
        pytest.fail("two hold it")
    with store.links.lease(), store.runs.lease("links"):
        pass


def test_instants_are_those_of_the_store() -> None:
    assert instant(NOW) == "2026-11-23T04:00:00Z"
