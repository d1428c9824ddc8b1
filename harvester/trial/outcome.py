"""What a trial comes to, and its verdict."""

from __future__ import annotations

from typing import Any, Literal

from msgspec import Struct, field

from catalog.report import Coverage

State = Literal["good", "minor", "major"]
Verdict = Literal["ready", "usable", "unfit"]

_FEW = 0.1  # share of rejects above which a source is not ready


class Check(Struct, frozen=True):
    """One thing that was looked at. minor: we cope with it; major: we cannot harvest so."""

    name: str
    state: State
    text: str


class Checks(Struct, kw_only=True):
    """What was looked at, in the order in which it was."""

    checks: list[Check] = field(default_factory=list)

    def note(self, name: str, state: State, text: str) -> None:
        self.checks.append(Check(name, state, text))

    def expect(self, name: str, met: bool, good: str, bad: str, state: State = "minor") -> None:  # noqa: FBT001 what is looked at comes first
        self.note(name, "good" if met else state, good if met else bad)


class MetadataFormat(Struct, frozen=True):
    """One line of ListMetadataFormats (OAI-PMH 4.4)."""

    prefix: str
    schema: str = ""
    namespace: str = ""


class FieldPair(Struct, frozen=True):
    """A field as the source says it, and as it is kept."""

    name: str
    said: tuple[str, ...]
    kept: tuple[str, ...]


class Sample(Struct, frozen=True, kw_only=True):
    """One record, side by side; ``rule`` and ``reason`` where it would be rejected."""

    identifier: str
    format: str = ""
    link: str = ""
    fields: tuple[FieldPair, ...] = ()
    findings: tuple[str, ...] = ()  # sentences
    rule: str = ""
    reason: str = ""


class Trial(Struct, kw_only=True):
    """All that was found out."""

    name: str
    url: str
    kind: str = ""
    title: str = ""
    guessed: str = ""  # why this kind, in words; "" where the operator named it
    entry: dict[str, Any] = field(default_factory=dict)  # keys for config.toml
    checks: list[Check] = field(default_factory=list)
    offers: list[MetadataFormat] = field(default_factory=list)
    sets: list[tuple[str, str]] = field(default_factory=list)  # setSpec, setName
    total: int | None = None  # records that the source says it has
    read: int = 0
    accepted: int = 0
    deleted: int = 0
    formats: dict[str, int] = field(default_factory=dict)  # records by the format they are in
    rejects: dict[str, int] = field(default_factory=dict)  # by rule
    findings: dict[str, int] = field(default_factory=dict)  # by rule
    coverage: tuple[Coverage, ...] = ()
    samples: list[Sample] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    error: str = ""
    verdict: Verdict = "unfit"
    sentences: list[str] = field(default_factory=list)


def judge(trial: Trial) -> None:
    """Fill in the verdict and the sentences that say why."""
    major = [check.text for check in trial.checks if check.state == "major"]
    minor = [check for check in trial.checks if check.state == "minor"]
    say = trial.sentences.append
    rejected = sum(trial.rejects.values())
    for text in (trial.error, *major):
        if text:
            say(text)
    if trial.read:
        say(f"Of {trial.read} records that were read, {trial.accepted} would be accepted.")
    elif not trial.error:
        say("No record came by.")
    if trial.deleted:
        say(f"{trial.deleted} more came by as deleted.")
    if rejected:
        most = max(trial.rejects, key=lambda rule: trial.rejects[rule])
        say(f"{rejected} would be rejected, most by {most}.")
    if minor:
        several = "1 point is" if len(minor) == 1 else f"{len(minor)} points are"
        say(f"{several} less than ideal (marked !); we can cope.")
    if not trial.accepted or major:
        trial.verdict = "unfit"
    elif trial.error or minor or trial.warnings or rejected > _FEW * trial.read:
        trial.verdict = "usable"
    else:
        trial.verdict = "ready"
