from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.normalise.identifier import identifier, identifiers
from catalog.resource import Identifier

UUID = "urn:uuid:550e8400-e29b-41d4-a716-446655440000"
ONES = [
    ("10.5281/zenodo.123", "", "10.5281/zenodo.123", "doi"),
    ("https://doi.org/10.5281/ZENODO.123", "", "10.5281/zenodo.123", "doi"),  # case means nothing
    ("http://dx.doi.org/10.5281/zenodo.123", "", "10.5281/zenodo.123", "doi"),
    ("doi: 10.5281/zenodo.123.", "", "10.5281/zenodo.123", "doi"),  # end of a citation
    ("info:doi/10.5281/zenodo.123", "", "10.5281/zenodo.123", "doi"),
    ("HTTP://DOI.ORG/10.1000/a b", "", "10.1000/a%20b", "doi"),  # a blank that has to stay escaped
    ("https://doi.org/10.1000/a%28b%29", "", "10.1000/a(b)", "doi"),  # escaped for the address
    ("10.1000/a%28b", "doi", "10.1000/a%28b", "doi"),  # bare, so the percent is its own
    ("10.1002/1(99)5:1<1::aid>3.0.co;2-x", "", "10.1002/1(99)5:1<1::aid>3.0.co;2-x", "doi"),  # SICI
    ("10.1000/", "doi", "10.1000/", ""),  # no suffix
    ("978-90-01-23456-1", "isbn", "978-90-01-23456-1", ""),  # wrong check digit: as said
    ("9789001234560", "", "9789001234560", "isbn"),
    ("ISBN 978-90-01-23456-0 (pbk.)", "", "9789001234560", "isbn"),  # MARC 020
    ("90-01-23456-X", "isbn", "90-01-23456-X", ""),
    ("979-0-2306-7118-7", "isbn", "979-0-2306-7118-7", ""),  # music: an ISMN
    ("9790230671187", "ean", "9790230671187", ""),
    ("979-10-90636-07-1", "", "9791090636071", "isbn"),
    ("0-306-40615-2", "ISBN", "9780306406157", "isbn"),  # ten digits become thirteen
    ("0-306-40615-2", "", "9780306406157", "isbn"),  # hyphens and the check digit together do
    ("0306406152", "", "0306406152", ""),  # ten bare digits may be anything
    ("urn:isbn:0306406152", "", "9780306406157", "isbn"),
    ("080442957X", "isbn", "9780804429573", "isbn"),
    ("2049-3630", "issn", "2049-3630", "issn"),
    ("20493630", "eISSN", "2049-3630", "issn"),
    ("ISSN: 2434-561x", "", "2434-561X", "issn"),
    ("1999-2003", "", "1999-2003", ""),  # years, for all we know
    ("2049-3631", "issn", "2049-3631", ""),  # wrong check digit
    ("https://hdl.handle.net/1887/4531", "", "1887/4531", "handle"),
    ("hdl:1887/4531", "", "1887/4531", "handle"),
    ("1887/4531", "handle", "1887/4531", "handle"),
    ("1887/4531", "", "1887/4531", ""),  # or a fraction
    ("URN:NBN:nl:ui:13-ABC", "", "urn:nbn:nl:ui:13-abc", "urn"),  # NBNs have no case
    ("urn:Example:Abc", "", "urn:example:Abc", "urn"),  # others may
    ("{550E8400-E29B-41D4-A716-446655440000}", "", UUID, "urn"),
    ("HTTP://Example.org/x#y", "URI", "http://example.org/x#y", "uri"),
    ("ark:/12148/btv1b8449691v", "uri", "ark:/12148/btv1b8449691v", "uri"),
    ("javascript:alert(1)", "uri", "javascript:alert(1)", ""),  # text, never an address
    ("oai:example.org:1", "", "oai:example.org:1", ""),
    ("  A\n12 ", "own-catalogue", "A 12", ""),
    ("", "doi", "", ""),
]  # fmt: skip


@pytest.mark.parametrize(("value", "scheme", "clean", "known"), ONES)
def test_an_identifier_is_checked(value: str, scheme: str, clean: str, known: str) -> None:
    assert identifier(Identifier(value, scheme)) == Identifier(clean, known)


def test_one_name_stands_once() -> None:
    said = (
        Identifier("10.1000/182"),
        Identifier("https://doi.org/10.1000/182", "uri"),
        Identifier("", "isbn"),
        Identifier("1887/4531"),
        Identifier("1887/4531", "handle"),
    )
    assert identifiers(said) == (
        Identifier("10.1000/182", "doi"),
        Identifier("1887/4531", "handle"),
    )
    assert identifiers(()) == ()


@pytest.mark.parametrize(
    ("citation", "doi"),
    [
        ("Smith (2019), https://doi.org/10.1000/182", "10.1000/182"),
        ("Smith, J. (2019). Book [doi:10.1000/A(182)], p. 3", "10.1000/a(182)"),
        ("Smith (see dx.doi.org/10.1000/182).", "10.1000/182"),
        ("Smith, DOI: 10.1000/182; also https://doi.org/10.1000/182", "10.1000/182"),
        ("Smith, doi:10.1000/182, doi:10.1000/183", ""),  # which?
        ("Smith, vol. 10.1000/182", ""),
        ("Smith (2019)", ""),
    ],
)
def test_a_doi_is_found_in_a_citation(citation: str, doi: str) -> None:
    said = (Identifier(citation), Identifier("A 12"))
    found = identifiers(said)
    assert found == ((*said, Identifier(doi, "doi")) if doi else said)
    assert identifiers(found) == found


SCHEMES = st.sampled_from(["", "doi", "handle", "uri", "isbn", "issn", "x"])
VALUES = st.one_of(
    st.text(),
    st.lists(
        st.sampled_from(
            ["10.1000/", "a", "X", "9789001234560", "doi:", "https://doi.org/", "hdl:", "1887/",
             "isbn ", "issn ", "see ", "doi.org/",
             "2049-3630", "urn:", "nbn:", "http://a.nl/", "%25", "%20", "%3C", ")",
             ".", ";", "(", "<b>", "&amp;", "\u0130", "\u0661", "#", " "]
        ),
        max_size=6,
    ).map("".join),
)  # fmt: skip


@given(
    st.lists(
        st.builds(
            Identifier, VALUES, st.sampled_from(["", "doi", "handle", "uri", "isbn", "issn", "x"])
        )
    )
)
def test_clean_identifiers_stay_and_nothing_raises(said: list[Identifier]) -> None:
    once = identifiers(tuple(said))
    assert identifiers(once) == once
