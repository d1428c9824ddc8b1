"""Which of the records that are tied are one work: pure, and the same in whatever order they come.

Ties lead from record to record, and at the end of a long chain stands something else. So the
strongest ties are followed first, and two groups stay apart where a record of one can never be
the same work as a record of the other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from itertools import groupby
from operator import itemgetter

from msgspec import Struct

#: Copies that a work has at most.
MOST_COPIES = 500
#: Records that hang together at most. Of more, the weakest ties are let go until they are fewer.
MOST_TOGETHER = 5_000
#: Questions at most whether two records can be one work, of records that hang together.
MOST_ASKED = 2_000_000

#: (score, one record, another): records by their public ids, which never change.
Edge = tuple[int, str, str]
Conflict = Callable[[str, str], bool]


class Rulings(Struct, frozen=True):
    """What editors decided; see ``catalog.works.decisions``."""

    joined: tuple[tuple[str, ...], ...] = ()  # they are one, whatever is said of them
    apart: Mapping[str, Collection[str]] = {}  # both ways: what can never be one
    agreed: Mapping[str, str] = {}  # to records of one name: speak as one where they disagree


def clusters(
    ids: Iterable[str], edges: Iterable[Edge], conflict: Conflict, rulings: Rulings
) -> list[tuple[str, ...]]:
    """Return records as works, in order; those without ties are each a work of their own.

    ``conflict`` tells whether two records can never be one work.
    """
    live = set(ids)
    joined = [
        (-1001, there[0], other)
        for those in rulings.joined
        if (there := sorted(live.intersection(those)))
        for other in there[1:]
    ]
    ranked = sorted((-score, min(a, b), max(a, b)) for score, a, b in edges)
    pieces = _pieces(joined + ranked)
    groups = {piece: _Groups(conflict, rulings) for piece in pieces.values()}
    for _, one, other in joined:
        if pieces[one] == pieces[other]:
            groups[pieces[one]].join(one, other)
    for _, one, other in ranked:
        if pieces[one] == pieces[other]:
            groups[pieces[one]].tie(one, other)
    found = [tuple(sorted(each)) for one in groups.values() for each in one.sets.members.values()]
    alone = live.difference(*found)
    return sorted(found + [(id_,) for id_ in alone])


class Sets:
    """Disjoint sets of records, each called by one of its records."""

    def __init__(self) -> None:
        self._above: dict[str, str] = {}
        self.members: dict[str, list[str]] = {}

    def find(self, one: str) -> str:
        above = self._above
        if one not in above:
            above[one] = one
            self.members[one] = [one]
        while above[one] != one:
            above[one] = one = above[above[one]]
        return one

    def unite(self, one: str, other: str) -> tuple[str, str]:
        """Make one of two different sets; return the record by which it goes on, and the other."""
        if len(self.members[one]) < len(self.members[other]):
            one, other = other, one
        self._above[other] = one
        self.members[one] += self.members.pop(other)
        return one, other

    def unite_all(self, those: Iterable[str]) -> None:
        """Make one of the sets of all those records."""
        first, *others = map(self.find, those)
        for other in others:
            if (root := self.find(other)) != (there := self.find(first)):
                self.unite(there, root)


def _pieces(ranked: Sequence[tuple[int, str, str]]) -> dict[str, str]:
    """Return by what piece each record stands: records that hang together and are not too many.

    Ties are taken in, all of one score at once, until a piece would become too large.
    """
    sets = Sets()
    pieces: dict[str, list[list[str]]] = {}
    for _, level in groupby(ranked, itemgetter(0)):
        grown = set()
        for _, one, other in level:
            first, second = sets.find(one), sets.find(other)
            if first != second:
                few, many = sorted((pieces.pop(x, [[x]]) for x in (first, second)), key=len)
                root, gone = sets.unite(first, second)
                many += few
                pieces[root] = many
                grown.discard(gone)
                grown.add(root)
        for root in grown:
            if len(sets.members[root]) <= MOST_TOGETHER:
                pieces[root] = [list(sets.members[root])]
    return {id_: part[0] for parts in pieces.values() for part in parts for id_ in part}


class _Groups:
    """Records that hang together, on their way to become works."""

    def __init__(self, conflict: Conflict, rulings: Rulings) -> None:
        self.sets = Sets()
        self._conflict = conflict
        self._rulings = rulings
        self._enemies: dict[str, set[str]] = defaultdict(set)
        self._asked = 0

    def join(self, one: str, other: str) -> None:
        """Make one of two groups because an editor says so."""
        first, second = self.sets.find(one), self.sets.find(other)
        if first != second and self._fit(first, second):
            self._unite(first, second)

    def tie(self, one: str, other: str) -> None:
        """Make one of two groups that are tied, if nothing speaks against it."""
        first, second = self.sets.find(one), self.sets.find(other)
        if first == second or second in self._enemies[first]:
            return
        if self._fit(first, second) and not self._apart(first, second):
            self._unite(first, second)
        else:
            self._enemies[first].add(second)
            self._enemies[second].add(first)

    def _fit(self, first: str, second: str) -> bool:
        members = self.sets.members
        return len(members[first]) + len(members[second]) <= MOST_COPIES

    def _unite(self, first: str, second: str) -> None:
        root, gone = self.sets.unite(first, second)
        for enemy in self._enemies.pop(gone, ()):
            self._enemies[enemy].discard(gone)
            self._enemies[enemy].add(root)
            self._enemies[root].add(enemy)

    def _apart(self, first: str, second: str) -> bool:
        ones, others = self.sets.members[first], self.sets.members[second]
        apart = self._rulings.apart
        if apart and any(other in apart.get(one, ()) for one in ones for other in others):
            return True
        self._asked += len(ones) * len(others)
        ours, theirs = self._voices(ones), self._voices(others)
        return self._asked > MOST_ASKED or any(
            self._contradict(some + theirs.get(voice, []), more + ours.get(another, []))
            for voice, some in ours.items()
            for another, more in theirs.items()
            if voice != another
        )

    def _contradict(self, ones: Sequence[str], others: Sequence[str]) -> bool:
        """Tell whether all that one voice says contradicts all that another says."""
        return all(self._conflict(one, other) for one in ones for other in others)

    def _voices(self, members: Sequence[str]) -> dict[str, list[str]]:
        """Return records by who speaks for them: nearly always each for itself."""
        voices: dict[str, list[str]] = defaultdict(list)
        for id_ in members:
            voices[self._rulings.agreed.get(id_, id_)].append(id_)
        return voices
