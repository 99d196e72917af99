"""HubSpot's invoice after a person accepted what was changed in QuickBooks."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncapp.engine.records import Entity
from syncapp.objects.invoice_acceptance import taken_over, why_not_accepted
from syncapp.objects.invoice_lines import total
from tests.engine.factories import item, tax
from tests.objects.factories import SETUP_THERE, Q, copied, here, hubspot_invoice, rule, there

PRICES = st.integers(0, 99_999).map(lambda cents: Decimal(cents) / 100)


def booked(*prices):
    """An invoice of such lines, booked and settled, its lines paired."""
    lines = tuple(item(str(price), id=str(501 + n)) for n, price in enumerate(prices))
    billed = str(sum(prices, Decimal(0)))
    pair = copied(rule(Entity.INVOICE), hubspot_invoice(lines, billed))
    theirs = tuple(
        replace(line, id=str(1 + n)) for n, line in enumerate(pair.quickbooks.get("Line"))
    )
    pairs = {ours.id: line.id for ours, line in zip(lines, theirs, strict=True)}
    baseline = replace(pair.baseline, quickbooks={**pair.baseline.quickbooks, "lines=Line": theirs})
    return replace(there(pair, Line=theirs), baseline=baseline, line_pairs=pairs)


def edited(pair, lines):
    return there(pair, Line=tuple(lines), TotalAmt=total(lines), Balance=total(lines))


@given(st.lists(PRICES, min_size=1, max_size=4), st.data())
def test_whatever_was_changed_it_adds_up_to_the_books(prices, data):
    pair = booked(*prices)
    kept = [line for line in pair.quickbooks.get("Line") if data.draw(st.booleans())]
    new = [item(str(price), product=SETUP_THERE) for price in data.draw(st.lists(PRICES))]
    pair = edited(pair, [*kept, *new])
    lines = taken_over(pair.quickbooks.get("Line"), pair)
    assert total(lines) == total([*kept, *new])
    assert why_not_accepted(pair) == ""


@given(st.lists(PRICES, min_size=1, max_size=4))
def test_lines_that_nobody_touched_stay_the_very_same(prices):
    pair = booked(*prices)
    lines = taken_over(pair.quickbooks.get("Line"), pair)
    assert [replace(line, partner="") for line in lines] == list(pair.hubspot.get("lines"))


def test_a_changed_line_keeps_its_place_and_name_in_hubspot():
    pair = booked(Decimal(100))
    (line,) = pair.quickbooks.get("Line")
    dearer = replace(line, unit_price=Decimal(120), amount=Decimal(120))
    (made,) = taken_over((dearer,), edited(pair, [dearer]))
    assert (made.id, made.amount) == ("501", Decimal(120))
    assert made.name == pair.hubspot.get("lines")[0].name


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda pair: replace(pair, origin=Q), "made in QuickBooks"),
        (lambda pair: here(pair, hs_balance_due=Decimal(40)), "has a payment"),
        (lambda pair: here(pair, hs_invoice_status="voided"), "not open"),
        (lambda pair: edited(pair, [*pair.quickbooks.get("Line"), tax("7.00")]), "tax"),
        (lambda pair: there(pair, TotalAmt=Decimal(1)), "another total"),
        (lambda pair: replace(pair, hubspot=None), "not on both sides"),
    ],
)
def test_where_hubspot_cannot_follow_it_says_why(change, why):
    assert why in why_not_accepted(change(booked(Decimal(100))))
