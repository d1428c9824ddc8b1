"""Launches by LTI: those that began, each answered once, and the sessions that came of them.

States, ids and what a browser holds are kept as hashes: who reads the database can use none of
them. Everything here is past within hours, and swept by what comes after it.
"""

from __future__ import annotations

import sqlalchemy as sa
from msgspec import Struct

from catalog.store import model, tables
from catalog.store.engine import BusyError, Database

login, session = tables.lti_login, tables.lti_session

#: Launches of one platform that may be under way; each is a small row, for ten minutes.
MOST = 20_000


class LaunchesFullError(BusyError):
    """So many launches of this platform are under way that no more are begun."""


class Login(Struct, frozen=True, kw_only=True):
    """A launch that has begun. ``browser`` is the hash of what only that browser has."""

    nonce: str
    platform: str
    browser: str
    hints: bytes
    used: bool = False


class Kept(Struct, frozen=True, kw_only=True):
    """A session as it is kept; ``browser`` as in Login, or "" where it keeps no cookies."""

    body: bytes
    browser: str
    used: bool = False


class Launches:
    """The tables of logins and sessions. What writes raises BusyError: somebody waits for it."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def begin(self, state: str, given: Login, seconds: int) -> None:
        """Keep a login under its state, and sweep what is past. Raises LaunchesFullError."""
        row = {name: getattr(given, name) for name in Login.__struct_fields__}
        row |= {"state": model.hashed(state), "expires": model.later(seconds)}
        count = sa.select(sa.func.count()).where(login.c.platform == given.platform)
        with self._db.writing(visitor=True) as connection:
            connection.execute(login.delete().where(login.c.expires <= model.now()))
            if connection.execute(count).scalar_one() >= MOST:
                raise LaunchesFullError("too many launches are under way; try again later.")
            connection.execute(login.insert(), row)

    def begun(self, state: str) -> Login | None:
        """Return the login of a state; None where there is none, or it is past."""
        columns = [login.c[name] for name in Login.__struct_fields__]
        query = sa.select(*columns).where(_live(login.c.state, state, login.c.expires))
        with self._db.reading() as connection:
            row = connection.execute(query).mappings().first()
        return Login(**row) if row else None

    def answer(self, state: str) -> bool:
        """Use a state up; False where that was done before, or it is past."""
        return self._use(login, _live(login.c.state, state, login.c.expires))

    def open(self, id: str, given: Kept, seconds: int) -> None:  # noqa: A002 a session's id
        """Keep a session under its id, and sweep what is past."""
        row = {name: getattr(given, name) for name in Kept.__struct_fields__}
        row |= {"id": model.hashed(id), "expires": model.later(seconds)}
        with self._db.writing(visitor=True) as connection:
            connection.execute(session.delete().where(session.c.expires <= model.now()))
            connection.execute(session.insert(), row)

    def session(self, id: str) -> Kept | None:  # noqa: A002 a session's id
        """Return a session; None where there is none, or it is past."""
        columns = [session.c[name] for name in Kept.__struct_fields__]
        query = sa.select(*columns).where(_live(session.c.id, id, session.c.expires))
        with self._db.reading() as connection:
            row = connection.execute(query).mappings().first()
        return Kept(**row) if row else None

    def close(self, id: str) -> bool:  # noqa: A002 a session's id
        """Use a session up; False where that was done before, or it is past."""
        return self._use(session, _live(session.c.id, id, session.c.expires))

    def _use(self, table: sa.Table, which: sa.ColumnElement[bool]) -> bool:
        update = table.update().where(which, table.c.used.is_(False)).values(used=True)
        with self._db.writing(visitor=True) as connection:
            return connection.execute(update).rowcount > 0


def _live(column: sa.Column[str], value: str, expires: sa.Column[str]) -> sa.ColumnElement[bool]:
    return sa.and_(column == model.hashed(value), expires > model.now())
