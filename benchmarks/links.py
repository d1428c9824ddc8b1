"""What is said of links, and how fast: ``python benchmarks/links.py [--links 10000]``.

``behaviours``  every host of ``tests/links/behaviours.py`` is visited ten times, on days of a
                calendar made up for it. ``as_expected`` counts those that are in the expected state
                after one, three and ten rounds. Of those where it can be told whether a reader
                finds the material, ``right`` counts the ones of which that is said after the last
                round, and ``called_dead_at_once`` names those that are there and were given up on
                the first visit. Beside it two plain loops with requests, as scripts for this are
                written: HEAD, and HEAD with GET where it fails; a status below 400 is there.
``speed``       links on 2,000 hosts of this machine (five each, beside robots.txt and what cannot
                be there), asked for by ``python -m harvester.links`` itself: how many a second, by
                the clock and by the processor time it took, and how close together any two requests
                to one host came, by the log of who was asked.

Prints JSON; takes a few minutes.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

TESTS = Path(__file__).parents[1] / "tests"
sys.path[:0] = [str(TESTS), str(TESTS / "links")]

from behaviours import BEHAVIOURS, Behaviour  # noqa: E402 the path comes first
from linked import keep  # noqa: E402
from sites import served, watch  # noqa: E402

from catalog.config import load  # noqa: E402
from catalog.store import Store  # noqa: E402

#: Nothing changes at any host after the fourth visit.
PEER_ROUNDS = 4
HOSTS, DELAY = 2000, 1.0
#: Requests of one host that come closer together than this part of the delay break it.
TOLERANCE = 0.95

PEER = """
import json, socket, sys, warnings
import requests
warnings.simplefilter("ignore")
real = socket.getaddrinfo
def getaddrinfo(host, *more, **other):
    if host == "unknown-host.example":
        raise socket.gaierror("no such name")
    return real("127.0.0.1" if host.endswith(".example") else host, *more, **other)
socket.getaddrinfo = getaddrinfo
methods, found = json.loads(sys.argv[1]), {}
for name, url in json.loads(sys.argv[2]).items():
    found[name] = False
    for method in methods:
        try:
            with requests.request(method, url, timeout=2, allow_redirects=True, stream=True,
                                  headers={"User-Agent": "loop"}) as answer:
                found[name] = answer.status_code < 400
        except Exception:
            found[name] = False
        if found[name]:
            break
print(json.dumps(found))
"""
PEERS = {"requests: HEAD": ["HEAD"], "requests: HEAD, then GET": ["HEAD", "GET"]}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--links", type=int, default=10_000)
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.serve:
        _serve()
        return
    print(json.dumps({"behaviours": behaviours(), "speed": speed(given.links)}, indent=2))


# ---- what is said


def behaviours() -> dict[str, Any]:
    """Return how many are told for what they are, by us and by others."""
    told = [b for b in BEHAVIOURS if b.there is not None]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with served(folder) as (urls, _):
            rounds = watch(folder, urls)
        states = [{b.name: each.links[urls[b.name]][0] for b in BEHAVIOURS} for each in rounds]
        others = {}
        for peer, methods in PEERS.items():
            with served(folder) as (urls, _):  # anew: some hosts behave otherwise in time
                asked = {b.name: urls[b.name] for b in told}
                others[peer] = [_peer(methods, asked) for _ in range(PEER_ROUNDS)]
    expected = {
        f"after_{n + 1}": sum(states[n][b.name] == b.expected[at] for b in BEHAVIOURS)
        for at, n in enumerate((0, 2, 9))
    }
    ours = [{name: state != "dead" for name, state in round_.items()} for round_ in states]
    return {
        "count": len(BEHAVIOURS),
        "as_expected": expected,
        "decidable": len(told),
        **{name: _judged(told, found) for name, found in {"vindplaats": ours, **others}.items()},
    }


def _judged(told: Sequence[Behaviour], found: Sequence[dict[str, bool]]) -> dict[str, Any]:
    wrong = [b.name for b in told if found[-1][b.name] != b.there]
    hasty = [b.name for b in told if b.there and not found[0][b.name]]
    return {"right": len(told) - len(wrong), "wrong": wrong, "called_dead_at_once": hasty}


def _peer(methods: Sequence[str], urls: dict[str, str]) -> dict[str, bool]:
    command = [sys.executable, "-c", PEER, json.dumps(methods), json.dumps(urls)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=True)
    found: dict[str, bool] = json.loads(done.stdout)
    return found


# ---- how fast


def speed(count: int) -> dict[str, Any]:
    """Return how fast ``count`` links are visited, and whether each host was let alone between."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        config = folder / "config.toml"
        config.write_text(
            f"[links]\nallow_private = true\ndelay = {DELAY}\nconcurrency = 64\ntimeout = 300\n"
        )
        server = subprocess.Popen([sys.executable, __file__, "--serve"], stdout=subprocess.PIPE)
        assert server.stdout
        port = int(server.stdout.readline())
        store = Store(load(config).store.url)
        keep(store, {str(n): f"http://{_host(n)}:{port}/les/{n}" for n in range(count)})
        store.close()
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        began = time.monotonic()
        command = [sys.executable, "-m", "harvester.links", "--config", str(config)]
        done = subprocess.run(
            [*command, "--limit", str(count)], capture_output=True, text=True, check=True
        )
        took, after = time.monotonic() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
        server.send_signal(signal.SIGTERM)
        log = json.loads(server.stdout.read())
        server.wait()
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    told = json.loads(done.stdout.splitlines()[-1])
    return {
        "links": told["done"],
        "states": told["states"],
        "seconds": round(took, 1),
        "links_a_second": round(count / took),
        "links_a_processor_second": round(count / used),
        "load_of_the_machine": os.getloadavg()[0],
        **_manners(log),
    }


def _host(number: int) -> str:
    number %= HOSTS
    return f"127.1.{number // 200}.{number % 200 + 1}"


def _manners(log: Sequence[tuple[str, float]]) -> dict[str, Any]:
    arrivals: defaultdict[str, list[float]] = defaultdict(list)
    for host, at in log:
        arrivals[host].append(at)
    gaps = [b - a for times in arrivals.values() for a, b in pairwise(times)]
    return {
        "requests": len(log),
        "hosts": len(arrivals),
        "delay": DELAY,
        "closest_two_requests": round(min(gaps), 3),
        "too_close": sum(gap < TOLERANCE * DELAY for gap in gaps),
    }


def _serve() -> None:
    """Be every host, tell the port, and at the end who was asked when."""
    import asyncio  # noqa: PLC0415 the child alone

    log: list[tuple[str, float]] = []

    class Site(asyncio.Protocol):
        def connection_made(self, transport: Any) -> None:
            self.transport = transport
            self.host = transport.get_extra_info("sockname")[0]

        def data_received(self, data: bytes) -> None:
            path = data.split(b" ", 2)[1].decode()
            log.append((self.host, time.monotonic()))
            number = path.removeprefix("/les/")
            there = number.isdecimal() and len(number) < 7
            text = " ".join(f"woord{number}x{n}" for n in range(200)) if there else "weg"
            body = f"<html><title>Les {number}</title><body><h1>Les</h1>{text}</body></html>"
            status = "200 OK" if there else "404 Not Found"
            head = f"HTTP/1.1 {status}\r\nContent-Type: text/html\r\nContent-Length: {len(body)}"
            self.transport.write(f"{head}\r\n\r\n{body}".encode())

    async def serve() -> None:
        loop, over = asyncio.get_running_loop(), asyncio.Event()
        loop.add_signal_handler(signal.SIGTERM, over.set)
        server = await loop.create_server(Site, "0.0.0.0", 0, backlog=4096)
        print(server.sockets[0].getsockname()[1], flush=True)
        await over.wait()
        server.close()
        print(json.dumps(log))

    asyncio.run(serve())


if __name__ == "__main__":
    main()
