"""A reader of cartridges that knows the standard and nothing of who writes them.

Its names of namespaces and types are typed over from the standard, version by version.
"""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any
from urllib.parse import urlsplit

from lxml import etree
from msgspec import Struct

#: Version -> namespaces of the manifest, of web links and of LOM; schema and its version.
TOLD = {
    "cc1.1": (
        "http://www.imsglobal.org/xsd/imsccv1p1/imscp_v1p1",
        "http://www.imsglobal.org/xsd/imsccv1p1/imswl_v1p1",
        "http://ltsc.ieee.org/xsd/imsccv1p1/LOM/manifest",
        "IMS Common Cartridge",
        "1.1.0",
        "imswl_xmlv1p1",
    ),
    "cc1.3": (
        "http://www.imsglobal.org/xsd/imsccv1p3/imscp_v1p1",
        "http://www.imsglobal.org/xsd/imsccv1p3/imswl_v1p3",
        "http://ltsc.ieee.org/xsd/imsccv1p3/LOM/manifest",
        "IMS Common Cartridge",
        "1.3.0",
        "imswl_xmlv1p3",
    ),
    "thincc": (
        "http://www.imsglobal.org/xsd/imsccv1p3/imscp_v1p1",
        "http://www.imsglobal.org/xsd/imsccv1p3/imswl_v1p3",
        "http://ltsc.ieee.org/xsd/imsccv1p3/LOM/manifest",
        "IMS Thin Common Cartridge",
        "1.3.0",
        "imswl_xmlv1p3",
    ),
}
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
_TARGETS = {"_blank"}


class Opened(Struct):
    """A cartridge as a learning environment sees it; ``links`` are titles and addresses."""

    name: str
    files: dict[str, bytes]
    manifest: Any
    title: str
    description: str
    rights: str
    folder: str
    links: list[tuple[str, str]]
    page: bytes

    def lom(self, path: str, below: Any = None) -> list[str]:
        """Return the texts at a path of LOM elements, about all of it or about an item."""
        steps = "/".join(f"{{{TOLD[self.name][2]}}}{step}" for step in path.split("/"))
        root = self.manifest.find("{*}metadata") if below is None else below
        return [one.text or "" for one in root.iterfind(f".//{steps}")]

    @property
    def items(self) -> list[Any]:
        """The items that link to a material or page, in their order."""
        return [one for one in self.manifest.iter("{*}item") if one.get("identifierref")]


def opened(data: bytes, name: str) -> Opened:
    """Return a cartridge, after holding it to all that the standard asks of its parts."""
    content, space, lom, schema, version, kind = TOLD[name]
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        files = {entry.filename: archive.read(entry) for entry in archive.infolist()}
        assert len(files) == len(archive.infolist())
    manifest: Any = etree.fromstring(files["imsmanifest.xml"])
    assert manifest.tag == f"{{{content}}}manifest"
    assert manifest.nsmap[None] == content
    told = [manifest.findtext(f"{{{content}}}metadata/{{{content}}}{each}")
            for each in ("schema", "schemaversion")]  # fmt: skip
    assert told == [schema, version]
    ids = [one.get("identifier") for one in manifest.iter() if one.get("identifier") is not None]
    assert len(set(ids)) == len(ids)
    assert all(map(_NAME.fullmatch, ids))
    resources = {one.get("identifier"): one for one in manifest.iter(f"{{{content}}}resource")}
    (tree,) = manifest.iter(f"{{{content}}}organization")
    assert tree.get("structure") == "rooted-hierarchy"
    (root,) = tree.iterchildren(f"{{{content}}}item")
    assert root.get("identifierref") is None
    (folder,) = root.iterchildren(f"{{{content}}}item")
    items = list(folder.iterchildren(f"{{{content}}}item"))
    assert [item.get("identifierref") for item in items] == list(resources)
    mentioned = {"imsmanifest.xml"}
    links, page = [], b""
    for item in items:
        resource = resources[item.get("identifierref")]
        parts = [file.get("href") for file in resource.iterchildren(f"{{{content}}}file")]
        mentioned.update(parts)
        if resource.get("type") == "webcontent":
            assert resource.get("href") == parts[0]
            page = files[parts[0]]
            continue
        assert resource.get("type") == kind
        assert resource.get("href") is None
        if name == "thincc":
            assert not parts
            (link,) = resource.iterchildren(f"{{{space}}}webLink")
        else:
            assert len(parts) == 1
            link = etree.fromstring(files[parts[0]])
        links.append(_link(link, space, item.findtext(f"{{{content}}}title")))
    assert mentioned == set(files)
    about = manifest.find(f"{{{content}}}metadata/{{{lom}}}lom")
    paths = ("general/title", "general/description", "rights/description")
    said = ["/".join(f"{{{lom}}}{step}" for step in f"{path}/string".split("/")) for path in paths]
    title, description, rights = (about.findtext(path) for path in said)
    folder_title = folder.findtext(f"{{{content}}}title")
    return Opened(
        name, files, manifest, title, description, rights, folder_title, links, page
    )  # fmt: skip


def _link(link: Any, space: str, title: str) -> tuple[str, str]:
    assert link.tag == f"{{{space}}}webLink"
    assert link.findtext(f"{{{space}}}title") == title
    (url,) = link.iterchildren(f"{{{space}}}url")
    assert url.get("target") in _TARGETS
    href = url.get("href")
    assert href.isascii()
    assert href.isprintable()
    assert " " not in href
    parts = urlsplit(href)
    assert parts.scheme in ("http", "https")
    assert parts.hostname
    assert 0 < len(title) <= 255
    return title, href
