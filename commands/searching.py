"""``search`` and ``show``: what the site finds, and one record of it."""

from __future__ import annotations

import difflib
import functools
import itertools
import sys
from pathlib import Path

import click
from msgspec import structs

from catalog.index import FACETS, Query, SearchError
from catalog.index.facets import among, there_is
from commands.door import Command, config_option, err, json_option, opened, out, print_json

_NARROW = f"Narrow down; may be repeated. Facets: {', '.join(FACETS)}."
_LEAVE_OUT = "Leave out what has this value; may be repeated."
#: What was done to a question, by the codes of ``catalog.index.query``.
NOTICES = {
    "query.cut": "The question is too long: its first part was searched for.",
    "query.repaired": "The question cannot be read as it was typed: its words were searched for.",
    "query.empty": "There is no word in the question.",
    "query.wildcard": "An asterisk stands for nothing here; words are found in all their forms.",
    "query.corrected": "A word that was typed is in no record. Searched for: {text}",
    "query.relaxed": "Few or none have all of it; what has a part of it comes after them.",
}


def _by_facet(
    _context: click.Context, option: click.Parameter, given: tuple[str, ...]
) -> dict[str, list[str]]:
    """Return the values that an option gives each facet. Raises ClickException."""
    values: dict[str, list[str]] = {}
    for one in given:
        facet, _, value = one.partition("=")
        if facet not in FACETS:
            raise click.ClickException(
                f"there is no facet {facet!r}; there are: {', '.join(FACETS)}."
            )
        if not value:
            raise click.ClickException(f"{option.opts[0]} {facet}=VALUE: which value of {facet}?")
        if not there_is(facet, value):
            values_of = ", ".join(among(facet)) or "2019, 2019..2023, 2019.. and the like"
            raise click.ClickException(
                f"{option.opts[0]}: there is no {facet} {value!r}; there are: {values_of}."
            )
        values.setdefault(facet, []).append(value)
    return values


_facet_option = functools.partial(
    click.option, multiple=True, metavar="FACET=VALUE", callback=_by_facet
)
filter_option = _facet_option("--filter", "filters", help=_NARROW)
without_option = _facet_option("--without", help=_LEAVE_OUT)


class _Asking(Command):
    """A command that is given a question, in which a word may begin with a minus."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        typed = list(itertools.takewhile(lambda arg: arg != "--", args))
        if "-h" in typed:  # letters of -scheikunde are no options; this is one by itself
            return super().parse_args(ctx, ["--help"])
        known = {name for parameter in self.get_params(ctx) for name in parameter.opts}
        for arg in typed:
            name = arg.partition("=")[0]
            if name.startswith("--") and name not in known:
                near = difflib.get_close_matches(name, sorted(known))
                raise click.NoSuchOption(name, possibilities=near, ctx=ctx)
        return super().parse_args(ctx, args)


@click.command(
    cls=_Asking,
    context_settings={"ignore_unknown_options": True, "help_option_names": ["--help"]},
)
@click.argument("query", nargs=-1, required=True)
@config_option
@json_option
@filter_option
@without_option
@click.option("--copies", is_flag=True, help="Each record by itself, and no works of several.")
@click.option("--page", default=1, type=click.IntRange(1), help="Which page of hits.")
@click.option("--size", default=10, type=click.IntRange(1, 100), help="Hits on a page.")
def search(
    query: tuple[str, ...],
    config: Path | None,
    *,
    as_json: bool,
    filters: dict[str, list[str]],
    without: dict[str, list[str]],
    copies: bool,
    page: int,
    size: int,
) -> None:
    """Search the catalogue, as the site does.

    Prints title, makers, sources, id and address of each hit.

    A word with a minus before it is left out, as on the site: statistiek -biologie.

    Example: vindplaats search statistiek --filter level=hbo --without language=de
    """
    asked = Query(
        text=" ".join(query),
        filters=filters,
        without=without,
        copies=copies,
        page=page,
        size=size,
    )
    with opened(config) as catalogue:
        try:
            catalogue.follow()
        except SearchError as error:  # as on a full disk; what it has can be searched
            err.print(str(error), markup=False)
        found = catalogue.search(asked)
    if as_json:
        print_json(found)
        return
    out.print(f"{found.total} found", markup=False)
    for code in found.notices:
        out.print(NOTICES[code].format(text=found.text), markup=False)
    for card in found.cards:
        makers = ", ".join(agent.name for agent in card.resource.creators[:3])
        out.print(f"\n{card.resource.titles[0].text}", style="bold", markup=False)
        sources = ", ".join(card.sources)
        out.print(f"  {makers or '-'} · {sources} · {card.id}", markup=False)
        out.print(f"  {card.resource.url}", markup=False)


@click.command(cls=Command)
@click.argument("id")
@config_option
@click.option(
    "--copy", is_flag=True, help="Show the record itself, and not the work that it is in."
)
@click.option("--raw", is_flag=True, help="Print the record as the source gave it.")
@click.option("--json", is_flag=True, expose_value=False, help="What it prints is JSON anyway.")
def show(id: str, config: Path | None, *, copy: bool, raw: bool) -> None:  # noqa: A002 a record's id
    """Show one work and its copies, as JSON, by its id.

    The id of a record leads to the work that it is a copy of.

    Example: vindplaats show c241b8d442625a5d
    """
    with opened(config) as catalogue:
        whole = catalogue.whole(id)
        if whole is None:
            raise click.ClickException(f"there is no record {id!r}; search prints the ids.")
        card = catalogue.record(id) or whole.copies[0]
        if raw:
            if card.resource.source not in catalogue.settings.sources:
                raise click.ClickException(
                    f"{card.resource.source} is no longer in the configuration, which says how its "
                    "answers are taken apart; put its entry back, with enabled = false."
                )
            from harvester.reparse import raw_record  # noqa: PLC0415

            sys.stdout.buffer.write(raw_record(catalogue, card.id) + b"\n")
            return
    if copy:
        print_json(card)
        return
    rest = structs.asdict(whole)
    print_json({**structs.asdict(rest.pop("card")), **rest})
