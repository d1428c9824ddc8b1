from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.normalise.date import dates, value
from catalog.resource import Date

VALUES = [
    ("2019", "2019"),
    ("2019-03", "2019-03"),  # no day is invented
    ("2019-3-1", "2019-03-01"),
    ("2019-03-01", "2019-03-01"),
    ("\n2019-03-01 ", "2019-03-01"),  # pretty-printed XML
    ("2019-03-01T12:00:00Z", "2019-03-01T12:00:00Z"),
    ("2019-03-01T12:00:00.123Z", "2019-03-01T12:00:00Z"),  # milliseconds
    ("2019-03-01T00:30:00+02:00", "2019-02-28T22:30:00Z"),  # another day in UTC
    ("2019-01-01T00:00:00+01:00", "2019-01-01"),  # midnight is how programs write a day
    ("2019-01-01T00:00:00.00+01:00", "2019-01-01"),
    ("2019-01-01 00:00 -0500", "2019-01-01"),
    ("2019-01-01T00:00:01+01:00", "2018-12-31T23:00:01Z"),
    ("2019-01-01T00:00:00Z", "2019-01-01T00:00:00Z"),
    ("2019-01-01T00:00:00+00:00", "2019-01-01T00:00:00Z"),
    ("2019-03-01+01:00", "2019-03-01"),  # xs:date, xs:gYearMonth and xs:gYear with a zone
    ("2019-03-01Z", "2019-03-01"),
    ("2019-03Z", "2019-03"),
    ("2019-03-05:00", "2019-03"),
    ("2019-05:00", "2019"),
    ("2019-03-01T12Z", "2019-03-01"),  # no minutes are invented
    ("2019-03-01T12:00:00 Europe/Amsterdam", "2019-03-01"),
    ("2019-03-01T12:00:00Z/2019-04-01T12:00:00Z", "2019-03-01"),
    ("2019-03-01 12:00:00 UTC", "2019-03-01T12:00:00Z"),
    ("2019-03-01T12:00:00", "2019-03-01"),  # no offset: no instant
    ("2019-03-01T24:00:00Z", "2019-03-01"),  # 24:00 is no longer ISO 8601
    ("2016-12-31T23:59:60Z", "2016-12-31T23:59:59Z"),  # a leap second
    ("2019-03-01T12:00:00+99:00", "2019-03-01"),
    ("1000-01-01T00:00:00+05:00", "1000-01-01"),  # out of reach in UTC
    ("20190301", "2019-03-01"),  # ONIX
    ("201903", "2019-03"),
    ("c2019", "2019"),  # cataloguers
    ("\u00a92019", "2019"),
    ("[2019?]", "2019"),
    ("cop. 2019.", "2019"),
    ("ca. 1950", "1950"),
    ("1999-2003", "1999"),  # a range starts
    ("1999-", "1999"),
    ("1999-20", "1999"),  # no month 20
    ("2019/2020", "2019"),  # a school year
    ("2019-09-01/2020-06-30", "2019-09-01"),
    ("start=2019-03-01; end=2020;", "2019-03-01"),  # DCMI Period
    ("info:eu-repo/date/embargoEnd/2008-04-12", "2008-04-12"),
    ("2019/03/01", "2019-03-01"),  # the year first leaves no doubt
    ("2019.3.1", "2019-03-01"),
    ("12-03-2019", "2019-03-12"),  # Dutch
    ("12.3.2019", "2019-03-12"),  # German
    ("31/12/2019", "2019-12-31"),
    ("12/31/2019", "2019-12-31"),  # American, beyond doubt
    ("3/4/2019", "2019"),  # April or March? the year is sure
    ("12 maart 2019", "2019-03-12"),
    ("12 mrt. 2019", "2019-03-12"),
    ("March 12, 2019", "2019-03-12"),
    ("12th March 2019", "2019-03-12"),
    ("12. M\u00e4rz 2019", "2019-03-12"),
    ("maart 2019", "2019-03"),
    ("Tue, 12 Mar 2019 10:00:00 +0100", "2019-03-12T09:00:00Z"),  # RSS
    ("Spring 2019", "2019"),
    ("2e druk, 2019", "2019"),
    ("2019-02-30", "2019-02"),  # no such day
    ("2019-13-01", "2019"),  # no such month
    ("2019-00-00", "2019"),
    ("0000-00-00", ""),  # MySQL's nothing
    ("0001-01-01T00:00:00Z", ""),  # .NET's nothing
    ("1970-01-01T00:00:00Z", ""),  # Unix's nothing
    ("9999-12-31", ""),
    ("199-?", ""),  # a decade is no year
    ("19--", ""),
    ("201u", ""),
    ("Created: 2001; Available: 2002", ""),  # which?
    ("2562", ""),  # the Buddhist calendar
    ("\u0661\u0663\u0669\u0668", ""),  # 1398 in Persian digits is 2019
    ("n.d.", ""),
    ("1552392000", ""),
    ("", ""),
    ("2019" * 1000, ""),
]


@pytest.mark.parametrize(("said", "expected"), VALUES)
def test_a_date_keeps_its_precision(said: str, expected: str) -> None:
    assert value(said) == expected


def test_dates_have_known_kinds_and_stand_once() -> None:
    said = (
        Date("2019", "datePublished"),
        Date("c2019", "issued"),
        Date("2019"),
        Date("gisteren", "created"),
        Date("2020", "iets"),
        Date("info:eu-repo/date/embargoEnd/2021-01-01"),
    )
    assert dates(said) == (Date("2019", "issued"), Date("2020"), Date("2021-01-01", "available"))
    assert dates(()) == ()


PIECES = (
    "2019 1999 03 3 31 0000 - / . : T Z +02:00 00:00:00 +99 12:00:00 maart March , c [ ] ? u "
    "info:eu-repo/date/embargoEnd/ start= end= ; t/m 1000 2100"
)
NEARLY = st.lists(st.sampled_from((*PIECES.split(), " ")), max_size=8).map("".join)


@given(st.one_of(st.text(), NEARLY))
def test_a_clean_date_stays_and_nothing_raises(said: str) -> None:
    once = value(said)
    assert value(once) == once
    for kind in ("", "issued"):
        clean = dates((Date(said, kind),))
        assert dates(clean) == clean


@given(st.datetimes())
def test_every_instant_of_our_era_is_read(moment: object) -> None:
    said = f"{moment:%Y-%m-%dT%H:%M:%SZ}".zfill(20)
    expected = said if "1000" <= said[:4] <= "2100" and said != "1970-01-01T00:00:00Z" else ""
    assert value(said) == expected
