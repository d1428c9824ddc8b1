"""The process that asks for links, as whoever started it sees it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from harvester.errand import Errand
from harvester.links.told import Told


class Visiting(Errand):
    """A run under way, in a process of its own; leave it as a context manager to stop it."""

    def __init__(
        self, config: Path | None, *, limit: int = 0, source: str = "", again: bool = False
    ) -> None:
        arguments = ["--limit", str(limit)]
        arguments += ["--config", str(config)] if config else []
        arguments += ["--source", source] if source else []
        arguments += ["--again"] if again else []
        super().__init__("harvester.links", *arguments)

    @property
    def told(self) -> Told | None:
        """How it stands; None before it has said so."""
        return msgspec.json.decode(self.line, type=Told) if self.line else None

    @property
    def problem(self) -> str:
        """Why a run that has ended came to no good end, or ""."""
        told = self.told
        if told and told.ended:
            return told.problem
        return super().problem or "the process ended without a word"

    def outcome(self) -> Sequence[str]:
        """Return how many addresses were asked for and in which states they are."""
        told, said = self.told, []
        if told:
            states = ", ".join(f"{count} {state}" for state, count in sorted(told.states.items()))
            said.append(f"{told.done} asked for" + (f": {states}" if states else ""))
        return [*said, *filter(None, [self.problem])]

    def watch(self, interval: float = 0.2) -> Iterator[Told]:
        """Yield how it stands, a few times a second, until it has ended."""
        while self.under_way:
            self.wait(interval)
            if told := self.told:
                yield told
