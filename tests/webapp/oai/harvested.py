"""A provider as its harvesters see it, and the hands that change what it has."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from fake_catalogue import resource
from flask.testing import FlaskClient
from lxml import etree
from msgspec.structs import replace
from werkzeug.test import TestResponse

from catalog.catalogue import Catalogue
from catalog.resource import LearningResource, Text
from catalog.store.model import Counts, Entry, Kept, record_id
from webapp import create_app

NS = {
    "o": "http://www.openarchives.org/OAI/2.0/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "p": "http://www.openarchives.org/OAI/2.0/provenance",
}
SITE = {"Host": "vindplaats.example"}
PREFIX = "oai:vindplaats.example:"


class Answered:
    """One answer: its bytes, which have been held to the schemas, and what is in it."""

    def __init__(self, response: TestResponse, judge: Callable[[bytes], None] | None) -> None:
        assert response.status_code == 200, response.text
        assert response.content_type == "text/xml; charset=utf-8"
        if judge:
            judge(response.data)
        self.root = etree.fromstring(response.data)

    def texts(self, path: str) -> list[str]:
        return [str(each) for each in self.root.xpath(path, namespaces=NS)]

    @property
    def errors(self) -> list[str]:
        return self.texts("/o:OAI-PMH/o:error/@code")

    @property
    def identifiers(self) -> list[str]:
        return self.texts("//o:header/o:identifier/text()")

    @property
    def deleted(self) -> list[str]:
        return self.texts("//o:header[@status='deleted']/o:identifier/text()")

    @property
    def stamps(self) -> list[str]:
        return self.texts("//o:header/o:datestamp/text()")

    @property
    def date(self) -> str:
        return self.texts("/o:OAI-PMH/o:responseDate/text()")[0]

    @property
    def token(self) -> str | None:
        """The resumption token, "" for an empty one, None where there is none."""
        found = self.root.find(".//o:resumptionToken", NS)
        return None if found is None else found.text or ""

    @property
    def size(self) -> tuple[int, int]:
        """(completeListSize, cursor)."""
        found = self.root.find(".//o:resumptionToken", NS)
        assert found is not None
        return int(found.get("completeListSize", "")), int(found.get("cursor", ""))

    @property
    def request(self) -> Any:
        return self.root.find("o:request", NS)


class Harvested:
    """A provider and its catalogue."""

    def __init__(self, catalogue: Catalogue, judge: Callable[[bytes], None] | None) -> None:
        self.catalogue = catalogue
        self.app = create_app(catalogue, catalogue.settings)
        self.client: FlaskClient = self.app.test_client()
        self._judge = judge

    def get(self, query: str, **headers: str) -> TestResponse:
        return self.client.get(f"/oai?{query}", headers=SITE | headers)

    def ask(self, query: str) -> Answered:
        return Answered(self.get(query), self._judge)

    def post(self, query: str) -> Answered:
        kind = "application/x-www-form-urlencoded"
        response = self.client.post("/oai", data=query, content_type=kind, headers=SITE)
        return Answered(response, self._judge)

    def pages(self, query: str, verb: str = "ListRecords") -> Iterator[Answered]:
        answer = self.ask(f"verb={verb}&{query}")
        yield answer
        while answer.token:
            answer = self.ask(f"verb={verb}&resumptionToken={answer.token}")
            yield answer

    def harvest(self, query: str, verb: str = "ListRecords") -> list[str]:
        return [id_ for page in self.pages(query, verb) for id_ in page.identifiers]

    # ---- what happens to the catalogue

    def keep(self, numbers: Iterable[int], title: str = "", **changes: Any) -> None:
        """Keep materials by their number, or change them: by their title, or otherwise."""
        made = []
        for number in numbers:
            described = replace(resource(number), **changes)
            if title:
                described = replace(described, titles=(Text(title),))
            made.append(described)
        self.keep_these(made)

    def keep_these(self, made: list[LearningResource]) -> None:
        keeping = self.catalogue.store.keeping
        for source in dict.fromkeys(described.source for described in made):
            own = [described for described in made if described.source == source]
            known = keeping.known([record_id(source, each.identifier) for each in own])
            entries = [
                Entry(
                    id=(id_ := record_id(source, each.identifier)),
                    identifier=each.identifier,
                    format="lom",
                    datestamp="2026-01-02T03:04:05Z",
                    sets="",
                    hash=b"%d" % at,
                    position=at,
                    resource=each,
                    no=known[id_].no if id_ in known else None,
                )
                for at, each in enumerate(own)
            ]
            self._kept(source, entries=entries)

    def delete(self, numbers: Iterable[int]) -> None:
        for number in numbers:
            gone = resource(number)
            id_ = record_id(gone.source, gone.identifier)
            self._kept(gone.source, gone=[self.catalogue.store.keeping.known([id_])[id_].no])

    def _kept(self, source: str, **more: Any) -> None:
        run = self.catalogue.store.runs.begin(source, full=False, since="").id
        usual: dict[str, Any] = {
            "url": "", "media_type": "text/xml", "body": b"<page/>", "checkpoint": "",
            "total": None, "counts": Counts(), "entries": [], "gone": [], "sighted": [],
            "restamped": [], "rejects": [], "cleared": [],
        }  # fmt: skip
        self.catalogue.store.keeping.keep(source, run, Kept(**{**usual, **more}))


def name(number: int) -> str:
    """Return the identifier by which a material is given out."""
    made = resource(number)
    return PREFIX + record_id(made.source, made.identifier)


def names(numbers: Iterable[int]) -> set[str]:
    return set(map(name, numbers))
