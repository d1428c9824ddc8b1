"""Several records of one work as one: the best value of each field, whatever their order."""

from __future__ import annotations

import random
import timeit
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.resource import (
    Agent,
    Concept,
    Date,
    Identifier,
    LearningResource,
    Relation,
    Text,
)
from catalog.works.merging import merge


def copy(source: str, **said: Any) -> LearningResource:
    return LearningResource(source=source, identifier=f"oai:{source}:1", **said)


def together(*copies: LearningResource, field: str, links: tuple[str, ...] = ()) -> Any:
    return getattr(merge(copies, links).resource, field)


def test_one_copy_is_left_as_it_is() -> None:
    alone = copy("a", keywords=(Text("Water"), Text("water")), url="https://a.example/")
    merged = merge([alone])
    assert merged.resource == alone
    assert merged.origins == dict.fromkeys(("source", "identifier", "keywords", "url"), (0,))
    with pytest.raises(ValueError, match="at least one"):
        merge([])


def test_the_fullest_title_and_those_in_other_languages() -> None:
    plain = copy("a", titles=(Text("Statistiek", "nl"),))
    loud = copy("b", titles=(Text("STATISTIEK VOOR STUDENTEN IN DE ZORG", "nl"),))
    full = copy("c", titles=(Text("Statistiek: een inleiding", "nl"),))
    english = copy("d", titles=(Text("Statistics", "en"), Text("Statistiek", "nl")))
    merged = merge([plain, loud, full, english])
    assert merged.resource.titles == (
        Text("Statistiek: een inleiding", "nl"),
        Text("Statistics", "en"),
    )
    assert merged.origins["titles"] == (2, 3)
    untold = copy("e", titles=(Text("Statistics, an introduction to all of it"),))
    assert together(untold, plain, field="titles") == untold.titles  # it may be in that language


def test_the_richest_description_of_each_language() -> None:
    short = copy("a", descriptions=(Text("Over water.", "nl"), Text("On water.", "en")))
    long = copy("b", descriptions=(Text("Over water en hoe het stroomt.", "nl-NL"),))
    untold = copy("c", descriptions=(Text("Over water en hoe."),))
    merged = merge([short, long, untold])
    assert {text.text for text in merged.resource.descriptions} == {
        "On water.",
        "Over water en hoe het stroomt.",
    }
    assert merged.origins["descriptions"] == (0, 1)
    dutch = copy("d", languages=("nl",), descriptions=(Text("Over water en hoe het stroomt. En."),))
    texts = together(long, dutch, field="descriptions")
    assert texts == dutch.descriptions  # it is in the language of the material


def test_values_of_all_copies_each_once_however_spelt() -> None:
    one = copy(
        "a",
        keywords=(Text("E-learning"), Text("Zoölogie")),
        subjects=(Concept(label="Biologie"), Concept(id="u:1", label="Recht")),
        levels=("mbo", "wo"),
        identifiers=(Identifier("10.1000/1", "doi"),),
        relations=(Relation("ispartof", "https://x.example/"),),
        providers=(Agent("Bibliotheek Noord"),),
    )
    other = copy(
        "b",
        keywords=(Text("e learning", "nl"), Text("ZOOLOGIE"), Text("!"), Text("?")),
        subjects=(Concept(id="u:1", label="Law", language="en"), Concept("u:2", "biologie", "s")),
        levels=("mbo-4", "hbo", "ho"),
        identifiers=(Identifier("10.1000/1", "doi"), Identifier("10.1000/1", "handle")),
        relations=(Relation("ispartof", "https://x.example/", "Deel"), Relation("haspart")),
        providers=(Agent("bibliotheek noord", "organisation"),),
    )
    merged = merge([one, other])
    made = merged.resource
    assert [text.text for text in made.keywords] == ["e learning", "Zoölogie", "!", "?"]
    assert made.subjects == (
        Concept("u:2", "biologie", "s"),
        Concept("u:1", "Law", language="en"),
    )
    assert made.levels == ("wo", "mbo-4", "hbo")  # which say what mbo and ho leave open
    assert len(made.identifiers) == 2
    assert made.relations == (
        Relation("ispartof", "https://x.example/", "Deel"),
        Relation("haspart"),
    )
    assert made.providers == other.providers
    assert merged.origins["keywords"] == (0, 1)


def test_the_most_complete_makers_with_what_others_know_of_them() -> None:
    short = copy(
        "a",
        creators=(Agent("Vries, A. de", ids=("https://orcid.org/0000-0002-1825-0097",)),),
    )
    full = copy("b", creators=(Agent("Anna de Vries", "person"), Agent("Piet Jansen", "person")))
    editor = copy("c", contributors=(Agent("P. Jansen"), Agent("Kees Bos", role="editor")))
    merged = merge([short, full, editor])
    assert merged.resource.creators == (
        Agent("Anna de Vries", "person", ids=("https://orcid.org/0000-0002-1825-0097",)),
        Agent("Piet Jansen", "person"),
    )
    assert merged.origins["creators"] == (0, 1)
    assert [agent.name for agent in merged.resource.contributors] == ["P. Jansen", "Kees Bos"]
    # Whom a copy calls a creator is no contributor as well, unless it is said what else they did.
    twice = copy("d", contributors=(Agent("Jansen, P."), Agent("Wil Mos"), Agent("Ria Tol")))
    assert [a.name for a in together(full, editor, twice, field="contributors")] == [
        "Wil Mos",
        "Ria Tol",
    ]


@pytest.mark.parametrize(
    ("licences", "strictest"),
    [
        ([("CC-BY-4.0", "open"), ("CC-BY-NC-4.0", "restricted")], "CC-BY-NC-4.0"),
        ([("CC-BY-4.0", "open"), ("", "")], "CC-BY-4.0"),  # to say nothing is not strict
        ([("CC0-1.0", "open"), ("CC-BY-SA-4.0", "open")], "CC-BY-SA-4.0"),
        ([("CC-BY-NC-ND-4.0", "restricted"), ("", "closed")], ""),
    ],
)
def test_the_strictest_licence_that_is_stated(
    licences: list[tuple[str, Any]], strictest: str
) -> None:
    urls = {
        spdx: f"https://creativecommons.org/licenses/{spdx.lower()[3:-4]}/4.0/"
        for spdx, _ in licences
        if spdx.startswith("CC-")
    }
    copies = [
        copy(str(at), licence=spdx, licence_url=urls.get(spdx, ""), openness=openness,
             rights=(spdx,) if spdx else ())
        for at, (spdx, openness) in enumerate(licences)
    ]  # fmt: skip
    merged = merge(copies).resource
    chosen = next(each for each in copies if each.licence == strictest and each.openness)
    assert (merged.licence, merged.licence_url, merged.openness, merged.rights) == (
        (chosen.licence, chosen.licence_url, chosen.openness, chosen.rights)
    )


def test_the_living_open_address_first() -> None:
    dead = copy("a", url="https://a.example/", access="open", titles=(Text("Vol"),), status="final")
    shut = copy("b", url="https://b.example/", access="login")
    free = copy("c", url="https://c.example/", access_terms=("OpenAccess",), access="open")
    urls = ("dead", "", "")
    assert together(dead, shut, field="url") == dead.url
    assert together(dead, shut, free, field="url", links=urls) == free.url
    assert together(dead, shut, field="url", links=("dead", "")) == shut.url
    assert together(dead, shut, field="access", links=("dead", "alive")) == "login"
    merged = merge([dead, shut, free], ("alive", "", "alive"))
    assert merged.resource.url == dead.url  # the fuller of equal ones
    assert merged.origins["url"] == (0,)


def test_a_stated_language_before_a_detected_one() -> None:
    guessed = copy("a", languages=("en",), language_detected=True, titles=(Text("x"),))
    stated = copy("b", languages=("nl",))
    made = merge([guessed, stated])
    assert (made.resource.languages, made.resource.language_detected) == (("nl",), False)
    assert made.origins["languages"] == (1,)
    assert made.disagreements == ()
    same = merge([guessed, copy("b", languages=("en",))]).resource
    assert (same.languages, same.language_detected) == (("en",), False)
    both = merge([guessed, copy("c", languages=("nl",), language_detected=True)]).resource
    assert both.language_detected
    assert not merge([copy("a"), copy("b", titles=(Text("x"),))]).resource.language_detected


def test_the_most_precise_date_of_the_year_that_most_give() -> None:
    copies = [
        copy("a", dates=(Date("2019", "issued"), Date("2021-01-01", "modified"))),
        copy("b", dates=(Date("2019-03", "issued"),)),
        copy("c", dates=(Date("2022-01-01", "issued"), Date("2023", "modified"))),
        copy("d", dates=(Date("2019-03-01T12:00:00Z", "issued"),)),
        copy("e", dates=(Date("2019-04-02", "issued"),)),
    ]
    merged = merge(copies)
    assert set(merged.resource.dates) == {Date("2019-04-02", "issued"), Date("2023", "modified")}
    assert merged.origins["dates"] == (2, 4)
    assert [each.field for each in merged.disagreements] == ["year"]
    assert merged.disagreements[0].said == (("2019", (0, 1, 3, 4)), ("2022", (2,)))


def test_the_publishers_own_copy_decides() -> None:
    aggregator = copy("a", status="draft", version="1", age="12-15", duration="PT1H")
    own = copy("z", status="final", publishers=(Agent("Uitgeverij Zon"),),
               providers=(Agent("UITGEVERIJ ZON"),))  # fmt: skip
    made = merge([aggregator, own]).resource
    assert (made.source, made.status, made.version) == ("z", "final", "1")


def disputed(*copies: LearningResource) -> dict[str, Any]:
    return {each.field: each.said for each in merge(copies).disagreements}


def test_disagreements_are_named() -> None:
    by = {"licence": "CC-BY-4.0", "openness": "open"}
    one = copy("a", **by, languages=("nl",), levels=("mbo-4",))
    other = copy("b", openness="closed", languages=("en-GB",), levels=("wo",))
    assert disputed(one, other, copy("c")) == {
        "licence": (("CC-BY-4.0", (0,)), ("closed", (1,))),
        "language": (("en", (1,)), ("nl", (0,))),
        "level": (("mbo-4", (0,)), ("wo", (1,))),
    }
    vague = copy("c", openness="open", languages=("nl-NL", "en"), levels=("mbo",))
    assert disputed(one, vague) == {}  # less precise, and no contradiction


def test_what_goes_together_comes_from_one_copy() -> None:
    one = copy("a", url="https://a.example/", accessibility_features=("captions",), cost="paid")
    other = copy("b", url="https://b.example/", access_modes=("visual",), cost="free")
    made = merge([one, other]).resource
    assert (made.url, made.cost) == ("https://b.example/", "free")
    assert (made.access_modes, made.accessibility_features) == (("visual",), ())


HOSTILE = ["", "x", "X", "é", "\u202e", "=1+1", "\0", "a" * 300, "机器", "'", "nl", "de, van", ","]
words = st.sampled_from(HOSTILE)
texts = st.builds(Text, words, st.sampled_from(["", "nl", "en", "nl-BE"]))
agents = st.builds(
    Agent, words, st.sampled_from(["", "person", "organisation"]), st.sampled_from(["", "editor"]),
    st.lists(words, max_size=2).map(tuple), words,
)  # fmt: skip


def some(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.lists(values, max_size=3).map(tuple)


copies = st.lists(
    st.builds(
        LearningResource,
        source=st.sampled_from(["a", "b"]),
        identifier=words,
        titles=some(texts),
        descriptions=some(texts),
        keywords=some(texts),
        creators=some(agents),
        contributors=some(agents),
        publishers=some(agents),
        providers=some(agents),
        identifiers=some(st.builds(Identifier, words, st.sampled_from(["", "doi"]))),
        url=words,
        languages=some(st.sampled_from(["nl", "en", "zz", ""])),
        language_detected=st.booleans(),
        levels=some(st.sampled_from(["mbo", "mbo-4", "wo", "niets"])),
        subjects=some(st.builds(Concept, words, words, words)),
        rights=some(words),
        licence=st.sampled_from(["", "CC-BY-4.0", "niets"]),
        openness=st.sampled_from(["", "open", "restricted", "closed"]),
        access=st.sampled_from(["", "open", "login", "closed"]),
        dates=some(st.builds(Date, st.sampled_from(["", "2019", "2020-02", "x"]), words)),
        relations=some(st.builds(Relation, words, words, words)),
    ),
    min_size=1,
    max_size=4,
)


@given(copies, st.data())
def test_the_order_of_copies_changes_nothing(
    copies: list[LearningResource], data: st.DataObject
) -> None:
    links = [data.draw(st.sampled_from(["", "alive", "dead", "?"])) for _ in copies]
    merged = merge(copies, links)
    order = data.draw(st.permutations(range(len(copies))))
    again = merge([copies[at] for at in order], [links[at] for at in order])
    assert again.resource == merged.resource
    whose = {name: tuple(sorted(order[at] for at in at_)) for name, at_ in again.origins.items()}
    if len({msgspec.json.encode(each) for each in copies}) == len(copies):
        assert whose == merged.origins
    assert all(getattr(merged.resource, name) for name in merged.origins)
    assert all(0 <= at < len(copies) for at_ in merged.origins.values() for at in at_)
    assert merge([merged.resource] * 2).resource == merged.resource
    assert msgspec.json.decode(msgspec.json.encode(merged.resource), type=LearningResource)


def test_many_copies_and_large_ones_end_in_time() -> None:
    dice = random.Random(3)
    many = [
        copy(
            f"s{n}",
            titles=(Text(f"Titel {n}"),),
            creators=tuple(Agent(f"Maker {dice.random()}") for _ in range(20)),
            keywords=tuple(Text(f"woord {dice.random()}") for _ in range(50)),
            dates=(Date(str(1000 + n), "issued"),),
        )
        for n in range(300)
    ]
    large = [
        copy(f"l{n}", creators=tuple(Agent(f"M {n} {m}") for m in range(3000)),
             descriptions=(Text("x" * 1_000_000),))
        for n in range(2)
    ]  # fmt: skip
    assert timeit.timeit(lambda: merge(many), number=1) < 5
    assert timeit.timeit(lambda: merge(large), number=1) < 5
