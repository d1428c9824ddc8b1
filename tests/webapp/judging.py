"""The schemas of others, where they are beside us, as one that judges whatever they describe."""

from __future__ import annotations

from pathlib import Path

from lxml import etree

_OAI = "http://www.openarchives.org/OAI/2.0/"
_SCHEMAS = {
    _OAI: "oai-pmh/OAI-PMH.xsd",
    f"{_OAI}oai_dc/": "oai-pmh/oai_dc.xsd",
    f"{_OAI}oai-identifier": "oai-pmh/oai-identifier.xsd",
    f"{_OAI}provenance": "oai-pmh/provenance.xsd",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#": "oai-pmh/rdf.xsd",
    "http://www.imsglobal.org/xsd/imsmd_v1p2": "ims-md/imsmd_v1p2p4.xsd",
}


class Beside(etree.Resolver):
    """Finds by its last part what a schema imports from the web."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.places = {path.name: path for path in folder.glob("*/*.xsd")}

    def resolve(self, url: str | None, public_id: str | None, context: object) -> object:  # noqa: ARG002 lxml's
        name = (url or "").rpartition("/")[2]
        return self.resolve_filename(str(self.places[name]), context)  # type: ignore[attr-defined]


def schema(folder: Path) -> etree.XMLSchema | None:
    """Return the schema of what OAI-PMH and its formats say; None where a part is not there."""
    if not all((folder / name).is_file() for name in _SCHEMAS.values()):
        return None
    imports = "".join(
        f'<import namespace="{namespace}" schemaLocation="{name}"/>'
        for namespace, name in _SCHEMAS.items()
    )
    parser = etree.XMLParser(no_network=True)
    parser.resolvers.add(Beside(folder))
    driver = f'<schema xmlns="http://www.w3.org/2001/XMLSchema">{imports}</schema>'
    return etree.XMLSchema(etree.fromstring(driver, parser))
