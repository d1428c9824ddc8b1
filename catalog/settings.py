"""The tables of config.toml: every key declared once, with its default and its help.

The sources have theirs in ``catalog.sources``; ``catalog.config`` reads them all.
"""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

from catalog.sources import help_

#: An address that can stand in RDF and in a link, or nothing.
WebAddress = Annotated[str, Meta(pattern=r"""^(https?://[^\x00-\x20<>"{}|\\^`]+)?$""")]


class Site(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """[site]: how the catalogue presents itself."""

    title: Annotated[str, help_("name shown on every page")] = "Vindplaats"
    url: Annotated[str, help_("address under which visitors see the site, without a slash")] = (
        "http://127.0.0.1:8000"
    )
    contact: Annotated[str, help_("e-mail address that harvested servers and visitors see")] = (
        "beheer@vindplaats.example"
    )
    operator: Annotated[str, help_("who runs the site: an organisation or a person")] = ""
    operator_url: Annotated[str, help_("home page of who runs the site")] = ""
    accessibility_url: Annotated[
        str, help_("your own accessibility statement, where the site has been audited")
    ] = ""
    host: Annotated[str, help_("address to listen on; 127.0.0.1 is this machine alone")] = (
        "127.0.0.1"
    )
    port: Annotated[int, help_("port to listen on", ge=0, le=65535)] = 8000
    threads: Annotated[int, help_("requests answered at the same time", ge=1, le=64)] = 3
    language: Annotated[
        Literal["nl", "en"], help_("language of the site where the address names none")
    ] = "nl"
    trusted_proxies: Annotated[
        int, help_("number of reverse proxies whose X-Forwarded headers are believed", ge=0)
    ] = 0


class StoreSettings(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """[store]: where the truth is kept."""

    url: Annotated[
        str,
        help_("SQLAlchemy URL: sqlite:///var/vindplaats.db or postgresql+psycopg://host/name"),
    ] = "sqlite:///var/vindplaats.db"


class IndexSettings(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """[index]: how records are found."""

    engine: Annotated[
        Literal["tantivy", "whoosh"], help_("search engine; whoosh needs no compiled package")
    ] = "tantivy"
    path: Annotated[str, help_("folder of the index; may be deleted, it is made again")] = (
        "var/index"
    )


class SearchSettings(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """[search]: what readers are helped with."""

    popular: Annotated[
        bool, help_("true: queries are counted by day, and those asked often are suggested")
    ] = True


class HarvestSettings(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """[harvest]: manners and limits on the network, the same for every source."""

    jobs: Annotated[int, help_("sources harvested at the same time", ge=1, le=32)] = 2
    time_limit: Annotated[
        float, help_("seconds after which a source's run is stopped, to be resumed later", gt=0)
    ] = 6 * 3600
    delay: Annotated[float, help_("seconds between two requests to one host", ge=0)] = 0.5
    longest_rest: Annotated[
        float,
        help_("most seconds of rest after a slow answer, for as long as it took; 0: none", ge=0),
    ] = 15
    timeout: Annotated[float, help_("seconds in which one answer must be complete", gt=0)] = 300
    least_speed: Annotated[
        int, help_("bytes per second below which, for 30 seconds, an answer is given up", ge=0)
    ] = 1000
    max_bytes: Annotated[
        int, help_("largest answer accepted, in bytes after decompression", ge=1024)
    ] = 32 * 1024 * 1024
    retries: Annotated[int, help_("times a failed request is tried again", ge=0, le=20)] = 4
    longest_wait: Annotated[
        float,
        help_("longest Retry-After, in seconds, that is waited for; beyond it the run is deferred"),
    ] = 900
    timezone: Annotated[str, help_("time zone of the schedules and closed hours of sources")] = (
        "Europe/Amsterdam"
    )


class LinkSettings(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """[links]: how the addresses of materials are asked for, to see what is still there."""

    on: Annotated[bool, help_("false: no address is asked for")] = True
    schedule: Annotated[
        str, help_("when `vindplaats work` asks for those that are due, as cron expression")
    ] = "15 4 * * *"
    days: Annotated[float, help_("days between two visits to one address", ge=7, le=3650)] = 30
    delay: Annotated[float, help_("seconds between two requests to one host", ge=0)] = 1.0
    concurrency: Annotated[
        int, help_("hosts asked at the same time, each by one request", ge=1, le=256)
    ] = 16
    timeout: Annotated[float, help_("seconds in which one answer must be complete", gt=0)] = 30
    allow_private: Annotated[
        bool, help_("true: addresses inside a private network are asked for as well")
    ] = False


class DumpSettings(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """[dump]: the whole catalogue as files, made anew each night and offered at /dump/."""

    on: Annotated[bool, help_("false: no dump is made, and none is offered")] = True
    schedule: Annotated[str, help_("when `vindplaats work` makes one, as cron expression")] = (
        "45 3 * * *"
    )
    path: Annotated[
        str, help_("folder of the dumps; may be deleted, the next night brings one")
    ] = "var/dump"
    keep: Annotated[int, help_("dumps that are kept; older ones are removed", ge=1, le=1000)] = 2
    licence: Annotated[
        WebAddress,
        help_("address of the licence of the descriptions, where you may give one"),
    ] = ""


class ThumbnailSettings(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """[thumbnails]: small pictures of materials, fetched and kept by us."""

    on: Annotated[bool, help_("true: pictures that sources name are fetched, and shown")] = False
    schedule: Annotated[
        str,
        help_("when `vindplaats work` fetches those that are not there yet, as cron expression"),
    ] = "15 5 * * *"
    path: Annotated[str, help_("folder of the pictures; may be deleted, they come again")] = (
        "var/thumbnails"
    )
    megabytes: Annotated[float, help_("room that all of them may take", gt=0)] = 500
    days: Annotated[
        float, help_("days after which an address that gave no picture is asked again", ge=1)
    ] = 30


#: A site as the header frame-ancestors names it (CSP 3, host-source), or all that are on https.
Origin = Annotated[
    str,
    Meta(
        pattern=r"^(https:|https?://(\*\.)?[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(:[0-9]{1,5})?)$"
    ),
]
_Client = Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]


class EmbedSettings(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """[embed]: the search and single materials in a frame on other sites."""

    on: Annotated[bool, help_("false: nothing can be framed")] = True
    origins: Annotated[
        tuple[Origin, ...],
        help_("sites that may frame, as https://HOST; https: is any site, an empty list none"),
    ] = ("https:",)
    clients: Annotated[
        dict[_Client, tuple[Origin, ...]],
        help_("sites that may use a frame of their own name; each name with its list"),
    ] = {}


class ProviderSettings(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """[provider]: the catalogue as a repository that others harvest by OAI-PMH."""

    on: Annotated[bool, help_("false: nobody can harvest this catalogue")] = True
    domain: Annotated[
        str,
        help_("domain name in the identifiers of records, for ever the same; empty: that of url"),
    ] = ""
    size: Annotated[int, help_("records on one page of a list", ge=1, le=5000)] = 250
    concurrency: Annotated[
        int, help_("pages of lists made at the same time; who asks for more has to wait", ge=1)
    ] = 2
    token_hours: Annotated[
        float, help_("hours in which the next page of a list must be asked for", gt=0, le=8760)
    ] = 48


class ApiSettings(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """[api]: the JSON API."""

    per_minute: Annotated[
        int, help_("requests that one address may make in a minute; 0: as many as it likes", ge=0)
    ] = 600


class LtiSettings(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """[lti]: materials chosen and opened inside an LMS, by LTI 1.3 and Deep Linking 2.0."""

    on: Annotated[bool, help_("false: no LMS can launch the catalogue")] = True
    allow_private: Annotated[
        bool, help_("true: keys of an LMS inside a private network are fetched as well")
    ] = False
