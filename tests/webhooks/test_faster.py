"""What webhooks bring: a change travels at once, with few calls, and nothing is lost."""

from datetime import timedelta

import pytest
from django.utils import timezone

from syncapp import tasks
from syncapp.engine.records import Entity, Side
from syncapp.models import ChangeCursor, Integration, SyncRun
from syncapp.pipeline import wake

pytestmark = pytest.mark.django_db(transaction=True)


def calls(office):
    return office.sandbox.requests()["total"]


def longer_ago(**ago):
    """As if the last poll had been that long ago."""
    ChangeCursor.objects.update(polled_at=timezone.now() - timedelta(**ago))


def scheduled(office):
    before = calls(office)
    tasks.work(office.trade.integration.pk, "schedule")
    return calls(office) - before


def learn(office):
    """One edit of each entity on each side: from then on webhooks are relied on."""
    ChangeCursor.objects.update(announced_at=timezone.now())


def test_an_edit_in_hubspot_is_read_by_its_id_and_not_searched_for(office):
    office.trade.in_hubspot(
        "contacts", "edit", office.trade.contact_id, properties={"lastname": "Berge"}
    )
    passes = office.hear_and_work()

    customer = office.trade.quickbooks("Customer")[office.trade.customer_id]
    assert customer["FamilyName"] == "Berge"
    assert {one.trigger for one in passes} == {"webhook"}
    assert not [path for path in office.sandbox.requests()["by_endpoint"] if "search" in path]


def test_an_edit_in_quickbooks_takes_one_reading_of_its_changes(office):
    office.trade.in_quickbooks(
        "Customer", "edit", office.trade.customer_id, fields={"FamilyName": "Berge"}
    )
    office.settle_down()
    office.work()

    assert office.trade.hubspot("contacts")[office.trade.contact_id]["lastname"] == "Berge"
    asked = office.sandbox.requests()["by_endpoint"]
    assert sum(number for path, number in asked.items() if "cdc" in path) == 1


def test_an_edit_that_hubspots_search_does_not_show_yet_travels(office):
    office.sandbox.options(hubspot={"search_lag_seconds": 3600})
    office.trade.in_hubspot(
        "contacts", "edit", office.trade.contact_id, properties={"lastname": "Berge"}
    )
    office.hear_and_work()

    customer = office.trade.quickbooks("Customer")[office.trade.customer_id]
    assert customer["FamilyName"] == "Berge"


@pytest.mark.parametrize("shape", ["cloudevents", "old"])
def test_an_invoice_and_its_payment_travel_both_ways(office, shape):
    office.sandbox.options(quickbooks={"webhook_shape": shape})
    ours = office.trade.hubspot_invoice()
    theirs = office.trade.quickbooks_invoice(office.trade.sales_line(3, "50"))
    office.hear_and_work()
    office.trade.pay_in_hubspot(ours, "80.00")
    office.trade.pay_in_quickbooks(theirs, "60")
    office.hear_and_work()

    links = {Side.HUBSPOT: ours, Side.QUICKBOOKS: theirs}
    assert all(
        office.trade.link(side, Entity.INVOICE, id_).state == "in_sync"
        for side, id_ in links.items()
    )
    balances = sorted(float(one["Balance"]) for one in office.trade.quickbooks("Invoice").values())
    assert balances == [90, 120]
    assert len(office.trade.hubspot("commerce_payments")) == 2
    office.trade.sync_quietly()


@pytest.mark.parametrize("formats", ["generic", "classic", "both"])
def test_every_format_that_an_app_can_have_subscribed_to(office, formats):
    office.sandbox.options(hubspot={"webhook_formats": formats})
    office.trade.in_hubspot(
        "contacts", "edit", office.trade.contact_id, properties={"lastname": "Berge"}
    )
    invoice = office.trade.hubspot_invoice()
    office.hear_and_work()

    customer = office.trade.quickbooks("Customer")[office.trade.customer_id]
    assert customer["FamilyName"] == "Berge"
    assert office.trade.link(Side.HUBSPOT, Entity.INVOICE, invoice).state == "in_sync"


def test_a_deleted_payment_is_heard_of(office):
    invoice = office.trade.quickbooks_invoice()
    office.hear_and_work()
    payment = office.trade.pay_in_quickbooks(invoice, "60")
    office.hear_and_work()
    assert len(office.trade.hubspot("commerce_payments")) == 1

    office.trade.in_quickbooks("Payment", "delete", payment)
    office.hear_and_work()

    assert not office.trade.hubspot("commerce_payments")


def test_a_deleted_and_restored_contact_is_heard_of(office):
    office.trade.in_hubspot("contacts", "delete", office.trade.contact_id)
    office.hear_and_work()
    link = office.trade.link(Side.HUBSPOT, Entity.CONTACT, office.trade.contact_id)
    assert link.category == "deleted_there"

    office.trade.in_hubspot("contacts", "restore", office.trade.contact_id)
    office.hear_and_work()
    link.refresh_from_db()
    assert link.state == "in_sync"


@pytest.mark.parametrize("formats", ["generic", "classic"])
def test_the_contact_that_stays_after_a_merge_keeps_the_customer(office, formats):
    office.sandbox.options(hubspot={"webhook_formats": formats})
    customer, gone = office.trade.customer_id, office.trade.contact_id
    stays = office.trade.in_hubspot("contacts", properties={"email": "ada.berg@nordwind.test"})
    office.trade.in_hubspot("contacts", "merge", stays, other_id=gone)
    office.hear_and_work()

    link = office.trade.link(Side.QUICKBOOKS, Entity.CONTACT, customer)
    assert link.hubspot_id in office.trade.hubspot("contacts")
    assert len(office.trade.quickbooks("Customer")) == 1


def test_an_idle_sync_asks_nobody_while_webhooks_arrive(office):
    assert scheduled(office) > 0  # nothing has proved itself yet
    learn(office)
    assert scheduled(office) == 0

    longer_ago(seconds=299)
    assert scheduled(office) > 0  # the safety poll
    assert scheduled(office) == 0


def test_without_webhooks_it_is_polled_as_ever(office):
    office.stop_listening()
    for _ in range(3):
        assert scheduled(office) >= 5


def test_what_the_poll_finds_unannounced_ends_the_reliance(office):
    learn(office)
    scheduled(office)
    office.stop_listening()
    office.trade.in_quickbooks(
        "Customer", "edit", office.trade.customer_id, fields={"FamilyName": "Berge"}
    )
    assert scheduled(office) == 0
    longer_ago(seconds=300)
    assert scheduled(office) > 0
    assert office.trade.hubspot("contacts")[office.trade.contact_id]["lastname"] == "Berge"

    assert scheduled(office) == 1  # QuickBooks is asked again in every pass; HubSpot is not

    office.listen()
    office.trade.in_quickbooks(
        "Customer", "edit", office.trade.customer_id, fields={"FamilyName": "Bergen"}
    )
    office.hear_and_work()
    scheduled(office)
    assert scheduled(office) == 0


def test_an_event_that_arrives_while_a_pass_runs_is_not_lost(office, monkeypatch):
    """The record has been read already when it is edited again; the same pass takes it up, or the
    bell rings after it."""
    from syncapp.pipeline import put_back

    send_all, edits = put_back.send_all, iter(["Bergen"])

    def edited_meanwhile(work, sendings, **how):
        send_all(work, sendings, **how)
        for name in edits:
            office.trade.in_hubspot(
                "contacts", "edit", office.trade.contact_id, properties={"lastname": name}
            )
            office.settle_down()

    monkeypatch.setattr(put_back, "send_all", edited_meanwhile)
    office.trade.in_hubspot(
        "contacts", "edit", office.trade.contact_id, properties={"lastname": "Berge"}
    )
    passes = office.hear_and_work()

    customer = office.trade.quickbooks("Customer")[office.trade.customer_id]
    assert customer["FamilyName"] == "Bergen"
    assert len(passes) <= 3


def test_a_lost_bell_is_rung_again_by_the_sweep(office):
    from django_q.models import OrmQ

    office.trade.in_hubspot(
        "contacts", "edit", office.trade.contact_id, properties={"lastname": "Berge"}
    )
    office.settle_down()
    OrmQ.objects.all().delete()
    assert wake.wake_due() == 1

    office.work()
    customer = office.trade.quickbooks("Customer")[office.trade.customer_id]
    assert customer["FamilyName"] == "Berge"


def test_an_outage_keeps_what_was_announced(office):
    office.trade.in_hubspot(
        "contacts", "edit", office.trade.contact_id, properties={"lastname": "Berge"}
    )
    office.settle_down()
    office.sandbox.fault("status", vendor="hubspot", path=".*", status=503, times=50)
    office.work()
    assert office.waiting() > 0
    office.sandbox.clear_faults()

    wake.wake_due()
    office.hear_and_work()
    customer = office.trade.quickbooks("Customer")[office.trade.customer_id]
    assert customer["FamilyName"] == "Berge"
    assert office.waiting() == 0


def test_what_came_while_it_was_disconnected_is_taken_up_after_reconnecting(office):
    hubspot = office.trade.integration.hubspot
    hubspot.needs_reconnect = True
    hubspot.save()
    office.trade.in_hubspot(
        "contacts", "edit", office.trade.contact_id, properties={"lastname": "Berge"}
    )
    office.settle_down()
    assert office.work() == []
    before = calls(office)
    hubspot.needs_reconnect = False
    hubspot.save()

    assert wake.wake_due() == 1
    office.work()
    assert calls(office) > before
    customer = office.trade.quickbooks("Customer")[office.trade.customer_id]
    assert customer["FamilyName"] == "Berge"


def test_scheduled_passes_go_on_at_their_pace_while_webhooks_wake_others(office):
    SyncRun.objects.update(started_at=timezone.now() - timedelta(minutes=5))
    SyncRun.objects.create(integration=office.trade.integration, trigger="webhook")
    assert Integration.objects.count() == 1
    assert wake.wake_due() == 1
