"""A file from a real SFTP server, on loopback."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import Any

import asyncssh
import pytest
from shelf import Read, marc, write


@dataclass
class Server:
    """``folder`` is what it serves; ``key`` the file with the key that it lets in."""

    folder: Path
    port: int
    host_key: str
    key: Path
    strange_key: Path

    def read(self, path: str, **keys: Any) -> Read:
        given = {
            "allow_private": True,
            "host_key": self.host_key,
            "key_variable": "OUR_KEY",
            "environment": {"OUR_KEY": str(self.key)},
            **keys,
        }
        return Read(f"sftp://harvester@localhost:{self.port}/{path}", **given)


class Trickling(asyncssh.SFTPServer):
    """Gives some files a byte at a time."""

    async def read(self, file_obj: Any, offset: int, size: int) -> bytes:
        trickles = Path(file_obj.name.decode()).name.startswith("trickles")
        if trickles:
            await asyncio.sleep(0.1)
        found: Any = super().read(file_obj, offset, 1 if trickles else size)
        return bytes(found)


def key_in(folder: Path, name: str) -> asyncssh.SSHKey:
    key = asyncssh.generate_private_key("ssh-ed25519")
    key.write_private_key(str(folder / name))
    key.write_public_key(str(folder / f"{name}.pub"))
    return key


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    keys, served = tmp_path_factory.mktemp("keys"), tmp_path_factory.mktemp("served")
    host, _, _ = (key_in(keys, name) for name in ("host", "ours", "strange"))
    loop = asyncio.new_event_loop()

    async def listen() -> Any:
        return await asyncssh.listen(
            "127.0.0.1",
            0,
            server_host_keys=[host],
            authorized_client_keys=str(keys / "ours.pub"),
            sftp_factory=lambda channel: Trickling(channel, chroot=str(served).encode()),
        )

    listener = loop.run_until_complete(listen())
    thread = Thread(target=loop.run_forever)
    thread.start()
    public = host.export_public_key().decode().strip()
    yield Server(served, listener.get_port(), public, keys / "ours", keys / "strange")

    async def close() -> None:
        listener.close()
        await listener.wait_closed()

    asyncio.run_coroutine_threadsafe(close(), loop).result(10)
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


def test_a_file_is_read_and_not_again_until_it_changes(server: Server) -> None:
    file = write(server.folder, "in/books.mrc", marc("1") + marc("2"))
    read = server.read("in/books.mrc")
    assert not read.report.error
    assert read.identifiers == ["1", "2"]
    assert read.report.whole
    since = read.report.watermark
    again = server.read("in/books.mrc", since=since)
    assert (again.raws, again.report.finished, again.report.whole) == ([], True, False)
    assert again.report.watermark == since
    assert server.read("in/books.mrc", since=since, full=True).raws
    os.utime(file, (1, 1))
    assert server.read("in/books.mrc", since=since).identifiers == ["1", "2"]


def test_a_file_that_trickles_is_given_up(server: Server) -> None:
    write(server.folder, "in/trickles.mrc", marc("1") * 200)
    read = server.read("in/trickles.mrc", timeout=2.0)
    assert "no answer in 2 seconds" in str(read.report.error)
    assert read.raws == []


@pytest.mark.parametrize(
    ("path", "keys", "said"),
    [
        ("lost.mrc", {}, "nothing is there"),
        ("lost.mrc", {"host_key": ""}, "host_key is missing"),
        ("lost.mrc", {"host_key": "ssh-ed25519 AAAA"}, "KeyImportError"),
        ("lost.mrc", {"host_key": "strange"}, "another key than host_key says"),
        ("lost.mrc", {"environment": {}}, "the environment has no OUR_KEY"),
        ("lost.mrc", {"environment": {}, "key_variable": ""}, "neither an SSH agent nor"),
        ("lost.mrc", {"environment": {"OUR_KEY": "strange"}}, "does not let our key in"),
        ("lost.mrc", {"allow_private": False}, "not a public address"),
        ("../../../etc/passwd", {}, "nothing is there"),
    ],
)
def test_what_goes_wrong_is_said(
    server: Server, path: str, keys: dict[str, Any], said: str
) -> None:
    if keys.get("host_key") == "strange":
        keys = {**keys, "host_key": server.strange_key.with_suffix(".pub").read_text().strip()}
    if keys.get("environment") == {"OUR_KEY": "strange"}:
        keys = {**keys, "environment": {"OUR_KEY": str(server.strange_key)}}
    read = server.read(path, **keys)
    assert said in str(read.report.error)
    assert not read.report.finished
