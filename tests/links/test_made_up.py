"""Addresses that nobody has made: like those that are there, and never one of them."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.normalise.url import url as canonical
from harvester.links.made_up import kind, sibling


@pytest.mark.parametrize(
    ("url", "like"),
    [
        ("https://x.example/lessen/wind", r"https://x\.example/lessen/[a-z]{12}"),
        ("https://x.example/lessen/wind/", r"https://x\.example/lessen/[a-z]{12}/"),
        ("https://x.example/les/wind.pdf", r"https://x\.example/les/[a-z]{12}\.pdf"),
        ("https://x.example/1201/Wind_en_water", r"https://x\.example/9\d{8}/[a-z]{12}"),
        ("https://x.example/item/77/download", r"https://x\.example/item/9\d{8}/[a-z]{12}"),
        ("https://x.example/toon?id=12&taal=nl", r"https://x\.example/toon\?id=9\d{8}&taal=nl"),
        ("https://x.example/les/wind?taal=nl", r"https://x\.example/les/[a-z]{12}\?taal=[a-z]{12}"),
        ("https://x.example/?p=5", r"https://x\.example/\?p=9\d{8}"),
        ("https://x.example/", r"https://x\.example/[a-z]{12}"),
        ("https://x.example", r"https://x\.example/[a-z]{12}"),
        (
            "https://x.example/r/550e8400-e29b-41d4-a716-446655440000",
            r"https://x\.example/r/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
        ),
    ],
)
def test_all_that_names_a_material_is_replaced(url: str, like: str) -> None:
    assert re.fullmatch(like, sibling(url)), sibling(url)


def test_one_will_do_for_addresses_of_a_kind() -> None:
    ours = kind("https://x.example/lessen/wind")
    assert kind("https://x.example/lessen/water") == ours
    assert kind("https://x.example/films/water") != ours
    assert kind("https://y.example/lessen/wind") != ours
    assert kind("https://x.example/1/a") == kind("https://x.example/2/b")


@given(st.text(max_size=40), st.text(max_size=20))
@settings(max_examples=100)
def test_it_is_always_another_address_of_the_same_host(path: str, query: str) -> None:
    url = canonical(f"https://x.example/{path}?{query}")
    if url and "#" not in url:
        other = sibling(url)
        assert other != url
        assert urlsplit(other).netloc == urlsplit(url).netloc
        assert sibling(url) == other
        assert kind(url)
