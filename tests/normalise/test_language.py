from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.normalise import language

TAGS = [
    ("nl", "nl"),
    ("NL", "nl"),
    ("dut", "nl"),  # ISO 639-2/B: ONIX and MARC
    ("nld", "nl"),  # ISO 639-2/T and 639-3
    ("Norsk bokmål", "nb"),
    ("Norsk nynorsk", "nn"),
    ("nl-NL", "nl"),  # one language is one value of the facet
    ("en_US", "en"),  # a locale of Java, not a tag
    ("de-DE", "de"),
    ("chi", "zh"),
    ("zh-Hant", "zh-Hant"),
    ("zh-TW", "zh-Hant"),  # the region tells the script
    ("zh-Hans-CN", "zh"),
    ("sr-Latn", "sr-Latn"),
    ("pt-BR", "pt-BR"),
    ("pt_pt", "pt"),
    ("iw", "he"),  # withdrawn from ISO 639-1
    ("pap", "pap"),
    ("en-x-oer", "en"),  # private use
    ("Nederlands", "nl"),
    ("Dutch", "nl"),
    ("Vlaams", "nl"),
    ("niederländisch", "nl"),
    ("english", "en"),
    ("Engels", "en"),
    ("français", "fr"),
    ("Frysk", "fy"),
    ("Nederlands (België)", "nl"),
    ("http://id.loc.gov/vocabulary/iso639-2/dut", "nl"),
    ("http://publications.europa.eu/resource/authority/language/NLD", "nl"),
    ("x-none", ""),  # LOM for "no language"
    ("none", ""),
    ("und", ""),
    ("mul", ""),
    ("zxx", ""),
    ("other", ""),  # oai_dc
    ("qq", ""),  # not assigned
    ("en US", ""),  # rejected, not guessed
    ("i-klingon", ""),
    ("-", ""),
    ("", ""),
    ("n" * 10_000, ""),
]


@pytest.mark.parametrize(("said", "expected"), TAGS)
def test_a_language_becomes_a_tag(said: str, expected: str) -> None:
    assert language.tag(said) == expected


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ((), ()),
        (("nl", "dut", "Nederlands"), ("nl",)),
        (("Nederlands en Engels",), ("nl", "en")),
        (("eng; nld",), ("en", "nl")),
        (("Dutch; Flemish",), ("nl",)),  # the name of ISO 639-2
        (("nl, en",), ("nl", "en")),  # English is spelt as the Dutch "and"
        (("en;nl",), ("en", "nl")),
        (("en/fr",), ("en", "fr")),
        (("nl-NL, en-GB",), ("nl", "en")),
        (("nl & en",), ("nl", "en")),
        (("et;en",), ("et", "en")),  # Estonian, and as the French "and"
        (("et",), ("et",)),
        (("en und de",), ("en", "de")),
        (("en en nl",), ("en", "nl")),
        (("und",), ()),
        (("Nederlands, Engels en Duits",), ("nl", "en", "de")),
        (("English, French, and Dutch",), ("en", "fr", "nl")),
        (("fran\u00e7ais et anglais",), ("fr", "en")),
        (("other", ""), ()),
    ],
)
def test_languages_stand_once(said: tuple[str, ...], expected: tuple[str, ...]) -> None:
    assert language.tags(said) == expected


DETECTED = [
    ("In deze les leer je rekenen met breuken, procenten en verhoudingen.", "nl"),
    ("An introduction to organic chemistry for first-year students.", "en"),
    ("Eine Einführung in die Statistik für Studierende der Psychologie.", "de"),
    ("Wiskunde", ""),  # too short to tell
    ("Python R SQL Excel PowerPoint Word Access Outlook", ""),  # no language at all
    ("0123456789 " * 10, ""),
    ("", ""),
]


@pytest.mark.parametrize(("said", "expected"), DETECTED)
def test_a_language_is_told_only_when_sure(said: str, expected: str) -> None:
    assert language.detect(said) == expected


@pytest.mark.parametrize("dirt", ["\x00", "\ud800", "\ufffe", "\x1b"])
def test_dirt_does_not_hide_the_language(dirt: str) -> None:
    said = f"In deze les leer je rekenen{dirt} met breuken, procenten en verhoudingen."
    assert language.detect(said) == "nl"


@given(st.one_of(st.text(), st.from_regex(r"[a-zA-Z]{2,3}([-_][a-zA-Z0-9]{1,8}){0,3}")))
def test_a_clean_tag_stays_and_nothing_raises(said: str) -> None:
    once = language.tag(said)
    assert language.tag(once) == once
    assert language.tags(language.tags((said, said))) == language.tags((said,))
    language.detect(said * 20)


def test_every_tag_that_comes_out_may_go_in() -> None:
    for name in language._names():
        found = language.tag(name)
        assert language.tag(found) == found
