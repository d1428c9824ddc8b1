"""The one polite door to the network: who we are, how long we wait, whom we never visit.

Everything a spider fetches goes through the Scrapy settings made here. What a request may say
about itself, in ``request.meta``:

``passes``      ``Callable[[Response], bool]``: an answer outside 2xx that the spider will read
``keep_query``  True: a redirect that loses the query string gets it back
``within``      True: nothing is fetched; the answer is empty, and comes at once
``robots``      False: robots.txt is not asked (it is asked for sitemap sources alone)

Whatever goes wrong reaches a request's errback as a FetchError (or DeferredError).
"""

from __future__ import annotations

from importlib import metadata
from typing import Any

from catalog.config import HarvestSettings, SitemapSource, Source
from harvester.net.patience import again, closing, sent
from harvester.net.trouble import blocked_by, explain
from harvester.net.tunnel import read_ca_file

__all__ = ["AGENT", "again", "blocked_by", "closing", "explain", "scrapy_settings", "sent"]

#: The product token, which is also the name that robots.txt knows us by.
AGENT = "Vindplaats"

_QUIET: dict[str, Any] = {
    "LOG_LEVEL": "ERROR",
    "LOG_VERSIONS": [],
    "STATS_DUMP": False,
}

#: Off: each costs time on every request, or does something that a harvester must not do. A
#: long resumptionToken is no reason to drop a request, nor is a page asked for twice. The lists
#: that Scrapy begins with are made anew: what they have is imported even where it is turned off,
#: which for cookies and remote control takes a tenth of a second and eight megabytes.
_LEFT_OUT: dict[str, Any] = {
    "REFERER_ENABLED": False,
    "EXTENSIONS_BASE": {
        "scrapy.extensions.corestats.CoreStats": 0,
        "scrapy.extensions.logcount.LogCount": 0,
        "scrapy.extensions.closespider.CloseSpider": 0,
    },
    "EXTENSIONS": {"harvester.net.throttle.Throttle": 0},
    "DUPEFILTER_CLASS": "scrapy.dupefilters.BaseDupeFilter",
    "HTTPERROR_ALLOW_ALL": True,
    "URLLENGTH_LIMIT": 0,
    "SPIDER_MIDDLEWARES": {
        "scrapy.spidermiddlewares.httperror.HttpErrorMiddleware": None,
        "scrapy.spidermiddlewares.urllength.UrlLengthMiddleware": None,
        "scrapy.spidermiddlewares.depth.DepthMiddleware": None,
        "scrapy.spidermiddlewares.metacopy.MetaCopyDetectionMiddleware": None,
    },
    "DOWNLOAD_HANDLERS": {
        "http": "harvester.net.tunnel.DownloadHandler",
        "https": "harvester.net.tunnel.DownloadHandler",
        "data": None,
        "file": None,
        "ftp": None,
        "s3": None,
    },
    "DOWNLOADER_MIDDLEWARES_BASE": {
        "scrapy.downloadermiddlewares.downloadtimeout.DownloadTimeoutMiddleware": 350,
        "scrapy.downloadermiddlewares.defaultheaders.DefaultHeadersMiddleware": 400,
        "scrapy.downloadermiddlewares.useragent.UserAgentMiddleware": 500,
        "scrapy.downloadermiddlewares.stats.DownloaderStats": 850,
    },
    "DOWNLOADER_MIDDLEWARES": {
        "harvester.net.patience.Within": 50,
        "harvester.net.robots.Robots": 100,
        "harvester.net.patience.Patience": 550,
        "harvester.net.decode.Decode": 590,
        "harvester.net.patience.Redirects": 600,
    },
}


def scrapy_settings(
    settings: HarvestSettings, source: Source, contact: str, *, home: str = ""
) -> dict[str, Any]:
    """Return the settings of the one CrawlerProcess that harvests ``source``.

    ``contact`` is an e-mail address and ``home`` a page about us; servers see both (OAI-PMH
    implementation guidelines for harvesters, 2.1). Raises FetchError where the source's
    ``ca_file`` cannot be read. A delay of 0 means a server of one's own: nothing waits then, unless
    that server is slow.
    """
    contact, home = "".join(contact.split()), "".join(home.split())
    if source.ca_file:
        read_ca_file(source.ca_file)
    about = f"+{home}; mailto:{contact}" if home else f"mailto:{contact}"
    delay = settings.delay if source.delay is None else source.delay
    return {
        **_QUIET,
        **_LEFT_OUT,
        "TWISTED_REACTOR": "twisted.internet.asyncioreactor.AsyncioSelectorReactor",
        "TWISTED_DNS_RESOLVER": "harvester.net.address.GuardedResolver",
        "ALLOW_PRIVATE": source.allow_private,
        "USER_AGENT": f"{AGENT}/{metadata.version('vindplaats')} ({about})",
        "DEFAULT_REQUEST_HEADERS": {"From": contact, "Accept-Language": "nl, en;q=0.8, *;q=0.5"},
        # One request at a time, so that a Retry-After is waited for by everything.
        "CONCURRENT_REQUESTS": 1,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
        "CONCURRENT_ITEMS": 1,
        "DOWNLOAD_DELAY": delay,
        "DOWNLOAD_DELAY_JITTER": 0.2,
        "AUTOTHROTTLE_ENABLED": True,
        "AUTOTHROTTLE_START_DELAY": delay,
        "LONGEST_REST": settings.longest_rest,
        "DOWNLOAD_TIMEOUT": settings.timeout,
        "DOWNLOAD_MAXSIZE": settings.max_bytes,
        "DOWNLOAD_WARNSIZE": 0,
        "DOWNLOAD_VERIFY_CERTIFICATES": True,
        "CA_FILE": source.ca_file,
        "LEAST_SPEED": settings.least_speed,
        "LEAST_SPEED_WINDOW": 30.0,
        "REDIRECT_MAX_TIMES": 5,
        "RETRY_TIMES": settings.retries,
        "LONGEST_WAIT": settings.longest_wait,
        "ROBOTSTXT_OBEY": isinstance(source, SitemapSource),
    }
