"""How works are told: one with its copies, what was decided, and all of them in figures."""

from __future__ import annotations

import click
from msgspec import Struct

from catalog.store import Store
from catalog.store.tally import Tally, tally
from catalog.store.works import Decision, Tied
from catalog.works.decisions import ruled
from catalog.works.grouping import Grouping
from catalog.works.reasons import SENTENCES, Reason
from catalog.works.tying import COMMON
from commands.door import out, print_json, print_table, say_plainly

_IS = {
    ("same", 0): "the same work as",
    ("edition", 1): "a newer edition of",
    ("edition", 0): "another edition of",
    ("edition", -1): "an older edition of",
    ("translation", 1): "a translation of",
    ("translation", 0): "in another language than",
    ("translation", -1): "the original of",
    ("part", 1): "a part of",
    ("part", 0): "a part of, or the whole of,",
    ("part", -1): "the whole of",
    ("version", 1): "a newer version of",
    ("version", 0): "another version of",
    ("version", -1): "an older version of",
}


class Figures(Struct, frozen=True, kw_only=True):
    """What is printed by default; ``waiting`` are records that are still to be looked at."""

    works: int
    by_source: dict[str, int]
    grouped: Tally
    waiting: int
    decisions: int


class Copy(Struct, frozen=True, kw_only=True):
    """A copy of a work."""

    id: str
    source: str
    title: str
    url: str


class Shown(Struct, frozen=True, kw_only=True):
    """A work: its live copies, what these have to do with each other and with others, and why."""

    work: str
    copies: list[Copy]
    ties: list[Tied]
    decisions: list[int]


class Decided(Struct, frozen=True, kw_only=True):
    """A decision; ``overruled`` is a later one against which it does not hold."""

    decision: Decision
    overruled: int | None


def show(store: Store, id_: str, *, as_json: bool) -> None:
    """Show the work to which an id leads. Raises ClickException where nothing of it lives."""
    work = store.works.leads(id_)
    alone = store.records.get(id_)
    copies = store.works.copies([work]).get(work, []) if work else []
    if alone and not work and not alone.deleted:
        copies = [alone]
    if not copies:
        raise click.ClickException(f"there is no live record or work {id_!r}.")
    ids = {stored.id for stored in copies}
    shown = Shown(
        work=work or id_,
        copies=[
            Copy(
                id=stored.id,
                source=stored.resource.source,
                title=stored.resource.titles[0].text if stored.resource.titles else "",
                url=stored.resource.url,
            )
            for stored in copies
        ],
        ties=[t for t in store.works.ties(ids) if t.other not in ids or t.id < t.other],
        decisions=[
            each.id
            for each in store.works.decisions()
            if not each.undone and not ids.isdisjoint((*each.records, *each.others))
        ],
    )
    if as_json:
        print_json(shown)
    else:
        _print(shown)


def _print(shown: Shown) -> None:
    number = len(shown.copies)
    out.print(f"work {shown.work}: {number} {'copy' if number == 1 else 'copies'}", markup=False)
    print_table(
        ["id", "source", "title", "address"],
        [[copy.id, copy.source, copy.title, copy.url] for copy in shown.copies],
    )
    for tied in shown.ties:
        kind = _IS.get((tied.kind, tied.direction), tied.kind)
        say_plainly(f"{tied.id} is {kind} {tied.other} ({tied.score:.3f}):")
        for reason in tied.evidence:
            say_plainly(f"  {_in_words(reason)}")
    for decision in shown.decisions:
        out.print(f"decision {decision} is about it", markup=False)


def _in_words(reason: Reason) -> str:
    sentence = SENTENCES.get(reason.code)
    if sentence is None:  # of an older version, until it is grouped again
        return " ".join((reason.code, *reason.values))
    return sentence.en.format(*reason.values)


def list_decisions(store: Store, *, as_json: bool) -> None:
    """List what was decided, and what of it holds."""
    decisions = store.works.decisions()
    overruled = ruled(decisions).overruled
    decided = [Decided(decision=each, overruled=overruled.get(each.id)) for each in decisions]
    if as_json:
        print_json(decided)
    elif not decided:
        out.print("nothing was decided", markup=False)
    else:
        print_table(
            ["", "decided", "by", "", "records", "why", "holds"],
            [
                [str(d.id), d.at, d.by, d.kind, " ".join(d.records), d.why, _holds(each)]
                for each in decided
                for d in (each.decision,)
            ],
        )


def _holds(decided: Decided) -> str:
    if decided.decision.undone:
        return f"no: taken back {decided.decision.undone}"
    if decided.overruled:
        return f"not where decision {decided.overruled} says otherwise"
    return "yes"


def tell(store: Store, *, as_json: bool) -> None:
    """Tell how many works there are."""
    found = Figures(
        works=store.works.count(),
        by_source=store.works.count_by_source(),
        grouped=tally(store.database, COMMON),
        waiting=Grouping(store).waiting(),
        decisions=sum(not each.undone for each in store.works.decisions()),
    )
    if as_json:
        print_json(found)
        return
    grouped = found.grouped
    out.print(f"{grouped.records} records are {found.works} works", markup=False)
    out.print(
        f"{grouped.with_copies} of these have several copies, {grouped.copies} together and "
        f"{grouped.largest} at most",
        markup=False,
    )
    for kind, number in grouped.ties.items():
        out.print(f"{number} pairs are tied as {kind}", markup=False)
    for sentence in _left_out(found):
        out.print(sentence, markup=False)
    print_table(["source", "works"], [[name, str(n)] for name, n in found.by_source.items()])


def _left_out(found: Figures) -> list[str]:
    """Return in words what is not, or not yet, followed."""
    grouped = found.grouped
    said = []
    if grouped.apart:
        said.append(
            f"{grouped.apart} pairs tied as same are nevertheless apart: other copies, a decision "
            "or the size of a work speak against it"
        )
    if grouped.crowded:
        said.append(
            f"{grouped.crowded} keys say nothing, as each is shared by more than {COMMON} records "
            f"({grouped.in_crowds} in all); these are compared by their other keys"
        )
    if found.decisions:
        said.append(f"{found.decisions} decisions hold: --decisions lists them")
    if found.waiting:
        said.append(f"{found.waiting} records wait to be looked at")
    return said
