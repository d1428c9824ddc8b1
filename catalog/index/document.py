"""What of a record is indexed: made here, once, for every engine.

A change of what is written here or in ``analysis`` makes older indexes wrong: raise
``catalog.index.folder.FORMAT`` with it, and they are rebuilt.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping

from msgspec import Struct

from catalog.index import Change, Grain
from catalog.index.analysis import fold
from catalog.index.facets import clean, facets, with_ancestors
from catalog.index.fields import FIELDS, read
from catalog.index.quality import pack
from catalog.index.suggesting import people
from catalog.index.words import NONE, Own
from catalog.resource import Concept, Date, Text

__all__ = ["FIELDS", "Document", "describe"]

_LONGEST_TITLE = 300  # characters shown as a suggestion, and compared when sorting
_LONGEST_SUGGESTED = 500  # characters of a subject
_SUBJECTS_SUGGESTED = 20  # of one record
_DATE = re.compile(r"(?!0000)[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?")
_DATE_KINDS = ("issued", "created", "available")
_LAST = "\U0010ffff"  # sorts after every title


class Document(Struct, frozen=True, gc=False):
    """One record, or one work, as engines index it."""

    key: str
    grain: Grain
    seq: int
    #: see ``Change``
    digest: int
    #: field -> folded words with spaces between them; fields without words are left out
    texts: dict[str, str]
    #: words of all fields in base form, as many times as they weigh
    bag: str
    #: analysed words of each field, for ranking and explaining; see ``fields.read``
    about: str
    #: facet -> values, each once; facets without values are left out
    facets: dict[str, tuple[str, ...]]
    #: see ``quality.pack``
    quality: int
    #: greater is newer; equal for no two records, but for one chance in 2**41
    rank: int
    #: sorts by title; equal for no two records
    order: str
    #: the title as a suggestion shows it
    title: str
    #: subjects for suggestions: folded words, a tab, and the subject as shown
    subjects: tuple[str, ...]
    #: names of people for suggestions, in the same form; see ``suggesting.people``
    people: tuple[str, ...]


def describe(change: Change, own: Own = NONE) -> Document:
    """Return what is indexed of a change that has a resource. Raises nothing.

    ``own`` are the parts of compounds that the catalogue adds to the lists.
    """
    resource = change.resource
    if resource is None:
        raise ValueError(f"{change.id} is gone, and nothing of it can be indexed")
    date = _date(resource.dates)
    title = clean(resource.titles[0].text, _LONGEST_TITLE) if resource.titles else ""
    levels = with_ancestors("level", resource.levels)
    words = read(resource, levels, own)
    return Document(
        key=change.key,
        grain=change.grain,
        seq=change.seq,
        digest=change.digest,
        texts=words.texts,
        bag=words.bag,
        about=words.about,
        facets=facets(resource, date[:4], change.sources, change.link),
        quality=pack(resource, int(date[:4] or 0), dead_link=change.link == "dead"),
        rank=_rank(date, change.id),
        order=f"{_sorted_by(resource.titles, title, words.texts) or _LAST}\t{change.id}",
        title=title,
        subjects=_suggestible(resource.subjects, resource.keywords, words.subjects),
        people=people(resource.creators, words.creators),
    )


def _sorted_by(titles: tuple[Text, ...], title: str, texts: Mapping[str, str]) -> str:
    if len(titles) == 1 and len(titles[0].text) <= _LONGEST_TITLE:
        return texts.get("title", "")
    return " ".join(fold(title).split())


def _date(dates: tuple[Date, ...]) -> str:
    """Return the date that tells how new the material is: ``2019-03-01`` or a part of it, or ""."""
    for kind in _DATE_KINDS:
        for date in dates:
            if date.kind == kind and (match := _DATE.match(date.value)):
                return match[0]
    return ""


def _rank(date: str, id: str) -> int:  # noqa: A002 as the port calls it
    """Return date and a hash of the id as one number below 2**64."""
    day = int(date[:4] or 0) * 512 + int(date[5:7] or 0) * 32 + int(date[8:] or 0)
    tie = hashlib.blake2b(id.encode("utf-8", "replace"), digest_size=8).digest()
    return day << 41 | int.from_bytes(tie, "big") >> 23


def _suggestible(
    concepts: tuple[Concept, ...], keywords: tuple[Text, ...], folded: Iterable[str]
) -> tuple[str, ...]:
    labels = [each.label for each in concepts] + [each.text for each in keywords]
    found = [
        f"{words}\t{clean(label, _LONGEST_SUGGESTED)}"
        for words, label in zip(folded, labels[:_SUBJECTS_SUGGESTED], strict=False)
        if words
    ]
    return tuple(dict.fromkeys(found))
