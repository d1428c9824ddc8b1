"""Every kind of page by the rules of axe-core, for WCAG 2.2 A and AA and good practice besides."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page
from test_browser import ERRORS, PAGES
from test_browser import pytestmark as pytestmark  # noqa: PLC0414 the same needs

ALL = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
COLOURS = ["color-contrast", "link-in-text-block"]  # all that another theme can change
THEMES = (("light", ALL), ("dark", COLOURS))
WIDTHS = (1280, 360)


def violations(page: Page, rules: list[str] = ALL) -> list[str]:
    options = {"runOnly": rules, "resultTypes": ["violations"], "elementRef": False}
    found = Axe().run(page, options=options).response["violations"]
    return [f"{each['id']}: {node['html'][:120]}" for each in found for node in each["nodes"]]


@pytest.mark.parametrize("width", WIDTHS)
def test_no_page_breaks_a_rule(browser: Browser, site: str, width: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": 800})
    broken = {}
    for address in (*PAGES, *ERRORS):
        page.goto(site + address)
        for scheme, rules in THEMES:
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            if found := violations(page, rules):
                broken[f"{address} {scheme}"] = found
    page.close()
    assert broken == {}


def test_the_rules_find_what_is_wrong(browser: Browser, site: str) -> None:
    page = browser.new_page()
    page.goto(f"{site}/nl/")
    page.evaluate("""() => {
      document.documentElement.lang = "";
      document.querySelector("h2").style.color = "#ddd";
      document.querySelector("main").append(document.createElement("button"));
    }""")
    found = {each.partition(":")[0] for each in violations(page)}
    assert {"html-has-lang", "button-name", "color-contrast"} <= found
    page.close()


def test_what_scripts_open_breaks_no_rule_either(browser: Browser, site: str) -> None:
    page = browser.new_page(viewport={"width": 360, "height": 800})
    page.goto(f"{site}/nl/")
    page.get_by_role("combobox").press_sequentially("breu")
    page.get_by_role("option").first.wait_for()
    assert violations(page) == []
    page.goto(f"{site}/nl/zoeken?q=breuken")
    page.get_by_text("Filters", exact=True).click()
    page.get_by_role("link", name=re.compile("^Vmbo")).click()
    page.wait_for_url("**level=vmbo")
    assert violations(page) == []
    page.goto(f"{site}/nl/zoeken?q=breuken&level=vmbo")
    page.get_by_text("Filters (1)", exact=True).click()
    page.get_by_role("button", name="Waarom dit resultaat?").first.click()
    page.locator(".card .why").wait_for()
    assert violations(page) == []
    page.close()
