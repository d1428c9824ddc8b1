"""One place where a page is put together: words, addresses in both languages, versions of files."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from importlib import resources
from typing import Any

from flask import Flask, Response, render_template, request
from markupsafe import Markup
from werkzeug.datastructures import LanguageAccept

from catalog.config import Settings
from catalog.index import Query
from webapp import addresses, framing, lost
from webapp.addresses import LANGUAGES, Language
from webapp.words import words

#: Of a link that leaves the frame: what it leads to may not be framed.
_AWAY = Markup(' target="_blank" rel="noopener"')
#: What stands before the path of a page in a frame; see ``framing``.
_FRAMED = re.compile(r"/(?:embed|lti)/[^/]+(?:/[^/]+)?(?=/(?:nl|en)(?:/|$))")
_STATUSES = {400, 404, 405, 410, 429, 503}


class Renderer:
    """Renders templates with what every page needs."""

    def __init__(self, app: Flask, settings: Settings) -> None:
        self.site = settings.site
        files = resources.files("webapp") / "static"
        versions = {
            file.name: hashlib.sha256(file.read_bytes()).hexdigest()[:12]
            for file in files.iterdir()
            if file.is_file()
        }
        app.jinja_env.globals.update(
            site=self.site,
            embeds=settings.embed.on,
            launches=settings.lti.on,
            path=addresses.path,
            static=lambda name: f"/static/{name}?v={versions[name]}",
            web_url=addresses.web_url,
        )

    def page(
        self,
        template: str,
        language: Language,
        page: str,
        value: str = "",
        *,
        query: Query | None = None,
        more: Mapping[str, str | tuple[str, ...]] = {},
        status: int = 200,
        **context: Any,
    ) -> Response:
        """Return a page.

        ``page``, ``value``, ``query`` and what is ``more`` in its query string are its address,
        in any language.
        """
        tail = addresses.write(query or Query(), more) if query or more else ""
        at = framing.at()
        here = {each: at + addresses.path(page, each, value) + tail for each in LANGUAGES}
        return Response(
            self._html(template, language, here, query, page=page, **context),
            status,
            content_type="text/html; charset=utf-8",
        )

    def error(self, status: int, *, detail: str = "", incident: str = "") -> Response:
        """Return the page for an HTTP error; in the language of the address that went wrong."""
        language = self.language_of(request.path)
        at = framing.at()  # a frame has no home, and begins with a search
        first = "search" if at else "home"
        here = {each: at + addresses.path(first, each) for each in LANGUAGES}
        kind = str(status) if status in _STATUSES else ("400" if status < 500 else "500")  # noqa: PLR2004 4xx, 5xx
        html = self._html(
            "site/error.html",
            language,
            here,
            None,
            page="error",
            kind=kind,
            status=status,
            detail=detail,
            incident=incident,
            lost=Query(text=lost.words(_inside(request.path)) if status == 404 else ""),  # noqa: PLR2004 not found
        )
        return Response(html, status, content_type="text/html; charset=utf-8")

    def language_of(self, address: str) -> Language:
        """Return the language that an address says, or the visitor asks, or the site has."""
        said = re.match(r"/(nl|en)(?:/|$)", _inside(address))
        if said:
            return "nl" if said[1] == "nl" else "en"
        return preferred(request.accept_languages, self.site.language)

    def _html(
        self,
        template: str,
        language: Language,
        here: Mapping[Language, str],
        query: Query | None,
        **context: Any,
    ) -> str:
        t = words(language)
        frame = framing.present()
        return render_template(
            template,
            layout=frame.layout if frame else "base.html",
            frame=frame,
            picker=frame if frame and frame.picks else None,
            at=frame.at if frame else "",
            away=_AWAY if frame else "",
            t=t,
            n=t.count,
            lang=language,
            here=here,
            query=query,
            **context,
        )


def _inside(address: str) -> str:
    """Return a path without the frame that the page of it is in."""
    frame = _FRAMED.match(address)
    return address[frame.end() :] if frame else address


def preferred(accept: LanguageAccept, default: Language) -> Language:
    """Return the site language that an Accept-Language header likes best."""
    best = accept.best_match(LANGUAGES, default)
    return "en" if best == "en" else "nl"
