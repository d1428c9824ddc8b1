"""A small OAI-PMH 2.0 provider: keyset paging over records that lie in memory.

It is written apart from the product's own provider, so that the harvester meets a server that
does not share its assumptions. Section numbers are those of the protocol.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from lxml import etree

from demo.xml import add

NS = "http://www.openarchives.org/OAI/2.0/"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
PAGE = 25
_EPOCH = "2025-01-01T00:00:00Z"  # when there is no record yet

_LIST = {"metadataPrefix": True, "from": False, "until": False, "set": False}
#: Arguments of each verb (section 4): True where one is required.
VERBS: dict[str, dict[str, bool]] = {
    "Identify": {},
    "ListMetadataFormats": {"identifier": False},
    "ListSets": {},
    "GetRecord": {"identifier": True, "metadataPrefix": True},
    "ListIdentifiers": _LIST,
    "ListRecords": _LIST,
}
_RESUMABLE = frozenset({"ListSets", "ListIdentifiers", "ListRecords"})

Arguments = dict[str, str]


class ProtocolError(Exception):
    """An answer with an ``error`` element: its code and a sentence (section 3.6)."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, kw_only=True)
class Prefix:
    """A metadata format: its name, schema and namespace, and what writes a record in it."""

    name: str
    schema: str
    namespace: str
    write: Callable[[Any], etree._Element]


@dataclass(frozen=True, kw_only=True)
class Record:
    """A record of a repository. ``content`` is None for one that was deleted."""

    identifier: str
    stamp: str  # UTC, to the second
    sets: tuple[str, ...]
    content: Any

    @property
    def key(self) -> tuple[str, str]:
        """The place of the record in every list."""
        return self.stamp, self.identifier


@dataclass(frozen=True, kw_only=True)
class Repository:
    """Records in the order of their keys, and what the repository says of itself."""

    name: str
    base_url: str
    email: str
    prefix: Prefix
    records: Sequence[Record]
    sets: dict[str, str]

    def answer(self, pairs: Sequence[tuple[str, str]]) -> bytes:
        """Return the document that answers a request; ``pairs`` as they came, repeats included."""
        root = etree.Element(f"{{{NS}}}OAI-PMH", nsmap={None: NS, "xsi": XSI})
        root.set(f"{{{XSI}}}schemaLocation", f"{NS} {NS}OAI-PMH.xsd")
        # Taken before the records are: harvesters use it as their next ``from`` (section 3.2).
        add(root, "responseDate", f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}")
        request = add(root, "request", self.base_url)
        try:
            verb, arguments = _check(pairs)
            body = etree.SubElement(root, f"{{{NS}}}{verb}")
            getattr(self, f"_{verb}")(body, arguments)
            request.attrib.update({"verb": verb, **arguments})
        except ProtocolError as error:
            for body in root[2:]:
                root.remove(body)
            # The arguments are repeated unless they themselves were wrong (section 3.2).
            if error.code not in {"badVerb", "badArgument"}:
                request.attrib.update(dict(pairs))
            add(root, "error", str(error), code=error.code)
        return etree.tostring(root, xml_declaration=True, encoding="UTF-8")

    def _Identify(self, body: etree._Element, _: Arguments) -> None:  # noqa: N802 named as the verb
        for name, text in (
            ("repositoryName", self.name),
            ("baseURL", self.base_url),
            ("protocolVersion", "2.0"),
            ("adminEmail", self.email),
            (
                "earliestDatestamp",
                self.records[0].stamp if self.records else "2025-01-01T00:00:00Z",
            ),
            ("deletedRecord", "persistent"),
            ("granularity", "YYYY-MM-DDThh:mm:ssZ"),
        ):
            add(body, name, text)

    def _ListMetadataFormats(self, body: etree._Element, asked: Arguments) -> None:  # noqa: N802
        if "identifier" in asked:
            self._find(asked["identifier"])
        form = add(body, "metadataFormat")
        add(form, "metadataPrefix", self.prefix.name)
        add(form, "schema", self.prefix.schema)
        add(form, "metadataNamespace", self.prefix.namespace)

    def _ListSets(self, body: etree._Element, asked: Arguments) -> None:  # noqa: N802
        if "resumptionToken" in asked:
            raise ProtocolError("badResumptionToken", "The list of sets comes in one part.")
        if not self.sets:
            raise ProtocolError("noSetHierarchy", "This repository has no sets.")
        for spec, name in self.sets.items():
            item = add(body, "set")
            add(item, "setSpec", spec)
            add(item, "setName", name)

    def _GetRecord(self, body: etree._Element, asked: Arguments) -> None:  # noqa: N802
        record = self._find(asked["identifier"])
        self._check_prefix(asked["metadataPrefix"])
        self._write(body, record)

    def _ListIdentifiers(self, body: etree._Element, asked: Arguments) -> None:  # noqa: N802
        self._list(body, asked, _header)

    def _ListRecords(self, body: etree._Element, asked: Arguments) -> None:  # noqa: N802
        self._list(body, asked, self._write)

    def _list(
        self,
        body: etree._Element,
        asked: Arguments,
        write: Callable[[etree._Element, Record], None],
    ) -> None:
        """Write one part of a list and its token (section 3.5).

        A token says which list it is of, up to when, and the key of the last record given: a
        record that changes meanwhile moves to the end, and no other one is lost or repeated.
        """
        last, cursor = ("", ""), 0
        if "resumptionToken" in asked:
            asked, last, cursor = _read_token(asked["resumptionToken"])
        self._check_prefix(asked["metadataPrefix"])
        if "set" in asked and not self.sets:
            raise ProtocolError("noSetHierarchy", "This repository has no sets.")
        asked = {"until": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}", **asked}
        chosen = [record for record in self.records if _matches(record, asked)]
        if not chosen:
            raise ProtocolError("noRecordsMatch", "No record answers to these arguments.")
        ahead = [record for record in chosen if record.key > last]
        for record in ahead[:PAGE]:
            write(body, record)
        if len(chosen) > PAGE:
            more = len(ahead) > PAGE
            add(
                body,
                "resumptionToken",
                _token(asked, ahead[PAGE - 1].key, cursor + PAGE) if more else "",
                completeListSize=str(len(chosen)),
                cursor=str(cursor),
            )

    def _find(self, identifier: str) -> Record:
        for record in self.records:
            if record.identifier == identifier:
                return record
        raise ProtocolError("idDoesNotExist", "There is no record with this identifier.")

    def _check_prefix(self, prefix: str) -> None:
        if prefix != self.prefix.name:
            raise ProtocolError("cannotDisseminateFormat", f"Only {self.prefix.name} is here.")

    def _write(self, body: etree._Element, record: Record) -> None:
        item = add(body, "record")
        _header(item, record)
        if record.content is not None:
            add(item, "metadata").append(self.prefix.write(record.content))


def _header(body: etree._Element, record: Record) -> None:
    header = add(body, "header")
    if record.content is None:
        header.set("status", "deleted")
    add(header, "identifier", record.identifier)
    add(header, "datestamp", record.stamp)
    for spec in record.sets:
        add(header, "setSpec", spec)


def _matches(record: Record, asked: Arguments) -> bool:
    """``from`` and ``until`` are inclusive; a day stands for all of it (section 2.7.1)."""
    until = asked["until"] if "T" in asked["until"] else asked["until"] + "T23:59:59Z"
    wanted = asked.get("set")
    return asked.get("from", "") <= record.stamp <= until and (
        wanted is None or any(f"{spec}:".startswith(f"{wanted}:") for spec in record.sets)
    )


def _check(pairs: Sequence[tuple[str, str]]) -> tuple[str, Arguments]:
    """Return verb and arguments of a request that is as section 3 and 4 want it."""
    names = [name for name, _ in pairs]
    arguments = dict(pairs)
    verb = arguments.pop("verb", "")
    if names.count("verb") != 1 or verb not in VERBS:
        raise ProtocolError("badVerb", "One verb is needed, of the six.")
    if len(names) != len(set(names)):
        raise ProtocolError("badArgument", "An argument is repeated.")
    if "resumptionToken" in arguments and verb in _RESUMABLE:
        if len(arguments) > 1:
            raise ProtocolError("badArgument", "resumptionToken goes alone.")
        return verb, arguments
    if unknown := arguments.keys() - VERBS[verb].keys():
        raise ProtocolError("badArgument", f"{verb} does not know {', '.join(sorted(unknown))}.")
    if missing := [
        name for name, needed in VERBS[verb].items() if needed and name not in arguments
    ]:
        raise ProtocolError("badArgument", f"{verb} needs {', '.join(missing)}.")
    _check_dates(arguments)
    return verb, arguments


def _check_dates(arguments: Arguments) -> None:
    dates = [arguments[name] for name in ("from", "until") if name in arguments]
    if not all(_is_date(date) for date in dates):
        raise ProtocolError("badArgument", "A date is YYYY-MM-DD or YYYY-MM-DDThh:mm:ssZ.")
    if len({len(date) for date in dates}) > 1:
        raise ProtocolError("badArgument", "from and until differ in granularity.")
    if dates != sorted(dates):
        raise ProtocolError("badArgument", "from is later than until.")


def _is_date(text: str) -> bool:
    if not re.fullmatch(r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\dZ)?", text, re.ASCII):
        return False
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def _token(asked: Arguments, last: tuple[str, str], cursor: int) -> str:
    text = json.dumps([asked, last, cursor], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode()


def _read_token(token: str) -> tuple[Arguments, tuple[str, str], int]:
    """Undo ``_token``, trusting nothing that comes back."""
    try:
        asked, (stamp, identifier), cursor = json.loads(base64.urlsafe_b64decode(token))
        _check([("verb", "ListRecords"), *asked.items()])
        return dict(asked), (f"{stamp:s}", f"{identifier:s}"), int(cursor)
    except (ValueError, TypeError, AttributeError, ProtocolError) as error:
        raise ProtocolError("badResumptionToken", "This token is not from here.") from error
