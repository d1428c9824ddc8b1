"""Records of one material: the same book from two sources, or listed twice by one."""

from __future__ import annotations

import re
from collections.abc import Iterable

from catalog.index.analysis import tokens
from catalog.resource import LearningResource

_EDITION = re.compile(r"[0-9]+(?:e|de|ste|st|nd|rd|th)|ed|edition|editie|druk")


def is_copy(one: LearningResource, other: LearningResource) -> bool:
    """Tell whether two records are likely to be of one material, for showing it once.

    They have the same address, or the same title, whatever the edition, and a maker in common
    where both name any. Nothing that is kept depends on it.
    """
    if one.url and one.url == other.url:
        return True
    title = _title(one)
    if not title or title != _title(other):
        return False
    makers, others = _makers(one), _makers(other)
    return not makers or not others or bool(makers & others)


def distinct(
    first: LearningResource, others: Iterable[LearningResource], limit: int
) -> list[LearningResource]:
    """Return at most so many of the others that are no copies of the first or of each other."""
    found: list[LearningResource] = []
    for each in others:
        if len(found) == limit:
            break
        if not any(is_copy(each, known) for known in (first, *found)):
            found.append(each)
    return found


def _title(resource: LearningResource) -> tuple[str, ...]:
    words = tokens(resource.titles[0].text) if resource.titles else []
    return tuple([word for word in words if not _EDITION.fullmatch(word)])


def _makers(resource: LearningResource) -> set[frozenset[str]]:
    return {frozenset(tokens(agent.name)) for agent in resource.creators} - {frozenset()}
