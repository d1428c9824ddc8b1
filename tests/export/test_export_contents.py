"""What each format says of a record, in its own words."""

from __future__ import annotations

from typing import Any

import pytest
from described import LISTING

from catalog.export import UNLISTED, dublin_core, nl_lom, schema_org
from catalog.export.names import Name, is_person, parted
from catalog.export.nl_lom.people import vcard
from catalog.normalise import normalise
from catalog.resource import Agent, Concept, Date, Identifier, LearningResource, Relation, Text


def record(**said: Any) -> LearningResource:
    fields: dict[str, Any] = {
        "titles": (Text("Wondzorg", "nl"),),
        "url": "https://zorg.example.org/1",
        **said,
    }
    return normalise(LearningResource(source="s", identifier="oai:s:1", **fields))


@pytest.mark.parametrize(
    ("spoken", "family", "given", "particle", "suffix"),
    [
        ("Anna van den Berg", "Berg", "Anna", "van den", ""),
        ("Jan-Piet de Vries Smit", "Vries Smit", "Jan-Piet", "de", ""),
        ("Maria Van Damme", "Van Damme", "Maria", "", ""),  # Flemish: the capital is the name's
        ("Martin Luther King Jr.", "King", "Martin Luther", "", "Jr."),
        ("Ludwig von der Heide III", "Heide", "Ludwig", "von der", "III"),
        ("J.R.R. Tolkien", "Tolkien", "J.R.R.", "", ""),
        ("Plato", "Plato", "", "", ""),
        ("van den Berg", "Berg", "", "van den", ""),
        ("John E Smith", "Smith", "John E", "", ""),
        ("Al Ben Jansen", "Jansen", "Al Ben", "", ""),
        ("\u5f20\u4f1f", "\u5f20\u4f1f", "", "", ""),
        ("Jansen, Bos en Co", "Jansen, Bos en Co", "", "", ""),
        ("", "", "", "", ""),
    ],
)
def test_a_name_has_parts(spoken: str, family: str, given: str, particle: str, suffix: str) -> None:
    assert parted(spoken) == Name(family, given, particle, suffix)


@pytest.mark.parametrize(
    ("spoken", "parts", "inverted"),
    [
        (
            "Prof. Dr. Anna van den Berg",
            Name("Berg", "Anna", "van den", title="Prof. Dr."),
            "van den Berg, Prof. Dr. Anna",
        ),
        ("Ir. De Wit", Name("Wit", "De", title="Ir."), "Wit, Ir. De"),
        ("Dr. Bos", Name("Bos", title="Dr."), "Dr. Bos"),
        ("Dr. van Dam", Name("Dam", particle="van", title="Dr."), "Dr. van Dam"),
    ],
)
def test_a_title_is_no_given_name(spoken: str, parts: Name, inverted: str) -> None:
    assert parted(spoken) == parts
    assert parted(spoken).inverted == inverted


@pytest.mark.parametrize(
    ("name", "kind", "expected"),
    [
        ("Anna van den Berg", "", True),
        ("J.R.R. Tolkien", "", True),
        ("Plato", "person", True),
        ("Plato", "", False),
        ("Anna van den Berg", "organisation", False),
        ("UNESCO Nederland", "", False),
        ("Zorg voor elkaar", "", False),
        ("Team 4 Zorg", "", False),
        ("Het Klokhuis", "", False),
    ],
)
def test_who_is_taken_for_a_person(name: str, kind: Any, expected: bool) -> None:
    assert is_person(Agent(name, kind)) is expected


@pytest.mark.parametrize(
    ("agent", "lines"),
    [
        (
            Agent("Anna van den Berg", "person", affiliation="Zorg; en Co, X"),
            ["FN:Anna van den Berg", "N:van den Berg;Anna;;;", "ORG:Zorg\\; en Co\\, X"],
        ),
        (Agent("Zorgschool", "organisation"), ["FN:Zorgschool", "N:;;;;", "ORG:Zorgschool"]),
        (Agent("Plato", "person"), ["FN:Plato", "N:Plato;;;;", "KIND:individual"]),
        (Agent("Wie\nEND:VCARD"), ["FN:Wie END\\:VCARD", "N:Wie END\\:VCARD;;;;"]),
        (
            Agent("A B", ids=("https://orcid.org/0000-0002-1825-0097", "https://isni.org/isni/1")),
            [
                "FN:A B",
                "N:A B;;;;",
                "URL:https://orcid.org/0000-0002-1825-0097",
                "X-ISNI:https://isni.org/isni/1",
            ],
        ),
    ],
)
def test_a_vcard(agent: Agent, lines: list[str]) -> None:
    assert vcard(agent).split("\n") == ["BEGIN:VCARD", "VERSION:3.0", *lines, "END:VCARD"]


def lom(r: LearningResource, path: str, listing: Any = UNLISTED) -> list[str]:
    """Return the texts of what is at ``path`` below ``lom``, joined where there are several."""
    found = nl_lom.element(r, listing).findall("/".join(f"{{*}}{part}" for part in path.split("/")))
    return ["|".join(t for t in element.itertext() if t) for element in found]


RIGHTS = "rights/copyrightandotherrestrictions/value"


@pytest.mark.parametrize(
    ("said", "code", "explained"),
    [
        (("https://creativecommons.org/licenses/by-sa/4.0/",), ["cc-by-sa-40"],
         ["https://creativecommons.org/licenses/by-sa/4.0/"]),
        (("cc-by-40",), ["cc-by-40"], []),
        (("https://creativecommons.org/licenses/by-nc/3.0/nl/",), ["cc-by-nc-30"],
         ["https://creativecommons.org/licenses/by-nc/3.0/nl/"]),
        (("CC BY 2.0",), ["yes"], ["CC BY 2.0|https://creativecommons.org/licenses/by/2.0/"]),
        (("yes", "https://creativecommons.org/licenses/by/4.0/"), ["yes"],
         ["https://creativecommons.org/licenses/by/4.0/"]),
        (("All rights reserved",), ["yes"], ["All rights reserved"]),
        (("Vraag het de docent",), [], ["Vraag het de docent"]),  # a yes would close it
        ((), [], []),
    ],
)  # fmt: skip
def test_nl_lom_names_licences_by_its_own_codes(
    said: tuple[str, ...], code: list[str], explained: list[str]
) -> None:
    r = record(rights=said)
    assert lom(r, RIGHTS) == code
    assert lom(r, "rights/description") == explained


@pytest.mark.parametrize(
    ("level", "context", "taxon"),
    [
        ("mbo niveau 4", "BVE", "8beca7eb-95a5-4c7d-9704-2d2a2fc4bc65"),
        ("hbo bachelor", "HBO", "f33b30ee-3c82-4ead-bc20-4255be9ece2d"),
        ("wo master", "WO", "2998f2e0-449d-4911-86a2-f4cbf1a20b56"),
        ("havo", "VO", "a3ddbe60-8478-4204-b769-6f5e9f4cbca2"),
        ("associate degree", "HBO", ""),
    ],
)
def test_nl_lom_says_a_level_as_dutch_repositories_do(level: str, context: str, taxon: str) -> None:
    r = record(level_terms=(Concept(label=level),))
    assert lom(r, "educational/context/value") == [context]
    ids = lom(r, "classification/taxonpath/taxon/id")
    assert [one.rpartition("/")[2] for one in ids] == ([taxon] if taxon else [])
    assert "educational level" in lom(r, "classification/purpose/value")


def test_nl_lom_has_what_the_profile_requires() -> None:
    r = record(cost="free", audience_roles=("learner",), aggregation="2")
    assert lom(r, "general/catalogentry/entry") == ["https://zorg.example.org/1"]
    assert lom(r, "general/title/langstring") == ["Wondzorg"]
    assert lom(r, "metametadata/metadatascheme") == ["LOMv1.0", "nl_lom_v1p0"]
    assert lom(r, "technical/location") == ["https://zorg.example.org/1"]
    assert lom(r, "rights/cost/value") == ["no"]
    assert lom(r, "educational/intendedenduserrole/value") == ["learner"]
    assert lom(r, "metametadata/catalogentry/entry", LISTING) == [LISTING.url]
    assert lom(r, "metametadata/contribute/role/value", LISTING) == ["creator"]


def dc(r: LearningResource, name: str) -> list[str | None]:
    return [element.text for element in dublin_core.element(r).findall(f"{{*}}{name}")]


def test_dublin_core_names_things_as_harvesters_expect() -> None:
    r = record(
        creators=(Agent("Berg, Anna van den"), Agent("Hogeschool Noord")),
        identifiers=(Identifier("10.1234/x", "doi"), Identifier("9789000001118", "isbn")),
        dates=(Date("2020", "modified"), Date("2018", "created"), Date("2019", "issued")),
        relations=(Relation("isbasedon", "https://x.example/"), Relation("ispartof", "", "Reeks")),
        rights=("CC BY 4.0",),
    )
    assert dc(r, "creator") == ["van den Berg, Anna", "Hogeschool Noord"]
    assert dc(r, "identifier")[:2] == ["https://zorg.example.org/1", "https://doi.org/10.1234/x"]
    assert dc(r, "date") == ["2019", "2018", "2020"]
    assert dc(r, "source") == ["https://x.example/"]
    assert dc(r, "relation") == ["Reeks"]
    assert dc(r, "rights") == ["CC BY 4.0", "https://creativecommons.org/licenses/by/4.0/"]


def test_dublin_core_says_when_an_embargo_ends() -> None:
    r = record(access_terms=("embargoedAccess",), dates=(Date("2031-01-01", "available"),))
    assert dc(r, "date") == ["info:eu-repo/date/embargoEnd/2031-01-01"]
    assert "info:eu-repo/semantics/embargoedAccess" in dc(r, "rights")


def test_a_record_without_any_address_is_called_by_its_own_identifier() -> None:
    assert dc(LearningResource(source="s", identifier="oai:s:1"), "identifier") == ["oai:s:1"]


def test_schema_org_is_what_search_engines_read() -> None:
    r = record(
        creators=(Agent("Anna van den Berg", "person", "author"),),
        publishers=(Agent("Zorgschool", "organisation", "publisher"),),
        rights=("cc-by-40",),
        cost="free",
        type_terms=(Concept("https://schema.org/VideoObject", "VideoObject", "schema.org"),),
        dates=(Date("2019-03-01", "issued"),),
    )
    found = schema_org.document(r, LISTING)
    assert found["@context"] == "https://schema.org/"
    assert found["@type"] == ["LearningResource", "VideoObject"]
    assert found["name"] == {"@value": "Wondzorg", "@language": "nl"}
    assert found["author"] == [{"@type": "Person", "name": "Anna van den Berg"}]
    assert found["publisher"] == [{"@type": "Organization", "name": "Zorgschool"}]
    assert found["license"] == "https://creativecommons.org/licenses/by/4.0/"
    assert found["isAccessibleForFree"] is True
    assert found["datePublished"] == "2019-03-01"
    assert found["mainEntityOfPage"] == {"@type": "WebPage", "@id": LISTING.url}
    assert found["sdPublisher"]["name"] == LISTING.catalogue


def test_what_schema_org_has_no_word_for_brings_its_prefix_along() -> None:
    found = schema_org.document(record(aggregation="2", dates=(Date("2019"),)))
    assert found["lom:aggregationLevel"] == "2"
    assert found["dcterms:date"] == "2019"
    assert found["@context"][0] == "https://schema.org/"
    assert found["@context"][1].keys() == {"dcterms", "lom"}
