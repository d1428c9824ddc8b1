"""``vindplaats work``: harvests when it is time, and never ends by itself."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

from catalog.config import find_config
from commands.door import Command, config_option, opened, out


@click.command(cls=Command)
@config_option
def work(config: Path | None) -> None:
    """Harvest each source when its schedule says so, until stopped.

    For a service: SIGTERM or Ctrl-C ends it, and runs that were under way go on the next time.
    The schedules stand in config.toml, which is read at the start. What providers post is read as
    soon as it is there. Addresses of materials are asked for, their pictures fetched and a dump
    made by the schedules of [links], [thumbnails] and [dump].

    Example: vindplaats work
    """
    from harvester.work import Worker, told_to_stop  # noqa: PLC0415 other commands start faster

    stop = told_to_stop()

    def say(sentence: str) -> None:
        at = dt.datetime.now().astimezone().isoformat(sep=" ", timespec="seconds")
        out.print(f"{at} {sentence}", markup=False)

    with opened(config) as catalogue:
        sources = catalogue.settings.sources.items()
        planned = [n for n, s in sources if s.enabled and (s.schedule or s.kind == "push")]
        if not planned:
            raise click.ClickException(
                "there is nothing to do: give an enabled source a schedule, such as "
                "schedule = '30 2 * * *' for half past two each night."
            )
        say(f"harvesting when it is time: {', '.join(planned)}")
        Worker(catalogue, config=find_config(config), say=say).run(stop)
        say("stopped")
