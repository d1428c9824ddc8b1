"""What was said stays, without dirt."""

from __future__ import annotations

import pytest

from catalog.normalise.said import concepts, statements, words
from catalog.resource import Concept


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ((), ()),
        (("a",), ("a",)),
        (("a", "b", "a"), ("a", "b")),
        (("", " ", "\x00"), ()),
        (("  two\n lines\u200b ",), ("two lines",)),
        (("<b>bold</b> &amp; more",), ("bold & more",)),
    ],
)
def test_words(said: tuple[str, ...], expected: tuple[str, ...]) -> None:
    assert words(said) == expected
    assert words(expected) == expected


def test_an_address_inside_html_is_a_statement_of_its_own() -> None:
    address = "https://creativecommons.org/licenses/by/4.0/"
    said = (f'<a rel="license" href="{address}">Some licence</a>', f"<p>see {address}</p>")
    found = statements(said)
    assert found == ("Some licence", address, f"see {address}")
    assert statements(found) == found


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ((Concept(label="a"), Concept(label="a")), (Concept(label="a"),)),
        ((Concept(),), ()),
        ((Concept(scheme="ddc"), Concept(id=" 510 ")), (Concept(id="510"),)),
        ((Concept(label="<i>x</i>\x00"),), (Concept(label="x"),)),
        (
            (Concept(id="https://a.example/?b=1&c=2"),),  # no HTML: the ampersand stays
            (Concept(id="https://a.example/?b=1&c=2"),),
        ),
    ],
)
def test_concepts(said: tuple[Concept, ...], expected: tuple[Concept, ...]) -> None:
    assert concepts(said) == expected
    assert concepts(expected) == expected
