"""SRU: what is found, how it is told, and a diagnostic for whatever is wrong."""

from __future__ import annotations

import logging
from typing import Any
from urllib.parse import urlencode

import pytest
from fake_catalogue import FakeCatalogue, card, resource
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree
from msgspec.structs import replace
from real_catalogue import stocked

from catalog.catalogue import Catalogue
from catalog.config import ApiSettings
from catalog.export import dublin_core, nl_lom
from catalog.index import SearchError
from catalog.resource import Text
from webapp.sru.indexes import INDEXES

NS = {
    "s": "http://www.loc.gov/zing/srw/",
    "d": "http://www.loc.gov/zing/srw/diagnostic/",
    "z": "http://explain.z3950.org/dtd/2.0/",
    "dd": "http://meresco.org/namespace/drilldown",
    "dc": "http://purl.org/dc/elements/1.1/",
    "lom": nl_lom.NAMESPACE,
    "oai_dc": dublin_core.NAMESPACE,
    "srw_dc": "info:srw/schema/1/dc-schema",
}
#: The elements of an answer in the order of the schema, and how often each may be there.
ORDER = ("version", "numberOfRecords", "records", "nextRecordPosition",
         "echoedSearchRetrieveRequest", "diagnostics", "extraResponseData")  # fmt: skip
RECORD = ("recordSchema", "recordPacking", "recordData", "recordIdentifier", "recordPosition")
ECHO = ("version", "query", "startRecord", "maximumRecords", "recordPacking", "recordSchema",
        "recordXPath", "resultSetTTL", "sortKeys", "stylesheet")  # fmt: skip


class Answered:
    """An answer, whose elements are in the order of the schema."""

    def __init__(self, data: bytes) -> None:
        self.root = etree.fromstring(data)
        orders = {"searchRetrieveResponse": ORDER, "record": RECORD,
                  "echoedSearchRetrieveRequest": ECHO}  # fmt: skip
        for name, order in orders.items():
            for each in self.root.iter(f"{{{NS['s']}}}{name}"):
                places = [order.index(etree.QName(child).localname) for child in each]
                assert places == sorted(set(places)), etree.tostring(each)[:500]

    def texts(self, path: str) -> list[str]:
        return [str(each) for each in self.root.xpath(path, namespaces=NS)]

    @property
    def total(self) -> int:
        return int(self.texts("s:numberOfRecords/text()")[0])

    @property
    def diagnostics(self) -> list[str]:
        uris = self.texts("s:diagnostics/d:diagnostic/d:uri/text()")
        assert len(uris) == len(self.texts("s:diagnostics/d:diagnostic/d:message/text()"))
        return [uri.removeprefix("info:srw/diagnostic/1/") for uri in uris]

    @property
    def positions(self) -> list[int]:
        return list(map(int, self.texts("s:records/s:record/s:recordPosition/text()")))

    @property
    def next(self) -> int | None:
        found = self.texts("s:nextRecordPosition/text()")
        return int(found[0]) if found else None


def ask(client: FlaskClient, query: str | None = None, **more: Any) -> Answered:
    given = {"operation": "searchRetrieve", "version": "1.2", "query": query, **more}
    pairs = {name: value for name, value in given.items() if value is not None}
    response = client.get(f"/sru?{urlencode(pairs)}")
    assert response.status_code == 200, response.text
    assert response.content_type == "text/xml; charset=utf-8"
    return Answered(response.data)


# ---- what is found


@pytest.mark.parametrize(
    ("query", "total"),
    [
        ("contractenrecht", 15),
        ("CONTRACTENRECHT", 15),
        ("cql.serverChoice = contractenrecht", 15),
        ("contractenrecht or statistics", 30),
        ("contractenrecht and statistics", 0),
        ("contractenrecht not statistics", 15),
        ("contractenrecht and inleiding not statistics or statistics", 30),
        ("statistics or (contractenrecht not inleiding)", 15),
        ('dc.title = "inleiding contractenrecht"', 15),
        ('dc.title = "contractenrecht inleiding"', 0),
        ('dc.title all "inleiding contractenrecht"', 15),
        ('title any "contractenrecht statistics weimarer"', 45),
        ("dc.title <> contractenrecht", 105),
        ("dc.description = wilsgebreken", 13),
        ('dc.creator = "Joris van der Meulen"', 24),
        ("dc.publisher adj brug", 120),
        ('dc.identifier = "10.5072/vb.7"', 1),
        ("lom.general.title =/relevant contractenrecht", 15),
        ('dc.identifier exact "10.5072/vb.7"', 1),
        ('lom.general.identifier == "10.5072/vb"', 120),
        ("LOM.GENERAL.TITLE cql.any contractenrecht", 15),
        ('> a="info:srw/cql-context-set/1/dc-v1.1" a.title = contractenrecht', 15),
        ('> "info:srw/cql-context-set/1/dc-v1.1" title = contractenrecht', 15),
        ("*", 120),
        ("cql.allRecords = 1", 120),
        ("cql.allRecords = 1 not contractenrecht", 105),
        ('"contractenrecht\\*"', 15),
    ],
)
def test_words_are_found(asks: FlaskClient, query: str, total: int) -> None:
    answer = ask(asks, query)
    assert answer.diagnostics == []
    assert answer.total == total
    assert len(answer.positions) == min(total, 10)


@pytest.mark.parametrize(
    ("query", "facet"),
    [
        ("lom.educational.context = HBO", {"level": "hbo"}),
        ("lom.educational.context exact hbo", {"level": "hbo"}),
        ("lom.classification.obk.educationallevel.id == be140797-803f-4b9e-81cc-5572c711e09c",
         {"level": "hbo"}),
        ('lom.technical.format = "video/mp4"', {"format": "video"}),
        ('dc.format = "application/pdf"', {"format": "pdf"}),
        ("dc.language = dut", {"language": "nl"}),
        ("lom.general.language = nl-NL", {"language": "nl"}),
        ("dc.type = textbook", {"type": "textbook"}),
        ("dc.type = Studieboek", {"type": "textbook"}),
        ("lom.rights.copyrightandotherrestrictions = cc-by-40", {"licence": "CC-BY-4.0"}),
        ('dc.rights = "https://creativecommons.org/licenses/by-sa/4.0/"',
         {"licence": "CC-BY-SA-4.0"}),
        ("facet.openness = open", {"openness": "open"}),
        ("about.repository = leerbank", {"source": "leerbank"}),
        ("lom.classification.discipline.id = techniek", {"discipline": "techniek"}),
        ("lom.classification.discipline.id = 0541", {"discipline": "0541"}),
        ("lom.classification.discipline.id = 06", {"discipline": "exact_informatica"}),
        ("dc.date = 2020", {"year": "2020"}),
        ("dc.date >= 2019", {"year": "2019.."}),
        ("dc.date > 2019", {"year": "2020.."}),
        ("dc.date < 2019", {"year": "..2018"}),
        ("dc.date <= 2019-12", {"year": "..2019"}),
        ('dc.date within "2016 2018"', {"year": "2016..2018"}),
    ],
)  # fmt: skip
def test_values_are_those_that_readers_choose(
    asks: FlaskClient, query: str, facet: dict[str, str]
) -> None:
    chosen = asks.get(f"/api/v1/search?{urlencode(facet)}").get_json()["total"]
    assert 0 < chosen < 120
    assert ask(asks, query).total == chosen
    assert ask(asks, f"cql.allRecords=1 not ({query})").total == 120 - chosen


def test_several_values_and_spans(asks: FlaskClient) -> None:
    either = ask(asks, 'lom.educational.context any "HBO MBO"').total
    both = ask(asks, 'dc.language all "nl en"').total
    assert either == ask(asks, "lom.educational.context=HBO or facet.level=mbo").total > 0
    assert both == 0
    for nothing in ("dc.date < 0000", "dc.date > 9999", "dc.type = nooit", "dc.type <> nooit"):
        assert ask(asks, nothing).total == (120 if "<> nooit" in nothing else 0)


def test_words_and_values_go_together_as_no_form_can_say(asks: FlaskClient) -> None:
    one = ask(asks, "contractenrecht and dc.language = nl").total
    other = ask(asks, "statistics and dc.type = simulation").total
    either = "(contractenrecht and dc.language = nl) or (statistics and dc.type = simulation)"
    assert ask(asks, either).total == one + other > one > 0


def test_every_index_that_is_named_can_be_asked(asks: FlaskClient) -> None:
    names = Answered(asks.get("/sru").data).root.xpath("//z:index/z:map/z:name", namespaces=NS)
    named = [f"{each.get('set')}.{each.text}" for each in names]
    assert named == list(INDEXES)
    for name in named:
        term = "2020" if INDEXES[name].of == "year" else "hond"
        assert ask(asks, f"{name} = {term}").diagnostics == []


# ---- pages of it


def test_pages_start_anywhere_and_end(asks: FlaskClient) -> None:
    seen: list[str] = []
    start: int | None = 1
    while start:
        answer = ask(asks, "*", startRecord=start, maximumRecords=37)
        assert answer.positions == list(range(start, min(start + 37, 121)))
        seen += answer.texts("//s:recordIdentifier/text()")
        start = answer.next
    assert len(seen) == len(set(seen)) == answer.total == 120
    middle = ask(asks, "*", startRecord=6, maximumRecords=3)
    assert middle.texts("//s:recordIdentifier/text()") == seen[5:8]


def test_no_more_than_a_hundred_at_once(asks: FlaskClient) -> None:
    many = ask(asks, "*", maximumRecords=100_000)
    assert (len(many.positions), many.next) == (100, 101)
    none = ask(asks, "*", maximumRecords=0)
    assert (none.positions, none.total, none.next) == ([], 120, None)
    assert none.texts("s:records") == []


@pytest.mark.parametrize(
    ("sort", "query", "order"),
    [
        ("title,,1", "*", "title"),
        (None, "* sortBy dc.title", "title"),
        (None, "* sortBy title/sort.ascending/sort.ignoreCase", "title"),
        ("date,dc,0", "*", "newest"),
        (None, "* sortBy dc.date/sort.descending", "newest"),
        ("date,,0", "* sortBy title", "title"),  # the query prevails
    ],
)
def test_order(asks: FlaskClient, sort: str | None, query: str, order: str) -> None:
    pages = ask(asks, query, sortKeys=sort, maximumRecords=20).texts("//s:recordIdentifier/text()")
    read = asks.get(f"/api/v1/search?sort={order}&size=20").get_json()["results"]
    assert pages == [each["page"] for each in read]


# ---- records


@pytest.mark.parametrize(
    ("schema", "root"),
    [
        (None, "oai_dc:dc"),
        ("oai_dc", "oai_dc:dc"),
        (dublin_core.NAMESPACE, "oai_dc:dc"),
        ("dc", "srw_dc:dc"),
        ("info:srw/schema/1/dc-v1.1", "srw_dc:dc"),
        ("lom", "lom:lom"),
        (nl_lom.NAMESPACE, "lom:lom"),
    ],
)
@pytest.mark.parametrize("packing", ["xml", "string"])
def test_schemas(asks: FlaskClient, schema: str | None, root: str, packing: str) -> None:
    answer = ask(asks, "contractenrecht", recordSchema=schema, recordPacking=packing)
    assert set(answer.texts("//s:recordPacking/text()")) == {packing, *([packing])}
    data = answer.root.findall(".//s:recordData", NS)
    assert len(data) == 10
    for each in data:
        made = each[0] if packing == "xml" else etree.fromstring(each.text or "")
        prefix, _, name = root.partition(":")
        assert made.tag == f"{{{NS[prefix]}}}{name}"
        said = made.xpath(".//dc:title/text() | .//lom:title/lom:langstring/text()", namespaces=NS)
        assert "Inleiding contractenrecht" in said[0]
        assert (len(each) == 0) == (packing == "string")


def test_a_record_leads_to_its_page(asks: FlaskClient) -> None:
    (page,) = ask(asks, 'dc.identifier="10.5072/vb.7"').texts("//s:recordIdentifier/text()")
    path = page.removeprefix("https://vindplaats.example")
    assert asks.get(path).status_code == 200
    old = ask(asks, 'dc.identifier="10.5072/vb.7"', version="1.1")
    assert old.texts("s:version/text()") == ["1.1"]
    assert old.texts("//s:recordIdentifier") == []


def test_what_is_gone_from_the_store_has_a_diagnostic_in_its_place(
    client: FlaskClient, catalogue: FakeCatalogue
) -> None:
    search = catalogue.search

    def lacking(query: Any) -> Any:
        whole = search(query)
        return replace(whole, cards=whole.cards[1:])

    catalogue.search = lacking  # type: ignore[method-assign]
    answer = ask(client, "*", maximumRecords=5)
    assert answer.diagnostics == []
    assert answer.positions == [1, 2, 3, 4, 5]
    (inside,) = answer.texts("s:records/s:record[5]/s:recordData/d:diagnostic/d:uri/text()")
    assert inside == "info:srw/diagnostic/1/64"
    assert answer.texts("//s:record[5]/s:recordSchema/text()") == [
        "info:srw/schema/1/diagnostics-v1.1"
    ]
    text = ask(client, "*", maximumRecords=5, recordPacking="string")
    assert "diagnostic/1/64" in text.texts("s:records/s:record[5]/s:recordData/text()")[0]


def test_ugly_records_go_out(client: FlaskClient, catalogue: FakeCatalogue) -> None:
    torn = (Text("half \ud800 \x00 \x0b \ufffe ]]> <b>", "nl"),)
    catalogue.cards["torn"] = card("torn", replace(resource(1), titles=torn, descriptions=torn))
    for packing in ("xml", "string"):
        for schema in ("dc", "oai_dc", "lom"):
            more = {"recordPacking": packing, "recordSchema": schema, "maximumRecords": 100}
            ask(client, "*", startRecord=201, **more)


# ---- counts


def test_values_are_counted(asks: FlaskClient) -> None:
    wanted = "dc.language:2,lom.educational.context,LOM.technical.format:0,lom.rights.cost:5"
    answer = ask(asks, "contractenrecht or statistics", **{"x-term-drilldown": wanted})
    assert answer.diagnostics == []
    navigators = answer.root.findall("s:extraResponseData/dd:drilldown/dd:term-drilldown/*", NS)
    counts = {
        each.get("name"): {item.text: int(item.get("count", "")) for item in each}
        for each in navigators
    }
    assert list(counts) == [each.partition(":")[0] for each in wanted.split(",")]
    assert counts["dc.language"] == {"nl": 15, "en": 15}
    assert 0 < len(counts["lom.educational.context"]) <= 10
    assert counts["LOM.technical.format"] == counts["lom.rights.cost"] == {}
    for code, count in counts["lom.educational.context"].items():
        narrowed = f"(contractenrecht or statistics) and lom.educational.context = {code}"
        assert ask(asks, narrowed).total == count


def test_without_a_wish_nothing_is_counted(asks: FlaskClient) -> None:
    assert ask(asks, "contractenrecht").texts("s:extraResponseData") == []


# ---- what is wrong


@pytest.mark.parametrize(
    ("number", "given"),
    [
        (4, {"operation": "scan", "scanClause": "dc.title=a"}),
        (4, {"operation": "delete"}),
        (5, {"version": "9.9"}),
        (5, {"version": "2.0"}),
        (5, {"version": "1.2.0"}),
        (6, {"maximumRecords": "a"}),
        (6, {"maximumRecords": "-1"}),
        (6, {"maximumRecords": "\u0663"}),
        (6, {"startRecord": "0"}),
        (6, {"startRecord": "1e3"}),
        (6, {"startRecord": "9" * 5000}),
        (6, {"resultSetTTL": "x"}),
        (6, {"x-term-drilldown": "dc.language:x"}),
        (6, {"x-term-drilldown": ",".join(["dc.language:100"] * 51)}),
        (7, {"query": None}),
        (7, {"query": " "}),
        (8, {"diagnosticTest": "true"}),
        (8, {"httpAccept": "text/html"}),
        (10, {"query": "a b"}),
        (10, {"query": '"dog" ='}),
        (10, {"query": "(a"}),
        (10, {"query": "a)"}),
        (10, {"query": "a and"}),
        (10, {"query": 'a "'}),
        (12, {"query": "a" * 4001}),
        (12, {"query": " or ".join(f'"w{n} x"' for n in range(40))}),
        (13, {"query": "a and (" * 30 + "a" + ")" * 30}),
        (15, {"query": "bath.title = a"}),
        (15, {"query": '> dc="urn:x" dc.title = a'}),
        (16, {"query": "badIndex = doh"}),
        (16, {"query": "dc.coverage = a"}),
        (19, {"query": "title ~ a"}),
        (20, {"query": "title =/fuzzy a"}),
        (20, {"query": "title =/relevant=3 a"}),
        (20, {"query": "a sortBy title/locale=nl"}),
        (22, {"query": "title exact a"}),
        (22, {"query": "title < a"}),
        (22, {"query": "dc.language adj nl"}),
        (22, {"query": "dc.language >= nl"}),
        (26, {"query": "a\\b"}),
        (27, {"query": '""'}),
        (27, {"query": 'title = ""'}),
        (28, {"query": "fotos*"}),
        (28, {"query": "f?to"}),
        (28, {"query": "title = *"}),
        (31, {"query": "^a"}),
        (36, {"query": "title = !!!"}),
        (36, {"query": "dc.date = gisteren"}),
        (36, {"query": "dc.date within 2020"}),
        (38, {"query": " or ".join(["dc.type=a"] * 200)}),
        (39, {"query": "a prox b"}),
        (39, {"query": "a prox/unit=word/distance<3 b"}),
        (46, {"query": "a and/rel.combine=sum b"}),
        (50, {"query": "cql.resultSetId = 4"}),
        (61, {"startRecord": "121"}),
        (61, {"startRecord": "999999999"}),
        (61, {"query": "nergens", "startRecord": "2"}),
        (66, {"recordSchema": "marcxml"}),
        (71, {"recordPacking": "json"}),
        (72, {"recordXPath": "/a"}),
        (84, {"sortKeys": "title date"}),
        (84, {"query": "a sortBy title date"}),
        (87, {"sortKeys": "title,marc"}),
        (88, {"sortKeys": "publisher"}),
        (88, {"query": "a sortBy dc.creator"}),
        (90, {"sortKeys": "title,,0"}),
        (90, {"query": "a sortBy dc.date"}),
        (91, {"sortKeys": "title,,1,1"}),
        (92, {"sortKeys": "title,,1,0,abort"}),
    ],
)
def test_a_diagnostic_for_each_mistake(
    asks: FlaskClient, number: int, given: dict[str, str | None]
) -> None:
    answer = ask(asks, **{"query": "*", **given})
    assert answer.diagnostics == [str(number)]
    kind = {"scan": "scan", "delete": "explain"}.get(given.get("operation") or "", "searchRetrieve")
    assert answer.root.tag == f"{{{NS['s']}}}{kind}Response"
    assert answer.texts("s:version/text()") == ["1.2"]
    assert answer.positions == []


def test_an_argument_is_given_once(asks: FlaskClient) -> None:
    twice = Answered(asks.get("/sru?version=1.1&query=a&query=b").data)
    assert twice.diagnostics == ["6"]
    many = "/sru?version=1.2&operation=searchRetrieve&query=*&x-recordSchema=a&x-recordSchema=b"
    assert Answered(asks.get(many).data).diagnostics == []


def test_what_clients_add_of_their_own_is_let_pass(asks: FlaskClient) -> None:
    more = {"x-info-2-auth": "q", "stylesheet": "/style.xsl", "resultSetTTL": 300}
    answer = ask(asks, "contractenrecht", **more)
    assert answer.diagnostics == []
    echoed = {etree.QName(e).localname: e.text
              for e in answer.root.find("s:echoedSearchRetrieveRequest", NS)}  # type: ignore[union-attr]  # fmt: skip
    assert echoed == {"version": "1.2", "query": "contractenrecht", "resultSetTTL": "300",
                      "stylesheet": "/style.xsl"}  # fmt: skip


def test_get_and_post_alike(asks: FlaskClient) -> None:
    pairs = {"operation": "searchRetrieve", "version": "1.1", "query": "contractenrecht"}
    posted = asks.post("/sru", data=pairs)
    assert posted.data == asks.get(f"/sru?{urlencode(pairs)}").data
    assert asks.get("/sru?query=contractenrecht").status_code == 200
    assert asks.post("/sru", data={"query": "a" * 20_000}).status_code == 413


@pytest.mark.parametrize(
    "tail", ["", "?", "?operation=explain", "?version=1.1", "?operation=explain&version=1.1"]
)
def test_the_mere_address_explains(asks: FlaskClient, tail: str) -> None:
    answer = Answered(asks.get(f"/sru{tail}").data)
    assert answer.root.tag == f"{{{NS['s']}}}explainResponse"
    assert answer.texts("s:version/text()") == ["1.1" if "1.1" in tail else "1.2"]
    explain = answer.root.find("s:record/s:recordData/z:explain", NS)
    assert explain is not None
    assert [etree.QName(each).localname for each in explain] == [
        "serverInfo", "databaseInfo", "indexInfo", "schemaInfo", "configInfo"
    ]  # fmt: skip
    assert answer.texts("//z:host/text()") == ["vindplaats.example"]
    assert answer.texts("//z:port/text()") == ["443"]
    assert answer.texts("//z:database/text()") == ["sru"]
    assert answer.texts("//z:setting[@type='maximumRecords']/text()") == ["100"]
    sets = set(answer.texts("//z:set/@name"))
    assert {*answer.texts("//z:index/z:map/z:name/@set")} <= sets


def test_while_there_is_no_index(client: FlaskClient, catalogue: FakeCatalogue) -> None:
    catalogue.error = SearchError("no index")
    response = client.get("/sru?operation=searchRetrieve&version=1.2&query=a")
    assert (response.status_code, response.headers["Retry-After"]) == (503, "30")
    assert Answered(response.data).diagnostics == ["2"]
    assert client.get("/sru").status_code == 200


def test_what_the_site_refuses_or_fails_at_is_a_diagnostic_as_well(
    client: FlaskClient, catalogue: FakeCatalogue
) -> None:
    refused = client.put("/sru?operation=searchRetrieve&query=a")
    assert (refused.status_code, "POST" in refused.headers["Allow"]) == (405, True)
    assert Answered(refused.data).diagnostics == ["1"]
    assert Answered(client.post("/sru", data={"query": "a" * 20_000}).data).diagnostics == ["1"]
    catalogue.error = RuntimeError("secret")
    broken = client.get("/sru?operation=searchRetrieve&query=a")
    assert broken.status_code == 500
    assert Answered(broken.data).diagnostics == ["1"]
    assert "secret" not in broken.text


@given(st.text(max_size=200), st.sampled_from(["query", "sortKeys", "recordSchema", "version",
       "operation", "startRecord", "x-term-drilldown", "x\u0000", "stylesheet"]))  # fmt: skip
@settings(max_examples=300, suppress_health_check=list(HealthCheck))
def test_nothing_that_is_sent_breaks_it(
    asks: FlaskClient, caplog: pytest.LogCaptureFixture, text: str, name: str
) -> None:
    pairs = {"operation": "searchRetrieve", "query": "contractenrecht", name: text}
    response = asks.get(f"/sru?{urlencode(pairs, errors='surrogatepass')}")
    assert response.status_code == 200
    Answered(response.data)
    assert not [each for each in caplog.records if each.levelno >= logging.ERROR]


_TERM = st.sampled_from(["contractenrecht", '"a b"', "*", "2020", '"\\*"', "hbo", "x*", '""'])
_NAME = st.sampled_from(["dc.title", "dc.date", "dc.language", "title", "cql.allRecords", "no.x"])
_RELATION = st.sampled_from(["=", "==", "any", "all", "<>", "<", "within", "exact", "=/relevant"])
_CLAUSE = st.one_of(_TERM, st.tuples(_NAME, _RELATION, _TERM).map(" ".join))
_QUERIES = st.recursive(
    _CLAUSE,
    lambda inner: st.tuples(
        inner, st.sampled_from(["and", "or", "not", "prox", "and/x"]), inner
    ).map(lambda t: f"({' '.join(t)})"),
    max_leaves=12,
)


@given(_QUERIES)
@settings(max_examples=300, suppress_health_check=list(HealthCheck))
def test_every_query_has_an_answer(asks: FlaskClient, query: str) -> None:
    answer = ask(asks, query)
    assert len(answer.diagnostics) <= 1
    if not answer.diagnostics:
        rest = ask(asks, f"cql.allRecords = 1 not ({query})")
        if not rest.diagnostics:  # it was as deep as may be
            assert rest.total == 120 - answer.total


def test_a_browser_may_ask_again_cheaply(asks: FlaskClient) -> None:
    address = "/sru?operation=searchRetrieve&version=1.2&query=contractenrecht"
    first = asks.get(address)
    again = asks.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_a_record_with_nothing_in_it(tmp_path: Any) -> None:
    from webapp import create_app  # noqa: PLC0415 one test makes a site of its own

    bare = replace(resource(0), titles=(), descriptions=(), creators=(), languages=(), dates=())
    with stocked(tmp_path, [bare]) as catalogue:
        site = create_app(catalogue, catalogue.settings).test_client()
        for schema in ("dc", "lom"):
            asked = f"/sru?version=1.2&operation=searchRetrieve&query=*&recordSchema={schema}"
            answer = Answered(site.get(asked, headers={"Host": "vindplaats.example"}).data)
            assert answer.total == 1


def test_who_asks_too_often_is_told_so_in_the_shape_of_each(hundred: Catalogue) -> None:
    from webapp import create_app  # noqa: PLC0415 one test makes a site of its own

    few = replace(hundred.settings, api=ApiSettings(per_minute=2))
    site = create_app(hundred, few).test_client()
    for path in ("/sru", "/ims/rs/v1p0/subjects"):
        answers = [site.get(path, headers={"Host": "vindplaats.example"}) for _ in range(3)]
        assert [each.status_code for each in answers] == [200, 200, 429]
        assert answers[2].headers["Retry-After"]
        if path == "/sru":
            assert Answered(answers[2].data).diagnostics == ["2"]
        else:
            assert "server_busy" in answers[2].text


def test_who_posts_is_counted_as_well(hundred: Catalogue, monkeypatch: pytest.MonkeyPatch) -> None:
    from webapp import create_app  # noqa: PLC0415 one test makes a site of its own

    monkeypatch.setattr("webapp.limits.MINUTE", 10**6)
    few = replace(hundred.settings, api=ApiSettings(per_minute=2))
    site = create_app(hundred, few).test_client()
    host = {"Host": "vindplaats.example"}
    codes = [site.post("/sru", data={"operation": "explain"}, headers=host) for _ in range(3)]
    assert [each.status_code for each in codes] == [200, 200, 429]


def test_robots_are_kept_from_what_has_no_end(client: FlaskClient) -> None:
    from urllib.robotparser import RobotFileParser  # noqa: PLC0415 one test asks as a robot

    robot = RobotFileParser()
    robot.parse(client.get("/robots.txt").text.splitlines())
    for path in ("/sru?query=a", "/ims/rs/v1p0/resources", "/nl/zoeken.rss", "/en/search.atom?q=a"):
        assert not robot.can_fetch("*", f"https://vindplaats.example{path}")
    assert robot.can_fetch("*", "https://vindplaats.example/en/resource/vb1")
