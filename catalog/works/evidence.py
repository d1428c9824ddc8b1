"""Two signatures laid side by side, and what is then seen in words."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from catalog.works.contrasts import Side, other_doi, other_language, other_type
from catalog.works.identity import is_front
from catalog.works.likeness import Likeness, are_strangers, likeness
from catalog.works.makers import Agreement, Maker, agreement, is_same, one_body
from catalog.works.reasons import Reason
from catalog.works.signature import TIES, Signature, media_names
from catalog.works.titles import Title

_SHOWN = 3  # names of makers
_LONGEST = 160  # characters of a title
# Relations of which the target is the later one, or the part.
_EARLIER = frozenset(("haspart", "hasversion", "isreplacedby", "hasformat"))
_ORDER: dict[Likeness, int] = {
    "equal": 0, "remarked": 1, "reordered": 2, "shorter": 3, "near": 4, "inside": 5, "loose": 6,
    "foreign": 7, "different": 8,
}  # fmt: skip
_ALIKE = frozenset(("equal", "remarked", "reordered", "shorter", "inside", "near"))
_SHARED = frozenset(("several", "same", "some"))
_TITLE_CODES: dict[Likeness, str] = {
    "equal": "title_near", "reordered": "title_near", "near": "title_near",
    "remarked": "title_shorter", "shorter": "title_shorter", "inside": "title_shorter",
    "loose": "title_shorter",
    "foreign": "other_title", "different": "other_title",
}  # fmt: skip


class Seen(Struct, frozen=True, gc=False):
    """What is found by laying two signatures side by side."""

    shared: tuple[str, ...]  # names that both have
    related: tuple[str, Side]  # ("translation", "first"): the first is one of the second
    alike: Likeness  # of the most alike of their titles
    one: Title | None
    other: Title | None
    people: Agreement


def seen(a: Signature, b: Signature) -> Seen | None:
    """Lay two signatures side by side; None where nothing can come of it, as for most pairs."""
    if not a.ties and not b.ties and _are_strangers(a, b):
        return None
    shared = tuple(sorted([name for name in a.names if name in b.names]))
    if shared and not (a.serial and b.serial):  # of an article it is the journal's
        shared = tuple([name for name in shared if not name.startswith("issn:")])
    related = _related(a, b) if a.ties or b.ties else _UNRELATED
    alike, one, other = _titles(a, b)
    if alike == "different" and other_language(a, b):
        alike = "foreign"
    if shared and alike not in _ALIKE:  # the front page of a site is the address of all of it
        shared = tuple([name for name in shared if not is_front(name)])
    if not related[0] and (alike == "different" or (not shared and alike not in _ALIKE)):
        return None
    return Seen(shared, related, alike, one, other, _people(a, b))


def _are_strangers(a: Signature, b: Signature) -> bool:
    """Tell at a glance that no name and no title of the one is like one of the other."""
    for one in a.titles:
        for other in b.titles:
            if not are_strangers(one, other):
                return False
    return bool(a.titles and b.titles) and set(a.names).isdisjoint(b.names)


def _people(a: Signature, b: Signature) -> Agreement:
    """Say how far makers agree; a contributor of the one may be a creator of the other.

    All of them count together where creators agree: sources list second authors as contributors.
    """
    people = agreement(a.makers, b.makers)
    if not a.others and not b.others:
        return people
    if people in ("same", "some"):
        return agreement(a.makers + a.others, b.makers + b.others)
    if people in ("apart", "unlike"):
        crossed = (
            agreement(a.makers, b.makers + b.others),
            agreement(a.makers + a.others, b.makers),
        )
        return "crossed" if any(one in _SHARED for one in crossed) else people
    return people


_UNRELATED: tuple[str, Side] = ("", "")
_FIRST: Side = "first"
_SECOND: Side = "second"
_CLOSENESS = ("same", "translation", "edition", "version", "part")


def _related(a: Signature, b: Signature) -> tuple[str, Side]:
    """Return what one says that it is to the other, by a name of that, and which comes later.

    Where they say more than one thing, the closest tie counts; where they contradict each other in
    which comes later, neither does.
    """
    found: set[tuple[str, Side]] = set()
    for one, other, here, there in ((a, b, _FIRST, _SECOND), (b, a, _SECOND, _FIRST)):
        for tied in one.ties:
            if tied.target in other.names:
                found.add((TIES[tied.kind], there if tied.kind in _EARLIER else here))
    if not found:
        return _UNRELATED
    closest = min([kind for kind, _ in found], key=_CLOSENESS.index)
    sides = [side for kind, side in found if kind == closest]
    return closest, sides[0] if len(sides) == 1 else ""


def _titles(a: Signature, b: Signature) -> tuple[Likeness, Title | None, Title | None]:
    """Return how alike the most alike of their titles are, and those that tell most of them."""
    if not a.titles or not b.titles:
        return "unknown", None, None
    if len(a.titles) == len(b.titles) == 1:  # as most
        one, other = a.titles[0], b.titles[0]
        return likeness(one, other), one, other
    found = [(likeness(one, other), one, other) for one in a.titles for other in b.titles]
    return min(found, key=_rank)


def _rank(found: tuple[Likeness, Title, Title]) -> tuple[int, float, list[str]]:
    alike, one, other = found
    return _ORDER[alike], -min(one.info, other.info), sorted((one.text, other.text))


def one_publisher(a: Signature, b: Signature) -> bool:
    """Tell whether a publisher of the one is one of the other."""
    return any(one_body(one, other) for one in a.publishers for other in b.publishers)


def in_brackets(a: Signature, b: Signature, found: Seen) -> bool:
    """Tell whether one says its publisher in a remark: "Oceanography (Delta University)"."""
    for title, other in ((found.one, b), (found.other, a)):
        if title and title.full != title.proper:
            remark = set(title.full.split()) - set(title.proper.split())
            if any(one.words and one.words <= remark for one in other.publishers):
                return True
    return False


def reasons(a: Signature, b: Signature, found: Seen) -> tuple[Reason, ...]:
    """Return all that speaks for and against, what weighs most first."""
    said: list[Reason] = []
    if found.related[0]:
        said.append(Reason(f"said_{found.related[0]}"))
    for name in found.shared:
        scheme, _, value = name.partition(":")
        said.append(
            Reason("address", (value,)) if scheme == "web" else Reason("identifier", (name,))
        )
    said += _of_titles(found)
    said += _of_makers(a, b, found.people)
    said += _of_facts(a, b)
    return tuple(said)


def _either(one: str, other: str) -> str:
    """Return one of two spellings of the same, whichever comes first: the longer."""
    return max(one, other, key=lambda text: (len(text), text))


def _of_titles(found: Seen) -> list[Reason]:
    if not found.one or not found.other:
        return []
    texts = _short(found.one.text), _short(found.other.text)
    if found.one.full == found.other.full:
        return [Reason("title", (_either(*texts),))]
    return [Reason(_TITLE_CODES[found.alike], texts)]


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1].rstrip() + "\u2026"


def _of_makers(a: Signature, b: Signature, people: Agreement) -> list[Reason]:
    if people == "apart":
        return [Reason("other_maker", (a.makers[0].name, b.makers[0].name))]
    if people not in _SHARED:
        return []
    shared = _names((*a.makers, *a.others), (*b.makers, *b.others), is_same)
    return [Reason("maker_some" if people == "some" else "maker", (shared,))]


def _names(
    ones: tuple[Maker, ...],
    others: tuple[Maker, ...],
    one_and_the_same: Callable[[Maker, Maker], bool],
) -> str:
    """Return the names that are in both lists, some of them."""
    found = {
        _either(one.name, other.name)
        for one in ones
        for other in others
        if one_and_the_same(one, other)
    }
    return "; ".join(sorted(found)[:_SHOWN])


def _of_facts(a: Signature, b: Signature) -> list[Reason]:
    """Return what years, editions, parts, languages, versions, publishers and types say."""
    said: list[Reason] = []
    for code, one, other in (
        ("year", str(a.year or ""), str(b.year or "")),
        ("edition", _edition(a), _edition(b)),
        ("part", _parts(a), _parts(b)),
        ("language", ", ".join(sorted(a.languages)), ", ".join(sorted(b.languages))),
        ("version", a.version, b.version),
    ):
        if one and one == other:
            said.append(Reason(code, (one,)))
        elif (one and other) or ((one or other) and code in ("edition", "part")):
            said.append(Reason(f"other_{code}", (one or "-", other or "-")))
    if a.publishers and b.publishers:
        said.append(_of_publishers(a, b))
    if dois := other_doi(a, b):
        said.append(Reason("other_identifier", dois))
    if other_type(a, b):
        said.append(Reason("other_type", (media_names(a.media), media_names(b.media))))
    return said


def _of_publishers(a: Signature, b: Signature) -> Reason:
    if shared := _names(a.publishers, b.publishers, one_body):
        return Reason("publisher", (shared,))
    return Reason("other_publisher", (a.publishers[0].name, b.publishers[0].name))


def _edition(s: Signature) -> str:
    return " ".join(filter(None, (s.edition, s.regional, s.title_year)))


def _parts(s: Signature) -> str:
    return ", ".join([number for _, number in s.parts])
