"""Pictures are fetched once, politely, within the room they have; what is dead is let go."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from click.testing import CliRunner
from linked import keep
from test_picture import picture

import vindplaats
from catalog.store import Store
from catalog.thumbnails import Thumbnails, name

GOOD = picture("JPEG")


class Server(ThreadingHTTPServer):
    asked: Counter[str]


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        self.server.asked[self.path] += 1
        match self.path:
            case "/robots.txt":
                self.answer(200, b"User-agent: *\nDisallow: /closed/\n")
            case "/good.jpg" | "/other.jpg" | "/closed/x.jpg":
                self.answer(200, GOOD)
            case "/moved.jpg":
                self.answer(302, b"", Location="/good.jpg")
            case "/page":
                self.answer(200, b"<title>Log in</title>")
            case "/inward.jpg":
                self.answer(302, b"", Location="http://169.254.169.254/latest")
            case "/cut.jpg":
                self.answer(200, GOOD[:500], length=len(GOOD))
            case _:
                self.answer(404, b"")

    def answer(self, status: int, body: bytes, length: int = 0, **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(length or len(body)))
        self.send_header("Content-Type", "image/svg+xml")  # what it says counts for nothing
        for key, value in headers.items():
            self.send_header(key, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[Server]:
    with Server(("127.0.0.1", 0), Handler) as running:
        running.asked = Counter()
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield running
        running.shutdown()


def catalogue(folder: Path, pictures: dict[str, str], **own: object) -> Path:
    config = folder / "config.toml"
    keys = "".join(f"{key} = {json.dumps(value)}\n" for key, value in own.items())
    config.write_text(
        '[store]\nurl = "sqlite:///store.db"\n[links]\nallow_private = true\ndelay = 0\n'
        f"timeout = 5\n[thumbnails]\non = true\n{keys}"
    )
    with closing(Store(f"sqlite:///{folder / 'store.db'}")) as store:
        keep(store, dict.fromkeys(pictures, "https://leerbank.example/x"), thumbnails=pictures)
    return config


def fetched(config: Path, *arguments: str) -> dict[str, object]:
    done = subprocess.run(
        [sys.executable, "-m", "harvester.thumbnails", "--config", config, *arguments],
        capture_output=True, check=True, text=True, timeout=100,
        env={**os.environ, "PYTHONWARNINGS": "default"},
    )  # fmt: skip
    return dict(json.loads(done.stdout))


def test_each_picture_is_fetched_once(tmp_path: Path, server: Server) -> None:
    home = f"http://127.0.0.1:{server.server_port}"
    paths = ["good.jpg", "moved.jpg", "page", "closed/x.jpg", "gone.jpg", "cut.jpg", "good.jpg"]
    pictures = {str(n): f"{home}/{path}" for n, path in enumerate(paths)}
    pictures |= {"bad": "javascript:alert(1)", "none": "", "odd": "http://[::1"}
    config = catalogue(tmp_path, pictures)
    told = fetched(config)
    assert (told["due"], told["kept"]) == (6, 2)
    assert told["refused"] == {"no-picture": 1, "robots": 1, "broken": 2}
    assert server.asked["/good.jpg"] == 2  # once by itself, once as what another moved to
    assert not server.asked["/closed/x.jpg"]
    kept = Thumbnails(tmp_path / "var" / "thumbnails")
    assert kept.has(f"{home}/good.jpg")
    assert kept.has(f"{home}/moved.jpg")
    before = sum(server.asked.values())
    assert fetched(config)["due"] == 0
    assert sum(server.asked.values()) == before


def test_the_command_tells_what_came_of_it(tmp_path: Path, server: Server) -> None:
    config = catalogue(tmp_path, {"a": f"http://127.0.0.1:{server.server_port}/good.jpg"})
    command = [sys.executable, "-m", "vindplaats", "thumbnails", "--config", config]
    for said in ("1 of 1 pictures kept", "0 of 0 pictures kept"):
        done = subprocess.run(command, capture_output=True, check=True, text=True, timeout=100)
        assert done.stdout.startswith(said)


def test_what_no_material_names_any_more_is_dropped(tmp_path: Path, server: Server) -> None:
    home = f"http://127.0.0.1:{server.server_port}"
    config = catalogue(tmp_path, {"a": f"{home}/good.jpg", "b": f"{home}/other.jpg"})
    assert fetched(config, "--limit", "1")["kept"] == 1
    assert fetched(config)["kept"] == 1
    with closing(Store(f"sqlite:///{tmp_path / 'store.db'}")) as store:
        keep(store, {"a": "-"})
    assert fetched(config)["dropped"] == 1
    kept = Thumbnails(tmp_path / "var" / "thumbnails")
    assert [kept.has(f"{home}/{path}") for path in ("good.jpg", "other.jpg")] == [False, True]


def test_it_ends_where_there_is_no_more_room(tmp_path: Path, server: Server) -> None:
    home = f"http://127.0.0.1:{server.server_port}"
    config = catalogue(tmp_path, {"a": f"{home}/good.jpg"}, megabytes=0.0001)
    told = fetched(config)
    assert (told["kept"], told["bytes"]) == (0, 0)
    assert "room" in str(told["problem"])


def test_nobody_is_led_inward(tmp_path: Path, server: Server) -> None:
    """Only with ``allow_private``, as here for the loopback, is anything inside asked for."""
    home = f"http://127.0.0.1:{server.server_port}"
    config = catalogue(tmp_path, {"a": f"{home}/good.jpg"})
    config.write_text(config.read_text().replace("allow_private = true", ""))
    assert fetched(config)["refused"] == {"private": 1}
    assert not server.asked


def test_nothing_is_fetched_unless_it_is_switched_on(tmp_path: Path) -> None:
    config = catalogue(tmp_path, {"a": "https://leerbank.example/x.jpg"})
    config.write_text(config.read_text().replace("on = true", "on = false"))
    found = CliRunner().invoke(vindplaats.main, ["thumbnails", "--config", str(config)])
    assert found.exit_code == 1
    assert "on = false" in found.output


def test_the_command_says_what_came_of_it(tmp_path: Path, server: Server) -> None:
    home = f"http://127.0.0.1:{server.server_port}"
    config = catalogue(tmp_path, {"a": f"{home}/good.jpg", "b": f"{home}/page"})

    def said(*arguments: str) -> str:
        command = ["thumbnails", "--config", str(config), *arguments]
        found = CliRunner().invoke(vindplaats.main, command)
        assert found.exit_code == 0, found.output
        return found.output

    assert said().startswith("1 of 2 pictures kept (1 no-picture); 0 dropped; ")
    told = json.loads(said("--json"))
    assert (told["due"], told["kept"], told["problem"]) == (0, 0, "")
    assert 0 < told["bytes"] < 20_000


def test_the_folder_keeps_whole_files_and_knows_its_own(tmp_path: Path) -> None:
    kept = Thumbnails(tmp_path / "pictures")
    url = "https://a.example/\ud800.png"
    assert kept.due([url], days=30) == [url]
    kept.refuse(url)
    assert kept.due([url], days=30) == []
    assert kept.due([url], days=0) == [url]
    kept.keep(url, b"picture")
    assert kept.due([url], days=0) == []
    assert kept.read(name(url)) == b"picture"
    assert kept.size() == len(b"picture")
    for odd in ("", "..", "../../etc/passwd", "x" * 32, name(url).upper()):
        assert kept.read(odd) is None
    stranger = tmp_path / "pictures" / "ab" / "notes.txt"
    stranger.parent.mkdir(exist_ok=True)
    stranger.write_text("not ours")
    assert kept.drop_but([]) == 1
    assert stranger.exists()
    assert not [f for f in (tmp_path / "pictures").rglob("*") if f.suffix == ".part"]
