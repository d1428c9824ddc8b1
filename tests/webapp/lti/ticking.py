"""What a browser does in the picker, and what came of it."""

from __future__ import annotations

from typing import Any

from lms import DEEP, Lms
from playwright.sync_api import FrameLocator, Page, expect

ITEMS = f"{DEEP}content_items"


def pick(where: FrameLocator | Page, title: str, role: Any = "checkbox") -> None:
    where.get_by_role(role, name=f"Kies: {title}", exact=True).click()


def counted(where: FrameLocator | Page, number: int) -> None:
    expect(where.locator(".tray-count")).to_have_text(f"{number} gekozen")


def paged(where: FrameLocator | Page, first: int, last: int) -> None:
    expect(where.get_by_text(f"{first}\N{EN DASH}{last} van")).to_be_visible()


def records(lms: Lms) -> list[str]:
    (said,) = lms.returned
    return [each["custom"]["record"] for each in said[ITEMS]]
