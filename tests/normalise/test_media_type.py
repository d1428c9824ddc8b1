"""Technical formats."""

from __future__ import annotations

import pytest

from catalog.normalise.media_type import media_types


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("application/pdf", "application/pdf"),
        ("Text/HTML; charset=utf-8", "text/html"),
        ("http://www.iana.org/assignments/media-types/application/pdf", "application/pdf"),
        ("application/pdf, https://a.example/1.pdf", "application/pdf"),
        ("PDF", "application/pdf"),
        (".pdf", "application/pdf"),
        ("*.epub", "application/epub+zip"),
        ("image/jpg", "image/jpeg"),
        ("application/x-zip-compressed", "application/zip"),
        ("video/H264", "video/h264"),
        ("text/xxx", "text/xxx"),  # unknown, but a media type all the same
        ("xii, 300 p.", "xii, 300 p."),
        ("kubus/bol", "kubus/bol"),
        (".zzz", ".zzz"),
        ("  PDF\u200b ", "application/pdf"),
        ("", ""),
        ("\x00", ""),
    ],
)
def test_media_type(said: str, expected: str) -> None:
    found = media_types((said,))
    assert found == ((expected,) if expected else ())
    assert media_types(found) == found


def test_repetition_goes() -> None:
    assert media_types(("PDF", "application/pdf", "", "html")) == ("application/pdf", "text/html")
