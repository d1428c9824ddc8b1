"""What an observation means: a pure function, made of rules in a fixed order."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from urllib.parse import urlsplit

from catalog.links import REASONS, Verdict
from catalog.normalise.url import url as canonical
from harvester.charset import storable
from harvester.links.observation import Answer, Hop, Observation
from harvester.links.page import Page
from harvester.links.phrases import Marks, phrases
from harvester.net.trouble import said
from harvester.site.soft404 import alike

#: Words on a page that is short: what such a page says, it says about itself.
SHORT = 120
#: Words on a page that may be the frame of a script and nothing else.
BARE = 25

_PERMANENT = frozenset({HTTPStatus.MOVED_PERMANENTLY, HTTPStatus.PERMANENT_REDIRECT})
_BY_STATUS = {
    HTTPStatus.UNAUTHORIZED: "password",
    HTTPStatus.PROXY_AUTHENTICATION_REQUIRED: "password",
    HTTPStatus.FORBIDDEN: "forbidden",
    HTTPStatus.NOT_FOUND: "not-found",
    HTTPStatus.GONE: "gone",
    HTTPStatus.REQUEST_TIMEOUT: "timeout",
    HTTPStatus.UNAVAILABLE_FOR_LEGAL_REASONS: "legal",
}
_LONGEST = 200  # characters of a detail
_NOT_US = 999  # of no standard: what a large network answers to whoever is no browser
#: Media types of pages.
HTML = ("text/html", "application/xhtml+xml")

_Rule = Callable[[Observation, Answer], Verdict | None]
_PageRule = Callable[[Observation, Answer, Page], Verdict | None]


def verdict(seen: Observation) -> Verdict:
    """Return what a visit says; the first rule that knows decides."""
    if seen.film is not None:
        return _judged("answers" if seen.film else "removed")
    if seen.trouble or not seen.answer:
        trouble = seen.trouble
        if trouble is None:
            return _judged("broken")
        return _judged(trouble.reason, trouble.detail, wait=trouble.wait)
    for rule in _RULES:
        if found := rule(seen, seen.answer):
            return found
    if seen.answer.page:
        for page_rule in _PAGE_RULES:
            if found := page_rule(seen, seen.answer, seen.answer.page):
                return found
    return _answers(seen)


def enough(seen: Observation) -> bool:
    """Tell whether an answer to HEAD says all that a GET would."""
    answer = seen.answer
    if answer is None:
        return seen.trouble is not None and seen.trouble.reason not in ("broken", "timeout")
    if wants_rest(answer) or answer.status == HTTPStatus.UNAUTHORIZED:
        return True
    if answer.status != HTTPStatus.OK or is_html(answer) or not answer.media_type:
        return False
    return answer.length != 0


def needs_missing(found: Verdict, seen: Observation) -> bool:
    """Tell whether to ask the site for what cannot be there, before ``found`` is believed."""
    if seen.answer is None or seen.answer.page is None or seen.film is not None:
        return False
    if _is_home(seen.asked):
        return False
    return found.reason in {"answers", "redirect", "content", "home", "soft-404"}


def wants_rest(answer: Answer) -> bool:
    """Tell whether a host asks to be left alone for a while."""
    late = answer.status == HTTPStatus.SERVICE_UNAVAILABLE and answer.retry_after is not None
    return late or answer.status == HTTPStatus.TOO_MANY_REQUESTS


def is_html(answer: Answer) -> bool:
    """Tell whether an answer is a page."""
    return answer.media_type in HTML


def is_file(url: str) -> bool:
    """Tell whether an address is that of a file, by its extension."""
    _, dot, extension = urlsplit(url).path.rpartition("/")[2].rpartition(".")
    return bool(dot) and extension.lower() in phrases().files.extensions


# ---- rules over the way and the status


def _wall(_: Observation, answer: Answer) -> Verdict | None:
    page = answer.page
    if answer.status == _NOT_US or answer.wall:
        return _judged("wall", answer.wall or str(answer.status))
    if page and (phrase := _says(phrases().wall, page)):
        return _judged("wall", phrase)
    return None


def _status(_: Observation, answer: Answer) -> Verdict | None:
    status = answer.status
    if 200 <= status < 300:  # noqa: PLR2004 HTTP
        return None
    detail = said(status)
    if wants_rest(answer):
        return _judged("busy", detail, wait=answer.retry_after or 0.0)
    if status in _BY_STATUS:
        return _judged(_BY_STATUS[HTTPStatus(status)], detail)
    return _judged("server-error" if 500 <= status < 600 else "status", detail)  # noqa: PLR2004 HTTP


def _login(seen: Observation, answer: Answer) -> Verdict | None:
    """Be led to a page to log in, or have one here."""
    login, page = phrases().login, answer.page
    led = next((hop.url for hop in seen.hops if login.on_the_way(hop.url)), "")
    if page is None:
        return _judged("login", led) if led and is_html(answer) else None
    forms = page.password or not login.fields.isdisjoint(page.fields)
    if led and (forms or login.on_the_way(answer.url)):
        return _judged("login", led)
    if forms and (login.named(page.title, page.heading) or page.fields & login.fields):
        return _judged("login", page.title)
    return None


def _parked(seen: Observation, answer: Answer) -> Verdict | None:
    marks, page = phrases().parked, answer.page
    hosts = {urlsplit(hop.url).hostname or "" for hop in seen.hops}
    if marks.owns(hosts) and not marks.owns([urlsplit(seen.asked).hostname or ""]):
        return _judged("parked", seen.url)
    if page and page.words <= SHORT and marks.owns(page.hosts):
        return _judged("parked", answer.url)
    if page and (phrase := _says(marks, page)):
        return _judged("parked", phrase)
    return None


def _astray(seen: Observation, answer: Answer) -> Verdict | None:
    """Ask for what is deep inside a site, and be led to its front door."""
    if not seen.hops or _is_home(seen.asked) or not _is_home(answer.url):
        return None
    if urlsplit(seen.asked).hostname == urlsplit(answer.url).hostname:
        return _judged("home", answer.url)
    return None


def _empty(seen: Observation, answer: Answer) -> Verdict | None:
    nothing = answer.status in (HTTPStatus.NO_CONTENT, HTTPStatus.RESET_CONTENT)
    if nothing or (answer.whole and not seen.bodiless and not answer.size):
        return _judged("empty", said(answer.status))
    return None


# ---- rules over a page


def _removed(_: Observation, __: Answer, page: Page) -> Verdict | None:
    if phrase := page.removed or _says(phrases().removed, page):
        return _judged("removed", phrase)
    return None


def _not_found(seen: Observation, _: Answer, page: Page) -> Verdict | None:
    """Say so in title or heading; where a site has a status for that, a long page is about it."""
    honest = seen.missing and seen.missing.status in (HTTPStatus.NOT_FOUND, HTTPStatus.GONE)
    if honest and page.words > SHORT:
        return None
    if phrases().not_found.named(page.title, page.heading):
        return _judged("soft-404", page.title or page.heading)
    return None


def _consent(seen: Observation, answer: Answer, page: Page) -> Verdict | None:
    marks = phrases().consent
    led = any(marks.on_the_way(hop.url) for hop in seen.hops) and marks.on_the_way(answer.url)
    if led or _says(marks, page):
        return _judged("consent")
    return None


def _script(_: Observation, __: Answer, page: Page) -> Verdict | None:
    bare = page.words <= BARE and page.scripts and not page.embeds
    return _judged("script") if bare else None


def _hollow(_: Observation, __: Answer, page: Page) -> Verdict | None:
    """Have markup, and nothing to see or to read in it."""
    nothing = not page.words and not page.embeds and not page.scripts and not page.refresh
    return _judged("empty") if nothing else None


def _like_missing(seen: Observation, answer: Answer, page: Page) -> Verdict | None:
    """Answer alike where nothing can be: then nothing is here either.

    Where scripts fill the page, the frame is alike for all: that alone says nothing.
    """
    other = seen.missing
    if other is None or other.page is None or other.status != answer.status:
        return None
    if seen.hops and other.url == answer.url:  # what is not there is led to this page
        return _judged("home", answer.url)
    if page.title != other.page.title or not alike(page.shingles, other.page.shingles):
        return None
    if page.canonical and page.canonical == other.page.canonical and not _is_home(page.canonical):
        return None  # to this site the other address is one more spelling of this one
    if page.shell and not phrases().not_found.said(page.text):
        return _judged("script")
    return _judged("soft-404", page.title)


def _other_content(seen: Observation, _: Answer, page: Page) -> Verdict | None:
    return _judged("content", page.title) if is_file(seen.asked) else None


_RULES: tuple[_Rule, ...] = (_wall, _status, _empty, _login, _parked, _astray)
_PAGE_RULES: tuple[_PageRule, ...] = (
    _removed, _not_found, _consent, _script, _hollow, _like_missing, _other_content,
)  # fmt: skip


# ---- what rules are made of


def _answers(seen: Observation) -> Verdict:
    """Something is there; it has moved where all that led to it says that this is for good."""
    hosts = [urlsplit(seen.asked).hostname or ""]
    target = canonical(seen.url)
    if phrases().resolvers.owns(hosts) or not _for_good(seen.hops):
        return _judged("answers")
    if not target or target == canonical(seen.asked):  # it leads to another spelling of itself
        return _judged("answers")
    return _judged("redirect", target=target)


def _for_good(hops: tuple[Hop, ...]) -> bool:
    return bool(hops) and all(hop.status in _PERMANENT for hop in hops)


def _says(marks: Marks, page: Page) -> str:
    """Return the phrase in the title or heading of a page, or in all of a short one."""
    text = page.text if page.words <= SHORT else f"{page.title} / {page.heading}"
    return marks.said(text)


def _is_home(url: str) -> bool:
    split = urlsplit(url)
    names = [part.partition(".")[0] for part in split.path.lower().split("/") if part]
    if names and len(names[0]) == 2:  # noqa: PLR2004 the letters of a language
        names = names[1:]
    return not split.query and "".join(names) in phrases().home.paths and len(names) <= 1


def _judged(reason: str, detail: str = "", *, target: str = "", wait: float = 0.0) -> Verdict:
    """Return the verdict for a reason: of one that may mean death, that nothing was there."""
    state = REASONS[reason][-1]
    return Verdict(
        state=state, reason=reason, detail=storable(detail[:_LONGEST]), target=target, wait=wait
    )
