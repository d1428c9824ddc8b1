"""What goes out: one pure module a format, from a record to the words of somebody else.

Each takes a ``LearningResource`` as the store has it (normalised), and where it matters a
``Listing``: what the catalogue itself says of it in public. Nothing here looks anything up, and
nothing in a record can make a format fail: characters that a format cannot hold are left out.

Codes of ours never go out bare: beside what the source said goes the address of the same thing in a
vocabulary that others know (``controlled``), and only where the source did not give it itself.
"""

from __future__ import annotations

from msgspec import Struct


class Listing(Struct, frozen=True, kw_only=True):
    """What a catalogue says in public of a material that it lists. Each may be "".

    ``harvested`` and ``changed`` are instants in UTC, ``2026-03-01T12:00:00Z``: when the record was
    last fetched, and when it last changed.
    """

    url: str = ""  # of the material's page in the catalogue
    catalogue: str = ""  # its name
    home: str = ""  # its address
    source: str = ""  # title of the source that describes the material
    harvested: str = ""
    changed: str = ""


#: Of a material that is in no catalogue, or in one that leaves itself out.
UNLISTED = Listing()
