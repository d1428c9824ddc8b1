"""Whether the works are as they ought to be: all of them formed once more, and compared."""

from __future__ import annotations

from catalog.store import Store, regrouping
from catalog.store.works import decisions
from catalog.works.decisions import ruled
from catalog.works.forming import form
from catalog.works.tying import Retied, Rules, Signatures

_TOGETHER = 2000  # records formed at a time, with what hangs together with them


def stray(store: Store, rules: Rules | None = None) -> int:
    """Return how many records stand otherwise than their ties and the decisions ask.

    For a store in which nothing waits to be grouped; what is wrong in it is mended by grouping
    everything again.
    """
    signatures = Signatures(rules or Rules(), _TOGETHER)
    nothing = Retied([], [], [], {}, set())
    with store.database.reading() as connection:
        wrong = regrouping.leftovers(connection)
        rulings = ruled(decisions(connection)).rulings
        rows = sorted(regrouping.concerned(connection))
        for start in range(0, len(rows), _TOGETHER):
            seeds = rows[start : start + _TOGETHER]
            formed = form(connection, seeds, nothing, rulings, signatures)
            wrong |= formed.members.keys()
            signatures.trim()
    return len(wrong)
