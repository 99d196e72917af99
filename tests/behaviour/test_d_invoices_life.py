"""What happens to one side of a linked invoice when the other is voided or deleted, by origin."""

from decimal import Decimal

import pytest

from syncapp.engine.records import Entity, Side
from syncapp.models import RecordLink
from tests.behaviour.naming import item
from tests.pipeline.rest import settle_down
from tests.pipeline.worlds import Trade, money


@item("D18", "G24")
def test_a_void_waits_until_the_payment_is_off_and_then_follows(trade: Trade) -> None:
    trade.start()
    invoice = trade.hubspot_invoice(trade.hours(2))
    trade.sync()
    booked = trade.one_invoice_in_quickbooks()["Id"]
    payment = trade.pay_in_quickbooks(booked, "50")
    trade.in_hubspot("invoices", "void", invoice)
    settle_down(trade)
    assert _outcome(trade, Side.HUBSPOT, invoice) == ("failing", "payments_applied")
    trade.in_quickbooks("Payment", "delete", payment)
    settle_down(trade)
    assert money(trade.one_invoice_in_quickbooks()["TotalAmt"]) == 0
    assert _outcome(trade, Side.HUBSPOT, invoice) == ("in_sync", "")


@item("D20c", "D33")
def test_a_voided_invoice_that_was_paid_takes_mirror_and_payment_along(trade: Trade) -> None:
    trade.start()
    invoice = trade.quickbooks_invoice(trade.sales_line(3, "50"))
    payment = trade.pay_in_quickbooks(invoice, "50")
    trade.sync()
    trade.in_quickbooks("Payment", "delete", payment)
    trade.in_quickbooks("Invoice", "void", invoice)
    settle_down(trade)
    (mirror,) = trade.hubspot("invoices").values()
    assert mirror["hs_invoice_status"] == "voided"
    assert money(mirror["ledgerline_total"]) == Decimal("150.00")
    assert not trade.hubspot("commerce_payments")


@item("D20c", "D33")
def test_a_mirror_voided_in_hubspot_never_voids_the_books(trade: Trade) -> None:
    trade.start()
    invoice = trade.quickbooks_invoice(trade.sales_line(3, "50"))
    trade.sync()
    (mirror,) = trade.hubspot("invoices")
    trade.in_hubspot("invoices", "void", mirror)
    settle_down(trade)
    assert _outcome(trade, Side.QUICKBOOKS, invoice) == ("failing", "voided_there")
    assert money(trade.quickbooks("Invoice")[invoice]["TotalAmt"]) == Decimal("150.00")


@item("D20b")
def test_a_mirror_deleted_in_hubspot_is_not_made_again(trade: Trade) -> None:
    trade.sandbox.options(hubspot={"delete_open_invoices": True})
    trade.start()
    invoice = trade.quickbooks_invoice()
    trade.sync()
    (mirror,) = trade.hubspot("invoices")
    trade.in_hubspot("invoices", "delete", mirror)
    trade.in_quickbooks("Invoice", "edit", invoice, fields={"CustomerMemo": {"value": "Hello"}})
    settle_down(trade)
    assert _outcome(trade, Side.QUICKBOOKS, invoice) == ("excluded", "deleted_there")
    assert not trade.hubspot("invoices")


@item("D13", "D33")
def test_what_comes_and_goes_before_the_first_look(trade: Trade) -> None:
    trade.start()
    ours = trade.hubspot_invoice(trade.hours(2))
    trade.in_hubspot("invoices", "void", ours)
    theirs = trade.quickbooks_invoice(trade.sales_line(3, "50"))
    trade.in_quickbooks("Invoice", "void", theirs)
    settle_down(trade)
    assert _outcome(trade, Side.HUBSPOT, ours) == ("excluded", "voided_before")
    mirror = trade.link(Side.QUICKBOOKS, Entity.INVOICE, theirs).hubspot_id
    assert trade.hubspot("invoices")[mirror or ""]["hs_invoice_status"] == "voided"


@item("D33")
def test_a_booked_invoice_deleted_with_its_payment_is_a_question(trade: Trade) -> None:
    trade.start()
    invoice = trade.hubspot_invoice(trade.hours(2))
    trade.sync()
    paid = trade.pay_in_hubspot(invoice, "50")
    trade.sync()
    for payment in trade.quickbooks("Payment"):
        trade.in_quickbooks("Payment", "delete", payment)
    trade.in_quickbooks("Invoice", "delete", trade.one_invoice_in_quickbooks()["Id"])
    settle_down(trade)
    assert _outcome(trade, Side.HUBSPOT, invoice) == ("needs_decision", "deleted_in_quickbooks")
    assert trade.link(Side.HUBSPOT, Entity.PAYMENT, paid).category == "payment_removed"
    assert not trade.quickbooks("Invoice")


@item("D33")
def test_what_was_deleted_while_the_sync_was_off_is_noticed(trade: Trade) -> None:
    trade.start()
    ours = trade.hubspot_invoice(trade.hours(2))
    theirs = trade.quickbooks_invoice()
    trade.sync()
    trade.rule(Entity.INVOICE, is_on=False)
    trade.sync()
    for invoice in trade.quickbooks("Invoice"):
        trade.in_quickbooks("Invoice", "delete", invoice)
    trade.rule(Entity.INVOICE)
    settle_down(trade)
    assert _outcome(trade, Side.HUBSPOT, ours) == ("needs_decision", "deleted_in_quickbooks")
    assert _outcome(trade, Side.QUICKBOOKS, theirs) == ("excluded", "deleted_there")


@item("F7")
def test_money_changed_there_holds_new_payments_until_it_is_undone(trade: Trade) -> None:
    trade.start()
    trade.hubspot_invoice(trade.hours(2))
    trade.sync()
    booked = trade.one_invoice_in_quickbooks()
    before = [line for line in booked["Line"] if "SalesItemLineDetail" in line]
    dearer = trade.sales_line(2, "105", Id=before[0]["Id"])
    trade.in_quickbooks("Invoice", "edit", booked["Id"], fields={"Line": [dearer]})
    (invoice,) = trade.hubspot("invoices")
    trade.pay_in_hubspot(invoice, "50")
    trade.pay_in_quickbooks(booked["Id"], "20")
    settle_down(trade)
    assert len(trade.quickbooks("Payment")) == len(trade.hubspot("commerce_payments")) == 1
    trade.in_quickbooks("Invoice", "edit", booked["Id"], fields={"Line": before})
    settle_down(trade)
    assert len(trade.quickbooks("Payment")) == len(trade.hubspot("commerce_payments")) == 2
    assert not RecordLink.objects.exclude(state="in_sync")


@item("D15")
def test_another_contact_on_the_invoice_is_another_customer(trade: Trade) -> None:
    trade.start()
    ben = trade.contact(email="ben@nordwind.test", firstname="Ben")
    invoice = trade.hubspot_invoice(trade.hours(2))
    trade.sync()
    for action, contact in (("dissociate", trade.contact_id), ("associate", ben)):
        trade.in_hubspot("invoices", action, invoice, to_type="contacts", to_id=contact)
    trade.in_hubspot("invoices", "edit", invoice, properties={"hs_comments": "For Ben"})
    settle_down(trade)
    customer = trade.link(Side.HUBSPOT, Entity.CONTACT, ben).quickbooks_id
    assert trade.one_invoice_in_quickbooks()["CustomerRef"]["value"] == customer


@item("D7")
def test_an_invoice_duplicated_with_our_marker_is_one_of_its_own(trade: Trade) -> None:
    trade.start()
    trade.hubspot_invoice(trade.hours(2))
    trade.sync()
    booked = trade.one_invoice_in_quickbooks()
    copied = {name: booked[name] for name in ("CustomerRef", "PrivateNote")}
    lines = [line for line in booked["Line"] if "SalesItemLineDetail" in line]
    trade.in_quickbooks("Invoice", fields={**copied, "Line": lines, "DocNumber": "COPY"})
    settle_down(trade)
    assert len(trade.quickbooks("Invoice")) == len(trade.hubspot("invoices")) == 2


@item("D33", "F5")
def test_a_void_in_quickbooks_is_not_copied_as_zeros(trade: Trade) -> None:
    trade.start()
    invoice = trade.hubspot_invoice(trade.hours(2))
    trade.sync()
    booked = trade.one_invoice_in_quickbooks()
    trade.in_quickbooks("Invoice", "void", booked["Id"])
    trade.sync()
    ours = trade.hubspot("invoices")[invoice]
    assert ours["hs_invoice_status"] == "open"
    assert money(ours["hs_amount_billed"]) == Decimal("200.00")
    assert trade.link(Side.HUBSPOT, Entity.INVOICE, invoice).category == "voided_there"


@item("D33", "F8")
def test_a_void_in_quickbooks_heals_when_hubspot_voids_it_too(trade: Trade) -> None:
    trade.start()
    invoice = trade.hubspot_invoice(trade.hours(2))
    trade.sync()
    trade.in_quickbooks("Invoice", "void", trade.one_invoice_in_quickbooks()["Id"])
    settle_down(trade)
    assert _outcome(trade, Side.HUBSPOT, invoice) == ("failing", "voided_there")
    trade.in_hubspot("invoices", "void", invoice)
    settle_down(trade)
    assert _outcome(trade, Side.HUBSPOT, invoice) == ("in_sync", "")


@item("D33")
@pytest.mark.parametrize("prefix", ["Voided", "Storniert"])
def test_a_void_is_recognised_whatever_word_quickbooks_puts_on_it(
    trade: Trade, prefix: str
) -> None:
    trade.sandbox.options(quickbooks={trade.realm: {"void_note_prefix": prefix}})
    trade.start()
    theirs = trade.quickbooks_invoice(trade.sales_line(3, "50"))
    zero = trade.quickbooks_invoice(trade.sales_line(1, "0"))
    trade.sync()
    trade.in_quickbooks("Invoice", "void", theirs)
    settle_down(trade)
    mirrors = {
        invoice: trade.hubspot("invoices")[
            str(trade.link(Side.QUICKBOOKS, Entity.INVOICE, invoice).hubspot_id)
        ]
        for invoice in (theirs, zero)
    }
    assert mirrors[theirs]["hs_invoice_status"] == "voided"
    assert money(mirrors[theirs]["ledgerline_total"]) == 150
    assert mirrors[zero]["hs_invoice_status"] == "open"


@item("D33")
def test_an_invoice_deleted_in_hubspot_stays_in_the_books(trade: Trade) -> None:
    trade.sandbox.options(hubspot={"delete_open_invoices": True})
    trade.start()
    invoice = trade.hubspot_invoice(trade.hours(2))
    trade.sync()
    trade.in_hubspot("invoices", "delete", invoice)
    trade.sandbox.advance(3700)  # what is archived is listed once an hour
    settle_down(trade)
    assert _outcome(trade, Side.HUBSPOT, invoice) == ("excluded", "deleted_there")
    assert money(trade.one_invoice_in_quickbooks()["TotalAmt"]) == 200


@item("D33", "G29")
def test_an_invoice_that_a_lagging_query_does_not_show_is_not_gone(trade: Trade) -> None:
    trade.start()
    invoice = trade.hubspot_invoice(trade.hours(2))
    trade.sync()
    trade.sandbox.options(quickbooks={trade.realm: {"query_lag_seconds": 100_000}})
    trade.sandbox.advance(3600)
    trade.sync()
    trade.in_hubspot("invoices", "edit", invoice, properties={"hs_comments": "Hello"})
    settle_down(trade)
    assert _outcome(trade, Side.HUBSPOT, invoice) == ("in_sync", "")
    assert trade.one_invoice_in_quickbooks()["CustomerMemo"]["value"] == "Hello"


@item("D18")
def test_paying_in_hubspot_never_makes_us_write_its_status(trade: Trade) -> None:
    trade.start()
    invoice = trade.hubspot_invoice(trade.hours(2))
    trade.sync()
    trade.pay_in_quickbooks(trade.one_invoice_in_quickbooks()["Id"], "200")
    settle_down(trade)
    ours = trade.hubspot("invoices")[invoice]
    assert ours["hs_invoice_status"] == "paid"
    assert money(ours["hs_balance_due"]) == 0
    history = trade.sandbox.world()["hubspot"]["objects"]["invoices"][invoice]["history"]
    written = {entry["sourceType"] for entry in history["hs_invoice_status"]}
    assert not written & {"INTEGRATION", "API"}


@item("D7")
def test_invoices_of_one_number_are_never_taken_for_one_another(trade: Trade) -> None:
    trade.start()
    invoice = trade.hubspot_invoice(trade.hours(2))
    number = trade.hubspot("invoices")[invoice]["hs_number"]
    trade.quickbooks_invoice(trade.sales_line(2, "100"), DocNumber=number)
    settle_down(trade)
    assert not RecordLink.objects.get(
        integration=trade.integration, entity=Entity.INVOICE, hubspot_id=invoice
    ).is_linked
    assert len(trade.hubspot("invoices")) == 2


def _outcome(trade: Trade, side: Side, invoice: str) -> tuple[str, str]:
    link = trade.link(side, Entity.INVOICE, invoice)
    return link.state, link.category
