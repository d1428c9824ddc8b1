from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.normalise.url import uri, url

URLS = [
    ("https://example.org/a/b.html", "https://example.org/a/b.html"),
    ("HTTPS://Example.ORG", "https://example.org/"),
    (" http://example.org/a\n b ", "http://example.org/a%20b"),  # folded by a mail program
    ("ht\ntp://exa\tmple.org/", "http://example.org/"),  # browsers skip these, so do we
    ("http://example.org:80/", "http://example.org/"),
    ("https://example.org:8443/x", "https://example.org:8443/x"),
    ("https://example.org:99999/", ""),
    ("www.example.nl/les 1", "http://www.example.nl/les%201"),
    ("example.nl/les", ""),  # could as well be a file name
    ("//example.org/x", ""),  # no scheme: whose page is it on?
    ("/pad", ""),
    ("javascript:alert(1)", ""),
    ("jav\tascript:alert(1)", ""),
    ("data:text/html,x", ""),
    ("ftp://example.org/", ""),
    ("file:///etc/passwd", ""),
    ("http:example.org", ""),
    ("http:///example.org", ""),
    ("http://", ""),
    ("http://http://example.org/x", "http://example.org/x"),  # a form that put one in front
    ("http://a.org/http://http://b.org", "http://a.org/http://http://b.org"),  # an archive
    ("https://bank.example@evil.example/", "https://evil.example/"),  # shows the true host
    ("http://user:secret@example.org/x", "http://example.org/x"),
    ("http://good.example\\@evil.example/", ""),  # readers disagree about the host
    ("http://exa%6Dple.org/", ""),
    ("http://b\u00fccher.example/", "http://xn--bcher-kva.example/"),
    ("http://\u0430pple.example/", "http://xn--pple-43d.example/"),  # a Cyrillic a is shown
    ("http://example.org./", "http://example.org/"),
    ("http://[::1]:8080/", "http://[::1]:8080/"),
    ("http://[::ffff:zz]/", ""),
    ("http://example.org/a/../b/./c", "http://example.org/b/c"),
    ("http://example.org/../..", "http://example.org/"),
    ("http://example.org/%7eme/%c3%a9", "http://example.org/~me/%C3%A9"),
    ("http://example.org/\u00e9?q=\u00eb", "http://example.org/%C3%A9?q=%C3%AB"),
    ("http://example.org/100%", "http://example.org/100%25"),
    ("http://example.org/x#top", "http://example.org/x"),
    ("http://example.org/#!/les/1", "http://example.org/#!/les/1"),  # the page is in the fragment
    ("http://example.org/v#t=120", "http://example.org/v#t=120"),
    ("http://example.org/?a=1&amp;b=2", "http://example.org/?a=1&b=2"),  # escaped twice
    ("http://example.org/?utm_source=x&id=3&fbclid=y", "http://example.org/?id=3"),
    ("http://example.org/x;jsessionid=AB12?y=1", "http://example.org/x?y=1"),
    ("<http://example.org/>", "http://example.org/"),
    ("http://example.org/\ud800", "http://example.org/%3F"),
    ("http://example.org/" + "x" * 10_000, ""),
    ("", ""),
]


@pytest.mark.parametrize(("said", "expected"), URLS)
def test_an_address_becomes_canonical_or_nothing(said: str, expected: str) -> None:
    assert url(said) == expected


def test_an_identifier_keeps_its_fragment() -> None:
    assert uri("HTTP://example.org/vocab#it") == "http://example.org/vocab#it"


PIECES = st.sampled_from(
    ["http://", "HTTPS://", "www.", "example.org", "a", "\u00e9", "\u3002", ".", "..", "/", "?",
     "#", "#!", "&", "&amp;", "amp;", "%", "%2e", "%61mp;", ":", ":80", "@", "\\", ";jsessionid=",
     "utm_x=", "[", "]", "[::1]", " ", "\t", "<", "\x00", "\ud800", "xn--", "\u00df", "'", "="]
)  # fmt: skip


@given(
    st.one_of(
        st.text(),
        st.lists(PIECES).map("".join),
        st.lists(PIECES).map(lambda one: "http://a.org/" + "".join(one)),
    )
)
def test_a_canonical_address_stays_and_nothing_raises(said: str) -> None:
    for read in (url, uri):
        once = read(said)
        assert read(once) == once
        assert once == "" or (once.startswith(("http://", "https://")) and once.isascii())


@pytest.mark.parametrize(
    "piece", ["a-", "a.", "/.", "/..", "http:", "&amp;", "&", "%", "@", ";", "."]
)
def test_hostile_lengths_end_soon(piece: str) -> None:
    start = time.perf_counter()
    url("http://" + piece * 100_000)
    url("http://" + piece * 700)
    url("http://a.org/" + piece * 700)
    assert time.perf_counter() - start < 2
