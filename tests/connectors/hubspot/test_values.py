from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncapp.connectors.hubspot.objects import Kind
from syncapp.connectors.hubspot.values import decode, encode, instant

NEW_YORK = ZoneInfo("America/New_York")
AUCKLAND = ZoneInfo("Pacific/Auckland")


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (Kind.TEXT, "Acme ", "Acme "),
        (Kind.NUMBER, "1250.50", Decimal("1250.50")),
        (Kind.NUMBER, "1E+2", Decimal("100")),
        (Kind.BOOL, "true", True),
        (Kind.BOOL, "false", False),
        (Kind.DATE, "2026-03-01", date(2026, 3, 1)),
        (Kind.DATE, "1772323200000", date(2026, 3, 1)),
        (Kind.DATETIME, "2026-03-01T09:30:00.250Z", datetime(2026, 3, 1, 9, 30, 0, 250000, UTC)),
        (Kind.DATETIME, "1772357400250", datetime(2026, 3, 1, 9, 30, 0, 250000, UTC)),
    ],
)
def test_it_reads_a_property_by_its_kind(kind: Kind, text: str, value: object) -> None:
    read = decode(kind, text, NEW_YORK)
    assert read == value
    assert type(read) is type(value)


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("blank", [None, "", "  "])
def test_a_blank_is_none_whatever_the_kind(kind: Kind, blank: str | None) -> None:
    assert decode(kind, blank, NEW_YORK) is None


@pytest.mark.parametrize("kind", [Kind.NUMBER, Kind.DATE, Kind.DATETIME, Kind.DAY])
@pytest.mark.parametrize("text", ["soon", "NaN", "99999999999999999999"])
def test_a_text_of_another_kind_stays_visible(kind: Kind, text: str) -> None:
    read = decode(kind, text, NEW_YORK)
    assert read == text or (kind is Kind.NUMBER and read == Decimal(text))


def test_an_invoice_date_is_the_day_in_the_accounts_zone() -> None:
    evening_before = "2026-03-01T02:00:00Z"
    assert decode(Kind.DAY, evening_before, NEW_YORK) == date(2026, 2, 28)
    assert decode(Kind.DAY, evening_before, AUCKLAND) == date(2026, 3, 1)


def test_a_date_is_written_as_noon_over_there() -> None:
    assert encode(Kind.DAY, date(2026, 3, 1), NEW_YORK) == "2026-03-01T17:00:00.000Z"
    assert encode(Kind.DAY, date(2026, 3, 31), NEW_YORK) == "2026-03-31T16:00:00.000Z"  # summer


@pytest.mark.parametrize(
    ("kind", "value", "text"),
    [
        (Kind.TEXT, None, ""),
        (Kind.NUMBER, Decimal("10.10"), "10.10"),
        (Kind.NUMBER, Decimal("1E+3"), "1000"),
        (Kind.BOOL, False, "false"),
        (Kind.DATE, date(2026, 3, 1), "2026-03-01"),
        (Kind.DATETIME, datetime(2026, 3, 1, 10, tzinfo=timezone(timedelta(hours=1))),
         "2026-03-01T09:00:00.000Z"),
    ],
)  # fmt: skip
def test_it_writes_a_value_as_hubspot_takes_it(kind: Kind, value: object, text: str) -> None:
    assert encode(kind, value, NEW_YORK) == text


def test_it_refuses_to_write_what_is_no_property() -> None:
    with pytest.raises(TypeError):
        encode(Kind.NUMBER, 1.5, NEW_YORK)


@given(
    day=st.dates(date(1971, 1, 1), date(2100, 1, 1)),
    zone=st.sampled_from(
        ["America/New_York", "Pacific/Auckland", "Pacific/Honolulu", "Asia/Tokyo"]
    ),
)
def test_a_day_survives_the_way_there_and_back(day: date, zone: str) -> None:
    there = ZoneInfo(zone)
    assert decode(Kind.DAY, encode(Kind.DAY, day, there), there) == day


@given(number=st.decimals(allow_nan=False, allow_infinity=False, places=4))
def test_a_number_survives_the_way_there_and_back(number: Decimal) -> None:
    assert decode(Kind.NUMBER, encode(Kind.NUMBER, number, NEW_YORK), NEW_YORK) == number


def test_a_time_without_a_zone_is_utc() -> None:
    assert instant("2026-03-01T09:30:00") == datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
