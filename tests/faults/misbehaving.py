"""A repository that is in order, to be spoilt in one way at a time, and what must come of that."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, quote, unquote
from xml.sax.saxutils import escape

from servers import Answer, Asked

NOW = "2025-06-01T12:00:00Z"
OAI = "http://www.openarchives.org/OAI/2.0/"
NAMESPACE = f' xmlns="{OAI}"'
DC = (
    'xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/"'
)
PAGE = 10
SETS = "<ListSets><set><setSpec>les</setSpec></set></ListSets>"


@dataclass(frozen=True)
class Item:
    """A record as its repository has it."""

    id: str
    date: str
    title: str = ""
    deleted: bool = False
    body: str | None = None  # of <metadata>; None: ordinary oai_dc

    @property
    def header(self) -> str:
        status = ' status="deleted"' if self.deleted else ""
        return (
            f"<header{status}><identifier>{escape(self.id)}</identifier>"
            f"<datestamp>{self.date}</datestamp><setSpec>les</setSpec></header>"
        )

    @property
    def xml(self) -> str:
        inside = self.body
        if inside is None:
            inside = (
                f"<metadata><oai_dc:dc {DC}><dc:title>{escape(self.title or self.id)}</dc:title>"
                f"<dc:identifier>https://test.example/{quote(self.id)}</dc:identifier>"
                "</oai_dc:dc></metadata>"
            )
        return f"<record>{self.header}{'' if self.deleted else inside}</record>"


def items(count: int = 30, prefix: str = "oai:test:", start: str = "2024-01-01") -> list[Item]:
    """Return records that changed one a day, at noon."""
    first = datetime.fromisoformat(start)
    return [
        Item(f"{prefix}{n}", (first + timedelta(days=n)).strftime("%Y-%m-%dT12:00:00Z"), f"Les {n}")
        for n in range(count)
    ]


def envelope(inner: str, *, namespace: str = NAMESPACE, date: str = NOW) -> bytes:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><OAI-PMH{namespace}><responseDate>{date}'
        f"</responseDate><request>http://test.example/oai</request>{inner}</OAI-PMH>"
    ).encode()


def error(code: str, words: str = "in words") -> bytes:
    return envelope(f'<error code="{code}">{words}</error>')


@dataclass
class Repository:
    """Answers as OAI-PMH 2.0 has it; dates, sets and tokens are honoured."""

    items: Sequence[Item] = field(default_factory=items)
    page: int = PAGE
    sizes: bool = True
    deleted: str = "persistent"
    granularity: str = "YYYY-MM-DDThh:mm:ssZ"
    earliest: str = "2024-01-01T00:00:00Z"
    date: str = NOW

    def __call__(self, asked: Asked) -> Answer:
        said = asked.arguments
        verb = said.get("verb", "")
        verbs: dict[str, Callable[[], bytes]] = {
            "Identify": self.identify,
            "ListSets": lambda: self.envelope(SETS),
            "GetRecord": lambda: self.record(said["identifier"]),
            "ListRecords": lambda: self.listing(said, verb),
            "ListIdentifiers": lambda: self.listing(said, verb),
        }
        try:
            return Answer(verbs[verb]())
        except KeyError:
            return Answer(error("badVerb"))
        except ValueError:
            return Answer(error("badResumptionToken", "never given out"))

    def envelope(self, inner: str) -> bytes:
        return envelope(inner, date=self.date)

    def record(self, identifier: str) -> bytes:
        found = [item for item in self.items if item.id == identifier]
        if not found:
            return error("idDoesNotExist")
        return self.envelope(f"<GetRecord>{found[0].xml}</GetRecord>")

    def identify(self) -> bytes:
        return self.envelope(
            "<Identify><repositoryName>Test</repositoryName><baseURL>http://test.example/oai"
            "</baseURL><protocolVersion>2.0</protocolVersion><adminEmail>a@test.example"
            f"</adminEmail><earliestDatestamp>{self.earliest}</earliestDatestamp><deletedRecord>"
            f"{self.deleted}</deletedRecord><granularity>{self.granularity}</granularity>"
            "</Identify>"
        )

    def chosen(self, since: str, until: str) -> list[Item]:
        day = len(since or until) == 10
        cut = 10 if day else 20
        return [
            item
            for item in self.items
            if (not since or item.date[:cut] >= since) and (not until or item.date[:cut] <= until)
        ]

    def listing(self, said: dict[str, str], verb: str) -> bytes:
        start, since, until = place(said)
        found = self.chosen(since, until)
        if not found:
            return error("noRecordsMatch")
        part = found[start : start + self.page]
        end = start + self.page
        token = f"{end}|{since}|{until}" if end < len(found) else ""
        inner = "".join(item.xml if verb == "ListRecords" else item.header for item in part)
        if len(found) > self.page:
            size = f' completeListSize="{len(found)}" cursor="{start}"' if self.sizes else ""
            inner += f"<resumptionToken{size}>{token}</resumptionToken>"
        return self.envelope(f"<{verb}>{inner}</{verb}>")


def place(said: dict[str, str]) -> tuple[int, str, str]:
    """Return (first record, from, until) of a request for a list."""
    if "resumptionToken" in said:
        start, since, until = said["resumptionToken"].split("|")
        return int(start), since, until
    return 0, said.get("from", ""), said.get("until", "")


def start(asked: Asked) -> int:
    """Return the number of the first record asked for; -1 for a token that was never given out."""
    try:
        return place(asked.arguments)[0]
    except ValueError:
        return -1


# What goes wrong

#: Gets a request and what is in order; None leaves it so.
Fault = Callable[[Asked, Repository], Answer | None]


def lists(asked: Asked) -> bool:
    return asked.arguments.get("verb") in ("ListRecords", "ListIdentifiers")


def records(asked: Asked) -> bool:
    return asked.arguments.get("verb") == "ListRecords"


def on_page(page: int, fault: Callable[[Asked, Answer], Answer | None]) -> Fault:
    """Spoil one page of ListRecords, wherever the list begins."""

    def respond(asked: Asked, repository: Repository) -> Answer | None:
        if records(asked) and start(asked) == page * repository.page:
            return fault(asked, repository(asked))
        return None

    return respond


def on(verb: str, fault: Callable[[Asked, Answer], Answer | None]) -> Fault:
    def respond(asked: Asked, repository: Repository) -> Answer | None:
        return fault(asked, repository(asked)) if asked.arguments.get("verb") == verb else None

    return respond


def always(answer: Answer) -> Callable[[Asked, Answer], Answer | None]:
    return lambda _asked, _healthy: answer


def once(answer: Answer) -> Callable[[Asked, Answer], Answer | None]:
    return lambda asked, _healthy: None if asked.again else answer


def edited(edit: Callable[[bytes], bytes], **more: Any) -> Callable[[Asked, Answer], Answer]:
    """Return the healthy answer with its bytes edited."""
    return lambda _asked, healthy: Answer(edit(healthy.body), **more)


def swap(old: str | bytes, new: str | bytes) -> Callable[[bytes], bytes]:
    was = old.encode() if isinstance(old, str) else old
    becomes = new.encode() if isinstance(new, str) else new
    return lambda body: body.replace(was, becomes)


def poison(*ids: str, how: Answer | None = None, verbs: Sequence[str] = ("ListRecords",)) -> Fault:
    """Fail on every answer that holds one of the records."""
    failing = how or Answer(b"Internal error", 500)

    def respond(asked: Asked, repository: Repository) -> Answer | None:
        verb = asked.arguments.get("verb", "")
        body = repository(asked).body.decode()
        held = any(f">{escape(id_)}<" in body for id_ in ids)
        return failing if verb in verbs and held else None

    return respond


def packed(body: bytes, layers: int = 1) -> bytes:
    for _ in range(layers):
        body = gzip.compress(body)
    return body


HTML = Answer(
    b"<!DOCTYPE html><html><head><title>Onderhoud</title></head><body>Later</body></html>",
    headers={"Content-Type": "text/html"},
)
FAILING = Answer(b"Internal error", 500)


# Scenarios


@dataclass
class Phase:
    """One harvest: what the server does meanwhile, what is true, and how it may end.

    ``truth`` are the identifiers (or titles) that are really there; by default those of the
    repository. A run that ends complete must have kept each or rejected it.
    """

    fault: Fault = lambda _asked, _repository: None
    repository: Repository = field(default_factory=Repository)
    ends: tuple[str, ...] = ("complete",)
    truth: Sequence[str] | None = None
    kept: int | None = None  # live records afterwards, where the number is certain
    counted: dict[str, int] = field(default_factory=dict)  # by the run: seen, deleted ...
    rejected: Sequence[str] = ()
    says: str = ""  # in the message or the warnings
    full: bool = False
    confirmed: bool = False
    site: Callable[[Asked], Answer] | None = None  # where it is no repository
    files: dict[str, bytes] | None = None  # where it is a folder, with names and contents
    posted: Sequence[tuple[str, str, bytes]] = ()  # where it is pushed: method, identifier, body
    gone: Sequence[str] = ()  # what a run that ends complete must not have among its records
    dies: int = 0  # the process is killed before so many pages are kept; 0: it is not
    stop: float = 240.0  # seconds after which it is told to stop

    @property
    def true_ids(self) -> list[str]:
        if self.truth is not None:
            return list(self.truth)
        return [item.id for item in self.repository.items if not item.deleted]


@dataclass
class Scenario:
    """One way of going wrong, in one or more harvests of the same source."""

    phases: list[Phase]
    source: dict[str, Any] = field(default_factory=dict)
    harvest: dict[str, Any] = field(default_factory=dict)
    kind: str = "oai_pmh"
    path: str = "/oai"  # of the address that is harvested
    peers: bool = True  # other clients can be asked to do the same
    check: Callable[[Any, Any], None] | None = None  # (store, log)


def scenario(
    fault: Fault | None = None,
    *,
    source: dict[str, Any] | None = None,
    harvest: dict[str, Any] | None = None,
    check: Callable[[Any, Any], None] | None = None,
    **phase: Any,
) -> Scenario:
    """Return a scenario of one harvest."""
    if fault:
        phase["fault"] = fault
    return Scenario(
        [Phase(**phase)], source=source or {}, harvest=harvest or {}, check=check,
        peers=not source and not harvest,
    )  # fmt: skip


def answer(given: Scenario, phase: int, asked: Asked) -> Answer:
    """Answer one request to a scenario."""
    now = given.phases[phase]
    if now.site:
        return now.site(asked)
    return now.fault(asked, now.repository) or now.repository(asked)


__all__ = [
    "FAILING", "HTML", "NAMESPACE", "NOW", "OAI", "PAGE", "Answer", "Asked", "Fault", "Item",
    "Phase", "Repository", "Scenario", "always", "answer", "edited", "envelope", "error", "items",
    "lists", "on", "on_page", "once", "packed", "parse_qs", "place", "poison", "quote", "records",
    "replace", "scenario", "start", "swap", "unquote",
]  # fmt: skip
