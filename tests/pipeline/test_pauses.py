"""A vendor that asks us to wait is left alone by every process, also by one that starts later."""

import pytest
from django.utils import timezone

from syncapp.engine.records import Entity
from syncapp.errors import RateLimited
from syncapp.models import Connection
from syncapp.pipeline import connect
from tests.pipeline.worlds import Worlds


@pytest.mark.parametrize("vendor", ["hubspot", "quickbooks"])
def test_another_process_keeps_the_pause(
    worlds: Worlds, monkeypatch: pytest.MonkeyPatch, vendor: str
) -> None:
    worlds.contact(email="ada@nordwind.test")
    worlds.rule(Entity.CONTACT)
    worlds.sync()
    worlds.sandbox.fault("status", vendor=vendor, status=429, times=1,
                         headers={"Retry-After": "60"})  # fmt: skip
    with pytest.raises(RateLimited):
        worlds.sync()
    paused = Connection.objects.get(vendor=vendor).paused_until
    assert paused is not None
    assert 50 < (paused - timezone.now()).total_seconds() <= 60
    monkeypatch.setattr(connect, "_throttles", {})  # what another process knows
    worlds.sandbox.forget_requests()
    with pytest.raises(RateLimited):
        worlds.sync()
    assert worlds.sandbox.requests()["by_vendor"][vendor] == 0
