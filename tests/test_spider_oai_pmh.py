"""A repository of thirty records in three pages, and all the ways in which it goes wrong."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any
from urllib.parse import quote

import pytest
from crawling import Run, Task, crawl
from servers import Answer, Asked, Log, serving

NOW = "2024-05-01T12:00:00Z"
NAMESPACE = ' xmlns="http://www.openarchives.org/OAI/2.0/"'
IDS = [f"oai:test:{n}" for n in range(30)]

Respond = Callable[[Asked], Answer | None]


def envelope(inner: str, namespace: str = NAMESPACE, date: str = NOW) -> bytes:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><OAI-PMH{namespace}><responseDate>{date}'
        f"</responseDate><request>http://test</request>{inner}</OAI-PMH>"
    ).encode()


def record(identifier: str, title: str = "Breuken", date: str = "2024-01-01T00:00:00Z") -> str:
    return (
        f"<record><header><identifier>{identifier}</identifier><datestamp>{date}</datestamp>"
        "<setSpec>wiskunde</setSpec></header><metadata><dc xmlns="
        f'"http://purl.org/dc/elements/1.1/"><title>{title}</title></dc></metadata></record>'
    )


def token(value: str, total: int | None = 30) -> str:
    size = f' completeListSize="{total}"' if total is not None else ""
    return f"<resumptionToken{size}>{value}</resumptionToken>"


def listing(records: str, end: str = "", **more: str) -> bytes:
    return envelope(f"<ListRecords>{records}{end}</ListRecords>", **more)


def error(code: str, words: str = "in words") -> bytes:
    return envelope(f'<error code="{code}">{words}</error>')


def identify(granularity: str = "YYYY-MM-DDThh:mm:ssZ", deleted: str = "persistent") -> bytes:
    return envelope(
        "<Identify><repositoryName>Test</repositoryName><baseURL>http://test</baseURL>"
        "<protocolVersion>2.0</protocolVersion><adminEmail>a@test.example</adminEmail>"
        "<earliestDatestamp>2030-01-01</earliestDatestamp>"
        f"<deletedRecord>{deleted}</deletedRecord><granularity>{granularity}</granularity>"
        "</Identify>"
    )


def number(asked: Asked) -> int:
    """Return which page of the list is asked for, 0 to 2."""
    return int((asked.arguments.get("resumptionToken") or "p0").rpartition("p")[2])


def healthy(asked: Asked, **more: Any) -> Answer:
    if asked.arguments["verb"] == "Identify":
        return Answer(identify())
    if asked.arguments["verb"] == "ListSets":
        sets = "".join(f"<set><setSpec>{s}</setSpec></set>" for s in ("wiskunde", "taal:nt2"))
        return Answer(envelope(f"<ListSets>{sets}</ListSets>"))
    if asked.arguments["verb"] == "ListIdentifiers":
        headers = "".join(record(i).partition("<metadata>")[0][8:] for i in IDS)
        return Answer(envelope(f"<ListIdentifiers>{headers}</ListIdentifiers>"))
    if asked.arguments["verb"] == "GetRecord":
        return Answer(envelope(f"<GetRecord>{record(asked.arguments['identifier'])}</GetRecord>"))
    return Answer(healthy_list(number(asked), **more))


def healthy_list(page: int, title: str = "Breuken", total: int | None = 30) -> bytes:
    records = "".join(record(i, title) for i in IDS[page * 10 : page * 10 + 10])
    return listing(records, token(f"p{page + 1}" if page < 2 else "", total))


def on_page(page: int, answer: Callable[[Asked], Answer | None]) -> Respond:
    def respond(asked: Asked) -> Answer | None:
        listed = asked.arguments["verb"] == "ListRecords"
        return answer(asked) if listed and number(asked) == page else None

    return respond


def once(answer: Answer) -> Callable[[Asked], Answer | None]:
    return lambda asked: None if asked.again else answer


def mangled(page: int, old: bytes, new: bytes, **headers: str) -> Respond:
    """Replace bytes of one page."""
    body = healthy_list(page)
    assert old in body
    return on_page(page, lambda _: Answer(body.replace(old, new), headers=dict(headers)))


@dataclass
class Scenario:
    """What goes wrong, what is asked, and what must come of it."""

    respond: Respond = lambda _: None
    ids: list[str] = field(default_factory=lambda: IDS)
    finished: bool = True
    says: str = ""  # in the error or the warnings
    repaired: int = 0
    rejected: tuple[str, ...] = ()
    source: dict[str, Any] = field(default_factory=dict)
    task: dict[str, Any] = field(default_factory=dict)
    requests: int | None = None
    kind: str = ""
    again: bool = False  # records may come by more than once before it is given up


HTML = Answer(
    b"<!DOCTYPE html><html><head><title>Onderhoud &amp; zo</title></head></html>",
    headers={"Content-Type": "text/html"},
)
BLOCKED = Answer(HTML.body, 403, {"cf-mitigated": "challenge", "Content-Type": "text/html"})
CUT = healthy_list(1)[:1500]
RESTORED = datetime.now(UTC) - timedelta(seconds=5)
BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
    + healthy_list(1).partition(b"?>")[2].replace(b"Breuken", b"x &b; y", 1)
)
NO_METADATA = record(IDS[14]).replace("metadata>", "about>")
NO_IDENTIFIER = record(IDS[14]).replace(f"<identifier>{IDS[14]}</identifier>", "<identifier/>")
DELETED = (
    f'<record><header status="deleted"><identifier>{IDS[14]}</identifier>'
    "<datestamp>2024-02-02</datestamp></header></record>"
)


def replaced(by: str) -> Respond:
    return mangled(1, record(IDS[14]).encode(), by.encode())


def without(*positions: int) -> list[str]:
    return [i for n, i in enumerate(IDS) if n not in positions]


def increment(asked: Asked) -> Answer | None:
    if asked.arguments["verb"] == "ListRecords":
        return Answer(error("noRecordsMatch"))
    return None


def day_only(asked: Asked) -> Answer | None:
    """Declares seconds, and takes days alone."""
    return Answer(error("badArgument")) if "T" in asked.arguments.get("from", "") else None


def tricky_token(asked: Asked) -> Answer | None:
    """Give a token that is easily encoded twice, or not at all."""
    if asked.arguments["verb"] != "ListRecords":
        return None
    said = asked.arguments.get("resumptionToken", "")
    strange = "a+b/c=d&é %41;x:y"
    if said and said != f"{strange}p{number(asked)}":
        return Answer(error("badResumptionToken", said))
    body = healthy_list(number(asked)).decode()
    for n in (1, 2):
        body = body.replace(f">p{n}<", f">\n {strange.replace('&', '&amp;')}p{n} \n<")
    return Answer(body.encode())


def cycle(asked: Asked) -> Answer | None:
    if asked.arguments["verb"] != "ListRecords":
        return None
    following = {0: "p1", 1: "p2", 2: "p1"}[number(asked)]
    body = healthy_list(number(asked), total=None)
    return Answer(body.replace(b"<resumptionToken>p2<", b"<resumptionToken><").replace(
        b"<resumptionToken><", f"<resumptionToken>{following}<".encode()
    ).replace(b"<resumptionToken>p1<", f"<resumptionToken>{following}<".encode()))  # fmt: skip


def one_token(asked: Asked) -> Answer | None:
    """Keep the place in a session: the token never changes, and the pages do."""
    if asked.arguments["verb"] != "ListRecords":
        return None
    page = asked.again + 1 if "resumptionToken" in asked.arguments else 0
    body = healthy_list(page)
    return Answer(body.replace(f">p{page + 1}<".encode(), b">p7<"))


def endless_tokens(asked: Asked) -> Answer | None:
    """Answer every token with the same page and a new token."""
    if asked.arguments["verb"] != "ListRecords":
        return None
    body = healthy_list(0, total=None)
    return Answer(body.replace(b">p1<", f">{asked.before}-p1<".encode()))


def empty_pages(total: int | None) -> Respond:
    def respond(asked: Asked) -> Answer | None:
        if asked.arguments["verb"] != "ListRecords":
            return None
        page = number(asked)
        if page > 2:
            return Answer(listing("", token(f"p{page + 1}", total)))
        body = healthy_list(page, total=total)
        return Answer(body.replace(b"></resumptionToken>", b">p3</resumptionToken>"))

    return respond


def redirected(asked: Asked) -> Answer | None:
    if asked.path.endswith("/new"):
        return None
    return Answer(status=301, headers={"Location": f"{asked.path}/new"})


def to_file(_: Asked) -> Answer:
    return Answer(status=302, headers={"Location": "file:///etc/passwd"})


def round_and_round(asked: Asked) -> Answer:
    return Answer(status=302, headers={"Location": f"{asked.path}?{asked.query}&n={asked.again}"})


def lost_token(times: int) -> Respond:
    return on_page(
        2, lambda asked: Answer(error("badResumptionToken")) if asked.again < times else None
    )


def retry_after(value: str, status: int = 503) -> Respond:
    return on_page(1, once(Answer(b"later", status, {"Retry-After": value})))


FAILING = Answer(b"Internal error", 500)
INCREMENT = {"since": "2024-04-30T11:22:33Z"}
SETS = {"sets": ["wiskunde", "taal"]}
HALF: dict[str, Any] = {"ids": IDS[:10], "finished": False}
#: begun again once, then asked for record by record
ONE_BY_ONE: dict[str, Any] = {"ids": IDS[:10] + IDS}

SCENARIOS: dict[str, Scenario] = {
    "healthy": Scenario(requests=4),
    "A1 control character": Scenario(mangled(1, b"Breuken", b"Breu\x0bken\x1a"), repaired=10),
    "A2 reference to one": Scenario(
        mangled(1, b"Breuken", b"Breu&#x1;ken&#55349;&#xFFFF;"), repaired=10
    ),
    "A3 cp1252 unlabelled": Scenario(mangled(1, b"Breuken", b"Caf\xe9 \x93"), repaired=10),
    "A3 utf-8 labelled latin-1": Scenario(
        mangled(1, b'"UTF-8"?>', b'"ISO-8859-1"?><!--\xc3\xa9-->'), repaired=10
    ),
    "A3 latin-1 as labelled": Scenario(
        mangled(1, b'"UTF-8"?>', b'"ISO-8859-1"?><!--\xe9-->'), repaired=0
    ),
    "A4 stray ampersand": Scenario(mangled(1, b"Breuken", b"R&D &nbsp;&eacute;"), repaired=10),
    "A5 truncated": Scenario(
        on_page(1, lambda _: Answer(CUT, length=False)), **ONE_BY_ONE, says="truncated at byte 1500"
    ),
    "A5 truncated once": Scenario(on_page(1, once(Answer(CUT, length=False)))),
    "A5 shorter than its length": Scenario(
        on_page(1, lambda _: Answer(CUT, stated=9999)), **ONE_BY_ONE, says="cut off"
    ),
    "A6 junk around": Scenario(
        mangled(1, b"<?xml", b"\n\xef\xbb\xbf <b>Notice</b>: x in y.php <?xml"), repaired=10
    ),
    "A6 junk after": Scenario(mangled(1, b"</OAI-PMH>", b"</OAI-PMH>\nNotice & more <br>"),
                              repaired=10),
    "A6 prolog inside": Scenario(
        mangled(1, b"<metadata>", b'<metadata><?xml version="1.0"?>'), repaired=10
    ),
    "A6 byte order mark": Scenario(mangled(1, b"<?xml", b"\xef\xbb\xbf<?xml")),
    "A7 web page": Scenario(
        on_page(1, lambda _: HTML), **ONE_BY_ONE, says="titled 'Onderhoud & zo'"
    ),
    "A7 web page once": Scenario(on_page(1, once(HTML))),
    "A7 blocked": Scenario(on_page(1, lambda _: BLOCKED), **HALF, says="blocked by Cloudflare"),
    "A8 empty body": Scenario(on_page(1, lambda _: Answer()), **ONE_BY_ONE, says="is empty"),
    "A8 empty body once": Scenario(on_page(1, once(Answer()))),
    "A9 seconds": Scenario(retry_after("1")),
    "A9 date": Scenario(retry_after(format_datetime(RESTORED, usegmt=True))),
    "A9 a day": Scenario(retry_after("86400"), **HALF, says="24 h 0 min", kind="DeferredError"),
    "A9 absent": Scenario(on_page(1, once(Answer(status=429)))),
    "A9 for ever": Scenario(
        on_page(1, lambda _: FAILING), **ONE_BY_ONE, says="500 Internal Server Error, 3 times"
    ),
    "A10 error in a 404": Scenario(
        lambda a: Answer(error("noRecordsMatch"), 404) if "metadataPrefix" in a.query else None,
        ids=[],
    ),
    "A10 error in a 422": Scenario(
        on_page(0, lambda _: Answer(error("cannotDisseminateFormat", "no oai_dc"), 422)),
        ids=[], finished=False, says="cannotDisseminateFormat: no oai_dc",
    ),
    "A11 unknown code": Scenario(
        on_page(1, lambda _: Answer(error("InternalException", "Ojee"))), **ONE_BY_ONE, says="Ojee"
    ),
    "A11 empty code once": Scenario(on_page(1, once(Answer(error(""))))),
    "A12 token lost once": Scenario(lost_token(1), ids=IDS[:20] + IDS),
    "A12 token lost": Scenario(lost_token(9), ids=IDS[:20] * 4 + IDS[20:],
                               says="badResumptionToken"),
    "A14 strange token": Scenario(tricky_token),
    "A16 no token at the end": Scenario(
        mangled(2, token("").encode(), b"")
    ),
    "A17 cycle": Scenario(cycle, ids=IDS, finished=False, says="loop", again=True),
    "A17 token that stays": Scenario(one_token),
    "A17 same page for ever": Scenario(
        endless_tokens, ids=IDS[:10], finished=False, says="loop", again=True
    ),
    "A18 empty pages": Scenario(empty_pages(30)),
    "A18 empty pages, size unsaid": Scenario(empty_pages(None)),
    "A18 one empty page": Scenario(
        on_page(1, once(Answer(listing("", token("p1"))))),
    ),
    "A19 token empty too early": Scenario(
        mangled(1, b">p2<", b"><"), says="20 of 30"
    ),
    "A19 no token too early": Scenario(
        on_page(1, lambda _: Answer(listing("".join(map(record, IDS[10:20]))))),
        says="20 of 30",
    ),
    "A20 nothing new": Scenario(increment, ids=[], task=INCREMENT),
    "A20 nothing on a token": Scenario(
        on_page(1, lambda _: Answer(error("noRecordsMatch"))), **HALF, says="noRecordsMatch"
    ),
    "A21 set is gone": Scenario(
        ids=[], finished=False, says="no set natuurkunde", source={"sets": ["natuurkunde"]}
    ),
    "two sets": Scenario(ids=IDS + IDS, source=SETS),
    "A23 wrong granularity": Scenario(day_only, task=INCREMENT, says="granularity"),
    "A24 from refused": Scenario(
        lambda asked: Answer(error("badArgument")) if "from" in asked.arguments else None,
        task=INCREMENT, says="refuses from",
    ),
    "A24 from ignored": Scenario(task=INCREMENT, says="ignores from"),
    "A26 clock ahead": Scenario(
        on_page(0, lambda _: Answer(healthy_list(0).replace(NOW.encode(), b"2999-01-01T00:00:00Z")))
    ),
    "A29 strange datestamps": Scenario(
        mangled(1, b"2024-01-01T00:00:00Z", b" 0000-00-00 "), task=INCREMENT, says=""
    ),
    "A30 deleted": Scenario(replaced(DELETED)),
    "A31 no metadata": Scenario(
        replaced(NO_METADATA), ids=without(14), rejected=("metadata.missing",)
    ),
    "A31 empty metadata": Scenario(
        replaced(record(IDS[14]).partition("<metadata>")[0] + "<metadata> </metadata></record>"),
        ids=without(14), rejected=("metadata.missing",),
    ),
    "A32 no identifier": Scenario(
        replaced(NO_IDENTIFIER), ids=IDS, rejected=("record.identifier_missing",),
        says="without an identifier", again=True,  # asked for by the name that the list gives it
    ),
    "A33 twice": Scenario(
        on_page(1, lambda _: Answer(
            healthy_list(1).replace(record(IDS[10]).encode(), record(IDS[9]).encode())
        )),
        ids=[*IDS[:10], IDS[9], *IDS[11:], IDS[10]],
    ),
    "A39 moved": Scenario(redirected, says="has moved to"),
    "A39 to a file": Scenario(to_file, ids=[], finished=False, says="file:///etc/passwd"),
    "A39 round and round": Scenario(round_and_round, ids=[], finished=False, says="more than 5"),
    "A40 gzip unsaid": Scenario(on_page(1, lambda _: Answer(gzip.compress(healthy_list(1))))),
    "A40 gzip": Scenario(on_page(1, lambda _: Answer(
        gzip.compress(healthy_list(1)), headers={"Content-Encoding": "gzip"}
    ))),
    "A40 no gzip, said": Scenario(on_page(1, lambda _: Answer(
        healthy_list(1), headers={"Content-Encoding": "gzip"}
    ))),
    "A41 https namespace": Scenario(
        mangled(1, b"http://www.openarchives.org/OAI/2.0/", b"https://www.openarchives.org/OAI/2.0/"),
        repaired=10,
    ),
    "A41 no namespace": Scenario(mangled(1, NAMESPACE.encode(), b""), repaired=10),
    "A41 undeclared prefix": Scenario(
        mangled(1, b"<title>Breuken</title>", b'<dct:title xsi:type="x">B</dct:title>'),
        repaired=10,
    ),
    "B10 entities": Scenario(on_page(1, lambda _: Answer(BOMB)), repaired=10),
    "crossed tags": Scenario(
        mangled(1, b"Breuken</title>", b"Breuken</titel>"), repaired=10
    ),
    "401": Scenario(on_page(0, lambda _: Answer(status=401)), ids=[], finished=False,
                    says="password", requests=2),
    "410": Scenario(on_page(0, lambda _: Answer(status=410)), ids=[], finished=False,
                    says="gone for good", requests=2),
    "no Identify": Scenario(lambda _: Answer(error("badVerb")), ids=[], finished=False,
                            says="does not identify itself"),
}  # fmt: skip

PATHS = {name: f"/{n}" for n, name in enumerate(SCENARIOS)}


def respond(asked: Asked) -> Answer:
    by_path = {path: SCENARIOS[name] for name, path in PATHS.items()}
    return by_path["/" + asked.path.split("/")[1]].respond(asked) or healthy(asked)


@pytest.fixture(scope="module")
def harvested() -> Iterator[tuple[dict[str, Run], Log]]:
    with serving(respond) as (base, log):
        tasks = [
            Task(
                name,
                {
                    "kind": "oai_pmh",
                    "url": base + PATHS[name],
                    "allow_private": True,
                    **scenario.source,
                },
                **scenario.task,
            )
            for name, scenario in SCENARIOS.items()
        ]
        yield crawl(*tasks), log


@pytest.mark.parametrize("name", SCENARIOS)
def test_scenario(name: str, harvested: tuple[dict[str, Run], Log]) -> None:
    scenario, run = SCENARIOS[name], harvested[0][name]
    report = run.report
    assert report["finished"] is scenario.finished, report
    if scenario.again:
        assert set(run.identifiers) == set(scenario.ids), report
        assert bool(run.error) is not scenario.finished, report
    else:
        assert run.identifiers == scenario.ids, report
        assert bool(run.error) is (not scenario.finished and not report["warnings"]), report
    if scenario.says:
        assert scenario.says in run.error + " ".join(report["warnings"])
    assert sum(raw["repaired"] for raw in run.raws) == scenario.repaired
    assert tuple(raw["rejected"] for raw in run.raws if raw["rejected"]) == scenario.rejected
    if scenario.kind:
        assert report["kind"] == scenario.kind
    if scenario.requests:
        assert len(harvested[1].of(PATHS[name])) == scenario.requests
    if scenario.finished and run.pages:
        assert [bool(page["checkpoint"]) for page in run.pages][-1] is False


def test_text_survives_repair(harvested: tuple[dict[str, Run], Log]) -> None:
    runs = harvested[0]

    def title(name: str) -> str:
        payload: str = runs[name].raws[10]["payload"]
        return payload.partition("title")[2].partition(">")[2].partition("<")[0]

    assert title("A1 control character") == "Breuken"
    assert title("A2 reference to one") == "Breuken"
    assert title("A3 cp1252 unlabelled") == "Café “"
    assert title("A4 stray ampersand") == "R&amp;D \xa0é"
    assert title("B10 entities") == "x &amp;b; y"  # said, not resolved, not lost
    assert title("crossed tags") == "Breuken"


def test_manners(harvested: tuple[dict[str, Run], Log]) -> None:
    asked = harvested[1].of(PATHS["healthy"])
    assert [a.arguments["verb"] for a in asked] == ["Identify", *["ListRecords"] * 3]
    assert asked[1].arguments == {"verb": "ListRecords", "metadataPrefix": "oai_dc"}
    assert asked[2].arguments == {"verb": "ListRecords", "resumptionToken": "p1"}
    headers = asked[0].headers
    assert headers["user-agent"].startswith("Vindplaats/")
    assert "mailto:test@vindplaats.example" in headers["user-agent"]
    assert headers["from"] == "test@vindplaats.example"
    assert "identity" in headers["accept-encoding"]
    assert "cookie" not in headers
    assert "referer" not in headers


def test_reports(harvested: tuple[dict[str, Run], Log]) -> None:
    runs, log = harvested
    healthy_run = runs["healthy"].report
    assert (healthy_run["watermark"], healthy_run["whole"]) == (NOW, True)
    assert (healthy_run["deletions"], healthy_run["total"]) == ("explicit", 30)
    assert runs["A12 token lost once"].report["restarted"] is True
    assert runs["A26 clock ahead"].report["watermark"] < "2900"
    assert runs["A32 no identifier"].report["whole"] is False
    assert runs["A24 from refused"].report["whole"] is True
    assert runs["A20 nothing new"].report["whole"] is False
    # 48 hours before the last complete run
    sent = log.of(PATHS["A20 nothing new"])[1].arguments
    assert sent["from"] == "2024-04-28T11:22:33Z"
    assert "until" not in sent
    assert [a.arguments.get("from") for a in log.of(PATHS["A23 wrong granularity"])[1:3]] == [
        "2024-04-28T11:22:33Z",
        "2024-04-28",
    ]
    assert [
        a.arguments.get("set") for a in log.of(PATHS["two sets"]) if "metadataPrefix" in a.arguments
    ] == ["wiskunde", "taal"]
    deleted = runs["A30 deleted"].raws[14]
    assert (deleted["deleted"], deleted["payload"], deleted["datestamp"]) == (
        True,
        "",
        "2024-02-02",
    )
    assert runs["healthy"].raws[0]["sets"] == ["wiskunde"]
    assert all(a.path.endswith("/new") for a in log if a.path.startswith(PATHS["A39 moved"] + "/"))
    assert len(log.of(PATHS["A39 moved"])) == 1


def test_a_killed_run_goes_on_at_the_next_page() -> None:
    def days(asked: Asked) -> Answer:
        if asked.arguments["verb"] == "Identify":
            return Answer(identify("YYYY-MM-DD", "transient"))
        return healthy(asked)

    with serving(days) as (base, log):
        source = {"kind": "oai_pmh", "url": base + "/oai?x=1", "allow_private": True}
        first = crawl(Task("a", source, since="2024-01-02T11:22:33Z"))["a"]
        checkpoint = first.pages[0]["checkpoint"]
        del log[:]
        again = crawl(
            Task("a", source, since="2030-01-01T00:00:00Z", checkpoint=checkpoint),
            Task("b", source, checkpoint='{"token": 1}'),
        )
    assert again["a"].identifiers[:20] == IDS[10:]
    assert again["a"].identifiers[20:] == IDS[:10], "whether records moved meanwhile is checked"
    assert json.loads(checkpoint)["since"] == "2023-12-31"
    for key in ("watermark", "whole", "total", "deletions", "finished"):
        assert again["a"].report[key] == first.report[key]
    assert first.report["whole"] is False
    assert first.report["deletions"] == "absent-twice"
    assert again["b"].identifiers == IDS, "a checkpoint of another version starts from the start"
    assert quote("x=1", safe="=") in log[0].query
