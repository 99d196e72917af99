"""B: what is checked before a rule is switched on, and what hinders it."""

from pathlib import Path
from typing import Any

import pytest
import simplejson
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from sandbox.hubspot.scopes import ALL_SCOPES
from syncapp.engine.records import Entity, Side
from syncapp.engine.rules import Direction
from syncapp.errors import ConfigurationError, InvariantBroken
from syncapp.models import Connection, Integration, SyncRule
from syncapp.objects.golive_facts import GoLiveFinding, RuleWanted, Severity
from syncapp.setup import golive
from tests.behaviour.naming import item
from tests.commands.calling import call
from tests.pipeline.worlds import Trade

INVOICES = Entity.INVOICE


@pytest.fixture
def company(trade: Trade) -> Any:
    """Changes what holds for the QuickBooks company."""
    return lambda **changed: trade.sandbox.options(quickbooks={trade.realm: changed})


def invoices(trade: Trade, direction: Direction = Direction.BOTH, **options: Any) -> RuleWanted:
    chosen = {"income_account": trade.income_account, **options}
    return RuleWanted(INVOICES, direction, chosen)


def found(trade: Trade, *rules: RuleWanted) -> dict[str, GoLiveFinding]:
    integration = Integration.objects.get(pk=trade.integration.pk)
    return {one.code: one for one in golive.check(integration, rules or (invoices(trade),))}


def severity(trade: Trade, code: str, *rules: RuleWanted) -> Severity | None:
    one = found(trade, *rules).get(code)
    return one.severity if one else None


def test_a_company_in_order_blocks_nothing(trade: Trade) -> None:
    assert not golive.is_blocked(list(found(trade).values()))
    assert severity(trade, "subscription") is Severity.GOOD
    assert severity(trade, "scopes") is Severity.GOOD


@pytest.mark.parametrize("status", ["EXPIRED", "RESTRICTED", "SUSPENDED", "CANCELED"])
def test_an_expired_subscription_blocks(trade: Trade, company: Any, status: str) -> None:
    company(subscription_status=status)
    one = found(trade)["subscription"]
    assert one.severity is Severity.BLOCKING
    assert "Renew the QuickBooks subscription." in one.sentence


@pytest.mark.parametrize("status", ["SUBSCRIBED", "TRIAL", "TRIALOPTIN"])
def test_a_living_subscription_is_good(trade: Trade, company: Any, status: str) -> None:
    company(subscription_status=status)
    assert severity(trade, "subscription") is Severity.GOOD


@item("J2")
@pytest.mark.parametrize("country", ["CA", "GB"])
def test_outbound_invoices_of_a_company_abroad_block_and_inbound_ones_do_not(
    trade: Trade, company: Any, country: str
) -> None:
    company(country=country)
    assert severity(trade, "country") is Severity.BLOCKING
    assert severity(trade, "country", invoices(trade, Direction.TO_HUBSPOT)) is None


def test_an_outbound_invoice_rule_needs_an_income_account(trade: Trade) -> None:
    outbound = RuleWanted(INVOICES, Direction.TO_QUICKBOOKS)
    assert severity(trade, "no_income_account", outbound) is Severity.BLOCKING
    inbound = RuleWanted(INVOICES, Direction.TO_HUBSPOT)
    assert severity(trade, "no_income_account", inbound) is None
    assert severity(trade, "no_income_account") is Severity.GOOD


def test_products_for_quickbooks_need_an_income_account(trade: Trade) -> None:
    outbound = RuleWanted(Entity.PRODUCT, Direction.BOTH)
    assert found(trade, outbound)["no_income_account"].entities == (Entity.PRODUCT,)
    inbound = RuleWanted(Entity.PRODUCT, Direction.TO_HUBSPOT)
    assert severity(trade, "no_income_account", inbound) is None


def test_the_income_account_must_exist_be_active_and_be_one(trade: Trade) -> None:
    def problem(account: str) -> str:
        return found(trade, invoices(trade, income_account=account))["income_account"].title

    accounts = trade.quickbooks("Account").values()
    bank = next(one for one in accounts if one["AccountType"] == "Bank")
    assert problem("999999").endswith("account 999999 does not exist")
    assert problem(bank["Id"]).endswith(f"{bank['FullyQualifiedName']} is of type Bank")
    other = trade.in_quickbooks("Account", fields={"Name": "Trips", "AccountType": "Income"})
    trade.in_quickbooks("Account", "edit", other, fields={"Active": False})
    assert "is inactive" in problem(other)


@item("J3")
def test_revenue_recognition_blocks_unless_invoice_dates_are_sent(
    trade: Trade, company: Any
) -> None:
    company(profile="revenue_recognition")
    assert severity(trade, "revenue_recognition") is Severity.BLOCKING
    dated = invoices(trade, invoice_date_as_service_date=True)
    assert severity(trade, "revenue_recognition", dated) is None
    assert severity(trade, "revenue_recognition", invoices(trade, Direction.TO_HUBSPOT)) is None


@item("B6", "L17")
def test_custom_transaction_numbers_are_advised_against(trade: Trade, company: Any) -> None:
    assert severity(trade, "custom_numbers") is Severity.GOOD
    company(profile="custom_numbers")
    assert severity(trade, "custom_numbers") is Severity.ADVICE


@item("B7")
def test_closing_the_books_is_advised(trade: Trade, company: Any) -> None:
    assert severity(trade, "books_open") is Severity.ADVICE
    company(profile="books_closed")
    assert severity(trade, "books_open") is Severity.GOOD


def test_several_currencies_and_unknown_ones_are_told(trade: Trade, company: Any) -> None:
    assert severity(trade, "multicurrency") is None
    company(profile="multicurrency")
    assert severity(trade, "multicurrency") is Severity.ADVICE
    trade.sandbox.options(hubspot={"currency": "EUR"})
    assert severity(trade, "home_currency") is Severity.ADVICE
    trade.sandbox.options(hubspot={"additional_currencies": ["USD"]})
    assert severity(trade, "home_currency") is None


@pytest.mark.parametrize(
    ("code", "name"),
    [("discounts_off", "AllowDiscount"), ("service_dates_off", "AllowServiceDate")],
)
def test_settings_of_the_sales_forms_are_told(
    trade: Trade, company: Any, code: str, name: str
) -> None:
    company(preferences={"SalesFormsPrefs": {name: True}})
    assert severity(trade, code) is None
    company(preferences={"SalesFormsPrefs": {name: False}})
    assert severity(trade, code) is Severity.ADVICE


@item("B11")
def test_items_without_a_sku_are_counted(trade: Trade) -> None:
    products = RuleWanted(Entity.PRODUCT, Direction.TO_HUBSPOT)
    assert severity(trade, "items_without_sku", products) is Severity.GOOD
    for name in ("Hours", "Trips"):
        account = {"value": trade.income_account}
        fields = {"Name": name, "Type": "Service", "IncomeAccountRef": account}
        trade.in_quickbooks("Item", fields=fields)
    trade.in_quickbooks("Item", fields={"Name": "Shelf", "Type": "Category"})
    assert found(trade, products)["items_without_sku"].title.startswith("2 items")
    allowed = RuleWanted(Entity.PRODUCT, Direction.TO_HUBSPOT, {"without_sku": True})
    assert severity(trade, "items_without_sku", allowed) is None


@item("B9")
def test_customers_without_an_address_are_counted(trade: Trade) -> None:
    contacts = RuleWanted(Entity.CONTACT, Direction.BOTH)
    trade.customer(DisplayName="Acme", PrimaryEmailAddr={"Address": "office@acme.test"})
    assert severity(trade, "customers_without_email", contacts) is Severity.GOOD
    trade.customer(DisplayName="Nordwind Cash")
    assert found(trade, contacts)["customers_without_email"].facts["count"] == "1"


def test_another_data_sync_in_the_portal_is_found(trade: Trade) -> None:
    trade.sandbox.options(hubspot={"invoice_source_writable": True})
    assert severity(trade, "other_sync") is None
    token = trade.integration.hubspot.access_token
    trade.sandbox.call(
        "POST",
        "/hubspot/crm/v3/objects/invoices",
        headers={"Authorization": f"Bearer {token}"},
        json={"properties": {"hs_currency": "USD", "hs_invoice_source": "data_sync"}},
    ).raise_for_status()
    assert found(trade)["other_sync"].facts["count"] == "1"


@item("B3", "J5")
def test_a_quickbooks_sandbox_company_is_named_as_one_and_allowed(
    trade: Trade, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert severity(trade, "sandbox_company") is Severity.GOOD
    monkeypatch.setattr(golive, "INTUIT_HOST", "127.0.0.1")
    assert severity(trade, "sandbox_company") is None


def test_a_consent_that_ends_soon_is_told(trade: Trade) -> None:
    assert severity(trade, "expiring") is None
    ends = timezone.now() + golive.EXPIRES_SOON / 2
    Connection.objects.filter(vendor=Side.QUICKBOOKS).update(refresh_expires_at=ends)
    one = found(trade)["expiring"]
    assert one.severity is Severity.ADVICE
    assert "“QuickBooks”" in one.title


SHORT = ["oauth", "crm.objects.contacts.read", "crm.objects.contacts.write"]


@item("B1", "B2")
def test_scopes_that_hubspot_did_not_grant_block(trade: Trade, credentials: dict[str, Any]) -> None:
    """Of an OAuth token HubSpot says what it may."""
    refresh = credentials["hubspot"]["refresh_token"]
    trade.sandbox.options(hubspot={"scopes": SHORT})
    hubspot = trade.integration.hubspot
    hubspot.refresh_token, hubspot.expires_at = refresh, timezone.now()
    hubspot.save()
    one = found(trade)["scopes"]
    assert one.severity is Severity.BLOCKING
    assert "crm.objects.invoices.read" in one.facts["scopes"]


def test_our_own_properties_need_a_scope_until_they_are_made(
    trade: Trade, credentials: dict[str, Any]
) -> None:
    schema = "crm.schemas.invoices.write"
    fewer = [scope for scope in ALL_SCOPES if scope != schema]
    trade.sandbox.options(hubspot={"scopes": fewer})
    hubspot = trade.integration.hubspot
    hubspot.refresh_token = credentials["hubspot"]["refresh_token"]
    hubspot.expires_at = timezone.now()
    hubspot.save()
    assert found(trade)["scopes"].facts["scopes"] == schema
    trade.sandbox.options(hubspot={"scopes": list(ALL_SCOPES)})
    trade.start()
    trade.sandbox.options(hubspot={"scopes": fewer})
    assert severity(trade, "scopes") is Severity.GOOD


def test_of_a_token_that_cannot_be_asked_reading_is_tried(
    trade: Trade, credentials: dict[str, Any]
) -> None:
    Connection.objects.filter(vendor=Side.HUBSPOT).update(refresh_token="")
    assert severity(trade, "scopes") is Severity.GOOD
    trade.sandbox.options(hubspot={"scopes": SHORT})
    contacts = RuleWanted(Entity.CONTACT, Direction.BOTH)
    both = found(trade, contacts, invoices(trade))["scopes"]
    assert both.entities == (INVOICES,)
    assert "crm.objects.commercepayments.read" in both.facts["scopes"]


def test_whether_payments_are_taken_is_unknown_until_the_first_one(trade: Trade) -> None:
    trade.start()
    unknown = found(trade)["api_payments_unknown"]
    assert unknown.severity is Severity.ADVICE
    assert "unknown until the first payment" in unknown.sentence
    trade.quickbooks_invoice(trade.sales_line(1, "50"))
    trade.sync()
    (booked,) = trade.quickbooks("Invoice")
    trade.pay_in_quickbooks(booked, "50")
    trade.sync()
    assert severity(trade, "api_payments") is Severity.GOOD


def test_an_account_that_refuses_payments_is_told_unless_balances_are_enough(
    trade: Trade,
) -> None:
    trade.sandbox.options(hubspot={"api_payments": "refused"})
    trade.start()
    booked = trade.quickbooks_invoice(trade.sales_line(1, "50"))
    trade.pay_in_quickbooks(booked, "50")
    for _ in range(2):
        trade.sync()
    assert severity(trade, "api_payments") is Severity.ADVICE
    balances = dict.fromkeys(("hubspot_payments", "hubspot_mirror_payments"), "properties")
    assert severity(trade, "api_payments", invoices(trade, **balances)) is None


def test_it_asks_few_calls_and_writes_nothing(trade: Trade) -> None:
    rules = [RuleWanted(entity, Direction.BOTH) for entity in (Entity.CONTACT, Entity.PRODUCT)]
    trade.sandbox.forget_requests()
    found(trade, *rules, invoices(trade))
    log = trade.sandbox.requests()
    assert log["writes"] == 0
    assert log["total"] <= 16


def test_it_refuses_to_speak_inside_a_transaction(trade: Trade) -> None:
    from django.db import transaction

    with transaction.atomic(), pytest.raises(InvariantBroken):
        found(trade)


def test_a_blocked_rule_is_not_switched_on_and_says_why(trade: Trade, company: Any) -> None:
    trade.rule(INVOICES, is_on=False, options={"income_account": trade.income_account})
    company(profile="revenue_recognition")
    rule = SyncRule.objects.get(entity=INVOICES)
    with pytest.raises(ConfigurationError, match="Revenue recognition is on in QuickBooks"):
        golive.switch_on(rule)
    assert not SyncRule.objects.get(entity=INVOICES).is_on
    stored = Integration.objects.get()
    assert {"revenue_recognition"} <= {one["code"] for one in stored.golive}
    company(preferences={"ProductAndServicesPrefs": {"RevenueRecognitionEnabled": False}})
    assert golive.switch_on(rule) == ""
    assert SyncRule.objects.get(entity=INVOICES).is_on


def test_the_admin_leaves_a_blocked_rule_off_and_says_why(
    trade: Trade, company: Any, admin_client: Client
) -> None:
    trade.rule(INVOICES, is_on=False)
    rule = SyncRule.objects.get(entity=INVOICES)
    asked = {"action": "switch_on", "_selected_action": [rule.pk]}
    answer = admin_client.post(reverse("admin:syncapp_syncrule_changelist"), asked, follow=True)
    assert "No income account is chosen." in answer.content.decode()
    assert not SyncRule.objects.get(entity=INVOICES).is_on
    SyncRule.objects.update(options={"income_account": trade.income_account})
    admin_client.post(reverse("admin:syncapp_syncrule_changelist"), asked, follow=True)
    assert SyncRule.objects.get(entity=INVOICES).is_on


def test_a_rule_that_runs_goes_on_while_the_finding_is_shown(trade: Trade, company: Any) -> None:
    trade.start()
    company(subscription_status="EXPIRED")
    ended = call("golive", "--json")
    assert ended.code == 1
    (shown,) = simplejson.loads(ended.out)["integrations"].values()
    assert shown[0]["code"] == "subscription"
    assert SyncRule.objects.filter(is_on=True).count() == 3
    (status,) = simplejson.loads(call("status", "--json").out)["integrations"].values()
    assert status["golive"][0]["severity"] == "blocking"


def test_the_command_tells_people_and_ends_well_when_nothing_blocks(trade: Trade) -> None:
    trade.start()
    ended = call("golive", "--integration", "Nordwind")
    assert ended.code == 0
    assert "advice    The books have never been closed." in ended.out
    assert call("golive", "--integration", "Acme").code == 2


CONFIGURED = """
connections:
  - {name: Portal, vendor: hubspot, account: "%(portal)s", access_token: "%(hs)s"}
  - {name: Books, vendor: quickbooks, account: "%(realm)s", access_token: "%(qb)s"}
integrations:
  - name: Acme
    hubspot: Portal
    quickbooks: Books
    rules:
      - {entity: contact}
      - {entity: invoice, direction: both%(more)s}
"""


@pytest.fixture
def configure(trade: Trade, credentials: dict[str, Any], tmp_path: Path) -> Any:
    """As a person who connects these accounts for the first time."""
    Integration.objects.all().delete()
    Connection.objects.all().delete()
    (books,) = credentials["quickbooks"]["companies"]

    def carry_out(more: str = "") -> Any:
        file = tmp_path / "ledgerline.yaml"
        file.write_text(
            CONFIGURED
            % {
                "portal": credentials["hubspot"]["portal_id"],
                "hs": credentials["hubspot"]["access_token"],
                "realm": books["realm_id"],
                "qb": books["access_token"],
                "more": more,
            }
        )
        return call("configure", str(file))

    return carry_out


def test_a_file_that_switches_on_a_blocked_rule_changes_nothing(
    trade: Trade, configure: Any
) -> None:
    ended = configure()
    assert ended.code == 2
    assert "integrations[0].rules[1]: No income account is chosen." in ended.err
    assert not Connection.objects.exists()


def test_a_file_whose_accounts_are_in_order_is_carried_out(trade: Trade, configure: Any) -> None:
    options = f", options: {{income_account: '{trade.income_account}'}}"
    assert configure(options).code == 0
    assert "books_open" in {one["code"] for one in Integration.objects.get().golive}


def test_a_running_rule_is_not_refused_by_what_was_found_later(
    trade: Trade, configure: Any, company: Any
) -> None:
    options = f", options: {{income_account: '{trade.income_account}'}}"
    configure(options)
    company(country="CA")
    assert configure(options).code == 0
    ended = configure(options.replace("options: {", "on: false, options: {"))
    assert ended.code == 0
    assert "not in the United States (CA)" in configure(options).err
