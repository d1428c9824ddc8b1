"""What the answer to a visit says: materials, nothing, no change, or that the page is gone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from http import HTTPStatus

from scrapy import Request
from scrapy.http import Response

from catalog.config import SitemapSource
from harvester import jsonld
from harvester.raw import Page, Raw
from harvester.site import gone, pages
from harvester.site.place import Place
from harvester.site.soft404 import NotFound
from harvester.version import known, version_of

GONE = (404, 410)


class Visits:
    """Makes pages of answers, and notes in ``place`` what is lost or looks so."""

    def __init__(self, name: str, source: SitemapSource, place: Place) -> None:
        self._name = name
        self._source = source
        self._place = place
        self.not_found: NotFound | None = None  # how the site says so with 200
        self.standing: Mapping[str, Sequence[str]] = {}  # records of a page, by its address
        self.versions: Mapping[str, str] = {}  # and in what version it was read
        self.left: set[str] = set()  # pages with records that no sitemap lists now
        self._strays: dict[str, str] = {}  # address asked for by itself -> page that is left out

    def strays(self, left_before: AbstractSet[str]) -> AbstractSet[str]:
        """Return what is to be asked for by itself: pages left out twice.

        Where their records go by other addresses, these are asked for as well.
        """
        for page in self.left & left_before:
            own = [gone.address(name) for name in self.standing[page]]
            self._strays |= dict.fromkeys([page, *own], page)
        return self._strays.keys()

    def conditional(self, request: Request) -> Request:
        """Ask for a page only if it has changed, where all is kept that was on it.

        Where a record of it stands elsewhere or was rejected, only the page itself can tell.
        """
        names = self.standing.get(request.url, ())
        version = known(self.versions.get(request.url, ""), self._source, names)
        request.headers.update(version.headers())
        request.meta["version"] = version
        return request

    def page(self, response: Response) -> Page:
        """Return what an answer has; it is a page without records where it has none."""
        asked = response.meta["url"]
        if response.status == HTTPStatus.NOT_MODIFIED:
            self._lives(asked)
            names = self.standing[response.url]
            return Page(
                url=response.url, body=b"", media_type="", raws=[], listed=names, unmodified=True
            )
        raws: list[Raw] = []
        if response.status in GONE:
            (self._place.dropped if asked in self._strays else self._place.gone).append(asked)
        else:
            self._lives(asked)
            raws = self._raws(response, asked)
        page = Page(
            url=response.url,
            body=response.body if raws else b"",
            media_type=pages.media_type(response),
            raws=raws,
        )
        if raws:
            names = [raw.identifier for raw in raws]
            page.version = version_of(response, self._source, names, dated=True).dump()
        return page

    def _lives(self, asked: str) -> None:
        """Note that a page that no sitemap lists is there all the same."""
        self.left.discard(self._strays.get(asked, ""))

    def _raws(self, response: Response, asked: str) -> list[Raw]:
        """Return the materials of a page, unless it is elsewhere or may say "not found".

        One with a material does not say so; but it may have been found elsewhere than asked: at
        the home page, say.
        """
        if not (response.body and jsonld.same_site(response.url, self._source.url)):
            return []
        raws = pages.read(
            response.body,
            source=self._name,
            url=response.url,
            media_type=pages.media_type(response),
            anything=self._source.anything,
        )
        at_home = raws and response.url == asked
        if self.not_found and not at_home and self.not_found.is_said_by(response, asked):
            self._place.suspect += 1
            return []
        return raws

    def missing(self) -> tuple[Page, list[str]]:
        """Return the pages that are there no more, and what is to be said of those not believed."""
        found: list[str] = []
        doubts: list[str] = []
        place = self._place
        among = {*place.gone, *place.dropped}
        pages_left = [page for page in place.dropped if page in self.standing]
        dropped = gone.names(pages_left, among, self.standing)
        for lost, of, names in (
            (place.gone, place.visited, gone.names(place.gone, among, self.standing)),
            (dropped, len(self.standing), dropped),
        ):
            if gone.believed(lost, of):
                found += names
            else:
                doubts.append(
                    f"{len(lost)} of {of} pages are not there (404, 410): too many to be true; "
                    "none of them is removed for that."
                )
        return gone.page(found, source=self._name, site=self._source.url), doubts
