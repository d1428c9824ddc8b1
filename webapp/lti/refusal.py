"""What is refused, and said in words to whoever sits before it."""

from __future__ import annotations

import contextlib
import logging
import shlex
from collections.abc import Iterator
from itertools import chain, islice
from typing import TYPE_CHECKING, Literal, get_args

from flask import Flask, Response, request

from catalog.store.engine import BusyError
from catalog.store.launches import LaunchesFullError
from webapp import framing
from webapp.addresses import Language
from webapp.lti.framed import frame_for, origins_of
from webapp.render import Renderer, preferred

if TYPE_CHECKING:
    from catalog.catalogue import Catalogue

#: Why something is refused; each has its words in the translations, as ``lti.refused.REASON``.
Reason = Literal[
    "parameters", "issuer", "target", "busy", "state", "used", "cookie", "token", "signature",
    "claims", "time", "keys", "deployment", "message", "session", "browser", "answered",
    "invitation", "platform", "denied", "unknown", "gone", "unchosen",
]  # fmt: skip
REASONS: tuple[Reason, ...] = get_args(Reason)

_log = logging.getLogger("vindplaats.lti")
_MOST = 100  # origins in a header: it has to pass whatever stands before us
_SHOWN = 1000  # characters of what a stranger sent that a log line or a page repeats


class RefusedError(Exception):
    """A launch, session or registration is not accepted.

    ``detail`` is what helps an administrator, and never is anything about a person; ``again`` an
    address at which the launch can begin anew, in a window of its own.
    """

    def __init__(
        self,
        reason: Reason,
        status: int = 400,
        *,
        detail: str = "",
        again: str = "",
    ) -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason
        self.status = status
        self.detail = detail[:_SHOWN]
        self.again = again


def adding(issuer: str, client: str = "", deployment: str = "") -> str:
    """Return the command by which an operator admits what these name, safe to paste."""
    named = {"--issuer": issuer, "--client-id": client, "--deployment": deployment}
    options = [part for option, value in named.items() if value for part in (option, value)]
    return shlex.join(["vindplaats", "lti", "add", *options])


def is_id(value: str) -> bool:
    """Tell whether a value may be an id or address: ASCII that can be seen.

    So are issuers, client ids (RFC 6749, A.1) and deployment ids (LTI 1.3 Core, 5.3.3). Anything
    else could look like another, or hide what stands in a command.
    """
    return value.isascii() and value.isprintable()


@contextlib.contextmanager
def in_a_moment() -> Iterator[None]:
    """Refuse what the store has no room for, or no moment: whoever waits holds up all others."""
    try:
        yield
    except LaunchesFullError as error:
        raise RefusedError("busy", 429) from error
    except BusyError as error:
        raise RefusedError("busy", 503) from error


def register(app: Flask, catalogue: Catalogue, renderer: Renderer) -> None:
    """Answer everything that is refused with a page that says so."""

    def refused(error: RefusedError) -> Response:
        # %r: what was sent cannot forge a line of the log (ASVS 16.4.1)
        _log.warning("lti: refused %s with %d: %r", error.reason, error.status, error.detail)
        if framing.present() is None:
            # whose frame it is cannot be told; what is said is no secret to any LMS known here
            platforms = catalogue.store.platforms.all()
            everybody = chain.from_iterable(map(origins_of, platforms))
            frame_for("/lti", islice(everybody, _MOST))
        return renderer.page(
            "lti/refused.html",
            spoken(renderer),
            "home",
            status=error.status,
            reason=error.reason,
            detail=error.detail,
            again=error.again,
        )

    app.register_error_handler(RefusedError, refused)


def spoken(renderer: Renderer) -> Language:
    """Return the language to speak where no session says it."""
    said = request.view_args.get("language") if request.view_args else None
    if said in ("nl", "en"):
        return "nl" if said == "nl" else "en"
    return preferred(request.accept_languages, renderer.site.language)
