"""The provider: others harvest this catalogue by OAI-PMH 2.0 at ``/oai``.

A record is what one source says of a material, and not the material with all its copies: it has the
page of the material with it, which leads there for ever.
"""

from __future__ import annotations

import logging
import threading
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING

from flask import Flask, Response, request
from oaipmh.error import ErrorBase

from catalog.background import beside
from catalog.config import Settings
from catalog.store import StoreError
from catalog.store.model import now
from webapp.oai import arguments
from webapp.oai.answer import Answer
from webapp.oai.arguments import Asked
from webapp.oai.repository import PATH, BehindError, Repository

if TYPE_CHECKING:
    from catalog.catalogue import Catalogue

_log = logging.getLogger("vindplaats.web")
_LISTS = frozenset({"ListIdentifiers", "ListRecords"})
_RETRY = 10  # seconds
_PAUSE = 3.0


class Provider:
    """Answers requests, so many pages of lists at a time."""

    def __init__(self, catalogue: Catalogue, settings: Settings) -> None:
        self._repository = Repository(catalogue, settings)
        self._free = threading.BoundedSemaphore(settings.provider.concurrency)

    def view(self) -> Response:
        """Answer GET and POST alike (3.1.1): by 503 while there is too much to do."""
        given = [*request.args.items(multi=True), *request.form.items(multi=True)]
        try:
            asked = arguments.read(given)
        except ErrorBase as error:
            return _xml(Answer(self._repository, now()).failure(error))
        if asked.verb not in _LISTS:
            return self._answer(asked)
        if not self._free.acquire(blocking=False):
            return _later("Too many lists are being made at this moment.")
        try:
            return self._answer(asked)
        finally:
            self._free.release()

    def _answer(self, asked: Asked) -> Response:
        try:
            answer = Answer(self._repository, self._repository.begin(asked), asked)
            try:
                return _xml(answer.write())
            except ErrorBase as error:
                return _xml(answer.failure(error))
        except BehindError:
            return _later("So much has changed that it takes a moment to tell.")
        except StoreError as error:
            _log.error("the provider cannot answer: %s", error)
            return _later("The catalogue is busy.")


def _xml(body: bytes) -> Response:
    # The time of the answer is part of it, so none is to be kept.
    headers = {"Cache-Control": "no-store"}
    return Response(body, headers=headers, content_type="text/xml; charset=utf-8")


def _later(why: str) -> Response:
    headers = {"Retry-After": str(_RETRY)}
    return Response(f"{why}\n", 503, headers, content_type="text/plain; charset=utf-8")


def keeping(catalogue: Catalogue) -> AbstractContextManager[None]:
    """Take in changes from a thread now and then, so that no harvester has to wait for that."""
    store = catalogue.store

    def keep(stop: threading.Event) -> None:
        trouble = ""
        while not stop.wait(_PAUSE):
            try:
                while store.published.reached() != store.records.latest() and not stop.is_set():
                    store.published.catch_up(0)
                trouble = ""
            except StoreError as error:
                if str(error) != trouble:
                    trouble = str(error)
                    _log.error("the provider cannot follow the store: %s", trouble)

    return beside(keep, name="provider") if catalogue.settings.provider.on else nullcontext()


def register(app: Flask, catalogue: Catalogue, settings: Settings) -> None:
    """Give the provider its address, where the settings want one."""
    if settings.provider.on:
        provider = Provider(catalogue, settings)
        app.add_url_rule(PATH, "oai", provider.view, methods=["GET", "POST"])
