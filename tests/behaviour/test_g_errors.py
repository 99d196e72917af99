"""G: what the apps refuse, what a record says then, when it is tried again and what heals it."""

from contextlib import suppress
from typing import Any

import pytest

from syncapp.engine.catalogue import retry_of, row_of
from syncapp.engine.catalogue.category import Place, When, Who
from syncapp.engine.plan import Finding, State
from syncapp.engine.records import Entity, Side
from syncapp.errors import SyncAppError
from syncapp.models import PendingChange, RecordLink
from tests.behaviour.naming import item
from tests.pipeline.rest import settle_down
from tests.pipeline.worlds import Trade, Worlds
from tests.sandbox_process import SandboxProcess


@pytest.fixture
def company(sandbox: SandboxProcess, credentials: dict[str, Any]) -> Any:
    realm = credentials["quickbooks"]["companies"][0]["realm_id"]
    return lambda **changed: sandbox.options(quickbooks={realm: changed})


def refusal(code: str, message: str, detail: str = "") -> dict[str, Any]:
    error = {"Message": message, "Detail": detail, "code": code}
    return {"Fault": {"Error": [error], "type": "ValidationFault"}}


def refuse(worlds: Worlds, path: str, body: dict[str, Any], **more: Any) -> None:
    headers = {"intuit_tid": "1-abc", "Retry-After": "0"}
    plan = {"vendor": "quickbooks", "method": "POST", "path": path, "status": 400, **more}
    worlds.sandbox.fault("status", body=body, headers=headers, **plan)


def berg(worlds: Worlds) -> RecordLink:
    return RecordLink.objects.get(entity=Entity.CONTACT)


def rename(worlds: Worlds, name: str) -> None:
    id_ = str(berg(worlds).hubspot_id)
    worlds.in_hubspot("contacts", "edit", id_, properties={"lastname": name})


def fails_with(link: RecordLink, category: str, when: When = When.CHANGED) -> None:
    assert (link.state, link.category) == ("failing", category)
    assert retry_of(Finding(State.FAILING, category)).when is when
    assert link.heals_itself
    assert link.next_try_at is None


@item("G1")
def test_an_invoice_whose_contact_is_unknown_heals_with_the_right_contact(trade: Trade) -> None:
    trade.start()
    stranger = trade.contact(lastname="Without an address")
    invoice = trade.hubspot_invoice(trade.hours(2), contact=stranger)
    settle_down(trade)
    link = trade.link(Side.HUBSPOT, Entity.INVOICE, invoice)
    fails_with(link, "contact_link", When.PARENT_CHANGED)
    assert "Put the contact on the invoice" in link.sentence
    for action, contact in (("dissociate", stranger), ("associate", trade.contact_id)):
        trade.in_hubspot("invoices", action, invoice, to_type="contacts", to_id=contact)
    trade.in_hubspot("invoices", "edit", invoice, properties={"hs_comments": "For Ada"})
    settle_down(trade)
    assert trade.one_invoice_in_quickbooks()["CustomerRef"]["value"] == trade.customer_id


@item("G12")
def test_a_busy_company_is_tried_again_by_itself_and_nobody_is_bothered(worlds: Worlds) -> None:
    worlds.contact(email="ada@nordwind.test", lastname="Berg")
    worlds.rule(Entity.CONTACT)
    refuse(worlds, "/customer$", refusal("140", "Company locked"), times=3)
    worlds.sync()
    link = berg(worlds)
    assert (link.state, link.category) == ("waiting", "limit")
    assert link.next_try_at is not None
    assert row_of("limit").who is Who.NOBODY
    for _ in range(2):
        PendingChange.objects.update(due_at=link.state_since)  # the pause is over
        worlds.sync()
    assert berg(worlds).state == "in_sync"
    assert len(worlds.quickbooks("Customer")) == 1


@item("G12", "G22")
def test_a_stale_version_is_read_and_decided_again_in_the_same_pass(worlds: Worlds) -> None:
    worlds.contact(email="ada@nordwind.test", lastname="Berg")
    worlds.rule(Entity.CONTACT)
    worlds.sync()
    rename(worlds, "Berge")
    refuse(worlds, "/customer$", refusal("5010", "Stale Object Error"), times=2)
    worlds.sync()
    assert berg(worlds).state == "in_sync"
    (customer,) = worlds.quickbooks("Customer").values()
    assert customer["FamilyName"] == "Berge"


@item("G12", "G22")
def test_a_record_that_clashes_without_end_is_parked_and_goes_on_when_it_is_changed(
    worlds: Worlds, settings: Any
) -> None:
    settings.PARK_AFTER = 4
    worlds.contact(email="ada@nordwind.test", lastname="Berg")
    worlds.rule(Entity.CONTACT)
    worlds.sync()
    rename(worlds, "Berge")
    refuse(worlds, "/customer$", refusal("5010", "Stale Object Error"))
    worlds.sync()
    assert berg(worlds).state == "waiting"
    PendingChange.objects.update(due_at=berg(worlds).state_since)
    worlds.sync()
    fails_with(berg(worlds), "keeps_clashing")
    assert "It was changed in QuickBooks each of the 4 times" in berg(worlds).sentence
    worlds.sandbox.clear_faults()
    rename(worlds, "Bergen")
    worlds.sync()
    assert berg(worlds).state == "in_sync"


@item("G12")
@pytest.mark.parametrize("status", [429, 403])
def test_a_throttled_call_is_nobodys_failure(worlds: Worlds, status: int) -> None:
    """Some throttled calls were answered with 403."""
    worlds.contact(email="ada@nordwind.test", lastname="Berg")
    worlds.rule(Entity.CONTACT)
    body = refusal("3001", "message=ThrottleExceeded; errorCode=003001; statusCode=429")
    refuse(worlds, "/customer$", body, status=status, times=1)
    with suppress(SyncAppError):
        worlds.sync()
    assert not RecordLink.objects.filter(state="failing")
    PendingChange.objects.update(due_at=berg(worlds).created_at)
    worlds.sync()
    assert berg(worlds).state == "in_sync"
    assert len(worlds.quickbooks("Customer")) == 1


@item("G25")
def test_a_customer_of_another_currency_is_refused_until_the_contact_is_another(
    trade: Trade, company: Any
) -> None:
    company(profile="multicurrency")
    trade.start()
    abroad = trade.customer(
        DisplayName="Paris SA",
        PrimaryEmailAddr={"Address": "jo@paris.test"},
        CurrencyRef={"value": "EUR"},
    )
    trade.sync()
    contact = str(trade.link(Side.QUICKBOOKS, Entity.CONTACT, abroad).hubspot_id)
    invoice = trade.hubspot_invoice(trade.hours(2), contact=contact)
    settle_down(trade)
    link = trade.link(Side.HUBSPOT, Entity.INVOICE, invoice)
    fails_with(link, "customer_currency")
    assert "EUR" in link.sentence
    assert "USD" in link.sentence
    assert not trade.quickbooks("Invoice")
    for action, other in (("dissociate", contact), ("associate", trade.contact_id)):
        trade.in_hubspot("invoices", action, invoice, to_type="contacts", to_id=other)
    trade.in_hubspot("invoices", "edit", invoice, properties={"hs_comments": "For Ada"})
    settle_down(trade)
    assert trade.link(Side.HUBSPOT, Entity.INVOICE, invoice).state == "in_sync"


@item("G25")
@pytest.mark.parametrize("code", ["6000", "2220"])
def test_a_currency_that_quickbooks_refuses_is_told_in_its_words(worlds: Worlds, code: str) -> None:
    worlds.contact(email="ada@nordwind.test", lastname="Berg")
    worlds.rule(Entity.CONTACT)
    words = "The customer's currency is EUR"
    refuse(worlds, "/customer$", refusal(code, "A business rule", words), times=1)
    worlds.sync()
    fails_with(berg(worlds), "currency", When.HOURLY)
    assert words in berg(worlds).sentence
    rename(worlds, "Berge")
    worlds.sync()
    assert berg(worlds).state == "in_sync"


@item("G27")
def test_a_customer_moved_below_another_keeps_its_parent_when_it_is_written(
    trade: Trade,
) -> None:
    """Parent and job flag belong together; neither is ever sent."""
    trade.start()
    parent = trade.customer(DisplayName="Nordwind Holding")
    place = {"ParentRef": {"value": parent}, "Job": True}
    trade.in_quickbooks("Customer", "edit", trade.customer_id, fields=place)
    trade.in_hubspot("contacts", "edit", trade.contact_id, properties={"lastname": "Berge"})
    settle_down(trade)
    customer = trade.quickbooks("Customer")[trade.customer_id]
    assert customer["ParentRef"]["value"] == parent
    assert customer["Job"] is True


@item("G27")
def test_a_parent_that_quickbooks_refuses_is_told_and_heals_with_the_next_edit(
    worlds: Worlds,
) -> None:
    worlds.contact(email="ada@nordwind.test", lastname="Berg")
    worlds.rule(Entity.CONTACT)
    words = "When a customer is a job it must have a parent"
    refuse(worlds, "/customer$", refusal("6150", words), times=1)
    worlds.sync()
    fails_with(berg(worlds), "parent_customer")
    assert words in berg(worlds).sentence
    rename(worlds, "Berge")
    worlds.sync()
    assert berg(worlds).state == "in_sync"


def test_a_read_only_company_fails_each_record_with_the_subscription(
    worlds: Worlds, company: Any
) -> None:
    worlds.contact(email="ada@nordwind.test", lastname="Berg")
    worlds.rule(Entity.CONTACT)
    company(subscription_status="EXPIRED")
    worlds.sync()
    fails_with(berg(worlds), "subscription", When.HOURLY)
    assert row_of("subscription").place is Place.COMPANY
    company(subscription_status="SUBSCRIBED")
    rename(worlds, "Berge")
    worlds.sync()
    assert berg(worlds).state == "in_sync"


def test_characters_that_a_company_does_not_take_are_a_bad_value(
    worlds: Worlds, company: Any
) -> None:
    company(non_latin1="refused")
    worlds.contact(email="ada@nordwind.test", lastname="中村")
    worlds.rule(Entity.CONTACT)
    worlds.sync()
    fails_with(berg(worlds), "bad_value")
    assert "中村" in berg(worlds).sentence
    rename(worlds, "Nakamura")
    worlds.sync()
    assert berg(worlds).state == "in_sync"


@item("G9", "G10")
def test_a_refusal_nobody_knows_keeps_quickbooks_words_and_its_request_id(worlds: Worlds) -> None:
    worlds.contact(email="ada@nordwind.test", lastname="Berg")
    worlds.rule(Entity.CONTACT)
    refuse(worlds, "/customer$", refusal("9999", "Odd", "Something odd"), times=1)
    worlds.sync()
    fails_with(berg(worlds), "refused")
    assert berg(worlds).sentence.endswith("QuickBooks says: “Odd (Something odd)” (request 1-abc)")


@item("J2")
def test_an_invoice_for_a_company_that_moved_abroad_is_not_even_sent(
    trade: Trade, company: Any
) -> None:
    company(profile="united_kingdom")
    trade.start()
    invoice = trade.hubspot_invoice(trade.hours(2))
    trade.sandbox.forget_requests()
    settle_down(trade)
    link = trade.link(Side.HUBSPOT, Entity.INVOICE, invoice)
    fails_with(link, "abroad")
    assert "The QuickBooks company is in GB" in link.sentence
    written = trade.sandbox.requests()["by_endpoint"]
    assert not [path for path in written if path.endswith(("/invoice", "/batch"))]
