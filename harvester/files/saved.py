"""Answers of OAI-PMH that were saved: whether they are all pages of their lists."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

T = TypeVar("T")


@dataclass
class Saved:
    """What saved pages say together; other files say nothing here.

    A folder may have the pages of several lists, and tokens do not tell which page follows on
    which. So only what is surely lacking is said to be.
    """

    records: int = 0
    size: int = 0  # the largest completeListSize
    going_on: int = 0  # pages with a token: another one follows
    ends: int = 0
    _token: str | None = None

    def page(self, found: Iterator[T]) -> Iterator[T]:
        """Yield the records of one page, and then note where it leads to."""
        self._token, before = None, self.records
        for each in found:
            self.records += 1
            yield each
        self.going_on += bool(self._token)
        self.ends += not self._token and (self._token is not None or self.records > before)

    def take(self, token: Any) -> None:
        """Take the resumptionToken of the page under way."""
        size = token.get("completeListSize", "").strip()[:18]
        self.size = max(self.size, int(size) if size.isascii() and size.isdigit() else 0)
        self._token = (token.text or "").strip()

    @property
    def lacks_end(self) -> bool:
        """Each page says that another one follows."""
        return self.going_on > 0 and self.ends == 0

    @property
    def lacking(self) -> str:
        """Say what is lacking, or nothing."""
        if self.lacks_end:
            return "the last page of an OAI-PMH list is not there: each has a resumptionToken"
        if self.records < self.size:
            return f"OAI-PMH pages of a list of {self.size} have {self.records} records"
        return ""
