"""One well-behaved source of each kind that asks over HTTP, and names that lead to loopback.

No network is needed to show whom it keeps us from: one loopback address stands for the open
internet here, another for a private one.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from typing import Any

import origins
from servers import Answer, Asked
from twisted.internet.interfaces import IHostnameResolver
from zope.interface import implementer  # type: ignore[import-untyped]

from harvester.net import address
from harvester.net.address import GuardedResolver

PUBLIC, PRIVATE = "127.0.0.1", "127.0.0.3"

MATERIALS = [{"id": f"m{n}", "name": f"Zeilschepen {n}"} for n in range(3)]

RSS = (
    '<rss version="2.0"><channel><title>Nieuw</title>'
    + "".join(
        f"<item><guid isPermaLink='false'>{m['id']}</guid><title>{m['name']}</title>"
        f"<link>https://a.example/{m['id']}</link></item>"
        for m in MATERIALS
    )
    + "</channel></rss>"
).encode()


def api(_: Asked) -> Answer:
    return Answer(json.dumps(MATERIALS).encode(), headers={"Content-Type": "application/json"})


#: Of each kind: what answers, and the keys of its entry.
DOORS: dict[str, tuple[Callable[[Asked], Answer], dict[str, Any]]] = {
    "oai_pmh": (origins.stocked(origins.Repository(), 3), {}),
    "sitemap": (origins.stocked(origins.Site(path="/door"), 3), {}),
    "feed": (lambda _: Answer(RSS), {}),
    "rest": (api, {"map": {"title": "name"}}),
    "files": (origins.stocked(origins.Feed(), 3), {}),
}


class Resolver(GuardedResolver):
    """Holds one loopback address to be public, and knows what ``example`` names stand for."""

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        names: Any = _Names(self.original_resolver)
        self.original_resolver = names
        address.is_public = lambda address: address == PUBLIC


@implementer(IHostnameResolver)
class _Names:
    """``inside`` is private; ``rebind-...`` is so from the second time that it is asked for."""

    def __init__(self, real: Any) -> None:
        self._real = real
        self._asked = Counter[str]()

    def resolveHostName(self, receiver: Any, name: str, *more: Any) -> Any:  # noqa: N802 Twisted's
        self._asked[name] += 1
        inside = name == "inside.example" or self._asked[name] > 1
        found = (PRIVATE if inside else PUBLIC) if name.endswith(".example") else name
        return self._real.resolveHostName(receiver, found, *more)
