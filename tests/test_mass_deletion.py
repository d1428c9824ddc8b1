"""A catalogue is not emptied by a source's bad night, and is by a person who says so.

Each story is harvested by real processes, from a server that tells it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from faults.running import Runner
from installation import PATIENCE, Installation
from origins import Feed, Repository, Site, envelope, oai_record, stocked
from servers import Answer, Asked, serving

from catalog.index import Query
from catalog.store.model import Run

Respond = Callable[[Asked], Answer]


@dataclass
class Story:
    """A source that is in order, and what it answers after that."""

    kind: str
    origin: Any
    after: Callable[[Any], Respond]
    keys: dict[str, Any]
    ends: tuple[str, ...]
    full: bool = False
    count: int = 30


class Forgetful(Repository):
    """Keeps no deletions, so what is not in its whole list might be gone."""

    def identify(self) -> bytes:
        return super().identify().replace(b"persistent", b"no")


def oai(after: Callable[[Repository], Respond], *ends: str, **more: Any) -> Story:
    keys = {"incremental": False, **more.pop("keys", {})}
    return Story("oai_pmh", Forgetful(), after, keys, ends, **more)


def only(count: int) -> Callable[[Any], Respond]:
    """Keep ``count`` materials, and forget the others without a word."""

    def after(origin: Any) -> Respond:
        origin.materials = dict(list(origin.materials.items())[:count])
        return _asked(origin)

    return after


def renamed(origin: Any) -> Respond:
    for key in list(origin.materials):
        m = origin.materials.pop(key)
        origin.put(f"anders-{key}", m.title)
    return _asked(origin)


def restored(origin: Any) -> Respond:
    """Go back to an older backup: a third is not there yet, the rest as it was."""
    return only(20)(origin)


def all_deleted(origin: Any) -> Respond:
    """Say of every record that it is deleted, as some do for an empty set=."""
    for key in list(origin.materials):
        origin.withdraw(key)
    return _asked(origin)


def cut_short(origin: Repository) -> Respond:
    """Give one page, and no token, of a list that said how long it was."""

    def respond(asked: Asked) -> Answer:
        if asked.arguments["verb"] == "Identify":
            return Answer(origin.identify())
        records = "".join(map(oai_record, origin.all[:10]))
        token = '<resumptionToken completeListSize="30"></resumptionToken>'
        return Answer(envelope(f"<ListRecords>{records}{token}</ListRecords>"))

    return respond


def no_such_set(origin: Repository) -> Respond:
    """Have lost the set, and say that nothing matches."""

    def respond(asked: Asked) -> Answer:
        verb = asked.arguments["verb"]
        if verb == "Identify":
            return Answer(origin.identify())
        if verb == "ListSets":
            spec = "<set><setSpec>other</setSpec><setName>Other</setName></set>"
            return Answer(envelope(f"<ListSets>{spec}</ListSets>"))
        return Answer(envelope('<error code="noRecordsMatch">no such set</error>'))

    return respond


def empty(origin: Repository) -> Respond:
    return only(0)(origin)


def html(_: Any) -> Respond:
    page = (
        "<!DOCTYPE html><html><head><title>Maintenance</title></head><body>Back soon</body></html>"
    )
    return lambda _: Answer(page.encode(), headers={"Content-Type": "text/html"})


def truncated(origin: Feed) -> Respond:
    return lambda _: Answer(origin.file()[: len(origin.file()) // 2])


def nothing(_: Any) -> Respond:
    return lambda _: Answer(b"")


def broken(_: Any) -> Respond:
    return lambda _: Answer(b"down", status=500)


def unreadable(origin: Feed) -> Respond:
    """Lose every title, so that each record is rejected."""
    for key in list(origin.materials):
        origin.put(key, "")
    return _asked(origin)


def gone_pages(origin: Site) -> Respond:
    """List every page, and answer 410 to most."""
    for key in list(origin.materials)[:25]:
        origin.withdraw(key)
    return _asked(origin)


def other_messages(_: Any) -> Respond:
    """Be another source altogether, with one product in it."""
    other = stocked(Feed(), 1, about="Iets anders")
    other.materials = {"x": other.materials["m000"]}
    other.materials["x"].key = "x"
    return _asked(other)


def _asked(origin: Any) -> Respond:
    respond: Respond = origin
    return respond


REFUSED, NOT_READ = ("refused",), ("incomplete", "failed")

WRONGFUL = {
    "the list is empty": oai(empty, *REFUSED),
    "the list is cut short, without a token": oai(cut_short, *NOT_READ),
    "the set is lost": oai(no_such_set, *NOT_READ, "refused", keys={"sets": ["les"]}),
    "half of the list is gone": oai(only(15), *REFUSED),
    "an old backup was restored": oai(restored, *REFUSED),
    "all identifiers are others": oai(renamed, *REFUSED),
    "every record is said to be deleted": Story("oai_pmh", Repository(), all_deleted, {}, REFUSED),
    "every record is said to be deleted, to who asks for all": Story(
        "oai_pmh", Repository(), all_deleted, {}, REFUSED, full=True
    ),
    "a small repository of three loses two": oai(only(1), *REFUSED, count=3),
    "the file is empty": Story("files", Feed(), nothing, {}, NOT_READ),
    "the file breaks off": Story("files", Feed(), truncated, {}, NOT_READ),
    "the file has half of what it had": Story("files", Feed(), only(15), {}, REFUSED),
    "the file is another one": Story("files", Feed(), other_messages, {}, REFUSED),
    "the file is a page of HTML": Story("files", Feed(), html, {}, ("failed", "refused")),
    "no record in the file can be read any more": Story("files", Feed(), unreadable, {}, NOT_READ),
    "the sitemap has lost half": Story("sitemap", Site(), only(15), {}, REFUSED, full=True),
    "most pages of the site are said to be gone": Story(
        "sitemap", Site(), gone_pages, {}, ("complete", *NOT_READ, *REFUSED), full=True
    ),
    "the sitemap is a page of HTML": Story("sitemap", Site(), html, {}, NOT_READ),
    "the site answers 500": Story("sitemap", Site(), broken, {}, NOT_READ),
}


@pytest.fixture(scope="module")
def runner() -> Iterator[Runner]:
    ready = Runner()
    yield ready
    ready.close()


@dataclass
class Harvest:
    """Harvests a source of one story, as ``vindplaats harvest`` does."""

    here: Installation
    runner: Runner
    story: Story

    def __call__(self, *, confirmed: bool = False) -> Run:
        options = {"full": self.story.full or confirmed, "confirmed": confirmed}
        done = self.runner.run(self.here.config, "bron", limit=PATIENCE, **options)
        assert done["code"] == 0, done
        return self.here.runs("bron")[0]


def live(here: Installation) -> dict[str, str]:
    """Return the titles of what is in the catalogue, store and index, by identifier."""
    with here.catalogue() as catalogue:
        catalogue.follow()
        found = {r.identifier: r.titles[0].text for r in catalogue.store.records.of("bron")}
        assert catalogue.search(Query(copies=True, size=1)).total == len(found)
    return found


@pytest.mark.parametrize("name", WRONGFUL)
def test_nothing_is_lost_where(tmp_path: Path, runner: Runner, name: str) -> None:
    story = WRONGFUL[name]
    here, origin = Installation(tmp_path), stocked(story.origin, story.count)
    harvest = Harvest(here, runner, story)
    # its sets are asked for first
    respond: list[Respond] = [_with_set(origin) if "sets" in story.keys else _asked(origin)]
    with serving(lambda asked: respond[0](asked)) as (base, _):  # noqa: PLW0108 it changes
        here.add("bron", story.kind, base + origin.path, **story.keys)
        assert harvest().status == "complete"
        had = live(here)
        assert len(had) == story.count
        respond[0] = story.after(origin)
        for _ in range(2):  # neither at once, nor when it goes on
            run = harvest()
            assert run.status in story.ends, run
            assert live(here).items() >= had.items()
    with here.catalogue() as catalogue:
        assert bool(catalogue.store.held.list("bron")) is (run.status == "refused")


def _with_set(origin: Repository) -> Respond:
    def respond(asked: Asked) -> Answer:
        if asked.arguments["verb"] == "ListSets":
            spec = "<set><setSpec>les</setSpec><setName>Les</setName></set>"
            return Answer(envelope(f"<ListSets>{spec}</ListSets>"))
        return origin(asked)

    return respond


CLEAN_OUTS = {
    "a repository that was emptied": oai(empty, *REFUSED),
    "a repository that has withdrawn nearly all": Story(
        "oai_pmh", Repository(), all_deleted, {}, REFUSED
    ),
    "a file of which half was taken out": Story("files", Feed(), only(15), {}, REFUSED),
}


@pytest.mark.parametrize("how", ["held", "harvest"])
@pytest.mark.parametrize("name", CLEAN_OUTS)
def test_a_true_clean_out_is_done_by_name(
    tmp_path: Path, runner: Runner, name: str, how: str
) -> None:
    story = CLEAN_OUTS[name]
    here, origin = Installation(tmp_path), stocked(type(story.origin)(), 30)
    harvest = Harvest(here, runner, story)
    respond: list[Respond] = [_asked(origin)]
    with serving(lambda asked: respond[0](asked)) as (base, _):  # noqa: PLW0108 it changes
        here.add("bron", story.kind, base + origin.path, **story.keys)
        harvest()
        respond[0] = story.after(origin)
        assert harvest().status == "refused"
        assert len(live(here)) == 30
        if how == "held":
            here.good("held", "--confirm", "bron")
        else:
            assert harvest(confirmed=True).status == "complete"
        left = [m.title for m in origin.all if not m.gone]
        assert sorted(live(here).values()) == sorted(left)
        with here.catalogue() as catalogue:
            assert catalogue.store.held.list() == []
        assert harvest().status == "complete"
