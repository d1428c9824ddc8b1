"""What each element of Dublin Core adds to a resource, by its local name in lower case."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from catalog.resource import Agent, Date, Identifier, Relation, Text
from harvester.formats._terms import concept, embargo_end, is_access_term, is_uri

#: What is read so far: for each field of LearningResource, its values.
Draft = defaultdict[str, list[Any]]
#: Puts one value in the draft: its text (never empty), language and encoding scheme.
Add = Callable[[Draft, str, str, str], None]

#: An extent in time; one may also be in pages, bytes or metres, and "S." is a German page.
_LASTS = re.compile(
    r"(?<![\w.])P(?=\w*\d)(?:\d+[YMWD])*(?:T(?:\d+(?:\.\d+)?[HMS])+)?(?!\w)|\b\d{1,3}:\d\d:\d\d\b|"
    r"(?:\d{1,4}(?:[.,]\d{1,2})?\s*"
    r"(?:h(?:(?:ou)?rs?|eures?)?|u(?:ur|ren)?|std|stunden?|min(?:ut(?:en?|es))?|minuut|mins|"
    r"sec(?:ond(?:e[ns]?|s)?)?|sek(?:unden?)?)\b[.,]{0,2}\s*(?:en\s|and\s|und\s|et\s)?)+",
    re.IGNORECASE,
)

_ALTERNATIVE = "info:eu-repo/semantics/altidentifier/"


def _text(field: str) -> Add:
    return lambda draft, said, language, _: draft[field].append(Text(said, language))


def _plain(*fields: str) -> Add:
    def add(draft: Draft, said: str, _language: str, _scheme: str) -> None:
        for field in fields:
            draft[field].append(said)

    return add


def _agent(field: str, role: str = "") -> Add:
    return lambda draft, said, _language, _scheme: draft[field].append(Agent(said, role=role))


def _concept(field: str) -> Add:
    return lambda draft, said, language, scheme: draft[field].append(
        concept(said, scheme, language)
    )


def _date(kind: str) -> Add:
    def add(draft: Draft, said: str, _language: str, _scheme: str) -> None:
        end = "" if said[0].isdigit() else embargo_end(said)
        draft["dates"].append(Date(end, "available") if end else Date(said, kind))

    return add


def _subject(draft: Draft, said: str, language: str, scheme: str) -> None:
    uri = is_uri(said)
    if uri or scheme:
        draft["subjects"].append(concept(said, scheme, language))
    if not uri:
        draft["keywords"].append(Text(said, language))


def _rights(draft: Draft, said: str, _language: str, _scheme: str) -> None:
    draft["rights"].append(said)
    if is_access_term(said):
        draft["access_terms"].append(said)
    elif end := embargo_end(said):
        draft["dates"].append(Date(end, "available"))


def _identifier(draft: Draft, said: str, _language: str, _scheme: str) -> None:
    draft["identifiers"].append(Identifier(said))


def _extent(draft: Draft, said: str, _language: str, _scheme: str) -> None:
    if found := _LASTS.search(said[:200]):
        draft["duration"].append(found[0].strip(" ,"))


def _relation(kind: str) -> Add:
    def add(draft: Draft, said: str, _language: str, _scheme: str) -> None:
        if said.lower().startswith(_ALTERNATIVE):  # OpenAIRE: .../altIdentifier/doi/10.1234/x
            scheme, _, value = said[len(_ALTERNATIVE) :].partition("/")
            draft["identifiers"].append(Identifier(value, "handle" if scheme == "hdl" else scheme))
        elif " " in said:
            draft["relations"].append(Relation(kind, title=said))
        else:
            draft["relations"].append(Relation(kind, said))

    return add


ADD: dict[str, Add] = {
    **dict.fromkeys(("title", "alternative"), _text("titles")),
    **dict.fromkeys(("description", "abstract", "tableofcontents"), _text("descriptions")),
    "subject": _subject,
    "creator": _agent("creators"),
    "contributor": _agent("contributors"),
    "rightsholder": _agent("contributors", "rightsholder"),
    "publisher": _agent("publishers"),
    **dict.fromkeys(("date", "dateaccepted", "datesubmitted", "datecopyrighted"), _date("")),
    **{kind: _date(kind) for kind in ("created", "issued", "modified", "available", "valid")},
    "type": _concept("type_terms"),
    **dict.fromkeys(("format", "medium"), _plain("media_types")),
    "extent": _extent,
    "identifier": _identifier,
    "language": _plain("languages"),
    **dict.fromkeys(("rights", "license", "licence"), _rights),
    "accessrights": _plain("rights", "access_terms"),
    "educationlevel": _concept("level_terms"),
    # A mediator is the class of those who bring the material to its audience: teachers.
    **dict.fromkeys(("audience", "mediator"), _plain("audience_roles")),
    "source": _relation("isbasedon"),
}
for _kind in (
    *("relation", "ispartof", "haspart", "isversionof", "hasversion", "isformatof", "hasformat"),
    *("replaces", "isreplacedby", "references", "isreferencedby", "requires", "isrequiredby"),
    "conformsto",
):
    ADD[_kind] = _relation(_kind)
