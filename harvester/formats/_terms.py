"""Telling values apart that sources put in one and the same element."""

from __future__ import annotations

from catalog.resource import Concept

_URI = ("http://", "https://", "info:", "urn:")

_ACCESS_URI = (
    "info:eu-repo/semantics/",  # OpenAIRE guidelines up to 3
    "http://purl.org/coar/access_right/",  # OpenAIRE guidelines 4
    "https://purl.org/coar/access_right/",
    "http://purl.org/eprint/accessrights/",  # Eprints access rights, in Dutch DIDL
    "https://purl.org/eprint/accessrights/",
)
_ACCESS_WORDS = frozenset(
    {
        "openaccess",
        "embargoedaccess",
        "restrictedaccess",
        "closedaccess",
        "metadataonlyaccess",
    }
)
_EMBARGO_END = "info:eu-repo/date/embargoend/"


def is_uri(said: str) -> bool:
    """Tell whether ``said`` is a URI of a scheme in which terms are named."""
    return ":" in said and said.lower().startswith(_URI) and " " not in said


def is_access_term(said: str) -> bool:
    """Tell whether a rights statement says who can reach the material."""
    said = said.lower()
    return said.startswith(_ACCESS_URI) or said.replace(" ", "") in _ACCESS_WORDS


def embargo_end(said: str) -> str:
    """Return the date in ``info:eu-repo/date/embargoEnd/2030-01-31``, or ""."""
    return said[len(_EMBARGO_END) :] if said.lower().startswith(_EMBARGO_END) else ""


def concept(said: str, scheme: str = "", language: str = "") -> Concept:
    """Return ``said`` as a concept: the id of one where it is a URI, else its label."""
    if is_uri(said):
        return Concept(id=said, scheme=scheme)
    return Concept(label=said, scheme=scheme, language=language)
