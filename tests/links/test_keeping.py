"""What is kept of a round, and what is not: our own network may be down."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from linked import keep

from catalog.links import Verdict
from catalog.store import Store
from harvester.links.hosts import Hosts
from harvester.links.keeping import BATCH, Keeper
from harvester.links.observation import Answer, Trouble
from harvester.links.visit import Asking, Given

NOW = datetime(2026, 11, 23, tzinfo=UTC)
NONE = Verdict(state="dead", reason="dns")
ALIVE = Verdict(state="alive", reason="answers")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = Store(f"sqlite:///{tmp_path}/store.db")
    keep(made, {str(n): f"https://x{n}.example/" for n in range(150)})
    made.links.follow(NOW)
    yield made
    made.close()


def bring(
    store: Store, results: dict[str, Verdict], *, answering: str = "", witnesses: Sequence[str] = ()
) -> Keeper:
    """Keep results of a round in which only the host ``answering`` says anything."""

    async def door(asking: Asking) -> Given:
        if answering and answering in asking.url:
            return Given(answer=Answer(url=asking.url, status=200))
        return Given(trouble=Trouble("dns"))

    async def work() -> Keeper:
        hosts = Hosts(door)
        keeper = Keeper(store, hosts, lambda: NOW, days=30, witnesses=witnesses)
        for url, found in results.items():
            await hosts.ask(Asking(method="GET", url=url, asked=url, headers={}))
            await keeper.keep(url, found)
        await keeper.bring()
        return keeper

    return asyncio.run(work())


def kept(store: Store) -> int:
    return sum(figure.count for figure in store.links.figures() if figure.state)


def silent(count: int) -> dict[str, Verdict]:
    return {f"https://x{n}.example/": NONE for n in range(count)}


def test_what_some_answer_is_kept_of_all(store: Store) -> None:
    assert not bring(store, silent(20), answering="x3.").problem
    assert kept(store) == 20


def test_a_few_that_do_not_answer_are_believed(store: Store) -> None:
    assert not bring(store, silent(3)).problem
    assert kept(store) == 3


def test_many_that_do_not_answer_are_not(store: Store) -> None:
    assert "the network of this machine" in bring(store, silent(20)).problem
    assert kept(store) == 0


def test_who_answered_before_is_asked_whether_it_is_us(store: Store) -> None:
    store.links.record({"https://x140.example/": ALIVE}, NOW, days=30)
    assert bring(store, silent(3)).problem
    assert not bring(store, silent(20), answering="x140.").problem
    assert kept(store) == 21


def test_sources_are_asked_as_well(store: Store) -> None:
    oai = "https://bron.example/oai"
    assert bring(store, silent(3), witnesses=[oai]).problem
    assert not bring(store, silent(20), answering="bron.", witnesses=[oai]).problem


def test_results_are_kept_a_batch_at_a_time(store: Store) -> None:
    seen: list[int] = []
    record = store.links.record

    def watched(results: dict[str, Verdict], now: datetime, *, days: float) -> int:
        seen.append(len(results))
        return record(results, now, days=days)

    store.links.record = watched  # type: ignore[method-assign,assignment]
    bring(store, dict.fromkeys(silent(150), ALIVE), answering="example")
    assert seen == [BATCH, 50]


def test_a_store_that_cannot_be_written_ends_the_run(store: Store) -> None:
    with store.database.writing() as connection:
        connection.exec_driver_sql("DROP TABLE restated")
    assert "restated" in bring(store, {"https://x1.example/": ALIVE}, answering="x1.").problem
