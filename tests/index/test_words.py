"""Base forms, stop words and the parts of compounds, per language."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.index.analysis import tokens
from catalog.index.words import (
    LANGUAGES,
    inner_parts,
    is_stop,
    is_stop_somewhere,
    language_of,
    parts,
    parts_of,
    spoken,
    stem,
    stems,
    variants,
)
from catalog.index.words.bases import dutch_base
from catalog.index.words.data import lines

HERE = Path(__file__).parent
UNSEEN_RIGHT = 90  # per cent of the second lists, at least; the decision says what was measured

every_language = st.sampled_from((*LANGUAGES, ""))
folded = st.text().map(lambda text: "".join(tokens(text)))


def table(name: str) -> Iterator[tuple[str, str]]:
    for line in (HERE / name).read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            language, _, rest = line.partition(" ")
            yield language, rest


def judged(name: str) -> Iterator[tuple[str, str, list[tuple[str, ...]]]]:
    """Yield language, word and the readings that are right, as base forms; () is one word."""
    for language, rest in table(name):
        word, _, readings = rest.partition("=")
        yield (
            language,
            word.strip(),
            [tuple(stems(reading.split(), language)) for reading in readings.split("|")],
        )


def astray(name: str) -> list[str]:
    return [
        f"{language} {word}: {' '.join(parts(word, language)) or 'whole'}"
        for language, word, readings in judged(name)
        if parts(word, language) not in readings
    ]


@pytest.fixture(scope="module", autouse=True)
def lists() -> None:
    """Read the lists before anything is timed: the first word of a language waits for them."""
    for language in LANGUAGES:
        parts("school", language)
        stem("school", language)


# Compounds


# Words whose parts are too rare to tell from chance.
UNSOLVED = {
    "nl scheikundepracticum: whole",
    "nl toetsmatrijs: whole",
    "nl lerarenopleiders: whole",
    "de grundschullehrer: grund schullehr",
}


def test_compounds_are_taken_apart_as_a_reader_would() -> None:
    assert len(list(judged("compounds.txt"))) >= 200
    assert set(astray("compounds.txt")) == UNSOLVED


def test_nearly_all_words_that_nobody_adjusted_to_are_taken_apart_as_a_reader_would() -> None:
    words = list(judged("compounds_unseen.txt"))
    wrong = astray("compounds_unseen.txt")
    assert 100 * (len(words) - len(wrong)) >= UNSEEN_RIGHT * len(words), wrong


@pytest.mark.parametrize("language", ["en", "fr", "es", "", "nl-NL", "xx"])
def test_other_languages_have_no_compounds(language: str) -> None:
    assert parts("hogeschooldocent", language) == ()


def test_all_forms_of_a_compound_have_the_same_parts() -> None:
    assert parts("leermaterialen", "nl") == parts("leermateriaal", "nl") == ("leer", "materiaal")


@pytest.mark.parametrize(
    ("word", "language", "found"),
    [
        ("basisschoolleerling", "nl", "school"),
        ("hogeschooldocent", "nl", "school"),
        ("jeugdzorgwerker", "nl", "zorg"),
        ("afvalwaterbehandeling", "nl", "water"),
        ("grondwaterpeil", "nl", "water"),
        ("drinkwaterzuivering", "nl", "water"),
        ("kinderopvangmedewerker", "nl", "kind"),
        ("Hochschulbildung", "de", "Schule"),
        ("Windkraftanlage", "de", "Kraft"),
        ("Windkraftanlage", "de", "Wind"),
    ],
)
def test_the_parts_of_parts_are_parts_too(word: str, language: str, found: str) -> None:
    (word,), (found,) = tokens(word), tokens(found)
    assert stem(found, language) not in parts(word, language)
    assert stem(found, language) in inner_parts(word, language)


@given(folded, st.sampled_from(["nl", "de", "en"]))
def test_the_parts_of_parts_follow_the_parts(word: str, language: str) -> None:
    found = parts(word, language)
    assert inner_parts(word, language)[: len(found)] == found
    assert bool(inner_parts(word, language)) == bool(found)


@pytest.mark.parametrize(
    ("word", "form", "language"),
    [
        ("Sprache", "Sprachförderung", "de"),
        ("Fahrt", "Fahrtkosten", "de"),
        ("warmte", "warmtepompen", "nl"),
        ("waarde", "waardeketens", "nl"),
        ("tak", "bedrijfstakken", "nl"),
        ("taak", "overheidstaken", "nl"),
    ],
)
def test_a_noun_that_looks_like_a_form_of_a_verb_is_found_in_its_compounds(
    word: str, form: str, language: str
) -> None:
    (word,), (form,) = tokens(word), tokens(form)
    assert stem(word, language) in parts(form, language)


@pytest.mark.parametrize("length", [65, 10_000, 1_000_000])
def test_what_is_too_long_to_be_a_word_is_left_alone(length: int) -> None:
    word = ("school" * length)[:length]
    for language in LANGUAGES:
        assert stem(word, language) == word
        assert parts(word, language) == ()


@given(folded, st.sampled_from(["nl", "de"]))
def test_parts_are_folded_words_in_base_form(word: str, language: str) -> None:
    found = parts(word, language)
    assert len(found) != 1
    assert all(tokens(part) == [part] and stem(part, language) == part for part in found)


@given(
    st.lists(st.sampled_from(["school", "leer", "s", "en", "ing", "heid", "toets"])).map("".join),
    st.sampled_from(["nl", "de"]),
)
def test_parts_are_shorter_than_the_whole(word: str, language: str) -> None:
    assert all(len(part) < len(word) for part in parts(word, language))


# Base forms


@pytest.mark.parametrize(("language", "words"), list(table("bases.txt")))
def test_forms_of_one_word_share_a_base_and_other_words_do_not(language: str, words: str) -> None:
    same, _, other = words.partition("|")
    shared = set(stems(same.split(), language))
    assert len(shared) == 1
    assert shared.isdisjoint(stems(other.split(), language))


@given(folded, every_language)
def test_a_base_form_is_folded_and_its_own_base_form(word: str, language: str) -> None:
    base = stem(word, language)
    assert "".join(tokens(base)) == base
    assert stem(base, language) == base
    assert bool(base) == bool(word)


@given(st.lists(folded), every_language)
def test_many_words_at_once_have_the_base_forms_and_parts_of_each(
    words: list[str], language: str
) -> None:
    assert stems(words, language) == [stem(word, language) for word in words]
    assert parts_of(words, language) == [parts(word, language) for word in words]


@pytest.mark.parametrize("word", ["enen" * 16, "ens" * 21, "jes" * 20, "eres" * 16, "heden" * 12])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_word_of_nothing_but_endings_has_one_base_form(word: str, language: str) -> None:
    assert stem(stem(word, language), language) == stem(word, language)


def test_without_a_language_a_word_is_its_own_base_form() -> None:
    assert stems(["scholen", "schools"], "") == ["scholen", "schools"]
    assert stem("scholen", "fy") == "scholen"


def test_every_listed_base_form_of_dutch_is_its_own_base_form() -> None:
    listed = dict(lines("nl.bases.txt"))
    assert [base for base in set(listed.values()) if dutch_base(listed, base) != base] == []
    assert all(tokens(base) == [base] for base in listed.values())


def test_nearly_all_forms_that_nobody_adjusted_to_find_their_base() -> None:
    right = total = 0
    for language, words in table("bases_unseen.txt"):
        same, _, other = words.partition("|")
        base, *forms = stems(same.split(), language)
        others = stems(other.split(), language)
        right += forms.count(base) + len(others) - others.count(base)
        total += len(forms) + len(others)
    assert 100 * right >= UNSEEN_RIGHT * total


@pytest.mark.parametrize(
    "name",
    ["affixes.txt", "de.parts.txt", "irregular.txt", "nl.parts.txt", "spelled.txt", "stop.txt"],
)
def test_the_lists_are_folded(name: str) -> None:
    words = [word for line in lines(name) for word in line if word.isalpha()]
    assert words
    assert [word for word in words if tokens(word) != [word]] == []


# Stop words, tags, variants


@pytest.mark.parametrize(
    ("word", "language", "expected"),
    [
        ("de", "nl", True),
        ("the", "en", True),
        ("the", "nl", False),
        ("und", "de", True),
        ("les", "fr", True),
        ("les", "nl", False),
        ("para", "es", True),
        ("c", "en", False),  # languages to program in
        ("c", "fr", False),
        ("r", "nl", False),
        ("ict", "nl", False),
        ("it", "en", True),
        ("2", "nl", False),
        ("", "nl", False),
        ("de", "", False),
    ],
)
def test_stop_words_are_those_of_the_language(word: str, language: str, expected: bool) -> None:
    assert is_stop(word, language) is expected


@pytest.mark.parametrize("word", ["the", "van", "der", "du", "una"])
def test_words_that_say_little_in_whatever_language_are_known(word: str) -> None:
    assert is_stop_somewhere(word)


@pytest.mark.parametrize("word", ["war", "door", "man", "son", "c", "ict", "school"])
def test_a_stop_word_that_is_a_subject_elsewhere_counts(word: str) -> None:
    assert not is_stop_somewhere(word)


@pytest.mark.parametrize(
    ("tag", "language"),
    [
        ("nl", "nl"),
        ("nl-NL", "nl"),
        ("NL_be", "nl"),
        ("dut", "nl"),
        ("deu", "de"),
        (" en-GB-oed ", "en"),
        ("", ""),
        ("und", ""),
        ("fy", ""),
        ("-nl", ""),
        ("nederlands", ""),
    ],
)
def test_a_language_tag_is_mapped(tag: str, language: str) -> None:
    assert language_of(tag) == language


def test_a_word_of_an_unknown_language_has_the_base_forms_of_all() -> None:
    found = variants("studies")
    assert found.bases[0] == stem("studies", "nl")
    assert set(found.bases) == {stem("studies", language) for language in LANGUAGES}
    assert found.parts == ()


def test_the_preferred_language_comes_first() -> None:
    assert variants("studies", "en").bases[0] == stem("studies", "en")
    assert variants("leermateriaal", "de").parts == (("leer", "materiaal"),)
    assert variants("studies", "xx") == variants("studies")


@pytest.mark.parametrize(
    ("text", "stated", "language"),
    [
        ("De positie van flexibele werknemers: bewijs van een tekort?", "en", "nl"),
        ("The position of flexible workers", "nl", "nl"),  # one word could be a name
        ("The position of flexible workers, and what comes with it", "nl", "en"),
        ("Wat is de rol van het management?", "", "nl"),
        ("What is the role of management?", "", "en"),
        ("Quelle est la place de la lecture dans les classes ?", "en", "fr"),
        ("Was ist die Rolle der Schulen und der Lehrer?", "nl", "de"),
        ("Las ciudades y los pueblos para todos", "en", "es"),
        ("Programmeren in Python", "en", "en"),  # "in" is in three languages
        ("Leren van The Beatles", "nl", "nl"),  # a word of its own confirms what is stated
        ("Newton's cat's dinner isn't Newton's", "en", "en"),  # letters are no French
        ("Buildings", "", ""),
        ("", "nl", "nl"),
        ("", "", ""),
    ],
)
def test_a_text_shows_its_language_where_what_is_stated_is_not_so(
    text: str, stated: str, language: str
) -> None:
    assert spoken(tokens(text), stated) == language


@given(st.lists(folded), every_language)
def test_a_text_of_any_words_is_in_a_language_of_ours_or_as_stated(
    words: list[str], stated: str
) -> None:
    assert spoken(words, stated) in (*LANGUAGES, stated)
    assert spoken(words, stated) == spoken(words[::-1], stated)
