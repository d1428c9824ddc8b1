"""What the provider has to tell: itself, its formats and sets, and lists of records, page by page.

The names of its methods are those by which ``oaipmh.server`` asks.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import msgspec
from msgspec import Struct
from msgspec.structs import replace
from oaipmh.common import Header, Identify
from oaipmh.error import (
    BadResumptionTokenError,
    CannotDisseminateFormatError,
    IdDoesNotExistError,
    NoRecordsMatchError,
)

from catalog import sets
from catalog.config import Settings
from catalog.export import Listing
from catalog.resource import LearningResource
from catalog.store.published import Span, Told
from webapp import addresses
from webapp.labels import Labels
from webapp.oai import tokens
from webapp.oai.arguments import Asked
from webapp.oai.formats import FORMATS, provenance
from webapp.oai.tokens import Place
from webapp.words import words

if TYPE_CHECKING:
    from catalog.catalogue import Catalogue

PATH = "/oai"
SECONDS = "YYYY-MM-DDThh:mm:ssZ"
COMPRESSION = ("gzip", "deflate")

#: Seconds in which changes must have been taken in: after that, who asks is to come again.
_PATIENCE = 20.0
_KEY = "oai tokens"
_HOUR = 3600
_DOMAIN = re.compile(r"[a-zA-Z][a-zA-Z0-9-]*(?:\.[a-zA-Z][a-zA-Z0-9-]*)+")
_ID = re.compile(r"[0-9a-f]{16}")
_NOBODY = "0" * 16  # in the sample of an identifier
_OAI_IDENTIFIER = "http://www.openarchives.org/OAI/2.0/oai-identifier"

_placed = msgspec.json.Decoder(sets.Placed).decode
_resource = msgspec.json.Decoder(LearningResource).decode


class BehindError(Exception):
    """Changes have still to be taken in; who asks is to come again."""


class Token(Struct, frozen=True):
    """What ends a page of a list in several: ``text`` is "" on the last one."""

    text: str
    cursor: int
    size: int
    expires: datetime | None = None


class Repository:
    """The catalogue as a repository."""

    def __init__(self, catalogue: Catalogue, settings: Settings) -> None:
        self._catalogue = catalogue
        self._site = settings.site
        self._settings = settings.provider
        self._sources = settings.sources
        self._labels = Labels(settings)
        self.url = settings.site.url + PATH
        host = urlsplit(settings.site.url).hostname or "localhost"
        self._domain = settings.provider.domain or host

    @property
    def _published(self) -> Any:
        return self._catalogue.store.published

    # ---- what it is

    def identify(self) -> Identify:
        """Return what Identify says (4.2)."""
        self._catch_up()
        found = Identify(
            repositoryName=self._site.title,
            baseURL=self.url,
            protocolVersion="2.0",
            adminEmails=[self._site.contact],
            earliestDatestamp=_moment(self._published.earliest()),
            deletedRecord="persistent",
            granularity=SECONDS,
            compression=list(COMPRESSION),
            toolkit_description=False,
        )
        if _DOMAIN.fullmatch(self._domain):
            found.add_description(
                f'<oai-identifier xmlns="{_OAI_IDENTIFIER}" '
                'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
                f'xsi:schemaLocation="{_OAI_IDENTIFIER} {_OAI_IDENTIFIER}.xsd">'
                f"<scheme>oai</scheme><repositoryIdentifier>{self._domain}</repositoryIdentifier>"
                f"<delimiter>:</delimiter><sampleIdentifier>{self._name(_NOBODY)}"
                "</sampleIdentifier></oai-identifier>"
            )
        return found

    def listMetadataFormats(self, identifier: str | None = None) -> list[tuple[str, str, str]]:  # noqa: N802 as it is asked for
        """Return (prefix, schema, namespace) of each format; every record goes into all."""
        if identifier is not None:
            self._get(identifier)
        return [(prefix, form.schema, form.namespace) for prefix, form in FORMATS.items()]

    def listSets(self, resumptionToken: str | None = None) -> tuple[Any, None]:  # noqa: N802, N803 as it is asked for
        """Return (setSpec, name, nothing) of every set, all in one page."""
        if resumptionToken is not None:
            raise BadResumptionTokenError("The list of sets is given in one page.")
        self._catch_up()
        specs = {sets.ALL, *self._published.specs()}
        return [(spec, self._set_name(spec), None) for spec in sorted(specs)], None

    def _set_name(self, spec: str) -> str:
        root, _, _ = spec.partition(":")
        name = words(self._site.language)(f"facet.{root}")
        if spec == root:
            return name
        return f"{name}: {self._labels.of(root, spec.rpartition(':')[2], self._site.language)}"

    # ---- records

    def getRecord(self, identifier: str, metadataPrefix: str) -> tuple[Header, Any, Any]:  # noqa: N802, N803 as it is asked for
        """Return (header, metadata, about) of a record."""
        _check(metadataPrefix)
        return self._record(self._get(identifier), metadataPrefix)

    def begin(self, asked: Asked) -> str:
        """Return the instant that an answer bears: no change of before it is told of later."""
        if asked.verb.startswith("List") and not asked["resumptionToken"]:
            return self._catch_up()[1]
        return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    def headers(self, asked: Asked) -> tuple[Iterator[Header], Token | None]:
        """Return a page of ListIdentifiers."""
        _, found, token = self._page(asked)
        return map(self._header, found), token

    def records(self, asked: Asked) -> tuple[Iterator[tuple[Header, Any, Any]], Token | None]:
        """Return a page of ListRecords: (header, metadata, about)."""
        prefix, found, token = self._page(asked)
        return (self._record(told, prefix) for told in found), token

    def _page(self, asked: Asked) -> tuple[str, list[Told], Token | None]:
        if asked["resumptionToken"] or "resumptionToken" in asked.arguments:
            place = self._resumed(asked)
        else:
            place = self._first(asked)
        size = self._settings.size
        span = self._span(place)
        found = self._published.page(span, size + 1)
        if len(found) <= size and not place.until:  # what has changed since the list began
            span = replace(span, until=self._catch_up()[0])
            found = self._published.page(span, size + 1)
        if not found and place.cursor:
            raise BadResumptionTokenError("The rest of the list has changed; ask for it again.")
        if not found:
            raise NoRecordsMatchError("There is no such record.")
        return place.prefix, found[:size], self._token(place, span, found)

    def _first(self, asked: Asked) -> Place:
        """Return where a list begins. Everything that has changed so far has been taken in."""
        prefix, since, until = asked["metadataPrefix"], asked.since, asked.until
        _check(prefix)
        end = self._published.until(until) if until else 0
        if until and not end:
            raise NoRecordsMatchError("There is no record as old as that.")
        return Place(
            verb=asked.verb,
            prefix=prefix,
            set="" if asked["set"] == sets.ALL else asked["set"],
            after=self._published.before(since) if since else 0,
            until=end,
            cursor=0,
            size=0,
            expires=0,
        )

    def _resumed(self, asked: Asked) -> Place:
        given = asked["resumptionToken"]
        place = tokens.read(given, self._secret(), verb=asked.verb, now=time.time())
        if place.after > self._catalogue.store.records.latest():
            raise BadResumptionTokenError("The list is of another state of the catalogue.")
        return place

    def _span(self, place: Place) -> Span:
        return Span(place.set, place.after, place.until or self._published.reached())

    def _token(self, place: Place, span: Span, found: list[Told]) -> Token | None:
        """Return what follows the records of a page; nothing after a list that is one page."""
        size = self._settings.size
        if len(found) <= size:
            return Token("", place.cursor, place.cursor + len(found)) if place.cursor else None
        total = max(place.size or self._published.count(span), place.cursor + len(found))
        expires = int(time.time() + self._settings.token_hours * _HOUR)
        following = replace(
            place,
            after=found[size - 1].seq,
            cursor=place.cursor + size,
            size=total,
            expires=expires,
        )
        text = tokens.write(following, self._secret())
        return Token(text, place.cursor, total, datetime.fromtimestamp(expires, UTC))

    def _catch_up(self) -> tuple[int, str]:
        reached: tuple[int, str] | None = self._published.catch_up(_PATIENCE)
        if reached is None:
            raise BehindError
        return reached

    def _secret(self) -> bytes:
        key: bytes = self._published.key(_KEY)
        return key

    def _get(self, identifier: str) -> Told:
        id_ = identifier.removeprefix(self._name(""))
        if id_ == identifier or not _ID.fullmatch(id_):
            raise IdDoesNotExistError("There is no record of that identifier.")
        told: Told | None = self._published.get(id_)
        if told is not None and not told.at:
            self._catch_up()
            told = self._published.get(id_)
        if told is None:
            raise IdDoesNotExistError("There is no record of that identifier.")
        return told

    def _name(self, id_: str) -> str:
        return f"oai:{self._domain}:{id_}"

    def _header(self, told: Told) -> Header:
        placed = list(sets.lowest(_placed(told.resource)))
        return Header(None, self._name(told.id), _moment(told.at), placed, told.deleted)

    def _record(self, told: Told, prefix: str) -> tuple[Header, Any, Any]:
        header = self._header(told)
        if told.deleted:
            return header, None, None
        language, source = self._site.language, told.source
        listing = Listing(
            # leads to the material, of which this is one description, for ever
            url=self._site.url + addresses.path("resource", language, told.id),
            catalogue=self._site.title,
            home=self._site.url,
            source=self._labels.of("source", source, language),
            harvested=told.added,
            changed=told.changed,
        )
        page = self._site.url + addresses.path("source", language, source)
        metadata = FORMATS[prefix].element(_resource(told.resource), listing)
        return header, metadata, provenance(told, self._sources.get(source), page)


def _check(prefix: str) -> None:
    if prefix not in FORMATS:
        raise CannotDisseminateFormatError(f"The formats are {', '.join(FORMATS)}.")


def _moment(at: str) -> datetime:
    """Return an instant without its time zone, as ``oaipmh`` has them."""
    return datetime.fromisoformat(at.removesuffix("Z"))
