"""``runs``, ``rejects`` and ``findings``: lists that are filtered and exported alike."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, get_args

import click

from catalog.catalogue import Catalogue
from catalog.profile import say
from catalog.store.findings import Noted
from catalog.store.model import Counts, Reject, Run, Status
from commands.door import (
    Command,
    chosen,
    config_option,
    csv_option,
    json_option,
    names_argument,
    opened,
    print_csv,
    print_json,
    print_table,
    rule_option,
    since_option,
)

_limit = click.option(
    "--limit",
    type=click.IntRange(1),
    help="How many, newest first; 20 on the screen, all with --json and --csv.",
)
_ON_SCREEN = 20


@click.command(cls=Command)
@names_argument
@config_option
@json_option
@csv_option
@_limit
@click.option("--status", type=click.Choice(get_args(Status)), help="Only runs that stand so.")
@since_option
def runs(
    names: tuple[str, ...],
    config: Path | None,
    *,
    as_json: bool,
    as_csv: bool,
    limit: int | None,
    status: Status | None,
    since: str,
) -> None:
    """List the last runs and what they came to.

    Example: vindplaats runs lessenkast --status incomplete --since 2026-01-01
    """
    with opened(config) as catalogue:
        found = _of_each(
            catalogue,
            names,
            lambda name: catalogue.store.runs.list(
                name, _most(limit, exported=as_json or as_csv), status=status, since=since
            ),
        )
    if as_json:
        print_json(found)
    elif as_csv:
        counts = Counts.__struct_fields__
        print_csv(
            ["run", "source", "status", "started", "ended", *counts, "message", "warnings"],
            [
                [r.id, r.source, r.status, r.started, r.ended]
                + [getattr(r.counts, name) for name in counts]
                + [r.message, "; ".join(r.warnings)]
                for r in found
            ],
        )
    else:
        print_table(
            [
                "run",
                "source",
                "started",
                "status",
                "seen",
                "new",
                "changed",
                "gone",
                "rejected",
                "",
            ],
            map(_run_row, found),
        )


def _run_row(r: Run) -> Sequence[str]:
    c = r.counts
    numbers = map(str, (c.seen, c.added, c.changed, c.deleted + c.removed, c.rejected))
    notes = "; ".join(filter(None, (r.message, *r.warnings)))
    return [str(r.id), r.source, r.started, r.status, *numbers, notes]


@click.command(cls=Command)
@names_argument
@config_option
@json_option
@csv_option
@_limit
@rule_option
@since_option
def rejects(
    names: tuple[str, ...],
    config: Path | None,
    *,
    as_json: bool,
    as_csv: bool,
    limit: int | None,
    rule: str,
    since: str,
) -> None:
    """List the records that were not accepted, and why.

    Example: vindplaats rejects lessenkast --rule title.missing --csv
    """
    with opened(config) as catalogue:
        found: list[Reject] = _of_each(
            catalogue,
            names,
            lambda name: catalogue.store.rejects.list(
                name, _most(limit, exported=as_json or as_csv), rule=rule, since=since
            ),
        )
    if as_json:
        print_json(found)
    elif as_csv:
        print_csv(
            ["source", "identifier", "rule", "reason", "address", "at"],
            [[r.source, r.identifier, r.rule, r.reason, r.url, r.at] for r in found],
        )
    else:
        print_table(
            ["source", "identifier", "rule", "reason"],
            [[r.source, r.identifier or "-", r.rule, r.reason] for r in found],
        )


@click.command(cls=Command)
@names_argument
@config_option
@json_option
@csv_option
@_limit
@rule_option
@since_option
def findings(
    names: tuple[str, ...],
    config: Path | None,
    *,
    as_json: bool,
    as_csv: bool,
    limit: int | None,
    rule: str,
    since: str,
) -> None:
    """List what accepted records lack of what is recommended.

    Example: vindplaats findings lessenkast --rule licence --csv
    """
    with opened(config) as catalogue:
        found: list[Noted] = _of_each(
            catalogue,
            names,
            lambda name: catalogue.store.findings.list(
                name, _most(limit, exported=as_json or as_csv), rule=rule, since=since
            ),
        )
    if as_json:
        print_json(found)
    elif as_csv:
        columns = Noted.__struct_fields__
        print_csv(columns, [[getattr(n, name) for name in columns] for n in found])
    else:
        print_table(
            ["source", "identifier", "rule", "finding"],
            [[n.source, n.identifier, n.rule, say(n.rule, n.value)] for n in found],
        )


def _of_each(
    catalogue: Catalogue, names: tuple[str, ...], ask: Callable[[str | None], list[Any]]
) -> list[Any]:
    """Return what ``ask`` gives for each named source, or for all at once.

    A source that was taken out of the configuration has its runs, and what came of them, still.
    """
    chosen(catalogue.settings, [name for name in names if not catalogue.store.runs.last(name)])
    return [found for name in names or (None,) for found in ask(name)]


def _most(limit: int | None, *, exported: bool) -> int | None:
    return limit or (None if exported else _ON_SCREEN)
