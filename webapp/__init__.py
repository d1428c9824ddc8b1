"""The site and its API: shows what the catalogue holds, and takes in what providers post.

``create_app`` is the door. Pages are complete without JavaScript and set no cookies; everything a
visitor can see has an address that can be shared.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import Flask

from webapp import (
    api,
    cartridges,
    compress,
    cors,
    dcat,
    dump,
    embed,
    errors,
    guide,
    headers,
    indexes,
    licences,
    limits,
    long_facets,
    lti,
    mylist,
    oai,
    opensearch,
    pages,
    push,
    reporting,
    resource_search,
    runs_feed,
    search,
    search_feed,
    sitemaps,
    sru,
    status,
    suggesting,
    thumbnails,
    topics,
    why,
)
from webapp.labels import Labels
from webapp.render import Renderer

if TYPE_CHECKING:
    from catalog.catalogue import Catalogue
    from catalog.config import Settings

#: Largest request in bytes: there is nothing to send us but an address, except in webapp.push.
_MAX_REQUEST = 16 * 1024


def create_app(catalogue: Catalogue, settings: Settings) -> Flask:
    """Return the WSGI application that shows ``catalogue`` under ``settings.site``."""
    app = Flask(__name__, static_url_path="/static")
    app.config.update(
        MAX_CONTENT_LENGTH=_MAX_REQUEST,
        MAX_FORM_MEMORY_SIZE=_MAX_REQUEST,
        TRUSTED_HOSTS=trusted_hosts(settings.site.url),
    )
    app.url_map.merge_slashes = False  # an identifier may hold "//"
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    cors.register(app)
    machines = (sru.policy(settings.api), resource_search.policy(settings.api))
    limits.register(app, (*api.policies(settings.api), *machines))  # first: all that is asked
    renderer = Renderer(app, settings)
    labels = Labels(settings)
    guide.register(app, catalogue, settings, renderer)
    indexes.register(app, catalogue, renderer, labels)
    pages.register(app, catalogue, settings, renderer)
    search.register(app, catalogue, renderer, labels)
    search_feed.register(app, catalogue, settings)
    cartridges.register(app, catalogue, settings)
    why.register(app, catalogue, renderer, labels)
    long_facets.register(app, catalogue, renderer, labels)
    topics.register(app, catalogue, renderer, labels)
    api.register(app, catalogue, settings)
    suggesting.register(app, catalogue, settings.site)
    opensearch.register(app, catalogue, settings.site)
    sru.register(app, catalogue, settings)
    resource_search.register(app, catalogue, settings)
    licences.register(app, renderer)
    mylist.register(app, catalogue, settings, renderer)
    reporting.register(app, catalogue, settings, renderer)
    push.register(app, catalogue, settings)
    oai.register(app, catalogue, settings)
    dump.register(app, settings, renderer)
    dcat.register(app, catalogue, settings)
    runs_feed.register(app, catalogue, settings)
    status.register(app, catalogue)
    sitemaps.register(app, catalogue, settings)
    thumbnails.register(app, settings.thumbnails)
    embed.register(app, catalogue, settings, renderer, labels)
    lti.register(app, catalogue, settings, renderer, labels)
    errors.register(app, renderer)
    compress.register(app)  # runs after what is registered later
    headers.register(app, https=settings.site.url.startswith("https://"))
    return app


def trusted_hosts(url: str) -> list[str]:
    """Return the names under which requests are answered: the site's own, and this machine.

    Loopback is always among them, for health checks; no page differs by the name that was asked,
    since absolute links are made from ``site.url`` alone.
    """
    return [urlsplit(url).hostname or "localhost", "localhost", "127.0.0.1", "[::1]"]
