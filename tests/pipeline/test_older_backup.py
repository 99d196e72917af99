"""A database that was put back to before a mirror was made, which stands half-built in HubSpot: its
two halves are looked at together, and become one."""

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
    WriteIntent.objects.all().delete()
    RecordLink.objects.filter(entity=Entity.INVOICE).delete()
    ChangeCursor.objects.filter(entity=Entity.INVOICE).delete()
    with caplog.at_level(logging.ERROR, "syncapp.pipeline.setting_aside"):
        trade.sync()
    assert not caplog.records
    settle_down(trade)
    (mirror,) = trade.hubspot("invoices").values()
    assert mirror["hs_invoice_status"] == "open"
    assert RecordLink.objects.filter(entity=Entity.INVOICE).count() == 1
    assert len(trade.hubspot("line_items")) == 1
