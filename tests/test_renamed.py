"""A source that gives its records other identifiers: held, named as that, shown pair by pair."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from installation import Installation
from origins import Feed, Repository, stocked
from servers import Asked, serving

from catalog.resource import Identifier, LearningResource, Text
from harvester.renamed import Successor, mark, proposal, successors


def resource(name: str, title: str = "", url: str = "", **ids: str) -> LearningResource:
    return LearningResource(
        source="bron",
        identifier=name,
        titles=(Text(title),) if title else (),
        url=url,
        identifiers=tuple(Identifier(value, scheme) for scheme, value in ids.items()),
    )


@pytest.mark.parametrize(
    ("gone", "there", "expected"),
    [
        (resource("a", doi="10.1/X"), resource("b", doi="10.1/x"), Successor("b", "identifier")),
        (
            resource("a", url="http://x.example/1/"), resource("b", url="https://x.example/1"),
            Successor("b", "address"),
        ),
        (resource("a", "Breuken  en zo"), resource("b", "breuken en ZO"), Successor("b", "title")),
        (
            resource("a", "Breuken", doi="10.1/x"), resource("b", "Anders", doi="10.1/x"),
            Successor("b", "identifier"),
        ),
        (resource("a", "Breuken"), resource("b", "Procenten"), None),
        (resource("a", uri="x"), resource("b", uri="x"), None),  # no identifier of the material
        (resource("a"), resource("b"), None),
    ],
)  # fmt: skip
def test_a_record_is_known_again(
    gone: LearningResource, there: LearningResource, expected: Successor | None
) -> None:
    assert successors([mark(gone)], [mark(there)]).get("a") == expected


def test_what_many_have_tells_nothing() -> None:
    many = [mark(resource(f"b{i}", "Inleiding", "https://x.example/")) for i in range(3)]
    gone = [mark(resource(f"a{i}", "Inleiding", "https://x.example/")) for i in range(3)]
    assert successors(gone, many) == {}
    assert proposal(gone, many) == ""


def test_it_is_proposed_where_half_is_known_again() -> None:
    there = [mark(resource(f"b{i}", f"Les {i}")) for i in range(4)]
    gone = [mark(resource(f"a{i}", f"Les {i}")) for i in range(8)]
    assert proposal(gone, there).startswith(
        "4 of these seem to be there under another identifier (4 by the same title)"
    )
    assert proposal(gone, there[:3]) == ""
    assert proposal([], []) == ""


def anew(origin: Any) -> None:
    """Give each material another identifier, without a word."""
    for key in list(origin.materials):
        origin.put(f"anders-{key}", origin.materials.pop(key).title)


def anew_and_told(origin: Any) -> None:
    """Give each material another identifier, and say of the old ones that they are deleted."""
    for key in list(origin.materials):
        origin.put(f"anders-{key}", origin.materials[key].title)
        origin.withdraw(key)


@pytest.mark.parametrize("rename", [anew, anew_and_told])
def test_a_repository_with_other_identifiers_is_held_until_confirmed(
    tmp_path: Path, rename: Callable[[Any], None]
) -> None:
    here, origin = Installation(tmp_path), stocked(Repository(), 12)

    def answer(asked: Asked) -> Any:
        return origin(asked)

    with serving(answer) as (base, _):
        here.add("bron", "oai_pmh", base + origin.path, incremental=False)
        here.good("harvest")
        rename(origin)
        rehearsed = here.run("harvest", "--dry-run")
        run = here.run("harvest")
    said = "12 of these seem to be there under another identifier (12 by the same title)"
    assert said in rehearsed.out
    assert said in run.out
    assert "the source may have changed its identifiers" in run.out
    assert "vindplaats held --confirm bron" in run.out
    waiting = here.good("held", "--json").json
    assert len(waiting) == 12
    assert all(w["instead"] == w["identifier"].replace("m", "anders-m") for w in waiting), waiting
    assert "anders-m" in here.good("held").out
    assert "instead" in here.good("held", "--csv").out.splitlines()[0]
    here.good("held", "--confirm", "bron")
    assert here.good("sources", "--json").json[0]["records"] == 12


def test_a_file_with_other_identifiers_is_held(tmp_path: Path) -> None:
    here, feed = Installation(tmp_path), stocked(Feed(), 12)
    (tmp_path / "feed.xml").write_bytes(feed.file())
    here.add("bron", "files", "feed.xml")
    here.good("harvest")
    anew(feed)
    (tmp_path / "feed.xml").write_bytes(feed.file())
    assert "may have changed its identifiers" in here.run("harvest").out


def test_records_that_came_earlier_are_known_again(tmp_path: Path) -> None:
    """New identifiers came with one harvest; the old ones go with a later one."""
    here, feed = Installation(tmp_path), stocked(Feed(), 12)
    here.add("bron", "files", "feed.xml")
    (tmp_path / "feed.xml").write_bytes(feed.file())
    here.good("harvest")
    old = dict(feed.materials)
    anew(feed)
    feed.materials.update(old)
    (tmp_path / "feed.xml").write_bytes(feed.file())
    here.good("harvest")
    for key in old:
        del feed.materials[key]
    (tmp_path / "feed.xml").write_bytes(feed.file())
    assert "12 of these seem to be there under another identifier" in here.run("harvest").out
