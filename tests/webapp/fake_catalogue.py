"""A catalogue in memory, with the interface of the real one, and records of our own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from functools import cache
from itertools import chain
from types import SimpleNamespace

from lxml import html
from msgspec.structs import replace

from catalog.catalogue import Card, Found, SourceState, Whole
from catalog.config import OaiPmhSource, Settings, Site
from catalog.index import Explanation, FacetCount, How, Match, Query, Suggestion
from catalog.index.analysis import tokens
from catalog.index.facets import facets
from catalog.index.plan import most_frequent, within
from catalog.index.words import NONE
from catalog.resource import Agent, Concept, Date, Identifier, LearningResource, Relation, Text
from catalog.store.links import State
from catalog.store.model import Counts, Run, Status
from catalog.store.reports import ReportsFullError
from catalog.works.merging import merge
from catalog.works.reasons import Reason

HOSTILE = "\"><script>alert(1)</script><img src=x onerror=alert(2)>{{7*7}}{% raw %}&amp;'"

TUBE = "vindplaats1"  # a film, by the form of its name

SETTINGS = Settings(
    site=Site(url="https://vindplaats.example", contact="beheer@vindplaats.example"),
    sources={
        "leerbank": OaiPmhSource(url="https://leerbank.example/oai", title="De Leerbank"),
        "openboek": OaiPmhSource(url="https://openboek.example/oai", title="Open Boek"),
        "colleges": OaiPmhSource(url="https://colleges.example/oai", title="Colleges Online"),
        "leeg": OaiPmhSource(url="https://leeg.example/oai", enabled=False),
    },
)

_SUBJECTS = [
    ("Breuken en verhoudingen", "nl", "exact_informatica", "Rekenen met breuken"),
    ("Photosynthesis step by step", "en", "aarde_milieu", "How plants turn light into sugar"),
    ("Inleiding contractenrecht", "nl", "recht_bestuur", "Aanbod, aanvaarding en wilsgebreken"),
    ("Statistics with real data", "en", "exact_informatica", "From a table to a conclusion"),
    ("Wondverzorging in de praktijk", "nl", "gezondheid", "Schone en vuile wonden verzorgen"),
    ("Die Weimarer Republik", "de", "gedrag_maatschappij", "Von der Revolution bis 1933"),
    ("Elektrotechniek: gelijkstroom", "nl", "techniek", "Spanning, stroom en weerstand"),
    ("Academic writing for engineers", "en", "taal_communicatie", "Arguments that hold a bridge"),
]
_TYPES = ["textbook", "video", "worksheet", "simulation", "course", "slide", "audio", "assessment"]
_LEVELS = [("vmbo",), ("hbo", "wo"), ("wo-bachelor",), ("mbo-4",), ("havo", "vwo"), ("mbo",)]
_LICENCES = [
    ("CC-BY-4.0", "https://creativecommons.org/licenses/by/4.0/", "open"),
    ("CC-BY-SA-4.0", "https://creativecommons.org/licenses/by-sa/4.0/", "open"),
    ("CC-BY-NC-ND-4.0", "https://creativecommons.org/licenses/by-nc-nd/4.0/", "restricted"),
    ("", "", ""),
    ("CC0-1.0", "https://creativecommons.org/publicdomain/zero/1.0/", "open"),
    ("", "", "closed"),
]
_MAKERS = [
    (Agent("Fatima el Idrissi", "person", "author", ("https://orcid.org/0000-0002-1825-0097",)),),
    (Agent("Joris van der Meulen", "person"), Agent("Anneke Post", "person")),
    (Agent("Hogeschool aan de Vaart", "organisation"),),
    (),
    tuple(Agent(name, "person") for name in ("I. Bos", "K. Vos", "L. Das", "M. Ree", "N. Otter")),
]


def resource(number: int) -> LearningResource:
    """Return the material with this number: always the same, and unlike its neighbours."""
    title, language, discipline, line = _SUBJECTS[number % len(_SUBJECTS)]
    spdx, url, openness = _LICENCES[number % len(_LICENCES)]
    volume = "" if number < len(_SUBJECTS) else f", {number // len(_SUBJECTS) + 1}"
    text = (
        f"{line}. Met opgaven, uitwerkingen en een toets aan het eind; geschikt voor zelfstudie "
        "en voor in de klas. Elk hoofdstuk begint met een vraag uit het dagelijks leven en "
        "eindigt met een opdracht die leerlingen samen maken.\n\n"
        "Het materiaal is getest met drie groepen en daarna herzien; de antwoorden staan achterin."
    )
    return LearningResource(
        source=list(SETTINGS.sources)[number % 3],
        identifier=f"oai:voorbeeld:{number}",
        titles=(Text(title + volume, language),),
        descriptions=(Text(text, "nl"),) if number % 7 else (),
        keywords=(Text("zelfstudie", "nl"), Text("opgaven", "nl"), Text("exercises", "en")),
        creators=_MAKERS[number % len(_MAKERS)],
        contributors=(Agent("Redactie Leerbank", "organisation", "editor"),),
        publishers=(Agent("Uitgeverij de Brug", "organisation"),),
        identifiers=(Identifier(f"10.5072/vb.{number}", "doi"),),
        url=f"https://leerbank.example/materiaal/{number}",
        languages=(language,),
        types=(_TYPES[number % len(_TYPES)],),
        levels=_LEVELS[number % len(_LEVELS)],
        disciplines=(discipline,),
        isced=("0541",) if discipline == "exact_informatica" else (),
        media_types=("video/mp4",) if number % 8 == 1 else ("application/pdf",),
        subjects=(Concept("https://begrippen.example/breuk", "breuken", language="nl"),),
        licence=spdx,
        licence_url=url,
        openness=openness,  # type: ignore[arg-type]  # of the table above
        rights=("Alle rechten voorbehouden",) if openness == "closed" else (),
        dates=(Date(f"{2024 - number % 17}-03-0{1 + number % 9}", "issued"),),
        duration="PT1H30M" if number % 2 else "",
        audience_roles=("learner",),
        relations=(Relation("ispartof", "https://leerbank.example/reeks", "Reeks Rekenen"),),
    )


def card(id: str, resource: LearningResource, *, deleted: bool = False) -> Card:  # noqa: A002
    return Card(
        id=id,
        resource=resource,
        format="oai_dc",
        datestamp="2026-01-02",
        harvested="2026-01-03T04:05:06Z",
        changed="2026-02-03T04:05:06Z",
        deleted=deleted,
    )


def hostile() -> LearningResource:
    """Return a material that carries markup in every field that is text, and bad addresses."""
    texts, bad = (Text(HOSTILE, HOSTILE),), "javascript:alert(3)"
    agent = (Agent(HOSTILE, "person", HOSTILE, (bad,), HOSTILE),)
    concept = (Concept(bad, HOSTILE, HOSTILE, HOSTILE),)
    return LearningResource(
        source=HOSTILE,
        identifier=HOSTILE,
        titles=texts,
        descriptions=texts,
        keywords=texts,
        creators=agent,
        contributors=agent,
        publishers=agent,
        providers=agent,
        identifiers=(Identifier(HOSTILE, "doi"), Identifier(bad, HOSTILE)),
        url=bad,
        thumbnail="https://evil.example/x.png",
        languages=(HOSTILE, "en-GB", "xx-!"),
        level_terms=concept,
        levels=(HOSTILE,),
        type_terms=concept,
        types=(HOSTILE,),
        subjects=concept,
        disciplines=(HOSTILE,),
        isced=(HOSTILE,),
        rights=(HOSTILE,),
        licence_url=bad,
        licence=HOSTILE,
        access_terms=(HOSTILE,),
        dates=(Date(HOSTILE, "issued"), Date("0000-99-99T", HOSTILE)),
        duration=HOSTILE,
        media_types=(HOSTILE,),
        version=HOSTILE,
        status=HOSTILE,
        aggregation=HOSTILE,
        audience_roles=(HOSTILE,),
        age=HOSTILE,
        relations=(Relation(HOSTILE, bad, HOSTILE),),
        access_modes=(HOSTILE,),
        accessibility_features=(HOSTILE,),
        accessibility_hazards=(HOSTILE,),
        accessibility_summary=HOSTILE,
    )


class Noted(list[str]):
    """What was counted."""

    note = list.append


class FakeReports(list[tuple[str, str, str]]):
    """What was reported; ``full`` when no more is taken in."""

    full = False

    def add(self, record: str, reason: str, text: str) -> None:
        if self.full:
            raise ReportsFullError("full")
        self.append((record, reason, text))


class FakeCatalogue:
    """Finds records that have every word of the query; ``error`` is raised by every search."""

    def __init__(self, size: int = 250) -> None:
        self.cards = {
            f"vb{number}": card(f"vb{number}", resource(number)) for number in range(size)
        }
        self.wholes: dict[str, Whole] = {}
        self.leads: dict[str, str] = {}
        self.error: Exception | None = None
        self.asked: list[Query] = []
        self.notices: tuple[str, ...] = ()
        self.meant = ""
        self.own = NONE
        self.popular = Noted()
        self.openings = Noted()
        self.missing: set[str] = set()
        self.reports = FakeReports()
        self.run: Run | None = run("complete")
        self.store = SimpleNamespace(
            published=SimpleNamespace(key=lambda name: name.encode()),
            records=SimpleNamespace(latest=lambda: len(self.cards)),
        )

    def changes(self, after: int, limit: int) -> tuple[tuple[Card, ...], int]:
        cards = tuple(self.cards.values())[after : after + limit]
        return cards, after + len(cards)

    def search(self, query: Query) -> Found:
        self.asked.append(query)
        if self.error:
            raise self.error
        by = query.text.removeprefix('maker:"').removesuffix('"')
        words = set(tokens(by if by == query.text else ""))
        with_words = [
            each
            for each in self.cards.values()
            if not each.deleted
            and words <= set(tokens(" ".join(t.text for t in _texts(each.resource))))
            and (by == query.text or by in {agent.name for agent in each.resource.creators})
        ]
        hits = _chosen(with_words, query, but="")
        start = query.skip + (query.page - 1) * query.size
        return Found(
            total=len(hits),
            cards=tuple(hits[start : start + query.size]),
            facets={
                f: _count(_chosen(with_words, query, but=f), f, query.values) for f in query.facets
            },
            notices=self.notices,
            text="" if query.literal else self.meant,
        )

    def join(self, *resources: LearningResource, links: Sequence[State | None] = ()) -> Whole:
        """Let there be a work ``w`` of these copies, ``c0``, ``c1`` ..., in front of all else."""
        states = links or [None] * len(resources)
        merged = merge(resources, [state.state if state else "" for state in states])
        copies = tuple(
            replace(card(f"c{n}", each), work="w", link=state, sources=(each.source,))
            for n, (each, state) in enumerate(zip(resources, states, strict=True))
        )
        place = merged.origins["url"][0] if "url" in merged.origins else 0
        work = replace(
            card("w", merged.resource),
            copies=len(copies),
            sources=tuple(sorted({each.source for each in resources})),
            link=copies[place].link,
        )
        self.wholes["w"] = Whole(
            card=work,
            copies=copies,
            origins=merged.origins,
            disagreements=merged.disagreements,
            evidence=(Reason("identifier", ("10.5072/w",)),),
        )
        self.cards = {"w": work, **self.cards}
        self.leads |= {each.id: "w" for each in copies}
        return self.wholes["w"]

    def card(self, id: str) -> Card | None:  # noqa: A002 as the real one
        return self.cards.get(self.leads.get(id, id))

    def several(self, ids: Sequence[str]) -> dict[str, Card]:
        return {each: card for each in ids if (card := self.card(each))}

    def record(self, id: str) -> Card | None:  # noqa: A002 as the real one
        copies = (copy for whole in self.wholes.values() for copy in whole.copies)
        return next((copy for copy in copies if copy.id == id), self.cards.get(id))

    def whole(self, id: str) -> Whole | None:  # noqa: A002 as the real one
        card = self.card(id)
        if card is None:
            return None
        return self.wholes.get(card.id) or Whole(card=card, copies=(card,))

    def similar(self, id: str) -> tuple[Card, ...]:  # noqa: A002 as the real one
        if self.error:
            raise self.error
        return tuple(each for each in self.cards.values() if each.id != id)[:4]

    def suggest(self, typed: str, limit: int = 8) -> tuple[Suggestion, ...]:
        if self.error:
            raise self.error
        start = " ".join(tokens(typed))
        titles = ((each.id, each.resource.titles[0].text) for each in self.cards.values())
        return (
            Suggestion("query", "breuken oefenen"),
            Suggestion("subject", 'breuken "gelijknamig"'),
            Suggestion("person", "Fatima el Idrissi"),
            *(
                Suggestion("title", title, id_)
                for id_, title in titles
                if start and " ".join(tokens(title)).startswith(start)
            ),
        )[: limit if start else 0]

    def explain(self, query: Query, id: str) -> Explanation | None:  # noqa: A002 as the real one
        if id not in self.cards:
            return None
        typed = tokens(query.text)
        have = self._words(self.cards[id])
        fields: tuple[tuple[str, How], ...] = (
            ("title", "exact"), ("subject", "part"), ("kind", "label"), ("other", "form")
        )  # fmt: skip
        matches = tuple(Match(word, fields if word in have else ()) for word in typed)
        return Explanation(matches, {"language": 1.15, "completeness": 0.97, "unheard": 2.0})

    def frequency(self, word: str) -> int:
        if word in self.missing:
            return 0
        return sum(word in self._words(each) for each in self.cards.values())

    def spelling(self, word: str) -> list[str]:
        known = {each for card in self.cards.values() for each in self._words(card)}
        return get_close_matches(word, sorted(known - self.missing), 3, cutoff=0.4)

    def _words(self, card: Card) -> set[str]:
        return set(tokens(" ".join(text.text for text in _texts(card.resource))))

    def newest(self, limit: int) -> tuple[Card, ...]:
        return tuple(each for each in self.cards.values() if not each.deleted)[:limit]

    def sources(self) -> tuple[SourceState, ...]:
        counts = Counter(each.resource.source for each in self.cards.values())
        return tuple(
            SourceState(
                name=name,
                title=entry.title or name,
                homepage=entry.url.removesuffix("oai"),
                kind=entry.kind,
                url=entry.url,
                enabled=entry.enabled,
                records=counts[name],
                works=counts[name],
                rejects=3 if counts[name] else 0,
                last_run=self.run if counts[name] else None,
            )
            for name, entry in SETTINGS.sources.items()
        )

    def runs(self, source: str, limit: int) -> list[Run]:
        return [self.run][:limit] if self.run and source != "leeg" else []

    def source(self, name: str) -> SourceState | None:
        return next((state for state in self.sources() if state.name == name), None)


def without_data(body: str) -> html.HtmlElement:
    """Return a page without the data in it that is no part of what a browser shows or fetches."""
    tree = html.document_fromstring(body)
    for each in tree.xpath("//script[@type='application/ld+json']"):
        each.getparent().remove(each)
    return tree


def run(status: Status) -> Run:
    return Run(
        id=7,
        source="leerbank",
        status=status,
        full=True,
        whole=status == "complete",
        since="",
        watermark="2026-01-02",
        checkpoint="",
        started="2026-01-03T04:00:00Z",
        ended="" if status == "running" else "2026-01-03T04:05:06Z",
        total=84,
        counts=Counts(pages=2, seen=84, added=80, changed=4, rejected=3),
        message="",
        warnings=(),
    )


@cache
def facets_of(resource: LearningResource) -> dict[str, tuple[str, ...]]:
    return facets(resource, next((date.value[:4] for date in resource.dates), ""))


def _texts(resource: LearningResource) -> Iterator[Text]:
    yield from resource.titles
    yield from resource.descriptions


def _has(card: Card, facet: str, choices: Sequence[str]) -> bool:
    """Tell whether a card has one of these values of a facet."""
    values = facets_of(card.resource).get(facet, ())
    spans = filter(None, (within(facet, choice) for choice in choices))
    return bool(set(values) & set(choices)) or any(map(any, (map(s, values) for s in spans)))


def _chosen(cards: list[Card], query: Query, but: str) -> list[Card]:
    """Return the cards with a chosen value of every facet ``but`` one, and none left out."""
    return [
        each
        for each in cards
        if all(f == but or _has(each, f, values) for f, values in query.filters.items())
        and not any(_has(each, f, values) for f, values in query.without.items())
    ]


def _count(hits: list[Card], facet: str, most: int) -> tuple[FacetCount, ...]:
    values = (facets_of(each.resource).get(facet, ()) for each in hits)
    return most_frequent(Counter(chain.from_iterable(values)).items(), most)
