"""What a request asks, and what is wrong with it (OAI-PMH 2.0, 2.7.1 and 3.6)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime

from msgspec import Struct
from oaipmh import validation
from oaipmh.error import BadArgumentError, BadVerbError

from catalog import sets
from catalog.export.characters import writable
from webapp.oai.uris import is_uri

VERBS = frozenset(
    {"GetRecord", "Identify", "ListIdentifiers", "ListMetadataFormats", "ListRecords", "ListSets"}
)
_PREFIX = re.compile(r"[A-Za-z0-9\-_.!~*'()]+")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_SECOND = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")


class Asked(Struct, frozen=True):
    """A request that makes sense: its verb, and its other arguments as they were given."""

    verb: str
    arguments: Mapping[str, str]

    def __getitem__(self, name: str) -> str:
        """Return an argument, or "" where it was not given."""
        return self.arguments.get(name, "")

    @property
    def since(self) -> str:
        """The instant from which on changes are asked for, or ""."""
        given = self["from"]
        return f"{given}T00:00:00Z" if _DAY.fullmatch(given) else given

    @property
    def until(self) -> str:
        """The last instant of which changes are asked for, or ""; a day is meant to its end."""
        given = self["until"]
        return f"{given}T23:59:59Z" if _DAY.fullmatch(given) else given

    @property
    def attributes(self) -> dict[str, str]:
        """What the answer repeats of the request (3.2), but for an identifier that is no URI."""
        said = {name: value for name, value in self.arguments.items()
                if name != "identifier" or is_uri(value)}  # fmt: skip
        return {"verb": self.verb, **said}


def read(pairs: Iterable[tuple[str, str]]) -> Asked:
    """Return what is asked by the arguments of a request, in which each may stand repeatedly.

    Raises BadVerbError and BadArgumentError of ``oaipmh.error``.
    """
    given = list(pairs)
    verbs = [value for name, value in given if name == "verb"]
    if len(verbs) != 1:
        raise BadVerbError("There has to be one argument verb.")
    if verbs[0] not in VERBS:
        raise BadVerbError(f"There is no such verb; it is one of {', '.join(sorted(VERBS))}.")
    count = Counter(name for name, _ in given)
    if any(times > 1 for times in count.values()):
        raise BadArgumentError("No argument may be given twice.")
    asked = Asked(verbs[0], {name: value for name, value in given if name != "verb"})
    _check_names(asked)
    _check_values(asked)
    return asked


def _check_names(asked: Asked) -> None:
    named = {"from_" if name == "from" else name: "" for name in asked.arguments}
    for name in named:
        if name == "from_" and "from" not in asked.arguments:
            raise BadArgumentError("There is no argument from_.")
        if writable(name) != name:
            raise BadArgumentError("The name of an argument has characters that no XML can hold.")
    try:
        validation.validateResumptionArguments(asked.verb, named)
    except validation.BadArgumentError as error:
        raise BadArgumentError(str(error).replace("from_", "from")) from error


def _check_values(asked: Asked) -> None:
    for name, value in asked.arguments.items():
        if writable(value) != value:
            raise BadArgumentError(f"{name} has characters that no XML can hold.")
    for name, is_legal in (("metadataPrefix", _PREFIX.fullmatch), ("set", sets.is_spec)):
        if name in asked.arguments and not is_legal(asked[name]):
            raise BadArgumentError(f"{name} has characters that it cannot have.")
    for name, instant in (("from", asked.since), ("until", asked.until)):
        if name in asked.arguments and not _is_instant(instant):
            raise BadArgumentError(f"{name} is neither YYYY-MM-DD nor YYYY-MM-DDThh:mm:ssZ.")
    if asked.since and asked.until:
        if len(asked["from"]) != len(asked["until"]):
            raise BadArgumentError("from and until are of different granularities.")
        if asked.since > asked.until:
            raise BadArgumentError("from is later than until.")


def _is_instant(text: str) -> bool:
    if not _SECOND.fullmatch(text):
        return False
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True
