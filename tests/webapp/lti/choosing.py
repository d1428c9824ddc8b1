"""A site in which somebody may choose for an LMS, without the launch that comes before it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from fake_catalogue import SETTINGS, FakeCatalogue
from flask import Flask, Response
from msgspec.structs import replace

from catalog.config import Settings
from catalog.store import Store, model
from catalog.store.platforms import Platform
from webapp import create_app
from webapp.lti.picking import Picking
from webapp.lti.sessions import Session, Sessions, new_id

LMS = "https://lms.example"
PLATFORM = Platform(
    issuer=LMS,
    client_id="vindplaats-1",
    name="LMS",
    login_url=f"{LMS}/auth",
    keys_url=f"{LMS}/jwks",
)


class Choosing:
    """The fake catalogue with a store of its own, and sessions in it."""

    def __init__(self, folder: Path, *, size: int = 250, url: str = SETTINGS.site.url) -> None:
        self.catalogue = FakeCatalogue(size)
        self.store = Store(f"sqlite:///{folder}/store.db")
        self.catalogue.store = self.store  # type: ignore[attr-defined]
        self.store.platforms.save(PLATFORM, ("1",))
        self.settings: Settings = replace(SETTINGS, site=replace(SETTINGS.site, url=url))
        self.app: Flask = create_app(self.catalogue, self.settings)  # type: ignore[arg-type]

    def begin(self, origins: tuple[str, ...] = (LMS,), **claim: Any) -> str:
        """Begin a session, as a launch with such a claim does; return the path of its pages."""
        given = {"accept_types": ["ltiResourceLink"], "accept_multiple": True} | claim
        session = Session(
            id=new_id(),
            kind="pick",
            registration=PLATFORM.id,
            deployment="1",
            origins=origins,
            locale="nl",
            expires=model.later(3600),
            picking=Picking.read(given),
            return_url=f"{LMS}/return",
        )
        Sessions(self.catalogue).begin(session, Response(), cookies=False)  # type: ignore[arg-type]
        return session.at

    def close(self) -> None:
        self.store.close()
