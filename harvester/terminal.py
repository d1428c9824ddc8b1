"""How work under way is shown: a bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Generator, Iterable
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from catalog.store.model import Counts
from harvester.supervisor import Work

if TYPE_CHECKING:  # it brings Scrapy along, which this process does without
    from harvester.reparse import Progress as Reread

#: On other things than a terminal, a line is printed each time so many more records were seen.
LINE_EVERY = 10_000


def draw(steps: Generator[list[Work]], console: Console) -> None:
    """Show a harvest until it has ended; whatever interrupts the showing stops the harvest."""
    with contextlib.closing(steps):
        if console.is_terminal:
            _draw_bars(steps, console)
        else:
            _print_lines(steps, console)


def ended(work: Work) -> str:
    """Return one line about what came of a source."""
    if work.run is None:
        return f"{work.name}: not harvested: {work.problem}"
    line = f"{work.name}: {work.run.status}: {_in_words(work.run.counts)}"
    notes = [work.problem, work.run.message, *work.run.warnings]
    if work.rehearsed:
        line += " (a rehearsal: nothing was written)"
        notes += [f"{r.identifier or '-'}: {r.rule}: {r.reason}" for r in work.rehearsed.rejected]
    return line + "".join(f"\n  {note}" for note in notes if note)


def _in_words(c: Counts) -> str:
    if not (c.added or c.changed or c.deleted or c.removed or c.rejected):
        return f"nothing new, {c.seen} seen" if c.seen else "nothing new"
    return (
        f"{c.seen} seen, {c.added} new, {c.changed} changed, "
        f"{c.unchanged} unchanged, {c.deleted + c.removed} gone, {c.rejected} rejected"
    )


def draw_records(
    console: Console, make: Callable[[Callable[[int, int], None]], None], *, name: str = "records"
) -> None:
    """Show how ``make`` goes through records; it is handed what to tell (done, total)."""
    with _bars(console) as bars:
        task = bars.add_task(name, total=None, detail="")

        def show(done: int, total: int) -> None:
            bars.update(task, completed=done, total=total, detail=f"{done} of {total}")

        make(show)


def draw_pages(name: str, steps: Iterable[Reread], console: Console) -> Reread | None:
    """Show how pages are read again; return what it came to, None where there were none."""
    last = None
    with _bars(console) as bars:
        task = bars.add_task(name, total=None, detail="")
        for last in steps:
            bars.update(task, completed=last.pages, total=last.of, detail=f"{last.read} records")
    return last


def _bars(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=24),
        TextColumn("{task.fields[detail]}", markup=False),
        TimeElapsedColumn(),
        console=console,
        disable=not console.is_terminal,
    )


def _draw_bars(steps: Iterable[list[Work]], console: Console) -> None:
    with _bars(console) as bars:
        tasks = {}
        for works in steps:
            for work in works:
                if work.name not in tasks and (work.process or work.ended):
                    tasks[work.name] = bars.add_task(work.name, total=None, detail="")
                if work.name in tasks:
                    task = bars.tasks[tasks[work.name]]
                    seen, total, detail = _state(work, task.elapsed or 0)
                    total = max(seen, 1) if work.ended else total
                    bars.update(task.id, completed=seen, total=total, detail=detail)


def _print_lines(steps: Iterable[list[Work]], console: Console) -> None:
    printed: dict[str, int] = {}
    for works in steps:
        for work in works:
            if work.process is None:
                continue
            if work.name not in printed:
                console.print(f"{work.name}: started", markup=False)
                printed[work.name] = 0
            seen, _, detail = _state(work, 0)
            if seen >= printed[work.name] + LINE_EVERY:
                console.print(f"{work.name}: {detail}", markup=False)
                printed[work.name] = seen


def _state(work: Work, elapsed: float) -> tuple[int, int | None, str]:
    """Return records seen, of how many where the source says so, and both in words."""
    if work.run is None:
        return 0, None, work.problem or "waiting for the first answer"
    seen, total = work.run.counts.seen, work.run.total
    detail = f"{seen} of {total}" if total else f"{seen}"
    if work.ended:
        return seen, total, f"{detail} · {work.run.status}"
    rate = f" · {seen / elapsed:.0f}/s" if elapsed > 1 else ""
    return seen, total, detail + rate
