"""One suite for every engine: whatever is promised by the port, each of them keeps."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from msgspec.structs import replace

from catalog.index import (
    FACETS,
    Change,
    IndexBusyError,
    IndexDamagedError,
    Query,
    QueryError,
    SearchError,
    Suggestion,
)
from catalog.index import folder as folders
from catalog.index.folder import CurrentIndex, Engine, open_index, rebuild
from catalog.resource import Agent, Concept, Date, Identifier, LearningResource, Text

ENGINES: tuple[Engine, ...] = ("tantivy", "whoosh")


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> Engine:
    found: Engine = request.param
    return found


def material(
    number: int,
    title: str,
    *,
    creator: str = "",
    subjects: Iterable[str] = (),
    description: str = "",
    levels: tuple[str, ...] = (),
    languages: tuple[str, ...] = ("nl",),
    year: str = "",
    licence: str = "",
    isbn: str = "",
    source: str = "bron",
) -> Change:
    resource = LearningResource(
        source=source,
        identifier=f"oai:bron:{number}",
        titles=(Text(title),) if title else (),
        creators=(Agent(creator),) if creator else (),
        subjects=tuple(Concept(label=subject) for subject in subjects),
        descriptions=(Text(description),) if description else (),
        levels=levels,
        languages=languages,
        dates=(Date(year, "issued"),) if year else (),
        licence=licence,
        openness="open" if licence else "",
        identifiers=(Identifier(isbn, "isbn"),) if isbn else (),
    )
    return Change(number, f"r{number}", resource)


LIBRARY = [
    material(1, "De cel: bouwsteen van het leven", creator="Jansen, Piet", subjects=["Biologie"],
             levels=("mbo-4",), year="2019-03-01", licence="CC-BY-4.0", isbn="9789027439642"),
    material(2, "Leven in de cel", creator="Vries, Anna de", subjects=["Gevangeniswezen"],
             description="Over gevangenissen.", levels=("hbo-bachelor",), year="2020"),
    material(3, "Zoölogie voor beginners", creator="Jansen, Marie", subjects=["Biologie", "Dieren"],
             levels=("mbo-2", "mbo-4"), year="2019-11", languages=("nl", "en")),
    material(4, "E-learning in practice", subjects=["Didactics"], languages=("en",), year="2021",
             licence="CC0-1.0", description="How to teach with new new media."),
    material(5, "New York in new light", languages=("en",), year="2019", source="tweede"),
    material(6, "机器学习导论", subjects=["Machine learning"], languages=("zh",),
             licence="CC-BY-4.0"),
    material(7, "", description="Naamloos, maar niet zonder cel."),
]  # fmt: skip


@pytest.fixture
def index(engine: Engine, tmp_path: Path) -> Iterator[CurrentIndex]:
    with rebuild(tmp_path / "index", engine, LIBRARY, 7) as made:
        yield made


def found(index: CurrentIndex, text: str, **more: object) -> set[str]:
    query = Query(text=text, size=100, **more)  # type: ignore[arg-type]
    result = index.search(query)
    assert result.total == len(result.hits)
    return {hit.id for hit in result.hits}


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("", "1234567"),
        ("cel", "127"),
        ("CEL AND leven", "12"),
        ("leven EN cel NOT gevangeniswezen", "1"),
        ("leven AND cel -gevangeniswezen", "1"),
        ("NOT cel", "3456"),
        ("NOT cel NOT york", "346"),
        ("zoologie OR didactics", "34"),
        ("(zoölogie OR cel) jansen", "13"),
        ("cel OR NOT jansen", "124567"),
        ('"de cel"', "12"),
        ('"cel de"', ""),
        ('"leven in de cel"', "2"),
        ("e-learning", "4"),
        ("learning", "46"),
        ('"new new"', "4"),  # a phrase with a word twice needs it twice
        ('"biologie dieren"', ""),  # no phrase across two subjects
        ("titel:leven", "12"),
        ("onderwerp:leven", ""),
        ("auteur:jansen", "13"),
        ('auteur:"vries anna"', "2"),
        ("niveau:mbo", "13"),
        ("isbn:9789027439642", "1"),
        ("90-274-3964-8", "1"),
        ('"oai:bron:3"', "3"),
        ("机器", "6"),
        ("器机", ""),
        ("jansen AND cel AND biologie", "1"),  # each word in another field
        ("jansen cel biologie", "1237"),  # next to nothing has all: what has any is there too
        ("geen enkele", ""),
        ("|", "1234567"),  # what stands between values cannot be asked for
    ],
)
def test_a_query_finds_these(index: CurrentIndex, text: str, numbers: str) -> None:
    assert found(index, text) == {f"r{number}" for number in numbers}


def counts(index: CurrentIndex, facet: str, **query: object) -> dict[str, int]:
    result = index.search(Query(facets=(facet,), **query))  # type: ignore[arg-type]
    assert list(result.facets) == [facet]
    ordered = [(-c.count, c.value) for c in result.facets[facet]]
    assert ordered == sorted(ordered)
    return {c.value: c.count for c in result.facets[facet]}


def test_facets_count_what_is_found(index: CurrentIndex) -> None:
    assert counts(index, "year") == {"2019": 3, "2020": 1, "2021": 1}
    assert counts(index, "source", text="york OR cel") == {"bron": 3, "tweede": 1}
    assert counts(index, "licence") == {"CC-BY-4.0": 2, "CC0-1.0": 1}
    assert counts(index, "openness") == {"unknown": 4, "open": 3}  # not stated is counted here
    assert counts(index, "type") == {}  # and nowhere else
    assert counts(index, "language") == {"nl": 4, "en": 3, "zh": 1}


def test_a_level_counts_under_all_above_it_once(index: CurrentIndex) -> None:
    found_levels = counts(index, "level")
    assert (found_levels["mbo"], found_levels["mbo-4"], found_levels["mbo-2"]) == (2, 2, 1)
    assert found(index, "", filters={"level": ["mbo"]}) == {"r1", "r3"}


def test_values_are_or_and_facets_are_and(index: CurrentIndex) -> None:
    assert found(index, "", filters={"year": ["2020", "2021"]}) == {"r2", "r4"}
    chosen = {"year": ["2019"], "language": ["en", "zh"]}
    assert found(index, "", filters=chosen) == {"r3", "r5"}
    assert found(index, "zoologie", filters=chosen) == {"r3"}
    assert found(index, "", filters={"year": ["1400"]}) == set()
    assert found(index, "", filters={"year": []}) == found(index, "")


def test_counts_ignore_the_own_choice_of_a_facet(index: CurrentIndex) -> None:
    chosen = {"year": ["2019"], "language": ["en"]}
    assert counts(index, "year", filters=chosen) == {"2019": 2, "2021": 1}
    assert counts(index, "language", filters=chosen) == {"en": 2, "nl": 2}
    assert counts(index, "source", filters=chosen) == {"bron": 1, "tweede": 1}


def test_only_the_facets_asked_for_are_counted(index: CurrentIndex) -> None:
    assert index.search(Query(facets=())).facets == {}
    assert list(index.search(Query(facets=("year", "source"))).facets) == ["year", "source"]
    assert list(index.search(Query()).facets) == list(FACETS)


def test_a_facet_shows_fifty_values_the_first_in_order(engine: Engine, tmp_path: Path) -> None:
    changes = [material(n, "x", source=f"s{n % 60:02}") for n in range(1, 122)]
    index = rebuild(tmp_path, engine, changes, 121)
    sources = index.search(Query(facets=("source",))).facets["source"]
    assert [s.value for s in sources] == ["s01", "s00"] + [f"s{n:02}" for n in range(2, 50)]
    assert [s.count for s in sources] == [3] + [2] * 49


@pytest.mark.parametrize(
    "query",
    [
        Query(page=0),
        Query(page=-1),
        Query(size=0),
        Query(size=101),
        Query(page=1001, size=10),
        Query(page=99_999_999_999),
        Query(filters={"colour": ["red"]}),
        Query(facets=("colour",)),
        Query(sort="price"),  # type: ignore[arg-type]
        Query(filters={"year": [str(n) for n in range(1000)]}),
    ],
)
def test_impossible_questions_are_refused(index: CurrentIndex, query: Query) -> None:
    with pytest.raises(QueryError):
        index.search(query)


def test_a_title_weighs_more_than_a_description(index: CurrentIndex) -> None:
    result = index.search(Query(text="cel"))
    assert result.hits[-1].id == "r7"
    assert result.hits[0].score > result.hits[-1].score > 0


def test_sorting(index: CurrentIndex) -> None:
    newest = [hit.id for hit in index.search(Query(sort="newest")).hits]
    assert newest[:5] == ["r4", "r2", "r3", "r1", "r5"]
    assert set(newest[5:]) == {"r6", "r7"}
    titles = [hit.id for hit in index.search(Query(sort="title")).hits]
    assert titles == ["r1", "r4", "r2", "r5", "r3", "r6", "r7"]  # without a title: last
    assert index.search(Query(text="")).hits == index.search(Query(sort="newest")).hits


@pytest.mark.parametrize("sort", ["relevance", "newest", "title"])
@pytest.mark.parametrize("text", ["", "gelijk"])
def test_paging_shows_each_hit_once(engine: Engine, tmp_path: Path, sort: str, text: str) -> None:
    changes = [material(n, "Gelijk", year="2001" if n % 3 else "2003") for n in range(1, 151)]
    index = rebuild(tmp_path, engine, changes[:90], 90)
    with index.writer() as writer:  # two files, in which engines number from 0 again
        writer.apply(changes[90:])
        writer.commit(150)

    def pages(size: int) -> list[str]:
        asked = [
            Query(text=text, sort=sort, page=page, size=size, facets=())  # type: ignore[arg-type]
            for page in range(1, -(-150 // size) + 2)
        ]
        return [hit.id for query in asked for hit in index.search(query).hits]

    seen = pages(7)
    assert len(seen) == len(set(seen)) == 150
    assert seen == pages(100)  # one total order, whatever the size of a page
    if sort != "title":
        assert {int(name[1:]) % 3 for name in seen[:50]} == {0}  # the newer of equal ones first


@pytest.mark.parametrize(("text", "size"), [("", 4), ("gelijk", 30)])
def test_going_on_after_a_hit_meets_each_that_keeps_its_date_once(
    engine: Engine, tmp_path: Path, text: str, size: int
) -> None:
    changes = [material(n, "Gelijk", year="2001" if n % 3 else "2003") for n in range(1, 151)]
    index = rebuild(tmp_path, engine, changes, 150)
    query, seen = Query(text=text, sort="newest", size=size, facets=("year",)), []
    while True:
        found = index.search(query)
        seen += [hit.id for hit in found.hits]
        assert found.hits
        if found.last is None:
            break
        query = replace(query, after=found.last)
        if len(seen) == 60:  # what is new comes before it, and what went leaves no gap
            gone = Change(152, seen[30], None)
            with index.writer() as writer:
                writer.apply([material(151, "Gelijk", year="2020"), gone])
                writer.commit(152)
    assert found.total == 150
    assert sum(each.count for each in found.facets["year"]) == 150
    assert len(seen) == len(set(seen)) == 150
    assert {int(name[1:]) % 3 for name in seen[:50]} == {0}


def test_only_what_is_sorted_by_newest_goes_on_after_a_hit(index: CurrentIndex) -> None:
    assert index.search(Query(text="cel")).last is None
    for sort, text in (("title", ""), ("relevance", "cel")):
        with pytest.raises(QueryError, match="newest"):
            index.search(Query(text=text, sort=sort, after=1))  # type: ignore[arg-type]
    assert index.search(Query(after=2**63)).hits == index.search(Query()).hits
    assert index.search(Query(after=0)).hits == ()


def test_engines_agree_on_orders_and_counts(tmp_path: Path) -> None:
    changes = _many(300)
    one, other = (rebuild(tmp_path / name, name, changes, 300) for name in ENGINES)
    words = ["alfa", "beta", "gamma OR delta", "NOT alfa", '"alfa beta"', "titel:alfa NOT beta", ""]
    for text in words:
        for chosen in ({}, {"year": ["2001"]}, {"level": ["mbo"], "language": ["nl", "en"]}):
            for sort in ("newest", "title"):
                query = Query(text=text, filters=chosen, sort=sort, size=100)
                assert one.search(query) == other.search(query), query


def _many(number: int) -> list[Change]:
    dice = random.Random(5)
    words = ["alfa", "beta", "gamma", "delta", "epsilon"]
    return [
        material(
            n,
            " ".join(dice.choices(words, k=4)),
            subjects=dice.choices(words, k=2),
            description=" ".join(dice.choices(words, k=9)),
            levels=tuple(dice.choices(["mbo-1", "mbo-4", "havo", "wo-master"], k=2)),
            languages=(dice.choice(["nl", "en", "fy"]),),
            year=dice.choice(["", "2001", "2002-05", "2002-05-06"]),
            licence=dice.choice(["", "CC0-1.0"]),
        )
        for n in range(1, number + 1)
    ]


def numbers(index: CurrentIndex) -> dict[str, int]:
    return {key: seq for key, seq, _ in index.ids()}


def test_a_document_is_told_from_any_other_state_of_it(index: CurrentIndex) -> None:
    """By its digest: of all that the index was given, and the same in every engine."""
    assert sorted(index.ids()) == sorted((each.key, each.seq, each.digest) for each in LIBRARY)
    first = LIBRARY[0]
    others = [
        replace(first, seq=9),
        replace(first, link="dead"),
        replace(first, sources=("bron",)),
        replace(first, grain="work"),
        replace(first, resource=material(1, "De cel").resource),
    ]
    digests = {each.digest for each in [first, *others]}
    assert len(digests) == 6
    assert all(0 <= digest < 2**64 for digest in digests)
    with index.writer() as writer:
        for other in others:
            writer.apply([other])
            writer.commit(7)
            assert (other.key, other.seq, other.digest) in set(index.ids())
        assert len(list(index.ids())) == 7


def test_changes_replace_and_delete(index: CurrentIndex) -> None:
    with index.writer() as writer:
        assert writer.apply([material(8, "Nieuw")]) == 1
        again = Change(9, "r1", material(9, "Vervangen").resource)
        assert writer.apply([again, Change(10, "r2", None), Change(11, "onbekend", None)]) == 3
        assert index.count() == 7  # nothing is seen before the commit
        writer.commit(11)
        assert (index.seq, index.count()) == (11, 7)
    assert found(index, "cel") == {"r7"}
    assert found(index, "vervangen OR nieuw") == {"r1", "r8"}
    assert numbers(index) == {"r1": 9, "r3": 3, "r4": 4, "r5": 5, "r6": 6, "r7": 7, "r8": 8}
    assert counts(index, "year") == {"2019": 2, "2021": 1}


WORDS = [
    "fotosyntese", "kristallografie", "kristalografie", "fotosynthesen", "bloedvatt", "bloedvat",
    "datamining", "chlorofil",
]  # fmt: skip


def test_what_is_gone_is_no_word(engine: Engine, tmp_path: Path) -> None:
    """Engines count what was replaced or deleted for a while: it is not there all the same."""
    lessons = [material(number, f"Les {number} over scheikunde") for number in range(1, 30)]
    kept = [
        *(material(number, "Plant en fotosynthese") for number in (32, 33)),
        *(material(number, "Het chlorofyl") for number in (34, 35)),
    ]
    before = [
        *lessons, *kept, material(36, "Les over fotosyntese"), material(37, "Kristalografie"),
        *(material(number, "Het chlorofil, een chlorofiel") for number in (38, 39, 40, 41)),
        material(42, "Bloed en vat"), *(material(number, "Datamining") for number in range(43, 70)),
    ]  # fmt: skip
    after = [Change(70, "r36", material(70, "Les over fotosynthese").resource),
             Change(71, "r43", material(71, "Data mining").resource)]  # fmt: skip
    gone = [Change(72, f"r{number}", None) for number in (37, *range(38, 43), *range(44, 70))]
    with rebuild(tmp_path / "a", engine, [*lessons, *kept, *after], 72) as anew:
        want = {word: _told(anew, word) for word in WORDS}
    assert want["fotosyntese"] == (3, "fotosynthese", ["fotosynthese"])
    assert want["kristallografie"] == (0, "", [])
    assert want["datamining"] == (1, "", [])
    assert want["chlorofil"] == (2, "chlorofyl", ["chlorofyl"])
    with rebuild(tmp_path / "b", engine, before, 69) as index:
        assert _told(index, "fotosyntese") == (1, "", [])
        assert _told(index, "kristallografie") == (1, "kristalografie", ["kristalografie"])
        with index.writer() as writer:
            writer.apply([*after, *gone])
            writer.commit(72)
        assert {word: _told(index, word) for word in WORDS} == want


def _told(index: CurrentIndex, word: str) -> tuple[int, str, list[str]]:
    result = index.search(Query(text=word, language="nl"))
    return result.total, result.text, list(index.spelling(word))


def test_the_last_of_several_changes_to_one_record_counts(index: CurrentIndex) -> None:
    with index.writer() as writer:
        for seq, title in ((8, "eerste"), (9, "tweede"), (10, "derde")):
            writer.apply([Change(seq, "r1", material(seq, title).resource)])
        writer.apply([Change(11, "r2", material(2, "terug").resource), Change(12, "r2", None)])
        writer.commit(12)
    assert found(index, "eerste OR tweede OR terug") == set()
    assert found(index, "derde") == {"r1"}
    assert index.count() == 6


def test_one_writer_commits_many_times(index: CurrentIndex) -> None:
    with index.writer() as writer:
        for seq in range(8, 30):
            writer.apply([material(seq, f"deel {seq}")])
            writer.commit(seq)
            assert found(index, f"deel AND {seq}") == {f"r{seq}"}
    assert (index.count(), index.seq) == (29, 29)


def test_what_is_not_committed_is_discarded(index: CurrentIndex, engine: Engine) -> None:
    with index.writer() as writer:
        writer.apply([material(8, "Verloren"), Change(9, "r1", None)])
    index.refresh()
    assert (index.seq, index.count()) == (7, 7)
    assert found(open_index(index.path, engine), "verloren") == set()


def test_an_index_may_be_emptied(index: CurrentIndex, engine: Engine) -> None:
    with index.writer() as writer:
        writer.apply(Change(8, change.id, None) for change in LIBRARY)
        writer.commit(8)
    again = open_index(index.path, engine)
    for opened in (index, again):
        assert opened.search(Query(text="")).total == opened.count() == 0
        assert opened.search(Query(text="cel")).hits == ()
        assert (opened.suggest("cel"), opened.similar("r1"), list(opened.ids())) == ([], [], [])
        assert opened.seq == 8


def test_suggestions_complete_the_last_word(index: CurrentIndex) -> None:
    assert index.suggest("zool") == [Suggestion("title", "Zoölogie voor beginners", "r3")]
    assert index.suggest("bio") == [Suggestion("subject", "Biologie")]
    found = [suggestion.text for suggestion in index.suggest("leven ce")]
    assert found == ["Leven in de cel", "De cel: bouwsteen van het leven"]  # that starts so first
    assert (
        index.suggest("a") == index.suggest("") == index.suggest('"') == index.suggest("qq") == []
    )
    assert len(index.suggest("ne", limit=1)) == 1


def test_people_are_suggested_by_each_of_their_names(engine: Engine, tmp_path: Path) -> None:
    folder = tmp_path / "index"
    changes = [
        material(1, "Een", creator="Joris van der Meulen"),
        material(2, "Twee", creator="Meulen, Joris van der"),
        material(3, "Drie", creator="Renée Joosten"),
        Change(4, "r4", LearningResource(
            source="bron", identifier="4", creators=(Agent("Joriskring", "organisation"),)
        )),
    ]  # fmt: skip
    with rebuild(folder, engine, changes, 4) as index:
        for start in ("jor", "Meu", "van der me", "meulen jo"):
            assert [each.kind for each in index.suggest(start)] == ["person"], start
        for start in ("joris meul", "Joris Meulen"):  # without what stands between
            assert [each.kind for each in index.suggest(start)] == ["person"], start
        for start in ("jor meulen", "meulen van joris", "renee renee"):
            assert index.suggest(start) == [], start
        assert index.suggest("rene") == [Suggestion("person", "Renée Joosten")]
        with index.writer() as writer:
            writer.apply([Change(5, "r3", None)])
            writer.commit(5)
        index.refresh()
        assert index.suggest("rene") == []  # what is withdrawn is not suggested


def test_suggestions_are_shared_out_and_said_once(engine: Engine, tmp_path: Path) -> None:
    changes = [
        material(n, f"Water les {n % 5}", creator=f"Water Maker{n}", subjects=[f"Water {n % 7}"])
        for n in range(20)
    ]
    with rebuild(tmp_path / "index", engine, changes, 20) as index:
        kinds = [each.kind for each in index.suggest("wat", limit=8)]
        assert kinds == ["subject"] * 2 + ["person"] * 2 + ["title"] * 4
        texts = [(each.kind, each.text) for each in index.suggest("wat", limit=40)]
        assert len(texts) == len(set(texts)) == 5 + 7 + 20
        assert len(index.suggest("wat", limit=1)) == 1


def test_similar_finds_the_like_and_not_itself(index: CurrentIndex) -> None:
    assert index.similar("r1")[0].id in {"r2", "r3"}
    assert "r1" not in {hit.id for hit in index.similar("r1")}
    assert len(index.similar("r1", limit=1)) == 1
    assert index.similar("onbekend") == []
    # What has no title or subject is told by its description.
    assert {hit.id for hit in index.similar("r7")} == {"r1", "r2"}


def test_stop_words_make_nothing_similar(engine: Engine, tmp_path: Path) -> None:
    titles = ["De kunst van het zien", "De bouw van het heelal", "De geur van het bos"]
    others = [material(9, "Heelal"), *(material(n, f"Iets {n}") for n in range(10, 40))]
    changes = [*(material(n, title) for n, title in enumerate(titles)), *others]
    with rebuild(tmp_path / "index", engine, changes, 40) as index:
        assert index.similar("r0") == []
        assert [hit.id for hit in index.similar("r1")] == ["r9"]


# Works and copies


#: r1 and r8 are copies of a work that has the id of r1; r9 was one of two once, and is alone now.
TWINS = [
    *LIBRARY[1:],
    replace(
        material(1, "De cel: bouwsteen van het leven", creator="Jansen, Piet", year="2019-03-01"),
        grain="work",
        sources=("bron", "tweede"),
    ),
    replace(material(1, "De cel: bouwsteen van het leven"), grain="copy", link="dead"),
    replace(material(8, "De cel, bouwsteen", creator="Jansen, P.", source="tweede"), grain="copy"),
    replace(material(9, "Weefsel en orgaan"), grain="work"),
    replace(material(9, "Weefsel en orgaan"), grain="copy"),
]


@pytest.fixture
def twins(engine: Engine, tmp_path: Path) -> Iterator[CurrentIndex]:
    with rebuild(tmp_path / "index", engine, TWINS, 9) as made:
        yield made


def test_a_reader_is_shown_works_or_copies(twins: CurrentIndex) -> None:
    works = {f"r{number}" for number in "12345679"}
    assert found(twins, "") == works
    assert found(twins, "", copies=True) == works | {"r8"}
    assert twins.count() == 8
    no_cell = works - {"r1", "r2", "r7"}
    for text, of_works, of_copies in (
        ("bouwsteen", {"r1"}, {"r1", "r8"}),
        ("auteur:jansen", {"r1", "r3"}, {"r8", "r3"}),
        ("NOT cel", no_cell, no_cell),
        ("weefsel AND orgaan", {"r9"}, {"r9"}),
    ):
        for sort in ("relevance", "newest", "title"):
            assert found(twins, text, sort=sort) == of_works, text
            assert found(twins, text, sort=sort, copies=True) == of_copies, text


def test_counts_are_of_what_is_shown(twins: CurrentIndex) -> None:
    assert counts(twins, "source") == {"bron": 7, "tweede": 2}
    assert counts(twins, "source", copies=True) == {"bron": 7, "tweede": 2}
    assert counts(twins, "link") == {"unchecked": 8}
    assert counts(twins, "link", copies=True) == {"unchecked": 8, "dead": 1}
    assert counts(twins, "link", text="bouwsteen", copies=True) == {"unchecked": 1, "dead": 1}
    assert counts(twins, "source", text="bouwsteen") == {"bron": 1, "tweede": 1}
    both = {"source": ["tweede"], "year": ["2019"]}
    assert found(twins, "", filters=both) == {"r1", "r5"}  # a work has the sources of all copies
    assert found(twins, "", filters=both, copies=True) == {"r5"}
    assert found(twins, "", without={"source": ["tweede"]}).isdisjoint({"r1", "r5"})
    assert (twins.frequency("bouwsteen"), twins.frequency("orgaan")) == (1, 1)


def test_what_is_offered_are_works(twins: CurrentIndex) -> None:
    titles = [(each.text, each.id) for each in twins.suggest("bouwsteen") if each.kind == "title"]
    assert titles == [("De cel: bouwsteen van het leven", "r1")]
    people = [each.text for each in twins.suggest("jansen") if each.kind == "person"]
    assert sorted(people) == ["Jansen, Marie", "Jansen, Piet"]  # not as only a copy spells it
    assert {"r1", "r8"}.isdisjoint(hit.id for hit in twins.similar("r1"))
    assert "r8" not in {hit.id for hit in twins.similar("r2")}


def test_no_copy_is_offered_from_any_file(index: CurrentIndex) -> None:
    work, copy = (replace(material(20, "Rekenen"), grain=grain) for grain in ("work", "copy"))
    other = replace(material(21, "Zakrekenmachine rekenen"), grain="copy")
    later = material(22, "Rekenen met breuken")
    with index.writer() as writer:
        for seq, changes in ((20, [later]), (22, [work, copy, other])):
            writer.apply(changes)
            writer.commit(seq)
        assert index.suggest("zakr") == []
        titles = [(each.text, each.id) for each in index.suggest("reken") if each.kind == "title"]
        assert sorted(titles) == [("Rekenen", "r20"), ("Rekenen met breuken", "r22")]
        assert [hit.id for hit in index.similar("r22")] == ["r20"]
        assert [hit.id for hit in index.similar("r20")] == ["r22"]


def test_works_and_copies_are_explained(twins: CurrentIndex) -> None:
    query = Query(text="jansen bouwsteen")
    work = twins.explain(query, "r1")
    copy = twins.explain(replace(query, copies=True), "r1")
    assert work
    assert copy
    assert [match.word for match in work.words if match.fields] == ["jansen", "bouwsteen"]
    assert [match.word for match in copy.words if match.fields] == ["bouwsteen"]
    assert "dead_link" in copy.boosts
    assert "dead_link" not in work.boosts
    assert twins.explain(query, "r8") is None
    assert twins.explain(replace(query, copies=True), "r8")
    assert twins.explain(replace(query, copies=True), "r2")  # a record that is a work of its own


def test_a_record_becomes_a_work_and_its_copies_come_and_go(index: CurrentIndex) -> None:
    work = replace(material(8, "De cel en zijn bouw"), id="r1", grain="work")
    copies = [replace(LIBRARY[0], seq=9, grain="copy"), replace(LIBRARY[1], grain="copy")]
    others = {f"r{number}": number for number in range(3, 8)}
    with index.writer() as writer:
        writer.apply([work, *copies, Change(10, "r2", None)])
        writer.commit(10)
        assert found(index, "cel") == {"r1", "r7"}
        assert found(index, "cel", copies=True) == {"r1", "r2", "r7"}
        assert numbers(index) == others | {"r1": 8, "r1~copy": 9, "r2~copy": 2}
        writer.apply([Change(11, "r1", None, "copy")])
        writer.commit(11)
        assert found(index, "cel", copies=True) == {"r2", "r7"}
        assert found(index, "cel") == {"r1", "r7"}
        writer.apply([Change(12, "r1", None, "work"), Change(12, "r2", None, "copy"), LIBRARY[0]])
        writer.commit(12)
    assert found(index, "cel") == found(index, "cel", copies=True) == {"r1", "r7"}
    assert numbers(index) == others | {"r1": 1}


def test_engines_agree_on_works_and_copies(tmp_path: Path) -> None:
    dice = random.Random(7)
    changes = [
        replace(each, grain=dice.choice(["", "", "work", "copy"]), link=dice.choice(["", "dead"]))
        for each in _many(300)
    ]
    one, other = (rebuild(tmp_path / name, name, changes, 300) for name in ENGINES)
    assert one.count() == other.count() == sum(each.grain != "copy" for each in changes)
    for text in ("alfa", "NOT alfa", "beta OR gamma", ""):
        for chosen in ({}, {"link": ["dead"]}):
            for copies in (False, True):
                query = Query(text=text, filters=chosen, sort="newest", size=50, copies=copies)
                assert one.search(query) == other.search(query), query
        assert one.frequency(text) == other.frequency(text)


HOSTILE = [
    '"', "(", ")" * 300, "(" * 5_000, "NOT", "a OR", "*", "*a*", "?*?*", "[a TO z]", "ka* ~5",
    "cel^1000000", "\0", "\ud800", "😀", "9789:1", "-x", '"open', "NEAR(", "title:", ":", "\\",
    "kalo " * 10_000, " OR ".join(["cel"] * 5_000), '"' + "cel " * 1_000 + '"', "NOT " * 2_000,
    "a" * 100_000, "'; DROP TABLE x; --", "{{7*7}}", "\u202e cel", "id:r1", "rank:[0 TO 9]",
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_queries_end_in_time(index: CurrentIndex, text: str) -> None:
    start = time.perf_counter()
    index.search(Query(text=text, filters={"year": [text[:100]], "source": [""]}))
    result = index.search(Query(text=text))
    index.suggest(text)
    index.similar(text)
    assert time.perf_counter() - start < 1
    assert result.total <= 7
    assert found(index, "cel AND leven") == {"r1", "r2"}  # the next query is unharmed


def test_ugly_records_are_indexed(engine: Engine, tmp_path: Path) -> None:
    ugly = LearningResource(
        source="bron",
        identifier="\ud800\0",
        titles=(Text("\ud800 half\0 " + "lang" * 50_000),),
        keywords=(Text("\ud8ff"), Text("tab\tje"), Text(""), Text("w" * 70_000)),
        languages=("\udfff", "nl", "nl"),
        levels=("no-level",),
        dates=(Date("0000", "issued"), Date("99999-99", "created"), Date("soon", "available")),
        licence_url="https://licence.example/\n1",
    )
    index = rebuild(tmp_path, engine, [Change(1, "ugly", ugly), material(2, "Gewoon")], 2)
    assert found(index, "half") == {"ugly"}
    assert found(index, "") == {"ugly", "r2"}
    assert counts(index, "licence") == {"https://licence.example/ 1": 1}
    assert counts(index, "level") == {"no-level": 1}
    assert counts(index, "year") == {"9999": 1}
    assert counts(index, "language")["nl"] == 2
    index.suggest("half")


# Other processes

ELSEWHERE = """
import sys, time
from catalog.index import Change
from catalog.index.folder import open_index, rebuild
from catalog.resource import LearningResource, Text
path, engine, task = sys.argv[1:4]
def batch(number, size):
    for n in range(size):
        title = f"gang {number} {'woord ' * 20}"
        resource = LearningResource(source="s", identifier=str(n), titles=(Text(title),))
        yield Change(number, f"k{n}", resource)
if task == "hold":
    with open_index(path, engine).writer():
        print("held", flush=True)
        time.sleep(60)
elif task == "commit":
    with open_index(path, engine).writer() as writer:
        writer.apply(batch(8, 3))
        writer.commit(8)
elif task == "rebuild":
    rebuild(path, engine, batch(9, 5), 9)
elif task == "endless":
    with open_index(path, engine).writer() as writer:
        for number in range(100, 100_000):
            writer.apply(batch(number, 60))
            writer.commit(number)
            print(number, flush=True)
"""


def elsewhere(index: CurrentIndex, engine: Engine, task: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", ELSEWHERE, str(index.path), engine, task]
    root = Path(__file__).parents[2]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=root)


def read_line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def test_a_commit_of_another_process_is_seen(index: CurrentIndex, engine: Engine) -> None:
    assert index.refresh() is False
    with elsewhere(index, engine, "commit") as process:
        assert process.wait(60) == 0
    assert (index.seq, index.count()) == (7, 7)  # a reader keeps to one state until it refreshes
    assert index.refresh() is True
    assert (index.seq, index.count()) == (8, 10)
    assert found(index, "gang") == {"k0", "k1", "k2"}
    assert index.refresh() is False


def test_a_rebuild_by_another_process_is_seen(index: CurrentIndex, engine: Engine) -> None:
    with elsewhere(index, engine, "rebuild") as process:
        assert process.wait(60) == 0
    assert found(index, "cel") == {"r1", "r2", "r7"}  # the old files are open still
    assert index.refresh() is True
    assert (index.seq, index.count()) == (9, 5)


def test_one_process_writes_and_its_end_frees_the_lock(index: CurrentIndex, engine: Engine) -> None:
    with elsewhere(index, engine, "hold") as process:
        assert read_line(process) == "held"
        with pytest.raises(IndexBusyError):
            index.writer()
        with pytest.raises(IndexBusyError):
            rebuild(index.path, engine, LIBRARY, 7)
        assert found(index, "cel") == {"r1", "r2", "r7"}  # a reader never waits
        process.send_signal(signal.SIGKILL)
    with index.writer() as writer:
        writer.commit(8)


def test_two_writers_of_one_process_exclude_each_other(index: CurrentIndex) -> None:
    with index.writer(), pytest.raises(IndexBusyError):
        index.writer()
    index.writer().close()


def test_killed_while_writing_leaves_one_commit_whole(index: CurrentIndex, engine: Engine) -> None:
    dice = random.Random(3)
    for _ in range(6):
        with elsewhere(index, engine, "endless") as process:
            last = int(read_line(process))
            deadline = time.monotonic() + dice.random() * 0.2
            while time.monotonic() < deadline:
                last = int(read_line(process))
            process.send_signal(signal.SIGKILL)
            assert process.stdout is not None
            printed = process.stdout.read().split()
        last = int(printed[-1]) if printed else last
        opened = open_index(index.path, engine)
        seq = opened.seq
        assert seq in (last, last + 1)  # killed between the commit and its announcement
        assert opened.search(Query(text=f"gang AND {seq}")).total == 60
        assert {s for name, s in numbers(opened).items() if name.startswith("k")} == {seq}
        assert opened.count() == 67
    with open_index(index.path, engine).writer() as writer:
        writer.apply([material(8, "Verder")])
        writer.commit(200_000)
    assert open_index(index.path, engine).count() == 68


# Damage


def inside(index: CurrentIndex) -> Path:
    return index.path / (index.path / "CURRENT").read_text()


def test_nothing_there(engine: Engine, tmp_path: Path) -> None:
    with pytest.raises(IndexDamagedError):
        open_index(tmp_path / "none", engine)


@pytest.mark.parametrize(
    "harm", ["remove", "empty", "truncate", "flip first", "flip mid", "flip last"]
)
def test_damage_is_noticed_and_mended(
    engine: Engine, tmp_path: Path, harm: str, capfd: pytest.CaptureFixture[str]
) -> None:
    changes = _many(120)
    index = rebuild(tmp_path, engine, changes, 120)
    with index.writer() as writer:
        writer.apply([Change(121, change.id, None) for change in changes[::7]])
        writer.commit(121)
    expected = _answers(index)
    names = [entry.name for entry in inside(index).iterdir() if entry.is_file()]
    assert len(names) >= 3  # Whoosh: segment, table of contents, manifest
    # In the middle of these stands the version of the engine, which the checksum leaves out.
    tiny = {name for name in names if (inside(index) / name).stat().st_size < 300}
    unnoticed = []
    for name in names:
        path = inside(index) / name
        whole = path.read_bytes()
        _harm(path, harm)
        try:
            opened = open_index(tmp_path, engine)
            unnoticed.append(name)
            assert _answers(opened) == expected, name  # it may be unnoticed where nothing is lost
        except IndexDamagedError:
            pass
        _put(path, whole)
    careless = {".managed.json", ".tantivy-meta.lock", ".tantivy-writer.lock"}
    assert set(unnoticed) <= careless | tiny
    assert _answers(open_index(tmp_path, engine)) == expected
    _harm(inside(index) / names[0], harm)
    mended = rebuild(tmp_path, engine, [c for n, c in enumerate(changes) if n % 7], 121)
    assert _answers(mended) == expected
    capfd.readouterr()  # the engine may have told of its panic


def _harm(path: Path, harm: str) -> None:
    content = bytearray(path.read_bytes())
    match harm.split():
        case ["remove"]:
            path.unlink()
        case ["empty"]:
            _put(path, b"")
        case ["truncate"]:
            _put(path, content[: len(content) // 2])
        case ["flip", where] if content:
            place = {"first": 0, "mid": len(content) // 2, "last": len(content) - 1}[where]
            content[place] ^= 4
            _put(path, content)


def _put(path: Path, content: bytes) -> None:
    """Replace a file: one that shrinks in place ends whoever still has it mapped (SIGBUS)."""
    aside = path.with_name("aside")
    aside.write_bytes(content)
    aside.replace(path)


def _answers(index: CurrentIndex) -> tuple[object, ...]:
    results = [
        index.search(Query(text=text, sort="newest", size=100))
        for text in ("", "alfa", '"beta gamma"')
    ]
    return index.seq, index.count(), results, index.suggest("al"), sorted(index.ids())


def test_every_bit_of_the_small_files_counts(
    index: CurrentIndex, engine: Engine, capfd: pytest.CaptureFixture[str]
) -> None:
    def answers(opened: CurrentIndex) -> object:
        return opened.seq, found(opened, ""), found(opened, "cel"), counts(opened, "year")

    expected = answers(index)
    dice = random.Random(1)
    paths = [path for path in inside(index).iterdir() if path.stat().st_size]
    for path in paths:
        whole = path.read_bytes()
        for place in dice.sample(range(len(whole)), min(40, len(whole))):
            harmed = bytearray(whole)
            harmed[place] ^= 1 << dice.randrange(8)
            path.write_bytes(harmed)
            with suppress(IndexDamagedError):
                assert answers(open_index(index.path, engine)) == expected, (path.name, place)
        path.write_bytes(whole)
    capfd.readouterr()


@pytest.mark.parametrize("pointer", [b"", b"\xff", b"../elsewhere", b"tantivy-v1-99", b"x" * 999])
def test_a_pointer_to_nothing(index: CurrentIndex, engine: Engine, pointer: bytes) -> None:
    (index.path / "CURRENT").write_bytes(pointer)
    with pytest.raises(IndexDamagedError):
        open_index(index.path, engine)
    assert rebuild(index.path, engine, LIBRARY, 7).count() == 7


# Changing places


def test_an_index_of_another_format_is_not_opened(
    index: CurrentIndex, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folders, "FORMAT", folders.FORMAT + 1)
    with pytest.raises(IndexDamagedError, match="format"):
        open_index(index.path, engine)
    assert rebuild(index.path, engine, LIBRARY, 7).count() == 7


def test_an_index_of_another_engine_is_not_opened(index: CurrentIndex, engine: Engine) -> None:
    other = next(name for name in ENGINES if name != engine)
    with pytest.raises(IndexDamagedError, match=other):
        open_index(index.path, other)
    assert rebuild(index.path, other, LIBRARY, 7).count() == 7


def test_a_rebuild_that_fails_leaves_the_old_in_place(index: CurrentIndex, engine: Engine) -> None:
    def breaks() -> Iterator[Change]:
        yield LIBRARY[0]
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        rebuild(index.path, engine, breaks(), 1)
    assert found(open_index(index.path, engine), "cel") == {"r1", "r2", "r7"}
    assert len([entry for entry in index.path.iterdir() if entry.is_dir()]) == 1


def test_leftovers_are_removed_by_the_next_writer(index: CurrentIndex) -> None:
    left = index.path / "whoosh-v0-3"
    left.mkdir()
    (left / "x").write_text("x")
    index.writer().close()
    assert not left.exists()


def test_searching_goes_on_while_the_index_is_replaced(engine: Engine, tmp_path: Path) -> None:
    index = rebuild(tmp_path, engine, LIBRARY, 7)
    stop = threading.Event()
    wrong: list[object] = []

    def search() -> None:
        while not stop.is_set():
            try:
                index.refresh()
                total = index.search(Query(text="cel")).total
                if total not in (2, 3):
                    wrong.append(total)
            except SearchError as error:
                wrong.append(error)

    threads = [threading.Thread(target=search) for _ in range(3)]
    for thread in threads:
        thread.start()
    for turn in range(6):
        rebuild(tmp_path, engine, LIBRARY[turn % 2 :], 7)  # r1 is there every second time
        with index.writer() as writer:
            writer.apply([material(50 + turn, "iets anders")])
            writer.commit(50 + turn)
    stop.set()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_a_reader_opens_while_writers_replace_and_remove(engine: Engine, tmp_path: Path) -> None:
    rebuild(tmp_path, engine, LIBRARY, 7)
    stop = threading.Event()

    def write() -> None:
        while not stop.is_set():
            rebuild(tmp_path, engine, LIBRARY, 7)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for _ in range(30):
            assert found(open_index(tmp_path, engine), "cel") == {"r1", "r2", "r7"}
    finally:
        stop.set()
        writer.join()


def test_whoosh_refuses_what_others_can_write(tmp_path: Path) -> None:
    index = rebuild(tmp_path / "index", "whoosh", LIBRARY, 7)
    for place in (index.path, inside(index), next(inside(index).glob("*.toc"))):
        mode = place.stat().st_mode
        place.chmod(mode | 0o002)
        with pytest.raises(SearchError, match="other users") as refused:
            open_index(index.path, "whoosh")
        assert not isinstance(refused.value, IndexDamagedError)  # a rebuild would not help
        place.chmod(mode)
    assert open_index(index.path, "whoosh").count() == 7


def test_a_folder_that_cannot_be_written_is_said(engine: Engine, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SearchError, match="cannot be written"):
        rebuild(tmp_path / "file" / "index", engine, LIBRARY, 7)


def test_descriptors_are_not_left_open(engine: Engine, tmp_path: Path) -> None:
    index = rebuild(tmp_path, engine, LIBRARY, 7)
    before = _descriptors()
    for seq in range(8, 28):
        with index.writer() as writer:
            writer.apply([material(seq, "nog een")])
            writer.commit(seq)
    assert _descriptors() <= before + 12


def _descriptors() -> int:
    return sum(1 for _ in Path("/proc/self/fd").iterdir())
