"""Records of which the title says by what they are recognised, and rules that read it so.

``Plain("ab", edition="2")`` shares the keys a and b with whoever has them, and is the same work
unless the other is of another edition. Nothing here is like the real rules, so that what is
tested is the grouping.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from itertools import combinations
from typing import Any, cast

import msgspec
import sqlalchemy as sa
from test_store import keep

from catalog.resource import LearningResource, Text
from catalog.store import Store, tables
from catalog.store.model import Entry, record_id
from catalog.works import components, tying
from catalog.works.comparing import Tie
from catalog.works.decisions import ruled
from catalog.works.reasons import Reason
from catalog.works.tying import Rules


class Plain(msgspec.Struct, frozen=True):
    """What a record is recognised by: letters, an edition or "", and how sure one may be."""

    keys: str
    edition: str = ""
    score: int = 900


def signature(resource: LearningResource) -> Plain:
    return msgspec.json.decode(resource.titles[0].text, type=Plain)


def keys(plain: Plain) -> tuple[int, ...]:
    return tuple(ord(letter) for letter in plain.keys)


def compare(a: Plain, b: Plain) -> Tie | None:
    shared = "".join(sorted(set(a.keys) & set(b.keys)))
    if not shared:
        return None
    kind = "edition" if conflict(a, b) else "same"
    direction = "first" if conflict(a, b) and a.edition > b.edition else ""
    return Tie(
        kind=cast("Any", kind),
        score=min(a.score, b.score) / 1000,
        evidence=(Reason("title", (shared,)),),
        direction=cast("Any", direction),
    )


def conflict(a: Plain, b: Plain) -> bool:
    return bool(a.edition and b.edition and a.edition != b.edition)


plain_rules = Rules(*cast("Any", (signature, keys, compare, conflict)))


class Shelf:
    """Records of one source in a store, put there, changed and taken away."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.run = store.runs.begin("a", full=False, since="").id

    def put(self, **records: Plain) -> None:
        """Put records there in one transaction, new or changed."""
        ids = {name: record_id("a", name) for name in records}
        known = self.store.keeping.known(list(ids.values()))
        keep(
            self.store,
            self.run,
            entries=[
                Entry(
                    id=ids[name],
                    identifier=name,
                    format="dublin_core",
                    datestamp="",
                    sets="",
                    hash=hashlib.blake2b(repr(plain).encode(), digest_size=16).digest(),
                    position=0,
                    resource=LearningResource(
                        source="a",
                        identifier=name,
                        titles=(Text(msgspec.json.encode(plain).decode()),),
                    ),
                    no=known[ids[name]].no if ids[name] in known else None,
                )
                for name, plain in records.items()
            ],
        )

    def take(self, *names: str) -> None:
        """Let records be deleted."""
        known = self.store.keeping.known([record_id("a", name) for name in names])
        keep(self.store, self.run, gone=[each.no for each in known.values() if not each.deleted])

    def live(self) -> dict[str, Plain]:
        """Return what lives, by id."""
        every = self.store.records.all_changes()
        return {one.id: signature(one.resource) for one in every if not one.deleted}

    def works(self) -> list[tuple[str, ...]]:
        """Return the live records as they are grouped."""
        found = defaultdict(list)
        works = self.store.works.of(self.live())
        for id_ in self.live():
            found[works.get(id_, id_)].append(id_)
        return sorted(tuple(sorted(each)) for each in found.values())

    def expected(self) -> list[tuple[str, ...]]:
        """Return how they ought to be grouped, from scratch."""
        live = self.live()
        blocks = defaultdict(set)
        for id_, plain in live.items():
            for key in keys(plain):
                blocks[key].add(id_)
        pairs = {
            pair
            for block in blocks.values()
            if len(block) <= tying.COMMON
            for pair in combinations(sorted(block), 2)
        }
        ties = {(a, b): compare(live[a], live[b]) for a, b in pairs}
        edges = [(round(t.score * 1000), *p) for p, t in ties.items() if t and t.kind == "same"]
        rulings = ruled(self.store.works.decisions()).rulings
        return components.clusters(live, edges, lambda a, b: conflict(live[a], live[b]), rulings)

    def clear(self) -> None:
        """Begin anew."""
        with self.store.database.writing() as connection:
            for table in reversed(tables.metadata.sorted_tables):
                if table.name not in ("sequence", "run"):
                    connection.execute(sa.delete(table))
