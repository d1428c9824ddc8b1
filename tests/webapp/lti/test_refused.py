"""Launches that are not accepted: each with a page that says why, and nothing that comes of it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
import sqlalchemy as sa
from launching import Tool
from lms import CORE, DEEP, ROLE, Key, key
from lxml import html
from msgspec.structs import replace
from werkzeug.test import TestResponse

from catalog.store import model, tables
from webapp.lti import login
from webapp.lti.claims import LARGEST
from webapp.words import words


def refused(tool: Tool, response: TestResponse, reason: str, status: int = 403) -> None:
    """Hold a response to be the page of a reason, and the store to have no session."""
    assert response.status_code == status, response.text
    assert words("en")(f"lti.refused.{reason}") in response.text
    assert "no-store" in response.headers["Cache-Control"]
    with tool.store.database.reading() as connection:
        assert not connection.execute(sa.select(tables.lti_session)).all()


@pytest.fixture(autouse=True)
def _english(tool: Tool) -> None:
    tool.client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"


# ---- login


@pytest.mark.parametrize("name", ["iss", "login_hint", "target_link_uri"])
def test_login_without_what_it_needs(tool: Tool, name: str) -> None:
    response, _ = tool.login("", **{name: ""})
    refused(tool, response, "parameters", 400)
    assert name in response.text


@pytest.mark.parametrize(
    "change",
    [{"iss": "https://other.example"}, {"iss": "' OR 1=1 --"}, {"client_id": "other"}],
)
def test_login_of_an_unknown_platform_says_what_to_type(tool: Tool, change: Any) -> None:
    response, _ = tool.login("", **change)
    refused(tool, response, "issuer")
    assert "vindplaats lti add --issuer" in response.text
    assert "other.example" not in response.headers["Content-Security-Policy"]
    with tool.store.database.reading() as connection:
        assert not connection.execute(sa.select(tables.lti_login)).all()


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/lti/launch",
        "https://vindplaats.example.evil.example/lti/launch",
        "https://vindplaats.example:444/lti/launch",
        "https://vindplaats.example@evil.example/",
        "http://vindplaats.example/lti/launch",
        "//vindplaats.example/lti/launch",
        "/lti/launch",
        "javascript:alert(1)",
        "https://vindplaats.example\\@evil.example/",
        "https://[vindplaats.example/",
    ],
)
def test_login_for_an_address_that_is_not_ours(tool: Tool, target: str) -> None:
    refused(tool, tool.login("", target_link_uri=target)[0], "target", 400)


def test_login_of_one_of_several_registrations_names_it(tool: Tool) -> None:
    other = replace(tool.lms.platform, client_id="b")
    tool.store.platforms.save(other, ("deployment-b",))
    both, _ = tool.login("x", client_id="", lti_deployment_id="")
    refused(tool, both, "issuer")
    _, question = tool.login("x", client_id="", lti_deployment_id="deployment-b")
    assert question["client_id"] == "b"


def test_more_logins_than_anybody_needs(tool: Tool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("catalog.store.launches.MOST", 2)
    answers = [tool.login("x")[0].status_code for _ in range(3)]
    assert answers == [302, 302, 429]


# ---- the answer of the platform


def encoded(part: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()


def unsigned(_: Tool, claims: dict[str, Any]) -> str:
    return f"{encoded({'alg': 'none', 'typ': 'JWT', 'kid': 'first'})}.{encoded(claims)}."


def with_public_key(tool: Tool, claims: dict[str, Any]) -> str:
    """Sign with the public key as if it were a secret, as who has nothing else would."""
    text = f"{encoded({'alg': 'HS256', 'typ': 'JWT', 'kid': 'first'})}.{encoded(claims)}"
    mark = hmac.new(tool.lms.key.public_pem, text.encode(), hashlib.sha256).digest()
    return f"{text}.{base64.urlsafe_b64encode(mark).rstrip(b'=').decode()}"


def tampered(tool: Tool, claims: dict[str, Any]) -> str:
    head, _, mark = tool.lms.token(claims).split(".")
    return f"{head}.{encoded({**claims, 'sub': 'somebody else'})}.{mark}"


def by_another(kid: str) -> Callable[[Tool, dict[str, Any]], str]:
    return lambda tool, claims: tool.lms.token(claims, key("foreign"), kid=kid)


@pytest.mark.parametrize(
    ("forge", "reason"),
    [
        (unsigned, "token"),
        (with_public_key, "token"),
        (tampered, "signature"),
        (by_another("first"), "signature"),
        (by_another("foreign"), "signature"),
        (by_another("../../../etc/passwd"), "signature"),
    ],
)
def test_tokens_that_the_platform_did_not_sign(
    tool: Tool, forge: Callable[[Tool, dict[str, Any]], str], reason: str
) -> None:
    hint = tool.lms.pick()
    _, question = tool.login(hint)
    token = forge(tool, tool.lms.claims(hint, question["nonce"]))
    refused(tool, tool.post({"state": question["state"], "id_token": token}), reason)


def test_keys_that_come_along_with_the_token_are_not_looked_at(tool: Tool) -> None:
    hint, foreign = tool.lms.pick(), key("foreign")
    _, question = tool.login(hint)
    claims = tool.lms.claims(hint, question["nonce"])
    for header in ({"jwk": foreign.jwk}, {"jku": f"{tool.lms.issuer}/evil"}):
        token = tool.lms.token(claims, foreign, kid="first", **header)
        refused(tool, tool.post({"state": question["state"], "id_token": token}), "signature")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"aud": "another-client"}, "claims"),
        ({"aud": ["another-client"]}, "claims"),
        ({"aud": None}, "claims"),
        ({"aud": ["client-1", "another"], "azp": "another"}, "claims"),
        ({"aud": ["client-1", "another"]}, "claims"),
        ({"azp": "another"}, "claims"),
        ({"iss": "https://other.example"}, "claims"),
        ({"iss": None}, "claims"),
        ({"nonce": "of-another-login"}, "claims"),
        ({"nonce": None}, "claims"),
        ({"nonce": 7}, "claims"),
        ({"nonce": "é\ud800"}, "claims"),
        ({"exp": None}, "claims"),
        ({"iat": None}, "claims"),
        ({"exp": time.time() - 3600, "iat": time.time() - 7200}, "time"),
        ({"iat": time.time() + 3600, "exp": time.time() + 7200}, "time"),
        ({"nbf": time.time() + 3600}, "time"),
        ({"exp": "soon"}, "token"),
        ({"exp": float("inf")}, "token"),
        ({f"{CORE}deployment_id": "another"}, "deployment"),
    ],
)
def test_claims_that_are_not_for_us_or_not_for_now(
    tool: Tool, changes: dict[str, Any], reason: str
) -> None:
    refused(tool, tool.launch(tool.lms.pick(), **changes), reason)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({f"{CORE}version": "1.1"}, "message"),
        ({f"{CORE}version": None}, "message"),
        ({f"{CORE}message_type": "LtiSubmissionReviewRequest"}, "message"),
        ({f"{CORE}message_type": None}, "message"),
        ({f"{CORE}target_link_uri": "https://evil.example/"}, "target"),
        ({f"{CORE}target_link_uri": ["https://vindplaats.example/"]}, "target"),
        ({f"{CORE}deployment_id": None}, "message"),
        ({f"{CORE}deployment_id": ["deployment-1"]}, "message"),
        ({f"{DEEP}deep_linking_settings": None}, "message"),
        ({f"{DEEP}deep_linking_settings": "all"}, "message"),
        ({f"{CORE}target_link_uri": ""}, "target"),
    ],
)
def test_messages_that_ask_for_what_cannot_be_done(
    tool: Tool, changes: dict[str, Any], reason: str
) -> None:
    refused(tool, tool.launch(tool.lms.pick(), **changes), reason, 400)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("deep_link_return_url", None),
        ("deep_link_return_url", "https://lms.example/\ud800"),
        ("deep_link_return_url", "javascript:alert(1)"),
        ("accept_types", None),
        ("accept_types", []),
        ("accept_types", {"link": 1}),
        ("accept_presentation_document_targets", None),
        ("accept_presentation_document_targets", {"window": 1}),
    ],
)
def test_settings_by_which_nothing_can_be_chosen(tool: Tool, name: str, value: Any) -> None:
    response = tool.launch(tool.lms.pick({name: value}))
    refused(tool, response, "message", 400)
    assert name in response.text


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("target_link_uri", None),
        ("resource_link", None),
        ("resource_link", []),
        ("resource_link", {}),
        ("resource_link", {"id": ""}),
        ("resource_link", {"id": 1}),
        ("roles", None),
        ("roles", ROLE),
    ],
)
def test_a_resource_link_without_what_it_needs(tool: Tool, name: str, value: Any) -> None:
    response = tool.launch(tool.lms.open("vb1"), **{f"{CORE}{name}": value})
    refused(tool, response, "message", 400)
    assert name in response.text


@pytest.mark.parametrize(
    "record",
    [
        "../../../nl/zoeken?q=x#",
        "../../x",
        "/evil.example/",
        "a%2f..",
        "é\n<script>",
        "\ud800.",
        "vb1.vb2",
        "x" * 41,
        "$ResourceLink.id",
    ],
)
def test_what_can_be_no_material_is_part_of_no_address(tool: Tool, record: str) -> None:
    response = tool.launch(tool.lms.open(record))
    refused(tool, response, "unknown", 404)
    assert tool.lms.issuer in response.headers["Content-Security-Policy"]
    assert "<script>" not in response.text.partition("<main")[2]


def test_an_unknown_deployment_says_what_to_type(tool: Tool) -> None:
    response = tool.launch(tool.lms.pick(), **{f"{CORE}deployment_id": "the ninth; rm -rf /"})
    refused(tool, response, "deployment")
    assert "--client-id client-1 --deployment" in response.text
    assert "&#39;the ninth; rm -rf /&#39;" in response.text
    assert tool.lms.issuer in response.headers["Content-Security-Policy"]


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "...", "é.é.é", "[" * 9000])
def test_what_is_no_token(tool: Tool, token: str) -> None:
    _, question = tool.login(tool.lms.pick())
    refused(tool, tool.post({"state": question["state"], "id_token": token}), "token", 400)


def test_a_header_without_end(tool: Tool) -> None:
    _, question = tool.login(tool.lms.pick())
    deep = base64.urlsafe_b64encode(b"[" * 30_000).rstrip(b"=").decode()
    form = {"state": question["state"], "id_token": f"{deep}.e30.e30"}
    refused(tool, tool.post(form), "token", 400)


@pytest.mark.parametrize("size", [LARGEST + 1, 10 * LARGEST])
def test_a_huge_token(tool: Tool, size: int) -> None:
    _, question = tool.login(tool.lms.pick())
    refused(tool, tool.post({"state": question["state"], "id_token": "x" * size}), "token", 413)


def test_a_token_as_large_as_any_is_read(tool: Tool) -> None:
    assert tool.launch(tool.lms.pick(), padding="x" * 40_000).status_code == 303


# ---- state and browser


def test_without_a_state(tool: Tool) -> None:
    hint = tool.lms.pick()
    _, question = tool.login(hint)
    form = tool.answer(hint, question)
    refused(tool, tool.post({"id_token": form["id_token"]}), "state")
    refused(tool, tool.post({**form, "state": "made-up"}), "state")
    refused(tool, tool.post({}), "state")


def test_a_state_that_is_past(tool: Tool) -> None:
    hint = tool.lms.pick()
    _, question = tool.login(hint)
    with tool.store.database.writing() as connection:
        connection.execute(tables.lti_login.update().values(expires=model.later(-1)))
    refused(tool, tool.post(tool.answer(hint, question)), "state")


def test_a_launch_is_taken_once(tool: Tool) -> None:
    hint = tool.lms.pick()
    _, question = tool.login(hint)
    form = tool.answer(hint, question)
    assert tool.post(form).status_code == 303
    with tool.store.database.writing() as connection:
        connection.execute(tables.lti_session.delete())
    refused(tool, tool.post(form), "used")
    refused(tool, tool.post(tool.answer(hint, question)), "used")


def test_a_token_is_not_taken_in_another_launch(tool: Tool) -> None:
    hint = tool.lms.pick()
    _, first = tool.login(hint)
    token = tool.answer(hint, first)["id_token"]
    _, second = tool.login(hint)
    refused(tool, tool.post({"state": second["state"], "id_token": token}), "claims")


def test_the_state_of_another_browser(tool: Tool) -> None:
    hint = tool.lms.pick()
    _, question = tool.login(hint)
    other = tool.browser()
    other.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    response = tool.post(tool.answer(hint, question), other)
    refused(tool, response, "cookie")
    assert "Open in a new window" in response.text
    assert tool.lms.issuer in response.headers["Content-Security-Policy"]


def test_a_cookie_that_was_made_up(tool: Tool) -> None:
    hint = tool.lms.pick()
    _, question = tool.login(hint)
    name = login.cookie(question["state"])
    tool.client.set_cookie(name, "made-up", domain="vindplaats.example", path="/lti/launch")
    refused(tool, tool.post(tool.answer(hint, question)), "cookie")


def test_without_cookies_the_launch_begins_anew_in_a_window(tool: Tool) -> None:
    hint = tool.lms.pick()
    _, question = tool.login(hint)
    page = tool.post(tool.answer(hint, question), tool.browser())
    (link,) = [part for part in page.text.split('"') if part.startswith("/lti/login?")]
    again = tool.client.get(link.replace("&amp;", "&"))
    assert again.status_code == 302
    assert f"lti_message_hint={hint}" in again.headers["Location"]
    assert f"lti_message_hint={hint}" not in question["state"]


def kept_by_the_lms(tool: Tool) -> tuple[dict[str, str], str]:
    """Return what the LMS posts to a browser without cookies, and what it keeps for that one."""
    tool.lms.storage = "_parent"
    hint = tool.lms.pick()
    _, question = tool.login(hint)
    page = html.document_fromstring(tool.post(tool.answer(hint, question), tool.browser()).text)
    (storage,) = page.xpath("//*[@id='storage']")
    assert storage.get("data-origin") == tool.lms.issuer
    query = parse_qs(urlsplit(storage.get("data-next")).query)
    return tool.answer(hint, {name: values[0] for name, values in query.items()}), storage.get(
        "data-value"
    )


def test_an_lms_may_keep_what_the_browser_does_not(tool: Tool) -> None:
    form, held = kept_by_the_lms(tool)
    browser = tool.browser()
    asking = tool.post(form, browser)
    assert asking.status_code == 200
    assert held not in asking.text
    here = {"Sec-Fetch-Site": "same-origin"}
    launched = browser.post("/lti/launch", data={**form, "held": held}, headers=here)
    assert launched.status_code == 303
    assert tool.browser().get(launched.headers["Location"]).status_code == 200


@pytest.mark.parametrize(
    ("site", "right"),
    [("cross-site", True), ("same-site", True), ("none", True), ("", True), ("same-origin", False)],
)
def test_what_an_lms_kept_is_believed_of_our_own_page_alone(
    tool: Tool, site: str, right: bool
) -> None:
    form, held = kept_by_the_lms(tool)
    browser = tool.browser()
    browser.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    form["held"] = held if right else "made-up"
    headers = {"Sec-Fetch-Site": site} if site else {}
    refused(tool, browser.post("/lti/launch", data=form, headers=headers), "cookie")
    again = browser.post("/lti/launch", data={**form, "held": held}, headers=headers)
    refused(tool, again, "used")


def test_what_the_platform_refused_itself(tool: Tool) -> None:
    form = {"error": "login_required", "error_description": "Jan Jansen", "state": "x"}
    response = tool.post(form)
    refused(tool, response, "denied")
    assert "login_required" in response.text
    assert "Jansen" not in response.text


# ---- keys of the platform


def test_new_keys_of_the_platform_are_fetched_once(tool: Tool) -> None:
    tool.enter(tool.lms.pick())
    tool.enter(tool.lms.pick())
    assert tool.lms.asked["jwks"] == 1
    tool.lms.key = key("second")
    tool.lms.keys = [key("first"), tool.lms.key]
    tool.enter(tool.lms.pick())
    tool.enter(tool.lms.pick())
    assert tool.lms.asked["jwks"] == 2


def test_a_key_that_is_nowhere_is_not_looked_for_again_and_again(tool: Tool) -> None:
    tool.lms.key = key("unpublished")
    for _ in range(4):
        assert tool.launch(tool.lms.pick()).status_code == 403
    assert tool.lms.asked["jwks"] == 1


def test_a_key_without_a_name(tool: Tool) -> None:
    class Nameless(Key):
        @property
        def jwk(self) -> dict[str, Any]:
            return {name: v for name, v in super().jwk.items() if name not in ("kid", "alg", "use")}

    nameless = Nameless("x")
    tool.lms.keys = [nameless]
    hint = tool.lms.pick()
    _, question = tool.login(hint)
    claims = tool.lms.claims(hint, question["nonce"])
    token = jwt.encode(claims, nameless.private, "RS256")
    assert tool.post({"state": question["state"], "id_token": token}).status_code == 303


@pytest.mark.parametrize(
    "url",
    [
        "http://192.0.2.1/jwks",
        "ftp://127.0.0.1/jwks",
        "https://user:password@127.0.0.1/jwks",
        "file:///etc/passwd",
        "http://127.0.0.1:1/jwks",
        "",
    ],
)
def test_keys_that_cannot_be_fetched(tool: Tool, url: str) -> None:
    tool.store.platforms.save(replace(tool.lms.platform, keys_url=url))
    refused(tool, tool.launch(tool.lms.pick()), "keys", 502)
