"""Parts of compounds that the catalogue's own words supply."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.index import Change, Index, IndexDamagedError, Query
from catalog.index.fields import heard
from catalog.index.folder import CurrentIndex, Engine, open_index, rebuild
from catalog.index.words import NONE, Own, inner_parts, parts
from catalog.index.words.learning import Heard
from catalog.resource import LearningResource, Text

ENGINES: tuple[Engine, ...] = ("tantivy", "whoosh")

#: The pabo trains teachers of primary schools; blockchain is of six letters and more.
SHELF = (
    *("Kennisbasis voor de pabo", "Taal op de pabo", "De pabo in het kort", "Wat is blockchain"),
    *("Blockchain in de haven", "Gids voor pabostudenten", "Aan een pabodocent gevraagd"),
    *("Een pabotoets", "Blockchaintechnologie", "Werken met studenten", "Oude technologie"),
)


def heard_of(titles: Iterable[str], language: str = "nl") -> Heard:
    found = Heard()
    for title in titles:
        found.hear(heard(resource(title, language), found.words))
    return found


def resource(title: str, language: str = "nl") -> LearningResource:
    text = Text(title, language)
    return LearningResource(source="a", identifier=title, titles=(text,), languages=(language,))


def changes(titles: Iterable[str] = SHELF) -> list[Change]:
    return [Change(n, f"r{n}", resource(title)) for n, title in enumerate(titles, 1)]


@pytest.fixture(params=ENGINES)
def index(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[CurrentIndex]:
    own = heard_of(SHELF).learn()
    with rebuild(tmp_path, request.param, changes(), len(SHELF), own=own) as made:
        yield made


def titles(index: Index, text: str) -> set[str]:
    found = index.search(Query(text=text, language="nl", size=50, literal=True))
    return {SHELF[int(hit.id[1:]) - 1] for hit in found.hits}


def test_words_of_no_list_are_parts_where_records_use_them_so() -> None:
    own = heard_of(SHELF).learn()
    assert own.records == len(SHELF)
    assert own.first["nl"] == ("blockchain", "pabo")
    assert parts("pabostudenten", "nl") == ()
    assert parts("pabostudenten", "nl", own) == ("pabo", "student")
    assert parts("blockchaintechnologie", "nl", own) == ("blockchain", "technologie")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("pabo", {*SHELF[:3], *SHELF[5:8]}),
        ("student", {SHELF[5], SHELF[9]}),
        ("technologie", {SHELF[8], SHELF[10]}),
        ("pabodocenten", {SHELF[6]}),
    ],
)
def test_both_engines_find_compounds_by_them(
    index: CurrentIndex, text: str, found: set[str]
) -> None:
    assert titles(index, text) == found


def test_a_compound_that_no_record_has_is_found_by_their_parts(index: CurrentIndex) -> None:
    """As *leermateriaal* is by *leer* and *materiaal*."""
    with index.writer() as writer:
        writer.apply([Change(90, "r90", resource("Aan de pabo: werk van een coördinator"))])
        writer.commit(90)
    found = index.search(Query(text="pabocoördinatoren", language="nl"))
    assert [hit.id for hit in found.hits] == ["r90"]
    assert not found.text, "nothing was taken to be misspelt"


def test_why_says_that_it_is_part_of_a_word(index: CurrentIndex) -> None:
    told = index.explain(Query(text="student", language="nl"), "r6")
    assert told
    assert told.words[0].fields == (("title", "part"),)


def test_what_was_learnt_is_kept_with_the_index(index: CurrentIndex) -> None:
    engine: Engine = "tantivy" if "tantivy" in (index.path / "CURRENT").read_text() else "whoosh"
    with open_index(index.path, engine) as again:
        assert again.own is not index.own
        assert (again.own.first, again.own.last) == (index.own.first, index.own.last)
        assert titles(again, "pabo") == titles(index, "pabo")
        with again.writer() as writer:  # and it is used for what comes later
            writer.apply([Change(91, "r1", resource("Voor elke pabostudent"))])
            writer.commit(91)
        assert again.search(Query(text="student", language="nl")).total == 3
    (kept,) = index.path.glob("*/own.json")
    kept.write_bytes(kept.read_bytes().replace(b"pabo", b"bapo"))
    with pytest.raises(IndexDamagedError, match=r"own\.json"):
        open_index(index.path, engine)


@pytest.mark.parametrize("engine", ENGINES)
def test_an_index_that_learns_is_the_same_as_one_made_anew(tmp_path: Path, engine: Engine) -> None:
    words = heard_of(SHELF)
    own = words.learn()
    with (
        rebuild(tmp_path / "before", engine, changes(), len(SHELF)) as learning,
        open_index(tmp_path / "before", engine) as other,
        rebuild(tmp_path / "anew", engine, changes(), len(SHELF), own=own) as anew,
    ):
        assert titles(learning, "student") == {SHELF[9]}
        differing = {*words.told_apart(NONE, own)}
        assert differing == {"pabostudenten", "pabodocent", "pabotoets", "blockchaintechnologie"}
        learning.learn(own, [c for c, t in zip(changes(), SHELF, strict=True)
                             if not differing.isdisjoint(t.casefold().split())])  # fmt: skip
        other.refresh()
        for each in (learning, other):
            assert each.seq == len(SHELF)
            assert set(each.ids()) == set(anew.ids())
            for text in ("pabo", "student", "technologie", "docent", "pabotoetsen"):
                assert titles(each, text) == titles(anew, text) != set()


@pytest.mark.parametrize(
    ("shelf", "why"),
    [
        (["pabostudenten", "pabodocent", "pabotoets"], "it never stands by itself"),
        (["pabo"] * 3 + ["pabostudenten", "pabodocent"], "four letters, and two witnesses"),
        (["pabo"] * 2 + ["pabostudenten", "pabodocent", "pabotoets"], "in two records alone"),
        (["blockchain", "blockchaintechnologie"], "in one record alone"),
        (["blockchain"] * 3 + ["blockchainxyzzy"], "beside what is no part"),
        (["blockchain"] * 3 + ["blockchaintechnologie"] * 4, "the whole is commoner"),
        (["zonder"] * 9 + ["zonderdocent", "zonderstudent"], "a word without a subject"),
        (["blockch\u00e6in\u0416"] * 3, "another script"),
        (["practicum"] * 3 + ["scheikundepracticum"], "of two rare parts one is not there"),
        (
            ["dingen"] * 3 + ["blockchain"] * 3 + ["blockchaindingen"] * 2,
            "never a part, by the list",
        ),
    ],
)
def test_nothing_is_learnt_without_evidence(shelf: list[str], why: str) -> None:
    own = heard_of(shelf).learn()
    assert not own.first["nl"] + own.last["nl"], why


def test_what_one_language_teaches_is_of_no_account_in_another() -> None:
    own = heard_of(SHELF, "nl").learn()
    assert not own.first["de"]
    assert parts("pabostudenten", "de", own) == parts("pabostudenten", "de") == ()
    english = heard_of(SHELF[:3] * 5 + ("pabostudent",), "fr").learn()
    assert not english.first["nl"] + english.first["de"]


def test_last_parts_are_learnt_too() -> None:
    own = heard_of(["didactiek"] * 2 + ["wiskundedidactiek"]).learn()
    assert own.last["nl"] == ("didactiek",)
    assert parts("muziekdidactiek", "nl", own) == ("muziek", "didactiek")


def test_german_words_are_learnt_as_they_stand() -> None:
    own = heard_of(["Die Hermeneutik", "Hermeneutik heute", "Hermeneutikseminar"], "de").learn()
    assert own.first["de"] == ("hermeneutik",)
    assert parts("hermeneutikseminare", "de", own)[-1] == parts("sprachseminare", "de")[-1]


def test_listed_parts_that_are_rare_are_believed_where_records_have_both() -> None:
    assert parts("scheikundepracticum", "nl") == ()
    own = heard_of([*["Practicum", "Scheikunde"] * 2, "Scheikundepracticum"]).learn()
    assert parts("scheikundepracticum", "nl", own) == ("scheikunde", "practicum")
    assert inner_parts("basisschool", "nl", own) == inner_parts("basisschool", "nl")


def test_an_s_links_what_was_learnt_only_where_records_have_it_so() -> None:
    excel = ["Excel"] * 3 + ["Excelsheet", "Excelbestand", "Excelcursus", "Sheet", "Heet water"]
    own = heard_of(excel).learn()
    assert own.first["nl"] == ("excel",)
    assert "heet" not in parts("excelsheet", "nl", own)
    assert parts("excelbestand", "nl", own) == ("excel", "bestand")
    own = heard_of(["Implementatietraject", *["Practoraat"] * 3, "Practoraatsdocent"]).learn()
    assert own.linked["nl"] == ("practoraat",)
    assert parts("practoraatsdocent", "nl", own) == ("practoraat", "docent")


def test_a_listed_word_that_the_list_doubts_is_learnt_from_the_records() -> None:
    """The list has havo as the first part of five words, which is one too few for its length."""
    others = ("Havoleerlingen", "Havodiploma", "Havoklas", "Leerling", "Diploma", "Klas")
    assert parts("havoleerlingen", "nl") == ()
    assert parts("havoleerlingen", "nl", heard_of(["Havo"] * 3 + [*others]).learn()) != ()


def test_words_that_the_lists_take_apart_stay_as_they_are() -> None:
    """What is learnt of one catalogue changes no listed word."""
    own = Own(9, {"nl": ("pabo", "blockchain")}, {"nl": ("didactiek",)})
    for word in ("hogeschooldocent", "leermateriaal", "minister", "vrachtwagen", "basisschool"):
        assert inner_parts(word, "nl", own) == inner_parts(word, "nl")


def test_words_met_once_are_forgotten_when_there_are_too_many(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("catalog.index.words.learning._MOST", 60)
    seldom = [f"woord{one}{other}" for one in "abcdefghij" for other in "abcdefghij"]
    found = heard_of([*SHELF, *SHELF, *seldom, *SHELF])
    assert len(found.words["nl"]) <= 60
    assert found.learn().first["nl"] == ("blockchain", "pabo")


def test_a_full_memory_takes_no_longer_and_still_learns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("catalog.index.words.learning._MOST", 1000)
    forgotten: list[int] = []
    forget = Heard._forget
    monkeypatch.setattr(Heard, "_forget", lambda h, w: (forgotten.append(1), forget(h, w)))
    found = Heard()
    found.words["nl"].update({f"woord{n}": 2 for n in range(1001)})
    for title in [*SHELF, *SHELF, *(f"woord{n}" for n in range(400))]:
        found.hear(heard(resource(title), found.words))
    assert len(forgotten) == 1
    assert found.learn().first["nl"] == ("blockchain", "pabo")


def test_a_part_may_stand_there_in_a_form_that_no_record_has_by_itself() -> None:
    words = heard_of([*["Practoraat", "Platform"] * 2, "Een practoratenplatform"])
    assert words.told_apart(NONE, words.learn()) == ["practoratenplatform"]


texts = st.lists(
    st.lists(
        st.sampled_from(
            ["pabo", "student", "toets", "blockchain", "pabostudent", "over\u00e9", "x1"]
        )
        | st.text(max_size=12),
        max_size=4,
    ).map(" ".join),
    max_size=12,
)


@given(texts, st.sampled_from(["nl", "de", "en", ""]))
def test_anything_can_be_learnt_from(said: list[str], language: str) -> None:
    words = heard_of(said, language)
    own = words.learn()
    assert own.records == len(said)
    assert words.told_apart(own, own) == []
    for each in ("nl", "de"):
        assert list(own.first[each]) == sorted(set(own.first[each]))
        for word in words.words[each]:
            found = parts(word, each, own)
            assert not found or all(len(part) < len(word) for part in found)
