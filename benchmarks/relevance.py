"""How well the first ten hits answer a question: nDCG@10, step by step from plain BM25 to ours.

``python benchmarks/relevance.py`` prints JSON for our own sixty Dutch questions, and for eighty
more where the folder of samples is there; with ``--trec FOLDER`` for a collection as well, in
files named as in the copies of Cranfield in TREC's form: ``*.all.*.xml`` (documents),
``*.qry.xml`` (topics, numbered by position), ``*qrel*`` (judgements). Nothing is trained or tuned
here: the same weights answer every question.

- plain: BM25 of the engine as it comes, over the raw words of title, subjects and description,
  any word of the question.
- stop_words: the same without words that carry no subject; base_forms: each word in its base form.
- one_field: all fields as one, title four times, with the parts of compounds and words that are
  written as one or as two, through our own search: all words first, then most or any.
- own_words, misspelt, pairs, feedback, boosts: each added to the last; the first takes compounds
  apart by the collection's own words as well, the second what is surely misspelt for what is meant.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import tantivy
from whoosh import fields, query
from whoosh.filedb.filestore import RamStorage

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(ROOT / "tests" / "index")]

from conftest import SAMPLES  # noqa: E402 the path comes first
from judged import Collection, dutch, learnt, mean, ndcg, trec  # noqa: E402
from judged_samples import dutch_and_samples  # noqa: E402

from catalog.index import Change  # noqa: E402
from catalog.index.analysis import tokens  # noqa: E402
from catalog.index.bag import known_language  # noqa: E402
from catalog.index.folder import Engine, rebuild  # noqa: E402
from catalog.index.weights import Weights  # noqa: E402
from catalog.index.words import NONE, is_stop, is_stop_somewhere, stem  # noqa: E402

FIELDS = ("title", "subject", "description")
Analyser = Callable[[str, str], list[str]]
Search = Callable[[Sequence[str]], list[str]]

NO_BOOSTS = Weights(
    completeness=0, recency=0, language=0, openness=0, dead_link=0, pairs=0, feedback=0
)
OURS = Weights()
STEPS = {
    "one_field": NO_BOOSTS,
    "own_words": NO_BOOSTS,
    "misspelt": NO_BOOSTS,
    "pairs": Weights(completeness=0, recency=0, language=0, openness=0, dead_link=0, feedback=0),
    "feedback": Weights(completeness=0, recency=0, language=0, openness=0, dead_link=0),
    "boosts": OURS,
}


# Each engine as it comes


def raw(text: str, language: str) -> list[str]:
    return tokens(text) if language or text else []


def based(text: str, language: str) -> list[str]:
    return [stem(word, language) for word in tokens(text)]


def written(change: Change, analyse: Analyser) -> dict[str, list[str]]:
    resource = change.resource
    assert resource
    language = known_language(resource.languages[0]) if resource.languages else ""
    texts = {
        "title": [text.text for text in resource.titles],
        "subject": [concept.label for concept in resource.subjects],
        "description": [text.text for text in resource.descriptions],
    }
    return {field: analyse(" ".join(said), language) for field, said in texts.items()}


def plain_tantivy(changes: Sequence[Change], analyse: Analyser) -> Search:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw")
    for field in FIELDS:
        builder.add_text_field(field, tokenizer_name="whitespace", index_option="freq")
    schema = builder.build()
    index = tantivy.Index(schema)
    writer = index.writer(15_000_000, 1)
    for change in changes:
        document = tantivy.Document()
        document.add_text("id", change.id)
        for field, words in written(change, analyse).items():
            document.add_text(field, " ".join(words))
        writer.add_document(document)
    writer.commit()
    index.reload()
    searcher = index.searcher()

    def search(words: Sequence[str]) -> list[str]:
        terms = [
            (tantivy.Occur.Should, tantivy.Query.term_query(schema, field, word, "freq"))
            for word in words
            for field in FIELDS
        ]
        found = searcher.search(tantivy.Query.boolean_query(terms), 10).hits
        return [str(searcher.doc(place).get_first("id")) for _, place in found]

    return search


def plain_whoosh(changes: Sequence[Change], analyse: Analyser) -> Search:
    schema = fields.Schema(id=fields.ID(stored=True), **dict.fromkeys(FIELDS, fields.TEXT()))
    index = RamStorage().create_index(schema)
    writer = index.writer()
    for change in changes:
        writer.add_document(id=[change.id], _stored_id=change.id, **written(change, analyse))
    writer.commit()
    searcher = index.searcher()

    def search(words: Sequence[str]) -> list[str]:
        terms = [query.Term(field, word) for word in words for field in FIELDS]
        return [hit["id"] for hit in searcher.search(query.Or(terms), limit=10)]

    return search


PLAIN = {"tantivy": plain_tantivy, "whoosh": plain_whoosh}


def plain(collection: Collection, search: Search, analyse: Analyser, *, stop: bool) -> float:
    scores: list[float] = []
    for text, gains in collection.questions:
        words = list(dict.fromkeys(tokens(text)))
        if stop:
            words = [w for w in words if not _stop(w, collection.language)] or words
        asked = analyse(" ".join(words), collection.language)
        scores.append(ndcg(search(asked), gains))
    return sum(scores) / len(scores)


def _stop(word: str, language: str) -> bool:
    return is_stop(word, language) or is_stop_somewhere(word)


# Step by step


def steps(collection: Collection, engine: Engine) -> dict[str, float]:
    """Return nDCG@10 after each step."""
    changes = collection.changes
    by_words, by_bases = PLAIN[engine](changes, raw), PLAIN[engine](changes, based)
    figures = {
        "plain": plain(collection, by_words, raw, stop=False),
        "stop_words": plain(collection, by_words, raw, stop=True),
        "base_forms": plain(collection, by_bases, based, stop=True),
    }
    with tempfile.TemporaryDirectory() as folder:
        for step, weights in STEPS.items():
            own = NONE if step == "one_field" else learnt(collection)
            literal = step in ("one_field", "own_words")
            with rebuild(folder, engine, changes, len(changes), weights, own=own) as index:
                figures[step] = mean(collection, index, literal=literal)
    return {step: round(figure, 4) for step, figure in figures.items()}


def described(collection: Collection, engines: Sequence[Engine]) -> dict[str, Any]:
    return {
        "records": len(collection.changes),
        "questions": len(collection.questions),
        "ndcg_at_10": {engine: steps(collection, engine) for engine in engines},
    }


def in_folder(folder: Path, language: str) -> Collection:
    names = ("*.all.*xml", "*.qry*xml", "*qrel*")
    documents, topics, judgements = (next(folder.glob(name)) for name in names)
    return trec(documents, topics, judgements, language)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trec", type=Path, help="folder of another collection")
    parser.add_argument("--language", default="en", help="of that collection")
    parser.add_argument("--samples", type=Path, default=SAMPLES, help="folder of real records")
    parser.add_argument("--engine", choices=list(PLAIN), help="only this one")
    options = parser.parse_args()
    engines: list[Engine] = [options.engine] if options.engine else ["tantivy", "whoosh"]
    result: dict[str, Any] = {"dutch": described(dutch(), engines)}
    if options.samples.is_dir():
        result["dutch_and_samples"] = described(dutch_and_samples(options.samples), engines)
    else:
        result["dutch_and_samples"] = f"there is no folder {options.samples}"
    if options.trec:
        result[options.trec.name] = described(in_folder(options.trec, options.language), engines)
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
