"""Who made a library's material, and as what (MARC 1XX, 7XX, 260 and 264)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from catalog.resource import Agent
from harvester.formats.marc.record import Field, Record, trim

Agents = tuple[Agent, ...]

#: Relator codes that are common enough to have a word; others stay codes.
_RELATORS = {
    "aut": "author", "cre": "creator", "edt": "editor", "trl": "translator",
    "ill": "illustrator", "pbl": "publisher", "ctb": "contributor", "com": "compiler",
    "nrt": "narrator", "pht": "photographer", "drt": "director", "pro": "producer",
    "fmk": "filmmaker", "spk": "speaker", "aui": "author of introduction", "ths": "thesis advisor",
    "isb": "issuing body", "dst": "distributor", "fnd": "funder", "spn": "sponsor",
    "cmp": "composer", "prf": "performer", "prg": "programmer", "art": "artist",
    "ctg": "cartographer", "hst": "host", "pdr": "project director", "rev": "reviewer",
}  # fmt: skip
_MAKERS = frozenset({
    "author", "joint author", "creator", "composer", "artist", "cartographer", "filmmaker",
    "photographer", "programmer", "speaker", "auteur", "maker", "verfasser",
})  # fmt: skip
_AUTHORITIES = (
    (re.compile(r"\(orcid\)\s*|(?:https?://)?(?:www\.)?orcid\.org/"), "https://orcid.org/"),
    (re.compile(r"\(isni\)\s*|(?:https?://)?(?:www\.)?isni\.org/(?:isni/)?"), "https://isni.org/isni/"),
    (re.compile(r"\(viaf\)\s*|(?:https?://)?(?:www\.)?viaf\.org/viaf/"), "https://viaf.org/viaf/"),
    (re.compile(r"\(de-588\)\s*|(?:https?://)?d-nb\.info/gnd/"), "https://d-nb.info/gnd/"),
    (re.compile(r"\(ror\)\s*|(?:https?://)?ror\.org/"), "https://ror.org/"),
)  # fmt: skip


def read(record: Record) -> tuple[Agents, Agents, Agents]:
    """Return creators, contributors and publishers.

    A name without a role is a creator: older cataloguing gives co-authors none.
    """
    creators, contributors, publishers = [], [], []
    for tag in ("100", "110", "111", "700", "710", "711"):
        for field in record.all(tag):
            if field.first("t"):  # names another work, not somebody who worked on this one
                continue
            agent = _agent(field)
            if not agent.name:
                continue
            if agent.role == "publisher":
                publishers.append(agent)
            elif agent.role in _MAKERS or not agent.role:
                creators.append(agent)
            else:
                contributors.append(agent)
    known = {agent.name for agent in publishers}
    publishers += [agent for agent in _publishers(record) if agent.name not in known]
    return tuple(creators), tuple(contributors), tuple(publishers)


def _agent(field: Field) -> Agent:
    personal = field.tag in {"100", "700"}
    kind: Literal["person", "organisation"] = "person" if personal else "organisation"
    name = field.join("abcq" if personal else "abn", " ")
    return Agent(
        name=trim(name),
        kind=kind,
        role=_role(field),
        ids=tuple(dict.fromkeys(filter(None, map(_id, field.every("01"))))),
        affiliation=trim(field.first("u")) if personal else "",
    )


def _role(field: Field) -> str:
    """Return the first role: $4 as a word, else $e ($j for meetings)."""
    for code in field.every("4"):
        bare = code.rpartition("/")[2].strip(" .").lower()
        return _RELATORS.get(bare, bare)
    said = field.first("j" if field.tag in {"111", "711"} else "e")
    return said.strip(" .,;:").lower()


def _id(said: str) -> str:
    for pattern, base in _AUTHORITIES:
        if found := pattern.match(said.lower()):
            bare = said[found.end() :].strip().replace(" ", "")
            return base + (bare.lower() if "ror.org" in base else bare)
    return ""


def _publishers(record: Record) -> Iterator[Agent]:
    fields = [f for f in record.all("264") if f.ind2 == "1"] or record.all("260")
    for field in fields:
        for said in field.every("b"):
            name = trim(said)
            if name and "s.n." not in name.lower() and "not identified" not in name.lower():
                yield Agent(name=name, kind="organisation", role="publisher")
