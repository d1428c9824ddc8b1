"""The whole: derived fields, defaults of a source, and that a second time changes nothing."""

from __future__ import annotations

import timeit
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from catalog.normalise import Defaults, normalise
from catalog.resource import (
    Agent,
    Concept,
    Date,
    Identifier,
    LearningResource,
    Relation,
    Text,
)
from harvester import formats
from harvester.raw import Raw, xml_parser

DUTCH = "Deze module gaat over de verpleegkundige zorg voor ouderen in het ziekenhuis en thuis."


def record(**said: Any) -> LearningResource:
    return LearningResource(source="test", identifier="oai:test:1", **said)


SMALL = record(
    titles=(Text("Inleiding in de statistiek voor verpleegkundigen", "nl"),),
    descriptions=(Text((DUTCH + " ") * 3 + "Studenten schrijven een verslag.", "nl"),),
    keywords=(Text("statistiek"), Text("verpleegkunde"), Text("onderzoeksvaardigheden")),
    creators=(Agent("Jansen, A.B."), Agent("Vries, C. de")),
    dates=(Date("2019-03-01"),),
    languages=("nl",),
    type_terms=(Concept(label="Text"),),
    identifiers=(Identifier("https://repository.example/item/12345"),),
    rights=("https://creativecommons.org/licenses/by/4.0/",),
)


def test_a_small_record() -> None:
    found = normalise(SMALL)
    assert found.languages == ("nl",)
    assert found.types == ("text",)
    assert found.isced == ("0542", "0913")
    assert found.disciplines == ("exact_informatica", "gezondheid")
    assert (found.licence, found.openness) == ("CC-BY-4.0", "open")
    assert found.licence_url == "https://creativecommons.org/licenses/by/4.0/"
    assert found.url == "https://repository.example/item/12345"
    assert (found.source, found.identifier) == (SMALL.source, SMALL.identifier)


def test_an_address_of_a_licence_that_came_without_rights_is_kept() -> None:
    address = "http://creativecommons.org/licenses/by/4.0"
    found = normalise(record(licence_url=address))
    assert (found.licence, found.licence_url) == ("CC-BY-4.0", address.replace("p:", "ps:") + "/")
    assert normalise(record(licence="MIT")).openness == "open"
    assert normalise(record(licence_url="yes")) == record()  # a statement is no address


def test_nothing_said_gives_nothing() -> None:
    assert normalise(record()) == record()


def test_what_was_said_stays_beside_what_it_means() -> None:
    said = (Concept(label="HBO"), Concept(label="Bachelor"), Concept(label="gevorderd"))
    found = normalise(record(level_terms=said, rights=("CC BY", "(c) 2020 A. Author")))
    assert found.level_terms == said
    assert found.levels == ("hbo-bachelor",)
    assert found.rights == ("CC BY", "(c) 2020 A. Author")
    assert found.openness == "open"


def test_codes_without_terms_are_kept() -> None:
    chosen = record(levels=("wo", "nonsense"), types=("video",), disciplines=("techniek",))
    found = normalise(chosen)
    assert (found.levels, found.types) == (("wo",), ("video",))
    assert found.disciplines == ("techniek",)


def test_codes_beside_terms_are_made_anew() -> None:
    stale = record(
        levels=("wo",),
        level_terms=(Concept(label="mbo"),),
        licence="MIT",
        openness="open",
        rights=("All rights reserved",),
    )
    found = normalise(stale)
    assert found.levels == ("mbo",)
    assert (found.licence, found.licence_url, found.openness) == ("", "", "closed")


@pytest.mark.parametrize(
    ("identifiers", "expected"),
    [
        ((Identifier("10.1234/ABC", "doi"),), "https://doi.org/10.1234/abc"),
        ((Identifier("local-7"), Identifier("https://a.example/7")), "https://a.example/7"),
        ((Identifier("local-7"),), ""),
        ((Identifier("javascript:alert(1)"),), ""),
    ],
)
def test_the_address_is_that_of_an_identifier_where_none_is_said(
    identifiers: tuple[Identifier, ...], expected: str
) -> None:
    assert normalise(record(identifiers=identifiers)).url == expected
    stated = record(identifiers=identifiers, url="https://b.example/x")
    assert normalise(stated).url == "https://b.example/x"


def test_a_language_that_is_not_said_is_told_from_the_words() -> None:
    found = normalise(record(descriptions=(Text(DUTCH),)))
    assert (found.languages, found.language_detected) == (("nl",), True)
    assert normalise(found).language_detected
    said = normalise(record(descriptions=(Text(DUTCH),), languages=("eng",)))
    assert (said.languages, said.language_detected) == (("en",), False)


DEFAULTS = Defaults(licence="CC-BY-SA-4.0", language="nl", level=("mbo",))


def test_defaults_hold_where_nothing_is_said() -> None:
    found = normalise(record(descriptions=(Text(DUTCH),)), defaults=DEFAULTS)
    assert (found.languages, found.language_detected) == (("nl",), False)
    assert found.levels == ("mbo",)
    assert (found.licence, found.openness) == ("CC-BY-SA-4.0", "open")
    assert found.rights == ()  # the record itself still says nothing


def test_defaults_yield_to_what_is_said() -> None:
    said = record(rights=("yes",), languages=("en",), level_terms=(Concept(label="wo"),))
    found = normalise(said, defaults=DEFAULTS)
    assert (found.openness, found.licence) == ("closed", "")
    assert found.languages == ("en",)
    assert found.levels == ("wo",)


# Values as they come, and worse.
UGLY = (
    "", " ", "\x00", "\ufeff", "\ufffe", "\u200b", "<b>", "&amp;amp;lt;", "a, b", "a;b", "/",
    "http://", "TRUE", "<a href='https://creativecommons.org/licenses/by/4.0/'>x</a>", "e\u0301",
    "%", "none", "unknown",
)  # fmt: skip
USUAL = (
    "hbo", "Bachelor", "vwo 5", "K-12", "Video", "text", "kennisclip", "statistiek", "Law", "510",
    "aarde_milieu", "0541", "CC BY", "cc-by-30", "yes", "no", "All rights reserved", "GPL",
    "https://creativecommons.org/licenses/by-nc/3.0/nl/", "http://rightsstatements.org/vocab/InC/1.0/",
    "info:eu-repo/semantics/openAccess", "login", "nl", "eng", "Nederlands", "2019-03", "c2019",
    "PT1H", "90 min", "10.1234/abc", "https://doi.org/10.1234/ABC", "978-90-5789-000-0", "12-15",
    "Jansen, A.B.", "BEGIN:VCARD VERSION:3.0 FN:A. Jansen END:VCARD", "application/pdf", "PDF",
    "teacher", "docent", "captions, transcript", "none", "https://a.example/b?c=1&d=2#e", "3",
    "les", "http://purl.edustandaard.nl/begrippenkader/be140797-803f-4b9e-81cc-5572c711e09c",
    DUTCH,
)  # fmt: skip
SCHEMES = st.sampled_from(("", "ddc", "isced-f", "onix:28", "onix:150", "doi", "uri", "eqf", "x y"))
values = st.one_of(
    st.sampled_from(USUAL),
    st.sampled_from(UGLY),
    st.text(max_size=12),
    st.builds("".join, st.lists(st.sampled_from(UGLY + USUAL), max_size=3)),
)


def some(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(strategy, max_size=3).map(tuple)


texts = some(st.builds(Text, values, st.sampled_from(("", "nl", "eng", "x-none", "zz zz"))))
kinds = st.sampled_from(("", "person"))
roles = st.sampled_from(("", "Author"))
agents = some(st.builds(Agent, values, kinds, roles, some(values)))
ties = some(st.builds(Relation, st.sampled_from(("ispartof", "Is Part Of")), values, values))
concepts = some(st.builds(Concept, values, values, SCHEMES, st.sampled_from(("", "nl"))))
words = some(values)
resources = st.builds(
    LearningResource,
    source=st.just("test"),
    identifier=st.just("1"),
    titles=texts,
    descriptions=texts,
    keywords=texts,
    creators=agents,
    contributors=agents,
    publishers=agents,
    providers=agents,
    identifiers=some(st.builds(Identifier, values, SCHEMES)),
    url=values,
    thumbnail=values,
    languages=words,
    language_detected=st.booleans(),
    level_terms=concepts,
    levels=words,
    type_terms=concepts,
    types=words,
    subjects=concepts,
    disciplines=words,
    isced=words,
    rights=words,
    licence_url=values,
    licence=values,
    access_terms=words,
    dates=some(st.builds(Date, values, st.sampled_from(("", "issued", "Created")))),
    duration=values,
    media_types=words,
    version=values,
    status=values,
    aggregation=values,
    audience_roles=words,
    age=values,
    relations=ties,
    access_modes=words,
    accessibility_features=words,
    accessibility_hazards=words,
    accessibility_summary=values,
)
sources = st.builds(
    Defaults,
    licence=st.sampled_from(("", "CC-BY-4.0", "All rights reserved", "nonsense")),
    language=st.sampled_from(("", "nl", "nonsense")),
    level=st.sampled_from(((), ("mbo",), ("Bachelor", "nonsense"))),
)


@settings(max_examples=150, suppress_health_check=list(HealthCheck))
@given(resources, sources)
def test_a_second_time_changes_nothing(said: LearningResource, defaults: Defaults) -> None:
    once = normalise(said, defaults=defaults)
    twice = normalise(once, defaults=defaults)
    assert msgspec.to_builtins(twice) == msgspec.to_builtins(once)
    # It can be stored, and is of the declared type.
    assert msgspec.json.decode(msgspec.json.encode(once), type=LearningResource) == once


@pytest.mark.parametrize("folder", ["edurep-nl-lom", "anatomytool-lom", "caltech-oai_dc"])
def test_samples_are_understood_and_stable(samples: Path, folder: str) -> None:
    found = [
        resource for file in (samples / "oai" / folder).rglob("*.xml") for resource in of(file)
    ]
    assert found
    for said in found:
        once = normalise(said)
        assert normalise(once) == once
        assert once.openness or not any("cc-by" in one for one in said.rights)
        assert once.levels or not {"HBO", "WO"} & {term.label for term in said.level_terms}
        assert once.access or not said.access_terms


def of(file: Path) -> list[LearningResource]:
    root = etree.parse(file, xml_parser()).getroot()
    return [
        resource
        for metadata in root.iter("{http://www.openarchives.org/OAI/2.0/}metadata")
        for resource in formats.read(Raw(source="s", identifier="1", parsed=metadata[0]))[1]
    ]


def test_a_small_record_takes_little_time() -> None:
    # About 25 microseconds on an idle machine; far more on one that is busy with other things.
    normalise(SMALL)
    best = min(timeit.repeat(lambda: normalise(SMALL), number=200, repeat=20)) / 200
    assert best < 150e-6
