"""The answer in XML, by the server of ``oaipmh``, with what it leaves out.

It lacks the attributes of resumption tokens and the empty one that ends a list, ``about``, and a
``request`` without arguments after a bad one; and it writes instants of a request otherwise than
they were given.
"""

from __future__ import annotations

from itertools import chain, zip_longest
from typing import Any

from lxml.etree import Element, ElementTree, ProcessingInstruction, SubElement, tostring
from oaipmh.common import getMethodForVerb
from oaipmh.error import BadArgumentError, BadVerbError, ErrorBase
from oaipmh.server import NS_OAIPMH, NSMAP, XMLTreeServer, nsoai

from catalog.export.elements import SCHEMA_LOCATION, XSI
from webapp.oai.arguments import Asked
from webapp.oai.repository import Repository, Token

_LOCATION = {SCHEMA_LOCATION: f"{NS_OAIPMH} {NS_OAIPMH}OAI-PMH.xsd"}
_NAMESPACES = {**NSMAP, "xsi": XSI}


class Answer(XMLTreeServer):  # type: ignore[misc]  # oaipmh has no types
    """The answer to one request, of which the arguments have been read; ``at`` an instant."""

    def __init__(self, repository: Repository, at: str, asked: Asked | None = None) -> None:
        super().__init__(repository, metadata_registry=())
        self._at = at
        self._asked = asked
        self._parts: list[bytes] = []

    def write(self) -> bytes:
        """Return the answer to what was asked. Raises ErrorBase: see ``failure``."""
        assert self._asked
        answer = getMethodForVerb(self, self._asked.verb)
        return self._written(answer(**self._arguments()))

    def failure(self, error: ErrorBase) -> bytes:
        """Return the answer where something is wrong with what was asked (3.6)."""
        if isinstance(error, BadVerbError | BadArgumentError):
            self._asked = None
        self._parts.clear()
        return self._written(self.handleException(error))

    def _arguments(self) -> dict[str, str]:
        """Return what the method of a verb is called with; lists know what was asked."""
        assert self._asked
        if self._asked.verb in {"ListRecords", "ListIdentifiers"}:
            return {}
        return dict(self._asked.arguments)

    def _outputBasicEnvelope(self, **_: Any) -> tuple[Any, Any]:  # noqa: N802 oaipmh's
        root = Element(nsoai("OAI-PMH"), _LOCATION, _NAMESPACES)
        SubElement(root, nsoai("responseDate")).text = self._at
        request = SubElement(root, nsoai("request"), self._asked.attributes if self._asked else {})
        request.text = self._server.url
        return ElementTree(root), root

    def listIdentifiers(self) -> Any:  # noqa: N802 oaipmh's
        """Return a page of headers."""
        envelope, element = self._outputEnvelope(verb="ListIdentifiers")
        headers, token = self._server.headers(self._asked)
        for header in headers:
            self._outputHeader(element, header)
        _add_token(element, token)
        return envelope

    def listRecords(self) -> Any:  # noqa: N802 oaipmh's
        """Return a page of records."""
        envelope, element = self._outputEnvelope(verb="ListRecords")
        records, token = self._server.records(self._asked)
        for record in records:
            self._add_record(element, *record)
        _add_token(element, token)
        return envelope

    def getRecord(self, **asked: str) -> Any:  # noqa: N802 oaipmh's
        """Return one record."""
        envelope, element = self._outputEnvelope(verb="GetRecord")
        self._add_record(element, *self._server.getRecord(**asked))
        return envelope

    def _add_record(self, parent: Any, header: Any, metadata: Any, about: Any) -> None:
        record = SubElement(parent, nsoai("record"))
        self._outputHeader(record, header)
        for name, part in (("metadata", metadata), ("about", about)):
            if part is not None:
                SubElement(record, nsoai(name)).append(ProcessingInstruction("part", "of"))
                self._parts.append(tostring(part, encoding="UTF-8"))

    def _written(self, tree: Any) -> bytes:
        """Return an answer whose parts declare their own namespaces, as 3.2 asks of them.

        In a tree they would lose those that stand above them, and harvesters cut them out as text.
        """
        whole = tostring(tree.getroot(), encoding="UTF-8", xml_declaration=True)
        between = whole.split(b"<?part of?>")  # no text can hold that: "<" is escaped in it
        pieces = zip_longest(between, self._parts, fillvalue=b"")
        return b"".join(chain.from_iterable(pieces))


def _add_token(parent: Any, token: Token | None) -> None:
    if token is None:
        return
    said = {"completeListSize": str(token.size), "cursor": str(token.cursor)}
    if token.expires:
        said["expirationDate"] = token.expires.strftime("%Y-%m-%dT%H:%M:%SZ")
    SubElement(parent, nsoai("resumptionToken"), said).text = token.text or None
