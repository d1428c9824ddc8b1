"""What can go wrong on the way, told apart by how much it costs."""

from __future__ import annotations

from harvester.charset import storable


class HarvestError(Exception):
    """Anything that the harvester itself reports. Its text is one sentence for an operator."""


class FetchError(HarvestError):
    """The source cannot be read further: ends its run."""


class AnswerError(FetchError):
    """One answer cannot be had; the source may well answer another question."""


class DeferredError(FetchError):
    """The source asks us to come back later (503, 429, closed hours): the run is deferred."""


class ParseError(HarvestError):
    """One record cannot be read: it is kept as a reject, and its siblings go on.

    ``rule`` is a short stable name for reports, such as ``title.missing``.
    """

    def __init__(self, rule: str, reason: str) -> None:
        self.rule = rule
        self.reason = storable(reason)  # it quotes what a source says
        super().__init__(self.reason)
