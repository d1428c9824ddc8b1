"""From changed records to the ties that come and go: whatever order they come in.

Two live records are compared where they have a key in common that few others have. So the ties
that there are follow from the records that live, and from nothing else. A block that has become
too large no longer counts, and one that has become small enough counts again; then the records in
it are looked at once more, of the former those that are tied in it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice

import msgspec
import sqlalchemy as sa
from msgspec import Struct

from catalog.resource import LearningResource
from catalog.store import regrouping, sharing
from catalog.store.regrouping import Changed, Pair, TieRow
from catalog.works import comparing
from catalog.works import keys as blocking
from catalog.works.comparing import Tie
from catalog.works.signature import Signature
from catalog.works.signature import signature as sign

#: Records that may share a key. What more of them share says nothing.
COMMON = 100
#: Records that are compared with all that are near them before those are let go of again.
_TOGETHER = 100

_DIRECTIONS = {"": 0, "first": 1, "second": -1}
_encode = msgspec.json.Encoder().encode


class Rules(Struct, frozen=True):
    """How records are recognised; tests have plainer ones."""

    signature: Callable[[LearningResource], Signature] = sign
    keys: Callable[[Signature], tuple[int, ...]] = blocking.keys
    compare: Callable[[Signature, Signature], Tie | None] = comparing.compare
    conflict: Callable[[Signature, Signature], bool] = comparing.conflict


class Signatures:
    """Signatures of live records by row: made when needed, and the last ones kept."""

    def __init__(self, rules: Rules, most: int) -> None:
        self.rules = rules
        self._most = most
        self._kept: dict[int, Signature] = {}

    def take(self, changes: Iterable[Changed]) -> dict[int, Signature]:
        """Return the signatures of records that were just read, in place of earlier ones."""
        found = {}
        for no, _, resource in changes:
            self._kept.pop(no, None)
            if resource is not None:
                found[no] = self.rules.signature(resource)
        self._kept |= found
        return found

    def of(self, connection: sa.Connection, rows: Collection[int]) -> dict[int, Signature]:
        """Return the signatures of those records that live."""
        kept = self._kept
        if missing := [no for no in rows if no not in kept]:
            said = regrouping.resources(connection, missing)
            kept |= {no: self.rules.signature(resource) for no, resource in said.items()}
        return {no: kept[no] for no in rows if no in kept}

    def trim(self) -> None:
        """Forget the oldest, beyond as many as are kept."""
        for no in list(self._kept)[: max(0, len(self._kept) - self._most)]:
            del self._kept[no]

    def forget(self) -> None:
        """Forget all: another process may have seen them change."""
        self._kept.clear()


class Retied(Struct, frozen=True):
    """What keys and ties change.

    ``moved``: records that a tie "same" has come to or left, or that changed and have one.
    """

    keys_gone: list[Pair]
    keys: list[Pair]
    ties_gone: list[Pair]
    ties: dict[Pair, TieRow]
    moved: set[int]


def retie(connection: sa.Connection, changes: Sequence[Changed], signatures: Signatures) -> Retied:
    """Compare changed records with those that share a key with them."""
    rules, signed = signatures.rules, signatures.take(changes)
    keys = {no: set(rules.keys(signature)) for no, signature in signed.items()}
    blocks = _Blocks(connection, [each.no for each in changes], keys)
    again = _again(connection, blocks) - {each.no for each in changes}
    keys |= sharing.keys_of(connection, again)
    blocks.load(key for no in again for key in keys.get(no, ()))
    ties: dict[Pair, TieRow] = {}
    rest = iter(keys)
    while some := list(islice(rest, _TOGETHER)):
        near = {no: blocks.near(keys[no]) for no in some}
        unknown = set(some).union(*near.values()) - signed.keys()
        known = signed | signatures.of(connection, unknown)
        for a, b in _pairs(near, keys):
            if a in known and b in known and (tie := rules.compare(known[a], known[b])):
                ties[a, b] = _row(tie)
        signatures.trim()
    looked_at = {each.no for each in changes}
    former = regrouping.ties_of(connection, looked_at | again)
    gone = [pair for pair in former if pair not in ties]
    new = {pair: row for pair, row in ties.items() if former.get(pair) != row}
    moved = {
        no
        for pair in (*gone, *new)
        if "same" in (former.get(pair, _NONE).kind, new.get(pair, _NONE).kind)
        for no in pair
    }
    for pair, row in ties.items():
        if row.kind == "same" and not looked_at.isdisjoint(pair):
            moved.update(pair)
    return Retied(blocks.gone, blocks.new, gone, new, moved)


def _again(connection: sa.Connection, blocks: _Blocks) -> set[int]:
    """Return the records that are to be looked at once more, as blocks of theirs come or go.

    With a block that has become too large go the ties within it, unless something else holds them.
    """
    grown, lessened = blocks.crossing()
    tied = regrouping.ties_of(connection, set().union(*grown)) if grown else ()
    loosened = [{a, b} for a, b in tied if any(a in block and b in block for block in grown)]
    return set().union(*loosened, *lessened)


_NONE = TieRow("", 0, 0, "")


def _row(tie: Tie) -> TieRow:
    evidence = _encode(tie.evidence).decode()
    return TieRow(tie.kind, _DIRECTIONS[tie.direction], round(tie.score * 1000), evidence)


def _pairs(near: Mapping[int, Collection[int]], every: Collection[int]) -> Iterator[Pair]:
    """Yield records with those near them, the lower row first; of two in ``every`` only once."""
    for no, others in near.items():
        for other in others:
            if no < other:
                yield no, other
            elif other < no and other not in every:
                yield other, no


_NOBODY: frozenset[int] = frozenset()


class _Blocks:
    """The blocks that changed records are in or were in, as they are and as they will be.

    Of most keys there is one record, and nothing is kept of those: sets by the hundred thousand
    take time to make, and more to be collected.
    """

    def __init__(
        self, connection: sa.Connection, rows: Sequence[int], keys: Mapping[int, set[int]]
    ) -> None:
        self._connection = connection
        former = sharing.keys_of(connection, rows)
        self.gone = [(key, no) for no, had in former.items() for key in had - keys.get(no, _NOBODY)]
        self.new = [(key, no) for no, has in keys.items() for key in has - former.get(no, _NOBODY)]
        self._left: dict[int, set[int]] = defaultdict(set)
        for key, no in self.gone:
            self._left[key].add(no)
        self._first: dict[int, int] = {}
        self._joined: dict[int, set[int]] = {}  # where more than one does
        for key, no in self.new:
            if (other := self._first.setdefault(key, no)) != no:
                self._joined.setdefault(key, {other}).add(no)
        self._before: dict[int, set[int]] = {}
        self._after: dict[int, set[int]] = dict(self._joined)
        self._known: set[int] = set()
        self.load(key for some in (*keys.values(), *former.values()) for key in some)

    def load(self, keys: Iterable[int]) -> None:
        """Read blocks: so far that it is known whether they are, and will be, small enough."""
        wanted = set(keys) - self._known
        self._known |= wanted
        quiet = wanted - self._left.keys()
        found = sharing.blocks(self._connection, quiet, COMMON + 1)
        if lessened := wanted - quiet:
            most = COMMON + 1 + max(len(self._left[key]) for key in lessened)
            found |= sharing.blocks(self._connection, lessened, most)
        self._before |= found
        for key, some in found.items():
            new = self._joined.get(key) or ({self._first[key]} if key in self._first else _NOBODY)
            gone = self._left.get(key, _NOBODY)
            self._after[key] = (some - gone) | new if gone or new else some

    def crossing(self) -> tuple[list[set[int]], list[set[int]]]:
        """Return the blocks that become too large, and those that become small enough."""
        grown, lessened = [], []
        for key, after in self._after.items():
            before = self._before.get(key, _NOBODY)
            if len(before) <= COMMON < len(after):
                grown.append(set(before))
            elif len(after) <= COMMON < len(before):
                lessened.append(set(after))
        return grown, lessened

    def near(self, keys: Iterable[int]) -> set[int]:
        """Return the records that share a key which few share."""
        blocks = [self._after.get(key, _NOBODY) for key in keys]
        return set().union(*[some for some in blocks if len(some) <= COMMON])
