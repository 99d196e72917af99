"""Whatever is wrong with one record, and wherever it breaks something: the others go on."""

from collections.abc import Callable
from typing import Any

import pytest

from syncapp.connectors.quickbooks import payments
from syncapp.engine.records import Entity, Side, Snapshot
from syncapp.models import PendingChange, WriteIntent
from syncapp.objects.contact import ContactRules
from syncapp.objects.invoice import InvoiceRules
from syncapp.pipeline import recover
from tests.pipeline.worlds import Trade


def test_an_amount_beyond_all_measure_stops_nobody(trade: Trade) -> None:
    trade.start()
    huge = trade.hubspot_invoice(trade.hours(1, "10000000000000000000"))
    plain = trade.hubspot_invoice(trade.hours(2))
    trade.sync()
    trade.sync()
    assert trade.link(Side.HUBSPOT, Entity.INVOICE, plain).state == "in_sync"
    row = trade.link(Side.HUBSPOT, Entity.INVOICE, huge)
    assert row.category not in ("new", "our_mistake")


def _broken(real: Callable[..., Any], victim: Callable[[], str]) -> Callable[..., Any]:
    def breaks(self: object, *args: Any, **more: Any) -> Any:
        for one in args:
            held = (one, getattr(one, "hubspot", None), getattr(one, "quickbooks", None))
            snapshots = [value for value in held if isinstance(value, Snapshot)]
            if any(snapshot.ref.id == victim() for snapshot in snapshots):
                raise ZeroDivisionError("a mistake of ours")
        return real(self, *args, **more)

    return breaks


@pytest.mark.parametrize("place", ["may_match", "present", "names", "refusal"])
def test_a_mistake_of_ours_about_one_contact_stops_only_that_one(
    trade: Trade, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    trade.start()
    bad: list[str] = []
    real = getattr(ContactRules, place)
    monkeypatch.setattr(ContactRules, place, _broken(real, lambda: bad[0] if bad else ""))
    bad.append(trade.contact(email="bad@acme.test", firstname="Bad"))
    good = [trade.contact(email=f"g{n}@acme.test", firstname=f"Good {n}") for n in range(4)]
    trade.sync()
    for contact in good:
        assert trade.link(Side.HUBSPOT, Entity.CONTACT, contact).state == "in_sync"
    left = trade.link(Side.HUBSPOT, Entity.CONTACT, bad[0])
    assert (left.state, left.category) == ("failing", "our_mistake")
    assert left.activity.filter(category="our_mistake").count() == 1
    assert not PendingChange.objects.filter(record_id=bad[0]).exists()
    assert len(trade.quickbooks("Customer")) == 1 + len(good)


def test_a_mistake_after_the_send_books_nothing_twice_and_stops_nobody(
    trade: Trade, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was sent is found out by recovery, which must not stop at it either."""
    trade.start()
    bad = trade.hubspot_invoice(trade.hours(2))
    good = trade.hubspot_invoice(trade.hours(3))
    real = InvoiceRules.same
    with monkeypatch.context() as patch:
        patch.setattr(InvoiceRules, "same", _broken(real, lambda: bad))
        trade.sync()
        later = trade.hubspot_invoice(trade.hours(4))
        trade.sync()
        for invoice in (good, later):
            assert trade.link(Side.HUBSPOT, Entity.INVOICE, invoice).state == "in_sync"
        assert trade.link(Side.HUBSPOT, Entity.INVOICE, bad).category == "our_mistake"
        told = trade.hubspot("invoices")[bad]["ledgerline_sync_message"]
        assert told.startswith("Ledgerline could not decide")
        assert len(trade.quickbooks("Invoice")) == 3
    trade.in_hubspot("invoices", "edit", bad, properties={"hs_comments": "Now?"})
    trade.sync()
    trade.sync()
    assert trade.link(Side.HUBSPOT, Entity.INVOICE, bad).state == "in_sync"
    assert len(trade.quickbooks("Invoice")) == 3
    assert not WriteIntent.objects.filter(state=WriteIntent.State.OPEN).exists()


def test_an_answer_that_recovery_cannot_store_stops_nobody(
    trade: Trade, monkeypatch: pytest.MonkeyPatch
) -> None:
    trade.start()
    bad = trade.hubspot_invoice(trade.hours(2))
    trade.sandbox.fault("drop_after_commit", vendor="quickbooks", method="POST",
                        path="batch|invoice", times=1)  # fmt: skip
    trade.sync()
    with monkeypatch.context() as patch:

        def breaks(*_args: object, **_more: object) -> None:
            raise ZeroDivisionError("a mistake of ours")

        patch.setattr(recover, "_adopt", breaks)
        good = trade.hubspot_invoice(trade.hours(3))
        trade.sync()
        assert trade.link(Side.HUBSPOT, Entity.INVOICE, good).state == "in_sync"
    trade.sync()
    trade.sync()
    assert trade.link(Side.HUBSPOT, Entity.INVOICE, bad).state == "in_sync"
    assert len(trade.quickbooks("Invoice")) == 2


def test_an_unreadable_contact_in_a_listing_stops_nobody(
    trade: Trade, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = trade.customer(DisplayName="Bad", PrimaryEmailAddr={"Address": "bad@acme.test"})
    good = trade.customer(DisplayName="Good", PrimaryEmailAddr={"Address": "good@acme.test"})
    broken = _broken(ContactRules.may_match, lambda: bad)
    monkeypatch.setattr(ContactRules, "may_match", broken)
    trade.start()
    assert trade.link(Side.QUICKBOOKS, Entity.CONTACT, good).state == "in_sync"
    assert trade.link(Side.QUICKBOOKS, Entity.CONTACT, bad).category == "our_mistake"


def test_a_payment_that_cannot_be_understood_is_shown_and_stops_nobody(
    trade: Trade, monkeypatch: pytest.MonkeyPatch
) -> None:
    trade.start()
    sold = trade.hubspot_invoice(trade.hours(2))
    trade.sync()
    bill = trade.one_invoice_in_quickbooks()["Id"]
    bad, good = trade.pay_in_quickbooks(bill, "30"), trade.pay_in_quickbooks(bill, "40")
    real = payments.allocation

    def breaks(raw: Any, *given: Any) -> Snapshot:
        if raw["Id"] == bad:
            raise ZeroDivisionError("a mistake of ours")
        return real(raw, *given)

    monkeypatch.setattr(payments, "allocation", breaks)
    trade.sync()
    assert trade.link(Side.QUICKBOOKS, Entity.PAYMENT, f"{good}/{bill}").state == "in_sync"
    assert trade.link(Side.QUICKBOOKS, Entity.PAYMENT, bad).category == "our_mistake"
    assert len(trade.hubspot("commerce_payments")) == 1
    monkeypatch.undo()
    trade.in_quickbooks("Payment", "edit", bad, fields={"PaymentRefNum": "again"})
    trade.sync()
    trade.sync()
    assert len(trade.hubspot("commerce_payments")) == 2
    assert trade.link(Side.HUBSPOT, Entity.INVOICE, sold).state == "in_sync"


def test_what_refers_to_a_record_that_was_set_aside_fails_with_it_and_goes_on_with_it(
    trade: Trade, monkeypatch: pytest.MonkeyPatch
) -> None:
    trade.start()
    bad = trade.contact(email="bad@acme.test", firstname="Bad")
    invoice = trade.hubspot_invoice(trade.hours(1), contact=bad)
    with monkeypatch.context() as patch:
        real = ContactRules.may_match
        patch.setattr(ContactRules, "may_match", _broken(real, lambda: bad))
        trade.sync()
        left = trade.link(Side.HUBSPOT, Entity.INVOICE, invoice)
        assert left.state == "failing"
        assert "could not decide" in left.sentence
    trade.in_hubspot("contacts", "edit", bad, properties={"firstname": "Good"})
    trade.sync()
    trade.sync()
    assert trade.link(Side.HUBSPOT, Entity.INVOICE, invoice).state == "in_sync"
