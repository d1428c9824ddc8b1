"""Records that are asked for by themselves, because a list did not give them (OAI-PMH 4.1)."""

from __future__ import annotations

from oaipmh import error as oai_errors
from scrapy.http import Response

from harvester.oai import unfetched
from harvester.oai.asking import media_type
from harvester.oai.page import OaiPage, say
from harvester.oai.place import Place
from harvester.raw import Page, Raw

_MOST_STALE = 2  # answers of a server that is behind, before a record is taken as it comes


class Singles:
    """The first of ``place.wanted`` is the one under way."""

    def __init__(self, source: str, place: Place) -> None:
        self._source = source
        self._place = place

    def got(self, response: Response, page: OaiPage, base: str) -> Page | None:
        """Return what is kept of an answer to GetRecord; None where it is to be asked again."""
        wanted = self._place.wanted[0]
        raws = [raw for raw in page.raws if raw.identifier == wanted.identifier]
        older = bool(raws) and raws[0].datestamp < wanted.datestamp
        unknown = isinstance(page.error, oai_errors.IdDoesNotExistError)
        if (older or unknown) and self._place.stale < _MOST_STALE:
            self._place.stale += 1  # of several servers one is behind
            return None
        if page.error or not raws:
            reason = say(page.error) if page.error else "another record came in its place"
            return self.without(f"GetRecord: {reason}", base)
        self._settle()
        return Page(
            url=response.url, body=response.body, media_type=media_type(response), raws=page.raws
        )

    def without(self, reason: str, base: str) -> Page:
        """Return the page that keeps a record which cannot be fetched, as a reject."""
        wanted = self._place.wanted[0]
        self._settle()
        header = Raw(source=self._source, identifier=wanted.identifier, url=base)
        header.datestamp = wanted.datestamp
        return unfetched.page(header, reason)

    def _settle(self) -> None:
        del self._place.wanted[0]
        self._place.stale = 0
