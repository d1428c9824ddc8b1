"""Records described in processes beside the one that writes, where there are many at once.

To say what is indexed of a record (``document.describe``) takes longer than to index it, and is
Python: one process keeps one processor busy. So batches of changes go out to helpers and come back
in their order as what the engine takes in. A helper ends when its input does, however the writing
process came to its end. What a helper leaves undone is done here.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import subprocess
import sys
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from typing import IO, Self

import msgspec

from catalog.index import Change
from catalog.index.document import describe
from catalog.index.tantivy_schema import native_json
from catalog.index.words import NONE, Own
from catalog.memory import suit_many_records

#: Changes that one writing process applies together, by the names of their documents.
Batch = Mapping[str, Change]

_ALONE = 2  # batches after which more are expected, for which a process is worth while
_WAIT = 0.0  # seconds for a process that has not begun yet: there is enough to do meanwhile
_MOST = 2  # helpers; two describe as much as the engine's one thread takes in
_NICENESS = 5  # how far a helper gives way to whoever waits for a page
_SIZE = 8  # bytes that say how long a message is


def described(batch: Batch, own: Own) -> list[str]:
    """Return the documents of those of a batch that are not gone."""
    return [native_json(describe(change, own)) for change in batch.values() if change.resource]


class Helpers:
    """Processes that describe, as many as there are processors to spare; none may be."""

    def __init__(self, own: Own) -> None:
        self._own = own
        self._spare = min((os.cpu_count() or 1) - 1, _MOST)
        self._starting: list[_Helper] = []
        self._idle: deque[_Helper] = deque()
        self._at_work: deque[_Helper] = deque()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for helper in (*self._starting, *self._idle, *self._at_work):
            helper.close()

    def describe(self, batches: Iterable[Batch]) -> Iterator[tuple[Batch, list[str]]]:
        """Yield each batch with its documents, in the order in which the batches come."""
        for number, batch in enumerate(batches):
            if number == _ALONE:
                self._starting = [_Helper(self._own) for _ in range(self._spare)]
            self._welcome()
            done = self._next() if self._at_work and not self._idle else None
            if not self._idle:
                yield batch, described(batch, self._own)
                continue
            helper = self._idle.popleft()
            helper.send(batch)  # before what is done is written, so that it has something to do
            self._at_work.append(helper)
            if done:
                yield done
        while self._at_work:
            yield self._next()

    def _welcome(self) -> None:
        """Let those help that have begun."""
        for helper in [each for each in self._starting if each.is_there()]:
            self._starting.remove(helper)
            self._idle.append(helper)

    def _next(self) -> tuple[Batch, list[str]]:
        helper = self._at_work.popleft()
        self._idle.append(helper)
        return helper.batch, helper.receive()


class _Helper:
    """One process; it has one batch at a time, so that neither side waits for the other to read."""

    def __init__(self, own: Own) -> None:
        self.batch: Batch = {}
        self._own = own
        command = [sys.executable, "-m", __name__]
        self._process: subprocess.Popen[bytes] | None = None
        with contextlib.suppress(OSError):  # no memory, or too many processes
            self._process = subprocess.Popen(  # noqa: S603 our own module
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE
            )

    def is_there(self) -> bool:
        """Tell whether it takes batches: it says so with an empty message."""
        process = self._process
        if process and process.stdout:
            if not select.select([process.stdout], [], [], _WAIT)[0]:
                return False
            _read(process.stdout)
            self._tell(self._own)
        return True

    def send(self, batch: Batch) -> None:
        self.batch = batch
        self._tell(list(batch.values()))

    def _tell(self, message: object) -> None:
        if self._process and self._process.stdin:
            try:
                _write(self._process.stdin, _encode(message))
            except (OSError, ValueError):  # it has died; or half characters, which nothing encodes
                self.close()

    def receive(self) -> list[str]:
        """Return the documents of the batch that was sent last."""
        if self._process and self._process.stdout:
            if answer := _read(self._process.stdout):
                return _documents(answer)
            self.close()
        return described(self.batch, self._own)

    def close(self) -> None:
        process, self._process = self._process, None
        if process:
            process.kill()
            process.communicate()


def _write(to: IO[bytes], message: bytes) -> None:
    to.write(len(message).to_bytes(_SIZE, "big") + message)
    to.flush()


def _read(source: IO[bytes]) -> bytes:
    """Return the next message; b"" where there is no whole one any more."""
    size = int.from_bytes(source.read(_SIZE), "big")
    message = source.read(size)
    return message if len(message) == size else b""


_encode = msgspec.msgpack.Encoder().encode
_own = msgspec.msgpack.Decoder(Own).decode
_changes = msgspec.msgpack.Decoder(list[Change]).decode
_documents = msgspec.msgpack.Decoder(list[str]).decode


def main() -> None:
    """Answer batches of changes from the standard input; before them comes what was learnt."""
    suit_many_records()
    os.nice(_NICENESS)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that writes
    _write(sys.stdout.buffer, b"")  # here I am
    own = _own(_read(sys.stdin.buffer) or _encode(NONE))
    while message := _read(sys.stdin.buffer):
        batch = {change.key: change for change in _changes(message)}
        _write(sys.stdout.buffer, _encode(described(batch, own)))


if __name__ == "__main__":
    main()
