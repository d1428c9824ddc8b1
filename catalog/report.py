"""What a provider is told of its records: figures from the store, for whoever writes them down."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlencode

from msgspec import Struct, structs

from catalog import profile as profiles
from catalog.beside import Beside, beside
from catalog.catalogue import Catalogue
from catalog.config import OaiPmhSource, Source
from catalog.profile import Demands, Profile
from catalog.resource import LearningResource
from catalog.store import Store, model
from catalog.store.model import Run

Asked = Literal["required", "recommended", ""]

#: What is counted: name of a rule's first part -> fields of which one makes it stated, and the
#: field that tells whether it was understood, where that is another.
_COVERED: dict[str, tuple[tuple[str, ...], str]] = {
    "title": (("titles",), ""),
    "url": (("url",), ""),
    "description": (("descriptions",), ""),
    "licence": (("rights", "openness"), "openness"),
    "level": (("level_terms", "levels"), "levels"),
    "language": (("languages",), ""),
    "type": (("type_terms", "types"), "types"),
    "discipline": (("subjects", "disciplines"), "disciplines"),
    "keyword": (("keywords",), ""),
    "creator": (("creators",), ""),
    "publisher": (("publishers",), ""),
    "date": (("dates",), ""),
    "identifier": (("identifiers",), ""),
    "audience": (("audience_roles",), ""),
    "duration": (("duration",), ""),
    "media-type": (("media_types",), ""),
    "cost": (("cost",), ""),
    "thumbnail": (("thumbnail",), ""),
    "accessibility": (("accessibility_features", "access_modes", "accessibility_hazards"), ""),
    "relation": (("relations",), ""),
}

#: Runs in the trend.
_LATEST_RUNS = 30


class Coverage(Struct, frozen=True):
    """In how many records a field is ``stated``, and in how many of those it is ``understood``."""

    name: str
    stated: int
    understood: int
    asked: Asked = ""


class Example(Struct, frozen=True, kw_only=True):
    """One record that a rule is about; ``id`` is "" where it was not accepted."""

    identifier: str
    link: str  # to the record at its source, "" where it has none
    id: str = ""
    title: str = ""
    value: str = ""  # what the record has there
    reason: str = ""  # of a reject: why, in words; of a link a code of ``catalog.links``
    others: tuple[tuple[str, tuple[str, ...]], ...] = ()  # other values, and the sources with them


class Broken(Struct, frozen=True, kw_only=True):
    """A rule, how many records do not meet it, and some of them, newest first."""

    rule: str
    count: int
    examples: tuple[Example, ...]


class Report(Struct, frozen=True, kw_only=True):
    """How a source fares; ``runs`` oldest first."""

    name: str
    title: str
    homepage: str
    url: str
    kind: str
    made: str
    profile: Profile
    accepted: int
    rejected: int
    coverage: tuple[Coverage, ...]
    rejects: tuple[Broken, ...]
    findings: tuple[Broken, ...]
    shared: int  # records with a copy at another source
    links: tuple[Broken, ...]  # rules link.dead, link.moved
    disputes: tuple[Broken, ...]  # rules dispute.licence ...: copies elsewhere say otherwise
    runs: tuple[Run, ...]


def report(catalogue: Catalogue, name: str, *, examples: int = 10) -> Report:
    """Return the report on a source of the configuration: every record of it is looked at."""
    store, source = catalogue.store, catalogue.settings.sources[name]
    profile = profiles.get(source.profile)
    shown = _shown(source)
    accepted, covered = coverage(store.records.of(name), profile)
    others = _Others(source, examples)
    for each in beside(store, name):
        others.look(each)
    rejects = _rejects(store, source, name, examples)
    return Report(
        name=name,
        title=source.title or name,
        homepage=source.homepage,
        url=shown,
        kind=source.kind,
        made=model.now(),
        profile=profile,
        accepted=accepted,
        rejected=sum(broken.count for broken in rejects),
        coverage=covered,
        rejects=rejects,
        findings=_findings(store, source, name, examples),
        shared=others.shared,
        links=others.broken("link"),
        disputes=others.broken("dispute"),
        runs=tuple(
            structs.replace(run, message=run.message.replace(source.url or shown, shown))
            for run in reversed(store.runs.list(name, _LATEST_RUNS))
        ),
    )


def _shown(source: Source) -> str:
    """Return the address of a source; of a file here its name, as where it lies is our business."""
    return source.url if "://" in source.url else Path(source.url).name


def coverage(
    resources: Iterable[LearningResource], profile: Profile
) -> tuple[int, tuple[Coverage, ...]]:
    """Return the number of resources, and of each field in how many it is stated."""
    stated, understood = dict.fromkeys(_COVERED, 0), dict.fromkeys(_COVERED, 0)
    total = 0
    for resource in resources:
        total += 1
        for name, (fields, told) in _COVERED.items():
            if not any([getattr(resource, field) for field in fields]):  # noqa: C419 hot
                continue
            if name == "language" and resource.language_detected:
                continue
            stated[name] += 1
            understood[name] += not told or bool(getattr(resource, told))
    return total, tuple(
        Coverage(name, stated[name], understood[name], _asked(profile, name)) for name in _COVERED
    )


def _asked(profile: Profile, name: str) -> Asked:
    def asks(demands: Demands) -> bool:
        return any(profiles.NAMES[field] == name for field in demands.fields)

    if asks(profile.required):
        return "required"
    return "recommended" if asks(profile.recommended) else ""


def link(source: Source, identifier: str) -> str:
    """Return where a record can be seen at its source, or ""."""
    if isinstance(source, OaiPmhSource) and identifier:
        asked = {"verb": "GetRecord", "metadataPrefix": source.prefix, "identifier": identifier}
        return source.url + ("&" if "?" in source.url else "?") + urlencode(asked)
    return identifier if identifier.startswith(("http://", "https://")) else ""


def _rejects(store: Store, source: Source, name: str, examples: int) -> tuple[Broken, ...]:
    return tuple(
        Broken(
            rule=rule,
            count=count,
            examples=tuple(
                Example(identifier=r.identifier, link=link(source, r.identifier), reason=r.reason)
                for r in store.rejects.list(name, examples, rule=rule)
            ),
        )
        for rule, count in store.rejects.count_by_rule(name).items()
    )


def _findings(store: Store, source: Source, name: str, examples: int) -> tuple[Broken, ...]:
    found = []
    for rule, count in store.findings.count_by_rule(name).items():
        noted = store.findings.list(name, examples, rule=rule)
        stored = store.records.get_many([n.id for n in noted])
        some = tuple(
            Example(
                identifier=n.identifier,
                link=link(source, n.identifier) or stored[n.id].resource.url,
                id=n.id,
                title=stored[n.id].resource.titles[0].text,
                value=n.value,
            )
            for n in noted
            if n.id in stored and stored[n.id].resource.titles
        )
        found.append(Broken(rule=rule, count=count, examples=some))
    return tuple(found)


class _Others:
    """What comes of looking at the records of a source beside those of others."""

    def __init__(self, source: Source, examples: int) -> None:
        self.shared = 0
        self._source, self._most = source, examples
        self._found: dict[str, tuple[int, list[Example]]] = {}

    def look(self, each: Beside) -> None:
        self.shared += bool(each.copies)
        resource, state = each.record.resource, each.link
        if state and state.state in LOST:
            self._note(f"link.{state.state}", each, value=resource.url, reason=state.reason)
        for dispute in each.disputes:
            rule = f"dispute.{dispute.field}"
            self._note(rule, each, value=dispute.own, others=dispute.others)

    def _note(self, rule: str, each: Beside, **more: Any) -> None:
        count, examples = self._found.get(rule, (0, []))
        self._found[rule] = count + 1, examples
        if len(examples) < self._most:
            examples.append(_example(self._source, each, **more))

    def broken(self, kind: str) -> tuple[Broken, ...]:
        """Return what was found of a kind, most first."""
        found = [
            Broken(rule=rule, count=count, examples=tuple(some))
            for rule, (count, some) in self._found.items()
            if rule.startswith(f"{kind}.")
        ]
        return tuple(sorted(found, key=lambda broken: (-broken.count, broken.rule)))


#: States of a link that a provider can do something about.
LOST = ("dead", "moved")


def _example(source: Source, each: Beside, **more: Any) -> Example:
    resource = each.record.resource
    return Example(
        identifier=resource.identifier,
        link=link(source, resource.identifier) or resource.url,
        id=each.record.id,
        title=resource.titles[0].text if resource.titles else "",
        **more,
    )
