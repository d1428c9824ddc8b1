"""The facets beside the results: values with their labels, counts and addresses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from catalog import vocabulary
from catalog.index import LONG, FacetCount, Query
from catalog.index.facets import TREES, among, parent
from catalog.index.plan import within
from webapp import addresses
from webapp.addresses import NOT, Language
from webapp.labels import Labels
from webapp.years import Histogram, histogram

#: Values of each facet that the panel needs: all of a tree and of the years, the first of others.
COUNTED = 200

#: The panel: the name of a group, and the facets in it.
_GROUPS: dict[str, tuple[str, ...]] = {
    "level": ("level",),
    "type": ("type",),
    "discipline": ("discipline",),
    "language": ("language",),
    "openness": ("openness", "may_adapt", "may_sell"),
    "format": ("format",),
    "duration": ("duration",),
    "year": ("year",),
    "accessibility": ("accessibility",),
    "institution": ("institution",),
    "provider": ("provider",),
    "source": ("source",),
    "licence": ("licence",),
    "link": ("link",),
}
_OPEN = 5  # groups that are open before anything is chosen in them
_FIRST = 6  # values shown; the rest is on a page of its own
#: Facets whose values have an order of their own; those of others stand by number.
_ORDERS = {
    facet: {code: at for at, code in enumerate(among(facet))}
    for facet in ("level", "openness", "duration", "link")
}


class Value(Struct, frozen=True):
    """One value; ``href`` chooses it, or lets it go where it is chosen or left out.

    ``out_href`` leaves it out. ``state`` is "", ``chosen`` or ``out``; ``open`` tells whether
    what is below it is shown at once.
    """

    code: str
    label: str
    count: int
    href: str
    out_href: str
    state: str
    below: tuple[Value, ...] = ()
    open: bool = False


class Group(Struct, frozen=True):
    """One group of the panel: lists of values, and where all of them are, "" where they are here.

    ``chosen`` is the number of values that are chosen or left out.
    """

    name: str
    lists: tuple[tuple[Value, ...], ...]
    tree: bool
    open: bool
    chosen: int
    every_href: str
    years: Histogram | None = None


class Chip(Struct, frozen=True):
    """A value chosen or left out, above the results; its address is the search without it."""

    facet: str
    label: str
    href: str
    out: bool


class Facets:
    """Makes the values of one search in one language."""

    def __init__(self, query: Query, language: Language, labels: Labels, at: str = "") -> None:
        """Take the search; ``at`` stands before the path of every page it leads to."""
        self.query = query
        self.language = language
        self.base = at + addresses.path("search", language)
        self._at = at
        self._labels = labels

    def label(self, facet: str, value: str) -> str:
        return self._labels.of(facet, value, self.language)

    def groups(self, counts: Mapping[str, Sequence[FacetCount]]) -> list[Group]:
        """Return the groups that have something to choose; the first are open."""
        made = [self._group(name, names, counts) for name, names in _GROUPS.items()]
        there = [group for group in made if group.years or _tells(group)]
        return [
            replace(group, open=at < _OPEN or bool(group.chosen)) for at, group in enumerate(there)
        ]

    def chips(self) -> list[Chip]:
        """Return what is chosen and what is left out."""
        return [
            Chip(
                facet := name.removeprefix(NOT),
                self.label(facet, value),
                self.base + addresses.write(addresses.toggled(self.query, name, value)),
                name.startswith(NOT),
            )
            for name, value in addresses.chosen(self.query)
        ]

    def about(self) -> str:
        """Return in words what is asked for: what was typed, and what is chosen; "" for all."""
        chosen = (chip.label for chip in self.chips() if not chip.out)
        return ", ".join(filter(None, (self.query.text, *chosen)))

    def values(self, facet: str, counts: Sequence[FacetCount]) -> tuple[Value, ...]:
        """Return values with their addresses."""
        chosen, out = self.query.filters.get(facet, ()), self.query.without.get(facet, ())
        choose = addresses.toggling(self.query, facet)
        leave = addresses.toggling(self.query, NOT + facet)
        return tuple(
            Value(
                code=each.value,
                label=self.label(facet, each.value),
                count=each.count,
                href=self.base + (leave if each.value in out else choose)(each.value),
                out_href=self.base + leave(each.value),
                state="out" if each.value in out else "chosen" if each.value in chosen else "",
            )
            for each in counts
        )

    def _touched(self, facet: str) -> tuple[str, ...]:
        """Return the values that are chosen or left out."""
        query = self.query
        return (*query.filters.get(facet, ()), *query.without.get(facet, ()))

    def _ordered(self, facet: str, counts: Sequence[FacetCount]) -> list[FacetCount]:
        """Return the values in the order of the panel: their own, or the chosen ones first.

        Those that are chosen or left out are among them even where nothing has them any more.
        """
        touched = self._touched(facet)
        known = {each.value for each in counts}
        missing = [value for value in dict.fromkeys(touched) if value not in known]
        every = [*counts, *(FacetCount(value, _sum(facet, value, counts)) for value in missing)]
        if facet in _ORDERS:
            order = _ORDERS[facet]
            every.sort(key=lambda each: order.get(each.value, len(order)))
        elif facet not in TREES:
            every.sort(key=lambda each: each.value not in touched)
        return every

    def _group(
        self, name: str, names: Sequence[str], counts: Mapping[str, Sequence[FacetCount]]
    ) -> Group:
        lists, cut = [], False
        for facet in names:
            there, touched = counts.get(facet, ()), len(set(self._touched(facet)))
            if facet in TREES:
                lists.append(self._tree(facet, there))
                continue
            most = touched if facet == "year" else max(_FIRST, touched)
            if facet != "year" and len(there) <= most + 1:
                most += 1  # one more is no reason for a page of its own
            lists.append(self.values(facet, self._ordered(facet, there)[:most]))
            cut = cut or len(there) > most
        return Group(
            name=name,
            lists=tuple(each for each in lists if each),
            tree=name in TREES,
            open=False,
            chosen=sum(len(self._touched(facet)) for facet in names),
            every_href=self.every(name) if cut else "",
            years=histogram(self.query, counts.get(name, ()), self.base)
            if name == "year"
            else None,
        )

    def every(self, facet: str) -> str:
        """Return the address of the page with all values of a facet within this search."""
        page = addresses.path("facet", self.language, facet)
        return self._at + page + addresses.write(replace(self.query, page=1))

    def _tree(self, facet: str, counts: Sequence[FacetCount]) -> tuple[Value, ...]:
        """Return the values at the top, with those below them.

        A branch of one is cut short, but for a discipline: readers look for those.
        """
        disciplines = vocabulary.get("discipline")
        values = self.values(facet, self._ordered(facet, counts))
        there = {value.code for value in values}
        below: dict[str, list[Value]] = {}
        for value in values:
            above = parent(facet, value.code)
            below.setdefault(above if above in there else "", []).append(value)

        def grown(value: Value) -> Value:
            twigs = tuple(grown(twig) for twig in below.get(value.code, ()))
            alone = len(twigs) == 1 and twigs[0].count == value.count and not value.state
            if alone and value.code not in disciplines:
                return twigs[0]
            used = value.state == "chosen" or any(twig.state or twig.open for twig in twigs)
            return replace(value, below=twigs, open=used)

        top = [grown(value) for value in below.get("", ())]
        # Readers know havo and hbo by name, and not what the layers above them are called.
        return tuple(replace(value, open=value.open or facet == "level") for value in top)


def few(query: Query) -> int | None:
    """Return how many values the panel needs of facets that have thousands; None: as of others.

    What is chosen has to be among them, else they only have to show that there are more.
    """
    touched = any(query.filters.get(facet) or query.without.get(facet) for facet in LONG)
    return None if touched else _FIRST + 2


def _tells(group: Group) -> bool:
    """Tell whether there is something to choose: that no link was checked yet is no choice."""
    return any(value.code != "unchecked" or value.state for each in group.lists for value in each)


def _sum(facet: str, choice: str, counts: Sequence[FacetCount]) -> int:
    """Return how many materials a span has; 0 for a value, which is not among the counts."""
    inside = within(facet, choice)
    return sum(each.count for each in counts if inside(each.value)) if inside else 0
