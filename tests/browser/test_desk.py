"""What does not go by itself, as people put it right: explained, repaired, seen in the books."""

import os
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.utils import timezone

from syncapp.engine.records import Entity, Side
from syncapp.engine.rules import ConflictPolicy
from syncapp.models import Heartbeat, Lease, SyncRun
from tests import factories
from tests.pipeline.conftest import trade  # noqa: F401
from tests.pipeline.worlds import money

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def troubled(trade):  # noqa: F811
    """An invoice with a fee that nobody booked yet, two invoices for a stranger, a conflict, two
    customers who look like one contact, and invoices in sync."""
    trade.rule(Entity.CONTACT, conflict=ConflictPolicy.ASK)
    trade.start()
    trade.hubspot_invoice()
    fee = trade.in_hubspot(
        "invoices",
        properties={"hs_currency": "USD"},
        contact=trade.contact_id,
        lines=[trade.hours(2)],
    )
    trade.in_hubspot(
        "fees",
        properties={"hs_label": "Express", "hs_type": "FIXED", "hs_value": "12.50"},
        associations=[{"type": "invoices", "id": fee}],
    )
    trade.in_hubspot("invoices", "finalize", fee)
    stranger = trade.contact(firstname="Nobody", lastname="<b>Bold</b>")
    for price in ("80.00", "1250.00"):
        trade.hubspot_invoice(trade.hours(1, price), contact=stranger)
    trade.sync()
    trade.in_hubspot(
        "contacts", "edit", trade.contact_id, properties={"lastname": "One", "phone": "555 0100"}
    )
    trade.in_quickbooks(
        "Customer",
        "edit",
        trade.customer_id,
        fields={"FamilyName": "Two", "PrimaryPhone": {"FreeFormNumber": "555 0199"}},
    )
    for name in ("Twin A", "Twin B"):
        address = {"Address": "twin@acme.test"}
        trade.customer(DisplayName=name, PrimaryEmailAddr=address)
    trade.contact(email="twin@acme.test", firstname="Twin")
    trade.sync()
    trade.sync()
    Heartbeat.beat()
    return trade


def keep_picture(opened, name):
    folder = os.environ.get("PICTURES")
    if folder:
        opened.page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


@pytest.mark.parametrize("look", ["light", "dark", "phone"])
def test_every_page_is_sound_in_every_look(window, troubled, look):
    invoice = troubled.integration.links.filter(category="order_fee").get()
    conflict = troubled.integration.links.filter(category="conflict").get()
    twin = troubled.integration.links.filter(category="ambiguous").first()
    fine = troubled.integration.links.filter(entity="invoice", state="in_sync").first()
    run = troubled.integration.runs.filter(writes__gt=0).first()
    opened = window(look)
    for name, path in {
        "desk": "desk/",
        "group": f"desk/{troubled.integration.pk}/failing/contact_link/",
        "conflicts": f"desk/{troubled.integration.pk}/needs_decision/conflict/",
        "twins": f"desk/{troubled.integration.pk}/needs_decision/ambiguous/",
        "failing": f"records/{invoice.pk}/",
        "conflict": f"records/{conflict.pk}/",
        "twin": f"records/{twin.pk}/",
        "fine": f"records/{fine.pk}/",
        "passes": "passes/",
        "pass": f"passes/{run.pk}/",
    }.items():
        opened.open(f"/admin/{path}")
        opened.page.wait_for_load_state("networkidle")
        keep_picture(opened, f"{name}-{look}")
        opened.look_through()


def test_a_running_pass_is_followed_without_a_reload(window, troubled):
    until = timezone.now() + timedelta(minutes=5)
    Lease.objects.filter(integration=troubled.integration).update(
        holder="worker", fencing=99, expires_at=until
    )
    run = factories.run(
        troubled.integration, fencing=99, step="Syncing invoices", step_done=120, step_total=480
    )
    opened = window()
    page = opened.open("/admin/passes/")
    page.get_by_text("120 of 480").wait_for()
    keep_picture(opened, "running")
    opened.look_through()

    SyncRun.objects.filter(pk=run.pk).update(step_done=360)
    page.get_by_text("360 of 480").wait_for()
    SyncRun.objects.filter(pk=run.pk).update(outcome="done", ended_at=timezone.now())
    page.get_by_text("No pass is running").wait_for()


def test_a_failure_is_explained_and_repaired(window, troubled):
    item = troubled.in_quickbooks(
        "Item",
        fields={
            "Name": "Extras",
            "Type": "Service",
            "IncomeAccountRef": {"value": troubled.income_account},
        },
    )
    invoice = troubled.integration.links.filter(category="order_fee").get()
    page = window().open("/admin/desk/")
    cause = page.get_by_role("article", name="Fee on the whole order")
    assert cause.get_by_text("QuickBooks needs to know on which account").is_visible()
    assert cause.get_by_text("212.50 USD").is_visible()

    cause.get_by_label("Item for fees on a whole order").select_option(label="Extras")
    cause.get_by_role("button", name="Keep this choice").click()
    page.get_by_text("The next pass decides every record").wait_for()
    troubled.sync()

    page.reload()
    assert page.get_by_role("article", name="Fee on the whole order").count() == 0
    link = troubled.link(Side.HUBSPOT, Entity.INVOICE, str(invoice.hubspot_id))
    booked = troubled.quickbooks("Invoice")[str(link.quickbooks_id)]
    assert money(booked["TotalAmt"]) == Decimal("212.50")
    items = [line.get("SalesItemLineDetail", {}).get("ItemRef", {}) for line in booked["Line"]]
    assert item in [one.get("value") for one in items]

    page.goto(f"{page.url.split('/admin/')[0]}/admin/records/{link.pk}/")
    assert page.get_by_role("heading", name="The same in both apps").is_visible()
    page.get_by_text("For the app's support").first.click()
    assert page.locator("pre").first.is_visible()


def test_a_conflict_is_decided_field_by_field(window, troubled):
    conflict = troubled.integration.links.filter(category="conflict").get()
    page = window().open(f"/admin/records/{conflict.pk}/")
    chosen = page.locator("form.ll-choose").filter(has_text="One")

    chosen.get_by_role("button", name="HubSpot One").click()
    page.get_by_text("Your choice is kept").wait_for()
    page.locator("form.ll-choose").filter(has_text="555 0100").get_by_role(
        "button", name="QuickBooks"
    ).click()
    page.get_by_text("Your choice is kept").wait_for()
    troubled.sync()

    customer = troubled.quickbooks("Customer")[troubled.customer_id]
    contact = troubled.hubspot("contacts")[troubled.contact_id]
    assert (customer["FamilyName"], contact["lastname"]) == ("One", "One")
    assert contact["phone"] == "555 0199"
    page.reload()
    assert page.get_by_role("heading", name="The same in both apps").is_visible()


def test_many_are_retried_at_once(window, troubled):
    opened = window()
    page = opened.open(f"/admin/desk/{troubled.integration.pk}/failing/contact_link/")
    page.get_by_label("All on this page").check()
    page.get_by_text("(2)").wait_for()

    page.get_by_role("button", name="Retry", exact=True).first.click()

    page.get_by_text("2 records are tried again").wait_for()
    opened.look_through()


def test_both_sides_are_read_only_when_somebody_asks(window, troubled):
    invoice = troubled.integration.links.filter(category="order_fee").get()
    troubled.sandbox.forget_requests()
    page = window().open(f"/admin/records/{invoice.pk}/")
    assert troubled.sandbox.requests()["total"] == 0

    page.get_by_role("button", name="Read both now").click()
    page.get_by_text("Read just now").wait_for()

    asked = troubled.sandbox.requests()
    assert asked["total"] > 0
    assert asked["writes"] == 0
    assert page.get_by_role("row", name="Currency").get_by_text("USD").is_visible()
