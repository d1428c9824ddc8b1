"""``vindplaats token``: the token with which a provider posts its records."""

from __future__ import annotations

import hashlib
import secrets
from pathlib import Path

import click

from catalog.config import find_config, is_source_name, load
from commands.door import Command, config_option, out


@click.command(cls=Command)
@click.argument("name")
@config_option
def token(name: str, config: Path | None) -> None:
    """Make a token with which a provider posts its records.

    It is shown this once: config.toml holds only what it can be recognised by.

    Example: vindplaats token school
    """
    if not is_source_name(name):
        raise click.ClickException(
            f"{name!r}: a source's name has up to 40 lower-case letters, digits and hyphens."
        )
    settings = load(find_config(config))
    source = settings.sources.get(name)
    if source and source.kind != "push":
        raise click.ClickException(f"{name} is a source of kind {source.kind}, not of kind push.")
    made = secrets.token_urlsafe(32)
    out.print(f"For the provider, once, over a safe way:\n\n  {made}\n", markup=False)
    where = f"In place of the token_sha256 of [sources.{name}]" if source else "For config.toml"
    out.print(f"{where}; restart the site after it:\n", markup=False)
    if not source:
        out.print(f'[sources.{name}]\nkind = "push"', markup=False)
    out.print(f'token_sha256 = "{hashlib.sha256(made.encode()).hexdigest()}"', markup=False)
