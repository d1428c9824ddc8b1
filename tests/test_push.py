"""Records that a provider posts: from the request to the page, and the receipt that says so."""

from __future__ import annotations

import hashlib
import json
import re
import signal
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from installation import Installation, eventually
from shelf import marc, message, product
from werkzeug.test import TestResponse

from catalog.catalogue import Catalogue
from catalog.config import PushSource, Settings, StoreSettings
from catalog.store import inbox
from webapp import create_app

TOKENS = {"school": "geheim-van-school", "other": "geheim-van-ander"}


def digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def material(key: str, title: str = "Zeilschepen", **said: Any) -> dict[str, Any]:
    kind = {"@context": "https://schema.org", "@type": "LearningResource"}
    return {**kind, "@id": key, "name": title, **said}


def as_json(*materials: dict[str, Any]) -> bytes:
    return json.dumps(list(materials) if len(materials) > 1 else materials[0]).encode()


class Provider:
    """Posts with the token of its source."""

    def __init__(self, browser: FlaskClient, token: str = TOKENS["school"]) -> None:
        self.browser = browser
        self.headers = {"Authorization": f"Bearer {token}"}

    def send(self, method: str, key: str = "", body: bytes = b"", **keys: Any) -> TestResponse:
        path = "/api/v1/sources/school/records" + (f"/{key}" if key else "")
        keys.setdefault("headers", self.headers)
        return self.browser.open(path, method=method, data=body, **keys)

    def post(self, body: bytes) -> str:
        return self.taken(self.send("POST", body=body))

    def put(self, key: str, body: bytes) -> str:
        return self.taken(self.send("PUT", key, body))

    def delete(self, key: str) -> str:
        return self.taken(self.send("DELETE", key))

    @staticmethod
    def taken(answer: TestResponse) -> str:
        assert answer.status_code == 202, answer.text
        assert answer.json
        address = str(answer.json["receipt"])
        assert address == answer.headers["Location"]
        assert address.endswith(f"/api/v1/receipts/{answer.json['id']}")
        return address

    def receipt(self, address: str) -> Any:
        answer = self.browser.get(address)
        assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
        return answer.json


# The door


@pytest.fixture
def browser(tmp_path: Path) -> Any:
    settings = Settings(
        store=StoreSettings(url=f"sqlite:///{tmp_path}/store.db"),
        sources={
            name: PushSource(token_sha256=digest(token), max_bytes=2048, per_minute=20)
            for name, token in TOKENS.items()
        },
    )
    with Catalogue(settings) as catalogue:
        yield create_app(catalogue, settings).test_client()


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 401),
        ({"Authorization": "Bearer"}, 401),
        ({"Authorization": "Bearer "}, 401),
        ({"Authorization": "Bearer wrong"}, 401),
        ({"Authorization": f"Basic {TOKENS['school']}"}, 401),
        ({"Authorization": f"Bearer {digest(TOKENS['school'])}"}, 401),  # what config.toml holds
        ({"Authorization": "Bearer é\u00ff"}, 401),
        ({"Cookie": f"token={TOKENS['school']}"}, 401),
        ({"Authorization": f"Bearer {TOKENS['other']}"}, 403),
        ({"Authorization": f"bearer  {TOKENS['school']} "}, 202),
    ],
)
def test_only_its_own_token_opens_a_source(
    browser: FlaskClient, headers: dict[str, str], status: int
) -> None:
    for method, key in (("POST", ""), ("PUT", "x"), ("DELETE", "x")):
        answer = Provider(browser).send(method, key, b"{}", headers=headers)
        assert answer.status_code == status
        assert ("WWW-Authenticate" in answer.headers) is (status == 401)
        assert "Set-Cookie" not in answer.headers
        assert answer.headers["Cache-Control"] == "no-store"
    assert Provider(browser).send("POST", body=b"{}", headers=headers).is_json or status == 202


def test_a_source_that_is_not_there_or_does_not_post_looks_like_another(
    browser: FlaskClient,
) -> None:
    headers = {"Authorization": f"Bearer {TOKENS['school']}"}
    for name in ("nobody", "..", "school%2F"):
        answer = browser.post(f"/api/v1/sources/{name}/records", data=b"{}", headers=headers)
        assert answer.status_code in (403, 404, 405)


def test_what_is_too_large_is_refused(browser: FlaskClient) -> None:
    provider = Provider(browser)
    assert provider.send("POST", body=b"x" * 2048).status_code == 202
    answer = provider.send("POST", body=b"x" * 2049)
    assert (answer.status_code, answer.mimetype) == (413, "application/problem+json")
    assert provider.send("PUT", "x" * 2001, b"{}").status_code == 400
    assert provider.send("POST").status_code == 400


def test_too_many_requests_have_to_wait(browser: FlaskClient) -> None:
    provider = Provider(browser)
    answers = [provider.send("POST", body=b"{}") for _ in range(21)]
    assert [a.status_code for a in answers] == [202] * 20 + [429]
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 61
    other = {"Authorization": f"Bearer {TOKENS['other']}"}
    answer = browser.post("/api/v1/sources/other/records", data=b"{}", headers=other)
    assert answer.status_code == 202


def test_a_full_inbox_takes_no_more(browser: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inbox, "MOST", 2)
    provider = Provider(browser)
    answers = [provider.send("POST", body=b"{}") for _ in range(3)]
    assert [a.status_code for a in answers] == [202, 202, 429]
    assert "Retry-After" in answers[-1].headers


def test_a_receipt_says_that_it_waits_and_others_are_not_there(browser: FlaskClient) -> None:
    provider = Provider(browser)
    receipt = provider.receipt(provider.post(b"{}"))
    assert (receipt["status"], receipt["records"], receipt["rejects"]) == ("pending", 0, [])
    assert browser.get("/api/v1/receipts/1").status_code == 404


# From the door to the page


@pytest.fixture
def here(tmp_path: Path) -> Installation:
    here = Installation(tmp_path)
    for name, token in TOKENS.items():
        here.sources[name] = {"kind": "push", "token_sha256": digest(token)}
    here.write()
    return here


def test_what_is_posted_is_found_changed_and_withdrawn(here: Installation) -> None:
    with here.site() as site:
        provider = Provider(site)
        many = provider.post(as_json(material("urn:a"), material("urn:b", "Watermolens")))
        one = provider.put("kust/vuurtoren", as_json(material("urn:c", "Vuurtorens")))
        (run,) = here.good("harvest", "school", "--json").json
        assert (run["status"], run["counts"]["added"]) == ("complete", 3)
        assert provider.receipt(many)["records"] == 2
        assert provider.receipt(many)["status"] == provider.receipt(one)["status"] == "accepted"
        assert here.found("watermolens") == ["Watermolens"]

        provider.put("kust/vuurtoren", as_json(material("urn:c", "Lichtschepen")))
        provider.delete("urn:a")
        provider.delete("urn:b")
        gone = provider.delete("never-was")
        (run,) = here.good("harvest", "school", "--json").json
        assert (run["status"], run["counts"]["changed"], run["counts"]["deleted"]) == (
            "complete", 1, 3,
        )  # fmt: skip
        assert provider.receipt(gone)["status"] == "accepted"
    assert here.found("lichtschepen") == ["Lichtschepen"]
    assert "Zeilschepen" not in here.found("zeilschepen"), "at most other ships"
    assert "Vuurtorens" not in here.found("vuurtorens"), "but its identifier has the word"
    with here.catalogue() as catalogue:
        (stored,) = [s for s in catalogue.store.records.all_changes() if not s.deleted]
    assert (stored.resource.source, stored.resource.identifier) == ("school", "kust/vuurtoren")


def test_all_that_files_may_hold_may_be_posted(here: Installation) -> None:
    bodies = [
        marc("m1", "Zeilschepen 1") + marc("m2", "Zeilschepen 2"),
        message(product(1, title="Zeilschepen 3"), product(2, title="Zeilschepen 4")),
        as_json(material("urn:5", "Zeilschepen 5")),
        b"\n".join(as_json(material(f"urn:{n}", f"Zeilschepen {n}")) for n in (6, 7)),
    ]
    with here.site() as site:
        provider = Provider(site)
        receipts = [provider.post(body) for body in bodies]
        here.good("harvest", "school")
        said = [provider.receipt(r) for r in receipts]
    assert [(r["status"], r["records"]) for r in said] == [
        ("accepted", 2), ("accepted", 2), ("accepted", 1), ("accepted", 2),
    ]  # fmt: skip
    assert len(here.found("zeilschepen")) == 7
    again = here.good("reparse", "school", "--json").json["school"]
    assert (again["read"], again["changed"], again["failed"]) == (7, 0, 0)
    with here.site() as site:  # a notice of deletion
        Provider(site).post(message(product(1, notice="05")))
        here.good("harvest", "school")
    assert len(here.found("zeilschepen")) == 6


@pytest.mark.parametrize(
    ("body", "rule", "reason"),
    [
        (b"\x00\x01\x02", "post.unreadable", "no XML, JSON or MARC"),
        (b"hello", "post.unreadable", "no XML, JSON or MARC"),
        (b"[]", "post.unreadable", "no record in it"),
        (b"{", "json.malformed", "not JSON"),
        (b"[{}, ", "post.unreadable", "no list in JSON"),
        (b"<a>", "xml.malformed", "not well-formed"),
        (as_json(material("urn:x", "")), "title.missing", ""),
        (as_json({**material("urn:x"), "@type": "Person"}), "format.unknown", ""),
        (b'{"@type": "LearningResource", "name": "x"}', "record.identifier_missing", ""),
        (b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>', "", ""),
    ],
)
def test_what_cannot_be_read_is_rejected_with_a_reason(
    here: Installation, body: bytes, rule: str, reason: str
) -> None:
    with here.site() as site:
        provider = Provider(site)
        receipt = provider.post(body)
        provider.post(as_json(material("urn:good")))
        here.run("harvest", "school")
        said = provider.receipt(receipt)
    assert said["status"] == "rejected"
    (reject,) = said["rejects"]
    assert rule in reject["rule"]
    assert reason in reject["reason"]
    assert "root:" not in json.dumps(said)
    assert here.found("zeilschepen") == ["Zeilschepen"]
    (kept,) = here.good("rejects", "school", "--json").json
    assert kept["rule"] == reject["rule"]


def test_one_bad_record_costs_its_siblings_nothing(here: Installation) -> None:
    with here.site() as site:
        provider = Provider(site)
        receipt = provider.post(
            as_json(material("urn:a"), material("urn:b", ""), material("urn:c"))
        )
        here.good("harvest", "school")
        said = provider.receipt(receipt)
        assert (said["status"], said["records"]) == ("rejected", 3)
        assert [(r["identifier"], r["rule"]) for r in said["rejects"]] == [
            ("urn:b", "title.missing")
        ]
        several = provider.put("x", as_json(material("urn:d"), material("urn:e")))
        here.run("harvest", "school")
        assert [r["rule"] for r in provider.receipt(several)["rejects"]] == ["post.several"]
    assert len(here.found("zeilschepen")) == 2


def test_a_replay_changes_nothing(here: Installation) -> None:
    with here.site() as site:
        provider = Provider(site)
        for _ in range(2):
            provider.post(as_json(material("urn:a"), material("urn:b")))
            provider.put("c", as_json(material("urn:c")))
        here.good("harvest", "school")
        provider.post(as_json(material("urn:a"), material("urn:b")))
        (run,) = here.good("harvest", "school", "--json").json
    assert (run["counts"]["added"], run["counts"]["changed"]) == (0, 0)
    assert run["counts"]["unchanged"] == 2
    assert len(here.found("zeilschepen")) == 3


def test_one_source_cannot_touch_what_is_anothers(here: Installation) -> None:
    with here.site() as site:
        Provider(site).put("same", as_json(material("urn:a", "Van school")))
        here.good("harvest")
        headers = {"Authorization": f"Bearer {TOKENS['other']}"}
        address = "/api/v1/sources/other/records/same"
        site.put(address, data=as_json(material("urn:a", "Van ander")), headers=headers)
        here.good("harvest")
        assert sorted(here.found("van")) == ["Van ander", "Van school"]
        site.delete(address, headers=headers)
        here.good("harvest")
    assert here.found("van") == ["Van school"]


def test_a_worker_reads_what_is_posted_at_once(here: Installation) -> None:
    worker = here.start("work")
    try:
        with here.site() as site:
            provider = Provider(site)
            receipt = provider.post(as_json(material("urn:a")))
            eventually(lambda: provider.receipt(receipt)["status"] == "accepted")
            eventually(lambda: here.found("zeilschepen") == ["Zeilschepen"])
    finally:
        worker.process.send_signal(signal.SIGTERM)
        done = worker.end()
    assert done.code == 0
    assert "school: complete: 1 seen, 1 new" in done.out


def test_what_is_too_large_is_refused_by_the_server_as_well(here: Installation) -> None:
    site = here.start("serve", "--port", "0")
    try:
        assert site.process.stdout
        (host,) = re.findall(r"http://([^ \n/]+)", site.process.stdout.readline())
        asked = HTTPConnection(host, timeout=30)
        headers = {"Authorization": f"Bearer {TOKENS['school']}"}
        asked.request("POST", "/api/v1/sources/school/records", bytes(5_000_000), headers)
        answer = asked.getresponse()
        assert (answer.status, answer.headers["Content-Type"]) == (413, "application/problem+json")
        asked.close()
    finally:
        site.process.send_signal(signal.SIGTERM)
        assert site.end().code == 0


def test_a_token_is_made_and_shown_once(here: Installation) -> None:
    made = here.good("token", "new-one").out
    token = re.findall(r"^  (\S{43})$", made, re.MULTILINE)[0]
    lines = made[made.index("[sources.new-one]") :]
    assert f'token_sha256 = "{digest(token)}"' in lines
    here.config.write_text(here.config.read_text("utf-8") + "\n" + lines, "utf-8")
    with here.site() as site:
        headers = {"Authorization": f"Bearer {token}"}
        answer = site.post("/api/v1/sources/new-one/records", data=b"{}", headers=headers)
    assert answer.status_code == 202
    assert "[sources.school]" not in here.good("token", "school").out.splitlines()
    assert here.run("token", "Not A Name").code == 1


def test_a_token_in_config_is_refused_unless_it_is_a_hash(here: Installation) -> None:
    here.sources["school"]["token_sha256"] = "geheim"
    here.write()
    done = here.run("sources")
    assert done.code == 1
    assert "sources.school.token_sha256" in done.err
