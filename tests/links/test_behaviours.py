"""What is said of hosts that each behave in one way, after one, three and ten rounds."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from behaviours import BEHAVIOURS, DAYS, Behaviour, address, respond
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from linked import keep
from rounds import START, Round, Task, rounds
from server import Asked, serving

from catalog.links import REASONS
from catalog.store import Store


def self_signed(folder: Path) -> ssl.SSLContext:
    """Return what a server shows whose certificate nobody else has signed."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "self-signed.example")])
    now = datetime.now(UTC)
    names = [x509.DNSName("self-signed.example"), x509.IPAddress(ip_address("127.0.0.1"))]
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=9))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = folder / "self-signed.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    pem.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    return context


def closed_port() -> int:
    """Return a port at which nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def watched(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[dict[str, str], list[Round], list[Asked]]]:
    """Give the address of each behaviour, what ten rounds came to, and what was asked."""
    folder = tmp_path_factory.mktemp("links")
    with (
        serving(respond) as (port, log),
        serving(respond, tls=self_signed(folder)) as (tls_port, _),
    ):
        ports = {"port": port, "tls_port": tls_port, "closed_port": closed_port()}
        urls = {b.name: address(b, **ports) for b in BEHAVIOURS}
        made = [
            rounds(Task(made_store(folder / name, {u: urls[u] for u in some}), list(DAYS), how))
            for name, some, how in (
                ("quick", [b.name for b in BEHAVIOURS if not b.slow], {}),
                ("slow", [b.name for b in BEHAVIOURS if b.slow], {"timeout": 1}),
            )
        ]
        yield urls, [Round({}, {**q.links, **s.links}) for q, s in zip(*made, strict=True)], log


def made_store(path: Path, urls: dict[str, str]) -> str:
    """Make a store of records with these addresses; return its URL."""
    url = f"sqlite:///{path}.db"
    store = Store(url)
    keep(store, urls)
    store.links.follow(START)
    store.close()
    return url


Watched = tuple[dict[str, str], list[Round], list[Asked]]


@pytest.mark.parametrize("behaviour", BEHAVIOURS, ids=lambda b: b.name)
def test_is_told_for_what_it_is(behaviour: Behaviour, watched: Watched) -> None:
    urls, made, _ = watched
    said = [made[n].links[urls[behaviour.name]] for n in (0, 2, 9)]
    assert tuple(state for state, *_ in said) == behaviour.expected, said
    assert said[-1][1] == behaviour.reason, said
    assert bool(behaviour.target) == bool(said[-1][2])
    assert said[-1][2].endswith(behaviour.target)


def test_every_reason_is_met_and_known(watched: Watched) -> None:
    met = {reason for round_ in watched[1] for _, reason, *_ in round_.links.values()}
    assert met == set(REASONS)


def test_private_addresses_are_not_asked(watched: Watched) -> None:
    assert not any(asked.host.startswith("private") for asked in watched[2])


def test_what_robots_txt_closes_is_not_asked(watched: Watched) -> None:
    asked = {asked.path for asked in watched[2] if asked.host.startswith("robots")}
    assert asked == {"/robots.txt"}


def test_who_asks_for_rest_is_left_alone_for_the_rest_of_a_round(watched: Watched) -> None:
    for name in ("too-many", "later"):
        asked = [a for a in watched[2] if a.host == f"{name}.example" and "robots" not in a.path]
        assert len(asked) == len(DAYS)


def test_nobody_is_asked_much(watched: Watched) -> None:
    """robots.txt, the address by HEAD and GET, one that cannot be; redirects are the site's own."""
    for behaviour in BEHAVIOURS:
        asked = [a for a in watched[2] if a.host == f"{behaviour.name}.example"]
        most = 14 if behaviour.name == "endless-redirects" else 7
        assert len(asked) <= most * len(DAYS), behaviour.name
