"""Every write of the index may fail: it holds one whole commit afterwards, and can go on."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from catalog.index import Change, Query, SearchError
from catalog.index.folder import CurrentIndex, Engine, open_index, rebuild
from catalog.index.words import Own
from catalog.resource import LearningResource, Text

ENGINES: tuple[Engine, ...] = ("tantivy", "whoosh")
RECORDS = 40


def changes(word: str, seq: int) -> Iterator[Change]:
    for number in range(RECORDS):
        titles = (Text(f"{word} {number} {'lorem ipsum dolor ' * (number % 7)}"),)
        found = LearningResource(source="bron", identifier=str(number), titles=titles)
        yield Change(seq + number, f"r{number}", found)


_WRITER = """
import json, resource, signal, sys
from pathlib import Path
from catalog.index import SearchError
from catalog.index.folder import open_index
from catalog.index.words import Own
from tests.index.test_io_errors import RECORDS, changes

path, engine, limit, value = Path(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[4])
learns = sys.argv[5:] == ["learns"]
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # so that the write fails with EFBIG instead
try:
    with open_index(path, engine) as index:
        list(changes("warm", 0))
        what = getattr(resource, limit)
        resource.setrlimit(what, (value, resource.getrlimit(what)[1]))
        if learns:
            index.learn(Own(RECORDS, {"nl": ("tweede",)}), changes("tweede", 100))
        else:
            with index.writer() as writer:
                writer.apply(changes("tweede", 100))
                writer.commit(200)
    print(json.dumps("written"))
except SearchError as error:
    print(json.dumps(f"said: {error}"))
"""


def written(path: Path, engine: Engine, limit: str, value: int, *how: str) -> str:
    """Replace every record by another under a limit; return what came of it."""
    done = subprocess.run(
        [sys.executable, "-c", _WRITER, str(path), engine, limit, str(value), *how],
        capture_output=True, text=True, timeout=100, check=False,
    )  # fmt: skip
    assert done.returncode == 0, f"{limit} {value}: {done.stderr[-3000:]}"
    said: str = json.loads(done.stdout)
    return said


def opened(path: Path, engine: Engine) -> CurrentIndex:
    """Return the index; one that knows that it is damaged is made again, as from the store."""
    try:
        return open_index(path, engine)
    except SearchError:
        return rebuild(path, engine, changes("eerste", 1), RECORDS)


def sweep() -> Iterator[tuple[str, int]]:
    """Yield limits under which the write of the nth byte, or the opening of a file, fails."""
    for size in (0, 1, 40, 300, 900, 2500, 6000):
        yield "RLIMIT_FSIZE", size
    taken = 3  # the standard streams
    for more in (1, 4, 8, 12, 18, 26):
        yield "RLIMIT_NOFILE", taken + more


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("limit", "value"), list(sweep()))
def test_a_write_that_fails_leaves_one_commit_whole(
    tmp_path: Path, engine: Engine, limit: str, value: int
) -> None:
    path = tmp_path / "index"
    rebuild(path, engine, changes("eerste", 1), RECORDS).close()
    said = written(path, engine, limit, value)
    with opened(path, engine) as index:
        new = index.seq == 200
        assert index.seq in (RECORDS, 200)
        if said == "written":
            assert new
        for word, there in (("eerste", not new), ("tweede", new)):
            assert index.search(Query(text=word)).total == RECORDS * there, f"{said}: {word}"
        assert index.count() == RECORDS
        with index.writer() as writer:
            writer.apply(changes("derde", 300))
            writer.commit(400)
        assert index.search(Query(text="derde")).total == RECORDS
        assert index.count() == RECORDS


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("limit", "value"), list(sweep()))
def test_learning_that_fails_leaves_an_index_that_can_learn(
    tmp_path: Path, engine: Engine, limit: str, value: int
) -> None:
    path = tmp_path / "index"
    rebuild(path, engine, changes("eerste", 1), RECORDS).close()
    said = written(path, engine, limit, value, "learns")
    with opened(path, engine) as index:
        assert index.seq == index.count() == RECORDS
        learnt = index.own.records == RECORDS
        assert learnt or said != "written"
        totals = {word: index.search(Query(text=word)).total for word in ("eerste", "tweede")}
        assert sorted(totals.values()) == [0, RECORDS], "one commit, whole"
        assert totals["tweede"] or not learnt, "what is known of has been described"
        index.learn(Own(RECORDS, {"nl": ("derde",)}), changes("derde", 300))
        assert index.own.first == {"nl": ("derde",)}
        assert index.search(Query(text="derde")).total == RECORDS


@pytest.mark.parametrize("engine", ENGINES)
def test_the_sweep_meets_failures_and_successes(tmp_path: Path, engine: Engine) -> None:
    """Without this the limits could all be too wide, or all too narrow."""
    ends = set()
    for limit, value in (("RLIMIT_FSIZE", 40), ("RLIMIT_FSIZE", 1 << 24)):
        path = tmp_path / str(value)
        rebuild(path, engine, changes("eerste", 1), RECORDS).close()
        ends.add(written(path, engine, limit, value) == "written")
    assert ends == {False, True}
