"""``vindplaats lti``: the LMSs that may launch the catalogue, by LTI 1.3."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal, get_args

import click
from msgspec import Struct
from msgspec.structs import replace

from catalog.catalogue import Catalogue
from catalog.store.platforms import LONGEST_DEPLOYMENT, Platform
from commands.door import Command, config_option, json_option, opened, out, print_json, print_table

Action = Literal["list", "add", "remove", "invite", "rotate"]
_DAY = 24 * 3600


class Told(Struct, frozen=True, kw_only=True):
    """A platform as it is listed."""

    name: str
    issuer: str
    client_id: str
    deployments: list[str]
    login_url: str
    keys_url: str
    origins: tuple[str, ...]


class Given(Struct, frozen=True, kw_only=True):
    """What was typed of a platform; "" where nothing was."""

    issuer: str
    client_id: str
    name: str
    login_url: str
    keys_url: str
    deployments: tuple[str, ...]
    origins: tuple[str, ...]


@click.command(cls=Command)
@click.argument("action", type=click.Choice(get_args(Action)), default="list")
@config_option
@json_option
@click.option("--issuer", default="", metavar="URL", help="add, remove: what the LMS calls itself.")
@click.option("--client-id", default="", metavar="ID", help="add, remove: what it calls us.")
@click.option("--name", default="", help="add: what to call it in the list.")
@click.option("--login-url", default="", metavar="URL", help="add: its authorisation endpoint.")
@click.option("--keys-url", default="", metavar="URL", help="add: its public key set (JWKS).")
@click.option(
    "--deployment", multiple=True, metavar="ID", help="add: a deployment to admit; repeatable."
)
@click.option(
    "--origin", multiple=True, metavar="URL", help="add: another site that frames us; repeatable."
)
@click.option(
    "--days", type=click.IntRange(1, 365), default=7, help="invite: how long the link holds."
)
@click.option("--now", is_flag=True, help="rotate: at once, as the old key has become known.")
def lti(
    action: Action,
    config: Path | None,
    *,
    as_json: bool,
    issuer: str,
    client_id: str,
    name: str,
    login_url: str,
    keys_url: str,
    deployment: tuple[str, ...],
    origin: tuple[str, ...],
    days: int,
    now: bool,
) -> None:
    """Say which LMSs may launch the catalogue, and invite others.

    \b
    Example: vindplaats lti invite --days 14
    vindplaats lti add --issuer https://lms.example --client-id 10000001 --deployment 1:ab
    vindplaats lti remove --issuer https://lms.example
    """  # noqa: D301 click's mark
    given = Given(
        issuer=issuer, client_id=client_id, name=name, login_url=login_url, keys_url=keys_url,
        deployments=deployment, origins=origin,
    )  # fmt: skip
    with opened(config) as catalogue:
        if action == "invite":
            _invite(catalogue, days)
        elif action == "rotate":
            _rotate(catalogue, at_once=now)
        else:
            if action == "add":
                _add(catalogue, given)
            elif action == "remove":
                catalogue.store.platforms.remove(_one(catalogue, given).id)
            _tell(catalogue, as_json=as_json)


def _invite(catalogue: Catalogue, days: int) -> None:
    from webapp.lti.registering import PATH  # noqa: PLC0415 other commands start faster

    token = catalogue.store.platforms.invite(days * _DAY)
    out.print(f"For the administrator of the LMS, once, within {days} days:\n", markup=False)
    out.print(f"  {catalogue.settings.site.url}{PATH}/{token}", markup=False)


def _rotate(catalogue: Catalogue, *, at_once: bool) -> None:
    from webapp.lti.keys import make  # noqa: PLC0415 other commands start faster

    made = catalogue.store.signing.rotate(make, at_once=at_once)
    out.print(f"key {made.kid} signs from {made.since} on", markup=False)


def _add(catalogue: Catalogue, given: Given) -> None:
    from webapp.lti.outside import Outside, OutsideError  # noqa: PLC0415 other commands start faster

    if _found(catalogue, given):
        said = {
            field: value
            for field in ("name", "login_url", "keys_url", "origins")
            if (value := getattr(given, field))
        }
        platform = replace(_one(catalogue, given), **said)
    else:
        _ask_for(given, "issuer", "client_id", "login_url", "keys_url")
        platform = Platform(
            issuer=given.issuer,
            client_id=given.client_id,
            name=given.name or given.issuer,
            login_url=given.login_url,
            keys_url=given.keys_url,
            origins=given.origins,
        )
    outside = Outside(catalogue.settings)
    try:
        for url in (platform.login_url, platform.keys_url):
            outside.check(url)
    except OutsideError as error:
        raise click.ClickException(str(error)) from error
    for each in given.deployments:
        if not 0 < len(each) <= LONGEST_DEPLOYMENT:
            raise click.ClickException(f"{each!r} is no deployment id.")
    _check_origins(given.origins)
    catalogue.store.platforms.save(platform, given.deployments)


def _check_origins(origins: Sequence[str]) -> None:
    from webapp.lti.framed import origin  # noqa: PLC0415 other commands start faster

    for each in origins:
        if origin(each) != each:
            raise click.ClickException(f"{each!r} is no origin, such as https://school.example.")


def _ask_for(given: Given, *fields: str) -> None:
    if missing := [field for field in fields if not getattr(given, field)]:
        options = ", ".join(f"--{field.replace('_', '-')}" for field in missing)
        raise click.ClickException(f"a platform that is not known yet needs {options} as well.")


def _found(catalogue: Catalogue, given: Given) -> list[Platform]:
    found = catalogue.store.platforms.of_issuer(given.issuer)
    return [each for each in found if given.client_id in ("", each.client_id)]


def _one(catalogue: Catalogue, given: Given) -> Platform:
    found = _found(catalogue, given)
    if len(found) != 1:
        raise click.ClickException(
            f"{len(found)} platforms have this --issuer; `vindplaats lti` lists them, and "
            "--client-id tells them apart."
        )
    return found[0]


def _tell(catalogue: Catalogue, *, as_json: bool) -> None:
    platforms = catalogue.store.platforms
    told = [
        Told(
            **{field: getattr(each, field) for field in Platform.__struct_fields__},
            deployments=platforms.deployments(each.id),
        )
        for each in platforms.all()
    ]
    if as_json:
        print_json(told)
    elif told:
        print_table(
            ["name", "issuer", "client id", "deployments"],
            [[p.name, p.issuer, p.client_id, ", ".join(p.deployments)] for p in told],
        )
    else:
        out.print("no LMS may launch the catalogue; `vindplaats lti invite` invites one")
