"""A client of SRU that others made searches the catalogue, and reads what it is answered."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any

import pytest

SIZE = 120


@pytest.fixture
def sruthi(address: str) -> Iterator[Any]:
    """Make clients with ``sruthi``, which asks whether elements are true, and is told not to."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        warnings.simplefilter("ignore", DeprecationWarning)
        import sruthi  # noqa: PLC0415 it warns when it is read

        yield lambda **more: sruthi.Client(f"{address}/sru", **more)


def test_it_is_told_what_there_is(sruthi: Any, address: str) -> None:
    said = sruthi().explain()
    assert (said.sru_version, said.server["database"]) == ("1.2", "sru")
    assert str(said.server["port"]) in address
    assert set(said.schema) == {"oai_dc", "dc", "lom"}
    assert said.index["dc"]["title"] == "dc.title"
    assert "serverChoice" in said.index["cql"]
    assert said.config["maximumRecords"] == 100
    assert said.config["defaults"]["numberOfRecords"] == 10
    assert said.database["title"]


@pytest.mark.parametrize("version", ["1.1", "1.2"])
@pytest.mark.parametrize("schema", ["dc", "oai_dc", "lom"])
def test_it_searches_and_turns_pages(sruthi: Any, version: str, schema: str) -> None:
    client = sruthi(sru_version=version, record_schema=schema, maximum_records=7)
    found = client.searchretrieve('dc.title = "weimarer republik" or statistics')
    assert (found.sru_version, found.count) == (version, 30)
    records = list(found)
    assert len(records) == 30
    # it makes a dictionary of each, of a shape that depends on what is in it
    assert all("Weimarer" in str(each) or "Statistics" in str(each) for each in records)


def test_it_may_begin_in_the_middle(sruthi: Any) -> None:
    found = sruthi(maximum_records=50).searchretrieve("*", start_record=71)
    assert found.count == SIZE
    assert len(list(found)) == 50


def test_it_is_told_what_is_wrong(sruthi: Any) -> None:
    import sruthi as package  # noqa: PLC0415 the fixture reads it first, past its warnings

    for query, why in (("geen.index = a", "context set"), ("a b", "syntax error")):
        with pytest.raises(package.errors.SruError, match=why):
            sruthi().searchretrieve(query)
