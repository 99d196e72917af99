"""Creates that go to QuickBooks alone, beside the batches: as exactly once as those in batches."""

from collections import Counter
from contextlib import suppress
from typing import Any

import pytest

from syncapp.errors import TooLate
from syncapp.models import RecordLink, WriteIntent
from syncapp.pipeline.connect import throttle_for
from tests.pipeline.test_killed import kill_while_sending
from tests.pipeline.worlds import Trade
from tests.sandbox_process import SandboxProcess

SINGLE = "POST /v3/company/{realm}/invoice"
LOSSES = ("drop_after_commit", "drop_before_commit", "malformed")


@pytest.fixture
def trade(trade: Trade, settings: Any) -> Trade:
    """No batch may go for ten minutes."""
    settings.QUICKBOOKS_SINGLE_CREATES = 460
    settings.QUICKBOOKS_LIMITS = {**settings.QUICKBOOKS_LIMITS, "batch": (1, 600.0)}
    trade.start()
    trade.sync()
    with suppress(TooLate):  # the count of an empty list may have taken the only one
        throttle_for(trade.integration.quickbooks).take("batch", patience=0)
    trade.sandbox.forget_requests()
    return trade


def _invoices(trade: Trade, number: int) -> None:
    for hours in range(1, number + 1):
        trade.hubspot_invoice(trade.hours(hours))


def _check(trade: Trade, number: int) -> None:
    for _ in range(3):
        trade.sync()
    numbers = Counter(one["DocNumber"] for one in trade.quickbooks("Invoice").values())
    assert len(numbers) == number
    assert set(numbers.values()) == {1}
    assert not RecordLink.objects.exclude(state__in=("in_sync", "excluded"))
    assert not WriteIntent.objects.filter(state="open")
    trade.sync_quietly()


def test_while_no_batch_may_go_creates_go_alone_under_their_own_ids(trade: Trade) -> None:
    _invoices(trade, 5)
    trade.sync()
    calls = trade.sandbox.requests()["by_endpoint"]
    assert {name: calls[name] for name in calls if "batch" in name and "v3" in name} == {}
    assert calls[SINGLE] == 5
    sent = WriteIntent.objects.filter(side="quickbooks", entity="invoice")
    assert [(one.batch_id, len(one.request_id) <= 50) for one in sent] == [(None, True)] * 5
    _check(trade, 5)


@pytest.mark.parametrize("loss", LOSSES)
def test_a_lost_answer_is_looked_for_and_its_neighbours_are_not_touched(
    sandbox: SandboxProcess, trade: Trade, loss: str
) -> None:
    _invoices(trade, 5)
    sandbox.fault(loss, vendor="quickbooks", method="POST", path="/invoice$", times=2)
    trade.sync()
    assert WriteIntent.objects.filter(state="open").count() == 2
    _check(trade, 5)


@pytest.mark.slow
def test_killed_while_some_go_alone_and_others_in_a_batch(
    sandbox: SandboxProcess, trade: Trade, monkeypatch: pytest.MonkeyPatch
) -> None:
    _invoices(trade, 33)
    monkeypatch.setenv("QUICKBOOKS_SINGLE_CREATES", "460")
    monkeypatch.setenv("QUICKBOOKS_LIMITS", "minute=10000/1,burst=10000/1,batch=1/600")
    for path in ("/invoice$", "/batch$"):
        sandbox.fault("slow", vendor="quickbooks", method="POST", path=path, times=3, seconds=3)
    kill_while_sending("quickbooks")
    sandbox.clear_faults()
    left = WriteIntent.objects.filter(state="open")
    assert {one.batch_id is None for one in left} == {True, False}
    _check(trade, 33)
