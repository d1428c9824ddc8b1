"""One name for whatever leads to the same material."""

from __future__ import annotations

import pytest

from catalog.resource import Identifier
from catalog.works.identity import address, is_front, named, target

ONE = [
    (
        "http://www.taalplein.example/lessen/",
        "https://taalplein.example/lessen",
        "https://taalplein.example:443/lessen/index.html?utm_source=brief",
        "https://m.taalplein.example/lessen?fbclid=1",
    ),
    (
        "https://www.youtube.com/watch?v=dQw4w9WgXcQ",
        "https://youtu.be/dQw4w9WgXcQ?t=3",
        "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ",
        "http://m.youtube.com/watch?feature=share&v=dQw4w9WgXcQ",
        "https://www.youtube.com/shorts/dQw4w9WgXcQ",
    ),
    ("https://vimeo.com/123456789", "https://player.vimeo.com/video/123456789?h=a1"),
    (
        "https://doi.org/10.1000/182",
        "http://dx.doi.org/10.1000/182",
        "https://www.example.com/doi/full/10.1000/182",
        "https://link.example.com/10.1000/182.pdf",
    ),
    ("https://hdl.handle.net/1874/30123", "https://repo.example.nl/xmlui/handle/1874/30123?show=full"),
    (
        "https://maken.wikiwijs.nl/74506/De_Gouden_Eeuw",
        "http://maken.wikiwijs.nl/74506",
        "https://maken.wikiwijs.nl/p/74506",
    ),
    (
        "https://archive.org/details/botany00gray",
        "https://archive.org/download/botany00gray/botany00gray.pdf",
    ),
    ("https://www.gutenberg.org/ebooks/30325", "http://gutenberg.org/files/30325/30325-h/30325-h.htm"),
    (
        "https://books.google.com/books?id=AbCdEfGhIjkC&pg=PA1",
        "https://books.google.nl/books?hl=nl&id=AbCdEfGhIjkC",
        "https://www.google.com/books/edition/_/AbCdEfGhIjkC?gbpv=1",
        "https://play.google.com/store/books/details?id=AbCdEfGhIjkC",
    ),
    ("https://schooltv.nl/video/de-egel/", "https://www.schooltv.nl/video-item/de-egel#q=egel"),
    ("https://nl.wikibooks.org/wiki/Egel", "https://nl.m.wikibooks.org/wiki/Egel"),
    ("https://arxiv.org/abs/1901.01234v2", "https://arxiv.org/pdf/1901.01234"),
    ("https://books.example/ocean", "https://books.example/ocean/open/download?type=pdf"),
    ("https://books.example/ocean.pdf", "https://books.example/ocean.epub"),
    ("https://a.example/x?b=2&a=1", "https://a.example/x?a=1&b=2"),
    ("https://www.persistent-identifier.nl/urn:nbn:nl:ui:13-abc", "https://repo.example/?id=urn:nbn:nl:ui:13-abc"),
]  # fmt: skip


@pytest.mark.parametrize("addresses", ONE)
def test_addresses_of_one_material(addresses: tuple[str, ...]) -> None:
    assert len({address(one) for one in addresses}) == 1
    assert address(addresses[0])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://youtu.be/aaaaaaaaaaa", "https://youtu.be/aaaaaaaaaaA"),
        ("https://a.example/view?id=1", "https://a.example/view?id=2"),
        ("https://a.example/#!/1", "https://a.example/#!/2"),
        ("https://a.example:8080/x", "https://a.example/x"),
        ("https://a.example/x", "https://b.example/x"),
        ("https://maken.wikiwijs.nl/1", "https://maken.wikiwijs.nl/2"),
        (
            "https://www.youtube.com/playlist?list=PLabc",
            "https://www.youtube.com/playlist?list=PLabd",
        ),
        ("https://archive.org/details/a", "https://archive.org/details/b"),
        ("https://a.example/list?type=pdfs", "https://a.example/list?type=maps"),
    ],
)
def test_addresses_of_two_materials(one: str, other: str) -> None:
    assert address(one) != address(other)


@pytest.mark.parametrize(
    ("identifier", "name"),
    [
        (Identifier("10.1000/ABC", "doi"), "doi:10.1000/abc"),
        (Identifier("10.5281/zenodo.77", "doi"), "zenodo:77"),
        (Identifier("10.48550/arXiv.1901.01234", "doi"), "arxiv:1901.01234"),
        (Identifier("9783161484100", "isbn"), "isbn:9783161484100"),
        (Identifier("2049-3630", "issn"), "issn:2049-3630"),
        (Identifier("1874/1", "handle"), "handle:1874/1"),
        (Identifier("urn:nbn:nl:ui:13-ABC", "urn"), "nbn:urn:nbn:nl:ui:13-abc"),
        (Identifier("urn:uuid:1", "urn"), "urn:uuid:1"),
        (Identifier("https://doi.org/10.1000/182", "uri"), "doi:10.1000/182"),
        (Identifier("ark:/123/4", "uri"), ""),
        (Identifier("4711"), ""),
    ],
)
def test_identifiers_are_named(identifier: Identifier, name: str) -> None:
    assert named(identifier) == name


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("https://doi.org/10.1000/182", "doi:10.1000/182"),
        ("urn:isbn:9783161484100", "isbn:9783161484100"),
        ("urn:issn:2049-3630", "issn:2049-3630"),
        ("urn:nbn:nl:ui:13-abc", "nbn:urn:nbn:nl:ui:13-abc"),
        ("urn:uuid:1", "urn:uuid:1"),
        ("hdl:1874/1", "handle:1874/1"),
        ("Some book", ""),
        ("", ""),
    ],
)
def test_targets_are_named_like_identifiers(said: str, name: str) -> None:
    assert target(said) == name


def test_a_front_page_stands_for_a_whole_site() -> None:
    assert is_front(address("https://www.site.example/"))
    assert is_front(address("https://site.example"))
    assert not is_front(address("https://site.example/page"))
    assert not is_front(address("https://site.example/?id=1"))
    assert not is_front("doi:10.1/x")


@pytest.mark.parametrize("said", ["", "ftp://a.example/x", "http://", "https:///x", "x" * 5000])
def test_no_address_has_no_name(said: str) -> None:
    assert address(said) == ""
