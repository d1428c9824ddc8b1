"""The manifest of a cartridge, and the file of one web link.

What is asked of it by who reads it: Moodle wants the namespace of the manifest as the default one,
within its first 1,024 bytes, and the manifest valid; Moodle and Canvas make a section or module
of each item just below the root, so that all links are in one folder; Canvas takes every title in
a folder for a heading, and none in a link.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lxml.etree import Element, SubElement

from catalog.export.cartridge import lom
from catalog.export.cartridge.credit import Described, credit
from catalog.export.cartridge.links import Link, plain, web
from catalog.export.cartridge.versions import Version
from catalog.export.elements import SCHEMA_LOCATION, XSI, add

NAME = "imsmanifest.xml"

_KEYWORDS = 20
#: Moodle puts the title of a section into XML as it is.
_PLAIN = str.maketrans({"&": "+", "<": "(", ">": ")"})


def element(links: Sequence[Link], described: Described, version: Version) -> Any:
    """Return the manifest; of a thin cartridge, with the links in it."""
    manifest = Element(
        f"{{{version.content}}}manifest",
        {"identifier": f"cartridge-{described.id}", SCHEMA_LOCATION: _locations(version)},
        nsmap={
            None: version.content,
            "lomm": version.lom,
            "lomr": version.lom_resource,
            "xsi": XSI,
        },
    )
    made = _Maker(version)
    made.metadata(manifest, described)
    made.organizations(manifest, links, described)
    resources = made.add(manifest, "resources")
    for link in links:
        made.resource(resources, link)
    made.sources(resources, described)
    return manifest


def web_link(link: Link, version: Version) -> Any:
    """Return the file of a link, which opens in a new window."""
    location = {SCHEMA_LOCATION: _location(version, version.web_link)}
    return _web_link(version, link.title, link.href, location)


def _web_link(version: Version, title: str, href: str, attributes: dict[str, str]) -> Any:
    space = version.web_link
    made = Element(f"{{{space}}}webLink", attributes, nsmap={None: space, "xsi": XSI})
    add(made, f"{{{space}}}title", title)
    SubElement(made, f"{{{space}}}url", {"href": href, "target": "_blank"})
    return made


def _location(version: Version, space: str) -> str:
    return f"{space} {version.locations[space]}"


def _locations(version: Version) -> str:
    there = [version.content, version.lom, version.lom_resource]
    there += [version.web_link] if version.thin else []
    return " ".join(_location(version, space) for space in there)


class _Maker:
    """Makes the parts of a manifest in the namespaces of a version."""

    def __init__(self, version: Version) -> None:
        self.version = version

    def add(self, parent: Any, name: str, text: str = "", **attributes: str) -> Any:
        made = add(parent, f"{{{self.version.content}}}{name}", text)
        made.attrib.update(attributes)
        return made

    def metadata(self, manifest: Any, described: Described) -> None:
        metadata = self.add(manifest, "metadata")
        self.add(metadata, "schema", self.version.schema)
        self.add(metadata, "schemaversion", self.version.schema_version)
        language = described.words.language
        about = lom.About(metadata, self.version)
        if described.url:
            about.identifier(described.url)
        about.text("title", described.title, language)
        about.languages(described.languages or (language,))
        about.text("description", described.description, language)
        for keyword in described.keywords:
            about.text("keyword", keyword, language)
        about.rights(described.rights, language)

    def organizations(self, manifest: Any, links: Sequence[Link], described: Described) -> None:
        tree = self.add(self.add(manifest, "organizations"), "organization")
        name = f"organization-{described.id}"
        tree.attrib.update({"identifier": name, "structure": "rooted-hierarchy"})
        self.add(tree, "title", described.title)
        root = self.add(tree, "item", identifier=f"root-{described.id}")
        folder = self.add(root, "item", identifier=f"folder-{described.id}")
        self.add(folder, "title", described.title.translate(_PLAIN))
        for link in links:
            item = self.add(folder, "item", identifier=f"item-{link.id}", identifierref=link.id)
            self.add(item, "title", link.title)
            self.about(self.add(item, "metadata"), link, described)
        if self.has_sources(described):
            name = self.sources_id(described)
            item = self.add(folder, "item", identifier=f"item-{name}", identifierref=name)
            self.add(item, "title", described.words.sources)

    def about(self, metadata: Any, link: Link, described: Described) -> None:
        """Say of a material what it is and whose; the licence stands here and on the page."""
        r, about = link.resource, lom.About(metadata, self.version)
        if place := web(link.listing.url):
            about.identifier(place)
        for name, texts in (("title", r.titles), ("description", r.descriptions)):
            for text in texts[:1]:
                about.text(name, text.text, text.language)
        about.languages(r.languages)
        for keyword in r.keywords[:_KEYWORDS]:
            about.text("keyword", plain(keyword.text), keyword.language)
        about.rights(credit(link, described.words), described.words.language)

    def resource(self, resources: Any, link: Link) -> None:
        resource = self.add(
            resources, "resource", identifier=link.id, type=self.version.web_link_type
        )
        if self.version.thin:
            resource.append(_web_link(self.version, link.title, link.href, {}))
            return
        if self.version.number == "1p1" and (roles := lom.audience(link.resource)):
            # later versions have other names for roles
            lom.add_audience(self.add(resource, "metadata"), self.version, roles, link.resource)
        self.add(resource, "file", href=link.file)

    def sources(self, resources: Any, described: Described) -> None:
        """Add the page of sources and licences; to a thin cartridge, a link to the catalogue's."""
        if not self.has_sources(described):
            return
        resource = self.add(resources, "resource", identifier=self.sources_id(described))
        if self.version.thin:
            resource.set("type", self.version.web_link_type)
            title, href = described.words.sources, described.url
            resource.append(_web_link(self.version, title, href, {}))
            return
        resource.attrib.update({"type": "webcontent", "href": described.page})
        self.add(resource, "file", href=described.page)

    def has_sources(self, described: Described) -> bool:
        return not self.version.thin or bool(described.url)

    def sources_id(self, described: Described) -> str:
        return f"sources-{described.id}"
