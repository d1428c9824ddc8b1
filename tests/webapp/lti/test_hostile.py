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
from lms import CORE
from test_refused import refused

from catalog.store import launches
from webapp.lti import login
from webapp.lti.claims import asked
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


# ---- texts that are not what they seem


@pytest.mark.parametrize("name", ["iss", "client_id", "lti_deployment_id"])
@pytest.mark.parametrize("text", ["\x00", "https://lms.example\u202egro.live", "a\nb"])
def test_ids_that_could_hide_something(tool: Tool, name: str, text: str) -> None:
    response, _ = tool.login("", **{name: text})
    refused(tool, response, "parameters", 400)
    assert text not in response.text


@pytest.mark.parametrize("text", ["\ud800", "\u202ex", "x\x00", "d" * 256, ""])
def test_deployments_that_can_be_none(tool: Tool, text: str) -> None:
    response = tool.launch(tool.lms.pick(), **{f"{CORE}deployment_id": text})
    refused(tool, response, "message", 400)


def test_data_that_is_too_deep_to_be_given_back(tool: Tool) -> None:
    data: list[Any] = []
    for _ in range(20_000):
        data = [data]
    hint = tool.lms.pick({"data": data})
    with pytest.raises(RefusedError, match="nested"):
        asked(tool.lms.claims(hint, "nonce"), tool.lms.tool)


def test_a_code_of_an_error_is_no_place_for_words(tool: Tool) -> None:
    said = "Your session ended: call 0900-1234"
    response = tool.post({"error": said, "state": "x"})
    refused(tool, response, "denied")
    assert said not in response.text


def test_a_command_is_safe_to_paste(tool: Tool) -> None:
    token = tool.store.platforms.invite(60)
    tool.lms.client_id = "1; rm -rf /"
    tool.lms.answer = {
        "https://purl.imsglobal.org/spec/lti-tool-configuration": {},
        "client_id": tool.lms.client_id,
    }
    page = tool.client.get(
        f"/lti/register/{token}",
        query_string={
            "openid_configuration": f"{tool.lms.issuer}/.well-known/openid-configuration",
            "registration_token": "one-time",
        },
    )
    assert page.status_code == 200
    assert "--client-id &#39;1; rm -rf /&#39; --deployment" in page.text


@pytest.mark.parametrize("issuer", ["https://[", "https://lms\u202e.example", "a\x1b[2Jb"])
def test_an_issuer_that_cannot_be_one(tool: Tool, issuer: str) -> None:
    token = tool.store.platforms.invite(60)
    tool.lms.configuration = {"issuer": issuer}
    page = tool.client.get(
        f"/lti/register/{token}",
        query_string={
            "openid_configuration": f"{tool.lms.issuer}/.well-known/openid-configuration",
            "registration_token": "one-time",
        },
    )
    assert page.status_code == 502
    (kept,) = tool.store.platforms.all()
    assert kept.issuer == tool.lms.issuer


def test_the_name_of_a_host_has_an_end(tool: Tool) -> None:
    back = {"return_url": f"https://{'a' * 254}.example/"}
    response = tool.launch(tool.lms.pick(), **{f"{CORE}launch_presentation": back})
    assert response.status_code == 303
    assert "aaa" not in response.headers["Content-Security-Policy"]


# ---- a flood


def test_one_address_leaves_room_for_the_logins_of_others(
    tool: Tool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webapp.lti.login.MOST", 2)
    monkeypatch.setattr("webapp.limits.MINUTE", 10**6)
    hint = tool.lms.pick()
    for _ in range(2):
        assert tool.login(hint)[0].status_code == 302
    refused(tool, tool.login(hint)[0], "busy", 429)
    posted = tool.client.post("/lti/login", data=tool.lms.login(hint))
    refused(tool, posted, "busy", 429)
    other = {"REMOTE_ADDR": "192.0.2.7"}
    begun = tool.client.get(
        "/lti/login", query_string=tool.lms.login(hint), environ_overrides=other
    )
    assert begun.status_code == 302


def test_one_address_cannot_fill_what_all_have_together() -> None:
    assert login.MOST * login.LIFETIME // 60 < launches.MOST
