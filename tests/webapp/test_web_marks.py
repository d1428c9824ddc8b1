"""What is marked in a hit, and which passage of a description is shown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis.strategies import sampled_from, text
from lxml import html
from markupsafe import Markup, escape

from catalog.index.analysis import spans
from catalog.index.query import Words
from catalog.index.words import Own
from webapp.highlight import SNIPPET, Wanted, marked, snippet, wanted

FILLER = "Elk hoofdstuk begint met een vraag uit het dagelijks leven. " * 12


@pytest.mark.parametrize(
    ("query", "language", "said", "expected"),
    [
        ("breuk", "nl", "Een breuk.", "Een <mark>breuk</mark>."),
        ("BREUK", "nl", "breuk <b>", "<mark>breuk</mark> &lt;b&gt;"),
        ("zoologie", "nl", "Zoölogie & meer", "<mark>Zoölogie</mark> &amp; meer"),
        ("breuk", "nl", "Rekenen met breuken", "Rekenen met <mark>breuken</mark>"),
        ("breuken", "nl", "Een breuk", "Een <mark>breuk</mark>"),
        ("breuk", "", "breuken", "breuken"),  # as the index has it: of no known language
        ("leert", "nl", "leren", "<mark>leren</mark>"),
        ("studies", "en", "A study of studying", "A <mark>study</mark> of <mark>studying</mark>"),
        ("docent", "nl", "Hogeschooldocenten", "<mark>Hogeschooldocenten</mark>"),
        (
            "hogeschooldocent",
            "nl",
            "docent, hogeschool",
            "<mark>docent</mark>, <mark>hogeschool</mark>",
        ),
        ("geschiedenis van het recht", "nl", "het recht van", "het <mark>recht</mark> van"),
        ("het van", "nl", "van het", "<mark>van</mark> <mark>het</mark>"),
        ("les -breuk", "nl", "breuk les", "breuk <mark>les</mark>"),
        ('les -"een breuk"', "nl", "een breuk les", "een breuk <mark>les</mark>"),
        ("NOT breuk les", "nl", "breuk les", "breuk <mark>les</mark>"),
        ("title:breuk AND les", "nl", "and breuk title", "and <mark>breuk</mark> title"),
        (
            '"donkere reactie"',
            "nl",
            "donkere cel, donkere-reactie, reactie",
            "donkere cel, <mark>donkere-reactie</mark>, reactie",
        ),
        (
            '"leven in de cel"',
            "nl",
            "in de cel: leven in de cel",
            "in de cel: <mark>leven in de cel</mark>",
        ),
        ('"breuk"', "nl", "breuken, breuk", "breuken, <mark>breuk</mark>"),  # in no other form
        ("titel:breuk", "nl", "breuken, breuk", "breuken, <mark>breuk</mark>"),
        ('"de cel" cel', "nl", "De cel, cellen", "<mark>De cel</mark>, <mark>cellen</mark>"),
        ("datamining", "en", "Data mining: data", "<mark>Data mining</mark>: data"),
        ("elearning", "nl", "e-learning, learning", "<mark>e-learning</mark>, learning"),
        ("informatie", "nl", "in formatie", "in formatie"),  # chance
        ("python3", "en", "Python 3 and python", "<mark>Python 3</mark> and python"),
        ("web2.0", "en", "Web 2.0, web2.0", "<mark>Web 2.0</mark>, <mark>web2.0</mark>"),
        ("data mining", "en", "Datamining", "<mark>Datamining</mark>"),
        (
            "e-learning",
            "en",
            "Elearning, e learning, learning",
            "<mark>Elearning</mark>, <mark>e learning</mark>, <mark>learning</mark>",
        ),
        ("to-do app", "en", "to do, todo, to", "<mark>to do</mark>, <mark>todo</mark>, to"),
        ("数", "", "数学", "<mark>数</mark>学"),
        ("数学", "", "数学入門", "<mark>数学</mark>入門"),
        ("b", "", "<b>", "&lt;<mark>b</mark>&gt;"),
        ("", "", "x", "x"),
        ('""*-:', "", "x", "x"),
    ],
)
def test_words_of_the_query_are_marked(query: str, language: str, said: str, expected: str) -> None:
    assert marked(said, wanted(query, "nl"), language) == Markup(expected)


@pytest.mark.parametrize("query", ["student", "pabo", "pabostudent"])
def test_what_the_catalogue_has_learnt_is_marked(query: str) -> None:
    own = Own(9, {"nl": ("pabo",)})
    said = "Voor pabostudenten van nu"
    assert marked(said, wanted(query, "nl", own), "nl") == Markup(
        "Voor <mark>pabostudenten</mark> van nu"
    )
    assert marked(said, wanted("student", "nl"), "nl") == said


@given(text())
def test_words_are_cut_as_the_index_cuts_them(said: str) -> None:
    words = list(dict.fromkeys(word for _, _, word in spans(said)))
    shown = (
        html.fragment_fromstring(
            f"<p>{marked(said, Wanted([Words((word,)) for word in words]))}</p>"
        )
        if words
        else None
    )
    missed = "".join(shown.xpath("//p/text()")) if shown is not None else ""
    assert list(spans(missed)) == []


@given(
    text(),
    sampled_from(["breuk", "les of 数", '"a b" a', "-x y", "a-b ab", ""]),
    sampled_from(["nl", "", "de"]),
)
def test_marking_changes_nothing_but_marks(said: str, query: str, language: str) -> None:
    found = marked(said, wanted(query, "nl"), language)
    assert found.replace("<mark>", "").replace("</mark>", "") == escape(said)


def test_the_passage_with_most_words_is_shown_from_its_sentence_on() -> None:
    best = "Daarna deel je breuken door elkaar en vereenvoudig je ze."
    said = f"{FILLER}Over breuken. {FILLER}{best} {FILLER}"
    shown = snippet(said, wanted("breuk vereenvoudigen", "nl"), "nl")
    assert shown.startswith(f"… {best}")
    assert shown.endswith(" …")
    assert len(shown) < SNIPPET + 5


def test_of_equal_passages_the_first_is_shown() -> None:
    said = f"Breuken om te beginnen. {FILLER} Breuken tot besluit. {FILLER}"
    assert snippet(said, wanted("breuk", "nl"), "nl").startswith("Breuken om te beginnen.")
    assert snippet(said, wanted("iets anders", "nl"), "nl").startswith("Breuken om te beginnen.")


@pytest.mark.parametrize(
    ("query", "best"),
    [
        ('"vraag in de cel"', "Hier staat een vraag in de cel."),
        ("data-cel", "Hier staat de data cel."),
        ("data kast", "Hier staat de datakast."),
        ("ecel", "Dit is een e-cel."),  # one word, written as two
    ],
)
def test_the_passage_that_has_it_as_it_was_asked_is_shown(query: str, best: str) -> None:
    said = f"De cel begint met een vraag. {FILLER}De data van de cel. {FILLER}{best} {FILLER}"
    assert best in snippet(said, wanted(query))


def test_a_snippet_ends_with_a_sentence_where_it_can() -> None:
    assert snippet(FILLER, wanted("vraag", "nl"), "nl").endswith("leven. …")


def test_an_abbreviation_ends_no_sentence() -> None:
    said = f"{FILLER}Denk aan taal, d.w.z. e.g. grammatica van het Fries. {FILLER}"
    shown = snippet(said, wanted("grammatica fries", "nl"), "nl")
    assert shown.startswith("… Denk aan taal")


def test_without_sentences_a_snippet_is_cut_round_the_words() -> None:
    shown = snippet("begin " * 200 + "vondst " + "eind " * 200, wanted("vondst"))
    assert "vondst" in shown
    assert shown.startswith("… begin")
    assert shown.endswith("eind …")
    assert len(shown) < SNIPPET + 5


@pytest.mark.parametrize(
    "said", ["x" * 9000, ". " * 4500, "? x" * 3000, "breuk " * 1500, "\n" * 9000]
)
def test_ugly_texts_have_a_snippet(said: str) -> None:
    assert len(snippet(said, wanted("y breuk", "nl"), "nl")) < SNIPPET + 5


def test_short_texts_are_shown_whole() -> None:
    assert snippet("kort", wanted("")) == "kort"
    assert snippet("Een.\n\nTwee  drie", wanted("twee")) == "Een. Twee drie"
