"""The LMSs that may launch us by LTI 1.3, where in them we are in use, and who may join them."""

from __future__ import annotations

import hashlib
import secrets

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.dialects import postgresql, sqlite

from catalog.store import model, tables
from catalog.store.engine import Database, StoreError

platform, deployment = tables.lti_platform, tables.lti_deployment
invitation = tables.lti_invitation

#: Characters of a deployment id at most (LTI 1.3 Core, 5.3.3).
LONGEST_DEPLOYMENT = 255


class Platform(Struct, frozen=True, kw_only=True):
    """A registration at an LMS.

    ``login_url`` is its OIDC authorisation endpoint, ``keys_url`` where its JWKS is; ``origins``
    are those of pages that frame us and that no address of the registration tells.
    """

    issuer: str
    client_id: str
    name: str
    login_url: str
    keys_url: str
    origins: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """16 hexadecimal digits: of one issuer and client_id for ever the same."""
        name = f"{self.issuer}\0{self.client_id}".encode(errors="surrogatepass")
        return hashlib.blake2b(name, digest_size=8).hexdigest()


class InvitationError(StoreError):
    """There is no such invitation, or it was used, or is past."""


class Platforms:
    """The tables of platforms, their deployments, and invitations."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def all(self) -> list[Platform]:
        """Return every platform, by issuer."""
        return self._some(sa.true())

    def of_issuer(self, issuer: str) -> list[Platform]:
        """Return the registrations of one issuer: several schools may share one."""
        return self._some(platform.c.issuer == issuer)

    def get(self, id: str) -> Platform | None:  # noqa: A002 a platform's id
        """Return the platform with this id."""
        return next(iter(self._some(platform.c.id == id)), None)

    def _some(self, which: sa.ColumnElement[bool]) -> list[Platform]:
        columns = [platform.c[name] for name in Platform.__struct_fields__]
        query = sa.select(*columns).where(which).order_by(platform.c.issuer, platform.c.added)
        with self._db.reading() as connection:
            rows = connection.execute(query).mappings().all()
        return [Platform(**{**row, "origins": tuple(row["origins"].split())}) for row in rows]

    def save(self, given: Platform, deployments: tuple[str, ...] = (), *, token: str = "") -> None:
        """Keep a platform, new or changed, and what is known of its deployments besides.

        With a ``token`` it takes up that invitation. Raises InvitationError: there is none.
        """
        with self._db.writing() as connection:
            if token and not _taken(connection, token):
                raise InvitationError("this invitation was used before, or is past.")
            self._write(connection, given)
            self._deploy(connection, given.id, deployments)

    def _write(self, connection: sa.Connection, given: Platform) -> None:
        values = {name: getattr(given, name) for name in Platform.__struct_fields__}
        values |= {"origins": " ".join(given.origins), "changed": model.now()}
        row = self._insert(platform).values(id=given.id, added=values["changed"], **values)
        connection.execute(row.on_conflict_do_update(index_elements=["id"], set_=values))

    def _deploy(self, connection: sa.Connection, id: str, names: tuple[str, ...]) -> None:  # noqa: A002
        if rows := [{"platform": id, "deployment": each} for each in names]:
            connection.execute(self._insert(deployment).on_conflict_do_nothing(), rows)

    def _insert(self, table: sa.Table) -> sqlite.Insert | postgresql.Insert:
        made: sqlite.Insert | postgresql.Insert
        made = sqlite.insert(table) if self._db.is_sqlite else postgresql.insert(table)
        return made

    def remove(self, id: str) -> bool:  # noqa: A002 a platform's id
        """Forget a platform and its deployments; False where there is none with this id."""
        with self._db.writing() as connection:
            connection.execute(deployment.delete().where(deployment.c.platform == id))
            return connection.execute(platform.delete().where(platform.c.id == id)).rowcount > 0

    # ---- deployments

    def deployments(self, id: str) -> list[str]:  # noqa: A002 a platform's id
        """Return the ids of a platform's deployments."""
        query = sa.select(deployment.c.deployment).where(deployment.c.platform == id)
        with self._db.reading() as connection:
            return sorted(connection.execute(query).scalars())

    # ---- invitations

    def invite(self, seconds: int) -> str:
        """Return a token with which one platform may register itself within so many seconds."""
        token = secrets.token_urlsafe(32)
        row = {"hash": model.hashed(token), "expires": model.later(seconds)}
        with self._db.writing() as connection:
            connection.execute(invitation.delete().where(invitation.c.expires <= model.now()))
            connection.execute(invitation.insert(), row)
        return token

    def invited(self, token: str) -> bool:
        """Tell whether a token can be used now."""
        query = sa.select(invitation.c.hash).where(_open(token))
        with self._db.reading() as connection:
            return connection.execute(query).scalar() is not None


def _open(token: str) -> sa.ColumnElement[bool]:
    here = invitation.c.hash == model.hashed(token)
    return sa.and_(here, invitation.c.expires > model.now())


def _taken(connection: sa.Connection, token: str) -> bool:
    return connection.execute(invitation.delete().where(_open(token))).rowcount > 0
