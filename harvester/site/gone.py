"""Pages that are there no more: told one run, and their records removed by the next that agrees.

A list of them is kept as a page of the harvest is: an identifier a line.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet

from harvester.raw import Page, Raw

#: Media type of such a list.
MEDIA_TYPE = "application/x-gone"
#: Pages that one run remembers to be gone, or asks for because the sitemaps leave them out.
MOST = 1_000


def unpack(body: bytes, *, source: str) -> list[Raw]:
    """Return the raws of a list of what is gone."""
    return [
        Raw(source=source, identifier=gone, url=gone, missing=True, content=b"")
        for gone in body.decode().splitlines()
    ]


def names(
    lost: Iterable[str], among: AbstractSet[str], standing: Mapping[str, Sequence[str]]
) -> list[str]:
    """Return the records of ``lost`` pages; ``standing`` are those of a page, by its address.

    A record that goes by another address than its page's is lost where that is ``among`` what is
    gone as well: else it may live on there.
    """
    found = (name for page in lost for name in standing.get(page, (page,)))
    return [name for name in dict.fromkeys(found) if address(name) in among]


def address(name: str) -> str:
    """Return the address that a record goes by."""
    return name.partition("#")[0]


def page(records: Iterable[str], *, source: str, site: str) -> Page:
    """Return what is kept of ``records`` that are gone."""
    body = "\n".join(records).encode()
    return Page(url=site, body=body, media_type=MEDIA_TYPE, raws=unpack(body, source=source))


def believed(gone: Sequence[str], of: int) -> bool:
    """Tell whether so few of the pages are gone that it is them, and not the site's fault."""
    return len(gone) <= min(MOST, max(1, of // 10))
