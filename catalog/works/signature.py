"""What of a record matters for telling works apart, made once and compared often."""

from __future__ import annotations

import re
from functools import lru_cache

from msgspec import Struct

from catalog.resource import Date, LearningResource, Text
from catalog.works.identity import address, is_front, named, target
from catalog.works.lexicon import lexicon
from catalog.works.makers import COMMON, Maker, maker, publisher
from catalog.works.marks import Mark
from catalog.works.titles import LONGEST, Title, read

_LONGEST = 100  # characters of a version
_TITLES, _MAKERS, _PUBLISHERS, _NAMES, _TIES = 4, 12, 4, 8, 6

#: Kinds of material that cannot be the same: a film of a book is another work. One bit each.
TEXT, VIDEO, AUDIO, IMAGE, SOFTWARE, DATA, COURSE, TEST, SLIDES, MUSIC = (1 << n for n in range(10))
_MEDIA = {
    "video": VIDEO, "audio": AUDIO, "textbook": TEXT, "text": TEXT, "slide": SLIDES,
    "script": TEXT, "course": COURSE, "lesson_plan": TEXT, "worksheet": TEXT,
    "drill_and_practice": TEST, "assessment": TEST, "questionnaire": TEST, "case_study": TEXT,
    "simulation": SOFTWARE, "experiment": TEXT, "educational_game": SOFTWARE,
    "application": SOFTWARE, "data": DATA, "image": IMAGE, "diagram": IMAGE, "map": IMAGE,
    "sheet_music": MUSIC, "index": TEXT,
}  # fmt: skip
_MIME = {"video": VIDEO, "audio": AUDIO, "image": IMAGE}
_FILMS = ("youtube:", "vimeo:", "ted:")
_TEXTS = frozenset(("application/pdf", "application/epub+zip", "application/msword"))
_MEDIA_NAMES = (
    "text", "video", "audio", "image", "application", "data", "course", "assessment", "slide",
    "sheet_music",
)  # fmt: skip

#: Relations that say something of a work, and whether the one that has it comes after its target.
TIES = {
    "ispartof": "part", "haspart": "part", "isversionof": "version", "hasversion": "version",
    "replaces": "edition", "isreplacedby": "edition", "istranslationof": "translation",
    "hasformat": "same", "isformatof": "same", "isbasedon": "version",
}  # fmt: skip

_YEARLY = {"issued": 0, "created": 1, "available": 2, "": 3}
_WHOLE_NUMBER = re.compile(r"[1-9]\d?")
_CONTRIBUTORS = frozenset(
    ("author", "editor", "creator", "aut", "edt", "redacteur", "contributor", "lecturer", "")
)


class Tied(Struct, frozen=True, gc=False):
    """A relation to what has the name ``target`` (see ``catalog.works.identity``)."""

    kind: str
    target: str


class Signature(Struct, frozen=True, gc=False):
    """What of a record is compared. Empty values are unknown."""

    source: str
    titles: tuple[Title, ...] = ()
    makers: tuple[Maker, ...] = ()  # creators; where there are none, contributors
    others: tuple[Maker, ...] = ()  # contributors beside creators
    publishers: tuple[Maker, ...] = ()
    names: tuple[str, ...] = ()  # of identifiers and addresses
    ties: tuple[Tied, ...] = ()
    parts: tuple[Mark, ...] = ()  # volume 2, chapter 3
    edition: str = ""  # its number
    regional: str = ""  # for whom: canadian, international
    title_year: str = ""  # a year in the title itself
    version: str = ""
    year: int = 0
    languages: frozenset[str] = frozenset()  # as stated, without regions
    media: int = 0  # bits: TEXT, VIDEO ...
    serial: bool = False  # a journal: its years are no editions


def signature(resource: LearningResource) -> Signature:
    """Return what of a normalised record is compared. Never raises, whatever the record says."""
    r = resource
    makers, others = _makers(r)
    publishers = tuple([publisher(one) for one in r.publishers[:_PUBLISHERS]])
    own = COMMON.union(
        *[one.words for one in makers + others + publishers],
        *[publisher(one).words for one in r.providers[:_PUBLISHERS]],
    )
    found = [title for one in _parallel(r.titles) if (title := read(one.text, one.language, own))]
    marks = [mark for title in found for mark in title.marks]
    version, edition = _version(r.version[:_LONGEST])
    names = _names(r)
    return Signature(
        source=r.source,
        titles=tuple(found),
        makers=makers,
        others=others,
        publishers=publishers,
        names=names,
        ties=_ties(r, names),
        parts=tuple(sorted({mark for mark in marks if mark[0] not in _NO_PARTS})),
        edition=_first(marks, "edition") or edition,
        regional=_first(marks, "for"),
        title_year=_first(marks, "year"),
        version=version,
        year=_year(r.dates),
        languages=_languages(r),
        media=_media(r.types, r.media_types) or _filmed(names),
        serial=not makers and _serial(found, names),
    )


def _parallel(titles: tuple[Text, ...]) -> list[Text]:
    """Return the titles; those that cataloguers join by " = " (ISBD 1.3) are two."""
    found: list[Text] = []
    for one in titles[:_TITLES]:
        if " = " in one.text:
            found += [Text(text) for text in one.text[:LONGEST].split(" = ")]
        else:
            found.append(one)
    return found[:_TITLES]


_NO_PARTS = frozenset(("edition", "for", "year"))


def _first(marks: list[Mark], kind: str) -> str:
    return next((value for mark, value in marks if mark == kind), "") if marks else ""


@lru_cache(maxsize=1024)
def _version(said: str) -> tuple[str, str]:
    """Return a version and an edition: "3rd revised edition" and "2" number an edition."""
    if not said:
        return "", ""
    if _WHOLE_NUMBER.fullmatch(said):
        return "", said
    title = read(f"x {said}")
    edition = _first(list(title.marks), "edition") if title else ""
    return ("", edition) if edition else (said.casefold(), "")


def _makers(r: LearningResource) -> tuple[tuple[Maker, ...], tuple[Maker, ...]]:
    makers = tuple([maker(one) for one in r.creators[:_MAKERS]])
    others = tuple([maker(one) for one in r.contributors[:_MAKERS] if one.role in _CONTRIBUTORS])
    return (makers, others) if makers else (others, ())


def _names(r: LearningResource) -> tuple[str, ...]:
    found = dict.fromkeys([named(one) for one in r.identifiers[:_NAMES]])
    if r.url:
        found[address(r.url)] = None
    found.pop("", None)
    return tuple(found)


def _ties(r: LearningResource, names: tuple[str, ...]) -> tuple[Tied, ...]:
    """Return what it says of others: not of itself, nor of the front page of a site."""
    return tuple(
        [
            Tied(one.kind, name)
            for one in r.relations[:_TIES]
            if one.kind in TIES
            and (name := target(one.target))
            and name not in names
            and not is_front(name)
        ]
    )


def _year(dates: tuple[Date, ...]) -> int:
    best, found = 9, 0
    for one in dates:
        rank = _YEARLY.get(one.kind, 9)
        if rank < best and one.value[:4].isdecimal():
            best, found = rank, int(one.value[:4])
    return found


def _languages(r: LearningResource) -> frozenset[str]:
    return frozenset() if r.language_detected else _without_regions(r.languages)


@lru_cache(maxsize=1024)
def _without_regions(tags: tuple[str, ...]) -> frozenset[str]:
    return frozenset([tag.partition("-")[0] for tag in tags]) - {"mul", "und", "zxx"}


def _media(types: tuple[str, ...], media_types: tuple[str, ...]) -> int:
    found = 0
    for one in types:
        found |= _MEDIA.get(one, 0)
    if found:
        return found
    for one in media_types[:8]:
        found |= TEXT if one in _TEXTS else _MIME.get(one.partition("/")[0], 0)
    return found


def _serial(titles: list[Title], names: tuple[str, ...]) -> bool:
    if any(name.startswith("issn:") for name in names):
        return True
    words = lexicon().serials
    return any(not words.isdisjoint(title.full.split()) for title in titles)


def _filmed(names: tuple[str, ...]) -> int:
    return VIDEO if any(name.startswith(_FILMS) for name in names) else 0


def media_names(media: int) -> str:
    """Return the codes, in the vocabulary of types, of the kinds of material in ``media``."""
    return ", ".join([name for n, name in enumerate(_MEDIA_NAMES) if media >> n & 1])
