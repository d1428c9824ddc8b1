"""Kinds of learning resource, as sources write them."""

from __future__ import annotations

import pytest

from catalog.normalise import kind
from catalog.resource import Concept


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("kennisclip", "video"),
        ("IMS Thin Common Cartridge", "course"),
        ("ADL SCORM", "course"),
        ("weblecture", "video"),
        ("Hoorcollege", "video"),
        ("MovingImage", "video"),
        ("podcast", "audio"),
        ("leerboek", "textbook"),
        ("Textbook", "textbook"),
        ("Presentatie", "slide"),
        ("slides", "slide"),
        ("lecture notes", "script"),
        ("handleiding", "text"),
        ("doc-type:article", "text"),
        ("Part of book - chapter", "text"),
        ("Article - letter to the editor", "text"),
        ("narrative text", "text"),
        ("toets", "assessment"),
        ("quiz", "assessment"),
        ("self assessment", "assessment"),
        ("evaluatie- en toetsmateriaal", "assessment"),
        ("gesloten opdracht", "drill_and_practice"),
        ("exercise", "drill_and_practice"),
        ("open opdracht", "worksheet"),
        ("lesplan", "lesson_plan"),
        ("cursus", "course"),
        ("Simulation", "simulation"),
        ("dataset", "data"),
        ("figure", "image"),
        ("Assessment/Item", "assessment"),  # LTI Resource Search
        ("drill_and_practice", "drill_and_practice"),
        ("Video (streaming)", "video"),
        ("informatiebron", ""),  # says nothing about the kind
        ("LearningResource", ""),
        ("NonPeerReviewed", ""),
        ("video about audio", ""),
        ("(" * 100_000, ""),
        ("", ""),
    ],
)
def test_words(said: str, expected: str) -> None:
    assert kind.types((Concept(label=said),)) == tuple(expected.split())


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (Concept(id="https://w3id.org/kim/hcrt/web_page"), "web_page"),
        (Concept(id="http://w3id.org/kim/hcrt/slide/"), "slide"),
        (Concept(id="http://purl.org/coar/resource_type/c_12ce"), "video"),
        (Concept(id="http://purl.org/dc/dcmitype/Sound"), "audio"),
        (Concept(id="https://schema.org/VideoObject"), "video"),
        (Concept(id="info:eu-repo/semantics/bachelorThesis"), "text"),
        (Concept(id="BC", label="paperback", scheme="onix:150"), "textbook"),
        (Concept(id="g", label="projected medium", scheme="marc:leader06"), "video"),
        (Concept(id="tdi", label="", scheme="rdacontent"), "video"),
        (Concept(id="https://vocabulary.example/types/quiz", label="?"), "assessment"),
        (Concept(id="BC"), ""),  # of which list?
        (Concept(id="http://purl.org/dc/dcmitype/InteractiveResource"), ""),
    ],
)
def test_codes(said: Concept, expected: str) -> None:
    assert kind.types((said,)) == tuple(expected.split())


def test_the_vague_yields_to_the_telling() -> None:
    assert kind.types((Concept(label="Text"), Concept(label="Syllabus"))) == ("lesson_plan",)
    assert kind.types((Concept(label="other"), Concept(label="text"))) == ("text",)
    assert kind.types((Concept(label="video"), Concept(label="Film"))) == ("video",)


@pytest.mark.parametrize(
    ("said", "expected"), [("3", "3"), (" Les ", "3"), ("5", ""), ("", ""), ("3.0", "")]
)
def test_aggregation(said: str, expected: str) -> None:
    assert kind.aggregation(said) == expected


def test_codes_that_came_without_a_term_are_checked() -> None:
    assert kind.valid(("video", "nonsense", "video")) == ("video",)
