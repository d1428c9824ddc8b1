"""Where an index lives, and how a new one takes the place of the old while it is being searched.

::

    <path>/CURRENT               name of the folder in use, replaced atomically
    <path>/writer.lock           held (flock) by the one process that writes; ends with it
    <path>/tantivy-v1-7/         the index: engine, FORMAT, and a number that goes up
    <path>/tantivy-v1-7/own.json the parts of compounds that its records add to the lists

An index of another engine or format is never opened: it is rebuilt aside from the store, and
CURRENT then points to it. Folders that CURRENT does not name are leftovers, and the next writer
removes them. Readers of a removed folder go on with the files that they have open.
"""

from __future__ import annotations

import fcntl
import importlib
import os
import re
import shutil
import stat
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Literal, Self

import msgspec

from catalog.index import (
    Change,
    Explanation,
    Hit,
    Index,
    IndexBusyError,
    IndexDamagedError,
    Query,
    Result,
    SearchError,
    Suggestion,
    Writer,
)
from catalog.index.sealing import sealed, unsealed, write_safely
from catalog.index.weights import USUAL, Weights
from catalog.index.words import NONE, Own

#: Raise when what is indexed, how copies are merged for it, or how words are folded, changes.
FORMAT = 17

Engine = Literal["tantivy", "whoosh"]

_CURRENT = "CURRENT"
_LOCK = "writer.lock"
_OWN = "own.json"
_ANY = re.compile(r"(tantivy|whoosh)-v([0-9]+)-([0-9]+)")
_ATTEMPTS = 5


def open_index(path: str | Path, engine: Engine, weights: Weights = USUAL) -> CurrentIndex:
    """Open the index in the folder ``path`` and check its files; ``weights`` rank what it finds.

    Raises IndexDamagedError where there is none, or it is damaged or of another engine or format:
    call ``rebuild``. Raises SearchError where the folder is not safe to read.
    """
    return CurrentIndex(Path(path), engine, weights)


def rebuild(
    path: str | Path,
    engine: Engine,
    changes: Iterable[Change],
    seq: int,
    weights: Weights = USUAL,
    *,
    own: Own = NONE,
) -> CurrentIndex:
    """Make a new index of all ``changes`` aside, put it in the old one's place, and open it.

    ``changes`` are the state of each record once, and ``seq`` is the number of the last of them;
    ``own`` are the parts of compounds that they add to the lists.
    Raises IndexBusyError where another process writes, and SearchError where the disk is full;
    the old index then goes on as it was.
    """
    path = Path(path)
    lock = _Lock(path)
    try:
        new = path / _next_name(path, engine)
        new.mkdir()
        try:
            _fill(new, engine, changes, seq, own)
            write_safely(path / _CURRENT, new.name.encode())
        except BaseException:
            shutil.rmtree(new, ignore_errors=True)
            raise
        _remove_leftovers(path)
    except OSError as error:
        raise SearchError(f"The index in {path} cannot be written: {error}.") from error
    finally:
        lock.release()
    return CurrentIndex(path, engine, weights)


def _fill(folder: Path, engine: Engine, changes: Iterable[Change], seq: int, own: Own) -> None:
    module = _engine(engine)
    module.create(folder)
    _keep(folder, own)
    index = module.Index(folder, own=own)
    try:
        with index.writer(fresh=True) as writer:
            writer.apply(changes)
            writer.commit(seq)
    finally:
        index.close()


def _keep(folder: Path, own: Own) -> None:
    write_safely(folder / _OWN, sealed(msgspec.json.encode(own)))


def _kept(folder: Path) -> Own:
    """Return what an index has learnt. Raises IndexDamagedError."""
    try:
        return msgspec.json.decode(unsealed((folder / _OWN).read_bytes(), _OWN), type=Own)
    except (OSError, msgspec.MsgspecError) as error:
        raise IndexDamagedError(f"The index {folder.name} is damaged: {error}.") from error


def _engine(engine: Engine) -> Any:
    return importlib.import_module(f"catalog.index.engine_{engine}")


def _next_name(path: Path, engine: Engine) -> str:
    numbers = [int(match[3]) for entry in path.iterdir() if (match := _ANY.fullmatch(entry.name))]
    return f"{engine}-v{FORMAT}-{max(numbers, default=0) + 1}"


def _current(path: Path) -> str:
    """Return the name of the folder in use. Raises IndexDamagedError."""
    try:
        return (path / _CURRENT).read_bytes().decode("ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise IndexDamagedError(f"There is no index in {path}; it will be made.") from error


def _remove_leftovers(path: Path) -> None:
    kept = _current(path)
    for entry in path.iterdir():
        if _ANY.fullmatch(entry.name) and entry.name != kept:
            shutil.rmtree(entry, ignore_errors=True)


def _refuse_writable(folder: Path) -> None:
    """Raise SearchError where somebody else could put files in the folder.

    Whoosh unpickles what it reads, so a file that another user has planted is a program.
    """
    for place in (folder.parent, folder, *folder.iterdir()):
        found = place.stat()
        if found.st_mode & stat.S_IWOTH or found.st_uid not in (os.geteuid(), 0):
            raise SearchError(
                f"{place} can be written by other users, so the index in it cannot be trusted: "
                f"make it yours alone (chmod o-w) or remove it."
            )


class _Lock:
    """The right to write in a folder. The system takes it back when the process ends."""

    def __init__(self, path: Path) -> None:
        """Take the lock, and make the folder if need be. Raises IndexBusyError, SearchError."""
        try:
            path.mkdir(parents=True, exist_ok=True)
            self._file = (path / _LOCK).open("ab")
        except OSError as error:
            raise SearchError(f"The index in {path} cannot be written: {error}.") from error
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            self._file.close()
            raise IndexBusyError(
                "Another process is writing the index; what is stored will be indexed by it."
            ) from error

    def release(self) -> None:
        self._file.close()


class CurrentIndex:
    """The index that CURRENT names, at any time: ``refresh`` follows when it is replaced."""

    def __init__(self, path: Path, engine: Engine, weights: Weights = USUAL) -> None:
        """Open it. Raises IndexDamagedError, SearchError."""
        self.path = path
        self._weights = weights
        self._engine: Engine = engine
        self._switching = threading.Lock()
        self._pointer = self._stat()  # before opening, so that no replacement is missed
        self._index = self._open()

    def _open(self) -> Index:
        for attempt in range(_ATTEMPTS):
            name = _current(self.path)
            match = _ANY.fullmatch(name)
            if not match or match[1] != self._engine or int(match[2]) != FORMAT:
                raise IndexDamagedError(
                    f"The index in {self.path} was not made for {self._engine} in format "
                    f"{FORMAT}; it will be made again."
                )
            folder = self.path / name
            try:
                if self._engine == "whoosh":
                    _refuse_writable(folder)
                index: Index = _engine(self._engine).Index(folder, self._weights, _kept(folder))
            except (IndexDamagedError, OSError) as error:
                if _current(self.path) != name and attempt < _ATTEMPTS - 1:
                    continue  # it was replaced and removed while we opened it
                if isinstance(error, IndexDamagedError):
                    raise
                raise IndexDamagedError(f"The index {folder} cannot be read: {error}.") from error
            return index
        raise IndexDamagedError(f"The index in {self.path} is replaced without end.")

    def _stat(self) -> tuple[int, int]:
        try:
            found = (self.path / _CURRENT).stat()
        except OSError as error:
            raise IndexDamagedError(f"There is no index in {self.path}.") from error
        return found.st_mtime_ns, found.st_ino

    @property
    def seq(self) -> int:
        return self._index.seq

    @property
    def own(self) -> Own:
        return self._index.own

    def writer(self) -> Writer:
        """Open for writing. Raises IndexBusyError, and IndexDamagedError where it is damaged."""
        lock = _Lock(self.path)
        try:
            self.refresh()
            _remove_leftovers(self.path)
            writer: Writer = self._open_writer(lock.release)
        except BaseException:
            lock.release()
            raise
        return writer

    def learn(self, own: Own, changes: Iterable[Change]) -> None:
        """Add parts of compounds to the lists; ``changes`` are the documents which that changes.

        Whoever has the index open sees it opened anew. A crash before the end leaves documents
        that have parts more than those who ask know of, until it is learnt again. Raises as
        ``writer``, and SearchError where it cannot be written.
        """
        lock = _Lock(self.path)
        try:
            self.refresh()
            folder = self.path / _current(self.path)
            index: Any = _engine(self._engine).Index(folder, self._weights, own)
            with index.writer() as writer:
                writer.apply(changes)
                writer.commit(index.seq)
            _keep(folder, own)
            write_safely(self.path / _CURRENT, folder.name.encode())
        except OSError as error:
            raise SearchError(f"The index in {self.path} cannot be written: {error}.") from error
        finally:
            lock.release()
        self.refresh()

    def _open_writer(self, done: Callable[[], None]) -> Writer:
        index: Any = self._index
        writer: Writer = index.writer(done=done)
        return writer

    def refresh(self) -> bool:
        """See what others have committed or rebuilt since; two calls of stat where nothing is."""
        while True:
            pointer = self._stat()
            if pointer != self._pointer:
                return self._switch(pointer)
            try:
                return self._index.refresh()
            except IndexDamagedError:
                if self._stat() == pointer:
                    raise  # it was not just replaced and removed

    def _switch(self, pointer: tuple[int, int]) -> bool:
        with self._switching:
            if pointer == self._pointer:
                return False  # another thread has done it
            self._index = self._open()
            self._pointer = pointer
            return True

    def search(self, query: Query) -> Result:
        return self._index.search(query)

    def suggest(self, prefix: str, limit: int = 8) -> Sequence[Suggestion]:
        return self._index.suggest(prefix, limit)

    def similar(self, id: str, limit: int = 6) -> Sequence[Hit]:  # noqa: A002 the port's name
        return self._index.similar(id, limit)

    def explain(self, query: Query, id: str) -> Explanation | None:  # noqa: A002 the port's name
        return self._index.explain(query, id)

    def spelling(self, word: str, limit: int = 3) -> Sequence[str]:
        return self._index.spelling(word, limit)

    def frequency(self, word: str) -> int:
        return self._index.frequency(word)

    def ids(self) -> Iterator[tuple[str, int, int]]:
        return iter(self._index.ids())

    def count(self) -> int:
        return self._index.count()

    def close(self) -> None:
        self._index.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
