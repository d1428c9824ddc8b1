"""The production server: waitress, with a thread that keeps the index up to date."""

from __future__ import annotations

import logging
import signal
from collections.abc import Callable
from typing import Any

from flask import Flask
from waitress.server import create_server

from catalog.catalogue import Catalogue
from catalog.memory import suit_many_answers
from webapp import create_app, oai, push

#: Longest request line and headers, and by how much a body may pass what sources may post, in
#: bytes: what is refused within it has an answer in the words of the API, and else the server's.
MAX_HEADER = 64 * 1024
MAX_BODY = 1024 * 1024


def serve(catalogue: Catalogue, *, host: str, port: int, ready: Callable[[str], None]) -> None:
    """Serve the site until SIGINT or SIGTERM; ``ready`` is told the address once it listens.

    Raises OSError where the address is taken.
    """
    logging.getLogger("waitress").setLevel(logging.ERROR)
    site = catalogue.settings.site
    server = _listen(
        create_app(catalogue, catalogue.settings),
        host=host,
        port=port,
        threads=site.threads,
        ident="Vindplaats",
        max_request_header_size=MAX_HEADER,
        max_request_body_size=MAX_BODY + 2 * push.largest(catalogue.settings),
        channel_timeout=30,
        connection_limit=500,
        clear_untrusted_proxy_headers=True,
        **_proxies(site.trusted_proxies),
    )
    with (
        catalogue.following(),
        catalogue.popular.keeping(),
        catalogue.openings.keeping(),
        oai.keeping(catalogue),
    ):
        suit_many_answers()
        signal.signal(signal.SIGTERM, signal.default_int_handler)  # stop as by Ctrl-C
        ready(f"http://{host}:{server.effective_port}")
        server.run()


def _listen(app: Flask, *, host: str, port: int, **options: Any) -> Any:
    try:
        return create_server(app, host=host, port=port, **options)
    except OSError as error:
        raise OSError(
            f"cannot listen on {host}:{port} ({error.strerror}); stop what does, or choose another "
            "with --port."
        ) from error
    except ValueError as error:  # waitress cannot make an address of it
        raise OSError(
            f"{host!r} is no address of this machine; give one with --host, such as 127.0.0.1."
        ) from error


def _proxies(count: int) -> dict[str, object]:
    if not count:
        return {}
    return {
        "trusted_proxy": "*",
        "trusted_proxy_count": count,
        "trusted_proxy_headers": {"x-forwarded-for", "x-forwarded-host", "x-forwarded-proto"},
    }
