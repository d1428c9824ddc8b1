"""config.toml: what it may say, and what is said of it when it is wrong."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from catalog.config import TABLES, ConfigError, FilesSource, OaiPmhSource, find_config, load, parse

SOURCE = '[sources.a]\nkind = "oai_pmh"\nurl = "https://repository.example.org/oai"\n'
TABLE = '[sources.a]\nkind = "files"\nurl = "a.csv"\n[sources.a.columns]\n'
CRAWL = '[sources.a]\nkind = "sitemap"\nurl = "https://site.example.org"\n'


def read(text: str) -> object:
    return parse(text, "config.toml", Path("/srv"))


def test_an_empty_file_is_all_defaults() -> None:
    settings = parse("", "config.toml", Path("/srv"))
    assert settings.site.host == "127.0.0.1"
    assert settings.store.url == "sqlite:////srv/var/vindplaats.db"
    assert settings.index.path == "/srv/var/index"
    assert settings.sources == {}


def test_a_source_is_of_its_kind() -> None:
    source = parse(SOURCE + 'sets = ["x"]', "config.toml", Path("/srv")).sources["a"]
    assert isinstance(source, OaiPmhSource)
    assert (source.kind, source.sets, source.enabled) == ("oai_pmh", ["x"], True)


def test_a_path_starts_at_the_folder_of_the_file() -> None:
    text = '[sources.a]\nkind = "files"\nurl = "books.mrc"'
    assert parse(text, "config.toml", Path("/srv")).sources["a"].url == "/srv/books.mrc"
    text = '[sources.a]\nkind = "files"\nurl = "https://library.example.org/books.mrc"'
    assert parse(text, "config.toml", Path("/srv")).sources["a"].url.startswith("https:")


def test_the_columns_of_a_table_may_be_tables_themselves() -> None:
    text = TABLE + 'identifier = "a"\n[sources.a.columns.titles]\nnl = "b"'
    source = parse(text, "config.toml", Path("/srv")).sources["a"]
    assert isinstance(source, FilesSource)
    assert source.columns == {"identifier": "a", "titles.nl": "b"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x =", "config.toml is not valid TOML"),
        ("[site]\nprt = 1", r"unknown key 'prt' in \[site\]\. Did you mean 'port'\?"),
        ("[sites]\n", r"unknown key 'sites' .* Did you mean 'site'\?"),
        ("[site]\nzzzzzz = 1", "docs/operators.md lists the keys"),
        ('[site]\nport = "80"', r"\[site\.port\]: expected `int`, got `str`"),
        ("[site]\nport = 70000", r"\[site\.port\]"),
        (TABLE + 'title = "a"', r"columns\.title: there is no field title; did you mean titles\?"),
        (TABLE + 'titles = "a"', r"columns: identifier is missing"),
        (TABLE + 'identifier = "a"\nurl = "b"', r"columns: titles is missing"),
        (CRAWL + 'include = "(["', r"\[sources\.a\]: include is no regular expression"),
        ("[harvest]\njobs = 0", r"\[harvest\.jobs\]"),
        ('[index]\nengine = "solr"', r"\[index\.engine\]: invalid .*'solr'"),
        ("sources = 3", r"\[sources\]"),
        ("[sources]\na = 3", r"\[sources\.a\]"),
        ('[sources.a]\nurl = "https://x"', r"\[sources\.a\]: .* `kind`"),
        ('[sources.a]\nkind = "ftp"\nurl = "x"', r"invalid value 'ftp'; the kinds are: oai_pmh"),
        ('[sources.a]\nkind = "oai_pmh"', r"\[sources\.a\]: .* `url`"),
        (SOURCE + 'prefx = "lom"', r"'prefx' in \[sources\.a\]\. Did you mean 'prefix'\?"),
        (SOURCE + 'sets = "x"', r"\[sources\.a\.sets\]: expected `array`"),
        (SOURCE.replace("https", "ftp"), r"\[sources\.a\]: url must start with http"),
        (SOURCE.replace("sources.a", 'sources."A b"'), "lower-case letters, digits and hyphens"),
        (SOURCE + "delay = -1", r"\[sources\.a\.delay\]"),
        (SOURCE + 'language = "nope"', r"\[sources\.a\]: language: 'nope' is no language"),
        (SOURCE + 'licence = "nope"', r"\[sources\.a\]: licence: 'nope' is none that is known"),
        (SOURCE + 'level = ["hb"]', r"level: there is no level 'hb'; did you mean 'hbo'\?"),
        (SOURCE + 'level = ["zzzz"]', r"level: there is no level 'zzzz'\."),
        (
            '[ranking]\nageing = ["techniek", "bogus"]',
            r"\[ranking\]: ageing: there is no discipline 'bogus'; there are: .*techniek",
        ),
        ('[site]\nurl = "leer.example"', r"\[site\]: url must start with http"),
        (SOURCE + SOURCE, "not valid TOML"),  # the same source twice
    ],
)
def test_a_mistake_is_named_with_its_place(text: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said) as caught:
        read(text)
    assert "\n" not in str(caught.value)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"cannot read .*nowhere\.toml.* --config FILE"):
        load(tmp_path / "nowhere.toml")
    (tmp_path / "latin.toml").write_bytes(b'title = "caf\xe9"')
    with pytest.raises(ConfigError, match=r"cannot read .*latin\.toml"):
        load(tmp_path / "latin.toml")


def test_a_mark_of_what_saved_it_is_no_mistake(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text("[site]\nport = 81\n", "utf-8-sig")
    assert load(file).site.port == 81


def test_the_built_in_configuration_serves_from_any_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert find_config(None) is None
    settings = load(None)
    assert settings.store.url == f"sqlite:///{tmp_path}/var/vindplaats.db"
    on = [name for name, source in settings.sources.items() if source.enabled]
    assert on, "the demonstration sources are switched on"
    assert all("127.0.0.1" in settings.sources[name].url for name in on)
    (tmp_path / "config.toml").touch()
    assert find_config(None) == Path("config.toml")


def test_every_key_has_a_help() -> None:
    for structs in TABLES.values():
        for struct in structs:
            for field in msgspec.inspect.type_info(struct).fields:
                described = getattr(field.type, "extra_json_schema", None) or {}
                assert described.get("description"), f"{struct.__name__}.{field.name}"
