"""A material in any form that goes out: by suffix, by ``?format=`` or by what Accept asks for.

The header of its page says where everything is, as does a set of links, and that of each form says
which page it describes (``signposting``).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from urllib.parse import quote

from flask import Response, request
from msgspec import Struct
from werkzeug.datastructures import MIMEAccept

from catalog.export.forms import FORMS, Form
from catalog.export.reading_list import Listed
from catalog.index import QueryError
from catalog.resource import LearningResource
from webapp import signposting
from webapp.addresses import Language
from webapp.signposting import LINK_SETS, LinkSet

#: What people call the forms that a page offers.
REFERENCES = {"bibtex": "BibTeX", "ris": "RIS", "csl-json": "CSL-JSON"}
DESCRIPTIONS = {
    "schema-org": "JSON-LD",
    "turtle": "Turtle",
    "rdf-xml": "RDF/XML",
    "nl-lom": "NL-LOM",
    "dublin-core": "Dublin Core",
}
HTML = "html"

_ALL: dict[str, Form | LinkSet] = {**FORMS, **LINK_SETS}
_BY_SUFFIX = sorted(((form.suffix, name) for name, form in _ALL.items()), key=lambda s: -len(s[0]))
#: Media type -> form, where several have one the first; what is given to who takes any stands in
#: front. Plain JSON is the one that says most.
_BY_TYPE = {
    "text/html": HTML,
    "application/ld+json": "schema-org",
    "application/json": "schema-org",
    **{form.media_type.partition(";")[0]: name for name, form in reversed(_ALL.items())},
}


class Download(Struct, frozen=True):
    """A form of what is on the page, and where it is."""

    name: str
    label: str
    href: str
    media_type: str


def split(id: str) -> tuple[str, str]:  # noqa: A002 a record's id
    """Return an id without the ending of a form, and the form, or ""."""
    for suffix, name in _BY_SUFFIX:
        if id.endswith(suffix):
            return id.removesuffix(suffix), name
    return id, ""


def suffix(form: str) -> str:
    """Return the ending of a form, "" of the page itself."""
    return _ALL[form].suffix if form in _ALL else ""


def asked(also: Collection[str] = ()) -> str:
    """Return the form that the request asks for; HTML above all. Raises QueryError: none of ours.

    ``also`` are names that may be given beside those of forms. What Accept refuses altogether is
    answered in HTML all the same (RFC 9110, 12.4.1).
    """
    named, known = request.args.get("format", ""), (HTML, *FORMS, *also)
    if named:
        if named not in known:
            raise QueryError(f"format is one of {', '.join(known)}.")
        return named
    accepted = MIMEAccept([(each.partition(";")[0], q) for each, q in request.accept_mimetypes])
    ours = [each for each, name in _BY_TYPE.items() if name in known]
    return _BY_TYPE[accepted.best_match(ours, "text/html")]


def answer(form: str, listed: Sequence[Listed], language: Language, name: str) -> Response:
    """Return materials in a form, as a file that is called ``name``."""
    made = FORMS[form]
    response = _file(made.write(listed, language), made.media_type, name + made.suffix)
    if len(listed) == 1:
        response.headers["Link"] = signposting.header_of_form(listed[0].listing.url)
    return response


def downloads(base: str, labels: Mapping[str, str]) -> tuple[Download, ...]:
    """Return the forms of the page with path ``base``."""
    return tuple(
        Download(name, label, base + FORMS[name].suffix, _type(name))
        for name, label in labels.items()
    )


def link_set(kind: str, listed: Listed, lasting: str, name: str) -> Response:
    """Return all links of the page of a material, which has a ``lasting`` address, as a file."""
    made = LINK_SETS[kind]
    links = signposting.every(listed.resource, listed.listing.url, lasting)
    return _file(made.write(links), made.media_type, name + made.suffix)


def sign(response: Response, resource: LearningResource, page: str, lasting: str) -> None:
    """Put into the header of a page where the material is, who made it, and its other forms."""
    response.headers["Link"] = signposting.header(resource, page, lasting)
    response.vary.add("Accept")


def _file(data: bytes, media_type: str, name: str) -> Response:
    response = Response(data, content_type=media_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{quote(name)}"'
    response.headers["Access-Control-Allow-Origin"] = "*"  # public, and no cookies
    response.headers["X-Robots-Tag"] = "noindex"
    response.vary.add("Accept")
    return response


def _type(form: str) -> str:
    return FORMS[form].media_type.partition(";")[0]
