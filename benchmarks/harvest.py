"""How fast, and in how much memory, a repository is harvested until it can be searched.

``python benchmarks/harvest.py`` harvests 100,000 oai_dc records from a loopback repository in
pages of 500 with the real command, into store and index, and prints JSON; how long the works
take to be grouped after that is told by itself. The peer, in the same
run, is sickle: it downloads and parses the same list and keeps nothing. It runs before and after
each of ours, so that a machine that slows down slows both; ratios are of medians.

``--small`` adds a harvest of a tenth of the records, to see whether memory stays flat.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import psutil

HERE = Path(__file__).parent
SICKLE = """
import sys, time
from sickle import Sickle
began = time.perf_counter()
found = 0
for record in Sickle(sys.argv[1]).ListRecords(metadataPrefix="oai_dc"):
    found += bool(record.metadata["title"])
print(found, time.perf_counter() - began)
"""


@contextlib.contextmanager
def repository(count: int, size: int = 500) -> Iterator[str]:
    """Serve so many records, ``size`` on a page, and yield the address."""
    command = [sys.executable, str(HERE / "repository.py"), str(count), "--size", str(size)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        port = process.stdout.readline().strip()
        try:
            yield f"http://127.0.0.1:{port}/oai"
        finally:
            process.kill()


def sickle(url: str) -> float:
    """Return seconds in which the peer reads the list."""
    command = [sys.executable, "-W", "ignore", "-c", SICKLE, url]
    found = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return float(found.split()[1])


class Memory(threading.Thread):
    """Watches the proportional memory of a process and its children, in bytes."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.process = psutil.Process(pid)
        self.peak = 0

    def run(self) -> None:
        with contextlib.suppress(psutil.NoSuchProcess):
            while self.process.is_running():
                family = [self.process, *self.process.children(recursive=True)]
                self.peak = max(self.peak, sum(map(pss, family)))
                time.sleep(0.25)  # to look takes time that is not then there to harvest


def pss(process: psutil.Process) -> int:
    with contextlib.suppress(psutil.Error):
        return int(process.memory_full_info().pss)
    return 0


class Harvest(NamedTuple):
    """What ``vindplaats harvest`` took: seconds until all can be searched, and in all."""

    seconds: float
    grouped: float
    peak: int  # bytes


def vindplaats(config: Path, *arguments: str) -> Harvest:
    """Harvest with ``arguments``; it says what came of it when all can be searched."""
    began = time.perf_counter()
    command = [sys.executable, "-m", "vindplaats", "harvest", "--config", str(config), *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout
        memory = Memory(process.pid)
        memory.start()
        process.stdout.readline()
        seconds = time.perf_counter() - began
        code = process.wait()
    if code != 0:
        sys.exit(f"the harvest failed with code {code}")
    return Harvest(seconds, time.perf_counter() - began, memory.peak)


def configure(folder: Path, url: str) -> Path:
    config = folder / "config.toml"
    config.write_text(
        f'[sources.bench]\nkind = "oai_pmh"\nurl = "{url}"\nallow_private = true\ndelay = 0.0\n'
    )
    return config


def measure(count: int, rounds: int) -> dict[str, object]:
    first, incremental, full, peer, peaks, grouped = [], [], [], [], [], []
    with repository(count) as url:
        peer.append(sickle(url))
        for _ in range(rounds):
            with tempfile.TemporaryDirectory() as folder:
                config = configure(Path(folder), url)
                whole = vindplaats(config)
                first.append(whole.seconds)
                grouped.append(whole.grouped - whole.seconds)
                peaks.append(whole.peak)
                incremental.append(vindplaats(config).seconds)
                full.append(vindplaats(config, "--full").seconds)
                check(config, count)
            peer.append(sickle(url))
    ours, theirs = statistics.median(first), statistics.median(peer)
    return {
        "records": count,
        "sickle_records_per_second": round(count / theirs),
        "records_per_second": round(count / ours),
        "ratio_to_sickle": round(theirs / ours, 3),
        "grouping_seconds": round(statistics.median(grouped), 1),
        "peak_megabytes": round(max(peaks) / 1e6),
        "second_harvest_times_as_fast": round(ours / statistics.median(incremental), 1),
        "second_full_list_times_as_fast": round(ours / statistics.median(full), 1),
        "seconds": {"first": first, "incremental": incremental, "full": full, "sickle": peer},
    }


def check(config: Path, count: int) -> None:
    """A figure counts only if every record can be found."""
    command = [sys.executable, "-m", "vindplaats", "search", "statistics", "--json",
               "--config", str(config)]  # fmt: skip
    found = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    indexed = sum(value["count"] for value in found["facets"]["source"])
    assert indexed == found["total"] > count // 30, found["total"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--small", action="store_true")
    options = parser.parse_args()
    result = measure(options.records, options.rounds)
    if options.small:
        result["small"] = measure(options.records // 10, 1)
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
