"""What becomes of addresses: hosts that each behave in one way, and what is to be said of each."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from dataclasses import dataclass

from server import Asked, Reply

#: Days from the start on which each of ten rounds is made.
DAYS = (0, 1, 3, 7, 10, 14, 44, 74, 104, 134)

LESSON = [
    "les",
    "zeilschepen",
    "en",
    "de",
    "wind",
    "op",
    "het",
    "water",
    "van",
    "de",
    "haven",
    "in",
    "de",
    "ochtend",
]


@dataclass(frozen=True)
class Behaviour:
    """One host: how it answers, where, and its state and reason after 1, 3 and 10 rounds."""

    name: str
    respond: Callable[[Asked], Reply]
    expected: tuple[str, str, str]
    reason: str  # after the last
    path: str = "/materiaal/1201"
    scheme: str = "http"
    there: bool | None = True  # whether a reader finds the material; None: nobody can tell
    target: str = ""
    slow: bool = False  # ends by a time limit alone


def page(title: str, body: str = "", *, words: int = 0, head: str = "") -> bytes:
    """Return a page of HTML with so many words beside ``body``, by its title others than others."""
    at = sum(map(ord, title))
    text = " ".join(f"{LESSON[(at + n * n) % len(LESSON)]}{title[:3]}" for n in range(words))
    return (
        f"<!DOCTYPE html><html lang='nl'><head><meta charset='utf-8'><title>{title}</title>{head}"
        f"</head><body><h1>{title}</h1>{body}<p>{text}</p></body></html>"
    ).encode()


def html(title: str, body: str = "", *, status: int = 200, words: int = 200, **more: str) -> Reply:
    return Reply(status, page(title, body, words=words, **more))


def redirect(to: str, status: int = 302, **headers: str) -> Reply:
    return Reply(status, headers={"Location": to, **headers})


def only(path: str, there: Callable[[Asked], Reply]) -> Callable[[Asked], Reply]:
    """Answer so at one path, and with 404 at others, as a decent site does."""

    def respond(asked: Asked) -> Reply:
        return there(asked) if asked.path == path else html("Niet hier", status=404, words=5)

    return respond


def at(there: Callable[[Asked], Reply], path: str = "/materiaal/1201") -> Callable[[Asked], Reply]:
    return only(path, there)


def _lying_head(asked: Asked) -> Reply:
    if asked.method == "HEAD":
        return Reply(404)
    return Reply(200, b"%PDF-1.7 " * 20, {"Content-Type": "application/pdf"})


def _no_head(asked: Asked) -> Reply:
    if asked.method == "HEAD":
        return Reply(405)
    return Reply(200, b"%PDF-1.7 " * 20, {"Content-Type": "application/pdf"})


def _home(asked: Asked) -> Reply:
    return html("De Haven") if asked.path == "/" else redirect("/")


def _generic(asked: Asked) -> Reply:
    return html("Alle lessen") if asked.path == "/lessen" else redirect("/lessen")


def _chain(asked: Asked) -> Reply:
    steps = {"/materiaal/1201": "/oud/1201", "/oud/1201": "/nieuw/1201"}
    if asked.path in steps:
        return redirect(steps[asked.path], 301 if asked.path == "/materiaal/1201" else 308)
    return only("/nieuw/1201", lambda _: html("Zeilschepen"))(asked)


def _mixed(asked: Asked) -> Reply:
    steps = {"/materiaal/1201": ("/oud/1201", 301), "/oud/1201": ("/nieuw/1201", 302)}
    if asked.path in steps:
        return redirect(*steps[asked.path])
    return only("/nieuw/1201", lambda _: html("Zeilschepen"))(asked)


def _loop(asked: Asked) -> Reply:
    return redirect("/b" if asked.path != "/b" else "/materiaal/1201", 301)


def _endless(asked: Asked) -> Reply:
    return redirect(f"{asked.path}x")


def _cookies(asked: Asked) -> Reply:
    """Send everybody round who brings no cookie."""
    if "langs=geweest" in asked.headers.get("cookie", ""):
        return at(lambda _: html("Zeilschepen"))(asked)
    return Reply(302, headers={"Location": asked.path, "Set-Cookie": "langs=geweest; Path=/"})


def _sso(asked: Asked) -> Reply:
    if asked.path.startswith("/Shibboleth.sso/Login"):
        return redirect("/idp/profile/SAML2/Redirect/SSO?SAMLRequest=fZJNT")
    if asked.path.startswith("/idp"):
        return html("Kies je instelling", "<form><input name='q'></form>", words=60)
    return redirect(f"/Shibboleth.sso/Login?target={asked.path}")


def _cas(asked: Asked) -> Reply:
    form = "<form><input name='username'><input type='password' name='password'></form>"
    if asked.path.startswith("/cas/login"):
        return html("Inloggen - Hogeschool", form, words=30)
    return redirect("/cas/login?service=x")


def _login_form(_: Asked) -> Reply:
    form = "<form><input name='naam'><input type='password' name='w'></form>"
    return html("Inloggen | Leeromgeving", form, words=40)


def _saml_post(_: Asked) -> Reply:
    form = "<form method=post><input type=hidden name=SAMLRequest value=x></form>"
    return html("Even geduld", form, words=3)


def _soft(_: Asked) -> Reply:
    return html("Leermateriaal van De Haven", words=300)


def _soft_named(asked: Asked) -> Reply:
    return html("Pagina niet gevonden | De Haven", f"<p>{asked.path}</p>", words=300)


def _spa(_: Asked) -> Reply:
    shell = (
        "<div id='root'></div><noscript>You need to enable JavaScript to run this app.</noscript>"
    )
    return Reply(200, page("Lessen", shell + "<script src='/app.js'></script>"))


def _framed_spa(_: Asked) -> Reply:
    menu = " ".join(f"<a href='/{word}'>{word} menu</a>" for word in LESSON * 3)
    shell = f"<nav>{menu}</nav><div id='app'></div><script src='/app.js'></script>"
    return Reply(200, page("Lessen", shell))


def _returns(asked: Asked) -> Reply:
    """Be away for the first rounds, and be back then."""
    if asked.path == "/materiaal/1201" and asked.again >= 3:
        return html("Zeilschepen")
    return html("Weg", status=404)


def _stumbles(asked: Asked) -> Reply:
    """Fail now and then."""
    if asked.path == "/materiaal/1201" and asked.again % 2:
        return html("Zeilschepen")
    return html("Storing", status=500)


def _robots(asked: Asked) -> Reply:
    if asked.path == "/robots.txt":
        return Reply(200, b"User-agent: *\nDisallow: /", {"Content-Type": "text/plain"})
    return html("Zeilschepen")


def _slugs(asked: Asked) -> Reply:
    """Find a page by its number, whatever comes after it."""
    if asked.path.startswith("/1201/"):
        return html("Zeilschepen")
    return html("Niet hier", status=404)


def _pdf(_: Asked) -> Reply:
    return Reply(200, b"%PDF-1.7", {"Content-Type": "application/pdf", "Content-Length": "90000"})


def _status(status: int, **headers: str) -> Callable[[Asked], Reply]:
    def respond(asked: Asked) -> Reply:
        if asked.path == "/robots.txt":
            return Reply(404)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return Reply(status, page(f"Antwoord {status}"), named)

    return respond


def _says(title: str, *, words: int = 12) -> Callable[[Asked], Reply]:
    return at(lambda _: html(title, words=words))


ALIVE, LOGIN, UNSURE = ("alive",) * 3, ("login",) * 3, ("unsure",) * 3
DEAD = ("unsure", "unsure", "dead")
FILE = "/bestanden/les12.pdf"
MOVED = ("moved",) * 3
MB = 1024 * 1024
_BOMB = gzip.compress(bytes(30 * MB))

BEHAVIOURS = [
    Behaviour("page", at(lambda _: html("Zeilschepen")), ALIVE, "answers"),
    Behaviour("short-page", at(lambda _: html("Wind", words=30)), ALIVE, "answers"),
    Behaviour("about-404", at(lambda _: html("Wat is 404 not found?")), ALIVE, "answers"),
    Behaviour("found-by-number", _slugs, ALIVE, "answers", path="/1201/Zeilschepen_en_wind"),
    Behaviour("home-page", lambda _: html("De Haven"), ALIVE, "answers", path="/"),
    Behaviour("picture", at(lambda _: html("", "<img src='/a.png'>", words=0)), ALIVE, "answers"),
    Behaviour("file", only(FILE, _pdf), ALIVE, "answers", path=FILE),
    Behaviour("head-refused", only(FILE, _no_head), ALIVE, "answers", path=FILE),
    Behaviour("head-lies", only(FILE, _lying_head), ALIVE, "answers", path=FILE),
    Behaviour("cookie-round", _cookies, ALIVE, "answers"),
    Behaviour("stumbles", _stumbles, ("unsure", "unsure", "alive"), "answers"),
    Behaviour("returns", _returns, ("unsure", "unsure", "alive"), "answers"),
    Behaviour("temporary", _mixed, ALIVE, "answers"),
    Behaviour("script", _spa, ALIVE, "script", there=None),
    Behaviour("script-with-menu", _framed_spa, ALIVE, "script", there=None),
    Behaviour(
        "cookie-wall", at(lambda _: html("Voordat je verdergaat", words=30)), ALIVE, "consent",
    ),
    Behaviour(
        "refresh",
        lambda asked: html("Zeilschepen") if asked.path == "/nieuw/1201" else (
            html("Ga door", words=2, head="<meta http-equiv=refresh content='0;url=/nieuw/1201'>")
            if asked.path == "/materiaal/1201" else Reply(404)
        ),
        ALIVE, "answers",
    ),
    Behaviour("moved", _chain, MOVED, "redirect", target="/nieuw/1201"),
    Behaviour("password", _status(401, WWW_Authenticate="Basic"), LOGIN, "password"),
    Behaviour("proxy-password", _status(407), LOGIN, "password"),
    Behaviour("single-sign-on", _sso, LOGIN, "login"),
    Behaviour("cas", _cas, LOGIN, "login"),
    Behaviour("login-form", _login_form, LOGIN, "login"),
    Behaviour("saml-post", _saml_post, LOGIN, "login"),
    Behaviour("forbidden", _status(403), UNSURE, "forbidden", there=None),
    Behaviour("firewall", _status(403, cf_mitigated="challenge"), UNSURE, "wall", there=None),
    Behaviour("robot-test", _says("Just a moment..."), UNSURE, "wall", there=None),
    Behaviour("too-many", _status(429), UNSURE, "busy", there=None),
    Behaviour("later", _status(503, Retry_After="7200"), UNSURE, "busy", there=None),
    Behaviour("not-from-here", _status(451), UNSURE, "legal", there=None),
    Behaviour("bad-request", _status(400), UNSURE, "status", there=None),
    Behaviour("robots", _robots, UNSURE, "robots", there=None),
    Behaviour(
        "robots-down",
        lambda asked: Reply(500) if asked.path == "/robots.txt" else html("Zeilschepen"),
        UNSURE, "robots", there=None,
    ),
    Behaviour("self-signed", lambda _: html("Zeilschepen"), UNSURE, "certificate", scheme="https",
              there=None),
    Behaviour("private", lambda _: html("Geheim"), UNSURE, "private", there=None),
    Behaviour(
        "to-private", lambda _: redirect("http://private.example/"), UNSURE, "private",
        there=None,
    ),
    Behaviour(
        "page-for-file", only(FILE, lambda _: html("Bekijk het document")), UNSURE, "content",
        path=FILE, there=None,
    ),
    Behaviour("not-found", _status(404), DEAD, "not-found", there=False),
    Behaviour("gone", _status(410), DEAD, "gone", there=False),
    Behaviour("error", _status(500), DEAD, "server-error", there=False),
    Behaviour("down-without-a-word", _status(503), DEAD, "server-error", there=False),
    Behaviour("soft-404", _soft, DEAD, "soft-404", there=False),
    Behaviour("soft-404-by-query", _soft, DEAD, "soft-404", path="/toon?id=1201", there=False),
    Behaviour("soft-404-that-says-so", _soft_named, DEAD, "soft-404", there=False),
    Behaviour("to-home", _home, DEAD, "home", there=False),
    Behaviour("to-overview", _generic, DEAD, "home", there=False),
    Behaviour("video-gone", _says("Deze video is niet beschikbaar"), DEAD, "removed", there=False),
    Behaviour("item-withdrawn", _says("Item has been withdrawn"), DEAD, "removed", there=False),
    Behaviour("deleted-german", _says("Das Video wurde gelöscht"), DEAD, "removed", there=False),
    Behaviour(
        "deleted-french", _says("Cette vidéo n'est plus disponible"), DEAD, "removed", there=False
    ),
    Behaviour(
        "player",
        at(lambda _: html("", '<script>var r={"playabilityStatus":{"status":"ERROR"}}</script>')),
        DEAD, "removed", there=False,
    ),
    Behaviour("parked", lambda _: html("Dit domein is te koop", words=9), DEAD, "parked",
              there=False),
    Behaviour(
        "parked-by-script",
        lambda _: html("haven", "<script src='//www.parkingcrew.net/js'></script>", words=30),
        DEAD, "parked", there=False,
    ),
    Behaviour("empty", at(lambda _: Reply(200)), DEAD, "empty", there=False),
    Behaviour("hollow", at(lambda _: Reply(200, b"<html><body></body></html>")), DEAD, "empty",
              there=False),
    Behaviour("no-content", at(lambda _: Reply(204)), DEAD, "empty", there=False),
    Behaviour("unknown-host", _soft, DEAD, "dns", there=False),
    Behaviour("refused", _soft, DEAD, "refused", there=False),
    Behaviour("hangs", lambda _: Reply(hangs=True), DEAD, "timeout", there=False, slow=True),
    Behaviour("no-http", lambda _: Reply(raw=b"SSH-2.0-OpenSSH\r\n"), DEAD, "broken", there=False),
    Behaviour("breaks-off", lambda _: Reply(raw=b""), DEAD, "broken", there=False),
    Behaviour("loop", _loop, DEAD, "loop", there=False),
    Behaviour("endless-redirects", _endless, DEAD, "loop", there=False),
    Behaviour("to-file", lambda _: redirect("file:///etc/hostname"), DEAD, "nowhere", there=False),
    Behaviour(
        "drips", at(lambda _: Reply(200, b"<p>" + b"a" * 900, drip=0.05)), DEAD, "timeout",
        there=None, slow=True,
    ),
    Behaviour(
        "endless-body", at(lambda _: Reply(200, b"<p>wind en water " * 64, times=MB)), ALIVE,
        "answers",
    ),
    Behaviour(
        "huge-headers",
        lambda _: Reply(raw=b"HTTP/1.1 200 OK\r\n" + b"X: " + b"a" * 9 * MB + b"\r\n\r\n"),
        DEAD, "broken", there=None,
    ),
    Behaviour(
        "many-headers",
        lambda _: Reply(raw=b"HTTP/1.1 200 OK\r\n" + b"X: a\r\n" * 200_000 + b"\r\nwind"),
        DEAD, "broken", there=None,
    ),
    Behaviour(
        "gzip-bomb",
        at(lambda _: Reply(200, _BOMB, {"Content-Encoding": "gzip"})), DEAD, "broken", there=None,
    ),
]  # fmt: skip

_BY_HOST = {f"{behaviour.name}.example": behaviour for behaviour in BEHAVIOURS}
_NO_ROBOTS = frozenset({"hangs", "no-http", "breaks-off", "huge-headers", "many-headers"})


def respond(asked: Asked) -> Reply:
    """Answer as the host does that was asked; most have no robots.txt."""
    own = _BY_HOST[asked.host]
    by_itself = own.name in _NO_ROBOTS or own.name.startswith("robots")
    if asked.path == "/robots.txt" and not by_itself:
        return Reply(404)
    return own.respond(asked)


def address(behaviour: Behaviour, *, port: int, tls_port: int, closed_port: int) -> str:
    """Return the address that is asked for."""
    if behaviour.name == "refused":
        port = closed_port
    elif behaviour.scheme == "https":
        port = tls_port
    return f"{behaviour.scheme}://{behaviour.name}.example:{port}{behaviour.path}"
