"""What an observation means: pure, a rule at a time."""

from __future__ import annotations

from pathlib import Path

import pytest
from behaviours import page as made
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.links import REASONS
from harvester.links import page
from harvester.links.observation import Answer, Hop, Observation, Trouble
from harvester.links.verdict import enough, is_file, needs_missing, verdict

ASKED = "https://x.example/lessen/wind"
OTHER = "https://elders.example/lessen/wind"
LOGIN_BOX = "<form action=/login><input name=u><input type=password name=p></form>"
PARKING = "<script src='https://www.parkingcrew.net/ad.js'></script>"
LONG = 300


def seen(
    body: bytes | str = "",
    *,
    status: int = 200,
    asked: str = ASKED,
    hops: tuple[Hop, ...] = (),
    missing: Answer | None = None,
    bodiless: bool = False,
    media_type: str = "text/html",
    **more: object,
) -> Observation:
    """Return what is seen of an answer that ends the way."""
    body = body.encode() if isinstance(body, str) else body
    url = hops[-1].url if hops else asked
    said = Answer(
        url=url,
        status=status,
        media_type=media_type,
        size=len(body),
        page=page.read(body, asked=asked, url=url, media_type=media_type) if body else None,
        **more,  # type: ignore[arg-type]
    )
    return Observation(asked=asked, hops=hops, answer=said, missing=missing, bodiless=bodiless)


def text(title: str, body: str = "", *, words: int = LONG, head: str = "") -> bytes:
    return made(title, body, words=words, head=head)


def absent(body: bytes, *, url: str = "https://x.example/lessen/bdfg", status: int = 200) -> Answer:
    """Return what the site answers where nothing can be."""
    read = page.read(body, asked=url, url=url, media_type="text/html")
    return Answer(url=url, status=status, media_type="text/html", size=len(body), page=read)


HTTPS = (Hop(301, "https://x.example/lessen/wind"),)
TO_ROOT = (Hop(302, "https://x.example/"),)


@pytest.mark.parametrize(
    ("observation", "reason"),
    [
        # what looks like something else, and is the material
        (seen(text("Een domein kopen", "this domain is for sale")), "answers"),
        (seen(text("Hoe schrijf je een 404-pagina?", "<p>page not found</p>")), "answers"),
        (
            seen(
                text("404 not found: wat betekent dat?"),
                missing=absent(text("Weg", words=5), status=404),
            ),
            "answers",
        ),
        (seen(text("Oeps: 404 not found"), missing=absent(text("Anders"))), "soft-404"),
        (
            seen(
                text("404 | De Haven", words=20),
                missing=absent(text("Weg", words=5), status=404),
            ),
            "soft-404",
        ),
        (seen(text("Recht", "The content has been removed from the list of 2019")), "answers"),
        (seen(text("Wind", LOGIN_BOX)), "answers"),
        (seen(text("Wind", "We value your privacy. Accept cookies")), "answers"),
        (seen(text("Wind", PARKING)), "answers"),
        (seen(text("Log in op de haven", words=80)), "answers"),
        (seen(text("Home")), "answers"),
        (seen(text("Wind", words=40)), "answers"),
        (seen("<frameset><frame src=a.html></frameset>"), "answers"),
        (seen("<p>Wind", media_type="application/xhtml+xml"), "answers"),
        (seen(b"\xef\xbb\xbf<p>Wind en water"), "answers"),
        # files
        (seen(media_type="application/pdf", whole=False, asked=f"{ASKED}.pdf"), "answers"),
        (seen(media_type="application/pdf", bodiless=True, asked=f"{ASKED}.pdf"), "answers"),
        (seen(text("Bekijk"), asked=f"{ASKED}.pdf"), "content"),
        (seen(text("Bekijk"), asked=f"{ASKED}.html"), "answers"),
        (seen(text("Niet gevonden", words=3), asked=f"{ASKED}.pdf"), "soft-404"),
        # where nothing can be
        (seen(text("Les"), missing=absent(text("Les"))), "soft-404"),
        (seen(text("Les"), missing=absent(text("Les"), status=404)), "answers"),
        (seen(text("Les"), missing=absent(text("Anders"))), "answers"),
        (
            seen(text("Les", "<div id=root></div>"), missing=absent(text("Les", "<div id=root>"))),
            "script",
        ),
        (
            seen(
                text("Les", head=f"<link rel=canonical href='{ASKED}'>"),
                missing=absent(text("Les", head=f"<link rel=canonical href='{ASKED}'>")),
            ),
            "answers",
        ),
        (
            seen(
                text("Les", head="<link rel=canonical href='https://x.example/'>"),
                missing=absent(text("Les", head="<link rel=canonical href='https://x.example/'>")),
            ),
            "soft-404",
        ),
        # the way
        (seen(text("Wind"), asked="http://x.example/lessen/wind", hops=HTTPS), "redirect"),
        (seen(text("Wind"), hops=(Hop(301, f"{ASKED}?utm_source=haven"),)), "answers"),
        (seen(text("Wind"), hops=(Hop(301, OTHER), Hop(302, f"{OTHER}/1"))), "answers"),
        (seen(text("Wind"), hops=(Hop(308, OTHER), Hop(0, f"{OTHER}/1"))), "answers"),
        (seen(text("Wind"), asked="https://doi.org/10.1/x", hops=(Hop(301, OTHER),)), "answers"),
        (seen(text("Wind"), asked="https://purl.org/1/2", hops=(Hop(301, OTHER),)), "answers"),
        (seen(text("De Haven"), hops=TO_ROOT), "home"),
        (seen(text("De Haven"), hops=(Hop(301, "https://x.example/nl/home.html"),)), "home"),
        (seen(text("De Haven"), hops=(Hop(301, "https://x.example/en"),)), "home"),
        (seen(text("Wind"), asked="https://x.example/", hops=(Hop(302, "https://x.example/nl"),)),
         "answers"),
        (seen(text("Cursus"), hops=(Hop(302, "https://cursus.example/"),)), "answers"),
        (
            seen(
                text("Cursus"),
                hops=(Hop(302, "https://cursus.example/"),),
                missing=absent(text("Cursus"), url="https://cursus.example/"),
            ),
            "home",
        ),
        # logging in
        (seen(text("Inloggen - De Haven", LOGIN_BOX)), "login"),
        (seen(text("Sign in", LOGIN_BOX, words=9), hops=(Hop(302, f"{OTHER}/login"),)), "login"),
        (seen(text("Wachtwoord", LOGIN_BOX), hops=(Hop(302, "https://idp.x.nl/a"),)), "login"),
        (seen(text("Wind"), hops=(Hop(302, "https://sso.x.nl/a"), Hop(302, ASKED))), "answers"),
        (seen(text("Wind"), hops=(Hop(302, "https://x.example/logintoets/1"),)), "answers"),
        (seen(status=401), "password"),
        (seen(text("Verboden"), status=403), "forbidden"),
        # walls, players, parked domains
        (seen(text("Just a moment...", words=5), status=403), "wall"),
        (seen(text("Attention Required! | Cloudflare", words=90), status=403), "wall"),
        (seen(status=999), "wall"),
        (seen(status=403, wall="Cloudflare"), "wall"),
        (seen(text("Video niet beschikbaar", words=20)), "removed"),
        (seen(text("This item has been withdrawn - Repository")), "removed"),
        (seen(text("Domein is te koop!", words=20)), "parked"),
        (seen(text("x.example", PARKING, words=20)), "parked"),
        (seen(text("Voordat je verdergaat naar de film", words=50)), "consent"),
        # nothing to see
        (seen("<html><head><title></title></head><body> </body></html>"), "empty"),
        (seen("<html><body><div id=app></div><script src=a.js></script>"), "script"),
        (seen(status=204), "empty"),
        (seen(status=200), "empty"),
        # statuses
        (seen(status=429), "busy"),
        (seen(status=503, retry_after=5.0), "busy"),
        (seen(status=503), "server-error"),
        (seen(status=599), "server-error"),
        (seen(status=304), "status"),
        (seen(status=302), "status"),
        (seen(status=418), "status"),
        (seen(status=408), "timeout"),
        (seen(status=451), "legal"),
        (seen(status=410), "gone"),
        (seen(status=206, media_type="application/zip", whole=False), "answers"),
        (Observation(asked=ASKED), "broken"),
        (Observation(asked=ASKED, trouble=Trouble("dns", "no such name")), "dns"),
        (Observation(asked=ASKED, hops=HTTPS, trouble=Trouble("loop")), "loop"),
    ],
)  # fmt: skip
def test_verdict(observation: Observation, reason: str) -> None:
    found = verdict(observation)
    assert found.reason == reason, found
    assert found.state == REASONS[reason][-1]
    assert bool(found.target) == (reason == "redirect")
    assert len(found.detail) <= 200


def test_the_new_address_is_written_as_others_are() -> None:
    moved = seen(text("Wind"), hops=(Hop(301, "HTTPS://Elders.example:443/a b?utm_source=x"),))
    assert verdict(moved).target == "https://elders.example/a%20b"


def test_what_is_told_to_operators_can_be_kept() -> None:
    odd = Observation(asked=ASKED, trouble=Trouble("nowhere", "x:\0\ud800" + "y" * 999))
    detail = verdict(odd).detail
    assert len(detail) <= 200
    assert "\0" not in detail
    detail.encode()


def test_rest_is_waited_for_as_long_as_is_asked() -> None:
    assert verdict(seen(status=503, retry_after=5400.0)).wait == 5400.0
    assert verdict(seen(status=429)).wait == 0.0


@pytest.mark.parametrize(
    ("observation", "is_enough"),
    [
        (seen(media_type="application/pdf", bodiless=True), True),
        (seen(media_type="application/pdf", bodiless=True, length=0), False),
        (seen(media_type="text/html", bodiless=True), False),
        (seen(media_type="", bodiless=True), False),
        (seen(status=404, bodiless=True), False),
        (seen(status=405, bodiless=True), False),
        (seen(status=500, bodiless=True), False),
        (seen(status=429, bodiless=True), True),
        (seen(status=401, bodiless=True), True),
        (Observation(asked=ASKED, trouble=Trouble("dns")), True),
        (Observation(asked=ASKED, trouble=Trouble("timeout")), False),
    ],
)
def test_head_is_believed_where_it_says_enough(observation: Observation, is_enough: bool) -> None:
    assert enough(observation) is is_enough


@pytest.mark.parametrize(
    ("url", "file"),
    [
        ("https://x.example/a/les.PDF", True),
        ("https://x.example/a/les.pdf?download=1", True),
        ("https://x.example/a/les.html", False),
        ("https://x.example/pdf", False),
        ("https://x.example/v1.2/les", False),
        ("https://x.pdf", False),
    ],
)
def test_files_are_known_by_their_addresses(url: str, file: bool) -> None:
    assert is_file(url) is file


def test_a_home_page_is_not_compared_with_what_is_missing() -> None:
    at_home = seen(text("De Haven"), asked="https://x.example/")
    assert not needs_missing(verdict(at_home), at_home)
    inside = seen(text("Wind"))
    assert needs_missing(verdict(inside), inside)


MARKUP = st.lists(
    st.sampled_from([
        "<", ">", "/", "title", "<title>", "</title>", "<meta http-equiv=refresh content=",
        "0;url=",
        "'", '"', "<h1>", "<div id=root>", "<script>", "</script>", "<noscript>", "<!--", "-->",
        "<input type=password>", "404", "niet gevonden", "&#0;", "&#x110000;", "\0", "\ud7ff", "ü",
        "<svg><x:y z", "]]>", "<![CDATA[", "<?xml?>", "http://[", "javascript:", "<base href=//[>",
        "<link rel=canonical href=", "<iframe src=http://[::1 >", "<frameset>", "<table><a><table>",
    ]),
    max_size=60,
).map("".join)  # fmt: skip


@given(MARKUP | st.text(), st.sampled_from([200, 203, 299, 403, 404, 503]))
@settings(max_examples=150)
def test_whatever_a_page_says_there_is_a_verdict(markup: str, status: int) -> None:
    body = markup.encode("utf-8", "replace")
    found = verdict(seen(body, status=status, missing=absent(body or b"x")))
    assert found.reason in REASONS


@given(st.binary(max_size=300))
@settings(max_examples=50)
def test_whatever_bytes_come_there_is_a_verdict(body: bytes) -> None:
    assert verdict(seen(body)).reason in REASONS


def test_samples_of_pages_are_taken_for_no_other(samples: Path) -> None:
    """Real pages with materials say nothing by which they would be thought gone or closed."""
    for file in sorted((samples / "html").rglob("*.html")):
        body = file.read_bytes()[: page.LARGEST]
        assert verdict(seen(body)).reason in ("answers", "script", "empty"), file
