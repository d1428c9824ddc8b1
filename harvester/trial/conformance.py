"""Does a repository keep to OAI-PMH 2.0? A dozen questions, each answer judged.

``major`` is what keeps us from harvesting; ``minor`` what the protocol forbids and we live with.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import quote, urlencode

from lxml import etree
from msgspec import Struct, field

from catalog.config import OaiPmhSource
from harvester.oai.clean import parse
from harvester.oai.page import OaiPage, UnreadableError, instant, read, say
from harvester.trial.outcome import Checks, MetadataFormat
from harvester.trial.questions import Answer, Conversation, Question

_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_SECOND = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_GRANULARITIES = {"YYYY-MM-DD": _DAY, "YYYY-MM-DDThh:mm:ssZ": _SECOND}
_EMAIL = re.compile(r"\S+@(\S+\.)+\S+")  # OAI-PMH.xsd, emailType
_MOST_SETS = 200
_NOBODY = "oai:trial.invalid:nobody"

#: What says most about education first; a part of the namespace of a metadata format.
_PREFERRED = ("imsmd", "ltsc.ieee.org", "loc.gov/mods", "MARC21", "openarchives.org/OAI/2.0/oai_dc")


class Repository(Checks, kw_only=True):
    """What the conversation brought to light."""

    title: str = ""
    prefix: str = ""  # the one asked for, or the best that is offered
    offers: list[MetadataFormat] = field(default_factory=list)
    sets: list[tuple[str, str]] = field(default_factory=list)
    granularity: str = ""
    total: int | None = None


class _Said(Struct):
    """An answer, read; ``page`` None where it is no OAI-PMH."""

    answer: Answer
    page: OaiPage | None
    trouble: str


def converse(source: OaiPmhSource, *, choose: bool = False) -> Conversation[Repository]:
    """Ask a repository everything; with ``choose`` for the format that suits us best."""
    found = Repository(prefix=source.prefix)
    if not (yield from _identify(source, found)):
        return found
    yield from _formats(source, found, choose=choose)
    yield from _sets(source, found)
    first = yield from _records(source, found)
    if first and first.token:
        yield from _token(source, found, first)
    yield from _future(source, found)
    yield from _errors(source, found)
    return found


def _ask(source: OaiPmhSource, verb: str, **arguments: str) -> Conversation[_Said]:
    named = {name.rstrip("_"): value for name, value in arguments.items() if value}
    query = urlencode({"verb": verb, **named}, quote_via=quote, safe="")
    base = source.url.rstrip("?&")
    answer = yield Question(base + ("&" if "?" in base else "?") + query)
    if answer.trouble:
        return _Said(answer, None, answer.trouble)
    try:
        page = read(answer.body, source="trial", url=answer.url, media_type=answer.media_type)
    except UnreadableError as error:
        return _Said(answer, None, f"{answer.url} {error}")
    return _Said(answer, page, "")


def _identify(source: OaiPmhSource, found: Repository) -> Conversation[bool]:
    """OAI-PMH 4.2."""
    said = yield from _ask(source, "Identify")
    if said.page is None or said.page.identify is None:
        refusal = said.page and said.page.error
        found.note(
            "identify", "major", said.trouble or f"Identify fails: {refusal and say(refusal)}"
        )
        return False
    it, page = said.page.identify, said.page
    found.title, found.granularity = it.repositoryName(), it.granularity()
    found.note("identify", "good", f"It is {it.repositoryName() or 'a repository without a name'}.")
    kind = said.answer.media_type.partition(";")[0].strip() or "nothing"
    found.expect(
        "content-type",
        kind == "text/xml",
        "Answers are text/xml.",
        f"Answers are {kind}, not text/xml.",
    )
    found.expect(
        "well-formed", not page.repaired, "Answers are well-formed XML.",
        "Answers are not well-formed, or in another namespace; they were repaired.",
    )  # fmt: skip
    found.expect(
        "version", it.protocolVersion() == "2.0", "It speaks version 2.0.",
        f"It says that it speaks version {it.protocolVersion() or 'none'}, not 2.0.",
    )  # fmt: skip
    emails = it.adminEmails()
    found.expect(
        "email", any(_EMAIL.fullmatch(email) for email in emails),
        "It names an e-mail address.", "It names no e-mail address (adminEmail).",
    )  # fmt: skip
    form = _GRANULARITIES.get(it.granularity())
    found.expect(
        "granularity", form is not None, f"Dates are as fine as {it.granularity()}.",
        f"Its granularity {it.granularity()!r} is none of the two that there are.",
    )  # fmt: skip
    earliest = it.earliestDatestamp()
    found.expect(
        "earliest", bool(form and form.fullmatch(earliest) and instant(earliest)),
        f"Its earliest datestamp is {earliest}.",
        f"Its earliest datestamp {earliest!r} is no date in its granularity.",
    )  # fmt: skip
    _deletions(found, it.deletedRecord())
    return True


def _deletions(found: Repository, kept: str) -> None:
    texts = {
        "persistent": "It keeps deleted records: withdrawals are followed at once.",
        "transient": "It forgets deletions in time: two complete lists must agree on what is gone.",
        "no": "It keeps no deletions: two complete lists must agree on what is gone.",
    }
    found.expect("deletions", kept in texts, texts.get(kept, ""), f"deletedRecord is {kept!r}.")


def _formats(source: OaiPmhSource, found: Repository, *, choose: bool) -> Conversation[None]:
    """OAI-PMH 4.4."""
    said = yield from _ask(source, "ListMetadataFormats")
    if said.page is not None:
        found.offers = list(_offers(said.answer))
    prefixes = [offer.prefix for offer in found.offers]
    if choose and prefixes:
        found.prefix = min(found.offers, key=_preference).prefix
    found.expect(
        "formats", bool(prefixes), f"It offers {', '.join(prefixes)}.",
        said.trouble or "It lists no metadata formats.",
    )  # fmt: skip
    if not prefixes:
        return
    found.expect(
        "formats.oai_dc",
        "oai_dc" in prefixes,
        "oai_dc is among them.",
        "oai_dc, which is required, is not among them.",
    )
    found.expect(
        "formats.prefix", found.prefix in prefixes, f"We ask for {found.prefix}.",
        f"It does not offer {found.prefix}.", "major",
    )  # fmt: skip


def _offers(answer: Answer) -> Iterator[MetadataFormat]:
    root, _ = parse(answer.body, answer.media_type)
    for offer in root.iterfind("{*}ListMetadataFormats/{*}metadataFormat"):
        prefix = _child(offer, "metadataPrefix")
        if prefix:
            yield MetadataFormat(
                prefix, _child(offer, "schema"), _child(offer, "metadataNamespace")
            )


def _child(element: etree._Element, name: str) -> str:
    return (element.findtext(f"{{*}}{name}") or "").strip()


def _preference(offer: MetadataFormat) -> int:
    matches = (i for i, part in enumerate(_PREFERRED) if part in offer.namespace)
    return next(matches, len(_PREFERRED))


def _sets(source: OaiPmhSource, found: Repository) -> Conversation[None]:
    """OAI-PMH 4.6; only the first part of a long list."""
    said = yield from _ask(source, "ListSets")
    if said.page is None:
        found.note("sets", "minor", said.trouble)
        return
    root, _ = parse(said.answer.body, said.answer.media_type)
    listed = root.iterfind("{*}ListSets/{*}set")
    found.sets = [(_child(s, "setSpec"), _child(s, "setName")) for s in listed][:_MOST_SETS]
    more = " or more" if said.page.token else ""
    if said.page.error and "noSetHierarchy" not in say(said.page.error):
        found.note("sets", "minor", f"ListSets fails: {say(said.page.error)}.")
    else:
        found.note("sets", "good", f"It has {len(found.sets) or 'no'}{more} sets.")
    specs = [spec for spec, _ in found.sets]
    for name in source.sets:
        there = more or any(spec == name or spec.startswith(f"{name}:") for spec in specs)
        if not there:
            found.note("sets.named", "major", f"It has no set {name}.")


def _records(source: OaiPmhSource, found: Repository) -> Conversation[OaiPage | None]:
    """OAI-PMH 4.5 and 3.3: the first part of the list."""
    named = source.sets[0] if source.sets else ""
    said = yield from _ask(source, "ListRecords", metadataPrefix=found.prefix, set=named)
    page = said.page
    if page is None or page.error or not page.raws:
        refusal = page and page.error and say(page.error)
        found.note(
            "records", "major", said.trouble or f"ListRecords fails: {refusal or 'it is empty'}."
        )
        return None
    found.total = page.total
    found.note("records", "good", f"A first answer brought {len(page.raws)} records.")
    found.expect(
        "records.well-formed", not page.repaired, "They are well-formed.",
        "They are not well-formed, or in another namespace; they were repaired.",
    )  # fmt: skip
    form = _GRANULARITIES.get(found.granularity)
    odd = [raw.datestamp for raw in page.raws if form and not form.fullmatch(raw.datestamp)]
    found.expect(
        "datestamps", not odd, "Datestamps are in the granularity declared.",
        f"{len(odd)} datestamps are in another granularity, such as {next(iter(odd), '')!r}.",
    )  # fmt: skip
    names = [raw.identifier for raw in page.raws]
    found.expect(
        "identifiers", all(names) and len(set(names)) == len(names),
        "Each record has an identifier of its own.", "Identifiers are missing or come twice.",
    )  # fmt: skip
    if page.token and page.total is None:
        found.note(
            "size",
            "minor",
            "It does not say how long a list is: one that breaks off may go unnoticed.",
        )
    return page


def _token(source: OaiPmhSource, found: Repository, first: OaiPage) -> Conversation[None]:
    """OAI-PMH 3.5: a list goes on, and the same question has the same answer."""
    said = yield from _ask(source, "ListRecords", resumptionToken=first.token)
    page = said.page
    if page is None or page.error or not page.raws:
        refusal = page and page.error and say(page.error)
        found.note(
            "token",
            "major",
            said.trouble or f"The list does not go on: {refusal or 'it is empty'}.",
        )
        return
    names = [raw.identifier for raw in page.raws]
    same = names == [raw.identifier for raw in first.raws]
    found.expect(
        "token", not same, "The list goes on.", "The list begins again at its second part.", "major"
    )
    again = yield from _ask(source, "ListRecords", resumptionToken=first.token)
    repeated = [raw.identifier for raw in again.page.raws] if again.page else []
    found.expect(
        "token.again", repeated == names, "A part can be asked for again.",
        "A part cannot be asked for again: after a broken answer the list starts anew.",
    )  # fmt: skip


def _future(source: OaiPmhSource, found: Repository) -> Conversation[None]:
    """OAI-PMH 2.7.1: from is obeyed, so that only changes need be asked for."""
    then = datetime.now(UTC) + timedelta(days=2)
    form = "%Y-%m-%dT%H:%M:%SZ" if "T" in found.granularity else "%Y-%m-%d"
    said = yield from _ask(
        source, "ListRecords", metadataPrefix=found.prefix, from_=then.strftime(form)
    )
    error = said.page.error if said.page else None
    found.expect(
        "from", bool(error and "noRecordsMatch" in say(error)), "It can be asked for changes.",
        "Asked for changes from the day after tomorrow it does not say noRecordsMatch: set "
        "incremental = false if later harvests bring everything.",
    )  # fmt: skip


def _errors(source: OaiPmhSource, found: Repository) -> Conversation[None]:
    """OAI-PMH 3.6."""
    wrong: list[tuple[str, str, dict[str, str]]] = [
        ("badVerb", "Nonsense", {}),
        ("badArgument", "ListRecords", {}),
        ("cannotDisseminateFormat", "ListRecords", {"metadataPrefix": "nonsense"}),
        ("idDoesNotExist", "GetRecord", {"metadataPrefix": found.prefix, "identifier": _NOBODY}),
        ("badResumptionToken", "ListRecords", {"resumptionToken": "nonsense"}),
    ]
    for code, verb, arguments in wrong:
        said = yield from _ask(source, verb, **arguments)
        error = said.page.error if said.page else None
        told = say(error) if error else said.trouble or "no error at all"
        found.expect(
            f"error.{code}", told.startswith(code), f"It says {code} where it should.",
            f"Where it should say {code} it says {told[:200]}.",
        )  # fmt: skip
