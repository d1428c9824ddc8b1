"""``vindplaats lti``: what operators type, and what comes of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from catalog.config import load
from catalog.store import Store
from vindplaats import main

Run = Callable[..., Result]
KNOWN = ("--issuer", "https://lms.example", "--client-id", "1000")
URLS = ("--login-url", "https://lms.example/auth", "--keys-url", "https://lms.example/jwks")


@pytest.fixture
def config(tmp_path: Path) -> Path:
    file = tmp_path / "config.toml"
    file.write_text('[site]\nurl = "https://vindplaats.example"\n')
    return file


@pytest.fixture
def run(config: Path) -> Run:
    def run(*arguments: str) -> Result:
        return CliRunner().invoke(main, ["lti", *arguments, "--config", str(config)])

    return run


def platforms(run: Run) -> list[dict[str, object]]:
    return list(json.loads(run("--json").stdout))


def test_nobody_may_launch_at_first(run: Run) -> None:
    assert "vindplaats lti invite" in run().output
    assert platforms(run) == []


def test_a_platform_is_added_and_grows(run: Run) -> None:
    added = run("add", *KNOWN, *URLS, "--name", "School", "--deployment", "1:a b")
    assert added.exit_code == 0, added.output
    assert "School" in added.output
    more = ("--deployment", "2", "--origin", "https://school.example")
    assert run("add", "--issuer", "https://lms.example", *more).exit_code == 0
    assert platforms(run) == [
        {
            "name": "School",
            "issuer": "https://lms.example",
            "client_id": "1000",
            "deployments": ["1:a b", "2"],
            "login_url": "https://lms.example/auth",
            "keys_url": "https://lms.example/jwks",
            "origins": ["https://school.example"],
        }
    ]
    assert run("remove", *KNOWN).exit_code == 0
    assert platforms(run) == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (KNOWN, "needs --login-url, --keys-url"),
        ((*KNOWN, "--login-url", "http://lms.example", *URLS[2:]), "is not on https"),
        ((*KNOWN, *URLS, "--deployment", "x" * 256), "is no deployment id"),
        ((*KNOWN, *URLS, "--origin", "https://a.example/path"), "is no origin"),
        ((*KNOWN, *URLS, "--origin", "https://a.example; script-src *"), "is no origin"),
    ],
)
def test_what_cannot_be_is_not_added(run: Run, arguments: tuple[str, ...], said: str) -> None:
    result = run("add", *arguments)
    assert result.exit_code == 1
    assert said in result.output
    assert platforms(run) == []


def test_one_of_several_has_to_be_named(run: Run) -> None:
    for client in ("a", "b"):
        run("add", "--issuer", "https://lms.example", "--client-id", client, *URLS)
    for action in ("add", "remove"):
        result = run(action, "--issuer", "https://lms.example", "--deployment", "1")
        assert result.exit_code == 1
        assert "--client-id tells them apart" in result.output
    assert len(platforms(run)) == 2


def test_an_invitation_is_shown_once_and_kept_as_a_hash(run: Run, config: Path) -> None:
    said = run("invite", "--days", "2").output
    link = next(word for word in said.split() if word.startswith("https://"))
    start, _, token = link.rpartition("/")
    assert start == "https://vindplaats.example/lti/register"
    store = Store(load(config).store.url)
    assert store.platforms.invited(token)
    store.close()
    kept = b"".join(file.read_bytes() for file in config.parent.glob("var/vindplaats.db*"))
    assert token.encode() not in kept


def test_keys_are_rotated(run: Run) -> None:
    first, second = run("rotate").output, run("rotate", "--now").output
    assert first.split()[1] != second.split()[1]
