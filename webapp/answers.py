"""What the JSON API answers with: records, works of several, pages of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from catalog.config import Site
from catalog.index import FacetCount
from catalog.resource import LearningResource
from webapp import addresses
from webapp.cards import page_of

if TYPE_CHECKING:
    from catalog.cards import Related
    from catalog.catalogue import Card, SourceState, Whole


class Link(Struct, frozen=True):
    """What became of the address of the material; ``state`` is "" where it was never asked for.

    ``target`` is where it has moved to; ``since`` and ``checked`` are instants.
    """

    state: str
    reason: str
    since: str
    checked: str
    target: str


class Record(Struct, frozen=True):
    """One record, or a work of several: the material, and what the catalogue knows of it.

    ``page`` is its address for people; instants are ISO 8601 in UTC. ``work`` is the id of the work
    that it is a copy of, or its own. ``copy_count`` is how many records the work has, ``sources``
    are where they are from, and ``resource`` of a work has the best of each.
    """

    id: str
    page: str
    work: str
    copy_count: int
    sources: tuple[str, ...]
    format: str
    datestamp: str
    harvested: str
    changed: str
    resource: LearningResource
    link: Link | None


class Said(Struct, frozen=True):
    """A value, and the ids of the copies that give it."""

    value: str
    copies: tuple[str, ...]


class Disagreement(Struct, frozen=True):
    """A field (licence, year, language, level) in which copies contradict each other."""

    field: str
    said: tuple[Said, ...]


class Relation(Struct, frozen=True):
    """Another work: an edition, version, translation or part, and why it is taken for one.

    ``direction`` is 1 where this work is the newer edition or version, the translation or the part
    of the other one, -1 where it is the other way round, and 0 where that is not known. ``score``
    is 0 to 1; each line of ``evidence`` is a code and its values.
    """

    kind: str
    direction: int
    id: str
    page: str
    title: str
    score: float
    evidence: tuple[tuple[str, ...], ...]


class Work(Record, frozen=True):
    """Everything about one work.

    ``copies`` are its records, the one that is best to open first; ``origins`` has the ids of the
    copies that each field of the work is from.
    """

    copies: tuple[Record, ...]
    origins: Mapping[str, tuple[str, ...]]
    disagreements: tuple[Disagreement, ...]
    relations: tuple[Relation, ...]


class Results(Struct, frozen=True):
    """One page of results; ``next`` is the address of the following one, or "".

    ``page`` is its number; null where a cursor was asked for.
    ``query`` is what was searched for: q, but for words that were surely misspelt.
    """

    query: str
    total: int
    page: int | None
    size: int
    results: tuple[Record, ...]
    facets: Mapping[str, tuple[FacetCount, ...]]
    notices: tuple[str, ...]
    next: str


class Value(Struct, frozen=True):
    """A value of a facet, and what it is called in the language of the site."""

    value: str
    label: str
    count: int


class Values(Struct, frozen=True):
    """One page of the values of a facet; ``next`` is the address of the following one, or ""."""

    total: int
    page: int
    size: int
    values: tuple[Value, ...]
    next: str


class Changed(Struct, frozen=True):
    """A record that changed, or is shown otherwise; ``record`` is null where it was withdrawn.

    ``changed`` is the instant at which its description changed last.
    """

    id: str
    source: str
    identifier: str
    deleted: bool
    changed: str
    record: Record | None


class Changes(Struct, frozen=True):
    """What changed, in the order in which it did, and the address to go on from: now or later.

    ``more`` says that there is more at this moment.
    """

    changes: tuple[Changed, ...]
    more: bool
    next: str


class LastRun(Struct, frozen=True):
    """The last harvest of a source; ``ended`` is "" while it runs."""

    status: str
    started: str
    ended: str


class Source(Struct, frozen=True):
    """A source, and how much of it is here; ``works`` is how many materials that are."""

    name: str
    title: str
    page: str
    homepage: str
    kind: str
    enabled: bool
    records: int
    works: int
    last_run: LastRun | None


class Sources(Struct, frozen=True):
    """All sources of the catalogue."""

    sources: tuple[Source, ...]


def record(card: Card, site: Site) -> Record:
    """Return a card as the API shows it."""
    return Record(
        id=card.id,
        page=_page(card, site),
        work=card.work or card.id,
        copy_count=card.copies,
        sources=card.sources,
        format=card.format,
        datestamp=card.datestamp,
        harvested=card.harvested,
        changed=card.changed,
        resource=card.resource,
        link=_link(card),
    )


def changed(card: Card, site: Site) -> Changed:
    """Return a card as the list of changes shows it."""
    return Changed(
        id=card.id,
        source=card.resource.source,
        identifier=card.resource.identifier,
        deleted=card.deleted,
        changed=card.changed,
        record=None if card.deleted else record(card, site),
    )


def source(state: SourceState, site: Site) -> Source:
    """Return a source as the API shows it."""
    run = state.last_run
    return Source(
        name=state.name,
        title=state.title,
        page=site.url + addresses.path("source", site.language, state.name),
        homepage=state.homepage,
        kind=state.kind,
        enabled=state.enabled,
        records=state.records,
        works=state.works,
        last_run=LastRun(run.status, run.started, run.ended) if run else None,
    )


def work(whole: Whole, site: Site) -> Work:
    """Return all there is about a work as the API shows it."""
    card, ids = whole.card, [copy.id for copy in whole.copies]
    return Work(
        **msgspec.structs.asdict(record(card, site)),
        copies=tuple(record(copy, site) for copy in whole.copies),
        origins={field: tuple(ids[at] for at in places) for field, places in whole.origins.items()},
        disagreements=tuple(
            Disagreement(
                each.field,
                tuple(Said(value, tuple(ids[at] for at in places)) for value, places in each.said),
            )
            for each in whole.disagreements
        ),
        relations=tuple(_relation(each, site) for each in whole.related),
    )


def _relation(each: Related, site: Site) -> Relation:
    titles = each.card.resource.titles
    return Relation(
        kind=each.kind,
        direction=each.direction,
        id=each.card.id,
        page=_page(each.card, site),
        title=titles[0].text if titles else "",
        score=each.score,
        evidence=tuple((reason.code, *reason.values) for reason in each.evidence),
    )


def _link(card: Card) -> Link | None:
    state = card.link
    if state is None or not state.state:
        return None
    return Link(state.state, state.reason, state.since, state.checked, state.target)


def _page(card: Card, site: Site) -> str:
    return site.url + page_of(card, site.language)
