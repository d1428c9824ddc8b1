"""A provider over a real store, and answers that are held to the schemas where these are."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fake_catalogue import SETTINGS
from harvested import Harvested
from judging import schema
from lxml import etree
from msgspec.structs import replace
from werkzeug.serving import make_server

from catalog.catalogue import Catalogue
from catalog.config import IndexSettings, ProviderSettings, StoreSettings
from webapp import create_app

Judge = Callable[[bytes], None]


@pytest.fixture(scope="session")
def judge(request: pytest.FixtureRequest) -> Judge | None:
    """What raises where an answer is not valid; None where the schemas are not beside us."""
    try:
        folder = request.getfixturevalue("samples").parent / "schemas"
    except pytest.skip.Exception:
        return None
    found = schema(folder)
    if found is None:
        return None

    def check(answer: bytes) -> None:
        found.assertValid(etree.fromstring(answer))
        assert re.match(rb"<\?xml version='1.0' encoding='UTF-8'\?>", answer)

    return check


@pytest.fixture
def make(tmp_path: Path, judge: Judge | None) -> Iterator[Callable[..., Harvested]]:
    """What makes a provider with ``[provider]`` settings; each has a store of its own."""
    opened: list[Catalogue] = []

    def made(**keys: object) -> Harvested:
        folder = tmp_path / str(len(opened))
        settings = replace(
            SETTINGS,
            store=StoreSettings(url=f"sqlite:///{folder}/store.db"),
            index=IndexSettings(path=str(folder / "index")),
            provider=ProviderSettings(**keys),  # type: ignore[arg-type]  # they are keys of it
        )
        opened.append(Catalogue(settings))
        return Harvested(opened[-1], judge)

    yield made
    for catalogue in opened:
        catalogue.close()


@pytest.fixture
def provider(make: Callable[..., Harvested]) -> Harvested:
    """Twenty-five records, pages of ten."""
    found = make(size=10)
    found.keep(range(25))
    return found


@pytest.fixture
def served(make: Callable[..., Harvested]) -> Iterator[tuple[Harvested, str]]:
    """Give out fifty-seven records, seven of them deleted, in pages of ten, at an address."""
    found = make(size=10)
    found.keep(range(57))
    found.delete(range(3, 57, 8))
    server = make_server("127.0.0.1", 0, found.app, threaded=True)
    url = f"http://127.0.0.1:{server.port}"
    settings = found.catalogue.settings
    at_home = replace(settings, site=replace(settings.site, url=url))
    server.app = create_app(found.catalogue, at_home)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield found, f"{url}/oai"
    server.shutdown()
    thread.join(5)
    server.server_close()
