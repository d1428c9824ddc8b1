"""Pages that are not there and say so with 200: told by asking for one that cannot be there."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

from lxml import etree
from scrapy.http import Response

from harvester.site.markup import parsed
from harvester.site.pages import media_type, text_of

_HIDDEN = ("script", "style", "noscript", "svg", "template")
_WORD = re.compile(r"[^\W\d_]{2,}")
_SPAN = 3  # words
_ALIKE = 0.9
_LARGEST = 500_000  # characters


def impossible(site: str) -> str:
    """Return an address on ``site`` that nobody has ever made."""
    return urljoin(site, f"/{secrets.token_hex(12)}")


@dataclass(frozen=True)
class NotFound:
    """What a site answers, with 200, where nothing is."""

    url: str  # where it led
    words: frozenset[str]

    @classmethod
    def said_by(cls, response: Response, asked: str) -> NotFound:
        """Return how a site says so, from its answer to an impossible address."""
        return cls(response.url, shingles(_text(response), asked))

    def is_said_by(self, response: Response, asked: str) -> bool:
        """Tell whether the answer to ``asked`` may mean that nothing is there."""
        return self.is_like(response.url, asked, _text(response))

    def is_like(self, url: str, asked: str, text: str) -> bool:
        """Tell whether the answer to ``asked``, found at ``url``, may mean that nothing is there.

        It led to where the impossible address led, or to the home page, or reads like that.
        """
        if url != asked and (url == self.url or urlsplit(url).path in ("", "/")):
            return True
        return alike(shingles(text, asked), self.words)


def _text(response: Response) -> str:
    return text_of(response.body, media_type(response))


def shingles(text: str, asked: str) -> frozenset[str]:
    """Return the runs of three words in a page; numbers, markup and scripts left out.

    The address that was asked for is left out too: such pages like to repeat it.
    """
    root = parsed(forgetting(text, asked)[:_LARGEST])
    return frozenset() if root is None else runs(visible(root))


def alike(one: frozenset[str], other: frozenset[str]) -> bool:
    """Tell whether two pages, as ``shingles``, say about the same."""
    both = len(one | other)
    return not both or len(one & other) / both >= _ALIKE


def forgetting(text: str, asked: str) -> str:
    """Return a page's source without the address that it was asked for by."""
    path = urlsplit(asked).path
    for said in (asked, unquote(path), path, path.rpartition("/")[2]):
        text = text.replace(said, " ") if said.strip("/") else text
    return text


def visible(root: Any) -> str:
    """Return what a page shows, in small letters; takes out of the tree what it does not."""
    etree.strip_elements(root, etree.Comment, *_HIDDEN, with_tail=False)
    return " ".join(root.itertext()).casefold()


def runs(text: str) -> frozenset[str]:
    """Return the runs of three words in a text."""
    words = _WORD.findall(text)
    starts = range(max(1, len(words) - _SPAN + 1))
    return frozenset(" ".join(words[at : at + _SPAN]) for at in starts if words)
