"""A first trial of a source, before it joins: asked politely, read as in earnest, kept nowhere.

``attempt`` starts a process of its own (``python -m harvester.trial``), as a harvest has, and waits
for what it found out.
"""

from __future__ import annotations

import subprocess
import sys

import msgspec
from msgspec import Struct

from catalog.config import AnySource, HarvestSettings
from harvester.errors import HarvestError
from harvester.trial.outcome import Trial

#: Seconds beyond its time limit in which the process may still say what it found.
_GRACE = 15.0


class Task(Struct, frozen=True, kw_only=True):
    """What to try. Without ``source`` the kind is guessed from what is at ``url``."""

    name: str
    url: str
    source: AnySource | None
    settings: HarvestSettings
    contact: str
    home: str
    profile: str = ""
    allow_private: bool = False
    records: int = 10  # samples to show
    seconds: float = 60


def attempt(task: Task) -> Trial:
    """Try a source in a child process. Raises HarvestError where even that did not end."""
    command = [sys.executable, "-m", "harvester.trial"]
    try:
        done = subprocess.run(  # noqa: S603 our own module
            command,
            input=msgspec.json.encode(task),
            capture_output=True,
            timeout=task.seconds + _GRACE,
            check=False,
        )
        return msgspec.json.decode(done.stdout, type=Trial)
    except subprocess.TimeoutExpired:
        raise HarvestError(
            f"{task.url} did not answer within {task.seconds:g} seconds; allow more with "
            "--time-limit."
        ) from None
    except msgspec.DecodeError:
        said = done.stderr.decode(errors="replace").strip().splitlines()
        raise HarvestError(
            f"the trial of {task.url} broke off: {said[-1] if said else done.returncode}"
        ) from None
