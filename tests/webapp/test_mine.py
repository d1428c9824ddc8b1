"""What a visitor does with a material in the browser: copy, keep, order, share, look, report."""

from __future__ import annotations

import json
import zipfile

import pytest
from fake_catalogue import TUBE
from lxml import etree
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect
from test_browser import pytestmark as pytestmark  # noqa: PLC0414 the same needs
from test_browser import watched

_STORED = "JSON.parse(localStorage.getItem('vindplaats.list'))"


def wide(browser: Browser, site: str, *, scripts: bool = True) -> tuple[BrowserContext, Page]:
    context = browser.new_context(
        java_script_enabled=scripts, viewport={"width": 1280, "height": 900}
    )
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=site)
    return context, context.new_page()


@pytest.mark.parametrize(
    ("address", "copy", "done"),
    [("/nl/materiaal/vb1", "Kopieer", "Gekopieerd"), ("/en/resource/vb1", "Copy", "Copied")],
)
def test_a_line_is_copied_and_it_is_said(
    browser: Browser, site: str, address: str, copy: str, done: str
) -> None:
    context, page = wide(browser, site)
    faults = watched(page, site)
    page.goto(site + address)
    first = page.locator("[data-copy=credit-text]")
    expect(first).to_contain_text(copy)
    first.click()
    expect(first).to_contain_text(done)
    expect(page.locator("body > [role=status]")).to_have_text(done)
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == page.locator("#credit-text").inner_text()
    assert "Photosynthesis step by step" in copied
    second = page.locator("[data-copy=cite-apa]")
    second.click()
    expect(second).to_contain_text(done)
    rich = page.evaluate(
        "navigator.clipboard.read().then(([i]) => i.getType('text/html')).then(b => b.text())"
    )
    assert "<i>Photosynthesis step by step</i>" in rich
    expect(first).to_contain_text(copy)
    assert faults == []
    context.close()


def test_where_copying_is_not_allowed_the_line_is_marked(browser: Browser, site: str) -> None:
    context, page = wide(browser, site)
    page.goto(f"{site}/nl/materiaal/vb1")
    page.evaluate("() => { navigator.clipboard.write = () => Promise.reject(new Error('no')) }")
    page.locator("[data-copy=credit-text]").click()
    expect(page.locator("[data-copy=credit-text]")).to_contain_text("Ctrl+C")
    marked = page.evaluate("getSelection().toString().trim()")
    assert marked == page.locator("#credit-text").inner_text()
    context.close()


def test_without_scripts_no_button_is_there_that_does_nothing(browser: Browser, site: str) -> None:
    context, page = wide(browser, site, scripts=False)
    for address in ("/nl/materiaal/tube", "/nl/zoeken", "/nl/lijst?m=vb1.vb2"):
        page.goto(site + address)
        buttons = page.locator("main button:visible").all_inner_texts()
        assert set(buttons) <= {"Zoeken", "Toon", "Laat zien"}, address
    assert page.locator(".reading > li").count() == 2
    assert page.locator("#list-address").inner_text().endswith("/nl/lijst?m=vb1.vb2")
    page.goto(f"{site}/nl/lijst")
    assert page.locator("noscript").is_visible()
    context.close()


def test_a_list_is_made_ordered_noted_shared_and_taken_over(browser: Browser, site: str) -> None:
    context, page = wide(browser, site)
    faults = watched(page, site)
    page.goto(f"{site}/nl/materiaal/vb2")
    page.locator(".resource-open .save").click()
    expect(page.locator(".resource-open .save")).to_have_attribute("aria-pressed", "true")
    page.goto(f"{site}/nl/zoeken?q=breuken")
    for place in (0, 1):
        page.locator(".list .save").nth(place).click()
    expect(page.locator("[data-count]")).to_have_text("(3)")
    page.get_by_role("link", name="Mijn lijst").click()
    page.wait_for_url("**/nl/lijst?m=vb2.*")
    items = page.locator(".reading > li")
    expect(items).to_have_count(3)
    first = items.nth(0).get_attribute("data-id")
    items.nth(0).get_by_role("textbox").fill("Week 3 <b>")
    items.nth(0).get_by_role("button", name="Omlaag").click()
    assert items.nth(1).get_attribute("data-id") == first
    assert "Omlaag" in page.evaluate("document.activeElement.textContent")
    items.nth(2).get_by_role("button", name="Verwijderen").click()
    expect(items).to_have_count(2)
    order = [item.get_attribute("data-id") for item in items.all()]
    assert page.url.endswith(f"/nl/lijst?m={'.'.join(filter(None, order))}")
    assert page.locator("#list-address").inner_text().endswith(".".join(filter(None, order)))
    assert page.locator(".list-count").inner_text() == "2 materialen"
    stored = page.evaluate(_STORED)
    assert [each["id"] for each in stored] == order
    assert [each["note"] for each in stored] == ["", "Week 3 <b>"]
    # back and forward, and into the other language
    page.locator(".card-title a").first.click()
    page.wait_for_url("**/nl/materiaal/*")
    page.go_back()
    expect(items).to_have_count(2)
    expect(items.nth(1).get_by_role("textbox")).to_have_value("Week 3 <b>")
    page.go_forward()
    page.wait_for_url("**/nl/materiaal/*")
    page.go_back()
    page.get_by_role("link", name="English").click()
    page.wait_for_url(f"**/en/list?m={'.'.join(filter(None, order))}")
    shared = page.url
    with page.expect_download() as download:
        page.get_by_role("link", name="CSL-JSON").click()
    assert len(json.loads(download.value.path().read_bytes())) == 2
    assert [fault for fault in faults if "lijst" not in fault and "list" not in fault] == []
    context.close()
    # somebody else
    context, page = wide(browser, site)
    page.goto(shared)
    assert page.locator(".list-tools:visible").count() == 0
    page.get_by_role("button", name="Put these in my list").click()
    page.locator(".list-tools:visible").first.wait_for()
    assert [each["id"] for each in page.evaluate(_STORED)] == order
    assert [each["note"] for each in page.evaluate(_STORED)] == ["", ""]
    context.close()


def test_a_list_is_packed_as_it_stands_now(browser: Browser, site: str) -> None:
    context, page = wide(browser, site)
    page.goto(f"{site}/nl/lijst?m=vb1.vb2.vb4")
    page.get_by_role("button", name="Zet deze in mijn lijst").click()
    items = page.locator(".reading > li")
    items.nth(0).get_by_role("button", name="Omlaag").click()
    items.nth(2).get_by_role("button", name="Verwijderen").click()
    expect(items).to_have_count(2)
    for name in ("Common Cartridge 1.1", "Common Cartridge 1.3", "Thin Common Cartridge 1.3"):
        with page.expect_download() as download:
            page.get_by_role("link", name=name, exact=True).click()
        assert download.value.suggested_filename.endswith(".imscc")
        with zipfile.ZipFile(download.value.path()) as cartridge:
            manifest = etree.fromstring(cartridge.read("imsmanifest.xml"))
        titles = [item.findtext("{*}title") for item in manifest.iter("{*}item")]
        assert titles[2:] == [
            "Inleiding contractenrecht", "Photosynthesis step by step", "Bronnen en licenties",
        ]  # fmt: skip
    context.close()


def test_a_list_that_something_else_wrote_does_no_harm(browser: Browser, site: str) -> None:
    context, page = wide(browser, site)
    faults = watched(page, site)
    page.goto(f"{site}/nl/")
    for stored in ("{", "null", '{"a": 1}', '[1, null, {"id": "<img src=x>"}, {"id": "nope"}]'):
        page.evaluate("s => localStorage.setItem('vindplaats.list', s)", stored)
        page.goto(f"{site}/nl/lijst")
        page.wait_for_load_state("networkidle")
        assert page.locator(".reading > li").count() == 0
    assert faults == []
    context.close()


def test_a_film_is_asked_for_on_click_and_never_before(browser: Browser, site: str) -> None:
    context, page = wide(browser, site)
    asked: list[str] = []

    def film(route: Route) -> None:
        asked.append(route.request.url)
        route.fulfill(body="<p>film</p>", content_type="text/html")

    page.route("https://www.youtube-nocookie.com/**", film)
    faults = watched(page, site)
    page.goto(f"{site}/en/resource/tube")
    page.wait_for_load_state("networkidle")
    assert faults == []
    assert asked == []
    expect(page.locator(".preview")).to_contain_text("YouTube (Google)")
    page.get_by_role("button", name="Watch it here").click()
    expect(page.frame_locator(".preview iframe").locator("p")).to_have_text("film")
    assert asked == [f"https://www.youtube-nocookie.com/embed/{TUBE}"]
    context.close()


@pytest.mark.parametrize("scripts", [True, False])
def test_what_is_wrong_is_reported(browser: Browser, site: str, scripts: bool) -> None:
    context, page = wide(browser, site, scripts=scripts)
    page.goto(f"{site}/nl/materiaal/vb1")
    page.get_by_role("link", name="Meld het").click()
    page.get_by_role("radio", name="De licentie klopt niet").check()
    page.get_by_role("textbox", name="Toelichting").fill("Het is CC BY-NC.")
    page.get_by_role("button", name="Verstuur").click()
    page.wait_for_url("**/nl/gemeld/vb1")
    assert page.get_by_role("heading", level=1).inner_text() == "Dank je wel"
    assert context.cookies() == []
    context.close()


def test_a_list_prints_with_its_notes_and_addresses(browser: Browser, site: str) -> None:
    context, page = wide(browser, site)
    page.goto(f"{site}/nl/materiaal/vb1")
    page.locator(".resource-open .save").click()
    page.goto(f"{site}/nl/lijst")
    page.locator(".note textarea").fill("Lezen voor week 3")
    page.emulate_media(media="print")
    assert page.locator(".list-url").is_visible()
    assert page.locator(".note textarea").is_visible()
    assert page.locator("button:visible").count() == 0
    context.close()
