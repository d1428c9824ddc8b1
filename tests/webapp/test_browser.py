"""The site in Debian's chromium: nothing foreign, nothing blocked, nothing sideways."""

from __future__ import annotations

import re
import shutil
from contextlib import suppress
from urllib.parse import quote

import pytest
from fake_catalogue import HOSTILE
from playwright.sync_api import Browser, Error, Page, Route

CHROMIUM = shutil.which("chromium")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM, reason="Debian's chromium is not installed"),
]

PAGES = [
    "/nl/",
    "/en/search?page=3",
    "/nl/zoeken?q=hoofdstuk&level=hbo&level=vmbo",
    "/nl/zoeken?q=zzz&level=wo",
    "/nl/zoeken?q=breukenn%20verhoudingen",
    "/nl/waarom/vb1?q=breuken%20zzz",
    "/en/search?not.level=hbo&year=2010..2015&discipline=techniek",
    "/nl/zoeken/level?not.type=video",
    "/en/resource/vb1",
    "/nl/materiaal/evil",
    "/nl/materiaal/w",
    "/en/copy/c1",
    "/en/resource/tube",
    "/nl/lijst",
    "/nl/lijst?m=vb1.evil.endless.nope",
    "/en/licences?licence=CC-BY-SA-4.0&licence=CC-BY-NC-4.0&licence=Taverne",
    "/nl/melden/evil",
    "/en/reported/vb1",
    "/en/search?q=photosynthesis&copies=1",
    "/nl/bron/leerbank",
    "/nl/api",
    "/en/api",
    "/nl/vakgebied/exact_informatica",
    "/en/level/mbo?sort=title&page=2",
    "/nl/instelling/Hogeschool%20aan%20de%20Vaart",
    "/en/maker/K.%20Vos",
    f"/nl/instelling/{'W' * 190}",
    f"/nl/niveau/{quote(HOSTILE, safe='')}",
    "/nl/vakgebieden",
    "/en/institutions?order=name",
    "/nl/bronnen",
    "/nl/hulp",
    "/en/about",
    "/nl/privacy",
    "/en/accessibility",
    "/nl/insluiten",
    "/nl/lti",
    "/nl/dump",
    "/en/dump",
    "/embed/auto/nl/zoeken?q=breuken",
    "/embed/dark/en/resource/vb1",
]
ERRORS = ["/nl/nergens/breuken-oefenen", "/en/search?page=0", "/lti/login"]
WIDTHS = (320, 768, 1280)


def watched(page: Page, site: str) -> list[str]:
    """Return a list that fills with everything that goes wrong, and every foreign request."""
    faults: list[str] = []
    page.on("console", lambda message: faults.append(message.text))
    page.on("pageerror", lambda error: faults.append(str(error)))
    # a request that the next page cuts off is no fault
    page.on(
        "requestfailed",
        lambda r: (
            None if r.failure == "net::ERR_ABORTED" else faults.append(f"{r.url} {r.failure}")
        ),
    )
    page.on("request", lambda r: None if r.url.startswith(site) else faults.append(r.url))
    return faults


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("scripts", [True, False])
def test_pages_load_clean_and_fit(browser: Browser, site: str, scheme: str, scripts: bool) -> None:
    context = browser.new_context(color_scheme=scheme, java_script_enabled=scripts)  # type: ignore[arg-type]
    page = context.new_page()
    faults = watched(page, site)
    for address in PAGES:
        answer = page.goto(site + address)
        assert answer
        assert answer.ok
        for width in WIDTHS if scripts else ():
            page.set_viewport_size({"width": width, "height": 800})
            overflow = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            assert overflow <= 0, (address, width)
    assert faults == []
    assert context.cookies() == []
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_its_ground(browser: Browser, site: str, scheme: str) -> None:
    """WCAG 2.2, 1.4.3: 4.5 to 1, for every text on a plain ground."""
    page = browser.new_page(color_scheme=scheme)  # type: ignore[arg-type]
    for address in PAGES:
        page.goto(site + address)
        assert page.evaluate(_CONTRAST) == [], address
    page.close()


def test_targets_are_large_enough(browser: Browser, site: str) -> None:
    """WCAG 2.2, 2.5.8: 24 by 24 pixels, but for links in a line of text.

    And but for the bars of the years: the search has fields for the same.
    """
    page = browser.new_page(viewport={"width": 320, "height": 800})
    for address in PAGES:
        page.goto(site + address)
        assert page.evaluate(_SMALL) == [], address
    page.close()


def test_a_visitor_finds_narrows_and_opens_without_scripts(browser: Browser, site: str) -> None:
    context = browser.new_context(
        java_script_enabled=False, locale="nl-NL", viewport={"width": 360, "height": 740}
    )
    page = context.new_page()
    page.goto(site)
    page.get_by_role("searchbox").fill("hoofdstuk")
    page.keyboard.press("Enter")
    page.wait_for_url("**/nl/zoeken?q=hoofdstuk")
    level = page.get_by_role("link", name=re.compile("^Havo"))
    assert not level.is_visible()
    page.get_by_text("Filters", exact=True).click()
    level.click()
    page.wait_for_url("**level=havo")
    page.get_by_role("link", name="Verwijder Niveau: Havo").click()
    page.wait_for_url("**/nl/zoeken?q=hoofdstuk")
    page.get_by_role("link", name="English").click()
    page.wait_for_url("**/en/search?q=hoofdstuk")
    page.locator("article a").first.click()
    page.wait_for_url("**/en/resource/*")
    assert page.get_by_role("link", name="Open the material").is_visible()
    context.close()


def test_filters_are_there_at_once_where_there_is_room(browser: Browser, site: str) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.goto(f"{site}/nl/zoeken")
    assert page.get_by_role("link", name=re.compile("^Havo")).is_visible()
    page.close()


def test_facets_have_targets_for_thumbs(browser: Browser, site: str) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 740}, has_touch=True)
    page = context.new_page()
    page.goto(f"{site}/nl/zoeken?not.type=video&discipline=0541")
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    assert page.evaluate(_UNDER_A_THUMB) == []
    page.goto(f"{site}/nl/zoeken/institution?not.type=video")
    assert page.evaluate(_UNDER_A_THUMB) == []
    context.close()


def test_values_are_left_out_and_years_chosen_without_scripts(browser: Browser, site: str) -> None:
    context = browser.new_context(
        java_script_enabled=False, viewport={"width": 1280, "height": 900}
    )
    page = context.new_page()
    page.goto(f"{site}/en/search?q=hoofdstuk")
    page.get_by_role("link", name="Not these: Video").click()
    page.wait_for_url("**/en/search?q=hoofdstuk&not.type=video")
    page.locator("#facet-year > summary").click()
    page.get_by_label("From", exact=True).fill("2015")
    page.get_by_label("to", exact=True).fill("2019")
    page.keyboard.press("Enter")
    page.wait_for_url("**year.from=2015&year.to=2019")
    chips = page.locator(".chips a")
    assert [text.split()[-1] for text in chips.all_inner_texts()] == [
        "2015\N{EN DASH}2019",
        "Video",
        "all",
    ]
    page.locator("#facet-institution > summary").click()
    context.close()


def test_the_keyboard_comes_first_to_the_skip_link(browser: Browser, site: str) -> None:
    page = browser.new_page()
    page.goto(f"{site}/nl/zoeken")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#main"
    assert page.evaluate("document.activeElement.getBoundingClientRect().top") >= 0
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "q"
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"
    page.close()


def typing(browser: Browser, site: str, typed: str) -> Page:
    page = browser.new_page(viewport={"width": 360, "height": 740}, locale="nl-NL")
    page.goto(f"{site}/nl/")
    page.get_by_role("combobox").press_sequentially(typed)
    page.get_by_role("option").first.wait_for()
    return page


def test_suggestions_are_walked_and_taken_by_keyboard(browser: Browser, site: str) -> None:
    """As WAI-ARIA's combobox with a list asks; the field itself lies between last and first."""
    page = typing(browser, site, "breu")
    field = page.get_by_role("combobox")
    options = page.get_by_role("option").count()
    assert options > 3
    assert field.get_attribute("aria-expanded") == "true"
    assert page.locator("form [role=status]").inner_text().startswith(f"{options} suggesties")
    walked = []
    for _ in range(options + 2):
        page.keyboard.press("ArrowDown")
        walked.append(field.get_attribute("aria-activedescendant"))
    assert walked == [*(f"suggestion-{n}" for n in range(options)), None, "suggestion-0"]
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    assert page.locator("[aria-selected=true]").get_attribute("id") == f"suggestion-{options - 1}"
    assert page.locator("[aria-selected=true]").count() == 1
    assert page.evaluate("document.activeElement.id") == "q"
    page.keyboard.press("Enter")
    page.wait_for_url("**/nl/materiaal/vb*")
    page.close()


def test_escape_closes_suggestions_and_then_empties_the_field(browser: Browser, site: str) -> None:
    page = typing(browser, site, "breu")
    field = page.get_by_role("combobox")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Escape")
    assert page.get_by_role("option").count() == 0
    assert (field.input_value(), field.get_attribute("aria-expanded")) == ("breu", "false")
    assert field.get_attribute("aria-activedescendant") is None
    page.keyboard.press("ArrowDown")
    page.get_by_role("option").first.wait_for()
    page.keyboard.press("Tab")
    assert page.get_by_role("option").count() == 0
    field.focus()
    page.keyboard.press("Escape")
    assert field.input_value() == ""
    field.press_sequentially("breuken")
    page.keyboard.press("Enter")
    page.wait_for_url("**/nl/zoeken?q=breuken")
    page.close()


def test_an_answer_to_what_was_typed_before_is_not_shown(browser: Browser, site: str) -> None:
    page = browser.new_page()
    page.goto(f"{site}/nl/")
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)
        if "q=breuken" in route.request.url:
            route.continue_()

    page.route("**/api/v1/suggest*", hold)
    field = page.get_by_role("combobox")
    with page.expect_request("**/api/v1/suggest*"):
        field.press_sequentially("photo")
    field.fill("breuken")
    page.get_by_role("option").first.wait_for()
    with suppress(Error):  # the script has given it up
        held[0].continue_()
    page.wait_for_load_state("networkidle")
    assert all("Photo" not in text for text in page.get_by_role("option").all_inner_texts())
    page.close()


def test_a_suggestion_is_taken_by_mouse_and_fits(browser: Browser, site: str) -> None:
    page = typing(browser, site, "breu")
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    assert page.evaluate(_CONTRAST) == []
    page.get_by_role("option", name="Fatima el Idrissi").click()
    page.wait_for_url("**/nl/maker/Fatima*")
    page.close()


def test_reasons_open_in_place_by_keyboard(browser: Browser, site: str) -> None:
    page = browser.new_page(viewport={"width": 360, "height": 740})
    faults = watched(page, site)
    page.goto(f"{site}/nl/zoeken?q=breuken")
    first = page.get_by_role("button", name="Waarom dit resultaat?").first
    first.focus()
    page.keyboard.press("Enter")
    page.locator(".card .why").wait_for()
    assert first.get_attribute("aria-expanded") == "true"
    assert "staat zo in de titel" in page.locator(".card .why").inner_text()
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    page.keyboard.press("Space")
    assert not page.locator(".card .why").is_visible()
    assert first.get_attribute("aria-expanded") == "false"
    assert page.url.endswith("/nl/zoeken?q=breuken")
    assert faults == []
    page.close()


_CONTRAST = """() => {
  const channel = c => { c /= 255; return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4 };
  const numbers = s => s.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => 0.2126*channel(r) + 0.7152*channel(g) + 0.0722*channel(b);
  const ground = e => {
    for (; e; e = e.parentElement) {
      const style = getComputedStyle(e);
      if (style.backgroundImage !== 'none') return null;
      const colour = numbers(style.backgroundColor);
      if (colour.length === 3 || colour[3] === 1) return colour;
    }
    return [255, 255, 255];
  };
  const bad = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const text = walk.currentNode, e = text.parentElement;
    if (!text.data.trim() || !e.checkVisibility()) continue;
    const behind = ground(e);
    if (!behind) continue;
    const [a, b] = [light(numbers(getComputedStyle(e).color)), light(behind)].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < 4.5) bad.push(text.data.trim().slice(0, 40) + ' ' + ratio.toFixed(2));
  }
  return bad;
}"""

_UNDER_A_THUMB = """() => [...document.querySelectorAll(
    '.facets a:not(.bars a), .facets input:not([type=hidden]), .facets button, .facets summary, '
    + '.chips a, .every-values a, .find button, .find input:not([type=hidden])')]
  .filter(e => e.checkVisibility())
  .map(e => [e.className + ' ' + e.textContent.trim().slice(0, 40), e.getBoundingClientRect()])
  .filter(([, box]) => box.width < 44 || box.height < 44)
  .map(([text, box]) => `${text} ${box.width}x${box.height}`)"""

_SMALL = """() => [...document.querySelectorAll('a, button, input:not([type=hidden]), summary')]
  .filter(e => e.checkVisibility() && !e.closest('p, .skip, .bars'))
  .map(e => [e.textContent.trim().slice(0, 40), e.getBoundingClientRect()])
  .filter(([, box]) => box.width && (box.width < 24 || box.height < 24))
  .map(([text, box]) => `${text} ${box.width}x${box.height}`)"""
