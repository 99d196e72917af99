"""Two companies that share one portal: no document is booked by both."""

from typing import Any

import pytest

from syncapp.connectors.throttle import Throttle
from syncapp.engine.records import Entity
from syncapp.errors import RateLimited
from syncapp.models import Connection, Integration, RecordLink, SyncRule
from syncapp.pipeline import account_share
from syncapp.pipeline.connect import _throttles, throttle_for
from syncapp.pipeline.lease import leased
from syncapp.pipeline.process import sync
from syncapp.pipeline.wake import _due_integrations
from syncapp.setup.switch import rule_saved
from tests.pipeline.worlds import Trade

SECOND = "9341450000000777"


@pytest.fixture
def second(trade: Trade) -> Integration:
    """Started beside the first one, with the same rules."""
    trade.start()
    trade.sandbox.options(quickbooks={SECOND: {}})
    tokens = trade.sandbox.world()["quickbooks"]["companies"][SECOND]["tokens"]
    company = Connection.objects.create(
        name="Second", vendor="quickbooks", account_id=SECOND, **tokens
    )
    integration = Integration.objects.create(
        name="Second", hubspot=trade.integration.hubspot, quickbooks=company
    )
    for rule in SyncRule.objects.filter(integration=trade.integration).order_by("id"):
        made = SyncRule(integration=integration, entity=rule.entity, direction=rule.direction)
        made.is_on = True
        made.options = {"income_account": trade.income_account}
        rule_saved(made)
    sync(integration, trigger="command")
    return integration


def test_the_first_to_book_an_invoice_keeps_it_and_its_payment(
    trade: Trade, second: Integration
) -> None:
    invoice = trade.hubspot_invoice(trade.hours(2))
    trade.sync()
    trade.pay_in_hubspot(invoice, "80")
    sync(second, trigger="command")
    trade.sync()
    sync(second, trigger="command")
    assert _booked(trade) == (1, 1, 0, 0)
    link = RecordLink.objects.get(integration=second, entity=Entity.INVOICE)
    assert (link.state, link.category) == ("excluded", "other_company")
    trade.sync_quietly()
    assert sync(second, trigger="command").writes == 0


def test_an_invoice_with_an_unanswered_write_is_not_booked_by_the_other(
    trade: Trade, second: Integration
) -> None:
    trade.hubspot_invoice(trade.hours(2))
    trade.sandbox.fault("drop_after_commit", vendor="quickbooks", method="POST",
                        path="batch|invoice", times=1)  # fmt: skip
    trade.sync()
    sync(second, trigger="command")
    trade.sync()
    sync(second, trigger="command")
    assert _booked(trade) == (1, 0, 0, 0)


def _booked(trade: Trade) -> tuple[int, ...]:
    """Invoices and payments of the first and of the second company."""
    companies: dict[str, Any] = trade.sandbox.world()["quickbooks"]["companies"]
    kinds = ("Invoice", "Payment")
    return tuple(len(companies[realm].get(k, {})) for realm in (trade.realm, SECOND) for k in kinds)


def test_two_workers_at_one_portal_take_half_of_its_limits_each(
    trade: Trade, second: Integration
) -> None:
    ours = throttle_for(trade.integration.hubspot)
    with leased(trade.integration), leased(second):
        account_share.meet(trade.integration)
        assert (_parts(ours), _parts(throttle_for(second.quickbooks))) == (2, 1)
    with leased(trade.integration):
        account_share.meet(trade.integration)
        assert _parts(ours) == 1


def test_a_pause_that_the_portal_asked_of_one_worker_holds_for_the_other(
    trade: Trade, second: Integration
) -> None:
    trade.sandbox.fault("status", vendor="hubspot", path="crm", status=429, times=1,
                        headers={"Retry-After": "90"})  # fmt: skip
    with pytest.raises(RateLimited):
        trade.sync()
    trade.sandbox.forget_requests()
    _throttles.clear()  # another process
    with pytest.raises(RateLimited):
        sync(second, trigger="command")
    asked = trade.sandbox.requests(entries=True)["entries"]
    assert not [one for one in asked if one["vendor"] == "hubspot"]
    assert not _due_integrations()
    Connection.objects.update(paused_until="2020-01-01T00:00:00Z")
    _throttles.clear()
    assert sync(second, trigger="command").writes == 0


def _parts(throttle: Throttle) -> int:
    return throttle._parts
