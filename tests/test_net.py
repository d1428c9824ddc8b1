"""The door to the network: identity, limits, patience, and whom we never visit."""

from __future__ import annotations

import gzip
import ipaddress
import ssl
import time
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from crawling import Run, Task, crawl
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from scrapy.http import Response
from scrapy.settings import Settings
from servers import Answer, Asked, serving
from twisted.internet.address import IPv4Address

from catalog.config import HarvestSettings, OaiPmhSource, SitemapSource
from harvester import net
from harvester.errors import DeferredError, FetchError
from harvester.net.address import GuardedResolver, is_public
from harvester.net.decode import TooLargeError, decode
from harvester.net.patience import again, retry_after

HELLO = b"<OAI-PMH>" + b" " * 5000 + b"</OAI-PMH>"


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1::1", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("::1", False),
        ("::", False),
        ("fe80::1%eth0", False),
        ("fd00::1", False),
        ("ff02::1", False),
        ("::ffff:10.0.0.1", False),
        ("::ffff:93.184.216.34", True),
        ("2002:7f00:1::", False),  # 6to4 of 127.0.0.1
        ("64:ff9b::a9fe:a9fe", False),  # NAT64 of 169.254.169.254
    ],
)
def test_public_addresses(address: str, public: bool) -> None:
    assert is_public(address) is public


class _Reactor:
    """Resolves every name to a public address first and a private one from then on."""

    def __init__(self) -> None:
        self.asked = 0
        self.nameResolver = self

    def resolveHostName(self, receiver: Any, _name: str, port: int, *_: Any) -> Any:  # noqa: N802
        self.asked += 1
        receiver.resolutionBegan(None)
        receiver.addressResolved(IPv4Address("TCP", "10.0.0.1", port))
        if self.asked == 1:
            receiver.addressResolved(IPv4Address("TCP", "93.184.216.34", port))
        receiver.resolutionComplete()


class _Receiver:
    def __init__(self) -> None:
        self.hosts: list[str] = []
        self.complete = False

    def resolutionBegan(self, _: Any) -> None:  # noqa: N802 Twisted's name
        pass

    def addressResolved(self, address: Any) -> None:  # noqa: N802 Twisted's name
        self.hosts.append(address.host)

    def resolutionComplete(self) -> None:  # noqa: N802 Twisted's name
        self.complete = True


def test_a_rebinding_name_reaches_nobody() -> None:
    resolver = GuardedResolver(_Reactor(), 0, allow_private=False)
    given = [_Receiver(), _Receiver()]
    for receiver in given:
        resolver.resolveHostName(receiver, "rebind.example", 80)
    assert [receiver.hosts for receiver in given] == [["93.184.216.34"], []]
    assert all(receiver.complete for receiver in given)
    assert resolver.refused == {"rebind.example": "10.0.0.1"}


def test_private_hosts_are_refused_in_any_spelling() -> None:
    hosts = ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "0177.0.0.1", "[::ffff:127.0.0.1]"]
    with serving(lambda _: Answer(HELLO)) as (base, log):
        port = base.rpartition(":")[2]
        runs = crawl(*(Task(h, oai(f"http://{h}:{port}/", allow_private=False)) for h in hosts))
    assert not log
    for host in hosts:
        assert "private address" in runs[host].error, (host, runs[host].error)
        assert "allow_private" in runs[host].error


def oai(url: str, **more: Any) -> dict[str, Any]:
    return {"kind": "oai_pmh", "url": url, "allow_private": True, **more}


def slow(asked: Asked) -> Answer:
    if asked.path == "/hangs":
        time.sleep(1.5)
    kinds = {
        "/trickles": Answer(HELLO, trickle=0.05),
        "/large": Answer(b" " * 40_000),
        "/unmeasured": Answer(b" " * 40_000, length=False),
        "/bomb": Answer(gzip.compress(b" " * 5_000_000), headers={"Content-Encoding": "gzip"}),
        "/asks": Answer(status=503, headers={"Retry-After": "60"}),
    }
    return kinds.get(asked.path, Answer(HELLO))


LIMITS = {
    "/trickles": "slower than 1000 bytes a second",
    "/hangs": "no complete answer in time",
    "/large": "max_bytes",
    "/unmeasured": "max_bytes",
    "/bomb": "larger than 20480 bytes once decompressed",
    "/asks": "",  # the run is stopped while it waits: no error, to be resumed
}


@pytest.fixture(scope="module")
def limited() -> Iterator[tuple[dict[str, Run], float]]:
    began = time.monotonic()
    with serving(slow) as (base, _):
        tasks = [
            Task(
                path,
                oai(base + path),
                {"retries": 0 if path != "/asks" else 2, "timeout": 1.0, "max_bytes": 20_480},
                scrapy={"LEAST_SPEED_WINDOW": 0.4, "CLOSESPIDER_TIMEOUT": 3},
            )
            for path in LIMITS
        ]
        yield crawl(*tasks), time.monotonic() - began


@pytest.mark.parametrize("path", LIMITS)
def test_limits(path: str, limited: tuple[dict[str, Run], float]) -> None:
    error, says = limited[0][path].error, LIMITS[path]
    assert says in error
    assert bool(says) is bool(error)


def test_a_stopped_run_does_not_wait(limited: tuple[dict[str, Run], float]) -> None:
    assert limited[1] < 15, "a Retry-After of a minute was waited for"


def test_settings() -> None:
    settings = net.scrapy_settings(
        HarvestSettings(delay=2, max_bytes=2048),
        OaiPmhSource(url="http://a.example/"),
        "beheer@a.example\r\nX-Evil: 1",
        home="https://a.example/over",
    )
    assert settings["USER_AGENT"].startswith("Vindplaats/")
    assert "(+https://a.example/over; mailto:beheer@a.exampleX-Evil:1)" in settings["USER_AGENT"]
    assert "\n" not in settings["USER_AGENT"] + settings["DEFAULT_REQUEST_HEADERS"]["From"]
    assert settings["DOWNLOAD_DELAY"] == 2
    assert settings["DOWNLOAD_MAXSIZE"] == 2048
    assert settings["DOWNLOAD_VERIFY_CERTIFICATES"] is True
    assert settings["ROBOTSTXT_OBEY"] is False
    for scheme in ("file", "ftp", "s3", "data"):
        assert settings["DOWNLOAD_HANDLERS"][scheme] is None
    site = SitemapSource(url="http://a.example/", delay=0)
    crawled = net.scrapy_settings(HarvestSettings(), site, "x@a.example")
    assert crawled["ROBOTSTXT_OBEY"] is True
    assert crawled["DOWNLOAD_DELAY"] == 0


NOW = datetime(2024, 5, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("120", 120.0),
        (" 0 ", 0.0),
        ("Wed, 01 May 2024 12:01:00 GMT", 60.0),
        ("Wed, 01 May 2024 11:00:00 GMT", 0.0),
        ("Wednesday, 01-May-24 12:01:00 GMT", 60.0),
        ("-5", None),
        ("1.5e9", None),
        ("straks", None),
        ("", None),
    ],
)
def test_retry_after(said: str, seconds: float | None) -> None:
    assert retry_after(Response("http://a", headers={"Retry-After": said}), NOW) == seconds


def test_pauses_grow_and_end() -> None:
    from scrapy import Request  # noqa: PLC0415

    settings = Settings({"DOWNLOAD_DELAY": 1, "RETRY_TIMES": 3, "LONGEST_WAIT": 30})
    request, waits = Request("http://a"), []
    for _ in range(3):
        request = again(request, "down", settings)
        waits.append(request.meta["wait"])
    assert 6 < waits[0] < 13.35 < waits[1] < 27
    assert waits[2] <= 30
    with pytest.raises(FetchError, match="down, 4 times in a row"):
        again(request, "down", settings)
    with pytest.raises(DeferredError, match="down, and asks to come back in 2 h 0 min"):
        again(Request("http://a"), "down", settings, wait=7200)


def zipped(data: bytes) -> bytes:
    """Compress without the time of day: the bytes name the test, which must be the same for all."""
    return gzip.compress(data, mtime=0)


@pytest.mark.parametrize(
    ("body", "said", "inside"),
    [
        (b"<x/>", "", b"<x/>"),
        (b"<x/>", "gzip", b"<x/>"),
        (b"<x/>", "deflate", b"<x/>"),
        (zipped(b"<x/>"), "gzip", b"<x/>"),
        (zipped(b"<x/>"), "", b"<x/>"),
        (zipped(zipped(b"<x/>")), "gzip", b"<x/>"),
        (zipped(b"<x>") + zipped(b"</x>") + b"rest", "gzip", b"<x></x>"),
        (zipped(b"x" * 1000)[:11], "gzip", b""),
        (zlib.compress(b"<x/>"), "deflate", b"<x/>"),
        (zlib.compress(b"<x/>")[2:-4], "deflate", b"<x/>"),
    ],
)
def test_decode(body: bytes, said: str, inside: bytes) -> None:
    assert decode(body, {said}, 10_000) == inside


@pytest.mark.parametrize("layers", [1, 2, 4])
def test_decode_has_a_cap(layers: int) -> None:
    body = b"x" * (10_001 if layers < 3 else 1)
    for _ in range(layers):
        body = gzip.compress(body)
    with pytest.raises(TooLargeError):
        decode(body, {"gzip"}, 10_000)
    with pytest.raises(TooLargeError):
        decode(zlib.compress(b"x" * 10_001), {"deflate"}, 10_000)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a PEM file with a self-signed certificate of 127.0.0.1 and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Test")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]),
            critical=False,
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = tmp_path_factory.mktemp("tls") / "test.pem"
    pem.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return pem


def test_certificates(certificate: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with serving(lambda _: Answer(b"<OAI-PMH><Identify/></OAI-PMH>"), tls=context) as (base, log):
        assert base.startswith("https://")
        unknown = crawl(Task("x", oai(base)))["x"]
        assert "certificate cannot be verified" in unknown.error
        assert "ca_file" in unknown.error
        assert not log
        known = crawl(Task("x", oai(base, ca_file=str(certificate))))["x"]
        assert log, known.error
        elsewhere = base.replace("127.0.0.1", "localhost")
        other = crawl(Task("x", oai(elsewhere, ca_file=str(certificate))))["x"]
        assert "certificate cannot be verified" in other.error


def test_ca_file_that_is_none(tmp_path: Path) -> None:
    empty = tmp_path / "empty.pem"
    empty.write_text("geen certificaat")
    for path, says in ((empty, "holds no PEM"), (tmp_path / "absent", "cannot be read")):
        with pytest.raises(FetchError, match=says):
            net.scrapy_settings(
                HarvestSettings(), OaiPmhSource(url="https://a.example", ca_file=str(path)), "x@y.z"
            )
