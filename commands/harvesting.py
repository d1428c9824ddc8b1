"""``vindplaats harvest``: goes out to the sources."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from catalog.catalogue import Catalogue
from catalog.config import find_config, load
from catalog.memory import suit_many_records
from commands.door import (
    Command,
    Seconds,
    chosen,
    config_option,
    err,
    json_option,
    names_argument,
    out,
    print_json,
)
from commands.works import group

if TYPE_CHECKING:
    from harvester.supervisor import Work


@click.command(cls=Command)
@names_argument
@config_option
@json_option
@click.option(
    "--jobs",
    type=click.IntRange(1, 32),
    help="Sources at the same time; [harvest] jobs by default.",
)
@click.option("--full", is_flag=True, help="Ask for everything, not only for what changed.")
@click.option(
    "--time-limit",
    type=Seconds(),
    help="Seconds after which a run is stopped; the next one goes on there.",
)
@click.option(
    "--confirm-removal",
    "confirmed",
    multiple=True,
    metavar="NAME",
    help="Let the whole list of this source remove many records (after a refused run).",
)
@click.option("--dry-run", is_flag=True, help="Write nothing: say what would be written.")
def harvest(
    names: tuple[str, ...],
    config: Path | None,
    *,
    as_json: bool,
    jobs: int | None,
    full: bool,
    time_limit: float | None,
    confirmed: tuple[str, ...],
    dry_run: bool,
) -> None:
    """Harvest the named sources, or all that are enabled.

    A run that was broken off goes on where it stopped. Exits with 0 only where every run ended
    complete.

    Example: vindplaats harvest edurep-wikiwijs --full
    """
    from harvester.supervisor import Supervisor  # noqa: PLC0415 other commands start faster
    from harvester.terminal import draw  # noqa: PLC0415

    file = find_config(config)
    suit_many_records()
    with Catalogue(load(file)) as catalogue:
        settings = catalogue.settings
        picked = list(dict.fromkeys(chosen(settings, names)))
        chosen(settings, confirmed)
        if not picked:
            raise click.ClickException("no source is enabled: set enabled = true, or name one.")
        supervisor = Supervisor(
            catalogue=catalogue,
            config=file,
            names=picked,
            jobs=jobs or settings.harvest.jobs,
            time_limit=time_limit or settings.harvest.time_limit,
            full=full,
            confirmed=confirmed,
            dry_run=dry_run,
        )
        draw(supervisor.watch(), err)
        _tell(supervisor.works, as_json=as_json)
        problem = supervisor.index_problem
        if not (problem or dry_run):
            problem = group(catalogue)
    if problem:
        err.print(problem, markup=False)
    if any(work.run is None or work.run.status != "complete" for work in supervisor.works):
        sys.exit(1)


def _tell(works: Sequence[Work], *, as_json: bool) -> None:
    """Say what came of the sources, before the works are grouped: it can be searched by now."""
    from harvester.terminal import ended  # noqa: PLC0415 other commands start faster

    if as_json:
        print_json(
            [w.rehearsed or w.run or {"source": w.name, "problem": w.problem} for w in works]
        )
    else:
        for work in works:
            out.print(ended(work), markup=False)
    sys.stdout.flush()
