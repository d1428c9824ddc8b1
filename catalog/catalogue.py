"""The door of the catalogue: here the store and the index meet, and nowhere else."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from msgspec import Struct

from catalog import agreement, learning
from catalog.background import beside
from catalog.cards import Card, Cards, Whole
from catalog.config import Settings
from catalog.counting import Counting
from catalog.documents import Documents
from catalog.following import Follower, follow
from catalog.index import (
    Change,
    Explanation,
    FacetCount,
    IndexBusyError,
    IndexDamagedError,
    Query,
    SearchError,
    Suggestion,
)
from catalog.index.folder import CurrentIndex, open_index, rebuild
from catalog.index.words import NONE, Own
from catalog.index.words.learning import Heard
from catalog.popular import Popular
from catalog.store import Store, StoreError
from catalog.store.model import Run
from catalog.totals import Counted
from catalog.works.grouping import Grouping, GroupingBusyError, Progress

__all__ = ["Card", "Catalogue", "Found", "SourceState", "Whole"]

_MORE = 4  # times as many are looked at as are shown, where some are left out


class Found(Struct, frozen=True, kw_only=True):
    """One page of search results; see ``catalog.index.Result``."""

    total: int
    cards: tuple[Card, ...]
    facets: Mapping[str, tuple[FacetCount, ...]]
    notices: tuple[str, ...]
    last: int | None = None
    seq: int = 0  # the number of the last change that the index had
    text: str = ""  # what was searched for, where it is not what was typed


class SourceState(Struct, frozen=True, kw_only=True):
    """A source: its entry in config.toml, and how it fares."""

    name: str
    title: str
    homepage: str
    kind: str
    url: str
    enabled: bool
    records: int
    works: int
    rejects: int
    last_run: Run | None


class Catalogue:
    """Everything that is kept, and the way to find it."""

    def __init__(self, settings: Settings) -> None:
        """Open the store, and the index where it can be used. Raises StoreError."""
        self.settings = settings
        self.store = Store(settings.store.url)
        self.documents = Documents(self.store)
        self.cards = Cards(self.store)
        self.popular = Popular(self.store.asked, on=settings.search.popular)
        self.openings = Counting(self.store.opened, of="openings of cards")
        self.reports = self.store.reports
        self._totals = Counted(self.store)
        self._grouping = Grouping(self.store)
        self._path = Path(settings.index.path)
        self._index: CurrentIndex | None = None
        self._lock = threading.Lock()
        with contextlib.suppress(SearchError):
            self._index = self._open_index()

    def _open_index(self) -> CurrentIndex:
        settings = self.settings
        return open_index(self._path, settings.index.engine, settings.ranking)

    def close(self) -> None:
        if self._index:
            self._index.close()
        self.store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # ---- reading

    def search(self, query: Query) -> Found:
        """Answer a query.

        Raises ``catalog.index.QueryError`` where it cannot be answered and ``SearchError`` while
        there is no index to ask.
        """
        try:
            index = self.index
            result = index.search(query)
        except IndexDamagedError:
            self._index = None  # whoever follows makes it again
            raise
        made = self.cards.records if query.copies else self.cards.works
        cards = made(hit.id for hit in result.hits)
        return Found(
            total=result.total,
            cards=tuple(cards[hit.id] for hit in result.hits if hit.id in cards),
            facets=result.facets,
            notices=result.notices,
            text=result.text,
            last=result.last,
            seq=index.seq,
        )

    @property
    def index(self) -> CurrentIndex:
        """The index as it stands now. Raises SearchError where there is none yet."""
        index = self._index  # looked at once: another thread may find it damaged meanwhile
        if index is None:
            with self._lock:
                index = self._index or self._open_index()
                self._index = index
        index.refresh()
        return index

    @property
    def own(self) -> Own:
        """Parts of compounds that the records add to the lists; none while there is no index."""
        try:
            return self.index.own
        except SearchError:
            return NONE

    def put_aside(self) -> None:
        """Let go of the index, and of what of its files is in memory, until it is asked again."""
        with self._lock:
            index, self._index = self._index, None
        if index:
            index.close()

    def card(self, id: str) -> Card | None:  # noqa: A002 a record's or a work's id
        """Return the card of the work to which an address leads, which may have another id.

        It is that of a record which is ``deleted`` where nothing else is left of it.
        """
        return self.cards.work(id)

    def record(self, id: str) -> Card | None:  # noqa: A002 a record's id
        """Return the card of one record, whatever its work has besides."""
        return self.cards.records([id]).get(id)

    def whole(self, id: str) -> Whole | None:  # noqa: A002 a record's or a work's id
        """Return everything about the work to which an address leads."""
        return self.cards.whole(id)

    def several(self, ids: Sequence[str]) -> dict[str, Card]:
        """Return, by id, the cards of the works to which addresses lead.

        What was never there is left out; what is gone is ``deleted``.
        """
        of = self.store.works.of(ids)
        there = self.cards.works(of.get(id_, id_) for id_ in ids)
        found = {id_: there.get(of.get(id_, id_)) or self.card(id_) for id_ in ids}
        return {id_: card for id_, card in found.items() if card}

    def similar(self, id: str, limit: int = 6) -> tuple[Card, ...]:  # noqa: A002 a work's id
        """Return works on the same subject, without editions or translations of this one.

        Of those that are so of each other the first is shown. Raises SearchError.
        """
        hits = self.index.similar(id, limit * _MORE)
        return self.cards.apart(id, [hit.id for hit in hits], limit)

    def suggest(self, typed: str, limit: int = 8) -> tuple[Suggestion, ...]:
        """Return what somebody who types may mean; queries of others first. Raises SearchError."""
        asked = self.popular.starting(typed, max(limit // 4, 1))
        found = self.index.suggest(typed, limit)[: limit - len(asked)]
        return (*(Suggestion("query", text) for text in asked), *found)

    def explain(self, query: Query, id: str) -> Explanation | None:  # noqa: A002 a record's id
        """Say why the query finds this record; None where it is not there. Raises SearchError."""
        return self.index.explain(query, id)

    def spelling(self, word: str) -> Sequence[str]:
        """Return words that are there and differ little from one that is not."""
        return self.index.spelling(word)

    def frequency(self, word: str) -> int:
        """Return how many records have the word, in any form."""
        return self.index.frequency(word)

    def changes(self, after: int, limit: int) -> tuple[tuple[Card, ...], int]:
        """Return the records that changed, or are shown otherwise, after a number of the sequence.

        They are in the order of those changes, deleted ones among them; with them is the number
        after which the next ones come.
        """
        numbers, end = self.documents.numbers(after, limit)
        cards = self.cards.records(numbers)
        return tuple(cards[id_] for id_ in numbers if id_ in cards), end

    def newest(self, limit: int) -> tuple[Card, ...]:
        """Return the works of which a copy has changed last, newest first."""
        stored = self.store.records.newest(limit * _MORE)
        of = self.store.works.of([each.id for each in stored])
        works = list(dict.fromkeys(of.get(each.id, each.id) for each in stored))[:limit]
        cards = self.cards.works(works)
        return tuple(cards[work] for work in works if work in cards)

    def sources(self) -> tuple[SourceState, ...]:
        """Return the sources of config.toml, in its order."""
        records, works = self._totals.by_source()
        rejects = self.store.rejects.count_by_source()
        return tuple(
            SourceState(
                name=name,
                title=source.title or name,
                homepage=source.homepage,
                kind=source.kind,
                url=source.url,
                enabled=source.enabled,
                records=records.get(name, 0),
                works=works.get(name, 0),
                rejects=rejects.get(name, 0),
                last_run=self.store.runs.last(name),
            )
            for name, source in self.settings.sources.items()
        )

    def source(self, name: str) -> SourceState | None:
        return next((state for state in self.sources() if state.name == name), None)

    def runs(self, source: str, limit: int) -> list[Run]:
        """Return the last runs of ``source``, newest first."""
        return self.store.runs.list(source, limit)

    # ---- following the store

    def catch_up(self) -> int:
        """Bring the index up to the store; make it where it is missing. Return the changes.

        Raises IndexBusyError where another process is at it.
        """
        with Follower(self) as follower:
            return follower.step(last=True)

    def group(self) -> Progress | None:
        """Group a batch of records; None where none waits, or another process is at it."""
        with contextlib.suppress(GroupingBusyError):
            return self._grouping.step()
        return None

    def locate(self) -> None:
        """Take note of the addresses of records that changed, where [links] asks for any."""
        if self.settings.links.on:
            self.store.links.follow(datetime.now(UTC))

    def follow(self) -> None:
        """Bring works, addresses, index and what it learns up to the store.

        What another process is at is left to that. Raises SearchError where there can be no index.
        """
        with contextlib.suppress(StoreError):  # a store that cannot be written
            while self.group():
                pass
            self.locate()
        with contextlib.suppress(IndexBusyError):
            if self.behind():
                self.catch_up()
            self.learn()

    def rebuild(self, progress: Callable[[int, int], None] = lambda _done, _total: None) -> None:
        """Make the index anew from the store, aside, and put it in the old one's place.

        ``progress`` is told now and then how many records are done, of how many.
        """
        latest, total = self.store.records.latest(), self._records()

        def changes() -> Iterator[Change]:
            done = 0
            for change in self.documents.all(until=latest):
                if done % 1000 == 0:
                    progress(done, total)
                done += change.grain != "work"
                yield change

        own = self._listen().learn()
        rebuild(self._path, self.settings.index.engine, changes(), latest, own=own).close()
        old, self._index = self._index, self._open_index()
        if old:
            old.close()

    def learn(self) -> None:
        """Have the index take compounds apart by the words of the records, where these have grown.

        Raises IndexBusyError where another process writes, SearchError where it cannot be done.
        """
        if learning.is_due(self.index.own, self._records()):
            learning.learn(self.index, self._listen(), self.documents)

    def _listen(self) -> Heard:
        stored = self.store.records.all_changes()
        return learning.listen(each.resource for each in stored if not each.deleted)

    def _records(self) -> int:
        return sum(self.store.records.count_by_source().values())

    def behind(self) -> bool:
        """Tell whether the store has changes that the index lacks, or there is no index."""
        try:
            return self.index.seq != self.store.records.latest()
        except SearchError:
            return True

    def compare(self) -> tuple[set[str], set[str]]:
        """Return keys of documents: lacking or of other content, and those too many."""
        return agreement.differences(self.index, self.documents)

    def following(self, interval: float = 0.5) -> AbstractContextManager[None]:
        """Keep works, addresses and index up to date from a thread, unless another process does.

        What keeps it from that (a full disk, a store that is busy) is logged once, and it goes
        on trying.
        """
        return beside(lambda stop: follow(self, stop, interval), name="follower")
