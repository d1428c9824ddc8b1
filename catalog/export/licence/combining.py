"""What several licences give together: a small calculator.

An **adaptation** makes one new work out of several, which must go out under one licence that all
of them allow. So each licence stands for the set of licences under which an adaptation of it may go
out, and what they have in common is the answer. The facts are those of Creative Commons (compatible
licences; the adapter's licence in 1.0 to 4.0), of the Free Software Foundation (the GPL and others)
and of the licences themselves.

A **collection** puts works beside one another; each keeps its own licence.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator
from typing import Literal

from msgspec import Struct

from catalog.export.licence.advice import Answer, advice
from catalog.export.licence.terms import Terms

Making = Literal["adaptation", "collection"]
MAKINGS: tuple[Making, ...] = ("adaptation", "collection")


class Reason(Struct, frozen=True):
    """Why: a key, and the names of the licences that it is about."""

    key: str
    about: tuple[str, ...] = ()


class Outcome(Struct, frozen=True):
    """May it be made and shared, and may money be earned with it.

    ``licences`` are names of licences under which an adaptation may go out, the one to take first;
    none of a collection, in which each part keeps its own. ``duties`` are those of all parts.
    """

    allowed: Answer
    sell: Answer
    licences: tuple[str, ...]
    duties: tuple[str, ...]
    reasons: tuple[Reason, ...]
    unsure: tuple[str, ...]


_VERSIONS = ("1.0", "2.0", "2.1", "2.5", "3.0", "4.0")
_BY = "CC BY 4.0"
_BY_NC = "CC BY-NC 4.0"
_SA = tuple(f"CC BY-SA {version}" for version in reversed(_VERSIONS))
_NC_SA = tuple(f"CC BY-NC-SA {version}" for version in reversed(_VERSIONS))
_GPL3, _GPL2, _LGPL3, _AGPL3 = "GNU GPL 3.0", "GNU GPL 2.0", "GNU LGPL 3.0", "GNU AGPL 3.0"
_LAL, _MPL, _EUPL = "Licence Art Libre 1.3", "Mozilla Public License 2.0", "EUPL 1.2"
_GFDL2, _GFDL3, _ODBL = "GNU FDL 1.2", "GNU FDL 1.3", "Open Database License 1.0"
_CC0 = "CC0 1.0"
#: Answers from the freest on: of those that are possible the first is proposed.
_FREEST = (
    *(_CC0, _BY, *_SA, _LAL, _LGPL3, _MPL, _EUPL, _GPL3, _GPL2, _AGPL3, _GFDL3, _GFDL2, _ODBL),
    *(_BY_NC, *_NC_SA),
)
_RANK = {name: rank for rank, name in enumerate(_FREEST)}
_ANY = frozenset(_FREEST)
_NO_PROFIT = frozenset({_BY_NC, *_NC_SA})
_CREDITED = frozenset({_BY, *_SA}) | _NO_PROFIT
_GPLS = frozenset({_GPL2, _GPL3, _LGPL3, _AGPL3})
_COPYLEFT = {
    "gpl": _GPLS - {_LGPL3, _AGPL3},
    "GPL-2.0-only": {_GPL2},
    "GPL-2.0-or-later": {_GPL2, _GPL3},
    "GPL-3.0-only": {_GPL3},
    "GPL-3.0-or-later": {_GPL3},
    "lgpl": {_LGPL3, _GPL3},
    "LGPL-3.0-only": {_LGPL3, _GPL3},
    "AGPL-3.0-only": {_AGPL3},
    "MPL-2.0": _GPLS | {_MPL},  # 1.12 and 3.3, secondary licences
    "EUPL-1.2": {_EUPL, _GPL2, _GPL3, _AGPL3, _MPL, "CC BY-SA 3.0"},  # its appendix
    "gfdl": {_GFDL2, _GFDL3},
    "GFDL-1.2-only": {_GFDL2},
    "GFDL-1.3-only": {_GFDL3},
    "LAL-1.3": {_LAL, "CC BY-SA 4.0"},
    "ODbL-1.0": {_ODBL},
}
#: Kinds whose duties go together with those of any other, whether somebody declared it or not.
_EASY = frozenset({"cc0", "pdm", "waived", "credit", "notice"})
_NO_LICENCE = frozenset({"open", "statement"})
#: What might be argued for: nobody said no, or there is a way by another version.
_ARGUABLE = frozenset({"not_declared", "gpl_needs_4"})
_OLD_GPL = frozenset({"GPL-2.0-only"})
_GPL_CODES = frozenset(code for code in _COPYLEFT if code.lower().startswith("gpl"))


def combined(found: Iterable[Terms], making: Making = "adaptation") -> Outcome:
    """Return what comes of materials with these licences; of one alone too."""
    parts = tuple(dict.fromkeys(found))
    if not parts:
        return Outcome("unsure", "unsure", (), (), (), ())
    duties = tuple(dict.fromkeys(duty for part in parts for duty in advice(part).duties))
    unsure = tuple(dict.fromkeys(key for part in parts for key in advice(part).unsure))
    if making == "collection":
        return _collection(parts, duties, unsure)
    return _adaptation(parts, duties, unsure)


def _collection(
    parts: tuple[Terms, ...], duties: tuple[str, ...], unsure: tuple[str, ...]
) -> Outcome:
    reasons = list(_obstacles(parts))
    answers = {advice(part).share for part in parts}
    allowed: Answer = next(
        one for one in ("no", "unsure", "conditions", "yes") if one in answers | {"yes"}
    )
    if allowed in ("yes", "conditions"):
        reasons.append(Reason("keep_apart"))
        duties = tuple(duty for duty in duties if duty != "share_alike")
    profit = _about(parts, "nc")
    if profit:
        reasons.append(Reason("nc_holds", profit))
    return Outcome(allowed, _sell(parts, allowed), (), duties, tuple(reasons), unsure)


def _adaptation(
    parts: tuple[Terms, ...], duties: tuple[str, ...], unsure: tuple[str, ...]
) -> Outcome:
    reasons = list(_obstacles(parts))
    fixed = _about(parts, "nd")
    if fixed:
        reasons.append(Reason("nd", fixed))
    if fixed or any(advice(part).adapt == "no" for part in parts):
        return Outcome("no", "no", (), duties, tuple(reasons), unsure)
    if any(advice(part).adapt == "unsure" or part.kind in _NO_LICENCE for part in parts):
        return Outcome("unsure", _sell(parts, "unsure"), (), duties, tuple(reasons), unsure)
    allowed = frozenset.intersection(*map(targets, parts))
    licences = tuple(sorted(allowed, key=lambda name: (name != parts[0].name, _rank(name))))
    if not licences:
        return _without_common(parts, duties, unsure)
    answer: Answer = "conditions" if duties else "yes"
    return Outcome(
        answer, _sell(parts, answer), licences, duties, tuple(_decisions(parts, licences)), unsure
    )


def _without_common(
    parts: tuple[Terms, ...], duties: tuple[str, ...], unsure: tuple[str, ...]
) -> Outcome:
    """Return no; unsure where nothing is in the way but that nobody has declared it possible."""
    strict = [part for part in parts if part.kind not in _EASY and part.elements != ("by",)]
    codes = {part.code for part in parts}
    if codes >= {"Apache-2.0", "GPL-2.0-only"}:
        reason = Reason("apache_gpl2", tuple(part.name for part in parts))
    elif len(strict) == 1:
        reason = Reason("not_declared", tuple(part.name for part in parts))
    else:
        reason = _conflict(parts)
    if reason.key in _ARGUABLE:
        return Outcome("unsure", _sell(parts, "unsure"), (), duties, (reason,), unsure)
    return Outcome("no", "no", (), duties, (reason,), unsure)


def _rank(name: str) -> tuple[int, str]:
    return _RANK.get(name, len(_RANK)), name


def _sell(parts: tuple[Terms, ...], allowed: Answer) -> Answer:
    answers = {advice(part).sell for part in parts} | {allowed}
    return next(one for one in ("no", "unsure", "conditions", "yes") if one in answers)


@functools.lru_cache(maxsize=1024)
def targets(part: Terms) -> frozenset[str]:
    """Return the names of licences under which an adaptation of ``part`` may go out."""
    if part.kind in ("cc0", "waived", "pdm"):
        return _ANY
    own = frozenset({part.name})
    if part.kind == "credit":
        return own | _CREDITED
    if part.kind == "notice":  # Apache asks more than the GPL of 1991 lets anybody ask
        return own | (_ANY - {_CC0, _GPL2} if part.code == "Apache-2.0" else _ANY - {_CC0})
    if part.kind == "copyleft":
        return own | _COPYLEFT.get(part.code, set())
    if part.kind == "cc" and "nd" not in part.elements:
        return own | _of_creative_commons(part)
    return frozenset()


def _of_creative_commons(part: Terms) -> frozenset[str]:
    elements = set(part.elements)
    if "by" not in elements:  # withdrawn in 2004, and compatible with nothing since
        return frozenset()
    if "sa" in elements:
        family = _NC_SA if "nc" in elements else _SA
        found = {name for name in family if _follows(name.rpartition(" ")[2], part.version)}
        if part.version == _VERSIONS[-1] and "nc" not in elements:
            found |= {_GPL3, _LAL}  # creativecommons.org/compatiblelicenses, 2014 and 2015
        return frozenset(found)
    if "nc" in elements:
        return _NO_PROFIT
    return _CREDITED | (_GPLS if part.version == _VERSIONS[-1] else frozenset())


def _follows(version: str, said: str) -> bool:
    """Tell whether a ShareAlike licence of version ``said`` lets an adaptation be of ``version``.

    Since 2.0 it may be a later one; 1.0 knows itself alone. Where no version is said, any may be.
    """
    if not said or said == version:
        return True
    return said != _VERSIONS[0] and version > said


def _obstacles(parts: tuple[Terms, ...]) -> Iterator[Reason]:
    for key, kinds in (
        ("reserved", {"closed"}),
        ("taverne", {"taverne"}),
        ("statement", {"statement"}),
        ("unknown", {"unknown", "restricted"}),
        ("terms", {"open"}),
    ):
        found = tuple(part.name or part.key for part in parts if part.kind in kinds)
        if found:
            yield Reason(key, found)


def _about(parts: Iterable[Terms], element: str) -> tuple[str, ...]:
    return tuple(part.name for part in parts if element in part.elements)


def _decisions(parts: tuple[Terms, ...], licences: tuple[str, ...]) -> Iterator[Reason]:
    """Yield why an adaptation may go out under ``licences``, the first above all."""
    alike = _about(parts, "sa")
    if alike and licences[0] in _GPLS:
        yield Reason("one_way_gpl", alike)
    elif alike:
        yield Reason("sa_decides", alike)
    profit = _about(parts, "nc")
    if profit:
        yield Reason("nc_decides", profit)
    strong = tuple(part.name for part in parts if part.kind == "copyleft")
    if strong:
        yield Reason("copyleft_decides", strong)
    if all(part.kind in ("cc0", "waived", "pdm") for part in parts):
        yield Reason("no_limits")
    elif not (alike or profit or strong):
        yield Reason("credit_all")


def _conflict(parts: tuple[Terms, ...]) -> Reason:
    """Return why there is no licence that all of ``parts`` allow."""
    alike = [part for part in parts if "sa" in part.elements]
    open_alike = [part for part in alike if "nc" not in part.elements]
    profit = [part for part in parts if "nc" in part.elements]
    strong = [part for part in parts if part.kind == "copyleft"]
    if profit and open_alike:
        return _between("nc_against_sa", profit, open_alike)
    if profit and strong:
        return _between("nc_against_copyleft", profit, strong)
    if len({part.version for part in alike}) > 1 and not strong:
        return _between("sa_versions", alike)
    gpl = [part for part in strong if part.code in _GPL_CODES]
    if alike and gpl and len(gpl) == len(strong):
        old = [part for part in gpl if part.code in _OLD_GPL]
        return _between("gpl_needs_3", old, alike) if old else _between("gpl_needs_4", gpl, alike)
    return _between("copylefts_differ", strong, alike)


def _between(key: str, *groups: list[Terms]) -> Reason:
    return Reason(key, tuple(dict.fromkeys(part.name for group in groups for part in group)))
