"""Which record has which address, written as records change."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa

from catalog.links import Standing
from catalog.store import tables
from catalog.store.hand import parts
from catalog.store.sequence import restate

link, linked, record, member = tables.link, tables.linked, tables.record, tables.member

_LONGEST_HOST = 253  # RFC 1035, 2.3.4


def host(url: str) -> str:
    """Return the host of an address that can be asked for, "" for another."""
    try:
        split = urlsplit(url)
        name = split.hostname or ""
    except ValueError:
        return ""
    return name if split.scheme in ("http", "https") and len(name) <= _LONGEST_HOST else ""


def digest(url: str) -> bytes:
    """Return by what an address is found again."""
    return hashlib.blake2b(url.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def relink(connection: sa.Connection, urls: Mapping[int, str], rows: set[int], at: str) -> None:
    """Let ``rows`` of records have the links of ``urls``, and no other."""
    before = _states_of(connection, rows)
    numbers = _numbers(connection, set(urls.values()), at)
    for some in parts(sorted(rows)):
        connection.execute(linked.delete().where(linked.c.record.in_(some)))
    wanted = [{"record": no, "link": numbers[digest(url)]} for no, url in urls.items()]
    if wanted:
        connection.execute(linked.insert(), wanted)
    left = {number for number, *_ in before.values()} - {each["link"] for each in wanted}
    used = sa.exists().where(linked.c.link == link.c.id)
    for some in parts(sorted(left)):
        connection.execute(link.delete().where(link.c.id.in_(some), ~used))
    after = _states_of(connection, rows)
    nothing = (0, "", "", "")
    other = [
        no for no in rows if before.get(no, nothing)[1:] != after.get(no, nothing)[1:]
    ]  # an address never asked for is described as none
    for some in parts(other):
        restate_records(connection, sa.select(record.c.no).where(record.c.no.in_(some)))


def _states_of(connection: sa.Connection, rows: set[int]) -> dict[int, tuple[Any, ...]]:
    """Return (link, state, reason, target) of each row that has a link."""
    columns = (linked.c.link, link.c.state, link.c.reason, link.c.target)
    query = sa.select(linked.c.record, *columns).join(link, link.c.id == linked.c.link)
    found: dict[int, tuple[Any, ...]] = {}
    for some in parts(sorted(rows)):
        answer = connection.execute(query.where(linked.c.record.in_(some)))
        found |= {no: tuple(rest) for no, *rest in answer}
    return found


def _numbers(connection: sa.Connection, urls: set[str], at: str) -> dict[bytes, int]:
    """Return the row of each address, by its hash; those that are new are added, and due."""
    by_hash = {digest(url): url for url in urls}
    query = sa.select(link.c.hash, link.c.id)
    found: dict[bytes, int] = {}
    blank = dict.fromkeys(Standing.__struct_fields__, "")
    for some in parts(sorted(by_hash)):
        of_these = query.where(link.c.hash.in_(some))
        known = {bytes(row.hash) for row in connection.execute(of_these)}
        new = [
            {**blank, "failures": 0, "due": at, "hash": digest, "url": url, "host": host(url)}
            for digest, url in ((each, by_hash[each]) for each in some)
            if digest not in known
        ]
        if new:
            connection.execute(link.insert(), new)
        found |= {bytes(row.hash): row.id for row in connection.execute(of_these)}
    return found


def restate_records(connection: sa.Connection, rows: sa.Select[tuple[int]]) -> None:
    """Have the cards of records, and of the works that they belong to, described anew."""
    records = sa.select(record.c.id).where(record.c.no.in_(rows)).order_by(record.c.no)
    works = sa.select(member.c.work).where(member.c.record.in_(rows)).order_by(member.c.work)
    restate(connection, connection.execute(records).scalars().all())
    restate(connection, connection.execute(works).scalars().all())
