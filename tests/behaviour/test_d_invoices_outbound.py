"""Invoices born in HubSpot on their way into the books."""

from decimal import Decimal
from typing import Any

import pytest

from syncapp.engine.records import Entity, Side
from syncapp.models import RecordLink, SyncActivity
from tests.behaviour.naming import item
from tests.pipeline.rest import settle_down
from tests.pipeline.worlds import Trade, money


@item("D13", "D16", "I4")
def test_a_finalized_invoice_is_booked_with_customer_items_and_number(trade: Trade) -> None:
    trade.start()
    invoice = trade.hubspot_invoice(trade.hours(2), hs_comments="Thank you")
    trade.sync()
    booked = trade.one_invoice_in_quickbooks()
    ours = trade.hubspot("invoices")[invoice]
    assert booked["DocNumber"] == ours["hs_number"]
    assert booked["CustomerRef"]["value"] == trade.customer_id
    assert booked["Line"][0]["SalesItemLineDetail"]["ItemRef"]["value"] == trade.item_id
    assert money(booked["TotalAmt"]) == money(ours["hs_amount_billed"]) == Decimal("200.00")
    assert booked["CustomerMemo"]["value"] == "Thank you"
    assert trade.link(Side.HUBSPOT, Entity.INVOICE, invoice).state == "in_sync"
    trade.sync_quietly()


@item("D13")
def test_a_draft_stays_at_home(trade: Trade) -> None:
    trade.start()
    draft = trade.in_hubspot(
        "invoices",
        properties={"hs_currency": "USD"},
        contact=trade.contact_id,
        lines=[trade.hours(1)],
    )
    trade.sync()
    assert not trade.quickbooks("Invoice")
    link = trade.link(Side.HUBSPOT, Entity.INVOICE, draft)
    assert (link.state, link.category) == ("excluded", "draft")


@item("D17", "L8")
def test_a_line_without_an_item_goes_to_the_catch_all_item_made_once(trade: Trade) -> None:
    trade.start()
    for name in ("Travel", "Snacks"):
        trade.hubspot_invoice({"name": name, "quantity": "1", "price": "12.50"})
    trade.sync()
    trade.hubspot_invoice({"name": "Taxi", "quantity": "1", "price": "30"})
    trade.sync()
    made = [one for one in trade.quickbooks("Item").values() if one["Name"] == "Custom line item"]
    assert len(made) == 1
    assert made[0]["IncomeAccountRef"]["value"] == trade.income_account
    booked = trade.quickbooks("Invoice").values()
    items = {one["Line"][0]["SalesItemLineDetail"]["ItemRef"]["value"] for one in booked}
    assert len(booked) == 3
    assert items == {made[0]["Id"]}
    trade.sync_quietly()


@item("D19", "I2")
def test_a_line_discount_is_folded_into_the_price(trade: Trade) -> None:
    trade.start()
    trade.hubspot_invoice(trade.hours(3, "33.33", hs_discount_percentage="10"))
    trade.sync()
    booked = trade.one_invoice_in_quickbooks()
    (invoice,) = trade.hubspot("invoices").values()
    assert money(booked["TotalAmt"]) == money(invoice["hs_amount_billed"])
    assert "discount" in booked["Line"][0]["Description"]


@item("D14", "L9")
def test_a_contact_without_an_address_fails_its_invoice_and_says_why(trade: Trade) -> None:
    trade.start()
    nameless = trade.in_hubspot("contacts", properties={"lastname": "Nameless"})
    invoice = trade.hubspot_invoice(trade.hours(1), contact=nameless)
    good = trade.hubspot_invoice(trade.hours(1))
    trade.sync()
    link = trade.link(Side.HUBSPOT, Entity.INVOICE, invoice)
    assert (link.state, link.category) == ("failing", "contact_link")
    assert "e-mail" in link.sentence
    assert trade.link(Side.HUBSPOT, Entity.INVOICE, good).state == "in_sync"


@item("D15")
def test_the_failure_heals_when_the_address_is_added(trade: Trade) -> None:
    trade.start()
    nameless = trade.in_hubspot("contacts", properties={"lastname": "Nameless"})
    invoice = trade.hubspot_invoice(trade.hours(1), contact=nameless)
    trade.sync()
    trade.in_hubspot("contacts", "edit", nameless, properties={"email": "now@acme.test"})
    trade.sync()
    assert trade.link(Side.HUBSPOT, Entity.INVOICE, invoice).state == "in_sync"
    trade.sync_quietly()


@item("D18")
def test_a_void_in_hubspot_voids_the_booked_invoice(trade: Trade) -> None:
    trade.start()
    invoice = trade.hubspot_invoice(trade.hours(2))
    trade.sync()
    trade.in_hubspot("invoices", "void", invoice)
    trade.sync()
    booked = trade.one_invoice_in_quickbooks()
    assert money(booked["TotalAmt"]) == 0
    assert booked["PrivateNote"].startswith("Voided")
    assert trade.link(Side.HUBSPOT, Entity.INVOICE, invoice).state == "in_sync"
    trade.sync_quietly()


@item("D18")
def test_an_edit_of_the_due_date_reaches_the_books(trade: Trade) -> None:
    trade.start()
    invoice = trade.hubspot_invoice(trade.hours(2))
    trade.sync()
    trade.in_hubspot(
        "invoices", "edit", invoice, properties={"hs_due_date": "2031-05-06T12:00:00Z"}
    )
    trade.sync()
    assert trade.one_invoice_in_quickbooks()["DueDate"] == "2031-05-06"


def outcome(trade: Trade, invoice: str) -> tuple[str, str]:
    link = trade.link(Side.HUBSPOT, Entity.INVOICE, invoice)
    return link.state, link.category


def booked_lines(trade: Trade) -> list[dict[str, Any]]:
    lines = trade.one_invoice_in_quickbooks()["Line"]
    return [line for line in lines if "SalesItemLineDetail" in line]


def with_adjustments(trade: Trade, *parts: tuple[str, dict[str, str]]) -> str:
    """A finalized invoice over two hours at 100.00 with order-level records on it."""
    invoice = trade.in_hubspot(
        "invoices",
        properties={"hs_currency": "USD"},
        contact=trade.contact_id,
        lines=[trade.hours(2)],
    )
    for kind, properties in parts:
        on_it = [{"type": "invoices", "id": invoice}]
        trade.in_hubspot(kind, properties=properties, associations=on_it)
    trade.in_hubspot("invoices", "finalize", invoice)
    return invoice


def part(kind: str, value: str, label: str, type: str = "FIXED") -> tuple[str, dict[str, str]]:
    return kind, {"hs_type": type, "hs_value": value, "hs_label": label}


def make_property(trade: Trade, name: str) -> None:
    definition = {"name": name, "label": name, "type": "string", "fieldType": "text"}
    answer = trade.sandbox.call(
        "POST",
        "/hubspot/crm/v3/properties/invoices",
        json={**definition, "groupName": "invoiceinformation"},
        headers={"Authorization": f"Bearer {trade.integration.hubspot.access_token}"},
    )
    assert answer.status_code in (200, 201), answer.text


def make_item(trade: Trade, name: str) -> str:
    account = {"value": trade.income_account}
    return trade.in_quickbooks(
        "Item", fields={"Name": name, "Type": "Service", "IncomeAccountRef": account}
    )


@item("D13")
def test_dates_comments_and_number_stand_in_the_books_as_in_hubspot(trade: Trade) -> None:
    trade.start()
    trade.hubspot_invoice(
        trade.hours(1),
        hs_invoice_date="2031-04-05T12:00:00Z",
        hs_due_date="2031-05-06T12:00:00Z",
        hs_comments="Line one\nLine two",
    )
    trade.sync()
    booked = trade.one_invoice_in_quickbooks()
    assert (booked["TxnDate"], booked["DueDate"]) == ("2031-04-05", "2031-05-06")
    assert booked["CustomerMemo"]["value"] == "Line one\nLine two"


@item("D13")
@pytest.mark.parametrize("defaults", ["not_applied", "term_and_email"])
def test_the_due_date_of_hubspot_counts_whatever_terms_the_customer_has(
    trade: Trade, defaults: str
) -> None:
    trade.sandbox.options(quickbooks={trade.realm: {"customer_defaults": defaults}})
    trade.start()
    term = next(iter(trade.quickbooks("Term")))
    trade.in_quickbooks(
        "Customer", "edit", trade.customer_id, fields={"SalesTermRef": {"value": term}}
    )
    trade.hubspot_invoice(trade.hours(1), hs_due_date="2031-05-06T12:00:00Z")
    settle_down(trade)
    assert trade.one_invoice_in_quickbooks()["DueDate"] == "2031-05-06"


@item("D18")
def test_terms_chosen_in_quickbooks_move_the_due_date_in_hubspot(trade: Trade) -> None:
    trade.start()
    invoice = trade.hubspot_invoice(trade.hours(1), hs_invoice_date="2031-04-05T12:00:00Z")
    trade.sync()
    term = next(one for one in trade.quickbooks("Term").values() if one["DueDays"] == 30)
    booked = trade.one_invoice_in_quickbooks()["Id"]
    fields = {"SalesTermRef": {"value": term["Id"]}}
    trade.in_quickbooks("Invoice", "edit", booked, fields=fields)
    settle_down(trade)
    assert trade.hubspot("invoices")[invoice]["hs_due_date"].startswith("2031-05-05")
    assert outcome(trade, invoice) == ("in_sync", "")


@item("D13")
def test_a_memo_mapped_to_the_private_note_leaves_our_marker_in_place(trade: Trade) -> None:
    make_property(trade, "memo_line")
    trade.start()
    trade.rule(Entity.INVOICE, mappings=[{"hubspot": "memo_line", "quickbooks": "PrivateNote"}])
    invoice = trade.hubspot_invoice(trade.hours(1), memo_line="For the archive")
    settle_down(trade)
    note = trade.one_invoice_in_quickbooks()["PrivateNote"]
    assert note.startswith("For the archive")
    assert note.endswith(f"/{invoice}]")
    trade.in_hubspot("invoices", "edit", invoice, properties={"memo_line": "Changed"})
    settle_down(trade)
    assert trade.one_invoice_in_quickbooks()["PrivateNote"].startswith("Changed\n[HubSpot ")


@item("D19", "I2", "J8")
@pytest.mark.parametrize(
    ("parts", "off"),
    [
        ([part("discounts", "15", "Spring")], "15.00"),
        ([part("discounts", "7.5", "Spring", "PERCENT")], "15.00"),
        ([part("discounts", "10", "A"), part("discounts", "3.333", "B", "PERCENT")], "16.33"),
    ],
)
def test_discounts_on_the_whole_order_become_one_discount_line_to_the_cent(
    trade: Trade, parts: list[tuple[str, dict[str, str]]], off: str
) -> None:
    trade.start()
    invoice = with_adjustments(trade, *parts)
    settle_down(trade)
    booked = trade.one_invoice_in_quickbooks()
    (discount,) = [one for one in booked["Line"] if one["DetailType"] == "DiscountLineDetail"]
    assert money(discount["Amount"]) == Decimal(off)
    billed = trade.hubspot("invoices")[invoice]["hs_amount_billed"]
    assert money(booked["TotalAmt"]) == money(billed) == 200 - Decimal(off)
    assert outcome(trade, invoice) == ("in_sync", "")


@item("D19", "J8")
def test_a_company_without_discounts_gets_advice_instead_of_another_total(trade: Trade) -> None:
    preferences = {"SalesFormsPrefs": {"AllowDiscount": False}}
    trade.sandbox.options(quickbooks={trade.realm: {"preferences": preferences}})
    trade.start()
    invoice = with_adjustments(trade, part("discounts", "15", "Spring"))
    settle_down(trade)
    assert outcome(trade, invoice) == ("failing", "order_discount")
    assert "discount the lines" in trade.link(Side.HUBSPOT, Entity.INVOICE, invoice).sentence
    assert not trade.quickbooks("Invoice")


@item("D19", "I2", "J1", "J8")
@pytest.mark.parametrize(("kind", "category"), [("fees", "order_fee"), ("taxes", "order_tax")])
def test_fees_and_taxes_on_the_whole_order_are_refused_with_advice(
    trade: Trade, kind: str, category: str
) -> None:
    trade.start()
    invoice = with_adjustments(trade, part(kind, "12.50", "Extra"))
    settle_down(trade)
    assert outcome(trade, invoice) == ("failing", category)
    assert "ordinary line" in trade.link(Side.HUBSPOT, Entity.INVOICE, invoice).sentence
    assert not trade.quickbooks("Invoice")


@item("D19", "I2")
@pytest.mark.parametrize(("kind", "option"), [("fees", "fee_item"), ("taxes", "tax_item")])
def test_with_an_item_chosen_for_them_fees_and_taxes_are_ordinary_lines(
    trade: Trade, kind: str, option: str
) -> None:
    trade.start()
    chosen = make_item(trade, "Extras")
    trade.rule(Entity.INVOICE, options={option: chosen})
    invoice = with_adjustments(trade, part(kind, "6.25", "Extra", "PERCENT"))
    settle_down(trade)
    hours, extra = booked_lines(trade)
    assert extra["SalesItemLineDetail"]["ItemRef"]["value"] == chosen
    assert (extra["Description"], money(extra["Amount"])) == ("Extra", Decimal("12.50"))
    billed = trade.hubspot("invoices")[invoice]["hs_amount_billed"]
    assert money(trade.one_invoice_in_quickbooks()["TotalAmt"]) == money(billed)
    assert outcome(trade, invoice) == ("in_sync", "")
    (line,) = trade.hubspot("line_items")
    trade.in_hubspot("line_items", "edit", line, properties={"quantity": "4"})
    settle_down(trade)
    assert [one["Id"] for one in booked_lines(trade)] == [hours["Id"], extra["Id"]]
    assert money(trade.one_invoice_in_quickbooks()["TotalAmt"]) == 425


@item("D19", "J1")
def test_tax_of_a_single_line_is_refused_or_booked_on_the_item_for_taxes(trade: Trade) -> None:
    trade.start()
    rate = trade.in_hubspot("tax_rates", properties={"name": "Sales", "percentageRate": "8.875"})
    line = trade.hours(3, "33.33", hs_tax_rate_group_id=rate)
    invoice = trade.hubspot_invoice(line, trade.hours(1, "10"))
    settle_down(trade)
    assert outcome(trade, invoice) == ("failing", "order_tax")
    trade.rule(Entity.INVOICE, options={"tax_item": make_item(trade, "Tax by hand")})
    settle_down(trade)
    assert outcome(trade, invoice) == ("in_sync", "")
    billed = trade.hubspot("invoices")[invoice]["hs_amount_billed"]
    assert money(trade.one_invoice_in_quickbooks()["TotalAmt"]) == money(billed)
    assert len(booked_lines(trade)) == 3


@item("D19")
@pytest.mark.parametrize("without_code", ["by_item", "not_taxed"])
def test_automated_tax_adds_nothing_to_what_hubspot_billed(trade: Trade, without_code: str) -> None:
    options = {"profile": "us_automated_tax", "line_without_tax_code": without_code}
    trade.sandbox.options(quickbooks={trade.realm: options})
    trade.start()
    trade.in_quickbooks("Item", "edit", trade.item_id, fields={"Taxable": True})
    invoice = trade.hubspot_invoice(trade.hours(2))
    settle_down(trade)
    assert money(trade.one_invoice_in_quickbooks()["TotalAmt"]) == 200
    assert outcome(trade, invoice) == ("in_sync", "")


@item("G3", "J3")
@pytest.mark.parametrize("chosen", [False, True])
def test_revenue_recognition_needs_the_invoice_date_as_service_date(
    trade: Trade, *, chosen: bool
) -> None:
    trade.sandbox.options(quickbooks={trade.realm: {"profile": "revenue_recognition"}})
    preferences = {"SalesFormsPrefs": {"AllowServiceDate": True}}
    trade.sandbox.options(quickbooks={trade.realm: {"preferences": preferences}})
    trade.start()
    trade.rule(Entity.INVOICE, options={"invoice_date_as_service_date": chosen})
    invoice = trade.hubspot_invoice(
        trade.hours(1), trade.hours(2), hs_invoice_date="2026-10-05T12:00:00Z"
    )
    settle_down(trade)
    if not chosen:
        assert outcome(trade, invoice)[0] == "failing"
        assert "service date" in trade.link(Side.HUBSPOT, Entity.INVOICE, invoice).sentence
        assert not trade.quickbooks("Invoice")
        return
    days = {one["SalesItemLineDetail"]["ServiceDate"] for one in booked_lines(trade)}
    assert days == {"2026-10-05"}
    assert outcome(trade, invoice) == ("in_sync", "")


@item("D17", "L8")
def test_the_catch_all_item_is_made_once_though_its_answer_is_lost(trade: Trade) -> None:
    trade.start()
    trade.sandbox.fault(
        "drop_after_commit", vendor="quickbooks", method="POST", path="/item", times=1
    )
    invoice = trade.hubspot_invoice({"name": "Travel", "quantity": "1", "price": "12.50"})
    settle_down(trade)
    assert outcome(trade, invoice) == ("in_sync", "")
    assert len(catch_alls(trade)) == 1
    links = RecordLink.objects.filter(entity=Entity.PRODUCT, label="Custom line item")
    assert [(one.hubspot_id, one.category) for one in links] == [(None, "catch_all_item")]


@item("D17")
def test_its_making_stands_in_the_activity(trade: Trade) -> None:
    trade.start()
    trade.hubspot_invoice({"name": "Travel", "quantity": "1", "price": "12.50"})
    settle_down(trade)
    row = SyncActivity.objects.get(action="created", entity=Entity.PRODUCT, side=Side.QUICKBOOKS)
    assert row.link is not None
    assert row.link.label == "Custom line item"


@item("D17")
def test_a_renamed_catch_all_item_is_used_on(trade: Trade) -> None:
    trade.start()
    trade.hubspot_invoice({"name": "Travel", "quantity": "1", "price": "12.50"})
    settle_down(trade)
    (made,) = catch_alls(trade)
    trade.in_quickbooks("Item", "edit", made, fields={"Name": "Anything else"})
    later = trade.hubspot_invoice({"name": "Taxi", "quantity": "1", "price": "30"})
    settle_down(trade)
    assert items_of(trade, later) == [made]
    assert not catch_alls(trade)


@item("D17")
def test_a_catch_all_item_that_was_switched_off_is_replaced(trade: Trade) -> None:
    trade.start()
    first = trade.hubspot_invoice({"name": "Travel", "quantity": "1", "price": "12.50"})
    settle_down(trade)
    (made,) = catch_alls(trade)
    trade.in_quickbooks("Item", "deactivate", made)
    later = trade.hubspot_invoice({"name": "Taxi", "quantity": "1", "price": "30"})
    settle_down(trade)
    (replaced,) = items_of(trade, later)
    assert replaced != made
    assert outcome(trade, later) == outcome(trade, first) == ("in_sync", "")
    assert items_of(trade, first) == [made]


@item("D17")
def test_another_income_account_chosen_later_holds_for_new_lines(trade: Trade) -> None:
    trade.start()
    trade.hubspot_invoice({"name": "Travel", "quantity": "1", "price": "12.50"})
    settle_down(trade)
    accounts = trade.quickbooks("Account").values()
    other = next(
        one["Id"]
        for one in accounts
        if one["AccountType"] == "Income" and one["Id"] != trade.income_account
    )
    trade.rule(Entity.INVOICE, options={"income_account": other})
    trade.hubspot_invoice({"name": "Taxi", "quantity": "1", "price": "30"})
    settle_down(trade)
    (made,) = catch_alls(trade)
    assert trade.quickbooks("Item")[made]["IncomeAccountRef"]["value"] == other
    person_chose = trade.income_account
    fields = {"IncomeAccountRef": {"value": person_chose}}
    trade.in_quickbooks("Item", "edit", made, fields=fields)
    trade.hubspot_invoice({"name": "Bus", "quantity": "1", "price": "3"})
    settle_down(trade)
    assert trade.quickbooks("Item")[made]["IncomeAccountRef"]["value"] == person_chose


def catch_alls(trade: Trade) -> list[str]:
    items = trade.quickbooks("Item")
    return [id for id, one in items.items() if one["Name"] == "Custom line item"]


def items_of(trade: Trade, invoice: str) -> list[str]:
    link = trade.link(Side.HUBSPOT, Entity.INVOICE, invoice)
    lines = trade.quickbooks("Invoice")[str(link.quickbooks_id)]["Line"]
    details = [line["SalesItemLineDetail"] for line in lines if "SalesItemLineDetail" in line]
    return [detail["ItemRef"]["value"] for detail in details]
