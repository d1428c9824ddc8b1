"""Parts of compounds that one catalogue adds to the lists; see ``learning``."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct


class Own(Struct, frozen=True, eq=False):
    """Language -> words that are first, and last, parts there: folded, as the lists have them.

    ``linked`` are those of the first that an s mostly links to what follows. ``records`` says how
    many there were when it was learnt. Two are equal if they are one object.
    """

    records: int = 0
    first: Mapping[str, tuple[str, ...]] = {}
    last: Mapping[str, tuple[str, ...]] = {}
    linked: Mapping[str, tuple[str, ...]] = {}


#: Nothing but the lists.
NONE = Own()
