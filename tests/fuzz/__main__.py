"""Fuzzing the readers: ``python tests/fuzz [READER [FILE]]``.

Every reader (or one) is fuzzed for FUZZ_SECONDS, a few at a time; with a FILE it is only given
that input again, for which Atheris is not needed. New inputs that go further than known ones, and
finds, are left in ``var/fuzz/READER``. Ends with 1 where something was found.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from bounds import bounded
from readers import READERS

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
FINDS = ROOT / "var" / "fuzz"

_LONGEST = 16 * 1024  # bytes of an input
_MEMORY = 1024  # megabytes of a whole process
_WAIT = 300  # seconds, where not even an interrupt helps: the machine may be doing other things
_AT_ONCE = 2
_SAID = 15  # last lines of a log that are shown


def main() -> int:
    """Do what the arguments say; return the exit code."""
    parser = argparse.ArgumentParser(prog="tests/fuzz", description=__doc__)
    parser.add_argument("reader", nargs="?", choices=sorted(READERS))
    parser.add_argument("file", nargs="?", type=Path)
    asked = parser.parse_args()
    if asked.file:
        with bounded(60):
            READERS[asked.reader](asked.file.read_bytes())
        return 0
    if importlib.util.find_spec("atheris") is None:
        print("not fuzzed: Atheris is not installed (it has wheels for few Pythons and machines)")
        return 0
    seconds = int(os.environ.get("FUZZ_SECONDS") or 60)
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        found = pool.map(
            lambda name: fuzz(name, seconds), [asked.reader] if asked.reader else READERS
        )
        return int(not all(found))


def fuzz(name: str, seconds: int) -> bool:
    """Fuzz one reader; say how it went, and return whether it went well."""
    folder = FINDS / name
    (folder / "corpus").mkdir(parents=True, exist_ok=True)
    log = folder / "log.txt"
    command: list[str | Path] = [
        sys.executable, HERE / "target.py", name,
        f"-max_total_time={seconds}", f"-max_len={_LONGEST}", f"-rss_limit_mb={_MEMORY}",
        f"-timeout={_WAIT}", f"-report_slow_units={_WAIT}", "-print_final_stats=1",
        f"-artifact_prefix={folder}/",
        folder / "corpus", HERE / "corpus" / name,
    ]  # fmt: skip
    with log.open("wb") as file:
        ended = subprocess.run(command, cwd=ROOT, stdout=file, stderr=file, check=False)
    lines = log.read_text("utf-8", "replace").splitlines()
    runs = next((line.split()[-1] for line in lines if "number_of_executed_units" in line), "?")
    print(f"{name}: {runs} inputs in {seconds} seconds", flush=True)
    if ended.returncode == 0:
        return True
    finds = [line.rpartition(" ")[2] for line in lines if "Test unit written to" in line]
    shown = [line for line in lines if not line.startswith(("#", "stat::", "INFO"))][-_SAID:]
    print(*shown, f"{name}: see {log}", sep="\n", flush=True)
    for find in finds:
        print(f"again with: {sys.executable} {HERE.relative_to(ROOT)} {name} {find}", flush=True)
    return False


if __name__ == "__main__":
    sys.exit(main())
