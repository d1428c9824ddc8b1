"""``vindplaats held``: deletions that wait for a person."""

from __future__ import annotations

from pathlib import Path

import click
import msgspec

from catalog.catalogue import Catalogue
from catalog.store.held import Waiting
from commands.door import (
    Command,
    config_option,
    csv_option,
    json_option,
    names_argument,
    opened,
    out,
    print_csv,
    print_json,
    print_table,
)

_ON_SCREEN = 20
_AT_ONCE = 1000  # records asked of the store; databases allow only so many values
_BECAUSE = {"deleted": "the source says so", "absent": "the list leaves it out"}


@click.command(cls=Command)
@names_argument
@config_option
@json_option
@csv_option
@click.option(
    "--confirm",
    "confirmed",
    multiple=True,
    metavar="NAME",
    help="It is right: remove what waits of this source.",
)
@click.option(
    "--refuse",
    "refused",
    multiple=True,
    metavar="NAME",
    help="It is wrong: keep what waits of this source.",
)
def held(
    names: tuple[str, ...],
    config: Path | None,
    *,
    as_json: bool,
    as_csv: bool,
    confirmed: tuple[str, ...],
    refused: tuple[str, ...],
) -> None:
    """List what a refused run would have removed, or decide about it.

    Example: vindplaats held lessenkast --csv
    """
    with opened(config) as catalogue:
        _check(catalogue, (*names, *confirmed, *refused))
        if confirmed or refused:
            _decide(catalogue, confirmed, refused)
            return
        found = [
            w
            for name in names or (None,)
            for w in _traced(catalogue.store.held.list(name), catalogue)
        ]
    if as_json:
        print_json(found)
    elif as_csv:
        columns = Waiting.__struct_fields__
        print_csv(columns, [[getattr(w, column) for column in columns] for w in found])
    else:
        _print(found)


def _check(catalogue: Catalogue, names: tuple[str, ...]) -> None:
    """Accept a source that was taken out of the configuration where records of it wait."""
    known = catalogue.settings.sources.keys() | catalogue.store.held.count_by_source().keys()
    for name in names:
        if name not in known:
            raise click.ClickException(
                f"there is no source {name!r}; vindplaats sources lists them."
            )


def _decide(catalogue: Catalogue, confirmed: tuple[str, ...], refused: tuple[str, ...]) -> None:
    from harvester import removal  # noqa: PLC0415 other commands start faster

    for name in confirmed:
        out.print(f"{name}: {removal.confirm(catalogue.store, name)} records removed", markup=False)
    for name in refused:
        out.print(f"{name}: {removal.refuse(catalogue.store, name)} records stay", markup=False)
    if confirmed:
        catalogue.follow()


def _traced(waiting: list[Waiting], catalogue: Catalogue) -> list[Waiting]:
    """Fill in ``instead``: what seems to have taken the place of a record, under another name."""
    from harvester import renamed  # noqa: PLC0415 other commands start faster

    store, instead = catalogue.store, {}
    for source in {w.source for w in waiting}:
        ids = [w.id for w in waiting if w.source == source]
        parts = (ids[start : start + _AT_ONCE] for start in range(0, len(ids), _AT_ONCE))
        lost = [
            renamed.mark(stored.resource)
            for part in parts
            for stored in store.records.get_many(part).values()
        ]
        there = renamed.others(store, source, (each.identifier for each in lost))
        for identifier, successor in renamed.successors(lost, there).items():
            instead[source, identifier] = successor.identifier
    return [
        msgspec.structs.replace(w, instead=instead.get((w.source, w.identifier), ""))
        for w in waiting
    ]


def _print(found: list[Waiting]) -> None:
    if not found:
        out.print("nothing waits", markup=False)
        return
    by_source: dict[str, list[Waiting]] = {}
    for each in found:
        by_source.setdefault(each.source, []).append(each)
    for name, waiting in by_source.items():
        out.print(f"{name}: {len(waiting)} records wait since {waiting[0].since}", markup=False)
    out.print(markup=False)
    print_table(
        ["source", "id", "title", "address", "because", "now perhaps"],
        [
            [w.source, w.id, w.title, w.url, _BECAUSE[w.because], w.instead]
            for w in found[:_ON_SCREEN]
        ],
    )
    if len(found) > _ON_SCREEN:
        more = len(found) - _ON_SCREEN
        out.print(f"and {more} more: --json and --csv have them all", markup=False)
