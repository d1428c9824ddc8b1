"""How long a dump of everything takes, and in how much memory: ``python benchmarks/dump.py``.

The real command makes a dump of the real library records of ``library.py``, and another of a tenth
of them: the memory must not grow with the catalogue. ``--library`` names a prepared folder of
``library.py``; the store is copied, and stays as it is. Prints JSON; ends with 1 where ten times
the records take half as much memory again.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from library import asked_for

from catalog.dump.folder import Dumps
from catalog.store import Store

LIMIT = 1.5


def main() -> None:
    made = asked_for(__doc__, records=250_000)
    with tempfile.TemporaryDirectory(prefix="dump-") as name:
        folder = Path(name)
        (folder / "var").mkdir()
        shutil.copy(made / "var" / "vindplaats.db", folder / "var")
        (folder / "config.toml").write_text("[dump]\nkeep = 1\n")
        whole = measured(folder)
        leave_a_tenth(folder)
        tenth = measured(folder)
    growth = round(whole["most_memory_mb"] / tenth["most_memory_mb"], 2)
    met = growth < LIMIT
    print(json.dumps({"whole": whole, "tenth": tenth, "growth": growth, "met": met}, indent=2))
    sys.exit(not met)


def measured(folder: Path) -> dict[str, float]:
    """Make a dump by the command; return what it took."""
    command = [sys.executable, "-m", "vindplaats", "dump", "--config", str(folder / "config.toml")]
    began = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0
    manifest = Dumps(folder / "var" / "dump").current()
    assert manifest
    return {
        "records": manifest.records,
        "seconds": round(seconds, 1),
        "records_per_second": round(manifest.records / seconds),
        "most_memory_mb": memory(used),
        "mb": round(manifest.size / 1e6, 1),
    }


def memory(used: resource.struct_rusage) -> float:
    """Return megabytes; macOS counts bytes where Linux counts kilobytes."""
    return round(used.ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3), 1)


def leave_a_tenth(folder: Path) -> None:
    """Take all but a tenth of the records out of a store."""
    store = Store(f"sqlite:///{folder}/var/vindplaats.db")
    with store.database.writing() as connection:
        connection.exec_driver_sql("DELETE FROM record WHERE no % 10 <> 0")
    store.close()


if __name__ == "__main__":
    main()
