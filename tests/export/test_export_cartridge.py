"""Cartridges: what is in them, that others can read them, and that nothing in a record breaks one.

Of the schemas those of version 1.1 can be had, and may not be passed on with the project: the test
that reads them is skipped where they are not. The others are held to the standard part by part.
"""

from __future__ import annotations

import re
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import lxml.html
import pytest
from cartridges import Opened, opened
from described import FIXTURES, LISTING, UGLY, spoilt
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from msgspec.structs import replace
from shelf import Read
from test_export_schemas import schema

from catalog.export import UNLISTED, Listing
from catalog.export.cartridge import VERSIONS, Contents, cartridge
from catalog.export.reading_list import Listed
from catalog.normalise import normalise
from catalog.resource import Agent, Identifier, LearningResource, Relation, Text
from harvester import formats

CLEAN: list[LearningResource] = [one.values[0] for one in FIXTURES]
HERE = "https://catalogue.example.org/nl/lijst?m=a.b&q=%22c%22"
CONTENTS = Contents(title="Breuken & meer", url=HERE, catalogue="Leerplank")
FULL = [name for name in VERSIONS if not VERSIONS[name].thin]


def material(number: int, **fields: Any) -> LearningResource:
    return LearningResource(
        **{
            "source": "s",
            "identifier": f"i{number}",
            "titles": (Text(f"Titel {number}", "nl"), Text(f"Title {number}", "en")),
            "url": f"https://example.org/{number}",
            **fields,
        }
    )


def page_of(number: int) -> Listing:
    return replace(LISTING, url=f"https://catalogue.example.org/nl/materiaal/{number}")


def packed(
    *materials: LearningResource,
    name: str = "cc1.1",
    contents: Contents = CONTENTS,
    language: str = "nl",
    listing: Listing | None = None,
) -> Opened:
    listed = [
        Listed(one, page_of(at) if listing is None else listing) for at, one in enumerate(materials)
    ]
    return opened(cartridge(listed, VERSIONS[name], contents, language), name)


@pytest.mark.parametrize("name", VERSIONS)
def test_links_are_in_order_under_titles_in_the_readers_language(name: str) -> None:
    three = [material(number) for number in (3, 1, 2)]
    for language, word, last in (
        ("nl", "Titel", "Bronnen en licenties"),
        ("en", "Title", "Sources and licences"),
    ):
        found = packed(*three, name=name, language=language)
        links = [(f"{word} {n}", f"https://example.org/{n}") for n in (3, 1, 2)]
        if name == "thincc":
            links.append((last, HERE))
        assert found.links == links
        assert found.items[-1].findtext("{*}title") == last
        assert bool(found.page) == (name != "thincc")


@pytest.mark.parametrize("name", VERSIONS)
def test_the_same_materials_give_the_same_bytes(name: str) -> None:
    listed = [Listed(one, LISTING) for one in CLEAN[:20]]
    once, again = (cartridge(listed, VERSIONS[name], CONTENTS, "nl") for _ in range(2))
    assert once == again
    with zipfile.ZipFile(BytesIO(once)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_a_link_has_one_name_in_every_cartridge_and_two_have_two() -> None:
    one, two = material(1), material(2)
    alone, both = packed(two), packed(one, two, replace(one, identifier="again"))
    ids = [item.get("identifierref") for item in both.items[:-1]]
    assert ids[1] == alone.items[0].get("identifierref")
    assert ids[2] == f"{ids[0]}-2"
    assert [href for _, href in both.links] == [one.url, two.url, one.url]


@pytest.mark.parametrize("name", VERSIONS)
def test_two_cartridges_in_one_course_do_not_replace_one_another(name: str) -> None:
    def names(found: Opened) -> set[str]:
        return {one.get("identifier") for one in found.manifest.iter() if one.get("identifier")}

    one, two = packed(material(1), material(2), name=name), packed(material(2), name=name)
    (link,) = {item.get("identifierref") for item in two.items[:1]}
    assert names(one) & names(two) == {link, f"item-{link}"}
    assert set(one.files) & set(two.files) <= {"imsmanifest.xml", f"links/{link}.xml"}


@pytest.mark.parametrize("name", VERSIONS)
def test_the_manifest_says_what_it_holds(name: str) -> None:
    licences = ("https://creativecommons.org/licenses/by/4.0/",) * 2 + ("",)
    keywords = (Text("breuken", "nl"), Text("fractions", "en"))
    three = [
        material(n, licence_url=licence, keywords=keywords, languages=("nl", "de"))
        for n, licence in enumerate(licences)
    ]
    found = packed(*three, name=name)
    assert found.title == "Breuken & meer"
    assert found.description == "Links naar leermateriaal van anderen: 3."
    assert found.rights == (
        "Elk materiaal houdt zijn eigen licentie. "
        "Licenties: CC BY 4.0 (2); licentie niet vermeld (1)."
    )
    assert found.lom("lom/general/language") == ["nl", "de"]
    assert found.lom("lom/general/keyword/string") == ["breuken"]
    assert found.lom("lom/general/identifier/entry") == [HERE]
    first = found.items[0].find("{*}metadata")
    assert found.lom("general/identifier/entry", first) == [page_of(0).url]
    (credit,) = found.lom("rights/description/string", first)
    assert "Titel 0" in credit
    assert "CC BY 4.0 (https://creativecommons.org/licenses/by/4.0/)" in credit
    english = packed(three[2], name=name, language="en", contents=Contents(catalogue="Leerplank"))
    assert english.title == "Learning materials from Leerplank"
    assert english.rights.endswith("Licences: licence not stated (1).")


def test_a_title_of_a_folder_has_nothing_that_moodle_would_trip_over() -> None:
    found = packed(material(1), contents=replace(CONTENTS, title="<b>AT&T</b>"))
    assert found.title == "<b>AT&T</b>"
    assert not set("<>&") & set(found.folder)


@pytest.mark.parametrize("name", VERSIONS)
def test_moodle_knows_the_version_by_the_beginning(name: str) -> None:
    long = packed(material(1), name=name, contents=replace(CONTENTS, title="t" * 5000))
    begin = long.files["imsmanifest.xml"][:1024].decode()
    version = "1p1" if name == "cc1.1" else "1p3"
    assert f'xmlns="http://www.imsglobal.org/xsd/imsccv{version}/imscp_v1p1"' in begin
    assert len(long.title) == 250
    assert long.title.endswith("…")


def test_what_was_left_out_is_said() -> None:
    cut = replace(CONTENTS, total=2345, gone=2)
    unlinked = material(3, url="", identifiers=(Identifier("1", ""),))
    found = packed(material(1), material(2), unlinked, contents=cut, listing=UNLISTED)
    assert found.description == (
        "Links naar leermateriaal van anderen: 2. Dit zijn de eerste 5 van 2345. "
        "Weggelaten, want niet meer in de catalogus: 2. Weggelaten, want zonder webadres: 1."
    )
    assert found.description in lxml.html.fromstring(found.page).text_content()
    assert "eerste" not in packed(material(1), contents=replace(cut, total=3)).description


@pytest.mark.parametrize("name", VERSIONS)
def test_an_empty_cartridge_says_so(name: str) -> None:
    for language, said in (("nl", "Er is geen"), ("en", "There is no")):
        found = packed(name=name, language=language, contents=Contents())
        assert found.links == []
        assert found.description.startswith(said)


@pytest.mark.parametrize(
    ("fields", "href"),
    [
        ({"url": 'https://example.org/?a=1&b="2"&c=<3>&d'},
         "https://example.org/?a=1&b=%222%22&c=%3C3%3E&d"),
        ({"url": "https://bücher.example/ä b?ü=é"},
         "https://xn--bcher-kva.example/%C3%A4%20b?%C3%BC=%C3%A9"),
        ({"url": "https://مثال.example/كتاب"},
         "https://xn--mgbh0fb.example/%D9%83%D8%AA%D8%A7%D8%A8"),
        ({"url": "HTTP://EXAMPLE.ORG:80/a"}, "http://example.org/a"),
        ({"url": "https://user:secret@example.org/a"}, "https://example.org/a"),
        ({"url": "javascript:alert(1)"}, page_of(0).url),
        ({"url": "file:///etc/passwd"}, page_of(0).url),
        ({"url": "https://exa mple.org/"}, page_of(0).url),
        ({"url": ""}, page_of(0).url),
        ({"url": "", "identifiers": (Identifier("10.5072/a<b>", "doi"),)},
         "https://doi.org/10.5072/a%3Cb%3E"),
        ({"url": "ftp://example.org/", "identifiers": (Identifier("1/2", "handle"),)},
         "https://hdl.handle.net/1/2"),
        ({"url": "", "identifiers": (Identifier("9789000000000", "isbn"),)}, page_of(0).url),
    ],
)  # fmt: skip
def test_every_link_is_a_web_address(fields: dict[str, Any], href: str) -> None:
    for name in VERSIONS:
        assert packed(material(0, **fields), name=name).links[0] == ("Titel 0", href)


@pytest.mark.parametrize(
    ("titles", "shown"),
    [
        ((Text("كتاب الرياضيات", "ar"),), "كتاب الرياضيات"),
        ((Text("Fractions", "en"), Text("Fracties", "nl-NL")), "Fracties"),
        ((Text("a\x00b\x85c\n\n d\ud800"),), "ab c d"),
        ((Text(" \u200b\u202e "), Text("Echt")), "Echt"),
        ((Text("\ufeff"),), "example.org/0"),
        ((), "example.org/0"),
        ((Text("woord " * 100),), ("woord " * 41).rstrip() + "…"),
        ((Text("x" * 500),), "x" * 249 + "…"),
        ((Text("0"),), "0"),
    ],
)
def test_titles_are_such_that_others_can_keep_them(titles: tuple[Text, ...], shown: str) -> None:
    found = packed(material(0, titles=titles))
    assert found.links[0][0] == shown


def test_only_the_first_version_says_for_whom_and_never_hides() -> None:
    def roles(name: str, levels: tuple[str, ...], *audience: str) -> list[str]:
        found = packed(material(0, levels=levels, audience_roles=audience), name=name)
        return [one.text for one in found.manifest.iter("{*}value")]

    assert roles("cc1.1", ("hbo-bachelor", "wo"), "teacher", "learner") == [
        "higher education", "Learner", "Instructor",
    ]  # fmt: skip
    assert roles("cc1.1", ("havo",), "learner") == ["school", "Learner"]
    assert roles("cc1.1", ("mbo-4", "hbo"), "learner") == ["Learner"]
    assert roles("cc1.1", ("havo",), "teacher") == []
    assert roles("cc1.1", ("havo",)) == []
    assert roles("cc1.3", ("havo",), "learner") == []
    assert roles("thincc", ("havo",), "learner") == []


def harmless(page: bytes) -> Any:
    """Return the page, after looking for all that could do harm in it."""
    assert page.isascii()
    etree.fromstring(page)
    tree = lxml.html.document_fromstring(page)
    allowed = {"html", "head", "meta", "title", "base", "body", "h1", "p", "ol", "li", "br", "a"}
    for element in tree.iter():
        assert element.tag in allowed
        assert not any(name.startswith("on") or name in ("style", "src") for name in element.attrib)
    for link in tree.iter("a"):
        assert re.match(r"https?://", link.get("href", ""))
    assert "\x85" not in tree.text_content()
    return tree


@pytest.mark.parametrize("name", FULL)
def test_the_page_names_everybody_and_does_no_harm(name: str) -> None:
    evil = '"><script>alert(1)</script><img src=x onerror=alert(2)>&amp;\x85\x07'
    hostile = material(
        1,
        titles=(Text(evil),),
        creators=(Agent(evil),),
        url="javascript:alert(3)",
        licence_url="javascript:alert(4)",
        rights=(evil,),
    )
    kind = material(
        2, creators=(Agent("Anna Bos"),), licence_url="https://creativecommons.org/licenses/by/4.0/"
    )
    contents = replace(CONTENTS, title=evil, url="javascript:alert(5)", catalogue=evil)
    found = packed(hostile, kind, name=name, contents=contents)
    tree = harmless(found.page)
    first, second = tree.iter("li")
    assert "<script>alert(1)</script>" in first.text_content()
    assert [link.get("href") for link in second.iter("a")] == [
        kind.url, "https://creativecommons.org/licenses/by/4.0/", page_of(1).url,
    ]  # fmt: skip
    assert "door Anna Bos" in second.text_content()
    (target,) = (base.get("target") for base in tree.iter("base"))
    assert target == "_blank"


@pytest.mark.parametrize("name", VERSIONS)
def test_whatever_is_in_records_a_cartridge_is_whole(name: str) -> None:
    every = [*CLEAN, *map(spoilt, CLEAN)]
    found = packed(*every, name=name, contents=replace(CONTENTS, title=UGLY, catalogue=UGLY))
    assert len(found.links) == len(every) + (name == "thincc")
    if found.page:
        assert len(list(harmless(found.page).iter("li"))) == len(every)


texts = st.text(max_size=300) | st.text(alphabet="ab <>&\"'\\\n\x00\x85\u202e\ud800:/?#[]@.")


@given(texts, texts, st.sampled_from(["nl", "en", ""]))
def test_any_text_stays_in_its_place(title: str, place: str, language: str) -> None:
    one = material(
        1,
        titles=(Text(title, language),),
        descriptions=(Text(place, title),),
        keywords=(Text(title, place),),
        creators=(Agent(title),),
        languages=(place,),
        url=f"https://{place}",
    )
    contents = Contents(title=title, url=f"https://e.example/{place}", catalogue=place)
    listing = replace(LISTING, url=f"http://{place}", source=title)
    for name in VERSIONS:
        found = packed(one, material(2), name=name, contents=contents, listing=listing)
        assert ("Titel 2", material(2).url) in found.links
        if found.page:
            harmless(found.page)


@pytest.mark.parametrize("name", VERSIONS)
def test_our_own_reader_takes_it_back(name: str, tmp_path: Path) -> None:
    three = [material(number) for number in (1, 2, 3)]
    listed = [Listed(one, page_of(at)) for at, one in enumerate(three)]
    (tmp_path / "list.imscc").write_bytes(cartridge(listed, VERSIONS[name], CONTENTS, "nl"))
    (raw,) = Read(tmp_path).raws
    form, found = formats.read(raw)
    (back,) = map(normalise, found)
    assert form == "content_package"
    assert back.titles == (Text("Breuken & meer", "nl"),)
    assert back.descriptions == (Text("Links naar leermateriaal van anderen: 3.", "nl"),)
    assert back.url == HERE
    assert back.openness == ""  # the licences of its materials are not its own
    number = VERSIONS[name].number
    assert back.media_types == (f"application/vnd.ims.imsccv{number}",)
    parts = [Relation("haspart", one.url, one.titles[0].text) for one in three]
    thin = [Relation("haspart", HERE, "Bronnen en licenties")] if name == "thincc" else []
    assert list(back.relations) == parts + thin


def test_samples_beside_schemas_a_cartridge_of_the_first_version_is_valid(samples: Path) -> None:
    judge = schema(samples, "cc/ccv1p1_imscp_v1p2_v1p0.xsd")
    for materials in ([], [material(1)], CLEAN, [*map(spoilt, CLEAN)], [CLEAN[0]] * 3):
        for contents in (CONTENTS, Contents(title=UGLY, url=UGLY, catalogue=UGLY)):
            judge.assertValid(packed(*materials, contents=contents).manifest)
    learners = [material(n, levels=(level,), audience_roles=("learner", "teacher"))
                for n, level in enumerate(("havo", "wo", "mbo-2", "?"))]  # fmt: skip
    judge.assertValid(packed(*learners).manifest)
