"""What the engine says, in the reader's language and way of writing."""

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import override

from syncapp.admin.wizard.limit_form import as_stored
from syncapp.engine.money import show
from syncapp.engine.records import Line, LineKind
from syncapp.engine.said import said
from syncapp.templatetags.ledgerline import money
from syncapp.told import told, value_in_words
from tests.translating import compile_catalogue

NBSP = "\xa0"


@pytest.fixture(autouse=True)
def catalogue():
    compile_catalogue()


def in_norwegian(do, *given):
    with override("nb"), timezone.override(ZoneInfo("Europe/Oslo")):
        return do(*given)


def test_amounts_and_days_among_the_facts_are_written_anew():
    sentence = said(
        "It is {hubspot} in HubSpot and {quickbooks} in QuickBooks.",
        hubspot=show(Decimal("1250"), "USD"),
        quickbooks=show(Decimal("-1234567"), "JPY"),
    )

    assert in_norwegian(told, sentence) == (
        f"Det er 1{NBSP}250,00 USD i HubSpot og -1{NBSP}234{NBSP}567 JPY i QuickBooks."
    )
    assert in_norwegian(told, said("the invoice of {date}", date="2026-03-31")) == (
        "fakturaen fra 31. mars 2026"
    )
    assert in_norwegian(told, said("{first} and {rest}", first="2 Mar 2026", rest="x")) == (
        "2. mars 2026 og x"
    )


@pytest.mark.parametrize("text", ["1,250.00 USD", "2026-03-31", "The totals differ.", "a\x1f{}"])
def test_what_a_vendor_says_stays_as_it_was_said(text):
    assert in_norwegian(told, text) == text


@pytest.mark.parametrize("text", ["1,25", "12.345.678", "2026-13-01", "31 Foo 2026", "INV-1,000"])
def test_what_only_looks_like_a_number_or_a_day_is_left_alone(text):
    assert in_norwegian(told, said("{label} ({ids})", label=text, ids="7")) == f"{text} (7)"


def test_a_vendors_words_within_a_sentence_are_kept_but_for_its_frame():
    sentence = said("{side} says: “{message}”", side="HubSpot", message="Not {allowed}.")

    assert in_norwegian(told, sentence) == "HubSpot sier: «Not {allowed}.»"


@pytest.mark.parametrize(
    ("amount", "currency", "shown"),
    [
        ("1250", "NOK", f"1{NBSP}250,00 NOK"),
        ("1250", "JPY", f"1{NBSP}250 JPY"),
        ("0.5", "KWD", "0,500 KWD"),
        ("-3", "", "-3,00"),
    ],
)
def test_money_has_the_decimals_of_its_currency(amount, currency, shown):
    assert in_norwegian(money, Decimal(amount), currency) == shown


def test_values_of_a_record_are_written_as_the_reader_does():
    line = Line(
        id="1", kind=LineKind.ITEM, name="Rope", quantity=Decimal("2.50"),
        unit_price=Decimal("1000.10"), amount=Decimal("2500.25"),
    )  # fmt: skip

    assert in_norwegian(value_in_words, date(2026, 3, 31)) == "31. mars 2026"
    assert in_norwegian(value_in_words, datetime(2026, 3, 31, 22, 30, tzinfo=UTC)) == (
        "1. april 2026 00:30"
    )
    assert in_norwegian(value_in_words, True) == "ja"
    assert in_norwegian(value_in_words, (line,)) == (f"2,5 × 1{NBSP}000,10 Rope = 2{NBSP}500,25")


@pytest.mark.parametrize(
    ("typed", "stored"),
    [("12,50", "12.50"), ("12.50", "12.50"), ("1 250,5", "1250.5"), ("many", "many")],
)
def test_a_number_in_a_filter_may_be_typed_as_the_reader_writes_it(typed, stored):
    assert in_norwegian(as_stored, typed) == stored
    assert in_norwegian(as_stored, [typed]) == [stored]
    assert in_norwegian(as_stored, QueryDict().get("none")) is None
