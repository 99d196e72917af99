"""Invoices born in QuickBooks and their mirrors in HubSpot."""

from decimal import Decimal

from syncapp.engine.records import Entity, Side
from tests.behaviour.naming import item
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
