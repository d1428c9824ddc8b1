"""Launches that are accepted, and what they lead to."""

from __future__ import annotations

import re
from typing import Any

from launching import Tool
from lms import CORE, DEEP
from lxml import html
from werkzeug.test import TestResponse

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


def test_data_that_is_null_goes_back_as_null(tool: Tool) -> None:
    said = message(tool, answered(tool, tool.enter(tool.lms.pick({"data": None}))))
    assert said[f"{DEEP}data"] is None


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
