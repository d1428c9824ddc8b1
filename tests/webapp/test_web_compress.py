"""Answers are compressed for who takes that, are the same inside, and are kept apart by caches."""

from __future__ import annotations

import gzip
import re

import pytest
import zstandard
from fake_catalogue import FakeCatalogue
from flask.testing import FlaskClient
from werkzeug.wrappers import Response

ADDRESSES = ["/nl/", "/en/search?q=hoofdstuk", "/api/v1/search", "/nl/zoeken.atom",
             "/nl/zoeken.rss", "/nl/materiaal/vb1.jsonld", "/nl/materiaal/vb1.linkset.json",
             "/nl/nergens", "/static/site.css", "/static/site.js", "/static/icons.svg"]  # fmt: skip


def plain(answer: Response) -> bytes:
    match answer.headers.get("Content-Encoding"):
        case "zstd":
            return bytes(zstandard.ZstdDecompressor().decompressobj().decompress(answer.data))
        case "gzip":
            return gzip.decompress(answer.data)
    return bytes(answer.data)


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize(
    ("accept", "coding"),
    [
        ("gzip, deflate, br, zstd", "zstd"),
        ("gzip, deflate, br", "gzip"),
        ("zstd;q=0.5, gzip", "gzip"),
        ("zstd;q=0, *", "gzip"),
        ("gzip;q=0.5, identity", None),
        ("gzip;q=0", None),
        ("br", None),
        ("", None),
        (None, None),
    ],
)
def test_each_asker_gets_the_coding_it_likes(
    client: FlaskClient, address: str, accept: str | None, coding: str | None
) -> None:
    headers = {} if accept is None else {"Accept-Encoding": accept}
    with client.get(address) as whole, client.get(address, headers=headers) as got:
        assert got.headers.get("Content-Encoding") == coding
        assert plain(got) == whole.data
        assert int(got.headers["Content-Length"]) == len(got.data)
        assert "Accept-Encoding" in got.headers["Vary"]
        assert got.status_code == whole.status_code
        if coding:
            assert len(got.data) < len(whole.data) * 0.6


@pytest.mark.parametrize("address", ["/nl/", "/static/site.css"])
def test_what_is_kept_in_one_coding_is_not_sent_again_in_another(
    client: FlaskClient, address: str
) -> None:
    with client.get(address, headers={"Accept-Encoding": "gzip"}) as first:
        tag = first.headers["ETag"]
    assert tag.startswith("W/")
    for coding in ("gzip", "zstd", ""):
        asked = {"If-None-Match": tag, "Accept-Encoding": coding}
        with client.get(address, headers=asked) as again:
            assert (again.status_code, again.data) == (304, b"")
            assert "Accept-Encoding" in again.headers["Vary"]


def test_what_is_small_goes_as_it_is(client: FlaskClient) -> None:
    answer = client.get("/robots.txt", headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in answer.headers


def test_a_part_of_a_file_is_a_part_of_the_file(client: FlaskClient) -> None:
    headers = {"Accept-Encoding": "gzip", "Range": "bytes=0-9"}
    with client.get("/static/site.css", headers=headers) as answer:
        assert answer.status_code == 206
        assert len(answer.data) == 10


def test_head_says_what_get_sends(client: FlaskClient) -> None:
    headers = {"Accept-Encoding": "gzip"}
    head, whole = client.head("/nl/", headers=headers), client.get("/nl/", headers=headers)
    assert head.data == b""
    assert head.headers["Content-Length"] == whole.headers["Content-Length"]


def test_the_first_view_is_small(client: FlaskClient, catalogue: FakeCatalogue) -> None:
    """A page of results with all that it needs, in 60,000 bytes."""
    assert len(catalogue.cards) > 100
    headers = {"Accept-Encoding": "gzip"}
    page = client.get("/nl/zoeken?q=hoofdstuk")
    needed = set(re.findall(r'(?:href|src)="(/static/[^"#]+)', page.text))
    sizes = []
    for address in ["/nl/zoeken?q=hoofdstuk", *needed]:
        with client.get(address, headers=headers) as answer:
            sizes.append(len(answer.data))
    assert len(sizes) > 3
    assert sum(sizes) < 60_000
