"""Whether names can be one maker's, however they are written."""

from __future__ import annotations

import pytest

from catalog.resource import Agent
from catalog.works.makers import Agreement, Maker, agreement, is_same, maker


def people(*names: str) -> tuple[Maker, ...]:
    return tuple(maker(Agent(name)) for name in names)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Anna de Vries", "Vries, A. de"),
        ("Anna de Vries", "A.B. de Vries"),
        ("P.J. Jansen", "Jansen PJ"),
        ("Swaroop C H", "Swaroop C. H."),
        ("Zhang Wei", "Wei Zhang"),
        ("Gabriel García Montes", "Gabriel García"),
        ("Anne Jansen-de Wit", "A. de Wit"),
        ("Zoë Béranger", "Zoe Beranger"),
        ("J. Robert Oppen", "Robert Oppen"),
        ("Martin King Jr.", "M. King"),
        ("Dr. Ada Norwood", "Norwood, Ada"),
        ("Jansen", "Piet Jansen"),
        ("Иванов Иван", "Иван Иванов"),
    ],
)
def test_one_person(one: str, other: str) -> None:
    assert is_same(*people(one, other))
    assert is_same(*people(other, one))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Anna de Vries", "Bert de Vries"),
        ("Anna de Vries", "Anna de Boer"),
        ("A. Smith", "B. Smith"),
        ("Jan Smit", "Jan Smith"),
        ("Wei Zhang", "Wei Li"),
    ],
)
def test_two_people(one: str, other: str) -> None:
    assert not is_same(*people(one, other))


def test_orcids_decide() -> None:
    first = Agent("Eva Smit", ids=("https://orcid.org/0000-0002-1825-0097",))
    married = Agent("Eva Bos", ids=first.ids)
    namesake = Agent("Eva Smit", ids=("https://orcid.org/0000-0001-5109-3700",))
    assert is_same(maker(first), maker(married))
    assert not is_same(maker(first), maker(namesake))
    assert is_same(maker(first), maker(Agent("E. Smit")))


def test_organisations_are_their_words() -> None:
    names = ("Springer", "Springer Verlag GmbH", "Elsevier")
    springer, verlag, elsevier = (maker(Agent(name, "organisation")) for name in names)
    assert is_same(springer, verlag)
    assert not is_same(springer, elsevier)


@pytest.mark.parametrize(
    ("ones", "others", "found"),
    [
        (("A. Vis", "B. Bos"), ("Bos, B.", "Vis, A."), "several"),
        (("A. Vis",), ("Vis, A.", "B. Bos"), "same"),
        (("A. Vis", "B. Bos", "C. Dam"), ("C. Dam", "D. Eik", "E. Fok"), "some"),
        (("Bill Ryder",), ("William Ryder",), "namesake"),
        (("A. Vis",), ("B. Bos",), "apart"),
        (("A. Vis",), (), "unknown"),
        ((), (), "unknown"),
    ],
)
def test_agreement(ones: tuple[str, ...], others: tuple[str, ...], found: Agreement) -> None:
    assert agreement(people(*ones), people(*others)) == found
    assert agreement(people(*others), people(*ones)) == found


def test_people_and_an_organisation_are_unlike() -> None:
    assert agreement(people("A. Vis"), (maker(Agent("Delta", "organisation")),)) == "unlike"


@pytest.mark.parametrize("name", ["", " ", ",", "van der", "Jr.", "....", "-", "\x00", "李"])
def test_ugly_names_do_not_raise(name: str) -> None:
    assert is_same(maker(Agent(name)), maker(Agent(name))) in (True, False)
