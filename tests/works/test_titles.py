"""Titles taken apart and laid side by side."""

from __future__ import annotations

import pytest

from catalog.works.likeness import Likeness, likeness
from catalog.works.titles import LONGEST, Title, folded, read


def title(text: str, language: str = "", makers: tuple[str, ...] = ()) -> Title:
    found = read(text, language, makers)
    assert found
    return found


@pytest.mark.parametrize(
    ("text", "parts", "marks"),
    [
        ("De kunst van het lesgeven", ("kunst lesgeven",), ()),
        ("Women\u2019s Health & Society", ("womens health society",), ()),
        ("Énergie — société", ("energie", "societe"), ()),
        ("Calculus: Early Transcendentals", ("calculus", "early transcendentals"), ()),
        ("Leren leren / door Ans Vis", ("leren leren", "door ans vis"), ()),
        ("Statistiek (2e druk)", ("statistiek",), (("edition", "2"),)),
        ("Statistiek, tweede herziene druk", ("statistiek",), (("edition", "2"),)),
        ("Statistik, 4., überarbeitete Auflage", ("statistik",), (("edition", "4"),)),
        ("Statistics, 3rd ed.", ("statistics",), (("edition", "3"),)),
        ("Statistics - Second Edition", ("statistics",), (("edition", "2"),)),
        ("Statistics, edition 3", ("statistics",), (("edition", "3"),)),
        ("Statistics 2e", ("statistics",), (("edition", "2"),)),
        ("Statistics - 2e", ("statistics",), (("edition", "2"),)),
        ("Leyendas - Segunda edición", ("leyendas",), (("edition", "2"),)),
        (
            "Sociology - 1st Canadian Edition",
            ("sociology",),
            (("edition", "1"), ("for", "canadian")),
        ),
        ("Care - Delta University Edition", ("care",), (("for", "delta university"),)),
        ("Excel 2016", ("excel",), (("year", "2016"),)),
        ("Letters, 1912-1920", ("letters",), (("years", "1912-1920"),)),
        ("1984", ("1984",), ()),
        ("Part One", ("part one",), ()),
        ("Physics II", ("physics",), (("number", "2"),)),
        ("Physics, Vol. II", ("physics",), (("volume", "2"),)),
        ("Natuurkunde deel 3", ("natuurkunde",), (("volume", "3"),)),
        ("Natuurkunde. Derde deel", ("natuurkunde",), (("volume", "3"),)),
        ("Databases week 4", ("databases",), (("week", "4"),)),
        ("Les 4: Breuken", ("breuken",), (("lesson", "4"),)),
        ("Chapter 3.2 Cells", ("cells",), (("chapter", "3.2"),)),
        ("Journal of geography, The", ("journal geography",), ()),
        ("02. How big?", ("2 how big",), ()),
        ("Programming in C++", ("programming in cplusplus",), ()),
        ("Programmeren in C#", ("programmeren in csharp",), ()),
        ("Wiskunde A havo", ("wiskunde a havo",), ()),
        ("Hepatitis A", ("hepatitis a",), ()),
        ("De negentiende eeuw", ("negentiende eeuw",), ()),
        ("入門 第1巻", ("入 門 第 1 巻",), ()),
    ],
)
def test_titles_are_taken_apart(
    text: str, parts: tuple[str, ...], marks: tuple[tuple[str, str], ...]
) -> None:
    found = title(text)
    assert found.parts == parts
    assert found.marks == marks


@pytest.mark.parametrize("text", ["", " ", "...", "()", "|", "(", "\x00", ":"])
def test_no_word_is_no_title(text: str) -> None:
    assert read(text) is None


def test_parts_that_name_makers_or_shapes_are_left_out() -> None:
    makers = ("ans", "vis", "delta", "university")
    for text in (
        "Leren leren / door Ans B. Vis",
        "Leren leren (Delta University)",
        "Leren leren (PDF)",
    ):
        assert title(text, makers=makers).full == "leren leren"
    assert title("Ans Vis", makers=makers).full == "ans vis"


def test_a_title_tells_more_by_its_words() -> None:
    told = [
        title(text).info
        for text in (
            "Inleiding",
            "Inleiding statistiek",
            "Kristallografie",
            "Kristallografie van kwarts",
        )
    ]
    assert told == sorted(told)
    assert told[0] < told[1]


def test_long_titles_are_read_to_a_bound() -> None:
    assert title("woord " * 10_000) == title("woord " * (LONGEST // 6))


def test_folding() -> None:
    assert folded("Øresund\u2019s Straße (ŁÓDŹ)") == "oresunds strasse (lodz "
    assert folded("第1章").split() == ["第", "1", "章"]


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("Leren leren", "LEREN-LEREN", "equal"),
        ("E-learning ontwerpen", "Elearning ontwerpen", "equal"),
        ("Kunst van het lesgeven", "De kunst van het lesgeven", "equal"),
        ("Leren leren", "Leren leren (Boom)", "remarked"),
        ("Leren leren", "Leren leren: een gids voor docenten in opleiding", "shorter"),
        ("Leren leren", "Reeks Didactiek: leren leren", "inside"),
        ("Data en structuren ontwerpen", "Structuren en data ontwerpen", "reordered"),
        ("Organisational behaviour today", "Organizational behavior today", "near"),
        ("Programming with Python", "Programming in Python", "near"),
        ("Pharmacology for nurses", "Pharmacolgy for nurses", "near"),
        ("Theories of learning", "Theory of learning", "near"),
        ("MOOC Urban Nature", "Urban Nature", "near"),
        ("Fundamentals of Nursing", "Fundamentals of Nursing Research", "loose"),
        ("Nederlands in actie", "Nederlands in actie: werkboek", "different"),
        ("Operating systems", "Operating systems: study guide", "different"),
        ("Calculus: early transcendentals", "Calculus: concepts", "different"),
        ("AutoCAD: basics", "AutoCAD: advanced", "different"),
        ("Microeconomics today", "Macroeconomics today", "different"),
        ("Organic chemistry", "Inorganic chemistry", "different"),
        ("Play with o and g", "Play with u and g", "different"),
        ("Isn't he beautiful", "Isn't she beautiful", "different"),
        ("Programming in C", "Programming in C++", "different"),
        ("Wiskunde A havo", "Wiskunde B havo", "different"),
    ],
)
def test_likeness(one: str, other: str, alike: Likeness) -> None:
    assert likeness(title(one), title(other)) == alike
    assert likeness(title(other), title(one)) == alike


def test_titles_in_two_languages_may_mean_the_same() -> None:
    assert likeness(title("Klimaat", "nl"), title("Climate", "en-US")) == "foreign"
    assert likeness(title("Klimaat", "nl"), title("Climate")) == "different"
