"""A material in any form that goes out: by suffix, by ``?format=`` or by what Accept asks for.

The page says in Link headers where everything is (Signposting, FAIR profile level 2), and each
form says which page it describes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from urllib.parse import quote

from flask import Response, request
from msgspec import Struct
from werkzeug.datastructures import MIMEAccept

from catalog.export import Listing
from catalog.export.addresses import address
from catalog.export.forms import FORMS
from catalog.export.reading_list import Listed
from catalog.index import QueryError
from catalog.resource import Agent, LearningResource
from webapp.addresses import Language, web_url

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

_BY_SUFFIX = sorted(((form.suffix, name) for name, form in FORMS.items()), key=lambda s: -len(s[0]))
#: Media type -> form, where several have one the first; what is given to who takes any stands in
#: front. Plain JSON is the one that says most.
_BY_TYPE = {
    "text/html": HTML,
    "application/ld+json": "schema-org",
    "application/json": "schema-org",
    **{form.media_type.partition(";")[0]: name for name, form in reversed(FORMS.items())},
}
_RESOLVABLE = ("doi", "handle")
_AUTHORS = 10  # that are named in headers
_LONGEST = 500  # characters of an address in a header: servers in between take 8 KB in all


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


def asked(also: Collection[str] = ()) -> str:
    """Return the form that the request asks for; HTML above all. Raises QueryError: none of ours.

    ``also`` are names that may be given beside those of forms. What Accept refuses altogether is
    answered in HTML all the same (RFC 9110, 12.4.1).
    """
    named = request.args.get("format", "")
    if named:
        known = (HTML, *FORMS, *also)
        if named not in known:
            raise QueryError(f"format is one of {', '.join(known)}.")
        return named
    accepted = MIMEAccept([(each.partition(";")[0], q) for each, q in request.accept_mimetypes])
    return _BY_TYPE[accepted.best_match(_BY_TYPE, "text/html")]


def answer(form: str, listed: Sequence[Listed], language: Language, name: str) -> Response:
    """Return materials in a form, as a file that is called ``name``."""
    made = FORMS[form]
    response = Response(made.write(listed, language), content_type=made.media_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{quote(name)}{made.suffix}"'
    response.headers["Access-Control-Allow-Origin"] = "*"  # public, and no cookies
    response.headers["X-Robots-Tag"] = "noindex"
    if len(listed) == 1:
        page = _target(listed[0].listing.url)
        response.headers["Link"] = f'{page}; rel="describes"; type="text/html"'
    response.vary.add("Accept")
    return response


def downloads(base: str, labels: Mapping[str, str]) -> tuple[Download, ...]:
    """Return the forms of the page with path ``base``."""
    return tuple(
        Download(name, label, base + FORMS[name].suffix, _type(name))
        for name, label in labels.items()
    )


def sign(response: Response, resource: LearningResource, listing: Listing) -> None:
    """Put into the headers of a page where the material is, who made it, and its other forms."""
    links = [*_about(resource), *_forms(listing.url)]
    response.headers["Link"] = ", ".join(links)
    response.vary.add("Accept")


def _about(resource: LearningResource) -> Iterable[str]:
    yield '<https://schema.org/AboutPage>; rel="type"'
    yield '<https://schema.org/LearningResource>; rel="type"'
    names = [address(name) for name in resource.identifiers if name.scheme in _RESOLVABLE]
    yield from _links("cite-as", names[:1])
    yield from _links("author", _ids(resource.creators)[:_AUTHORS])
    yield from _links("license", [resource.licence_url])
    yield from _links("item", [resource.url])


def _forms(page: str) -> Iterable[str]:
    for name, form in FORMS.items():
        yield f'{_target(page + form.suffix)}; rel="describedby"; type="{_type(name)}"'


def _ids(agents: Iterable[Agent]) -> list[str]:
    found = (next(filter(None, map(web_url, agent.ids)), "") for agent in agents)
    return list(dict.fromkeys(filter(None, found)))


def _links(relation: str, urls: Iterable[str]) -> Iterable[str]:
    for url in urls:
        if web_url(url) and len(url) <= _LONGEST:
            yield f'{_target(url)}; rel="{relation}"'


def _target(url: str) -> str:
    """Return an address as a header may hold it: in ASCII, and nothing that ends it."""
    safe = quote(url, safe="%/:=&?~#+!$,;'@()*[]", errors="replace")
    return f"<{safe}>"


def _type(form: str) -> str:
    return FORMS[form].media_type.partition(";")[0]
