"""A site over the fake catalogue, and a client that asks it under its own name."""

from __future__ import annotations

import pytest
from fake_catalogue import SETTINGS, FakeCatalogue
from flask.testing import FlaskClient
from werkzeug.datastructures import Headers

from webapp import create_app


class Client(FlaskClient):
    """Asks as browsers do that reach the site by its address."""

    def open(self, *args, **kwargs):  # type: ignore[no-untyped-def] # noqa: ANN002, ANN003, ANN201 Flask's own signature
        headers = Headers(kwargs.pop("headers", None))
        headers.setdefault("Host", "vindplaats.example")
        return super().open(*args, headers=headers, **kwargs)


@pytest.fixture
def catalogue() -> FakeCatalogue:
    return FakeCatalogue()


@pytest.fixture
def client(catalogue: FakeCatalogue) -> FlaskClient:
    app = create_app(catalogue, SETTINGS)  # type: ignore[arg-type]  # a fake of it
    app.test_client_class = Client
    return app.test_client()
