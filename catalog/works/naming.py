"""Which id each work has, so that no id that was ever shown is lost: pure.

A work's id is the id of one of its records, deleted ones included: of the one with the lowest row
among those whose works it was made of. So where works become one, the older keeps its id; where
one falls apart, the part that holds the record of that id keeps it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from msgspec import Struct


class Node(Struct, frozen=True, gc=False):
    """A record, and the work that it belongs to, or belonged to last.

    ``work`` is "" where it never was one of several copies; ``began`` is the first work that it
    was one of, or "".
    """

    no: int
    id: str
    live: bool
    work: str = ""
    began: str = ""


def name(nodes: Sequence[Node], groups: Iterable[Sequence[str]]) -> dict[int, tuple[str, str]]:
    """Return (work, began) by row, of the records that belong to a work or once did.

    ``nodes`` are the records of whole works, and ``groups`` parts the ids of those that live.
    """
    by_id = {node.id: node for node in nodes}
    parts = [[by_id[id_] for id_ in group] for group in groups]
    for ghost, part in _places(nodes, parts):
        part.append(ghost)
    named: dict[int, tuple[str, str]] = {}
    taken = {node.work or node.id for node in nodes if node.live or node.work}
    for part in parts:
        if len(part) > 1 or part[0].work:
            id_ = _id(part, taken)
            named |= {node.no: (id_, node.began or id_) for node in part}
    return named


def _places(nodes: Sequence[Node], parts: Sequence[list[Node]]) -> list[tuple[Node, list[Node]]]:
    """Return where deleted records go: along with what their work has become.

    Where that fell apart: with what began as they did, or else with the part that is still
    called the same. Where nothing of it lives, they stay.
    """
    heirs: dict[str, list[tuple[Node, list[Node]]]] = defaultdict(list)
    for part in parts:
        for node in part:
            if node.work:
                heirs[node.work].append((node, part))
    return [
        (ghost, _heir(ghost, left))
        for ghost in nodes
        if not ghost.live and (left := heirs.get(ghost.work))
    ]


def _heir(ghost: Node, left: Sequence[tuple[Node, list[Node]]]) -> list[Node]:
    def rank(one: tuple[Node, list[Node]]) -> tuple[bool, bool, int]:
        node = one[0]
        return node.began != ghost.began, node.id != node.work, node.no

    return min(left, key=rank)[1]


def _id(part: Sequence[Node], taken: set[str]) -> str:
    """Return the id of a work of these records, which are all it has and had.

    The oldest id that one of them has as a work's; else one that it had; else its oldest record's.
    """
    began = {node.began for node in part}

    def rank(node: Node) -> tuple[int, int]:
        if node.id in taken:
            return 0, node.no
        if node.id in began:
            return 1, node.no
        return (2 if node.live else 3), node.no

    return min(part, key=rank).id
