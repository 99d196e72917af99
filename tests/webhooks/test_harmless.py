"""Duplicates, disorder, forgery, repetition and our own echo: no second effect, few calls."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django_q.models import OrmQ

from syncapp import tasks
from syncapp.models import ChangeCursor, WebhookDelivery, WebhookTally
from syncapp.pipeline import announcements

pytestmark = pytest.mark.django_db(transaction=True)


def edit_both(office, name):
    office.trade.in_hubspot(
        "contacts", "edit", office.trade.contact_id, properties={"lastname": name}
    )
    office.trade.in_quickbooks(
        "Item", "edit", office.trade.item_id, fields={"UnitPrice": len(name)}
    )


def arrived(office, name):
    customer = office.trade.quickbooks("Customer")[office.trade.customer_id]
    product = office.trade.hubspot("products")[office.trade.product_id]
    return customer["FamilyName"] == name and float(product["price"]) == len(name)


def writes(office):
    return office.sandbox.requests()["writes"]


@pytest.mark.parametrize("mode", ["duplicate", "reorder", "replay"])
def test_a_badly_behaved_sender_causes_one_effect(office, mode):
    office.listen(mode)
    for name in ("Berge", "Bergen"):
        edit_both(office, name)
        office.hear_and_work()
        assert arrived(office, name)

    written = writes(office)
    office.trade.sync_quietly()
    assert writes(office) == written
    assert len(office.trade.quickbooks("Customer")) == 1


def test_forged_ones_cause_nothing_and_polling_goes_on(office):
    office.listen("forge")
    edit_both(office, "Berge")
    office.settle_down()

    assert not WebhookDelivery.objects.exists()
    assert not OrmQ.objects.exists()
    assert {one["status"] for one in office.sandbox.deliveries()} == {403}
    assert sum(WebhookTally.objects.values_list("refused", flat=True)) > 0
    ChangeCursor.objects.update(polled_at=timezone.now() - timedelta(minutes=1))
    tasks.work(office.trade.integration.pk, "schedule")
    assert arrived(office, "Berge")


def test_all_old_events_once_more_write_nothing(office):
    """Also after they have been forgotten: then they are news, and cost a look."""
    edit_both(office, "Berge")
    invoice = office.trade.hubspot_invoice()
    theirs = office.trade.quickbooks_invoice()
    office.hear_and_work()
    office.trade.pay_in_hubspot(invoice, "80.00")
    office.trade.pay_in_quickbooks(theirs, "60")
    office.hear_and_work()
    office.stop_listening()
    office.trade.sync_quietly()
    known = list(WebhookDelivery.objects.values())
    assert len(known) > 20

    office.sandbox.forget_requests()
    WebhookDelivery.objects.all().delete()
    WebhookDelivery.objects.bulk_create(
        WebhookDelivery(**{**row, "id": None, "taken_at": None}) for row in known
    )
    tasks.work(office.trade.integration.pk, "webhook")

    assert not WebhookDelivery.objects.filter(taken_at=None)
    assert writes(office) == 0


def test_our_own_writes_come_back_and_cost_a_few_calls_for_all_of_them(office):
    for number in range(30):
        office.trade.customer(
            DisplayName=f"Customer {number}",
            PrimaryEmailAddr={"Address": f"c{number}@nordwind.test"},
        )
    office.settle_down()
    office.work()
    assert len(office.trade.hubspot("contacts")) == 31

    office.sandbox.forget_requests()
    office.hear_and_work()

    requests = office.sandbox.requests()
    assert requests["writes"] == 0
    assert requests["total"] <= 4, requests["by_endpoint"]


def test_the_echo_of_a_load_is_left_to_the_next_poll(office, monkeypatch):
    monkeypatch.setattr(announcements, "FEW_ECHOES", 10)
    for number in range(30):
        office.trade.customer(
            DisplayName=f"Customer {number}",
            PrimaryEmailAddr={"Address": f"c{number}@nordwind.test"},
        )
    office.settle_down()
    office.work()
    office.settle_down()
    office.sandbox.forget_requests()
    office.work()
    assert office.sandbox.requests()["total"] == 0
    assert office.waiting() == 0

    # a person edits one of them in the middle of it: the next poll finds it
    contact = next(iter(set(office.trade.hubspot("contacts")) - {office.trade.contact_id}))
    office.stop_listening()
    office.trade.in_hubspot("contacts", "edit", contact, properties={"lastname": "Berge"})
    tasks.work(office.trade.integration.pk, "schedule")
    names = [one.get("FamilyName") for one in office.trade.quickbooks("Customer").values()]
    assert names.count("Berge") == 1


def test_a_burst_is_a_few_passes(office):
    """One bell while they arrive, and records, not events, are looked at."""
    office.listen("reorder", ("hubspot",))  # each event in a request of its own
    contacts = [
        office.trade.contact(email=f"c{number}@nordwind.test", lastname=f"Name {number}")
        for number in range(25)
    ]
    for phone in ("555 0100", "555 0101", "555 0102", "555 0103"):
        for id_ in contacts:
            office.trade.in_hubspot("contacts", "edit", id_, properties={"phone": phone})
    office.settle_down()
    assert WebhookDelivery.objects.count() >= 125
    assert OrmQ.objects.count() <= 2

    passes = office.hear_and_work()
    assert len(passes) <= 4
    assert len(office.trade.quickbooks("Customer")) == 26


def test_what_was_announced_is_forgotten_after_days(office):
    edit_both(office, "Berge")
    office.hear_and_work()
    WebhookDelivery.objects.update(received_at=timezone.now() - timedelta(days=8))
    edit_both(office, "Bergen")
    office.hear_and_work()
    recent = WebhookDelivery.objects.filter(received_at__gt=timezone.now() - timedelta(days=7))
    kept = recent.count()

    tasks.sweep()
    assert WebhookDelivery.objects.count() == kept > 0
