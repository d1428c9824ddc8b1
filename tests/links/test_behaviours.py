"""What is said of hosts that each behave in one way, after one, three and ten rounds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from behaviours import BEHAVIOURS, DAYS, Behaviour
from rounds import Round
from server import Asked
from sites import served, watch

from catalog.links import REASONS


@dataclass
class Watched:
    """The address of each behaviour, what the rounds came to, and what was asked meanwhile."""

    urls: dict[str, str]
    rounds: list[Round]
    log: list[Asked]


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    folder = tmp_path_factory.mktemp("links")
    with served(folder) as (urls, log):
        yield Watched(urls, watch(folder, urls), log)


@pytest.mark.parametrize("behaviour", BEHAVIOURS, ids=lambda b: b.name)
def test_is_told_for_what_it_is(behaviour: Behaviour, watched: Watched) -> None:
    said = [watched.rounds[n].links[watched.urls[behaviour.name]] for n in (0, 2, 9)]
    assert tuple(state for state, *_ in said) == behaviour.expected, said
    assert said[-1][1] == behaviour.reason, said
    assert bool(behaviour.target) == bool(said[-1][2])
    assert said[-1][2].endswith(behaviour.target)


def test_every_reason_is_met_and_known(watched: Watched) -> None:
    met = {reason for round_ in watched.rounds for _, reason, *_ in round_.links.values()}
    assert met == set(REASONS)


def test_private_addresses_are_not_asked(watched: Watched) -> None:
    assert not any(asked.host.startswith("private") for asked in watched.log)


def test_what_robots_txt_closes_is_not_asked(watched: Watched) -> None:
    asked = {asked.path for asked in watched.log if asked.host.startswith("robots")}
    assert asked == {"/robots.txt"}


def test_who_asks_for_rest_is_left_alone_for_the_rest_of_a_round(watched: Watched) -> None:
    for name in ("too-many", "later"):
        asked = [a for a in watched.log if a.host == f"{name}.example" and "robots" not in a.path]
        assert len(asked) == len(DAYS)


def test_nobody_is_asked_much(watched: Watched) -> None:
    """robots.txt, the address by HEAD and GET, one that cannot be; redirects are the site's own."""
    for behaviour in BEHAVIOURS:
        asked = [a for a in watched.log if a.host == f"{behaviour.name}.example"]
        most = 14 if behaviour.name == "endless-redirects" else 7
        assert len(asked) <= most * len(DAYS), behaviour.name
