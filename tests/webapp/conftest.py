"""A site over the fake catalogue, and a client that asks it under its own name."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from asking import Client
from fake_catalogue import SETTINGS, TUBE, FakeCatalogue, card, hostile, resource
from flask.testing import FlaskClient
from msgspec.structs import replace
from real_catalogue import served, stocked
from servers import serving_app

from catalog.catalogue import Catalogue
from catalog.dump.manifest import MEDIA_TYPES, NAME, File, Manifest, encode
from catalog.resource import Agent
from catalog.store.links import State
from webapp import create_app

if TYPE_CHECKING:
    from playwright.sync_api import Browser


ENDLESS = "W" * 190


@pytest.fixture
def catalogue() -> FakeCatalogue:
    return FakeCatalogue()


@pytest.fixture
def client(catalogue: FakeCatalogue) -> FlaskClient:
    app = create_app(catalogue, SETTINGS)  # type: ignore[arg-type]  # a fake of it
    app.test_client_class = Client
    return app.test_client()


def offer(dumps: Path) -> None:
    """Put two dumps there of which only the manifests are there: the page shows no more."""
    files = tuple(
        File(name, kind, 250_000, 124_543_117, "0" * 64) for name, kind in MEDIA_TYPES.items()
    )
    for name in ("20260228T024500Z", "20260301T024500Z"):
        manifest = Manifest(
            name=name, made="2026-03-01T02:45:00Z", seq=9, since="2026-03-01T02:45:00Z",
            catalogue="Vindplaats", home="http://127.0.0.1", licence="https://a.example/licence",
            records=250_000, deletes=1, sources={"leerbank": 250_000}, files=files,
        )  # fmt: skip
        (dumps / name).mkdir()
        (dumps / name / NAME).write_bytes(encode(manifest))


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve a site, with a hostile record in it and one with a name that never ends; say where."""
    dumps = tmp_path_factory.mktemp("dumps")
    offer(dumps)
    catalogue = FakeCatalogue()
    catalogue.cards["evil"] = card("evil", hostile())
    film = f"https://www.youtube.com/watch?v={TUBE}"
    catalogue.cards["tube"] = card("tube", replace(resource(1), url=film, access="login"))
    endless = (Agent(ENDLESS, "organisation"),)
    catalogue.cards["endless"] = card("endless", replace(resource(3), creators=endless))
    gone = State("dead", "not-found", "2026-02-03T04:05:06Z", "2026-03-01T00:00:00Z", "")
    catalogue.join(
        resource(1),
        replace(resource(1), source="colleges", licence="CC-BY-4.0", openness="open"),
        hostile(),
        links=(None, gone, gone),
    )
    settings = replace(
        SETTINGS,
        site=replace(SETTINGS.site, url="http://127.0.0.1"),
        dump=replace(SETTINGS.dump, path=str(dumps)),
    )
    with serving_app(lambda _: create_app(catalogue, settings), threads=4) as base:  # type: ignore[arg-type]
        yield base


@pytest.fixture(scope="session")
def hundred(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Catalogue]:
    """Open a real catalogue of 120 materials, which no test changes."""
    with stocked(tmp_path_factory.mktemp("hundred"), map(resource, range(120))) as catalogue:
        yield catalogue


@pytest.fixture
def asks(hundred: Catalogue) -> FlaskClient:
    """Return a client of the site over the hundred."""
    app = create_app(hundred, hundred.settings)
    app.test_client_class = Client
    return app.test_client()


@pytest.fixture(scope="session")
def address(hundred: Catalogue) -> Iterator[str]:
    """Serve the hundred at an address on this machine, and say which."""
    with served(hundred) as url:
        yield url


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start Debian's chromium once for all tests of this folder."""
    from playwright.sync_api import expect, sync_playwright  # noqa: PLC0415 most tests need none

    expect.set_options(timeout=30_000)  # as long as Playwright waits for all else
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        yield browser
        browser.close()
