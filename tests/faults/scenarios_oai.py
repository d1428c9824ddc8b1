"""What repositories are known to do (cases A1 to A45 of the catalogue of faults)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any
from urllib.parse import quote, unquote

from misbehaving import (
    FAILING,
    HTML,
    NAMESPACE,
    Answer,
    Asked,
    Fault,
    Item,
    Phase,
    Repository,
    Scenario,
    always,
    edited,
    envelope,
    error,
    items,
    lists,
    on,
    on_page,
    once,
    packed,
    place,
    poison,
    records,
    replace,
    scenario,
    swap,
)  # fmt: skip

READ = ("complete",)
SHORT = ("incomplete",)
ALL = items()
IDS = [item.id for item in ALL]
TITLE = "<dc:title>Les 14</dc:title>"
BLOCKED = Answer(HTML.body, 403, {"cf-mitigated": "challenge", "Content-Type": "text/html"})
ONE = Repository(items=ALL[:5])


def cut(body: bytes) -> bytes:
    return body[: len(body) // 2]


def without_size(repository: Repository | None = None) -> Repository:
    return replace(repository or Repository(), sizes=False)


def retry_after(value: str | None, status: int = 503) -> Scenario:
    headers = {} if value is None else {"Retry-After": value}
    return scenario(on_page(1, once(Answer(b"later", status, headers))))


def with_item(n: int, **changes: Any) -> Repository:
    changed = [replace(i, **changes) if i.id == IDS[n] else i for i in ALL]
    return Repository(items=changed)


def token_of(body: bytes) -> bytes:
    return body.partition(b"<resumptionToken")[2].partition(b">")[2].partition(b"<")[0]


def retokened(make: Callable[[str], str]) -> Fault:
    """Return a fault that shows tokens as ``make(offset)`` and understands them so."""

    def respond(asked: Asked, repository: Repository) -> Answer | None:
        if not lists(asked):
            return None
        said = asked.arguments
        if "resumptionToken" in said:
            known = {make(f"{n}||"): f"{n}||" for n in range(0, 40, 10)}
            if said["resumptionToken"] not in known:
                return Answer(error("badResumptionToken", "unknown"))
            said["resumptionToken"] = known[said["resumptionToken"]]
        body = repository.listing(said, said["verb"])
        token = token_of(body)
        shown = make(token.decode())
        escaped = shown.replace("&", "&amp;").replace("<", "&lt;").encode()
        return Answer(body.replace(b">" + token + b"<", b">" + escaped + b"<") if token else body)

    return respond


def lost(times: int) -> Callable[[Asked, Answer], Answer | None]:
    def respond(asked: Asked, _healthy: Answer) -> Answer | None:
        return Answer(error("badResumptionToken")) if asked.again < times else None

    return respond


USED: dict[str, set[str]] = {}


def single_use(asked: Asked, repository: Repository) -> Answer | None:
    """A token is good once; the first answer to the second page is lost on its way."""
    if not lists(asked):
        return None
    said = asked.arguments
    used = USED.setdefault(asked.base + asked.path, set())
    shown = said.get("resumptionToken")
    if shown is not None:
        _number, _, real = shown.partition("~")
        if shown in used:
            return Answer(b"gone", 500)
        used.add(shown)
        said["resumptionToken"] = real
        if real.startswith("10|") and len([u for u in used if "~10|" in u]) == 1:
            return Answer(b"lost", 500)
    body = repository.listing(said, said["verb"])
    token = token_of(body)
    fresh = f"{asked.before}~".encode() + token
    return Answer(body.replace(b">" + token + b"<", b">" + fresh + b"<") if token else body)


def cycle(asked: Asked, repository: Repository) -> Answer | None:
    """The last page leads to the first."""
    if not lists(asked):
        return None
    body = repository(asked).body
    return Answer(body.replace(b"></resumptionToken>", b">0||</resumptionToken>"))


def one_token(asked: Asked, repository: Repository) -> Answer | None:
    """Every page has the same token; the server remembers where it was."""
    if not records(asked):
        return None
    start = min(asked.again + 1, 3) * 10 if "resumptionToken" in asked.arguments else 0
    body = repository.listing({"resumptionToken": f"{start}||"}, "ListRecords")
    token = token_of(body)
    return Answer(body.replace(b">" + token + b"<", b">same<") if token else body)


def endless(asked: Asked, repository: Repository) -> Answer | None:
    """The same page under ever new tokens, for every list."""
    if not lists(asked):
        return None
    body = repository.listing({}, asked.arguments["verb"])
    return Answer(body.replace(b">10||<", b">10|" + str(asked.before).encode() + b"|<"))


def emptied(body: bytes) -> bytes:
    return body.replace(token_of(body) + b"</resumptionToken", b"</resumptionToken")


def empty_pages(asked: Asked, repository: Repository) -> Answer | None:
    if not lists(asked):
        return None
    start, verb = place(asked.arguments)[0], asked.arguments["verb"]
    if start >= 30:
        return Answer(
            envelope(f"<{verb}><resumptionToken>{start + 10}||</resumptionToken></{verb}>")
        )
    return Answer(
        repository(asked).body.replace(b"></resumptionToken>", b">30||</resumptionToken>")
    )


def one_empty_page(asked: Asked, repository: Repository) -> Answer | None:
    """An empty page in the middle, with a token."""
    if not records(asked):
        return None
    said = asked.arguments.get("resumptionToken", "")
    if said == "10||":
        return Answer(
            envelope("<ListRecords><resumptionToken>10|x|</resumptionToken></ListRecords>")
        )
    if said == "10|x|":
        return Answer(repository.listing({"resumptionToken": "10||"}, "ListRecords"))
    return None


def day_only(asked: Asked, _repository: Repository) -> Answer | None:
    """Declares seconds, and takes days alone."""
    return Answer(error("badArgument")) if "T" in asked.arguments.get("from", "") else None


def no_dates(asked: Asked, _repository: Repository) -> Answer | None:
    said = asked.arguments
    return Answer(error("badArgument")) if "from" in said or "until" in said else None


def deaf(asked: Asked, repository: Repository) -> Answer | None:
    """Takes from and until, and does nothing with them."""
    said = asked.arguments
    if not lists(asked) or "resumptionToken" in said:
        return None
    return Answer(repository.listing({}, said["verb"]))


def fussy(asked: Asked, _repository: Repository) -> Answer | None:
    """Answers an empty argument with nothing at all."""
    return Answer(error("noRecordsMatch")) if "" in asked.arguments.values() else None


def shifted(asked: Asked, repository: Repository) -> Answer | None:
    """While the list is read, a record moves to its front: the eleventh is never shown."""
    if not records(asked) or "resumptionToken" not in asked.arguments:
        return None
    moved = [ALL[10], *ALL[:10], *ALL[11:]]
    return Answer(replace(repository, items=moved).listing(asked.arguments, "ListRecords"))


def redirect(status: int, hops: int = 1) -> Fault:
    def respond(asked: Asked, _repository: Repository) -> Answer | None:
        done = asked.path.count("/new")
        if done >= hops:
            return None
        return Answer(status=status, headers={"Location": f"{asked.path}/new"})

    return respond


def elsewhere(location: str) -> Fault:
    return lambda _asked, _repository: Answer(status=302, headers={"Location": location})


def too_much(asked: Asked, repository: Repository) -> Answer | None:
    """Refuses whatever would be more than four records."""
    if not lists(asked) or "resumptionToken" in asked.arguments:
        return None
    _, since, until = place(asked.arguments)
    many = len(repository.chosen(since, until)) > 4
    return Answer(b"more than 4", 413) if many else None


def hidden(asked: Asked, repository: Repository) -> Answer | None:
    """The record that makes pages fail is left out of ListIdentifiers too."""
    if asked.arguments.get("verb") == "ListIdentifiers":
        rest = [item for item in repository.items if item.id != IDS[14]]
        return Answer(replace(repository, items=rest).listing(asked.arguments, "ListIdentifiers"))
    return poison(IDS[14], verbs=("ListRecords", "GetRecord"))(asked, repository)


def everything_fails_after_page_one(asked: Asked, _repository: Repository) -> Answer | None:
    return FAILING if lists(asked) and asked.before > 1 else None


def later(count: int, of: list[Item] = ALL, days: int = 0) -> list[Item]:
    """Return records that changed after the first harvest."""
    start = datetime(2025, 6, 2, tzinfo=UTC) + timedelta(days=days)
    return [
        replace(item, date=(start + timedelta(hours=n)).strftime("%Y-%m-%dT%H:%M:%SZ"))
        for n, item in enumerate(of[:count])
    ]


def two(first: Phase, second: Phase, *more: Phase, **source: Any) -> Scenario:
    return Scenario([first, second, *more], source=dict(source), peers=False)


NEXT_DAY = "2025-06-03T12:00:00Z"
GONE = replace(ALL[14], deleted=True, date="2025-06-02T00:00:00Z")
RESTORED = datetime.now(UTC) - timedelta(seconds=5)
BOMB = '<!DOCTYPE r [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><OAI-PMH'
RENAMED = [
    replace(item, id=item.id.replace("oai:test:", "oai:new:"), date=NEXT_DAY) for item in ALL
]


def first(**more: Any) -> Phase:
    return Phase(**more)


A: dict[str, Scenario] = {
    "healthy": scenario(kept=30),
    "A1 control characters": scenario(
        on_page(1, edited(swap(TITLE, "<dc:title>L\x0b\x1a\x03</dc:title>"))), kept=30
    ),
    "A2 references to forbidden characters": scenario(
        on_page(1, edited(swap(TITLE, "<dc:title>L&#x1;&#55349;&#xFFFE;\ufffe</dc:title>"))),
        kept=30,
    ),
    "A3 bytes that are no UTF-8": scenario(
        on_page(1, edited(swap(TITLE, b"<dc:title>Caf\xe9 \x93</dc:title>"))), kept=30
    ),
    "A3 labelled latin-1, and UTF-8": scenario(
        on_page(
            1,
            lambda _a, h: Answer(
                swap(TITLE, "<dc:title>Café</dc:title>")(h.body),
                headers={"Content-Type": "text/xml; charset=ISO-8859-1"},
            ),
        ),
        kept=30,
    ),
    "A3 a charset that nobody knows": scenario(
        on_page(1, edited(swap('"UTF-8"', '"KLINGON-8"'))), kept=30
    ),
    "A4 stray ampersands and names of HTML": scenario(
        on_page(1, edited(swap(TITLE, "<dc:title>R&D &nbsp;&eacute; a&b; &</dc:title>"))), kept=30
    ),
    "A5 cut off, once": scenario(
        on_page(1, lambda a, h: None if a.again else Answer(cut(h.body), length=False)), kept=30
    ),
    "A5 cut off, always": scenario(on_page(1, edited(cut, length=False)), kept=30),
    "A5 every list is cut off": scenario(
        lambda a, r: Answer(cut(r(a).body), length=False) if lists(a) else None, ends=("failed",)
    ),
    "A5 cut off between records": scenario(
        on_page(
            1, lambda _a, h: Answer(h.body[: h.body.index(IDS[14].encode()) - 40], length=False)
        ),
        kept=30,
    ),
    "A6 notices before and after": scenario(
        on_page(
            1,
            edited(
                lambda b: b"\n\xef\xbb\xbf <b>Notice</b>: x & y in z.php " + b + b"\n<br>Notice &"
            ),
        ),
        kept=30,
    ),
    "A6 a prolog in each record": scenario(
        on_page(1, edited(swap("<metadata>", '<metadata><?xml version="1.0"?>'))), kept=30
    ),
    "A7 a web page, once": scenario(on_page(1, once(HTML)), kept=30),
    "A7 a web page, always": scenario(on_page(1, always(HTML)), kept=30, says="Onderhoud"),
    "A7 a web page for everything": scenario(
        lambda _a, _r: HTML, ends=("failed",), says="Onderhoud"
    ),
    "A7 blocked": scenario(on_page(1, always(BLOCKED)), ends=SHORT, says="Cloudflare"),
    "A8 empty body, once": scenario(on_page(1, once(Answer())), kept=30),
    "A8 empty body, always": scenario(on_page(1, always(Answer())), kept=30),
    "A9 Retry-After in seconds": retry_after("1"),
    "A9 Retry-After as a date": retry_after(format_datetime(RESTORED, usegmt=True)),
    "A9 Retry-After absent": retry_after(None, 429),
    "A9 Retry-After that is nonsense": retry_after("soon; -1"),
    "A9 Retry-After of a day": scenario(
        on_page(1, always(Answer(b"later", 503, {"Retry-After": "86400"}))),
        ends=("deferred",),
        says="24 h",
    ),
    "A9 503 for ever": scenario(on_page(1, always(Answer(status=503))), ends=SHORT),
    "A10 noRecordsMatch in a 404": scenario(
        on("ListRecords", always(Answer(error("noRecordsMatch"), 404))), truth=[]
    ),
    "A10 an error in a 422": scenario(
        on("ListRecords", always(Answer(error("cannotDisseminateFormat", "no oai_dc"), 422))),
        ends=("failed",),
        says="no oai_dc",
    ),
    "A10 records in a 500": scenario(on_page(1, lambda _a, h: Answer(h.body, 500)), kept=30),
    "A11 an unknown code, once": scenario(
        on_page(1, once(Answer(error("InternalException")))), kept=30
    ),
    "A11 an unknown code, always": scenario(
        on_page(1, always(Answer(error("InternalException", "Oops")))), kept=30, says="Oops"
    ),
    "A11 an empty code": scenario(
        lambda a, _r: Answer(error("")) if lists(a) else None, ends=("failed",)
    ),
    "A12 token forgotten once": scenario(on_page(2, lost(1)), kept=30),
    "A12 token forgotten always": scenario(on_page(2, lost(99)), kept=30),
    "A12 tokens forgotten in every list": scenario(
        lambda a, _r: (
            Answer(error("badResumptionToken")) if "resumptionToken" in a.arguments else None
        ),
        kept=30,
    ),
    "A13 tokens for one use": scenario(single_use, kept=30),
    "A14 token with signs": scenario(retokened(lambda t: t and f"a+b/c=d&e%41 é:{t}"), kept=30),
    "A14 token with blanks around": scenario(
        on_page(0, edited(swap(">10||<", ">\n  10||\t<"))), kept=30
    ),
    "A14 token encoded twice": scenario(
        retokened(lambda t: t and quote(f"x/{t}", safe="")), kept=30
    ),
    "A14 a server that decodes twice": scenario(
        lambda a, r: (
            Answer(error("badResumptionToken"))
            if "resumptionToken" in a.arguments
            and "%" not in a.query.replace("%25", "")
            and "%25" not in a.query
            else (
                Answer(
                    r.listing(
                        {"resumptionToken": unquote(a.arguments["resumptionToken"])},
                        a.arguments["verb"],
                    )
                )
                if "resumptionToken" in a.arguments
                else None
            )
        ),
        source={"token_encoding": "twice"},
        kept=30,
    ),
    "A15 an empty token at the end": scenario(
        on_page(2, edited(swap("</resumptionToken>", "\n </resumptionToken>"))), kept=30
    ),
    "A16 no token at the end": scenario(
        on_page(
            2,
            edited(
                swap('<resumptionToken completeListSize="30" cursor="20"></resumptionToken>', "")
            ),
        ),
        kept=30,
    ),
    "A17 round and round": scenario(cycle, ends=SHORT, says="loop"),
    "A17 one token for all pages": scenario(one_token, kept=30),
    "A17 one page for ever": scenario(endless, ends=SHORT, says="loop"),
    "A18 empty pages for ever": scenario(empty_pages, kept=30),
    "A18 empty pages for ever, size unsaid": scenario(
        empty_pages, repository=without_size(), kept=30
    ),
    "A18 an empty page in the middle": scenario(one_empty_page, kept=30),
    "A19 token empty too early": scenario(on_page(1, edited(emptied)), kept=30, says="20 of 30"),
    "A19 token empty too early, size unsaid": scenario(
        on_page(1, edited(emptied)), repository=without_size(), kept=30
    ),
    "A19 no token on the first page, size unsaid": scenario(
        on_page(0, edited(swap("<resumptionToken>10||</resumptionToken>", ""))),
        repository=without_size(),
        kept=30,
    ),
    "A19 every list ends too early": scenario(
        lambda a, r: (
            Answer(emptied(r(a).body)) if lists(a) and place(a.arguments)[0] == 10 else None
        ),
        ends=SHORT,
    ),
    "A19 too early, and identifiers cannot be listed": scenario(
        lambda a, r: (
            Answer(error("badVerb"))
            if a.arguments["verb"] == "ListIdentifiers"
            else on_page(1, edited(emptied))(a, r)
        ),
        ends=SHORT,
    ),
    "A20 nothing new": two(
        first(), Phase(truth=IDS, repository=Repository(date=NEXT_DAY), kept=30)
    ),
    "A20 nothing on a token": scenario(
        on_page(1, always(Answer(error("noRecordsMatch")))), ends=SHORT
    ),
    "A21 the set is gone": scenario(source={"sets": ["weg"]}, ends=("failed",), says="no set weg"),
    "A21 no sets at all": scenario(
        on("ListSets", always(Answer(error("noSetHierarchy")))),
        source={"sets": ["les"]},
        ends=("failed",),
        says="no sets",
    ),
    "A22 empty arguments": scenario(fussy, kept=30),
    "A23 wrong granularity": two(
        first(),
        Phase(
            day_only,
            Repository(items=[*ALL[2:], *later(2)], date=NEXT_DAY),
            truth=IDS,
            kept=30,
            says="granularity",
        ),
    ),
    "A24 from is refused": two(
        first(),
        Phase(
            no_dates,
            Repository(items=ALL[1:] + later(1), date=NEXT_DAY),
            truth=IDS,
            kept=30,
            says="not incremental",
        ),
    ),
    "A24 from is ignored": two(
        first(),
        Phase(
            deaf,
            Repository(items=ALL[1:] + later(1), date=NEXT_DAY),
            truth=IDS,
            kept=30,
            says="not incremental",
        ),
    ),
    "A24 windows are ignored": scenario(deaf, source={"window": "month"}, kept=30),
    "A24 windows are refused": scenario(no_dates, source={"window": "year"}, kept=30),
    "windows of a day": scenario(
        source={"window": "day"},
        repository=Repository(items=ALL[:8], earliest="2025-05-20T00:00:00Z"),
        kept=8,
    ),
    "windows of a month": scenario(
        source={"window": "month"},
        repository=Repository(items=items(100, start="2024-11-20"), page=7),
        kept=100,
    ),
    "windows and a server of days": scenario(
        source={"window": "month"},
        repository=Repository(
            items=items(100, start="2024-11-20"), page=7, granularity="YYYY-MM-DD"
        ),
        kept=100,
    ),
    "A25 a clock that is two hours late": two(
        first(repository=Repository(date="2025-06-01T14:00:00Z")),
        Phase(
            repository=Repository(
                items=[*ALL, Item("oai:test:new", "2025-06-01T12:30:00Z", "Nieuw")], date=NEXT_DAY
            ),
            kept=31,
        ),
    ),
    "A26 a clock that is far ahead": scenario(
        repository=Repository(date="2999-01-01T00:00:00Z"), kept=30
    ),
    "A26 no responseDate": scenario(
        lambda a, r: Answer(swap(f"<responseDate>{r.date}</responseDate>", "")(r(a).body)),
        kept=30,
        says="responseDate",
    ),
    "A27 records came with old dates": two(
        first(),
        Phase(repository=Repository(items=items(35), date=NEXT_DAY), kept=35),
        reconcile=1e-9,
    ),
    "A27 content changed under old dates": two(
        first(),
        Phase(
            repository=Repository(
                items=[*ALL[:29], replace(ALL[29], date="2024-02-01T00:00:00Z", title="Anders")],
                date=NEXT_DAY,
            ),
            kept=30,
        ),
        reconcile=1e-9,
    ),
    "A27 very many came with old dates": two(
        first(repository=Repository(items=ALL, page=1500)),
        Phase(
            repository=Repository(items=items(1200, start="2020-01-01"), page=1500, date=NEXT_DAY),
            kept=1200,
            says="all are asked for",
        ),
        reconcile=1e-9,
    ),
    "A28 earliestDatestamp is the last restart": scenario(
        repository=Repository(earliest="2999-01-01T00:00:00Z"), source={"window": "month"}, kept=30
    ),
    "A28 earliestDatestamp is later than the data": scenario(
        repository=Repository(earliest="2024-01-20T00:00:00Z"), source={"window": "month"}, kept=30
    ),
    "A28 earliestDatestamp is missing": scenario(
        repository=Repository(earliest=""), source={"window": "year"}, kept=30
    ),
    "A29 strange datestamps": scenario(
        repository=Repository(
            items=[
                *ALL[:25],
                *(
                    replace(i, date=d)
                    for i, d in zip(
                        ALL[25:],
                        (
                            "0000-00-00",
                            "2031-01-01T00:00:00.123Z",
                            "2024-02-30",
                            "gisteren",
                            "2024-01-01T00:00:00+02:00",
                        ),
                        strict=True,
                    )
                ),
            ]
        ),
        kept=30,
    ),
    "A30 deleted, without metadata": two(
        first(),
        Phase(repository=Repository(items=[*ALL[:14], GONE, *ALL[15:]], date=NEXT_DAY), kept=29),
    ),
    "A30 deleted, then back": two(
        first(),
        Phase(repository=Repository(items=[*ALL[:14], GONE, *ALL[15:]], date=NEXT_DAY), kept=29),
        Phase(
            repository=Repository(
                items=[*ALL[:14], replace(ALL[14], date="2025-06-04T00:00:00Z"), *ALL[15:]],
                date="2025-06-05T00:00:00Z",
            ),
            kept=30,
        ),
    ),
    "A31 live without metadata": scenario(
        repository=with_item(14, body=""), kept=29, rejected=[IDS[14]]
    ),
    "A31 live with empty metadata": scenario(
        repository=with_item(14, body="<metadata> </metadata>"), kept=29, rejected=[IDS[14]]
    ),
    "A31 a former version is kept": two(
        first(),
        Phase(
            repository=Repository(
                items=[
                    replace(ALL[14], date="2025-06-02T00:00:00Z", body=""),
                    *ALL[:14],
                    *ALL[15:],
                ],
                date=NEXT_DAY,
            ),
            kept=30,
            rejected=[IDS[14]],
        ),
    ),
    "A32 no identifier": scenario(
        lambda a, r: (
            Answer(swap(f"<identifier>{IDS[14]}</identifier>", "<identifier/>")(r(a).body))
            if lists(a)
            else None
        ),
        truth=[i for i in IDS if i != IDS[14]],
        kept=29,
        says="without an identifier",
    ),
    "A33 twice, on two pages": scenario(repository=Repository(items=[*ALL, ALL[3]]), kept=30),
    "A33 in two sets": scenario(
        on(
            "ListSets",
            always(
                Answer(
                    envelope(
                        "<ListSets><set><setSpec>les</setSpec></set><set><setSpec>taal</setSpec></set></ListSets>"
                    )
                )
            ),
        ),
        source={"sets": ["les", "taal"]},
        kept=30,
    ),
    "A34 records shift": scenario(shifted, kept=30),
    "A34 records shift, size unsaid": scenario(shifted, repository=without_size(), kept=30),
    "A35 all identifiers change": two(
        first(repository=Repository(deleted="no")),
        Phase(
            repository=Repository(items=RENAMED, deleted="no", date=NEXT_DAY),
            ends=("refused",),
            truth=[i.id for i in RENAMED],
            full=True,
            says="same title",
        ),
    ),
    "A36 gone, and deletes are not told": two(
        first(repository=Repository(deleted="no")),
        Phase(repository=Repository(items=ALL[1:], deleted="no", date=NEXT_DAY), kept=30),
        Phase(repository=Repository(items=ALL[1:], deleted="no", date=NEXT_DAY), kept=29),
        reconcile=1e-9,
    ),
    "A36 gone once, and back": two(
        first(repository=Repository(deleted="transient")),
        Phase(repository=Repository(items=ALL[1:], deleted="transient", date=NEXT_DAY), kept=30),
        Phase(repository=Repository(items=ALL, deleted="transient", date=NEXT_DAY), kept=30),
        Phase(repository=Repository(items=ALL[1:], deleted="transient", date=NEXT_DAY), kept=30),
        reconcile=1e-9,
    ),
    "A37 the list comes back empty": two(
        first(),
        Phase(
            repository=Repository(items=[], date=NEXT_DAY),
            ends=("refused",),
            kept=30,
            full=True,
            says="leaves out 30 of 30",
        ),
    ),
    "A37 the list comes back small": two(
        first(repository=ONE),
        Phase(
            repository=Repository(items=ALL[:3], date=NEXT_DAY),
            ends=("refused",),
            kept=5,
            full=True,
        ),
    ),
    "A37 and it is right": two(
        first(),
        Phase(
            repository=Repository(items=ALL[:9], date=NEXT_DAY), kept=9, full=True, confirmed=True
        ),
    ),
    "deletions in a list that is checked by its identifiers": two(
        Phase(
            repository=without_size(Repository(items=[replace(ALL[0], deleted=True), *ALL[1:]])),
            counted={"seen": 30, "added": 29, "deleted": 1},
        ),
        Phase(
            repository=without_size(Repository(items=[GONE, *ALL[1:14], *ALL[15:]])),
            gone=[IDS[14]],
            counted={"seen": 1, "deleted": 1},
            kept=28,
        ),
    ),
    "A38 a record that no page survives": scenario(poison(IDS[14]), kept=30),
    "A38 a record that nothing survives": scenario(
        poison(IDS[14], verbs=("ListRecords", "GetRecord")), kept=29, rejected=[IDS[14]]
    ),
    "A38 among many": scenario(
        poison("oai:test:700", verbs=("ListRecords", "GetRecord")),
        repository=Repository(items=items(900, start="2022-01-01"), page=100),
        kept=899,
        rejected=["oai:test:700"],
    ),
    "A38 among many, without sizes": scenario(
        poison("oai:test:700", "oai:test:20"),
        repository=Repository(items=items(900, start="2022-01-01"), page=100, sizes=False),
        kept=900,
    ),
    "A38 a whole day cannot be read": scenario(
        poison("oai:test:700", verbs=("ListRecords", "ListIdentifiers", "GetRecord")),
        repository=Repository(items=items(900, start="2022-01-01"), page=100),
        ends=SHORT,
        kept=899,
        says="cannot be read",
    ),
    "A38 and it is hidden": scenario(hidden, ends=SHORT),
    "A38 it hangs": scenario(
        poison(IDS[14], how=Answer(b"<" * 50, trickle=1.0)), kept=30, harvest={"timeout": 0.5}
    ),
    "A38 the server goes down": scenario(everything_fails_after_page_one, ends=SHORT),
    "A38 no dates either": scenario(
        lambda a, r: no_dates(a, r) or poison("oai:test:700")(a, r),
        repository=Repository(items=items(900, start="2022-01-01"), page=100),
        kept=900,
    ),
    "A39 moved for good": scenario(redirect(301), kept=30, says="has moved to"),
    "A39 found elsewhere, four times": scenario(redirect(302, 4), kept=30),
    "A39 asked by POST": scenario(redirect(302), source={"post": True}, kept=30),
    "A39 round and round": scenario(redirect(302, 99), ends=("failed",), says="more than 5"),
    "A39 to a file": scenario(elsewhere("file:///etc/passwd"), ends=("failed",), says="file:"),
    "A39 nowhere": scenario(lambda _a, _r: Answer(status=302), ends=("failed",)),
    "A40 gzip that is not said": scenario(
        on_page(1, lambda _a, h: Answer(packed(h.body))), kept=30
    ),
    "A40 gzip that is only said": scenario(
        on_page(1, lambda _a, h: Answer(h.body, headers={"Content-Encoding": "gzip"})), kept=30
    ),
    "A40 gzip in gzip": scenario(
        on_page(1, lambda _a, h: Answer(packed(h.body, 2), headers={"Content-Encoding": "gzip"})),
        kept=30,
    ),
    "A40 gzip that is cut off": scenario(
        on_page(
            1,
            lambda _a, h: Answer(
                packed(h.body)[:-200], headers={"Content-Encoding": "gzip"}, length=False
            ),
        ),
        kept=30,
    ),
    "A40 gzip only where it is asked for, and broken": scenario(
        lambda a, r: (
            Answer(packed(r(a).body)[10:], headers={"Content-Encoding": "gzip"})
            if "gzip" in a.headers.get("accept-encoding", "")
            else None
        ),
        source={"gzip": False},
        kept=30,
    ),
    "A41 https in the namespace": scenario(
        lambda a, r: Answer(
            swap('http://www.openarchives.org/OAI/2.0/"', 'https://www.openarchives.org/OAI/2.0/"')(
                r(a).body
            )
        ),
        kept=30,
    ),
    "A41 no namespace": scenario(lambda a, r: Answer(swap(NAMESPACE, "")(r(a).body)), kept=30),
    "A41 prefixes without declaration": scenario(
        on_page(1, edited(swap(' xmlns:dc="http://purl.org/dc/elements/1.1/"', ""))), kept=30
    ),
    "A42 a byte a second": scenario(
        on_page(1, lambda _a, h: Answer(h.body, trickle=1.0)), kept=30, harvest={"timeout": 1.0}
    ),
    "A42 everything drips": scenario(
        lambda a, r: Answer(r(a).body, trickle=1.0), ends=("failed",), harvest={"timeout": 0.7}
    ),
    "A43 no TLS where TLS is expected": Scenario(
        [Phase(ends=("failed",))], source={"url": "https"}, peers=False
    ),
    "A44 too many at once": scenario(too_much, kept=30),
    "A45 every record is rejected": scenario(
        on("ListRecords", edited(lambda b: b.replace(b"dc:title>", b"dc:rights>"))),
        ends=("failed",),
        kept=0,
        rejected=IDS,
        says="all 30 records were rejected",
    ),
}
