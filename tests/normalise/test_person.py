from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.normalise.agent_id import agent_id
from catalog.normalise.person import agents, bodies
from catalog.resource import Agent

NAMES = [
    ("Piet Jansen", "Piet Jansen", ""),
    ("Jansen, Piet", "Piet Jansen", "person"),
    ("Jansen,P.", "P. Jansen", "person"),
    ("Berg, J. van den", "J. van den Berg", "person"),
    ("van den Berg, Jan", "Jan van den Berg", "person"),
    ("Boschma, Anna Maria, 1901-1980, author.", "Anna Maria Boschma", "person"),  # MARC 100
    ("Boschma, Anna, 1950-", "Anna Boschma", "person"),
    ("Boschma, Anna (1950-)", "Anna Boschma", "person"),
    ("Boschma, Anna, approximately 1450-", "Anna Boschma", "person"),
    ("King, Martin, Jr., 1929-1968", "Martin King Jr.", "person"),
    ("Boschma, Anna (red.)", "Anna Boschma", "person"),
    ("Boschma, Anna [TU Nergens]", "Anna Boschma", "person"),
    ("Boschma, A.M. (Anna Maria), 1901-1980", "A.M. Boschma", "person"),
    ("Boschma, [Anna]", "[Anna] Boschma", "person"),  # supplied by a cataloguer
    ("Dr. Boschma, Anna", "Anna Boschma", "person"),
    ("Prof. dr. ir. van den Berg, Jan", "Jan van den Berg", "person"),
    ("Boschma, drs. A.", "drs. A. Boschma", "person"),  # where it is spoken, too
    ("Prof. dr. Anna Boschma", "Prof. dr. Anna Boschma", ""),  # as said
    ("v.d. Berg, Jan", "Jan v.d. Berg", "person"),
    ("V.d. Berg, Jan", "Jan V.d. Berg", "person"),
    ("J. Jansen, Piet", "J. Jansen, Piet", ""),  # an initial begins no family name
    ("A. Boschma, B.Sc.", "A. Boschma", ""),
    ("Anna Boschma, PhD", "Anna Boschma", ""),  # a title is no given name
    ("Boschma-ter Horst, M.A.", "M.A. Boschma-ter Horst", "person"),  # initials, no degree
    ("Van Dam, MA", "MA Van Dam", "person"),
    ("Anna Boschma, MD", "Anna Boschma", ""),
    ("Press, William", "William Press", "person"),  # a surname, though organisations use it
    ("Smith, Zoë &amp;amp; Tim", "Zoë & Tim Smith", "person"),
    ("Smit\u200b,\u00a0 Jan\n", "Jan Smit", "person"),
    ("Anna Boschma <anna@example.org>", "Anna Boschma", ""),  # no contact data
    ("anna@example.org (Anna Boschma)", "Anna Boschma", ""),  # RSS
    ("Hogeschool Voorbeeld", "Hogeschool Voorbeeld", "organisation"),
    ("Rijksuniversiteit Nergens", "Rijksuniversiteit Nergens", "organisation"),
    ("Example Foundation, Inc.", "Example Foundation, Inc.", "organisation"),
    ("Acme, Inc.", "Acme, Inc.", "organisation"),  # Inc. is no given name
    ("Ministerie van Iets, Den Haag", "Ministerie van Iets, Den Haag", "organisation"),
    ("Voorbeeld B.V.", "Voorbeeld B.V.", "organisation"),
    ("Jansen, B.V.", "B.V. Jansen", "person"),  # initials, after a comma
    ("Jansen & Zonen", "Jansen & Zonen", "organisation"),
    ("Rocky Jansen", "Rocky Jansen", ""),  # no ROC
    ("Studio 54, Amsterdam", "Studio 54, Amsterdam", ""),  # people have no figures in their names
]  # fmt: skip


@pytest.mark.parametrize(("said", "name", "kind"), NAMES)
def test_a_name_reads_as_it_is_spoken(said: str, name: str, kind: str) -> None:
    assert [(one.name, one.kind) for one in agents((Agent(said, role="author"),))] == [(name, kind)]


@pytest.mark.parametrize(
    "said",
    ["unknown", "N/A", "Anoniem", "[s.n.]", "-", "", "???", "anna@example.org", "1950-",
     "https://example.org/", "auteur onbekend", "x" * 600,
     "BEGIN:VCARD\nVERSION:3.0\nUID:https://example.org/me\nEND:VCARD", "BEGIN:VCARD"],
)  # fmt: skip
def test_nobody_is_left_out(said: str) -> None:
    assert agents((Agent(said),)) == ()


def test_names_of_publishers_are_not_turned() -> None:
    said = Agent("Voorbeeld, Berlijn", role="Publisher")
    assert agents((said,)) == (Agent("Voorbeeld, Berlijn", role="publisher"),)
    assert bodies((Agent("Voorbeeld, Berlijn"),)) == (Agent("Voorbeeld, Berlijn"),)
    person = Agent("Jansen, Jan", "person")
    assert bodies((person,)) == (Agent("Jan Jansen", "person"),)
    assert bodies(()) == ()


WHOLE = (
    "BEGIN:VCARD\r\nVERSION:3.0\r\nN:Boschma;Anna;M.;Dr.;\r\nFN:Anna M. Boschma\r\n"
    "ORG:Hogeschool Voorbeeld;Zorg\r\nEMAIL;TYPE=INTERNET:anna@example.org\r\n"
    "TEL:+31 20 000\r\nEND:VCARD"
)
GROUPED = (
    "BEGIN:VCARD\nitem1.FN;CHARSET=UTF-8:Anna Boschma\n"
    "UID:https://orcid.org/0000-0002-1825-0097\nEND:VCARD"
)
CARDS = [
    # as the standard has it: name, organisation, and contact data that is not kept
    (WHOLE,
     Agent("Anna M. Boschma", "person", affiliation="Hogeschool Voorbeeld")),
    # the whole card on one line
    ("BEGIN:VCARD VERSION:3.0 ORG:VVVN N:VVVN FN:VVVN END:VCARD", Agent("VVVN", "organisation")),
    # line ends as text, and as references
    ("BEGIN:VCARD\\nFN:Anna Boschma\\nEND:VCARD", Agent("Anna Boschma")),
    ("BEGIN:VCARD&#13;\nFN:Anna Boschma&#13;\nEND:VCARD", Agent("Anna Boschma")),
    # indented by a pretty-printer
    ("begin:vcard\n    version:3.0\n    fn:Anna Boschma\n    end:vcard\n", Agent("Anna Boschma")),
    # folded: RFC 2426, 2.6
    ("BEGIN:VCARD\nFN:Anna\n  Bos\n chma\nEND:VCARD", Agent("Anna Boschma")),
    # quoted-printable: vCard 2.1
    ("BEGIN:VCARD\nFN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:J=C3=BCrgen=20M=C3=\n=BCller\nEND:VCARD",
     Agent("J\u00fcrgen M\u00fcller")),
    ("BEGIN:VCARD\nN;QUOTED-PRINTABLE;CHARSET=ISO-8859-1:M=FCller;J=FCrgen\nEND:VCARD",
     Agent("J\u00fcrgen M\u00fcller", "person")),
    ("BEGIN:VCARD\nFN:J=C3=BCrgen\nEND:VCARD", Agent("J=C3=BCrgen")),  # it does not say so
    ("BEGIN:VCARD\nFN;QUOTED-PRINTABLE:J=FCrgen\nEND:VCARD", Agent("J=FCrgen")),  # no UTF-8
    # N without FN
    ("BEGIN:VCARD\nN:Boschma;Anna\nEND:VCARD", Agent("Anna Boschma", "person")),
    # the organisation in FN
    ("BEGIN:VCARD\nFN:VVVN\nORG:VVVN\nEND:VCARD", Agent("VVVN", "organisation")),
    # an organisation and nothing else, with an escaped comma
    ("BEGIN:VCARD\nFN:\nORG:Jan\\, Piet & Co\nEND:VCARD", Agent("Jan, Piet & Co", "organisation")),
    # groups, and an ORCID
    (GROUPED,
     Agent("Anna Boschma", "person", ids=("https://orcid.org/0000-0002-1825-0097",))),
    # a mail address for a name
    ("BEGIN:VCARD\nFN:a@example.org\nN:Boschma;Anna\nEND:VCARD", Agent("Anna Boschma", "person")),
    # cut off
    ("BEGIN:VCARD\nFN:Anna Boschma\nORG:Hoge", Agent("Anna Boschma", affiliation="Hoge")),
    ("BEGIN:VCARD\nKIND:org\nFN:Studio X\nEND:VCARD", Agent("Studio X", "organisation")),
]  # fmt: skip


@pytest.mark.parametrize(("said", "expected"), CARDS)
def test_a_vcard_becomes_a_name(said: str, expected: Agent) -> None:
    assert agents((Agent(said),)) == (expected,)


def test_names_in_one_value_are_parted() -> None:
    found = agents((Agent("Jansen, J.; Pietersen, P. ;", role="author"),))
    assert [one.name for one in found] == ["J. Jansen", "P. Pietersen"]


def test_the_same_agent_stands_once_in_each_role() -> None:
    said = (
        Agent("Jansen, Jan", role="author", ids=("0000-0002-1825-0097",)),
        Agent("Jan Jansen", affiliation="Hogeschool Voorbeeld"),
        Agent("JAN JANSEN", role="Author"),
        Agent("Jan Jansen", role="editor"),
    )
    orcid = "https://orcid.org/0000-0002-1825-0097"
    assert agents(said) == (
        Agent("Jan Jansen", "person", "author", (orcid,), "Hogeschool Voorbeeld"),
        Agent("Jan Jansen", "", "editor"),
    )
    assert agents(()) == ()


def test_an_orcid_in_a_name_is_taken_out() -> None:
    said = Agent("Jan Jansen (ORCID: 0000-0002-1825-0097)", role="author")
    orcid = "https://orcid.org/0000-0002-1825-0097"
    assert agents((said,)) == (Agent("Jan Jansen", "person", "author", (orcid,)),)


IDS = [
    ("0000-0002-1825-0097", "https://orcid.org/0000-0002-1825-0097"),
    ("http://www.orcid.org/0000-0002-1825-0097/", "https://orcid.org/0000-0002-1825-0097"),
    ("orcid:0000000218250097", "https://orcid.org/0000-0002-1825-0097"),
    ("(orcid)0000-0002-1694-233x", "https://orcid.org/0000-0002-1694-233X"),  # MARC $0
    ("https://orcid.org/0000-0002-1825-0098", ""),  # wrong check digit
    ("https://orcid.org/", ""),
    ("0000 0001 2103 2683", "https://isni.org/isni/0000000121032683"),  # outside ORCID's block
    ("http://www.isni.org/0000000121032683", "https://isni.org/isni/0000000121032683"),
    ("isni:0000000121032684", ""),
    ("HTTPS://ROR.ORG/04DKP9463", "https://ror.org/04dkp9463"),
    ("ror.org/04dkp9464", ""),  # wrong check digits
    ("https://example.org/people/1#me", "https://example.org/people/1"),
    ("mailto:anna@example.org", ""),
    ("javascript:alert(1)", ""),
    ("anna", ""),
    ("", ""),
]


@pytest.mark.parametrize(("said", "expected"), IDS)
def test_identifiers_of_agents_are_checked(said: str, expected: str) -> None:
    assert agent_id(said) == expected


PIECES = (
    "BEGIN:VCARD END:VCARD FN: N: ORG: ; , . : ( ) \\n \\; \\, Jansen Piet van Jr. 1950- PhD ed. "
    "(red.) [TU ] Dr. J. P. en Inc. Hogeschool a@b.nl 0000-0002-1825-0097 &amp; &#66;EGIN:VCARD "
    "<b> unknown & co FN;QUOTED-PRINTABLE: =3B =0D=0A =FC"
)
NEARLY = st.lists(st.sampled_from((*PIECES.split(), " ", " ", "\n")), max_size=12).map("".join)
ROLES = st.sampled_from(["", "author", "Publisher"])
KINDS = st.sampled_from(["", "person", "organisation"])
AGENTS = st.builds(
    Agent,
    st.one_of(st.text(), NEARLY),
    KINDS,
    ROLES,
    st.lists(NEARLY, max_size=1).map(tuple),
    NEARLY,
)


@given(st.lists(AGENTS, max_size=3))
def test_clean_agents_stay_and_nothing_raises(said: list[Agent]) -> None:
    assert bodies(bodies(tuple(said))) == bodies(tuple(said))
    once = agents(tuple(said))
    assert agents(once) == once
    assert not any("@" in one.name for one in once)


@pytest.mark.parametrize(
    "piece", [" ", "\n ", "a@", "(", ",", "ed, ", "a; ", "FN:", " N;", "1-", "\\n"]
)
def test_hostile_lengths_end_soon(piece: str) -> None:
    start = time.perf_counter()
    agents(
        (Agent(piece * 20_000), Agent("x@" + piece * 490), Agent("BEGIN:VCARD" + piece * 20_000))
    )
    assert time.perf_counter() - start < 4


@pytest.mark.parametrize(
    ("said", "names"),
    [
        ("Jansen, P. et al.", ["P. Jansen"]),
        ("Jansen, Piet e.a.", ["Piet Jansen"]),
        ("Jansen, E.A.", ["E.A. Jansen"]),  # initials, and nobody else
        ("van der Laan, U. A.", ["U. A. van der Laan"]),
        ("Piet Jansen (and others)", ["Piet Jansen"]),
        ("Jansen, Piet en anderen", ["Piet Jansen"]),
        ("Jansen, P. & Pietersen, K.", ["P. Jansen", "K. Pietersen"]),
        ("Jansen, Piet en Vries, Anna de", ["Piet Jansen", "Anna de Vries"]),
        ("J. Jansen, P. Puk", ["J. Jansen", "P. Puk"]),
        ("A. Smith, B. Jones, and C. de Vries.", ["A. Smith", "B. Jones", "C. de Vries"]),
        ("J.P. Jansen & P. O'Brien", ["J.P. Jansen", "P. O'Brien"]),
        ("Prof. J. Jansen, dr. P. Puk et al.", ["Prof. J. Jansen", "dr. P. Puk"]),
        ("Jansen J, Puk P", ["Jansen J, Puk P"]),  # two: not one turned
        ("Jansen J, Piet", ["Piet Jansen J"]),
        ("J. Jansen & Zonen", ["J. Jansen & Zonen"]),
        ("J. Jansen, M. Sc.", ["J. Jansen"]),
        ("Jansen, J. en P.", ["J. en P. Jansen"]),
        ("Piet Jansen, Anna de Vries", ["Piet Jansen, Anna de Vries"]),  # two, not one turned
        ("Kamal, Ea", ["Ea Kamal"]),
        ("BEGIN:WRONGTAG EX:Example END:VCARD", []),
    ],
)
def test_others_and_several_in_one_name(said: str, names: list[str]) -> None:
    assert [one.name for one in agents((Agent(said, role="author"),))] == names


@pytest.mark.parametrize(
    "said",
    [
        "Springer, Berlin", "Wolters, Kluwer", "Boom uitgevers, Amsterdam", "Elsevier, Inc.",
        "Cambridge University Press, Cambridge; New York", "O'Reilly Media, Inc.", "Jansen, Piet",
        "Jansen, P. & Pietersen, K.", "Stichting Lezen, Den Haag", "Noordhoff, Groningen",
        "J. Jansen, P. Puk", "Dr. Jansen, Jan",
    ],
)  # fmt: skip
def test_publishers_keep_their_spelling(said: str) -> None:
    (found,) = bodies((Agent(said, role="publisher"),))
    assert (found.name, found.kind == "person") == (said, False)
    (found,) = agents((Agent(said, role="publisher"),))  # wherever a format put it
    assert found.name == said


def test_a_publisher_that_is_said_to_be_a_person_is_turned() -> None:
    (found,) = bodies((Agent("Vries, Anna de", "person", "publisher"),))
    assert found.name == "Anna de Vries"
