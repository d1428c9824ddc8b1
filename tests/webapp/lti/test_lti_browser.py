"""A teacher in Debian's chromium: the LMS on one site, we in a frame on another."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

import pytest
from fake_catalogue import FakeCatalogue
from flask import Flask, Response, request
from lms import DEEP, Lms, Quiet
from msgspec.structs import replace
from playwright.sync_api import Browser, BrowserContext, FrameLocator, Page, Route, expect
from test_axe import THEMES, violations
from test_browser import CHROMIUM, WIDTHS, watched
from test_browser import pytestmark as pytestmark  # noqa: PLC0414 the same needs
from werkzeug.serving import make_server

from catalog.store import model
from webapp.lti.picking import Picking
from webapp.lti.sessions import Session, Sessions, new_id

if TYPE_CHECKING:
    from conftest import Stocked

ITEMS = f"{DEEP}content_items"
COOKIES = {"allowed": 0, "blocked": 1}  # what chromium calls cookie_controls_mode
Begin = Callable[..., str]


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


def pick(where: FrameLocator | Page, title: str, role: Any = "checkbox") -> None:
    where.get_by_role(role, name=f"Kies: {title}", exact=True).click()


def counted(where: FrameLocator | Page, number: int) -> None:
    expect(where.locator(".tray-count")).to_have_text(f"{number} gekozen")


def paged(where: FrameLocator | Page, first: int, last: int) -> None:
    expect(where.get_by_text(f"{first}\N{EN DASH}{last} van")).to_be_visible()


def records(lms: Lms) -> list[str]:
    (said,) = lms.returned
    return [each["custom"]["record"] for each in said[ITEMS]]


def back(page: Page) -> None:
    expect(tool(page).get_by_role("heading", name="Back")).to_be_visible()
    assert page.title() == "chosen"  # it could tell the page around it


# ---- in the frame of an LMS


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
    for _ in range(200):
        page.keyboard.press("Tab")
        if first.evaluate("each => each === document.activeElement"):
            break
    page.keyboard.press(" ")
    expect(first).to_be_checked()
    page.keyboard.press("ArrowDown")
    second = frame.get_by_role("radio").nth(1)
    expect(second).to_be_checked()
    expect(second).to_be_focused()
    expect(first).not_to_be_checked()
    counted(frame, 1)
    while not frame.get_by_role("button", name="Voeg in").evaluate(
        "each => each === document.activeElement"
    ):
        page.keyboard.press("Tab")
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


# ---- the picker by itself


@pytest.fixture
def begin(catalogue: FakeCatalogue, lms: Lms, served: str) -> Begin:
    """Begin to choose without a launch; give the address of the session."""

    def session(**claim: Any) -> str:
        given = {"accept_types": ["ltiResourceLink"], "accept_multiple": True} | claim
        one = Session(
            id=new_id(),
            kind="pick",
            registration=lms.platform.id,
            deployment=lms.deployment,
            origins=(lms.issuer,),
            locale="nl",
            expires=model.later(600),
            picking=Picking.read(given),
            return_url=f"{lms.issuer}/return",
        )
        Sessions(catalogue).begin(one, Response(), cookies=False)  # type: ignore[arg-type]
        return served + one.at

    return session


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="nl-NL")
    yield context.new_page()
    context.close()


def test_a_teacher_chooses_without_scripts(browser: Browser, begin: Begin, lms: Lms) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 740})
    page = context.new_page()
    page.goto(f"{begin()}/nl/zoeken")
    page.get_by_role("searchbox").fill("breuken")
    page.keyboard.press("Enter")
    pick(page, "Breuken en verhoudingen, 5")
    page.wait_for_url("**/vb32/nl/zoeken?q=breuken*")
    assert page.get_by_role("checkbox", checked=True).count() == 1
    assert page.locator("#m-vb32").evaluate(
        "each => each.getBoundingClientRect().top >= 0"
        " && each.getBoundingClientRect().bottom <= innerHeight"
    )
    page.get_by_text("Filters", exact=True).click()
    page.get_by_role("link", name="Vmbo").first.click()
    page.wait_for_url("**level=vmbo")
    page.get_by_role("link", name="Volgende").click()
    page.wait_for_url("**level=vmbo&page=2")
    page.locator(".card-title a").first.click()
    page.wait_for_url("**/vb32/nl/materiaal/vb240?*")
    page.get_by_role("checkbox", name="Kies dit").click()
    page.wait_for_url("**/vb32.vb240/nl/materiaal/vb240?*")
    page.get_by_role("link", name="Terug naar de resultaten").click()
    page.wait_for_url("**level=vmbo&page=2")
    page.reload()
    counted(page, 2)
    page.locator(".tray-count").click()
    page.get_by_role("button", name="Kies niet meer: Breuken en verhoudingen, 5").click()
    page.wait_for_url("**level=vmbo&page=2#m-vb32")
    page.get_by_role("button", name="Voeg in").click()
    page.get_by_role("button", name="Ga verder").click()
    assert page.get_by_role("heading", name="Back").is_visible()
    assert len(records(lms)) == 1
    context.close()


def test_ticks_in_quick_succession_are_all_kept(page: Page, begin: Begin) -> None:
    page.goto(f"{begin()}/nl/zoeken?q=breuken")
    page.evaluate("document.querySelectorAll('[data-pick]').forEach((each) => each.click())")
    counted(page, 10)
    page.locator("[data-pick]").nth(4).click()
    counted(page, 9)
    page.reload()
    counted(page, 9)
    assert page.get_by_role("checkbox", checked=True).count() == 9


def test_the_way_back_of_the_browser_keeps_what_was_chosen_since(page: Page, begin: Begin) -> None:
    page.goto(f"{begin()}/nl/zoeken?q=breuken")
    pick(page, "Breuken en verhoudingen")
    page.locator(".card-title a").nth(1).click()
    page.get_by_role("checkbox", name="Kies dit").click()
    page.go_back()
    counted(page, 2)
    expect(page.get_by_role("checkbox", checked=True)).to_have_count(2)
    page.get_by_role("link", name="Volgende").click()
    paged(page, 11, 20)
    page.locator("[data-pick]").first.click()
    page.go_back()
    paged(page, 1, 10)
    counted(page, 3)
    page.locator(".card-title a").first.click()
    page.wait_for_url("**/nl/materiaal/vb0?*")
    counted(page, 3)
    page.go_forward()
    counted(page, 3)


def test_the_tray_lets_go_and_keeps_the_focus(page: Page, begin: Begin) -> None:
    page.goto(f"{begin()}/vb0.vb8.vb16/nl/zoeken?q=breuken")
    page.locator(".tray-count").click()
    page.get_by_role("button", name="Kies niet meer: Breuken en verhoudingen, 2").click()
    expect(page.get_by_role("checkbox", checked=True)).to_have_count(2)
    focused = page.evaluate("document.activeElement.value")
    assert focused == "vb16"
    for _ in range(2):
        page.keyboard.press("Enter")
    expect(page.get_by_role("checkbox", checked=True)).to_have_count(0)
    expect(page.get_by_role("button", name="Voeg in")).to_be_disabled()
    expect(page.get_by_role("button", name="Annuleer")).to_be_focused()


def test_who_lets_go_of_what_was_withdrawn_is_told_of_it_no_more(
    page: Page, begin: Begin, catalogue: FakeCatalogue
) -> None:
    catalogue.cards["vb8"] = replace(catalogue.cards["vb8"], deleted=True)
    page.goto(f"{begin()}/vb8/nl/zoeken")
    insert, told = page.get_by_role("button", name="Voeg in"), page.get_by_text("is ingetrokken")
    expect(told).to_be_visible()
    expect(insert).to_be_disabled()
    pick(page, "Breuken en verhoudingen")
    expect(insert).to_be_enabled()
    page.locator(".tray-count").click()
    page.get_by_role("button", name="Kies niet meer: Breuken en verhoudingen, 2").click()
    expect(told).to_be_hidden()
    counted(page, 1)


def test_what_is_chosen_is_said_aloud(page: Page, begin: Begin) -> None:
    page.goto(f"{begin()}/nl/zoeken?q=breuken")
    aloud = page.locator("body > [role=status]")
    pick(page, "Breuken en verhoudingen")
    expect(aloud).to_have_text("1 gekozen")
    pick(page, "Breuken en verhoudingen")
    expect(aloud).to_contain_text("Vink aan")


def test_a_hundred_is_the_end_and_that_is_said(page: Page, begin: Begin) -> None:
    every = ".".join(f"vb{n}" for n in range(99))
    page.goto(f"{begin()}/{every}/nl/zoeken?page=11")
    spare = page.get_by_role("checkbox", checked=False)
    assert spare.count() == 10
    spare.first.click()
    expect(page.get_by_text("Meer dan 100 materialen")).to_be_visible()
    page.locator("[data-pick]").nth(3).click(force=True)
    counted(page, 100)
    page.locator("[data-pick]").first.click()
    expect(page.get_by_text("Meer dan 100 materialen")).to_be_hidden()


def test_a_suggested_title_opens_in_the_picker(page: Page, begin: Begin) -> None:
    page.goto(f"{begin()}/vb3/nl/zoeken")
    page.get_by_role("combobox").press_sequentially("breuken en")
    page.get_by_role("option", name="Breuken en verhoudingen").first.click()
    page.wait_for_url("**/vb3/nl/materiaal/vb*")
    counted(page, 1)


def test_a_film_is_looked_at_in_the_picker(
    page: Page, begin: Begin, catalogue: FakeCatalogue
) -> None:
    known = catalogue.cards["vb1"]
    film = replace(known.resource, url="https://www.youtube.com/watch?v=vindplaats1")
    catalogue.cards["vb1"] = replace(known, resource=film)
    page.route("https://*/**", lambda route: route.fulfill(body="<p>film</p>"))
    faults: list[str] = []
    page.on("console", lambda message: faults.append(message.text))
    page.goto(f"{begin()}/-/nl/materiaal/vb1")
    page.locator(".preview button").click()
    expect(page.frame_locator(".preview iframe").get_by_text("film")).to_be_visible()
    assert faults == []


LOOKS = ["/nl/zoeken?q=breuken", "/vb0.vb8/nl/zoeken?q=breuken", "/vb0.gone/en/search",
         "/vb0/nl/materiaal/vb8?back=q%3Dbreuken", "/vb0/en/search/level",
         f"/{'.'.join(f'vb{n}' for n in range(120))}/nl/zoeken?q=zzz"]  # fmt: skip


@pytest.fixture
def looks(begin: Begin, catalogue: FakeCatalogue) -> list[str]:
    """Return addresses of every kind of page of the picker."""
    catalogue.cards["gone"] = replace(catalogue.cards["vb3"], id="gone", deleted=True)
    return [
        *(begin() + path for path in LOOKS),
        f"{begin(accept_multiple=False)}/vb0/nl/zoeken?q=breuken",
        f"{begin(accept_types=['file'])}/nl/zoeken",
    ]


def test_no_page_of_the_picker_breaks_a_rule(page: Page, looks: list[str]) -> None:
    broken = {}
    for address in looks:
        page.goto(address)
        for width in (1280, 360):
            page.set_viewport_size({"width": width, "height": 3000})  # nothing below the tray
            for scheme, rules in THEMES:
                page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
                for each in page.locator(".tray-list:not([hidden]):not([open]) > summary").all():
                    each.click()
                if found := violations(page, rules):
                    broken[f"{address} {width} {scheme}"] = found
    assert broken == {}


def test_pages_of_the_picker_load_clean_and_fit(page: Page, looks: list[str], served: str) -> None:
    faults = watched(page, served)
    for address in looks:
        answer = page.goto(address)
        assert answer
        assert answer.ok
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            overflow = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            assert overflow <= 0, (address, width)
    assert faults == []


def test_nothing_that_has_the_focus_hides_behind_the_tray(page: Page, looks: list[str]) -> None:
    """WCAG 2.2, 2.4.11."""
    page.set_viewport_size({"width": 360, "height": 640})
    page.goto(looks[1])
    for _ in range(60):
        page.keyboard.press("Tab")
        assert page.evaluate(_SEEN), page.evaluate("document.activeElement.outerHTML")


_SEEN = """() => {
  const each = document.activeElement;
  const { left, right, top, bottom } = each.getBoundingClientRect();
  const edge = document.querySelector(".tray").getBoundingClientRect().top;
  return each === document.body || each.closest(".tray") !== null || top < edge;
}"""
