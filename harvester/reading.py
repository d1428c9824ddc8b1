"""From a raw record to the resources in it: format, normalising, acceptance."""

from __future__ import annotations

import hashlib
import logging

import msgspec

from catalog.config import Source
from catalog.normalise import Defaults, normalise
from catalog.profile import Finding, Profile, explain, findings
from catalog.resource import LearningResource
from harvester import formats
from harvester.errors import ParseError
from harvester.raw import Raw

log = logging.getLogger(__name__)


#: A clean resource, and what it lacks of what its profile recommends.
Accepted = tuple[LearningResource, tuple[Finding, ...]]


def read(raw: Raw, defaults: Defaults, profile: Profile) -> tuple[str, list[Accepted]]:
    """Return the name of the format and the clean resources in ``raw``, at least one.

    The first keeps the raw record's identifier; further ones add ``#2``, ``#3`` to it. Raises
    ParseError, whatever goes wrong: one record never takes its siblings along.
    """
    try:
        name, found = formats.read(raw)
        resources = [
            _accepted(normalise(_named(resource, raw, i), defaults=defaults), profile)
            for i, resource in enumerate(found, 1)
        ]
    except ParseError:
        raise
    except Exception as error:  # the only broad one: an unforeseen record is a reject, not an end
        log.exception("%s: record %s could not be read", raw.source, raw.identifier)
        raise ParseError("internal.error", f"{type(error).__name__}: {error}") from error
    if not resources:
        raise ParseError("record.empty", "the document describes no learning resource")
    return name, resources


def defaults_of(source: Source) -> Defaults:
    """Return what the source's entry in config.toml says of records that do not."""
    return Defaults(licence=source.licence, language=source.language, level=tuple(source.level))


def digest(raw: Raw) -> bytes:
    """Return what tells two versions of a raw record apart: 16 bytes."""
    found = hashlib.blake2b(raw.payload, digest_size=16)
    if raw.sets:
        found.update(" ".join(raw.sets).encode())
    return found.digest()


def _named(resource: LearningResource, raw: Raw, place: int) -> LearningResource:
    identifier = raw.identifier if place == 1 else f"{raw.identifier}#{place}"
    if resource.source == raw.source and resource.identifier == identifier:
        return resource
    return msgspec.structs.replace(resource, source=raw.source, identifier=identifier)


def _accepted(resource: LearningResource, profile: Profile) -> Accepted:
    """Raise ParseError with the first rule that costs the record, and all of them in words."""
    found = findings(resource, profile)
    if found and found[0].severity == "error":
        errors = [f for f in found if f.severity == "error"]
        raise ParseError(found[0].rule, explain(errors))
    return resource, found
