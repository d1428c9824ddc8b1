"""What a crawl has found and not yet fetched: sitemaps first, then the pages in them."""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Collection, Iterable
from datetime import datetime
from urllib.parse import urlsplit

from catalog.config import SitemapSource
from harvester import jsonld, sitemaps
from harvester.site import traps
from harvester.site.place import Place, is_changed

_MOST_SITEMAPS = 2_000
_MOST_ADDRESSES = 1_000_000


def _host(url: str) -> str:
    try:
        return urlsplit(url).netloc or url
    except ValueError:
        return url


class Frontier:
    """The addresses of one site, within its budgets; what exceeds one is half a sentence."""

    def __init__(self, source: SitemapSource) -> None:
        self._source = source
        self._include = re.compile(source.include)
        self._exclude = re.compile(source.exclude or r"(?!)")
        self._known: set[str] = set()  # sitemaps, read or to be read
        self.to_read: deque[str] = deque()
        self.found: dict[str, str] = {}  # page -> lastmod
        self.to_visit: deque[str] = deque()
        self.empty = True  # no page of the site's own was listed
        self.strange = Counter[str]()  # hosts that are not the site's: how often they were named

    def __bool__(self) -> bool:
        return bool(self.to_read or self.found or self.to_visit)

    def add_sitemaps(self, urls: Iterable[str]) -> list[str]:
        """Add those of ``urls`` that are the site's own; return what budget was exceeded."""
        for url in (jsonld.joined(self._source.url, url) or url for url in urls):
            if url in self._known or not self._is_ours(url):
                continue
            if len(self._known) >= _MOST_SITEMAPS or len(self.found) > _MOST_ADDRESSES:
                return [f"{_MOST_SITEMAPS} sitemaps or {_MOST_ADDRESSES} addresses"]
            self._known.add(url)
            self.to_read.append(url)
        return []

    def add_pages(self, pages: dict[str, str]) -> None:
        """Add the site's own pages, each with its lastmod, by their clean addresses."""
        for url, lastmod in pages.items():
            if self._is_ours(url):
                address = traps.cleaned(url)
                self.found[address] = sitemaps.agreed(self.found.get(address), lastmod)
                self.empty = False

    def _is_ours(self, url: str) -> bool:
        ours = jsonld.same_site(url, self._source.url)
        if not ours:
            self.strange[_host(url)] += 1
        return ours

    def plan(
        self, place: Place, since: datetime | None, unlisted: Collection[str] = ()
    ) -> tuple[int, list[str], list[str]]:
        """Decide which pages are visited, once all sitemaps are read; ``unlisted`` ones as well.

        Returns how many there are to visit, what is left out as endless, and what waits for the
        next run because this one is long enough; notes in ``place`` whether that is everything.
        """
        source = self._source
        budget = traps.Budget(max_depth=source.max_depth, max_similar=source.max_similar)
        listed = [u for u in sorted(self.found) if self._is_wanted(u) and budget.allows(u)]
        endless = budget.exceeded()
        wanted = [url for url in listed if is_changed(self.found[url], since)]
        place.whole = place.whole and len(wanted) == len(listed)
        place.missed = place.missed or bool(endless)  # what else is there, nobody knows
        self.found = {}
        if not place.whole:  # else whoever is not listed is absent
            wanted = sorted({*wanted, *(url for url in unlisted if self._is_wanted(url))})
        left = [url for url in wanted if url > place.last]
        room = max(0, source.max_pages - place.visited)
        self.to_visit.extend(left[:room])
        waiting = len(left) > room
        budgets = [f"{source.max_pages} pages of {len(wanted)} (max_pages)"] if waiting else []
        return len(wanted), endless, budgets

    def _is_wanted(self, url: str) -> bool:
        return bool(self._include.search(url)) and not self._exclude.search(url)
