"""How the catalogue fares, in figures that cost little: for whoever keeps watch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from catalog.index import SearchError
from catalog.store import StoreError

if TYPE_CHECKING:
    from catalog.catalogue import Catalogue, SourceState
    from catalog.store.model import Run


class SourceHealth(Struct, frozen=True, kw_only=True):
    """How a source fares; ``held`` are deletions that wait for a person."""

    state: SourceState
    complete: Run | None  # the last run that ended so
    held: int
    posted: int  # requests of its provider that wait to be read


class Health(Struct, frozen=True, kw_only=True):
    """``lag`` is how many changes of the store the index has not followed; None: no index."""

    store: bool
    lag: int | None
    sources: tuple[SourceHealth, ...]


def look(catalogue: Catalogue) -> Health:
    """Return how the catalogue fares now; what cannot be asked is left out."""
    try:
        latest = catalogue.store.records.latest()
        held, posted = catalogue.store.held.count_by_source(), catalogue.store.inbox.count()
        sources = tuple(
            SourceHealth(
                state=state,
                complete=catalogue.store.runs.last(state.name, "complete"),
                held=held.get(state.name, 0),
                posted=posted.get(state.name, 0),
            )
            for state in catalogue.sources()
        )
    except StoreError:
        return Health(store=False, lag=None, sources=())
    try:
        lag = max(0, latest - catalogue.index.seq)
    except SearchError:
        lag = None
    return Health(store=True, lag=lag, sources=sources)
