"""How much of all addresses one run asks for."""

from __future__ import annotations

#: One run asks for the share of so many days at most, and for so many in any case, so that a
#: small catalogue is done at once, and the first visits to a large one spread.
SHARES, ROOM = 2, 1000


def share(total: int, days: float) -> int:
    """Return how many of ``total`` addresses one run asks for; in ``days`` all have their turn."""
    return max(ROOM, round(SHARES * total / days))
