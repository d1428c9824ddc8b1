"""Common Cartridge: materials as one file of web links, which a learning environment imports.

A cartridge is a zip with ``imsmanifest.xml``: what is in it, in which order, and how it is
described. Full cartridges have a page of HTML that names sources and licences; a thin one has no
room for pages, and links to that of the catalogue instead.

The same materials in the same words give the same bytes, so that nothing is imported or cached
twice for nothing.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence

from catalog.export.cartridge import credit, manifest
from catalog.export.cartridge.links import Contents, linked
from catalog.export.cartridge.versions import VERSIONS, Version
from catalog.export.cartridge.words import in_words
from catalog.export.elements import document
from catalog.export.reading_list import Listed

__all__ = ["VERSIONS", "Contents", "Version", "cartridge"]

_EPOCH = (1980, 1, 1, 0, 0, 0)  # the first moment that a zip knows
_UNIX = 3  # what zips made elsewhere than on Windows say of who made them
_PLAIN_FILE = 0o100644 << 16


def cartridge(
    listed: Sequence[Listed], version: Version, contents: Contents, language: str
) -> bytes:
    """Return materials as a cartridge, in their order; words of ours are in nl or en.

    A material without a web address is linked to by its DOI or handle, else to its page in the
    catalogue; one that has none of these is left out, and the description says how many are.
    """
    words = in_words(language)
    links = linked(listed, language)
    described = credit.describe(links, contents, words, left_out=len(listed) - len(links))
    files: list[tuple[str, bytes]] = [
        (manifest.NAME, document(manifest.element(links, described, version)))
    ]
    if not version.thin:
        files += [(link.file, document(manifest.web_link(link, version))) for link in links]
        files.append((described.page, credit.page(links, described)))
    return _zipped(files)


def _zipped(files: Sequence[tuple[str, bytes]]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in files:
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.create_system = _UNIX
            entry.external_attr = _PLAIN_FILE
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    return packed.getvalue()
