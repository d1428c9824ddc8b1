"""``python -m harvester.links``: asks for what is due, and tells how it goes in lines of JSON."""

from __future__ import annotations

import gc
import logging
import sys
from datetime import UTC, datetime
from pathlib import Path

import click
import msgspec
from scrapy.crawler import AsyncCrawlerProcess

from catalog.config import ConfigError, Settings, load
from catalog.store import LinksBusyError, Store, StoreError
from harvester.links.door import scrapy_settings
from harvester.links.run import LinksSpider
from harvester.links.share import share
from harvester.links.told import Told
from harvester.runs import BUSY
from harvester.starter import end_with_starter


def visit(settings: Settings, *, limit: int, source: str, again: bool) -> None:
    """Follow the records, and ask for the addresses that are due. Raises StoreError."""
    store = Store(settings.store.url)
    with store.links.lease():
        now = datetime.now(UTC)
        store.links.follow(now)
        limit = limit or share(store.links.count(), settings.links.days)
        due = store.links.due(now, limit, source=source, again=again)
        if not due:
            _tell(Told(of=0, ended=True))
            return
        process = AsyncCrawlerProcess(
            {**scrapy_settings(settings), "LOG_INSTALL_ROOT_HANDLER": False}
        )
        logging.getLogger("scrapy").setLevel(logging.ERROR)
        process.crawl(
            LinksSpider,
            urls=[each.url for each in due],
            store=store,
            settings=settings.links,
            tell=_tell,
            witnesses=[
                each.url
                for each in settings.sources.values()
                if each.enabled and each.url.startswith("http") and not each.allow_private
            ],
        )
        process.start()


def _tell(told: Told) -> None:
    sys.stdout.buffer.write(msgspec.json.encode(told) + b"\n")
    sys.stdout.buffer.flush()


@click.command()
@click.option("--config", type=click.Path(path_type=Path), default=None)
@click.option("--limit", type=int, default=0)
@click.option("--source", default="")
@click.option("--again", is_flag=True)
def main(config: Path | None, *, limit: int, source: str, again: bool) -> None:
    """Ask for the addresses that are due."""
    end_with_starter()
    gc.freeze()  # what is imported by now stays
    handler = logging.StreamHandler()
    handler.setLevel(logging.ERROR)  # its own: Scrapy's loggers have levels that pass the root's by
    logging.basicConfig(handlers=[handler], format="%(name)s: %(message)s")
    try:
        visit(load(config), limit=limit, source=source, again=again)
    except LinksBusyError as error:
        click.echo(error, err=True)
        sys.exit(BUSY)
    except (ConfigError, StoreError) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
