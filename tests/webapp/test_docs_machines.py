"""The guide for machines: its addresses answer, and its programs run."""

from __future__ import annotations

import re
import warnings
from pathlib import Path
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from lxml import etree

from webapp.resource_search.filters import FIELDS as FILTERS
from webapp.sru.indexes import INDEXES

GUIDE = (Path(__file__).resolve().parents[2] / "docs" / "machines.md").read_text("utf-8")
SECTIONS = {
    part.partition("\n")[0]: part for part in re.split(r"^## ", GUIDE, flags=re.MULTILINE)[1:]
}
MINE = ("SRU", "LTI Resource Search", "Feeds")
ADDRESSES = [
    line.removeprefix("https://SITE")
    for name in MINE
    for line in re.findall(r"^https://SITE\S+$", SECTIONS[name], re.MULTILINE)
]
_PYTHON = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)
PROGRAMS = [code for name in MINE for code in _PYTHON.findall(SECTIONS[name])]


@pytest.mark.parametrize("path", ADDRESSES)
def test_an_address_answers(asks: FlaskClient, path: str) -> None:
    answer = asks.get(quote(path, safe="/?&=%'~,.:"))
    assert answer.status_code == 200
    if "xml" in answer.content_type:
        root = etree.fromstring(answer.data)
        assert not root.findall(".//{*}diagnostic")
        assert (
            root.findall(".//{*}record") or root.findall(".//{*}entry") or root.findall(".//item")
        )
    else:
        (found,) = answer.get_json().values()
        assert found


@pytest.mark.parametrize("code", PROGRAMS)
def test_a_program_runs(address: str, code: str, capsys: pytest.CaptureFixture[str]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of others' packages, which their users see, too
        exec(compile(code.replace("https://SITE", address), "the guide", "exec"), {})
    said = capsys.readouterr().out
    assert re.match(r"[1-9][0-9]* materials\n.+", said)


def test_there_is_something_to_try() -> None:
    assert len(ADDRESSES) >= 9
    assert len(PROGRAMS) == 2


def test_every_index_and_field_is_named() -> None:
    named = set(re.findall(r"`([a-z]+\.[a-zA-Z.]+)`", SECTIONS["SRU"]))
    ours = {name for name in INDEXES if not name.startswith("facet.")}
    assert ours - named == {"cql.allIndexes", "cql.keywords"}  # other names of the first
    assert {n for n in named if not n.startswith("facet.")} - ours == {"cql.allRecords"}
    fields = set(re.findall(r"`([a-zA-Z.]+)`", SECTIONS["LTI Resource Search"]))
    assert set(FILTERS) <= fields
