"""The example company of Chinook's data: two worlds that agree to the cent."""

from typing import Any

import pytest

from sandbox.office import Office, afternoon, morning
from syncapp.engine.plan import State
from syncapp.engine.records import Entity
from syncapp.engine.rules import Direction
from syncapp.models import RecordLink
from tests.pipeline.agreement import differing_invoices
from tests.pipeline.worlds import Worlds
from tests.sandbox_process import SandboxProcess

pytestmark = pytest.mark.slow


@pytest.fixture
def company(sandbox: SandboxProcess, credentials: dict[str, Any]) -> Worlds:
    worlds = Worlds(sandbox, credentials | sandbox.reset("chinook"))
    accounts = worlds.quickbooks("Account").values()
    income = next(one["Id"] for one in accounts if one["AccountType"] == "Income")
    worlds.rule(Entity.CONTACT)
    worlds.rule(Entity.PRODUCT, direction=Direction.TO_HUBSPOT)
    worlds.rule(Entity.INVOICE, options={"income_account": income})
    return worlds


def test_after_one_pass_both_worlds_agree_and_the_next_writes_nothing(company: Worlds) -> None:
    company.sync()
    states = RecordLink.objects.filter(integration=company.integration)
    assert states.filter(entity=Entity.INVOICE, state="in_sync").count() > 50
    assert states.filter(entity=Entity.PAYMENT, state="in_sync").count() > 30
    differing = differing_invoices(company.sandbox.world(), company.realm, company.integration)
    assert not list(differing)
    company.sync_quietly()


def test_after_the_first_pass_every_state_is_there_and_says_why_in_a_sentence(
    company: Worlds,
) -> None:
    """An item entered twice, and a customer without an address who bought and paid in cash."""
    company.sync()
    links = RecordLink.objects.filter(integration=company.integration)
    assert set(links.values_list("state", flat=True)) == {state.value for state in State}
    (asked,) = links.filter(state="needs_decision")
    assert (asked.entity, asked.category) == ("product", "ambiguous")
    (failing,) = links.filter(state="failing", entity=Entity.INVOICE)
    assert failing.category == "contact_link"
    assert "Market stall customers" in failing.sentence
    (waiting,) = links.filter(state="waiting")
    assert (waiting.entity, waiting.category) == ("payment", "invoice")
    stall = links.get(entity="contact", label="Market stall customers")
    assert (stall.state, stall.category) == ("excluded", "no_email")
    told = [asked, failing, waiting, stall]
    assert all(one.sentence.count(" ") > 8 for one in told)
    company.sync_quietly()
    after = links.filter(pk__in=[one.pk for one in told]).values_list("pk", "state", "sentence")
    assert set(after) == {(one.pk, one.state, one.sentence) for one in told}
    address = {"PrimaryEmailAddr": {"Address": "stall@chinook.test"}}
    company.in_quickbooks("Customer", "edit", str(stall.quickbooks_id), fields=address)
    company.sync()
    for one in (failing, waiting, stall):
        one.refresh_from_db()
        assert one.state == "in_sync", one.sentence


def test_every_record_that_is_not_in_sync_says_why(company: Worlds) -> None:
    company.sync()
    for link in RecordLink.objects.exclude(state="in_sync"):
        assert len(link.sentence) > 20, (link, link.category)


def test_an_invoice_that_differs_is_failing_with_both_amounts(company: Worlds) -> None:
    company.sync()
    invoices = company.hubspot("invoices")
    bought = company.quickbooks("Invoice")
    mirrored = next(
        link
        for link in RecordLink.objects.filter(entity=Entity.INVOICE, state="in_sync")
        if invoices[str(link.hubspot_id)].get("ledgerline_total")
        and bought[str(link.quickbooks_id)]["TotalAmt"] > 0
    )
    company.in_hubspot(
        "invoices", "edit", str(mirrored.hubspot_id), properties={"ledgerline_total": "0.01"}
    )
    company.sync()
    world = company.sandbox.world()
    (found,) = differing_invoices(world, company.realm, company.integration)
    link, _, there = found
    assert (link.state, link.category) == ("failing", "mirror_amount")
    assert "ledgerline_total" in link.sentence
    assert "0.01" in link.sentence
    assert f"{there[0]:,}" in link.sentence


def test_a_day_at_the_office_leaves_only_named_differences(company: Worlds) -> None:
    """The demo's day: afterwards every linked invoice that differs is failing with both amounts,
    and what must not travel has stayed where it was."""
    company.sync()
    for hours in (morning, afternoon):
        told = list(hours(Office(company.sandbox.url)))
        assert len(told) >= 3
        company.sync()
    world = company.sandbox.world()
    (found,) = differing_invoices(world, company.realm, company.integration)
    link, here, there = found
    assert (link.state, link.category) == ("failing", "protected_change")
    assert here[0] != there[0]
    for amount in (here[0], there[0]):
        assert f"{amount} USD" in link.sentence
    states = set(
        RecordLink.objects.filter(entity=Entity.INVOICE).values_list("state", "category").distinct()
    )
    assert {
        ("in_sync", ""),
        ("failing", "contact_link"),
        ("failing", "protected_change"),
        ("excluded", "draft"),
        ("excluded", "older"),
    } == states
    items = [one["Name"] for one in company.quickbooks("Item").values()]
    assert items.count("Custom line item") == 1
    company.sync_quietly()
