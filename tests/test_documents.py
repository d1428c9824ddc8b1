"""What the index is to hold, as the store changes: records, works and their copies."""

from __future__ import annotations

import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec
import pytest
import sqlalchemy as sa

from catalog.documents import Batch, Documents
from catalog.index import Change
from catalog.resource import LearningResource, Text
from catalog.store import Store, tables
from catalog.store.model import Counts, Entry, Kept, record_id
from catalog.store.sequence import restate

BLANK = Kept(
    url="", media_type="", body=b"", checkpoint="", total=None, counts=Counts(), entries=[],
    gone=[], sighted=[], restamped=[], rejects=[], cleared=[],
)  # fmt: skip


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = Store(f"sqlite:///{tmp_path}/test.db")
    yield made
    made.close()


def rid(name: str, source: str = "a") -> str:
    return record_id(source, name)


def keep(store: Store, *names: str, source: str = "a", title: str = "") -> None:
    """Let a source have records, new or changed."""
    run = store.runs.begin(source, full=False, since="")
    known = store.keeping.known([rid(name, source) for name in names])
    entries = [
        Entry(
            id=(id_ := rid(name, source)), identifier=name, format="x", datestamp="", sets="",
            hash=b"0" * 16, position=at, no=known[id_].no if id_ in known else None,
            resource=LearningResource(
                source=source, identifier=name, url=f"https://{source}.example/{name}",
                titles=(Text(title or f"Titel {name}", "nl"),),
            ),
        )
        for at, name in enumerate(names)
    ]  # fmt: skip
    store.keeping.keep(source, run.id, msgspec.structs.replace(BLANK, entries=entries))


def drop(store: Store, name: str, source: str = "a") -> None:
    run = store.runs.begin(source, full=False, since="")
    known = store.keeping.known([rid(name, source)])[rid(name, source)]
    store.keeping.keep(source, run.id, msgspec.structs.replace(BLANK, gone=[known.no]))


def group(store: Store, work: str, *ids: str) -> None:
    """Let records be copies of a work, as the grouping does."""
    with store.database.writing() as connection:
        rows = connection.execute(
            sa.select(tables.record.c.no).where(tables.record.c.id.in_(ids))
        ).scalars()
        nos = list(rows)
        before = sa.select(tables.member.c.work).where(tables.member.c.record.in_(nos))
        works = set(connection.execute(before).scalars())
        connection.execute(tables.member.delete().where(tables.member.c.record.in_(nos)))
        member = dict.fromkeys(tables.member.c.keys(), "")
        connection.execute(
            tables.member.insert(), [{**member, "record": no, "work": work} for no in nos]
        )
        restate(connection, sorted({work, *ids, *works}))


class Mirror:
    """An index that only remembers: what a follower would make of the documents."""

    def __init__(self, store: Store) -> None:
        self.documents = Documents(store)
        self.seq = 0
        self.held: dict[str, Change] = {}

    def take(self, batch: Batch) -> None:
        assert batch.seq > self.seq
        self.seq = batch.seq
        for change in batch.changes:
            self.held.pop(change.key, None)
            if change.resource:
                self.held[change.key] = change

    def follow(self, limit: int = 1000) -> dict[str, Change]:
        while batch := self.documents.after(self.seq, limit):
            self.take(batch)
        assert {each.key: each for each in self.documents.all()} == self.held
        return self.held


@pytest.fixture
def mirror(store: Store) -> Mirror:
    return Mirror(store)


def test_a_record_alone_is_one_document(store: Store, mirror: Mirror) -> None:
    keep(store, "1", "2")
    held = mirror.follow()
    assert {key: (each.grain, each.seq) for key, each in held.items()} == {
        rid("1"): ("", 1),
        rid("2"): ("", 2),
    }
    drop(store, "1")
    assert list(mirror.follow()) == [rid("2")]
    assert mirror.documents.after(mirror.seq) is None


def test_a_work_has_a_document_and_each_copy_too(store: Store, mirror: Mirror) -> None:
    keep(store, "1", "2")
    keep(store, "1", source="b", title="Titel 1, het hele verhaal")
    mirror.follow()
    one, other = rid("1"), rid("1", "b")
    group(store, one, one, other)
    held = mirror.follow()
    assert set(held) == {rid("2"), one, f"{one}~copy", f"{other}~copy"}
    work = held[one]
    assert work.resource
    assert (work.grain, work.sources) == ("work", ("a", "b"))
    assert work.resource.titles[0].text == "Titel 1, het hele verhaal"
    assert work.seq == max(held[f"{one}~copy"].seq, held[f"{other}~copy"].seq)

    keep(store, "1", source="b", title="Titel 1 voor iedereen die het weten wil")
    held = mirror.follow()
    assert held[one].resource
    assert held[one].resource.titles[0].text == "Titel 1 voor iedereen die het weten wil"
    assert held[one].seq == held[f"{other}~copy"].seq == store.records.latest()

    drop(store, "1")
    held = mirror.follow()  # the record that gave the work its id is gone, and the work is not
    assert set(held) == {rid("2"), one, f"{other}~copy"}
    assert held[one].sources == ("b",)
    drop(store, "1", "b")
    assert set(mirror.follow()) == {rid("2")}
    keep(store, "1")
    assert set(mirror.follow()) == {rid("2"), one, f"{one}~copy"}  # once a work, always one


def test_a_work_that_is_split_or_joined_moves_its_copies(store: Store, mirror: Mirror) -> None:
    keep(store, "1", "2", "3", "4")
    ids = [rid(name) for name in "1234"]
    group(store, ids[0], *ids)
    assert len(mirror.follow()) == 5
    group(store, ids[2], *ids[2:])
    held = mirror.follow()
    assert {key for key in held if held[key].grain == "work"} == {ids[0], ids[2]}
    derived = "f" * 16
    group(store, derived, ids[1])
    held = mirror.follow()
    assert {key for key in held if held[key].grain == "work"} == {ids[0], ids[2], derived}
    group(store, ids[0], *ids)
    held = mirror.follow()
    assert {key for key in held if held[key].grain == "work"} == {ids[0]}
    assert len(held) == 5


def test_links_are_on_the_documents(store: Store, mirror: Mirror) -> None:
    from datetime import UTC, datetime  # noqa: PLC0415 this alone

    from catalog.links import Verdict  # noqa: PLC0415 this alone

    keep(store, "1", "2", "3")
    keep(store, "1", source="b")
    one, other = rid("1"), rid("1", "b")
    group(store, one, one, other)
    now = datetime(2026, 1, 1, tzinfo=UTC)
    store.links.follow(now)
    mirror.follow()
    store.links.record(
        {
            "https://a.example/1": Verdict(state="login", reason="login"),
            "https://b.example/1": Verdict(state="alive", reason="answers"),
            "https://a.example/2": Verdict(state="login", reason="login"),
        },
        now,
        days=30,
    )
    held = mirror.follow()
    assert {key: each.link for key, each in held.items()} == {
        one: "alive",  # the best of its copies
        f"{one}~copy": "login",
        f"{other}~copy": "alive",
        rid("2"): "login",
        rid("3"): "",
    }
    assert held[one].resource
    assert held[one].resource.url == "https://b.example/1"


@pytest.mark.parametrize("limit", [1, 2, 3, 5, 1000])
def test_nothing_is_lost_between_batches(store: Store, limit: int) -> None:
    mirror = Mirror(store)
    names = [str(number) for number in range(12)]
    keep(store, *names)
    keep(store, *names[:6], source="b")
    for name in names[:6]:
        group(store, rid(name), rid(name), rid(name, "b"))
    drop(store, "3", "b")
    keep(store, "4", "7")
    group(store, rid("0"), rid("0"), rid("1"), rid("0", "b"))
    held = mirror.follow(limit)
    assert sum(each.grain == "work" for each in held.values()) == 6
    keep(store, "9", source="b")
    group(store, rid("9"), rid("9"), rid("9", "b"))
    assert sum(each.grain == "work" for each in mirror.follow(limit).values()) == 7


def test_a_rebuild_leaves_what_comes_later_to_the_follower(store: Store) -> None:
    keep(store, "1", "2", "3")
    until = store.records.latest()
    keep(store, "2", "4")
    group(store, rid("1"), rid("1"), rid("3"))
    mirror = Mirror(store)
    mirror.held = {each.key: each for each in mirror.documents.all(until=until)}
    assert rid("4") not in mirror.held
    mirror.seq = until
    assert len(mirror.follow()) == 5


@pytest.mark.parametrize("seed", range(4))
def test_whatever_happens_in_whichever_order_the_index_is_the_same(store: Store, seed: int) -> None:
    dice, mirror = random.Random(seed), Mirror(store)
    names = [str(number) for number in range(8)]
    live: set[str] = set()
    for _ in range(60):
        name, source = dice.choice(names), dice.choice("ab")
        match dice.choice(["keep", "keep", "drop", "group", "follow"]):
            case "keep":
                keep(store, name, source=source, title=f"Titel {dice.random()}")
                live.add(rid(name, source))
            case "drop" if rid(name, source) in live:
                drop(store, name, source)
                live.remove(rid(name, source))
            case "group" if len(live) > 1:
                some = dice.sample(sorted(live), dice.randint(1, min(3, len(live))))
                group(store, dice.choice([min(some), "f" * 16]), *some)
            case "follow":
                mirror.follow(limit=dice.choice([1, 2, 5, 1000]))
    mirror.follow()


def test_nothing_is_missed_that_changes_while_one_looks(store: Store) -> None:
    mirror = Mirror(store)

    def change() -> None:
        for number in range(30):
            keep(store, str(number % 7), title=f"Titel {number}")
            keep(store, str(number % 5), source="b")
            group(store, rid("0"), rid("0"), rid(str(number % 5), "b"))

    with ThreadPoolExecutor(1) as aside:
        changing = aside.submit(change)
        while not changing.done():
            if batch := mirror.documents.after(mirror.seq, limit=3):
                mirror.take(batch)
    changing.result()
    assert len(mirror.follow(limit=3)) == 7 + 5 + 1
