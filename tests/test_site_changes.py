"""What becomes of records whose pages are gone, and of a site that was made anew."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from installation import Installation
from servers import Answer, Asked, serving

HTML = {"Content-Type": "text/html; charset=utf-8"}


class Changing:
    """A site of twelve pages; without lastmod each run visits all."""

    def __init__(self, lastmod: str = "") -> None:
        self.pages = {f"/{n:02}": 200 for n in range(12)}
        self.described = True
        self.unlisted: set[str] = set()
        self.moved: dict[str, str] = {}
        self.lastmod = f"<lastmod>{lastmod}</lastmod>" if lastmod else ""

    def __call__(self, asked: Asked) -> Answer:
        if asked.path == "/map.xml":
            pages = "".join(
                f"<url><loc>{asked.base}{path}</loc>{self.lastmod}</url>"
                for path in self.pages
                if path not in self.unlisted
            )
            return Answer(f"<urlset>{pages}</urlset>".encode())
        path = self.moved.get(asked.path, asked.path)
        status = self.pages.get(path, 404)
        if status != 200:
            return Answer(status=status)
        said = json.dumps({"@type": "LearningResource", "name": f"Les {path.strip('/')}"})
        block = f'<script type="application/ld+json">{said}</script>' if self.described else ""
        if self.lastmod:
            own = path.removeprefix("/new")
            block += f'<link rel="canonical" href="/les{own}">'
        return Answer(f"<html>{block}<p>Les {path}</html>".encode(), 200, HTML)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[tuple[Changing, Installation]]:
    here, changing = Installation(tmp_path), Changing()
    with serving(changing) as (base, _):
        here.add("site", "sitemap", f"{base}/map.xml")
        assert here.good("harvest", "--json").json[0]["counts"]["added"] == 12
        yield changing, here


def live(here: Installation) -> int:
    with here.catalogue() as catalogue:
        return catalogue.store.records.count_by_source().get("site", 0)


@pytest.mark.slow
def test_a_page_must_be_gone_in_two_runs(site: tuple[Changing, Installation]) -> None:
    changing, here = site
    changing.pages["/05"] = 404
    assert here.good("harvest", "--json").json[0]["counts"]["deleted"] == 0
    assert live(here) == 12
    assert here.good("harvest", "--json").json[0]["counts"]["deleted"] == 1
    assert live(here) == 11
    changing.pages["/05"] = 200
    assert here.good("harvest", "--json").json[0]["counts"]["added"] == 1


@pytest.mark.slow
def test_a_page_that_was_back_in_between_is_not_gone(site: tuple[Changing, Installation]) -> None:
    changing, here = site
    for status in (410, 200, 410):
        changing.pages["/05"] = status
        assert here.good("harvest", "--json").json[0]["counts"]["deleted"] == 0
    assert live(here) == 12


@pytest.mark.slow
def test_a_page_left_out_and_then_gone_was_missed_twice(
    site: tuple[Changing, Installation],
) -> None:
    changing, here = site
    del changing.pages["/05"]
    here.good("harvest")
    assert live(here) == 12
    changing.pages["/05"] = 404
    here.good("harvest")
    assert live(here) == 11


@pytest.mark.slow
def test_a_site_that_describes_nothing_any_more_is_no_empty_site(
    site: tuple[Changing, Installation],
) -> None:
    changing, here = site
    changing.described = False
    done = here.run("harvest", "--json")
    assert done.code != 0
    (run,) = done.json
    assert run["status"] == "incomplete"
    assert "has the site been changed?" in run["message"]
    assert live(here) == 12
    changing.described = True
    assert here.good("harvest", "--json").json[0]["counts"]["unchanged"] == 12


@pytest.mark.slow
def test_an_old_page_that_the_sitemap_lists_no_longer(tmp_path: Path) -> None:
    here, site = Installation(tmp_path), Changing("2020-01-01")
    with serving(site) as (base, log):
        here.add("site", "sitemap", f"{base}/map.xml")

        def harvest() -> tuple[int, list[str]]:
            """Return how many records live, and which pages were visited."""
            log.clear()
            here.good("harvest")
            return live(here), [asked.path for asked in log if asked.path in site.pages]

        assert harvest() == (12, sorted(site.pages))
        site.unlisted = {"/05", "/06"}
        site.pages["/05"] = 410
        assert harvest() == (12, [])  # left out once
        assert harvest() == (12, ["/05", "/06"])  # twice: gone, and alive
        assert harvest() == (11, ["/05"])  # gone twice
        assert harvest() == (11, ["/06"])  # left out twice since it was asked for
        site.pages["/06"] = 404
        assert harvest() == (11, [])
        assert harvest() == (11, ["/06"])
        site.pages["/06"] = 200
        assert harvest() == (11, ["/06"])  # back again
        site.pages["/06"] = 404
        for _ in range(2):
            assert harvest()[0] == 11  # it must be gone twice anew
        here.good("harvest")
        assert live(here) == 10


@pytest.mark.slow
def test_a_material_whose_page_was_lost_may_live_at_its_own_address(tmp_path: Path) -> None:
    here, site = Installation(tmp_path), Changing("2020-01-01")
    with serving(site) as (base, log):
        here.add("site", "sitemap", f"{base}/map.xml")
        here.good("harvest")
        site.pages |= {"/05": 404, "/new/05": 200}
        site.unlisted = {"/05", "/new/05"}
        site.moved = {"/les/05": "/new/05"}
        for _ in range(4):
            here.good("harvest")
        assert log.of("/les/05")
        assert live(here) == 12


@pytest.mark.slow
def test_a_sitemap_that_forgets_most_of_the_site_removes_nothing(tmp_path: Path) -> None:
    here, site = Installation(tmp_path), Changing("2020-01-01")
    with serving(site) as (base, _):
        here.add("site", "sitemap", f"{base}/map.xml")
        here.good("harvest")
        site.unlisted = set(list(site.pages)[:6])
        site.pages |= dict.fromkeys(site.unlisted, 404)
        for _ in range(4):
            here.good("harvest")
        assert live(here) == 12
        assert any("too many to be true" in said for said in here.runs("site")[0].warnings)
