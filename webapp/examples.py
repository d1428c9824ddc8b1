"""An answer of each operation, for the description of the API: from a catalogue of one material."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
from msgspec import Struct

from catalog.cards import Card, Whole
from catalog.config import Site
from catalog.index import FacetCount
from catalog.resource import Agent, Date, Identifier, LearningResource, Text
from catalog.store.inbox import Receipt
from catalog.store.model import record_id
from webapp import addresses, answers
from webapp.addresses import API
from webapp.push import Accepted
from webapp.suggesting import Suggested, Suggestions

SOURCE = "rekenplein"
MATERIAL = LearningResource(
    source=SOURCE,
    identifier="oai:rekenplein.example:12",
    titles=(Text("Breuken vergelijken", "nl"),),
    descriptions=(Text("Tien opgaven met stroken, en de antwoorden.", "nl"),),
    creators=(Agent("Noor de Wit", "person", "author"),),
    identifiers=(Identifier("10.5072/rekenplein.12", "doi"),),
    url="https://rekenplein.example/breuken",
    languages=("nl",),
    levels=("vmbo",),
    types=("worksheet",),
    disciplines=("exact_informatica",),
    licence_url="https://creativecommons.org/licenses/by/4.0/",
    licence="CC-BY-4.0",
    openness="open",
    dates=(Date("2025-09-02", "issued"),),
    media_types=("application/pdf",),
)
_ID = record_id(SOURCE, MATERIAL.identifier)
_CARD = Card(
    id=_ID,
    resource=MATERIAL,
    format="lom",
    datestamp="2026-01-02",
    harvested="2026-01-03T02:00:09Z",
    changed="2026-01-03T02:00:09Z",
    deleted=False,
    sources=(SOURCE,),
)
_TOKEN = "9kq0Yl3nZ2vK7wTtq1yXbVsiY2hhbmdlcyIsMV0"  # noqa: S105 stands for one that is handed out
_RECEIPT = "5f0c6a1be2d94c7f8a3b"


def examples(site: Site) -> Mapping[str, Struct]:
    """Return what each operation answers, by its id."""
    shown = answers.record(_CARD, site)
    return {
        "search": answers.Results(
            query="breuken",
            total=1,
            page=1,
            size=addresses.SIZE,
            results=(shown,),
            facets={"type": (FacetCount("worksheet", 1),)},
            notices=(),
            next="",
        ),
        "values": answers.Values(1, 1, 100, (answers.Value("worksheet", "Werkblad", 1),), ""),
        "suggest": Suggestions(
            (
                Suggested(
                    "title",
                    MATERIAL.titles[0].text,
                    site.url + addresses.path("resource", site.language, _ID),
                ),
            )
        ),
        "resource": answers.work(Whole(card=_CARD, copies=(_CARD,)), site),
        "copy": shown,
        "changes": answers.Changes(
            changes=(answers.changed(_CARD, site),),
            more=False,
            next=f"{site.url}{API}/changes?since={_TOKEN}",
        ),
        "sources": answers.Sources(
            (
                answers.Source(
                    name=SOURCE,
                    title="Rekenplein",
                    page=site.url + addresses.path("source", site.language, SOURCE),
                    homepage="https://rekenplein.example/",
                    kind="oai_pmh",
                    enabled=True,
                    records=1,
                    works=1,
                    last_run=answers.LastRun(
                        "complete", "2026-01-03T02:00:00Z", "2026-01-03T02:00:11Z"
                    ),
                ),
            )
        ),
        **dict.fromkeys(
            ("post", "put", "delete"), Accepted(_RECEIPT, f"{site.url}{API}/receipts/{_RECEIPT}")
        ),
        "receipt": Receipt(
            id=_RECEIPT,
            source=SOURCE,
            status="accepted",
            received="2026-01-03T09:30:00Z",
            answered="2026-01-03T09:30:04Z",
            records=1,
            rejects=(),
        ),
    }


def readable(site: Site) -> Mapping[str, str]:
    """Return those answers for people to read: JSON with a line for each member."""
    return {
        id_: msgspec.json.format(msgspec.json.encode(answer), indent=2).decode()
        for id_, answer in examples(site).items()
    }
