"""Repositories that are worse than any that was reported: they contradict themselves."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from misbehaving import (
    FAILING,
    HTML,
    Answer,
    Asked,
    Fault,
    Item,
    Phase,
    Repository,
    Scenario,
    always,
    edited,
    error,
    items,
    lists,
    on,
    on_page,
    once,
    packed,
    poison,
    records,
    replace,
    scenario,
    start,
    swap,
)  # fmt: skip
from scenarios_oai import (
    ALL,
    GONE,
    IDS,
    NEXT_DAY,
    SHORT,
    emptied,
    empty_pages,
    later,
    shifted,
    two,
    with_item,
    without_size,
)  # fmt: skip

READ_OR_SHORT = ("complete", "incomplete")
NO_RECORDS = '<error code="noRecordsMatch"/>'
RUNNING = ("running",)
NEW = [replace(i, id=i.id.replace("test:", "test:n"), title=f"Nieuw {i.id}") for i in later(15)]
GREW = Repository(items=[*ALL, *NEW], date=NEXT_DAY)
CHANGED = replace(ALL[14], title="Anders", date="2025-06-02T00:00:00Z")
HUNDRED = items(100)
JUST_NOW = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
_TOKEN = re.compile(rb"<resumptionToken.*?</resumptionToken>")


def replicas(*held: Sequence[Item], **more: Any) -> Fault:
    """Return a fault of several servers that take turns, each with its own idea of the list."""

    def respond(asked: Asked, repository: Repository) -> Answer | None:
        mine = held[asked.before % len(held)]
        return Answer(replace(repository, items=mine, **more)(asked).body)

    return respond


def reordered(step: int, *, verbs: Sequence[str] = ("ListRecords",)) -> Fault:
    """Return a fault that turns the list a little further round for each request."""

    def respond(asked: Asked, repository: Repository) -> Answer | None:
        if asked.arguments.get("verb") not in verbs:
            return None
        turn = asked.before * step % len(repository.items)
        turned = [*repository.items[turn:], *repository.items[:turn]]
        return Answer(replace(repository, items=turned)(asked).body)

    return respond


def meanwhile(after: Sequence[Item], *, verbs: Callable[[Asked], bool] = records) -> Fault:
    """Return a fault that has another list from its second page on."""

    def respond(asked: Asked, repository: Repository) -> Answer | None:
        if verbs(asked) and "resumptionToken" in asked.arguments:
            return Answer(replace(repository, items=after)(asked).body)
        return None

    return respond


def only_14(answer: Answer) -> Callable[[Asked, Answer], Answer | None]:
    return lambda asked, _healthy: answer if asked.arguments["identifier"] == IDS[14] else None


def unlisted(body: bytes) -> bytes:
    return re.sub(rb"<ListRecords>.*</ListRecords>", b"<ListRecords/>", body)


def tokenless(body: bytes) -> bytes:
    return _TOKEN.sub(b"", body)


def ending_at(number: int, verb: str) -> Fault:
    """Return a fault that forgets the token of the page that begins with record ``number``."""

    def respond(asked: Asked, repository: Repository) -> Answer | None:
        if asked.arguments.get("verb") != verb or start(asked) != number:
            return None
        return Answer(tokenless(repository(asked).body))

    return respond


def everything(edit: Callable[[bytes], bytes], **more: Any) -> Fault:
    return lambda a, r: Answer(edit(r(a).body), **more)


def all_lists(edit: Callable[[bytes], bytes]) -> Fault:
    return lambda a, r: Answer(edit(r(a).body)) if lists(a) else None


def strangers(asked: Asked, repository: Repository) -> Answer | None:
    """A token forgets which set was asked for."""
    if not lists(asked) or "resumptionToken" not in asked.arguments:
        return None
    others = replace(repository, items=items(30, prefix="oai:vreemd:"))
    return Answer(swap(">les<", ">taal<")(others(asked).body))


def stale(asked: Asked, repository: Repository) -> Answer | None:
    """The third page comes as the second, from a cache, once."""
    if records(asked) and start(asked) == 20 and not asked.again:
        return Answer(repository.listing({"resumptionToken": "10||"}, "ListRecords"))
    return None


def cache(asked: Asked, repository: Repository) -> Answer | None:
    """A cache that knows nothing of tokens."""
    return Answer(repository.listing({}, asked.arguments["verb"])) if lists(asked) else None


def exclusive(asked: Asked, repository: Repository) -> Answer | None:
    """Takes ``from`` as a time that is itself left out."""
    since = asked.arguments.get("from", "")
    if not lists(asked) or not since:
        return None
    later_than = [item for item in repository.items if item.date > since]
    return Answer(replace(repository, items=later_than)(asked).body)


def too_early(asked: Asked, _repository: Repository) -> Answer | None:
    """Refuses a ``from`` before its earliestDatestamp, which is wrong."""
    return Answer(error("badArgument")) if asked.arguments.get("from", "9") < "2025-06-02" else None


def deflated(_asked: Asked, healthy: Answer) -> Answer:
    """Return deflate without the zlib header that RFC 9110 asks for."""
    squeezed = zlib.compressobj(wbits=-15)
    body = squeezed.compress(healthy.body) + squeezed.flush()
    return Answer(body, headers={"Content-Encoding": "deflate"})


def members(_asked: Asked, healthy: Answer) -> Answer:
    """Return gzip in two members, as RFC 1952 allows."""
    half = len(healthy.body) // 2
    body = packed(healthy.body[:half]) + packed(healthy.body[half:])
    return Answer(body, headers={"Content-Encoding": "gzip"})


def killed(
    *at: int, then: Phase, before: Sequence[Phase] = (), after: Sequence[Phase] = (), **source: Any
) -> Scenario:
    """Return a harvest that is killed before it keeps those pages, each time it is taken up."""
    deaths = [replace(then, dies=page, ends=RUNNING, kept=None, rejected=()) for page in at]
    return Scenario([*before, *deaths, then, *after], source=dict(source), peers=False)


def next_day(fault: Fault | None = None, held: Sequence[Item] = ALL, **more: Any) -> Phase:
    if fault:
        more["fault"] = fault
    sizes, deleted = more.pop("sizes", True), more.pop("deleted", "persistent")
    repository = Repository(items=held, date=NEXT_DAY, sizes=sizes, deleted=deleted)
    return Phase(repository=repository, **more)


WITHDRAWN = [GONE, *ALL[:14], *ALL[15:], ALL[14]]  # deleted, and an older version further on
WITHOUT_14 = [GONE, *ALL[:14], *ALL[15:]]
ODD_DATES = ["2025-06-02T10:00:00", "2025-06-02T10:00:00.123Z", "2025-06-02 10:00:00",
             "2025-06-02T12:00:00+02:00", "2025-06-02"]  # fmt: skip
UNFETCHED: dict[str, Any] = {"kept": 29, "rejected": [IDS[14]]}
NO_14: dict[str, Any] = {"kept": 29, "gone": [IDS[14]], "truth": [i for i in IDS if i != IDS[14]]}

ADVERSARY: dict[str, Scenario] = {
    # Servers that take turns
    "two servers, one behind": scenario(replicas(ALL, ALL[:28]), ends=READ_OR_SHORT),
    "two servers, one ahead": scenario(replicas(ALL[:28], ALL), ends=READ_OR_SHORT),
    "two servers, one behind, sizes unsaid": scenario(
        replicas(ALL, ALL[:28]), repository=without_size(), kept=30
    ),
    "three servers": scenario(replicas(ALL, ALL[:25], ALL[:28]), ends=READ_OR_SHORT),
    "two servers, two orders": scenario(
        replicas(ALL, [*ALL[5:], *ALL[:5]]), ends=READ_OR_SHORT
    ),
    "two servers, one with an older version": two(
        Phase(),
        next_day(replicas([*ALL[:14], *ALL[15:], CHANGED], ALL), truth=[*IDS, "Anders"],
                 ends=READ_OR_SHORT, full=True),
    ),
    "the order changes with each request": scenario(reordered(7), ends=READ_OR_SHORT),
    "the order of every list changes": scenario(
        reordered(7, verbs=("ListRecords", "ListIdentifiers")), ends=READ_OR_SHORT
    ),
    "the order of every list changes, sizes unsaid": scenario(
        reordered(11, verbs=("ListRecords", "ListIdentifiers")),
        repository=without_size(), ends=READ_OR_SHORT,
    ),
    "a cache gives page two for page three, once": scenario(stale, kept=30),
    "a cache gives page two for page three, once, sizes unsaid": scenario(
        stale, repository=without_size(), kept=30
    ),
    "a cache knows nothing of tokens": scenario(cache, ends=SHORT, says="loop"),
    # The list changes while it is read
    "a record goes while the list is read": scenario(
        meanwhile(ALL[1:]), truth=IDS[1:], ends=READ_OR_SHORT
    ),
    "a record goes while the list is read, sizes unsaid": scenario(
        meanwhile(ALL[1:]), repository=without_size(), truth=IDS[1:], ends=READ_OR_SHORT
    ),
    "a record goes and one comes": scenario(
        meanwhile([*ALL[1:], NEW[0]]), truth=IDS[1:], ends=READ_OR_SHORT
    ),
    "a record changes and moves to the end": scenario(
        meanwhile([*ALL[:3], *ALL[4:], replace(CHANGED, id=IDS[3])]),
        truth=[*IDS, "Anders"],
        ends=READ_OR_SHORT,
    ),
    "one record twice, where another was": scenario(
        on_page(1, edited(swap(ALL[14].xml, ALL[13].xml))), kept=30
    ),
    "one record twice, where another was, sizes unsaid": scenario(
        on_page(1, edited(swap(ALL[14].xml, ALL[13].xml))), repository=without_size(), kept=30
    ),
    # Tokens
    "no token on page two, and ten are missing": scenario(ending_at(10, "ListRecords"), kept=30),
    "an increment without its token, size unsaid": two(
        Phase(repository=without_size()),
        next_day(ending_at(0, "ListRecords"), GREW.items, sizes=False, kept=45),
    ),
    "an increment that leaves some out, size unsaid": two(
        Phase(),
        next_day(
            on_page(0, edited(lambda b: tokenless(b.replace(NEW[3].xml.encode(), b"")))),
            [*ALL, *NEW[:7]], sizes=False, kept=37,
        ),
    ),
    "a token that leads back, once": scenario(
        on_page(1, lambda a, h: None if a.again else Answer(swap(">20||<", ">10||<")(h.body))),
        kept=30,
    ),
    "a token that leads back, always": scenario(
        all_lists(swap(">20||<", ">10||<")), ends=SHORT, says="loop"
    ),
    "a token that skips a page": scenario(
        on_page(0, edited(swap(">10||<", ">20||<"))), kept=30
    ),
    "a token that skips a page, sizes unsaid": scenario(
        on_page(0, edited(swap(">10||<", ">20||<"))), repository=without_size(), kept=30
    ),
    "a token that forgets its set": scenario(
        strangers, source={"sets": ["les"]}, ends=READ_OR_SHORT,
        gone=["oai:vreemd:12"],
    ),
    "a redirect that loses the token": scenario(
        on_page(1, lambda a, _h: Answer(status=302, headers={"Location": f"{a.path}?x=1"})),
        ends=READ_OR_SHORT,
    ),
    # Errors that are none, and pages that are none
    "noRecordsMatch beside the records": scenario(
        all_lists(swap("<ListRecords>", f"{NO_RECORDS}<ListRecords>")), kept=30
    ),
    "noRecordsMatch beside every list": scenario(
        all_lists(lambda b: b.replace(b"<request>", f"{NO_RECORDS}<request>".encode())), kept=30
    ),
    "noRecordsMatch, while its index is made": scenario(
        on("ListRecords", once(Answer(error("noRecordsMatch")))), kept=30
    ),
    "an empty list, while its index is made": scenario(
        on_page(0, edited(unlisted)),
        kept=30,
    ),
    "a login page from page two on": scenario(
        lambda a, _r: HTML if lists(a) and "resumptionToken" in a.arguments else None, kept=30
    ),
    "503 twice, without Retry-After": scenario(
        on_page(1, lambda a, _h: Answer(status=503) if a.again < 2 else None), kept=30
    ),
    "429 for ever": scenario(on_page(1, always(Answer(status=429))), ends=SHORT),
    "empty pages for ever in every list, sizes too large": scenario(
        lambda a, r: empty_pages(a, r) if lists(a) else None,
        repository=Repository(items=ALL[:29]), truth=IDS[:29],
    ),
    "idDoesNotExist for what is listed": scenario(
        lambda a, r: on("GetRecord", only_14(Answer(error("idDoesNotExist"))))(a, r)
        or poison(IDS[14])(a, r), **UNFETCHED,
    ),
    "cannotDisseminateFormat for one record": scenario(
        lambda a, r: on("GetRecord", only_14(Answer(error("cannotDisseminateFormat"))))(a, r)
        or poison(IDS[14])(a, r), **UNFETCHED,
    ),
    "GetRecord is a web page": scenario(
        lambda a, r: on("GetRecord", only_14(HTML))(a, r) or poison(IDS[14])(a, r), **UNFETCHED
    ),
    # Deletions
    "status in capitals": two(
        Phase(),
        next_day(everything(swap('"deleted"', '" Deleted"')), WITHOUT_14, **NO_14),
    ),
    "status on the record": two(
        Phase(),
        next_day(
            everything(swap(f"<record>{GONE.header}", GONE.header.replace(
                '<header status="deleted">', '<record status="deleted"><header>'
            ))),
            WITHOUT_14, **NO_14,
        ),
    ),
    "deleted, with metadata": two(
        Phase(),
        next_day(
            everything(swap(GONE.header, f"{GONE.header}<metadata><x/></metadata>")),
            WITHOUT_14, **NO_14,
        ),
    ),
    "deleted, and an older version further on": two(
        Phase(), next_day(held=WITHDRAWN, full=True, **NO_14)
    ),
    "deleted, and an older version further on, at first": scenario(
        repository=Repository(items=WITHDRAWN), **NO_14
    ),
    "deleted, and back on a later page": two(
        Phase(), next_day(held=[GONE, *ALL[:14], *ALL[15:], replace(CHANGED, date=NEXT_DAY)],
                          full=True, kept=30, truth=[*IDS, "Anders"]),
    ),
    "says that it keeps deletions, and does not": two(
        Phase(), next_day(held=[*ALL[:14], *ALL[15:]], **NO_14), reconcile=1e-9
    ),
    "says that it keeps deletions, and does not, sizes unsaid": two(
        Phase(), next_day(held=[*ALL[:14], *ALL[15:]], sizes=False, kept=30),
        next_day(held=[*ALL[:14], *ALL[15:]], sizes=False, **NO_14), reconcile=1e-9,
    ),
    "identifiers end too early, sizes unsaid": two(
        Phase(repository=Repository(items=HUNDRED)),
        next_day(ending_at(80, "ListIdentifiers"), HUNDRED, sizes=False, kept=100),
        reconcile=1e-9,
    ),
    "yesterday's backup is put back": two(
        Phase(repository=Repository(items=[*ALL[:14], CHANGED, *ALL[15:]])),
        next_day(full=True, kept=30, truth=[*IDS, "Les 14"], gone=["Anders"]),
    ),
    "yesterday's backup is put back, and found by comparing": two(
        Phase(repository=Repository(items=[*ALL[:14], CHANGED, *ALL[15:]])),
        Phase(repository=Repository(date="2025-06-09T00:00:00Z"), kept=30,
              truth=[*IDS, "Les 14"], gone=["Anders"]),
        reconcile=1e-9,
    ),
    # Time
    "from is exclusive": two(
        Phase(), next_day(exclusive, [*ALL, replace(NEW[0], date="2025-06-01T12:00:00Z")], kept=31)
    ),
    "from before the first datestamp is refused": two(
        Phase(), next_day(too_early, [*ALL, NEW[0]], kept=31)
    ),
    "a clock that was far ahead, and a new record": two(
        Phase(repository=Repository(date="2999-01-01T00:00:00Z")),
        Phase(repository=Repository(items=[*ALL, replace(NEW[0], date=JUST_NOW)]), kept=31),
    ),
    "responseDate with an offset": two(
        Phase(repository=Repository(date="2025-06-01T14:00:00.5+02:00")),
        next_day(held=[*ALL, replace(NEW[0], date="2025-06-01T12:00:01Z")], kept=31),
    ),
    "responseDate that is no date": scenario(
        repository=Repository(date="gisteren"), kept=30, says="responseDate"
    ),
    "a clock that goes back": two(
        Phase(),
        Phase(
            repository=Repository(
                items=[*ALL, replace(NEW[0], date="2025-06-01T11:30:00Z")],
                date="2025-06-01T11:00:00Z",
            ),
            kept=31,
        ),
    ),
    "new records, with strange datestamps": two(
        Phase(),
        next_day(held=[*ALL, *(replace(n, date=d) for n, d in zip(NEW, ODD_DATES, strict=False))],
                 kept=35),
    ),
    "declares days, gives seconds": two(
        Phase(repository=Repository(granularity="YYYY-MM-DD")),
        Phase(repository=Repository(items=[*ALL, NEW[0]], date=NEXT_DAY, granularity="YYYY-MM-DD"),
              kept=31),
    ),
    # Bytes
    "two prologs": scenario(
        on_page(1, edited(lambda b: b'<?xml version="1.0"?>' + b)), kept=30
    ),
    "two byte order marks": scenario(
        on_page(1, edited(lambda b: b"\xef\xbb\xbf" * 2 + b)), kept=30
    ),
    "says UTF-16, is UTF-8": scenario(on_page(1, edited(swap('"UTF-8"', '"UTF-16"'))), kept=30),
    "another version's namespace": scenario(everything(swap('OAI/2.0/"', 'OAI/1.1/"')), kept=30),
    "called a web page": scenario(
        everything(lambda b: b, headers={"Content-Type": "text/html; charset=binary"}), kept=30
    ),
    "gzip in two members": scenario(on_page(1, members), kept=30),
    "gzip with rubbish behind it": scenario(
        on_page(1, lambda _a, h: Answer(packed(h.body) + b"\0" * 99,
                                        headers={"Content-Encoding": "gzip"})), kept=30
    ),
    "deflate without its header": scenario(on_page(1, deflated), kept=30),
    "an identifier of 5,000 characters": scenario(
        repository=with_item(14, id="oai:" + "é" * 5000), truth=["oai:" + "é" * 5000], kept=30
    ),
    "identifiers with blanks inside, and in capitals": scenario(
        repository=Repository(
            items=[Item(i, "2024-01-01T00:00:00Z", f"Les {n}") for n, i in enumerate(
                ("oai:a b", "oai:a  b", "oai:A b", "oai:a%20b", "oai:a+b", "oai:a&b", "oai:a&amp;b")
            )], page=3,
        ), kept=7,
    ),
    # Processes that die
    "killed, and the list shifts": killed(
        2, then=Phase(lambda a, r: shifted(a, r) if a.arguments.get("resumptionToken") else None,
                      kept=30)
    ),
    "killed, and its token is dead": killed(
        2, 2, then=Phase(on_page(1, always(Answer(error("badResumptionToken")))), kept=30)
    ),
    "killed on the first page": killed(1, 1, then=Phase(kept=30)),
    "killed on the last page": killed(3, 1, then=Phase(kept=30)),
    "killed while a short list is checked": killed(
        4, 2, then=Phase(on_page(1, edited(emptied)), without_size(), kept=30)
    ),
    "killed while records are asked for one by one": killed(
        3, 3, 3, then=Phase(poison(IDS[14]), kept=30)
    ),
    "killed while identifiers are compared": killed(
        2, before=[Phase()], then=next_day(held=[*ALL[:14], *ALL[15:]], kept=30),
        after=[next_day(held=[*ALL[:14], *ALL[15:]], **NO_14)], reconcile=1e-9,
    ),
    "killed after a deletion came": killed(
        2, before=[Phase()], then=next_day(held=[GONE, *ALL[:14], *ALL[15:]], full=True, **NO_14)
    ),
    "killed, and down when it is taken up": Scenario(
        [Phase(dies=2, ends=RUNNING), Phase(lambda _a, _r: FAILING, ends=("incomplete", "failed")),
         Phase(kept=30)], peers=False,
    ),
    "killed in a window": killed(
        3, 2,
        then=Phase(repository=Repository(items=items(60, start="2024-11-20"), page=7), kept=60),
        window="month",
    ),
}  # fmt: skip
