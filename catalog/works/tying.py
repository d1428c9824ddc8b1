"""From changed records to the ties that come and go: whatever order they come in.

Two live records are compared where they have a key in common that few others have. So the ties
that there are follow from the records that live, and from nothing else. A block that has become
too large no longer counts, and one that has become small enough counts again; then the records in
it are looked at once more.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

import msgspec
import sqlalchemy as sa
from msgspec import Struct

from catalog.resource import LearningResource
from catalog.store import regrouping
from catalog.store.regrouping import Changed, Pair, TieRow
from catalog.works import comparing
from catalog.works import keys as blocking
from catalog.works.comparing import Tie
from catalog.works.signature import Signature
from catalog.works.signature import signature as sign

#: Records that may share a key. What more of them share says nothing.
COMMON = 100

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
    again = blocks.crossing() - {each.no for each in changes}
    keys |= regrouping.keys_of(connection, again)
    blocks.load(key for no in again for key in keys.get(no, ()))
    pairs = set(_pairs(keys, blocks))
    signed |= signatures.of(connection, {no for pair in pairs for no in pair} - signed.keys())
    ties = {
        pair: _row(tie)
        for pair in pairs
        if pair[0] in signed
        and pair[1] in signed
        and (tie := rules.compare(signed[pair[0]], signed[pair[1]]))
    }
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


_NONE = TieRow("", 0, 0, "")


def _row(tie: Tie) -> TieRow:
    evidence = _encode(tie.evidence).decode()
    return TieRow(tie.kind, _DIRECTIONS[tie.direction], round(tie.score * 1000), evidence)


def _pairs(keys: Mapping[int, Collection[int]], blocks: _Blocks) -> Iterator[Pair]:
    """Yield the pairs that share a key which few share, the lower row first."""
    for no, some in keys.items():
        others: set[int] = set()
        for key in some:
            others |= blocks.sharing(key)
        for other in others:
            if no < other:
                yield no, other
            elif other < no and other not in keys:
                yield other, no


class _Blocks:
    """The blocks that changed records are in or were in, as they will be."""

    def __init__(
        self, connection: sa.Connection, rows: Sequence[int], keys: Mapping[int, set[int]]
    ) -> None:
        self._connection = connection
        former = regrouping.keys_of(connection, rows)
        none: set[int] = set()
        self.gone = [(k, no) for no in rows for k in former.get(no, none) - keys.get(no, none)]
        self.new = [(k, no) for no in rows for k in keys.get(no, none) - former.get(no, none)]
        self._left: dict[int, set[int]] = defaultdict(set)
        for key, no in self.gone:
            self._left[key].add(no)
        self._joined: dict[int, set[int]] = defaultdict(set)
        for key, no in self.new:
            self._joined[key].add(no)
        self._before: dict[int, set[int]] = {}
        self._after: dict[int, set[int]] = {}
        self.load(key for some in (*keys.values(), *former.values()) for key in some)

    def load(self, keys: Iterable[int]) -> None:
        """Read blocks: so far that it is known whether they are, and will be, small enough."""
        wanted = set(keys) - self._before.keys()
        quiet = wanted - self._left.keys()
        found = regrouping.blocks(self._connection, quiet, COMMON + 1)
        if lessened := wanted - quiet:
            most = COMMON + 1 + max(len(self._left[key]) for key in lessened)
            found |= regrouping.blocks(self._connection, lessened, most)
        none: set[int] = set()
        for key, some in found.items():
            self._before[key] = some
            gone, new = self._left.get(key, none), self._joined.get(key, none)
            self._after[key] = (some - gone) | new if gone or new else some

    def crossing(self) -> set[int]:
        """Return the records in blocks that become too large, or small enough."""
        return {
            no
            for key in self._left.keys() | self._joined.keys()
            if (len(self._before[key]) > COMMON) != (len(self._after[key]) > COMMON)
            for no in self._before[key] | self._after[key]
        }

    def sharing(self, key: int) -> set[int]:
        """Return the records that share a key; nobody where it says nothing."""
        some = self._after[key]
        return some if len(some) <= COMMON else set()
