"""What people come for, by keyboard alone; and a list that changes in place under their hands."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect
from test_browser import pytestmark as pytestmark  # noqa: PLC0414 the same needs
from test_browser import watched

_MOST_STEPS = 250  # times Tab, before something counts as out of reach

SEARCH = "/nl/zoeken?q=hoofdstuk"
MATERIAL = "/nl/materiaal/vb1"
CHOSEN = SEARCH + "&level=hbo&type=video"


def reach(page: Page, name: str, *, key: str = "Tab") -> None:
    """Go to what has this name, from key to key; each stop on the way must be seen."""
    wanted = re.compile(name)
    for _ in range(_MOST_STEPS):
        page.keyboard.press(key)
        said, shown = page.evaluate(_FOCUSED)
        assert shown, f"the focus is nowhere to be seen at {said!r}"
        if wanted.search(said):
            return
    pytest.fail(f"{name} cannot be reached")


def search(page: Page) -> None:
    reach(page, "^Wat zoek je")
    page.keyboard.type("breuken")
    page.keyboard.press("Enter")


def press(name: str) -> Callable[[Page], None]:
    """Return what goes to a link or button by this name and presses Enter."""

    def task(page: Page) -> None:
        reach(page, name)
        page.keyboard.press("Enter")

    return task


#: What is done: where one starts, how it goes, where one ends.
TASKS = {
    "search": ("/nl/", search, "/nl/zoeken?q=breuken"),
    "narrow": (SEARCH, press("^Hbo "), SEARCH + "&level=hbo"),
    "leave out": (SEARCH, press("^Niet deze: Video"), SEARCH + "&not.type=video"),
    "clear": (CHOSEN, press("^Alles wissen|^Alles verwijderen|^Verwijder alles"), SEARCH),
    "open": (SEARCH, press("^Photosynthesis"), "/nl/materiaal/vb1"),
    "turn the page": (SEARCH, press("^Volgende"), SEARCH + "&page=2"),
    "sort": (SEARCH, press("^Nieuwste"), SEARCH + "&sort=newest"),
    "switch language": (CHOSEN, press("^English"), "/en/search?q=hoofdstuk&level=hbo&type=video"),
    "report": (MATERIAL, press("^Klopt er iets niet"), "/nl/melden/vb1"),
    "combine licences": (MATERIAL, press("^Combineren"), "/nl/licenties?licence=CC-BY-SA-4.0"),
    "browse": ("/nl/", press("^Techniek"), "/nl/vakgebied/techniek"),
}


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_tasks_by_keyboard_alone(browser: Browser, site: str, scripts: bool) -> None:
    context = browser.new_context(
        java_script_enabled=scripts, viewport={"width": 1280, "height": 900}
    )
    page = context.new_page()
    faults = watched(page, site)
    for start, task, end in TASKS.values():
        page.goto(site + start)
        task(page)
        page.wait_for_url(site + end)
    assert faults == []
    context.close()


def test_keeping_and_copying_by_keyboard_alone(browser: Browser, site: str) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=site)
    page = context.new_page()
    page.goto(site + SEARCH)
    reach(page, "^Bewaren")
    page.keyboard.press("Space")
    expect(page.locator("[data-count]")).to_have_text("(1)")
    page.goto(site + MATERIAL)
    reach(page, "^Kopieer")
    page.keyboard.press("Enter")
    expect(page.locator("body > [role=status]")).to_have_text("Gekopieerd")
    assert "Photosynthesis" in page.evaluate("navigator.clipboard.readText()")
    context.close()


def test_a_choice_keeps_the_focus_and_says_how_many(browser: Browser, site: str) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    faults = watched(page, site)
    page.goto(site + SEARCH)
    page.evaluate("window.same = true")
    page.locator("#facet-format > summary").click()
    reach(page, "^Pdf")
    for end in ("&format=pdf", ""):
        page.keyboard.press("Enter")
        page.wait_for_url(site + SEARCH + end)
        expect(page.locator("body > [role=status]")).to_have_text(page.locator("h1").inner_text())
        assert page.evaluate(_FOCUSED)[0].startswith("Pdf")
    assert page.evaluate("window.same"), "the page was loaded anew"
    assert page.locator("#facet-format").get_attribute("open") is not None
    # what the rest of the page says follows
    page.keyboard.press("Enter")
    page.wait_for_url(site + SEARCH + "&format=pdf")
    hidden = page.locator("form[role=search] input[name=format]")
    expect(hidden).to_have_value("pdf")
    assert page.locator("a.language").get_attribute("href") == ("/en/search?q=hoofdstuk&format=pdf")
    assert faults == []
    page.close()


def test_back_and_forward_go_through_what_was_chosen(browser: Browser, site: str) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(site + SEARCH)
    heading = page.locator("h1")
    said = [heading.inner_text()]
    for name in ("^Hbo ", "^Video "):
        page.get_by_role("link", name=re.compile(name)).first.click()
        expect(heading).not_to_have_text(said[-1])
        said.append(heading.inner_text())
    page.locator("article h2 a").first.click()
    page.wait_for_url("**/nl/materiaal/*")
    for there in reversed(said):
        page.go_back()
        expect(heading).to_have_text(there)
    assert page.url == site + SEARCH
    page.go_forward()
    expect(heading).to_have_text(said[1])
    page.close()


def test_a_page_that_fails_to_come_is_asked_for_as_any_link(browser: Browser, site: str) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(site + SEARCH)
    page.evaluate("() => { window.fetch = () => Promise.reject(new TypeError('none')) }")
    page.get_by_role("link", name=re.compile("^Hbo ")).first.click()
    page.wait_for_url(site + SEARCH + "&level=hbo")
    assert page.evaluate("'same' in window") is False
    page.close()


#: What has the focus is called, and whether it is within what the eye can see.
_FOCUSED = """() => {
  const e = document.activeElement;
  const label = e.labels?.[0]?.textContent ?? e.textContent;
  const box = e.getBoundingClientRect();
  const shown = e === document.body || (box.width > 0 && box.bottom > 0 && box.top < innerHeight);
  return [label.trim().replace(/\\s+/g, ' '), shown];
}"""
