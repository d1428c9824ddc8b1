"""Names of character sets, and texts that a store cannot keep."""

from __future__ import annotations

import pytest

from harvester.charset import codec, storable
from harvester.errors import ParseError
from harvester.raw import Page, Raw


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("UTF-8", "utf-8"),
        ("latin1", "iso8859-1"),
        ("windows-1252", "cp1252"),
        ("utf8mb4", ""),
        ("zlib", ""),  # would unpack what it is given
        ("rot13", ""),
        ("punycode", ""),
        ("unicode_escape", ""),
        ("undefined", ""),
        ("utf-8\0", ""),
        ("", ""),
    ],
)
def test_a_codec_is_of_a_character_set(name: str, expected: str) -> None:
    assert codec(name) == expected


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("oai:bron:1", "oai:bron:1"),
        ("Zeeën \U0001f30a", "Zeeën \U0001f30a"),
        ("a\nb\t", "a\nb\t"),
        ("a\x00b", "a\ufffdb"),
        ("\ud83c", "\ufffd"),
    ],
)
def test_what_is_kept_can_be_kept(said: str, expected: str) -> None:
    assert storable(said) == expected
    raw = Raw(source="bron", identifier=said, datestamp=said)
    page = Page(url="", body=b"", media_type="", raws=[raw])
    assert [(r.identifier, r.datestamp) for r in page.raws] == [(expected, expected)]
    error = ParseError("a.b", said)
    assert (error.reason, str(error)) == (expected, expected)
