"""A catalogue in a folder of its own, and the real command to work it with."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import click
import psutil
from flask.testing import FlaskClient

from catalog.catalogue import Catalogue
from catalog.config import load
from catalog.store.model import Run
from harvester.runs import adds_up
from vindplaats import main
from webapp import create_app

COMMAND = Path(sys.executable).with_name("vindplaats")
T = TypeVar("T")

PATIENCE = 120.0  # seconds; nothing here takes a tenth of it on a machine at rest


def commands() -> dict[str, click.Command]:
    """Return all commands by what is typed."""
    context = click.Context(main)
    found = {name: main.get_command(context, name) for name in main.list_commands(context)}
    return {name: command for name, command in found.items() if command}


@dataclass
class Done:
    """What a command printed, and the code with which it ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def said(self) -> str:
        return self.out + self.err


@dataclass
class Installation:
    """``sources`` are entries of config.toml by name; ``write`` after changing them."""

    folder: Path
    sources: dict[str, dict[str, Any]] = field(default_factory=dict)
    harvesting: dict[str, Any] = field(default_factory=lambda: {"delay": 0.0, "retries": 1})
    engine: str = "tantivy"
    links: dict[str, Any] = field(default_factory=lambda: {"on": False})

    @property
    def config(self) -> Path:
        return self.folder / "config.toml"

    def write(self) -> None:
        tables = {
            "harvest": self.harvesting, "index": {"engine": self.engine}, "links": self.links,
            "dump": {"on": False}, "api": {"per_minute": 0},
        }  # fmt: skip
        tables |= {f"sources.{name}": keys for name, keys in self.sources.items()}
        lines = []
        for name, keys in tables.items():
            lines.append(f"[{name}]")
            lines += [f"{key} = {json.dumps(value)}" for key, value in keys.items()]
        self.config.write_text("\n".join(lines), "utf-8")

    def add(self, name: str, kind: str, url: str, **keys: Any) -> None:
        self.sources[name] = {"kind": kind, "url": url, **keys}
        if "://" in url:
            self.sources[name]["allow_private"] = True
        self.write()

    # The command

    def start(self, *arguments: str, room: int = 0) -> Started:
        """Start the command in a process group of its own; no file gets larger than ``room``."""
        limited = ["sh", "-c", f'ulimit -f {room // 512}; exec "$@"', "sh"] if room else []
        return Started(
            subprocess.Popen(
                [*limited, COMMAND, *arguments, "--config", self.config],
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                start_new_session=True,
                env={**os.environ, "COLUMNS": "200"},
            )
        )

    def run(self, *arguments: str, room: int = 0) -> Done:
        """Run the command to its end; whatever happens, it shows no traceback."""
        return self.start(*arguments, room=room).end()

    def good(self, *arguments: str) -> Done:
        """Run what must end well."""
        done = self.run(*arguments)
        assert done.code == 0, (arguments, done)
        return done

    def found(self, words: str) -> list[str]:
        """Return the titles that ``vindplaats search`` finds."""
        found = self.good("search", words, "--json", "--size", "100").json
        return [card["resource"]["titles"][0]["text"] for card in found["cards"]]

    # From within

    @contextlib.contextmanager
    def catalogue(self) -> Iterator[Catalogue]:
        with Catalogue(load(self.config)) as catalogue:
            yield catalogue

    @contextlib.contextmanager
    def site(self) -> Iterator[FlaskClient]:
        """Yield a browser that visits the site."""
        with self.catalogue() as catalogue:
            yield create_app(catalogue, catalogue.settings).test_client()

    def runs(self, source: str) -> list[Run]:
        """Return the runs of ``source``, newest first; their counts add up."""
        with self.catalogue() as catalogue:
            runs = catalogue.store.runs.list(source)
        assert all(adds_up(run.counts) for run in runs), runs
        return runs


class Started:
    """A command under way, and the most memory that it or a process of it has taken."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.peak = 0
        threading.Thread(target=self._watch, daemon=True).start()

    def _watch(self) -> None:
        """Read each process' own high-water mark, which only the last moment can escape."""
        try:
            family = psutil.Process(self.process.pid)
            while self.process.poll() is None:
                for member in (family, *family.children(recursive=True)):
                    self.peak = max(self.peak, _high_water(member.pid))
                time.sleep(0.02)
        except psutil.Error:
            return

    def end(self) -> Done:
        """Wait for the end."""
        try:
            out, err = self.process.communicate(timeout=PATIENCE)
        except BaseException:
            self.kill()
            raise
        assert "Traceback" not in out + err, out + err
        return Done(self.process.returncode, out, err)

    def kill(self) -> None:
        """End it with all its family, at once."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.communicate()


def _high_water(pid: int) -> int:
    """Return a process' VmHWM in bytes; getrusage would count the test's own, from before exec."""
    try:
        status = Path(f"/proc/{pid}/status").read_text("ascii")
    except OSError:
        return 0
    said = [line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")]
    return int(said[0]) * 1024 if said else 0


def eventually(look: Callable[[], T], seconds: float = PATIENCE) -> T:
    """Look again and again until there is something to see, and return it."""
    end = time.monotonic() + seconds
    while not (seen := look()):
        assert time.monotonic() < end, f"nothing came of {look} in {seconds} seconds"
        time.sleep(0.02)
    return seen
