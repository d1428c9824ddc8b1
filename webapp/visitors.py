"""Who opens a page: a person, as far as can be told, or a program."""

from __future__ import annotations

import re

# What programs that go round call themselves; a browser has none of it in its name.
_PROGRAM = re.compile(
    r"bot\b|bot[/;_-]|crawl|spider|slurp|archiver|fetch|monitor|preview|scan|check|validator"
    r"|facebookexternalhit|embedly|lighthouse|headless|phantomjs|selenium|curl|wget|libwww|httpclient"
    r"|http-client|python|java/|okhttp|go-http|perl|ruby|axios|node|scrapy|vindplaats",
    re.IGNORECASE,
)
_BROWSER = "mozilla/"  # by an old custom, the name of every browser begins with it


def is_program(agent: str) -> bool:
    """Tell whether a User-Agent is that of a program; one that says nothing is taken for one."""
    return not agent.lower().startswith(_BROWSER) or _PROGRAM.search(agent) is not None
