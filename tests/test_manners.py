"""Politeness and safety, for every kind of source that is asked over HTTP."""

from __future__ import annotations

import contextlib
import gzip
import ipaddress
import socket
import ssl
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from crawling import Run, Task, crawl
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from doors import DOORS, PRIVATE
from scrapy import Request
from scrapy.core.downloader import Slot
from scrapy.http import Response
from servers import Answer, Asked, Log, serving

from harvester.net.throttle import Throttle, slow_down

LATER = format_datetime(datetime.now(UTC) + timedelta(hours=9), usegmt=True)
ENTITIES = b"""<!DOCTYPE x SYSTEM "http://127.0.0.1:1/dtd" [<!ENTITY a "boom"><!ENTITY b
 "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY f SYSTEM "file:///etc/hostname">]>"""


def redirect(to: str, status: int = 302) -> Answer:
    return Answer(status=status, headers={"Location": to}, length=False)


def later(status: int, said: str) -> Answer:
    return Answer(status=status, headers={"Retry-After": said})


#: What each door is made to do, by the first part of the path, and what the run ends with.
MANNERS: dict[str, tuple[Answer, str]] = {
    "inside": (redirect("http://inside.example:{port}/{kind}/secret"), "the private address"),
    "number": (redirect("http://2130706435:{port}/{kind}/secret"), "the private address 127.0.0.3"),
    "rebinds": (redirect("http://rebind-{kind}.example:{port}/{kind}/rebinds?x"), "the private"),
    "file": (redirect("file:///etc/hostname"), "file:///etc/hostname"),
    "rounds": (redirect("/{kind}/rounds?again"), "redirected more than 5 times"),
    "seconds503": (later(503, "5400"), "asks to come back in 1 h 30 min"),
    "seconds429": (later(429, "5400"), "asks to come back in 1 h 30 min"),
    "date503": (later(503, LATER), "asks to come back in"),
    "date429": (later(429, LATER), "asks to come back in"),
    "trickles": (Answer(b"<" * 5_000, trickle=0.05), "slower than 1000 bytes a second"),
    "hangs": (Answer(), "no complete answer in time"),
    "large": (Answer(b" " * 40_000), "max_bytes"),
    "bomb": (
        Answer(gzip.compress(bytes(5_000_000)), headers={"Content-Encoding": "gzip"}),
        "larger than 20480 bytes once decompressed",
    ),
    "unasked304": (Answer(status=304), ""),
}
DEFERRED = ("seconds503", "seconds429", "date503", "date429")


def respond(asked: Asked) -> Answer:
    """Answer at ``/KIND/MANNER``; whatever else a kind asks for is well-behaved."""
    _, kind, manner, *_ = f"{asked.path}//".split("/")
    if kind not in DOORS:
        return DOORS["sitemap"][0](asked)
    if manner in ("hangs", "struggles"):
        time.sleep(30 if manner == "hangs" else 0.3)
    if manner == "struggles":
        return Answer(status=500)
    if manner == "soon" and asked.again == 0:
        return later(503, "1")
    if manner in MANNERS:
        made, port = MANNERS[manner][0], asked.base.rpartition(":")[2]
        headers = {k: v.format(kind=kind, port=port) for k, v in made.headers.items()}
        return Answer(made.body, made.status, headers, made.length, trickle=made.trickle)
    good = DOORS[kind][0](Asked("/door", asked.query, asked.headers, base=asked.base))
    return hostile(good) if manner == "entities" else good


def hostile(answer: Answer) -> Answer:
    """Put entities, a DTD and a use of them into a document in XML."""
    declared, _, rest = answer.body.rpartition(b"?>")
    rest = rest.replace(b"Zeilschepen", b"Zeilschepen &b;&f;", 1)
    rest = rest.replace(b"<url>", b"<url><loc>&f;</loc></url><url><loc>&b;</loc></url><url>", 1)
    return Answer(declared + (b"?>" if declared else b"") + ENTITIES + rest)


def task(name: str, kind: str, url: str, entry: Any = None, **settings: Any) -> Task:
    manner = url.rpartition("/")[2]
    return Task(
        name,
        {"kind": kind, "url": url, "allow_private": False, **DOORS[kind][1], **(entry or {})},
        {
            "retries": 1,
            "timeout": 1.0 if manner == "hangs" else 90.0,
            "max_bytes": 20_480,
            **settings,
        },
        scrapy={
            "TWISTED_DNS_RESOLVER": "doors.Resolver",
            "DNSCACHE_SIZE": 0,
            "LEAST_SPEED_WINDOW": 0.4 if manner == "trickles" else 90.0,
        },
    )


Manners = tuple[dict[str, Run], Log, list[Any]]


@pytest.fixture(scope="module")
def crawled() -> Iterator[Manners]:
    """Run each kind against each manner; what got through to where nobody may come is last."""
    with serving(respond) as (base, log), socket.socket() as listener:
        listener.bind((PRIVATE, int(base.rpartition(":")[2])))  # the same port, another address
        listener.listen()
        listener.settimeout(0)
        tasks = []
        for kind in DOORS:
            for manner in (*MANNERS, "good", "soon", "entities"):
                url = f"{base}/{kind}/{manner}"
                if manner == "rebinds":
                    url = url.replace("127.0.0.1", f"rebind-{kind}.example")
                tasks.append(task(f"{kind} {manner}", kind, url))
            busy = f"{base}/{kind}/struggles"
            tasks.append(task(f"{kind} struggles", kind, busy, retries=4, delay=0.01))
        runs = crawl(*tasks)
        got: list[Any] = []
        with contextlib.suppress(BlockingIOError):
            got.append(listener.accept())
        yield runs, log, got


@pytest.mark.parametrize("manner", MANNERS)
@pytest.mark.parametrize("kind", DOORS)
def test_what_a_source_may_do_to_us(kind: str, manner: str, crawled: Manners) -> None:
    run = crawled[0][f"{kind} {manner}"]
    assert MANNERS[manner][1] in run.error
    assert run.raws == []
    assert not (run.report["finished"] and run.report["whole"]), "its records would be removed"
    assert (run.report["kind"] == "DeferredError") is (manner in DEFERRED)


def test_nobody_came_where_nobody_may(crawled: Manners) -> None:
    assert crawled[2] == []
    assert not [asked.path for asked in crawled[1] if "secret" in asked.path]


@pytest.mark.parametrize("kind", DOORS)
def test_who_asks(kind: str, crawled: Manners) -> None:
    asked = [a for a in crawled[1] if a.path.startswith(f"/{kind}/good")]
    assert asked
    for each in asked:
        assert each.headers["user-agent"].startswith("Vindplaats/")
        assert "mailto:test@vindplaats.example" in each.headers["user-agent"]
        assert each.headers["from"] == "test@vindplaats.example"
        assert not {"cookie", "referer"} & each.headers.keys()


@pytest.mark.parametrize("kind", DOORS)
def test_a_short_wait_is_waited_for(kind: str, crawled: Manners) -> None:
    good, soon = crawled[0][f"{kind} good"], crawled[0][f"{kind} soon"]
    assert good.report["finished"]
    assert len(good.raws) == 3
    assert soon.report["finished"], soon.error
    assert soon.identifiers == good.identifiers


@pytest.mark.parametrize("kind", [kind for kind in DOORS if kind != "rest"])
def test_entities_and_documents_elsewhere_give_nothing(kind: str, crawled: Manners) -> None:
    run = crawled[0][f"{kind} entities"]
    said = "".join(raw["payload"] for raw in run.raws) + run.error
    assert "boom" not in said
    assert socket.gethostname() not in said
    assert not [asked.path for asked in crawled[1] if asked.path in ("/boom", "/dtd")]


@pytest.mark.parametrize("kind", DOORS)
def test_a_busy_server_is_given_time(kind: str, crawled: Manners) -> None:
    (delay,) = crawled[0][f"{kind} struggles"].delays.values()
    assert delay >= 0.6  # an answer took 0.3 seconds at least, and no more than 0.01 was asked for


class _Crawler(SimpleNamespace):
    """What a throttle knows of a crawler, with one slot."""

    def __init__(self, delay: float, rest: float = 15.0) -> None:
        super().__init__()
        self.slot = Slot(1, delay, 0.2)
        downloader = SimpleNamespace(slots={"a": self.slot}, per_slot_settings={}, _delay=delay)
        self.engine = SimpleNamespace(downloader=downloader)
        known = {"DOWNLOAD_DELAY": delay, "LONGEST_REST": rest, "AUTOTHROTTLE_START_DELAY": delay}
        self.settings = SimpleNamespace(
            getbool=lambda _: True,
            getfloat=lambda name: known.get(name, 1.0),
        )
        self.held = 0.0
        self.stats = SimpleNamespace(get_value=lambda *_: self.held)
        self.signals = SimpleNamespace(connect=lambda *_, **__: None)
        self.throttle: Any = Throttle(cast("Any", self))
        self.throttle._spider_opened(cast("Any", None))

    def answer(self, *latencies: float, status: int = 200) -> list[float]:
        """Return the delay after each answer."""
        delays = []
        for latency in latencies:
            meta = {"download_latency": latency, "download_slot": "a"}
            response = Response("http://a/", status=status)
            self.throttle._response_downloaded(response, Request("http://a/", meta=meta), None)
            delays.append(round(self.slot.delay, 3))
        return delays


@pytest.mark.parametrize("delay", [0.0, 0.5])
def test_a_quick_server_waits_for_nothing(delay: float) -> None:
    assert _Crawler(delay).answer(0.005, 0.24, 0.005, 0.2) == [delay] * 4


def test_a_server_that_slows_down_is_asked_more_slowly_and_then_faster_again() -> None:
    crawler = _Crawler(0.5)
    assert crawler.answer(1, 1, 2, 4) == [0.5, 2, 3, 6]
    assert crawler.answer(600, 600) == [604, 615]  # the answer itself, and the longest rest
    *_, last = crawler.answer(*[0.1] * 40)
    assert last == 0.5


def test_time_in_which_a_page_is_kept_is_not_the_servers() -> None:
    crawler = _Crawler(0.0)
    for _ in range(3):
        request = Request("http://a/", meta={"download_latency": 2.1, "download_slot": "a"})
        crawler.throttle._note_start(request)
        crawler.held += 2.0
        crawler.throttle._response_downloaded(Response("http://a/"), request, None)
        assert crawler.slot.delay == 0


def test_one_slow_answer_is_chance_and_a_refusal_proves_nothing() -> None:
    crawler = _Crawler(0.5)
    assert crawler.answer(0.1, 60, 0.1) == [0.5] * 3
    assert crawler.answer(1, 1) == [0.5, 2]
    assert crawler.answer(0.1, 0.1, status=503) == [2, 2]
    assert _Crawler(0.5, rest=0).answer(9, 9, 9) == [0.5] * 3


def test_a_crawl_delay_is_the_least_there_is() -> None:
    crawler = _Crawler(0.5)
    slow_down(crawler, "a", 10)
    assert (crawler.slot.delay, crawler.slot.jitter) == (10, 0)
    assert crawler.answer(0.1, 0.1) == [10, 10]
    slow_down(crawler, "a", 2)  # another port of the same host
    assert crawler.answer(0.1) == [10]
    slow_down(crawler, "b", 3)
    assert crawler.engine.downloader.per_slot_settings["b"]["delay"] == 3


def test_a_crawl_delay_in_robots_txt_holds_for_the_host() -> None:
    def site(asked: Asked) -> Answer:
        rules = b"User-agent: *\nCrawl-delay: 0.4\n"
        return Answer(rules) if asked.path == "/robots.txt" else DOORS["sitemap"][0](asked)

    with serving(site) as (base, _):
        run = crawl(task("x", "sitemap", f"{base}/door"))["x"]
    assert len(run.raws) == 3
    assert run.delays["127.0.0.1"] >= 0.4


def certificate(folder: Path, name: str, *, days: int) -> Path:
    """Return a PEM file with a key and a certificate of 127.0.0.1 that signed itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    end = datetime.now(UTC) + timedelta(days=days)
    made = (
        x509.CertificateBuilder(subject, subject, key.public_key(), 1)
        .not_valid_before(end - timedelta(days=9))
        .not_valid_after(end)
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem, own = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    file = folder / f"{name}.pem"
    secret = key.private_bytes(pem, own, serialization.NoEncryption())
    file.write_bytes(made.public_bytes(pem) + secret)
    return file


def test_certificates_are_checked_for_every_kind(tmp_path: Path) -> None:
    good, expired = certificate(tmp_path, "good", days=2), certificate(tmp_path, "old", days=-2)
    contexts = []
    for file in (good, expired):
        contexts.append(ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER))
        contexts[-1].load_cert_chain(file)
    with serving(respond, contexts[0]) as (base, _), serving(respond, contexts[1]) as (old, log):
        tasks = []
        for kind in DOORS:
            trusted, stale = {"ca_file": str(good)}, {"ca_file": str(expired)}
            tasks += [
                task(f"{kind} unknown", kind, f"{base}/{kind}/good"),
                task(f"{kind} trusted", kind, f"{base}/{kind}/good", entry=trusted),
                task(f"{kind} expired", kind, f"{old}/{kind}/good", entry=stale),
            ]
        runs = crawl(*tasks)
    for kind in DOORS:
        assert "certificate cannot be verified" in runs[f"{kind} unknown"].error
        assert "certificate cannot be verified" in runs[f"{kind} expired"].error
        assert len(runs[f"{kind} trusted"].raws) == 3, runs[f"{kind} trusted"].error
    assert not log
