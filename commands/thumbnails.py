"""``vindplaats thumbnails``: fetches small pictures of materials, for the site to show."""

from __future__ import annotations

from pathlib import Path

import click
import msgspec

from catalog.config import find_config, load
from commands.door import Command, config_option, json_option, out, print_json
from harvester.errand import Errand
from harvester.thumbnails.told import Told


@click.command(cls=Command)
@config_option
@json_option
@click.option("--limit", type=click.IntRange(1), help="How many at most; by default all.")
def thumbnails(config: Path | None, *, as_json: bool, limit: int | None) -> None:
    """Fetch pictures of materials, make them small and keep them.

    Only what is not there yet is asked for, host by host and with pauses. [thumbnails] in
    config.toml switches it on and says how much room the pictures may take.

    Example: vindplaats thumbnails --limit 100
    """
    found = find_config(config)
    if not load(found).thumbnails.on:
        raise click.ClickException("[thumbnails] on = false: no picture is asked for.")
    arguments = ["--limit", str(limit or 0), *(["--config", str(found)] if found else [])]
    with Errand("harvester.thumbnails", *arguments) as errand:
        while errand.under_way:
            errand.wait(1)
        if errand.problem:
            raise click.ClickException(f"the pictures could not be fetched: {errand.problem}")
        told = msgspec.json.decode(errand.line, type=Told)
    if as_json:
        print_json(told)
    else:
        out.print(told.sentence, markup=False)
    if told.problem:
        raise click.ClickException(f"{told.problem}.")
