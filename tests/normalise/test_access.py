"""Who can reach it, and what it costs."""

from __future__ import annotations

import pytest

from catalog.normalise.access import access, cost


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("info:eu-repo/semantics/openAccess", "open"),
        ("http://purl.org/coar/access_right/c_abf2", "open"),
        ("http://purl.org/eprint/accessRights/RestrictedAccess", "restricted"),
        ("info:eu-repo/semantics/embargoedAccess", "embargoed"),
        ("http://purl.org/coar/access_right/c_14cb", "closed"),
        ("OpenAccess", "open"),
        ("open toegang", "open"),
        ("login", "login"),
        ("no_login", "open"),
        ("http://w3id.org/openeduhub/vocabs/conditionsOfAccess/no_login/", "open"),
        ("Access restricted to registered users.", "login"),
        ("Available by Subscription.", "restricted"),
        ("Under embargo until 2030", "embargoed"),
        ("Access is unrestricted", "open"),
        ("not open access", ""),
        ("geen open access", ""),
        ("This is not an open access publication", ""),
        ("Restricted, not open access", "restricted"),
        ("Not restricted", ""),
        ("No longer under embargo: open access", "open"),
        ("Not only open access", "open"),
        ("No registration", "open"),
        ("ask the secretary", ""),
        ("", ""),
        ("\x00" * 100_000, ""),
    ],
)
def test_access(said: str, expected: str) -> None:
    assert access((said,)) == expected


def test_the_strictest_counts() -> None:
    assert access(("OpenAccess", "RestrictedAccess")) == "restricted"
    assert access(("closed", "embargo")) == "closed"


@pytest.mark.parametrize(
    ("rights", "expected"),
    [
        (("info:eu-repo/semantics/closedAccess", "CC BY 4.0"), "closed"),
        (("Open Access",), "open"),
        (("open", "closed", "login"), ""),  # said of rights these may mean anything
        (("CC BY 4.0",), ""),
    ],
)
def test_terms_of_access_among_the_rights(rights: tuple[str, ...], expected: str) -> None:
    assert access((), rights) == expected
    assert access(("login",), rights) == "login"


@pytest.mark.parametrize(
    ("said", "expected"),
    [("kostenfrei", "free"), ("Gratis", "free"), ("te koop", "paid"), ("login", ""), ("", "")],
)
def test_cost(said: str, expected: str) -> None:
    assert cost((said,)) == expected
