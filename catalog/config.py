"""config.toml to frozen settings: every key declared once, with its default and its help.

Only the doors (the command, ``create_app``, the harvesting process) read a file or the
environment; everything else is handed what it needs.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from importlib import resources
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta, Struct, field

from catalog import profile as profiles


class ConfigError(Exception):
    """config.toml cannot be used. The text names the file, the key and the way out."""


def _help(text: str, **limits: Any) -> Any:
    return Meta(description=text, **limits)


class Site(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """[site]: how the catalogue presents itself."""

    title: Annotated[str, _help("name shown on every page")] = "Vindplaats"
    url: Annotated[str, _help("address under which visitors see the site, without a slash")] = (
        "http://127.0.0.1:8000"
    )
    contact: Annotated[str, _help("e-mail address that harvested servers and visitors see")] = (
        "beheer@vindplaats.example"
    )
    host: Annotated[str, _help("address to listen on; 127.0.0.1 is this machine alone")] = (
        "127.0.0.1"
    )
    port: Annotated[int, _help("port to listen on", ge=0, le=65535)] = 8000
    threads: Annotated[int, _help("requests answered at the same time", ge=1, le=64)] = 4
    language: Annotated[
        Literal["nl", "en"], _help("language of the site where the address names none")
    ] = "nl"
    trusted_proxies: Annotated[
        int, _help("number of reverse proxies whose X-Forwarded headers are believed", ge=0)
    ] = 0


class StoreSettings(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """[store]: where the truth is kept."""

    url: Annotated[
        str,
        _help("SQLAlchemy URL: sqlite:///var/vindplaats.db or postgresql+psycopg://host/name"),
    ] = "sqlite:///var/vindplaats.db"


class IndexSettings(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """[index]: how records are found."""

    engine: Annotated[
        Literal["tantivy", "whoosh"], _help("search engine; whoosh needs no compiled package")
    ] = "tantivy"
    path: Annotated[str, _help("folder of the index; may be deleted, it is made again")] = (
        "var/index"
    )


class HarvestSettings(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """[harvest]: manners and limits on the network, the same for every source."""

    jobs: Annotated[int, _help("sources harvested at the same time", ge=1, le=32)] = 2
    time_limit: Annotated[
        float, _help("seconds after which a source's run is stopped, to be resumed later", gt=0)
    ] = 6 * 3600
    delay: Annotated[float, _help("seconds between two requests to one host", ge=0)] = 0.5
    timeout: Annotated[float, _help("seconds in which one answer must be complete", gt=0)] = 300
    least_speed: Annotated[
        int, _help("bytes per second below which, for 30 seconds, an answer is given up", ge=0)
    ] = 1000
    max_bytes: Annotated[
        int, _help("largest answer accepted, in bytes after decompression", ge=1024)
    ] = 32 * 1024 * 1024
    retries: Annotated[int, _help("times a failed request is tried again", ge=0, le=20)] = 4
    longest_wait: Annotated[
        float,
        _help("longest Retry-After, in seconds, that is waited for; beyond it the run is deferred"),
    ] = 900


class Source(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="kind"):
    """[sources.NAME]: keys that every kind of source has."""

    url: Annotated[str, _help("address of the endpoint, site or file")]
    title: Annotated[str, _help("name shown to visitors; the source's own name by default")] = ""
    homepage: Annotated[str, _help("page about the source for visitors")] = ""
    enabled: Annotated[bool, _help("false: harvested only when named")] = True
    allow_private: Annotated[
        bool, _help("true: may be on a private or loopback address (tests, intranet)")
    ] = False
    ca_file: Annotated[str, _help("PEM file with the certificate authority of this host")] = ""
    delay: Annotated[
        float | None, _help("seconds between requests; [harvest] delay by default")
    ] = None
    licence: Annotated[
        str, _help("licence of materials whose record states none, by written agreement")
    ] = ""
    language: Annotated[str, _help("language of materials whose record states none")] = ""
    level: Annotated[
        list[str], _help("level codes of materials whose record states none, such as mbo or wo")
    ] = field(default_factory=list)
    profile: Annotated[
        str, _help("what its records must meet: a profile's name, or a file NAME.toml of your own")
    ] = ""

    @property
    def kind(self) -> str:
        """The name of the spider module."""
        return str(self.__struct_config__.tag)


class OaiPmhSource(Source, frozen=True, tag="oai_pmh"):
    """A repository that speaks OAI-PMH 2.0."""

    prefix: Annotated[str, _help("metadataPrefix to ask for")] = "oai_dc"
    sets: Annotated[list[str], _help("setSpecs to harvest; empty: everything")] = field(
        default_factory=list
    )
    granularity: Annotated[
        Literal["", "YYYY-MM-DD", "YYYY-MM-DDThh:mm:ssZ"],
        _help("only for a repository whose Identify is wrong about it"),
    ] = ""
    overlap: Annotated[
        float, _help("hours before the last complete run that are asked for again", ge=0)
    ] = 48
    incremental: Annotated[
        bool, _help("false: ask for everything each time (the server ignores from)")
    ] = True


class FilesSource(Source, frozen=True, tag="files"):
    """A file or folder of records: MARC21, MARCXML, ONIX ... at a path or at an HTTP address."""

    media_type: Annotated[
        str, _help("what the file is, where its name and first bytes do not tell")
    ] = ""


class SitemapSource(Source, frozen=True, tag="sitemap"):
    """A site whose sitemap lists pages that describe materials in JSON-LD."""

    include: Annotated[str, _help("regular expression: only pages whose address matches")] = ""
    max_pages: Annotated[int, _help("most pages fetched in one run", ge=1)] = 50_000


AnySource = OaiPmhSource | FilesSource | SitemapSource


class Settings(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """All of config.toml."""

    site: Site = field(default_factory=Site)
    store: StoreSettings = field(default_factory=StoreSettings)
    index: IndexSettings = field(default_factory=IndexSettings)
    harvest: HarvestSettings = field(default_factory=HarvestSettings)
    sources: dict[str, AnySource] = field(default_factory=dict)


#: What each table of config.toml is made of, for the documentation and its test.
TABLES: dict[str, tuple[type[Struct], ...]] = {
    "site": (Site,),
    "store": (StoreSettings,),
    "index": (IndexSettings,),
    "harvest": (HarvestSettings,),
    "sources.NAME": (OaiPmhSource, FilesSource, SitemapSource),
}

_SOURCE_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


def find_config(given: str | Path | None) -> Path | None:
    """Return the file to read: the given one, ./config.toml, or None for the built-in one."""
    if given:
        return Path(given)
    here = Path("config.toml")
    return here if here.is_file() else None


def load(path: Path | None) -> Settings:
    """Read and check settings; paths in them become absolute, from the file's own folder.

    Without a path the built-in config.toml is used and paths start at the current folder.
    Raises ConfigError.
    """
    name = str(path) if path else "the built-in config.toml"
    try:
        text = path.read_text("utf-8") if path else _built_in()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"cannot read {name}: {error}. Name a configuration with --config FILE."
        ) from error
    return parse(text, name, path.resolve().parent if path else Path.cwd())


def _built_in() -> str:
    inside = resources.files("catalog") / "default.toml"
    if inside.is_file():
        return inside.read_text("utf-8")
    return (Path(__file__).parent.parent / "config.toml").read_text("utf-8")


def parse(text: str, name: str, folder: Path) -> Settings:
    """Return the settings in ``text``. Raises ConfigError, which names ``name`` and the key."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{name} is not valid TOML: {error}.") from error
    tables = data.get("sources")
    if isinstance(tables, dict):  # one at a time, so that the error names the source
        data["sources"] = {}
        sources = {
            key: _convert(entry, AnySource, name, f"sources.{key}") for key, entry in tables.items()
        }
    else:
        sources = {}
    settings = _convert(data, Settings, name, "")
    settings = msgspec.structs.replace(settings, sources=sources)
    for source, entry in settings.sources.items():
        if not _SOURCE_NAME.fullmatch(source):
            raise ConfigError(
                f"{name}: [sources.{source}]: a source's name has up to 40 lower-case letters, "
                "digits and hyphens."
            )
        if entry.kind != "files" and urlsplit(entry.url).scheme not in {"http", "https"}:
            raise ConfigError(
                f"{name}: [sources.{source}]: url must start with http:// or https://, "
                f"and {entry.url!r} does not."
            )
    settings = _absolute(settings, folder)
    for source, entry in settings.sources.items():
        try:
            profiles.get(entry.profile)
        except profiles.ProfileError as error:
            raise ConfigError(f"{name}: [sources.{source}]: profile: {error}") from error
    return settings


def _convert(data: Any, to: Any, name: str, table: str) -> Any:
    try:
        return msgspec.convert(data, to)
    except msgspec.ValidationError as error:
        raise ConfigError(f"{name}: {_explain(str(error), table)}") from error


def _explain(message: str, table: str) -> str:
    """Turn msgspec's message into a sentence that names the key and a likely spelling."""
    problem, _, where = message.partition(" - at ")
    where = (table + where.strip("`").removeprefix("$")).lstrip(".") or "top level"
    if where.endswith(".kind"):
        kinds = ", ".join(str(s.__struct_config__.tag) for s in TABLES["sources.NAME"])
        return f"[{where}]: {problem[0].lower()}{problem[1:]}; the kinds are: {kinds}."
    unknown = re.search(r"unknown field `(.+)`", problem)
    if unknown:
        known = {"site", "store", "index", "harvest", "sources"} | {
            key for structs in TABLES.values() for s in structs for key in s.__struct_fields__
        }
        close = difflib.get_close_matches(unknown[1], sorted(known), 1)
        hint = f" Did you mean {close[0]!r}?" if close else " docs/operators.md lists the keys."
        return f"unknown key {unknown[1]!r} in [{where}].{hint}"
    return f"[{where}]: {problem[0].lower()}{problem[1:]}."


def _absolute(settings: Settings, folder: Path) -> Settings:
    store = settings.store.url
    if store.startswith("sqlite:///") and store != "sqlite:///:memory:":
        store = f"sqlite:///{folder / store.removeprefix('sqlite:///')}"
    sources = {name: _absolute_source(source, folder) for name, source in settings.sources.items()}
    return msgspec.structs.replace(
        settings,
        store=msgspec.structs.replace(settings.store, url=store),
        index=msgspec.structs.replace(settings.index, path=str(folder / settings.index.path)),
        sources=sources,
    )


def _absolute_source(source: AnySource, folder: Path) -> AnySource:
    if isinstance(source, FilesSource) and "://" not in source.url:
        source = msgspec.structs.replace(source, url=str(folder / source.url))
    if source.profile.endswith(".toml"):
        source = msgspec.structs.replace(source, profile=str(folder / source.profile))
    return source
