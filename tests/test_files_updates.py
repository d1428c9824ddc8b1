"""Partial updates and deletes of ONIX, from the file to the store and back out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from shelf import Read, message, write

from catalog import profile
from catalog.catalogue import Catalogue
from catalog.config import FilesSource, Settings, StoreSettings
from catalog.store.model import Counts, record_id
from harvester import removal
from harvester.files.updates import appended
from harvester.pipeline import Pipeline
from harvester.reading import defaults_of
from harvester.reparse import raw_record, reparse

BOOK = "<Product><RecordReference>{}</RecordReference><NotificationType>{}</NotificationType>{}</Product>"  # noqa: E501


def descriptive(title: str) -> str:
    return (
        "<DescriptiveDetail><TitleDetail><TitleType>01</TitleType><TitleElement>"
        f"<TitleElementLevel>01</TitleElementLevel><TitleText>{title}</TitleText></TitleElement>"
        "</TitleDetail></DescriptiveDetail>"
    )


def text(said: str) -> str:
    return (
        f"<CollateralDetail><TextContent><TextType>03</TextType><Text>{said}</Text></TextContent>"
        "</CollateralDetail>"
    )


def price(amount: str) -> str:
    return (
        f"<ProductSupply><SupplyDetail><Price><PriceAmount>{amount}</PriceAmount></Price>"
        "</SupplyDetail></ProductSupply>"
    )


def book(name: str, *blocks: str, notice: str = "03") -> str:
    return BOOK.format(name, notice, "".join(blocks))


class Shelf:
    """A source of files whose pages go into a store."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "shelf"
        self.entry = FilesSource(url=str(self.folder))
        settings = Settings(
            store=StoreSettings(url=f"sqlite:///{folder}/store.db"), sources={"shelf": self.entry}
        )
        self.catalogue = Catalogue(settings)
        self.store = self.catalogue.store

    def holds(self, **files: bytes) -> Counts:
        """Harvest the folder with these files in it and no others."""
        for old in self.folder.rglob("*.xml"):
            old.unlink()
        for name, data in files.items():
            write(self.folder, f"{name}.xml", data)
        run = self.store.runs.begin("shelf", full=False, since="")
        pipeline = Pipeline(
            self.store,
            source="shelf",
            run=run.id,
            defaults=defaults_of(self.entry),
            profile=profile.get(""),
            entry=self.entry,
        )
        self.read = Read(self.folder)
        for page in self.read.pages:
            pipeline.keep(page)
        removal.weigh(self.store, run, self.read.report, complete=True, confirmed=False)
        self.store.runs.end(run.id, "complete", watermark=run.started)
        ended = self.store.runs.get(run.id)
        assert ended is not None
        return ended.counts

    def said(self, name: str) -> tuple[str, str, str]:
        """Return title, description and cost; empty for one that is gone."""
        found = self.store.records.get(record_id("shelf", name))
        if found is None or found.deleted:
            return "", "", ""
        resource = found.resource
        described = resource.descriptions[0].text if resource.descriptions else ""
        return resource.titles[0].text, described, resource.cost


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    made = Shelf(tmp_path)
    with made.catalogue:
        yield made


def test_an_update_changes_what_it_says_and_leaves_the_rest(shelf: Shelf) -> None:
    shelf.holds(all=message(book("b", descriptive("Old title"), text("Stays."), price("10.00"))))
    assert shelf.said("b") == ("Old title", "Stays.", "paid")
    counts = shelf.holds(delta=message(book("b", price("0.00"), notice="04")))
    assert (counts.changed, counts.rejected) == (1, 0)
    assert shelf.said("b") == ("Old title", "Stays.", "free")
    counts = shelf.holds(delta=message(book("b", descriptive("New title"), notice="04")))
    assert counts.changed == 1
    assert shelf.said("b") == ("New title", "Stays.", "free")


def test_every_notice_is_kept_as_it_came_and_read_again(shelf: Shelf) -> None:
    shelf.holds(all=message(book("b", descriptive("Old title"), text("Stays."), price("10.00"))))
    shelf.holds(delta=message(book("b", price("0.00"), notice="04")))
    raw = raw_record(shelf.catalogue, record_id("shelf", "b"))
    assert raw.count(b"<RecordReference>b<") == 2
    assert b"10.00" in raw
    assert b"0.00" in raw
    *_, progress = reparse(shelf.catalogue, "shelf")
    assert (progress.read, progress.changed, progress.failed) == (1, 0, 0)


def test_an_update_that_comes_again_changes_nothing(shelf: Shelf) -> None:
    shelf.holds(all=message(book("b", descriptive("Title"), price("10.00"))))
    delta = message(book("b", price("0.00"), notice="04"))
    assert shelf.holds(delta=delta).changed == 1
    assert shelf.holds(delta=delta).unchanged == 1


def test_a_message_of_updates_is_not_all_there_is(shelf: Shelf) -> None:
    shelf.holds(all=message(book("b", descriptive("Title")), book("c", descriptive("Other"))))
    assert shelf.read.report.whole
    shelf.holds(delta=message(book("b", price("0.00"), notice="04")))
    assert not shelf.read.report.whole


def test_base_and_updates_in_one_file_and_in_order_of_the_files(shelf: Shelf) -> None:
    counts = shelf.holds(
        a=message(
            book("b", descriptive("Title"), price("10.00")), book("b", price("0"), notice="04")
        ),
        b=message(book("b", text("Later."), notice="04")),
    )
    assert (counts.added, counts.duplicates) == (1, 2)
    assert shelf.said("b") == ("Title", "Later.", "free")


def test_an_update_of_what_is_not_kept_is_rejected_until_it_is(shelf: Shelf) -> None:
    assert shelf.holds(delta=message(book("b", price("0"), notice="04"))).rejected == 1
    assert shelf.store.rejects.list("shelf")[0].rule == "onix.partial"
    counts = shelf.holds(
        a=message(book("b", descriptive("Title"))), b=message(book("b", price("0"), notice="04"))
    )
    assert (counts.added, counts.rejected) == (1, 0)
    assert shelf.said("b") == ("Title", "", "free")
    assert shelf.store.rejects.list("shelf") == []


def test_a_delete_deletes_and_an_update_after_it_has_nothing_to_add_to(shelf: Shelf) -> None:
    shelf.holds(all=message(book("b", descriptive("Title"))))
    counts = shelf.holds(
        delta=message(book("b", notice="05")), later=message(book("b", price("0"), notice="04"))
    )
    assert (counts.deleted, counts.rejected) == (1, 0)
    assert shelf.said("b") == ("", "", "")


def test_a_whole_description_takes_the_place_of_all_notices(shelf: Shelf) -> None:
    shelf.holds(all=message(book("b", descriptive("Title"), text("Old."))))
    shelf.holds(delta=message(book("b", text("Updated."), notice="04")))
    shelf.holds(all=message(book("b", descriptive("Afresh"))))
    assert shelf.said("b") == ("Afresh", "", "")


def notice(*blocks: str, kind: str = "04") -> bytes:
    return book("b", *blocks, notice=kind).encode()


def test_notices_do_not_pile_up() -> None:
    kept = notice(descriptive("Title"), kind="03")
    for amount in range(50):
        kept = appended(kept, notice(price(str(amount)), text("x")))
        kept = appended(kept, notice(price(str(amount))))
    assert kept.count(b"<Product>") == 3
    assert appended(kept, notice(price("49"))) == kept
    assert appended(kept, notice(price("49"), text("x"))) != kept
