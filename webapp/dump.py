"""``/dump/``: the dumps that there are, for people and for programs, and their files."""

from __future__ import annotations

from pathlib import Path

import msgspec
from flask import Flask, Response, abort, redirect, request
from msgspec import Struct

from catalog.config import Settings
from catalog.dump.folder import Dumps
from catalog.dump.manifest import NAME, SUMS, File, Manifest
from webapp import downloads
from webapp.addresses import ROUTES, Language
from webapp.render import Renderer, preferred
from webapp.words import Words, words

PATH = "/dump/"
_LATEST = "latest"
_GZIP = "application/gzip"  # of the files as they are: nobody is to unpack them on the way
_PLAIN = {NAME: "application/json", SUMS: "text/plain; charset=utf-8"}
_JSON = "application/json"
_STEP = 1000  # from bytes to kB to MB (ISO 80000-13)


class Offered(Struct, frozen=True):
    """A dump, and the address below which its files are."""

    url: str
    manifest: Manifest


class Index(Struct, frozen=True):
    """The dumps that there are, newest first."""

    dumps: tuple[Offered, ...]


class Shown(Struct, frozen=True):
    """A file as the page shows it."""

    name: str
    href: str
    size: str
    lines: str
    sha256: str


class Views:
    """The views; what is in the folder is looked at each time."""

    def __init__(self, settings: Settings, renderer: Renderer) -> None:
        self._dumps = Dumps(Path(settings.dump.path))
        self._site = settings.site
        self._renderer = renderer

    def index(self) -> Response:
        """Return the dumps as a page, or as JSON to who likes that better."""
        likes = request.accept_mimetypes.best_match(["text/html", _JSON], "text/html")
        if likes == _JSON:
            base = self._site.url + PATH
            found = (Offered(f"{base}{m.name}/", m) for m in self._dumps.newest_first())
            response = Response(msgspec.json.encode(Index(tuple(found))), content_type=_JSON)
        else:
            response = self.page(preferred(request.accept_languages, self._site.language))
        response.vary.update(["Accept", "Accept-Language"])
        return response

    def page(self, language: Language) -> Response:
        """Return the page in a language."""
        dumps = self._dumps.newest_first()
        newest = dumps[0] if dumps else None
        t = words(language)
        return self._renderer.page(
            f"guide/dump.{language}.html",
            language,
            "dump",
            newest=newest,
            files=[_shown(newest, file, t) for file in newest.files] if newest else [],
            older=dumps[1:],
        )

    def latest(self, name: str) -> Response:
        """Lead to a file of the newest dump, under the name that it keeps."""
        newest = self._dumps.current()
        if newest is None or self._dumps.file(newest.name, name) is None:
            abort(404)
        response = redirect(f"{PATH}{newest.name}/{name}")
        response.headers["Cache-Control"] = "no-cache"
        return response  # type: ignore[return-value] # it is Flask's own

    def file(self, dump: str, name: str) -> Response:
        """Return a file of a dump."""
        manifest, path = self._dumps.read(dump), self._dumps.file(dump, name)
        if manifest is None or path is None:
            abort(404)
        known = manifest.file(name)
        etag = known.sha256 if known else f"{dump}-{name}"
        return downloads.send(path, etag=etag, media_type=_PLAIN.get(name, _GZIP))


def _shown(dump: Manifest, file: File, t: Words) -> Shown:
    return Shown(
        name=file.name,
        href=f"{PATH}{dump.name}/{file.name}",
        size=_size(file.size, t),
        lines=t.number(file.lines),
        sha256=file.sha256,
    )


def _size(number: int, t: Words) -> str:
    """Return a number of bytes in the largest unit of which there is one, rounded."""
    for unit in ("bytes", "kB"):
        if number < _STEP:
            return f"{number} {unit}"
        number = round(number / _STEP)
    return f"{t.number(number)} MB"


def register(app: Flask, settings: Settings, renderer: Renderer) -> None:
    """Give dumps their addresses, where the settings want any, and templates ``dumps``."""
    app.jinja_env.globals["dumps"] = settings.dump.on
    if not settings.dump.on:
        return
    views = Views(settings, renderer)
    app.add_url_rule(PATH, "dump", views.index)
    app.add_url_rule(f"{PATH}{_LATEST}/<name>", "dump.latest", views.latest)
    app.add_url_rule(f"{PATH}<dump>/<name>", "dump.file", views.file)
    for language, rule in ROUTES["dump"].items():
        app.add_url_rule(
            rule, f"dump.{language}", views.page, defaults={"language": language},
            strict_slashes=False,
        )  # fmt: skip
