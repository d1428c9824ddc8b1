"""The order of hits: what comes after the words' own score, the same for every engine.

The engine's best hits by BM25 over the bag are looked at once more: whether the words of the
question stand near each other, what the first few are about besides (feedback), and what is known
of the record (boosts). Only the first ``Weights.window`` hits are, always the same ones, so that
pages neither repeat a hit nor lose one.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from msgspec import Struct

from catalog.index.bag import FIELD, PART
from catalog.index.fields import FIELDS
from catalog.index.quality import Quality, discipline_bits, language_bits, unpack
from catalog.index.weights import Weights


class Reader(Struct, frozen=True):
    """For whom hits are ranked, and when."""

    language: str  # a BCP 47 tag, or "" where it is not known
    year: int

    @classmethod
    def of(cls, language: str) -> Reader:
        """Return the reader of this language, now."""
        return cls(language, time.gmtime().tm_year)


def boosts(packed: int, reader: Reader, weights: Weights) -> dict[str, float]:
    """Return the factors by name that a record's score is multiplied by; those of 1 are left out.

    ``packed`` is from ``quality.pack``. Each factor lies between 1 - weight and 1 + weight.
    """
    quality = unpack(packed)
    leanings = {
        "completeness": weights.completeness * (2 * quality.completeness - 1),
        "recency": weights.recency * _newness(quality, reader, weights),
        "language": weights.language * _understood(quality, reader),
        "openness": weights.openness * _OPEN.get(quality.openness, 0),
        "dead_link": -weights.dead_link * quality.dead_link,
    }
    return {name: 1 + lean for name, lean in leanings.items() if lean}


_OPEN: Mapping[str, int] = {"open": 1, "closed": -1}


def _newness(quality: Quality, reader: Reader, weights: Weights) -> float:
    if not quality.year or not quality.disciplines & discipline_bits(weights.ageing):
        return 0.0
    age = max(reader.year - quality.year, 0)
    return float(2 * 0.5 ** (age / weights.half_life) - 1)


def _understood(quality: Quality, reader: Reader) -> int:
    if not reader.language or not quality.languages:
        return 0
    return 1 if quality.languages & language_bits((reader.language,)) else -1


class Sought(Struct, frozen=True):
    """A word of the question: all the forms in which the bag may have it, and how rare it is."""

    forms: frozenset[str]
    rarity: float


def refine(
    scores: Sequence[float],
    abouts: Sequence[str],
    sought: Sequence[Sought],
    rarity: Callable[[str], float],
    weights: Weights,
) -> list[float]:
    """Return scores to which nearness and feedback are added, for hits with the best first.

    ``abouts`` are what the index keeps of the first hits (``Document.about``); hits without keep
    their score. ``rarity`` is of a word in the bag.
    """
    read = [_words(about) for about in abouts]
    refined = list(scores)
    if weights.pairs:
        for place, words in enumerate(read):
            refined[place] += weights.pairs * _nearness(words, sought)
    if weights.feedback and read:
        order = sorted(range(len(read)), key=lambda place: -refined[place])
        best = [read[place] for place in order[:_TRUSTED]]
        more = _expansion(best, [refined[place] for place in order[:_TRUSTED]], rarity)
        gains = [_gain(words, more) for words in read]
        # What is fed back counts as much as the question itself, times the weight.
        scale = weights.feedback * max(refined[: len(read)]) / (max(gains) or 1.0)
        for place, gain in enumerate(gains):
            refined[place] += scale * gain
    return refined


_TRUSTED = 5  # hits whose words are fed back
_FED_BACK = 25  # words
_RARE = 1.5  # power of the rarity of what is fed back: between once and squared, as in BM25
_SHORTEST = 3  # letters of a word that is fed back
_NEAR = 5  # words from each other, at most
_SATURATION = 1.2
_TYPICAL = 100  # words of a record, beyond which one more says less


def _words(about: str) -> list[str]:
    """Return the analysed words of a record, but for identifiers and labels, in order."""
    fields = about.split(FIELD)
    return " ".join([fields[place] for place in _TEXTUAL if place < len(fields)]).split()


_TEXTUAL = [place for place, field in enumerate(FIELDS) if field not in ("identifier", "kind")]


def _nearness(words: Sequence[str], sought: Sequence[Sought]) -> float:
    """Return how near to each other the words of each pair stand that follow each other asked."""
    places: list[list[int]] = [[] for _ in sought]
    known = {form: number for number, word in enumerate(sought) for form in word.forms}
    for place, word in enumerate(words):
        for form in word.split(PART):
            number = known.get(form)
            if number is not None:
                places[number].append(place)
                break
    score = 0.0
    for one, other, here, there in zip(sought, sought[1:], places, places[1:], strict=False):
        near = sum(1 / max(abs(a - b), 1) for a in here for b in there if abs(a - b) <= _NEAR)
        score += min(one.rarity, other.rarity) * near / (near + _SATURATION)
    return score


def _expansion(
    best: Sequence[Sequence[str]],
    scores: Sequence[float],
    rarity: Callable[[str], float],
) -> dict[str, float]:
    """Return the words that the best hits have in common, with their weights (as in RM3)."""
    weights: dict[str, float] = {}
    shared: Counter[str] = Counter()
    for words, score in zip(best, scores, strict=True):
        counts = Counter(word.partition(PART)[0] for word in words)
        shared.update(counts.keys())
        for word, count in counts.items():
            weights[word] = weights.get(word, 0.0) + score * count / len(words)
    likely = sorted(
        [word for word in weights if shared[word] > 1 and len(word) >= _SHORTEST],
        key=lambda word: (-weights[word], word),
    )[: 4 * _FED_BACK]
    found = {word: weights[word] * rarity(word) ** _RARE for word in likely}
    chosen = sorted(found, key=lambda word: (-found[word], word))[:_FED_BACK]
    return {word: found[word] for word in chosen}


def _gain(words: Sequence[str], more: Mapping[str, float]) -> float:
    counts = Counter([w for word in words if (w := word.partition(PART)[0]) in more])
    slow = _SATURATION * (0.25 + 0.75 * len(words) / _TYPICAL)
    return sum(more[word] * count / (count + slow) for word, count in counts.items())
