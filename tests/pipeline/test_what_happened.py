"""The rows of the design's table "what happened" that take more than one event."""

from decimal import Decimal
from typing import Any

from syncapp.engine.records import Entity, Side
from syncapp.models import RecordLink
from tests.pipeline.rest import settle_down
from tests.pipeline.worlds import Trade, money


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


def test_a_mirror_voided_in_hubspot_never_voids_the_books(trade: Trade) -> None:
    trade.start()
    invoice = trade.quickbooks_invoice(trade.sales_line(3, "50"))
    trade.sync()
    (mirror,) = trade.hubspot("invoices")
    trade.in_hubspot("invoices", "void", mirror)
    settle_down(trade)
    assert _outcome(trade, Side.QUICKBOOKS, invoice) == ("failing", "voided_there")
    assert money(trade.quickbooks("Invoice")[invoice]["TotalAmt"]) == Decimal("150.00")


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


def test_one_allocation_changes_and_is_taken_off_again(trade: Trade) -> None:
    trade.start()
    first = trade.quickbooks_invoice(trade.sales_line(1, "40"))
    second = trade.quickbooks_invoice(trade.sales_line(1, "60"))
    fields = {"CustomerRef": {"value": trade.customer_id}, "TotalAmt": Decimal(100)}
    lines = [_part("40", first), _part("60", second)]
    payment = trade.in_quickbooks("Payment", fields={**fields, "Line": lines})
    trade.sync()
    lines[1] = _part("50", second)
    trade.in_quickbooks("Payment", "edit", payment, fields={**fields, "Line": lines})
    settle_down(trade)
    assert _amounts(trade) == [Decimal("40.00"), Decimal("50.00")]
    trade.in_quickbooks("Payment", "edit", payment, fields={**fields, "Line": lines[:1]})
    settle_down(trade)
    assert _amounts(trade) == [Decimal("40.00")]
    assert not RecordLink.objects.filter(state="failing")


def test_a_credit_memo_reaches_the_hubspot_invoice_as_a_payment(trade: Trade) -> None:
    trade.start()
    invoice = trade.hubspot_invoice(trade.hours(2))
    trade.sync()
    fields = {"CustomerRef": {"value": trade.customer_id}, "DocNumber": "1043"}
    memo = trade.in_quickbooks("CreditMemo", fields={**fields, "Line": [trade.sales_line(1, "30")]})
    booked = trade.one_invoice_in_quickbooks()["Id"]
    trade.in_quickbooks("CreditMemo", "apply", memo, invoice_id=booked, amount="30")
    settle_down(trade)
    (credit,) = trade.hubspot("commerce_payments").values()
    assert credit["hs_reference_number"] == "Credit memo 1043"
    assert money(trade.hubspot("invoices")[invoice]["hs_balance_due"]) == Decimal("170.00")


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


def test_an_inactive_customer_fails_the_invoice_until_it_is_active(trade: Trade) -> None:
    trade.start()
    customer = trade.customer(DisplayName="Ben", PrimaryEmailAddr={"Address": "ben@acme.test"})
    trade.sync()
    contact = trade.link(Side.QUICKBOOKS, Entity.CONTACT, customer).hubspot_id or ""
    trade.in_quickbooks("Customer", "deactivate", customer)
    invoice = trade.hubspot_invoice(trade.hours(2), contact=contact)
    settle_down(trade)
    assert _outcome(trade, Side.HUBSPOT, invoice) == ("failing", "customer_link")
    trade.in_quickbooks("Customer", "restore", customer)
    settle_down(trade)
    assert _outcome(trade, Side.HUBSPOT, invoice) == ("in_sync", "")


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


def _outcome(trade: Trade, side: Side, invoice: str) -> tuple[str, str]:
    link = trade.link(side, Entity.INVOICE, invoice)
    return link.state, link.category


def _part(amount: str, invoice: str) -> dict[str, Any]:
    return {"Amount": Decimal(amount), "LinkedTxn": [{"TxnId": invoice, "TxnType": "Invoice"}]}


def _amounts(trade: Trade) -> list[Decimal]:
    payments = trade.hubspot("commerce_payments").values()
    return sorted(money(one["hs_initial_amount"]) for one in payments)
