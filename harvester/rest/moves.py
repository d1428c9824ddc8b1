"""Whether items of a list have moved while it was read, so that one may have been overlooked."""

from __future__ import annotations

from harvester.rest.page import RestPage
from harvester.rest.place import Place


class Met:
    """Which items of a list came by; ``before`` are those of when it was read the first time."""

    def __init__(self, before: set[int] | None = None) -> None:
        self.names: set[int] = set()
        self._before = before or set()
        self._noted = 0  # pages

    def note(self, page: RestPage) -> None:
        self._noted += 1
        self.names.update([hash(raw.identifier) for raw in page.raws if raw.identifier])

    def distinct(self, place: Place) -> int:
        """Return how many items came, each counted once, as far as that is known."""
        known = self._noted == place.pages
        return len(self.names) + place.nameless if known else place.count

    def settled(self, place: Place) -> bool:
        """Tell whether all that was in the list at its start must have come by.

        Else items have moved from pages that were still to be read to some that had been. A list
        that has the same items twice, and the same when it is read again, is just so.
        """
        new = self.distinct(place)
        steady = not (place.fell or place.holes)
        if place.pages <= 1 or (steady and new >= (place.said or place.count)):
            return True
        most, met = max(place.said, place.total), len(self.names | self._before)
        same = not place.fell and self.names == self._before
        return bool(self._before) and (same or 0 < most <= met)
