"""What a run tells, from its process to whoever started it."""

from __future__ import annotations

from msgspec import Struct


class Told(Struct, frozen=True, kw_only=True):
    """What a run came to; ``refused`` counts addresses by what they came to.

    ``dropped`` are files of materials that are no longer there. ``problem`` says why it ended
    early, or "".
    """

    due: int
    kept: int = 0
    refused: dict[str, int] = {}
    dropped: int = 0
    bytes: int = 0  # of all pictures, afterwards
    problem: str = ""

    @property
    def sentence(self) -> str:
        """What it came to, but for the problem."""
        refused = ", ".join(f"{count} {reason}" for reason, count in sorted(self.refused.items()))
        return (
            f"{self.kept} of {self.due} pictures kept" + (f" ({refused})" if refused else "")
            + f"; {self.dropped} dropped; {self.bytes / 1024 / 1024:.1f} MB in all"
        )  # fmt: skip
