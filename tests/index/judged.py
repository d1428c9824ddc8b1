"""Collections of records, questions and judgements, and how well an order of hits does by them."""

from __future__ import annotations

import html
import math
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from catalog.index import Change, Index, Query
from catalog.index.words import Own
from catalog.learning import listen
from catalog.normalise import normalise
from catalog.resource import Agent, Concept, LearningResource, Text
from demo.materials import FOLDER

FOLDER_OF_QUESTIONS = Path(__file__).parent.parent / "fixtures" / "relevance-nl"
DUTCH = FOLDER_OF_QUESTIONS / "queries.toml"
GAINS = {"exact": 3, "useful": 2, "aside": 1}


@dataclass(frozen=True)
class Collection:
    """``questions`` are what is asked, and the gain of each record that is of any use for it."""

    language: str
    changes: Sequence[Change]
    questions: Sequence[tuple[str, Mapping[str, int]]]


def ndcg(hits: Sequence[str], gains: Mapping[str, int], depth: int = 10) -> float:
    """Return the normalised discounted cumulative gain of the first ``depth`` hits: 0 to 1."""
    best = _discounted(sorted(gains.values(), reverse=True)[:depth])
    return _discounted([gains.get(hit, 0) for hit in hits[:depth]]) / best if best else 0.0


def _discounted(gains: Sequence[int]) -> float:
    return sum(gain / math.log2(place + 2) for place, gain in enumerate(gains))


def learnt(collection: Collection) -> Own:
    """Return the parts of compounds that the collection's own words supply."""
    return listen(filter(None, (change.resource for change in collection.changes))).learn()


def mean(collection: Collection, index: Index, *, literal: bool = False) -> float:
    """Return nDCG@10 of what an index finds, the mean over all questions.

    ``literal``: no misspelt word is taken for another.
    """
    found = (
        ndcg(
            [hit.id for hit in index.search(_query(text, collection, literal)).hits],
            gains,
        )
        for text, gains in collection.questions
    )
    return sum(found) / len(collection.questions)


def _query(text: str, collection: Collection, literal: bool) -> Query:
    return Query(text=text, language=collection.language, facets=(), literal=literal)


# Documents and topics in the XML of TREC, judgements in its columns


def trec(documents: Path, topics: Path, judgements: Path, language: str = "en") -> Collection:
    """Read a collection; topics are numbered by position, as the judgements of Cranfield are."""
    gains: dict[int, dict[str, int]] = {}
    for line in judgements.read_text().splitlines():
        fields = line.split()
        if len(fields) == len(("topic", "iteration", "document", "gain")):
            gains.setdefault(int(fields[0]), {})[fields[2]] = max(int(fields[3]), 0)
    texts = [_tagged(topic, "title") for topic in _each(topics, "top")]
    return Collection(
        language,
        [
            Change(number, _tagged(text, "docno"), _document(text, language))
            for number, text in enumerate(_each(documents, "doc"), 1)
        ],
        [(text, gains.get(number, {})) for number, text in enumerate(texts, 1)],
    )


def _each(path: Path, tag: str) -> list[str]:
    return re.findall(f"<{tag}>(.*?)</{tag}>", path.read_text(), re.DOTALL)


def _tagged(text: str, tag: str) -> str:
    found = re.search(f"<{tag}>(.*?)</{tag}>", text, re.DOTALL)
    return " ".join(html.unescape(found[1]).split()) if found else ""


def _document(text: str, language: str) -> LearningResource:
    return LearningResource(
        source="trec",
        identifier=_tagged(text, "docno"),
        titles=(Text(_tagged(text, "title"), language),),
        descriptions=(Text(_tagged(text, "text"), language),),
        languages=(language,),
    )


# Our own Dutch questions


def dutch() -> Collection:
    """Return the materials of the demonstration, and sixty questions about them."""
    materials = [
        {**content.get("defaults", {}), **material}
        for path in sorted(FOLDER.glob("*.toml"))
        for content in [tomllib.loads(path.read_text(encoding="utf-8"))]
        for material in content["materials"]
    ]
    changes = [Change(n, m["id"], _material(m)) for n, m in enumerate(materials, 1)]
    return Collection("nl", changes, questions(DUTCH))


def questions(file: Path) -> list[tuple[str, Mapping[str, int]]]:
    """Read questions, each with the records that are ``exact``, ``useful`` or ``aside``."""
    return [
        (one["text"], {id_: gain for kind, gain in GAINS.items() for id_ in one.get(kind, ())})
        for one in tomllib.loads(file.read_text(encoding="utf-8"))["queries"]
    ]


def _material(material: Mapping[str, object]) -> LearningResource:
    def words(name: str) -> tuple[str, ...]:
        value = material.get(name, ())
        return (value,) if isinstance(value, str) else tuple(value)  # type: ignore[arg-type]

    (language,) = words("language")
    return normalise(
        LearningResource(
            source="demo",
            identifier=str(material["id"]),
            titles=tuple(Text(title, language) for title in words("title")),
            descriptions=tuple(Text(text, language) for text in words("description")),
            creators=tuple(Agent(maker) for maker in words("makers")),
            publishers=tuple(Agent(publisher) for publisher in words("publisher")),
            subjects=tuple(Concept(label=subject) for subject in words("subjects")),
            level_terms=tuple(Concept(label=level) for level in words("levels")),
            type_terms=tuple(Concept(label=kind) for kind in words("type")),
            languages=(language,),
            rights=words("licence"),
            url=str(material.get("address", "")),
        )
    )
