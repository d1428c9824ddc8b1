"""How often cards were opened, by day: nothing of who opened them."""

from __future__ import annotations

from catalog.store import tables
from catalog.store.daily import Daily
from catalog.store.engine import Database


class Opened(Daily):
    """The table of counts; what is opened goes by the id of its record or work.

    ``catalog.store.links`` reads it: what people open most is asked for first.
    """

    def __init__(self, database: Database) -> None:
        super().__init__(database, tables.opened, tables.opened.c.id)
