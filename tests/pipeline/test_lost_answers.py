"""Silence is no answer: whatever a batch did before its answer was lost, nothing is made twice."""

from collections import Counter
from typing import Any

import pytest
from django.utils import timezone

from syncapp.connectors.quickbooks.connector import QuickBooksConnector
from syncapp.engine.records import Entity
from syncapp.errors import Unavailable
from syncapp.models import ChangeCursor, PendingChange, RecordLink, SyncActivity, WriteIntent
from syncapp.pipeline import process, recover
from tests.pipeline.worlds import Trade, Worlds
from tests.sandbox_process import SandboxProcess

REPLAYS = ("first_answers", "fault_6000", "execute_again")
LOSSES = ("drop_after_commit", "drop_before_commit", "malformed")


def _five_invoices(trade: Trade) -> None:
    for number in range(1, 6):
        trade.hubspot_invoice(trade.hours(number))


def _check_five(trade: Trade) -> None:
    for _ in range(4):
        trade.sync()
    numbers = Counter(one["DocNumber"] for one in trade.quickbooks("Invoice").values())
    assert len(numbers) == 5
    assert set(numbers.values()) == {1}
    assert not RecordLink.objects.exclude(state__in=("in_sync", "excluded"))
    assert not WriteIntent.objects.filter(state="open")
    trade.sync_quietly()


@pytest.mark.parametrize("replay", REPLAYS)
@pytest.mark.parametrize("loss", LOSSES)
def test_a_batch_of_invoices(sandbox: SandboxProcess, trade: Trade, loss: str, replay: str) -> None:
    trade.start()
    sandbox.options(quickbooks={trade.realm: {"batch_replay": replay}})
    _five_invoices(trade)
    sandbox.fault(loss, vendor="quickbooks", method="POST", path="batch", times=1)
    _check_five(trade)


@pytest.mark.parametrize("replay", REPLAYS)
@pytest.mark.parametrize("done", [1, 4])
def test_a_batch_that_was_cut_off_half_way(
    sandbox: SandboxProcess, trade: Trade, done: int, replay: str
) -> None:
    trade.start()
    options: dict[str, Any] = {"batch_replay": replay, "batch_cut_after": done}
    sandbox.options(quickbooks={trade.realm: options})
    _five_invoices(trade)
    _check_five(trade)


@pytest.mark.parametrize("loss", LOSSES)
def test_payments(sandbox: SandboxProcess, trade: Trade, loss: str) -> None:
    trade.start()
    invoice = trade.hubspot_invoice(trade.hours(2))
    trade.sync()
    for amount in ("10", "20", "30"):
        trade.pay_in_hubspot(invoice, amount)
    sandbox.fault(loss, vendor="quickbooks", method="POST", path="batch", times=1)
    for _ in range(4):
        trade.sync()
    amounts = sorted(one["TotalAmt"] for one in trade.quickbooks("Payment").values())
    assert amounts == [10, 20, 30]
    trade.sync_quietly()


@pytest.mark.parametrize("loss", LOSSES)
def test_updates_are_made_once_and_nobody_elses_edit_is_lost(
    sandbox: SandboxProcess, worlds: Worlds, loss: str
) -> None:
    contact = worlds.contact(email="ada@nordwind.test", firstname="Ada", lastname="Berg")
    worlds.rule(Entity.CONTACT)
    worlds.sync()
    (customer,) = worlds.quickbooks("Customer")
    worlds.in_hubspot("contacts", "edit", contact, properties={"lastname": "Berge"})
    sandbox.fault(loss, vendor="quickbooks", method="POST", path="customer|batch", times=1)
    worlds.sync()
    worlds.in_quickbooks("Customer", "edit", customer, fields={"GivenName": "Adele"})
    for _ in range(3):
        worlds.sync()
    assert worlds.quickbooks("Customer")[customer]["FamilyName"] == "Berge"
    assert worlds.hubspot("contacts")[contact]["firstname"] == "Adele"
    told = [change for row in SyncActivity.objects.all() for change in row.changes]
    assert "Berg" in [change["before"] for change in told]
    worlds.sync_quietly()


@pytest.mark.parametrize("path", ["products/batch/upsert", "products/batch/update"])
@pytest.mark.parametrize("loss", LOSSES)
def test_products_in_hubspot(sandbox: SandboxProcess, trade: Trade, loss: str, path: str) -> None:
    trade.start()
    trade.in_quickbooks("Item", "edit", trade.item_id, fields={"UnitPrice": 120})
    for number in range(3):
        trade.in_quickbooks(
            "Item",
            fields={
                "Name": f"Item {number}",
                "Sku": f"SKU-{number}",
                "Type": "Service",
                "IncomeAccountRef": {"value": trade.income_account},
            },
        )
    sandbox.fault(loss, vendor="hubspot", method="POST", path=path, times=1)
    for _ in range(4):
        trade.sync()
    skus = sorted(one["hs_sku"] for one in trade.hubspot("products").values())
    assert skus == ["CONS-1", "SKU-0", "SKU-1", "SKU-2"]
    assert trade.hubspot("products")[trade.product_id]["price"] in ("120", "120.00")
    trade.sync_quietly()


def test_an_unanswered_write_rests_before_anything_touches_its_record(
    sandbox: SandboxProcess, trade: Trade, settings: Any
) -> None:
    settings.UNKNOWN_REST = 150
    trade.start()
    trade.lose_an_invoice("drop_after_commit")
    sandbox.forget_requests()
    trade.sync()
    by_endpoint = sandbox.requests()["by_endpoint"]
    assert not [name for name in by_endpoint if name.startswith("POST") and "invoice" in name
                and "/v3/company" in name]  # fmt: skip
    assert RecordLink.objects.filter(entity="invoice", category="unconfirmed").exists()
    assert len(trade.hubspot("invoices")) == 1
    settings.UNKNOWN_REST = 0
    trade.sync()
    assert len(trade.quickbooks("Invoice")) == 1
    trade.sync_quietly()


def test_after_total_amnesia_nothing_is_made_again(trade: Trade) -> None:
    """As after restoring a backup from before the first pass."""
    trade.start()
    sold = trade.hubspot_invoice(trade.hours(2))
    bought = trade.quickbooks_invoice(trade.sales_line(3, "50"))
    trade.sync()
    trade.pay_in_hubspot(sold, "80.00")
    trade.pay_in_quickbooks(bought, "30")
    trade.sync()
    before = _counts(trade)
    WriteIntent.objects.all().delete()
    RecordLink.objects.all().delete()
    PendingChange.objects.all().delete()
    ChangeCursor.objects.all().delete()
    for _ in range(3):
        trade.sync()
    assert _counts(trade) == before
    assert not RecordLink.objects.exclude(state__in=("in_sync", "excluded"))
    trade.sync_quietly()


def _counts(trade: Trade) -> dict[str, int]:
    here = ("contacts", "products", "invoices", "line_items", "commerce_payments")
    there = ("Customer", "Item", "Invoice", "Payment")
    return {kind: len(trade.hubspot(kind)) for kind in here} | {
        kind: len(trade.quickbooks(kind)) for kind in there
    }


def test_what_hangs_on_an_unanswered_customer_waits_without_spinning(
    sandbox: SandboxProcess, trade: Trade, settings: Any
) -> None:
    settings.UNKNOWN_REST = 150
    trade.start()
    contact = trade.contact(email="cleo@acme.test", firstname="Cleo")
    invoice = trade.hubspot_invoice(trade.hours(1), contact=contact)
    trade.pay_in_hubspot(invoice, "100")
    sandbox.fault("drop_after_commit", vendor="quickbooks", method="POST", path="batch|customer",
                  times=1)  # fmt: skip
    sandbox.forget_requests()
    trade.sync()
    assert sandbox.requests()["total"] < 60
    settings.UNKNOWN_REST = 0
    trade.sync()
    trade.sync()
    assert len(trade.quickbooks("Payment")) == 1
    trade.sync_quietly()


def test_a_worker_that_stood_still_after_its_look_up_sends_nothing(
    trade: Trade, settings: Any
) -> None:
    trade.start()
    trade.hubspot_invoice(trade.hours(2))
    settings.SEND_DEADLINE = -1
    with pytest.raises(Unavailable, match="stood still"):
        trade.sync()
    assert not trade.quickbooks("Invoice")
    settings.SEND_DEADLINE = 30
    trade.sync()
    assert len(trade.quickbooks("Invoice")) == 1
    trade.sync_quietly()


def test_what_is_sent_again_goes_soon_after_its_look_up(
    sandbox: SandboxProcess, trade: Trade, settings: Any
) -> None:
    trade.start()
    trade.lose_an_invoice("drop_before_commit")
    settings.SEND_DEADLINE = -1
    with pytest.raises(Unavailable):
        trade.sync()
    assert not trade.quickbooks("Invoice")
    settings.SEND_DEADLINE = 30
    trade.sync()
    assert len(trade.quickbooks("Invoice")) == 1
    trade.sync()
    trade.sync_quietly()


def test_each_few_calls_that_go_again_are_looked_up_for_themselves(
    sandbox: SandboxProcess, trade: Trade, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recover, "_LOOKED_UP_AT_ONCE", 1)
    trade.start()
    for number in range(1, 4):
        trade.hubspot_invoice(trade.hours(number))
        sandbox.fault("drop_before_commit", vendor="quickbooks", method="POST",
                      path="batch|invoice", times=1)  # fmt: skip
        with monkeypatch.context() as patch:
            patch.setattr(process, "recover", lambda work: None)
            trade.sync()
    real, order = QuickBooksConnector.find_applied, []
    send = QuickBooksConnector.apply

    def looked_up(self: QuickBooksConnector, writes: Any) -> Any:
        order.append("look")
        return real(self, writes)

    def sent(self: QuickBooksConnector, writes: Any) -> Any:
        order.append("send")
        return send(self, writes)

    monkeypatch.setattr(QuickBooksConnector, "find_applied", looked_up)
    monkeypatch.setattr(QuickBooksConnector, "apply", sent)
    trade.sync()
    assert order[:6] == ["look", "send"] * 3
    assert len(trade.quickbooks("Invoice")) == 3


def test_an_answer_that_is_repeated_after_its_record_was_deleted_links_nothing(
    sandbox: SandboxProcess, trade: Trade
) -> None:
    trade.start()
    sandbox.options(quickbooks={trade.realm: {"batch_replay": "first_answers"}})
    trade.hubspot_invoice(trade.hours(2))
    sandbox.fault("drop_after_commit", vendor="quickbooks", method="POST", path="batch|invoice",
                  times=1)  # fmt: skip
    trade.sync()
    (first,) = trade.quickbooks("Invoice")
    trade.in_quickbooks("Invoice", "delete", first)
    trade.sync()
    link = RecordLink.objects.get(entity=Entity.INVOICE, hubspot_id__isnull=False)
    assert link.quickbooks_id != first
    trade.sync()
    (booked,) = trade.quickbooks("Invoice")
    link.refresh_from_db()
    assert (link.quickbooks_id, link.state) == (booked, "in_sync")
    trade.sync_quietly()


def test_a_vendor_that_is_busy_when_asked_again_says_nothing_of_the_first_time(
    sandbox: SandboxProcess, trade: Trade
) -> None:
    """It stays open: under a new id it might be made twice."""
    trade.start()
    trade.lose_an_invoice("drop_before_commit")
    body = {
        "Fault": {"Error": [{"Message": "Company locked", "code": "140"}], "type": "SystemFault"}
    }
    sandbox.fault("status", vendor="quickbooks", method="POST", path="batch|invoice", status=400,
                  body=body, times=1)  # fmt: skip
    trade.sync()
    assert WriteIntent.objects.filter(state="open").exists()
    trade.sync()
    assert len(trade.quickbooks("Invoice")) == 1
    assert not WriteIntent.objects.filter(state="open")


def test_a_record_that_keeps_meeting_a_busy_vendor_is_parked(
    sandbox: SandboxProcess, worlds: Worlds, settings: Any
) -> None:
    settings.PARK_AFTER = 1
    worlds.contact(email="ada@nordwind.test", lastname="Berg")
    worlds.rule(Entity.CONTACT)
    body = {
        "Fault": {"Error": [{"Message": "Company locked", "code": "140"}], "type": "SystemFault"}
    }
    fault = {"vendor": "quickbooks", "method": "POST", "path": "/customer$", "status": 400}
    sandbox.fault("status", **fault, body=body)
    worlds.sync()
    link = RecordLink.objects.get()
    assert (link.state, link.category) == ("failing", "parked")
    sandbox.clear_faults()
    worlds.in_hubspot("contacts", "edit", str(link.hubspot_id), properties={"lastname": "Berge"})
    worlds.sync()
    assert RecordLink.objects.get().state == "in_sync"


def test_an_invoice_found_again_knows_which_line_is_which(
    sandbox: SandboxProcess, trade: Trade
) -> None:
    trade.start()
    trade.hubspot_invoice(trade.hours(2), trade.hours(1, "70.00"))
    sandbox.fault("drop_after_commit", vendor="quickbooks", method="POST", path="batch|invoice",
                  times=1)  # fmt: skip
    trade.sync()
    trade.sync()
    booked = trade.one_invoice_in_quickbooks()
    lines = [line for line in booked["Line"] if "SalesItemLineDetail" in line]
    for line in lines:
        line["SalesItemLineDetail"]["ServiceDate"] = "2026-01-15"
    trade.in_quickbooks("Invoice", "edit", booked["Id"], fields={"Line": lines})
    (*_, last) = trade.hubspot("line_items")
    trade.in_hubspot("line_items", "edit", last, properties={"quantity": "2"})
    trade.sync()
    after = trade.one_invoice_in_quickbooks()["Line"]
    details = [line["SalesItemLineDetail"] for line in after if "SalesItemLineDetail" in line]
    assert [detail.get("ServiceDate") for detail in details] == ["2026-01-15", "2026-01-15"]
    assert [line["Id"] for line in after[:2]] == [line["Id"] for line in lines]
    trade.sync_quietly()


def test_waiting_for_an_answer_uses_up_no_tries(
    sandbox: SandboxProcess, trade: Trade, settings: Any
) -> None:
    settings.UNKNOWN_REST = 150
    trade.start()
    trade.lose_an_invoice("drop_after_commit")
    tries = PendingChange.objects.get(entity="invoice", side="hubspot").attempts
    for _ in range(3):
        PendingChange.objects.update(due_at=timezone.now())
        trade.sync()
    assert PendingChange.objects.get(entity="invoice", side="hubspot").attempts == tries


def test_an_invoice_that_is_sent_without_its_number_is_found_again(
    sandbox: SandboxProcess, trade: Trade
) -> None:
    """Somebody switched that row off; QuickBooks has forgotten the request by the next pass."""
    trade.start()
    off = {"hubspot": "hs_number", "quickbooks": "DocNumber", "is_on": False}
    trade.rule(Entity.INVOICE, mappings=[off])
    trade.sync()
    trade.hubspot_invoice()
    sandbox.fault("drop_after_commit", vendor="quickbooks", method="POST", path="batch|invoice",
                  times=1)  # fmt: skip
    trade.sync()
    sandbox.options(quickbooks={trade.realm: {"requestid_memory_seconds": 60}})
    sandbox.advance(86_400)
    for _ in range(2):
        trade.sync()
    assert len(trade.quickbooks("Invoice")) == 1
    assert RecordLink.objects.get(entity=Entity.INVOICE).state == "in_sync"
