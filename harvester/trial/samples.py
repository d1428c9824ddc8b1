"""A few records, read as in earnest: as the source says them, beside what would be kept."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

from catalog.config import AnySource
from catalog.profile import Profile, say
from catalog.report import coverage, link
from catalog.resource import (
    Agent,
    Concept,
    Date,
    Identifier,
    LearningResource,
    Relation,
    Text,
)
from harvester import formats
from harvester.errors import ParseError
from harvester.raw import Page, Raw
from harvester.reading import defaults_of, read
from harvester.trial.listing import Listing
from harvester.trial.outcome import FieldPair, Sample, Trial

#: What is shown: name -> field that the source fills, fields that are kept.
_PAIRS: dict[str, tuple[str, tuple[str, ...]]] = {
    "title": ("titles", ("titles",)),
    "description": ("descriptions", ("descriptions",)),
    "url": ("url", ("url",)),
    "licence": ("rights", ("licence", "licence_url", "openness")),
    "level": ("level_terms", ("levels",)),
    "type": ("type_terms", ("types",)),
    "language": ("languages", ("languages",)),
    "discipline": ("subjects", ("disciplines", "isced")),
    "keyword": ("keywords", ("keywords",)),
    "creator": ("creators", ("creators",)),
    "contributor": ("contributors", ("contributors",)),
    "publisher": ("publishers", ("publishers",)),
    "identifier": ("identifiers", ("identifiers",)),
    "date": ("dates", ("dates",)),
    "duration": ("duration", ("duration",)),
    "media-type": ("media_types", ("media_types",)),
    "audience": ("audience_roles", ("audience_roles",)),
    "access": ("access_terms", ("access",)),
    "cost": ("cost", ("cost",)),
    "relation": ("relations", ("relations",)),
    "thumbnail": ("thumbnail", ("thumbnail",)),
}
#: In what is said of people: an e-mail address; a telephone number in a vCard (RFC 6350, 6.4).
_PRIVATE = re.compile(
    r"[^\s;:,<>]+@[^\s;:,<>]+|(?<=TEL)([;:][^\r\n]*?)(?=\s*(?:[\r\n]|[A-Z-]+[;:]|$))"
)
_LONGEST = 300
_LONG = 2000  # characters of a vCard that are looked at
_MOST_VALUES = 8


class Samples:
    """Takes pages as the pipeline does, keeps nothing, and fills in a ``Trial``."""

    def __init__(self, trial: Trial, source: AnySource, profile: Profile, *, shown: int) -> None:
        self._trial, self._source, self._profile = trial, source, profile
        self._defaults = defaults_of(source)
        self._shown = shown
        self._kept: list[LearningResource] = []
        self._formats: Counter[str] = Counter()
        self._rejects: Counter[str] = Counter()
        self._findings: Counter[str] = Counter()
        self._listing = Listing(source)

    @property
    def enough(self) -> bool:
        return self._trial.read >= self._shown and self._listing.shown

    def keep(self, page: Page) -> None:
        """Look at a page of records."""
        if page.complete:
            page = page.complete(page, lambda _: b"")
        self._listing.see(page)
        self._trial.total = page.total or self._trial.total
        for raw in page.raws:
            if raw.deleted:
                self._trial.deleted += 1
            else:
                self._take(raw)

    def finish(self) -> None:
        """Add up."""
        trial = self._trial
        trial.formats, trial.rejects = dict(self._formats), dict(self._rejects.most_common())
        trial.findings = dict(self._findings.most_common())
        trial.checks += self._listing.checks().checks
        trial.accepted, trial.coverage = coverage(self._kept, self._profile)

    def _take(self, raw: Raw) -> None:
        self._trial.read += 1
        sample = self._sample(raw)
        if len(self._trial.samples) < self._shown:
            self._trial.samples.append(sample)

    def _sample(self, raw: Raw) -> Sample:
        where = link(self._source, raw.identifier)
        try:
            if raw.rejected is not None:
                raise raw.rejected
            name, resources = read(raw, self._defaults, self._profile)
        except ParseError as error:
            self._rejects[error.rule] += 1
            said = _said(raw)
            return Sample(
                identifier=raw.identifier,
                link=where,
                fields=_pairs(said, None) if said else (),
                rule=error.rule,
                reason=error.reason,
            )
        self._formats[name] += 1
        self._kept += [resource for resource, _ in resources]
        kept, found = resources[0]
        self._findings.update(f.rule for f in found)
        return Sample(
            identifier=raw.identifier,
            format=name,
            link=where,
            fields=_pairs(_said(raw) or kept, kept),
            findings=tuple(say(f.rule, f.value) for f in found),
        )


def _said(raw: Raw) -> LearningResource | None:
    """Return the record before normalising, where a format reads it at all."""
    if raw.rejected is not None:
        return None
    try:
        return next(iter(formats.read(raw)[1]), None)
    except Exception:  # noqa: BLE001 why it cannot be read is told already
        return None


def _pairs(said: LearningResource, kept: LearningResource | None) -> tuple[FieldPair, ...]:
    pairs = []
    for name, (source, ours) in _PAIRS.items():
        one = _values(getattr(said, source))
        other = tuple(v for field in ours for v in _values(getattr(kept, field))) if kept else ()
        if one or other:
            pairs.append(FieldPair(name, one, other))
    return tuple(pairs)


def _values(value: Any) -> tuple[str, ...]:
    many = value if isinstance(value, tuple) else (value,)
    return tuple(_show(each)[:_LONGEST] for each in many[:_MOST_VALUES] if each)


def _show(value: Any) -> str:  # noqa: PLR0911 one a type
    match value:
        case Text():
            return f"{value.text} [{value.language}]" if value.language else value.text
        case Agent():
            name = _PRIVATE.sub(
                ":...", value.name[:_LONG]
            )  # people did not ask to be passed around
            return f"{name} ({value.role})" if value.role else name
        case Concept():
            return value.label or value.id
        case Identifier():
            return f"{value.scheme}: {value.value}" if value.scheme else value.value
        case Date():
            return f"{value.value} ({value.kind})" if value.kind else value.value
        case Relation():
            return f"{value.kind}: {value.target or value.title}"
        case _:
            return str(value)
