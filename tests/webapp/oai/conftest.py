"""A provider over a real store, and answers that are held to the schemas where these are."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fake_catalogue import SETTINGS
from harvested import Harvested
from lxml import etree
from msgspec.structs import replace
from werkzeug.serving import make_server

from catalog.catalogue import Catalogue
from catalog.config import IndexSettings, ProviderSettings, StoreSettings
from webapp import create_app

Judge = Callable[[bytes], None]

_OAI = "http://www.openarchives.org/OAI/2.0/"
_SCHEMAS = {
    _OAI: "oai-pmh/OAI-PMH.xsd",
    f"{_OAI}oai_dc/": "oai-pmh/oai_dc.xsd",
    f"{_OAI}oai-identifier": "oai-pmh/oai-identifier.xsd",
    f"{_OAI}provenance": "oai-pmh/provenance.xsd",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#": "oai-pmh/rdf.xsd",
    "http://www.imsglobal.org/xsd/imsmd_v1p2": "ims-md/imsmd_v1p2p4.xsd",
}


class Beside(etree.Resolver):
    """Finds by its last part what a schema imports from the web."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.places = {path.name: path for path in folder.glob("*/*.xsd")}

    def resolve(self, url: str | None, public_id: str | None, context: object) -> object:  # noqa: ARG002 lxml's
        name = (url or "").rpartition("/")[2]
        return self.resolve_filename(str(self.places[name]), context)  # type: ignore[attr-defined]


@pytest.fixture(scope="session")
def judge(request: pytest.FixtureRequest) -> Judge | None:
    """What raises where an answer is not valid; None where the schemas are not beside us."""
    try:
        folder = request.getfixturevalue("samples").parent / "schemas"
    except pytest.skip.Exception:
        return None
    if not all((folder / name).is_file() for name in _SCHEMAS.values()):
        return None
    imports = "".join(
        f'<import namespace="{namespace}" schemaLocation="{name}"/>'
        for namespace, name in _SCHEMAS.items()
    )
    parser = etree.XMLParser(no_network=True)
    parser.resolvers.add(Beside(folder))
    driver = f'<schema xmlns="http://www.w3.org/2001/XMLSchema">{imports}</schema>'
    schema = etree.XMLSchema(etree.fromstring(driver, parser))

    def check(answer: bytes) -> None:
        schema.assertValid(etree.fromstring(answer))
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
