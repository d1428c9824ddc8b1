"""A feed and its entries, before they are Atom or RSS."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from webapp.addresses import Language

#: Where a search answers as a feed, how much of it there is (OpenSearch 1.1, response elements).
OPENSEARCH = "http://a9.com/-/spec/opensearch/1.1/"


class Feed(Struct, frozen=True, kw_only=True):
    """The envelope; ``page`` is the same for people, and ``here`` the feed itself, as addresses.

    ``links`` are those to its other pages (RFC 5005) by relation, ``counts`` the elements of
    OpenSearch by name. ``updated`` is an instant, or "".
    """

    id: str
    title: str
    author: str
    updated: str
    page: str
    here: str
    language: Language
    links: Mapping[str, str] = {}
    counts: Mapping[str, int] = {}


class Category(Struct, frozen=True):
    """A code of a vocabulary, ``scheme``, and what it is called in the language of the feed."""

    term: str
    scheme: str
    label: str


class Entry(Struct, frozen=True, kw_only=True):
    """A material; languages are "" where they are the feed's own, or not known.

    ``id`` is the same in every feed that has the material. Instants and addresses may be "".
    """

    id: str
    title: str
    title_language: str
    updated: str
    published: str
    page: str
    authors: tuple[str, ...]
    categories: tuple[Category, ...]
    rights: str
    summary: str
    summary_language: str
    via: str  # where the material itself is
    licence: str  # its address
