"""Launches in a real browser, between two sites that are strangers to it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest
from axe_playwright_python.sync_playwright import Axe
from lms import Lms
from playwright.sync_api import expect
from test_browser import pytestmark as pytestmark  # noqa: PLC0414 the same needs

if TYPE_CHECKING:
    from conftest import Stocked
    from playwright.sync_api import Browser


def test_cookies_that_are_kept_apart_come_back_in_a_frame(
    served: str, lms: Lms, browser: Browser
) -> None:
    assert served
    with browser.new_context() as context:
        page = context.new_page()
        heading = page.frame_locator("iframe").locator("h1")
        for record, said in (("vb1", "Photosynthesis step by step"), ("", "Dit kan hier niet")):
            page.goto(f"{lms.issuer}/course/{lms.open(record)}")
            expect(heading).to_contain_text(said)
            assert Axe().run(page.frames[1]).response["violations"] == []
        assert {cookie["name"] for cookie in context.cookies()} == {"lti"}


def test_a_browser_without_cookies_opens_a_window(
    served: str, lms: Lms, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert served
    with browser.new_context() as context:
        page = context.new_page()
        button = page.frame_locator("iframe").get_by_role("link", name="new window")
        with monkeypatch.context() as patch:
            patch.setattr("webapp.lti.login.keep", lambda *_: None)  # as if it were not kept
            page.goto(f"{lms.issuer}/course/{lms.open('vb1')}")
            expect(button).to_be_visible()
        with context.expect_page() as opened:
            button.click()
        expect(opened.value.locator("h1")).to_have_text("Photosynthesis step by step")


@pytest.mark.parametrize("framed", [False, True])
def test_a_registration_says_that_its_window_may_be_closed(
    served: str, lms: Lms, browser: Browser, catalogue: Stocked, *, framed: bool
) -> None:
    said = {
        "openid_configuration": f"{lms.issuer}/.well-known/openid-configuration",
        "registration_token": lms.registration_token,
    }
    link = f"{served}/lti/register/{catalogue.store.platforms.invite(60)}?{urlencode(said)}"
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(f"{lms.issuer}/jwks")
        page.evaluate("addEventListener('message', ({data}) => document.title = data.subject)")
        if framed:
            page.evaluate("document.body.append(document.createElement('iframe'))")
            page.evaluate("link => document.querySelector('iframe').src = link", link)
        else:
            page.evaluate("link => void open(link)", link)
        expect(page).to_have_title("org.imsglobal.lti.close")


def test_an_lms_may_keep_what_the_browser_does_not(
    served: str, lms: Lms, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert served
    lms.storage = "_parent"
    monkeypatch.setattr("webapp.lti.login.keep", lambda *_: None)
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(f"{lms.issuer}/course/{lms.open('vb1')}")
        expect(page.frame_locator("iframe").locator("h1")).to_have_text(
            "Photosynthesis step by step"
        )
        assert context.cookies() == []


def test_an_lms_that_keeps_nothing_after_all_leaves_a_way(
    served: str, lms: Lms, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert served
    lms.storage = "a-frame-that-is-not-there"
    monkeypatch.setattr("webapp.lti.login.keep", lambda *_: None)
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(f"{lms.issuer}/course/{lms.open('vb1')}")
        button = page.frame_locator("iframe").get_by_role("link", name="new window")
        expect(button).to_be_visible()
        monkeypatch.undo()
        with context.expect_page() as opened:
            button.click()
        expect(opened.value.locator("h1")).to_have_text("Photosynthesis step by step")


def test_long_addresses_keep_to_a_narrow_frame(served: str, lms: Lms, browser: Browser) -> None:
    with browser.new_context(viewport={"width": 320, "height": 700}) as context:
        page = context.new_page()
        page.goto(f"{served}/lti/login?{urlencode(lms.login(lms.open('vb1')))}")
        expect(page.locator("h1")).to_have_text("Photosynthesis step by step")
        assert "https://" in page.locator(".in-course").inner_text()
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
