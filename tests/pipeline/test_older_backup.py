"""A database that was put back to before a mirror was made: the invoice and its mirror are looked
at together, and become one."""

import logging
from contextlib import suppress

import pytest

from syncapp.engine.records import Entity
from syncapp.errors import SyncAppError
from syncapp.models import ChangeCursor, RecordLink, WriteIntent
from tests.pipeline.rest import settle_down
from tests.pipeline.worlds import Trade


def test_a_half_built_mirror_is_finished_after_an_older_backup(
    trade: Trade, caplog: pytest.LogCaptureFixture
) -> None:
    trade.start()
    trade.quickbooks_invoice(trade.sales_line(3, "50"))
    trade.sandbox.fault("status", vendor="hubspot", path="invoices/batch/update", status=503)
    with suppress(SyncAppError):
        trade.sync()
    trade.sandbox.clear_faults()
    (mirror,) = trade.hubspot("invoices").values()
    assert mirror["hs_invoice_status"] == "draft"
    forget_invoices()
    with caplog.at_level(logging.ERROR, "syncapp.pipeline.setting_aside"):
        trade.sync()
    assert not caplog.records
    settle_down(trade)
    (mirror,) = trade.hubspot("invoices").values()
    assert mirror["hs_invoice_status"] == "open"
    assert RecordLink.objects.filter(entity=Entity.INVOICE).count() == 1
    assert len(trade.hubspot("line_items")) == 1


def test_a_voided_mirror_is_joined_with_its_invoice_again(
    trade: Trade, caplog: pytest.LogCaptureFixture
) -> None:
    trade.start()
    invoice = trade.quickbooks_invoice(trade.sales_line(3, "50"))
    trade.sync()
    trade.in_quickbooks("Invoice", "void", invoice)
    trade.sync()
    forget_invoices()
    with caplog.at_level(logging.ERROR, "syncapp.pipeline.setting_aside"):
        trade.sync()
    assert not caplog.records
    settle_down(trade)
    (link,) = RecordLink.objects.filter(entity=Entity.INVOICE)
    assert (link.is_linked, link.state) == (True, "in_sync")
    (mirror,) = trade.hubspot("invoices").values()
    assert mirror["hs_invoice_status"] == "voided"


@pytest.mark.parametrize("voided_by", ["us", "people"])
def test_a_voided_invoice_is_joined_with_its_voided_copy_again(
    trade: Trade, voided_by: str
) -> None:
    trade.start()
    invoice = trade.hubspot_invoice(trade.hours(2))
    trade.sync()
    (copy,) = trade.quickbooks("Invoice")
    if voided_by == "people":
        trade.in_quickbooks("Invoice", "void", copy)
    trade.in_hubspot("invoices", "void", invoice)
    trade.sync()
    forget_invoices()
    settle_down(trade)
    assert list(trade.hubspot("invoices")) == [invoice]
    (link,) = RecordLink.objects.filter(entity=Entity.INVOICE)
    assert (link.hubspot_id, link.quickbooks_id) == (invoice, copy)


def forget_invoices() -> None:
    """As a backup of before they were synced knows nothing of them."""
    WriteIntent.objects.all().delete()
    RecordLink.objects.filter(entity=Entity.INVOICE).delete()
    ChangeCursor.objects.filter(entity=Entity.INVOICE).delete()
