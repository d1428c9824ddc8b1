"""What became of an address: its states, the reasons for them, and how one follows another.

Pure: nothing here asks the network or the store. ``harvester.links`` comes to verdicts,
``catalog.store.links`` keeps what they lead to.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Literal

import msgspec
from msgspec import Struct

#: In which state an address may be; "" is one that was never asked for.
#:
#: - ``alive``: the material, or a page about it, is there
#: - ``moved``: it is there, and says for good that it has another address
#: - ``login``: something is there, for who logs in
#: - ``unsure``: nothing can be said, or nothing was there the last time
#: - ``dead``: nothing was there three times in a row, over a week at least
State = Literal["", "alive", "moved", "login", "unsure", "dead"]
STATES: tuple[State, ...] = ("alive", "moved", "login", "unsure", "dead")

#: Every reason there is, with the states in which it is given. Those of ``unsure`` and ``dead``
#: together are failures: unsure at first, dead when they last. The site has words for each.
REASONS: Mapping[str, tuple[State, ...]] = {
    "answers": ("alive",),  # the page or the file is there
    "script": ("alive",),  # a page that scripts fill: it answers, and more cannot be told
    "consent": ("alive",),  # a page that asks about cookies first
    "redirect": ("moved",),  # only permanent redirects (301, 308) lead on, to ``target``
    "password": ("login",),  # 401, 407
    "login": ("login",),  # a page to log in, or a redirect to one
    "forbidden": ("unsure",),  # 403: to us; people may be let in
    "wall": ("unsure",),  # a firewall or a test for robots answers in the site's place
    "busy": ("unsure",),  # 429, or 503 with Retry-After: it asks to come back later
    "legal": ("unsure",),  # 451: not from here, or not for legal reasons
    "certificate": ("unsure",),  # expired, self-signed or of another host
    "robots": ("unsure",),  # robots.txt closes it to us, or cannot be read
    "private": ("unsure",),  # an address inside somebody's network, which is not visited
    "content": ("unsure",),  # a page where a file should be
    "status": ("unsure",),  # an answer that says neither: 400, 406, 418 ...
    "not-found": ("unsure", "dead"),  # 404
    "gone": ("unsure", "dead"),  # 410: removed, and meant to be
    "soft-404": ("unsure", "dead"),  # says 200, and answers alike where nothing can be
    "removed": ("unsure", "dead"),  # says 200, and that the material is not there any more
    "parked": ("unsure", "dead"),  # the domain is for sale, or shows advertisements
    "home": ("unsure", "dead"),  # leads to the home page, or another that is not about it
    "empty": ("unsure", "dead"),  # says 200 and has nothing
    "dns": ("unsure", "dead"),  # the name of its host is not known
    "refused": ("unsure", "dead"),  # its host is not there, or takes no connection
    "timeout": ("unsure", "dead"),  # no answer in time
    "broken": ("unsure", "dead"),  # what answers breaks off, or speaks no HTTP
    "server-error": ("unsure", "dead"),  # 5xx
    "loop": ("unsure", "dead"),  # redirects that go round, or have no end
    "nowhere": ("unsure", "dead"),  # leads to what is no address on the web
}

#: How often in a row, and over how long, nothing is there before an address is called dead.
FAILURES, DEAD_AFTER = 3, timedelta(days=7)
#: When one at which nothing was there is asked for again, counted from the first time.
AGAIN = (timedelta(days=1), timedelta(days=3), DEAD_AFTER)
#: One whose host asked for rest is left alone for this long at least, and this at most.
REST = (timedelta(hours=6), timedelta(days=7))
#: Part of the time between two visits by which it may be shorter or longer.
SPREAD = 0.2

_STALE = 2  # times between two visits after which a host's "later" means that nothing is known
_INSTANT = "%Y-%m-%dT%H:%M:%SZ"


class Verdict(Struct, frozen=True, kw_only=True, gc=False):
    """What one visit says. ``state`` ``dead`` means here: nothing was there, this time.

    ``detail`` is for an operator: a status, an error; ``target``, of ``moved``, the new address;
    ``wait`` the seconds of rest that the host asks for.
    """

    state: State
    reason: str
    detail: str = ""
    target: str = ""
    wait: float = 0.0


class Standing(Struct, frozen=True, gc=False):
    """What is known of an address. Instants are ``YYYY-MM-DDThh:mm:ssZ``, or "" for never.

    ``since`` is when the state began: of a dead one, the first time that nothing was there.
    """

    state: State = ""
    reason: str = ""
    detail: str = ""
    target: str = ""
    since: str = ""
    checked: str = ""  # the last time that it said something
    due: str = ""
    failures: int = 0  # one after another
    failing: str = ""  # since when


def transition(
    known: Standing, verdict: Verdict, now: datetime, *, days: float, share: float
) -> Standing:
    """Return what is known of an address after a visit at ``now``.

    ``days`` lie between two visits, give or take a fifth: by ``share``, a number in [0, 1) that
    is the address's own, so that the visits of a large harvest spread.
    """
    if verdict.reason == "busy":
        return _later(known, verdict, now, days=days)
    if verdict.state == "dead":
        return _failed(known, verdict, now, days=days, share=share)
    at = instant(now)
    same = (known.state, known.reason) == (verdict.state, verdict.reason)
    return Standing(
        state=verdict.state,
        reason=verdict.reason,
        detail=verdict.detail,
        target=verdict.target,
        since=known.since if same else at,
        checked=at,
        due=instant(now + _span(days, share)),
    )


def seen(standing: Standing) -> tuple[str, str, str]:
    """Return what of it a reader sees: where this changes, cards are described anew."""
    return standing.state, standing.reason, standing.target


def instant(moment: datetime) -> str:
    """Return a moment, with its time zone, as the store writes it."""
    return moment.astimezone(UTC).strftime(_INSTANT)


def _failed(
    known: Standing, verdict: Verdict, now: datetime, *, days: float, share: float
) -> Standing:
    """Nothing was there: dead, if that was so often enough and for long enough."""
    at = instant(now)
    failing, failures = known.failing or at, known.failures + 1
    lasted = now - datetime.fromisoformat(failing)
    dead = known.state == "dead" or (failures >= FAILURES and lasted >= DEAD_AFTER)
    state: State = "dead" if dead else "unsure"
    wait = next((each - lasted for each in AGAIN if each > lasted), AGAIN[0])
    if dead:
        since = known.since if known.state == "dead" else failing
    else:
        since = known.since if known.state == "unsure" else at
    return Standing(
        state=state,
        reason=verdict.reason,
        detail=verdict.detail,
        since=since,
        checked=at,
        due=instant(now + (_span(days, share) if dead else wait)),
        failures=failures,
        failing=failing,
    )


def _later(known: Standing, verdict: Verdict, now: datetime, *, days: float) -> Standing:
    """Let what was known hold: a host that asks for rest says nothing of the address.

    For a while, that is: where it never says anything else, nothing is known any more.
    """
    least, most = (each.total_seconds() for each in REST)
    at, due = instant(now), instant(now + timedelta(seconds=min(max(verdict.wait, least), most)))
    age = now - datetime.fromisoformat(known.checked) if known.state else timedelta.max
    if known.reason != verdict.reason and age < timedelta(days=_STALE * days):
        return msgspec.structs.replace(known, due=due)
    return Standing(
        state="unsure",
        reason=verdict.reason,
        detail=verdict.detail,
        since=known.since if known.reason == verdict.reason else at,
        checked=at,
        due=due,
    )


def _span(days: float, share: float) -> timedelta:
    return timedelta(days=days * (1 + SPREAD * (2 * share - 1)))
