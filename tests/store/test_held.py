"""Deletions that wait for a person: what holds them, what lets them go. On both databases."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import pytest

from catalog import profile
from catalog.normalise import Defaults
from catalog.store import SourceBusyError, Store
from catalog.store.model import Run, Status
from harvester import removal
from harvester.pipeline import Pipeline
from harvester.raw import Page, Raw
from harvester.reading import Accepted, read
from harvester.spiders import Report


def raw(key: str, title: str = "Zeilschepen", *, deleted: bool = False) -> Raw:
    payload = (
        '<oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/" '
        f'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{title}</dc:title></oai_dc:dc>'
    )
    content = b"" if deleted else payload.encode()
    return Raw(source="bron", identifier=key, content=content, deleted=deleted)


def gone(*keys: str) -> list[Raw]:
    return [raw(key, deleted=True) for key in keys]


def harvest(
    store: Store,
    *pages: Sequence[Raw],
    whole: bool = False,
    complete: bool = True,
    confirmed: bool = False,
    run: Run | None = None,
    asked: bool = False,
) -> Run:
    """Do what a run does, without the network; return the run as it ended."""
    if run:
        store.runs.reopen(run.id)
    else:
        run = store.runs.begin("bron", full=False, since="")
    pipeline = Pipeline(
        store, source="bron", run=run.id, defaults=Defaults(), profile=profile.get("")
    )
    for raws in pages:
        pipeline.keep(Page(url="u", body=b"x", media_type="m", raws=raws, checkpoint="more"))
    report = Report(whole=whole, deletions="absent", asked=asked)
    verdict = removal.weigh(store, run, report, complete=complete, confirmed=confirmed)
    status: Status = (
        "refused" if verdict.held and complete else "complete" if complete else "incomplete"
    )
    store.runs.end(run.id, status, verdict.held, whole=whole, removed=verdict.removed)
    found = store.runs.get(run.id)
    assert found
    return found


KEYS = [f"r{n}" for n in range(10)]
ALL = [raw(key) for key in KEYS]


def live(store: Store) -> int:
    return store.records.count_by_source().get("bron", 0)


@pytest.fixture
def stocked(store: Store) -> Store:
    assert harvest(store, ALL, whole=True).status == "complete"
    assert live(store) == 10
    return store


def test_what_a_list_leaves_out_waits(stocked: Store) -> None:
    run = harvest(stocked, ALL[:5], whole=True)
    assert (run.status, live(stocked)) == ("refused", 10)
    assert run.message.startswith("the list leaves out 5 of 10 records; nothing was removed")
    waiting = stocked.held.list("bron")
    assert [w.identifier for w in waiting] == KEYS[5:]
    assert {(w.because, w.title, w.run) for w in waiting} == {("absent", "Zeilschepen", run.id)}
    assert stocked.held.count_by_source() == {"bron": 5}


def test_what_a_source_says_is_deleted_goes(stocked: Store) -> None:
    run = harvest(stocked, gone(*KEYS[:3]), gone(*KEYS[3:5]))
    assert (run.status, run.counts.deleted, live(stocked)) == ("complete", 5, 5)
    assert stocked.held.list() == []


@pytest.mark.parametrize("whole", [True, False])
def test_a_source_that_says_so_of_most_of_its_records_is_doubted(
    stocked: Store, whole: bool
) -> None:
    run = harvest(stocked, gone(*KEYS[:3]), gone(*KEYS[3:6]), ALL[6:], whole=whole)
    assert (run.status, live(stocked)) == ("refused", 10)
    assert run.message.startswith("the source says that 6 of 10 records are deleted; nothing was")
    assert {w.because for w in stocked.held.list()} == {"deleted"}
    assert len(stocked.held.list()) == 6


def test_both_wait_together(stocked: Store) -> None:
    run = harvest(stocked, gone(*KEYS[:6]), whole=True)
    assert run.status == "refused"
    assert " and the list leaves out 4 of 10 records" in run.message
    assert len(stocked.held.list()) == 10


def test_a_person_confirms(stocked: Store) -> None:
    refused = harvest(stocked, ALL[:5], [raw("new")], whole=True)
    assert removal.confirm(stocked, "bron") == 5
    assert (live(stocked), stocked.held.list()) == (6, [])
    run = stocked.runs.get(refused.id)
    assert run
    assert (run.status, run.counts.removed) == ("complete", 5)
    assert run.message.endswith("a person has confirmed it")
    assert removal.confirm(stocked, "bron") == 0
    again = harvest(stocked, ALL[:5], [raw("new")], whole=True)
    assert (again.status, again.counts.unchanged, again.counts.removed) == ("complete", 6, 0)


def test_a_person_refuses(stocked: Store) -> None:
    harvest(stocked, ALL[:5], whole=True)
    assert removal.refuse(stocked, "bron") == 5
    assert (live(stocked), stocked.held.list()) == (10, [])
    assert removal.confirm(stocked, "bron") == 0
    assert live(stocked) == 10


def test_nobody_decides_while_the_source_is_harvested(stocked: Store) -> None:
    harvest(stocked, ALL[:5], whole=True)
    if stocked.database.is_sqlite:
        with stocked.runs.lease("bron"), pytest.raises(SourceBusyError):
            removal.confirm(stocked, "bron")
    assert len(stocked.held.list()) == 5


def test_what_comes_by_again_waits_no_longer(stocked: Store) -> None:
    harvest(stocked, ALL[:5], whole=True)
    harvest(stocked, [raw("r5"), raw("r6", "Anders")])
    assert [w.identifier for w in stocked.held.list()] == KEYS[7:]
    assert removal.confirm(stocked, "bron") == 3
    assert live(stocked) == 7


def test_a_whole_list_decides_anew(stocked: Store) -> None:
    harvest(stocked, ALL[:5], whole=True)
    again = harvest(stocked, ALL[:7], whole=True)
    assert [w.identifier for w in stocked.held.list()] == KEYS[7:]
    assert {w.run for w in stocked.held.list()} == {again.id}
    assert harvest(stocked, ALL[:9], whole=True).counts.removed == 1
    assert stocked.held.list() == []


def test_a_run_that_is_confirmed_removes_all(stocked: Store) -> None:
    harvest(stocked, ALL[:5], whole=True)
    run = harvest(stocked, gone(*KEYS[:5]), whole=True, confirmed=True)
    assert (run.status, run.counts.removed, live(stocked)) == ("complete", 5, 0)
    assert stocked.held.list() == []


def test_a_broken_off_run_deletes_what_it_was_told_and_its_sequel_counts_that(
    stocked: Store,
) -> None:
    run = harvest(stocked, gone(*KEYS[:4]), complete=False)
    assert (run.status, live(stocked)) == ("incomplete", 6)
    run = harvest(stocked, gone(*KEYS[4:7]), run=run)
    assert (run.status, live(stocked)) == ("refused", 6)
    assert len(stocked.held.list()) == 3


def test_a_broken_off_run_of_too_many_deletions_lets_them_wait(stocked: Store) -> None:
    run = harvest(stocked, gone(*KEYS[:6]), complete=False)
    assert (run.status, live(stocked)) == ("incomplete", 10)
    assert len(stocked.held.list()) == 6
    stocked.held.forget("bron", unless_refused=True)  # as a run that begins anew does
    assert stocked.held.list() == []


def test_a_small_source_may_lose_one(store: Store) -> None:
    harvest(store, ALL[:3], whole=True)
    assert harvest(store, ALL[:1], whole=True).status == "refused"
    assert harvest(store, gone("r0", "r1")).status == "refused"
    assert harvest(store, gone("r0")).status == "complete"
    assert live(store) == 2


def test_deletions_that_were_asked_for_one_by_one_are_not_doubted(stocked: Store) -> None:
    run = harvest(stocked, *(gone(key) for key in KEYS), asked=True)
    assert (run.status, live(stocked)) == ("complete", 0)


def test_the_resources_in_one_raw_record_go_and_wait_together(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def twice(raw: Raw, defaults: Defaults, held_to: profile.Profile) -> tuple[str, list[Accepted]]:
        name, (first,) = read(raw, defaults, held_to)
        second = msgspec.structs.replace(first[0], identifier=f"{raw.identifier}#2")
        return name, [first, (second, ())]

    monkeypatch.setattr("harvester.batch.read", twice)
    harvest(store, ALL[:1], whole=True)
    assert live(store) == 2
    assert harvest(store, gone("r0")).status == "refused"
    assert live(store) == 2
    assert removal.confirm(store, "bron") == 2
    assert live(store) == 0


def test_more_rows_than_a_statement_holds(store: Store) -> None:
    many = [raw(f"m{n}", f"Deel {n}") for n in range(200)]
    harvest(store, many, whole=True)
    assert harvest(store, [], whole=True).status == "refused"
    assert removal.confirm(store, "bron") == 200
    assert live(store) == 0
