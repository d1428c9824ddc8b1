"""What the API does: each operation once, for its description and for its page."""

from __future__ import annotations

import json
from functools import cache
from importlib import resources
from typing import Annotated, Any

from msgspec import Meta, Struct

from catalog.store.inbox import Receipt
from webapp import parameters, suggesting
from webapp.addresses import API, Language
from webapp.answers import Changes, Record, Results, Sources, Values, Work
from webapp.parameters import Parameter
from webapp.push import LONGEST, Accepted
from webapp.suggesting import Suggestions

_ALWAYS = ("bad-request", "too-many-requests", "broken")
_POSTED = (*_ALWAYS, "no-token", "not-yours", "not-found", "too-large")
_NAME = Parameter(name="name", words="source", in_path=True)
_IDENTIFIER = Parameter(name="identifier", type=Annotated[str, Meta(max_length=LONGEST)],
                        words="identifier", in_path=True)  # fmt: skip


class Operation(Struct, frozen=True, kw_only=True):
    """One thing that may be asked; ``problems`` are kinds of ``webapp.problems``.

    Its words are in the translations under its ``id``. ``posts`` says that it is for providers,
    who send their token along.
    """

    id: str
    path: str
    answer: type[Struct] | None
    method: str = "get"
    status: int = 200
    parameters: tuple[Parameter, ...] = ()
    problems: tuple[str, ...] = _ALWAYS
    posts: bool = False
    body: bool = False

    @property
    def endpoint(self) -> str:
        """Its name among the routes of the site."""
        return f"push.{self.id}" if self.id == "receipt" else f"api.{self.id}"

    @property
    def grouped(self) -> list[tuple[list[str], Parameter]]:
        """Its parameters, those together of which the same is said."""
        found: dict[str, tuple[list[str], Parameter]] = {}
        for parameter in self.parameters:
            found.setdefault(parameter.words, ([], parameter))[0].append(parameter.name)
        return list(found.values())

    @property
    def links(self) -> bool:
        """Whether its answer leads to others, in a header ``Link``."""
        return self.id not in {"suggest", "openapi", "receipt"}


OPERATIONS = (
    Operation(id="search", path=f"{API}/search", answer=Results,
              parameters=parameters.SEARCH,
              problems=(*_ALWAYS, "not-found", "unknown-token", "no-index")),
    Operation(id="values", path=f"{API}/facets/{{name}}", answer=Values,
              parameters=parameters.VALUES, problems=(*_ALWAYS, "not-found", "no-index")),
    Operation(id="suggest", path=suggesting.PATH, answer=Suggestions,
              parameters=parameters.SUGGEST, problems=(*_ALWAYS, "no-index")),
    Operation(id="resource", path=f"{API}/resources/{{id}}", answer=Work,
              parameters=parameters.ID, problems=(*_ALWAYS, "not-found", "gone")),
    Operation(id="copy", path=f"{API}/copies/{{id}}", answer=Record,
              parameters=parameters.ID, problems=(*_ALWAYS, "not-found", "gone")),
    Operation(id="changes", path=f"{API}/changes", answer=Changes,
              parameters=parameters.CHANGES, problems=(*_ALWAYS, "unknown-token", "start-again")),
    Operation(id="sources", path=f"{API}/sources", answer=Sources),
    Operation(id="openapi", path=f"{API}/openapi.json", answer=None),
    Operation(id="post", path=f"{API}/sources/{{name}}/records", method="post", status=202,
              answer=Accepted, parameters=(_NAME,), problems=_POSTED,
              posts=True, body=True),
    Operation(id="put", path=f"{API}/sources/{{name}}/records/{{identifier}}", method="put",
              status=202, answer=Accepted, parameters=(_NAME, _IDENTIFIER),
              problems=_POSTED, posts=True, body=True),
    Operation(id="delete", path=f"{API}/sources/{{name}}/records/{{identifier}}",
              method="delete", status=202, answer=Accepted, parameters=(_NAME, _IDENTIFIER),
              problems=_POSTED, posts=True),
    Operation(id="receipt", path=f"{API}/receipts/{{id}}", answer=Receipt,
              parameters=(Parameter(name="id", words="receipt", in_path=True),),
              problems=(*_ALWAYS, "not-found")),
)  # fmt: skip


@cache
def _told() -> dict[str, dict[str, str]]:
    file = resources.files("webapp") / "translations" / "api.json"
    found: dict[str, dict[str, str]] = json.loads(file.read_text("utf-8"))
    return found


def told(key: str, language: Language, **values: Any) -> str:
    """Return what is said of a part of the API. Raises KeyError: nothing is."""
    return _told()[key][language].format_map(values)
