"""Somebody puts an older backup of our database back: the accounts are ahead of what we remember.
Nothing is made twice, no edit is lost, and what a policy decides is listed with both values."""

from contextlib import suppress

import pytest

from syncapp.engine.records import Entity
from syncapp.engine.rules import ConflictPolicy
from syncapp.errors import SyncAppError
from syncapp.models import RecordLink, SyncActivity, WriteIntent
from tests.pipeline.agreement import differing_invoices
from tests.pipeline.backups import backed_up, put_back
from tests.pipeline.rest import settle_down
from tests.pipeline.worlds import Trade, money


def live(trade: Trade) -> dict[str, int]:
    hubspot = {kind: len(trade.hubspot(kind)) for kind in
               ("contacts", "products", "invoices", "line_items", "commerce_payments")}  # fmt: skip
    quickbooks = {kind: len(trade.quickbooks(kind)) for kind in
                  ("Customer", "Item", "Invoice", "Payment")}  # fmt: skip
    return hubspot | quickbooks


def phones(trade: Trade, contact: str, customer: str) -> tuple[str, str]:
    here = trade.hubspot("contacts")[contact].get("phone", "")
    there = trade.quickbooks("Customer")[customer].get("PrimaryPhone", {})
    return here, there.get("FreeFormNumber", "")


def test_a_week_of_trade_after_the_backup_is_found_and_not_made_again(trade: Trade) -> None:
    trade.start()
    first = trade.hubspot_invoice(trade.hours(2))
    settle_down(trade)
    backup = backed_up()
    # the week that the backup knows nothing of
    cay = trade.contact(email="cay@acme.test", firstname="Cay", lastname="Lund")
    account = {"value": trade.income_account}
    item = {"Name": "Support", "Sku": "SUP-1", "Type": "Service", "IncomeAccountRef": account}
    trade.in_quickbooks("Item", fields={**item, "UnitPrice": 30})
    trade.sync()
    sold = trade.hubspot_invoice(trade.hours(3), contact=cay)
    bought = trade.quickbooks_invoice(trade.sales_line(4, "25"), DocNumber="Q-7")
    trade.sync()
    trade.pay_in_hubspot(first, "50")
    trade.pay_in_hubspot(sold, "300")
    trade.pay_in_quickbooks(bought, "40")
    settle_down(trade)
    before = live(trade)
    put_back(backup)
    trade.sandbox.forget_requests()

    settle_down(trade)

    assert live(trade) == before
    assert {one.state for one in RecordLink.objects.all()} <= {"in_sync", "excluded"}
    world = trade.sandbox.world()
    assert not list(differing_invoices(world, trade.realm, trade.integration))
    balances = sorted(money(one["Balance"]) for one in trade.quickbooks("Invoice").values())
    assert balances == [0, 60, 150]


@pytest.mark.parametrize("policy", [ConflictPolicy.HUBSPOT, ConflictPolicy.ASK])
def test_edits_before_and_after_it_was_put_back_are_kept_or_listed(
    trade: Trade, policy: ConflictPolicy
) -> None:
    trade.start()
    trade.rule(Entity.CONTACT, conflict=policy)
    settle_down(trade)
    customer = trade.customer_id
    backup = backed_up()
    trade.in_hubspot("contacts", "edit", trade.contact_id, properties={"phone": "+47 1"})
    trade.sync()
    trade.in_quickbooks(
        "Customer", "edit", customer, fields={"CompanyName": "Nordwind AS", "Notes": "kept"}
    )
    settle_down(trade)
    put_back(backup)
    trade.in_hubspot("contacts", "edit", trade.contact_id, properties={"lastname": "Berge"})
    trade.in_quickbooks(
        "Customer", "edit", customer, fields={"PrimaryPhone": {"FreeFormNumber": "+47 2"}}
    )

    settle_down(trade)

    assert trade.quickbooks("Customer")[customer]["FamilyName"] == "Berge"
    assert trade.quickbooks("Customer")[customer]["CompanyName"] == "Nordwind AS"
    assert trade.quickbooks("Customer")[customer]["Notes"] == "kept"
    # the older value of HubSpot and the newer one of QuickBooks differ from what we remember
    told = str(list(SyncActivity.objects.values_list("changes", "sentence")))
    assert "+47 1" in told
    assert "+47 2" in told
    link = RecordLink.objects.get(entity="contact")
    if policy is ConflictPolicy.ASK:
        assert link.state == "needs_decision"
        assert phones(trade, trade.contact_id, customer) == ("+47 1", "+47 2")
    else:
        assert phones(trade, trade.contact_id, customer) == ("+47 1", "+47 1")


def test_a_write_that_was_open_in_the_backup_and_answered_since_is_not_sent_again(
    trade: Trade,
) -> None:
    trade.start()
    trade.hubspot_invoice(trade.hours(2))
    trade.sandbox.fault("drop_after_commit", vendor="quickbooks", path="batch|invoice", times=1)
    with suppress(SyncAppError):
        trade.sync()
    assert WriteIntent.objects.filter(state="open").exists()
    backup = backed_up()
    settle_down(trade)
    before = live(trade)
    put_back(backup)

    settle_down(trade)

    assert live(trade) == before
    assert before["Invoice"] == 1
