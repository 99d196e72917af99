"""What was read at the beginning of a long pass is old when its turn comes."""

import time
from collections.abc import Collection
from datetime import datetime
from typing import Any

import pytest

from syncapp.engine.records import Entity
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
