"""How often one address may ask: counted, told, and forgotten."""

from __future__ import annotations

import re

import pytest
from asking import Client
from fake_catalogue import SETTINGS, FakeCatalogue
from flask.testing import FlaskClient
from msgspec.structs import replace

from catalog.config import ApiSettings
from webapp import create_app
from webapp.limits import Visits


def site(per_minute: int) -> FlaskClient:
    settings = replace(SETTINGS, api=ApiSettings(per_minute=per_minute))
    app = create_app(FakeCatalogue(3), settings)  # type: ignore[arg-type]  # a fake of it
    app.test_client_class = Client
    return app.test_client()


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("192.0.2.1", "192.0.2.1", True),
        ("192.0.2.1", "192.0.2.2", False),
        ("2001:db8::1", "2001:db8::ffff:2", True),
        ("2001:db8:0:1::1", "2001:db8:0:2::1", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("::ffff:192.0.2.1", "::ffff:192.0.2.2", False),
        ("fe80::1%eth0", "fe80::2%eth1", True),
        ("", "no address", True),
    ],
)
def test_addresses_are_told_apart(one: str, other: str, same: bool) -> None:
    visits = Visits(Clock())
    assert visits.count(one)[0] == 1
    assert visits.count(other)[0] == (2 if same else 1)


def test_counts_go_with_their_minute() -> None:
    clock = Clock()
    visits = Visits(clock)
    assert visits.count("192.0.2.1") == (1, 60.0)
    clock.now = 59.5
    assert visits.count("192.0.2.1") == (2, 0.5)
    clock.now = 60.0
    assert visits.count("192.0.2.1") == (1, 60.0)


def test_room_stays_the_same_and_hardly_anybody_pays_for_others() -> None:
    visits = Visits(Clock())
    counts = [visits.count(f"10.0.{high}.{low}")[0] for high in range(4) for low in range(250)]
    assert sum(count > 1 for count in counts) < 20
    before = [len(row) for row in visits._rows]
    for number in range(70_000):
        visits.count(f"2001:db8:{number >> 16:x}:{number & 0xFFFF:x}::1")
    assert [len(row) for row in visits._rows] == before
    assert not [value for value in vars(visits).values() if isinstance(value, dict | list | set)]


def test_every_answer_says_what_is_left() -> None:
    client = site(3)
    for left in (2, 1, 0):
        answer = client.get("/api/v1/search?size=1")
        assert answer.headers["RateLimit-Policy"] == '"api";q=3;w=60'
        assert re.fullmatch(rf'"api";r={left};t=\d+', answer.headers["RateLimit"])
    answer = client.get("/api/v1/copies/none")
    assert answer.status_code == 429
    assert answer.content_type == "application/problem+json"
    assert answer.json["type"] == "https://vindplaats.example/api#too-many-requests"
    assert 0 < int(answer.headers["Retry-After"]) <= 61
    assert answer.headers["RateLimit"].startswith('"api";r=0;')
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_what_is_not_there_counts_as_well() -> None:
    client = site(1)
    assert client.get("/api/v1/nothing").status_code == 404
    assert client.get("/api/v1/nothing").status_code == 429


def test_addresses_do_not_pay_for_each_other() -> None:
    client = site(1)
    for address in ("192.0.2.1", "192.0.2.2"):
        at = {"REMOTE_ADDR": address}
        assert client.get("/api/v1/search", environ_overrides=at).status_code == 200
    said = {"X-Forwarded-For": "192.0.2.3"}
    at = {"REMOTE_ADDR": "192.0.2.1"}
    assert client.get("/api/v1/search", headers=said, environ_overrides=at).status_code == 429


def test_pages_suggestions_and_what_is_asked_beforehand_are_not_held_to_it() -> None:
    client = site(1)
    asked = {"Origin": "https://a.example", "Access-Control-Request-Method": "GET"}
    for _ in range(3):
        assert "RateLimit" not in client.get("/nl/zoeken").headers
        assert client.options("/api/v1/search", headers=asked).status_code == 204
    for _ in range(10):
        answer = client.get("/api/v1/suggest?q=breu")
        assert answer.status_code == 200
        assert answer.headers["RateLimit-Policy"] == '"suggest";q=10;w=60'
    assert client.get("/api/v1/suggest?q=breu").status_code == 429
    assert client.get("/api/v1/search").status_code == 200


def test_without_a_limit_nothing_is_said_of_one() -> None:
    client = site(0)
    answers = [client.get("/api/v1/search?size=1") for _ in range(3)]
    assert {answer.status_code for answer in answers} == {200}
    assert not any("RateLimit" in name for name in answers[0].headers.keys())  # noqa: SIM118 not a dict


@pytest.mark.parametrize("method", ["GET", "POST", "PUT"])
def test_a_page_of_any_site_may_ask_beforehand_and_read_alone(method: str) -> None:
    client = site(9)
    asked = {"Origin": "https://a.example", "Access-Control-Request-Method": method}
    answer = client.options("/api/v1/resources/none", headers=asked)
    assert answer.status_code == 204
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"
    assert "If-None-Match" in answer.headers["Access-Control-Allow-Headers"]
    assert "Access-Control-Allow-Credentials" not in answer.headers
    assert "Access-Control-Allow-Origin" not in client.options("/nl/", headers=asked).headers


def test_a_page_of_any_site_sees_what_it_needs() -> None:
    answer = site(9).get("/api/v1/search", headers={"Origin": "https://a.example"})
    shown = answer.headers["Access-Control-Expose-Headers"].split(", ")
    assert {"ETag", "Link", "RateLimit", "RateLimit-Policy", "Retry-After"} <= set(shown)
