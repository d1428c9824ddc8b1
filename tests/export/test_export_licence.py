"""What licences allow, alone and together, and the line that names whom one owes."""

from __future__ import annotations

import itertools

import lxml.html
import pytest
from described import FIXTURES, LISTING, UGLY, spoilt
from msgspec.structs import replace

from catalog import vocabulary
from catalog.export import Listing
from catalog.export.licence import (
    LANGUAGES,
    Terms,
    advice,
    advice_in_words,
    attribution,
    combined,
    of_resource,
    outcome_in_words,
    terms,
)
from catalog.export.licence.attribution import MEDIA
from catalog.export.licence.combining import MAKINGS, targets
from catalog.export.licence.words import KEYS
from catalog.normalise import normalise
from catalog.resource import Agent, LearningResource, Text

RIGHTS = "http://rightsstatements.org/vocab/"
ALIKE = "credit licence_link say_changed share_alike"
STATEMENTS = ("InC", "InC-OW-EU", "InC-RUU", "InC-EDU", "InC-NC", "NoC-NC", "NoC-CR", "NoC-OKLR")
SAID = [
    *vocabulary.get("licence").codes,
    *(f"http://rightsstatements.org/vocab/{name}/1.0/" for name in (*STATEMENTS, "NoC-US")),
    "https://creativecommons.org/licenses/by-sa/3.0/ch/",
    "https://creativecommons.org/licenses/publicdomain/",
    "https://creativecommons.org/licenses/nc-sa/1.0/",
    "All rights reserved",
    "Taverne",
    "",
]
ALL = [*map(terms, SAID), Terms("open"), Terms("restricted")]


@pytest.mark.parametrize(
    ("said", "name", "answers", "duties"),
    [
        # use, share, adapt, sell
        ("cc-by-40", "CC BY 4.0", "yes cond cond cond", "credit licence_link say_changed"),
        (
            "https://creativecommons.org/licenses/by-sa/3.0/nl/",
            "CC BY-SA 3.0 NL",
            "yes cond cond cond",
            ALIKE,
        ),
        (
            "CC BY-NC-ND 4.0",
            "CC BY-NC-ND 4.0",
            "cond cond no no",
            "credit licence_link no_profit",
        ),
        ("CC-BY-SA-2.1-JP", "CC BY-SA 2.1 JP", "yes cond cond cond", ALIKE),
        ("CC BY-SA", "CC BY-SA", "yes cond cond cond", ALIKE),
        ("CC0", "CC0 1.0", "yes yes yes yes", ""),
        ("pdm-10", "Public Domain Mark", "yes yes yes yes", ""),
        ("MIT", "MIT", "yes cond cond cond", "keep_notice"),
        (
            "GPL-3.0-or-later",
            "GNU GPL 3.0 or later",
            "yes cond cond cond",
            "keep_notice say_changed give_source share_alike",
        ),
        (RIGHTS + "InC/1.0/", "InC", "yes no no no", ""),
        (RIGHTS + "InC-EDU/1.0/", "InC-EDU", "cond cond unsure no", "education_only"),
        (RIGHTS + "NoC-CR/1.0/", "NoC-CR", "yes unsure unsure unsure", ""),
        ("Alle rechten voorbehouden", "", "yes no no no", ""),
        ("Artikel 25fa Auteurswet (Taverne)", "Taverne", "yes no no no", ""),
        ("Vraag het de docent", "", "yes unsure unsure unsure", ""),
    ],
)
def test_a_licence_in_plain_words(said: str, name: str, answers: str, duties: str) -> None:
    found = terms(said)
    told = advice(found)
    assert found.name == name
    said_of_it = f"{told.use} {told.share} {told.adapt} {told.sell}"
    assert said_of_it.replace("conditions", "cond") == answers
    assert " ".join(told.duties) == duties


def test_what_is_not_certain_is_said() -> None:
    assert all(advice(one).unsure for one in ALL)
    assert "no_version" in advice(terms("CC BY")).unsure
    assert "port" in advice(terms("https://creativecommons.org/licenses/by/3.0/nl/")).unsure
    assert "nc_meaning" in advice(terms("cc-by-nc-40")).unsure
    assert "us_only" in advice(terms("http://rightsstatements.org/vocab/NoC-US/1.0/")).unsure
    assert "software" in advice(terms("MIT")).unsure
    assert "software" not in advice(terms("Free Art License")).unsure


def test_only_since_4_0_one_may_adapt_for_oneself_under_nd() -> None:
    assert "nd_private" in advice(terms("CC BY-ND 4.0")).notes
    assert "nd_private" not in advice(terms("CC BY-ND 3.0")).notes
    assert "nd_private" not in advice(terms("CC BY-ND")).notes


def test_a_material_is_advised_on_by_what_the_catalogue_knows_of_it() -> None:
    def of(*rights: str) -> Terms:
        return of_resource(normalise(LearningResource(source="s", identifier="i", rights=rights)))

    assert of("cc-by-40").key == "by"
    assert of("Auteursrecht, Taverne-regeling").kind == "taverne"
    assert of("All rights reserved").kind == "closed"
    assert of("Taverne", "https://creativecommons.org/licenses/by/4.0/").key == "by"
    assert of().kind == "unknown"


BY, SA, NC = "CC BY 4.0", "CC BY-SA 4.0", "CC BY-NC 4.0"


@pytest.mark.parametrize(
    ("said", "allowed", "licence", "reason"),
    [
        ([BY], "conditions", BY, "credit_all"),
        ([BY, "CC0"], "conditions", BY, "credit_all"),
        (["CC0", "pdm-10"], "yes", "CC0 1.0", "no_limits"),
        ([BY, SA], "conditions", SA, "sa_decides"),
        ([BY, NC], "conditions", NC, "nc_decides"),
        ([NC, "CC BY-NC-SA 3.0"], "conditions", "CC BY-NC-SA 4.0", "sa_decides"),
        # ShareAlike against NonCommercial, and both against NoDerivatives
        ([SA, NC], "no", "", "nc_against_sa"),
        ([SA, "CC BY-NC-SA 4.0"], "no", "", "nc_against_sa"),
        ([BY, "CC BY-ND 4.0"], "no", "", "nd"),
        (["CC BY-NC-ND 2.0"], "no", "", "nd"),
        # versions of ShareAlike
        (["CC BY-SA 2.0", "CC BY-SA 3.0"], "conditions", "CC BY-SA 4.0", "sa_decides"),
        (["CC BY-SA 2.5", "https://creativecommons.org/licenses/by-sa/3.0/nl/"], "conditions",
         "CC BY-SA 4.0", "sa_decides"),
        (["CC BY-SA 1.0"], "conditions", "CC BY-SA 1.0", "sa_decides"),
        (["CC BY-SA 1.0", SA], "no", "", "sa_versions"),
        (["CC BY-NC-SA 1.0", "CC BY-NC-SA 2.0"], "no", "", "sa_versions"),
        # compatible licences: the GPL in one direction, Art Libre in both
        ([SA, "GPL-3.0"], "conditions", "GNU GPL 3.0", "one_way_gpl"),
        ([SA, "GPL-2.0-or-later"], "conditions", "GNU GPL 3.0", "one_way_gpl"),
        ([SA, "GPL-2.0"], "no", "", "gpl_needs_3"),
        (["CC BY-SA 3.0", "GPL-3.0"], "unsure", "", "gpl_needs_4"),
        ([SA, "Free Art License"], "conditions", SA, "sa_decides"),
        (["CC BY-SA 3.0", "EUPL-1.2"], "conditions", "CC BY-SA 3.0", "sa_decides"),
        # others
        ([BY, "GPL-3.0"], "conditions", "GNU GPL 3.0", "copyleft_decides"),
        ([NC, "GPL-3.0"], "no", "", "nc_against_copyleft"),
        ([SA, "GFDL-1.3-only"], "no", "", "copylefts_differ"),
        ([BY, "GFDL-1.3-only"], "unsure", "", "not_declared"),
        (["Apache-2.0", "GPL-3.0"], "conditions", "GNU GPL 3.0", "copyleft_decides"),
        (["Apache-2.0", "GPL-2.0"], "no", "", "apache_gpl2"),
        (["MIT", "MIT"], "conditions", "MIT", "credit_all"),
        (["MIT", NC], "conditions", NC, "nc_decides"),
        (["OGL-UK-3.0", SA], "conditions", SA, "sa_decides"),
        # no licence at all
        ([BY, "All rights reserved"], "no", "", "reserved"),
        ([BY, "Taverne"], "no", "", "taverne"),
        ([BY, ""], "unsure", "", "unknown"),
        ([BY, "http://rightsstatements.org/vocab/NoC-NC/1.0/"], "unsure", "", "statement"),
        ([], "unsure", "", ""),
    ],
)  # fmt: skip
def test_an_adaptation_goes_out_under_what_all_its_parts_allow(
    said: list[str], allowed: str, licence: str, reason: str
) -> None:
    for order in itertools.permutations(map(terms, said)):
        found = combined(order)
        assert found.allowed == allowed
        assert licence in found.licences if licence else not found.licences
        assert reason in {one.key for one in found.reasons} or not reason


@pytest.mark.parametrize(
    ("said", "allowed", "sell"),
    [
        ([SA, NC], "conditions", "no"),
        ([BY, "CC BY-ND 4.0", "GPL-3.0"], "conditions", "conditions"),
        (["CC0"], "yes", "yes"),
        ([BY, "All rights reserved"], "no", "no"),
        ([BY, ""], "unsure", "unsure"),
        ([], "unsure", "unsure"),
    ],
)
def test_in_a_collection_each_keeps_its_licence(said: list[str], allowed: str, sell: str) -> None:
    found = combined(map(terms, said), "collection")
    assert (found.allowed, found.sell, found.licences) == (allowed, sell, ())
    assert "share_alike" not in found.duties or allowed not in ("yes", "conditions")


def test_what_more_parts_ask_is_never_less() -> None:
    """For any three licences: one more part opens no way, and the order of parts means nothing."""
    for one, other in itertools.combinations(ALL, 2):
        alone, both = combined([one]), combined([one, other])
        assert set(both.licences) <= set(alone.licences) or not alone.licences
        assert set(both.licences) == set(combined([other, one]).licences)
        assert set(alone.duties) <= set(both.duties)
        assert alone.sell != "no" or both.sell == "no"
        if alone.allowed == "no":
            assert both.allowed == "no"


def test_a_licence_always_allows_itself_where_it_allows_adapting() -> None:
    for one in ALL:
        if targets(one) and one.kind not in ("pdm", "waived"):
            assert combined([one, one]).licences[0] == one.name


def test_all_that_is_said_has_words_and_all_words_are_said() -> None:
    used = set()
    for one in ALL:
        told = advice(one)
        used |= {f"{name}.{getattr(told, name)}" for name in ("use", "share", "adapt", "sell")}
        used |= {f"duty.{key}" for key in told.duties} | {f"note.{key}" for key in told.notes}
        used |= {f"unsure.{key}" for key in told.unsure}
    for making, parts in itertools.product(
        MAKINGS, itertools.combinations_with_replacement(ALL, 2)
    ):
        found = combined(parts, making)
        used |= {f"{making}.{found.allowed}", f"sell.{found.sell}"}
        used |= {f"reason.{reason.key}" for reason in found.reasons}
    assert used == set(KEYS)


def test_sentences_are_whole_in_both_languages() -> None:
    spoken = {
        language: [
            *(advice_in_words(advice(one), language) for one in ALL),
            *(
                outcome_in_words(combined([one, terms(SA)], making), making, language)
                for one in ALL
                for making in MAKINGS
            ),
        ]
        for language in LANGUAGES
    }
    for said in itertools.chain.from_iterable(spoken.values()):
        for sentence in said:
            assert sentence.endswith(".")
            assert "{" not in sentence
    assert all(len(nl) == len(en) for nl, en in zip(*spoken.values(), strict=True))
    assert spoken["nl"] != spoken["en"]


def material(**said: object) -> LearningResource:
    fields: dict[str, object] = {
        "titles": (Text("Wondzorg", "nl"),),
        "creators": (Agent("Anna van den Berg", "person"), Agent("Zorgschool")),
        "url": "https://zorg.example.org/1?a=1&b=2",
        "licence_url": "https://creativecommons.org/licenses/by-sa/4.0/",
        "openness": "open",
    }
    return LearningResource(source="s", identifier="1", **{**fields, **said})  # type: ignore[arg-type]


SOURCE = Listing(source="Zorgbank")


def test_the_line_in_text() -> None:
    assert attribution(material(), SOURCE) == (
        "\u201cWondzorg\u201d (https://zorg.example.org/1?a=1&b=2) door Anna van den Berg, "
        "Zorgschool (via Zorgbank), gebruikt onder CC BY-SA 4.0 "
        "(https://creativecommons.org/licenses/by-sa/4.0/)."
    )
    assert attribution(material(url=""), language="en", adapted=True) == (
        "Adapted from \u201cWondzorg\u201d by Anna van den Berg, Zorgschool, used under "
        "CC BY-SA 4.0 (https://creativecommons.org/licenses/by-sa/4.0/)."
    )


def test_the_line_in_html_and_markdown() -> None:
    assert attribution(material(titles=(Text("A < B & *C*"),), creators=()), medium="html") == (
        '<a href="https://zorg.example.org/1?a=1&amp;b=2">\u201cA &lt; B &amp; *C*\u201d</a>, '
        "gebruikt onder "
        '<a rel="license" href="https://creativecommons.org/licenses/by-sa/4.0/">CC BY-SA 4.0</a>.'
    )
    assert attribution(material(titles=(Text("A < B & *C*"),), creators=()), medium="markdown") == (
        "[\u201cA \\< B \\& \\*C\\*\u201d](<https://zorg.example.org/1?a=1&b=2>), gebruikt onder "
        "[CC BY\\-SA 4\\.0](<https://creativecommons.org/licenses/by-sa/4.0/>)."
    )


@pytest.mark.parametrize(
    ("rights", "end"),
    [
        ("cc0-10", "auteursrecht: CC0 1.0 (https://creativecommons.org/publicdomain/zero/1.0/)."),
        ("All rights reserved", "Zorgschool, alle rechten voorbehouden."),
        ("Taverne", "Auteurswet; andere rechten voorbehouden."),
        ("", "Zorgschool, licentie niet vermeld."),
        (RIGHTS + "InC/1.0/", f"rightsstatements.org: InC ({RIGHTS}InC/1.0/)."),
    ],
)
def test_the_line_says_what_is_known_of_the_licence(rights: str, end: str) -> None:
    said = normalise(material(licence_url="", openness="", rights=(rights,) if rights else ()))
    assert attribution(said).endswith(end)


def test_of_many_makers_ten_are_named() -> None:
    crowd = tuple(Agent(f"Maker {n}") for n in range(300))
    assert "Maker 9 en 290 anderen, gebruikt" in attribution(material(creators=crowd))
    assert "Maker 10, gebruikt" in attribution(material(creators=crowd[:11]))


def test_no_maker_is_made_up() -> None:
    nobody = material(creators=(), titles=())
    assert attribution(nobody).startswith("\u201czonder titel\u201d (https")
    assert "door" not in attribution(nobody)
    assert "door De Open Kast" in attribution(replace(nobody, publishers=(Agent("De Open Kast"),)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_of_a_record_gets_out_of_the_line(language: str) -> None:
    for one in FIXTURES:
        record = spoilt(one.values[0])
        shown = attribution(record, LISTING, language=language, medium="html")
        parsed = lxml.html.fragment_fromstring(shown, "p")
        assert {element.tag for element in parsed.iter()} <= {"p", "a"}
        for medium in MEDIA:
            said = attribution(record, LISTING, language=language, medium=medium)
            assert len(said.splitlines()) == 1
            assert "\x00" not in said
    assert "<b>" in UGLY


def test_an_address_that_does_something_is_no_link() -> None:
    hostile = material(url="javascript:alert(1)")
    assert all("javascript" not in attribution(hostile, medium=medium) for medium in MEDIA[1:])
    bracketed = material(url="https://x.example/a>b)c d")
    assert "(<https://x.example/a%3Eb%29c%20d>)" in attribution(bracketed, medium="markdown")
