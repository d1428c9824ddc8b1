"""What belongs to the page of a material, as typed links (FAIR Signposting Profile, level 2).

The header of a page has those that fit (RFC 8288). A set of links has all of them, and those that
lead back to the page (RFC 9264).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from urllib.parse import quote

import msgspec
from msgspec import Struct

from catalog.export import amb, dublin_core, schema_org
from catalog.export.addresses import address
from catalog.export.forms import FORMS
from catalog.export.nl_lom.values import NAMESPACE as LOM
from catalog.resource import Agent, LearningResource
from webapp.addresses import web_url

#: Forms that share their media type with another -> the profile (RFC 6906) that tells them apart.
_PROFILES = {
    "dublin-core": dublin_core.NAMESPACE,
    "nl-lom": LOM,
    "schema-org": schema_org.CONTEXT,
    "amb": amb.CONTEXT,
}
_RESOLVABLE = ("doi", "handle")
_MEDIA_TYPE = re.compile(r"[a-z]+/[a-z0-9!#$&^_.+-]+")  # RFC 6838, 4.2
_BACK = {"item": "collection", "describedby": "describes"}
_MOST = 3000  # characters of a header: servers in between take 4 KB, with all other headers
_LONGEST = 500  # characters of an address in a header


class Target(Struct, frozen=True, omit_defaults=True):
    """Where a link leads, as RFC 9264 (4.2.3) has it: an address in ASCII, and what is there."""

    href: str
    type: str = ""
    profile: tuple[str, ...] = ()


class Link(Struct, frozen=True):
    """A typed link; ``anchor`` is the address of what has it."""

    anchor: str
    relation: str
    target: Target


class LinkSet(Struct, frozen=True):
    """A form of all links of a page."""

    media_type: str
    suffix: str
    write: Callable[[Iterable[Link]], bytes]


def header(resource: LearningResource, page: str, lasting: str) -> str:
    """Return the links of a page as the value of its header, without those for which is no room.

    ``lasting`` is the address by which the catalogue names the material in every language.
    """
    return _joined(_from_page(resource, page, lasting))


def header_of_form(page: str) -> str:
    """Return the same for a form of what is on a page."""
    return _joined([("describes", Target(_ascii(page), "text/html")), *_sets(page)])


def every(resource: LearningResource, page: str, lasting: str) -> list[Link]:
    """Return the links of a page, and those that lead back to it."""
    here = _ascii(page)
    found = [Link(here, *each) for each in _from_page(resource, page, lasting)]
    back = Target(here, "text/html")
    returning = [
        Link(each.target.href, _BACK[each.relation], back)
        for each in found
        if each.relation in _BACK
    ]
    return found + returning


def _from_page(resource: LearningResource, page: str, lasting: str) -> Iterator[tuple[str, Target]]:
    """Yield relations and targets: what every page has, then what may be left out of a header."""
    yield "cite-as", Target(_ascii(lasting))
    yield "type", Target("https://schema.org/LearningResource")
    yield "type", Target("https://schema.org/AboutPage")
    yield from _sets(page)
    for name, form in FORMS.items():
        profile = (_PROFILES[name],) if name in _PROFILES else ()
        media_type = form.media_type.partition(";")[0]
        yield "describedby", Target(_ascii(page + form.suffix), media_type, profile)
    yield from _links("license", [resource.licence_url])
    yield from _links("item", [resource.url], _media_type(resource))
    names = [address(name) for name in resource.identifiers if name.scheme in _RESOLVABLE]
    yield from _links("related", names)  # its publisher's names, which lead to no page of ours
    yield from _links("author", map(_id, resource.creators))


def _sets(page: str) -> Iterator[tuple[str, Target]]:
    for each in LINK_SETS.values():
        yield "linkset", Target(_ascii(page + each.suffix), each.media_type)


def _links(
    relation: str, urls: Iterable[str], media_type: str = ""
) -> Iterator[tuple[str, Target]]:
    for url in dict.fromkeys(filter(web_url, urls)):
        yield relation, Target(_ascii(url), media_type)


def _id(agent: Agent) -> str:
    return next(filter(web_url, agent.ids), "")


def _media_type(resource: LearningResource) -> str:
    """Return the one media type that a material has, or ""."""
    said = resource.media_types
    return said[0] if len(said) == 1 and _MEDIA_TYPE.fullmatch(said[0]) else ""


def _ascii(url: str) -> str:
    """Return an address as a URI, in which nothing ends the address or a quoted string."""
    return quote(url, safe="%/:=&?~#+!$,;'@()*[]", errors="replace")


def _joined(links: Iterable[tuple[str, Target]]) -> str:
    said, room = [], _MOST
    for relation, target in links:
        written = _written(relation, target)
        if len(target.href) <= _LONGEST and len(written) <= room:
            said.append(written)
            room -= len(written) + 2
    return ", ".join(said)


def _written(relation: str, target: Target) -> str:
    """Return a link as RFC 8288 (3) writes it."""
    said = {"rel": relation, "type": target.type, "profile": " ".join(target.profile)}
    return f"<{target.href}>" + "".join(f'; {k}="{v}"' for k, v in said.items() if v)


def _text(links: Iterable[Link]) -> bytes:
    """Return links as RFC 9264, 4.1 has them."""
    said = (f'{_written(each.relation, each.target)}; anchor="{each.anchor}"' for each in links)
    return ",\n".join(said).encode()


def _json(links: Iterable[Link]) -> bytes:
    """Return links as RFC 9264, 4.2 has them: what shares an anchor, and a relation, together."""
    contexts: dict[str, dict[str, list[Target]]] = {}
    for each in links:
        contexts.setdefault(each.anchor, {}).setdefault(each.relation, []).append(each.target)
    said = [{"anchor": anchor, **targets} for anchor, targets in contexts.items()]
    return msgspec.json.encode({"linkset": said})


LINK_SETS = {
    "linkset": LinkSet("application/linkset+json", ".linkset.json", _json),
    "linkset-text": LinkSet("application/linkset", ".linkset", _text),
}
