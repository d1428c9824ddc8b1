"""What somebody tries who means harm: floods, locks, odd texts, and doors left ajar."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator

import pytest
from launching import Tool
from test_refused import refused


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
