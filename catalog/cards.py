"""Records and works as a reader sees them: a card of each, and all there is to say of one work."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

from catalog.resource import LearningResource
from catalog.store import Store
from catalog.store.links import State
from catalog.store.model import Stored
from catalog.store.works import Tied
from catalog.works.disagreeing import Disagreement
from catalog.works.merging import Merged, merge, nearness
from catalog.works.reasons import Reason

_RELATED = 50  # works that one is shown to have to do with
_REASONS = 20  # why copies are taken for one work


class Card(Struct, frozen=True, kw_only=True):
    """A work, or one record of it, as a reader sees it; ``harvested`` and ``changed`` are instants.

    A work of several copies is harvested when the first of them was, and changed when the last
    one did; its format and datestamp are those of the copy whose source and identifier it has.
    """

    id: str
    resource: LearningResource
    format: str
    datestamp: str
    harvested: str
    changed: str
    deleted: bool
    work: str = ""  # to which a copy belongs; "": it is a work itself
    copies: int = 1  # how many live ones the work has
    sources: tuple[str, ...] = ()  # of those
    link: State | None = None  # of its address; None: it has none, or it was never asked for


class Related(Struct, frozen=True, kw_only=True):
    """Another work, and what it has to do with this one.

    ``kind`` and ``direction`` as ``catalog.store.works.Tied`` has them: with 1 this work is the
    newer edition, the translation or the part of the other one.
    """

    kind: str
    direction: int
    card: Card
    score: float
    evidence: tuple[Reason, ...]


class Whole(Struct, frozen=True, kw_only=True):
    """Everything about one work.

    ``origins`` tells of which copies each field is, and ``disagreements`` name copies likewise:
    by their place among ``copies``, of which the one that is best to open stands first.
    """

    card: Card
    copies: tuple[Card, ...]
    origins: Mapping[str, tuple[int, ...]] = {}
    disagreements: tuple[Disagreement, ...] = ()
    evidence: tuple[Reason, ...] = ()  # why the copies are taken for one work, strongest first
    related: tuple[Related, ...] = ()


class Cards:
    """Makes cards of what the store has."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def works(self, ids: Iterable[str]) -> dict[str, Card]:
        """Return the cards of works, by their ids; what is no work any more is left out."""
        wanted = list(dict.fromkeys(ids))
        return self._cards(wanted, self._store.works.copies(wanted))

    def _cards(
        self, wanted: Sequence[str], known: Mapping[str, Sequence[Stored]]
    ) -> dict[str, Card]:
        copies = {id_: known[id_] for id_ in wanted if id_ in known}
        alone = self._store.records.get_many([id_ for id_ in wanted if id_ not in copies])
        links = self._links(
            stored for each in (*copies.values(), alone.values()) for stored in each
        )
        found = {id_: _card(stored, links) for id_, stored in alone.items()}
        for work, each in copies.items():
            found[work] = _together(work, *_merged(each, links))
        return found

    def records(self, ids: Iterable[str]) -> dict[str, Card]:
        """Return the cards of records, each by itself, by their ids."""
        stored = self._store.records.get_many(list(ids))
        links, of = self._links(stored.values()), self._store.works.of(stored.keys())
        return {id_: _card(each, links, of.get(id_, "")) for id_, each in stored.items()}

    def work(self, id: str) -> Card | None:  # noqa: A002 a record's or a work's id
        """Return the card of the work to which an address leads, or of a record that is gone."""
        work = self._store.works.leads(id) or id
        found = self.works([work])
        return found.get(work) or self.records([id]).get(id)

    def whole(self, id: str) -> Whole | None:  # noqa: A002 a record's or a work's id
        """Return everything about the work to which an address leads, or None."""
        work = self._store.works.leads(id) or id
        stored = self._store.works.copies([work]).get(work)
        if not stored:
            card = self.work(id)
            if card is None:
                return None
            ties = [] if card.deleted else self._store.works.ties([card.id])
            return Whole(card=card, copies=(card,), related=self._related(work, ties))
        links = self._links(stored)
        ordered, merged, states = _merged(stored, links)
        ties = self._store.works.ties([each.id for each in ordered])
        same = [
            tie.evidence
            for tie in ties
            if tie.kind == "same" and tie.work == work and tie.id < tie.other  # told by both
        ]
        return Whole(
            card=_together(work, ordered, merged, states),
            copies=tuple(_card(each, links, work) for each in ordered),
            origins=merged.origins,
            disagreements=merged.disagreements,
            evidence=tuple(dict.fromkeys(reason for each in same for reason in each))[:_REASONS],
            related=self._related(work, ties),
        )

    def apart(self, first: str, others: Sequence[str], limit: int) -> tuple[Card, ...]:
        """Return the cards of so many of the other works, in their order.

        Left out are editions, translations and parts of the first work, and of those that are so
        of each other all but one.
        """
        copies = self._store.works.copies([first, *others])
        own = {id_: id_ for id_ in (first, *others) if id_ not in copies}
        own |= {each.id: work for work, stored in copies.items() for each in stored}
        tied = {(own[tie.id], tie.work) for tie in self._store.works.ties(list(own))}
        kept = [first]
        for other in others:
            if len(kept) <= limit and not any((other, each) in tied for each in kept):
                kept.append(other)
        cards = self._cards(kept[1:], copies)
        return tuple(cards[id_] for id_ in kept[1:] if id_ in cards)

    def _links(self, stored: Iterable[Stored]) -> Mapping[str, State]:
        return self._store.links.states([each.id for each in stored])

    def _related(self, work: str, found: Sequence[Tied]) -> tuple[Related, ...]:
        """Return the other works among the ends of ties, each by its strongest tie."""
        strongest: dict[str, Tied] = {}
        for tie in found:
            if tie.kind != "same" and tie.work != work:
                strongest.setdefault(tie.work, tie)
        ties = list(strongest.values())[:_RELATED]
        cards = self.works(tie.work for tie in ties)
        return tuple(
            Related(
                kind=tie.kind,
                direction=tie.direction,
                card=cards[tie.work],
                score=tie.score,
                evidence=tie.evidence,
            )
            for tie in ties
            if tie.work in cards
        )


def _merged(
    stored: Sequence[Stored], links: Mapping[str, State]
) -> tuple[list[Stored], Merged, list[State | None]]:
    """Return copies, the best to open first, with what they say together, and their links."""
    ordered = sorted(
        stored, key=lambda each: (not each.resource.url, nearness(_state(links, each)))
    )
    states = [links.get(each.id) for each in ordered]
    said = [state.state if state else "" for state in states]
    return ordered, merge([each.resource for each in ordered], said), states


def _state(links: Mapping[str, State], stored: Stored) -> str:
    state = links.get(stored.id)
    return state.state if state else ""


def _together(
    work: str, copies: Sequence[Stored], merged: Merged, links: Sequence[State | None]
) -> Card:
    lead = copies[merged.origins["source"][0]]
    place = next(iter(merged.origins.get("url", ())), None)
    return Card(
        id=work,
        resource=merged.resource,
        format=lead.format,
        datestamp=lead.datestamp,
        harvested=min(each.added for each in copies),
        changed=max(each.changed for each in copies),
        deleted=False,
        copies=len(copies),
        sources=tuple(sorted({each.resource.source for each in copies})),
        link=links[place] if place is not None else None,
    )


def _card(stored: Stored, links: Mapping[str, State], work: str = "") -> Card:
    return Card(
        id=stored.id,
        resource=stored.resource,
        format=stored.format,
        datestamp=stored.datestamp,
        harvested=stored.added,
        changed=stored.changed,
        deleted=stored.deleted,
        work=work,
        sources=(stored.resource.source,),
        link=links.get(stored.id),
    )
