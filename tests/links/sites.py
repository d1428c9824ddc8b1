"""All behaviours served at once on this machine, and ten rounds over them."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from behaviours import BEHAVIOURS, DAYS, address, respond
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from linked import keep
from rounds import START, Round, Task, rounds
from server import Asked, serving

from catalog.store import Store


@contextmanager
def served(folder: Path) -> Iterator[tuple[dict[str, str], list[Asked]]]:
    """Serve every behaviour; give the address of each by its name, and the log of who was asked."""
    with (
        serving(respond) as (port, log),
        serving(respond, tls=self_signed(folder)) as (tls_port, _),
    ):
        ports = {"port": port, "tls_port": tls_port, "closed_port": closed_port()}
        yield {b.name: address(b, **ports) for b in BEHAVIOURS}, log


def watch(folder: Path, urls: dict[str, str]) -> list[Round]:
    """Make ten rounds, with stores in ``folder``; return what they came to.

    Hosts that are ended by a time limit are visited by themselves: no other is held to one, so
    that a machine that stands still for a moment makes no difference.
    """
    quick = {b.name: urls[b.name] for b in BEHAVIOURS if not b.slow}
    slow = {b.name: urls[b.name] for b in BEHAVIOURS if b.slow}
    made = [
        rounds(Task(made_store(folder / "quick", quick), list(DAYS))),
        rounds(Task(made_store(folder / "slow", slow), list(DAYS), {"timeout": 1})),
    ]
    return [Round({}, {**q.links, **s.links}) for q, s in zip(*made, strict=True)]


def made_store(path: Path, urls: dict[str, str]) -> str:
    """Make a store of records with these addresses; return its URL."""
    url = f"sqlite:///{path}.db"
    store = Store(url)
    keep(store, urls)
    store.links.follow(START)
    store.close()
    return url


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
