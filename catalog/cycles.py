"""When Python looks for objects that only hold each other: rarely, where records stream by."""

from __future__ import annotations

import gc


def let_cycles_wait() -> None:
    """Look for cycles rarely in this process, and never in what it has by now.

    For a process that many records go through. They make no cycles, and looking for them costs a
    tenth of the time.
    """
    gc.freeze()
    gc.enable()
    gc.set_threshold(50_000, 20, 100)
