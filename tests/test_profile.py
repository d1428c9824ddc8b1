"""What profiles ask, and what of it a record does not meet."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import msgspec
import pytest
from installation import Installation
from origins import Feed, stocked

from catalog import profile
from catalog.config import ConfigError, Source, load
from catalog.normalise import Defaults, normalise
from catalog.profile import Finding, ProfileError, explain, findings, in_language, say
from catalog.resource import Concept, Identifier, LearningResource, Text
from harvester.errors import ParseError
from harvester.raw import Raw
from harvester.reading import defaults_of, read

GOOD = LearningResource(
    source="a",
    identifier="1",
    titles=(Text("Breuken"),),
    descriptions=(Text("Twintig sommen met breuken, met antwoorden."),),
    url="https://example.org/breuken",
    rights=("https://creativecommons.org/licenses/by/4.0/",),
    licence="CC-BY-4.0",
    openness="open",
)


def with_(**fields: Any) -> LearningResource:
    return msgspec.structs.replace(GOOD, **fields)


def rules(resource: LearningResource, name: str = "basis", severity: str = "") -> list[str]:
    found = findings(resource, profile.get(name))
    return [f.rule for f in found if f.severity.startswith(severity)]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, []),
        ({"titles": ()}, ["title.missing"]),
        ({"url": ""}, ["url.missing"]),
        ({"descriptions": ()}, ["description.missing"]),
        ({"descriptions": (Text("Kort"), Text("Ook kort"))}, ["description.short"]),
        ({"descriptions": (Text("Kort"), Text("Lang genoeg om te kiezen"))}, []),
        ({"titles": (Text("π"),)}, ["title.short"]),
        ({"rights": (), "licence": "", "openness": ""}, ["licence.missing"]),
        ({"rights": (), "licence": ""}, []),  # the licence of the source, by agreement
        ({"rights": ("gratis",), "licence": "", "openness": ""}, ["licence.unknown"]),
        ({"openness": "closed"}, []),
        ({"level_terms": (Concept(label="gevorderd"),)}, ["level.not-in-vocabulary"]),
        ({"level_terms": (Concept(label="hbo"),), "levels": ("hbo",)}, []),
        ({"type_terms": (Concept(id="x:y"),)}, ["type.not-in-vocabulary"]),
        ({"url": "http://localhost/breuken"}, ["url.invalid"]),
        ({"url": "http://intranet/breuken"}, ["url.invalid"]),
        ({"url": "http://192.168.1.4/"}, ["url.invalid"]),
        ({"url": "http://[::1]/"}, ["url.invalid"]),
        ({"url": "https://nas.internal/x"}, ["url.invalid"]),
        ({"url": "https://8.8.8.8/x"}, []),
        ({"url": "https://example.org:8080/x"}, []),
        ({"url": "https://xn--bcher-kva.example/x"}, []),
        ({"url": "https://ex.lan.example/x"}, []),
    ],
)
def test_basis(fields: dict[str, Any], expected: list[str]) -> None:
    assert rules(with_(**fields)) == expected


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, []),
        ({"openness": "restricted", "licence": "CC-BY-ND-4.0"}, ["licence.not-accepted"]),
        ({"rights": (), "licence": "", "openness": ""}, ["licence.missing"]),
        ({"openness": "", "licence": ""}, ["licence.unknown"]),
        ({"url": ""}, ["url.missing"]),
    ],
)
def test_open_rejects_what_is_not_open(fields: dict[str, Any], expected: list[str]) -> None:
    assert rules(with_(**fields), "open", "error") == expected


COMPLETE = with_(
    identifiers=(Identifier("10.1000/182", "doi"),),
    languages=("nl",),
    audience_roles=("learner",),
    cost="free",
)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, []),
        ({"identifiers": ()}, ["identifier.missing"]),
        ({"language_detected": True}, ["language.missing"]),
        ({"levels": ("havo",), "level_terms": (Concept(label="havo"),)}, ["aggregation.missing"]),
        ({"levels": ("hbo",), "level_terms": (Concept(label="hbo"),)}, []),
        ({"aggregation": "2"}, []),
        ({"aggregation": "4"}, ["level.missing", "discipline.missing"]),
        ({"cost": "", "audience_roles": ()}, ["audience.missing", "cost.missing"]),
    ],
)
def test_nl_lom_requires(fields: dict[str, Any], expected: list[str]) -> None:
    record = msgspec.structs.replace(COMPLETE, **fields)
    assert rules(record, "nl-lom", "error") == expected


def test_nl_lom_recommends() -> None:
    hbo = msgspec.structs.replace(COMPLETE, levels=("hbo",), level_terms=(Concept(label="hbo"),))
    assert "aggregation.missing" in rules(hbo, "nl-lom", "warning")
    assert "keyword.missing" in rules(COMPLETE, "nl-lom", "warning")
    strange = msgspec.structs.replace(COMPLETE, audience_roles=("learner", "Koning"))
    found = findings(strange, profile.get("nl-lom"))
    assert Finding("audience.not-in-vocabulary", "warning", "audience_roles", "Koning") in found


def test_a_rule_is_told_once_and_errors_come_first() -> None:
    empty = LearningResource(source="a", identifier="1")
    for name in profile.names():
        found = findings(empty, profile.get(name))
        assert len({f.rule for f in found}) == len(found)
        assert [f.severity for f in found] == sorted(f.severity for f in found)


def test_every_rule_can_be_said_in_both_languages() -> None:
    empty = LearningResource(source="a", identifier="1", aggregation="4", levels=("po",))
    odd = with_(
        titles=(Text("x"),),
        openness="",
        url="http://a/",
        level_terms=(Concept(label="z"),),
        type_terms=(Concept(label="z"),),
        audience_roles=("z",),
    )
    for name in profile.names():
        for resource in (empty, odd, with_(openness="closed")):
            for f in findings(resource, profile.get(name)):
                english, dutch = say(f.rule, f.value), say(f.rule, f.value, "nl")
                assert english != f.rule
                assert dutch not in (f.rule, english)
                assert f.value in english
    assert set(profile.NAMES) <= set(LearningResource.__struct_fields__)
    assert all(say(f"{name}.missing") != f"{name}.missing" for name in profile.NAMES.values())


def test_a_rule_that_is_no_profiles_is_said_too() -> None:
    assert (say("xml.malformed"), say("xml.malformed", "", "nl")) == (
        "the XML is broken",
        "de XML is stuk",
    )
    assert say("never.heard_of") == "never.heard_of"


def test_every_rule_of_a_reject_can_be_said_in_both_languages() -> None:
    """What the operator's guide explains, a provider can read."""
    guide = (Path(__file__).parent.parent / "docs" / "operators.md").read_text("utf-8")
    table = guide.partition("## Records that were not accepted")[2].partition("\n## ")[0]
    rules = re.findall(
        r"`([a-z_]+\.[a-z_]+)`", "".join(re.findall(r"^\|[^|]+\|", table, re.MULTILINE))
    )
    assert len(rules) > 20
    for rule in rules:
        assert rule not in (say(rule), say(rule, "", "nl"))
        assert say(rule) != say(rule, "", "nl")


def test_why_a_record_was_rejected_is_told_in_the_readers_language() -> None:
    found = findings(
        with_(titles=(), openness="closed", licence="", licence_url="", rights=("c; d",)),
        profile.get("open"),
    )
    reason = explain([f for f in found if f.severity == "error"])
    assert reason == ("the record has no title; the licence is not among those agreed upon: c; d")
    assert in_language(reason, "en") == reason
    assert in_language(reason, "nl") == (
        "het record heeft geen titel; deze licentie is niet afgesproken: c; d"
    )
    for other in ("", "not well-formed XML: line 3", "the record has no idea", "; ; :", "a: {b}"):
        assert in_language(other, "nl") == other


def test_a_value_is_cut_short() -> None:
    (found,) = findings(with_(openness="", rights=("x" * 9999,)), profile.get("basis"))
    assert len(found.value) == 200


def test_what_is_shipped_explains_itself() -> None:
    assert profile.names() == ("basis", "nl-lom", "open")
    for name in profile.names():
        found = profile.get(name)
        assert found.name == name
        assert found.source
        assert found.version
        assert "titles" in found.required.fields


BASE = 'version = "1"\nsource = "us"\ntitle = {en = "A", nl = "B"}\n'
BOTH = 'explanation = {en = "C", nl = "D"}\n'


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (BASE, "explanation"),
        (BASE + 'explanation = {en = "C"}', "'nl'"),
        (BASE + BOTH + "[required]\nfields = ['colour']", "'colour'"),
        (BASE + BOTH + "[required]\nfields = ['source']", "'source'"),
        (BASE + BOTH + "[required]\ncolour = 1", "colour"),
        (BASE + BOTH + "[required]\nlicences = ['ajar']", "ajar"),
        (BASE + BOTH + "[required]\nvocabularies = {levels = 'heights'}", "heights"),
        (BASE + BOTH + "[required]\nlengths = {url = 3}", "no text"),
        (BASE + BOTH + "[required]\naddresses = ['titles']", "no address"),
        ("version =", "Invalid value"),
    ],
)
def test_a_profile_that_is_wrong_says_why(tmp_path: Path, text: str, reason: str) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(text, "utf-8")
    with pytest.raises(ProfileError, match=r"mine\.toml cannot be used") as caught:
        profile.get(str(file))
    assert reason in str(caught.value)


def test_a_source_names_its_profile(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    mine = BASE + BOTH + "[required]\nfields = ['titles', 'url']\n"
    (tmp_path / "mine.toml").write_text(mine, "utf-8")
    entry = '[sources.a]\nkind = "files"\nurl = "a.xml"\nprofile = "{}"\n'
    file.write_text(entry.format("mine.toml"), "utf-8")
    source = load(file).sources["a"]
    assert profile.get(source.profile).name == "mine"
    file.write_text(entry.format("gold"), "utf-8")
    with pytest.raises(ConfigError, match=r"sources\.a.*'gold'.*basis, nl-lom, open"):
        load(file)
    file.write_text(entry.format("absent.toml"), "utf-8")
    with pytest.raises(ConfigError, match=r"sources\.a.*absent\.toml cannot be read"):
        load(file)
    assert Source(url="x").profile == ""


DC = """<oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/"
 xmlns:dc="http://purl.org/dc/elements/1.1/">{}</oai_dc:dc>"""


def dublin_core(inner: str) -> Raw:
    return Raw(source="a", identifier="1", content=DC.format(inner).encode())


def test_errors_reject_and_warnings_stay_with_the_record() -> None:
    raw = dublin_core("<dc:title>Breuken</dc:title><dc:rights>gratis</dc:rights>")
    _, [(resource, found)] = read(raw, Defaults(), profile.get("basis"))
    assert resource.titles[0].text == "Breuken"
    assert [f.rule for f in found] == ["url.missing", "description.missing", "licence.unknown"]
    with pytest.raises(ParseError) as caught:
        read(raw, Defaults(), profile.get("open"))
    assert caught.value.rule == "url.missing"
    assert caught.value.reason == (
        "the record has no address; the licence is not understood: gratis"
    )
    with pytest.raises(ParseError, match="the record has no title"):
        read(dublin_core("<dc:creator>A</dc:creator>"), Defaults(), profile.get("basis"))


def test_what_the_source_agreed_to_counts() -> None:
    source = Source(url="x", licence="CC-BY-4.0", language="nl", level=["hbo"])
    agreed = normalise(
        LearningResource(source="a", identifier="1", titles=(Text("Breuken"),)),
        defaults=defaults_of(source),
    )
    for name in ("basis", "open", "nl-lom"):
        stated = {"licence.missing", "language.missing", "level.missing"}
        assert stated.isdisjoint(rules(agreed, name))


def test_a_stricter_agreement_is_held_against_what_is_kept(tmp_path: Path) -> None:
    """What does not meet it is a reject, and stays as it was until it is offered better."""
    here = Installation(tmp_path)
    (tmp_path / "books.xml").write_bytes(stocked(Feed(), 5).file())
    here.add("books", "files", "books.xml")
    here.good("harvest")
    here.sources["books"]["profile"] = "open"
    here.write()
    assert here.good("reparse").out.startswith("books: read 5, changed 0, rejects accepted 0, rej")
    assert {r["rule"] for r in here.good("rejects", "--json").json} == {"url.missing"}
    told = here.good("report", "books", "--json").json
    assert (told["accepted"], told["rejected"]) == (5, 5)
    del here.sources["books"]["profile"]
    here.write()
    assert "rejects accepted 5" in here.good("reparse").out
    assert here.good("rejects", "--json").json == []
