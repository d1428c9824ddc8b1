"""What there is to describe: a catalogue, its dump, its services, its sources."""

from __future__ import annotations

from msgspec import Struct

from catalog.dump.manifest import Manifest

#: Texts by language.
Texts = tuple[tuple[str, str], ...]


class Service(Struct, frozen=True):
    """A way of asking, called ``key``; ``description`` is where it describes itself, or ""."""

    key: str
    title: str
    endpoint: str
    description: str
    conforms_to: str


class Part(Struct, frozen=True):
    """What one source has; ``page`` is about it.

    ``listing`` is where all of it can be had, and ``via`` the service that gives it; or both "".
    """

    name: str
    title: str
    about: Texts
    homepage: str
    page: str
    listing: str
    via: str


class Offer(Struct, frozen=True, kw_only=True):
    """Everything that is described; ``base`` is the address of the description, without an ending.

    What may be "" is left out: ``publisher_home``, ``licence``. ``dump`` is the newest, whose files
    are below ``files``, and None where there is none.
    """

    base: str
    home: str
    page: str  # about the data, for people
    title: str
    about: Texts
    records: tuple[Texts, Texts]  # title and description of the datasets
    deletes: tuple[Texts, Texts]
    publisher: str
    publisher_home: str
    contact: str
    licence: str
    dump: Manifest | None
    files: str
    services: tuple[Service, ...]
    parts: tuple[Part, ...]
