"""One visit, and many: what is asked, of whom and in which order. Behind a door that is not one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from urllib.parse import urlsplit

from behaviours import page as made

from catalog.links import Verdict
from harvester.links import page
from harvester.links.hosts import Hosts
from harvester.links.observation import Answer, Trouble
from harvester.links.round import ABREAST, Round
from harvester.links.visit import Asking, Given, Visitor

FILM = "https://www.youtube.com/watch?v=aB3dE6gH9kL"
Site = Callable[[Asking], Given]


def given(asking: Asking, status: int = 200) -> Given:
    split = urlsplit(asking.url)
    body = made(f"Les {split.path}?{split.query}", words=150)
    read = page.read(body, asked=asking.asked, url=asking.url, media_type="text/html")
    answer = Answer(
        url=asking.url, status=status, media_type="text/html", size=len(body), page=read
    )
    return Given(answer=answer)


class Door:
    """Hands out what a site gives, and writes down what was asked."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.asked: list[str] = []
        self.under_way: list[str] = []
        self.most: dict[str, int] = {}

    async def ask(self, asking: Asking) -> Given:
        host = urlsplit(asking.url).netloc
        self.asked.append(f"{asking.method} {asking.url}")
        self.under_way.append(host)
        self.most[host] = max(self.most.get(host, 0), self.under_way.count(host))
        await asyncio.sleep(0)
        self.under_way.remove(host)
        return self.site(asking)

    def of(self, host: str) -> list[str]:
        return [each for each in self.asked if f"//{host}/" in each]


def visit(site: Site, url: str) -> tuple[Verdict, list[str]]:
    door = Door(site)
    _, found = asyncio.run(Visitor(door.ask).visit(url))
    return found, door.asked


def go(door: Door, urls: list[str], **how: object) -> tuple[Round, dict[str, str]]:
    kept: dict[str, str] = {}

    async def keep(url: str, found: Verdict) -> None:
        kept[url] = found.reason

    round_ = Round(hosts=Hosts(door.ask), keep=keep, concurrency=2, **how)  # type: ignore[arg-type]
    asyncio.run(round_.go(urls))
    return round_, kept


def films(status: int) -> Site:
    def site(asking: Asking) -> Given:
        return given(asking, status if "oembed" in asking.url else 200)

    return site


def test_a_film_is_asked_about_where_its_site_says_so() -> None:
    found, asked = visit(films(200), FILM)
    assert (found.state, found.reason) == ("alive", "answers")
    address = "https%3A%2F%2Fwww.youtube.com%2Fwatch%3Fv%3DaB3dE6gH9kL"
    assert asked == [f"GET https://www.youtube.com/oembed?format=json&url={address}"]
    assert visit(films(404), FILM)[0].reason == "removed"


def test_where_that_says_nothing_the_page_does() -> None:
    found, asked = visit(films(401), FILM)
    assert found.reason == "answers"
    assert f"GET {FILM}" in asked
    assert visit(films(200), "https://www.youtube.com/")[1] == ["GET https://www.youtube.com/"]


def test_a_page_is_asked_for_once_and_a_file_by_head() -> None:
    assert visit(given, "https://x.example/")[1] == ["GET https://x.example/"]

    def pdf(asking: Asking) -> Given:
        said = Answer(url=asking.url, status=200, media_type="application/pdf", length=9)
        return Given(answer=said)

    assert visit(pdf, "https://x.example/a.pdf")[1] == ["HEAD https://x.example/a.pdf"]


def test_fragments_stay_here() -> None:
    assert visit(given, "https://x.example/#!/les/1")[1] == ["GET https://x.example/"]


def test_what_is_missing_is_asked_once_for_addresses_alike() -> None:
    door = Door(given)
    urls = [f"https://x.example/les/{n}" for n in range(20)]
    _, kept = go(door, urls)
    assert set(kept.values()) == {"answers"}
    assert len(door.asked) == 21


def test_every_address_of_a_site_that_always_says_the_same_is_judged_alike() -> None:
    def same(asking: Asking) -> Given:
        body = made("De Haven", words=200)
        read = page.read(body, asked=asking.asked, url=asking.url, media_type="text/html")
        size = len(body)
        return Given(
            answer=Answer(url=asking.url, status=200, media_type="text/html", size=size, page=read)
        )

    _, kept = go(Door(same), [f"https://x.example/les/{n}" for n in range(12)])
    assert set(kept.values()) == {"soft-404"}


def test_a_host_is_asked_by_one_first_and_by_few_then() -> None:
    door = Door(given)
    urls = [f"https://x.example/les/{n}" for n in range(30)]
    go(door, urls)
    assert door.asked[:2] != [f"GET {urls[0]}", f"GET {urls[1]}"]
    assert door.most["x.example"] <= ABREAST


def test_a_host_that_is_down_is_not_asked_for_all_it_has() -> None:
    down = {"a.example": "dns", "b.example": "refused", "c.example": "timeout"}
    door = Door(lambda asking: Given(trouble=Trouble(down[urlsplit(asking.url).netloc])))
    urls = [f"https://{host}/les/{n}" for host in down for n in range(40)]
    round_, kept = go(door, urls)
    assert round_.done == 120
    assert all(kept[url] == down[urlsplit(url).netloc] for url in urls)
    assert len(door.of("a.example")) == 1
    assert len(door.of("b.example")) <= 1 + ABREAST
    assert len(door.of("c.example")) <= 2 + ABREAST


def test_a_host_that_wants_rest_gets_it_and_its_links_stay_due() -> None:
    def tired(asking: Asking) -> Given:
        wants = urlsplit(asking.url).netloc == "a.example"
        return given(asking, 429 if wants else 200)

    door = Door(tired)
    round_, kept = go(door, [f"https://{h}.example/les/{n}" for h in "ab" for n in range(10)])
    assert len(door.of("a.example")) == 1
    assert round_.put_off == 9
    assert sorted(kept.values()) == ["answers"] * 10 + ["busy"]


def test_a_round_that_is_stopped_asks_no_more() -> None:
    door = Door(given)
    round_, kept = go(
        door,
        [f"https://{h}.example/{n}" for h in "abc" for n in range(10)],
        stopping=lambda: len(door.asked) >= 5,
    )
    assert len(kept) == round_.done
    assert len(door.asked) < 20
