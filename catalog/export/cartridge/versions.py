"""Versions of Common Cartridge that go out, and what each calls its parts."""

from __future__ import annotations

from msgspec import Struct

_XSD = "http://www.imsglobal.org/xsd/"
_PROFILE = "http://www.imsglobal.org/profile/cc/"
_LOM = "http://ltsc.ieee.org/xsd/"


class Version(Struct, frozen=True):
    """``number`` is as the names of its schemas have it: ``1p3``.

    A ``thin`` cartridge is one file: its links stand in the manifest, and pages have no place.
    """

    label: str
    schema: str
    schema_version: str
    number: str
    media_type: str
    suffix: str
    thin: bool = False

    @property
    def content(self) -> str:
        """The namespace of the manifest (Content Packaging)."""
        return f"{_XSD}imscc{self._v}/imscp_v1p1"

    @property
    def web_link(self) -> str:
        """The namespace of a web link."""
        return f"{_XSD}imscc{self._v}/imswl_{self._v}"

    @property
    def web_link_type(self) -> str:
        """What a resource is called that is a web link."""
        return f"imswl_xml{self._v}"

    @property
    def lom(self) -> str:
        """The namespace of LOM about the cartridge, and about its items."""
        return f"{_LOM}imscc{self._v}/LOM/manifest"

    @property
    def lom_resource(self) -> str:
        """The namespace of LOM about one resource, of which it lets little be said."""
        return f"{_LOM}imscc{self._v}/LOM/resource"

    @property
    def locations(self) -> dict[str, str]:
        """Where the schema of each namespace is."""
        profile = f"{_PROFILE}cc{self._v}/"
        return {
            self.content: f"{profile}cc{self._v}_imscp_v1p2_v1p0.xsd",
            self.lom: f"{profile}LOM/cc{self._v}_lommanifest_v1p0.xsd",
            self.lom_resource: f"{profile}LOM/cc{self._v}_lomresource_v1p0.xsd",
            self.web_link: f"{profile}cc{self._v}_imswl_{self._v}.xsd",
        }

    @property
    def _v(self) -> str:
        return f"v{self.number}"


#: By the name under which people and programs ask for them; the first is the one most widely read.
VERSIONS = {
    "cc1.1": Version(
        "Common Cartridge 1.1", "IMS Common Cartridge", "1.1.0", "1p1",
        "application/vnd.ims.imsccv1p1", ".imscc",
    ),
    "cc1.3": Version(
        "Common Cartridge 1.3", "IMS Common Cartridge", "1.3.0", "1p3",
        "application/vnd.ims.imsccv1p3", ".cc13.imscc",
    ),
    "thincc": Version(
        "Thin Common Cartridge 1.3", "IMS Thin Common Cartridge", "1.3.0", "1p3",
        "application/vnd.ims.imsccv1p3", ".thin.imscc", thin=True,
    ),
}  # fmt: skip
