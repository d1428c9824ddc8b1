"""Popular queries: what is kept, when others see it, how long it stays. On both databases."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta

import pytest

from catalog.popular import Popular, keepable
from catalog.store import Store
from catalog.store.daily import KEPT_DAYS

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Rekenen   met BREUKEN ", "rekenen met breuken"),
        ("C++ voor beginners", "c++ voor beginners"),
        ("l'été", "l'été"),
        ("atelier 2019", "atelier 2019"),
        ("数学入門", "数学入門"),
        ("ab", ""),
        ("?!?!", ""),
        ("jan@school.example", ""),
        ("jan\N{FULLWIDTH COMMERCIAL AT}school", ""),
        ("https://school.example/les", ""),
        ("www.school", ""),
        ("school.example", ""),
        ("leerling 48213", ""),
        ("06 123 45 678", ""),
        ("leerling \u0661\u0662\u0663\u0664\u0665", ""),
        ("auteur:jansen", ""),
        ("a\0b\x1bc", ""),
        ("x" * 61, ""),
        ("x" * 60, "x" * 60),
        ("ﬃ" * 30, ""),  # 90 letters once they are apart
    ],
)
def test_only_plain_words_are_kept(typed: str, kept: str) -> None:
    assert keepable(typed) == kept
    assert keepable(kept) == kept


def test_a_query_is_shown_after_three_days_or_five_times(store: Store) -> None:
    for back in range(3):
        store.asked.add(TODAY - timedelta(days=back), {"breuken": 1, "cellen": 1 + (back == 2)})
    store.asked.add(TODAY, {"eens": 4, "vaak": 3})
    store.asked.add(TODAY, {"vaak": 2})
    assert store.asked.popular() == ["vaak", "cellen", "breuken"]
    store.asked.add(TODAY, {"eens": 1})
    assert "eens" in store.asked.popular()


def test_counts_are_forgotten(store: Store) -> None:
    store.asked.add(TODAY, {"breuken": 9})
    store.asked.add(TODAY + timedelta(days=KEPT_DAYS), {})
    assert store.asked.popular() == ["breuken"]
    store.asked.add(TODAY + timedelta(days=KEPT_DAYS + 1), {})
    assert store.asked.popular() == []


def test_what_is_noted_is_brought_in_one_batch_and_offered(store: Store) -> None:
    popular = Popular(store.asked, on=True)
    for _ in range(5):
        popular.note("Rekenen met Breuken")
        popular.note("breuken vereenvoudigen")
        popular.note("mail jan@school.example")
    assert popular.starting("breu", 5) == []
    popular.bring()
    assert popular.starting("Breu", 5) == ["breuken vereenvoudigen", "rekenen met breuken"]
    assert popular.starting("met breuken", 5) == ["rekenen met breuken"]
    assert popular.starting("breu", 1) == ["breuken vereenvoudigen"]
    assert (
        popular.starting("reuken", 5) == popular.starting("", 5) == popular.starting("?", 5) == []
    )
    assert popular.starting("breuken vereenvoudigen", 5) == []  # that is what was typed


def test_a_flood_of_queries_is_not_kept_in_memory(store: Store) -> None:
    popular = Popular(store.asked, on=True)
    for number in range(5_000):
        popular.note(f"vraag {chr(97 + number % 26)}{number}")
    popular.note("vraag a0")
    popular.bring()
    with store.database.reading() as connection:
        rows = connection.exec_driver_sql("SELECT count(*), sum(times) FROM asked").one()
    assert tuple(rows) == (1_000, 1_001)


def test_switched_off_nothing_is_counted_or_offered(store: Store) -> None:
    store.asked.add(datetime.now(UTC).date(), {"breuken": 9})
    popular = Popular(store.asked, on=False)
    popular.note("cellen")
    popular.bring()
    assert popular.starting("breu", 5) == []
    with store.database.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM asked").scalar_one() == 1


def test_several_at_once_lose_no_count(store: Store) -> None:
    def work(popular: Popular) -> None:
        for _ in range(20):
            popular.note("breuken")
            popular.note("cellen")
            popular.bring()

    threads = [
        threading.Thread(target=work, args=(Popular(store.asked, on=True),)) for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with store.database.reading() as connection:
        assert connection.exec_driver_sql("SELECT sum(times) FROM asked").scalar_one() == 120


def test_what_was_counted_is_brought_at_the_end(store: Store) -> None:
    popular = Popular(store.asked, on=True)
    with popular.keeping(seconds=600):
        for _ in range(5):
            popular.note("breuken")
    assert store.asked.popular() == ["breuken"]
