"""What a catalogue has for machines, in DCAT 3 by the profile DCAT-AP 3: datasets, files, services.

The catalogue is a resource by the address of this description, and everything in it one below that
(``#records``), so that descriptions of today and tomorrow speak of the same. Deletes are a dataset
of their own: the files of a dataset are to say the same in other forms (DCAT 3, 6.7).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from rdflib import RDF, XSD, BNode, Graph, Literal, URIRef
from rdflib.term import Node

from catalog.dump.manifest import DELETES, File, Manifest
from catalog.export.dcat.offer import Offer, Part, Service, Texts
from catalog.export.dcat.terms import (
    DCAT,
    DCT,
    EDUCATION,
    EU,
    FOAF,
    FORMS,
    IANA,
    KEYWORDS,
    LANGUAGES,
    PREFIXES,
    SPDX,
    VCARD,
    Pairs,
    address,
    instant,
    made,
    texts,
)


def graph(offer: Offer) -> Graph:
    """Return the description. What is no address is left out where one belongs."""
    return _Description(offer).graph


def write(found: Graph, form: str) -> bytes:
    """Return a graph in a form that RDFLib knows: turtle, json-ld or pretty-xml."""
    prefixes = {prefix: str(namespace) for prefix, namespace in PREFIXES.items()}
    more: dict[str, Any] = {"context": prefixes} if form == "json-ld" else {}
    written: bytes = found.serialize(format=form, encoding="utf-8", **more)
    return written


class _Description:
    def __init__(self, offer: Offer) -> None:
        self.graph = Graph(bind_namespaces="core")
        for prefix, namespace in PREFIXES.items():
            self.graph.bind(prefix, namespace, override=True, replace=True)
        self._offer = offer
        self._catalogue = URIRef(offer.base)
        self._agents()
        self._catalogue_itself()
        self._records()
        if offer.dump:
            self._deletes(offer.dump)
        for part in offer.parts:
            self._part(part)
        for service in offer.services:
            self._service(service)

    def _say(self, node: Node, kind: URIRef, pairs: Pairs) -> None:
        self.graph.add((node, RDF.type, kind))
        for name, value in pairs:
            if value is not None:
                self.graph.add((node, name, value))

    def _at(self, fragment: str) -> URIRef:
        return URIRef(f"{self._catalogue}#{fragment}")

    def _shared(self) -> Pairs:
        """Yield what holds for the catalogue and for each dataset and service in it."""
        yield DCT.publisher, self._at("publisher")
        yield DCAT.contactPoint, self._at("contact")
        yield DCT.license, self._licence()

    def _licence(self) -> URIRef | None:
        licence = address(self._offer.licence)
        if licence:
            self.graph.add((licence, RDF.type, DCT.LicenseDocument))
        return licence

    def _agents(self) -> None:
        offer, name = self._offer, Literal(self._offer.publisher)
        home = address(offer.publisher_home)
        self._say(self._at("publisher"), FOAF.Agent, [(FOAF.name, name), (FOAF.homepage, home)])
        mail = URIRef("mailto:" + quote(offer.contact, safe="@.+-_"))
        self._say(self._at("contact"), VCARD.Kind, [(VCARD.fn, name), (VCARD.hasEmail, mail)])

    def _catalogue_itself(self) -> None:
        offer = self._offer
        self._say(
            self._catalogue,
            DCAT.Catalog,
            [
                (DCT.title, Literal(offer.title)),
                *((DCT.description, each) for each in texts(offer.about)),
                *self._shared(),
                (FOAF.homepage, address(offer.home)),
                (DCAT.themeTaxonomy, EU["data-theme"]),
                (DCT.modified, instant(offer.dump)),
                *((DCT.language, language) for language in LANGUAGES.values()),
            ],
        )

    def _dataset(self, key: str, title: Iterable[Literal], about: Texts, more: Pairs) -> URIRef:
        node = self._at(key)
        pairs = [
            *((DCT.title, each) for each in title),
            *((DCT.description, each) for each in texts(about)),
            *self._shared(),
            (DCT.identifier, Literal(str(node), datatype=XSD.anyURI)),
            (DCT.accessRights, EU["access-right/PUBLIC"]),
            (DCAT.theme, EDUCATION),
            *((DCAT.keyword, Literal(word, lang=language)) for language, word in KEYWORDS),
            *((DCT.language, language) for language in LANGUAGES.values()),
            *more,
        ]
        self._say(node, DCAT.Dataset, pairs)
        self.graph.add((self._catalogue, DCAT.dataset, node))
        return node

    def _records(self) -> None:
        offer, dump = self._offer, self._offer.dump
        title, about = offer.records
        more = [(DCAT.landingPage, address(offer.page)), *made(dump)]
        node = self._dataset("records", texts(title), about, more)
        if dump:
            for file in dump.files:
                if file.name != DELETES:
                    self._file(node, dump, file)
        for service in offer.services:
            self._served(node, f"by-{service.key}", service, service.endpoint)

    def _deletes(self, dump: Manifest) -> None:
        title, about = self._offer.deletes
        more = [(DCAT.landingPage, address(self._offer.page)), *made(dump)]
        node = self._dataset("deletes", texts(title), about, more)
        self.graph.add((node, DCT.relation, self._at("records")))
        if file := dump.file(DELETES):
            self._file(node, dump, file)

    def _part(self, part: Part) -> None:
        more = [
            (DCAT.landingPage, address(part.page)),
            (DCT.isPartOf, self._at("records")),
            (DCT.source, address(part.homepage)),
        ]
        key = f"source-{part.name}"
        node = self._dataset(key, [Literal(part.title)], part.about, more)
        for service in self._offer.services:
            if service.key == part.via:
                self._served(node, f"{key}-by-{service.key}", service, part.listing)

    def _file(self, dataset: URIRef, dump: Manifest, file: File) -> None:
        media_type, form, standard = FORMS.get(file.name, ("", "", ""))
        checksum = BNode()
        digest = Literal(file.sha256, datatype=XSD.hexBinary)
        self._say(
            checksum,
            SPDX.Checksum,
            [(SPDX.algorithm, SPDX.checksumAlgorithm_sha256), (SPDX.checksumValue, digest)],
        )
        self._distribution(
            dataset,
            file.name,
            [
                (DCT.title, Literal(file.name)),
                (DCAT.accessURL, address(self._offer.page)),
                (DCAT.downloadURL, address(self._offer.files + file.name)),
                (DCAT.byteSize, Literal(file.size, datatype=XSD.nonNegativeInteger)),
                (SPDX.checksum, checksum),
                (DCAT.mediaType, IANA[media_type] if media_type else None),
                (DCAT.compressFormat, IANA["application/gzip"]),
                (DCT["format"], EU[f"file-type/{form}"] if form else None),
                (DCT.conformsTo, self._standard(standard)),
                (DCT.issued, instant(dump)),
            ],
        )

    def _served(self, dataset: URIRef, key: str, service: Service, url: str) -> None:
        """Say that a service gives a dataset, from an address on."""
        self._distribution(
            dataset,
            key,
            [
                (DCT.title, Literal(service.title)),
                (DCAT.accessURL, address(url)),
                (DCAT.accessService, self._at(service.key)),
            ],
        )

    def _distribution(self, dataset: URIRef, key: str, pairs: Pairs) -> None:
        node = self._at(key)
        self._say(node, DCAT.Distribution, [*pairs, (DCT.license, self._licence())])
        self.graph.add((dataset, DCAT.distribution, node))

    def _service(self, service: Service) -> None:
        node = self._at(service.key)
        self._say(
            node,
            DCAT.DataService,
            [
                (DCT.title, Literal(f"{self._offer.title}: {service.title}")),
                *self._shared(),
                (DCT.accessRights, EU["access-right/PUBLIC"]),
                (DCAT.theme, EDUCATION),
                (DCAT.endpointURL, address(service.endpoint)),
                (DCAT.endpointDescription, address(service.description)),
                (DCT.conformsTo, self._standard(service.conforms_to)),
                (DCAT.servesDataset, self._at("records")),
            ],
        )
        self.graph.add((self._catalogue, DCAT.service, node))

    def _standard(self, url: str) -> URIRef | None:
        node = address(url)
        if node:
            self.graph.add((node, RDF.type, DCT.Standard))
        return node
