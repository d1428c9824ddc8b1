"""APIs, feeds, files, sites and posts that contradict themselves, and processes that die."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Sequence
from typing import Any

from misbehaving import Answer, Asked, Item, Phase, Scenario, envelope
from scenarios_sites import (
    HTML,
    MARCS,
    NOT_WELL,
    PATHS,
    SHORT,
    TITLES,
    Site,
    after,
    crawl,
    index,
    lesson,
    lessons,
    page,
    urlset,
    with_names,
)  # fmt: skip

READ_OR_SHORT = ("complete", "incomplete")
RUNNING = ("running",)
LOGIN = Answer(b"<html><title>Aanmelden</title></html>", 200, HTML)
KEYS = [f"m{n}" for n in range(30)]
Items = Sequence[dict[str, Any]]


# APIs in JSON


def thing(key: str, title: str = "", changed: str = "2024-05-01") -> dict[str, Any]:
    return {"id": key, "name": title or f"Les {key}", "changed": changed}


THINGS = [thing(key) for key in KEYS]


def said(items: Items, total: object = 30, **more: Any) -> Answer:
    held = {"items": list(items), **({} if total is None else {"total": total}), **more}
    return Answer(json.dumps(held).encode(), headers={"Content-Type": "application/json"})


class Api:
    """Lists things by page (from ``base``), offset or link, ten at a time."""

    def __init__(self, items: Items = THINGS, *, total: object = "true", base: int = 1) -> None:
        self.items, self.total, self.base = items, total, base

    def __call__(self, asked: Asked) -> Answer:
        return self.part(self.start(asked), self.items)

    def start(self, asked: Asked) -> int:
        arguments = asked.arguments
        if "page" in arguments:
            return max(0, int(arguments["page"]) - self.base) * 10
        return int(arguments.get("offset", 0))

    def part(self, start: int, items: Items) -> Answer:
        total = len(items) if self.total == "true" else self.total
        following = f"/api?offset={start + 10}" if start + 10 < len(items) else None
        return said(items[start : start + 10], total, next=following)


def spoilt(start: int, spoil: Callable[[Asked], Answer | None], api: Api | None = None) -> Site:
    """Return an API of which the part from ``start`` on is answered otherwise."""
    whole = api or Api()
    return lambda asked: (spoil(asked) if whole.start(asked) == start else None) or whole(asked)


def then(items: Items, api: Api | None = None) -> Site:
    """Return an API that has another list from its second part on."""
    whole = api or Api()

    def respond(asked: Asked) -> Answer:
        start = whole.start(asked)
        return whole.part(start, items if start else whole.items)

    return respond


def beyond(answer: Callable[[Asked], Answer], api: Api | None = None) -> Site:
    """Return an API that answers otherwise where there is nothing more."""
    whole = api or Api()
    return lambda a: answer(a) if whole.start(a) >= len(whole.items) else whole(a)


def rest(site: Site, paging: str = "page", **more: Any) -> Scenario:
    parameter = {"page_parameter": paging, "first": more.pop("first", 1 if paging == "page" else 0)}
    if paging == "link":
        parameter = {"next": "next"}
    source = {
        "items": "items", "total": "total", "datestamp": "changed", "paging": paging,
        "map": {"titles": "name"}, **parameter, **more.pop("source", {}),
    }  # fmt: skip
    later = more.pop("later", [])
    first = Phase(site=site, **{"truth": KEYS, **more})
    return Scenario([first, *later], source=source, kind="rest", path="/api", peers=False)


def once(answer: Answer) -> Callable[[Asked], Answer | None]:
    return lambda asked: None if asked.again else answer


def always(answer: Answer) -> Callable[[Asked], Answer | None]:
    return lambda _asked: answer


def turning(asked: Asked) -> Answer:
    """Sorts by nothing at all, so each part is of another order."""
    turn = asked.before * 7 % 30
    return Api([*THINGS[turn:], *THINGS[:turn]])(asked)


UNCOUNTED = Api(total=None)
LESS, MORE_AT_FRONT = THINGS[1:], [thing("new"), *THINGS]
TWO_VERSIONS = [*THINGS, thing("m3", "Nieuwer", "2024-06-01"), thing("m3", "Ouder", "2024-04-01")]
NOT_FOUND = Answer(b'{"detail": "Invalid page."}', 404, {"Content-Type": "application/json"})

REST: dict[str, Scenario] = {
    "an API in order": rest(Api(), kept=30),
    "API: an item goes while the list is read": rest(
        then(LESS), "offset", truth=KEYS[1:], ends=READ_OR_SHORT
    ),
    "API: an item comes while the list is read": rest(then(MORE_AT_FRONT), "offset", kept=30),
    "API: the order changes with each request": rest(turning, "offset", ends=READ_OR_SHORT),
    "API: an item twice, where another was": rest(
        spoilt(10, once(said([*THINGS[10:19], THINGS[18]]))), "offset", kept=30
    ),
    "API: an item twice, as it always is": rest(Api([*THINGS, THINGS[3]]), "offset", kept=30),
    "API: pages smaller than asked": rest(
        Api(), kept=30, source={"size_parameter": "per", "size": 100}
    ),
    "API: the first page is number one, and zero too": rest(Api(), first=0, kept=30),
    "API: the first page is number zero": rest(Api(base=0), ends=SHORT),
    "API: an empty page in the middle, once": rest(spoilt(10, once(said([]))), kept=30),
    "API: an empty page in the middle": rest(spoilt(10, always(said([]))), ends=SHORT),
    "API: an empty page in the middle, size unsaid": rest(
        spoilt(10, always(said([], None)), UNCOUNTED), truth=KEYS[:10] + KEYS[20:], kept=20
    ),
    "API: an empty page in the middle, once, size unsaid, by offset": rest(
        spoilt(10, once(said([], None)), UNCOUNTED), "offset", kept=30
    ),
    "API: it says that it has fewer": rest(Api(total=20), kept=30),
    "API: it says that it has fewer, by offset": rest(Api(total=20), "offset", kept=30),
    "API: it says that it has fewer, by link": rest(Api(total=20), "link", kept=30),
    "API: nothing beyond the end but 404": rest(beyond(lambda _: NOT_FOUND), kept=30),
    "API: nothing beyond the end but 404, size unsaid": rest(
        beyond(lambda _: NOT_FOUND, UNCOUNTED), ends=READ_OR_SHORT
    ),
    "API: the last page again, beyond the end": rest(
        beyond(lambda _: said(THINGS[20:])), kept=30
    ),
    "API: the last page again, beyond the end, size unsaid": rest(
        beyond(lambda _: said(THINGS[20:], None), UNCOUNTED), ends=READ_OR_SHORT
    ),
    "API: every page is the first": rest(lambda _: said(THINGS[:10]), ends=SHORT),
    "API: every page is the first, size unsaid": rest(
        lambda _: said(THINGS[:10], None), ends=SHORT
    ),
    "API: links that go round": rest(
        spoilt(20, lambda _: said(THINGS[20:], next="/api?offset=0")), "link", ends=READ_OR_SHORT
    ),
    "API: a link to another host": rest(
        spoilt(10, lambda _: said(THINGS[10:20], next="http://10.0.0.1/api")), "link", ends=SHORT
    ),
    "API: no link on page two, and ten are missing": rest(
        spoilt(10, lambda _: said(THINGS[10:20])), "link", ends=SHORT
    ),
    "API: an error with 200": rest(
        spoilt(10, always(Answer(b'{"error": "timeout"}'))), "offset", ends=SHORT
    ),
    "API: a login page": rest(spoilt(10, always(LOGIN)), ends=SHORT),
    "API: cut off, once": rest(spoilt(10, once(Answer(b'{"items": [{"id":'))), kept=30),
    "API: cut off, always": rest(spoilt(10, always(Answer(b'{"items": [{"id":'))), ends=SHORT),
    "API: 429 for ever": rest(spoilt(10, always(Answer(status=429))), ends=SHORT),
    "API: back tomorrow": rest(
        spoilt(10, always(Answer(status=503, headers={"Retry-After": "86400"}))),
        ends=("deferred",),
    ),
    "API: a total of null, then of words": rest(
        spoilt(10, lambda _: said(THINGS[10:20], "veel")), "offset", kept=30
    ),
    "API: two versions of an item": rest(
        Api(TWO_VERSIONS), truth=[*KEYS, "Nieuwer"], gone=["Ouder"], kept=30
    ),
    "API: nothing, where yesterday was much": rest(
        Api(), later=[Phase(site=Api([]), truth=[], ends=("refused",), kept=30)]
    ),
    "API: nothing for once in the middle of nothing": rest(lambda _: said([], 0), truth=[], kept=0),
    "API: killed, and taken up": rest(
        Api(), dies=2, ends=RUNNING, later=[Phase(site=Api(), truth=KEYS, kept=30)]
    ),
    "API: killed, and an item goes meanwhile": rest(
        Api(), "offset", dies=2, ends=RUNNING,
        later=[Phase(site=Api(LESS), truth=KEYS[1:], ends=READ_OR_SHORT)],
    ),
}  # fmt: skip


# Feeds


def rss(*entries: str, following: str = "") -> Answer:
    link = f'<a:link rel="next" href="{following}"/>' if following else ""
    body = f"<channel><title>Lessen</title>{link}{''.join(entries)}</channel></rss>"
    head = '<?xml version="1.0"?><rss version="2.0" xmlns:a="http://www.w3.org/2005/Atom">'
    return Answer((head + body).encode(), 200, {"Content-Type": "application/rss+xml"})


def entry(key: str, day: str = "01 May 2024", title: str = "") -> str:
    return (
        f"<item><guid>{key}</guid><title>{title or f'Les {key}'}</title>"
        f"<link>https://test.example/{key}</link><pubDate>{day} 10:00:00 GMT</pubDate></item>"
    )


def feed(site: Answer | Site, *later: Phase, **phase: Any) -> Scenario:
    respond = site if callable(site) else (lambda _: site)
    return Scenario([Phase(site=respond, **{"truth": [], **phase}), *later],
                    kind="feed", path="/feed", peers=False)  # fmt: skip


def dated(answer: Answer) -> Answer:
    """Return an answer of the year 2024, by its own clock."""
    return Answer(answer.body, 200, {**answer.headers, "Date": "Sat, 01 Jun 2024 10:00:00 GMT"})


def paged(*pages: Answer) -> Site:
    return lambda asked: pages[int(asked.arguments.get("p", 0)) if asked.query else 0]


OLD = [entry(f"o{n}", f"0{n + 1} Jan 2020") for n in range(4)]
FRESH = [entry(f"n{n}", f"0{n + 1} Jul 2025") for n in range(3)]
OLDEST_FIRST = paged(rss(*OLD, following="/feed?p=1"), rss(*FRESH))
ENTRIES = [f"Les o{n}" for n in range(4)]

FEEDS: dict[str, Scenario] = {
    "feed: 304 that nobody asked for": feed(Answer(status=304), ends=("failed",)),
    "feed: 304 for page two": feed(
        paged(rss(*OLD, following="/feed?p=1"), Answer(status=304)), ends=SHORT
    ),
    "feed: oldest first, and new ones on the last page": feed(
        dated(rss(*OLD)),
        Phase(site=OLDEST_FIRST, truth=[*ENTRIES, "Les n0", "Les n1", "Les n2"], kept=7),
        truth=ENTRIES,
    ),
    "feed: pages that go round": feed(
        paged(rss(*OLD, following="/feed?p=1"), rss(*FRESH, following="/feed")), kept=7
    ),
    "feed: page two fails": feed(
        paged(rss(*OLD, following="/feed?p=1"), Answer(status=500)), ends=SHORT, kept=4
    ),
    "feed: cut off": feed(Answer(rss(*OLD).body[:-150]), ends=("failed",)),
    "feed: a web page": feed(LOGIN, ends=("failed",)),
    "feed: two versions of an entry": feed(
        rss(entry("o1", "02 May 2024", "Nieuwer"), entry("o1", "01 May 2024", "Ouder")),
        truth=["Nieuwer"], gone=["Ouder"], kept=1,
    ),
    "feed: a stray ampersand and a name of HTML": feed(
        rss(*OLD, entry("x", title="R&D &nbsp; <b>")), truth=ENTRIES, ends=READ_OR_SHORT
    ),
    "feed: an entry that is never closed": feed(
        rss(OLD[0], OLD[1].replace("</item>", ""), *OLD[2:]),
        truth=ENTRIES, ends=("complete", "failed"),
    ),
    "feed: killed between its pages": feed(
        paged(rss(*OLD, following="/feed?p=1"), rss(*FRESH)),
        Phase(site=paged(rss(*OLD, following="/feed?p=1"), rss(*FRESH)), truth=ENTRIES, kept=7),
        dies=2, ends=RUNNING,
    ),
}  # fmt: skip


# Files


def folder(files: dict[str, bytes], *later: Phase, truth: Sequence[str], **phase: Any) -> Scenario:
    source = phase.pop("source", {})
    return Scenario([Phase(files=files, truth=truth, **phase), *later], kind="files",
                    source=source, peers=False)  # fmt: skip


def parted(body: bytes, most: int, *, size: bool, tag: str = '"a"') -> Site:
    """Return a server of a file that never sends more than ``most`` bytes of it at a time."""

    def respond(asked: Asked) -> Answer:
        first = int(asked.headers["range"].partition("=")[2].partition("-")[0])
        part = body[first : first + most]
        if not part:
            return Answer(status=416)
        last = f"{first}-{first + len(part) - 1}/{len(body) if size else '*'}"
        return Answer(part, 206, {"Content-Range": f"bytes {last}", "ETag": tag})

    return respond


def replaced(*bodies: bytes) -> Site:
    """Return a server that has another file for each part, and gives none of them a name."""
    return lambda asked: parted(bodies[min(asked.before, len(bodies) - 1)], 600, size=True, tag="")(
        asked
    )


def rows(count: int, title: str = "Les") -> bytes:
    lines = [f"{n},{title} {n}" for n in range(count)]
    return "\n".join(["nummer,titel", *lines, ""]).encode()


def download(site: Site, truth: Sequence[str], **phase: Any) -> Scenario:
    source = {"columns": {"identifier": "nummer", "titles": "titel"}}
    return Scenario([Phase(site=site, truth=truth, **phase)], kind="files", path="/data.csv",
                    source=source, peers=False)  # fmt: skip


def listed(item: Item) -> bytes:
    return envelope(f"<ListRecords>{item.xml}</ListRecords>")


BOOKS = [f"Boek {n}" for n in range(5)]
LESSONS = [f"Les {n}" for n in range(30)]
CSV = {"columns": {"identifier": "nummer", "titles": "titel"}}
WHOLE = b"".join(MARCS)

FILES: dict[str, Scenario] = {
    "file: in small parts, size unsaid": download(
        parted(rows(30), 100, size=False), LESSONS, kept=30
    ),
    "file: in small parts": download(parted(rows(30), 100, size=True), LESSONS, kept=30),
    "file: another one after the first part": download(
        replaced(rows(99), rows(200, "Boek")), [], ends=("failed", *SHORT), kept=0
    ),
    "file: 304 that nobody asked for": download(
        lambda _: Answer(status=304), [], ends=("failed",)
    ),
    "file: a zip with a broken member": folder(
        {"a.zip": with_names({"a.mrc": MARCS[0], "b.mrc": MARCS[1]}).replace(b"Boek 0", b"Boek x"),
         "b.mrc": b"".join(MARCS[2:])},
        truth=[], ends=SHORT, kept=4,
    ),
    "file: empty, where yesterday was much": folder(
        {"a.csv": rows(30)}, Phase(files={"a.csv": b""}, truth=[], ends=NOT_WELL, kept=30),
        truth=LESSONS, source=CSV,
    ),
    "file: a head alone, where yesterday was much": folder(
        {"a.csv": rows(30)},
        Phase(files={"a.csv": b"nummer,titel\n"}, truth=[], ends=NOT_WELL, kept=30),
        truth=LESSONS, source=CSV,
    ),
    "file: rows that do not say who they are, and nothing else": folder(
        {"a.csv": rows(30)},
        Phase(files={"a.csv": b"nummer,titel\n,Les 1\n,Les 2\n"}, truth=[], ends=("failed",),
              kept=30),
        truth=LESSONS, source=CSV,
    ),
    "file: half uploaded": folder(
        {"a.mrc": WHOLE}, Phase(files={"a.mrc": WHOLE[:-40]}, truth=BOOKS, ends=NOT_WELL, kept=5),
        truth=BOOKS,
    ),
    "file: half uploaded, at the end of a record": folder(
        {"a.mrc": WHOLE},
        Phase(files={"a.mrc": b"".join(MARCS[:3])}, truth=BOOKS, ends=NOT_WELL, kept=5),
        truth=BOOKS,
    ),
    "file: one of two is not there": folder(
        {"a.mrc": b"".join(MARCS[:2]), "b.mrc": b"".join(MARCS[2:])},
        Phase(files={"a.mrc": b"".join(MARCS[:2])}, truth=BOOKS, ends=NOT_WELL, kept=5),
        truth=BOOKS,
    ),
    "file: one record in two files, the newer first": folder(
        {"a.xml": listed(Item("oai:7", "2024-06-01", "Nieuwer")),
         "b.xml": listed(Item("oai:7", "2024-01-01", "Ouder"))},
        truth=["Nieuwer"], gone=["Ouder"], kept=1,
    ),
    "file: gzip that is cut off": folder(
        {"a.mrc.gz": gzip.compress(WHOLE)[:-30]}, truth=BOOKS, ends=("failed", *SHORT)
    ),
    "file: gzip that is none": folder({"a.mrc.gz": WHOLE}, truth=BOOKS, kept=5),
    "file: killed, and replaced before it is taken up": folder(
        {"a.csv": rows(1200)},
        Phase(files={"a.csv": rows(30, "Boek")}, truth=[f"Boek {n}" for n in range(30)],
              ends=("complete", "refused"), gone=["Les 0"]),
        truth=[], source=CSV, dies=2, ends=RUNNING,
    ),
    "file: killed, and taken up": folder(
        {"a.csv": rows(1200)},
        Phase(files={"a.csv": rows(1200)}, truth=[f"Les {n}" for n in range(1200)], kept=1200),
        truth=[], source=CSV, dies=2, ends=RUNNING,
    ),
}  # fmt: skip


# Posts


def push(*phases: Phase) -> Scenario:
    return Scenario(list(phases), source={"token_sha256": "0" * 64, "url": ""}, kind="push",
                    peers=False)  # fmt: skip


def posted(key: str, title: str) -> tuple[str, str, bytes]:
    return "put", key, lesson(title, **{"@id": f"https://test.example/{key}"}).encode()


POSTS: dict[str, Scenario] = {
    "post: two versions, in their order": push(
        Phase(posted=[posted("a", "Ouder"), posted("a", "Nieuwer")], truth=["Nieuwer"],
              gone=["Ouder"], kept=1),
    ),
    "post: deleted, and posted again": push(
        Phase(posted=[posted("a", "Les"), ("delete", "a", b""), posted("a", "Weer")],
              truth=["Weer"], kept=1),
    ),
    "post: posted, and deleted": push(
        Phase(posted=[posted("a", "Les"), posted("b", "Les b")], truth=["Les", "Les b"], kept=2),
        Phase(posted=[posted("a", "Anders"), ("delete", "a", b"")], truth=["Les b"],
              gone=["Les", "Anders"], kept=1),
    ),
    "post: rubbish between what is good": push(
        Phase(posted=[posted("a", "Les a"), ("post", "", b"\0\1\2"), posted("b", "Les b")],
              truth=["Les a", "Les b"], kept=2),
    ),
    "post: killed, and taken up": push(
        Phase(posted=[posted(k, f"Les {k}") for k in "abc"], truth=[], dies=2, ends=RUNNING),
        Phase(truth=["Les a", "Les b", "Les c"], kept=3),
    ),
}  # fmt: skip


# Sites


def stamped(base: str, *entries: tuple[str, str]) -> Answer:
    """Return a sitemap of paths, each with its lastmod."""
    said = "".join(
        f"<url><loc>{base}{path}</loc><lastmod>{day}</lastmod></url>" for path, day in entries
    )
    name = "http://www.sitemaps.org/schemas/sitemap/0.9"
    return Answer(f'<urlset xmlns="{name}">{said}</urlset>'.encode())


def in_two(second: Answer | Site, **special: Answer | Site) -> Site:
    """Return a site with an index of two sitemaps, four pages in each; the second is as given."""
    return lessons(
        {
            "/sitemap.xml": lambda a: index(a.base, "/one.xml", "/two.xml.gz"),
            "/one.xml": lambda a: urlset(a.base, PATHS[:4]),
            "/two.xml.gz": second,
            **special,
        }
    )


OLD_AND_NEW = [(path, "2999-01-01") for path in PATHS] + [(path, "2001-01-01") for path in PATHS]
ANDERS = {"/les/3": page(lesson("Anders"))}
SITES: dict[str, Scenario] = {
    "site: each page twice, with two dates": crawl(
        lessons(),
        after(
            lessons({"/sitemap.xml": lambda a: stamped(a.base, *OLD_AND_NEW), **ANDERS}),
            truth=["Anders"], gone=["Les 3"],
        ),
    ),
    "site: a sitemap called gz that is none": crawl(
        in_two(lambda a: urlset(a.base, PATHS[4:])), kept=8
    ),
    "site: one sitemap is a web page": crawl(in_two(LOGIN), ends=SHORT, kept=4),
    "site: one sitemap is cut off": crawl(
        in_two(lambda a: Answer(urlset(a.base, PATHS[4:]).body[:-60])), ends=SHORT
    ),
    "site: one sitemap is gzip that is cut off": crawl(
        in_two(lambda a: Answer(gzip.compress(urlset(a.base, PATHS[4:]).body)[:-20])), ends=SHORT
    ),
    "site: one sitemap is lost": crawl(in_two(Answer(status=404)), ends=SHORT, kept=4),
    "site: sitemaps that go round": crawl(
        in_two(lambda a: index(a.base, "/sitemap.xml", "/one.xml", "/two.xml.gz", "/three.xml"),
               **{"/three.xml": lambda a: urlset(a.base, PATHS[4:])}), kept=8
    ),
    "site: all its addresses are of another host": crawl(
        lessons({"/sitemap.xml": lambda _: urlset("https://other.example", PATHS)}),
        truth=[], ends=("failed", *SHORT),
    ),
    "site: some of its addresses are of another host": crawl(
        lessons({"/sitemap.xml": lambda a: urlset("", [
            *(a.base + path for path in PATHS[:7]), "https://other.example/les/7"])}),
        truth=TITLES[:7], kept=7, says="other.example",
    ),
    "site: a sitemap of another host": crawl(
        in_two(lambda a: urlset(a.base, PATHS[4:]),
               **{"/sitemap.xml": lambda a: index("", f"{a.base}/one.xml", "https://cdn.example/s")}),
        truth=TITLES[:4], kept=4, says="cdn.example",
    ),
    "site: a page is gone for a night": crawl(
        lessons(), after(lessons(paths=PATHS[:7]), full=True), after(lessons(), full=True),
        after(lessons(paths=PATHS[:7]), full=True),
    ),
    "site: killed, and a page changes meanwhile": crawl(
        lessons(), after(lessons({"/les/6": page(lesson("Anders"))}), truth=["Anders"], kept=8),
        dies=4, ends=RUNNING,
    ),
}  # fmt: skip

OTHERS: dict[str, Scenario] = {**REST, **FEEDS, **FILES, **POSTS, **SITES}
