"""KBART (NISO RP-9-2014): a row of a list of titles that a publisher or library offers.

It says nothing of licence, language, level or subject. Of the second phase's lists only what is
free to read is taken (``access_type`` F), which is not the same as open. The first phase had no
such column: there, nothing is known of access.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from catalog.resource import Agent, Concept, Date, Identifier, LearningResource, Relation, Text
from harvester.errors import ParseError
from harvester.formats import parses
from harvester.raw import Raw

_DATES = ("date_monograph_published_online", "date_monograph_published_print",
          "date_first_issue_online")  # fmt: skip


@parses("json:kbart")
def parse(raw: Raw) -> Iterable[LearningResource]:
    """Read one title. Raises ParseError (rule ``kbart.paid``)."""
    row = raw.document
    access = _said(row, "access_type").upper()
    if access == "P":
        raise ParseError("kbart.paid", "the title is for sale (access_type P), not free to read")
    kind = _said(row, "publication_type").lower()
    serial = kind == "serial"
    yield LearningResource(
        source=raw.source,
        identifier=raw.identifier,
        titles=_each(Text, row, "publication_title"),
        descriptions=_each(Text, row, "notes", "coverage_notes"),
        creators=tuple(Agent(name=n, role="author") for n in _all(row, "first_author")),
        contributors=tuple(Agent(name=n, role="editor") for n in _all(row, "first_editor")),
        publishers=tuple(
            Agent(name=name, kind="organisation", role="publisher")
            for name in _all(row, "publisher_name")
        ),
        identifiers=tuple(_identifiers(row, serial=serial)),
        url=_said(row, "title_url"),
        type_terms=(Concept(label=kind, scheme="kbart"),) if kind else (),
        cost="free" if access == "F" else "",
        dates=tuple(Date(value=said, kind="issued") for said in _all(row, *_DATES)[:1]),
        version=_said(row, "monograph_edition"),
        relations=tuple(_relations(row)),
    )


def _identifiers(row: dict[str, Any], *, serial: bool) -> Iterator[Identifier]:
    """Yield ISBNs and ISSNs: the same columns hold both, and eight digits are an ISSN."""
    for value in _all(row, "online_identifier", "print_identifier"):
        short = len(value.replace("-", "")) == 8  # noqa: PLR2004 digits of an ISSN
        yield Identifier(value=value, scheme="issn" if serial or short else "isbn")
    if own := _said(row, "title_id"):
        yield Identifier(value=own)


def _relations(row: dict[str, Any]) -> Iterator[Relation]:
    for column, kind in (
        ("parent_publication_title_id", "ispartof"),
        ("preceding_publication_title_id", "replaces"),
    ):
        for target in _all(row, column):
            yield Relation(kind=kind, target=target)


def _said(row: dict[str, Any], name: str) -> str:
    return str(row.get(name) or "").strip()


def _all(row: dict[str, Any], *names: str) -> list[str]:
    return [said for name in names if (said := _said(row, name))]


def _each(make: type[Text], row: dict[str, Any], *names: str) -> tuple[Text, ...]:
    return tuple(make(said) for said in _all(row, *names))
