"""What one licence allows, and what it asks in return."""

from __future__ import annotations

import functools
from typing import Literal

from msgspec import Struct

from catalog.export.licence.terms import Terms

#: ``conditions``: yes, if the duties are met. ``unsure``: it cannot be told from what is stated.
Answer = Literal["yes", "conditions", "no", "unsure"]

LAST_WITHOUT_PRIVATE = "3.0"  # of the licences with ND, which until then forbade to adapt at all


class Advice(Struct, frozen=True):
    """Answers to four questions, with keys for the words around them.

    ``use`` it as it is, in class or for study; ``share`` copies; ``adapt`` it and share what comes
    of it; ``sell``: use it to earn money. ``duties`` are what is asked in return, ``notes`` what
    else is good to know, ``unsure`` what cannot be told: never empty.
    """

    use: Answer
    share: Answer
    adapt: Answer
    sell: Answer
    duties: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    unsure: tuple[str, ...] = ("third_parties",)


_FREE = Advice("yes", "yes", "yes", "yes")
_RESERVED = Advice("yes", "no", "no", "no", notes=("link", "ask"))
_CREDIT = ("credit", "licence_link", "say_changed")
_NOTICE = ("keep_notice",)

_DUTIES = {  # beyond those of their kind
    "Apache-2.0": ("keep_notice", "say_changed"),
    "Artistic-2.0": ("keep_notice", "say_changed"),
    "LAL-1.3": ("credit", "licence_link", "say_changed", "share_alike"),
    "ODbL-1.0": ("credit", "licence_link", "share_alike"),
    "GFDL-1.2-only": ("credit", "licence_text", "say_changed", "share_alike"),
    "GFDL-1.3-only": ("credit", "licence_text", "say_changed", "share_alike"),
    "gfdl": ("credit", "licence_text", "say_changed", "share_alike"),
}
_FOR_DATABASES = frozenset({"ODbL-1.0", "ODC-By-1.0", "PDDL-1.0"})
_FOR_TEXTS = frozenset({"gfdl", "GFDL-1.2-only", "GFDL-1.3-only", "LAL-1.3"})
_STATEMENTS = {
    "InC-EDU": Advice("conditions", "conditions", "unsure", "no", ("education_only",)),
    "InC-NC": Advice("conditions", "conditions", "unsure", "no", ("no_profit",)),
    "NoC-NC": Advice("conditions", "conditions", "conditions", "no", ("no_profit",)),
    "NoC-CR": Advice("yes", "unsure", "unsure", "unsure"),
    "NoC-OKLR": Advice("yes", "unsure", "unsure", "unsure"),
    "NoC-US": Advice("yes", "unsure", "unsure", "unsure"),
}
_STATED = {"NoC-CR": "contract", "NoC-OKLR": "other_law", "NoC-US": "us_only"}


@functools.lru_cache(maxsize=1024)
def advice(found: Terms) -> Advice:
    """Return what a licence allows."""
    if found.kind == "cc":
        return _creative_commons(found)
    if found.kind == "statement":
        known = _STATEMENTS.get(found.code, _RESERVED)
        stated = _STATED.get(found.code)
        return _with(known, "statement", *([stated] if stated else ()))
    if found.kind == "copyleft":
        duties = _DUTIES.get(
            found.code, ("keep_notice", "say_changed", "give_source", "share_alike")
        )
        return _software(found, duties)
    if found.kind == "notice":
        return _software(found, _DUTIES.get(found.code, _NOTICE))
    if found.kind == "credit":
        known = Advice("yes", "conditions", "conditions", "conditions", _CREDIT[:2])
        return _with(known, "database") if found.code in _FOR_DATABASES else known
    return _BY_KIND[found.kind]


def _with(known: Advice, *unsure: str) -> Advice:
    return Advice(
        known.use, known.share, known.adapt, known.sell, known.duties, known.notes,
        (*unsure, *known.unsure),
    )  # fmt: skip


_BY_KIND = {
    "cc0": _FREE,
    "waived": _FREE,
    "pdm": _with(_FREE, "mark"),
    "taverne": _with(_RESERVED, "taverne"),
    "open": _with(
        Advice("yes", "conditions", "conditions", "unsure", notes=("read_terms",)), "terms"
    ),
    "restricted": _with(
        Advice("yes", "unsure", "unsure", "unsure", notes=("read_terms",)), "terms"
    ),
    "closed": _RESERVED,
    "unknown": _with(Advice("yes", "unsure", "unsure", "unsure", notes=("link", "ask")), "unknown"),
}


def _creative_commons(found: Terms) -> Advice:
    parts = set(found.elements)
    duties: tuple[str, ...] = _CREDIT if "by" in parts else ("licence_link",)
    notes: tuple[str, ...] = ("no_endorsement",)
    unsure: tuple[str, ...] = ("third_parties",)
    if "sa" in parts:
        duties += ("share_alike",)
    if "nc" in parts:
        duties += ("no_profit",)
        unsure = ("nc_meaning", *unsure)
    if "nd" in parts:
        duties = tuple(duty for duty in duties if duty != "say_changed")
        if found.version > LAST_WITHOUT_PRIVATE:
            notes = ("nd_private", *notes)
    if found.port:
        unsure = ("port", *unsure)
    if not found.version:
        unsure = ("no_version", *unsure)
    return Advice(
        use="conditions" if "nc" in parts else "yes",
        share="conditions",
        adapt="no" if "nd" in parts else "conditions",
        sell="no" if "nc" in parts else "conditions",
        duties=duties,
        notes=notes,
        unsure=unsure,
    )


def _software(found: Terms, duties: tuple[str, ...]) -> Advice:
    """Return the advice on a licence that was written for software, and here is on a material."""
    known = Advice("yes", "conditions", "conditions", "conditions", duties)
    if found.code in _FOR_DATABASES:
        return _with(known, "database")
    known = known if found.version or found.kind == "notice" else _with(known, "no_version")
    return known if found.code in _FOR_TEXTS else _with(known, "software")
