"""What an LMS is asked, and what it may answer: whatever it is, it costs little."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from fake_catalogue import SETTINGS
from msgspec.structs import replace

from catalog.config import LtiSettings, Settings
from webapp.lti import outside
from webapp.lti.outside import Outside, OutsideError

HERE = replace(SETTINGS, lti=LtiSettings(allow_private=True))
OK = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"
Serve = Callable[..., str]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Answer each connection with some bytes, over and over where they are to have no end."""
    with contextlib.ExitStack() as stack:

        def serve(answer: bytes, *, endless: bytes = b"") -> str:
            server = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
            thread = threading.Thread(target=talk, args=(server, answer, endless))
            stack.callback(thread.join)
            stack.callback(server.shutdown, socket.SHUT_RDWR)
            thread.start()
            return f"http://127.0.0.1:{server.getsockname()[1]}/x"

        yield serve


def talk(server: socket.socket, answer: bytes, endless: bytes) -> None:
    stop = threading.Event()
    with contextlib.suppress(OSError):
        while True:
            connection, _ = server.accept()
            with connection, contextlib.suppress(OSError):
                connection.settimeout(30)
                connection.recv(65536)
                connection.sendall(answer)
                while endless:
                    connection.sendall(endless)
                    stop.wait(0.01)
                connection.shutdown(socket.SHUT_WR)
                while connection.recv(65536):  # closed before, what is unread would reset it
                    pass


def test_an_object_in_json_is_what_is_asked_for(serve: Serve) -> None:
    assert Outside(HERE).get(serve(OK + b'{"a": [1]}')) == {"a": [1]}
    assert Outside(HERE).post(serve(OK + b'{"a": 2}'), {"b": 1}, "token") == {"a": 2}


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (OK + b"[1]", "no JSON object"),
        (OK + b"<html>", "no JSON"),
        (OK, "no JSON"),
        (OK + b"[" * 100_000, "no JSON"),
        (OK + b"\xff\xfe", "no JSON"),
        (OK + b" " * (outside.LARGEST + 1), "more than"),
        (b"HTTP/1.1 302 Found\r\nLocation: http://10.0.0.1/\r\n\r\n", "answers 302, to http://10."),
        (b"HTTP/1.1 500 Oops\r\n\r\n{}", "answers 500"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{", "no JSON"),
        (b"SSH-2.0-OpenSSH_9.9\r\n", "cannot be asked"),
        (b"", "cannot be asked"),
        (b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 1000, "cannot be asked"),
    ],
)
def test_any_other_answer_is_said_to_be_so(serve: Serve, answer: bytes, said: str) -> None:
    with pytest.raises(OutsideError, match=said):
        Outside(HERE).get(serve(answer))


@pytest.mark.parametrize(
    "start", [OK + b'{"', b"HTTP/1.1 200 OK\r\nA: ", OK.replace(b"\r\n\r\n", b"\r\nX: y\r\n")]
)
def test_an_answer_without_end_is_given_up(
    serve: Serve, monkeypatch: pytest.MonkeyPatch, start: bytes
) -> None:
    monkeypatch.setattr(outside, "DEADLINE", 0.3)
    with pytest.raises(OutsideError):
        Outside(HERE).get(serve(start, endless=b"x"))


@pytest.mark.parametrize(
    "url",
    [
        "http://lms.example/jwks",
        "https://user@lms.example/jwks",
        "https:///jwks",
        "https://lms.example:port/",
        "https://lms.example/ü",
        "https://lms.example/\r\nX: y",
        "HTTP://lms.example/",
        "data:application/json,{}",
        "",
    ],
)
def test_addresses_that_are_never_asked(url: str) -> None:
    with pytest.raises(OutsideError):
        Outside(HERE).check(url)


def resolving(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> list[str]:
    """Let every name stand for these addresses; return those that are connected to."""
    asked: list[str] = []

    def find(_host: str, port: int, **_: Any) -> list[Any]:
        kind, none = socket.SOCK_STREAM, 0
        return [
            (socket.AF_INET6 if ":" in each else socket.AF_INET, kind, none, "", (each, port))
            for each in addresses
        ]

    class Nowhere(socket.socket):
        def connect(self, address: Any) -> None:
            asked.append(address[0])
            raise ConnectionRefusedError("a test goes no further")

    monkeypatch.setattr(socket, "getaddrinfo", find)
    monkeypatch.setattr(socket, "socket", Nowhere)
    return asked


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.0.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0", "224.0.0.1"),
        *("::1", "fd00::1", "::ffff:10.0.0.1", "64:ff9b::a00:1"),
    ],
)
def test_nothing_inside_a_network_is_asked(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    asked = resolving(monkeypatch, address)
    with pytest.raises(OutsideError, match="allow_private"):
        Outside(SETTINGS).get("https://lms.example/jwks")
    assert asked == []


def test_it_may_be_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = resolving(monkeypatch, "10.0.0.1")
    with pytest.raises(OutsideError, match="goes no further"):
        Outside(HERE).get("https://lms.example/jwks")
    assert asked == ["10.0.0.1"]


def test_what_was_looked_at_is_what_is_connected_to(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = resolving(monkeypatch, "10.0.0.1", "192.0.1.1")
    with pytest.raises(OutsideError, match="goes no further"):
        Outside(SETTINGS).get("https://lms.example/jwks")
    assert asked == ["192.0.1.1"]


@pytest.mark.parametrize(
    ("site", "may"), [("http://127.0.0.1:8000", True), ("https://vindplaats.example", False)]
)
def test_who_tries_it_on_one_machine_needs_no_setting(serve: Serve, site: str, may: bool) -> None:
    settings: Settings = replace(SETTINGS, site=replace(SETTINGS.site, url=site))
    if may:
        assert Outside(settings).get(serve(OK + b"{}")) == {}
    else:
        with pytest.raises(OutsideError, match="allow_private"):
            Outside(settings).get(serve(OK + b"{}"))
