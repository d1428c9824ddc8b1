"""The command ``vindplaats``: joins the catalogue, the harvester and the site. Holds no logic."""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path

import click

from catalog.config import find_config, load
from catalog.memory import suit_many_records
from commands.door import (
    Group,
    chosen,
    config_option,
    err,
    json_option,
    names_argument,
    opened,
    out,
    print_json,
    print_table,
)

#: Which module of ``commands`` has each of the other commands.
_ELSEWHERE = {
    "dump": "dump",
    "export": "exporting",
    "findings": "listing",
    "harvest": "harvesting",
    "held": "holding",
    "links": "links",
    "lti": "lti",
    "rejects": "listing",
    "report": "providers",
    "reports": "reports",
    "runs": "listing",
    "search": "searching",
    "show": "searching",
    "test-source": "providers",
    "thumbnails": "thumbnails",
    "token": "tokens",
    "work": "working",
    "works": "works",
}


@click.group(
    cls=Group, elsewhere=_ELSEWHERE, context_settings={"help_option_names": ["-h", "--help"]}
)
@click.version_option(package_name="vindplaats")
def main() -> None:
    """Harvest, keep and find open learning materials.

    Start with: vindplaats demo

    Sources and settings stand in config.toml in this folder; without one, the built-in
    demonstration is used. What is harvested is kept in the folder var beside it.
    """


@main.command()
@config_option
@json_option
def sources(config: Path | None, *, as_json: bool) -> None:
    """List the sources and how they fare.

    Example: vindplaats sources --json
    """
    with opened(config) as catalogue:
        states = catalogue.sources()
    if as_json:
        print_json(states)
        return
    print_table(
        ["source", "kind", "", "records", "rejects", "last run"],
        [
            [
                s.name,
                s.kind,
                "on" if s.enabled else "off",
                str(s.records),
                str(s.rejects),
                f"{s.last_run.started} {s.last_run.status}" if s.last_run else "never",
            ]
            for s in states
        ],
    )


@main.command()
@config_option
@click.option("--host", help="Address to listen on; [site] host by default.")
@click.option(
    "--port", type=click.IntRange(0, 65535), help="Port to listen on; [site] port by default."
)
def serve(config: Path | None, host: str | None, port: int | None) -> None:
    """Serve the site until Ctrl-C, with a server fit for production.

    For a service: SIGTERM ends it as well, and what was counted is kept.

    Example: vindplaats serve --port 8080
    """
    from webapp.server import serve as serve_site  # noqa: PLC0415

    with opened(config) as catalogue:
        site = catalogue.settings.site
        serve_site(
            catalogue,
            host=host or site.host,
            port=site.port if port is None else port,
            ready=lambda url: out.print(f"{site.title} is at {url} (Ctrl-C ends it)", markup=False),
        )


@main.command()
@names_argument
@config_option
@json_option
def reparse(names: tuple[str, ...], config: Path | None, *, as_json: bool) -> None:
    """Read the kept raw records again, without the network.

    For after an upgrade, or a change of licence, language or level in the configuration.

    Example: vindplaats reparse lessenkast
    """
    from harvester.reparse import reparse as read_again  # noqa: PLC0415
    from harvester.terminal import draw_pages  # noqa: PLC0415

    results = {}
    with opened(config) as catalogue:
        for name in chosen(catalogue.settings, names):
            results[name] = draw_pages(name, read_again(catalogue, name), err)
        catalogue.follow()
    if as_json:
        print_json(results)
    else:
        for name, p in results.items():
            said = p and (
                f"read {p.read}, changed {p.changed}, rejects accepted {p.accepted}, "
                f"rejected now {p.failed}"
            )
            out.print(f"{name}: {said if p else 'nothing is kept'}", markup=False)


@main.command()
@config_option
def reindex(config: Path | None) -> None:
    """Make the search index anew from the store.

    The old one serves until the new one is there. Rarely needed: doctor --repair sees to it.

    Example: vindplaats reindex
    """
    from harvester.terminal import draw_records  # noqa: PLC0415 other commands start faster

    suit_many_records()
    with opened(config) as catalogue:
        draw_records(err, catalogue.rebuild)
        records = sum(catalogue.store.records.count_by_source().values())
        out.print(f"{records} records indexed", markup=False)


@main.command()
@config_option
@json_option
@click.option("--repair", is_flag=True, help="Mend works and index where they are wrong.")
def doctor(config: Path | None, *, as_json: bool, repair: bool) -> None:
    """Examine store, works, index and sources, and say what is wrong.

    Exits with 1 where something is, for whoever keeps watch.

    Example: vindplaats doctor --repair
    """
    from catalog.doctor import examine  # noqa: PLC0415

    with opened(config) as catalogue:
        findings = examine(catalogue, repair=repair)
    if as_json:
        print_json(findings)
    else:
        for finding in findings:
            mark = "ok  " if finding.well else "!!  "
            out.print(mark + finding.text, markup=False)
    if not all(finding.well for finding in findings):
        sys.exit(1)


@main.command()
@config_option
@click.option(
    "--port", type=click.IntRange(0, 65535), help="Port of the site; [site] port by default."
)
@click.option("--no-serve", is_flag=True, help="Stop after the harvest.")
@click.pass_context
def demo(ctx: click.Context, config: Path | None, port: int | None, *, no_serve: bool) -> None:
    """Try it out: harvest five sources, then serve the site.

    The sources run on this machine; nothing is asked of the internet.

    Example: vindplaats demo
    """
    from commands.harvesting import harvest  # noqa: PLC0415
    from demo.process import running  # noqa: PLC0415

    # a source that failed is told, and the rest is served
    with running(load(find_config(config)).sources) as names, contextlib.suppress(SystemExit):
        ctx.invoke(harvest, names=names, config=config)
    if not no_serve:
        ctx.invoke(serve, config=config, port=port)


if __name__ == "__main__":
    main()
