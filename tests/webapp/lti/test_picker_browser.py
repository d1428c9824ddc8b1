"""The picker in Debian's chromium: with a mouse, by keys, without scripts, and by the rules."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from fake_catalogue import FakeCatalogue
from flask import Response
from lms import Lms
from msgspec.structs import replace
from playwright.sync_api import Browser, Page, expect
from test_axe import THEMES, violations
from test_browser import WIDTHS, watched
from test_browser import pytestmark as pytestmark  # noqa: PLC0414 the same needs
from ticking import counted, paged, pick, records

from catalog.store import model
from webapp.lti.picking import Picking
from webapp.lti.sessions import Session, Sessions, new_id

Begin = Callable[..., str]


@pytest.fixture
def begin(catalogue: FakeCatalogue, lms: Lms, served: str) -> Begin:
    """Begin to choose without a launch; give the address of the session."""

    def session(**claim: Any) -> str:
        least = {
            "accept_types": ["ltiResourceLink"],
            "accept_presentation_document_targets": ["window"],
        }
        one = Session(
            id=new_id(),
            kind="pick",
            registration=lms.platform.id,
            deployment=lms.deployment,
            origins=(lms.issuer,),
            locale="nl",
            expires=model.later(600),
            picking=Picking.read({**least, "accept_multiple": True, **claim}),
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
