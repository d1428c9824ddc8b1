"""``vindplaats links``: asks for the addresses of materials, to see what is still there."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import click
from msgspec import Struct

from catalog.catalogue import Catalogue
from catalog.config import find_config
from catalog.store.links import Figure
from commands.door import (
    Command,
    chosen,
    config_option,
    err,
    json_option,
    opened,
    out,
    print_json,
    print_table,
)
from harvester.links.told import Told

_STATES = {
    "alive": "there",
    "moved": "moved",
    "login": "behind a login",
    "unsure": "unsure",
    "dead": "not there",
    "": "not asked for yet",
}
_KNOWN = {**_STATES, "dead": "dead"}


class Outcome(Struct, kw_only=True):
    """What a run came to, and how all addresses stand after it, and those of each source."""

    run: Told
    addresses: list[Figure]
    sources: dict[str, list[Figure]]


@click.command(cls=Command)
@config_option
@json_option
@click.option(
    "--limit",
    type=click.IntRange(1),
    help="How many at most; by default a fifteenth of all, and 1000 in any case.",
)
@click.option("--source", default="", metavar="NAME", help="Only addresses of this source.")
@click.option("--again", is_flag=True, help="All addresses, whether it is time or not.")
@click.option("--dry-run", is_flag=True, help="Ask nobody: list what would be asked for.")
def links(
    config: Path | None,
    *,
    as_json: bool,
    limit: int | None,
    source: str,
    again: bool,
    dry_run: bool,
) -> None:
    """Ask for the addresses that are due, to see what is still there.

    What people open most goes first. What is interrupted goes on the next time.

    Example: vindplaats links --limit 100
    """
    with opened(config) as catalogue:
        settings = catalogue.settings
        chosen(settings, [source] if source else [])
        if dry_run:
            _list(catalogue, limit, source, again=again, as_json=as_json)
            return
        if not settings.links.on:
            raise click.ClickException("[links] on = false: no address is asked for.")
        told = _visit(find_config(config), limit or 0, source, again=again)
        catalogue.follow()
        known = catalogue.store.links
        outcome = Outcome(run=told, addresses=known.figures(), sources=known.figures_by_source())
    if as_json:
        print_json(outcome)
    else:
        _say(outcome)
    if told.problem:
        err.print(told.problem, markup=False)
        sys.exit(1)


def _list(
    catalogue: Catalogue, limit: int | None, source: str, *, again: bool, as_json: bool
) -> None:
    """Show what is due, most urgent first; only notes which addresses there are."""
    from harvester.links.share import share  # noqa: PLC0415 other commands start faster

    links, now = catalogue.store.links, datetime.now(UTC)
    links.follow(now)
    limit = limit or share(links.count(), catalogue.settings.links.days)
    due = links.due(now, limit, source=source, again=again)
    if as_json:
        print_json(due)
        return
    out.print(f"{len(due)} addresses would be asked for", markup=False)
    for each in due:
        out.print(each.url, markup=False)


def _visit(config: Path | None, limit: int, source: str, *, again: bool) -> Told:
    from harvester.links.process import Visiting  # noqa: PLC0415 other commands start faster
    from harvester.terminal import draw_records  # noqa: PLC0415

    signal.signal(signal.SIGTERM, signal.default_int_handler)  # stop as by Ctrl-C
    with Visiting(config, limit=limit, source=source, again=again) as visiting:

        def follow(show: Callable[[int, int], None]) -> None:
            for told in visiting.watch():
                show(told.done + told.put_off, told.of)

        draw_records(err, follow, name="links")
        told = visiting.told
        if told is None or not told.ended:
            raise click.ClickException(visiting.problem)
    return told


def _say(outcome: Outcome) -> None:
    told = outcome.run
    if not told.of:
        out.print("no address is due", markup=False)
    else:
        out.print(f"{told.done} asked for: {_counted(told.states, _STATES)}", markup=False)
        if told.put_off:
            out.print(f"{told.put_off} put off: their host wants rest", markup=False)
        out.print(f"{told.changed} seen otherwise than before", markup=False)
    known = _by_state(outcome.addresses)
    out.print(f"of {sum(known.values())} addresses: {_counted(known, _KNOWN)}\n", markup=False)
    print_table(
        ["state", "because", "addresses"],
        [[_KNOWN[f.state], f.reason, str(f.count)] for f in outcome.addresses],
    )


def _by_state(figures: Sequence[Figure]) -> dict[str, int]:
    found: dict[str, int] = {}
    for figure in figures:
        found[figure.state] = found.get(figure.state, 0) + figure.count
    return found


def _counted(counts: Mapping[str, int], words: Mapping[str, str]) -> str:
    said = [f"{counts[state]} {word}" for state, word in words.items() if counts.get(state)]
    return ", ".join(said) or "none"
