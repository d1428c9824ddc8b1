"""Small pictures of materials, served from the folder in which the harvester keeps them."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from flask import Flask, Response, abort, request
from PIL import Image

from catalog.config import ThumbnailSettings
from catalog.thumbnails import Thumbnails, name

_DAY = 24 * 3600
_RULE = "/thumbnails/<name>.webp"


class Pictures:
    """Says where the picture of an address is on this site."""

    def __init__(self, settings: ThumbnailSettings) -> None:
        self._kept = Thumbnails(Path(settings.path))
        self._on = settings.on

    def address(self, url: str) -> str:
        """Return the path of the picture that was made of ``url``; "" where there is none."""
        return f"/thumbnails/{name(url)}.webp" if self._on and self._kept.has(url) else ""

    def read(self, name: str) -> bytes | None:
        """Return a picture; None where there is none, or pictures are switched off."""
        return self._kept.read(name) if self._on else None

    def measured(self, url: str) -> tuple[str, int, int] | None:
        """Return the path of the picture of an address, its width and height in pixels.

        None where there is none, or what was kept is damaged.
        """
        path = self.address(url)
        kept = self._kept.read(name(url)) if path else None
        if not kept:
            return None
        try:
            with Image.open(BytesIO(kept), formats=("WEBP",)) as picture:
                return path, *picture.size
        except OSError:
            return None


def register(app: Flask, settings: ThumbnailSettings) -> None:
    """Give pictures their addresses, and templates ``thumbnail(url)``."""
    pictures = Pictures(settings)

    def picture(name: str) -> Response:
        found = pictures.read(name)
        if found is None:
            abort(404)
        headers = {"Cache-Control": f"public, max-age={_DAY}"}
        return Response(found, headers=headers, content_type="image/webp")

    def share(response: Response) -> Response:
        if request.endpoint == "thumbnail":
            # an LMS shows them beside what was chosen for it
            response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        return response

    app.add_url_rule(_RULE, "thumbnail", picture)
    app.after_request(share)
    app.jinja_env.globals["thumbnail"] = pictures.address
