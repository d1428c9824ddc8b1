"""How fast others can harvest us by OAI-PMH: ``python benchmarks/provider.py``.

The real server gives out the real library records of ``library.py``, as Dublin Core and as NL-LOM,
and sickle harvests all of them. In between, single pages are timed at the beginning and at the end
of the list, of everything and of a set, in turns: a page must not cost more for being late in it.
``--library`` names a prepared folder of ``library.py``; the store is copied, and stays as it is.
Prints JSON; ends with 1 where the last page takes 1.5 times as long as the first.
"""

from __future__ import annotations

import contextlib
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from library import asked_for

from catalog.store import Store
from catalog.store.published import Published, Span
from webapp.oai import tokens

SICKLE = """
import sys, time
from sickle import Sickle
began = time.perf_counter()
found = sum(not record.deleted for record in
            Sickle(sys.argv[1], max_retries=5).ListRecords(metadataPrefix=sys.argv[2]))
print(found, time.perf_counter() - began)
"""
SIZE = 250
ROUNDS = 15
LIMIT = 1.5
SET = "level:ho"


@contextlib.contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve a store with the real command; yield the base URL."""
    command = [sys.executable, "-m", "vindplaats", "serve", "--port", "0",
               "--config", str(folder / "config.toml")]  # fmt: skip
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        try:
            yield next(each for each in iter(process.stdout.readline, "") if "http" in each)
        finally:
            process.terminate()


def main() -> None:
    made = asked_for(__doc__, records=20_000)
    with tempfile.TemporaryDirectory(prefix="provider-") as name:
        folder = Path(name)
        shutil.copytree(made / "var", folder / "var")
        (folder / "config.toml").write_text("[search]\npopular = false\n")
        figures = measured(folder)
    print(json.dumps(figures, indent=2))
    sys.exit(not figures["met"])


def measured(folder: Path) -> dict[str, object]:
    store = Store(f"sqlite:///{folder}/var/vindplaats.db")
    began = time.perf_counter()
    store.published.catch_up(3600)
    prepared = time.perf_counter() - began
    key = store.published.key("oai tokens")
    with served(folder) as said:
        url = "http" + said.partition("http")[2].split()[0].rstrip("/.") + "/oai"
        pages = {
            which or "everything": compared(url, store.published, which, key) for which in ("", SET)
        }
        speeds = {prefix: sickle(url, prefix) for prefix in ("oai_dc", "lom")}
    count = store.published.count(Span("", 0, store.published.reached()))
    store.close()
    ratios = [page["ratio"] for page in pages.values()]
    return {
        "records": count,
        "seconds_to_take_them_in": round(prepared, 1),
        "records_per_second_by_sickle": speeds,
        "pages": pages,
        "met": max(ratios) < LIMIT,
    }


def compared(url: str, store: Published, which: str, key: bytes) -> dict[str, float]:
    """Return milliseconds of the first and the last whole page of a list, taken in turns."""
    reached = store.reached()
    last = [told.seq for told in store.page(Span(which, 0, reached), 10**9)][-SIZE - 2]
    queries = []
    for after in (0, last):
        place = tokens.Place("ListRecords", "oai_dc", which, after, 0, SIZE, 10**6, 1 << 40)
        queries.append(f"verb=ListRecords&resumptionToken={tokens.write(place, key)}")
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(ROUNDS):
        for found, query in zip(times, queries, strict=True):
            began = time.perf_counter()
            with urllib.request.urlopen(f"{url}?{query}") as answer:
                body = answer.read()
            found.append(1000 * (time.perf_counter() - began))
            assert body.count(b"<header>") == SIZE
    first, end = (statistics.median(found) for found in times)
    return {
        "first_ms": round(first, 1),
        "last_ms": round(end, 1),
        "ratio": round(end / first, 2),
    }


def sickle(url: str, prefix: str) -> dict[str, int]:
    """Harvest everything; return how many records there were, and how many a second."""
    command = [sys.executable, "-W", "ignore", "-c", SICKLE, url, prefix]
    found, seconds = subprocess.run(
        command, check=True, stdout=subprocess.PIPE, text=True
    ).stdout.split()
    return {"records": int(found), "a_second": round(int(found) / float(seconds))}


if __name__ == "__main__":
    main()
