"""What is wrong with the catalogue, one sentence a thing, and what can be mended here."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence

from msgspec import Struct

from catalog.agreement import mend
from catalog.catalogue import Catalogue
from catalog.index import IndexBusyError, SearchError
from catalog.works.checking import stray
from catalog.works.grouping import Grouping, GroupingBusyError

#: Below this many bytes of free disk a harvest is likely to fail.
LITTLE_ROOM = 200 * 1024 * 1024
#: Where more documents than this differ, and a tenth of all, the index is made anew.
MANY = 1000
#: Documents that are named.
NAMED = 10


class Finding(Struct, frozen=True):
    """``well`` False: something is wrong, and ``text`` says what and how to mend it."""

    about: str
    well: bool
    text: str


def examine(catalogue: Catalogue, *, repair: bool = False) -> list[Finding]:
    """Examine store, works, index and sources; mend works and index where ``repair``."""
    return [
        *_store(catalogue),
        *_works(catalogue, repair=repair),
        *_index(catalogue, repair=repair),
        *_sources(catalogue),
    ]


def _store(catalogue: Catalogue) -> Iterator[Finding]:
    problems = catalogue.store.check()
    for problem in problems:
        yield Finding("store", well=False, text=f"{problem}; put a backup in its place.")
    records = sum(catalogue.store.records.count_by_source().values())
    if not problems:
        yield Finding("store", well=True, text=f"the store is whole and has {records} records.")
    path = catalogue.store.database.path
    if catalogue.store.database.is_sqlite and path.is_file():
        free = shutil.disk_usage(path.parent).free
        if free < LITTLE_ROOM:
            megabytes = free // 1024**2
            text = f"only {megabytes} MB are free on the disk with {path}; make room."
            yield Finding("disk", well=False, text=text)


def _works(catalogue: Catalogue, *, repair: bool) -> Iterator[Finding]:
    grouping = Grouping(catalogue.store)
    try:
        if repair:
            grouping.catch_up()
        wrong = 0 if grouping.behind() else stray(catalogue.store)
        if wrong and repair:
            grouping.again()
            grouping.catch_up()
            wrong = stray(catalogue.store)
    except GroupingBusyError:
        text = "the works are being grouped by another process at this moment."
        yield Finding("works", well=True, text=text)
        return
    if grouping.behind():
        waiting = grouping.waiting()
        what = f"{waiting} records wait to be grouped into" if waiting else "decisions wait about"
        text = f"{what} works"
    elif wrong:
        text = f"{wrong} records are not in the works that they belong to"
    else:
        text = f"the works agree with the records ({catalogue.store.works.count()})."
        yield Finding("works", well=True, text=text)
        return
    yield Finding("works", well=False, text=f"{text}; run vindplaats doctor --repair.")


def _index(catalogue: Catalogue, *, repair: bool) -> Iterator[Finding]:
    try:
        if repair and catalogue.behind():
            catalogue.catch_up()
        if apart := _apart(catalogue):
            yield Finding("index", well=False, text=f"{apart}; run vindplaats doctor --repair.")
            return
        differing = _differing(catalogue)
        if differing and repair:
            yield _mended(catalogue, differing)
            differing = _differing(catalogue)
    except IndexBusyError as error:
        yield Finding(
            "index", well=True, text=f"the index is being written at this moment: {error}"
        )
        return
    except SearchError as error:
        said = str(error).removesuffix(".")
        text = f"{said[:1].lower()}{said[1:]}; run vindplaats doctor --repair."
        yield Finding("index", well=False, text=text)
        return
    if differing:
        text = f"the index differs from the store in {_named(differing)}"
        yield Finding("index", well=False, text=f"{text}; run vindplaats doctor --repair.")
    else:
        records = sum(catalogue.store.records.count_by_source().values())
        text = f"the index agrees with the store, record by record ({records})."
        yield Finding("index", well=True, text=text)


def _apart(catalogue: Catalogue) -> str:
    """Say that the index is behind the store or ahead of it, else "".

    Raises SearchError, which says what is wrong with an index that does not open.
    """
    has, latest = catalogue.index.seq, catalogue.store.records.latest()
    if has == latest:
        return ""
    which = "ahead of" if has > latest else "behind"
    return f"the index is {which} the store: it has change {has}, and the last one is {latest}"


def _differing(catalogue: Catalogue) -> list[str]:
    """Return the names of documents in which the index is not what it is to be."""
    wrong, extra = catalogue.compare()
    return sorted(wrong | extra)


def _mended(catalogue: Catalogue, differing: Sequence[str]) -> Finding:
    """Make what differs agree, or all of it anew where that is quicker. Raises SearchError."""
    if len(differing) > max(MANY, catalogue.index.count() // 10):
        catalogue.rebuild()
        text = f"the index differed in {_named(differing)}; it was made anew."
    else:
        mend(catalogue.index, catalogue.documents, differing)
        text = f"the index was mended in {_named(differing)}."
    return Finding("index", well=True, text=text)


def _named(keys: Sequence[str]) -> str:
    """Return how many there are, and the first by name."""
    more = f" and {len(keys) - NAMED} more" if len(keys) > NAMED else ""
    one = "document" if len(keys) == 1 else "documents"
    return f"{len(keys)} {one} ({', '.join(keys[:NAMED])}{more})"


def _sources(catalogue: Catalogue) -> Iterator[Finding]:
    for state in catalogue.sources():
        if not state.enabled:
            continue
        run = state.last_run
        if run is None and state.kind == "push":
            yield Finding(state.name, well=True, text=f"{state.name} has posted nothing yet.")
        elif run is None:
            text = f"{state.name} was never harvested; run vindplaats harvest {state.name}."
            yield Finding(state.name, well=False, text=text)
        elif run.status in ("complete", "running"):
            text = f"{state.name} has {state.records} records and {state.rejects} rejects."
            yield Finding(state.name, well=True, text=text)
        else:
            text = f"{state.name}'s last run ended {run.status}: {run.message}."
            yield Finding(state.name, well=False, text=text.replace("..", "."))
