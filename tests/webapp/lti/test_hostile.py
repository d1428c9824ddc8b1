"""What somebody tries who means harm: floods, locks, odd texts, and doors left ajar."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from launching import Tool
from test_refused import refused

from webapp.lti.keysets import KeySets
from webapp.lti.outside import OutsideError
from webapp.lti.refusal import RefusedError


@pytest.fixture(autouse=True)
def _english(tool: Tool) -> None:
    tool.client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"


# ---- a harvest that writes


@contextlib.contextmanager
def writing(tool: Tool, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Hold the write lock of the store, as a harvest does; nobody waits for it."""
    monkeypatch.setattr("catalog.store.engine.MOMENT", 0)
    connection = sqlite3.connect(tool.store.database.path, isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    yield
    connection.execute("ROLLBACK")
    connection.close()


def test_a_login_during_a_harvest_is_refused_soon(
    tool: Tool, monkeypatch: pytest.MonkeyPatch
) -> None:
    with writing(tool, monkeypatch):
        response, _ = tool.login(tool.lms.pick())
    refused(tool, response, "busy", 503)
    assert tool.lms.issuer in response.headers["Content-Security-Policy"]
    assert tool.enter(tool.lms.pick())


def test_a_launch_during_a_harvest_can_be_tried_again(
    tool: Tool, monkeypatch: pytest.MonkeyPatch
) -> None:
    hint = tool.lms.pick()
    _, question = tool.login(hint)
    form = tool.answer(hint, question)
    with writing(tool, monkeypatch):
        refused(tool, tool.post(form), "busy", 503)
    assert tool.post(form).status_code == 303


def test_a_choice_during_a_harvest_can_be_sent_again(
    tool: Tool, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = "/".join(tool.enter(tool.lms.pick()).split("/")[:3])
    with writing(tool, monkeypatch):
        response = tool.client.post(f"{session}/answer", json={"items": []})
    assert response.status_code == 503
    assert tool.client.post(f"{session}/answer", json={"items": []}).status_code == 200


# ---- keys that cannot be had


class Slow:
    """The outside, which answers when it is told to; ``asked`` counts."""

    def __init__(self, answer: dict[str, Any]) -> None:
        self.answer = answer
        self.asked = 0
        self.began, self.go = threading.Event(), threading.Event()

    def get(self, url: str) -> dict[str, Any]:
        self.asked += 1
        self.began.set()
        self.go.wait(60)
        if not self.answer:
            raise OutsideError(f"{url} cannot be asked.")
        return self.answer


def test_keys_that_cannot_be_fetched_are_not_asked_for_at_each_launch(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("webapp.lti.keysets.REST", 10**6)
    outside = Slow({})
    outside.go.set()
    sets = KeySets(outside)  # type: ignore[arg-type]  # a fake of it
    for _ in range(4):
        with pytest.raises(RefusedError, match="cannot be asked"):
            sets.key("https://lms.example/jwks", "first")
    assert outside.asked == 1


def test_keys_are_fetched_once_for_all_who_come_together(
    tool: Tool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webapp.lti.keysets.MOMENT", 600)
    outside = Slow({"keys": [tool.lms.key.jwk]})
    sets = KeySets(outside)  # type: ignore[arg-type]  # a fake of it
    with ThreadPoolExecutor(4) as pool:
        waiting = [pool.submit(sets.key, "https://lms.example/jwks", "first") for _ in range(4)]
        outside.began.wait(60)
        outside.go.set()
        assert len({each.result().key_size for each in waiting}) == 1
    assert outside.asked == 1


def test_nobody_waits_long_for_a_platform_that_is_slow(
    tool: Tool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webapp.lti.keysets.MOMENT", 0)
    outside = Slow({"keys": [tool.lms.key.jwk]})
    sets = KeySets(outside)  # type: ignore[arg-type]  # a fake of it
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(sets.key, "https://lms.example/jwks", "first")
        outside.began.wait(60)
        with pytest.raises(RefusedError, match="has not answered yet"):
            sets.key("https://lms.example/jwks", "first")
        outside.go.set()
        assert first.result()
    assert sets.key("https://lms.example/jwks", "first")
    assert outside.asked == 1
