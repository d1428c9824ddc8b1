"""Small descriptions to compare."""

from __future__ import annotations

from typing import Any

from catalog.normalise import normalise
from catalog.resource import Agent, Date, Identifier, LearningResource, Relation, Text
from catalog.works.signature import Signature, signature


def described(
    title: str = "",
    *makers: str,
    ids: tuple[tuple[str, str], ...] = (),
    year: str = "",
    publisher: str = "",
    relation: tuple[str, str] = ("", ""),
    source: str = "one",
    **said: Any,
) -> LearningResource:
    """Return a normalised description; ``ids`` are pairs of scheme and value."""
    return normalise(
        LearningResource(
            source=source,
            identifier="1",
            titles=(Text(title),) if title else (),
            creators=tuple(Agent(name) for name in makers),
            identifiers=tuple(Identifier(value, scheme) for scheme, value in ids),
            dates=(Date(year, "issued"),) if year else (),
            publishers=(Agent(publisher),) if publisher else (),
            relations=(Relation(*relation),) if relation[0] else (),
            language_detected="languages" not in said,
            **said,
        )
    )


def signed(title: str = "", *makers: str, **said: Any) -> Signature:
    return signature(described(title, *makers, **said))
