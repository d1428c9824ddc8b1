"""The best value of a field among copies: one rule a kind of field.

A rule is given the copies, the one to trust first in front, and what each says in the field. It
returns the value and the places of the copies that it is of. Rules are asked only where copies say
different things.
"""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import astuple, replace

from catalog import vocabulary
from catalog.resource import Agent, Concept, Date, Identifier, LearningResource, Relation, Text
from catalog.works.makers import is_same, maker
from catalog.works.titles import folded

#: Values of one field of one copy that are looked at.
MOST = 500

_RICH = 2000  # characters of a description, beyond which more says no more
_FULL = 30  # words of a title, likewise
_EDITION = 2  # words: "3rd edition"
_PAIRS = 5000  # of makers that are compared
_DAY = len("2026-01-31")  # a time of day is when a record was made, not a material
_LABEL = 120  # characters of what is likely to come back

Chosen = tuple[Any, list[int]]
Rule = Callable[[Sequence[LearningResource], Sequence[Any]], Chosen]


def as_said(said: Sequence[Any], value: Any) -> Chosen:
    """Return a value, with the copies that have exactly it."""
    return value, [place for place, each in enumerate(said) if each == value]


def first(_copies: Sequence[LearningResource], said: Sequence[Any]) -> Chosen:
    """Return what the first copy says that says something."""
    return as_said(said, next(filter(None, said), said[0]))


def languages(copies: Sequence[LearningResource], said: Sequence[Any]) -> Chosen:
    """Return the languages that are stated, else those that were told from the words."""
    stated = [tags for tags, copy in zip(said, copies, strict=True) if not copy.language_detected]
    found = dict.fromkeys([tag for tags in stated for tag in tags])
    if not found:
        found = dict.fromkeys([tag for tags in said for tag in tags])
    return tuple(found), [place for place, tags in enumerate(said) if found.keys() & set(tags)]


def detected(copies: Sequence[LearningResource], said: Sequence[Any]) -> Chosen:
    """Tell whether no copy states its language, and one has it told."""
    stated = any(copy.languages and not copy.language_detected for copy in copies)
    return as_said(said, not stated and any(said))


def titles(_copies: Sequence[LearningResource], said: Sequence[tuple[Text, ...]]) -> Chosen:
    """Return the fullest titles, and those of other copies in languages that these lack."""
    best = max(said, key=_fullness)  # the first of equal ones
    found, places = list(best), as_said(said, best)[1]
    tags, words = {_tag(text.language) for text in best}, {plain(text.text) for text in best}
    if "" in tags:  # in any language, for all we know
        return best, places
    for place, texts in enumerate(said):
        for text in texts[:MOST]:
            tag = _tag(text.language)
            if tag and tag not in tags and plain(text.text) not in words:
                found.append(text)
                words.add(plain(text.text))
                places.append(place)
    return tuple(found), sorted(set(places))


def _fullness(texts: tuple[Text, ...]) -> tuple[bool, int]:
    """Return how full the first title is: not all in capitals, and in words.

    The signs of a library catalogue (ISBD) are worth an edition less.
    """
    text = texts[0].text if texts else ""
    words = min(len(set(folded(text).split())), _FULL)
    return not text.isupper(), words - (_EDITION if " : " in text or " / " in text else 0)


def descriptions(copies: Sequence[LearningResource], said: Sequence[tuple[Text, ...]]) -> Chosen:
    """Return of each language what the copy says that says most in it.

    What is in no known language is left out where something richer is in one.
    """
    richest: dict[str, tuple[int, int, list[Text]]] = {}
    for place, (copy, texts) in enumerate(zip(copies, said, strict=True)):
        own = copy.languages[0] if len(copy.languages) == 1 else ""
        groups: dict[str, list[Text]] = {}
        for text in texts[:MOST]:
            groups.setdefault(_tag(text.language or own), []).append(text)
        for tag, group in groups.items():
            rich = min(sum([len(text.text) for text in group]), _RICH)
            if tag not in richest or rich > richest[tag][0]:
                richest[tag] = rich, place, group
    if "" in richest and richest[""][0] <= max(
        [rich for tag, (rich, *_) in richest.items() if tag], default=0
    ):
        del richest[""]
    found: dict[str, Text] = {}
    places = set()
    for _, place, group in richest.values():
        for text in group:
            if (key := plain(text.text)) not in found:
                found[key] = text
                places.add(place)
    return tuple(found.values()), sorted(places)


def makers(_copies: Sequence[LearningResource], said: Sequence[tuple[Agent, ...]]) -> Chosen:
    """Return the most complete list, with what other copies know of those in it."""
    best = max(said, key=_completeness)
    own, places = as_said(said, best)
    others = dict.fromkeys([agent for each in said if each != best for agent in each[:MOST]])
    if len(best) * len(others) > _PAIRS:
        return own, places
    found = tuple([functools.reduce(_with, others, agent) for agent in best])
    return found, places if found == best else [at for at, each in enumerate(said) if each]


def _completeness(agents: tuple[Agent, ...]) -> tuple[int, int]:
    told = [
        len(each.name) + _RICH * len(each.ids) + len(each.affiliation) for each in agents[:MOST]
    ]
    return min(len(agents), MOST), sum(told)


def _with(agent: Agent, other: Agent) -> Agent:
    """Return an agent with what another record says of the same one."""
    if agent.name != other.name and not is_same(maker(agent), maker(other)):
        return agent
    known = {each.rpartition("/")[0] for each in agent.ids}
    return replace(
        agent,
        kind=agent.kind or other.kind,
        ids=agent.ids + tuple([each for each in other.ids if each.rpartition("/")[0] not in known]),
        affiliation=agent.affiliation or other.affiliation,
    )


def contributors(copies: Sequence[LearningResource], said: Sequence[tuple[Agent, ...]]) -> Chosen:
    """Return the most complete list, without those whom another copy calls creators."""
    found, places = makers(copies, said)
    creators = dict.fromkeys([each for copy in copies for each in copy.creators[:MOST]])
    if len(found) * len(creators) > _PAIRS:
        return found, places
    made = [maker(each) for each in creators]
    left = [each for each in found if each.role or not any(is_same(maker(each), m) for m in made)]
    return tuple(left), places


def dates(_copies: Sequence[LearningResource], said: Sequence[tuple[Date, ...]]) -> Chosen:
    """Return a date of each kind: in the year that most copies give, the most precise one.

    A date of which no copy says what it is the date of is left out where another is of that year.
    """
    kinds: dict[str, list[str]] = {}
    for each in said:
        for date in dict.fromkeys(each[:MOST]):
            kinds.setdefault(date.kind, []).append(date.value)
    agreed = {kind: _agreed(values, kind) for kind, values in kinds.items()}
    years = {value[:4] for kind, value in agreed.items() if kind}
    found = tuple([Date(value, k) for k, value in agreed.items() if k or value[:4] not in years])
    return found, [place for place, each in enumerate(said) if set(found) & set(each)]


def _agreed(values: list[str], kind: str) -> str:
    if kind == "modified":
        return max(values)
    years = Counter([value[:4] for value in values])
    year = min(years, key=lambda each: (-years[each], each))
    within = sorted([value for value in values if value[:4] == year])
    return min(within, key=lambda value: (-min(len(value), _DAY), len(value)))


def union(_copies: Sequence[LearningResource], said: Sequence[tuple[Any, ...]]) -> Chosen:
    """Return the values of all copies, each once however it is spelt: the one that says most."""
    found: list[Any] = []
    known: dict[str, int] = {}
    for values in said:
        for value in values[:MOST]:
            names = _names(value)
            at = next((known[name] for name in names if name in known), len(found))
            if at == len(found):
                found.append(value)
            elif _says(value) > _says(found[at]):
                found[at] = value
            known.update(dict.fromkeys(names, at))
    return tuple(found), [place for place, each in enumerate(said) if each]


def levels(_copies: Sequence[LearningResource], said: Sequence[tuple[str, ...]]) -> Chosen:
    """Return the levels of all copies, without those of which another says what is meant."""
    return _most_specific("level", said)


def fields_of_study(_copies: Sequence[LearningResource], said: Sequence[tuple[str, ...]]) -> Chosen:
    """Return the fields of ISCED-F of all copies, likewise."""
    return _most_specific("isced", said)


def _most_specific(scheme: vocabulary.Name, said: Sequence[tuple[str, ...]]) -> Chosen:
    codes = dict.fromkeys([code for each in said for code in each[:MOST]])
    broader = {above for code in codes for above in vocabulary.get(scheme).ancestors(code)}
    found = tuple([code for code in codes if code not in broader])
    return found, [place for place, each in enumerate(said) if not set(found).isdisjoint(each)]


def _names(value: Any) -> tuple[str, ...]:
    """Return by what a value may be recognised."""
    match value:
        case str():
            return (value,)
        case Text():
            return (plain(value.text),)
        case Concept():
            return tuple(filter(None, (value.id, value.label and plain(value.label))))
        case Agent():
            return (plain(value.name), *value.ids)
        case Identifier():
            return (f"{value.scheme} {value.value}",)
        case Relation():
            return (f"{value.kind} {value.target or plain(value.title)}",)
    raise TypeError(f"{value!r} has no names")


def _says(value: Any) -> int:
    return sum(map(bool, astuple(value))) if isinstance(value, Struct) else 1


def _tag(tag: str) -> str:
    return tag.partition("-")[0]


def plain(text: str) -> str:
    """Return what texts that differ in case, accents, signs and spaces have in common.

    Of a text without any letter or digit that is the text itself.
    """
    return _joined(text) if len(text) <= _LABEL else _joined.__wrapped__(text)


@functools.lru_cache(maxsize=8192)
def _joined(text: str) -> str:
    return "".join(folded(text).split()) or text
