"""``report``: what a provider is told of its records."""

from __future__ import annotations

from pathlib import Path
from typing import IO, Literal

import click
import msgspec

from catalog import report as reports
from catalog.profile import field_name, say
from catalog.report import Broken, Report
from commands.door import (
    Command,
    as_csv_text,
    as_json_text,
    chosen,
    config_option,
    csv_option,
    json_option,
    opened,
)

_BAR = 20


@click.command(cls=Command)
@click.argument("name")
@config_option
@click.option("--html", "as_html", is_flag=True, help="Write a page: one file that needs no other.")
@json_option
@csv_option
@click.option("--language", type=click.Choice(["nl", "en"]), help="Of the page; the site's.")
@click.option(
    "--output", type=click.File("wb"), default="-", help="File; standard output by default."
)
def report(
    name: str,
    config: Path | None,
    *,
    as_html: bool,
    as_json: bool,
    as_csv: bool,
    language: Literal["nl", "en"] | None,
    output: IO[bytes],
) -> None:
    """Report to a provider: what was accepted, what was not, and why.

    Example: vindplaats report lessenkast --html --output lessenkast.html
    """
    if as_html + as_json + as_csv > 1:
        raise click.UsageError("--html, --json and --csv exclude each other.")
    with opened(config) as catalogue:
        chosen(catalogue.settings, [name])
        site = catalogue.settings.site
        if as_csv:
            columns = reports.Row.__struct_fields__
            found = (msgspec.structs.astuple(row) for row in reports.rows(catalogue, name))
            text = as_csv_text(columns, found)
        else:
            made = reports.report(catalogue, name)
            if as_html:
                from webapp.provider import render  # noqa: PLC0415 the web alone needs it

                text = render(made, site, language or site.language)
            else:
                text = as_json_text(made) if as_json else in_words(made)
    output.write(text.encode("utf-8", "replace"))


def in_words(made: Report) -> str:
    """Return a report as plain text, in English."""
    total = made.accepted + made.rejected
    lines = [
        f"{made.title} ({made.name}), {made.kind}, {made.url}",
        f"{made.made}; profile {made.profile.name} {made.profile.version}",
        "",
        f"{made.accepted} of {total} records accepted, {made.rejected} rejected",
        *_broken("Rejected", made.rejects),
        *_broken("Accepted, with a remark", made.findings),
        "",
        "Fields: understood, stated",
    ]
    for row in made.coverage:
        full = round(_BAR * row.understood / made.accepted) if made.accepted else 0
        bar = "#" * full + "." * (_BAR - full)
        numbers = f"{row.understood:>8} {row.stated:>8}"
        lines.append(f"  {field_name(row.name):28} {bar} {numbers}  {row.asked}".rstrip())
    lines += ["", "Latest runs: seen, rejected"]
    for run in made.runs[-10:]:
        numbers = f"{run.counts.seen:>8} {run.counts.rejected:>8}"
        lines.append(f"  {run.started} {run.status:10} {numbers}  {run.message}".rstrip())
    return "\n".join(lines) + "\n"


def _broken(heading: str, rules: tuple[Broken, ...]) -> list[str]:
    lines = ["", heading] if rules else []
    for broken in rules:
        lines.append(f"  {broken.count:>6}  {broken.rule}: {say(broken.rule)}")
        for example in broken.examples[:3]:
            said = example.reason or example.value or example.title
            lines.append(f"          {example.identifier or '-'}  {said}".rstrip())
    return lines
