"""A question to a repository as a request, with what its entry says of its habits."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlencode, urlsplit, urlunsplit

from oaipmh.validation import validateResumptionArguments
from scrapy import Request
from scrapy.http import Response

from catalog.config import OaiPmhSource

_MOVED = (301, 308)
_OURS = ("verb=", "resumptionToken=", "metadataPrefix=", "set=", "from=", "until=")
_AS_SENT = "%+=/:~,;!*()'@$"  # of a token that its server has encoded


def request(
    source: OaiPmhSource, base: str, verb: str, arguments: dict[str, str], **more: Any
) -> Request:
    """Return a request with those ``arguments`` that have a value (OAI-PMH 3.1.1)."""
    said = {name: value for name, value in arguments.items() if value}
    named = {"from_" if name == "from" else name: value for name, value in said.items()}
    validateResumptionArguments(verb, named)
    token = said.pop("resumptionToken", "")
    query = urlencode({"verb": verb, **said}, quote_via=quote, safe="")
    if token:
        query += f"&resumptionToken={_encoded(token, source)}"
    headers = {} if source.gzip else {"Accept-Encoding": "identity"}
    url, body = base, ""
    if source.post:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
        body = query
    else:
        url = base.rstrip("?&") + ("&" if urlsplit(base).query else "?") + query
    return Request(
        url, method="POST" if body else "GET", body=body, headers=headers, dont_filter=True, **more
    )


def _encoded(token: str, source: OaiPmhSource) -> str:
    if source.token_encoding == "none":  # noqa: S105 a token of a list is no secret
        return quote(token, safe=_AS_SENT)
    once = quote(token, safe="")
    return quote(once, safe="") if source.token_encoding == "twice" else once  # noqa: S105 the same


def speaks_oai(response: Response) -> bool:
    """Tell whether an answer is an OAI-PMH error: they come with 404, 422 and 500 as well."""
    return b"OAI-PMH" in response.body and b"<error" in response.body


def media_type(response: Response) -> str:
    """Return what an answer says that it is, with its charset; XML where it does not."""
    return (response.headers.get("Content-Type") or b"text/xml").decode("latin-1")


def moved_to(response: Response) -> tuple[str, bool]:
    """Return where a repository was found when it redirected us, and whether that is for good.

    ("", False) where it did not.
    """
    meta = response.request.meta if response.request else {}
    if not meta.get("redirect_urls"):
        return "", False
    parts = urlsplit(response.url)
    base = urlunsplit(parts._replace(query=without_verb(parts.query), fragment=""))
    return base, any(status in _MOVED for status in meta.get("redirect_reasons", []))


def without_verb(query: str) -> str:
    """Return what belongs to a repository's own address in the query of a request to it."""
    return "&".join(part for part in query.split("&") if not part.startswith(_OURS))
