"""What a write is asked when its turn has come, after it may have waited for a minute."""

import time
from types import SimpleNamespace
from typing import Any

import pytest

from syncapp.connectors.throttle import Throttle
from syncapp.errors import LeaseLost
from syncapp.models import Lease, WriteIntent
from syncapp.pipeline import lease
from tests.pipeline.worlds import Trade


def test_a_write_whose_turn_comes_late_is_looked_for_once_more(trade: Trade, settings: Any) -> None:
    settings.QUICKBOOKS_LIMITS = {"minute": (10000, 1.0), "burst": (10000, 1.0), "batch": (1, 2.0)}
    settings.SEND_DEADLINE = 1
    trade.start()
    people = [trade.contact(email=f"p{n}@acme.test", lastname=f"Person {n}") for n in range(2)]
    for person in people:
        trade.hubspot_invoice(trade.hours(2), contact=person)
    started = time.monotonic()
    trade.sync()
    assert time.monotonic() - started > 2, "the second batch did not wait for its turn"
    assert len(trade.quickbooks("Invoice")) == 2
    assert not WriteIntent.objects.filter(state="open")
    trade.sync_quietly()


def test_a_worker_that_was_overtaken_while_it_waited_sends_nothing(
    trade: Trade, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The time in the throttle is longer than the lease, and another worker goes on."""
    trade.start()
    trade.hubspot_invoice(trade.hours(2))
    trade.quickbooks_invoice(trade.sales_line(3, "50"), DocNumber="Q-1")
    trade.sandbox.forget_requests()
    skipped: list[float] = []
    clock = SimpleNamespace(monotonic=lambda: time.monotonic() + sum(skipped))
    monkeypatch.setattr(lease, "time", clock)
    real = lease.Held.make_room

    def overtaken(self: Throttle, family: str = "", *more: Any) -> float:
        is_turn = trade.sandbox.requests()["total"] > 0 and is_sending
        if is_turn and not skipped:
            skipped.append(200.0)
            Lease.objects.update(holder="another", expires_at="2100-01-01T00:00:00Z")
        return 0.0

    is_sending: list[bool] = []

    def asked(self: lease.Held, seconds: float) -> None:
        if seconds and not is_sending:  # the last question before a call of the pipeline
            is_sending.append(True)
        real(self, seconds)

    monkeypatch.setattr(lease.Held, "make_room", asked)
    monkeypatch.setattr(Throttle, "take", overtaken)
    with pytest.raises(LeaseLost):
        trade.sync()
    assert trade.sandbox.requests()["writes"] == 0


def test_while_the_rest_waits_for_its_turn_what_went_is_kept_and_told(
    trade: Trade, settings: Any
) -> None:
    settings.QUICKBOOKS_LIMITS = {"minute": (10000, 1.0), "burst": (10000, 1.0), "batch": (1, 8.0)}
    settings.SEND_DEADLINE = 2
    trade.start()
    trade.sync()
    for _ in range(32):
        trade.hubspot_invoice(trade.hours(2))
    trade.sandbox.forget_requests()
    trade.sync()
    assert len(trade.quickbooks("Invoice")) == 32
    assert not WriteIntent.objects.filter(state="open")
    calls = [one["endpoint"] for one in trade.sandbox.requests(entries=True)["entries"]]
    wrote = [number for number, call in enumerate(calls) if call.endswith("/batch")]
    told = calls.index("POST /crm/objects/2026-03/invoices/batch/update")
    assert wrote[0] < told < wrote[1]
    trade.sync_quietly()
