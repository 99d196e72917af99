"""A vendor that fails in the middle of a pass: nothing is lost, nothing is doubled afterwards."""

from contextlib import suppress

import pytest

from syncapp.errors import LeaseLost, SyncAppError
from syncapp.models import Lease, RecordLink
from syncapp.pipeline.process import sync
from tests.pipeline.rest import settle_down
from tests.pipeline.worlds import Trade

PLACES = [
    ("hubspot", "line_items/batch"),
    ("hubspot", "invoices/batch/create"),
    ("hubspot", "invoices/batch/update"),
    ("hubspot", "commerce_payments/batch"),
    ("quickbooks", "batch|invoice|payment"),
]


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(("vendor", "path"), PLACES)
def test_a_day_of_trade_survives_it(trade: Trade, vendor: str, path: str, status: int) -> None:
    trade.start()
    sold = trade.hubspot_invoice(trade.hours(2))
    bought = trade.quickbooks_invoice(trade.sales_line(3, "50"), trade.sales_line(1, "10"))
    trade.pay_in_hubspot(sold, "20")
    trade.pay_in_quickbooks(bought, "50")
    trade.sandbox.fault("status", vendor=vendor, method="POST", path=path, status=status,
                        headers={"Retry-After": "1"}, times=3)  # fmt: skip
    for _ in range(6):
        with suppress(SyncAppError):
            trade.sync()
    settle_down(trade)
    assert len(trade.hubspot("invoices")) == len(trade.quickbooks("Invoice")) == 2
    assert len(trade.hubspot("commerce_payments")) == len(trade.quickbooks("Payment")) == 2
    assert len(trade.hubspot("line_items")) == 3
    assert {one["hs_invoice_status"] for one in trade.hubspot("invoices").values()} == {"open"}
    assert not RecordLink.objects.exclude(state="in_sync")


def test_a_pass_that_loses_its_lease_stops_and_the_next_one_doubles_nothing(trade: Trade) -> None:
    trade.start()
    trade.pay_in_hubspot(trade.hubspot_invoice(trade.hours(2)), "20")
    lease = Lease.objects.filter(integration=trade.integration)

    def lose(step: str, done: int, total: int | None) -> None:
        if step.startswith("Syncing"):
            lease.update(holder="somebody else", fencing=99)

    with pytest.raises(LeaseLost):
        sync(trade.integration, trigger="command", progress=lose)
    lease.update(holder="", expires_at=None)
    settle_down(trade)
    assert len(trade.quickbooks("Invoice")) == len(trade.quickbooks("Payment")) == 1
