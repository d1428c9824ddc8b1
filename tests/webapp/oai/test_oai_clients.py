"""Harvesters that others made, and our own, get what the store holds: no more and no less."""

from __future__ import annotations

import re
import shutil
import subprocess
import warnings
from pathlib import Path

import pytest
from harvested import Harvested, name, names
from installation import Installation

from catalog.store.model import record_id

Served = tuple[Harvested, str]
GONE = names(range(3, 57, 8))
THERE = names(range(57)) - GONE


def at_home(found: set[str]) -> set[str]:
    """Return identifiers as they are where the site is on this machine."""
    return {each.replace("vindplaats.example", "127.0.0.1") for each in found}


@pytest.mark.parametrize("prefix", ["oai_dc", "lom"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_sickle_harvests_everything(served: Served, prefix: str, method: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        from sickle import Sickle  # noqa: PLC0415 old, and says so

        found = list(Sickle(served[1], http_method=method).ListRecords(metadataPrefix=prefix))
    assert sorted(r.header.identifier for r in found if r.deleted) == sorted(at_home(GONE))
    assert sorted(r.header.identifier for r in found if not r.deleted) == sorted(at_home(THERE))


def test_scythe_harvests_everything(served: Served) -> None:
    from oaipmh_scythe import Scythe  # noqa: PLC0415 one test needs it

    with Scythe(served[1]) as scythe:
        assert scythe.identify().deletedRecord == "persistent"  # type: ignore[attr-defined]
        found = list(scythe.list_records(metadata_prefix="lom"))
        sets = [each.setSpec for each in scythe.list_sets()]  # type: ignore[attr-defined]
        of_set = list(scythe.list_identifiers(set_="source:leerbank"))
    assert {r.header.identifier for r in found if r.deleted} == at_home(GONE)  # type: ignore[union-attr]
    assert {r.header.identifier for r in found if not r.deleted} == at_home(THERE)  # type: ignore[union-attr]
    assert "source:leerbank" in sets
    assert {r.identifier for r in of_set} == at_home(names(range(0, 57, 3)))  # type: ignore[union-attr]


@pytest.mark.skipif(not shutil.which("oai_pmh"), reason="Debian's libhttp-oai-perl is missing")
def test_the_client_of_perl_harvests_everything(served: Served) -> None:
    command = ["oai_pmh", "-X", "ListRecords", "--metadataPrefix", "oai_dc", served[1]]
    done = subprocess.run(command, capture_output=True, check=True, text=True, timeout=300)
    headers = re.findall(r"identifier: (\S+)\n.*\nstatus: (\w*)$", done.stdout, re.MULTILINE)
    assert sorted(id_ for id_, status in headers if status) == sorted(at_home(GONE))
    assert sorted(id_ for id_, status in headers if not status) == sorted(at_home(THERE))


@pytest.fixture
def ours(served: Served, tmp_path: Path) -> Installation:
    folder = tmp_path / "ours"
    folder.mkdir()
    here = Installation(folder)
    here.add("peer", "oai_pmh", served[1], prefix="lom", title="A catalogue")
    return here


@pytest.mark.slow
def test_our_own_harvester_comes_to_rest(served: Served, ours: Installation) -> None:
    def held() -> dict[str, bool]:
        with ours.catalogue() as catalogue:
            return {r.id: r.deleted for r in catalogue.store.records.all_changes()}

    expected = {record_id("peer", each): False for each in at_home(THERE)}
    ours.good("harvest")
    assert {id_: gone for id_, gone in held().items() if not gone} == expected
    for options in ((), ("--full",)):
        before = held()
        ours.good("harvest", *options)
        counts = ours.runs("peer")[0].counts
        assert (counts.added, counts.changed, counts.rejected) == (0, 0, 0)
        assert held() == before
    served[0].delete([0])
    served[0].keep([1], "Another title")
    ours.good("harvest")
    gone, changed = (record_id("peer", at_home({name(n)}).pop()) for n in (0, 1))
    with ours.catalogue() as catalogue:
        found = catalogue.store.records.get_many([gone, changed])
    assert found[gone].deleted
    assert found[changed].resource.titles[0].text == "Another title"
