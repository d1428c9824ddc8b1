"""Bringing works and index up to the store: one process at a time, a commit now and then."""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Self

from catalog.index import Change, IndexBusyError, IndexDamagedError, SearchError, Writer
from catalog.store import StoreError
from catalog.works.grouping import FEW, REST, Grouping, GroupingBusyError

if TYPE_CHECKING:
    from catalog.catalogue import Catalogue

log = logging.getLogger(__name__)

#: Seconds between two commits of the index while changes keep coming: where it has them all,
COMMIT_EVERY = 1.0
#: and where more are waiting. To commit takes a tenth of a second, in which nothing is taken in.
COMMIT_BEHIND = 3.0


class Follower:
    """The one that writes the index. Raises IndexBusyError where another does."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._documents = catalogue.documents
        self._writer: Writer | None = None
        self._seq = 0
        self._committed = 0
        self._rested = 0.0  # when the last commit was done,
        self._took = 0.0  # and how long it took
        self._open()

    def _open(self) -> None:
        try:
            ahead = self._catalogue.index.seq > self._catalogue.store.records.latest()
        except IndexDamagedError:
            ahead = True
        if ahead:  # the store lost its last moments, or the index its files
            self._catalogue.rebuild()
        index = self._catalogue.index
        self._writer = index.writer()
        self._seq = self._committed = index.seq

    def close(self) -> None:
        if self._writer:
            self._writer.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def step(self, *, last: bool = False, seconds: float = 0.2) -> int:
        """Apply changes for about ``seconds`` (``last``: all there are) and commit when due."""
        assert self._writer
        if last:
            applied, behind = self._take_all(), False
        else:
            applied, behind = self._take(time.monotonic() + seconds)
        if self._seq > self._committed and (last or self._is_due(behind=behind)):
            self._commit()
        return applied

    def _take_all(self) -> int:
        """Apply all changes that there are; return how many."""
        assert self._writer
        reached = self._seq

        def waiting() -> Iterator[Change]:
            nonlocal reached
            while batch := self._documents.after(reached):
                yield from batch.changes
                reached = batch.seq

        applied = self._writer.apply(waiting())
        self._seq = reached  # only now: of what was read before an error, some was not applied
        return applied

    def _take(self, end: float) -> tuple[int, bool]:
        """Apply changes until ``end``; return how many, and whether there may be more."""
        assert self._writer
        applied = 0
        while batch := self._documents.after(self._seq):
            applied += self._writer.apply(batch.changes)
            self._seq = batch.seq
            if time.monotonic() > end:
                return applied, True
        return applied, False

    def _is_due(self, *, behind: bool) -> bool:
        pause = max(COMMIT_BEHIND if behind else COMMIT_EVERY, 4 * self._took)
        return time.monotonic() >= self._rested + pause

    def _commit(self) -> None:
        assert self._writer
        began = time.monotonic()
        self._writer.commit(self._seq)
        self._committed = self._seq
        self._rested = time.monotonic()
        self._took = self._rested - began


def follow(catalogue: Catalogue, stop: threading.Event, interval: float) -> None:
    """Keep works, addresses and index up to date until told to stop, as long as nobody else does.

    What is in the way is logged once, and tried again.
    """
    trouble = ""
    grouping = Grouping(catalogue.store, batch=FEW)
    while not stop.wait(interval):
        try:
            with contextlib.suppress(GroupingBusyError):
                grouping.some(stop)
            if catalogue.behind():
                catalogue.locate()
                _follow_gently(catalogue, stop)
                if not stop.is_set():
                    catalogue.learn()
            trouble = ""
        except IndexBusyError:
            pass
        except (SearchError, StoreError) as error:
            if str(error) != trouble:
                trouble = str(error)
                log.error("the index cannot follow the store: %s", trouble)  # noqa: TRY400 a sentence is enough


def _follow_gently(catalogue: Catalogue, stop: threading.Event) -> None:
    """Bring the index up to the store, a batch at a time and a rest after each: readers come first.

    Raises as ``Follower``.
    """
    with Follower(catalogue) as follower:
        began = time.monotonic()
        while follower.step(seconds=0.0):
            if stop.wait(REST * (time.monotonic() - began)):
                return  # what was not committed is taken in again next time
            began = time.monotonic()
        follower.step(last=True)
