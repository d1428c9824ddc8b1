"""``test-source`` and ``report``: what a provider is told before it joins, and after."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Literal, get_args
from urllib.parse import urlsplit

import click
import msgspec

from catalog import mending
from catalog import profile as profiles
from catalog import report as reports
from catalog.config import AnySource, FilesSource, OaiPmhSource, Settings, find_config, load
from catalog.export.sheet import csv_text
from catalog.profile import field_name, say
from catalog.report import Broken, Report
from commands.door import (
    Command,
    Seconds,
    as_json_text,
    chosen,
    config_option,
    csv_option,
    json_option,
    opened,
    print_json,
    print_table,
    say_plainly,
)

if TYPE_CHECKING:  # it brings Scrapy's world along, which the other commands do without
    from harvester.trial.outcome import Sample, Trial

_BAR = 20
_WIDE = 70


@click.command(cls=Command)
@click.argument("name")
@config_option
@click.option("--html", "as_html", is_flag=True, help="Write a page: one file that needs no other.")
@json_option
@csv_option
@click.option(
    "--only",
    type=click.Choice(get_args(mending.Kind)),
    multiple=True,
    help="With --csv: lines of this kind; may be repeated. All but copy by default.",
)
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
    only: tuple[mending.Kind, ...],
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
            rows = mending.rows(catalogue, name, only or mending.KINDS)
            text = csv_text(mending.Row.__struct_fields__, map(msgspec.structs.astuple, rows))
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
        *_broken("Links that are dead or moved", made.links),
        *_broken("Values that copies at other sources contradict", made.disputes),
        "",
        f"{made.shared} of {made.accepted} have a copy at another source",
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
        said = say(broken.rule)
        told = broken.rule if said == broken.rule else f"{broken.rule}: {said}"
        lines.append(f"  {broken.count:>6}  {told}")
        for example in broken.examples[:3]:
            said = example.reason or example.value or example.title
            lines.append(f"          {example.identifier or '-'}  {said}".rstrip())
    return lines


@click.command(name="test-source", cls=Command)
@click.argument("source", metavar="URL|NAME")
@config_option
@json_option
@click.option(
    "--prefix", default="", help="metadataPrefix to ask for (OAI-PMH); the best by default."
)
@click.option("--profile", default="", help="What the records are held to; the source's, or basis.")
@click.option("--records", default=10, type=click.IntRange(1, 100), help="How many to show.")
@click.option("--time-limit", default=60.0, type=Seconds(), help="Seconds it may take.")
@click.option(
    "--allow-private", is_flag=True, help="The address may be on this machine or network."
)
def test_source(
    source: str,
    config: Path | None,
    *,
    as_json: bool,
    prefix: str,
    profile: str,
    records: int,
    time_limit: float,
    allow_private: bool,
) -> None:
    """Try a source before it joins; nothing is kept. Exits 1 where it is unfit.

    Example: vindplaats test-source lessenkast --records 3
    """
    from harvester.trial import Task, attempt  # noqa: PLC0415 other commands start faster

    settings = load(find_config(config))
    profiles.get(profile)
    entry = _entry(settings, source, prefix, allow_private=allow_private)
    if entry and not entry.url:
        raise click.ClickException(f"{source} pushes its records: there is nothing to fetch.")
    task = Task(
        name=source if source in settings.sources else "trial",
        url=entry.url if entry else source,
        source=entry,
        settings=settings.harvest,
        contact=settings.site.contact,
        home=settings.site.url,
        profile=profile or (entry.profile if entry else ""),
        allow_private=allow_private,
        records=records,
        seconds=time_limit,
    )
    found = attempt(task)
    if as_json:
        print_json(found)
    else:
        _tell(found)
    if found.verdict == "unfit":
        sys.exit(1)


def _entry(
    settings: Settings, source: str, prefix: str, *, allow_private: bool
) -> AnySource | None:
    """Return the named source; for an address what is known of it, None where that is nothing."""
    if source in settings.sources:
        named = settings.sources[source]
        if prefix and isinstance(named, OaiPmhSource):
            named = msgspec.structs.replace(named, prefix=prefix)
        return named
    if "://" in source:
        _check_address(source)
        return (
            OaiPmhSource(url=source, prefix=prefix, allow_private=allow_private) if prefix else None
        )
    if source and Path(source).exists():
        return FilesSource(url=str(Path(source).absolute()))
    known = ", ".join(settings.sources) or "none"
    raise click.ClickException(
        f"{source!r} is no address, no file, and no source of the configuration: {known}."
        if source
        else f"give an address, a file, or a source of the configuration: {known}."
    )


def _check_address(address: str) -> None:
    """Raise ClickException where there is no going to an address, so that nothing is begun."""
    try:
        parts = urlsplit(address)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # half an IPv6 address, a port beyond all ports
        good = False
    if not good:
        raise click.ClickException(
            f"{address!r} is no address that can be visited: give one that begins with http:// or "
            "https:// and names a host."
        )


_MARKS = {"good": "ok  ", "minor": "!   ", "major": "!!  "}


def _tell(found: Trial) -> None:
    """Print a trial as text."""
    say_plainly(f"{found.title or found.name}: {found.kind or 'no kind of source'}, {found.url}")
    if found.guessed and found.kind:
        say_plainly(f"Taken for this because {found.guessed}.")
    for check in found.checks:
        say_plainly(_MARKS[check.state] + check.text)
    if found.offers:
        print_table(
            ["prefix", "namespace"], [[offer.prefix, offer.namespace] for offer in found.offers]
        )
    _tell_records(found)
    say_plainly(f"\nVerdict: {found.verdict}", bold=True)
    for sentence in found.sentences:
        say_plainly(sentence)
    if "allow_private" in found.error:
        say_plainly("For a trial of an address of your own network: --allow-private")
    # a mapping that was proposed is there to be corrected, also where it does not do yet
    if found.guessed and found.entry and (found.verdict != "unfit" or found.kind == "rest"):
        say_plainly("\nFor config.toml, under a name of your choice:\n\n[sources.NAME]")
        for line in _toml(found.entry):
            say_plainly(line)


def _toml(entry: dict[str, Any], before: str = "") -> Iterator[str]:
    """Yield an entry as lines of TOML; strings and numbers are written there as in JSON."""
    for key, value in entry.items():
        if isinstance(value, dict):
            yield from _toml(value, f"{before}{key}.")
        else:
            yield f"{before}{key} = {msgspec.json.encode(value).decode()}"


def _tell_records(found: Trial) -> None:
    for sample in found.samples:
        _tell_sample(sample)
    if found.accepted:
        say_plainly(f"\nFields of the {found.accepted} records that would be accepted", bold=True)
        print_table(
            ["field", "understood", "stated", ""],
            [
                [field_name(c.name), str(c.understood), str(c.stated), c.asked]
                for c in found.coverage
            ],
        )
    for heading, rules in (("Rejected", found.rejects), ("Findings", found.findings)):
        for rule, count in rules.items():
            say_plainly(f"{heading}: {count} by {rule}: {say(rule)}")
    for warning in found.warnings:
        say_plainly(_MARKS["minor"] + warning)


def _tell_sample(sample: Sample) -> None:
    say_plainly(f"\n{sample.identifier or '-'}  {sample.format}", bold=True)
    if sample.rule:
        say_plainly(f"{_MARKS['major']}{sample.rule}: {sample.reason}")
    for finding in sample.findings:
        say_plainly(_MARKS["minor"] + finding)
    if sample.fields:
        print_table(
            ["field", "the source says", "we keep"],
            [[field_name(f.name), _short(f.said), _short(f.kept)] for f in sample.fields],
        )


def _short(values: tuple[str, ...]) -> str:
    text = "; ".join(values)
    return text if len(text) <= _WIDE else text[: _WIDE - 3] + "..."
