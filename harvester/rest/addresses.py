"""The addresses of an API: of its first page, and of what follows on one; and who is asking."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from urllib.parse import parse_qsl, urlsplit, urlunsplit

from w3lib.url import add_or_replace_parameters

from catalog.config import RestSource
from harvester.errors import FetchError
from harvester.jsonld import joined
from harvester.oai.page import instant
from harvester.rest.mapping import MEDIA_TYPE


def headers(source: RestSource, environment: Mapping[str, str]) -> dict[str, str]:
    """Return the headers, secrets among them. Raises FetchError where one is not set."""
    said = {"Accept": MEDIA_TYPE, **source.headers}
    for name, variable in source.secret_headers.items():
        value = environment.get(variable, "").strip()
        if not value:
            raise FetchError(
                f"the environment variable {variable} is not set; it has to hold the header "
                f"{name} for {source.url}"
            )
        said[name] = value
    return said


class Addresses:
    """Every address has what was asked at first: so no link forgets it.

    ``since`` is what a run asks for changes since, as the source's parameter has it; "" for all.
    """

    def __init__(self, source: RestSource) -> None:
        self._source = source

    def since(self, last: str) -> str:
        """Return what to ask changes since: an overlap before the run that began at ``last``."""
        then = instant(last) if last else None
        if then is None or not self._source.since_parameter:
            return ""
        return (then - timedelta(hours=self._source.overlap)).strftime(self._source.since_format)

    def first(self, since: str) -> str:
        said = self._parameters(since)
        if self._source.paging in ("page", "offset"):
            said[self._source.page_parameter] = str(self._source.first)
        return add_or_replace_parameters(self._source.url, said)

    def part(self, value: str, since: str) -> str:
        """Return the address of the page with this number, offset or token."""
        return self._with(self._source.url, since, {self._source.page_parameter: value})

    def linked(self, link: str, here: str, since: str) -> str:
        """Return a next link, if it leads to the source's host or to where it redirected us.

        Proxies make servers say http for https; that is put right. Raises FetchError.
        """
        other = urlsplit(joined(here, link))
        if other.scheme in ("http", "https"):
            for base in (urlsplit(here), urlsplit(self._source.url)):
                if other.hostname == base.hostname:
                    safe = other.scheme == "https" or base.scheme == "http"
                    kept = other if safe else other._replace(scheme="https", netloc=base.netloc)
                    return self._with(urlunsplit(kept), since, {})
        raise FetchError(f"{self._source.url} names a next page elsewhere: {link}")

    def _parameters(self, since: str) -> dict[str, str]:
        source, said = self._source, dict(self._source.query)
        if source.size_parameter:
            said[source.size_parameter] = str(source.size)
        if since:
            said[source.since_parameter] = since
        return said

    def _with(self, url: str, since: str, parameters: dict[str, str]) -> str:
        known = dict(parse_qsl(urlsplit(url).query, keep_blank_values=True))
        missing = {k: v for k, v in self._parameters(since).items() if k not in known}
        wanted = {**missing, **parameters}
        return add_or_replace_parameters(url, wanted) if wanted else url
