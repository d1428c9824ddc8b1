"""A teacher in Debian's chromium: the LMS on one site, we in a frame on another."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

import pytest
from flask import Flask, Response, request
from lms import Lms, Quiet
from playwright.sync_api import Browser, BrowserContext, FrameLocator, Locator, Page, Route, expect
from test_browser import CHROMIUM
from test_browser import pytestmark as pytestmark  # noqa: PLC0414 the same needs
from ticking import ITEMS, counted, paged, pick, records
from werkzeug.serving import make_server

if TYPE_CHECKING:
    from conftest import Stocked

COOKIES = {"allowed": 0, "blocked": 1}  # what chromium calls cookie_controls_mode


@pytest.fixture(scope="module", params=COOKIES)
def visitor(
    request: pytest.FixtureRequest, browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[BrowserContext]:
    """Start a browser that keeps cookies of other sites, or does not."""
    folder = tmp_path_factory.mktemp("profile")
    (folder / "Default").mkdir()
    mode = COOKIES[request.param]
    said = {"profile": {"cookie_controls_mode": mode, "block_third_party_cookies": bool(mode)}}
    (folder / "Default" / "Preferences").write_text(json.dumps(said))
    context = browser.browser_type.launch_persistent_context(
        folder, executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"], locale="nl-NL"
    )
    context.cookies_blocked = bool(mode)  # type: ignore[attr-defined]
    yield context
    context.close()


@pytest.fixture
def course(visitor: BrowserContext, served: str, lms: Lms) -> Iterator[Callable[[str], Page]]:
    """Open a course of the LMS in which we are launched in a frame."""
    assert "127.0.0.1" in served
    assert "localhost" in lms.issuer
    pages = []

    def open_(hint: str) -> Page:
        page = visitor.new_page()
        pages.append(page)
        page.goto(f"{lms.issuer}/course/{hint}")
        return page

    yield open_
    for page in pages:
        page.close()


def tool(page: Page) -> FrameLocator:
    return page.frame_locator("iframe")


def tab_to(what: Locator) -> None:
    for _ in range(200):
        what.page.keyboard.press("Tab")
        if what.evaluate("each => each === document.activeElement"):
            return
    pytest.fail("Tab does not come there")


def back(page: Page) -> None:
    expect(tool(page).get_by_role("heading", name="Back")).to_be_visible()
    assert page.title() == "chosen"  # it could tell the page around it


def test_cookies_of_other_sites_are_what_this_browser_says(visitor: BrowserContext) -> None:
    """What the other tests rest on: a plain cookie comes back in a frame, or does not."""
    app = Flask(__name__)

    @app.get("/around")
    def around() -> str:
        return f'<iframe src="http://127.0.0.1:{server.server_port}/set"></iframe>'

    @app.get("/set")
    def set_() -> Response:
        response = Response(status=302, headers={"Location": "/show"})
        response.set_cookie("plain", "1", secure=True, samesite="None")
        response.set_cookie("parted", "1", secure=True, samesite="None", partitioned=True)
        return response

    @app.get("/show")
    def show() -> str:
        return f"<p>{' '.join(sorted(request.cookies))}</p>"

    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever, args=[0.02])
    thread.start()
    page = visitor.new_page()
    page.goto(f"http://localhost:{server.server_port}/around")
    shown = tool(page).locator("p").inner_text()
    page.close()
    server.shutdown()
    thread.join()
    server.server_close()
    blocked = visitor.cookies_blocked  # type: ignore[attr-defined]
    assert shown == ("parted" if blocked else "parted plain")


def test_a_teacher_chooses_several_and_a_pupil_opens_one(
    course: Callable[[str], Page], lms: Lms
) -> None:
    page = course(lms.pick())
    frame = tool(page)
    frame.get_by_role("combobox").fill("breuken")
    frame.get_by_role("button", name="Zoeken").click()
    expect(frame.get_by_role("heading", level=1)).to_contain_text("breuken")
    pick(frame, "Breuken en verhoudingen")
    pick(frame, "Breuken en verhoudingen, 3")
    frame.get_by_role("link", name="Volgende").click()
    paged(frame, 11, 20)
    frame.locator(".card-title a").first.click()
    frame.get_by_role("checkbox", name="Kies dit").click()
    counted(frame, 3)
    frame.get_by_role("link", name="Terug naar de resultaten").click()
    paged(frame, 11, 20)
    frame.locator(".card-title a").first.click()  # to insert from the page of a material, too
    expect(frame.get_by_role("checkbox", name="Kies dit")).to_be_checked()
    frame.get_by_role("button", name="Voeg in").click()
    back(page)
    chosen = records(lms)
    assert chosen[:2] == ["vb0", "vb16"]
    assert len(chosen) == 3
    (said,) = lms.returned
    assert "CC BY 4.0" in said[ITEMS][0]["text"]

    later = course(lms.open(chosen[0]))
    shown = tool(later)
    expect(shown.get_by_role("heading", level=1)).to_have_text("Breuken en verhoudingen")
    expect(shown.get_by_text("gebruikt onder CC BY 4.0").first).to_be_visible()
    link = shown.get_by_role("link", name="Open het materiaal")
    assert link.get_attribute("href") == "https://leerbank.example/materiaal/0"
    assert link.get_attribute("target") == "_blank"


def test_a_teacher_chooses_one_by_keyboard_alone(course: Callable[[str], Page], lms: Lms) -> None:
    page = course(lms.pick({"accept_multiple": False}))
    frame = tool(page)
    frame.get_by_role("combobox").focus()
    page.keyboard.type("fotosynthese photosynthesis")
    page.keyboard.press("Enter")
    first = frame.get_by_role("radio").first
    expect(frame.get_by_role("heading", level=1)).to_contain_text("photosynthesis")
    frame.get_by_role("combobox").fill("breuken")
    page.keyboard.press("Enter")
    expect(frame.get_by_role("heading", level=1)).to_contain_text("breuken")
    tab_to(first)
    page.keyboard.press(" ")
    expect(first).to_be_checked()
    page.keyboard.press("ArrowDown")
    second = frame.get_by_role("radio").nth(1)
    expect(second).to_be_checked()
    expect(second).to_be_focused()
    expect(first).not_to_be_checked()
    counted(frame, 1)
    tab_to(frame.get_by_role("button", name="Voeg in"))
    page.keyboard.press("Enter")
    back(page)
    assert records(lms) == ["vb8"]


def test_cancelling_answers_with_nothing(course: Callable[[str], Page], lms: Lms) -> None:
    page = course(lms.pick())
    tool(page).get_by_role("button", name="Annuleer").click()
    back(page)
    assert records(lms) == []


def test_a_session_that_was_used_says_so_in_the_frame(
    course: Callable[[str], Page], lms: Lms
) -> None:
    page = course(lms.pick())
    pick(tool(page), "Breuken en verhoudingen")
    used = page.frames[1].url
    tool(page).get_by_role("button", name="Voeg in").click()
    back(page)
    page.frames[1].goto(used)
    expect(tool(page).get_by_text("De keuze is al naar de leeromgeving gestuurd")).to_be_visible()
    assert len(lms.returned) == 1


def test_a_session_that_ran_out_says_so_in_the_frame(
    course: Callable[[str], Page], served: str, lms: Lms
) -> None:
    page = course(lms.pick())
    expect(tool(page).get_by_role("button", name="Annuleer")).to_be_visible()
    page.frames[1].goto(f"{served}/lti/{'x' * 43}/vb1/nl/zoeken")
    expect(tool(page).get_by_text("Deze pagina is verlopen")).to_be_visible()


def test_a_double_click_sends_once(course: Callable[[str], Page], lms: Lms) -> None:
    page = course(lms.pick())
    pick(tool(page), "Breuken en verhoudingen")
    tool(page).get_by_role("button", name="Voeg in").dblclick()
    back(page)
    assert records(lms) == ["vb0"]


def test_an_lms_registers_itself_and_a_teacher_chooses(
    visitor: BrowserContext, catalogue: Stocked, served: str, lms: Lms
) -> None:
    catalogue.store.platforms.remove(lms.platform.id)
    page = visitor.new_page()
    page.goto(f"{lms.issuer}/course/{lms.pick()}")
    expect(tool(page).get_by_role("button", name="Annuleer")).to_be_hidden()
    said = {
        "openid_configuration": f"{lms.issuer}/.well-known/openid-configuration",
        "registration_token": lms.registration_token,
    }
    page.goto(f"{served}/lti/register/{catalogue.store.platforms.invite(60)}?{urlencode(said)}")
    expect(page.locator("#registered")).to_be_visible()
    page.goto(f"{lms.issuer}/course/{lms.pick()}")
    pick(tool(page), "Breuken en verhoudingen")
    tool(page).get_by_role("button", name="Voeg in").click()
    back(page)
    assert records(lms) == ["vb0"]
    page.close()


def test_where_a_frame_keeps_no_cookie_a_window_does(
    visitor: BrowserContext, served: str, lms: Lms
) -> None:
    """As browsers do that block all cookies in frames and know of no partitions."""

    def without(route: Route) -> None:
        parts = urlsplit(route.request.url)
        asked = HTTPConnection(parts.netloc)  # Playwright's own way would keep the cookie
        asked.request("GET", f"{parts.path}?{parts.query}")
        answer = asked.getresponse()
        to = answer.headers["Location"]
        assert answer.headers["Set-Cookie"]
        answer.read()
        asked.close()
        route.fulfill(status=answer.status, headers={"Location": to})

    page = visitor.new_page()
    page.route(f"{served}/lti/login*", without)
    page.goto(f"{lms.issuer}/course/{lms.pick()}")
    with visitor.expect_page() as opened:
        tool(page).get_by_role("link", name="Open in een nieuw venster").click()
    window = opened.value
    pick(window, "Breuken en verhoudingen")
    window.get_by_role("button", name="Voeg in").click()
    expect(window.get_by_role("heading", name="Back")).to_be_visible()
    assert records(lms) == ["vb0"]
    window.close()
    page.close()
