"""What a learning resource is: the one record type, before and after normalising.

Formats fill the fields in which a source *says* something (``level_terms``, ``rights`` ...); the
normalisers clean those and derive the controlled ones beside them (``levels``, ``licence`` ...),
so that nothing a source said is lost and ``normalise(normalise(r)) == normalise(r)``.

An empty value means "the source does not state it", never "there is none".
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

Openness = Literal["", "open", "restricted", "closed"]
Access = Literal["", "open", "login", "embargoed", "restricted", "closed"]
Cost = Literal["", "free", "paid"]
AgentKind = Literal["", "person", "organisation"]


class Text(Struct, frozen=True, omit_defaults=True, gc=False):
    """A piece of text in a language: a BCP 47 tag, or "" where it is not known."""

    text: str
    language: str = ""


class Agent(Struct, frozen=True, omit_defaults=True, gc=False):
    """A person or organisation, and what it did.

    ``role`` is lower case as the source says it (author, editor, publisher ...). ``ids`` are
    URLs: ``https://orcid.org/...``, ``https://isni.org/isni/...``, ``https://ror.org/...``.
    """

    name: str
    kind: AgentKind = ""
    role: str = ""
    ids: tuple[str, ...] = ()
    affiliation: str = ""


class Concept(Struct, frozen=True, omit_defaults=True, gc=False):
    """A value as a source says it: from a vocabulary (``scheme``, ``id``), or only a label."""

    id: str = ""
    label: str = ""
    scheme: str = ""
    language: str = ""


class Identifier(Struct, frozen=True, omit_defaults=True, gc=False):
    """A name of the material that is the same everywhere.

    ``scheme`` is doi, isbn, issn, handle, urn, uri, or "" for one that only its maker knows.

    Values are bare and canonical: ``10.1000/182``, 13 digits, ``1234-567X``.
    """

    value: str
    scheme: str = ""


class Date(Struct, frozen=True, omit_defaults=True, gc=False):
    """A date, as precise as is known.

    ``value``: ``2019``, ``2019-03``, ``2019-03-01`` or an instant in UTC,
    ``2019-03-01T12:00:00Z``. ``kind``: created, issued, modified, available, valid.
    """

    value: str
    kind: str = ""


class Relation(Struct, frozen=True, omit_defaults=True, gc=False):
    """A tie to another material.

    ``kind`` is a Dublin Core name in lower case: ispartof, haspart, isbasedon, isversionof,
    hasversion, isformatof, hasformat, replaces, isreplacedby, references, requires,
    istranslationof, relation. ``target`` is a URL or other identifier, or "".
    """

    kind: str
    target: str = ""
    title: str = ""


class LearningResource(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """One description of one learning material by one source."""

    source: str  # name of the source in config.toml
    identifier: str  # the source's own identifier of the record

    titles: tuple[Text, ...] = ()
    descriptions: tuple[Text, ...] = ()
    keywords: tuple[Text, ...] = ()

    creators: tuple[Agent, ...] = ()
    contributors: tuple[Agent, ...] = ()
    publishers: tuple[Agent, ...] = ()
    providers: tuple[Agent, ...] = ()  # who offers it: repository, library, hub

    identifiers: tuple[Identifier, ...] = ()
    url: str = ""  # where the material itself is
    thumbnail: str = ""

    languages: tuple[str, ...] = ()  # of the material, BCP 47
    language_detected: bool = False  # True: not stated; told from title and description

    level_terms: tuple[Concept, ...] = ()  # educational level and context, as said
    levels: tuple[str, ...] = ()  # codes of vocabulary "level": vmbo, mbo-4, hbo-bachelor ...
    type_terms: tuple[Concept, ...] = ()  # learning resource type, as said
    types: tuple[str, ...] = ()  # codes of vocabulary "type" (HCRT): video, textbook ...
    subjects: tuple[Concept, ...] = ()  # what it is about, as said
    disciplines: tuple[str, ...] = ()  # codes of vocabulary "discipline", the eleven
    isced: tuple[str, ...] = ()  # ISCED-F 2013 codes, 2 to 4 digits

    rights: tuple[str, ...] = ()  # licence and rights statements, as said: URLs, codes, words
    licence_url: str = ""  # canonical
    licence: str = ""  # SPDX id, or "" where it has none
    openness: Openness = ""
    access_terms: tuple[str, ...] = ()  # as said: info:eu-repo, COAR, OpenAccess, login ...
    access: Access = ""
    cost: Cost = ""

    dates: tuple[Date, ...] = ()
    duration: str = ""  # typical learning or playing time, ISO 8601: PT1H30M
    media_types: tuple[str, ...] = ()  # technical format: MIME types; other words as said
    version: str = ""
    status: str = ""
    aggregation: str = ""  # LOM aggregation level 1 to 4
    audience_roles: tuple[str, ...] = ()  # learner, teacher, author, manager, or as said
    age: str = ""  # typical age range: 12-15, 16-
    relations: tuple[Relation, ...] = ()

    access_modes: tuple[str, ...] = ()  # schema.org accessMode: textual, visual, auditory
    accessibility_features: tuple[str, ...] = ()  # schema.org accessibilityFeature
    accessibility_hazards: tuple[str, ...] = ()
    accessibility_summary: str = ""
