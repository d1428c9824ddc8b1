"""From ties that came and went to the works that change: over all that hangs together."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

import sqlalchemy as sa
from msgspec import Struct

from catalog.store import regrouping
from catalog.works.components import Rulings, clusters
from catalog.works.naming import Node, name
from catalog.works.tying import Retied, Signatures


class Formed(Struct, frozen=True):
    """(work, began) by row where that is another, the cards that this changes, and all works."""

    members: dict[int, tuple[str, str]]
    restated: set[str]
    works: dict[int, str]


def form(
    connection: sa.Connection,
    seeds: Collection[int],
    retied: Retied,
    rulings: Rulings,
    signatures: Signatures,
) -> Formed:
    """Form the works anew of records and of all that hangs together with them."""
    if not seeds:
        return Formed({}, set(), {})
    joined = _joined(connection, rulings)
    rows = _closure(connection, seeds, retied, joined)
    nodes = [Node(*each) for each in sorted(regrouping.standing(connection, rows))]
    ids = {node.no: node.id for node in nodes if node.live}
    same = _same(connection, ids, retied)
    speaking = {no for pair in same for no in pair}.union(*joined)
    signed = {
        ids[no]: signature
        for no, signature in signatures.of(connection, speaking & ids.keys()).items()
    }

    def conflict(one: str, other: str) -> bool:
        # A record that is not there was deleted a moment ago, which is seen to next.
        return (
            one not in signed
            or other not in signed
            or signatures.rules.conflict(signed[one], signed[other])
        )

    edges = [(score, ids[a], ids[b]) for (a, b), score in same.items() if a in ids and b in ids]
    groups = clusters(ids.values(), edges, conflict, rulings)
    return _compared(nodes, name(nodes, groups))


def _compared(nodes: Iterable[Node], named: Mapping[int, tuple[str, str]]) -> Formed:
    members, restated = {}, set()
    for node in nodes:
        now = named.get(node.no)
        if now is None or now == (node.work, node.began):
            continue
        members[node.no] = now
        if node.live:  # a deleted one has no card, only an address
            restated |= {node.id, node.work or node.id, now[0]}
    works = {node.no: named.get(node.no, (node.work,))[0] for node in nodes}
    return Formed(members, restated, works)


def _joined(connection: sa.Connection, rulings: Rulings) -> list[set[int]]:
    """Return the rows of records that editors have joined."""
    found = regrouping.rows_of(connection, [id_ for those in rulings.joined for id_ in those])
    return [{found[id_] for id_ in those if id_ in found} for those in rulings.joined]


def _closure(
    connection: sa.Connection,
    seeds: Collection[int],
    retied: Retied,
    joined: Iterable[set[int]],
) -> set[int]:
    """Return the rows of all that hangs together with ``seeds``: by ties, works and decisions."""
    new = (set(pair) for pair, row in retied.ties.items() if row.kind == "same")
    bound = [*new, *joined]
    found: set[int] = set()
    frontier = set(seeds)
    while frontier:
        reached = regrouping.reached(connection, frontier)
        further = regrouping.together(connection, reached)
        further.update(*(those for those in bound if not those.isdisjoint(reached)))
        found |= reached
        frontier = further - found
    return found


def _same(
    connection: sa.Connection, rows: Collection[int], retied: Retied
) -> dict[tuple[int, int], int]:
    """Return the scores of the ties "same" as they will be."""
    same = regrouping.same_from(connection, rows)
    for pair in retied.ties_gone:
        same.pop(pair, None)
    for pair, row in retied.ties.items():
        if row.kind == "same":
            same[pair] = row.score
        else:
            same.pop(pair, None)
    return same
