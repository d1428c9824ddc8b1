"""How long machines wait that search here: ``python benchmarks/machines.py``.

Pages of a hundred hits by SRU (as Dublin Core and NL-LOM, and with a drill-down of four indexes),
by LTI Resource Search and as feeds, for the questions of ``search.py`` over the real library
records of ``library.py``. The site is asked within one process, without a network. ``--library``
names a folder that ``library.py`` has prepared. Prints JSON: milliseconds, and hits a page.
"""

from __future__ import annotations

import argparse
import itertools
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from library import library
from msgspec.structs import replace
from search import questions, timed

from catalog.catalogue import Catalogue
from catalog.config import ApiSettings, load
from catalog.index import Query
from webapp import addresses, create_app

HITS = 100
DRILLED = "dc.language:10,dc.type:10,lom.educational.context:10,about.repository:10"


def sru(query: Query, **more: str) -> str:
    clauses = [f'cql.serverChoice all "{query.text}"']
    clauses += [
        f'facet.{facet} == "{value}"' for facet, (value,) in query.filters.items()
    ]  # drawn values are one each
    asked = {"operation": "searchRetrieve", "version": "1.2", "query": " and ".join(clauses)}
    return f"/sru?{urlencode({**asked, 'maximumRecords': HITS, **more})}"


FORMS: Mapping[str, Callable[[Query], str]] = {
    "sru_oai_dc": sru,
    "sru_lom": lambda query: sru(query, recordSchema="lom"),
    "sru_lom_drilldown": lambda query: sru(
        query, recordSchema="lom", **{"x-term-drilldown": DRILLED}
    ),
    "resource_search": lambda query: (
        "/ims/rs/v1p0/resources?" + urlencode({"filter": f"search~'{query.text}'", "limit": HITS})
    ),
    "atom": lambda query: "/en/search.atom" + addresses.write(replace(query, size=HITS)),
    "rss": lambda query: "/en/search.rss" + addresses.write(replace(query, size=HITS)),
}
#: What stands before each hit in an answer.
MARKS = {"sru": b"<srw:recordPosition>", "resource": b'"identifier"', "atom": b"<entry>",
         "rss": b"<item>"}  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--questions", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--library", type=Path, help="folder that benchmarks/library.py has made")
    options = parser.parse_args()
    made = options.library / "config.toml" if options.library else library(options.records)
    settings = replace(load(made), api=ApiSettings(per_minute=0))
    with Catalogue(settings) as catalogue:
        changes = itertools.islice(catalogue.store.records.all_changes(), options.records)
        asked = questions([each.resource for each in changes if each.resource], options.questions)
        figures = {name: measured(catalogue, name, asked, options.rounds) for name in FORMS}
        print(json.dumps({"records": catalogue.index.count(), **figures}, indent=2))


def measured(catalogue: Catalogue, name: str, asked: list[Query], rounds: int) -> dict[str, Any]:
    client = create_app(catalogue, catalogue.settings).test_client()
    mark = next(mark for form, mark in MARKS.items() if name.startswith(form))
    hits: list[int] = []

    def ask(query: Query) -> None:
        answer = client.get(FORMS[name](query), base_url="http://localhost")
        assert answer.status_code == 200, answer.text[:300]
        hits.append(answer.data.count(mark))

    return {**timed(ask, asked, rounds), "hits_a_page": round(sum(hits) / len(hits), 1)}


if __name__ == "__main__":
    main()
