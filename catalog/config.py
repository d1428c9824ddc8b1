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
from typing import Any
from urllib.parse import urlsplit

import msgspec
from msgspec import Struct, field

from catalog import mappings, timetable, vocabulary
from catalog import profile as profiles
from catalog.index.weights import USUAL, Weights
from catalog.settings import (
    ApiSettings,
    DumpSettings,
    EmbedSettings,
    HarvestSettings,
    IndexSettings,
    LinkSettings,
    LtiSettings,
    ProviderSettings,
    SearchSettings,
    Site,
    StoreSettings,
    ThumbnailSettings,
)
from catalog.sources import (
    KINDS,
    AnySource,
    FeedSource,
    FilesSource,
    OaiPmhSource,
    PushSource,
    RestSource,
    SitemapSource,
    Source,
)

__all__ = [
    "TABLES",
    "AnySource",
    "ApiSettings",
    "ConfigError",
    "DumpSettings",
    "EmbedSettings",
    "FeedSource",
    "FilesSource",
    "HarvestSettings",
    "IndexSettings",
    "LinkSettings",
    "LtiSettings",
    "OaiPmhSource",
    "ProviderSettings",
    "PushSource",
    "RestSource",
    "SearchSettings",
    "Settings",
    "Site",
    "SitemapSource",
    "Source",
    "StoreSettings",
    "ThumbnailSettings",
    "find_config",
    "is_source_name",
    "load",
    "parse",
]


class ConfigError(Exception):
    """config.toml cannot be used. The text names the file, the key and the way out."""


class Settings(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """All of config.toml."""

    site: Site = field(default_factory=Site)
    store: StoreSettings = field(default_factory=StoreSettings)
    index: IndexSettings = field(default_factory=IndexSettings)
    search: SearchSettings = field(default_factory=SearchSettings)
    ranking: Weights = field(default_factory=Weights)
    harvest: HarvestSettings = field(default_factory=HarvestSettings)
    links: LinkSettings = field(default_factory=LinkSettings)
    thumbnails: ThumbnailSettings = field(default_factory=ThumbnailSettings)
    dump: DumpSettings = field(default_factory=DumpSettings)
    provider: ProviderSettings = field(default_factory=ProviderSettings)
    embed: EmbedSettings = field(default_factory=EmbedSettings)
    lti: LtiSettings = field(default_factory=LtiSettings)
    api: ApiSettings = field(default_factory=ApiSettings)
    sources: dict[str, AnySource] = field(default_factory=dict)


#: What each table of config.toml is made of, for the documentation and its test.
TABLES: dict[str, tuple[type[Struct], ...]] = {
    "site": (Site,),
    "store": (StoreSettings,),
    "index": (IndexSettings,),
    "search": (SearchSettings,),
    "ranking": (Weights,),
    "harvest": (HarvestSettings,),
    "links": (LinkSettings,),
    "thumbnails": (ThumbnailSettings,),
    "dump": (DumpSettings,),
    "provider": (ProviderSettings,),
    "embed": (EmbedSettings,),
    "lti": (LtiSettings,),
    "api": (ApiSettings,),
    "sources.NAME": KINDS,
}

_SOURCE_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


def is_source_name(name: str) -> bool:
    """Tell whether a source may be called so: it stands in addresses and in records."""
    return _SOURCE_NAME.fullmatch(name) is not None


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
        text = path.read_text("utf-8-sig") if path else _built_in()
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
        sources = {key: _source(entry, name, f"sources.{key}") for key, entry in tables.items()}
    else:
        sources = {}
    settings = _convert(data, Settings, name, "")
    settings = msgspec.structs.replace(settings, sources=sources)
    for source, entry in settings.sources.items():
        if not is_source_name(source):
            raise ConfigError(
                f"{name}: [sources.{source}]: a source's name has up to 40 lower-case letters, "
                "digits and hyphens."
            )
        if entry.kind not in {"files", "push"} and urlsplit(entry.url).scheme not in {
            "http",
            "https",
        }:
            raise ConfigError(
                f"{name}: [sources.{source}]: url must start with http:// or https://, "
                f"and {entry.url!r} does not."
            )
        _check_defaults(entry, f"{name}: [sources.{source}]")
    if not re.match(r"https?://[^/]", settings.site.url):
        raise ConfigError(f"{name}: [site]: url must start with http:// or https://.")
    _check_ageing(settings.ranking, name)
    settings = _absolute(settings, folder)
    _check_clock(settings, name)
    for source, entry in settings.sources.items():
        try:
            profiles.get(entry.profile)
        except profiles.ProfileError as error:
            raise ConfigError(f"{name}: [sources.{source}]: profile: {error}") from error
    return settings


def _check_defaults(source: AnySource, where: str) -> None:
    """Refuse what a source says in place of its records, where nobody would understand it."""
    if not (source.language or source.licence or source.level):
        return
    from catalog.normalise import language, licence  # noqa: PLC0415 most need no vocabularies

    if source.language and not language.tag(source.language):
        raise ConfigError(
            f"{where}: language: {source.language!r} is no language; write a tag, such as nl."
        )
    if source.licence and not licence.licence((source.licence,)).openness:
        raise ConfigError(
            f"{where}: licence: {source.licence!r} is none that is known; write its address or "
            "SPDX id, such as CC-BY-4.0."
        )
    levels = vocabulary.get("level")
    for code in source.level:
        if code not in levels:
            close = difflib.get_close_matches(code, list(levels.codes), 1)
            hint = f"; did you mean {close[0]!r}?" if close else "."
            raise ConfigError(f"{where}: level: there is no level {code!r}{hint}")


def _check_ageing(weights: Weights, name: str) -> None:
    if weights.ageing == USUAL.ageing:
        return
    codes = vocabulary.get("discipline").codes
    if unknown := [code for code in weights.ageing if code not in codes]:
        raise ConfigError(
            f"{name}: [ranking]: ageing: there is no discipline {unknown[0]!r}; "
            f"there are: {', '.join(codes)}."
        )


def _check_clock(settings: Settings, name: str) -> None:
    table = "harvest"
    try:
        timetable.zone(settings.harvest.timezone)
        for table in ("links", "thumbnails", "dump"):
            timetable.check(getattr(settings, table).schedule, "")
        for source, entry in settings.sources.items():
            table = f"sources.{source}"
            timetable.check(entry.schedule, entry.closed)
    except timetable.ScheduleError as error:
        raise ConfigError(f"{name}: [{table}]: {error}") from error


def _source(entry: Any, name: str, table: str) -> AnySource:
    try:
        source: AnySource = _convert(mappings.filled(entry), AnySource, name, table)
        if isinstance(source, RestSource):
            mappings.check(source)
        if isinstance(source, FilesSource):
            mappings.check_columns(source)
        if isinstance(source, SitemapSource):
            _check_patterns(source, name, table)
    except mappings.MappingError as error:
        raise ConfigError(f"{name}: [{table}]: {error}.") from error
    return source


def _check_patterns(source: SitemapSource, name: str, table: str) -> None:
    for key, pattern in (("include", source.include), ("exclude", source.exclude)):
        try:
            re.compile(pattern)
        except re.error as error:
            raise ConfigError(
                f"{name}: [{table}]: {key} is no regular expression: {error}."
            ) from error


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
        known = {name.partition(".")[0] for name in TABLES} | {
            key for structs in TABLES.values() for s in structs for key in s.__struct_fields__
        }
        close = difflib.get_close_matches(unknown[1], sorted(known), 1)
        hint = " docs/operators.md lists the keys."
        if unknown[1] in known:
            hint = f" Another table has it;{hint}"
        elif close:
            hint = f" Did you mean {close[0]!r}?"
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
        thumbnails=msgspec.structs.replace(
            settings.thumbnails, path=str(folder / settings.thumbnails.path)
        ),
        dump=msgspec.structs.replace(settings.dump, path=str(folder / settings.dump.path)),
        sources=sources,
    )


def _absolute_source(source: AnySource, folder: Path) -> AnySource:
    if isinstance(source, FilesSource) and "://" not in source.url:
        source = msgspec.structs.replace(source, url=str(folder / source.url))
    if source.profile.endswith(".toml"):
        source = msgspec.structs.replace(source, profile=str(folder / source.profile))
    return source
