"""Payloads of cross-site scripting in every field, on every page that shows a material.

Many are packed into few pages, which a real browser opens: nothing may run, nothing may be fetched
from elsewhere, and the policy of the page may find nothing to report. Whoever wants to see that the
test can fail takes the autoescaping off.
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

import pytest
from fake_catalogue import SETTINGS, FakeCatalogue, card
from msgspec.structs import replace
from playwright.sync_api import Browser, Page
from servers import serving_app
from test_browser import pytestmark as pytestmark  # noqa: PLC0414 the same needs

from catalog.resource import Agent, Concept, Date, Identifier, LearningResource, Relation, Text
from webapp import create_app

#: Each calls ``ran`` where it runs.
PAYLOADS = (
    "<script>ran()</script>",
    '"><script>ran()</script>',
    "'><script>ran()</script>",
    "</script><script>ran()</script>",
    "</ScRiPt ><sCrIpT>ran()</sCrIpT>",
    "<!--<script>ran()</script>-->",
    "--><script>ran()</script><!--",
    "<!--<script>",
    "</title><script>ran()</script>",
    "</textarea><script>ran()</script>",
    "</style><script>ran()</script>",
    "</noscript><script>ran()</script>",
    "]]><script>ran()</script>",
    "<<script>script>ran()<</script>/script>",
    "<scr\x00ipt>ran()</scr\x00ipt>",
    "<script src=data:,ran()></script>",
    "<script src=//evil.example/x.js></script>",
    "<img src=x onerror=ran()>",
    '"><img src=x onerror=ran()>',
    "<img src=`x`onerror=ran()>",
    "<img/src='x'/onerror='ran()'>",
    "<img src=https://evil.example/x.png>",
    '" onmouseover="ran()" autofocus onfocus="ran()" x="',
    "' onmouseover='ran()' autofocus onfocus='ran()' x='",
    " autofocus onfocus=ran() tabindex=1 ",
    "<svg onload=ran()>",
    "<svg><script>ran()</script></svg>",
    "<svg><animate onbegin=ran() attributeName=x dur=1s>",
    "<svg><use href='data:image/svg+xml,<svg id=x onload=ran()>#x'/></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=ran()>",
    "<body onload=ran()>",
    "<iframe srcdoc='<script>parent.ran()</script>'></iframe>",
    "<iframe src=javascript:parent.ran()></iframe>",
    "<object data=javascript:ran()>",
    "<embed src=javascript:ran()>",
    "<link rel=stylesheet href=//evil.example/x.css>",
    "<style>@import'//evil.example/x.css';</style>",
    "<div style=background:url(//evil.example/x)>x</div>",
    "<base href=//evil.example/>",
    "<meta http-equiv=refresh content='0;url=javascript:ran()'>",
    "<form action=javascript:ran()><button autofocus>x",
    "<details open ontoggle=ran()>",
    "<video><source onerror=ran()>",
    "<audio src=x onerror=ran()>",
    "<input autofocus onfocus=ran()>",
    "<select autofocus onfocus=ran()>",
    "<marquee onstart=ran()>",
    "<a href=javascript:ran()>x</a>",
    "<template><script>ran()</script></template>",
    "javascript:ran()",
    "JaVaScRiPt:ran()",
    " javascript:ran()",
    "java\tscript:ran()",
    "javascript://leerbank.example/%0aran()",
    "data:text/html,<script>opener.ran()</script>",
    "vbscript:ran()",
    'https://leerbank.example/"onmouseover="ran()',
    "https://leerbank.example/'><script>ran()</script>",
    'https://youtu.be/"onload="ran()',
    "{{ran()}}{{constructor.constructor('ran()')()}}",
    "${ran()}",
    "{% raw %}{{ config }}",
    "\u2028ran()\u2029",
    "\\u003cscript\\u003eran()\\u003c/script\\u003e",
    "&lt;script&gt;ran()&lt;/script&gt;",
    "&#60;script&#62;ran()&#60;/script&#62;",
    "\uff1cscript\uff1eran()\uff1c/script\uff1e",
    "+ADw-script+AD4-ran()+ADw-/script+AD4-",
    '\u202e"><script>ran()</script>',
    "[x](javascript:ran())",
)  # fmt: skip
#: What each page does to a material: its own page, a list, and what is said of it elsewhere.
ADDRESSES = ("/nl/materiaal/{id}", "/en/resource/{id}", "/nl/melden/{id}", "/en/reported/{id}")
_TOGETHER = 24  # payloads in one record: every field has all of them
_WATCH = """() => {
  window.runs = []; window.reports = [];
  window.ran = () => window.runs.push(document.currentScript?.outerHTML ?? 'handler');
  document.addEventListener('securitypolicyviolation', e =>
    window.reports.push(e.violatedDirective + ' ' + e.blockedURI + ' ' + e.sample));
}"""


def batches(size: int) -> list[tuple[str, ...]]:
    """Return the payloads, so many together."""
    return [PAYLOADS[at : at + size] for at in range(0, len(PAYLOADS), size)]


def laden(payloads: tuple[str, ...]) -> LearningResource:
    """Return a material with all these in every field."""
    agents = tuple(Agent(p, "person", p, (p,), p) for p in payloads)
    concepts = tuple(Concept(p, p, p, p) for p in payloads)
    together = " ".join(payloads)
    return LearningResource(
        source=payloads[0],
        identifier=together,
        titles=tuple(Text(p, p) for p in payloads),
        descriptions=(Text(together, payloads[0]), *(Text(p, "nl") for p in payloads)),
        keywords=tuple(Text(p, p) for p in payloads),
        creators=agents,
        contributors=agents,
        publishers=agents,
        providers=agents,
        identifiers=tuple(Identifier(p, s) for p in payloads for s in ("doi", "handle", "uri", p)),
        url=payloads[-1],
        thumbnail=payloads[-1],
        languages=payloads,
        level_terms=concepts,
        levels=payloads,
        type_terms=concepts,
        types=payloads,
        subjects=concepts,
        disciplines=payloads,
        isced=payloads,
        rights=payloads,
        licence_url=payloads[-1],
        licence=payloads[0],
        access_terms=payloads,
        dates=tuple(Date(p, k) for p in payloads for k in ("issued", p)),
        duration=together,
        media_types=payloads,
        version=together,
        status=together,
        aggregation=together,
        audience_roles=payloads,
        age=together,
        relations=tuple(Relation(k, p, p) for p in payloads for k in ("ispartof", p)),
        access_modes=payloads,
        accessibility_features=payloads,
        accessibility_hazards=payloads,
        accessibility_summary=together,
    )


@pytest.fixture(scope="module")
def hostile_site() -> Iterator[tuple[str, list[str]]]:
    """Serve a site of nothing but hostile records; say where, and which pages it has."""
    catalogue = FakeCatalogue(0)
    for number, payloads in enumerate(batches(_TOGETHER)):
        catalogue.cards[f"x{number}"] = card(f"x{number}", laden(payloads))
    for number, payload in enumerate(PAYLOADS):  # each once as the address of a material
        alone = replace(laden((payload,)), titles=(Text("x"),))
        catalogue.cards[f"y{number}"] = card(f"y{number}", alone)
    catalogue.join(laden(PAYLOADS[:3]), laden(PAYLOADS[17:20]), laden(PAYLOADS[-3:]))
    settings = replace(SETTINGS, site=replace(SETTINGS.site, url="http://127.0.0.1"))
    ids = [id_ for id_ in catalogue.cards if id_.startswith("x")]
    pages = [address.format(id=id_) for id_ in (*ids, "w") for address in ADDRESSES]
    pages += ["/nl/", "/en/search?size=100", "/nl/vindplaats/c1", f"/nl/lijst?m={'.'.join(ids)}"]
    with serving_app(lambda _: create_app(catalogue, settings)) as base:  # type: ignore[arg-type]
        yield base, pages


def told(page: Page, site: str, addresses: list[str]) -> dict[str, list[str]]:
    """Open pages; return what ran, was reported or was fetched from elsewhere, by address."""
    foreign: list[str] = []
    page.add_init_script(f"({_WATCH})()")
    page.on("request", lambda r: None if r.url.startswith(site) else foreign.append(r.url))
    found = {}
    for address in addresses:
        page.goto(site + address, wait_until="load")
        page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
        page.evaluate(
            "document.querySelectorAll('main :is(a, input, button)').forEach(e => e.focus())"
        )
        said = page.evaluate("[...window.runs, ...window.reports]") + foreign
        if said:
            found[address] = said
        foreign.clear()
    return found


def test_nothing_runs_on_any_page(browser: Browser, hostile_site: tuple[str, list[str]]) -> None:
    site, pages = hostile_site
    page = browser.new_page()
    assert told(page, site, pages) == {}
    page.close()


def test_nothing_runs_that_comes_with_the_address(
    browser: Browser, hostile_site: tuple[str, list[str]]
) -> None:
    site, _ = hostile_site
    page = browser.new_page()
    asked = [f"/nl/licenties?{'&'.join(f'licence={quote(p)}' for p in each)}"
             for each in batches(6)]  # fmt: skip
    together = quote(" ".join(PAYLOADS[:20]))
    asked += [f"/nl/zoeken?q={together}", f"/en/list?m={together}"]
    assert told(page, site, asked) == {}
    page.close()


def test_no_link_leads_to_a_script(browser: Browser, hostile_site: tuple[str, list[str]]) -> None:
    site, pages = hostile_site
    page = browser.new_page(java_script_enabled=True)
    schemes = set()
    for address in [*pages, *(f"/nl/materiaal/y{n}" for n in range(len(PAYLOADS)))]:
        page.goto(site + address, wait_until="domcontentloaded")
        schemes |= set(page.evaluate("[...document.links].map(each => each.protocol)"))
    assert schemes <= {"http:", "https:", "mailto:"}
    page.close()


def test_what_runs_is_noticed(browser: Browser, hostile_site: tuple[str, list[str]]) -> None:
    site, _ = hostile_site
    page = browser.new_page()
    page.route("**/nl/", lambda r: r.fulfill(
        body="<script>ran()</script><img src=//evil.example/x>", content_type="text/html",
        headers={"Content-Security-Policy": "img-src 'self'"}))  # fmt: skip
    (said,) = told(page, site, ["/nl/"]).values()
    assert any("ran()" in each for each in said)
    assert any("img-src" in each for each in said)
    page.close()
