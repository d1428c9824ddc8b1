"""What a source is in config.toml: one struct a kind, each key with its default and its help."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct, field


def help_(text: str, **limits: Any) -> Any:
    """Return the meaning of a key, for its table in the guide, and its limits."""
    return Meta(description=text, **limits)


class Source(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="kind"):
    """[sources.NAME]: keys that every kind of source has."""

    url: Annotated[str, help_("address of the endpoint, site or file")]
    title: Annotated[str, help_("name shown to visitors; the source's own name by default")] = ""
    homepage: Annotated[str, help_("page about the source for visitors")] = ""
    enabled: Annotated[bool, help_("false: harvested only when named")] = True
    allow_private: Annotated[
        bool, help_("true: may be on a private or loopback address (tests, intranet)")
    ] = False
    ca_file: Annotated[str, help_("PEM file with the certificate authority of this host")] = ""
    delay: Annotated[
        Annotated[float, Meta(ge=0)] | None,
        help_("seconds between requests; [harvest] delay by default"),
    ] = None
    schedule: Annotated[
        str, help_("cron expression: when vindplaats work harvests it; empty: never by itself")
    ] = ""
    closed: Annotated[
        str, help_("hours in which vindplaats work does not begin, such as 07:00-19:00")
    ] = ""
    licence: Annotated[
        str, help_("licence of materials whose record states none, by written agreement")
    ] = ""
    language: Annotated[str, help_("language of materials whose record states none")] = ""
    level: Annotated[
        list[str], help_("level codes of materials whose record states none, such as mbo or wo")
    ] = field(default_factory=list)
    profile: Annotated[
        str, help_("what its records must meet: a profile's name, or a file NAME.toml of your own")
    ] = ""

    @property
    def kind(self) -> str:
        """The name of the spider module."""
        return str(self.__struct_config__.tag)


class OaiPmhSource(Source, frozen=True, tag="oai_pmh"):
    """A repository that speaks OAI-PMH 2.0."""

    prefix: Annotated[str, help_("metadataPrefix to ask for")] = "oai_dc"
    sets: Annotated[list[str], help_("setSpecs to harvest; empty: everything")] = field(
        default_factory=list
    )
    granularity: Annotated[
        Literal["", "YYYY-MM-DD", "YYYY-MM-DDThh:mm:ssZ"],
        help_("only for a repository whose Identify is wrong about it"),
    ] = ""
    overlap: Annotated[
        float, help_("hours before the last complete run that are asked for again", ge=0)
    ] = 48
    incremental: Annotated[
        bool, help_("false: ask for everything each time (the server ignores from)")
    ] = True
    window: Annotated[
        Literal["", "day", "month", "year"],
        help_("read the list in stretches of this length (a server that breaks off long lists)"),
    ] = ""
    reconcile: Annotated[
        float,
        help_(
            "days after which all identifiers are compared with the records kept; 0: never", ge=0
        ),
    ] = 30
    sizes: Annotated[
        bool, help_("false: do not believe completeListSize (a server that estimates it)")
    ] = True
    identify: Annotated[
        bool, help_("false: do not ask for Identify (a server that fails on it)")
    ] = True
    post: Annotated[bool, help_("true: ask by POST (a server that refuses long addresses)")] = False
    gzip: Annotated[
        bool, help_("false: ask for plain answers (a server that compresses them badly)")
    ] = True
    token_encoding: Annotated[
        Literal["once", "twice", "none"],
        help_(
            "resumptionTokens: twice, if the server decodes twice; none, if it sends them encoded"
        ),
    ] = "once"  # noqa: S105 how lists go on is no secret


class FilesSource(Source, frozen=True, tag="files"):
    """A file or folder of records: MARC21, MARCXML, ONIX ... at a path or at an HTTP address."""

    media_type: Annotated[
        str, help_("what the file is, where its name and first bytes do not tell")
    ] = ""
    complete: Annotated[
        bool, help_("false: it holds only what is new, so what it leaves out is still there")
    ] = True
    prefix: Annotated[
        str, help_("metadataPrefix to read from an OAI-PMH static repository; the first by default")
    ] = ""
    columns: Annotated[
        dict[str, str], help_("of a table (CSV, TSV): fields of a record, each with its column")
    ] = field(default_factory=dict)
    delimiter: Annotated[str, help_("of a table: between two cells; found out by default")] = ""
    separator: Annotated[
        str, help_("of a table: between two values in one cell; by default a cell is one value")
    ] = ""
    host_key: Annotated[
        str, help_("public key of an SFTP server, such as ssh-ed25519 AAAA...; SFTP needs it")
    ] = ""
    key_variable: Annotated[
        str, help_("environment variable that names the file with our key; else the SSH agent")
    ] = ""


class SitemapSource(Source, frozen=True, tag="sitemap"):
    """A site whose sitemap lists pages that describe materials in JSON-LD."""

    include: Annotated[str, help_("regular expression: only pages whose address matches")] = ""
    exclude: Annotated[str, help_("regular expression: no pages whose address matches")] = ""
    anything: Annotated[
        bool, help_("true: each page is a material, also where it says nothing of learning")
    ] = False
    max_pages: Annotated[int, help_("most pages fetched in one run", ge=1)] = 50_000
    max_depth: Annotated[int, help_("most folders that a page may be in", ge=1)] = 12
    max_similar: Annotated[
        int, help_("most pages of one pattern that looks endless: facets, calendars", ge=1)
    ] = 200


class RestSource(Source, frozen=True, tag="rest"):
    """An API that answers in JSON, page by page; a mapping says what its fields mean."""

    mapping: Annotated[
        str, help_("a mapping that comes along, such as zenodo: defaults for all keys below")
    ] = ""
    items: Annotated[str, help_("JMESPath of the list of items in an answer")] = "@"
    identifier: Annotated[str, help_("JMESPath in an item: what it is called for ever")] = "id"
    datestamp: Annotated[str, help_("JMESPath in an item: when it was changed last")] = ""
    deleted: Annotated[str, help_("JMESPath in an item: true where it is withdrawn")] = ""
    total: Annotated[str, help_("JMESPath in an answer: of how many items the list is")] = ""
    paging: Annotated[
        Literal["none", "link", "header", "page", "offset", "cursor"],
        help_("how the next page is found: next, a Link header, or a parameter"),
    ] = "none"
    next: Annotated[
        str, help_("JMESPath in an answer: address (link) or token (cursor) of the next page")
    ] = ""
    more: Annotated[
        str, help_("JMESPath in an answer: true where another page follows (page, offset)")
    ] = ""
    page_parameter: Annotated[
        str, help_("parameter with the number, offset or token of the page")
    ] = "page"
    first: Annotated[int, help_("number or offset of the first page", ge=0)] = 1
    size_parameter: Annotated[str, help_("parameter with the number of items on a page")] = ""
    size: Annotated[int, help_("number of items to ask for on a page", ge=1)] = 100
    since_parameter: Annotated[
        str, help_("parameter that asks for what changed since a time; empty: there is none")
    ] = ""
    since_format: Annotated[str, help_("that time, as strftime has it, in UTC")] = (
        "%Y-%m-%dT%H:%M:%SZ"
    )
    overlap: Annotated[
        float, help_("hours before the last complete run that are asked for again", ge=0)
    ] = 48
    absence: Annotated[
        Literal["twice", "once", "never"],
        help_("complete lists that must leave out a record before it is removed"),
    ] = "twice"
    query: Annotated[dict[str, str], help_("other parameters of every request")] = field(
        default_factory=dict
    )
    headers: Annotated[dict[str, str], help_("headers of every request; no secrets")] = field(
        default_factory=dict
    )
    secret_headers: Annotated[
        dict[str, str], help_("headers, each with the environment variable that holds its value")
    ] = field(default_factory=dict)
    map: Annotated[
        dict[str, str], help_("fields of a record, each with its JMESPath in an item")
    ] = field(default_factory=dict)


class FeedSource(Source, frozen=True, tag="feed"):
    """A feed: RSS, Atom, or a podcast."""

    max_pages: Annotated[int, help_("most pages of a feed in parts (RFC 5005) to read", ge=1)] = 50


class PushSource(Source, frozen=True, kw_only=True, tag="push"):
    """A provider that posts its records to the site, with a token of its own."""

    url: Annotated[str, help_("nothing is fetched; may be left out")] = ""
    token_sha256: Annotated[
        str,
        help_("SHA-256 of its token, in hexadecimal; vindplaats token makes both",
              pattern="^[0-9a-f]{64}$"),
    ]  # fmt: skip
    max_bytes: Annotated[
        int, help_("largest request accepted, in bytes", ge=1024, le=64 * 1024 * 1024)
    ] = 4 * 1024 * 1024
    per_minute: Annotated[int, help_("requests accepted in a minute", ge=1)] = 120


AnySource = OaiPmhSource | FilesSource | SitemapSource | RestSource | FeedSource | PushSource

#: Every kind of source, in the order of the guide.
KINDS: tuple[type[Source], ...] = (
    OaiPmhSource,
    FilesSource,
    SitemapSource,
    RestSource,
    FeedSource,
    PushSource,
)
