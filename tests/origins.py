"""Three well-behaved sources, one a transport, whose materials can be changed while they serve."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Protocol, TypeVar
from xml.sax.saxutils import escape

from servers import Answer, Asked

OLD = "2024-01-01T00:00:00Z"


@dataclass
class Material:
    """One material; ``changed`` is an instant, and ``gone`` that it was withdrawn."""

    key: str
    title: str
    changed: str = OLD
    gone: bool = False


def now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass
class Shelf:
    """Materials by key, in the order of their keys."""

    materials: dict[str, Material] = field(default_factory=dict)

    def put(self, key: str, title: str, changed: str = "") -> None:
        self.materials[key] = Material(key, title, changed or now())

    def withdraw(self, key: str) -> None:
        self.materials[key] = Material(key, "", now(), gone=True)

    @property
    def all(self) -> list[Material]:
        return [self.materials[key] for key in sorted(self.materials)]


class Origin(Protocol):
    """A shelf that answers requests."""

    kind: str
    path: str

    def put(self, key: str, title: str, changed: str = "") -> None: ...

    def withdraw(self, key: str) -> None: ...

    def __call__(self, asked: Asked, /) -> Answer: ...


S = TypeVar("S", bound=Origin)


def stocked(origin: S, count: int, about: str = "Zeilschepen", since: str = OLD) -> S:
    for number in range(count):
        origin.put(f"m{number:03}", f"{about} deel {number}", since)
    return origin


def envelope(inner: str) -> bytes:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">'
        f"<responseDate>{now()}</responseDate><request>http://test</request>{inner}</OAI-PMH>"
    ).encode()


def oai_header(m: Material) -> str:
    status = ' status="deleted"' if m.gone else ""
    return (
        f"<header{status}><identifier>oai:test:{m.key}</identifier>"
        f"<datestamp>{m.changed}</datestamp></header>"
    )


def oai_record(m: Material) -> str:
    if m.gone:
        return f"<record>{oai_header(m)}</record>"
    return (
        f"<record>{oai_header(m)}<metadata><oai_dc:dc "
        'xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<dc:title>{escape(m.title)}</dc:title><dc:creator>Vries, Anna de</dc:creator>"
        f"<dc:identifier>https://example.org/{m.key}</dc:identifier></oai_dc:dc>"
        "</metadata></record>"
    )


@dataclass
class Repository(Shelf):
    """OAI-PMH, with persistent deletions, in pages; a token is ``from|until|position``."""

    kind: str = "oai_pmh"
    path: str = "/oai"
    page: int = 10

    def __call__(self, asked: Asked) -> Answer:
        said = asked.arguments
        if said["verb"] == "Identify":
            return Answer(self.identify())
        if said["verb"] == "GetRecord":
            return Answer(self.record(said["identifier"].rpartition(":")[2]))
        first = f"{said.get('from', '')}|{said.get('until', '')}|0"
        token = said.get("resumptionToken", first).split("|")
        if len(token) != 3:
            return Answer(envelope('<error code="badResumptionToken">none of mine</error>'))
        since, until, at = token
        return Answer(self.listing(said["verb"], since, until, int(at)))

    def identify(self) -> bytes:
        return envelope(
            "<Identify><repositoryName>Test</repositoryName><baseURL>http://test</baseURL>"
            "<protocolVersion>2.0</protocolVersion><adminEmail>a@test.example</adminEmail>"
            "<earliestDatestamp>2001-01-01T00:00:00Z</earliestDatestamp>"
            "<deletedRecord>persistent</deletedRecord>"
            "<granularity>YYYY-MM-DDThh:mm:ssZ</granularity></Identify>"
        )

    def record(self, key: str) -> bytes:
        return envelope(f"<GetRecord>{oai_record(self.materials[key])}</GetRecord>")

    def listing(self, verb: str, since: str, until: str, at: int) -> bytes:
        found = [m for m in self.all if since <= m.changed <= (until or "9")]
        if not found:
            return envelope('<error code="noRecordsMatch">nothing new</error>')
        said = oai_record if verb == "ListRecords" else oai_header
        records = "".join(map(said, found[at : at + self.page]))
        follows = f"{since}|{until}|{at + self.page}" if at + self.page < len(found) else ""
        token = f'<resumptionToken completeListSize="{len(found)}">{follows}</resumptionToken>'
        return envelope(f"<{verb}>{records}{token}</{verb}>")


class Held(Repository):
    """Gives each page after the first when it is let."""

    def __init__(self) -> None:
        super().__init__()
        self.let = threading.Semaphore(0)

    def __call__(self, asked: Asked) -> Answer:
        if "resumptionToken" in asked.arguments:
            self.let.acquire(timeout=60)
        return super().__call__(asked)


@dataclass
class Feed(Shelf):
    """One ONIX 3.0 file; what is withdrawn is no longer in it."""

    kind: str = "files"
    path: str = "/feed.xml"

    def __call__(self, _: Asked) -> Answer:
        return Answer(self.file())

    def file(self) -> bytes:
        products = "".join(
            f"<Product><RecordReference>{m.key}</RecordReference>"
            "<NotificationType>03</NotificationType><DescriptiveDetail><TitleDetail>"
            "<TitleType>01</TitleType><TitleElement><TitleElementLevel>01</TitleElementLevel>"
            f"<TitleText>{escape(m.title)}</TitleText></TitleElement></TitleDetail>"
            "</DescriptiveDetail></Product>"
            for m in self.all
            if not m.gone
        )
        message = f'<ONIXMessage release="3.0"><Header/>{products}</ONIXMessage>'
        return f'<?xml version="1.0" encoding="UTF-8"?>{message}'.encode()


@dataclass
class Site(Shelf):
    """Pages with JSON-LD, all in a sitemap; a page that was withdrawn answers 410."""

    kind: str = "sitemap"
    path: str = "/sitemap.xml"

    def __call__(self, asked: Asked) -> Answer:
        if asked.path == "/robots.txt":
            return Answer(status=404)
        if asked.path == self.path:
            return Answer(self.sitemap(asked.base))
        m = self.materials.get(asked.path.strip("/"))
        if m is None:
            return Answer(status=404)
        return Answer(status=410) if m.gone else page(m)

    def sitemap(self, base: str) -> bytes:
        pages = "".join(
            f"<url><loc>{base}/{m.key}</loc><lastmod>{m.changed}</lastmod></url>" for m in self.all
        )
        return (
            f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{pages}</urlset>'
        ).encode()


def page(m: Material) -> Answer:
    said: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "LearningResource",
        "name": m.title,
    }
    html = f'<script type="application/ld+json">{json.dumps(said)}</script>'
    return Answer(
        f"<!DOCTYPE html><html><head>{html}</head><body></body></html>".encode(),
        headers={"Content-Type": "text/html; charset=utf-8"},
    )
