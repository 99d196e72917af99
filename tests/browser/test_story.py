"""The whole story, in one go, by one person in the browser: an owner who has nothing yet connects
both accounts, sets three syncs up, sees the first invoice arrive, looks its status up, repairs a
failure and turns a sync off and on. Only what happens in HubSpot and QuickBooks themselves, and
the worker's passes, happen outside the browser."""

import pytest

from syncapp.engine.records import Entity, Side
from syncapp.models import Integration, SyncRule
from tests import factories
from tests.browser.test_connections import go_to
from tests.browser.test_setup import begin, go_on, save
from tests.pipeline.worlds import Trade, money

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.fixture
def owner(credentials, window, settings, live_server):
    settings.PUBLIC_BASE_URL = live_server.url
    opened = window(who=lambda: factories.member("owner"))
    # The sandbox has no icon, which a browser would complain about on its pages.
    opened.page.route("**/favicon.ico", lambda route: route.fulfill(status=204))
    return opened


def test_an_owner_gets_from_nothing_to_invoices_in_both_apps(owner, sandbox, credentials):
    assert sandbox.world()["hubspot"]["objects"].get("invoices", {}) == {}
    connect_both(owner)
    trade = Trade(sandbox, credentials, Integration.objects.get())
    sync_products(owner, trade)
    sync_contacts(owner, trade)
    sync_invoices(owner, trade)
    invoice = first_invoice_arrives(owner, trade)
    its_status_is_looked_up(owner, invoice)
    a_failure_is_explained_and_repaired(owner, trade)
    the_sync_is_turned_off_and_on(owner, trade)


def connect_both(owner):
    """Home says each time what comes next."""
    page = owner.open("/admin/")
    owner.look_through()
    go_to(owner, "HubSpot", start="/admin/")
    page.get_by_role("button", name="Connect app").click()
    page.get_by_role("button", name="Yes, connect it").click()
    page.get_by_text("is connected.").wait_for()
    owner.look_through()
    go_to(owner, "QuickBooks", start="/admin/")
    page.get_by_role("button", name="Connect", exact=True).click()
    page.get_by_role("button", name="Yes, connect it").click()
    page.get_by_role("link", name="Join two accounts").first.click()
    page.get_by_label("Name").fill("Our company")
    page.get_by_role("button", name="Join them").click()
    page.get_by_text("“Our company” joins the two accounts.").wait_for()
    owner.look_through()


def sync_products(owner, trade):
    page = owner.open("/admin/objects/")
    page.get_by_role("link", name="Set up your sync").first.click()
    page.get_by_text("Locked until these are set up").wait_for()
    through_the_setup(owner, "Products")
    trade.sync()
    assert [one["name"] for one in trade.hubspot("products").values()] == ["Consulting"]


def sync_contacts(owner, trade):
    page = owner.open("/admin/objects/")
    page.get_by_role("link", name="Sync more data").click()
    through_the_setup(owner, "Contacts")
    trade.sync()
    (customer,) = trade.quickbooks("Customer").values()
    assert customer["PrimaryEmailAddr"]["Address"] == "ada@nordwind.test"


def through_the_setup(owner, title):
    begin(owner.page, title)
    owner.look_through()
    go_on(owner.page, f"Which {title.lower()} go")
    owner.page.locator(".ll-matching").first.wait_for()
    owner.look_through()
    go_on(owner.page, "What will be synced")
    save(owner.page)
    owner.look_through()


def invoice_property(trade, name, label):
    """One that the seller's HubSpot has and ours knows nothing of."""
    definition = {
        "name": name,
        "label": label,
        "type": "string",
        "fieldType": "text",
        "groupName": "invoiceinformation",
    }
    headers = {"Authorization": f"Bearer {trade.integration.hubspot.access_token}"}
    url = "/hubspot/crm/v3/properties/invoices"
    answer = trade.sandbox.call("POST", url, json=definition, headers=headers)
    assert answer.status_code == 201


def sync_invoices(owner, trade):
    """Both ways, with a mapping of one's own and a filter for what comes from QuickBooks."""
    invoice_property(trade, "po_number", "PO number")
    page = owner.open("/admin/objects/")
    page.get_by_role("link", name="Sync more data").click()
    begin(page, "Invoices")
    page.locator("#direction-both").check(force=True)
    page.get_by_label("HubSpot property").select_option("po_number")
    page.get_by_label("QuickBooks field").select_option("PrivateNote")
    page.get_by_role("button", name="Add a mapping").click()
    page.get_by_text("Added", exact=True).wait_for()
    page.get_by_label("Income account").select_option(trade.income_account)
    owner.look_through()
    go_on(page, "Which invoices go")

    page.locator("#group-to_hubspot").click()
    page.locator("#to_hubspot-0-0-property").select_option("CustomerMemo")
    page.locator("#to_hubspot-0-0-operator").select_option("contains")
    page.locator("#to_hubspot-0-0-value").fill("please show")
    page.locator(".ll-matching").nth(1).wait_for()
    owner.look_through()
    go_on(page, "What will be synced")
    page.get_by_text("please show").wait_for()
    save(page)
    owner.look_through()
    trade.sync()


def first_invoice_arrives(owner, trade):
    hidden = trade.quickbooks_invoice()
    shown = trade.quickbooks_invoice(CustomerMemo={"value": "please show"})
    invoice = trade.hubspot_invoice(trade.hours(2), po_number="PO 77")
    trade.sync()

    booked = trade.quickbooks("Invoice")
    (arrived,) = [one for id_, one in booked.items() if id_ not in (hidden, shown)]
    assert arrived["PrivateNote"].startswith("PO 77")
    assert money(arrived["TotalAmt"]) == money("200.00")
    assert trade.link(Side.QUICKBOOKS, Entity.INVOICE, shown).state == "in_sync"
    assert trade.link(Side.QUICKBOOKS, Entity.INVOICE, hidden).state == "excluded"
    assert len(trade.hubspot("invoices")) == 2
    return trade.hubspot("invoices")[invoice]["hs_number"]


def its_status_is_looked_up(owner, number):
    page = owner.open("/admin/")
    page.get_by_role("link", name="Record view").first.click()
    page.get_by_label("Search").fill(number)
    page.get_by_role("button", name="Show", exact=True).click()
    page.wait_for_url(lambda url: f"q={number}" in url)  # the row stands on the page before, too
    row = page.get_by_role("row", name=number).filter(has_text="In sync")
    row.get_by_role("button", name="What happened to").click()
    page.locator(".ll-timeline").get_by_text("Created").first.wait_for()
    owner.look_through()
    row.get_by_role("link", name=number).click()
    page.get_by_role("heading", name="The same in both apps").wait_for()
    owner.look_through()


def a_failure_is_explained_and_repaired(owner, trade):
    """An invoice for somebody whom QuickBooks cannot know: without an e-mail address."""
    stranger = trade.contact(firstname="Cleo", lastname="<b>Acme</b>")
    invoice = trade.hubspot_invoice(trade.hours(1, "80.00"), contact=stranger)
    trade.sync()
    page = owner.open("/admin/")
    page.get_by_role("link", name="Failure desk").first.click()
    cause = page.get_by_role("article").filter(has_text="80.00 USD")
    cause.get_by_text("What to do").wait_for()
    owner.look_through()

    trade.in_hubspot("contacts", "edit", stranger, properties={"email": "cleo@acme.test"})
    cause.get_by_role("button", name="Retry all").click()
    page.get_by_text("1 record").first.wait_for()
    owner.look_through()
    trade.sync()

    page.reload()
    page.get_by_text("Nothing fails").wait_for()
    booked = trade.link(Side.HUBSPOT, Entity.INVOICE, invoice).quickbooks_id
    assert money(trade.quickbooks("Invoice")[booked]["TotalAmt"]) == money("80.00")


def the_sync_is_turned_off_and_on(owner, trade):
    page = owner.open("/admin/objects/")
    before = set(trade.quickbooks("Invoice"))
    press_in_the_menu(page, "Turn sync off", "Switch off")
    page.get_by_text("Invoices are off.").wait_for()
    owner.look_through()
    trade.hubspot_invoice(trade.hours(3))
    trade.sync()
    assert set(trade.quickbooks("Invoice")) == before

    press_in_the_menu(page, "Turn sync on", "Switch on")
    page.get_by_text("Invoices are synced again").wait_for()
    owner.look_through()
    trade.sync()
    (new,) = set(trade.quickbooks("Invoice")) - before
    assert money(trade.quickbooks("Invoice")[new]["TotalAmt"]) == money("300.00")
    assert SyncRule.objects.get(entity="invoice").is_on


def press_in_the_menu(page, item, button):
    page.get_by_role("button", name="More for Invoices").click()
    page.locator("#ll-more-invoice").get_by_role("button", name=item).click()
    page.get_by_role("dialog").get_by_role("button", name=button).click()
