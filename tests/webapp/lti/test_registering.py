"""An LMS that registers itself, and what its administrator and it read of us."""

from __future__ import annotations

from typing import Any

import pytest
from asking import Client
from fake_catalogue import SETTINGS
from launching import Tool
from lms import key
from lxml import html
from msgspec.structs import replace
from werkzeug.test import TestResponse

from catalog.config import LtiSettings
from catalog.store import model, tables
from webapp import create_app

TOOL = "https://purl.imsglobal.org/spec/lti-tool-configuration"
PLATFORM = "https://purl.imsglobal.org/spec/lti-platform-configuration"


@pytest.fixture(autouse=True)
def _unknown(tool: Tool) -> None:
    tool.store.platforms.remove(tool.lms.platform.id)


def register(tool: Tool, token: str, **more: str) -> TestResponse:
    query = {
        "openid_configuration": f"{tool.lms.issuer}/.well-known/openid-configuration",
        "registration_token": tool.lms.registration_token,
        **more,
    }
    there = {name: value for name, value in query.items() if value}
    return tool.client.get(f"/lti/register/{token}", query_string=there)


def test_an_lms_registers_itself_and_launches(tool: Tool) -> None:
    page = register(tool, tool.store.platforms.invite(60))
    assert page.status_code == 200, page.text
    assert html.document_fromstring(page.text).xpath("//*[@id='registered']")
    assert "lti.js" in page.text
    assert page.headers["Cross-Origin-Opener-Policy"] == "unsafe-none"
    assert tool.lms.issuer in page.headers["Content-Security-Policy"]
    kept = tool.store.platforms.get(tool.lms.platform.id)
    assert kept == replace(tool.lms.platform, name="an-lms localhost")
    assert tool.store.platforms.deployments(kept.id) == [tool.lms.deployment]
    assert tool.client.get(tool.enter(tool.lms.open("vb1"))).status_code == 200


def test_an_lms_of_many_schools_frames_under_the_name_of_one(tool: Tool) -> None:
    tool.client.environ_base["HTTP_REFERER"] = "https://school.example/admin"
    page = register(tool, tool.store.platforms.invite(60))
    assert "https://school.example" in page.headers["Content-Security-Policy"]
    (kept,) = tool.store.platforms.all()
    assert kept.origins == ("https://school.example",)
    tool.client.environ_base["HTTP_REFERER"] = "https://two.example/"
    register(tool, tool.store.platforms.invite(60))
    tool.client.environ_base["HTTP_REFERER"] = f"{tool.lms.issuer}/"
    register(tool, tool.store.platforms.invite(60))
    (kept,) = tool.store.platforms.all()
    assert kept.origins == ("https://school.example", "https://two.example")


def test_nothing_about_people_is_asked_for(tool: Tool) -> None:
    register(tool, tool.store.platforms.invite(60))
    (said,) = tool.lms.registered
    assert said["scope"] == ""
    assert said[TOOL]["claims"] == ["iss", "sub"]
    launch = "https://vindplaats.example/lti/launch"
    assert said["redirect_uris"] == [launch]
    assert said[TOOL]["target_link_uri"] == launch
    assert said[TOOL]["domain"] == "vindplaats.example"
    assert said["initiate_login_uri"] == "https://vindplaats.example/lti/login"
    assert said["jwks_uri"] == "https://vindplaats.example/lti/jwks.json"
    assert said["token_endpoint_auth_method"] == "private_key_jwt"
    kinds = [message["type"] for message in said[TOOL]["messages"]]
    assert kinds == ["LtiDeepLinkingRequest", "LtiResourceLinkRequest"]
    assert not any("placements" in message for message in said[TOOL]["messages"])


def test_placements_are_those_that_the_lms_has(tool: Tool) -> None:
    had = [
        {"type": "LtiResourceLinkRequest", "placements": ["ContentArea"]},
        {"type": "LtiDeepLinkingRequest", "placements": ["sprocket", "RichTextEditor", 7]},
        *({"type": 7, "placements": []}, "LtiEulaRequest", 7),
    ]
    tool.lms.configuration = {PLATFORM: {"messages_supported": had}}
    register(tool, tool.store.platforms.invite(60))
    (said,) = tool.lms.registered
    pick, launch = said[TOOL]["messages"]
    assert pick["placements"] == ["RichTextEditor"]
    assert "placements" not in launch  # Canvas would give it the one where teachers choose


def test_an_invitation_works_once_and_for_a_while(tool: Tool) -> None:
    token = tool.store.platforms.invite(60)
    register(tool, token)
    assert register(tool, token).status_code == 403
    assert tool.lms.asked["register"] == 1
    past = tool.store.platforms.invite(60)
    with tool.store.database.writing() as connection:
        connection.execute(tables.lti_invitation.update().values(expires=model.later(-1)))
    for other in (past, "made-up", ""):
        assert register(tool, other).status_code in (403, 404)
    assert tool.client.get("/lti/register").status_code == 403
    assert tool.lms.asked["register"] == 1


def test_a_registration_that_failed_leaves_the_invitation_as_it_was(tool: Tool) -> None:
    token = tool.store.platforms.invite(60)
    failed = register(tool, token, registration_token="wrong")
    assert failed.status_code == 502
    assert "answers 401" in failed.text
    assert tool.lms.issuer in failed.headers["Content-Security-Policy"]
    assert not tool.store.platforms.all()
    assert register(tool, token).status_code == 200


def test_the_same_lms_may_register_again(tool: Tool) -> None:
    register(tool, tool.store.platforms.invite(60))
    added = replace(tool.lms.platform, name="School", origins=("https://school.example",))
    tool.store.platforms.save(added)
    tool.lms.deployment = "deployment-2"
    tool.lms.configuration = {"authorization_endpoint": f"{tool.lms.issuer}/other"}
    assert register(tool, tool.store.platforms.invite(60)).status_code == 200
    (kept,) = tool.store.platforms.all()
    assert kept == replace(added, login_url=f"{tool.lms.issuer}/other")
    assert tool.store.platforms.deployments(kept.id) == ["deployment-1", "deployment-2"]


def test_nobody_registers_as_another_lms(tool: Tool) -> None:
    register(tool, tool.store.platforms.invite(60))
    tool.lms.configuration = {"jwks_uri": "http://127.0.0.1:9/jwks"}
    token = tool.store.platforms.invite(60)
    assert register(tool, token).status_code == 409
    (kept,) = tool.store.platforms.all()
    assert kept.keys_url == f"{tool.lms.issuer}/jwks"
    assert tool.store.platforms.invited(token)


def test_an_lms_that_sends_no_token_and_names_no_deployment(tool: Tool) -> None:
    tool.lms.registration_token = ""
    tool.lms.answer = {TOOL: {}}
    page = register(tool, tool.store.platforms.invite(60), registration_token="")
    assert page.status_code == 200
    assert "--client-id client-1 --deployment" in page.text


@pytest.mark.parametrize(
    "change",
    [
        {"issuer": None},
        {"issuer": 7},
        {"issuer": "https://lms.example\0"},
        {"issuer": "https://lms.example/\ud800"},
        {"jwks_uri": "http://192.0.2.1/jwks"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"registration_endpoint": "http://127.0.0.1:1/"},
        {"registration_endpoint": "x" * 3000},
    ],
)
def test_configurations_that_cannot_be_used(tool: Tool, change: dict[str, Any]) -> None:
    tool.lms.configuration = change
    assert register(tool, tool.store.platforms.invite(60)).status_code == 502
    assert not tool.store.platforms.all()


@pytest.mark.parametrize(
    "issuer",
    [
        "https://lms.example",
        "http://127.0.0.1",
        "https://localhost.lms.example",
        "https://localhost@lms.example",
        "https://sub.localhost",
        "//localhost",
        "localhost",
        "https://[",
    ],
)
def test_an_issuer_on_another_host_than_the_configuration(tool: Tool, issuer: str) -> None:
    tool.lms.configuration = {"issuer": issuer}
    token = tool.store.platforms.invite(60)
    page = register(tool, token)
    assert page.status_code == 502
    assert f"an issuer on another host, {issuer}." in page.text
    assert not tool.lms.registered
    assert not tool.store.platforms.all()
    assert tool.store.platforms.invited(token)


@pytest.mark.parametrize("issuer", ["https://LOCALHOST", "https://localhost:8443/lms"])
def test_an_issuer_on_the_host_of_the_configuration(tool: Tool, issuer: str) -> None:
    elsewhere = tool.lms.issuer.replace("localhost", "127.0.0.1")
    tool.lms.configuration = {
        "issuer": issuer,
        "authorization_endpoint": "https://sso.lms.example/auth",
        "jwks_uri": "https://sso.lms.example/jwks",
        "registration_endpoint": f"{elsewhere}/register",
    }
    assert register(tool, tool.store.platforms.invite(60)).status_code == 200
    (kept,) = tool.store.platforms.all()
    assert (kept.issuer, kept.name) == (issuer, "an-lms localhost")


@pytest.mark.parametrize("answer", [{"client_id": None}, {"client_id": ""}, {"client_id": ["x"]}])
def test_answers_without_a_client_id(tool: Tool, answer: dict[str, Any]) -> None:
    tool.lms.answer = answer
    assert register(tool, tool.store.platforms.invite(60)).status_code == 502
    assert not tool.store.platforms.all()


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "http://192.0.2.1/", "https://a@b.example/", "gopher://x", "x"]
)
def test_addresses_that_are_not_asked(tool: Tool, url: str) -> None:
    page = register(tool, tool.store.platforms.invite(60), openid_configuration=url)
    assert page.status_code == 502


def test_who_looks_where_the_link_leads_uses_nothing_up(tool: Tool) -> None:
    token = tool.store.platforms.invite(60)
    page = tool.client.get(f"/lti/register/{token}")
    assert page.status_code == 200
    assert f"https://vindplaats.example/lti/register/{token}" in page.text
    assert tool.store.platforms.invited(token)


# ---- what there is to read


def test_canvas_reads_its_configuration(tool: Tool) -> None:
    said = tool.client.get("/lti/config/canvas.json").get_json()
    (canvas,) = said["extensions"]
    assert (canvas["platform"], canvas["privacy_level"]) == ("canvas.instructure.com", "anonymous")
    assert said["scopes"] == []
    assert said["public_jwk_url"] == "https://vindplaats.example/lti/jwks.json"
    placements = canvas["settings"]["placements"]
    assert {each["message_type"] for each in placements} == {"LtiDeepLinkingRequest"}
    assert {each["target_link_uri"] for each in placements} == {said["target_link_uri"]}


@pytest.mark.parametrize("path", ["/nl/lti", "/en/lti"])
def test_administrators_find_every_value_to_copy(tool: Tool, path: str) -> None:
    page = tool.client.get(path)
    copied = html.document_fromstring(page.text).xpath("//*[@class='copyable']/text()")
    for value in ("login", "launch", "jwks.json", "config/canvas.json", "icon.svg"):
        assert f"https://vindplaats.example/lti/{value}" in copied
    for lms in ("Moodle", "Brightspace", "Canvas", "Blackboard"):
        assert f"<h2>{lms}</h2>" in page.text
    assert page.headers["Content-Security-Policy"].endswith("frame-ancestors 'none'")


def test_the_icon_may_be_painted_by_an_lms(tool: Tool) -> None:
    icon = tool.client.get("/lti/icon.svg")
    assert icon.content_type == "image/svg+xml"
    assert icon.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "public" in icon.headers["Cache-Control"]


def test_an_old_key_stays_public_until_its_tokens_are_past(tool: Tool) -> None:
    def kids() -> list[str]:
        return [each["kid"] for each in tool.client.get("/lti/jwks.json").get_json()["keys"]]

    def began(kid: str, seconds: int) -> None:
        column = tables.lti_key.c.kid
        with tool.store.database.writing() as connection:
            since = model.later(-seconds)
            connection.execute(tables.lti_key.update().where(column == kid).values(since=since))

    def signs() -> str:
        return tool.store.signing.current(lambda: ("", "")).kid

    (old,) = kids()
    began(old, 24 * 3600)
    tool.store.signing.rotate(lambda: ("new", key("new").pem))
    assert (kids(), signs()) == ([old, "new"], old)  # public before it signs
    began("new", 10)
    assert (kids(), signs()) == ([old, "new"], "new")
    began("new", 2 * 3600)
    assert (kids(), signs()) == (["new"], "new")
    tool.store.signing.rotate(lambda: ("third", key("new").pem), at_once=True)
    assert (kids(), signs()) == (["third"], "third")


def test_where_it_is_off_there_is_nothing(catalogue: Any) -> None:
    app = create_app(catalogue, replace(SETTINGS, lti=LtiSettings(on=False)))
    app.test_client_class = Client
    client = app.test_client()
    for path in ("/lti/login", "/lti/jwks.json", "/lti/register/x", "/nl/lti"):
        assert client.get(path).status_code == 404
    assert 'href="/nl/lti"' not in client.get("/nl/").text


def test_robots_are_kept_out(tool: Tool) -> None:
    assert "\nDisallow: /lti/\n" in tool.client.get("/robots.txt").text
