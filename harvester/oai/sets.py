"""Which of the sets that a source's entry names its repository has (OAI-PMH 4.6)."""

from __future__ import annotations

from collections.abc import Sequence

from harvester.oai.page import OaiPage


class Sets:
    """A set that is gone answers as an empty one would: so it is looked up before."""

    def __init__(self, wanted: Sequence[str]) -> None:
        self._wanted = wanted
        self._found: set[str] = set()

    def take(self, page: OaiPage) -> bool:
        """Note an answer to ListSets; tell whether it had sets that had not come by."""
        new = set(page.set_specs) - self._found
        self._found |= new
        return bool(new)

    @property
    def missing(self) -> list[str]:
        """Sets that have not come by, nor any set within them."""
        return [name for name in self._wanted if not self._has(name)]

    def _has(self, name: str) -> bool:
        return name in self._found or any(s.startswith(f"{name}:") for s in self._found)
