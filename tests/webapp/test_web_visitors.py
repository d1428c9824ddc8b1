"""Who is counted when a page is opened: people, and nobody by name."""

from __future__ import annotations

import pytest
from fake_catalogue import FakeCatalogue
from flask.testing import FlaskClient

from webapp.visitors import is_program

BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.mark.parametrize(
    ("agent", "program"),
    [
        (BROWSER, False),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15", False),
        ("Mozilla/5.0 (Windows NT 10.0; Win64) AppleWebKit/537.36 Chrome/140 Safari/537", False),
        ("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", True),
        ("Mozilla/5.0 (compatible; bingbot/2.0)", True),
        ("Mozilla/5.0 (X11) AppleWebKit/537.36 HeadlessChrome/140", True),
        ("Vindplaats/0.1 (+https://a.example; mailto:b@a.example)", True),
        ("curl/8.5", True),
        ("python-requests/2.32", True),
        ("", True),
    ],
)
def test_programs_are_told_from_people(agent: str, program: bool) -> None:
    assert is_program(agent) is program


def test_a_page_that_a_person_opens_is_counted(
    client: FlaskClient, catalogue: FakeCatalogue
) -> None:
    by_hand = {"User-Agent": BROWSER}
    client.get("/nl/materiaal/vb1", headers=by_hand)
    client.get("/en/resource/vb1", headers=by_hand)
    client.get("/nl/materiaal/vb1", headers={"User-Agent": "Googlebot/2.1"})
    client.head("/nl/materiaal/vb1", headers=by_hand)
    client.get("/nl/materiaal/nergens", headers=by_hand)
    client.get("/nl/", headers=by_hand)
    assert catalogue.openings == ["vb1", "vb1"]
