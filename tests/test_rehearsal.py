"""A harvest that writes nothing says what the real one then does."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from installation import Installation
from origins import Feed, Origin, Repository, Site, stocked
from servers import serving

COUNTS = ("seen", "added", "changed", "unchanged", "deleted", "removed", "rejected", "duplicates")


def contents(here: Installation) -> list[Any]:
    """Return what every table holds."""
    with here.catalogue() as catalogue, catalogue.store.database.reading() as connection:
        tables = ("record", "run", "page", "reject", "sighting", "held", "inbox", "sequence")
        return [
            connection.exec_driver_sql(f"SELECT * FROM {table} ORDER BY 1").all()
            for table in tables
        ]


def rehearsed(here: Installation, *more: str) -> tuple[int, Any]:
    """Rehearse; return its code and what it said; nothing has changed by it."""
    before = contents(here)
    done = here.run("harvest", "bron", "--dry-run", "--json", *more)
    assert contents(here) == before
    return done.code, done.json[0]


def same(foreseen: Any, done: Any) -> None:
    assert foreseen["run"]["status"] == done["status"]
    for name in COUNTS:
        assert foreseen["run"]["counts"][name] == done["counts"][name], name


@pytest.mark.parametrize("origin", [Repository(), Feed(), Site()], ids=lambda o: o.kind)
def test_a_rehearsal_foresees_a_harvest(tmp_path: Path, origin: Origin) -> None:
    here = Installation(tmp_path)
    stocked(origin, 24)
    with serving(origin) as (base, _):
        here.add("bron", origin.kind, base + origin.path)
        code, foreseen = rehearsed(here)
        assert code == 0
        assert len(foreseen["added"]) == 24
        same(foreseen, here.good("harvest", "--json").json[0])
        origin.put("m001", "Lichtschepen")
        origin.put("new", "Vuurtorens")
        origin.put("nameless", "")
        origin.withdraw("m002")
        code, foreseen = rehearsed(here)
        assert [len(foreseen[name]) for name in ("added", "changed", "rejected")] == [1, 1, 1]
        assert foreseen["rejected"][0]["rule"] == "title.missing"
        if origin.kind != "sitemap":  # which has to miss it twice
            (gone,) = foreseen["removed"]
            assert here.good("show", gone).json["deleted"] is False
        run = here.run("harvest", "--json")
        assert run.code == code
        same(foreseen, run.json[0])


def test_too_large_a_removal_is_foreseen(tmp_path: Path) -> None:
    here, feed = Installation(tmp_path), stocked(Feed(), 20)
    here.add("bron", "files", "feed.xml")
    (tmp_path / "feed.xml").write_bytes(feed.file())
    here.good("harvest")
    for number in range(5):
        feed.withdraw(f"m{number:03}")
    (tmp_path / "feed.xml").write_bytes(feed.file())
    code, foreseen = rehearsed(here)
    assert (code, foreseen["run"]["status"], foreseen["removed"]) == (1, "refused", [])
    assert "leaves out 5 of 20 records" in foreseen["run"]["message"]
    code, foreseen = rehearsed(here, "--confirm-removal", "bron")
    assert (code, foreseen["run"]["counts"]["removed"], len(foreseen["removed"])) == (0, 5, 5)


def test_what_was_posted_stays_in_the_inbox(tmp_path: Path) -> None:
    here = Installation(tmp_path)
    here.sources["bron"] = {"kind": "push", "token_sha256": hashlib.sha256(b"x").hexdigest()}
    here.write()
    said = {"@context": "https://schema.org", "@type": "LearningResource", "@id": "a", "name": "A"}
    with here.catalogue() as catalogue:
        catalogue.store.inbox.put("bron", "post", "", json.dumps(said).encode())
    _, foreseen = rehearsed(here)
    assert foreseen["added"] == ["a"]
    assert here.good("harvest", "bron", "--json").json[0]["counts"]["added"] == 1


def test_a_rehearsal_that_fails_says_so(tmp_path: Path) -> None:
    here = Installation(tmp_path)
    here.add("bron", "files", "nowhere.xml")
    done = here.run("harvest", "bron", "--dry-run")
    assert done.code == 1
    assert "bron: failed" in done.out
    (tmp_path / "nowhere.xml").write_bytes(stocked(Feed(), 3).file())
    done = here.good("harvest", "bron", "--dry-run")
    assert "complete: 3 seen, 3 new" in done.out
    assert "nothing was written" in done.out
    assert here.runs("bron") == []
