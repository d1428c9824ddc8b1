"""Keys with which we sign what an LMS is to believe. Each process of the site uses the same.

A new key is public for a while before it signs, and an old one until what it signed is past: an
LMS that keeps our key set for some time has the right one at every moment.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import sqlalchemy as sa
from msgspec import Struct

from catalog.store import model, tables
from catalog.store.engine import Database

key = tables.lti_key

#: Seconds for which a new key is public before it signs, and an old one after its last token.
OVERLAP = 3600
_LOCK = 7302  # of PostgreSQL; 7301 is that of migrations


class Key(Struct, frozen=True):
    """A key; ``pem`` is the private one, which signs from the instant ``since`` on."""

    kid: str
    pem: str
    since: str


class Signing:
    """The table of keys."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def public(self) -> list[Key]:
        """Return the keys that a token of ours may be signed with, oldest first."""
        with self._db.reading() as connection:
            return _public(connection)

    def current(self, make: Callable[[], tuple[str, str]]) -> Key:
        """Return the key that signs now; ``make`` gives kid and PEM of the very first one."""
        now = model.now()
        signing = [each for each in self.public() if each.since <= now]
        return signing[-1] if signing else self._first(make)

    def _first(self, make: Callable[[], tuple[str, str]]) -> Key:
        kid, pem = make()  # outside the transaction: it takes a moment
        with self._db.writing() as connection:
            if not self._db.is_sqlite:  # where writers do not wait for each other of themselves
                connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
            if there := _public(connection):  # another process was first
                return there[-1]
            made = Key(kid, pem, model.now())
            connection.execute(key.insert(), {"kid": kid, "pem": pem, "since": made.since})
            return made

    def rotate(self, make: Callable[[], tuple[str, str]], *, at_once: bool = False) -> Key:
        """Add a key that signs in an hour; ``at_once`` it does, and no older one holds.

        Keys of which all tokens are past are removed.
        """
        kid, pem = make()
        made = Key(kid, pem, model.later(0 if at_once else OVERLAP))
        with self._db.writing() as connection:
            kept = [] if at_once else [each.kid for each in _public(connection)]
            connection.execute(key.delete().where(key.c.kid.not_in(kept)))
            connection.execute(key.insert(), {"kid": kid, "pem": pem, "since": made.since})
        return made


def _public(connection: sa.Connection) -> list[Key]:
    query = sa.select(key.c.kid, key.c.pem, key.c.since).order_by(key.c.since, key.c.kid)
    keys = [Key(**row) for row in connection.execute(query).mappings()]
    past = model.later(-OVERLAP)
    overtaken = {one.kid for one, next_ in pairwise(keys) if next_.since <= past}
    return [each for each in keys if each.kid not in overtaken]
