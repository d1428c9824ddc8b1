"""``export``: every record as JSON, or materials as a cartridge for a learning environment."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec

from catalog.export.cartridge import VERSIONS
from catalog.index import Query
from commands.door import Command, chosen, config_option, names_argument, opened
from commands.searching import filter_option, without_option
from webapp.addresses import LANGUAGES, MAX_SIZE, Language

if TYPE_CHECKING:
    from catalog.catalogue import Catalogue

_JSON_LINES = "jsonl"
_CHOSEN = f"Of a cartridge, which has at most {MAX_SIZE} materials"


@click.command(cls=Command)
@names_argument
@config_option
@click.option(
    "--output", type=click.File("wb"), default="-", help="File; standard output by default."
)
@click.option(
    "--format",
    "form",
    type=click.Choice([_JSON_LINES, *VERSIONS]),
    default=_JSON_LINES,
    help="Every record as a line of JSON, or a Common Cartridge of links (1.1, 1.3 or thin).",
)
@click.option("--query", default="", help=f"{_CHOSEN}: what to search for.")
@filter_option
@without_option
@click.option("--id", "ids", multiple=True, help=f"{_CHOSEN}: this one; may be repeated.")
@click.option("--title", default="", help="Of a cartridge: what to call it.")
@click.option("--language", type=click.Choice(LANGUAGES), help="Of a cartridge; [site] by default.")
def export(
    names: tuple[str, ...],
    config: Path | None,
    output: Any,
    *,
    form: str,
    query: str,
    filters: dict[str, list[str]],
    without: dict[str, list[str]],
    ids: tuple[str, ...],
    title: str,
    language: Language | None,
) -> None:
    """Write every record as a line of JSON, or materials as a cartridge.

    Example: vindplaats export --format cc1.1 --query breuken --output breuken.imscc
    """
    asked = bool(query or filters or without)
    if form == _JSON_LINES and (asked or ids or title or language):
        raise click.ClickException("materials are chosen for a cartridge alone: --format cc1.1.")
    if ids and (asked or names):
        raise click.ClickException("either --id, or a search; not both.")
    with opened(config) as catalogue:
        chosen(catalogue.settings, names)
        if form == _JSON_LINES:
            _write_lines(catalogue, names, output)
            return
        catalogue.follow()
        of_sources = {"source": names} if names else {}
        search = Query(text=query, filters={**of_sources, **filters}, without=without)
        language = language or catalogue.settings.site.language
        if not (data := _cartridge(catalogue, ids or search, form, language, title)):
            raise click.ClickException("there is nothing to put into a cartridge.")
        output.write(data)


def _write_lines(catalogue: Catalogue, names: tuple[str, ...], output: Any) -> None:
    for stored in catalogue.store.records.all_changes():
        if not stored.deleted and (not names or stored.resource.source in names):
            output.write(msgspec.json.encode(stored) + b"\n")


def _cartridge(
    catalogue: Catalogue,
    asked: Query | tuple[str, ...],
    version: str,
    language: Language,
    title: str,
) -> bytes | None:
    from webapp import cartridges, mylist  # noqa: PLC0415 other commands start faster

    packer = cartridges.Packer(catalogue.settings)
    if isinstance(asked, Query):
        return packer.found(catalogue, asked, version, language, title=title)
    return mylist.packed(packer, mylist.chosen(catalogue, asked), version, language, title=title)
