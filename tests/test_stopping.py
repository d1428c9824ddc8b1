"""Runs that are stopped while pages come of no answer: files of this machine, and the inbox."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from installation import Installation
from shelf import pages_of

from catalog.config import FilesSource, HarvestSettings, PushSource, Source
from catalog.store.inbox import Posted
from harvester.spiders import Job, Report, spider_class


def lines(folder: Path, count: int, about: str = "Watermolens") -> Path:
    file = folder / "materials.jsonl"
    said = {"@context": "https://schema.org", "@type": "LearningResource"}
    file.write_text(
        "".join(
            json.dumps({**said, "@id": f"https://a.example/{n}", "name": f"{about} {n}"}) + "\n"
            for n in range(count)
        )
    )
    return file


@pytest.mark.slow
def test_a_disk_that_fills_up_while_a_file_of_this_machine_is_read(tmp_path: Path) -> None:
    here = Installation(tmp_path)
    here.add("files", "files", str(lines(tmp_path, 4_000, "Watermolens " * 20)))
    full = here.run("harvest", room=1024 * 1024)
    assert full.code == 1
    assert f"the disk with {here.folder}/var/vindplaats.db is full" in full.out
    (run,) = here.runs("files")
    assert run.status != "complete"
    assert run.counts.added < 4_000
    (done,) = here.good("harvest", "--json").json
    assert (done["status"], done["counts"]["seen"]) == ("complete", 4_000)


class _Inbox:
    def __init__(self, count: int) -> None:
        self.waiting = [
            Posted(id=n, method="delete", identifier=f"m{n}", body=b"") for n in range(count)
        ]

    def pending(self, _: str) -> list[Posted]:
        return self.waiting


def _spider(source: Source, **more: Any) -> Any:
    job = Job(name="here", source=source, settings=HarvestSettings(), **more)
    return spider_class(source.kind)(job=job, report=Report())


@pytest.mark.parametrize("kind", ["files", "push"])
def test_no_page_is_read_after_a_run_is_stopped(kind: str, tmp_path: Path) -> None:
    inbox: Any = _Inbox(3)
    spider = (
        _spider(FilesSource(url=str(lines(tmp_path, 1_200))))
        if kind == "files"
        else _spider(PushSource(token_sha256="0" * 64), inbox=inbox)
    )

    async def read(most: int) -> int:
        count = 0
        async for _ in pages_of(spider):
            count += 1
            if count == most:
                slot = SimpleNamespace(closing="the store is full")
                spider.crawler = SimpleNamespace(engine=SimpleNamespace(_slot=slot))
        return count

    assert asyncio.run(read(1)) == 1
    assert not spider.report.finished
    assert asyncio.run(read(99)) == 3
    assert spider.report.finished
