"""A first mapping for an API that nobody has described yet: a guess by the names of its fields.

A person corrects it; what it would make of the records stands in the trial's report beside it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from harvester.rest.page import next_link

#: Names of an item's fields, without case and punctuation, the likeliest first.
_NAMES: dict[str, tuple[str, ...]] = {
    "titles": ("title", "titel", "name", "naam", "displayname", "label"),
    "descriptions": (
        *("description", "beschrijving", "omschrijving", "summary", "samenvatting", "abstract"),
        *("shortdescription", "longdescription", "fulldescription", "intro"),
    ),
    "url": (
        *("url", "link", "weburl", "htmlurl", "landingpage", "website", "webpage", "homepage"),
        *("permalink", "permanenturl", "canonicalurl", "publicurl", "html", "selfhtml"),
    ),
    "rights": ("licenseurl", "license", "licence", "licences", "licenses", "licentie", "rights"),
    "languages": ("language", "languages", "lang", "inlanguage", "taal", "locale"),
    "creators": (
        *("creators", "creator", "authors", "author", "makers", "maker", "auteurs", "auteur"),
        "instructors",
    ),
    "publishers": ("publisher", "publishers", "uitgever"),
    "keywords": ("keywords", "keyword", "tags", "trefwoorden"),
    "subjects": ("subjects", "subject", "disciplines", "discipline", "topics", "vakken", "vak"),
    "level_terms": (
        *("educationallevels", "educationallevel", "educationlevel", "levels", "level"),
        *("onderwijsniveau", "niveaus", "niveau"),
    ),
    "type_terms": ("learningresourcetype", "resourcetype", "materialtype", "contenttype"),
    "thumbnail": ("thumbnail", "thumbnailurl", "image", "imageurl", "cover", "preview"),
    "duration": ("duration", "timerequired", "studietijd"),
    "media_types": ("mediatype", "mimetype", "encodingformat"),
    "dates.issued": (
        *("datepublished", "published", "publishedat", "publicationdate", "issued"),
        "publicationyear",
    ),
    "identifiers.doi": ("doi",),
    "identifiers.isbn": ("isbn", "isbn13"),
}
_IDENTIFIER = (
    *("identifier", "id", "uuid", "guid", "uri", "nid", "pid", "key", "handle", "slug", "code"),
    *("url", "link"),
)
_ENDS = ("id", "identifier", "uri")
_DATESTAMP = (
    *("updatedat", "updated", "modifiedat", "modified", "lastmodified", "datemodified"),
    *("changed", "changedat", "lastupdated", "gewijzigd"),
)
_TOTAL = (
    *("total", "totalcount", "totalelements", "totalresults", "totalitems", "numfound"),
    *("totalrecords", "count", "hits"),
)
_NEXT = frozenset({"next", "nextpage", "nexturl", "nextlink"})
_LINKS = ("http://", "https://", "/", "?")
#: How an answer, or an address, counts its pages: by a number, or by items that went before.
_COUNTED = {
    "page": ("page", "currentpage", "pagenumber", "number"),
    "offset": ("offset", "start", "skip"),
}
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_DEEP, _LOOKED_AT = 4, 50

Path = tuple[str, ...]


def of(document: Any, url: str, link: str = "") -> dict[str, Any] | None:
    """Return keys of an entry of kind rest for a first answer, or None where it has no list.

    ``link`` is the answer's Link header (RFC 8288).
    """
    lists = [(path, items) for path, items in _lists(document, ()) if _titled(items)]
    if not lists:
        return None
    path, items = max(lists, key=lambda found: len(found[1]))
    leaves = _leaves(items)
    identifier = _identifier(leaves, len(items))
    if identifier is None:
        return None
    entry: dict[str, Any] = {"items": _expression(path), "identifier": _expression(identifier)}
    datestamp = _named(leaves, _DATESTAMP, lambda value: bool(_DATE.match(str(value))))
    if datestamp:
        entry["datestamp"] = _expression(datestamp)
    entry |= _around(document, path, len(items), url, link)
    entry["map"] = {
        field: _expression(found)
        for field, names in _NAMES.items()
        if (found := _named(leaves, names, _FITS.get(field, bool)))
    }
    return entry


def _is_web(value: Any) -> bool:
    """Tell whether a value is an address, or a list of them."""
    first = value[0] if isinstance(value, list) and value else value
    return isinstance(first, str) and first.startswith(("http://", "https://"))


#: What a value must be where names alone mislead.
_FITS: dict[str, Callable[[Any], bool]] = {
    "url": _is_web,
    "thumbnail": _is_web,
    "titles": lambda value: isinstance(value, str | dict | list),
}


def _lists(thing: Any, path: Path) -> Iterator[tuple[Path, list[dict[str, Any]]]]:
    """Yield the lists of objects in an answer; a list in an object of a list is none of them."""
    if isinstance(thing, list):
        items = [item for item in thing if isinstance(item, dict)]
        if items and len(items) == len(thing):
            yield path, items
    elif isinstance(thing, dict) and len(path) < _DEEP:
        for key, value in thing.items():
            yield from _lists(value, (*path, key))


def _titled(items: list[dict[str, Any]]) -> bool:
    return _named(_leaves(items), _NAMES["titles"], _FITS["titles"]) is not None


def _leaves(items: list[dict[str, Any]]) -> dict[Path, list[Any]]:
    """Return the values of the first items by their path, those that say nothing left out."""
    found: dict[Path, list[Any]] = {}
    for item in items[:_LOOKED_AT]:
        for path, value in _values(item, ()):
            found.setdefault(path, []).append(value)
    return found


def _values(thing: dict[str, Any], path: Path) -> Iterator[tuple[Path, Any]]:
    for key, value in thing.items():
        here = (*path, key)
        if value in (None, "", [], {}):
            continue
        yield here, value
        if isinstance(value, dict) and len(here) < _DEEP:
            yield from _values(value, here)


def _named(
    leaves: dict[Path, list[Any]], names: tuple[str, ...], fits: Callable[[Any], bool]
) -> Path | None:
    """Return the path with the likeliest name whose first value fits; of equals the shallowest."""
    ranked = [
        (len(path), names.index(name), path)
        for path, values in leaves.items()
        if (name := _bare(path[-1])) in names and fits(values[0])
    ]
    return min(ranked)[2] if ranked else None


def _identifier(leaves: dict[Path, list[Any]], count: int) -> Path | None:
    """Return the path of what each item has, and no two share."""
    looked_at = min(count, _LOOKED_AT)
    own = {
        path: values
        for path, values in leaves.items()
        if all(isinstance(v, str | int) and not isinstance(v, bool) for v in values)
        and len(set(map(str, values))) == len(values) == looked_at
    }
    ranked = [
        (len(path), _IDENTIFIER.index(name) if name in _IDENTIFIER else len(_IDENTIFIER), path)
        for path in own
        if (name := _bare(path[-1])) in _IDENTIFIER or name.endswith(_ENDS)  # courseId
    ]
    return min(ranked)[2] if ranked else None


def _around(document: Any, path: Path, count: int, url: str, link: str) -> dict[str, Any]:
    """Return what an answer says of the list: how long it is, and where it goes on."""
    said: dict[str, Any] = {}
    outside = document if isinstance(document, dict) else {}
    leaves = {p: [v] for p, v in _values(outside, ()) if p[: len(path)] != path or not path}
    total = _named(leaves, _TOTAL, lambda v: type(v) is int and v >= count)
    if total:
        said["total"] = _expression(total)
    following = _following(leaves)
    if following := _following(leaves):
        said |= {"paging": "link", "next": _expression(following)}
    elif next_link(link):
        said["paging"] = "header"
    else:
        said |= _counted(leaves, url)
    return said


def _counted(leaves: dict[Path, list[Any]], url: str) -> dict[str, Any]:
    """Return how pages are counted, by what the address asks for, else by what the answer says."""
    asked: dict[Path, list[Any]] = {
        (name,): [said] for name, said in parse_qsl(urlsplit(url).query)
    }
    for paging, names in _COUNTED.items():
        for where in (asked, leaves):
            found = _named(where, names, lambda value: str(value).isdecimal())
            if found:
                parameter = "page" if paging == "page" and where is leaves else found[-1]
                first = int(str(where[found][0]))
                return {"paging": paging, "page_parameter": parameter, "first": first}
    return {}


def _following(leaves: dict[Path, list[Any]]) -> Path | None:
    """Return the path of an address that is called next, or stands in what is called so."""
    for path, (value,) in leaves.items():
        names = [_bare(key) for key in path]
        named = names[-1] in _NEXT or (names[-1] == "href" and not _NEXT.isdisjoint(names[-2:]))
        if named and isinstance(value, str) and value.startswith(_LINKS):
            return path
    return None


def _bare(name: str) -> str:
    """Return a name without case, punctuation and the prefix of a namespace: dc:title, @id."""
    return re.sub(r"[^a-z0-9]", "", name.rpartition(":")[2].lower())


def _expression(path: Path) -> str:
    """Return a path in JMESPath; a name that is no plain word in quotes."""
    quoted = (key if _PLAIN.fullmatch(key) else _quoted(key) for key in path)
    return ".".join(quoted) or "@"


def _quoted(key: str) -> str:
    escaped = key.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
