"""A site that an LMS may launch: in this process, and served to a browser."""

from __future__ import annotations

import shutil
import socket
import threading
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from asking import Client
from fake_catalogue import SETTINGS, FakeCatalogue
from flask import Flask, Response, request
from launching import Tool
from lms import Lms, Quiet
from msgspec.structs import replace
from werkzeug.serving import make_server

from catalog.config import LtiSettings
from catalog.store import Store
from webapp import create_app
from webapp.lti import keys
from webapp.lti.answer import Answers
from webapp.lti.sessions import Sessions
from webapp.render import Renderer


class Stocked(FakeCatalogue):
    """The fake catalogue, with a real store for what launches need."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.store = Store(url)


@cache
def _ours() -> tuple[str, str]:
    """Return a key pair of the site, made once: it takes a moment."""
    return keys.make()


@pytest.fixture(scope="session")
def blank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """File of a store with nothing in it but our key."""
    file = tmp_path_factory.mktemp("blank") / "store.db"
    store = Store(f"sqlite:///{file}")
    store.signing.current(_ours)
    store.close()
    return file


@pytest.fixture
def catalogue(blank: Path, tmp_path: Path) -> Iterator[Stocked]:
    catalogue = Stocked(f"sqlite:///{shutil.copy(blank, tmp_path)}")
    yield catalogue
    catalogue.store.close()


@pytest.fixture
def lms() -> Iterator[Lms]:
    lms = Lms()
    yield lms
    lms.close()


@pytest.fixture
def tool(catalogue: Stocked, lms: Lms) -> Tool:
    """The site in this process; the LMS is registered."""
    settings = replace(SETTINGS, lti=LtiSettings(allow_private=True))
    app = create_app(catalogue, settings)  # type: ignore[arg-type]  # a fake of it
    app.test_client_class = Client
    _answering(app, catalogue, Renderer(app, settings))
    lms.tool = settings.site.url
    catalogue.store.platforms.save(lms.platform, (lms.deployment,))
    return Tool(app, lms, catalogue.store)


def _answering(app: Flask, catalogue: Stocked, renderer: Renderer) -> None:
    """Let tests answer a request without the pages of the picker."""
    sessions = Sessions(catalogue)  # type: ignore[arg-type]  # a fake of it
    answers = Answers(catalogue, sessions, renderer)  # type: ignore[arg-type]

    def answer(session: str) -> Response:
        said = request.get_json()
        return answers.respond(sessions.get(session), **said)

    app.add_url_rule("/lti/<session>/answer", "lti.test", answer, methods=["POST"])


@pytest.fixture
def served(catalogue: Stocked, lms: Lms) -> Iterator[str]:
    """Serve the site at 127.0.0.1, the LMS registered, and say where it is."""
    with socket.create_server(("127.0.0.1", 0)) as sock:
        port = sock.getsockname()[1]
        url = f"http://127.0.0.1:{port}"
        settings = replace(SETTINGS, site=replace(SETTINGS.site, url=url))
        server = make_server(
            "127.0.0.1", port, create_app(catalogue, settings), threaded=True,  # type: ignore[arg-type]
            fd=sock.fileno(), request_handler=Quiet,
        )  # fmt: skip
        thread = threading.Thread(target=server.serve_forever, args=[0.02])
        thread.start()
        lms.tool = url
        catalogue.store.platforms.save(lms.platform, (lms.deployment,))
        yield url
        server.shutdown()
        thread.join()
        server.server_close()
