"""Educational levels, as sources write them."""

from __future__ import annotations

import pytest

from catalog.normalise import level
from catalog.resource import Concept

OBK = "http://purl.edustandaard.nl/begrippenkader/"


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("higher education", "ho"),
        ("Hoger onderwijs", "ho"),
        ("hbo", "hbo"),
        ("HBO Verpleegkunde", "hbo"),
        ("HBO - Bachelor", "hbo-bachelor"),
        ("Bachelor", "hbo-bachelor wo-bachelor"),
        ("bachelor's degree", "hbo-bachelor wo-bachelor"),
        ("undergraduate", "hbo-bachelor wo-bachelor"),
        ("graduate", "hbo-master wo-master"),
        ("Bachelor hbo", "hbo-bachelor"),
        ("universitair", "wo"),
        ("WO", "wo"),
        ("associate degree", "ad"),
        ("Ph.D.", "phd"),
        ("MBO niveau 4", "mbo-4"),
        ("mbo4", "mbo-4"),
        ("mbo-niveau 3 en 4", "mbo-3 mbo-4"),
        ("mbo 2-4", "mbo-2 mbo-3 mbo-4"),
        ("mbo_niveau2", "mbo-2"),
        ("MBO, Niveau 3: Vakopleiding", "mbo-3"),
        ("secondary vocational education 4", "mbo-4"),
        ("BVE", "bve"),
        ("vwo 5", "vwo"),
        ("vwo5", "vwo"),
        ("havo/vwo", "havo vwo"),
        ("vmbo_kl3", "vmbo"),
        ("VMBO kaderberoepsgerichte leerweg, 3", "vmbo"),
        ("high school", "vo"),
        ("K-12", "po vo"),
        ("grades 9-12", "vo"),
        ("Grade 5-8", "po vo"),
        ("10th grade", "vo"),
        ("po_groep3", "po"),
        ("Sekundarstufe I", "vo"),
        ("Hochschule", "ho"),
        ("ISCED 2011 level 7", "hbo-master wo-master"),
        ("eqf_5", "ad"),
        ("nlqf_4plus", "vwo"),
        ("bedrijfsopleiding", "bedrijfsopleiding"),
        ("Beginner", ""),  # how hard it is, not for which education
        ("other", ""),
        ("eqf 9", ""),  # there are eight
        ("mbo 5", "mbo"),  # there are four; the sort of education is still told
        ("grade 100", ""),
        ("college " * 40, ""),  # prose
        ("wo 12 maart", ""),  # Wednesday
        ("", ""),
        ("\x00", ""),
    ],
)
def test_words(said: str, expected: str) -> None:
    assert level.levels((Concept(label=said),)) == tuple(expected.split())


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (Concept(id=OBK + "be140797-803f-4b9e-81cc-5572c711e09c"), "hbo"),
        (Concept(id="be140797-803f-4b9e-81cc-5572c711e09c", label="x", scheme=OBK), "hbo"),
        (
            Concept(id="https://purl.edustandaard.nl/concept/8beca7eb-95a5-4c7d-9704-2d2a2fc4bc65"),
            "mbo-4",
        ),
        (Concept(id="https://w3id.org/kim/educationalLevel/level_6"), "hbo-bachelor wo-bachelor"),
        (Concept(id="https://w3id.org/kim/educationalLevel/level_A"), "ho"),
        (Concept(id="http://data.europa.eu/snb/eqf/5"), "ad"),
        (Concept(id="05", scheme="onix:28"), "ho"),
        (Concept(id="04", scheme="onix:28"), "po vo"),
        (Concept(id="6", scheme="isced-2011"), "hbo-bachelor wo-bachelor"),
        (Concept(label="7-12", scheme="marc:interest-grade"), "vo"),
        (Concept(id="4+", scheme="NLQF"), "vwo"),
        (Concept(id="05"), ""),  # of which list?
        (Concept(id=OBK + "00000000-0000-0000-0000-000000000000", label="HBO"), "hbo"),
    ],
)
def test_codes(said: Concept, expected: str) -> None:
    assert level.levels((said,)) == tuple(expected.split())


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (("HBO", "Bachelor"), "hbo-bachelor"),
        (("Bachelor", "WO"), "wo-bachelor"),
        (("HBO", "WO", "Master"), "hbo-master wo-master"),
        (("higher education", "HBO"), "hbo"),
        (("VO", "vmbo", "havo"), "vmbo havo"),
        (("PO", "Bachelor"), "po hbo-bachelor wo-bachelor"),
        (("WO", "HBO", "WO"), "hbo wo"),
    ],
)
def test_statements_together(said: tuple[str, ...], expected: str) -> None:
    found = level.levels(tuple(Concept(label=one) for one in said))
    assert found == tuple(expected.split())


def test_codes_that_came_without_a_term_are_checked() -> None:
    assert level.valid(("wo", "hbo", "nonsense", "ho")) == ("hbo", "wo")
    assert level.from_words(("mbo", "Hoger onderwijs")) == ("mbo", "ho")
