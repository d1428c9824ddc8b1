"""The index that follows a harvest, from a thread of its own."""

from __future__ import annotations

import os
import sys
import threading
from concurrent.futures import Future, ThreadPoolExecutor

from catalog.catalogue import Catalogue
from catalog.following import Follower
from catalog.index import IndexBusyError, SearchError
from catalog.memory import give_back
from catalog.store import StoreError

#: How far the thread gives way. A source that waits costs time; the index catches up.
NICENESS = 10
#: Seconds between two looks at a store in which nothing changes.
LOOK_EVERY = 0.2


class Indexing:
    """Brings the index along while sources are harvested.

    The store has everything, so trouble with the index stops nothing: ``problem`` says what it
    is, and it is tried again.
    """

    def __init__(self, catalogue: Catalogue) -> None:
        self.problem = ""
        self._catalogue = catalogue
        self._follower: Follower | None = None
        self._stop = threading.Event()
        self._done: Future[None] | None = None

    def begin(self) -> None:
        """Follow from now on."""
        if self._done is None:
            self._stop.clear()
            threads = ThreadPoolExecutor(1, thread_name_prefix="indexing")
            self._done = threads.submit(self._follow)
            threads.shutdown(wait=False)  # of the pool: the thread goes on

    def end(self) -> None:
        """Bring the index up to the end of the store and let go of it."""
        if self._done is None and not self._catalogue.behind():
            return
        self.begin()
        self._stop.set()
        assert self._done
        try:
            self._done.result()
        finally:
            self._done = None

    def _follow(self) -> None:
        if sys.platform == "linux":  # where threads, too, have a priority; the engine's inherit it
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)
        try:
            while not self._stop.is_set():
                if not self._step(last=False):
                    self._stop.wait(LOOK_EVERY)
            self._step(last=True)
        finally:
            self._let_go()
            self._catalogue.put_aside()
            give_back()

    def _step(self, *, last: bool) -> int:
        try:
            self._follower = self._follower or Follower(self._catalogue)
            applied = self._follower.step(last=last)
        except IndexBusyError:  # the site's own follower is at it
            return 0
        except SearchError as error:
            self.problem = f"{error} The records are kept; vindplaats doctor --repair."
            self._let_go()
            return 0
        except StoreError as error:
            self.problem = str(error)
            return 0
        self.problem = ""
        return applied

    def _let_go(self) -> None:
        if self._follower:
            self._follower.close()
        self._follower = None
