"""Whether a source has given its records other identifiers, rather than lost them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from catalog.resource import LearningResource
from catalog.store import Store
from catalog.store.model import Run

#: What two records of one material have in common, the surest first.
_SIGNS = ("identifier", "address", "title")


def proposal(store: Store, run: Run, absent: Sequence[int]) -> str:
    """Say how many of the rows that a whole list left out came back under another identifier.

    "" where they are fewer than half. Two records are taken for one by a DOI, ISBN or other
    identifier of the material, by its address, or by their title.
    """
    fresh = store.records.added_by(run.source, run.id, run.started)
    known = {sign for resource in fresh for sign in _signs(resource)}
    if not known:
        return ""
    found: Counter[str] = Counter()
    for resource in store.records.by_rows(absent):
        found[next((sign[0] for sign in _signs(resource) if sign in known), "")] += 1
    same = sum(found[kind] for kind in _SIGNS)
    if same * 2 < len(absent):
        return ""
    how = ", ".join(f"{found[kind]} by the same {kind}" for kind in _SIGNS if found[kind])
    return (
        f"{same} of these seem to be there under another identifier ({how}): the source may have "
        "changed its identifiers"
    )


def _signs(resource: LearningResource) -> Iterator[tuple[str, str]]:
    for identifier in resource.identifiers:
        if identifier.scheme in ("doi", "isbn", "handle"):
            yield "identifier", identifier.value.lower()
    if resource.url:
        yield "address", resource.url
    for title in resource.titles[:1]:
        yield "title", " ".join(title.text.casefold().split())
