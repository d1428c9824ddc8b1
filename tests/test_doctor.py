"""What the doctor finds where the index is not what the store says, and how little it mends."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from msgspec.structs import replace
from test_documents import drop, keep, rid

from catalog import agreement, doctor
from catalog.catalogue import Catalogue
from catalog.config import IndexSettings, Settings, StoreSettings
from catalog.doctor import examine
from catalog.documents import Documents
from catalog.index import Change, Index, Query
from catalog.index.folder import FORMAT, Engine
from catalog.resource import Text
from catalog.works import decisions
from catalog.works.grouping import Grouping

Progress = Callable[[int, int], None]
ENGINES: tuple[Engine, ...] = ("tantivy", "whoosh")


class Watched(Catalogue):
    """A catalogue that remembers what was mended, and how often all of it was made anew."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.mended: list[str] = []
        self.rebuilt = 0

    def rebuild(self, progress: Progress = lambda _done, _total: None) -> None:
        self.rebuilt += 1
        super().rebuild(progress)


@pytest.fixture(params=ENGINES)
def shelf(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Watched]:
    """Nine records, two of which are copies of one work."""
    with Watched(
        Settings(
            store=StoreSettings(url=f"sqlite:///{tmp_path}/test.db"),
            index=IndexSettings(engine=request.param, path=str(tmp_path / "index")),
        )
    ) as catalogue:
        keep(catalogue.store, *"123456789")
        decisions.join(catalogue.store, [rid("1"), rid("2")], why="one", by="an editor")
        Grouping(catalogue.store).catch_up()
        catalogue.catch_up()
        catalogue.rebuilt = 0

        def mend(index: Index, documents: Documents, keys: Sequence[str]) -> None:
            catalogue.mended += keys
            agreement.mend(index, documents, keys)

        monkeypatch.setattr(doctor, "mend", mend)
        yield catalogue


def tampered(catalogue: Catalogue, *changes: Change) -> None:
    """Change documents of the index behind the store's back."""
    index: Index = catalogue.index
    with index.writer() as writer:
        writer.apply(changes)
        writer.commit(catalogue.store.records.latest())


def told(catalogue: Catalogue, *, repair: bool = False) -> list[tuple[bool, str]]:
    findings = examine(catalogue, repair=repair)
    return [(each.well, each.text) for each in findings if each.about == "index"]


AGREES = (True, "the index agrees with the store, record by record (9).")


def stale(change: Change) -> Change:
    assert change.resource
    return replace(change, resource=replace(change.resource, titles=(Text("Van vroeger", "nl"),)))


def test_a_stale_document_with_the_right_number_is_found_and_mended(shelf: Watched) -> None:
    assert told(shelf) == [AGREES]
    (now,) = shelf.documents.of([rid("5")])
    tampered(shelf, stale(now))
    assert {key: seq for key, seq, _ in shelf.index.ids()}[rid("5")] == now.seq
    assert shelf.search(Query(text="vroeger")).total == 1
    differs = f"the index differs from the store in 1 document ({rid('5')})"
    assert told(shelf) == [(False, f"{differs}; run vindplaats doctor --repair.")]
    assert told(shelf, repair=True) == [
        (True, f"the index was mended in 1 document ({rid('5')})."),
        AGREES,
    ]
    assert (shelf.mended, shelf.rebuilt) == ([rid("5")], 0)
    assert shelf.search(Query(text="vroeger")).total == 0
    assert told(shelf, repair=True) == [AGREES]


def test_what_is_lacking_too_many_or_of_a_work_is_mended_alone(shelf: Watched) -> None:
    copy = f"{rid('2')}~copy"
    work, second = shelf.documents.of([rid("1"), copy])
    assert (work.grain, second.grain) == ("work", "copy")
    lost = Change(1, rid("7"), None)
    ghost, ghost_copy = replace(work, id="0" * 16), replace(second, id="f" * 16)
    tampered(shelf, lost, ghost, ghost_copy, stale(work), replace(second, link="dead"))
    wrong, extra = shelf.compare()
    assert wrong == {rid("1"), copy, rid("7")}
    assert extra == {"0" * 16, "f" * 16 + "~copy"}
    assert told(shelf, repair=True)[-1] == AGREES
    assert (sorted(shelf.mended), shelf.rebuilt) == (sorted(wrong | extra), 0)
    assert shelf.compare() == (set(), set())


def test_where_many_differ_all_is_made_anew(
    shelf: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor, "MANY", 2)
    monkeypatch.setattr(doctor, "NAMED", 2)
    tampered(shelf, *map(stale, shelf.documents.of([rid(n) for n in "345"])))
    first, second, _ = sorted(map(rid, "345"))
    differs = f"3 documents ({first}, {second} and 1 more)"
    ((well, text),) = told(shelf)
    assert (well, differs in text) == (False, True)
    assert told(shelf, repair=True) == [
        (True, f"the index differed in {differs}; it was made anew."),
        AGREES,
    ]
    assert (shelf.mended, shelf.rebuilt) == ([], 1)


def test_what_changes_meanwhile_does_not_differ(shelf: Watched) -> None:
    keep(shelf.store, "3", title="Nieuw")
    keep(shelf.store, "nieuw")
    drop(shelf.store, "4")
    assert shelf.behind()
    assert shelf.compare() == (set(), set())
    assert told(shelf, repair=True) == [AGREES]  # one came, one went
    assert (shelf.mended, shelf.rebuilt) == ([], 0)


REPAIR = "; run vindplaats doctor --repair."


def test_an_index_behind_or_ahead_of_the_store_is_told_apart(
    shelf: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    has = shelf.index.seq
    monkeypatch.setattr(shelf.store.records, "latest", lambda: has - 2)
    apart = "the index is {} the store: it has change {}, and the last one is {}"
    assert told(shelf) == [(False, apart.format("ahead of", has, has - 2) + REPAIR)]
    monkeypatch.undo()
    keep(shelf.store, "nieuw")
    latest = shelf.store.records.latest()
    assert told(shelf) == [(False, apart.format("behind", has, latest) + REPAIR)]


FILES = {
    "tantivy": ("own.json", "meta.json", "seal.json", "*.term"),
    "whoosh": ("own.json", "*.toc", "*.seg"),
}


@pytest.mark.parametrize("harm", ["removed", "changed"])
def test_a_file_that_is_damaged_is_named(shelf: Watched, harm: str) -> None:
    folder = Path(shelf.settings.index.path)
    for name in FILES[shelf.settings.index.engine]:
        shelf.put_aside()
        (file,) = (folder / (folder / "CURRENT").read_text()).glob(name)
        content = bytearray(file.read_bytes())
        content[len(content) // 2] ^= 1
        file.unlink() if harm == "removed" else file.write_bytes(content)
        ((well, text),) = told(shelf)
        assert not well
        assert file.name in text or (name, harm) == ("*.toc", "removed")
        assert text.endswith(REPAIR)
        assert told(shelf, repair=True) == [AGREES]


def test_an_index_that_is_of_another_format_or_gone_is_said_to_be(shelf: Watched) -> None:
    settings = shelf.settings.index
    current = Path(settings.path) / "CURRENT"
    shelf.put_aside()
    current.write_text(f"{settings.engine}-v1-1")
    ((_, text),) = told(shelf)
    assert f"was not made for {settings.engine} in format {FORMAT}" in text
    current.unlink()
    assert told(shelf) == [(False, f"there is no index in {settings.path}{REPAIR}")]
    assert told(shelf, repair=True) == [AGREES]


def test_documents_are_given_by_name(shelf: Watched) -> None:
    every = {change.key: change for change in shelf.documents.all()}
    assert len(every) == 10
    assert shelf.documents.of(list(every)) == list(every.values())
    drop(shelf.store, "4")
    asked = [rid("4"), rid("4") + "~copy", "no such", rid("5")]
    found = shelf.documents.of(asked)
    assert [change.key for change in found] == asked
    assert [bool(change.resource) for change in found] == [False, False, False, True]
