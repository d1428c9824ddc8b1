"""``vindplaats works``: which records are one work, and what editors decide about it."""

from __future__ import annotations

import getpass
from collections.abc import Callable
from pathlib import Path

import click

from catalog.catalogue import Catalogue
from catalog.store import StoreError
from catalog.works import decisions as deciding
from catalog.works.decisions import DecisionError
from catalog.works.grouping import Grouping, Progress
from commands import works_told
from commands.door import Command, config_option, err, json_option, opened


@click.command(cls=Command)
@click.argument("ids", nargs=-1, metavar="[ID]...")
@config_option
@json_option
@click.option("--show", is_flag=True, help="Show a work: its copies, and what ties them.")
@click.option("--join", is_flag=True, help="Decide that these records or works are one work.")
@click.option("--split", is_flag=True, help="Decide that these copies are not of their work.")
@click.option("--undo", type=int, metavar="N", help="Take back decision N.")
@click.option("--decisions", is_flag=True, help="List what was decided.")
@click.option("--again", is_flag=True, help="Look at every record anew.")
@click.option("--why", default="", metavar="TEXT", help="Why you decide so; kept with it.")
@click.option("--by", default="", metavar="NAME", help="Who decides; by default, who is logged in.")
def works(
    ids: tuple[str, ...],
    config: Path | None,
    *,
    as_json: bool,
    show: bool,
    join: bool,
    split: bool,
    undo: int | None,
    decisions: bool,
    again: bool,
    why: str,
    by: str,
) -> None:
    """Group records into works, and tell how many there are.

    The site and each harvest do so by themselves. Editors can decide otherwise, in ids as search
    prints them; what they decide outlives every harvest, and of two decisions the later one holds.

    \b
    Example: vindplaats works --show c241b8d442625a5d
    vindplaats works --join c241b8d442625a5d 0f3a9d5527f1be60 --why "one is the scan"
    vindplaats works --split 0f3a9d5527f1be60 --why "this is the teacher's edition"
    vindplaats works --undo 2
    """  # noqa: D301 click's mark
    _check(ids, {"--show": show, "--join": join, "--split": split}, why)
    with opened(config) as catalogue:
        if join or split or undo is not None:
            _decide(catalogue, ids, undo=undo, join=join, why=why, by=by or _who())
        elif again:
            Grouping(catalogue.store).again()
        if problem := group(catalogue):
            err.print(problem, markup=False)
        if show or join or split:
            works_told.show(catalogue.store, ids[0], as_json=as_json)
        elif decisions or undo is not None:
            works_told.list_decisions(catalogue.store, as_json=as_json)
        else:
            works_told.tell(catalogue.store, as_json=as_json)


def group(catalogue: Catalogue) -> str:
    """Group what waits, with a bar, and let the index follow; return what was in the way, or ""."""
    from harvester.terminal import draw_records  # noqa: PLC0415 other commands start faster

    grouping = Grouping(catalogue.store)

    def bring(show: Callable[[int, int], None]) -> None:
        done, total = 0, grouping.waiting()

        def told(progress: Progress) -> None:
            nonlocal done
            done += progress.records
            show(done, max(done, total))

        grouping.catch_up(told)

    try:
        if grouping.behind():
            draw_records(err, bring, name="works")
        catalogue.follow()
    except StoreError as error:
        return str(error)
    return ""


def _check(ids: tuple[str, ...], asked: dict[str, bool], why: str) -> None:
    chosen = [name for name, on in asked.items() if on]
    if len(chosen) > 1:
        raise click.UsageError(f"{' and '.join(chosen)} do not go together.")
    if ids and not chosen:
        raise click.UsageError(f"what about {ids[0]}: {', '.join(asked)}?")
    if chosen and not ids:
        raise click.UsageError(f"{chosen[0]} needs an id, as search prints it.")
    if chosen == ["--show"] and len(ids) > 1:
        raise click.UsageError("--show shows one work at a time.")
    if chosen and chosen != ["--show"] and not why.strip():
        raise click.UsageError(f"{chosen[0]} needs --why: it is kept for who comes after you.")


def _who() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a user without a name, as in some containers
        return ""


def _decide(
    catalogue: Catalogue, ids: tuple[str, ...], *, undo: int | None, join: bool, why: str, by: str
) -> None:
    store = catalogue.store
    group(catalogue)  # so that what is decided is about works as they are
    try:
        if undo is not None:
            deciding.undo(store, undo)
        else:
            number = (deciding.join if join else deciding.split)(store, ids, why=why, by=by)
            err.print(f"decision {number} is kept", markup=False)
    except DecisionError as error:
        raise click.ClickException(str(error)) from error
