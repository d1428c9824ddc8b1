"""Write ``schemas/words``: base forms, parts of compounds, and words that are spelled right.

``python -m catalog.index.words.making [DUTCH]``; DUTCH is OpenTaal's list of words, one a line,
by default where Debian puts it.
"""

from __future__ import annotations

import math
import sys
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

import wordfreq

from catalog.index.analysis import tokens
from catalog.index.words.affixes import SHORTEST, first_part, is_suffixed, never
from catalog.index.words.bases import TAIL, dutch_base, stem
from catalog.index.words.compounds import COMMON, LONG, Part
from catalog.index.words.data import lines
from catalog.index.words.making.evidence import Evidence

FOLDER = Path(__file__).resolve().parents[4] / "schemas" / "words"
DEBIAN = Path("/usr/share/dict/dutch")
LISTED = 1.5  # Zipf of a word whose base form is listed, at least
USABLE = 2.0  # Zipf of a word that may be a part, at least
WITNESSES = 4  # other words in which a part occurs, at least
COMPOUND = 7  # letters, at least
ROUNDS = 3
SPELLED = 3.0  # Zipf of a word that is taken to be spelled right: slips are rarer
TOLD_APART = 5  # letters of a word that is looked for in another spelling
UNKNOWN = "xxx"  # begins no word

FREQUENCIES = "frequencies: wordfreq 3.1.1, Robyn Speer (github.com/rspeer/wordfreq), CC BY-SA 4.0"
OPENTAAL = "words: OpenTaal's list 2.20.19 (github.com/OpenTaal/opentaal-wordlist), CC BY 3.0"
LICENCE = "made by python -m catalog.index.words.making; CC BY-SA 4.0, see schemas/README.md"


def main(dutch_words: Path) -> None:
    """Write the lists."""
    zipf = frequencies("nl")
    small, capital = read(dutch_words)
    evidence = Evidence(small, capital, zipf, lines("irregular.txt", "nl"), stop("nl"))
    wanted = {w for w in small | capital if zipf.get(w, 0) >= LISTED} | evidence.irregular.keys()
    bases = {word: evidence.base(word) for word in wanted}
    bases = exceptions(bases | {base: base for base in bases.values()})
    head = [LICENCE, FREQUENCIES, OPENTAAL]
    write("nl.bases.txt", [*head, "word, base form"], (f"{w} {b}" for w, b in bases.items()))
    usable = {w for w in small if zipf.get(w, 0) >= USABLE}
    of = {word: dutch_base(bases, word) for word in usable}
    write_parts("nl", head, words=small, of=of, zipf=zipf)

    zipf = frequencies("de")
    of = {w: w for w, frequency in zipf.items() if frequency >= USABLE}  # stems are no words
    write_parts("de", head[:2], words=zipf, of=of, zipf=zipf)
    write_spelled("nl", "en")


def stop(language: str) -> frozenset[str]:
    """Return the words that carry no subject."""
    return frozenset(word for line in lines("stop.txt", language) for word in line)


def write_spelled(*languages: str) -> None:
    """Write the base forms of words that are common enough to be no slip."""
    rows = []
    for language in languages:
        common = (w for w, frequency in frequencies(language).items() if frequency >= SPELLED)
        bases = {stem(word, language) for word in common if len(word) >= TOLD_APART}
        rows += [f"[{language}]", *sorted(bases)]
    write("spelled.txt", [LICENCE, FREQUENCIES, "base forms of common words"], rows)


def frequencies(language: str) -> dict[str, float]:
    """Return the frequency of each folded word on Zipf's scale."""
    total: defaultdict[str, float] = defaultdict(float)
    for word, frequency in wordfreq.get_frequency_dict(language, "large").items():
        if len(found := tokens(word)) == 1 and found[0].isascii() and found[0].isalpha():
            total[found[0]] += frequency
    return {word: math.log10(frequency) + 9 for word, frequency in total.items()}


def read(path: Path) -> tuple[frozenset[str], frozenset[str]]:
    """Return the words that are written small and those with a capital, folded."""
    small: set[str] = set()
    capital: set[str] = set()
    for line in path.read_text("utf-8").splitlines():
        if len(found := tokens(line)) == 1 and found[0].isascii() and found[0].isalpha():
            (small if line.islower() else capital).add(found[0])
    return frozenset(small), frozenset(capital)


def exceptions(bases: Mapping[str, str]) -> dict[str, str]:
    """Return only the words whose base form is not found without listing them."""
    listed: dict[str, str] = {}
    while True:
        wrong = {w: b for w, b in bases.items() if not found(listed, w, b)}
        if wrong.keys() <= listed.keys():
            return dict(sorted(listed.items()))
        listed |= wrong  # and these may be tails of others


def cuts(word: str, language: str, of: Mapping[str, str]) -> set[tuple[str, str, bool]]:
    """Return each way to cut a word in two: first and last part, and whether an s links them.

    ``of``: form -> base.
    """
    found = set()
    for place in range(SHORTEST, len(word) - SHORTEST + 1):
        last = word[place:]
        if is_suffixed(word, place, language):
            continue
        if last in of and last not in never(language)[1]:
            for way in first_part(word[:place], language, lambda form: of.get(form, "")):
                first, linked = way
                found.add((first, of[last], linked))
    return found


def found(listed: Mapping[str, str], word: str, base: str) -> bool:
    """Say whether the base form is found, also where the word is the end of an unknown one."""
    if dutch_base(listed, word) != base:
        return False
    return len(word) < TAIL or dutch_base(listed, UNKNOWN + word) == UNKNOWN + base


def write_parts(
    language: str,
    head: list[str],
    *,
    words: Collection[str],
    of: Mapping[str, str],
    zipf: Mapping[str, float],
) -> None:
    """Count in how many ``words`` each base in ``of`` is the first or last part; write that."""
    common: defaultdict[str, float] = defaultdict(float)
    for word, found in of.items():
        common[found] += 10 ** zipf[word]
    parts = {word: Part(0, 0, math.log10(total), 0) for word, total in common.items()}

    def evidence(way: tuple[str, str, bool]) -> float:
        first, last, linked = way
        return (parts[first].first + 0.01) * (parts[last].last + 0.01) * parts[first].share(linked)

    # at first every way to cut a word counts; then the one whose parts occur in most other words
    for turn in range(ROUNDS):
        firsts: defaultdict[str, float] = defaultdict(float)
        lasts: defaultdict[str, float] = defaultdict(float)
        links: defaultdict[str, float] = defaultdict(float)
        for word in words:
            if len(word) < COMPOUND:
                continue
            ways = cuts(word, language, of)
            if turn and ways:
                ways = {max(sorted(ways), key=evidence)}
            for first, last, linked in ways:
                firsts[first] += 1 / len(ways)
                lasts[last] += 1 / len(ways)
                links[first] += linked / len(ways)
        parts = {w: Part(firsts[w], lasts[w], p.zipf, links[w]) for w, p in parts.items()}
    kept = (
        f"{word} {round(part.first)} {round(part.last)} {part.zipf:.1f} {round(part.linked)}"
        for word, part in sorted(parts.items())
        if max(part.first, part.last) >= WITNESSES or (len(word) >= LONG and part.zipf >= COMMON)
    )
    about = "word, words in which it is first, and last; frequency (Zipf); first with a linking s"
    write(f"{language}.parts.txt", [*head, about], kept)


def write(name: str, head: list[str], rows: Iterable[str]) -> None:
    """Write a list with its source and licence above it."""
    text = "".join(f"{line}\n" for line in [*(f"# {line}" for line in head), *rows])
    (FOLDER / name).write_text(text, "utf-8")
    print(name, text.count("\n"), "lines", len(text), "bytes")  # noqa: T201 it is a command


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else DEBIAN)
