"""``python -m harvester.thumbnails``: fetches what is due; tells in JSON what came of it."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import click
import msgspec
from scrapy.crawler import AsyncCrawlerProcess

from catalog.config import ConfigError, Settings, load
from catalog.store import Store, StoreError
from catalog.thumbnails import Thumbnails
from harvester.starter import end_with_starter
from harvester.thumbnails.run import ThumbnailSpider, scrapy_settings
from harvester.thumbnails.told import Told


def fetch(settings: Settings, *, limit: int) -> Told:
    """Fetch the pictures of all materials that have none yet, ``limit`` at most (0: all).

    Raises StoreError, and OSError where the folder cannot be read.
    """
    own = settings.thumbnails
    store, thumbnails = Store(settings.store.url), Thumbnails(Path(own.path))
    urls = list(dict.fromkeys(_addresses(store)))
    dropped = thumbnails.drop_but(urls)
    due = thumbnails.due(urls, days=own.days)
    due = due[:limit] if limit else due
    if not due:
        return Told(due=0, dropped=dropped, bytes=thumbnails.size())
    process = AsyncCrawlerProcess({**scrapy_settings(settings), "LOG_INSTALL_ROOT_HANDLER": False})
    logging.getLogger("scrapy").setLevel(logging.CRITICAL)
    crawler = process.create_crawler(ThumbnailSpider)
    process.crawl(crawler, urls=due, thumbnails=thumbnails, most=int(own.megabytes * 1024 * 1024))
    process.start()
    spider = crawler.spider
    assert isinstance(spider, ThumbnailSpider)
    return Told(
        due=len(due),
        kept=spider.kept,
        refused=dict(spider.refused),
        dropped=dropped,
        bytes=spider.size,
        problem=spider.problem,
    )


def _addresses(store: Store) -> Iterator[str]:
    """Yield the pictures that live records name, where these are on the web."""
    for stored in store.records.all_changes(until=store.records.latest()):
        url = stored.resource.thumbnail
        if not stored.deleted and url and _on_the_web(url):
            yield url


def _on_the_web(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        return False


@click.command()
@click.option("--config", type=click.Path(path_type=Path), default=None)
@click.option("--limit", type=int, default=0)
def main(config: Path | None, *, limit: int) -> None:
    """Fetch the pictures that are due."""
    end_with_starter()
    logging.basicConfig(level=logging.ERROR, format="%(name)s: %(message)s")
    try:
        told = fetch(load(config), limit=limit)
    except (ConfigError, StoreError, OSError) as error:
        sys.exit(str(error))
    sys.stdout.buffer.write(msgspec.json.encode(told) + b"\n")


if __name__ == "__main__":
    main()
