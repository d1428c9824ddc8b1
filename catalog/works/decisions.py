"""What editors decide about works, and what follows where their decisions contradict each other.

A decision names records, and outlives them: one that is deleted and comes back is judged as
before. Where two decisions speak of the same records, the later one holds.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from msgspec import Struct

from catalog.store import Store
from catalog.store.works import Decision
from catalog.works.components import Rulings, Sets


class DecisionError(Exception):
    """What was decided cannot be. One sentence that says why."""


class Ruled(Struct, frozen=True):
    """What decisions come to. ``overruled``: by which later one a decision does not hold."""

    rulings: Rulings
    overruled: dict[int, int]


def ruled(decisions: Iterable[Decision]) -> Ruled:
    """Weigh all decisions that are not undone, whatever their order."""
    standing = sorted((d for d in decisions if not d.undone), key=lambda d: -d.id)
    one, agreed = Sets(), Sets()
    apart: dict[str, dict[str, int]] = defaultdict(dict)  # and by which decision
    overruled: dict[int, int] = {}
    later: list[Decision] = []  # joins
    for decision in standing:
        if decision.kind == "join":
            by = _join(decision, one, apart)
            agreed.unite_all((*decision.records, *decision.others))
            later.append(decision)
        else:
            by = _split(decision, agreed, apart, later)
        if by:
            overruled[decision.id] = by
    return Ruled(
        Rulings(
            joined=tuple(tuple(sorted(those)) for those in one.members.values() if len(those) > 1),
            apart={id_: frozenset(others) for id_, others in apart.items()},
            agreed={id_: root for root, those in agreed.members.items() for id_ in those},
        ),
        overruled,
    )


def _join(decision: Decision, one: Sets, apart: dict[str, dict[str, int]]) -> int:
    """Make one of the records named, but where a later decision is against it: return that."""
    by = 0
    first = decision.records[0]
    for other in decision.records[1:]:
        ones, others = one.members[one.find(first)], one.members[one.find(other)]
        if ones is others:
            continue
        against = [apart[a][b] for a in ones if a in apart for b in others if b in apart[a]]
        if against:
            by = max(by, *against)
        else:
            one.unite(one.find(first), one.find(other))
    return by


def _split(
    decision: Decision, agreed: Sets, apart: dict[str, dict[str, int]], later: Sequence[Decision]
) -> int:
    """Keep the records named from the others, but where a later decision made one of them."""
    by = 0
    for record in decision.records:
        for other in decision.others:
            if agreed.find(record) != agreed.find(other):
                apart[record].setdefault(other, decision.id)
                apart[other].setdefault(record, decision.id)
            else:
                both = (d.id for d in later if {record, other} <= {*d.records, *d.others})
                by = max(by, next(both, later[0].id))
    return by


def join(store: Store, ids: Sequence[str], *, why: str, by: str) -> int:
    """Decide that these are one work; return the decision's number.

    Each is the id of a record or a work. What else is in their works comes along where it is tied
    to them, and no longer contradicts them. Raises DecisionError.
    """
    records = tuple(dict.fromkeys(_living(store, id_) for id_ in ids))
    if len(records) < 2:  # noqa: PLR2004 it takes two
        raise DecisionError("to join takes two records or works at least.")
    return store.works.decide("join", records, _others(store, records), why=why, by=by)


def split(store: Store, ids: Sequence[str], *, why: str, by: str) -> int:
    """Decide that these copies are not the same work as its others; return its number.

    Raises DecisionError.
    """
    records = tuple(dict.fromkeys(ids))
    works = store.works.of(records)
    for id_ in records:
        if id_ not in works:
            raise DecisionError(f"{id_} is not one of several copies.")
    if len(set(works.values())) > 1:
        raise DecisionError("these are copies of different works already.")
    others = _others(store, records)
    if not others:
        raise DecisionError("nothing of the work would be left: name some of its copies, not all.")
    return store.works.decide("split", records, others, why=why, by=by)


def undo(store: Store, number: int) -> None:
    """Take a decision back. Raises DecisionError."""
    if not store.works.undo(number):
        raise DecisionError(f"there is no decision {number} that holds.")


def _living(store: Store, id_: str) -> str:
    """Return the id of a live record: the one that is named, or a copy of the work it leads to."""
    stored = store.records.get(id_)
    if stored is None:
        raise DecisionError(f"there is no record or work {id_}; search prints the ids.")
    if not stored.deleted:
        return id_
    work = store.works.leads(id_)
    copies = store.works.copies([work]).get(work, []) if work else []
    if not copies:
        raise DecisionError(f"{id_} is deleted, and no copy of it is left.")
    return copies[0].id


def _others(store: Store, records: Sequence[str]) -> tuple[str, ...]:
    """Return the other live copies of the works of records."""
    works = set(store.works.of(records).values())
    copies = store.works.copies(works).values()
    found = {stored.id for each in copies for stored in each}
    return tuple(sorted(found.difference(records)))
