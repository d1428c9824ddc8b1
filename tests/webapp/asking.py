"""A client that asks the site by its own name."""

from __future__ import annotations

from flask.testing import FlaskClient
from werkzeug.datastructures import Headers


class Client(FlaskClient):
    """Asks as browsers do that reach the site by its address."""

    def open(self, *args, **kwargs):  # type: ignore[no-untyped-def] # noqa: ANN002, ANN003, ANN201 Flask's own signature
        headers = Headers(kwargs.pop("headers", None))
        headers.setdefault("Host", "vindplaats.example")
        return super().open(*args, headers=headers, **kwargs)
