"""Kill a harvest at random moments with kill -9, resume it, and compare with an undisturbed one.

``python benchmarks/kill.py --times 100`` prints JSON: how many of the resumed harvests ended
with the same store and the same index. The whole process family is killed at once, as when the
power of the process manager is used; each moment is drawn from the length of a whole harvest.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import msgspec
from harvest import configure, repository

from catalog.catalogue import Catalogue
from catalog.config import load
from catalog.index import Query

Content = dict[str, Any]


def command(config: Path) -> list[str]:
    return [sys.executable, "-m", "vindplaats", "harvest", "--config", str(config)]


def undisturbed(config: Path) -> float:
    """Harvest to the end and return the seconds that it took."""
    began = time.monotonic()
    subprocess.run(command(config), check=True, capture_output=True)
    return time.monotonic() - began


def disturbed(config: Path, after: float) -> None:
    """Harvest, and kill the whole family after so many seconds."""
    process = subprocess.Popen(
        command(config),
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    time.sleep(after)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def content(config: Path) -> Content:
    """Return what a harvest has left, without the moments at which it did."""
    with Catalogue(load(config)) as catalogue:
        wrong, extra = catalogue.compare()
        records = {
            stored.id: msgspec.json.encode((stored.resource, stored.datestamp, stored.deleted))
            for stored in catalogue.store.records.all_changes()
        }
        found = catalogue.search(Query(text="statistics", size=100))
        run = catalogue.store.runs.last("bench", "complete")
        pages = [len(page.body) for page in catalogue.store.pages.of("bench")]
        return {
            "records": records,
            "total": found.total,
            "hits": sorted(card.id for card in found.cards),
            "facets": found.facets,
            "index differs": sorted(wrong | extra),
            "pages": sorted(pages),
            "watermark": run.watermark if run else "",
            "damage": catalogue.store.check(),
        }


def once(url: str, moment: float, expected: Content) -> list[str]:
    """Return which parts differ after a harvest that was killed and resumed."""
    with tempfile.TemporaryDirectory() as folder:
        config = configure(Path(folder), url)
        disturbed(config, moment)
        resumed = subprocess.run(command(config), check=False, capture_output=True, text=True)
        if resumed.returncode != 0:
            return [f"resuming failed: {resumed.stdout.strip()} {resumed.stderr.strip()}"]
        after = content(config)
        return [name for name in expected if expected[name] != after[name]]


def measure(times: int, records: int, seed: int, size: int = 500) -> dict[str, Any]:
    """Kill so many harvests of so many records, ``size`` on a page, and compare."""
    dice = random.Random(seed)
    with repository(records, size) as url, tempfile.TemporaryDirectory() as folder:
        config = configure(Path(folder), url)
        seconds = undisturbed(config)
        expected = content(config)
        assert len(expected["records"]) == records
        moments: Sequence[float] = [dice.uniform(0.2, seconds) for _ in range(times)]
        with ThreadPoolExecutor(2) as pool:
            results = list(pool.map(lambda moment: once(url, moment, expected), moments))
    return {
        "times": times,
        "equal": sum(not different for different in results),
        "records": records,
        "seed": seed,
        "seconds_undisturbed": round(seconds, 1),
        "differences": [
            {"after_seconds": round(moment, 3), "what": different}
            for moment, different in zip(moments, results, strict=True)
            if different
        ],
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=100)
    parser.add_argument("--records", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    options = parser.parse_args()
    result = measure(options.times, options.records, options.seed)
    print(json.dumps(result, indent=2))
    sys.exit(result["equal"] != result["times"])


if __name__ == "__main__":
    main()
