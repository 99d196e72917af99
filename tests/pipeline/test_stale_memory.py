"""What was read at the beginning of a long pass is old when its turn comes."""

import time
from collections.abc import Collection
from datetime import datetime
from typing import Any

import pytest

from syncapp.connectors.hubspot.kept_lines import KeptLines
from syncapp.engine.plan import State
from syncapp.engine.records import Entity, Side
from syncapp.models import Integration
from syncapp.pipeline import context, worklist
from syncapp.pipeline.process import sync
from tests.pipeline.worlds import Trade


def test_an_edit_made_during_a_long_pass_is_not_overwritten(
    trade: Trade, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full pass lists everything first. Until the contact's turn a seller edits it."""
    trade.start()
    trade.in_hubspot("contacts", "edit", trade.contact_id, properties={"city": "Oslo"})
    trade.sync()
    customer = trade.quickbooks("Customer")[trade.customer_id]
    address = {**customer["BillAddr"], "City": "Bergen"}
    trade.in_quickbooks("Customer", "edit", trade.customer_id, fields={"BillAddr": address})
    real = worklist.take
    edits: list[str] = []

    def late(
        integration: Integration, now: datetime, entities: Collection[Entity] = tuple(Entity)
    ) -> Any:
        if not edits:
            edits.append("Trondheim")
            city = {"city": "Trondheim"}
            trade.in_hubspot("contacts", "edit", trade.contact_id, properties=city)
            monkeypatch.setattr(context, "monotonic", lambda: time.monotonic() + 90, raising=False)
        return real(integration, now, entities)

    monkeypatch.setattr(worklist, "take", late)
    sync(Integration.objects.get(), trigger="command", full=True)
    trade.sync()
    assert trade.hubspot("contacts")[trade.contact_id]["city"] == "Trondheim"
    assert trade.quickbooks("Customer")[trade.customer_id]["BillAddr"]["City"] == "Trondheim"


def test_a_copy_that_came_after_the_list_is_looked_for_once_the_list_is_old(
    trade: Trade, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    """Another worker's invoice reaches QuickBooks late. The list does not show it, and would be
    the look-up only for half of the time in which a write must go."""
    settings.SEND_DEADLINE = 4
    trade.start()
    sent = trade.hubspot_invoice(trade.hours(2), hs_number="INV-77")
    real = worklist.take
    late: list[str] = []

    def slowly(
        integration: Integration, now: datetime, entities: Collection[Entity] = tuple(Entity)
    ) -> Any:
        if not late:
            portal = trade.integration.hubspot.account_id
            line = trade.sales_line(2, "100")
            note = f"[HubSpot {portal}/{sent}]"
            late.append(trade.quickbooks_invoice(line, DocNumber="INV-77", PrivateNote=note))
            time.sleep(2.1)
        return real(integration, now, entities)

    monkeypatch.setattr(worklist, "take", slowly)
    sync(Integration.objects.get(), trigger="command", full=True)
    trade.sync()
    assert list(trade.quickbooks("Invoice")) == late
    link = trade.link(Side.HUBSPOT, Entity.INVOICE, sent)
    assert [link.quickbooks_id] == late
    assert trade.hubspot("invoices").keys() == {sent}


def test_a_number_given_in_the_same_pass_is_not_given_again(
    trade: Trade, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The list knows what we have made since."""
    trade.start()
    monkeypatch.setattr(worklist, "HELPING", 1)
    first = trade.hubspot_invoice(trade.hours(2), hs_number="INV-77")
    second = trade.hubspot_invoice(trade.hours(3), hs_number="INV-77")
    sync(Integration.objects.get(), trigger="command", full=True)
    assert [one["DocNumber"] for one in trade.quickbooks("Invoice").values()] == ["INV-77"]
    assert trade.link(Side.HUBSPOT, Entity.INVOICE, first).state == State.IN_SYNC
    assert trade.link(Side.HUBSPOT, Entity.INVOICE, second).category == "number_clash"
    assert trade.hubspot("invoices").keys() == {first, second}


def test_a_line_edited_between_our_write_and_a_payment_is_seen(
    trade: Trade, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The payment moves the mirror, which is read again without the lines that we have just
    written. A seller was faster."""
    trade.start()
    paid = trade.quickbooks_invoice(trade.sales_line(3, "50"), DocNumber="Q-9")
    trade.pay_in_quickbooks(paid, "150")
    real = worklist.take
    edits: list[str] = []

    def edited(
        integration: Integration, now: datetime, entities: Collection[Entity] = tuple(Entity)
    ) -> Any:
        if not edits and (lines := trade.hubspot("line_items")):
            edits.append(max(lines, key=int))
            trade.in_hubspot("line_items", "edit", edits[0], properties={"price": "70"})
        return real(integration, now, entities)

    with monkeypatch.context() as patch:
        patch.setattr(worklist, "take", edited)
        trade.sync()
    assert edits
    trade.sync()
    link = trade.link(Side.QUICKBOOKS, Entity.INVOICE, paid)
    assert link.category == "protected_change"
    assert trade.hubspot("line_items")[edits[0]]["price"] == "70"
    assert trade.quickbooks("Invoice")[paid]["TotalAmt"] == 150
    assert len(trade.hubspot("commerce_payments")) == 1


def test_a_payment_whose_turn_comes_late_is_held_to_what_is_open_by_then(
    trade: Trade, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of its invoice only the amounts are read again: what a line says moves no payment."""
    trade.start()
    sent = trade.hubspot_invoice(trade.hours(2), hs_number="INV-77")
    trade.in_hubspot("invoices", "pay", sent)
    real = worklist.take
    read: list[int] = []

    def late(
        integration: Integration, now: datetime, entities: Collection[Entity] = tuple(Entity)
    ) -> Any:
        rows = real(integration, now, entities)
        if len(read) == 1:  # the payment is decided
            read.append(_line_reads(trade))
        if not read and rows and rows[0].entity == Entity.PAYMENT:
            (booked,) = trade.quickbooks("Invoice")
            trade.pay_in_quickbooks(booked, "60")
            monkeypatch.setattr(context, "monotonic", lambda: time.monotonic() + 90, raising=False)
            monkeypatch.setattr(KeptLines, "of", lambda *_: {})
            read.append(_line_reads(trade))
        return rows

    with monkeypatch.context() as patch:
        patch.setattr(worklist, "take", late)
        sync(Integration.objects.get(), trigger="command", full=True)

    assert read[0] == read[1]
    assert [one["TotalAmt"] for one in trade.quickbooks("Payment").values()] == [60]
    (payment,) = trade.hubspot("commerce_payments")
    assert trade.link(Side.HUBSPOT, Entity.PAYMENT, payment).category == "overpaid"


def _line_reads(trade: Trade) -> int:
    endpoints: dict[str, int] = trade.sandbox.requests()["by_endpoint"]
    return sum(number for name, number in endpoints.items() if "line_items/batch/read" in name)
