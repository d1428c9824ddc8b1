"""``vindplaats reports``: what visitors say is wrong with materials."""

from __future__ import annotations

from pathlib import Path

import click
from msgspec import Struct

from catalog.catalogue import Catalogue
from catalog.store.reports import Report
from commands.door import (
    Command,
    config_option,
    csv_option,
    json_option,
    opened,
    out,
    print_csv,
    print_json,
    print_table,
)


class Told(Struct, frozen=True, kw_only=True):
    """A report, and the material that it is about as it stands now."""

    id: int
    at: str
    reason: str
    text: str
    record: str
    source: str
    title: str
    url: str


@click.command(cls=Command)
@config_option
@json_option
@csv_option
@click.option("--limit", type=click.IntRange(1), help="How many at most, newest first.")
@click.option("--done", type=int, multiple=True, metavar="ID", help="Take these off the list.")
def reports(
    config: Path | None, *, as_json: bool, as_csv: bool, limit: int | None, done: tuple[int, ...]
) -> None:
    """List what visitors reported about materials.

    With --done, what somebody has dealt with is taken off the list.

    Example: vindplaats reports --csv
    """
    with opened(config) as catalogue:
        for each in done:
            if not catalogue.reports.done(each):
                raise click.ClickException(f"there is no report {each}.")
        found = [_told(each, catalogue) for each in catalogue.reports.waiting(limit)]
    if as_json:
        print_json(found)
    elif as_csv:
        columns = Told.__struct_fields__
        print_csv(columns, [[getattr(each, name) for name in columns] for each in found])
    elif found:
        print_table(
            ["report", "at", "reason", "material", "title", "text"],
            [[str(r.id), r.at, r.reason, r.record, r.title, r.text] for r in found],
        )
    else:
        out.print("nothing was reported")


def _told(report: Report, catalogue: Catalogue) -> Told:
    card = catalogue.card(report.record)
    resource = card.resource if card else None
    return Told(
        id=report.id,
        at=report.at,
        reason=report.reason,
        text=report.text,
        record=report.record,
        source=resource.source if resource else "",
        title=resource.titles[0].text if resource and resource.titles else "",
        url=resource.url if resource else "",
    )
