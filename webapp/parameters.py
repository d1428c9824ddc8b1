"""What may be asked of the API: declared once, for its description, its page and its checks."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal, get_args, get_origin

import msgspec
from msgspec import Meta, Struct
from werkzeug.datastructures import MultiDict

from catalog.index import FACETS, SPANS, QueryError
from catalog.index.facets import among
from webapp import suggesting
from webapp.addresses import (
    LANGUAGES,
    MAX_HITS,
    MAX_SIZE,
    MAX_TEXT,
    MAX_VALUE,
    MAX_VALUES,
    NOT,
    SIZE,
    SORTS,
    YEARS,
)
from webapp.long_facets import ORDERS

_LONGEST_TOKEN = 1000
_BASE64 = "^[A-Za-z0-9_-]*$"  # RFC 4648, 5
CHANGES_SIZE = 100  # changes at a time, where nothing else is asked
_MOST_CHANGES = 500
_WHOLE = re.compile(r"-?[0-9]+")


class Parameter(Struct, frozen=True, kw_only=True):
    """A parameter of a query string, or a part of a path.

    ``type`` says which values there are, as msgspec does. ``words`` is what the translations have
    its explanation under, with ``values`` to fill in.
    """

    name: str
    type: Any = str
    words: str = ""
    values: Mapping[str, object] = {}
    default: str | int | None = None
    example: str = ""
    commas: bool = False  # several values in one, with commas between them
    in_path: bool = False

    @property
    def several(self) -> bool:
        """Whether it may have more than one value."""
        return get_origin(_plain(self.type)) is tuple

    @property
    def among(self) -> tuple[str, ...]:
        """The values that there are, where they are few; else ()."""
        kind = _plain(self.type)
        item = get_args(kind)[0] if self.several else kind
        return get_args(item) if get_origin(item) is Literal else ()

    def schema(self) -> dict[str, Any]:
        """Return its values as JSON Schema (2020-12)."""
        said = msgspec.json.schema(self.type)
        return said if self.default is None else {**said, "default": self.default}

    def check(self, given: Sequence[str]) -> None:
        """Raise QueryError where this is no value of it."""
        value: object = list(given)
        if not self.several or self.commas:
            if len(given) > 1:
                raise QueryError(f"{self.name} is given more than once.")
            value = given[0]
            if self.commas:
                value = given[0].split(",") if given[0] else []
            elif _plain(self.type) is int and not _WHOLE.fullmatch(given[0]):  # 1e3 and 1.0 too
                raise QueryError(f"{self.name} is a whole number.")
        try:
            msgspec.convert(value, self.type, strict=False)
        except msgspec.ValidationError as error:
            if self.among:
                said = f"its values are {', '.join(self.among)}"
            else:
                said = str(error).partition(" - at ")[0]
            raise QueryError(f"{self.name}: {said}.") from error


def check(args: MultiDict[str, str], parameters: Sequence[Parameter]) -> None:
    """Raise QueryError where something is asked that there is not, or a value is none.

    A page lets pass what it does not know. A program is told: a slip in the name of a filter would
    find everything.
    """
    known = {each.name: each for each in parameters if not each.in_path}
    for name, given in args.lists():
        if name not in known:
            close = difflib.get_close_matches(name[:MAX_VALUE], known, 1)
            hint = f" Did you mean {close[0]}?" if close else ""
            raise QueryError(f"There is no such parameter as {name[:MAX_VALUE]!r}.{hint}")
        known[name].check(given)


def _plain(kind: Any) -> Any:
    return get_args(kind)[0] if get_origin(kind) is Annotated else kind


def _one_of(values: Sequence[str]) -> Any:
    return Literal[tuple(values)]


def _several(kind: Any) -> Any:
    return tuple[kind, ...]


_NO_CONTROLS = r"^[^\x00-\x1f\x7f-\x9f]*$"
_Value = Annotated[str, Meta(max_length=MAX_VALUE, pattern=_NO_CONTROLS)]
_Span = Annotated[str, Meta(pattern=r"^[0-9]{4}$|^([0-9]{4})?\.\.([0-9]{4})?$")]
_Year = Annotated[str, Meta(pattern="^[0-9]{4}$", min_length=4, max_length=4)]


def _token(form: str) -> Any:
    of_tokens = Meta(max_length=_LONGEST_TOKEN, pattern=_BASE64, extra_json_schema={"format": form})
    return Annotated[str, of_tokens]


def _values(facet: str) -> Any:
    kind = _Span if facet in SPANS else _one_of(found) if (found := among(facet)) else _Value
    return Annotated[_several(kind), Meta(max_length=MAX_VALUES)]


_EXAMPLES = {"level": "hbo", "type": "video", "year": "2019..2023", "language": "nl"}


def _filters(before: str, words: str) -> tuple[Parameter, ...]:
    return tuple(
        Parameter(
            name=before + facet,
            type=_values(facet),
            words=f"{words}.span" if facet in SPANS else words,
            example=_EXAMPLES.get(facet, "") if not before else "",
        )
        for facet in FACETS
    )


_ASKED = (
    Parameter(name="q", words="q", values={"most": MAX_TEXT}, default="", example="breuken"),
    *_filters("", "facet"),
    *_filters(NOT, "not"),
    *(Parameter(name=end, type=_Year, words=end) for end in YEARS),
    Parameter(name="copies", type=_one_of(("0", "1")), words="copies", default="0"),
    Parameter(name="literal", type=_one_of(("0", "1")), words="literal", default="0"),
    Parameter(name="sort", type=_one_of(SORTS), words="sort", default="relevance"),
)
_PAGE = Parameter(
    name="page",
    type=Annotated[int, Meta(ge=1, le=MAX_HITS // SIZE)],
    words="page",
    values={"most": MAX_HITS},
    default=1,
)

SEARCH = (
    *_ASKED,
    _PAGE,
    Parameter(name="size", type=Annotated[int, Meta(ge=1, le=MAX_SIZE)], words="size",
              default=SIZE),
    Parameter(name="facets", type=_several(_one_of(FACETS)), words="facets", commas=True,
              example="level,type"),
    Parameter(name="cursor", type=_token("cursor"), words="cursor"),
)  # fmt: skip
VALUES = (
    Parameter(name="name", type=_one_of(FACETS), words="name", in_path=True, example="level"),
    *_ASKED,
    _PAGE,
    Parameter(name="find", words="find"),
    Parameter(name="order", type=_one_of(ORDERS), words="order", default="count"),
)
SUGGEST = (
    Parameter(name="q", words="typed", default="", example="breu"),
    Parameter(name="language", type=_one_of(LANGUAGES), words="language"),
    Parameter(name="limit", type=Annotated[int, Meta(ge=1, le=suggesting.MOST)], words="limit",
              default=suggesting.USUAL),
)  # fmt: skip
CHANGES = (
    Parameter(name="since", type=_token("since"), words="since", example="now"),
    Parameter(name="size", type=Annotated[int, Meta(ge=1, le=_MOST_CHANGES)], words="size",
              default=CHANGES_SIZE),
)  # fmt: skip
ID = (Parameter(name="id", words="id", in_path=True),)
