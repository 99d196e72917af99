from decimal import Decimal
from typing import Any

import pytest

from syncapp.connectors.hubspot.lines import (
    item,
    item_properties,
    lines,
    order_level_properties,
    part_key,
    total,
)
from syncapp.engine.records import Entity, Line, LineKind
from tests.connectors.hubspot.factories import DISCOUNT, TAX, TWO_HOURS, hubspot


def record(id: str, **properties: str) -> dict[str, Any]:
    return {"id": id, "properties": properties}


def test_it_reads_a_line_item() -> None:
    read = item(
        record(
            "31",
            name="Consulting",
            description="Two hours",
            quantity="2",
            price="50",
            amount="90.00",
            hs_total_discount="10.00",
            hs_tax_amount="17.10",
            hs_product_id="7",
            hs_sku="CON",
            recurringbillingfrequency="monthly",
            ledgerline_key="4620816365:invoice:145:line:3",
        )
    )
    assert read == Line(
        id="31",
        product=hubspot(Entity.PRODUCT, "7"),
        sku="CON",
        name="Consulting",
        description="Two hours",
        quantity=Decimal(2),
        unit_price=Decimal(50),
        amount=Decimal("90.00"),
        discount=Decimal("10.00"),
        tax=Decimal("17.10"),
        is_recurring=True,
        partner="3",
    )


def test_a_line_that_hubspot_has_not_calculated_yet_counts_what_it_says() -> None:
    assert item(record("31", quantity="3", price="2.50")).amount == Decimal("7.50")
    assert item(record("31", price="2.50")).amount == Decimal("2.50")


def test_lines_come_in_the_order_of_the_invoice() -> None:
    read = lines(
        [
            record("9", name="second", hs_position_on_quote="1"),
            record("100", name="third", hs_position_on_quote="2"),
            record("10", name="first", hs_position_on_quote="0"),
        ],
        {},
        "USD",
    )
    assert [line.name for line in read] == ["first", "second", "third"]


def test_percentages_are_of_what_stands_before_their_kind() -> None:
    read = lines(
        [record("1", amount="110.00")],
        {
            LineKind.TAX: [record("5", hs_type="PERCENT", hs_value="20")],
            LineKind.FEE: [
                record("4", hs_type="PERCENT", hs_value="10", hs_sort_order="2"),
                record("3", hs_type="FIXED", hs_value="1", hs_sort_order="1"),
            ],
            LineKind.DISCOUNT: [
                record("2", hs_type="FIXED", hs_value="10", hs_sort_order="1"),
                record("6", hs_type="PERCENT", hs_value="50", hs_sort_order="2"),
            ],
        },
        "USD",
    )
    amounts = [(line.kind, line.amount, line.percent) for line in read[1:]]
    assert amounts == [
        (LineKind.DISCOUNT, Decimal("10.00"), None),
        (LineKind.DISCOUNT, Decimal("50.00"), Decimal(50)),
        (LineKind.FEE, Decimal("1.00"), None),
        (LineKind.FEE, Decimal("5.00"), Decimal(10)),
        (LineKind.TAX, Decimal("11.20"), Decimal(20)),
    ]
    assert total(read) == Decimal("67.20")


def test_a_percentage_is_rounded_to_the_currency() -> None:
    third = {LineKind.TAX: [record("2", hs_type="PERCENT", hs_value="7.25")]}
    assert lines([record("1", amount="10.10")], third, "USD")[1].amount == Decimal("0.73")
    assert lines([record("1", amount="1010")], third, "JPY")[1].amount == Decimal(73)


def test_a_line_is_written_one_time_with_texts_for_numbers() -> None:
    written = item_properties(TWO_HOURS, 4)
    assert written == {
        "name": "Consulting",
        "description": "Two hours",
        "quantity": "2",
        "price": "50",
        "recurringbillingfrequency": "",
        "hs_recurring_billing_period": "",
        "hs_position_on_quote": "4",
    }


@pytest.mark.parametrize(
    ("quantity", "price"), [(None, None), (None, "50"), ("3", None), ("3", "33.33")]
)
def test_a_line_that_does_not_multiply_is_written_as_one_times_its_amount(
    quantity: str | None, price: str | None
) -> None:
    line = Line(
        name="Flat",
        quantity=Decimal(quantity) if quantity else None,
        unit_price=Decimal(price) if price else None,
        amount=Decimal("100.00"),
    )
    written = item_properties(line, 0)
    assert (written["quantity"], written["price"]) == ("1", "100")


def test_a_line_names_its_product() -> None:
    line = Line(product=hubspot(Entity.PRODUCT, "7"), amount=Decimal(1))
    assert item_properties(line, 0)["hs_product_id"] == "7"


def test_order_level_records_are_exact_amounts() -> None:
    assert order_level_properties(TAX, 3) == {
        "hs_label": "Sales tax",
        "hs_type": "FIXED",
        "hs_value": "8.8",
        "hs_sort_order": "3",
    }


def test_parts_are_named_after_their_partner_lines() -> None:
    keys = [part_key(line, 5) for line in (TWO_HOURS, DISCOUNT, TAX, Line())]
    assert keys == ["line:1", "discount:3", "tax:tax:1", "line:n5"]
