"""What live records lack of what their source's profile recommends."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from msgspec import Struct

from catalog.profile import Finding
from catalog.store import tables
from catalog.store.engine import Database

finding, record = tables.finding, tables.record


class Noted(Struct, frozen=True, kw_only=True):
    """A finding and the record that it is about; ``since`` is when that was harvested so."""

    source: str
    id: str
    identifier: str
    rule: str
    field: str
    value: str
    since: str


class Findings:
    """The table of findings, for reading."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def of(self, rows: Sequence[int]) -> dict[int, tuple[Finding, ...]]:
        """Return the findings of those of the rows that have any, by rule."""
        found: dict[int, tuple[Finding, ...]] = {}
        with self._db.reading() as connection:
            for no, rule, field, value in connection.execute(
                finding.select().where(finding.c.record.in_(rows)).order_by(finding.c.rule)
            ):
                found[no] = (*found.get(no, ()), Finding(rule, "warning", field, value))
        return found

    def list(
        self,
        source: str | None = None,
        limit: int | None = None,
        *,
        rule: str = "",
        since: str = "",
    ) -> list[Noted]:
        """Return findings, those of the records that changed last first.

        ``rule`` is a rule or its beginning (``licence``); ``since`` a date or instant.
        """
        columns = (
            record.c.source, record.c.id, record.c.identifier,
            finding.c.rule, finding.c.field, finding.c.value, record.c.changed,
        )  # fmt: skip
        query = (
            sa.select(*columns)
            .join(record, record.c.no == finding.c.record)
            .order_by(record.c.seq.desc(), finding.c.rule)
            .limit(limit)
        )
        query = narrowed(query, record, source, finding, rule)
        if since:
            query = query.where(record.c.changed >= since)
        names = Noted.__struct_fields__
        with self._db.reading() as connection:
            rows = connection.execute(query)
            return [Noted(**dict(zip(names, row, strict=True))) for row in rows]

    def count_by_rule(self, source: str) -> dict[str, int]:
        """Return how many live records of ``source`` each rule is about, most first."""
        count = sa.func.count()
        with self._db.reading() as connection:
            rows = connection.execute(
                sa.select(finding.c.rule, count)
                .join(record, record.c.no == finding.c.record)
                .where(record.c.source == source, record.c.deleted.is_(False))
                .group_by(finding.c.rule)
                .order_by(count.desc(), finding.c.rule)
            )
            return {row[0]: row[1] for row in rows}


def narrowed(query: Any, rows: sa.Table, source: str | None, rules: sa.Table, rule: str) -> Any:
    """Return ``query`` for one source, where one is named, and one rule or beginning of a rule."""
    if source:
        query = query.where(rows.c.source == source)
    if rule:
        begun = rules.c.rule.startswith(f"{rule}.", autoescape=True)
        query = query.where(sa.or_(rules.c.rule == rule, begun))
    return query
