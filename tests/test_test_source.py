"""A source tried before it joins: guessed, questioned, sampled, judged; nothing kept."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from xml.sax.saxutils import escape

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from origins import Feed, Repository, Site, stocked
from servers import Answer as Reply
from servers import Asked, serving

import vindplaats
from catalog import profile
from catalog.config import FilesSource, OaiPmhSource
from catalog.resource import LearningResource
from demo.server import create_demo
from harvester.raw import Page, Raw
from harvester.trial.conformance import Repository as Found
from harvester.trial.conformance import converse
from harvester.trial.guess import Guess, guess
from harvester.trial.outcome import Check, Trial, judge
from harvester.trial.questions import Answer, Conversation, Question
from harvester.trial.samples import Samples

BASE = "http://demo.example"
Change = Callable[[Question, Answer], Answer]


@pytest.fixture(scope="module")
def server() -> FlaskClient:
    return create_demo(BASE).test_client()


def play(server: FlaskClient, conversation: Conversation[Any], change: Change | None = None) -> Any:
    """Hold a conversation with the demonstration, whose answers may be changed on the way."""
    answer = None
    asked = 0
    while True:
        try:
            question = conversation.send(answer)  # type: ignore[arg-type]  # None begins it
        except StopIteration as end:
            return end.value
        asked += 1
        assert asked < 40, "the conversation does not end"
        parts = urlsplit(question.url)
        reply = server.get(parts.path, query_string=parts.query)
        answer = Answer(
            url=question.url,
            status=reply.status_code,
            media_type=reply.headers["Content-Type"],
            body=reply.data,
        )
        answer = change(question, answer) if change else answer


def states(found: Found) -> dict[str, str]:
    return {check.name: check.state for check in found.checks}


def faults(found: Found) -> dict[str, str]:
    return {name: state for name, state in states(found).items() if state != "good"}


LOM = OaiPmhSource(url=f"{BASE}/oai/lom", prefix="lom")
DC = OaiPmhSource(url=f"{BASE}/oai/dc")


def rewrite(mark: str, old: bytes, new: bytes) -> Change:
    """Change answers to questions that have ``mark`` in their address."""

    def change(question: Question, answer: Answer) -> Answer:
        if mark not in question.url or old not in answer.body:
            return answer
        body = answer.body.replace(old, new)
        return Answer(url=answer.url, status=200, media_type=answer.media_type, body=body)

    return change


# Conformance


def test_a_good_repository_passes(server: FlaskClient) -> None:
    found = play(server, converse(DC))
    assert faults(found) == {}
    assert (found.title, found.prefix, found.total) == ("Campus Open", "oai_dc", 147)
    assert len(found.checks) > 20


def test_what_is_offered_is_listed_and_the_best_chosen(server: FlaskClient) -> None:
    found = play(server, converse(OaiPmhSource(url=f"{BASE}/oai/lom"), choose=True))
    assert [offer.prefix for offer in found.offers] == ["lom"]
    assert found.prefix == "lom"
    assert ("schoolvakken", "Voortgezet onderwijs") in found.sets
    assert faults(found) == {"formats.oai_dc": "minor"}


def test_a_format_or_set_that_is_not_there_is_major(server: FlaskClient) -> None:
    source = OaiPmhSource(url=f"{BASE}/oai/lom", prefix="mods", sets=["nobody"])
    found = faults(play(server, converse(source)))
    assert found["formats.prefix"] == found["sets.named"] == found["records"] == "major"


@pytest.mark.parametrize(
    ("mark", "old", "new", "expected"),
    [
        ("Identify", b"<protocolVersion>2.0<", b"<protocolVersion>1.1<", {"version": "minor"}),
        ("Identify", b"T08:00:00Z</earliest", b"</earliest", {"earliest": "minor"}),
        ("Identify", b"<deletedRecord>persistent", b"<deletedRecord>maybe", {"deletions": "minor"}),
        ("Identify", b"@", b" at ", {"email": "minor"}),
        ("Prefix=oai_dc", b"<datestamp>2025-", b"<datestamp>25-", {"datestamps": "minor"}),
        ("Nonsense", b"badVerb", b"badArgument", {"error.badVerb": "minor"}),
        ("Prefix=oai_dc", b"<dc:title>", b"<dc:title>\x0b", {"records.well-formed": "minor"}),
        ("Token=nonsense", b"badResum", b"xBadResum", {"error.badResumptionToken": "minor"}),
    ],
)
def test_what_departs_from_the_protocol_is_told(
    server: FlaskClient, mark: str, old: bytes, new: bytes, expected: dict[str, str]
) -> None:
    assert faults(play(server, converse(DC), rewrite(mark, old, new))) == expected


def test_a_list_that_does_not_go_on_is_major(server: FlaskClient) -> None:
    def forget(question: Question, answer: Answer) -> Answer:
        if "resumptionToken" not in question.url:
            return answer
        body = b'<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><error code="badResumptionToken"/></OAI-PMH>'  # noqa: E501 one document
        return Answer(url=answer.url, status=200, media_type="text/xml", body=body)

    assert faults(play(server, converse(DC), forget)) == {"token": "major"}


@pytest.mark.parametrize(
    "answer",
    [
        Answer(url="u", trouble="its host name is not known"),
        Answer(url="u", status=200, media_type="text/html", body=b"<html><title>Hi</title></html>"),
        Answer(url="u", status=500),
        Answer(url="u", status=200, body=b"\x00\xff<OAI-PMH"),
    ],
)
def test_what_is_no_repository_ends_at_once(server: FlaskClient, answer: Answer) -> None:
    found = play(server, converse(DC), lambda *_: answer)
    assert faults(found) == {"identify": "major"}
    assert found.checks[0].text


def test_whatever_breaks_later_the_conversation_ends(server: FlaskClient) -> None:
    for last in range(1, 12):
        count = 0

        def cut(_: Question, answer: Answer, last: int = last) -> Answer:
            nonlocal count
            count += 1
            if count <= last:
                return answer
            return Answer(url=answer.url, status=200, media_type="text/xml", body=answer.body[:99])

        assert faults(play(server, converse(DC), cut))


# Guessing


@pytest.mark.parametrize(
    ("path", "kind", "url"),
    [
        ("/oai/lom", "oai_pmh", "/oai/lom"),
        ("/oai/lom?verb=ListSets", "oai_pmh", "/oai/lom"),
        ("/site/sitemap.xml", "sitemap", "/site/sitemap.xml"),
        ("/site/", "sitemap", "/"),
        ("/onix/feed.xml", "files", "/onix/feed.xml"),
        ("/marc/open-textbooks.mrc", "files", "/marc/open-textbooks.mrc"),
        ("/nothing", "", "/nothing"),
    ],
)
def test_the_kind_is_guessed(server: FlaskClient, path: str, kind: str, url: str) -> None:
    found = play(server, guess(BASE + path))
    assert (found.kind, found.url) == (kind, BASE + url)
    assert found.why


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b'\xef\xbb\xbf<?xml version="1.0"?><rss version="2.0"/>', "feed"),
        (b'<?xml version="1.0"?>\n<!-- x -->\n<feed xmlns="http://www.w3.org/2005/Atom"/>', "feed"),
        (b'{"@type": "LearningResource"}', "files"),
        (b"PK\x03\x04....", "files"),
        (b"hello", ""),
        (b"", ""),
    ],
)
def test_content_tells_the_kind(body: bytes, expected: str) -> None:
    assert answered(lambda _: Answer(url="u", status=200, body=body)).kind == expected


def answered(reply: Callable[[str], Answer]) -> Guess:
    conversation, answer = guess("https://a.example/page"), None
    while True:
        try:
            question = conversation.send(answer)  # type: ignore[arg-type]
        except StopIteration as end:
            found: Guess = end.value
            return found
        answer = reply(question.url)


def test_a_page_that_names_a_feed_leads_to_it() -> None:
    html = b"<!doctype html><link rel=alternate type='application/rss+xml' href='/feed'>"

    def reply(url: str) -> Answer:
        if url.endswith(("robots.txt", "sitemap.xml")):
            return Answer(url=url, status=404)
        return Answer(url=url, status=200, media_type="text/html", body=html)

    found = answered(reply)
    assert (found.kind, found.url) == ("feed", "https://a.example/feed")


# Samples and verdict

DOCUMENT = """<dc xmlns="http://www.openarchives.org/OAI/2.0/oai_dc/"
 xmlns:dc="http://purl.org/dc/elements/1.1/">{}</dc>"""


def raw(identifier: str, inner: str) -> Raw:
    return Raw(source="t", identifier=identifier, content=DOCUMENT.format(inner).encode())


def sampled(*raws: Raw, shown: int = 10, name: str = "basis") -> Trial:
    trial = Trial(name="t", url="u")
    samples = Samples(trial, FilesSource(url="u"), profile.get(name), shown=shown)
    samples.keep(Page(url="u", body=b"", media_type="", raws=raws))
    samples.finish()
    judge(trial)
    return trial


GOOD = (
    "<dc:title>Breuken</dc:title><dc:language>dut</dc:language>"
    "<dc:identifier>https://a.example/1</dc:identifier>"
    "<dc:rights>https://creativecommons.org/licenses/by/4.0/deed.nl</dc:rights>"
)


def test_a_record_is_shown_as_said_and_as_kept() -> None:
    (sample,) = sampled(raw("1", GOOD)).samples
    fields = {f.name: (f.said, f.kept) for f in sample.fields}
    assert fields["language"] == (("dut",), ("nl",))
    said, kept = fields["licence"]
    assert said == ("https://creativecommons.org/licenses/by/4.0/deed.nl",)
    assert kept[0] == "CC-BY-4.0"
    assert sample.findings == ("the record has no description",)


@pytest.mark.parametrize(
    "card",
    [
        "BEGIN:VCARD\r\nFN:Noor Bakker\r\nEMAIL;TYPE=work:noor@school.example\r\nTEL;TYPE=cell:+31 6 1234\r\nORG:School\r\nEND:VCARD",  # noqa: E501 one card
        "BEGIN:VCARD FN:Noor Bakker EMAIL:noor@school.example TEL:+31 6 1234 ORG:School END:VCARD",
        "Noor Bakker <noor@school.example>, School",
    ],
)
def test_how_people_can_be_reached_is_not_shown(card: str) -> None:
    (sample,) = sampled(raw("1", GOOD + f"<dc:creator>{escape(card)}</dc:creator>")).samples
    shown = str({f.name: f for f in sample.fields}["creator"].said)
    assert "Noor Bakker" in shown
    assert "School" in shown
    assert "noor@" not in shown
    assert "1234" not in shown


def test_a_record_that_would_be_rejected_is_shown_with_the_reason() -> None:
    trial = sampled(raw("1", GOOD), raw("2", "<dc:creator>A. Bakker</dc:creator>"))
    assert trial.samples[1].rule == "title.missing"
    assert trial.samples[1].fields[0].said == ("A. Bakker",)
    assert trial.samples[1].fields[0].kept == ()
    assert (trial.read, trial.accepted, trial.rejects) == (2, 1, {"title.missing": 1})
    assert trial.verdict == "usable"


def test_nothing_that_comes_breaks_the_trial() -> None:
    odd = [
        Raw(source="t", identifier="1", content=b"<unknown/>"),
        Raw(source="t", identifier="2", content=b"<not xml"),
        Raw(source="t", identifier="3", deleted=True),
        raw("4", "<dc:title>" + "x" * 10_000 + "</dc:title>"),
    ]
    trial = sampled(*odd)
    assert (trial.read, trial.deleted, trial.accepted) == (3, 1, 1)
    assert max(len(v) for s in trial.samples for f in s.fields for v in f.said) == 300


def test_only_as_many_are_shown_as_asked_for() -> None:
    trial = sampled(*(raw(str(i), GOOD) for i in range(20)), shown=3)
    assert (len(trial.samples), trial.read) == (3, 20)


@pytest.mark.parametrize(
    ("read", "accepted", "state", "error", "verdict"),
    [
        (10, 10, "good", "", "ready"),
        (10, 10, "minor", "", "usable"),
        (10, 10, "major", "", "unfit"),
        (10, 8, "good", "", "usable"),
        (10, 0, "good", "", "unfit"),
        (0, 0, "good", "the server is away", "unfit"),
        (10, 10, "good", "it broke off", "usable"),
    ],
)
def test_the_verdict(read: int, accepted: int, state: Any, error: str, verdict: str) -> None:
    rejects = {"title.missing": read - accepted} if read != accepted else {}
    trial = Trial(
        name="t", url="u", read=read, accepted=accepted, rejects=rejects, error=error,
        checks=[Check("x", state, "the matter")],
    )  # fmt: skip
    judge(trial)
    assert trial.verdict == verdict
    assert trial.sentences
    assert (error in trial.sentences) == bool(error)


def test_what_is_compared_are_fields_of_a_record() -> None:
    from harvester.trial.samples import _PAIRS  # noqa: PLC0415

    named = {f for said, kept in _PAIRS.values() for f in (said, *kept)}
    assert named <= set(LearningResource.__struct_fields__)


# The command, in its own process and over loopback


def run(folder: Path, *arguments: str, config: str = "") -> Any:
    file = folder / "config.toml"
    file.write_text("[harvest]\ndelay = 0.0\n" + config, "utf-8")
    return CliRunner().invoke(
        vindplaats.main, ["test-source", *arguments, "--time-limit", "30", "--config", str(file)]
    )


@pytest.mark.parametrize(
    "origin",
    [stocked(Repository(), 30), stocked(Feed(), 5), stocked(Site(), 3)],
    ids=lambda o: o.kind,
)
def test_an_address_is_tried_and_nothing_is_kept(origin: Any, tmp_path: Path) -> None:
    def answer(asked: Asked) -> Reply:
        verb = dict(part.partition("=")[::2] for part in asked.query.split("&")).get("verb", "")
        if isinstance(origin, Site) and "verb=" in asked.query:
            return Reply(status=404)
        if isinstance(origin, Repository) and verb not in ("Identify", "ListRecords"):
            error = b'<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><error code="badVerb"/></OAI-PMH>'  # noqa: E501 one document
            return Reply(error)
        if isinstance(origin, Repository) and "nonsense" in asked.query:
            return Reply(status=500)
        reply: Reply = origin(asked)
        return reply

    with serving(answer) as (base, log):
        done = run(tmp_path, base + origin.path, "--allow-private", "--json", "--records", "3")
    assert done.exit_code in (0, 1), done.output
    found = json.loads(done.stdout)
    assert found["kind"] == origin.kind, found
    assert found["accepted"] >= 3
    assert found["samples"][0]["fields"][0]["said"][0].startswith("Zeilschepen deel")
    assert len(log) < 60
    assert [path.name for path in tmp_path.iterdir()] == ["config.toml"]


def test_a_repository_without_records_is_left_alone_after_the_questions(tmp_path: Path) -> None:
    """A harvest would ask for each record by itself; a trial has seen enough."""
    origin = stocked(Repository(), 30)

    def answer(asked: Asked) -> Reply:
        if asked.arguments.get("verb") == "ListRecords":
            return Reply(b"<html><title>Onderhoud</title></html>")
        reply: Reply = origin(asked)
        return reply

    with serving(answer) as (base, log):
        done = run(tmp_path, base + origin.path, "--allow-private", "--prefix", "oai_dc")
    assert done.exit_code == 1
    assert "Onderhoud" in done.output
    assert len(log) < 25


def test_a_private_address_is_not_visited_unless_allowed(tmp_path: Path) -> None:
    with serving(stocked(Feed(), 1)) as (base, log):
        done = run(tmp_path, f"{base}/feed.xml")
    assert done.exit_code == 1
    assert log == []
    assert "Verdict: unfit" in done.output


def test_a_file_and_a_named_source_are_tried(tmp_path: Path) -> None:
    (tmp_path / "books.xml").write_bytes(stocked(Feed(), 12).file())
    done = run(tmp_path, str(tmp_path / "books.xml"), "--records", "2")
    assert done.exit_code == 0, done.output
    assert "Of 12 records that were read, 12 would be accepted." in done.output
    named = '[sources.books]\nkind = "files"\nurl = "books.xml"\nprofile = "open"\n'
    done = run(tmp_path, "books", "--json", config=named)
    assert done.exit_code == 1
    assert json.loads(done.stdout)["rejects"] == {"url.missing": 12}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("nobody",), "no address, no file, and no source"),
        (("https://a.example/", "--profile", "gold"), "there is no profile 'gold'"),
    ],
)
def test_what_cannot_be_tried_is_said(
    tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    done = run(tmp_path, *arguments)
    assert done.exit_code == 1
    assert said in done.output
