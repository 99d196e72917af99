"""A vendor that shows nothing, or says "not found" in other words than its own: nothing is decided
about records of which nothing is known. What is really deleted comes to an end all the same."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import pytest
from django.utils import timezone

from syncapp.connectors.hubspot import fetching
from syncapp.engine.records import Entity, RecordRef, Side
from syncapp.errors import SyncAppError, Unavailable
from syncapp.models import PendingChange, RecordLink, SyncActivity
from syncapp.pipeline import worklist
from tests.pipeline.rest import settle_down
from tests.pipeline.worlds import Trade, money
from tests.sandbox_process import SandboxProcess

Lie = Mapping[str, Any]

EMPTY = {"status": "COMPLETE", "results": []}
ONE = "/commerce_payments/[0-9]+$"
BATCH = "/commerce_payments/batch/read$"
LIES: Mapping[str, Lie] = {
    "one read is answered by a page": {
        "method": "GET",
        "path": ONE,
        "status": 404,
        "body": "<html>not found</html>",
    },
    "one read is answered by somebody else": {
        "method": "GET",
        "path": ONE,
        "status": 404,
        "body": {"message": "no such path"},
    },
    "one read is answered without a record": {"method": "GET", "path": ONE, "body": EMPTY},
    "a batch is empty": {"path": BATCH, "body": EMPTY},
    "a batch is not found": {"path": BATCH, "status": 404, "body": {"message": "no such path"}},
    "a batch is denied as a whole": {
        "path": BATCH,
        "status": 404,
        "body": {"status": "error", "message": "resource not found"},
    },
}
LINKS: Mapping[str, Lie] = {
    "the payments of invoices are empty": {
        "path": "/associations/.*/invoices/commerce_payments/batch/read$", "body": EMPTY},
    "the invoices of payments are empty": {
        "path": "/associations/.*/commerce_payments/invoices/batch/read$", "body": EMPTY},
}  # fmt: skip


@pytest.fixture
def scattered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Records that do not stand next to each other at the end of a list are read in batches."""
    monkeypatch.setattr(fetching, "_neighbours", lambda *_: {})


def tell(sandbox: SandboxProcess, lie: Lie, times: int = 1) -> None:
    plan = {"method": "POST", "status": 200, **lie}
    sandbox.fault("status", vendor="hubspot", times=times, **plan)


def stop_lying(sandbox: SandboxProcess) -> None:
    assert all(fault["fired"] for fault in sandbox.faults())
    sandbox.clear_faults()


def pass_or_break_off(trade: Trade) -> None:
    with suppress(SyncAppError):
        trade.sync()


def paid(trade: Trade, number: int) -> list[str]:
    trade.start()
    invoices = [trade.hubspot_invoice(trade.hours(2)) for _ in range(number)]
    trade.sync()
    payments = [trade.pay_in_hubspot(invoice, "10") for invoice in invoices]
    settle_down(trade)
    for id_ in payments:
        trade.in_hubspot("commerce_payments", "edit", id_, properties={"hs_reference_number": "7"})
    return payments


@pytest.mark.usefixtures("scattered")
@pytest.mark.parametrize("times", [1, 2])
@pytest.mark.parametrize("name", LIES)
def test_a_payment_that_is_not_shown_stays_in_quickbooks(
    sandbox: SandboxProcess, trade: Trade, name: str, times: int
) -> None:
    stays_paid(sandbox, trade, LIES[name], times)


@pytest.mark.usefixtures("scattered")
@pytest.mark.parametrize("name", LINKS)
def test_a_payment_whose_invoice_is_not_shown_once_is_no_news(
    sandbox: SandboxProcess, trade: Trade, name: str
) -> None:
    stays_paid(sandbox, trade, LINKS[name], 1)


def stays_paid(sandbox: SandboxProcess, trade: Trade, lie: Lie, times: int) -> None:
    payments = paid(trade, 1 if lie.get("method") == "GET" else 5)
    tell(sandbox, lie, times)
    for _ in range(2):
        pass_or_break_off(trade)
    stop_lying(sandbox)
    settle_down(trade)
    booked = trade.quickbooks("Payment").values()
    assert [money(one["TotalAmt"]) for one in booked] == [money("10.00")] * len(payments)
    assert {one.get("PaymentRefNum") for one in booked} == {"7"}
    assert set(trade.hubspot("commerce_payments")) == set(payments)
    assert not RecordLink.objects.exclude(state="in_sync")
    told = SyncActivity.objects.filter(entity=Entity.PAYMENT).values_list("action", flat=True)
    assert not {"failing", "excluded", "deleted", "voided"} & set(told)


@pytest.mark.usefixtures("scattered")
@pytest.mark.parametrize("times", [1, 2])
@pytest.mark.parametrize(
    "path",
    [
        "/objects/.*/invoices/batch/read$",
        "/objects/.*/line_items/batch/read$",
        "/associations/.*/invoices/line_items/batch/read$",
        "/associations/.*/invoices/contacts/batch/read$",
    ],
)
def test_an_invoice_that_is_shown_empty_stays_as_it_is(
    sandbox: SandboxProcess, trade: Trade, path: str, times: int
) -> None:
    sandbox.options(hubspot={"edit_open_invoices": True})
    trade.start()
    invoices = [trade.hubspot_invoice(trade.hours(2), trade.hours(1)) for _ in range(6)]
    settle_down(trade)
    for id_ in invoices:
        trade.in_hubspot("invoices", "edit", id_, properties={"hs_comments": "Soon"})
    tell(sandbox, {"path": path, "body": EMPTY}, times)
    for _ in range(2):
        pass_or_break_off(trade)
    stop_lying(sandbox)
    settle_down(trade)
    for one in trade.quickbooks("Invoice").values():
        assert money(one["TotalAmt"]) == money("300.00")
        assert one["CustomerRef"]["value"] == trade.customer_id
    assert not RecordLink.objects.exclude(state="in_sync")
    told = SyncActivity.objects.filter(entity=Entity.INVOICE).values_list("action", flat=True)
    assert not {"failing", "excluded"} & set(told)


UNVERIFIED = [
    {},
    {"missing_ids": "omitted"},
    {"bare_not_found": True},
    {"missing_ids": "omitted", "bare_not_found": True},
]


@pytest.mark.parametrize("options", UNVERIFIED)
def test_what_is_deleted_for_good_comes_to_an_end(
    sandbox: SandboxProcess, trade: Trade, options: dict[str, Any]
) -> None:
    """It is in no list any more, not even in that of the archived ones."""
    sandbox.options(hubspot=options)
    trade.start()
    erased = [trade.contact(email=f"{n}@acme.test", lastname=f"No. {n}") for n in range(25)]
    settle_down(trade)
    for id_ in erased:
        trade.in_hubspot("contacts", "gdpr_delete", id_)
    look_at(trade, *erased)
    settle_down(trade)
    links = RecordLink.objects.filter(entity=Entity.CONTACT, hubspot_id__in=erased)
    assert {(one.state, one.category) for one in links} == {("excluded", "deleted_there")}


def test_one_record_that_cannot_be_told_stops_no_other(
    sandbox: SandboxProcess, trade: Trade
) -> None:
    sandbox.options(hubspot={"missing_ids": "omitted"})
    trade.start()
    doubtful = trade.contact(email="no@acme.test", lastname="Nobody")
    others = [trade.contact(email=f"{n}@acme.test", lastname=f"No. {n}") for n in range(4)]
    settle_down(trade)
    trade.in_hubspot("contacts", "gdpr_delete", doubtful)
    look_at(trade, doubtful)
    for id_ in others:
        trade.in_hubspot("contacts", "edit", id_, properties={"phone": "+47 55 55 55 55"})
    page = {"method": "GET", "path": f"/contacts/{doubtful}$", "status": 404, "body": "<html>"}
    tell(sandbox, page, 100)
    for _ in range(2):
        trade.sync()
    phones = [
        one.get("PrimaryPhone", {}).get("FreeFormNumber")
        for one in trade.quickbooks("Customer").values()
    ]
    assert phones.count("+47 55 55 55 55") == len(others)
    link = trade.link(Side.HUBSPOT, Entity.CONTACT, doubtful)
    assert link.state == "in_sync"  # as it was last known
    row = PendingChange.objects.get(record_id=doubtful)
    assert row.attempts == 1  # it rests, and is not asked for in every pass
    stop_lying(sandbox)
    PendingChange.objects.update(due_at=timezone.now())
    settle_down(trade)
    link.refresh_from_db()
    assert (link.state, link.category) == ("excluded", "deleted_there")


def look_at(trade: Trade, *contacts: str) -> None:
    """As after a webhook, or when a listing does not show them any more."""
    refs = [RecordRef(Side.HUBSPOT, Entity.CONTACT, id_) for id_ in contacts]
    worklist.add(trade.integration, refs)


@pytest.mark.parametrize("vendor", ["hubspot", "quickbooks"])
def test_a_first_list_that_is_empty_by_mistake_is_read_again(
    sandbox: SandboxProcess, trade: Trade, vendor: str
) -> None:
    trade.customer(DisplayName="Acme", PrimaryEmailAddr={"Address": "post@acme.test"})
    trade.contact(email="ben@nordwind.test", lastname="Dahl")
    sandbox.advance(5 * 86_400)  # no search and no feed begins so far back
    trade.rule(Entity.CONTACT)
    nothing = {
        "hubspot": {"method": "GET", "path": "/objects/.*/contacts$", "body": {"results": []}},
        "quickbooks": {
            "path": "/query$",
            "body": {"QueryResponse": {}, "time": sandbox.advance(0)},
        },
    }
    plan = {"method": "POST", "status": 200, "times": 1, **nothing[vendor]}
    sandbox.fault("status", vendor=vendor, **plan)
    with pytest.raises(Unavailable):
        trade.sync()
    assert not RecordLink.objects.filter(state="in_sync")
    settle_down(trade)
    assert len(trade.hubspot("contacts")) == len(trade.quickbooks("Customer")) == 3
    assert not RecordLink.objects.exclude(state="in_sync")


def test_a_list_that_breaks_off_in_the_middle_is_read_on(
    sandbox: SandboxProcess, trade: Trade
) -> None:
    for number in range(119):
        trade.contact(email=f"{number}@acme.test", lastname=f"No. {number}")
    sandbox.advance(5 * 86_400)
    trade.rule(Entity.CONTACT)
    path = "/objects/.*/contacts$"
    sandbox.fault("slow", vendor="hubspot", method="GET", path=path, times=1, seconds=0)
    tell(sandbox, {"method": "GET", "path": path, "body": {"results": []}})
    with pytest.raises(Unavailable):
        trade.sync()
    settle_down(trade)
    assert len(trade.quickbooks("Customer")) == 120


def test_what_an_empty_list_of_deleted_records_hides_is_found_an_hour_later(
    sandbox: SandboxProcess, trade: Trade
) -> None:
    trade.start()
    settle_down(trade)
    trade.in_hubspot("contacts", "delete", trade.contact_id)
    sandbox.advance(3700)
    tell(sandbox, {"method": "GET", "path": "/objects/.*/contacts$", "body": {"results": []}})
    trade.sync()
    sandbox.advance(3700)
    settle_down(trade)
    link = trade.link(Side.HUBSPOT, Entity.CONTACT, trade.contact_id)
    assert (link.state, link.category) == ("excluded", "deleted_there")
