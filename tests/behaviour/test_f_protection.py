"""Who may change what on a linked invoice, by where it was born."""

from typing import Any

import pytest

from syncapp.engine.records import Entity, Side
from syncapp.models import RecordLink, SyncActivity
from tests.behaviour.naming import item
from tests.pipeline.rest import settle_down
from tests.pipeline.worlds import Trade, money


@pytest.fixture
def sold(trade: Trade) -> Trade:
    """An invoice over 200.00, born in HubSpot and booked."""
    trade.start()
    trade.hubspot_invoice(trade.hours(2), hs_comments="Thank you")
    trade.sync()
    return trade


def link_of(trade: Trade) -> RecordLink:
    return RecordLink.objects.get(integration=trade.integration, entity=Entity.INVOICE)


def booked_lines(trade: Trade) -> list[dict[str, Any]]:
    """As a person's form would send them back."""
    lines = trade.one_invoice_in_quickbooks()["Line"]
    return [line for line in lines if line["DetailType"] != "SubTotalLineDetail"]


def edit_booked(trade: Trade, by: str = "Ada", **fields: Any) -> None:
    booked = trade.one_invoice_in_quickbooks()["Id"]
    trade.in_quickbooks("Invoice", "edit", booked, fields=fields, by=by)


def dearer(trade: Trade) -> list[dict[str, Any]]:
    (line,) = booked_lines(trade)
    return [trade.sales_line(2, "120", Id=line["Id"], Description=line["Description"])]


def with_tax(trade: Trade) -> list[dict[str, Any]]:
    (line,) = booked_lines(trade)
    detail = {**line["SalesItemLineDetail"], "TaxCodeRef": {"value": "TAX"}}
    return [{**line, "SalesItemLineDetail": detail}]


def with_service_date(trade: Trade) -> list[dict[str, Any]]:
    (line,) = booked_lines(trade)
    return [
        {
            **line,
            "SalesItemLineDetail": {**line["SalesItemLineDetail"], "ServiceDate": "2026-10-01"},
        }
    ]


REFUSED = {
    "a line more": lambda trade: [*booked_lines(trade), trade.sales_line(1, "10")],
    "another price": dearer,
    "tax": with_tax,
}


@item("F6", "F7", "F8", "G4", "L6")
@pytest.mark.parametrize("change", REFUSED)
def test_money_changed_in_quickbooks_is_refused_and_heals_when_it_is_undone(
    sold: Trade, change: str
) -> None:
    sold.sandbox.options(quickbooks={sold.realm: {"profile": "us_automated_tax"}})
    before = booked_lines(sold)
    edit_booked(sold, Line=REFUSED[change](sold))
    settle_down(sold)
    assert (link_of(sold).state, link_of(sold).category) == ("failing", "protected_change")
    (invoice,) = sold.hubspot("invoices").values()
    assert money(invoice["hs_amount_billed"]) == 200
    edit_booked(sold, Line=before)
    settle_down(sold)
    assert link_of(sold).state == "in_sync"


@item("F6")
def test_a_line_taken_away_in_quickbooks_is_refused(trade: Trade) -> None:
    trade.start()
    trade.hubspot_invoice(trade.hours(2), trade.hours(1, "35"))
    trade.sync()
    edit_booked(trade, Line=booked_lines(trade)[:1])
    settle_down(trade)
    assert link_of(trade).category == "protected_change"
    assert "35" in link_of(trade).sentence


@item("F6")
def test_the_refusal_names_what_was_what_is_and_who_did_it(sold: Trade) -> None:
    edit_booked(sold, by="Ben", Line=dearer(sold))
    settle_down(sold)
    sentence = link_of(sold).sentence
    for words in ("by Ben", "lines", "100", "120", "in QuickBooks", "belongs to HubSpot"):
        assert words in sentence
    row = SyncActivity.objects.filter(link=link_of(sold), category="protected_change").get()
    (change,) = [one for one in row.changes if one["verdict"] == "protected"]
    assert "= 200" in change["before"]
    assert "= 240" in change["quickbooks"]


@item("F6", "L7")
@pytest.mark.parametrize(
    ("fields", "property", "value"),
    [
        ({"CustomerMemo": {"value": "Pay soon"}}, "hs_comments", "Pay soon"),
        ({"DueDate": "2031-05-06"}, "hs_due_date", "2031-05-06"),
    ],
)
def test_other_fields_changed_in_quickbooks_travel(
    sold: Trade, fields: dict[str, Any], property: str, value: str
) -> None:
    edit_booked(sold, **fields)
    settle_down(sold)
    (invoice,) = sold.hubspot("invoices").values()
    assert invoice[property].startswith(value)
    assert link_of(sold).state == "in_sync"


@item("F6", "L7")
def test_a_payment_added_in_quickbooks_travels(sold: Trade) -> None:
    sold.pay_in_quickbooks(sold.one_invoice_in_quickbooks()["Id"], "50")
    settle_down(sold)
    (invoice,) = sold.hubspot("invoices").values()
    assert money(invoice["hs_balance_due"]) == 150
    assert link_of(sold).state == "in_sync"


@item("F6", "G3", "L7")
def test_a_service_date_added_in_quickbooks_is_allowed_and_stays(sold: Trade) -> None:
    edit_booked(sold, Line=with_service_date(sold))
    settle_down(sold)
    assert link_of(sold).state == "in_sync"
    (line,) = sold.hubspot("line_items")
    sold.in_hubspot("line_items", "edit", line, properties={"quantity": "3"})
    settle_down(sold)
    (booked,) = booked_lines(sold)
    assert booked["SalesItemLineDetail"]["ServiceDate"] == "2026-10-01"
    assert money(sold.one_invoice_in_quickbooks()["TotalAmt"]) == 300


@item("F6", "L7")
def test_a_payment_taken_away_in_quickbooks_is_refused(sold: Trade) -> None:
    (invoice,) = sold.hubspot("invoices")
    sold.pay_in_hubspot(invoice, "50")
    settle_down(sold)
    (payment,) = sold.quickbooks("Payment")
    sold.in_quickbooks("Payment", "delete", payment)
    settle_down(sold)
    removed = RecordLink.objects.get(integration=sold.integration, entity=Entity.PAYMENT)
    assert (removed.state, removed.category) == ("failing", "payment_removed")
    assert link_of(sold).state == "failing"


@item("F9", "L5")
@pytest.mark.parametrize("winner", ["hubspot", "quickbooks", "ask"])
def test_no_conflict_policy_overrules_the_protection(trade: Trade, winner: str) -> None:
    trade.start()
    trade.rule(Entity.INVOICE, conflict=winner)
    trade.hubspot_invoice(trade.hours(2))
    trade.sync()
    edit_booked(trade, Line=dearer(trade))
    settle_down(trade)
    assert link_of(trade).category == "protected_change"
    (line,) = trade.hubspot("line_items").values()
    assert money(line["price"]) == 100


@item("F10", "L18")
def test_of_a_paid_invoice_the_refusal_says_that_only_undoing_helps(sold: Trade) -> None:
    (invoice,) = sold.hubspot("invoices")
    sold.pay_in_hubspot(invoice, "50")
    settle_down(sold)
    edit_booked(sold, Line=dearer(sold))
    settle_down(sold)
    assert link_of(sold).category == "protected_change"
    assert "the only way" in link_of(sold).sentence


@item("F5", "D20c")
def test_an_invoice_born_in_quickbooks_may_be_edited_there_freely(trade: Trade) -> None:
    trade.start()
    invoice = trade.quickbooks_invoice(trade.sales_line(3, "50"))
    trade.sync()
    fields = {"Line": [trade.sales_line(4, "60")], "CustomerMemo": {"value": "Better"}}
    trade.in_quickbooks("Invoice", "edit", invoice, fields=fields)
    settle_down(trade)
    (mirror,) = trade.hubspot("invoices").values()
    assert (money(mirror["ledgerline_total"]), mirror["hs_comments"]) == (240, "Better")


@item("F5", "D20c")
def test_money_of_a_mirror_changed_in_hubspot_is_refused_and_heals(trade: Trade) -> None:
    trade.start()
    invoice = trade.quickbooks_invoice(trade.sales_line(3, "50"))
    trade.sync()
    (line,) = trade.hubspot("line_items")
    trade.in_hubspot("line_items", "edit", line, properties={"price": "70"})
    settle_down(trade)
    link = trade.link(Side.QUICKBOOKS, Entity.INVOICE, invoice)
    assert (link.state, link.category) == ("failing", "protected_change")
    assert "by user" in link.sentence
    assert "70" in link.sentence
    assert "210.00 USD in HubSpot and 150.00 USD in QuickBooks" in link.sentence
    assert money(trade.quickbooks("Invoice")[invoice]["TotalAmt"]) == 150
    trade.in_hubspot("line_items", "edit", line, properties={"price": "50"})
    settle_down(trade)
    link.refresh_from_db()
    assert link.state == "in_sync"


STRICT = {
    "a message": {"CustomerMemo": {"value": "Pay soon"}},
    "a due date": {"DueDate": "2031-05-06"},
}


@item("F5")
@pytest.mark.parametrize("change", STRICT)
def test_under_strict_protection_any_change_in_quickbooks_is_refused_until_undone(
    trade: Trade, change: str
) -> None:
    trade.start()
    trade.rule(Entity.INVOICE, options={"strict_protection": True})
    trade.hubspot_invoice(trade.hours(2), hs_comments="Thank you")
    settle_down(trade)
    assert link_of(trade).state == "in_sync"
    before = trade.one_invoice_in_quickbooks()
    edit_booked(trade, **STRICT[change])
    settle_down(trade)
    assert (link_of(trade).state, link_of(trade).category) == ("failing", "protected_change")
    edit_booked(trade, **{name: before[name] for name in STRICT[change]})
    settle_down(trade)
    assert link_of(trade).state == "in_sync"


@item("F5")
def test_under_strict_protection_the_words_of_a_line_are_protected_too(trade: Trade) -> None:
    trade.start()
    trade.rule(Entity.INVOICE, options={"strict_protection": True})
    trade.hubspot_invoice(trade.hours(2))
    settle_down(trade)
    (line,) = booked_lines(trade)
    edit_booked(trade, Line=[{**line, "Description": "Something else"}])
    settle_down(trade)
    assert link_of(trade).category == "protected_change"


@item("F6", "F9")
@pytest.mark.parametrize("winner", ["hubspot", "quickbooks"])
def test_a_row_that_somebody_added_is_no_way_round_the_protection(
    trade: Trade, winner: str
) -> None:
    preferences = {"SalesFormsPrefs": {"AllowDeposit": True}}
    trade.sandbox.options(quickbooks={trade.realm: {"preferences": preferences}})
    trade.start()
    row = {"hubspot": "hs_tax_id", "quickbooks": "Deposit"}
    trade.rule(Entity.INVOICE, conflict=winner, mappings=[row])
    trade.hubspot_invoice(trade.hours(2))
    settle_down(trade)
    edit_booked(trade, Deposit=50)
    settle_down(trade)
    assert (link_of(trade).state, link_of(trade).category) == ("failing", "protected_change")
    (invoice,) = trade.hubspot("invoices").values()
    assert not invoice.get("hs_tax_id")
    edit_booked(trade, Deposit=0)
    settle_down(trade)
    assert link_of(trade).state == "in_sync"


@item("F5")
def test_under_strict_protection_a_payment_is_still_no_edit(trade: Trade) -> None:
    trade.start()
    balance = {"hubspot": "hs_tax_id", "quickbooks": "Balance", "direction": "to_hubspot"}
    trade.rule(Entity.INVOICE, options={"strict_protection": True}, mappings=[balance])
    trade.hubspot_invoice(trade.hours(2))
    settle_down(trade)
    trade.pay_in_quickbooks(trade.one_invoice_in_quickbooks()["Id"], "50")
    settle_down(trade)
    assert link_of(trade).state == "in_sync", link_of(trade).sentence
    (invoice,) = trade.hubspot("invoices").values()
    assert money(invoice["hs_balance_due"]) == money(invoice["hs_tax_id"]) == 150
