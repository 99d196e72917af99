"""A clock of ours that was a day ahead and came back stops no company."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from syncapp.errors import Busy
from syncapp.models import Connection, Lease, SyncRun, WriteIntent
from syncapp.pipeline import wake
from syncapp.pipeline.connect import seconds_paused
from syncapp.pipeline.credentials import take_refresh_turn
from syncapp.pipeline.lease import take
from tests.pipeline.worlds import Trade, Worlds
from tests.sandbox_process import SandboxProcess

A_DAY = timedelta(days=1)


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Our clock goes on so far, and stays a clock."""
    real, leaps = timezone.now, []

    def now() -> datetime:
        return real() + sum(leaps, timedelta())

    monkeypatch.setattr(timezone, "now", now)
    return lambda **by: leaps.append(timedelta(**by))


def test_a_lease_of_tomorrow_is_free_after_a_lease(
    worlds: Worlds, later: Any, settings: Any
) -> None:
    held = take(worlds.integration)
    Lease.objects.update(expires_at=timezone.now() + A_DAY)
    for seconds in (0, settings.LEASE - 5):
        later(seconds=seconds)
        with pytest.raises(Busy):  # its holder may live
            take(worlds.integration)
    later(seconds=10)
    assert take(worlds.integration).fencing == held.fencing + 1


def test_the_sweep_finds_it_too(worlds: Worlds, later: Any, settings: Any) -> None:
    take(worlds.integration)
    Lease.objects.update(expires_at=timezone.now() + A_DAY)
    assert wake.wake_due() == 0
    later(seconds=settings.LEASE + 5)
    assert wake.wake_due() == 1


def test_a_pass_of_tomorrow_does_not_put_off_those_of_today(worlds: Worlds) -> None:
    worlds.sync()
    SyncRun.objects.update(started_at=timezone.now() + A_DAY)
    assert wake.wake_due() == 1


def test_a_pause_longer_than_any_is_none(worlds: Worlds) -> None:
    until = timezone.now() + A_DAY + timedelta(minutes=1)
    assert seconds_paused(until) == 0
    Connection.objects.update(paused_until=until)
    assert wake.wake_due() == 1
    assert not Connection.objects.filter(paused_until__isnull=False)


def test_a_turn_to_renew_a_token_ends(worlds: Worlds, later: Any) -> None:
    pk = worlds.integration.quickbooks_id
    assert take_refresh_turn(pk, "one")
    Connection.objects.update(refresh_until=timezone.now() + A_DAY)
    wake.wake_due()
    assert not take_refresh_turn(pk, "two")
    later(seconds=70)
    assert take_refresh_turn(pk, "two")


def test_a_write_sent_tomorrow_rests_from_now_on(
    sandbox: SandboxProcess, trade: Trade, later: Any, settings: Any
) -> None:
    settings.UNKNOWN_REST = 150
    trade.start()
    trade.lose_an_invoice("drop_after_commit")
    WriteIntent.objects.filter(state="open").update(sent_at=timezone.now() + A_DAY)
    trade.sync()
    assert WriteIntent.objects.filter(state="open").exists()
    later(seconds=160)
    trade.sync()
    assert not WriteIntent.objects.filter(state="open")
    assert len(trade.quickbooks("Invoice")) == 1
