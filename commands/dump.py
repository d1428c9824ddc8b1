"""``vindplaats dump``: everything that the catalogue holds, as files for others to fetch."""

from __future__ import annotations

import signal
from pathlib import Path

import click

from catalog.config import Settings
from catalog.dump.folder import DumpError, Dumps
from catalog.dump.making import About, make
from catalog.dump.manifest import Manifest
from catalog.memory import suit_many_records
from commands.door import Command, config_option, err, json_option, opened, out, print_json


@click.command(cls=Command)
@config_option
@json_option
def dump(config: Path | None, *, as_json: bool) -> None:
    """Write the whole catalogue to files that the site offers at /dump/.

    Every record as JSON and as RDF, and what was deleted, all of one moment. The dump before it
    is offered until this one is whole. `vindplaats work` does it every night.

    Example: vindplaats dump --json
    """
    from harvester.terminal import draw_records  # noqa: PLC0415 other commands start faster

    signal.signal(signal.SIGTERM, signal.default_int_handler)  # tidy up, as by Ctrl-C
    suit_many_records()
    made: list[Manifest] = []
    with opened(config) as catalogue:
        settings = catalogue.settings.dump
        if not settings.on:
            raise click.ClickException("[dump] on = false: no dump is made.")
        dumps, about = Dumps(Path(settings.path)), _about(catalogue.settings)
        try:
            draw_records(
                err,
                lambda show: made.append(
                    make(catalogue.store, dumps, about, keep=settings.keep, progress=show)
                ),
                name="steps",
            )
        except DumpError as error:
            raise click.ClickException(str(error)) from error
    (manifest,) = made
    if as_json:
        print_json(manifest)
    else:
        out.print(_said(manifest, dumps.path), markup=False)


def _about(settings: Settings) -> About:
    from webapp import addresses  # noqa: PLC0415 other commands start faster

    site = settings.site
    return About(
        catalogue=site.title,
        home=site.url,
        licence=settings.dump.licence,
        sources={name: source.title or name for name, source in settings.sources.items()},
        page=lambda id_: site.url + addresses.path("resource", site.language, id_),
        told=settings.provider.on,
    )


def _said(manifest: Manifest, path: Path) -> str:
    """Return in a sentence what was made."""
    return (
        f"{manifest.records} records and {manifest.deletes} deletes in {path / manifest.name} "
        f"({manifest.size / 1024**2:.1f} MB)"
    )
