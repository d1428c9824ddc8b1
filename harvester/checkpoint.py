"""What a run writes down between two pages, to go on there after it was broken off."""

from __future__ import annotations

from typing import Self

import msgspec


class Checkpoint(msgspec.Struct, omit_defaults=True):
    """Fields of one spider's own, kept as JSON."""

    @classmethod
    def parse(cls, said: str) -> Self | None:
        """Read what ``dump`` wrote; None where there is nothing, or that of another version."""
        try:
            return msgspec.json.decode(said, type=cls) if said else None
        except msgspec.DecodeError:
            return None

    def dump(self) -> str:
        return msgspec.json.encode(self).decode()
