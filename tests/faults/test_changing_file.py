"""A file that is still being written has not been read to its end."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from shelf import marc, pages_of

from catalog.config import FilesSource, HarvestSettings
from harvester.spiders import Job, Report
from harvester.spiders.files import Spider


@pytest.mark.parametrize("more", [0, 1])
def test_a_file_that_grows_while_it_is_read(tmp_path: Path, more: int) -> None:
    file, report = tmp_path / "books.mrc", Report()
    file.write_bytes(b"".join(marc(str(n)) for n in range(600)))
    job = Job(name="x", source=FilesSource(url=str(file)), settings=HarvestSettings())

    async def read() -> int:
        count = 0
        async for page in pages_of(Spider(job=job, report=report)):
            if not count:
                with file.open("ab") as stream:
                    stream.write(marc("late") * more)
            count += len(page.raws)
        return count

    assert asyncio.run(read()) >= 600
    assert ("changed while it was read" in str(report.error)) is bool(more)
