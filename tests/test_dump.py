"""Dumps: everything of one moment, whole or not there at all, and the old one until then."""

from __future__ import annotations

import gzip
import hashlib
import json
import resource
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from linked import keep
from msgspec.structs import replace
from rdflib import Dataset, Graph
from rdflib.compare import isomorphic

import vindplaats
from catalog.dump import folder, making
from catalog.dump.folder import DumpBusyError, DumpError, Dumps
from catalog.dump.making import About, make
from catalog.dump.manifest import DELETES, NAME, QUADS, RECORDS, SUMS, Manifest
from catalog.export import Listing, rdf, schema_org
from catalog.store import Store
from catalog.store.lease import held
from catalog.store.model import record_id
from catalog.store.published import Span

PAGE = "https://vindplaats.example/nl/materiaal/"
ABOUT = About(
    catalogue="Vindplaats",
    home="https://vindplaats.example",
    licence="https://creativecommons.org/publicdomain/zero/1.0/",
    sources={"a": "Bron A"},
    page=lambda id_: PAGE + id_,
    told=True,
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with closing(Store(f"sqlite:///{tmp_path}/store.db")) as store:
        keep(store, {name: f"https://a.example/{name}" for name in ("1", "2", "3")})
        keep(store, {"4": "https://b.example/4"}, source="b")
        keep(store, {"2": "-"})
        yield store


@pytest.fixture
def dumps(tmp_path: Path) -> Dumps:
    return Dumps(tmp_path / "dump")


def read(dumps: Dumps, manifest: Manifest, name: str) -> bytes:
    path = dumps.file(manifest.name, name)
    assert path
    content = path.read_bytes()
    return gzip.decompress(content) if name.endswith(".gz") else content


def lines(dumps: Dumps, manifest: Manifest, name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in read(dumps, manifest, name).splitlines()]


def names(dumps: Dumps) -> set[str]:
    return {each.name for each in dumps.path.iterdir()} - {"writer.lock"}


class TestWhatIsInIt:
    def test_every_live_record_is_there_as_the_store_has_it(
        self, store: Store, dumps: Dumps
    ) -> None:
        manifest = make(store, dumps, ABOUT, keep=2)
        found = {each["id"]: each for each in lines(dumps, manifest, RECORDS)}
        ids = [record_id("a", "1"), record_id("a", "3"), record_id("b", "4")]
        assert list(found) == ids
        for id_, stored in store.records.get_many(ids).items():
            line = found[id_]
            assert line["resource"] == {
                "source": stored.resource.source,
                "identifier": stored.resource.identifier,
                "url": stored.resource.url,
            }
            assert (line["page"], line["work"]) == (PAGE + id_, id_)
            assert (line["seq"], line["changed"]) == (stored.seq, stored.changed)
        assert manifest.records == 3
        assert manifest.sources == {"a": 2, "b": 1}
        assert manifest.seq == store.records.latest()

    def test_deletes_are_there_with_their_instant(self, store: Store, dumps: Dumps) -> None:
        manifest = make(store, dumps, ABOUT, keep=2)
        gone = record_id("a", "2")
        changed = store.records.get_many([gone])[gone].changed
        assert lines(dumps, manifest, DELETES) == [{"id": gone, "datestamp": changed}]
        assert manifest.deletes == 1

    @pytest.mark.filterwarnings("ignore::DeprecationWarning")  # RDFLib's, about itself
    def test_statements_are_those_of_the_records_in_the_graph_of_their_page(
        self, store: Store, dumps: Dumps
    ) -> None:
        manifest = make(store, dumps, ABOUT, keep=2)
        found = Dataset()
        found.parse(data=read(dumps, manifest, QUADS).decode(), format="nquads")
        ids = [each["id"] for each in lines(dumps, manifest, RECORDS)]
        graphs = {str(g.identifier): g for g in found.graphs() if len(g)}
        assert set(graphs) == {PAGE + id_ for id_ in ids}
        for id_, stored in store.records.get_many(ids).items():
            listing = Listing(
                url=PAGE + id_,
                catalogue=ABOUT.catalogue,
                home=ABOUT.home,
                source=ABOUT.sources.get(stored.resource.source, "b"),
                harvested=stored.added,
                changed=stored.changed,
            )
            expected = rdf.graph([schema_org.document(stored.resource, listing)])
            assert isomorphic(Graph() + graphs[PAGE + id_], expected)

    def test_copies_of_one_work_say_so(self, store: Store, dumps: Dumps) -> None:
        one, other = record_id("a", "1"), record_id("b", "4")
        with store.database.writing() as connection:
            for id_ in (one, other):
                connection.exec_driver_sql(
                    "INSERT INTO member (record, work, began) SELECT no, ?, ? FROM record "
                    "WHERE id = ?",
                    (one, one, id_),
                )
        found = lines(dumps, make(store, dumps, ABOUT, keep=2), RECORDS)
        assert {each["id"]: each["work"] for each in found} == {
            one: one,
            other: one,
            record_id("a", "3"): record_id("a", "3"),
        }

    def test_the_manifest_tells_of_the_files(self, store: Store, dumps: Dumps) -> None:
        manifest = make(store, dumps, ABOUT, keep=2)
        assert json.loads(read(dumps, manifest, NAME))["licence"] == ABOUT.licence
        for file in manifest.files:
            path = dumps.file(manifest.name, file.name)
            assert path
            content = path.read_bytes()
            assert (file.size, file.sha256) == (len(content), hashlib.sha256(content).hexdigest())
            assert file.lines == gzip.decompress(content).count(b"\n")
        told = subprocess.run(
            ["sha256sum", "--check", "--strict", SUMS],
            cwd=dumps.path / manifest.name, capture_output=True, text=True, check=True,
        )  # fmt: skip
        assert told.stdout.count(": OK\n") == len(manifest.files) + 1

    def test_nothing_differs_where_nothing_has_changed(self, store: Store, dumps: Dumps) -> None:
        one, other = (make(store, dumps, ABOUT, keep=2) for _ in range(2))
        assert one.name < other.name
        assert one.files == other.files

    def test_a_catalogue_without_records_has_a_dump(self, tmp_path: Path, dumps: Dumps) -> None:
        with closing(Store(f"sqlite:///{tmp_path}/empty.db")) as empty:
            manifest = make(empty, dumps, replace(ABOUT, told=False), keep=1)
        assert (manifest.records, manifest.seq, manifest.since) == (0, 0, "")
        assert [read(dumps, manifest, file.name) for file in manifest.files] == [b"", b"", b""]


class TestOneMoment:
    def test_what_changes_meanwhile_is_in_none_of_the_files_and_told_of_later(
        self, store: Store, dumps: Dumps
    ) -> None:
        seq = store.records.latest()

        def page(id_: str) -> str:
            if store.records.latest() == seq:  # while the first record is written
                keep(store, {"1": "-", "3": "https://a.example/new", "5": "https://a.example/5"})
            return PAGE + id_

        manifest = make(store, dumps, replace(ABOUT, page=page), keep=2)
        assert store.records.latest() > seq
        found = lines(dumps, manifest, RECORDS)
        assert (manifest.seq, manifest.records, manifest.deletes) == (seq, 3, 1)
        assert [each["resource"]["identifier"] for each in found] == ["1", "3", "4"]
        assert max(each["seq"] for each in found) <= seq
        assert b"a.example/new" not in read(dumps, manifest, QUADS)
        assert b"a.example/3" in read(dumps, manifest, QUADS)
        # whoever asks the provider from the instant that is said gets all of it
        store.published.catch_up(60)
        before = store.published.before(manifest.since)
        assert {each.identifier for each in store.published.page(Span("", before, 10**9), 100)} >= {
            "1",
            "3",
            "5",
        }


class TestOneFolder:
    def test_the_newest_are_kept(self, store: Store, dumps: Dumps) -> None:
        made = [make(store, dumps, ABOUT, keep=2).name for _ in range(4)]
        assert [each.name for each in dumps.newest_first()] == made[:1:-1]
        assert names(dumps) == set(made[2:])
        current = dumps.current()
        assert current
        assert current.name == made[-1]

    def test_a_dump_that_fails_leaves_the_one_before(self, store: Store, dumps: Dumps) -> None:
        before = make(store, dumps, ABOUT, keep=1)

        def page(_: str) -> str:
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            make(store, dumps, replace(ABOUT, page=page), keep=1)
        assert names(dumps) == {before.name}
        assert dumps.current() == before

    def test_what_a_killed_process_has_left_is_not_offered_and_is_swept(
        self, store: Store, dumps: Dumps
    ) -> None:
        before = make(store, dumps, ABOUT, keep=1)
        (dumps.path / "20990101T000000Z.part").mkdir()
        (dumps.path / "20990101T000000Z.part" / RECORDS).write_bytes(b"half")
        assert dumps.newest_first() == [before]
        assert dumps.file("20990101T000000Z.part", RECORDS) is None
        after = make(store, dumps, ABOUT, keep=1)
        assert names(dumps) == {after.name}

    def test_two_are_never_made_at_once(self, store: Store, dumps: Dumps) -> None:
        make(store, dumps, ABOUT, keep=1)
        with held(dumps.path / "writer.lock"), pytest.raises(DumpBusyError, match="another"):
            make(store, dumps, ABOUT, keep=1)
        make(store, dumps, ABOUT, keep=1)

    def test_a_full_disk_is_said_and_the_dump_before_stays(
        self, store: Store, dumps: Dumps, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        keep(store, {str(n): "https://a.example/" + hashlib.sha256(bytes([n])).hexdigest() * 9
                     for n in range(100, 200)})  # fmt: skip
        before = make(store, dumps, ABOUT, keep=1)
        monkeypatch.setattr("catalog.dump.sheet._CHUNK", 100)
        about = replace(ABOUT, told=False)  # nothing but the dump is written under the limit
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (2000, hard))
        try:
            with pytest.raises(DumpError, match=r"disk with .*dump is full; make room"):
                make(store, dumps, about, keep=1)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        assert names(dumps) == {before.name}

    def test_a_folder_that_cannot_be_written_is_said(self, store: Store, tmp_path: Path) -> None:
        (tmp_path / "file").write_bytes(b"")
        with pytest.raises(DumpError, match="cannot be written"):
            make(store, Dumps(tmp_path / "file" / "dump"), ABOUT, keep=1)

    def test_a_clock_that_goes_back_makes_no_dump_older(
        self, store: Store, dumps: Dumps, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(folder, "now", lambda: "2031-12-31T23:59:59Z")
        make(store, dumps, ABOUT, keep=2)
        monkeypatch.setattr(folder, "now", lambda: "2026-01-01T00:00:00Z")
        monkeypatch.setattr(making, "now", lambda: "2026-01-01T00:00:00Z")
        last = make(store, dumps, ABOUT, keep=2)
        assert (last.name, last.made) == ("20320101T000000Z", "2026-01-01T00:00:00Z")
        assert dumps.current() == last

    @pytest.mark.parametrize(
        "spoil",
        [Path.unlink, lambda manifest: manifest.write_bytes(b'{"name": ')],
        ids=["gone", "cut"],
    )
    def test_a_dump_that_cannot_be_read_is_passed_over(
        self, store: Store, dumps: Dumps, spoil: Callable[[Path], object]
    ) -> None:
        one, other = (make(store, dumps, ABOUT, keep=2) for _ in range(2))
        spoil(dumps.path / other.name / NAME)
        assert dumps.current() == one
        assert dumps.newest_first() == [one]
        assert dumps.file(other.name, RECORDS) is None

    @pytest.mark.parametrize(
        ("dump", "name"),
        [("..", "store.db"), ("{}", "../../store.db"), ("{}", "writer.lock"), ("{}", ""), ("", "")],
    )
    def test_only_files_of_a_dump_are_found(
        self, store: Store, dumps: Dumps, dump: str, name: str
    ) -> None:
        made = make(store, dumps, ABOUT, keep=1).name
        assert dumps.file(dump.format(made), name) is None
        assert dumps.file(made, RECORDS)

    def test_nothing_is_there_before_the_first(self, dumps: Dumps) -> None:
        assert (dumps.newest_first(), dumps.current()) == ([], None)
        assert not dumps.path.exists()


class TestCommand:
    @pytest.fixture
    def config(self, store: Store, tmp_path: Path) -> Path:  # noqa: ARG002 it is there
        config = tmp_path / "config.toml"
        config.write_text(
            '[site]\nurl = "https://vindplaats.example"\n[store]\nurl = "sqlite:///store.db"\n'
            f"[dump]\nkeep = 1\nlicence = {json.dumps(ABOUT.licence)}\n"
        )
        return config

    @staticmethod
    def run(config: Path, *arguments: str) -> tuple[int, str]:
        done = CliRunner().invoke(vindplaats.main, ["dump", "--config", str(config), *arguments])
        return done.exit_code, done.output

    def test_it_makes_one_by_the_configuration(self, config: Path) -> None:
        code, said = self.run(config)
        assert code == 0
        assert said.startswith("3 records and 1 deletes in ")
        code, said = self.run(config, "--json")
        dumps = Dumps(config.parent / "var" / "dump")
        manifest = dumps.current()
        assert manifest
        assert json.loads(said)["name"] == manifest.name
        assert manifest.licence == ABOUT.licence
        assert len(dumps.newest_first()) == 1
        (first, *_) = lines(dumps, manifest, RECORDS)
        assert first["page"] == PAGE + first["id"]

    def test_it_says_what_is_in_the_way(self, config: Path) -> None:
        self.run(config)
        with held(config.parent / "var" / "dump" / "writer.lock"):
            assert self.run(config) == (
                1, "Error: another process is making a dump at this moment.\n"
            )  # fmt: skip
        config.write_text("[dump]\non = false\n")
        code, said = self.run(config)
        assert (code, "on = false" in said) == (1, True)
