"""What goes out is valid by the schemas that others check it with.

The schemas may not be passed on with the project, so these tests read them beside the samples.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from described import FIXTURES, LISTING, spoilt
from lxml import etree

from catalog.export import UNLISTED, dublin_core, nl_lom
from catalog.resource import LearningResource

#: Where the schemas that the others import by address are.
PLACES = {
    "simpledc20021212.xsd": "dc/simpledc20021212.xsd",
    "xml.xsd": "dc/xml.xsd",
    "ccv1p1_imsccauth_v1p1.xsd": "cc/ccv1p1_imsccauth_v1p1.xsd",
    "ccv1p1_lommanifest_v1p0.xsd": "cc/ccv1p1_lommanifest_v1p0.xsd",
    "ccv1p1_lomresource_v1p0.xsd": "cc/ccv1p1_lomresource_v1p0.xsd",
}


class Beside(etree.Resolver):
    """Finds by its last part what a schema imports from the web."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folder = folder

    def resolve(self, url: str | None, public_id: str | None, context: Any) -> Any:  # noqa: ARG002 lxml's
        name = (url or "").rpartition("/")[2]
        return self.resolve_filename(str(self.folder / PLACES[name]), context)


def schema(samples: Path, name: str) -> etree.XMLSchema:
    folder = samples.parent / "schemas"
    if not (folder / name).is_file():
        pytest.skip(f"the schema {name} is not beside the samples")
    parser = etree.XMLParser(no_network=True)
    parser.resolvers.add(Beside(folder))
    return etree.XMLSchema(etree.fromstring((folder / name).read_bytes(), parser))


def records() -> list[LearningResource]:
    clean: list[LearningResource] = [one.values[0] for one in FIXTURES]
    nothing = LearningResource(source="s", identifier="i")
    return [*clean, *map(spoilt, clean), nothing]


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("oai-pmh/oai_dc.xsd", dublin_core.element),
        ("ims-md/imsmd_v1p2p4.xsd", nl_lom.element),
        ("ims-md/imsmd_v1p2p4.xsd", lambda r: nl_lom.element(r, LISTING)),
        ("ims-md/imsmd_v1p2p4.xsd", lambda r: nl_lom.element(r, UNLISTED)),
    ],
)
def test_samples_beside_schemas_whatever_is_in_a_record_its_export_is_valid(
    samples: Path, name: str, make: Callable[[LearningResource], Any]
) -> None:
    judge = schema(samples, name)
    for r in records():
        # As bytes, so that what cannot be written or read again is found as well.
        written = etree.fromstring(etree.tostring(make(r)))
        judge.assertValid(written)
