"""Choosing for an LMS, as a browser without scripts does it: a page at a time."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from asking import Client
from fake_catalogue import FakeCatalogue, hostile, resource
from fake_catalogue import card as made
from launching import Tool
from lms import DEEP, Lms
from lxml import html
from msgspec.structs import replace
from real_catalogue import stocked
from werkzeug.test import TestResponse

from catalog.catalogue import Card, Catalogue
from catalog.config import LtiSettings
from catalog.store.model import Counts, Kept, record_id
from webapp import create_app
from webapp.lti.picker import MOST

ITEMS = f"{DEEP}content_items"
Enter = Callable[..., str]


@pytest.fixture
def enter(tool: Tool) -> Enter:
    """Begin to choose; give the path of the session, without a page of it."""

    def begin(**settings: Any) -> str:
        return tool.enter(tool.lms.pick(settings)).partition("/nl/")[0]

    return begin


def page(answer: TestResponse) -> html.HtmlElement:
    assert answer.status_code == 200, answer.text[:500]
    return html.document_fromstring(answer.text)


def look(tool: Tool, path: str) -> html.HtmlElement:
    return page(tool.client.get(path))


def press(tool: Tool, shown: html.HtmlElement, name: str, value: str = "1") -> TestResponse:
    """Send the form with one of its buttons, which has to be there."""
    buttons = shown.xpath(f"//button[@name={name!r} and @value={value!r} and not(@disabled)]")
    assert buttons, (name, value)
    assert all(each.get("form") == "tray" or each.xpath("ancestor::form") for each in buttons)
    return tool.client.post(shown.get_element_by_id("tray").get("action"), data={name: value})


def tick(tool: Tool, shown: html.HtmlElement, id: str) -> html.HtmlElement:  # noqa: A002 a material's
    answer = press(tool, shown, "toggle", id)
    assert answer.status_code == 303
    return look(tool, answer.headers["Location"])


def ticked(shown: html.HtmlElement) -> list[str]:
    return list(shown.xpath("//*[@data-pick and @aria-checked='true']/@data-pick"))


def tray(shown: html.HtmlElement) -> list[str]:
    """Return what is listed as chosen."""
    return list(shown.xpath("//details[contains(@class, 'tray-list')]/ul/li/span[1]/text()"))


def message(tool: Tool, answer: TestResponse) -> dict[str, Any]:
    """Return what goes to the LMS with an answer, verified."""
    shown = page(answer)
    assert not shown.xpath("//form[@id='tray']")  # there is no more to choose
    keys = tool.client.get("/lti/jwks.json").json
    assert keys
    return tool.lms.read(shown.xpath("//input[@name='JWT']/@value")[0], keys)


def records(tool: Tool, answer: TestResponse) -> list[str]:
    return [each["custom"]["record"] for each in message(tool, answer)[ITEMS]]


# ---- from a search to an answer


def test_a_teacher_searches_ticks_and_inserts(tool: Tool, enter: Enter) -> None:
    at = enter()
    shown = look(tool, f"{at}/nl/zoeken?q=breuken")
    assert ticked(shown) == tray(shown) == []
    assert shown.xpath("//button[@name='insert']/@disabled")
    shown = tick(tool, tick(tool, shown, "vb8"), "vb0")
    assert ticked(shown) == ["vb0", "vb8"]
    assert tray(shown) == ["Breuken en verhoudingen, 2", "Breuken en verhoudingen"]
    assert shown.xpath("//input[@id='q']/@value") == ["breuken"]
    assert records(tool, press(tool, shown, "insert")) == ["vb8", "vb0"]


def test_every_link_and_form_within_keeps_what_is_chosen(tool: Tool, enter: Enter) -> None:
    at = f"{enter()}/vb3.vb7"
    for path in ("/nl/zoeken?q=breuken&page=2", "/en/search?level=vmbo&not.type=video",
                 "/nl/zoeken/level", "/en/resource/vb1?back=q%3Dx"):  # fmt: skip
        shown = look(tool, at + path)
        assert tray(shown) == ["Statistics with real data", "Academic writing for engineers"]
        staying = [
            *shown.xpath("//form/@action"),
            *shown.xpath("//a[not(@target='_blank') and not(starts-with(@href, '#'))]/@href"),
        ]
        if shown.xpath("//base[@target='_blank']"):
            staying = shown.xpath("//a[@target='_self' and not(starts-with(@href, '#'))]/@href")
            assert {form.get("target") for form in shown.xpath("//form")} == {"_self"}
        staying = [each for each in staying if not each.startswith(("mailto:", "/nl/waarom"))]
        assert staying
        assert [each for each in staying if not each.startswith(f"{at}/")] == []


def test_all_links_that_stay_are_there(tool: Tool, enter: Enter) -> None:
    """What may not be framed by an LMS opens elsewhere; nothing else does."""
    at = enter()
    shown = look(tool, f"{at}/-/en/search?q=breuken")
    for link in shown.xpath("//a[not(@target='_blank')]/@href"):
        if not link.startswith(("#", "mailto:")):
            answer = tool.client.get(link)
            assert answer.status_code == 200, link
            assert tool.lms.issuer in answer.headers["Content-Security-Policy"]


def test_a_tick_goes_off_and_leaves_the_rest_of_the_address(tool: Tool, enter: Enter) -> None:
    at = enter()
    shown = look(tool, f"{at}/vb0.vb8/nl/zoeken?q=breuken&level=vmbo&page=1&sort=title")
    answer = press(tool, shown, "toggle", "vb0")
    parts = urlsplit(answer.headers["Location"])
    assert parts.path == f"{at}/vb8/nl/zoeken"
    assert parse_qs(parts.query)["level"] == ["vmbo"]
    assert parts.fragment == "m-vb0"
    last = tick(tool, look(tool, answer.headers["Location"]), "vb8")
    assert tray(last) == []


def test_one_is_changed_for_another_where_one_is_taken(tool: Tool, enter: Enter) -> None:
    at = enter(accept_multiple=False)
    shown = look(tool, f"{at}/nl/zoeken?q=breuken")
    assert shown.xpath("//*[@role='radiogroup']//button[@role='radio']")
    assert not shown.xpath("//button[@role='checkbox']")
    shown = tick(tool, tick(tool, shown, "vb8"), "vb0")
    assert tray(shown) == ["Breuken en verhoudingen"]
    assert tray(look(tool, f"{at}/vb3.vb4.vb5/nl/zoeken")) == ["Statistics with real data"]
    assert records(tool, press(tool, shown, "insert")) == ["vb0"]


def test_a_material_is_looked_at_and_chosen_there(tool: Tool, enter: Enter) -> None:
    at = enter()
    shown = look(tool, f"{at}/vb8/nl/zoeken?q=breuken&page=2&level=wo-bachelor")
    link = shown.xpath("//h2[contains(@class, 'card-title')]/a")[0]
    assert link.get("target") == "_self"
    seen = look(tool, link.get("href"))
    assert seen.xpath("//base/@target") == ["_blank"]
    id_ = seen.xpath("//button[contains(@class, 'open-button') and @data-pick]/@value")[0]
    seen = tick(tool, seen, id_)
    assert len(tray(seen)) == 2
    back = seen.xpath("//p[contains(@class, 'picker-back')]/a/@href")[0]
    assert parse_qs(urlsplit(back).query) == {
        "q": ["breuken"], "page": ["2"], "level": ["wo-bachelor"],
    }  # fmt: skip
    assert id_ in ticked(look(tool, back))
    other = look(tool, seen.xpath("//a[@class='language']/@href")[0])
    assert other.xpath("//p[contains(@class, 'picker-back')]/a/@href")[0].endswith(
        urlsplit(back).query
    )
    assert records(tool, press(tool, seen, "insert")) == ["vb8", id_]


def test_cancel_answers_with_nothing(tool: Tool, enter: Enter) -> None:
    shown = look(tool, f"{enter()}/vb1/nl/zoeken")
    said = message(tool, press(tool, shown, "cancel"))
    assert said[ITEMS] == []
    assert f"{DEEP}errormsg" not in said


def test_the_words_of_a_page_are_those_of_what_it_sends(tool: Tool, enter: Enter) -> None:
    shown = look(tool, f"{enter()}/vb1/en/search")
    (item,) = message(tool, press(tool, shown, "insert"))[ITEMS]
    assert "used under CC BY-SA 4.0" in item["text"]


# ---- bounds, and what happens meanwhile


def test_no_more_than_so_many_are_chosen_and_that_is_said(tool: Tool, enter: Enter) -> None:
    every = ".".join(f"vb{n}" for n in range(240))
    shown = look(tool, f"{enter()}/{every}/nl/zoeken?page=12")
    assert len(tray(shown)) == MOST
    said = shown.xpath("//*[contains(@class, 'tray-full') and not(@hidden)]")
    assert str(MOST) in said[0].text_content()
    spare = shown.xpath("//button[@data-pick and @aria-checked='false']")
    assert spare
    assert {each.get("aria-disabled") for each in spare} == {"true"}
    shown = tick(tool, shown, spare[0].get("value"))
    assert len(tray(shown)) == MOST
    assert len(message(tool, press(tool, shown, "insert"))[ITEMS]) == MOST


def withdraw(catalogue: FakeCatalogue, *ids: str) -> None:
    for each in ids:
        catalogue.cards[each] = replace(catalogue.cards[each], deleted=True)


def test_what_was_withdrawn_is_named_and_the_rest_goes_on(
    tool: Tool, enter: Enter, catalogue: FakeCatalogue
) -> None:
    at = enter()
    look(tool, f"{at}/vb0.vb1.vb3/nl/zoeken")
    withdraw(catalogue, "vb1")
    shown = look(tool, f"{at}/vb0.vb1.vb3/nl/zoeken")
    notice = shown.xpath("//form[@id='tray']//p[contains(@class, 'notice')]")[0].text_content()
    assert "“Photosynthesis step by step” is ingetrokken" in notice
    answer = press(tool, shown, "insert")
    said = message(tool, answer)
    assert [each["custom"]["record"] for each in said[ITEMS]] == ["vb0", "vb3"]
    assert "Photosynthesis step by step" in said[f"{DEEP}msg"]


def test_where_all_are_withdrawn_nothing_is_sent(
    tool: Tool, enter: Enter, catalogue: FakeCatalogue
) -> None:
    at = enter()
    withdraw(catalogue, "vb0", "vb1")
    shown = look(tool, f"{at}/vb0.vb1/nl/zoeken")
    assert shown.xpath("//button[@name='insert']/@disabled")
    answer = tool.client.post(f"{at}/vb0.vb1/nl/zoeken", data={"insert": "1"})
    assert answer.status_code == 303
    shown = tick(tool, look(tool, answer.headers["Location"]), "vb0")
    assert tray(shown) == ["Photosynthesis step by step"]
    assert tool.client.get(f"{at}/-/nl/materiaal/vb0").status_code == 410


def test_what_never_was_is_let_go(tool: Tool, enter: Enter) -> None:
    shown = look(tool, f"{enter()}/nope.vb0.%3Cscript%3E.-.{'x' * 50}/nl/zoeken")
    assert tray(shown) == ["Breuken en verhoudingen"]


def test_a_joined_material_is_chosen_once_under_its_present_id(
    tool: Tool, enter: Enter, catalogue: FakeCatalogue
) -> None:
    catalogue.join(resource(1), replace(resource(1), source="colleges"))
    shown = look(tool, f"{enter()}/c0.vb4.c1.w/nl/zoeken")
    assert records(tool, press(tool, shown, "insert")) == ["w", "vb4"]


def test_a_session_is_used_up_by_its_answer(tool: Tool, enter: Enter) -> None:
    at = enter()
    shown = look(tool, f"{at}/vb1/en/search")
    press(tool, shown, "insert")
    for again in (tool.client.get(f"{at}/vb1/en/search"), press(tool, shown, "insert"),
                  press(tool, shown, "cancel")):  # fmt: skip
        assert again.status_code == 410
        assert "already been sent" in again.text or "Go back to the course" in again.text
        assert tool.lms.issuer in again.headers["Content-Security-Policy"]


def test_a_session_that_is_none_shows_no_search(tool: Tool) -> None:
    answer = tool.client.get(f"/lti/{'x' * 43}/vb1/nl/zoeken")
    assert answer.status_code == 410
    assert "data-pick" not in answer.text


def test_a_launch_that_opens_is_not_for_choosing(tool: Tool) -> None:
    at = tool.enter(tool.lms.open("vb1")).partition("/nl/")[0]
    assert tool.client.get(f"{at}/-/nl/zoeken").status_code == 410
    assert tool.client.post(f"{at}/vb1/nl/zoeken", data={"insert": "1"}).status_code == 410


def withdrawn(catalogue: Catalogue, source: str, id: str) -> None:  # noqa: A002 a record's id
    gone = catalogue.store.keeping.known([id])[id].no
    page = Kept(
        url="", media_type="", body=b"", checkpoint="", total=None, counts=Counts(deleted=1),
        entries=[], gone=[gone], sighted=[], restamped=[], rejects=[], cleared=[],
    )  # fmt: skip
    run = catalogue.store.runs.begin(source, full=True, since="").id
    catalogue.store.keeping.keep(source, run, page)
    catalogue.catch_up()


def test_a_real_catalogue_is_searched_and_chosen_from(tmp_path: Path, lms: Lms) -> None:
    with stocked(tmp_path, map(resource, range(12))) as catalogue:
        app = create_app(
            catalogue, replace(catalogue.settings, lti=LtiSettings(allow_private=True))
        )
        app.test_client_class = Client
        lms.tool = catalogue.settings.site.url
        catalogue.store.platforms.save(lms.platform, (lms.deployment,))
        tool = Tool(app, lms, catalogue.store)
        ids = [record_id(resource(n).source, resource(n).identifier) for n in range(12)]
        shown = look(tool, f"{tool.enter(lms.pick())}?q=photosynthesis&level=hbo")
        assert {*shown.xpath("//@data-pick")} == {ids[1]}
        shown = tick(tool, shown, ids[1])
        at = shown.get_element_by_id("tray").get("data-base")
        shown = tick(tool, look(tool, f"{at}/{ids[1]}/nl/zoeken?q=breuken"), ids[0])
        withdrawn(catalogue, resource(1).source, ids[1])
        shown = look(tool, f"{at}/{ids[1]}.{ids[0]}/nl/zoeken")
        assert "“Photosynthesis step by step” is ingetrokken" in shown.text_content()
        assert records(tool, press(tool, shown, "insert")) == [ids[0]]


# ---- who takes nothing, and who sends something else


def test_an_lms_that_takes_nothing_of_ours_is_told_so(tool: Tool, enter: Enter) -> None:
    at = enter(accept_types=["file", "image"])
    shown = look(tool, f"{at}/vb1/nl/zoeken")
    assert "file, image" in shown.xpath("//main")[0].text_content()
    assert not shown.xpath("//button[@name='insert'] | //button[@data-pick]")
    answer = tool.client.post(f"{at}/vb1/nl/zoeken", data={"insert": "1"})
    assert "file, image" in message(tool, answer)[f"{DEEP}errormsg"]


@pytest.mark.parametrize(
    "form",
    [{}, {"toggle": ""}, {"toggle": "a/b"}, {"toggle": "x" * 41}, {"toggle": "//evil.example"},
     {"toggle": "a\r\nX: y"}, {"insert": "1"}, {"else": "1"}],
)  # fmt: skip
def test_other_forms_lead_back_to_the_page(tool: Tool, enter: Enter, form: dict[str, str]) -> None:
    at = enter()
    answer = tool.client.post(f"{at}/-/nl/zoeken?q=breuken", data=form)
    assert answer.status_code == 303
    assert answer.headers["Location"] == f"{at}/-/nl/zoeken?q=breuken"


@pytest.mark.parametrize("query", [b"q=\xff\xfe", b"q=%0d%0aX:y", b"q=<script>", b"back=\"'><b>"])
def test_a_query_string_goes_along_as_one(tool: Tool, enter: Enter, query: bytes) -> None:
    at = enter()
    answer = tool.client.post(
        f"{at}/-/nl/zoeken", query_string=query.decode("latin-1"), data={"toggle": "vb1"}
    )
    where = answer.headers["Location"]
    assert where.startswith(f"{at}/vb1/nl/zoeken?")
    assert re.fullmatch(r"[\x21-\x7e]+", where)
    assert not set('<>"') & set(where)


def test_where_to_go_back_to_is_only_ever_a_search_here(tool: Tool, enter: Enter) -> None:
    at = enter()
    for back in ("//evil.example", "javascript:alert(1)", '"><script>alert(1)</script>'):
        shown = page(tool.client.get(f"{at}/-/nl/materiaal/vb1", query_string={"back": back}))
        link = shown.xpath("//p[contains(@class, 'picker-back')]/a/@href")[0]
        assert link.startswith(f"{at}/-/nl/zoeken?")
        assert not shown.xpath("//script[not(@src) and not(@type)]")


def test_hostile_titles_stay_text(tool: Tool, enter: Enter, catalogue: FakeCatalogue) -> None:
    evil: Card = made("evil", hostile())
    catalogue.cards = {"evil": evil, **catalogue.cards}
    shown = look(tool, f"{enter()}/evil/nl/zoeken")
    assert ticked(shown) == ["evil"]
    assert not shown.xpath("//script[not(@src)] | //img[@onerror]")
    (item,) = message(tool, press(tool, shown, "insert"))[ITEMS]
    assert "<" not in item["title"] + item["text"]


def test_pages_of_a_session_are_for_its_lms_and_kept_by_nobody(tool: Tool, enter: Enter) -> None:
    at = enter()
    for path in ("/nl/zoeken", "/vb1/en/search/level", "/vb1/nl/materiaal/vb2", "/-/nl/nope",
                 "/vb1/nl/materiaal/none"):  # fmt: skip
        answer = tool.client.get(at + path)
        assert "no-store" in answer.headers["Cache-Control"]
        policy = answer.headers["Content-Security-Policy"]
        if path != "/-/nl/nope":
            assert f"frame-ancestors 'self' {tool.lms.issuer}" in policy
        assert "script-src 'self';" in policy


def test_errors_within_keep_the_frame_and_its_language(tool: Tool, enter: Enter) -> None:
    at = enter()
    for path, word in (("/vb1/nl/materiaal/none", "Hier is niets"),
                       ("/vb1/en/resource/none", "There is nothing here")):  # fmt: skip
        answer = tool.client.get(at + path)
        assert answer.status_code == 404
        shown = html.document_fromstring(answer.text)
        assert shown.xpath("//h1/text()") == [word]
        assert tray(shown) == ["Photosynthesis step by step"]
        assert all(
            each.startswith(f"{at}/vb1/")
            for each in shown.xpath(
                "//a[not(@target='_blank') and not(starts-with(@href, '#'))]/@href | //form/@action"
            )
        )
        assert shown.xpath("//input[@id='q']/@value") == ["none"]
