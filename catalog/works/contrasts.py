"""What keeps two records of one title apart: type, part, edition, version, language."""

from __future__ import annotations

from typing import Literal

from catalog.works.identity import REGISTRIES
from catalog.works.signature import COURSE, SLIDES, TEST, TEXT, Signature

Side = Literal["", "first", "second"]

_YEARS_APART = 1  # print and online
# Kinds that one source gives for what another gives otherwise.
_NEIGHBOURS = (TEXT | COURSE, TEXT | TEST, TEXT | SLIDES, COURSE | SLIDES, COURSE | TEST)


def other_type(a: Signature, b: Signature) -> bool:
    """Tell whether they are of kinds that nobody would call by one name."""
    if not a.media or not b.media or a.media & b.media:
        return False
    return not any(a.media & pair and b.media & pair for pair in _NEIGHBOURS)


def other_part(a: Signature, b: Signature) -> bool:
    """Tell whether both are numbered parts of something, and not the same part."""
    if a.parts == b.parts or not a.parts or not b.parts:
        return False
    if any(kind == "number" for kind, _ in (*a.parts, *b.parts)):  # "Calculus 1", "Volume 1"
        return {number for _, number in a.parts} != {number for _, number in b.parts}
    return True


def other_language(a: Signature, b: Signature) -> bool:
    """Tell whether both state languages and have none in common."""
    return bool(a.languages and b.languages and a.languages.isdisjoint(b.languages))


def stated_edition(a: Signature, b: Signature) -> bool:
    """Tell whether they state different editions, or are made for different readers or years."""
    return (
        bool(a.edition and b.edition and a.edition != b.edition)
        or a.regional != b.regional
        or bool(a.title_year and b.title_year and a.title_year != b.title_year)
    )


def other_edition(a: Signature, b: Signature, *, identified: bool) -> bool:
    """Tell whether records of one title and makers are different editions of it.

    ``identified``: they share an identifier or address, so that only what they state counts.
    """
    if stated_edition(a, b):
        return True
    if identified or (a.edition and b.edition) or (a.serial and b.serial):
        return False
    if a.year and b.year:
        return years_apart(a, b) > _YEARS_APART
    return (a.edition or b.edition) not in ("", "1")  # of no edition known it may be any


def other_version(a: Signature, b: Signature) -> bool:
    """Tell whether both number their version, and otherwise."""
    return a.version != b.version and _numbered(a.version) and _numbered(b.version)


def other_doi(a: Signature, b: Signature) -> tuple[str, str] | None:
    """Return a DOI of each where both have some and none in common.

    Weak: versions of one material have DOIs of their own.
    """
    return _other(a, b, "doi:")


def two_books(a: Signature, b: Signature) -> bool:
    """Tell whether one source gives two ISBNs, so that what titles say more parts two books.

    Across sources that is no sign: the one has the paperback, the other the electronic book.
    """
    return a.source == b.source and _other(a, b, "isbn:") is not None


def two_pages(a: Signature, b: Signature) -> bool:
    """Tell whether both have addresses at one host, and none in common."""
    ones, others = ({_host(name) for name in s.names} - {""} for s in (a, b))
    return not ones.isdisjoint(others) and set(a.names).isdisjoint(b.names)


def _host(name: str) -> str:
    """Return the host of an address, or the scheme of a host's own names; registries have none."""
    scheme, _, rest = name.partition(":")
    return rest.partition("/")[0] if scheme == "web" else "" if scheme in REGISTRIES else scheme


def _other(a: Signature, b: Signature, scheme: str) -> tuple[str, str] | None:
    """Return a name of each in a scheme in which both have some and none in common."""
    ones, others = ([name for name in s.names if name.startswith(scheme)] for s in (a, b))
    if not ones or not others or not set(ones).isdisjoint(others):
        return None
    return ones[0], others[0]


def years_apart(a: Signature, b: Signature) -> int:
    """Return the years between them. Both are known."""
    return abs(a.year - b.year)


def nearly_one_year(a: Signature, b: Signature) -> bool:
    """Tell whether the years of two records are those of one edition, in print and online."""
    return bool(a.year and b.year) and years_apart(a, b) <= _YEARS_APART


def newer(a: Signature, b: Signature) -> Side:
    """Return which is the newer edition or version, as far as they say."""
    for one, other in (
        (a.edition, b.edition),
        (a.title_year, b.title_year),
        (a.version, b.version),
        (str(a.year or ""), str(b.year or "")),
    ):
        if one and other and one != other:
            return "first" if _order(one) > _order(other) else "second"
    return ""


def _numbered(version: str) -> bool:
    return version[:1].isdecimal() and version.replace(".", "").isdecimal()


def _order(number: str) -> list[tuple[int, str]]:
    return [(int(part) if part.isdecimal() else 0, part) for part in number.split(".")]
