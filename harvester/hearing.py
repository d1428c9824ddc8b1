"""What a process tells us in a file that it writes and we read, while it goes on."""

from __future__ import annotations

import os
from typing import IO

_LONGEST_LINE = 1024 * 1024


def last_line(file: IO[bytes]) -> bytes:
    """Return the last whole line that was written, b"" where there is none yet."""
    size = os.fstat(file.fileno()).st_size
    # by place: the process writes where the file that it shares with us stands
    end = os.pread(file.fileno(), _LONGEST_LINE, max(0, size - _LONGEST_LINE))
    *lines, _unfinished = end.split(b"\n")
    return lines[-1] if lines else b""


def last_words(file: IO[bytes]) -> str:
    """Return the last line with something in it that a process said before it ended."""
    size = os.fstat(file.fileno()).st_size
    end = os.pread(file.fileno(), 4000, max(0, size - 4000)).decode(errors="replace")
    lines = end.strip().splitlines()
    return lines[-1] if lines else ""
