"""What is sent of a material, and what is read of a request for it."""

from __future__ import annotations

import json
import unicodedata
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from fake_catalogue import SETTINGS, TUBE, FakeCatalogue, hostile, resource
from fake_catalogue import card as made
from hypothesis import given
from hypothesis import strategies as st
from lxml import html
from msgspec.structs import replace
from PIL import Image

from catalog.catalogue import Card
from catalog.config import EmbedSettings, Settings
from catalog.resource import Agent, LearningResource, Text
from catalog.thumbnails import Thumbnails
from webapp import create_app
from webapp.addresses import web_url
from webapp.labels import Labels
from webapp.lti.items import TITLE, TYPES, Items, NothingFitsError, check
from webapp.lti.picking import Picking, PickingError
from webapp.lti.plain import plain

SITE = SETTINGS.site.url
FILM = f"https://www.youtube.com/watch?v={TUBE}"
ALL = ("frame", "iframe", "window", "embed")


def picking(*types: str, targets: tuple[str, ...] = ("iframe", "window"), **more: Any) -> Picking:
    given = {"accept_multiple": True, **more}
    return Picking(accept_types=types, accept_presentation_document_targets=targets, **given)


def items(*cards: Card, asked: Picking, settings: Settings = SETTINGS) -> list[dict[str, Any]]:
    return Items(settings, Labels(settings)).of(cards, asked, "nl")


def item(
    asked: Picking, settings: Settings = SETTINGS, number: int = 1, **changes: Any
) -> dict[str, Any]:
    card = made("vb1", replace(resource(number), **changes))
    (one,) = items(card, asked=asked, settings=settings)
    return one


# ---- which type, and how it is shown


def test_a_link_leads_to_the_material_where_links_are_taken() -> None:
    one = item(picking("file", "link", "ltiResourceLink"))
    assert (one["type"], one["url"]) == ("link", "https://leerbank.example/materiaal/1")
    assert one["window"] == {"targetName": "_blank"}
    assert "iframe" not in one  # nobody said that it may be framed


def test_a_resource_link_launches_us_with_the_material() -> None:
    one = item(picking("ltiResourceLink"))
    assert one["type"] == "ltiResourceLink"
    assert one["url"] == f"{SITE}/lti/launch"
    assert one["custom"] == {"record": "vb1"}
    assert "window" not in one
    assert one["iframe"]["height"] > 0
    assert "src" not in one["iframe"]


@pytest.mark.parametrize(
    ("targets", "shown"),
    [(("window",), {"window"}), (("iframe",), {"iframe"}), (("iframe", "window"), {"iframe"}),
     (("frame",), set()), (("embed",), set()), ((), set())],
)  # fmt: skip
def test_a_resource_link_is_shown_in_ways_that_are_taken(
    targets: tuple[str, ...], shown: set[str]
) -> None:
    one = item(picking("ltiResourceLink", targets=targets))
    assert {"window", "iframe", "embed"} & set(one) == shown


@pytest.mark.parametrize(
    ("targets", "type_", "shown"),
    [
        (("window",), "link", {"window"}),
        (("iframe",), "ltiResourceLink", {"iframe"}),
        (("embed",), "ltiResourceLink", set()),
        (("frame",), "ltiResourceLink", set()),
        (("iframe", "window"), "link", {"window"}),
        ((), "link", set()),
    ],
)
def test_a_page_that_nobody_may_frame_is_no_link_in_a_frame(
    targets: tuple[str, ...], type_: str, shown: set[str]
) -> None:
    one = item(picking(*TYPES, targets=targets))
    assert one["type"] == type_
    assert {"window", "iframe", "embed"} & set(one) == shown


def test_a_film_may_be_framed_by_its_player() -> None:
    one = item(picking("link", targets=ALL), url=FILM)
    assert one["url"] == FILM
    assert TUBE in one["iframe"]["src"]
    frame = html.fragment_fromstring(one["embed"]["html"])
    assert frame.tag == "iframe"
    assert frame.get("src") == one["iframe"]["src"]
    assert frame.get("title") == one["title"]
    assert one["window"]
    alone = item(picking(*TYPES, targets=("iframe",)), url=FILM)
    assert alone["type"] == "link"
    assert "window" not in alone


def test_our_card_is_framed_where_only_links_in_frames_are_taken() -> None:
    asked = picking("link", targets=("iframe",))
    one = item(asked)
    assert one["iframe"]["src"] == f"{SITE}/embed/auto/nl/materiaal/vb1"
    assert one["url"] == "https://leerbank.example/materiaal/1"
    for embed in (EmbedSettings(on=False), EmbedSettings(origins=())):
        assert "iframe" not in item(asked, replace(SETTINGS, embed=embed))


@pytest.mark.parametrize("url", ["", "javascript:alert(1)", "ftp://a.example/b", "https://a b"])
def test_a_material_without_an_address_leads_to_our_page_of_it(url: str) -> None:
    one = item(picking("link", targets=("window",)), url=url)
    assert one["url"] == f"{SITE}/nl/materiaal/vb1"


def test_what_is_taken_is_named_where_nothing_fits() -> None:
    with pytest.raises(NothingFitsError, match="file, html") as refused:
        item(picking("file", "html"))
    assert refused.value.accepted == ("file", "html")
    check(picking("html", "link"))


def test_one_goes_along_where_one_is_taken() -> None:
    cards = [made(f"vb{n}", resource(n)) for n in range(3)]
    one = items(*cards, asked=picking("ltiResourceLink", accept_multiple=False))
    assert [each["custom"]["record"] for each in one] == ["vb0"]
    three = items(*cards, asked=picking("ltiResourceLink"))
    assert [each["custom"]["record"] for each in three] == ["vb0", "vb1", "vb2"]


# ---- what it is called, and what is said of it


def test_text_says_who_made_it_and_what_may_be_done_with_it() -> None:
    one = item(picking("link"))
    assert one["title"] == "Photosynthesis step by step"
    about, credit = one["text"].split("\n\n")
    assert about.startswith("How plants turn light into sugar.")
    for part in ("Joris van der Meulen", "Open Boek", "CC BY-SA 4.0",
                 "https://creativecommons.org/licenses/by-sa/4.0/"):  # fmt: skip
        assert part in credit


def test_an_endless_description_takes_nothing_from_the_credit() -> None:
    one = item(picking("link"), descriptions=(Text("woord " * 10_000, "nl"),))
    about, credit = one["text"].split("\n\n")
    assert about.endswith("woord…")
    assert len(about) <= 600
    assert "CC BY-SA 4.0" in credit


def test_a_title_of_the_platform_names_a_single_item() -> None:
    asked = picking("link", title="Les 3", text="Lees dit vóór vrijdag.")
    one = item(asked)
    assert one["title"] == "Les 3"
    assert one["text"].startswith("Lees dit vóór vrijdag.\n\n")
    assert "CC BY-SA 4.0" in one["text"]
    two = items(made("a", resource(1)), made("b", resource(2)), asked=asked)
    assert [each["title"] for each in two] == [
        "Photosynthesis step by step", "Inleiding contractenrecht",
    ]  # fmt: skip
    assert not any("vrijdag" in each["text"] for each in two)


def test_pictures_are_ours_and_have_their_sizes(tmp_path: Path) -> None:
    thumbnails = replace(SETTINGS.thumbnails, on=True, path=str(tmp_path))
    settings = replace(SETTINGS, thumbnails=thumbnails)
    kept, url = Thumbnails(tmp_path), "https://leerbank.example/1.png"
    picture = BytesIO()
    Image.new("RGB", (200, 150)).save(picture, "WEBP")
    kept.keep(url, picture.getvalue())
    kept.keep(f"{url}?broken", b"RIFF")
    one = item(picking("link"), settings, thumbnail=url)
    assert one["icon"] == {"url": f"{SITE}/lti/icon.svg", "width": 64, "height": 64}
    address = one["thumbnail"].pop("url")
    assert address.startswith(f"{SITE}/thumbnails/")
    client = create_app(FakeCatalogue(1), settings).test_client()  # type: ignore[arg-type]  # a fake of it
    shown = client.get(address.removeprefix(SITE), headers={"Host": "localhost"})
    assert shown.headers["Cross-Origin-Resource-Policy"] == "cross-origin"  # an LMS paints it
    assert one["thumbnail"] == {"width": 200, "height": 150}
    for other in ("", "https://leerbank.example/2.png", f"{url}?broken"):
        assert "thumbnail" not in item(picking("link"), settings, thumbnail=other)


# ---- whatever it is called, and whatever is asked

ANYTHING = st.text(st.characters(codec=None), max_size=300)
LONG = st.builds(lambda text, times: text * times, ANYTHING, st.integers(1, 40))
ADDRESS = st.one_of(
    st.just(""), ANYTHING, st.builds("https://{}".format, ANYTHING), st.just(FILM),
    st.just("https://a.example/?a=1&copy=2\"'<b>"),
)  # fmt: skip
TYPE = st.sampled_from(["link", "ltiResourceLink", "file", "html", "image"])
ASKED = st.builds(
    Picking,
    accept_types=st.lists(TYPE, min_size=1, unique=True).map(tuple),
    accept_presentation_document_targets=st.lists(st.sampled_from(ALL), unique=True).map(tuple),
    accept_multiple=st.booleans(),
    title=LONG,
    text=LONG,
)
MATERIAL = st.builds(
    lambda title, about, names, url, thumbnail, licence: LearningResource(
        source="leerbank",
        identifier="x",
        titles=(Text(title, "nl"),) if title else (),
        descriptions=(Text(about),),
        creators=tuple(Agent(name) for name in names),
        url=url,
        thumbnail=thumbnail,
        licence_url=licence,
        licence=licence,
    ),
    LONG, LONG, st.lists(ANYTHING, max_size=12), ADDRESS, ADDRESS, ADDRESS,
)  # fmt: skip


def strings(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [found for each in value.values() for found in strings(each)]
    return [value] if isinstance(value, str) else []


@given(
    materials=st.lists(MATERIAL, max_size=3), asked=ASKED, language=st.sampled_from(["nl", "en"])
)
def test_whatever_is_sent_can_be_read(
    materials: list[LearningResource], asked: Picking, language: Any
) -> None:
    cards = [made(f"vb{at}", each) for at, each in enumerate([*materials, hostile()])]
    maker = Items(SETTINGS, Labels(SETTINGS))
    if not set(TYPES) & set(asked.accept_types):
        with pytest.raises(NothingFitsError):
            maker.of(cards, asked, language)
        return
    sent = maker.of(cards, asked, language)
    assert len(sent) == (len(cards) if asked.accept_multiple else 1)
    json.dumps(sent, ensure_ascii=False).encode()
    for one in sent:
        assert one["type"] in asked.accept_types
        assert set(one) - {"type", "title", "text", "icon", "thumbnail", "custom", "url"} <= set(
            asked.accept_presentation_document_targets
        )
        assert web_url(one["url"])
        assert 0 < len(one["title"]) <= TITLE
        assert 0 < len(one["text"]) <= 2000
        for said in strings(one):
            assert not {unicodedata.category(each) for each in said} & {"Cc", "Cs"} or "\n" in said
            assert not set(said) & set(map(chr, [*range(10), *range(11, 32), 0x7F, 0x202E, 0x85]))
        for said in (one["title"], one["text"]):
            assert html.fromstring(f"<p>{said}</p>").xpath("./*") == []
        if "embed" in one:
            frame = html.fragment_fromstring(one["embed"]["html"])
            assert (frame.tag, len(frame)) == ("iframe", 0)


@given(text=LONG, most=st.integers(10, 300))
def test_plain_text_is_one_line_and_stays_as_it_is(text: str, most: int) -> None:
    once = plain(text, most)
    assert len(once) <= most
    assert once == " ".join(once.split())
    assert plain(once, most) == once
    once.encode()


def test_text_is_cut_between_words() -> None:
    assert plain("een twee drie vier", 14) == "een twee drie…"
    assert plain("a" * 50, 10) == "a" * 9 + "…"
    assert plain("\x00a\u202eb\r\n c\ud800", 10) == "a b c"


# ---- the request

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | ANYTHING,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(ANYTHING, inner, max_size=4),
    max_leaves=8,
)
NAMES = Picking.__struct_fields__
LEAST = {"accept_types": "link", "accept_presentation_document_targets": "window"}


@given(claim=st.dictionaries(st.sampled_from(NAMES), JSON))
def test_any_request_is_read_or_refused(claim: dict[str, Any]) -> None:
    try:
        read = Picking.read(claim)
    except PickingError:
        return
    assert read.accept_types
    assert len(read.title) <= 255
    assert len(read.text) <= 2000
    for words in (read.accept_types, read.accept_presentation_document_targets):
        assert len(words) <= 20
        assert all(isinstance(each, str) and each == plain(each, 100) for each in words)


def test_a_request_as_the_standard_has_it() -> None:
    read = Picking.read({
        "accept_types": ["link", "file", "link"],
        "accept_media_types": "image/*,text/html",
        "accept_presentation_document_targets": ["iframe", "window"],
        "accept_multiple": True,
        "auto_create": True,
        "title": "Les 3",
        "text": "Voor\nvrijdag",
        "deep_link_return_url": "https://lms.example/return",
        "data": {"any": "thing"},
    })  # fmt: skip
    assert read == Picking(
        accept_types=("link", "file"),
        accept_media_types=("image/*", "text/html"),
        accept_presentation_document_targets=("iframe", "window"),
        accept_multiple=True,
        auto_create=True,
        title="Les 3",
        text="Voor vrijdag",
    )


@pytest.mark.parametrize(
    ("said", "is_"),
    [(True, True), ("true", True), ("True ", True), (False, False), ("false", False), ("1", False),
     (1, False), (None, False), ([True], False)],
)  # fmt: skip
def test_several_are_taken_only_where_that_is_said(said: object, is_: bool) -> None:
    assert Picking.read({**LEAST, "accept_multiple": said}).accept_multiple is is_


@pytest.mark.parametrize("types", [None, [], "", " , ", [1, None], {"link": 1}, 7, ["\x00"]])
def test_a_request_for_nothing_is_refused(types: object) -> None:
    with pytest.raises(PickingError, match="accept_types"):
        Picking.read({**LEAST, "accept_types": types})


@pytest.mark.parametrize("targets", [None, {"window": 1}, 7, True])
def test_a_request_without_targets_is_refused(targets: object) -> None:
    with pytest.raises(PickingError, match="accept_presentation_document_targets"):
        Picking.read({**LEAST, "accept_presentation_document_targets": targets})


@pytest.mark.parametrize("targets", [[], "", [1, None]])
def test_a_list_of_targets_may_be_empty(targets: object) -> None:
    read = Picking.read({**LEAST, "accept_presentation_document_targets": targets})
    assert read.accept_presentation_document_targets == ()
