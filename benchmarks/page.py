"""What a visitor waits for: ``python benchmarks/page.py`` prints JSON.

The demonstration is harvested and served by the real commands (or ``--config`` names a catalogue),
and pages are opened in Debian's chromium, each in a fresh context, with the network of Chrome's
preset "Slow 4G" (1.44 Mbit/s, 562 ms before each answer). Of each page: bytes over the wire,
requests, those to other sites, first and largest paint, layout shift; medians of ``--rounds``.
Beside them, without throttling, how long the server takes, and two grades from 0 to 100 of our own
reckoning: the share of our list of headers that is there, and the share of axe-core's rules that
apply to a page and are kept. They are no grades of Lighthouse or of Mozilla's Observatory.
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, sync_playwright
from search import percentile, server

ROOT = Path(__file__).parent.parent
PAGES = {
    "home": "/nl/",
    "results": "/nl/zoeken?q=wiskunde",
    "narrowed": "/nl/zoeken?q=wiskunde&level=vo",
    "topic": "/nl/vakgebied/exact_informatica",
    "index": "/nl/vakgebieden",
    "help": "/nl/hulp",
}
SLOW_4G = {
    "offline": False,
    "downloadThroughput": 1.6e6 / 8 * 0.9,
    "uploadThroughput": 0.75e6 / 8 * 0.9,
    "latency": 150 * 3.75,
}
ASKED = 200  # requests of each page, to time the server
AXE = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
#: Header -> what it must say.
HEADERS: dict[str, Callable[[str], bool]] = {
    "Content-Security-Policy": lambda said: (
        "default-src 'none'" in said and "frame-ancestors 'none'" in said and "unsafe" not in said
    ),
    "X-Content-Type-Options": lambda said: said == "nosniff",
    "Referrer-Policy": lambda said: "origin" in said or said == "no-referrer",
    "Permissions-Policy": lambda said: "geolocation=()" in said,
    "Cross-Origin-Opener-Policy": lambda said: said == "same-origin",
    "Cross-Origin-Resource-Policy": lambda said: said == "same-origin",
    "Cache-Control": lambda said: "max-age" in said,
    "ETag": bool,
    "Vary": lambda said: "Accept-Encoding" in said,
    "Content-Encoding": lambda said: said in {"gzip", "br", "zstd"},
    "Set-Cookie": lambda said: not said,
}


@contextlib.contextmanager
def catalogue(config: Path | None) -> Iterator[Path]:
    """Yield the configuration of a catalogue; of the demonstration where none is given."""
    if config:
        yield config
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(shutil.copy(ROOT / "config.toml", folder))
        command = [sys.executable, "-m", "vindplaats", "demo", "--no-serve"]
        subprocess.run([*command, "--config", path], check=True, stdout=subprocess.DEVNULL)
        yield path


def opened(browser: Browser, url: str) -> dict[str, float]:
    """Open a page as somebody who was never here, on a slow network."""
    context = browser.new_context(viewport={"width": 360, "height": 740})
    page = context.new_page()
    devtools = context.new_cdp_session(page)
    figures: dict[str, float] = {"bytes": 0, "requests": 0, "foreign": 0}

    def asked(event: dict[str, Any]) -> None:
        figures["requests"] += 1
        figures["foreign"] += not event["request"]["url"].startswith(url[: url.index("/", 8)])

    def came(event: dict[str, Any]) -> None:
        figures["bytes"] += event["encodedDataLength"]

    devtools.on("Network.requestWillBeSent", asked)
    devtools.on("Network.loadingFinished", came)
    devtools.send("Network.enable")
    devtools.send("Network.emulateNetworkConditions", SLOW_4G)
    page.goto(url, wait_until="networkidle")
    figures |= page.evaluate(_PAINTED)
    context.close()
    return figures


def answered(host: str, path: str) -> list[float]:
    """Return the milliseconds of each of so many requests over one connection."""
    connection = http.client.HTTPConnection(host)
    times = []
    for _ in range(ASKED):
        began = time.perf_counter()
        connection.request("GET", path, headers={"Accept-Encoding": "gzip"})
        connection.getresponse().read()
        times.append(1000 * (time.perf_counter() - began))
    connection.close()
    return times[ASKED // 10 :]


def header_grade(host: str, path: str) -> tuple[int, list[str]]:
    """Return the share of our list that an answer keeps, and what it does not keep."""
    connection = http.client.HTTPConnection(host)
    connection.request("GET", path, headers={"Accept-Encoding": "gzip"})
    answer = connection.getresponse()
    lacking = [name for name, good in HEADERS.items() if not good(answer.getheader(name, ""))]
    connection.close()
    return round(100 * (1 - len(lacking) / len(HEADERS))), lacking


def axe_grade(browser: Browser, url: str) -> tuple[int, list[str]]:
    """Return the share of the rules that apply which are kept, and those that are broken."""
    page = browser.new_page(viewport={"width": 360, "height": 740})
    page.goto(url)
    found = Axe().run(page, options=AXE).response
    page.close()
    broken = [each["id"] for each in found["violations"]]
    return round(100 * len(found["passes"]) / (len(found["passes"]) + len(broken))), broken


def measured(browser: Browser, url: str, path: str, rounds: int) -> dict[str, Any]:
    """Return the figures of one page."""
    host = urlsplit(url).netloc
    seen = [opened(browser, url + path) for _ in range(rounds)]
    times = answered(host, path)
    headers, lacking = header_grade(host, path)
    rules, broken = axe_grade(browser, url + path)
    return {
        **{name: round(statistics.median(each[name] for each in seen), 3) for name in seen[0]},
        "server_median_ms": round(statistics.median(times), 1),
        "server_p95_ms": round(percentile(times, 0.95), 1),
        "own_header_grade": headers,
        "headers_lacking": lacking,
        "own_accessibility_grade": rules,
        "rules_broken": broken,
    }


_PAINTED = """() => new Promise(resolve => {
  const entries = type => new Promise(done => {
    const observer = new PerformanceObserver(list => done(list.getEntries()));
    observer.observe({ type, buffered: true });
    setTimeout(() => done([]), 300);
  });
  Promise.all(['paint', 'largest-contentful-paint', 'layout-shift'].map(entries)).then(
    ([paints, largest, shifts]) => resolve({
      first_paint_ms: paints.find(e => e.name === 'first-contentful-paint')?.startTime ?? -1,
      largest_paint_ms: largest.at(-1)?.startTime ?? -1,
      layout_shift: shifts.reduce((sum, e) => sum + e.value, 0),
    }));
})"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--config", type=Path, help="a catalogue of your own")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    with (
        catalogue(options.config) as config,
        server(config) as (url, _),
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        pages = {name: measured(browser, url, path, options.rounds) for name, path in PAGES.items()}
        browser.close()
    print(json.dumps({"network": "Slow 4G", "rounds": options.rounds, "pages": pages}, indent=1))


if __name__ == "__main__":
    main()
