"""A consent that was withdrawn: said once, in one pass, and not a single call after it."""

import pytest

from syncapp.errors import AuthorizationLost
from syncapp.models import Connection
from tests.pipeline.worlds import Trade


@pytest.mark.parametrize("vendor", ["hubspot", "quickbooks"])
def test_a_dead_grant_asks_to_reconnect_and_stops_all_calls(trade: Trade, vendor: str) -> None:
    trade.start()
    trade.hubspot_invoice(trade.hours(2))
    connection = Connection.objects.get(vendor=vendor)
    connection.access_token, connection.refresh_token = "withdrawn", "withdrawn"
    connection.save()
    with pytest.raises(AuthorizationLost):
        trade.sync()
    assert Connection.objects.get(vendor=vendor).needs_reconnect
    trade.sandbox.forget_requests()
    with pytest.raises(AuthorizationLost, match="reconnected"):
        trade.sync()
    assert trade.sandbox.requests()["total"] == 0
