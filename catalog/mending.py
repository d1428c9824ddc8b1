"""What there is to mend in the records of a source: the list that its provider works through."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Literal

from msgspec import Struct

from catalog import profile as profiles
from catalog.beside import Beside, beside
from catalog.catalogue import Catalogue
from catalog.config import Source
from catalog.report import LOST, link
from catalog.store import Store

Kind = Literal["reject", "finding", "link", "dispute", "copy"]

#: The kinds that a provider has something to mend in.
KINDS: tuple[Kind, ...] = ("reject", "finding", "link", "dispute")


class Row(Struct, frozen=True, kw_only=True):
    """One thing to mend in one record: a line of the list that a provider works through.

    A ``copy`` is nothing to mend: it tells where else the material is.
    """

    kind: Kind
    rule: str
    identifier: str
    said: str  # what is the matter, in words
    link: str
    since: str


def rows(catalogue: Catalogue, name: str, kinds: Collection[Kind] = KINDS) -> Iterator[Row]:
    """Yield all there is of these kinds about a source; rejects and findings newest first."""
    source = catalogue.settings.sources[name]
    yield from (row for row in _noted(catalogue.store, source, name) if row.kind in kinds)
    if not {"link", "dispute", "copy"}.isdisjoint(kinds):
        for each in beside(catalogue.store, name):
            yield from (row for row in _rows_beside(source, each) if row.kind in kinds)


def _rows_beside(source: Source, each: Beside) -> Iterator[Row]:
    """Yield what is to be told of a record beside those of others."""
    resource, state = each.record.resource, each.link
    of = {
        "identifier": resource.identifier,
        "link": link(source, resource.identifier) or resource.url,
    }
    if state and state.state in LOST:
        to = f", to {state.target}" if state.target else ""
        said = f"{resource.url} is {state.state} ({state.reason}){to}"
        yield Row(kind="link", rule=f"link.{state.state}", said=said, since=state.since, **of)
    for dispute in each.disputes:
        others = "; ".join(f"{value} ({', '.join(names)})" for value, names in dispute.others)
        said = f"{dispute.own} here; elsewhere {others}"
        rule = f"dispute.{dispute.field}"
        yield Row(kind="dispute", rule=rule, said=said, since=each.record.changed, **of)
    for copy in each.copies:
        said = f"{copy.resource.source}: {copy.resource.identifier}"
        yield Row(kind="copy", rule="copy", said=said, since=copy.added, **of)


def _noted(store: Store, source: Source, name: str) -> Iterator[Row]:
    for r in store.rejects.list(name):
        yield Row(
            kind="reject",
            rule=r.rule,
            identifier=r.identifier,
            said=r.reason,
            link=link(source, r.identifier),
            since=r.at,
        )
    for n in store.findings.list(name):
        yield Row(
            kind="finding",
            rule=n.rule,
            identifier=n.identifier,
            said=profiles.say(n.rule, n.value),
            link=link(source, n.identifier),
            since=n.since,
        )
