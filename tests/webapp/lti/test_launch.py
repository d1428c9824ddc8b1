"""Launches that are accepted, and what they lead to."""

from __future__ import annotations

import logging
import re
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

import pytest
from fake_catalogue import SETTINGS, card, hostile
from launching import Tool
from lms import CORE, DEEP, EMAIL, NAME
from lxml import html
from msgspec.structs import replace
from werkzeug.test import TestResponse

from catalog.config import LtiSettings
from catalog.store import model, tables
from webapp import create_app

SESSION = re.compile(r"/lti/[\w-]{43}(/.*)")


def test_login_asks_the_lms_who_it_is(tool: Tool) -> None:
    response, question = tool.login(tool.lms.pick())
    assert response.status_code == 302
    assert response.headers["Location"].startswith(f"{tool.lms.issuer}/auth?")
    state, nonce = question.pop("state"), question.pop("nonce")
    hint = question.pop("lti_message_hint")
    assert hint in tool.lms.launches
    assert len(state) == len(nonce) == 43
    assert question == {
        "scope": "openid",
        "response_type": "id_token",
        "response_mode": "form_post",
        "prompt": "none",
        "client_id": "client-1",
        "redirect_uri": "https://vindplaats.example/lti/launch",
        "login_hint": "user-4711",
    }


def test_login_may_be_posted(tool: Tool) -> None:
    response = tool.client.post("/lti/login", data=tool.lms.login(tool.lms.pick()))
    assert response.status_code == 302


def test_cookies_come_back_in_a_frame_and_are_for_lti_alone(tool: Tool) -> None:
    response, question = tool.login(tool.lms.pick())
    launched = tool.post(tool.answer(next(iter(tool.lms.launches)), question))
    cookies = response.headers.getlist("Set-Cookie") + launched.headers.getlist("Set-Cookie")
    assert len(cookies) == 3  # the state's, its end, and the session's
    for cookie in cookies:
        for attribute in ("Secure", "HttpOnly", "SameSite=None", "Partitioned"):
            assert attribute in cookie
        path = re.search(r"Path=(\S+?)(?:;|$)", cookie)
        assert path
        assert path[1].startswith("/lti/")


def test_a_deep_linking_launch_leads_to_the_picker(tool: Tool) -> None:
    path = SESSION.fullmatch(tool.enter(tool.lms.pick()))
    assert path
    assert path[1] == "/nl/zoeken"


def test_what_a_launch_may_leave_unsaid(tool: Tool) -> None:
    nobody = {"sub": None, f"{CORE}roles": []}
    assert tool.launch(tool.lms.open("vb1"), **nobody).status_code == 303
    least = {"sub": None, f"{CORE}roles": None, f"{CORE}target_link_uri": None}
    hint = tool.lms.pick({"accept_presentation_document_targets": []})
    assert tool.launch(hint, **least).status_code == 303


def answered(tool: Tool, path: str, **said: Any) -> TestResponse:
    return tool.client.post(f"{path.rpartition('/nl/')[0]}/answer", json={"items": [], **said})


def message(tool: Tool, response: TestResponse) -> dict[str, Any]:
    """Return what the page sends to the LMS, as this reads it."""
    page = html.document_fromstring(response.text)
    (form,) = page.xpath("//form[@method='post']")
    assert form.get("action") == f"{tool.lms.issuer}/return"
    (token,) = form.xpath(".//input[@name='JWT']/@value")
    return tool.lms.read(token, tool.client.get("/lti/jwks.json").get_json())


def test_what_is_chosen_goes_back_signed(tool: Tool) -> None:
    path = tool.enter(tool.lms.pick({"data": {"as it": ["came", 1.5, None, "é</form>"]}}))
    items = [{"type": "ltiResourceLink", "title": "<b>\"'&"}, {"type": "link"}]
    said = message(tool, answered(tool, path, items=items, message="two", error="<none>"))
    assert said[f"{DEEP}content_items"] == items
    assert said[f"{DEEP}data"] == {"as it": ["came", 1.5, None, "é</form>"]}
    assert (said[f"{DEEP}msg"], said[f"{DEEP}errormsg"]) == ("two", "<none>")
    assert said["iss"] == tool.lms.client_id
    assert said["aud"] == [tool.lms.issuer]
    assert said[f"{CORE}message_type"] == "LtiDeepLinkingResponse"
    assert said[f"{CORE}version"] == "1.3.0"
    assert said[f"{CORE}deployment_id"] == tool.lms.deployment
    assert 0 < said["exp"] - said["iat"] <= 600
    assert said["nonce"]


def test_what_was_not_asked_is_absent_from_the_answer(tool: Tool) -> None:
    said = message(tool, answered(tool, tool.enter(tool.lms.pick())))
    assert said[f"{DEEP}content_items"] == []
    assert not {f"{DEEP}data", f"{DEEP}msg", f"{DEEP}errormsg"} & said.keys()


@pytest.mark.parametrize("data", [None, "", 0, False, 10**30, 1e-7, "\ud800\x00", {"": [[]]}])
def test_data_goes_back_as_it_came(tool: Tool, data: Any) -> None:
    said = message(tool, answered(tool, tool.enter(tool.lms.pick({"data": data}))))
    assert said[f"{DEEP}data"] == data
    assert type(said[f"{DEEP}data"]) is type(data)


def test_the_answer_may_be_sent_once(tool: Tool) -> None:
    path = tool.enter(tool.lms.pick())
    assert answered(tool, path).status_code == 200
    again = answered(tool, path)
    assert again.status_code == 410
    assert "De keuze is al naar de leeromgeving gestuurd" in again.text
    assert "JWT" not in again.text


def test_the_answer_may_go_to_the_lms_and_no_page_needs_a_script_in_it(tool: Tool) -> None:
    page = answered(tool, tool.enter(tool.lms.pick()))
    policy = page.headers["Content-Security-Policy"]
    assert "form-action 'self' http:;" in policy
    assert "script-src 'self';" in policy
    tree = html.document_fromstring(page.text)
    assert not tree.xpath("//script[not(@src)]")
    assert tree.xpath("//form[@method='post']//button")


# ---- a material in a course


def test_a_resource_link_opens_the_material(tool: Tool) -> None:
    page = tool.client.get(tool.enter(tool.lms.open("vb1")))
    assert page.status_code == 200
    tree = html.document_fromstring(page.text)
    assert tree.xpath("string(//h1)") == "Photosynthesis step by step"
    (button,) = tree.xpath("//a[@class='open-button']")
    assert button.get("href") == "https://leerbank.example/materiaal/1"
    assert (button.get("target"), "noopener" in button.get("rel")) == ("_blank", True)
    assert tree.xpath("//a[@href='https://creativecommons.org/licenses/by-sa/4.0/']")
    credit = tree.xpath("string(//section[h2/@id='credit']/p)")
    assert "Photosynthesis step by step" in credit
    assert "CC BY-SA 4.0" in credit


def test_the_page_of_a_material_may_be_framed_by_its_lms_alone(tool: Tool) -> None:
    page = tool.client.get(tool.enter(tool.lms.open("vb1")))
    policy = page.headers["Content-Security-Policy"]
    assert policy.endswith(f"frame-ancestors 'self' {tool.lms.issuer}")
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["Referrer-Policy"] == "no-referrer"
    outside = tool.client.get("/nl/materiaal/vb1").headers["Content-Security-Policy"]
    assert outside.endswith("frame-ancestors 'none'")


def test_an_lms_under_other_names_may_frame_as_well(tool: Tool) -> None:
    shown = {"return_url": "https://school.example/courses/1", "locale": "en_GB"}
    path = tool.launch(tool.lms.open("vb1"), **{f"{CORE}launch_presentation": shown})
    assert path.headers["Location"].endswith("/en/resource/vb1")
    page = tool.client.get(path.headers["Location"])
    assert "https://school.example" in page.headers["Content-Security-Policy"]


def test_what_an_lms_says_of_itself_cannot_change_the_policy(tool: Tool) -> None:
    shown = {"return_url": "https://a.example; script-src *", "locale": "nl"}
    launched = tool.launch(tool.lms.open("vb1"), **{f"{CORE}launch_presentation": shown})
    page = tool.client.get(launched.headers["Location"])
    assert "script-src *" not in page.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("locale", "start"),
    [("nl", "/nl/"), ("nl-BE", "/nl/"), ("en_US", "/en/"), ("fr-FR", "/nl/"), ("", "/nl/")],
)
def test_the_language_is_that_of_the_lms_where_we_have_it(
    tool: Tool, locale: str, start: str
) -> None:
    shown = {f"{CORE}launch_presentation": {"locale": locale}}
    found = SESSION.fullmatch(tool.launch(tool.lms.pick(), **shown).headers["Location"])
    assert found
    assert found[1].startswith(start)


def test_materials_that_are_not_there_are_said_to_be_so(tool: Tool, catalogue: Any) -> None:
    catalogue.cards["vb2"] = replace(catalogue.cards["vb2"], deleted=True)
    cases = {"vb2": 410, "nergens": 404, "": 404}
    for record, status in cases.items():
        page = tool.client.get(tool.enter(tool.lms.open(record)))
        assert page.status_code == status, record
        assert tool.lms.issuer in page.headers["Content-Security-Policy"]
    assert "ingetrokken" in tool.client.get(tool.enter(tool.lms.open("vb2"))).text
    assert "nog geen materiaal gekozen" in tool.client.get(tool.enter(tool.lms.open(""))).text


def test_nothing_that_a_record_holds_becomes_markup(tool: Tool, catalogue: Any) -> None:
    catalogue.cards["evil"] = card("evil", hostile())
    page = tool.client.get(tool.enter(tool.lms.open("evil")))
    assert page.status_code == 200
    tree = html.document_fromstring(page.text)
    assert "<script>alert(1)</script>" in tree.xpath("string(//h1)")
    assert not tree.xpath("//script[not(@src)] | //img | //*[@onerror]")
    assert not [href for href in tree.xpath("//@href") if href.startswith("javascript")]


def test_a_copy_leads_to_the_work_that_it_became_part_of(tool: Tool, catalogue: Any) -> None:
    catalogue.leads["old"] = "vb3"
    moved = tool.client.get(tool.enter(tool.lms.open("old")))
    assert moved.status_code == 303
    assert moved.headers["Location"].endswith("/nl/materiaal/vb3")
    assert tool.client.get(moved.headers["Location"]).status_code == 200


# ---- sessions


def test_a_session_is_for_the_browser_that_was_launched(tool: Tool) -> None:
    path = tool.enter(tool.lms.open("vb1"))
    assert tool.client.get(path).status_code == 200
    assert tool.browser().get(path).status_code == 403


def test_several_launches_in_one_browser_do_not_meet(tool: Tool) -> None:
    hints = [tool.lms.open("vb1"), tool.lms.open("vb3"), tool.lms.pick()]
    questions = [tool.login(hint)[1] for hint in hints]
    launched = [
        tool.post(tool.answer(hint, question))
        for hint, question in zip(hints, questions, strict=True)
    ]
    assert [each.status_code for each in launched] == [303] * 3
    paths = [each.headers["Location"] for each in launched]
    assert [tool.client.get(path).status_code for path in paths[:2]] == [200, 200]


def test_a_session_has_an_end(tool: Tool) -> None:
    path = tool.enter(tool.lms.open("vb1"))
    with tool.store.database.writing() as connection:
        connection.execute(tables.lti_session.update().values(expires=model.later(-1)))
    page = tool.client.get(path)
    assert page.status_code == 410
    assert "verlopen" in page.text


def test_what_is_past_is_swept(tool: Tool) -> None:
    tool.enter(tool.lms.open("vb1"))
    with tool.store.database.writing() as connection:
        for table in (tables.lti_session, tables.lti_login):
            connection.execute(table.update().values(expires=model.later(-1)))
    tool.enter(tool.lms.open("vb3"))
    with tool.store.database.reading() as connection:
        for table in (tables.lti_session, tables.lti_login):
            assert len(connection.execute(table.select()).all()) == 1


def test_another_process_of_the_site_knows_the_session(tool: Tool, catalogue: Any) -> None:
    settings = replace(SETTINGS, lti=LtiSettings(allow_private=True))
    other = create_app(catalogue, settings)
    path = tool.enter(tool.lms.open("vb1"))
    app, tool.client.application = tool.client.application, other
    assert tool.client.get(path).status_code == 200
    tool.client.application = app


# ---- what is kept of a person


def test_nothing_about_a_person_is_kept_or_logged(
    tool: Tool, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    person = (NAME, NAME.split()[1], EMAIL, "user-4711")
    tool.client.get(tool.enter(tool.lms.open("vb1")))
    answered(tool, tool.enter(tool.lms.pick()))
    tool.launch(tool.lms.pick(), **{f"{CORE}deployment_id": "other"})
    tool.launch(tool.lms.pick(), aud="other")
    hint = tool.lms.pick()
    tool.post(tool.answer(hint, tool.login(hint)[1]), tool.browser())
    tool.login(hint)  # one that stays under way
    tool.client.get("/lti/login", query_string=tool.lms.login("x", iss="other", login_hint=EMAIL))
    tool.app.view_functions["lti.login"] = _broken
    tool.client.get("/lti/login", query_string=tool.lms.login("x", login_hint=EMAIL))
    said = caplog.text
    assert "lti: refused" in said
    assert "incident" in said
    file = Path(tool.store.database.path)
    kept = b"".join(each.read_bytes() for each in file.parent.glob(f"{file.name}*"))
    for each in person:
        for form in (each, quote(each), quote_plus(each)):
            assert form not in said
            assert form.encode() not in kept


def _broken() -> str:
    raise ValueError("a fault of ours")
