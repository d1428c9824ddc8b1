"""What nobody has reported yet: an adversary's repository."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from misbehaving import (
    DC,
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
    records,
    replace,
    scenario,
    swap,
)  # fmt: skip
from scenarios_oai import ALL, IDS, NEXT_DAY, SHORT, TITLE, elsewhere, with_item, without_size

MEGABYTE = 1024 * 1024
READ_OR_SHORT = ("complete", "incomplete")


def numbers(size: Callable[[int], object], cursor: Callable[[int], object]) -> Fault:
    """Return a fault that lies about where a list is."""

    def respond(asked: Asked, repository: Repository) -> Answer | None:
        if not lists(asked):
            return None
        start = place(asked.arguments)[0]
        said = f'completeListSize="{size(start)}" cursor="{cursor(start)}"'
        true = f'completeListSize="30" cursor="{start}"'
        return Answer(swap(true, said)(repository(asked).body))

    return respond


def in_title(text: str, **more: Any) -> Scenario:
    return scenario(on_page(1, edited(swap(TITLE, f"<dc:title>{text}</dc:title>"))), **more)


def in_record(xml: str) -> Fault:
    """Put something beside the title of the fifteenth record."""
    return on_page(1, edited(swap(TITLE, TITLE + xml)))


def body_of(inner: str) -> str:
    return f"<metadata><oai_dc:dc {DC}><dc:title>Les</dc:title>{inner}</oai_dc:dc></metadata>"


def chunked(body: bytes, *, cut: bool) -> Answer:
    half = len(body) // 2
    sent = f"{half:x}\r\n".encode() + body[:half] + b"\r\n"
    if not cut:
        sent += f"{len(body) - half:x}\r\n".encode() + body[half:] + b"\r\n0\r\n\r\n"
    return Answer(sent, headers={"Transfer-Encoding": "chunked"}, length=False)


def slow_end(body: bytes) -> Answer:
    """Comes at once but for its last 30 bytes."""
    return Answer(body[-30:], trickle=0.5, headers={"X-First": "-"})


def cookie_wall(asked: Asked, _repository: Repository) -> Answer | None:
    if "cookie" in asked.headers:
        return None
    return Answer(status=302, headers={"Location": asked.path, "Set-Cookie": "let=in"})


def other_record(asked: Asked, repository: Repository) -> Answer | None:
    """Page two fails, and GetRecord gives another record than was asked for."""
    if asked.arguments.get("verb") == "GetRecord":
        return Answer(envelope(f"<GetRecord>{ALL[0].xml}</GetRecord>"))
    return on_page(1, always(Answer(status=500)))(asked, repository)


def swallowed(asked: Asked, repository: Repository) -> Answer | None:
    """Each list silently leaves out a record, and says that it is one shorter."""
    if not lists(asked):
        return None
    fewer = [item for item in repository.items if item.id != IDS[14]]
    return Answer(replace(repository, items=fewer)(asked).body)


def wrong_verb(asked: Asked, repository: Repository) -> Answer | None:
    """Answers ListRecords as if it had been ListIdentifiers."""
    if not records(asked):
        return None
    return Answer(repository.listing(asked.arguments, "ListIdentifiers"))


def growing(asked: Asked, repository: Repository) -> Answer | None:
    """Ever new records, for ever."""
    if not lists(asked):
        return None
    start = place(asked.arguments)[0]
    many = items(start + 20)
    return Answer(replace(repository, items=many, sizes=False)(asked).body)


TWIN = replace(ALL[14], title="Twee keer", date="2024-03-01T00:00:00Z")
NESTED = body_of(
    "<dc:description>x</dc:description>"
    f"<OAI-PMH{NAMESPACE}><ListRecords><record><header><identifier>oai:inner:1</identifier>"
    "</header></record><resumptionToken>inner</resumptionToken></ListRecords>"
    '<error code="badVerb">inner</error></OAI-PMH>'
)
INNER_TOKEN = "<resumptionToken>99||</resumptionToken>"
DEEP = "<a>" * 300 + "</a>" * 300
ODD_IDS = ["oai:test:A", "oai:test:a", "oai:test:ä", "oai:test:a\u0308", "oai:test:a/..",
           "oai:test:a%2F", "oai:test:a?b=c&d", "oai:test:<b>", "oai:test:" + "x" * 3000,
           "oai:test:😀", "oai:test:a#2", "0", "-", "'; DROP TABLE record; --",
           "a:b:c::", "../../etc/passwd"]  # fmt: skip
MORE: dict[str, Scenario] = {
    "cursor that stands still": scenario(numbers(lambda _: 30, lambda _: 0), kept=30),
    "cursor that goes back": scenario(numbers(lambda _: 30, lambda n: -n), kept=30),
    "size that shrinks": scenario(numbers(lambda n: 30 - n, lambda n: n), kept=30),
    "size that grows": scenario(numbers(lambda n: 30 + n, lambda n: n), ends=SHORT),
    "size that is far too small": scenario(numbers(lambda _: 1, lambda n: n), kept=30),
    "size of zero": scenario(numbers(lambda _: 0, lambda n: n), kept=30),
    "size that is negative": scenario(numbers(lambda _: -30, lambda n: n), kept=30),
    "size that is no number": scenario(numbers(lambda _: "veel", lambda _: "x"), kept=30),
    "size that is astronomical": scenario(numbers(lambda _: 10**40, lambda n: n), ends=SHORT),
    "size in other digits": scenario(numbers(lambda _: "٣٠", lambda n: n), kept=30),
    "size that is an estimate, and said to be": scenario(
        numbers(lambda _: 1000, lambda n: n), source={"sizes": False}, kept=30
    ),
    "chunked": scenario(on_page(1, lambda _a, h: chunked(h.body, cut=False)), kept=30),
    "chunked, and cut off": scenario(on_page(1, lambda _a, h: chunked(h.body, cut=True)), kept=30),
    "Content-Length too small": scenario(
        on_page(1, lambda _a, h: Answer(h.body, stated=700)), kept=30
    ),
    "Content-Length too large": scenario(
        on_page(1, lambda _a, h: Answer(h.body, stated=99_999)), kept=30
    ),
    "Content-Length that is enormous": scenario(
        on_page(1, lambda _a, h: Answer(h.body, stated=10**12)), kept=30
    ),
    "a page of 10 MB of blanks": scenario(
        on_page(1, lambda _a, h: Answer(b" " * 10 * MEGABYTE + h.body)), kept=30
    ),
    "a gzip of 200 MB of blanks": scenario(
        on_page(
            1, always(Answer(packed(b" " * 200 * MEGABYTE), headers={"Content-Encoding": "gzip"}))
        ),
        kept=30,
    ),
    "gzip in gzip in gzip in gzip": scenario(
        on_page(1, lambda _a, h: Answer(packed(h.body, 5), headers={"Content-Encoding": "gzip"})),
        kept=30,
    ),
    "an encoding that nobody knows": scenario(
        on_page(1, lambda _a, h: Answer(h.body, headers={"Content-Encoding": "snappy"})), kept=30
    ),
    "brotli that was not asked for": scenario(
        on_page(1, always(Answer(b"\x8b\x02\x80rubbish\x03", headers={"Content-Encoding": "br"}))),
        kept=30,
    ),
    "the last bytes drip": scenario(
        on_page(1, lambda _a, h: slow_end(h.body)), harvest={"timeout": 1.0}, kept=30
    ),
    "200 with JSON": scenario(
        on_page(
            1,
            always(
                Answer(
                    json.dumps({"error": "no"}).encode(),
                    headers={"Content-Type": "application/json"},
                )
            ),
        ),
        kept=30,
    ),
    "200 with a picture": scenario(
        on_page(1, always(Answer(b"\x89PNG\r\n\x1a\n\0\0", headers={"Content-Type": "image/png"}))),
        kept=30,
    ),
    "204": scenario(on_page(1, always(Answer(status=204))), kept=30),
    "206 of a part": scenario(on_page(1, lambda _a, h: Answer(h.body[:500], 206)), kept=30),
    "304 that nobody asked for": scenario(on_page(1, always(Answer(status=304))), ends=SHORT),
    "418": scenario(on_page(1, always(Answer(status=418))), ends=SHORT),
    "599": scenario(on_page(1, always(Answer(status=599))), ends=SHORT),
    "a header of 100 kB": scenario(
        on_page(1, lambda _a, h: Answer(h.body, headers={"X-Long": "x" * 100_000})), kept=30
    ),
    "many headers": scenario(
        on_page(1, lambda _a, h: Answer(h.body, headers={f"X-{n}": "y" for n in range(400)})),
        kept=30,
    ),
    "UTF-16": scenario(
        lambda a, r: Answer(r(a).body.decode().replace('"UTF-8"', '"UTF-16"').encode("utf-16")),
        kept=30,
    ),
    "UTF-16 without a mark": scenario(
        on_page(1, lambda _a, h: Answer(h.body.decode().encode("utf-16-le"))), kept=30
    ),
    "UTF-32": scenario(on_page(1, lambda _a, h: Answer(h.body.decode().encode("utf-32"))), kept=30),
    "EBCDIC": scenario(on_page(1, lambda _a, h: Answer(h.body.decode().encode("cp500"))), kept=30),
    "a byte order mark in the middle": in_title("Les\ufeff 14", kept=30),
    "two roots": scenario(on_page(1, lambda _a, h: Answer(h.body + h.body)), ends=READ_OR_SHORT),
    "two lists in one answer": scenario(
        on_page(1, edited(swap("</ListRecords>", "</ListRecords><ListRecords></ListRecords>"))),
        kept=30,
    ),
    "a page twice": scenario(
        on_page(1, edited(lambda b: b.replace(b"<record>", b"<record><!-- x -->", 1))), kept=30
    ),
    "namespace that is empty inside": scenario(
        on_page(1, edited(swap("<metadata>", '<metadata xmlns="">'))), kept=30
    ),
    "envelope with a prefix": scenario(
        on_page(
            1,
            edited(
                lambda b: (
                    b.replace(b"<OAI-PMH xmlns=", b"<o:OAI-PMH xmlns:o=")
                    .replace(b"</OAI-PMH", b"</o:OAI-PMH")
                    .replace(b"<ListRecords", b"<o:ListRecords")
                    .replace(b"</ListRecords", b"</o:ListRecords")
                )
            ),
        ),
        kept=30,
    ),
    "token outside the list": scenario(
        lambda a, r: (
            Answer(
                swap("</ListRecords>", "")(
                    r(a).body.replace(b"<resumptionToken", b"</ListRecords><resumptionToken")
                )
            )
            if records(a)
            else None
        ),
        kept=30,
    ),
    "token in the metadata": scenario(
        repository=with_item(29, body=body_of(INNER_TOKEN)), ends=("complete",), kept=30
    ),
    "two tokens": scenario(
        on_page(
            1,
            edited(
                swap("<resumptionToken", "<resumptionToken>99||x</resumptionToken><resumptionToken")
            ),
        ),
        kept=30,
    ),
    "token with NUL": scenario(on_page(0, edited(swap(">10||<", ">10|\0|<"))), kept=30),
    "token with a reference to NUL": scenario(
        on_page(0, edited(swap(">10||<", ">10|&#0;|<"))), kept=30
    ),
    "token with CR and LF": scenario(
        on_page(0, edited(swap(">10||<", ">10|\r\nX-Evil: 1\r\n|<"))), ends=READ_OR_SHORT
    ),
    "token of 100 kB": scenario(
        on_page(0, edited(swap(">10||<", f">10|{'x' * 100_000}|<"))), ends=READ_OR_SHORT
    ),
    "token with a child": scenario(on_page(0, edited(swap(">10||<", "><b>10||</b><"))), kept=30),
    "token in CDATA": scenario(on_page(0, edited(swap(">10||<", "><![CDATA[10||]]><"))), kept=30),
    "expired before it came": scenario(
        on_page(
            0,
            edited(
                swap("<resumptionToken", '<resumptionToken expirationDate="1999-01-01T00:00:00Z"')
            ),
        ),
        kept=30,
    ),
    "header twice in a record": scenario(
        on_page(1, edited(swap(ALL[14].header, ALL[14].header * 2))), kept=30
    ),
    "identifier twice in a header": scenario(
        on_page(
            1,
            edited(
                swap(
                    f"<identifier>{IDS[14]}</identifier>", f"<identifier>{IDS[14]}</identifier>" * 2
                )
            ),
        ),
        kept=30,
    ),
    "metadata twice in a record": scenario(
        on_page(
            1, edited(swap("</metadata></record>", "</metadata><metadata><x/></metadata></record>"))
        ),
        kept=30,
    ),
    "no header at all": scenario(
        on_page(1, edited(swap(ALL[14].header, ""))),
        ends=("complete",),
        truth=IDS,
        kept=30,
        says="without an identifier",
    ),
    "an identifier of blanks": scenario(
        on_page(1, edited(swap(f">{IDS[14]}<", "> \n <"))), truth=IDS, kept=30
    ),
    "a record twice, with two datestamps": scenario(
        repository=Repository(items=[*ALL[:20], TWIN, *ALL[20:]]),
        kept=30,
        check=lambda store, _log: _has_title(store, "Twee keer"),
    ),
    "a record twice, the older last": scenario(
        repository=Repository(items=[TWIN, *ALL]),
        kept=30,
        check=lambda store, _log: _has_title(store, "Twee keer"),
    ),
    "live and deleted on one page, deleted last": scenario(
        repository=Repository(
            items=[
                *ALL[:15],
                replace(ALL[14], deleted=True, date="2024-03-01T00:00:00Z"),
                *ALL[15:],
            ]
        ),
        truth=[i for i in IDS if i != IDS[14]],
        kept=29,
    ),
    "live and deleted on one page, live last": scenario(
        repository=Repository(
            items=[
                *ALL[:14],
                replace(ALL[14], deleted=True, date="2023-03-01T00:00:00Z"),
                *ALL[14:],
            ]
        ),
        kept=30,
    ),
    "identifiers that are hardly different": scenario(
        repository=Repository(
            items=[Item(i, "2024-01-01T00:00:00Z", f"Les {n}") for n, i in enumerate(ODD_IDS)],
            page=4,
        ),
        kept=len(ODD_IDS),
    ),
    "an identifier with blanks around": scenario(
        repository=Repository(items=[Item(" oai:test:x ", "2024-01-01T00:00:00Z", "Les")]),
        truth=["oai:test:x"],
        kept=1,
    ),
    "10,000 setSpecs": scenario(
        on_page(1, edited(swap("<setSpec>les</setSpec>", "<setSpec>s</setSpec>" * 1000))), kept=30
    ),
    "OAI-PMH in the metadata": scenario(repository=with_item(14, body=NESTED), kept=30),
    "CDATA that ends early": in_title("<![CDATA[Les ]]]]><![CDATA[> 14 <b>]]>", kept=30),
    "CDATA that never ends": in_title("<![CDATA[Les", kept=30),
    "a comment that never ends": in_title("<!-- Les", kept=30),
    "tags that cross": in_title("<b><i>Les</b></i>", kept=30),
    "depth of 300": scenario(in_record(DEEP), kept=30),
    "depth of 300, always": scenario(repository=with_item(14, body=body_of(DEEP)), kept=30),
    "100,000 attributes": scenario(
        in_record("<a " + " ".join(f'a{n}="x"' for n in range(100_000)) + "/>"), kept=30
    ),
    "one attribute twice": scenario(in_record('<a b="1" b="2"/>'), kept=30),
    "a name of 100 kB": scenario(in_record(f"<{'a' * 100_000}/>"), kept=30),
    "text of 7 MB": scenario(
        in_record(f"<dc:description>{'lang ' * 1_400_000}</dc:description>"),
        kept=30,
        harvest={"max_bytes": 30_000_000},
    ),
    "text of 11 MB": scenario(
        in_record(f"<dc:description>{'x' * 11_000_000}</dc:description>"),
        kept=30,
        harvest={"max_bytes": 30_000_000},
    ),
    "an entity of the document's own": scenario(
        on_page(
            1,
            edited(
                lambda b: b.replace(
                    b"<OAI-PMH", b'<!DOCTYPE r [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><OAI-PMH', 1
                ).replace(TITLE.encode(), b"<dc:title>&b;</dc:title>")
            ),
        ),
        kept=30,
    ),
    "a stylesheet": scenario(
        on_page(
            1,
            edited(swap("<OAI-PMH", '<?xml-stylesheet href="/oai.xsl" type="text/xsl"?><OAI-PMH')),
        ),
        kept=30,
    ),
    "cookies are required": scenario(cookie_wall, ends=("failed",), says="more than 5"),
    "redirected to itself": scenario(
        lambda a, _r: Answer(status=302, headers={"Location": a.path}), ends=("failed",)
    ),
    "redirected to a private address": scenario(
        elsewhere("http://[::ffff:7f00:1]:1/oai"), ends=("failed",)
    ),
    "redirected to another scheme": scenario(elsewhere("gopher://127.0.0.1/"), ends=("failed",)),
    "redirected to rubbish": scenario(elsewhere("http://["), ends=("failed",)),
    "redirected to no host": scenario(elsewhere("http:///oai"), ends=("failed",)),
    "GetRecord gives another record": scenario(
        other_record, ends=("complete",), kept=10, rejected=IDS[10:]
    ),
    "ListRecords answers as ListIdentifiers": scenario(wrong_verb, kept=30),
    "every list leaves one out": scenario(
        swallowed, truth=[i for i in IDS if i != IDS[14]], kept=29
    ),
    "40 records a page, 2,000 on one": scenario(
        repository=Repository(items=items(2000, start="2019-01-01"), page=2000), kept=2000
    ),
    "an error beside the records": scenario(
        on_page(1, edited(swap("<ListRecords>", '<error code="noRecordsMatch"/><ListRecords>'))),
        kept=30,
    ),
    "every error at once": scenario(
        on_page(
            1,
            always(
                Answer(
                    envelope(
                        "".join(
                            f'<error code="{c}">x</error>'
                            for c in (
                                "noRecordsMatch",
                                "badVerb",
                                "badResumptionToken",
                                "cannotDisseminateFormat",
                            )
                        )
                    )
                )
            ),
        ),
        ends=SHORT,
    ),
    "an error with hostile text": scenario(
        on(
            "ListRecords",
            always(
                Answer(error("cannotDisseminateFormat", "\x1b[2J&lt;script&gt;\u202e" + "x" * 5000))
            ),
        ),
        ends=("failed",),
    ),
    "Identify that fails, and is skipped": scenario(
        on("Identify", always(Answer(status=500))),
        source={"identify": False, "granularity": "YYYY-MM-DDThh:mm:ssZ"},
        kept=30,
    ),
    "Identify that fails": scenario(on("Identify", always(Answer(status=500))), ends=("failed",)),
    "Identify of another world": scenario(
        on(
            "Identify",
            always(
                Answer(
                    envelope(
                        "<Identify><granularity>eons</granularity><deletedRecord>maybe</deletedRecord></Identify>"
                    )
                )
            ),
        ),
        kept=30,
    ),
    "by POST": scenario(source={"post": True}, kept=30, check=lambda _store, log: _posted(log)),
    "growing for ever": scenario(growing, ends=SHORT, truth=[], stop=2.0),
    "the first page always comes twice": scenario(
        on_page(1, once(Answer(Repository().listing({}, "ListRecords")))), kept=30
    ),
    "down for all lists after Identify": scenario(
        lambda a, _r: Answer(status=500) if lists(a) else None, ends=("failed",)
    ),
    "nothing but resets": scenario(lambda _a, _r: Answer(b"", stated=10), ends=("failed",)),
    "refused at night": Scenario(
        [
            Phase(),
            Phase(
                on("ListRecords", always(Answer(status=503, headers={"Retry-After": "99999"}))),
                Repository(date=NEXT_DAY),
                ends=("deferred",),
                kept=30,
            ),
            Phase(repository=Repository(date="2025-06-05T00:00:00Z"), truth=IDS, kept=30),
        ],
        peers=False,
    ),
    "one page is down, size unsaid": scenario(
        on_page(1, always(Answer(status=500))), repository=without_size(), kept=30
    ),
}


def _has_title(store: Any, title: str) -> None:
    changes = store.records.all_changes()
    assert title in {t.text for change in changes for t in change.resource.titles}


def _posted(log: list[Asked]) -> None:
    assert all(asked.posted for asked in log)
