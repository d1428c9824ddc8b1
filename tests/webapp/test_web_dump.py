"""Dumps are offered whole: listed, fetched in parts, and to the end when a new one comes."""

from __future__ import annotations

import hashlib
import http.client
import json
import random
import socket
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import pytest
from asking import Client
from fake_catalogue import SETTINGS, FakeCatalogue
from flask.testing import FlaskClient
from linked import keep
from lxml import html
from msgspec.structs import replace
from servers import serving_app

from catalog.dump.folder import Dumps
from catalog.dump.making import About, make
from catalog.dump.manifest import NAME, RECORDS, SUMS, Manifest, encode
from catalog.store import Store
from webapp import create_app

URL = "https://vindplaats.example"
ABOUT = About("Vindplaats", URL, "", {}, f"{URL}/nl/materiaal/{{}}".format, told=True)


@pytest.fixture
def dumps(tmp_path: Path) -> Dumps:
    return Dumps(tmp_path / "dump")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with closing(Store(f"sqlite:///{tmp_path}/store.db")) as store:
        dice = random.Random(1)  # what packs badly, so that there is something to fetch
        keep(store, {str(n): f"https://a.example/{dice.randbytes(500).hex()}" for n in range(200)})
        keep(store, {"7": "-"})
        yield store


@pytest.fixture
def dump(store: Store, dumps: Dumps) -> Manifest:
    return make(store, dumps, ABOUT, keep=2)


@pytest.fixture
def client(dumps: Dumps) -> FlaskClient:
    return site(dumps)


def site(dumps: Dumps, *, on: bool = True, licence: str = "") -> FlaskClient:
    own = replace(SETTINGS.dump, path=str(dumps.path), on=on, licence=licence)
    app = create_app(FakeCatalogue(), replace(SETTINGS, dump=own))  # type: ignore[arg-type] # a fake
    app.test_client_class = Client
    return app.test_client()


def at(dump: Manifest, name: str = RECORDS) -> str:
    return f"/dump/{dump.name}/{name}"


class TestIndex:
    def test_programs_get_the_manifests_newest_first(
        self, client: FlaskClient, store: Store, dump: Manifest, dumps: Dumps
    ) -> None:
        newer = make(store, dumps, ABOUT, keep=2)
        answer = client.get("/dump/", headers={"Accept": "application/json"})
        found = json.loads(answer.data)["dumps"]
        assert [each["manifest"]["name"] for each in found] == [newer.name, dump.name]
        assert found[0]["url"] == f"{URL}/dump/{newer.name}/"
        path = found[0]["url"].removeprefix(URL)
        for file in found[0]["manifest"]["files"]:
            content = client.get(path + file["name"]).data
            assert hashlib.sha256(content).hexdigest() == file["sha256"]
        assert {"Accept", "Accept-Language"} <= set(answer.vary)
        assert answer.headers["Access-Control-Allow-Origin"] == "*"

    @pytest.mark.parametrize(
        ("page", "headers", "lang"),
        [
            ("/dump/", {"Accept-Language": "en"}, "en"),
            ("/dump/", {"Accept": "*/*"}, "nl"),
            ("/nl/dump", {}, "nl"),
            ("/en/dump", {}, "en"),
        ],
    )
    def test_people_get_a_page(
        self, client: FlaskClient, dump: Manifest, page: str, headers: dict[str, str], lang: str
    ) -> None:
        tree = html.fromstring(client.get(page, headers=headers).text)
        assert tree.get("lang") == lang
        links = set(tree.xpath("//main//a/@href"))
        wanted = {at(dump, name) for name in (*(file.name for file in dump.files), NAME, SUMS)}
        assert wanted <= links
        for link in links:
            if link.startswith("/dump/"):
                assert client.get(link).status_code == 200
        said = tree.xpath("string(//main)")
        assert "199" in said
        assert tree.xpath("//footer//a[@href=$page]", page=f"/{lang}/dump")

    def test_before_the_first_that_is_said(self, client: FlaskClient) -> None:
        assert "nog geen bestanden" in client.get("/nl/dump").text
        answer = client.get("/dump/", headers={"Accept": "application/json"})
        assert json.loads(answer.data) == {"dumps": []}
        assert client.get(f"/dump/latest/{RECORDS}").status_code == 404

    def test_a_licence_is_said_where_there_is_one(self, store: Store, dumps: Dumps) -> None:
        cc0 = "https://creativecommons.org/publicdomain/zero/1.0/"
        make(store, dumps, replace(ABOUT, licence=cc0), keep=1)
        tree = html.fromstring(site(dumps).get("/en/dump").text)
        assert tree.xpath("//main//a[@rel='license']/@href") == [cc0]

    def test_where_it_is_switched_off_nothing_is_there(self, dumps: Dumps, dump: Manifest) -> None:
        off = site(dumps, on=False)
        for path in ("/dump/", "/nl/dump", at(dump), f"/dump/latest/{RECORDS}"):
            assert off.get(path).status_code == 404
        assert "/nl/dump" not in off.get("/nl/").text

    def test_robots_stay_away_from_the_files(self, client: FlaskClient) -> None:
        assert "Disallow: /dump/\n" in client.get("/robots.txt").text


class TestFile:
    @pytest.mark.parametrize(
        ("name", "kind"),
        [
            (RECORDS, "application/gzip"),
            ("records.nq.gz", "application/gzip"),
            ("deletes.jsonl.gz", "application/gzip"),
            (NAME, "application/json"),
            (SUMS, "text/plain; charset=utf-8"),
        ],
    )
    def test_it_is_what_it_says(
        self, client: FlaskClient, dump: Manifest, dumps: Dumps, name: str, kind: str
    ) -> None:
        path = dumps.file(dump.name, name)
        assert path
        for accepted in ("identity", "gzip, zstd" if kind == "application/gzip" else "identity"):
            answer = client.get(at(dump, name), headers={"Accept-Encoding": accepted})
            assert answer.data == path.read_bytes()
            assert answer.content_type == kind
            assert "Content-Encoding" not in answer.headers  # nobody unpacks it on the way
            assert answer.headers["Accept-Ranges"] == "bytes"
            assert int(answer.headers["Content-Length"]) == len(answer.data)

    def test_the_newest_is_led_to_by_a_name_that_stays(
        self, client: FlaskClient, store: Store, dump: Manifest, dumps: Dumps
    ) -> None:
        address = f"/dump/latest/{RECORDS}"
        first = client.get(address)
        assert (first.status_code, first.headers["Location"]) == (302, at(dump))
        assert first.headers["Cache-Control"] == "no-cache"
        newer = make(store, dumps, ABOUT, keep=2)
        assert client.get(address).headers["Location"] == at(newer)

    @pytest.mark.parametrize(
        ("asked", "said"),
        [
            ("bytes=0-0", slice(0, 1)),
            ("bytes=10-19", slice(10, 20)),
            ("bytes=1000-", slice(1000, None)),
            ("bytes=-100", slice(-100, None)),
            ("bytes=5-99999999", slice(5, None)),
            ("bytes=-99999999", slice(0, None)),
        ],
    )
    def test_a_part_is_sent_where_one_is_asked(
        self, client: FlaskClient, dump: Manifest, asked: str, said: slice
    ) -> None:
        whole = client.get(at(dump)).data
        answer = client.get(at(dump), headers={"Range": asked})
        start, end, _ = said.indices(len(whole))
        assert (answer.status_code, answer.data) == (206, whole[said])
        assert answer.headers["Content-Range"] == f"bytes {start}-{end - 1}/{len(whole)}"
        assert int(answer.headers["Content-Length"]) == end - start
        assert answer.content_type == "application/gzip"

    @pytest.mark.parametrize("asked", ["bytes=99999999-", "bytes=99999999-999999999"])
    def test_what_is_behind_the_end_is_refused(
        self, client: FlaskClient, dump: Manifest, asked: str
    ) -> None:
        answer = client.get(at(dump), headers={"Range": asked})
        (size,) = (file.size for file in dump.files if file.name == RECORDS)
        assert (answer.status_code, answer.data) == (416, b"")
        assert answer.headers["Content-Range"] == f"bytes */{size}"

    @pytest.mark.parametrize(
        "asked",
        ["bytes=0-1,5-6", "bytes=7-3", "lines=0-4", "bytes=", "bytes=a-b", "=", "x"],
    )
    def test_what_is_no_single_part_is_all_of_it(
        self, client: FlaskClient, dump: Manifest, asked: str
    ) -> None:
        answer = client.get(at(dump), headers={"Range": asked})
        assert (answer.status_code, len(answer.data)) == (200, dump.files[0].size)

    def test_conditions_are_kept(self, client: FlaskClient, dump: Manifest) -> None:
        def asked(**headers: str) -> int:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            return client.get(at(dump), headers=named).status_code

        tag = client.get(at(dump)).headers["ETag"]
        assert not tag.startswith("W/")
        assert asked(If_None_Match=tag) == 304
        assert asked(If_None_Match='"other"') == 200
        assert asked(If_None_Match=tag, Range="bytes=0-9") == 304
        assert asked(Range="bytes=0-9", If_Range=tag) == 206
        assert asked(Range="bytes=0-9", If_Range='"other"') == 200
        assert asked(Range="bytes=0-9", If_Range="Mon, 23 Nov 2026 12:00:00 GMT") == 200
        assert asked(If_Match=tag, Range="bytes=0-9") == 206
        assert asked(If_Match='"other"') == 412
        assert asked(If_Match='"other"', Range="bytes=0-9") == 412

    def test_head_says_how_large_it_is(self, client: FlaskClient, dump: Manifest) -> None:
        answer = client.head(at(dump), headers={"Range": "bytes=0-9"})
        assert (answer.status_code, answer.data) == (200, b"")
        assert int(answer.headers["Content-Length"]) == dump.files[0].size

    @pytest.mark.parametrize(
        "path",
        [
            "/dump/20260101T000000Z/records.jsonl.gz", "/dump/../config.toml", "/dump/{}/",
            "/dump/{}/../../store.db", "/dump/{}/..%2f..%2fstore.db", "/dump/{}/writer.lock",
            "/dump/..%2f..%2f/store.db", "/dump/{}.part/records.jsonl.gz", "/dump/latest/nothing",
            "/dump/latest/..%2fwriter.lock",
        ],
    )  # fmt: skip
    def test_nothing_else_is_there(self, client: FlaskClient, dump: Manifest, path: str) -> None:
        assert client.get(path.format(dump.name)).status_code == 404


@contextmanager
def serving(dumps: Dumps, *, threads: int) -> Iterator[str]:
    """Serve with the real server, for what it does with files; yield host and port."""
    own = replace(SETTINGS, dump=replace(SETTINGS.dump, path=str(dumps.path)))
    app = create_app(FakeCatalogue(), own)  # type: ignore[arg-type] # a fake
    with serving_app(lambda _: app, threads=threads) as base:
        yield base.removeprefix("http://")


class Slow:
    """Somebody who asks for a file, and reads what comes when told to."""

    def __init__(self, place: str, path: str, **headers: str) -> None:
        self._connection = http.client.HTTPConnection(place, timeout=60)
        self._connection.connect()
        self._connection.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 18)
        self._connection.request("GET", path, headers={"Host": "localhost", **headers})
        self._answer = self._connection.getresponse()

    @property
    def status(self) -> int:
        return self._answer.status

    def read(self, size: int | None = None) -> bytes:
        return self._answer.read(size)

    def close(self) -> None:
        self._connection.close()


@pytest.fixture
def large(dump: Manifest, dumps: Dumps) -> Manifest:
    """A dump of which one file is more than lies ready between a server and who asks."""
    content = random.Random(2).randbytes(12_000_000)
    digest = hashlib.sha256(content).hexdigest()
    first, *others = dump.files
    file = replace(first, size=len(content), sha256=digest)
    manifest = replace(dump, files=(file, *others))
    folder = dumps.path / dump.name
    (folder / file.name).write_bytes(content)
    (folder / NAME).write_bytes(encode(manifest))
    return manifest


class TestServer:
    def test_a_download_goes_on_to_its_end_when_its_dump_is_removed(
        self, store: Store, dumps: Dumps, large: Manifest
    ) -> None:
        (file,) = (each for each in large.files if each.name == RECORDS)
        with serving(dumps, threads=1) as place, closing(Slow(place, at(large))) as slow:
            content = slow.read(1000)
            newer = make(store, dumps, ABOUT, keep=1)
            assert not (dumps.path / large.name).exists()
            with closing(Slow(place, at(newer, SUMS))) as fresh:  # the one thread is free
                assert newer.files[0].sha256.encode() in fresh.read()
            with closing(Slow(place, at(large))) as gone:
                assert gone.status == 404
            content += slow.read()
        assert hashlib.sha256(content).hexdigest() == file.sha256

    def test_those_who_resume_slowly_keep_nobody_waiting(
        self, dumps: Dumps, large: Manifest
    ) -> None:
        path = dumps.file(large.name, RECORDS)
        assert path
        with serving(dumps, threads=1) as place, ExitStack() as open_at_once:
            tag = f'"{large.files[0].sha256}"'
            slow = [
                open_at_once.enter_context(
                    closing(Slow(place, at(large), **{"Range": f"bytes={n}-", "If-Range": tag}))
                )
                for n in range(3)
            ]
            assert [each.status for each in slow] == [206] * 3
            with closing(Slow(place, at(large, SUMS))) as quick:
                assert quick.status == 200
            for n, each in enumerate(slow):
                assert each.read() == path.read_bytes()[n:]

    def test_a_part_is_sent_as_it_is(self, dumps: Dumps, large: Manifest) -> None:
        path = dumps.file(large.name, RECORDS)
        assert path
        with serving(dumps, threads=1) as place:
            asked = Slow(place, at(large), Range="bytes=1000000-3000000")
            with closing(asked) as part:
                assert part.read() == path.read_bytes()[1_000_000:3_000_001]
