"""A launch step by step, as a browser between the LMS and the site makes it."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

from flask import Flask
from flask.testing import FlaskClient
from lms import Lms
from werkzeug.test import TestResponse

from catalog.store import Store


class Tool:
    """The site, its store, and the LMS that launches it; ``client`` is one browser."""

    def __init__(self, app: Flask, lms: Lms, store: Store) -> None:
        self.app = app
        self.lms = lms
        self.store = store
        self.client = self.browser()

    def browser(self) -> FlaskClient:
        """Return another browser, without the cookies of the first."""
        return self.app.test_client()

    def login(self, hint: str, **changes: str) -> tuple[TestResponse, dict[str, str]]:
        """Begin a launch; return the answer, and what it asks of the LMS."""
        response = self.client.get("/lti/login", query_string=self.lms.login(hint, **changes))
        query = parse_qs(urlsplit(response.headers.get("Location", "")).query)
        return response, {name: values[0] for name, values in query.items()}

    def answer(self, hint: str, question: dict[str, str], **changes: Any) -> dict[str, str]:
        """Return what the LMS posts; claims may be changed, or left out with None."""
        claims = {**self.lms.claims(hint, question["nonce"]), **changes}
        return {"state": question["state"], "id_token": self.lms.token(claims)}

    def launch(self, hint: str, **changes: Any) -> TestResponse:
        """Make a launch from beginning to end, with claims changed on the way."""
        _, question = self.login(hint)
        return self.post(self.answer(hint, question, **changes))

    def post(self, form: dict[str, str], browser: FlaskClient | None = None) -> TestResponse:
        return (browser or self.client).post("/lti/launch", data=form)

    def enter(self, hint: str) -> str:
        """Make a launch that is accepted, and return the path to which it leads."""
        response = self.launch(hint)
        assert response.status_code == 303, response.text
        return response.headers["Location"]
