"""What a list of records shows of itself, while its first pages are read."""

from __future__ import annotations

from collections import Counter

from catalog.config import AnySource, FeedSource, OaiPmhSource, RestSource, SitemapSource
from harvester.raw import Page
from harvester.trial.outcome import Checks

#: Pages after which a list has shown that it goes on.
PAGES = 2


class Listing:
    """Sees each page; ``checks`` says what is to be said of them together."""

    def __init__(self, source: AnySource) -> None:
        self._source = source
        self._names: list[tuple[str, ...]] = []  # identifiers, by page
        self._dated = self._repaired = 0
        self._filled: set[str] = set()
        self._more = False
        self._total: int | None = None

    @property
    def shown(self) -> bool:
        """Whether enough was seen to tell that the list goes on, or that it ended."""
        asked = isinstance(self._source, OaiPmhSource)  # how its list goes on is known already
        return asked or len(self._names) >= PAGES or not self._more

    def see(self, page: Page) -> None:
        self._names.append(tuple(raw.identifier for raw in page.raws))
        self._dated += sum(bool(raw.datestamp) for raw in page.raws)
        self._repaired += sum(raw.repaired for raw in page.raws)
        for raw in page.raws:
            if isinstance(raw.parsed, dict):
                self._filled.update(raw.parsed)
        self._more = bool(page.checkpoint)
        self._total = page.total if page.total is not None else self._total

    def checks(self) -> Checks:
        """Return what was noticed; nothing of a repository, which is asked everything itself."""
        found = Checks()
        count = sum(map(len, self._names))
        if isinstance(self._source, OaiPmhSource) or not self._names:
            return found
        if isinstance(self._source, SitemapSource):
            telling = sum(bool(names) for names in self._names)
            found.expect(
                "described", telling == len(self._names),
                f"Each of {telling} pages describes its material.",
                f"Of {len(self._names)} pages {telling} describe a material in a way we read.",
                "minor" if telling else "major",
            )  # fmt: skip
        if count:
            self._identifiers(found)
            found.expect(
                "well-formed", not self._repaired, "What came is well-formed.",
                f"Records that are not well-formed, and were repaired: {self._repaired}.",
            )  # fmt: skip
        if isinstance(self._source, FeedSource):
            self._dates(found, count)
        if isinstance(self._source, RestSource):
            self._api(found, self._source, count)
        return found

    def _identifiers(self, found: Checks) -> None:
        names = Counter(name for page in self._names for name in page)
        nameless = names.pop("", 0)
        twice = [name for name, times in names.items() if times > 1]
        found.expect(
            "identifiers.there", not nameless, "Each record says which it is.",
            f"Records that do not say which they are: {nameless}.", "minor" if names else "major",
        )  # fmt: skip
        found.expect(
            "identifiers.own", not twice, "Each has an identifier of its own.",
            f"Identifiers that come more than once: {len(twice)}, such as {next(iter(twice), '')}.",
        )  # fmt: skip

    def _dates(self, found: Checks, count: int) -> None:
        found.expect(
            "dates", self._dated == count, "Each has a date.",
            f"Without a date that can be read: {count - self._dated} of {count}.",
        )  # fmt: skip

    def _api(self, found: Checks, source: RestSource, count: int) -> None:
        if source.datestamp:
            self._dates(found, count)
        empty = [name for name in source.map if name not in self._filled]
        if not source.mapping and count:
            found.expect(
                "map", not empty, "Each line of the map found something.",
                f"Nothing was found by {', '.join('map.' + name for name in empty)}.",
            )  # fmt: skip
        if self._total is None:
            found.note(
                "size", "minor",
                "It does not say how long the list is (total): one that breaks off may be missed.",
            )  # fmt: skip
        elif self._total > count and not self._more and len(self._names) < PAGES:
            found.note(
                "paging", "major",
                f"It has {self._total} items and gives {count}: say with paging, and the keys that "
                "go with it, where the next page is.",
            )  # fmt: skip
        if len(self._names) >= PAGES:
            found.expect(
                "paging", self._names[0] != self._names[1], "The list goes on.",
                "The second page is the first once more: paging is not as it says.", "major",
            )  # fmt: skip
