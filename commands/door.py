"""What all commands share: options, the way into the catalogue, how answers are printed."""

from __future__ import annotations

import contextlib
import importlib
import io
import math
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import click
import msgspec
from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.table import Table

from catalog.catalogue import Catalogue
from catalog.config import ConfigError, Settings, find_config, load
from catalog.export.sheet import csv_text
from catalog.index import SearchError
from catalog.profile import ProfileError
from catalog.store import StoreError
from harvester.errors import HarvestError

out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)


class Command(click.Command):
    """A command that says what went wrong in one sentence and never shows a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BrokenPipeError:  # whoever reads has seen enough: click ends without a word
            raise
        except OSError as error:
            raise click.ClickException(_in_words(error)) from error
        except (ConfigError, ProfileError, HarvestError, StoreError, SearchError) as error:
            raise click.ClickException(str(error)) from error


class Group(click.Group):
    """The commands together; what goes wrong while a file is closed is said as plainly.

    Those that stand ``elsewhere``, each in a module of this package, are imported once they are
    asked for: none waits for what only another needs.
    """

    command_class = Command

    def __init__(
        self, *args: Any, elsewhere: Mapping[str, str] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._elsewhere = elsewhere or {}

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*super().list_commands(ctx), *self._elsewhere})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if module := self._elsewhere.get(cmd_name):
            found = importlib.import_module(f"commands.{module}")
            return getattr(found, cmd_name.replace("-", "_"))  # type: ignore[no-any-return]
        return super().get_command(ctx, cmd_name)

    def main(self, *args: Any, **kwargs: Any) -> Any:
        for stream in (sys.stdout, sys.stderr):  # a question mark for what a terminal cannot show
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(errors="replace")
        try:
            return super().main(*args, **kwargs)
        except OSError as error:  # the last of --output finds no room
            click.echo(f"Error: {_in_words(error)}", err=True)
            sys.exit(1)


def _in_words(error: OSError) -> str:
    """Return what the system said without its number, which tells nobody anything."""
    if not error.strerror:
        return str(error)
    return f"{error.filename}: {error.strerror}." if error.filename else f"{error.strerror}."


class _Since(click.ParamType):  # type: ignore[type-arg]  # generic in newer releases alone
    """A day or an instant, as the store writes them."""

    name = "date"
    _form = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\dZ)?", re.ASCII)

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if value and not self._is_moment(value):
            self.fail(f"{value!r} is not YYYY-MM-DD or YYYY-MM-DDThh:mm:ssZ.", param, ctx)
        return value

    def _is_moment(self, value: str) -> bool:
        try:
            return bool(self._form.fullmatch(value) and datetime.fromisoformat(value))
        except ValueError:  # the form of a date, and no day of any calendar
            return False


class Seconds(click.ParamType):  # type: ignore[type-arg]  # generic in newer releases alone
    """A length of time: a second at least, and an end to it."""

    name = "seconds"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        try:
            seconds = float(value)
        except ValueError:
            seconds = math.nan
        if not (1 <= seconds < math.inf):
            self.fail(f"{value!r} is no number of seconds, 1 or more.", param, ctx)
        return seconds


config_option = click.option(
    "--config",
    type=click.Path(path_type=Path),
    help="Configuration to use: ./config.toml by default, else the built-in one.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
csv_option = click.option("--csv", "as_csv", is_flag=True, help="Print CSV, in UTF-8.")
since_option = click.option(
    "--since", type=_Since(), metavar="DATE", default="", help="Only from this day or instant on."
)
rule_option = click.option(
    "--rule", default="", help="Only this rule, such as licence.missing, or all of one: licence."
)
names_argument = click.argument("names", nargs=-1, metavar="[NAME]...")


@contextlib.contextmanager
def opened(config: Path | None) -> Iterator[Catalogue]:
    with Catalogue(load(find_config(config))) as catalogue:
        yield catalogue


def chosen(settings: Settings, names: Sequence[str]) -> list[str]:
    """Return the named sources, or all that are enabled."""
    for name in names:
        if name not in settings.sources:
            known = ", ".join(settings.sources) or "none"
            raise click.ClickException(
                f"there is no source {name!r} in the configuration, which has: {known}."
            )
    return list(names) or [n for n, source in settings.sources.items() if source.enabled]


def as_json_text(data: Any) -> str:
    return msgspec.json.format(msgspec.json.encode(data), indent=2).decode() + "\n"


def print_json(data: Any) -> None:
    sys.stdout.buffer.write(as_json_text(data).encode())


def print_table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print a table: within the width of a terminal, elsewhere a line a row however long."""
    if not out.is_terminal:
        _print_lines([columns, *rows])
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(click.unstyle(cell) for cell in row))
    out.print(table, markup=False)


def _print_lines(rows: Sequence[Sequence[str]]) -> None:
    cells = [[" ".join(click.unstyle(cell).split()) for cell in row] for row in rows]
    widths = [max(map(cell_len, column)) for column in zip(*cells, strict=True)]
    for row in cells:
        line = "  ".join(set_cell_size(cell, w) for cell, w in zip(row, widths, strict=True))
        click.echo(line.rstrip())


def say_plainly(text: str, *, bold: bool = False) -> None:
    """Print text that may hold anything a source says."""
    out.print(click.unstyle(text), style="bold" if bold else None, markup=False)


def print_csv(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    sys.stdout.buffer.write(csv_text(columns, rows).encode("utf-8", "replace"))
