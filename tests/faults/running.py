"""Runs harvests as ``python -m harvester`` does, each in a process of its own, without importing
everything each time: one process that is ready forks one child a harvest.

As a command it reads requests from standard input, one JSON object a line, and answers likewise.
"""

from __future__ import annotations

import itertools
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any


class Runner:
    """A ready process; ``run`` harvests one source and returns how the child ended."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, __file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[2],
        )

    def run(self, config: Path, name: str, *, limit: float, **options: float) -> dict[str, Any]:
        """Harvest, ``full`` or ``confirmed``; told to ``stop`` after seconds, killed at ``limit``.

        It kills itself where it would keep page number ``dies`` (0: never).

        Return ``code`` (negative: a signal), ``seconds``, ``megabytes`` and ``stderr``.
        """
        assert self._process.stdin
        assert self._process.stdout
        request = {"config": str(config), "name": name, "limit": limit, "stop": limit, **options}
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer

    def close(self) -> None:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait()


def _serve() -> None:
    from harvester import __main__ as harvester  # noqa: PLC0415 the child alone
    from harvester.spiders import spider_class  # noqa: PLC0415

    for kind in ("oai_pmh", "sitemap", "files", "rest", "feed", "push"):
        spider_class(kind)
    for line in sys.stdin:
        request = json.loads(line)
        began = time.monotonic()
        with tempfile.TemporaryFile() as said:
            child = os.fork()
            if child == 0:
                _harvest(harvester, request, said.fileno())
            code, megabytes = _wait(child, began + request["limit"], began + request["stop"])
            said.seek(0)
            words = said.read()[-20_000:].decode(errors="replace")
        answer = {"code": code, "seconds": time.monotonic() - began, "stderr": words}
        answer["megabytes"] = megabytes
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def _harvest(harvester: Any, request: dict[str, Any], said: int) -> None:
    """Be the child: do what ``python -m harvester`` does, and end."""
    os.dup2(said, 2)
    os.dup2(os.open(os.devnull, os.O_RDWR), 0)
    os.dup2(0, 1)
    arguments = [request["name"], "--config", request["config"]]
    arguments += ["--full"] if request.get("full") else []
    arguments += ["--confirmed"] if request.get("confirmed") else []
    code = 1
    if request.get("dies"):
        _die_at(request["dies"])
    try:
        harvester.main(arguments, standalone_mode=True)
    except SystemExit as end:
        if isinstance(end.code, str):
            sys.stderr.write(end.code)
        code = end.code if isinstance(end.code, int) else int(bool(end.code))
    finally:
        sys.stderr.flush()
        os._exit(code)


def _die_at(page: int) -> None:
    """Kill this process where it would keep its page number ``page``."""
    from catalog.store.keeping import Keeping  # noqa: PLC0415 the child alone

    keep, done = Keeping.keep, itertools.count(1)

    def mortal(self: Keeping, source: str, run: int, kept: Any) -> None:
        if next(done) == page:
            os.kill(os.getpid(), signal.SIGKILL)
        keep(self, source, run, kept)

    Keeping.keep = mortal  # type: ignore[assignment,method-assign]


def _wait(child: int, until: float, stop: float) -> tuple[int, int]:
    """Return the exit code (negative: a signal) and the most megabytes that were resident.

    The child is told to stop at ``stop``, as the supervisor does at its time limit.
    """
    while True:
        ended, status, usage = os.wait4(child, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status), usage.ru_maxrss // 1024
        if time.monotonic() > stop:
            os.kill(child, signal.SIGTERM)
            stop = until + 1
        if time.monotonic() > until:
            os.kill(child, signal.SIGKILL)
        time.sleep(0.005)


if __name__ == "__main__":
    _serve()
