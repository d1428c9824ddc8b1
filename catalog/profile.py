"""What is asked of a record: the agreements with providers, as data in ``schemas/profiles``.

A profile says what is *required*, without which a record is rejected, and what is *recommended*,
without which it is kept with a warning. What does not hold is a ``Finding``; its rule is the field
and what is the matter with it, ``title.missing``, and stays the same for ever.
"""

from __future__ import annotations

import functools
import ipaddress
import re
import tomllib
from collections.abc import Iterator, Sequence
from importlib import resources
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

import msgspec
from msgspec import Struct, field

from catalog import vocabulary
from catalog.resource import LearningResource, Openness

Severity = Literal["error", "warning"]

#: The profile of a source that names none.
BASIS = "basis"

#: First part of a rule, by field of the record.
NAMES = {
    "titles": "title", "descriptions": "description", "keywords": "keyword",
    "creators": "creator", "contributors": "contributor", "publishers": "publisher",
    "providers": "provider", "identifiers": "identifier", "url": "url", "thumbnail": "thumbnail",
    "languages": "language", "level_terms": "level", "levels": "level", "type_terms": "type",
    "types": "type", "subjects": "discipline", "disciplines": "discipline", "isced": "isced",
    "rights": "licence", "licence": "licence", "licence_url": "licence", "openness": "licence",
    "access_terms": "access", "access": "access", "cost": "cost", "dates": "date",
    "duration": "duration", "media_types": "media-type", "version": "version",
    "status": "status", "aggregation": "aggregation", "audience_roles": "audience", "age": "age",
    "relations": "relation", "access_modes": "accessibility",
    "accessibility_features": "accessibility", "accessibility_hazards": "accessibility",
}  # fmt: skip

#: What stands for a field as well: a source's defaults fill the derived fields alone.
_INSTEAD = {
    "rights": ("openness", "licence_url"),
    "level_terms": ("levels",),
    "type_terms": ("types",),
    "subjects": ("disciplines",),
    "access_terms": ("access",),
}
#: What a source said, from which the codes of a field were told.
_SAID = {"levels": "level_terms", "types": "type_terms", "disciplines": "subjects"}

_LONGEST_VALUE = 200
_BETWEEN = "; "  # what is the matter, in the reason of a reject
_PUBLIC = re.compile(r"https?://(?:[^/?#:.]+\.)+(?!local\b|lan\b|internal\b)[a-z][a-z0-9-]+[/:?#]")


class ProfileError(Exception):
    """A profile that does not exist or cannot be used. One sentence that names the way out."""


class Finding(Struct, frozen=True, gc=False):
    """One demand that a record does not meet; ``value`` is what it has instead, cut short."""

    rule: str
    severity: Severity
    field: str
    value: str = ""


class Condition(Struct, frozen=True, forbid_unknown_fields=True):
    """``fields`` are asked for where ``field`` has one of ``values``."""

    field: str
    values: frozenset[str]
    fields: tuple[str, ...]


class Demands(Struct, frozen=True, forbid_unknown_fields=True):
    """What is asked, all of one severity."""

    fields: tuple[str, ...] = ()  # must be stated
    when: tuple[Condition, ...] = ()
    licences: tuple[Openness, ...] = ()  # a licence that is stated must be one of these; (): any
    vocabularies: dict[str, vocabulary.Name] = field(default_factory=dict)  # by field
    lengths: dict[str, int] = field(default_factory=dict)  # least number of characters, by field
    addresses: tuple[str, ...] = ()  # must be reachable from outside


class Profile(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An agreement; ``title`` and ``explanation`` by language (en, nl)."""

    version: str
    title: dict[str, str]
    source: str
    explanation: dict[str, str]
    name: str = ""
    required: Demands = field(default_factory=Demands)
    recommended: Demands = field(default_factory=Demands)


def findings(resource: LearningResource, profile: Profile) -> tuple[Finding, ...]:
    """Return what ``resource``, normalised, does not meet: errors first, each rule once."""
    found: dict[str, Finding] = {}
    for finding in _unmet(resource, profile.required, "error"):
        found.setdefault(finding.rule, finding)
    for finding in _unmet(resource, profile.recommended, "warning"):
        found.setdefault(finding.rule, finding)
    return tuple(found.values())


def _unmet(r: LearningResource, asked: Demands, severity: Severity) -> Iterator[Finding]:
    for name in asked.fields:
        if not getattr(r, name) or name == "languages":  # the second is looked at more closely
            yield from _missing(r, name, severity)
    for condition in asked.when:
        value = getattr(r, condition.field)
        if not condition.values.isdisjoint((value,) if isinstance(value, str) else value):
            for name in condition.fields:
                yield from _missing(r, name, severity)
    if asked.licences and r.openness not in asked.licences:
        yield from _licence(r, severity)
    for name, vocab in asked.vocabularies.items():
        said = getattr(r, _SAID.get(name, name))
        if said and (strange := _strange(r, name, said, vocab)):
            yield _finding("not-in-vocabulary", severity, name, strange)
    yield from _ill_formed(r, asked, severity)


def _ill_formed(r: LearningResource, asked: Demands, severity: Severity) -> Iterator[Finding]:
    for name, least in asked.lengths.items():
        texts = getattr(r, name)
        if texts and len(texts[0].text) < least and max(len(t.text) for t in texts) < least:
            yield _finding("short", severity, name, texts[0].text)
    for name in asked.addresses:
        address = getattr(r, name)
        if address and not _PUBLIC.match(address) and not _reachable(address):
            yield _finding("invalid", severity, name, address)


def _missing(r: LearningResource, name: str, severity: Severity) -> Iterator[Finding]:
    if name == "languages":
        stated = bool(r.languages) and not r.language_detected
    else:
        stated = any(getattr(r, each) for each in (name, *_INSTEAD.get(name, ())))
    if not stated:
        yield _finding("missing", severity, name)


def _licence(r: LearningResource, severity: Severity) -> Iterator[Finding]:
    """Judge a licence that is not among those accepted; one that is absent is another rule."""
    if r.openness:
        value = r.licence or r.licence_url or next(iter(r.rights), r.openness)
        yield _finding("not-accepted", severity, "rights", value)
    elif r.rights:
        yield _finding("unknown", severity, "rights", r.rights[0])


def _strange(r: LearningResource, name: str, said: Any, vocab: vocabulary.Name) -> str:
    """Return the first value that the vocabulary does not have, or ""."""
    if name in _SAID:
        return "" if getattr(r, name) else said[0].label or said[0].id
    known = vocabulary.get(vocab)
    return next((value for value in said if value not in known), "")


def _reachable(address: str) -> bool:
    """Tell whether a visitor may reach an http(s) address: its host has a dot, or is public."""
    host = urlsplit(address).hostname or ""
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        last = host.rpartition(".")[2]
        return "." in host and last not in ("local", "localhost", "lan", "internal")


def _finding(matter: str, severity: Severity, name: str, value: str = "") -> Finding:
    return Finding(f"{NAMES[name]}.{matter}", severity, name, value[:_LONGEST_VALUE])


def say(rule: str, value: str = "", language: str = "en") -> str:
    """Return what is wrong, as half a sentence; a rule that nobody knows, as it is."""
    name, _, matter = rule.partition(".")
    words = _words()
    if matter not in words["sentences"] or name not in words["fields"]:
        whole: str = words["rejects"].get(rule, {}).get(language, rule)
        return whole
    sentence: str = words["sentences"][matter][language]
    named = sentence.format(field=words["fields"][name][language], value=value)
    return named if value else named.removesuffix(": ")


def explain(found: Sequence[Finding]) -> str:
    """Return why a record is rejected: what it does not meet, in English, as a reject keeps it."""
    return _BETWEEN.join(say(f.rule, f.value) for f in found)


def in_language(reason: str, language: str) -> str:
    """Return what ``explain`` said in another language; what it did not say, as it is."""
    parts = []
    for part in reason.split(_BETWEEN):
        said, colon, value = part.partition(": ")
        rule = _rules().get(said)
        known = rule and say(rule, value) == part
        parts.append(say(rule, value, language) if rule and known else said + colon + value)
    return _BETWEEN.join(parts)


@functools.cache
def _rules() -> dict[str, str]:
    """Return the rules by what is said of them without a value."""
    words = _words()
    rules = (f"{name}.{matter}" for matter in words["sentences"] for name in words["fields"])
    return {say(rule): rule for rule in rules}


def field_name(name: str, language: str = "en") -> str:
    """Return what the first part of a rule is called: ``licence`` is "licentie"."""
    called: str = _words()["fields"][name][language]
    return called


def names() -> tuple[str, ...]:
    """Return the names of the profiles that come with the program."""
    folder = resources.files("schemas") / "profiles"
    found = (file.name for file in folder.iterdir())
    return tuple(sorted(name[:-5] for name in found if name.endswith(".toml")))


@functools.cache
def get(name: str) -> Profile:
    """Return a profile by name, or the file at a path that ends with ``.toml``; "" is basis.

    Raises ProfileError.
    """
    name = name or BASIS
    own = name.endswith(".toml")
    if not own and name not in names():
        raise ProfileError(
            f"there is no profile {name!r}; there are: {', '.join(names())}, and files of your own "
            "whose name ends with .toml."
        )
    file = Path(name) if own else resources.files("schemas") / "profiles" / f"{name}.toml"
    try:
        profile = msgspec.convert(tomllib.loads(file.read_text("utf-8")), Profile)
        _check(profile)
    except OSError as error:
        raise ProfileError(f"the profile {name} cannot be read: {error.strerror}.") from error
    except ValueError as error:  # msgspec's and tomllib's are ValueErrors
        raise ProfileError(f"the profile {name} cannot be used: {error}.") from error
    return msgspec.structs.replace(profile, name=Path(name).stem if own else name)


def _check(profile: Profile) -> None:
    """Raise ValueError where a demand cannot be met by any record."""
    for language in ("en", "nl"):
        if not (profile.title.get(language) and profile.explanation.get(language)):
            raise ValueError(f"title and explanation are needed in {language!r}")
    for asked in (profile.required, profile.recommended):
        conditions = [name for c in asked.when for name in (c.field, *c.fields)]
        plain = (*asked.fields, *asked.addresses, *asked.lengths, *asked.vocabularies)
        for name in (*plain, *conditions):
            if name not in NAMES:
                raise ValueError(f"a record has no field {name!r} that can be asked for")
        for name in asked.lengths:
            if name not in ("titles", "descriptions", "keywords"):
                raise ValueError(f"{name!r} is no text that has a length")
        for name in asked.addresses:
            if name not in ("url", "thumbnail"):
                raise ValueError(f"{name!r} is no address")


@functools.cache
def _words() -> dict[str, Any]:
    return tomllib.loads((resources.files("schemas") / "findings.toml").read_text("utf-8"))
