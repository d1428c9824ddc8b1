"""Sites, feeds and files that go wrong (cases B1 to B24 of the catalogue of faults)."""

from __future__ import annotations

import io
import json
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Sequence
from typing import Any

from misbehaving import Answer, Asked, Phase, Scenario, packed
from servers import Log
from shelf import marc, message, product

Site = Callable[[Asked], Answer]
HTML = {"Content-Type": "text/html; charset=utf-8"}
SHORT = ("incomplete",)
NOT_WELL = ("incomplete", "failed", "refused")
PATHS = [f"/les/{n}" for n in range(8)]
TITLES = [f"Les {n}" for n in range(8)]
MEGABYTE = 1024 * 1024


def page(block: str, head: str = "") -> Answer:
    script = f'<script type="application/ld+json">{block}</script>'
    return Answer(f"<html><head>{head}{script}</head><body>Les</body></html>".encode(), 200, HTML)


def lesson(title: str, **more: Any) -> str:
    said = {"@context": "https://schema.org", "@type": "LearningResource", "name": title}
    return json.dumps({**said, **more})


def urlset(base: str, paths: Sequence[str], head: str = "") -> Answer:
    locs = "".join(f"<url><loc>{base}{path}</loc></url>" for path in paths)
    name = "http://www.sitemaps.org/schemas/sitemap/0.9"
    return Answer(f'<?xml version="1.0"?>{head}<urlset xmlns="{name}">{locs}</urlset>'.encode())


def index(base: str, *paths: str) -> Answer:
    locs = "".join(f"<sitemap><loc>{base}{path}</loc></sitemap>" for path in paths)
    name = "http://www.sitemaps.org/schemas/sitemap/0.9"
    return Answer(f'<sitemapindex xmlns="{name}">{locs}</sitemapindex>'.encode())


def lessons(special: dict[str, Answer | Site] | None = None, paths: Sequence[str] = PATHS) -> Site:
    """Return a site of eight lessons, on which some paths answer otherwise."""

    def respond(asked: Asked) -> Answer:
        found = (special or {}).get(asked.path)
        if found is not None:
            return found if isinstance(found, Answer) else found(asked)
        if asked.path == "/robots.txt":
            return Answer(status=404)
        if asked.path == "/sitemap.xml":
            return urlset(asked.base, paths)
        if asked.path in PATHS:
            return page(lesson(TITLES[PATHS.index(asked.path)]))
        return Answer(status=404)

    return respond


Check = Callable[[Any, Log], None]


def crawl(
    site: Site,
    *later: Phase,
    source: dict[str, Any] | None = None,
    harvest: dict[str, Any] | None = None,
    check: Check | None = None,
    **phase: Any,
) -> Scenario:
    first = Phase(site=site, **{"truth": TITLES, **phase})
    return Scenario(
        [first, *later], kind="sitemap", path="/sitemap.xml", source=source or {},
        harvest=harvest or {}, check=check, peers=False,
    )  # fmt: skip


def page_three(answer: Answer | Site, **phase: Any) -> Scenario:
    """Spoil one page; the others are kept."""
    return crawl(lessons({"/les/3": answer}), **{"ends": SHORT, "kept": 7, **phase})


def block_three(block: str, **phase: Any) -> Scenario:
    return crawl(lessons({"/les/3": page(block)}), **phase)


def file(
    body: bytes | Site, truth: Sequence[str], *, name: str = "/data", **phase: Any
) -> Scenario:
    site = body if callable(body) else (lambda _asked: Answer(body))
    harvest, check = phase.pop("harvest", {}), phase.pop("check", None)
    return Scenario(
        [Phase(site=site, truth=truth, **phase)], kind="files", path=name, harvest=harvest,
        check=check, peers=False,
    )  # fmt: skip


def moved(location: str) -> Answer:
    return Answer(status=302, headers={"Location": location})


def elsewhere(asked: Asked) -> Answer:
    """Hand out a cookie and lead to the same page under another name of this host."""
    if "localhost" in asked.headers["host"]:
        return page(lesson("Les 3"))
    there = asked.base.replace("127.0.0.1", "localhost")
    return Answer(status=302, headers={"Location": f"{there}/les/3", "Set-Cookie": "secret=1"})


def endless(asked: Asked) -> Answer:
    """Each sitemap names two more."""
    if asked.path == "/robots.txt":
        return Answer(status=404)
    name = asked.path.removesuffix(".xml")
    return index(asked.base, f"{name}a.xml", f"{name}b.xml")


def calendar(asked: Asked) -> Answer:
    """A sitemap of a month of every day there will ever be."""
    if asked.path == "/sitemap.xml":
        return urlset(asked.base, [f"/dag?d={n}" for n in range(300)])
    return lessons()(asked) if asked.path == "/robots.txt" else page(lesson(asked.query))


def slowly(asked: Asked) -> Answer:
    answer = lessons()(asked)
    return Answer(answer.body, answer.status, answer.headers, trickle=0.002)


def no_visit(path: str) -> Check:
    def check(_store: Any, log: Log) -> None:
        assert not [asked for asked in log if asked.path.startswith(path)]

    return check


def no_secret(_store: Any, log: Log) -> None:
    for asked in log:
        assert "cookie" not in asked.headers
        assert "authorization" not in asked.headers


def resources(store: Any) -> list[Any]:
    return [change.resource for change in store.records.all_changes() if not change.deleted]


def only_text(store: Any, _log: Log) -> None:
    for resource in resources(store):
        for text in resource.descriptions:
            assert "<" not in text.text
            assert "alert" not in text.text


def only_http(store: Any, _log: Log) -> None:
    for resource in resources(store):
        assert resource.url.startswith(("http://", "https://", ""))
        assert "script:" not in resource.url.lower()
        assert "data:" not in resource.url


def no_password(store: Any, log: Log) -> None:
    assert "root:" not in str(resources(store))
    assert not [asked for asked in log if asked.path.endswith(".dtd")]


def composed(store: Any, _log: Log) -> None:
    for resource in resources(store):
        for title in resource.titles:
            assert unicodedata.is_normalized("NFC", title.text)


def zipped(**members: bytes) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name, body in members.items():
            archive.writestr(name.replace("__", "/").replace("DOT", "."), body)
    return held.getvalue()


def with_names(names: dict[str, bytes]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name, body in names.items():
            archive.writestr(name, body)
    return held.getvalue()


XXE = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
EXTERNAL = '<!DOCTYPE ONIXMessage SYSTEM "http://127.0.0.1:9/onix.dtd">'
LAUGHS = (
    '<!DOCTYPE x [<!ENTITY a "haha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;">'
    '<!ENTITY e "&d;&d;&d;&d;&d;&d;&d;&d;&d;&d;"><!ENTITY f "&e;&e;&e;&e;&e;&e;&e;&e;&e;&e;">]>'
)
HOSTILE = (
    '<script>alert(1)</script><svg onload="alert(1)"><p>Goed</p><iframe src="//evil"></iframe>'
)
EMPTY_PAGE = Answer(b"<html><body>Nieuw!</body></html>", 200, HTML)
MARCS = [marc(str(n), f"Boek {n}") for n in range(5)]
BOOKS = [f"Boek {n}" for n in range(5)]
PRODUCTS = [product(n, title=f"Lesboek {n}") for n in range(5)]
ONIX = [f"Lesboek {n}" for n in range(5)]
LATIN1 = marc("7", "Geschiedenis caf\u00e9").replace("caf\u00e9".encode(), b"caf\xe9\x20")
NFD = marc("8", unicodedata.normalize("NFD", "Co\u00f6rdinaten \u00e9n \u00fc"))
LIAR = MARCS[1][:9] + b" " + MARCS[1][10:]  # says MARC-8, and is UTF-8


def after(site: Site, **phase: Any) -> Phase:
    return Phase(site=site, **{"truth": TITLES, "kept": 8, **phase})


B: dict[str, Scenario] = {
    "a site in order": crawl(lessons(), kept=8),
    "B1 robots.txt with a byte order mark": crawl(
        lessons({"/robots.txt": Answer("\ufeffUser-agent: *\nDisallow: /les/3".encode())}),
        truth=[t for t in TITLES if t != "Les 3"],
        kept=7,
        check=no_visit("/les/3"),
    ),
    "B2 robots.txt fails": crawl(
        lessons({"/robots.txt": Answer(status=500)}), ends=("failed",), check=no_visit("/les")
    ),
    "B2 robots.txt hangs": crawl(
        lessons({"/robots.txt": Answer(b"U" * 99, trickle=1.0)}),
        ends=("failed",),
        harvest={"timeout": 0.5, "retries": 0},
        check=no_visit("/les"),
    ),
    "B3 sitemaps without end": crawl(endless, ends=NOT_WELL, truth=[]),
    "B3 a sitemap that names itself": crawl(
        lessons(
            {
                "/sitemap.xml": lambda a: index(a.base, "/sitemap.xml", "/real.xml"),
                "/real.xml": lambda a: urlset(a.base, PATHS),
            }
        ),
        kept=8,
    ),
    "B3 a calendar, and a budget": crawl(
        calendar, source={"max_pages": 10}, ends=SHORT, truth=[], says="budget"
    ),
    "B4 redirected to a file": page_three(moved("file:///etc/passwd")),
    "B4 redirected to ftp": page_three(moved("ftp://127.0.0.1/x")),
    "B4 redirected to s3": page_three(moved("s3://bucket/x")),
    "B4 redirected to data": page_three(moved("data:text/html,hi")),
    "B5 a private address": crawl(
        lessons(), source={"allow_private": False}, ends=("failed",), says="private"
    ),
    "B5 a private address as a number": crawl(
        lessons(), source={"allow_private": False, "host": "2130706433"}, ends=("failed",)
    ),
    "B5 a private address inside another": crawl(
        lessons(), source={"allow_private": False, "host": "[::ffff:127.0.0.1]"}, ends=("failed",)
    ),
    "B6 a name that stands for a private address": crawl(
        lessons(), source={"allow_private": False, "host": "localhost"}, ends=("failed",)
    ),
    "B7 a cookie, and another origin": page_three(
        elsewhere,
        ends=("complete", "incomplete"),
        kept=None,
        check=no_secret,
        truth=[t for t in TITLES if t != "Les 3"],
    ),
    "B8 a bomb in gzip": page_three(
        Answer(packed(b" " * 100 * MEGABYTE), 200, {**HTML, "Content-Encoding": "gzip"})
    ),
    "B8 a bomb in deflate": page_three(
        Answer(zlib.compress(b" " * 100 * MEGABYTE), 200, {**HTML, "Content-Encoding": "deflate"})
    ),
    "B8 a bomb in a bomb": page_three(
        Answer(packed(b" " * 100 * MEGABYTE, 3), 200, {**HTML, "Content-Encoding": "gzip"})
    ),
    "B8 a sitemap that is a bomb": crawl(
        lessons({"/sitemap.xml": Answer(packed(b" " * 100 * MEGABYTE))}), ends=("failed",)
    ),
    "B9 an entity of a file in the sitemap": crawl(
        lessons({"/sitemap.xml": lambda a: urlset(a.base, [*PATHS, "/&e;"], head=XXE)}),
        ends=("complete", "incomplete", "failed"),
        check=no_password,
    ),
    "B9 an external DTD in a feed": file(
        message(*PRODUCTS).replace(b"?>", b"?>" + EXTERNAL.encode(), 1),
        ONIX,
        kept=5,
        check=no_password,
    ),
    "B10 a thousand laughs in the sitemap": crawl(
        lessons({"/sitemap.xml": lambda a: urlset(a.base, [*PATHS, "/&f;"], head=LAUGHS)}),
        ends=("complete", "incomplete", "failed"),
    ),
    "B10 a thousand laughs in a feed": file(
        message(*PRODUCTS).replace(b"?>", b"?>" + LAUGHS.encode(), 1).replace(b"Lesboek 2", b"&f;"),
        [t for t in ONIX if t != "Lesboek 2"],
        ends=("complete", "incomplete", "failed"),
    ),
    "B11 text of 7 MB": block_three(lesson("Les 3", description="lang " * 1_400_000), kept=8),
    "B11 depth of 10,000 in a page": crawl(
        lessons({"/les/3": page(lesson("Les 3"), head="<b>" * 10_000)}), kept=8
    ),
    "B11 100,000 attributes in a page": crawl(
        lessons(
            {
                "/les/3": page(
                    lesson("Les 3"),
                    head="<p " + " ".join(f'a{n}="1"' for n in range(100_000)) + ">",
                )
            }
        ),
        kept=8,
    ),
    "B12 scripts in a description": block_three(
        lesson("Les 3", description=HOSTILE.replace("</", "<\\/")).replace("\\\\/", "\\/"),
        kept=8,
        check=only_text,
    ),
    "B13 links that are scripts": crawl(
        lessons(
            {
                path: page(lesson(TITLES[n], url=url))
                for n, (path, url) in enumerate(
                    zip(
                        PATHS,
                        (
                            "javascript:alert(1)",
                            "data:text/html,x",
                            "jav\tascript:alert(1)",
                            "//host/x",
                            "\x01javascript:alert(1)",
                            "vbscript:x",
                            "JaVaScRiPt:x",
                            "ftp://x/y",
                        ),
                        strict=True,
                    )
                )
            }
        ),
        kept=8,
        check=only_http,
    ),
    "B14 comments and commas": block_three(
        "/* x */" + lesson("Les 3").replace("}", ",}") + ";", kept=8
    ),
    "B14 control characters": block_three(
        lesson("Les 3", description="a").replace('"a"', '"a\x01\n"'), kept=8
    ),
    "B14 two documents": block_three(
        lesson("Les 3") + lesson("Nog een"), ends=("complete", "failed"), kept=None
    ),
    "B14 NaN": block_three(lesson("Les 3").replace("}", ', "timeRequired": NaN}'), kept=None),
    "B14 10,000 levels": block_three(
        "[" * 10_000 + "]" * 10_000, truth=[t for t in TITLES if t != "Les 3"], kept=7
    ),
    "B14 no JSON at all": block_three("{{{ nee", truth=[t for t in TITLES if t != "Les 3"], kept=7),
    "B15 not found, with 200": crawl(
        lessons(),
        after(
            lessons({"/les/3": page(lesson("Welkom op de voorpagina"))}),
            ends=("complete", *NOT_WELL),
            truth=[],
            kept=None,
        ),
    ),
    "B16 refused for once": crawl(
        lessons(), after(lessons({"/les/3": Answer(status=403)}), ends=SHORT)
    ),
    "B16 too many requests": crawl(
        lessons(),
        after(
            lessons({"/les/3": Answer(status=429, headers={"Retry-After": "9999"})}),
            ends=("deferred",),
        ),
    ),
    "B16 fails for once": crawl(
        lessons(), after(lessons({"/les/3": Answer(status=500)}), ends=SHORT)
    ),
    "B16 gone once": crawl(lessons(), after(lessons({"/les/3": Answer(status=404)}))),
    "B17 redesigned: nothing on any page": crawl(
        lessons(), after(lessons(dict.fromkeys(PATHS, EMPTY_PAGE)), ends=NOT_WELL, full=True)
    ),
    "B17 redesigned: an empty sitemap": crawl(
        lessons(), after(lessons(paths=[]), ends=NOT_WELL, full=True)
    ),
    "B18 stopped half-way, and resumed": crawl(slowly, after(lessons()), ends=SHORT, stop=1.5),
    "B19 MARC of a wrong length": file(
        MARCS[0] + b"00999" + MARCS[1][5:] + b"".join(MARCS[2:]), BOOKS, kept=5
    ),
    "B19 MARC with a short leader": file(
        MARCS[0] + b"0001\x1d" + b"".join(MARCS[1:]), BOOKS, kept=5
    ),
    "B19 MARC with a bad directory": file(
        MARCS[0] + MARCS[1][:24] + b"?" * 24 + MARCS[1][48:] + b"".join(MARCS[2:]),
        [t for t in BOOKS if t != "Boek 1"],
        kept=4,
    ),
    "B19 MARC that is cut off": file(
        b"".join(MARCS)[:-40], BOOKS[:4], ends=("complete", *SHORT), kept=4
    ),
    "B19 MARC of 120,000 bytes": file(
        MARCS[0] + marc("9", "Boek " + "x" * 90_000) + b"".join(MARCS[1:]), BOOKS, kept=5
    ),
    "B20 says MARC-8, is UTF-8": file(MARCS[0] + LIAR + b"".join(MARCS[2:]), BOOKS, kept=5),
    "B20 says UTF-8, is Latin-1": file(MARCS[0] + LATIN1, BOOKS[:1], kept=2),
    "B21 decomposed letters": file(NFD, [], kept=1, check=composed),
    "B22 ONIX with names of HTML": file(
        message(*PRODUCTS).replace(b"Lesboek 2", b"Caf&eacute;&nbsp;2"),
        [t for t in ONIX if t != "Lesboek 2"],
        kept=5,
    ),
    "B22 a zip with junk and climbing names": file(
        with_names(
            {
                "__MACOSX/._feed.xml": b"\0\x05\x16\x07",
                "../../feed.xml": message(*PRODUCTS[:2]),
                "/etc/feed.xml": message(*PRODUCTS[2:]),
                "lees.mij": b"hallo",
                ".DS_Store": b"x",
            }
        ),
        ONIX,
        name="/feed.zip",
        kept=5,
    ),
    "B22 a zip that is a bomb": file(
        with_names({"feed.xml": message(*PRODUCTS), "zz.xml": b"<a>" + b" " * 100 * MEGABYTE}),
        ONIX,
        name="/feed.zip",
        ends=("complete", *NOT_WELL),
        kept=None,
    ),
    "B22 a zip that is cut off": file(
        with_names({"feed.xml": message(*PRODUCTS)})[:-60],
        ONIX,
        name="/feed.zip",
        ends=("failed", *SHORT),
    ),
    "B23 a feed of 7 MB": file(
        message(*(product(n, title=f"Lesboek {n}") for n in range(3000))).replace(
            b"<Header/>", b"<Header/>" + b" " * 6 * MEGABYTE
        ),
        [f"Lesboek {n}" for n in range(3000)],
        kept=3000,
    ),
    "B23 a feed that is cut off": file(message(*PRODUCTS)[:-200], ONIX, ends=("failed", *SHORT)),
    "B24 a Referrer-Policy that is code": crawl(
        lessons(
            {
                p: Answer(page(lesson(t)).body, 200, {**HTML, "Referrer-Policy": "os.system"})
                for p, t in zip(PATHS, TITLES, strict=True)
            }
        ),
        kept=8,
    ),
}
