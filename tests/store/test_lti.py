"""What is kept of LMSs and their launches: on both databases, once each, and not for long."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from msgspec.structs import replace

from catalog.store import Store, model, tables
from catalog.store.launches import Kept, LaunchesFullError, Login
from catalog.store.platforms import InvitationError, Platform

LMS = Platform(
    issuer="https://lms.example",
    client_id="1",
    name="LMS",
    login_url="https://lms.example/auth",
    keys_url="https://lms.example/jwks",
)
LOGIN = Login(nonce="n", platform=LMS.id, browser="b", hints=b"sealed")


def rows(store: Store, table: sa.Table) -> int:
    with store.database.reading() as connection:
        return int(connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one())


def expire(store: Store, table: sa.Table) -> None:
    with store.database.writing() as connection:
        connection.execute(table.update().values(expires=model.later(-1)))


def at_once(work: Callable[[], object], times: int = 8) -> list[object]:
    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(lambda _: work(), range(times)))


def test_platforms_are_kept_changed_and_forgotten(store: Store) -> None:
    store.platforms.save(LMS, ("a",))
    other = replace(LMS, client_id="2", origins=("https://x.example", "https://y.example"))
    store.platforms.save(other)
    changed = replace(LMS, name="Renamed")
    store.platforms.save(changed, ("a", "b"))
    assert store.platforms.of_issuer(LMS.issuer) == [changed, other]
    assert store.platforms.get(other.id) == other
    assert store.platforms.deployments(LMS.id) == ["a", "b"]
    assert store.platforms.remove(LMS.id)
    assert not store.platforms.remove(LMS.id)
    assert store.platforms.all() == [other]
    assert store.platforms.deployments(LMS.id) == []


def test_an_invitation_is_taken_up_once(store: Store) -> None:
    token = store.platforms.invite(60)
    clients = iter("abcdefgh")

    def register() -> bool:
        try:
            store.platforms.save(replace(LMS, client_id=next(clients)), token=token)
        except InvitationError:
            return False
        return True

    assert sum(map(bool, at_once(register))) == 1
    assert len(store.platforms.all()) == 1
    assert not store.platforms.invited(token)


def test_past_invitations_are_swept(store: Store) -> None:
    token = store.platforms.invite(60)
    expire(store, tables.lti_invitation)
    assert not store.platforms.invited(token)
    store.platforms.invite(60)
    assert rows(store, tables.lti_invitation) == 1


def test_a_state_is_used_once(store: Store) -> None:
    store.launches.begin("state", LOGIN, 60)
    assert store.launches.begun("state") == LOGIN
    assert sum(map(bool, at_once(lambda: store.launches.answer("state")))) == 1
    assert store.launches.begun("state") == replace(LOGIN, used=True)
    assert not store.launches.answer("another")
    assert store.launches.begun("another") is None


def test_a_session_is_used_once(store: Store) -> None:
    store.launches.open("id", Kept(body=b"{}", browser=""), 60)
    assert store.launches.session("id") == Kept(body=b"{}", browser="")
    assert sum(map(bool, at_once(lambda: store.launches.close("id")))) == 1
    assert store.launches.session("id") == Kept(body=b"{}", browser="", used=True)


def test_what_is_past_is_not_there_and_then_gone(store: Store) -> None:
    store.launches.begin("state", LOGIN, 60)
    store.launches.open("id", Kept(body=b"{}", browser=""), 60)
    for table in (tables.lti_login, tables.lti_session):
        expire(store, table)
    assert store.launches.begun("state") is None
    assert not store.launches.answer("state")
    assert store.launches.session("id") is None
    assert not store.launches.close("id")
    store.launches.begin("state-2", LOGIN, 60)
    store.launches.open("id-2", Kept(body=b"{}", browser=""), 60)
    assert (rows(store, tables.lti_login), rows(store, tables.lti_session)) == (1, 1)


def test_one_platform_cannot_fill_the_store(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("catalog.store.launches.MOST", 2)
    store.launches.begin("1", LOGIN, 60)
    store.launches.begin("2", LOGIN, 60)
    with pytest.raises(LaunchesFullError):
        store.launches.begin("3", LOGIN, 60)
    store.launches.begin("4", replace(LOGIN, platform="other"), 60)


def test_processes_that_begin_together_have_one_key(store: Store) -> None:
    numbers = iter(range(100))
    found = at_once(lambda: store.signing.current(lambda: (f"k{next(numbers)}", "pem")))
    assert len(set(map(repr, found))) == 1
    assert len(store.signing.public()) == 1


def test_secrets_are_kept_as_hashes(store: Store) -> None:
    store.launches.begin("the-state", LOGIN, 60)
    store.launches.open("the-session", Kept(body=b"{}", browser=""), 60)
    token = store.platforms.invite(60)
    with store.database.reading() as connection:
        for table in (tables.lti_login, tables.lti_session, tables.lti_invitation):
            said = repr(connection.execute(table.select()).all())
            assert not any(secret in said for secret in ("the-state", "the-session", token))
