"""A MARC record, out of whichever container it came in."""

from __future__ import annotations

import re
import unicodedata
from typing import Any, NamedTuple

from harvester import iso2709
from harvester.errors import ParseError
from harvester.formats._xml import every, local

_ISBD = " \t\r\n/:;=,"
_LAST_STOP = re.compile(r"(?<=[\w)\]\"'»”][\w)\]\"'»”][\w)\]\"'»”])(?<!\betc)(?<!\.\w\.)\.$")


def trim(said: str) -> str:
    """Take off the ISBD punctuation that cataloguing puts before the next element.

    A full stop goes only after a word of three characters or more: initials and "Jr." keep theirs.
    """
    return _LAST_STOP.sub("", said.strip(_ISBD)).rstrip(_ISBD)


class Field(NamedTuple):
    """A data field: tag, indicators, and (code, value) in their order."""

    tag: str
    ind1: str
    ind2: str
    subfields: list[tuple[str, str]]

    def first(self, codes: str) -> str:
        """Return the first value of a subfield in ``codes``, earlier codes first; or ""."""
        for code in codes:
            for own, said in self.subfields:
                if own == code and said:
                    return said
        return ""

    def every(self, codes: str) -> list[str]:
        return [said for code, said in self.subfields if code in codes and said]

    def join(self, codes: str, by: str = " ") -> str:
        return by.join(self.every(codes))


class Record:
    """Fields by tag, taken apart when they are asked for."""

    __slots__ = ("_values", "leader", "repaired")

    def __init__(self, leader: str, fields: list[tuple[str, str]], *, repaired: bool) -> None:
        self.leader = leader
        self.repaired = repaired
        self._values: dict[str, list[str]] = {}
        for tag, value in fields:
            self._values.setdefault(tag, []).append(value)

    @classmethod
    def of(cls, document: Any) -> Record:
        """Read ISO 2709 bytes, a MARCXML element or MARC-in-JSON. Raises ParseError."""
        if isinstance(document, bytes):
            found = iso2709.read(document)
            return cls(found.leader, found.fields, repaired=found.repaired)
        if isinstance(document, dict):
            said = iso2709.in_json(document)
            if said is None or not said.fields:
                raise ParseError("record.empty", "there are no fields in the record")
            return cls(said.leader, said.fields, repaired=False)
        if local(document.tag) == "collection":
            records = list(every(document, "record"))
            if len(records) != 1:
                raise ParseError("marc.collection", f"{len(records)} records where one is asked")
            document = records[0]
        return cls(*_from_xml(document), repaired=False)

    def control(self, tag: str) -> str:
        return self._values.get(tag, [""])[0]

    def all(self, tag: str) -> list[Field]:
        """Return the data fields with ``tag``; missing indicators are blanks."""
        fields = []
        for value in self._values.get(tag, ()):
            head, *parts = value.split(iso2709.SUBFIELD)
            pairs = [(part[0], part[1:].strip()) for part in parts if part]
            head = head.ljust(2)
            fields.append(Field(tag, head[0], head[1], pairs))
        return fields

    def first(self, tag: str, codes: str) -> str:
        """Return the first value of a subfield in ``codes`` of any field with ``tag``; or ""."""
        return next((said for field in self.all(tag) if (said := field.first(codes))), "")


def _from_xml(record: Any) -> tuple[str, list[tuple[str, str]]]:
    """Write MARCXML fields as they stand in ISO 2709, so that one reader does for both."""
    leader = ""
    fields = []
    for child in record:
        name = local(child.tag)
        if name == "leader":
            leader = child.text or ""
        elif name == "controlfield":
            fields.append((_tag(child), child.text or ""))
        elif name == "datafield":
            parts = [_indicator(child, "ind1") + _indicator(child, "ind2")]
            parts += [
                (sub.get("code", "") + " ")[0] + (sub.text or "")
                for sub in every(child, "subfield")
            ]
            fields.append((_tag(child), unicodedata.normalize("NFC", iso2709.SUBFIELD.join(parts))))
    if not fields:
        raise ParseError("record.empty", "there are no fields in the record")
    return leader, fields


def _tag(field: Any) -> str:
    return str(field.get("tag", "")).strip()


def _indicator(field: Any, name: str) -> str:
    return str(field.get(name, "") + " ")[0]
