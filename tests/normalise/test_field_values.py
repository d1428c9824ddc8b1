"""What repositories really say, read by the normalisers of values."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import pytest
from lxml import etree

from catalog.normalise import date, language, person, text
from catalog.resource import Agent, Text
from harvester.raw import xml_parser


@pytest.fixture(scope="module")
def said(samples: Path) -> dict[str, set[str]]:
    """Return the values of elements by their local name in lower case."""
    values: dict[str, set[str]] = defaultdict(set)
    for folder in ("caltech-oai_dc", "edurep-nl-lom", "anatomytool-lom"):
        for path in sorted((samples / "oai" / folder).rglob("*.xml")):
            for element in etree.parse(path, xml_parser()).iter("{*}*"):
                parent = element.getparent()
                name = etree.QName(element).localname.lower()
                if name in ("langstring", "string") and parent is not None:
                    name = etree.QName(parent).localname.lower()
                if element.text and element.text.strip():
                    values[name].add(element.text)
    return values


def test_samples_all_dates_are_read(said: dict[str, set[str]]) -> None:
    assert said["date"]
    assert [one for one in said["date"] if not date.value(one)] == []


def test_samples_all_languages_are_read(said: dict[str, set[str]]) -> None:
    named = said["language"] - {"other", "x-none"}
    assert named
    assert [one for one in named if not language.tag(one)] == []


def test_samples_cards_become_names_without_contact_data(said: dict[str, set[str]]) -> None:
    cards = said["vcard"] | said["entity"]
    assert cards
    for one in cards:
        for agent in person.agents((Agent(one),)):
            assert "@" not in agent.name
            assert "VCARD" not in agent.name.upper()
            assert "\n" not in agent.name


def test_samples_titles_lose_their_dirt_and_no_words(said: dict[str, set[str]]) -> None:
    assert said["title"]
    for one in said["title"]:
        (clean,) = text.titles((Text(one),))
        assert "&amp;" not in clean.text
        assert clean.text == " ".join(clean.text.split())
        if "<" not in one and "&" not in one:
            assert clean.text.split() == one.split()
