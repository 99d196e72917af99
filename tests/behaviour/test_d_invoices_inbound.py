"""Invoices born in QuickBooks and their mirrors in HubSpot."""

from contextlib import suppress
from decimal import Decimal
from typing import Any

import pytest

from syncapp.engine.records import Entity, Side
from syncapp.errors import SyncAppError
from tests.behaviour.naming import item
from tests.pipeline.rest import settle_down
from tests.pipeline.worlds import Trade, money


@item("D20a", "D20b")
def test_it_becomes_a_mirror_that_bills_nobody(trade: Trade) -> None:
    trade.start()
    invoice = trade.quickbooks_invoice(trade.sales_line(3, "50"), DocNumber="1001")
    trade.sync()
    (mirror,) = trade.hubspot("invoices").values()
    assert mirror["hs_invoice_billable"] == "false"
    assert mirror["hs_invoice_status"] == "open"
    assert mirror["hs_number"] == "1001"
    assert mirror["ledgerline_key"] == f"{trade.realm}:invoice:{invoice}"
    assert mirror["ledgerline_url"].endswith(f"/app/invoice?txnId={invoice}")
    assert money(mirror["ledgerline_total"]) == Decimal("150.00")
    assert money(mirror["ledgerline_balance"]) == Decimal("150.00")
    (line,) = trade.hubspot("line_items").values()
    assert (line["quantity"], money(line["price"])) == ("3", Decimal("50.00"))
    assert line["hs_product_id"] == trade.product_id
    assert trade.link(Side.QUICKBOOKS, Entity.INVOICE, invoice).state == "in_sync"
    trade.sync_quietly()


@item("D20d")
def test_it_never_goes_back_to_quickbooks(trade: Trade) -> None:
    trade.start()
    trade.quickbooks_invoice()
    for _ in range(3):
        trade.sync()
    assert len(trade.quickbooks("Invoice")) == len(trade.hubspot("invoices")) == 1


@item("D20b")
def test_discounts_texts_and_negative_lines_keep_the_total(trade: Trade) -> None:
    trade.start()
    invoice = trade.quickbooks_invoice(
        trade.sales_line(2, "100"),
        {"DetailType": "DescriptionOnly", "Description": "As agreed"},
        {
            "DetailType": "DiscountLineDetail",
            "Amount": Decimal("20"),
            "DiscountLineDetail": {"PercentBased": False},
        },
    )
    trade.sync()
    (mirror,) = trade.hubspot("invoices").values()
    assert money(mirror["ledgerline_total"]) == Decimal("180.00")
    (line,) = trade.hubspot("line_items").values()
    assert "As agreed" in line["description"]
    (discount,) = trade.hubspot("discounts").values()
    assert money(discount["hs_value"]) == Decimal("20.00")
    assert trade.link(Side.QUICKBOOKS, Entity.INVOICE, invoice).state == "in_sync"


@item("D20c")
def test_an_edit_in_quickbooks_reaches_the_mirror(trade: Trade) -> None:
    trade.start()
    invoice = trade.quickbooks_invoice(trade.sales_line(3, "50"))
    trade.sync()
    booked = trade.quickbooks("Invoice")[invoice]
    line = trade.sales_line(4, "50", Id=booked["Line"][0]["Id"])
    trade.in_quickbooks("Invoice", "edit", invoice, fields={"Line": [line]})
    trade.sync()
    (mirror,) = trade.hubspot("invoices").values()
    assert money(mirror["ledgerline_total"]) == Decimal("200.00")
    (copied,) = trade.hubspot("line_items").values()
    assert copied["quantity"] == "4"
    trade.sync_quietly()


@item("D20c")
def test_a_void_makes_the_mirror_voided_with_its_last_amounts(trade: Trade) -> None:
    trade.start()
    invoice = trade.quickbooks_invoice(trade.sales_line(3, "50"))
    trade.sync()
    trade.in_quickbooks("Invoice", "void", invoice)
    trade.sync()
    (mirror,) = trade.hubspot("invoices").values()
    assert mirror["hs_invoice_status"] == "voided"
    assert money(mirror["ledgerline_total"]) == Decimal("150.00")
    trade.sync_quietly()


@item("D20b")
def test_a_deleted_invoice_leaves_the_mirror_alone(trade: Trade) -> None:
    trade.start()
    invoice = trade.quickbooks_invoice()
    trade.sync()
    trade.in_quickbooks("Invoice", "delete", invoice)
    trade.sync()
    assert len(trade.hubspot("invoices")) == 1
    link = trade.link(Side.QUICKBOOKS, Entity.INVOICE, invoice)
    assert (link.state, link.category) == ("excluded", "deleted_there")


def mirror_of(trade: Trade, invoice: str) -> dict[str, Any]:
    link = trade.link(Side.QUICKBOOKS, Entity.INVOICE, invoice)
    assert (link.state, link.category) == ("in_sync", ""), link.sentence
    return trade.hubspot("invoices")[str(link.hubspot_id)]


def amounts_of_lines(trade: Trade) -> list[Decimal]:
    lines = trade.hubspot("line_items").values()
    return sorted(money(Decimal(one["quantity"]) * Decimal(one["price"])) for one in lines)


def values_of(trade: Trade, kind: str) -> list[Decimal]:
    return sorted(money(one["hs_value"]) for one in trade.hubspot(kind).values())


def bare_line(amount: str, item: str, **detail: Any) -> dict[str, Any]:
    return {
        "DetailType": "SalesItemLineDetail",
        "Amount": Decimal(amount),
        "SalesItemLineDetail": {"ItemRef": {"value": item}, **detail},
    }


def in_canada(trade: Trade) -> None:
    trade.sandbox.options(quickbooks={trade.realm: {"profile": "canada"}})
    trade.sandbox.options(hubspot={"currency": "CAD"})


@item("D20b")
def test_a_line_without_a_quantity_is_one_times_its_amount(trade: Trade) -> None:
    trade.start()
    invoice = trade.quickbooks_invoice(bare_line("80.50", trade.item_id))
    settle_down(trade)
    mirror_of(trade, invoice)
    (line,) = trade.hubspot("line_items").values()
    assert (line["quantity"], money(line["price"])) == ("1", Decimal("80.50"))


@item("D20b")
def test_shipping_and_gratuity_become_lines_of_the_mirror(trade: Trade) -> None:
    preferences = {"SalesFormsPrefs": {"AllowShipping": True}}
    trade.sandbox.options(quickbooks={trade.realm: {"preferences": preferences}})
    trade.start()
    invoice = trade.quickbooks_invoice(
        trade.sales_line(1, "100"),
        bare_line("7.50", "SHIPPING_ITEM_ID"),
        bare_line("12", "GRATUITY_ITEM_ID"),
    )
    settle_down(trade)
    assert money(mirror_of(trade, invoice)["ledgerline_total"]) == Decimal("119.50")
    names = {one["name"] for one in trade.hubspot("line_items").values()}
    assert {"Shipping", "Gratuity"} <= names


@item("D20b")
def test_a_bundle_becomes_its_parts_with_its_name_in_their_words(trade: Trade) -> None:
    trade.start()
    parts = [{"item": trade.item_id, "quantity": 2}]
    bundle = trade.in_quickbooks("Item", fields={"Name": "Start-up", "Type": "Group"}, bundle=parts)
    line = {
        "DetailType": "GroupLineDetail",
        "GroupLineDetail": {"GroupItemRef": {"value": bundle}, "Quantity": 3},
    }
    invoice = trade.quickbooks_invoice(line)
    settle_down(trade)
    assert money(mirror_of(trade, invoice)["ledgerline_total"]) == 600
    (part,) = trade.hubspot("line_items").values()
    assert part["description"].startswith("Start-up")
    assert part["quantity"] == "6"


@item("D20b")
def test_a_negative_line_becomes_a_discount_of_the_whole_order(trade: Trade) -> None:
    trade.start()
    credit = bare_line("-30", trade.item_id, Qty=-1, UnitPrice=30)
    invoice = trade.quickbooks_invoice(trade.sales_line(1, "100"), credit)
    settle_down(trade)
    assert money(mirror_of(trade, invoice)["ledgerline_total"]) == 70
    assert values_of(trade, "discounts") == [30]
    assert amounts_of_lines(trade) == [100]


@item("D20b")
def test_a_percentage_and_a_negative_line_together_keep_the_total(trade: Trade) -> None:
    trade.start()
    percent = {"PercentBased": True, "DiscountPercent": Decimal("3.333")}
    invoice = trade.quickbooks_invoice(
        trade.sales_line(3, "33.33"),
        bare_line("-5", trade.item_id, Qty=-1, UnitPrice=5),
        {"DetailType": "DiscountLineDetail", "DiscountLineDetail": percent},
    )
    settle_down(trade)
    total = money(trade.quickbooks("Invoice")[invoice]["TotalAmt"])
    mirror = mirror_of(trade, invoice)
    assert money(mirror["ledgerline_total"]) == money(mirror["hs_amount_billed"]) == total


@item("D20b")
def test_texts_and_subtotals_add_words_but_no_money(trade: Trade) -> None:
    trade.start()
    invoice = trade.quickbooks_invoice(
        {"DetailType": "DescriptionOnly", "Description": "Dear customer"},
        trade.sales_line(1, "100"),
        {"DetailType": "DescriptionOnly", "Description": "In March"},
        {"DetailType": "DescriptionOnly", "Description": "Subtotal: 100"},
    )
    settle_down(trade)
    assert money(mirror_of(trade, invoice)["ledgerline_total"]) == 100
    (line,) = trade.hubspot("line_items").values()
    assert "In March" in line["description"]


@item("D20b")
def test_automated_tax_becomes_one_tax_record_of_its_exact_amount(trade: Trade) -> None:
    trade.sandbox.options(quickbooks={trade.realm: {"profile": "us_automated_tax"}})
    trade.start()
    taxed = trade.sales_line(3, "33.33")
    taxed["SalesItemLineDetail"]["TaxCodeRef"] = {"value": "TAX"}
    invoice = trade.quickbooks_invoice(taxed)
    settle_down(trade)
    booked = trade.quickbooks("Invoice")[invoice]
    tax = money(booked["TxnTaxDetail"]["TotalTax"])
    assert tax > 0
    assert values_of(trade, "taxes") == [tax]
    assert money(mirror_of(trade, invoice)["ledgerline_total"]) == money(booked["TotalAmt"])


@item("D20b", "I6")
@pytest.mark.parametrize("calculation", ["TaxExcluded", "TaxInclusive"])
def test_tax_by_line_outside_the_us_comes_in_net_with_its_tax(
    trade: Trade, calculation: str
) -> None:
    in_canada(trade)
    trade.start()
    lines = [
        bare_line("100", trade.item_id, Qty=1, UnitPrice=100, TaxCodeRef={"value": "4"}),
        bare_line("33.33", trade.item_id, Qty=1, TaxCodeRef={"value": "3"}),
    ]
    invoice = trade.quickbooks_invoice(*lines, GlobalTaxCalculation=calculation)
    settle_down(trade)
    booked = trade.quickbooks("Invoice")[invoice]
    mirror = mirror_of(trade, invoice)
    assert money(mirror["ledgerline_total"]) == money(booked["TotalAmt"])
    taxes = [money(one["Amount"]) for one in booked["TxnTaxDetail"]["TaxLine"]]
    assert values_of(trade, "taxes") == sorted(taxes)
    assert sum(amounts_of_lines(trade)) + sum(taxes) == money(booked["TotalAmt"])


@item("D20b")
def test_a_deposit_on_the_invoice_only_lowers_what_is_open(trade: Trade) -> None:
    preferences = {"SalesFormsPrefs": {"AllowDeposit": True}}
    trade.sandbox.options(quickbooks={trade.realm: {"preferences": preferences}})
    trade.start()
    invoice = trade.quickbooks_invoice(trade.sales_line(1, "100"), Deposit=Decimal(40))
    settle_down(trade)
    mirror = mirror_of(trade, invoice)
    assert money(mirror["ledgerline_total"]) == 100
    assert money(mirror["ledgerline_balance"]) == 60
    assert mirror["hs_invoice_status"] == "open"


@item("D20b")
def test_a_zero_invoice_comes_in_as_an_open_zero(trade: Trade) -> None:
    trade.start()
    invoice = trade.quickbooks_invoice(trade.sales_line(1, "0"))
    settle_down(trade)
    mirror = mirror_of(trade, invoice)
    assert (mirror["hs_invoice_status"], money(mirror["ledgerline_total"])) == ("open", 0)


@item("D20b")
def test_amounts_with_many_decimals_keep_the_total_to_the_cent(trade: Trade) -> None:
    trade.start()
    lines = [
        bare_line("0.33", trade.item_id, Qty=Decimal("3.000001"), UnitPrice=Decimal("0.111111")),
        bare_line("9.88", trade.item_id, Qty=8, UnitPrice=Decimal("1.2345678")),
    ]
    invoice = trade.quickbooks_invoice(*lines)
    settle_down(trade)
    mirror = mirror_of(trade, invoice)
    assert money(mirror["ledgerline_total"]) == Decimal("10.21")
    assert sum(amounts_of_lines(trade)) == Decimal("10.21")


@item("D20b")
def test_long_and_foreign_names_come_in_whole(trade: Trade) -> None:
    trade.start()
    words = ["W" * 600, "🙂🚀 done", "שלום עולם مرحبا"]
    lines = [{**trade.sales_line(1, "10"), "Description": text} for text in words]
    invoice = trade.quickbooks_invoice(*lines)
    settle_down(trade)
    mirror_of(trade, invoice)
    assert {one["description"] for one in trade.hubspot("line_items").values()} == set(words)


@item("D20b")
def test_an_item_switched_off_since_yesterday_stops_no_invoice(trade: Trade) -> None:
    trade.start()
    invoice = trade.quickbooks_invoice()
    trade.in_quickbooks("Item", "deactivate", trade.item_id)
    settle_down(trade)
    assert money(mirror_of(trade, invoice)["ledgerline_total"]) == 150


@item("D20b")
def test_the_mirror_hangs_on_contact_and_its_primary_company(trade: Trade) -> None:
    trade.start()
    company = trade.in_hubspot("companies", properties={"name": "Nordwind"})
    trade.in_hubspot(
        "contacts", "associate", trade.contact_id, to_type="companies", to_id=company,
        label="Primary",
    )  # fmt: skip
    invoice = trade.quickbooks_invoice()
    settle_down(trade)
    mirror_of(trade, invoice)
    link = trade.link(Side.QUICKBOOKS, Entity.INVOICE, invoice)
    for kind, id in (("contacts", trade.contact_id), ("companies", company)):
        path = f"/hubspot/crm/v4/objects/invoices/{link.hubspot_id}/associations/{kind}"
        token = trade.integration.hubspot.access_token
        answer = trade.sandbox.call("GET", path, headers={"Authorization": f"Bearer {token}"})
        assert [str(one["toObjectId"]) for one in answer.json()["results"]] == [id]


@item("D20a", "L3")
def test_every_invoice_comes_in_whatever_its_age(trade: Trade) -> None:
    trade.rule(Entity.CONTACT)
    trade.sync()
    old = trade.quickbooks_invoice(TxnDate="2019-02-03")
    trade.sandbox.advance(86_400)
    trade.start()
    settle_down(trade)
    assert mirror_of(trade, old)["hs_invoice_date"].startswith("2019-02-03")


@item("D20c")
def test_the_mirror_follows_status_and_balance_of_the_books(trade: Trade) -> None:
    trade.start()
    invoice = trade.quickbooks_invoice(trade.sales_line(3, "50"))
    settle_down(trade)
    for amount, status, left in (("50", "open", 100), ("100", "paid", 0)):
        trade.pay_in_quickbooks(invoice, amount)
        settle_down(trade)
        mirror = mirror_of(trade, invoice)
        assert mirror["hs_invoice_status"] == mirror["ledgerline_status"] == status
        assert money(mirror["ledgerline_balance"]) == left


@item("D20d")
def test_a_mirror_made_billable_is_an_alarm_and_never_goes_out(trade: Trade) -> None:
    trade.start()
    invoice = trade.quickbooks_invoice()
    settle_down(trade)
    (mirror,) = trade.hubspot("invoices")
    trade.in_hubspot("invoices", "edit", mirror, properties={"hs_invoice_billable": "true"})
    settle_down(trade)
    link = trade.link(Side.QUICKBOOKS, Entity.INVOICE, invoice)
    assert (link.state, link.category) == ("failing", "mirror_billable")
    assert "twice" in link.sentence
    assert len(trade.quickbooks("Invoice")) == 1
    trade.in_hubspot("invoices", "edit", mirror, properties={"hs_invoice_billable": "false"})
    settle_down(trade)
    mirror_of(trade, invoice)


@item("D20b")
def test_an_invoice_of_five_hundred_lines_goes_both_ways_in_few_calls(trade: Trade) -> None:
    trade.start()
    theirs = trade.quickbooks_invoice(*[trade.sales_line(1, "1.01") for _ in range(500)])
    ours = trade.hubspot_invoice(
        *[{"name": f"Line {n}", "quantity": "1", "price": "1.01"} for n in range(500)]
    )
    trade.sandbox.forget_requests()
    trade.sync()
    asked = trade.sandbox.requests()
    assert asked["total"] < 60, asked["by_endpoint"]
    settle_down(trade)
    assert money(mirror_of(trade, theirs)["ledgerline_total"]) == 505
    link = trade.link(Side.HUBSPOT, Entity.INVOICE, ours)
    assert link.state == "in_sync", link.sentence
    assert money(trade.quickbooks("Invoice")[str(link.quickbooks_id)]["TotalAmt"]) == 505


@item("D20c")
@pytest.mark.parametrize(
    ("kind", "path", "mirror_totals"),
    [
        ("drop_after_commit", "line_items/batch/create", "as_written"),
        ("drop_after_commit", "line_items/batch/update", "recomputed"),
        ("drop_before_commit", "line_items/batch/update", "as_written"),
        ("drop_before_commit", "line_items/batch/archive", "recomputed"),
        ("status", "line_items/batch/archive", "as_written"),
        ("status", "invoices/batch/update", "recomputed"),
    ],
)
def test_an_edit_cut_off_half_way_is_finished_and_never_taken_for_a_seller_s(
    trade: Trade, kind: str, path: str, mirror_totals: str
) -> None:
    trade.sandbox.options(hubspot={"mirror_totals": mirror_totals})
    trade.start()
    invoice = trade.quickbooks_invoice(trade.sales_line(3, "50"), trade.sales_line(1, "20"))
    settle_down(trade)
    first = trade.quickbooks("Invoice")[invoice]["Line"][0]
    lines = [trade.sales_line(4, "60", Id=first["Id"]), trade.sales_line(1, "7")]
    trade.in_quickbooks("Invoice", "edit", invoice, fields={"Line": lines})
    more = {"status": 503} if kind == "status" else {}
    trade.sandbox.fault(kind, vendor="hubspot", method="POST", path=path, times=1, **more)
    for _ in range(4):
        with suppress(SyncAppError):
            trade.sync()
    settle_down(trade)
    assert money(mirror_of(trade, invoice)["ledgerline_total"]) == 247
    assert amounts_of_lines(trade) == [7, 240]
