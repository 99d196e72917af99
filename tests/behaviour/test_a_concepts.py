"""What a sync is: two accounts, a rule for each entity, a state for each record."""

from datetime import timedelta

from django.utils import timezone

from syncapp.engine.records import Entity, Side
from syncapp.engine.rules import ConflictPolicy, Direction
from syncapp.models import (
    ChangeCursor,
    Connection,
    Integration,
    PendingChange,
    RecordLink,
    SyncRule,
)
from syncapp.pipeline.process import sync
from tests.behaviour.naming import item
from tests.pipeline.worlds import Trade, Worlds

SECOND = "9341450000000777"
ADA = {"email": "ada@nordwind.test", "firstname": "Ada", "lastname": "Berg"}


def second_company(worlds: Worlds) -> Integration:
    worlds.sandbox.options(quickbooks={SECOND: {}})
    tokens = worlds.sandbox.world()["quickbooks"]["companies"][SECOND]["tokens"]
    company = Connection.objects.create(
        name="Second", vendor="quickbooks", account_id=SECOND, **tokens
    )
    return Integration.objects.create(
        name="Second", hubspot=worlds.integration.hubspot, quickbooks=company
    )


def contact_state(worlds: Worlds, contact: str) -> tuple[str, str]:
    link = worlds.link(Side.HUBSPOT, Entity.CONTACT, contact)
    return link.state, link.category


@item("A1", "A16")
def test_two_companies_on_one_portal_keep_rules_and_records_apart(worlds: Worlds) -> None:
    second = second_company(worlds)
    worlds.contact(**ADA)
    worlds.rule(Entity.CONTACT)
    worlds.sync()
    sync(second, trigger="command")
    customers = worlds.sandbox.world()["quickbooks"]["companies"]
    assert len(worlds.quickbooks("Customer")) == 1
    assert not customers[SECOND].get("Customer")
    assert not RecordLink.objects.filter(integration=second).exists()


@item("A2")
def test_each_entity_has_a_direction_of_its_own(trade: Trade) -> None:
    trade.rule(Entity.CONTACT, direction=Direction.TO_QUICKBOOKS)
    trade.rule(Entity.PRODUCT, direction=Direction.TO_HUBSPOT)
    trade.in_hubspot("products", properties={"name": "Ours", "hs_sku": "OURS-1"})
    trade.customer(DisplayName="Acme", PrimaryEmailAddr={"Address": "post@acme.test"})
    trade.sync()
    assert list(trade.hubspot("contacts")) == [trade.contact_id]
    assert [one["Name"] for one in trade.quickbooks("Item").values()] == ["Consulting"]
    assert len(trade.quickbooks("Customer")) == len(trade.hubspot("products")) == 2


@item("A3", "D2")
def test_companies_of_hubspot_are_read_and_never_made_or_changed(worlds: Worlds) -> None:
    company = worlds.in_hubspot("companies", properties={"name": "Nordwind AS"})
    before = worlds.hubspot("companies")
    worlds.in_hubspot(
        "contacts",
        properties={**ADA, "lifecyclestage": "customer"},
        associations=[{"type": "companies", "id": company}],
    )
    worlds.customer(
        DisplayName="Acme", CompanyName="Acme", PrimaryEmailAddr={"Address": "post@acme.test"}
    )
    worlds.rule(Entity.CONTACT)
    worlds.sync()
    assert worlds.hubspot("companies") == before
    assert len(worlds.quickbooks("Customer")) == 2


@item("A4", "C15", "D23")
def test_payments_travel_without_a_rule_of_their_own(trade: Trade) -> None:
    trade.start()
    invoice = trade.hubspot_invoice(trade.hours(2))
    trade.pay_in_hubspot(invoice, "80.00")
    trade.sync()
    assert not SyncRule.objects.filter(entity=Entity.PAYMENT).exists()
    (payment,) = trade.quickbooks("Payment").values()
    assert payment["TotalAmt"] == 80


@item("A5", "A7")
def test_the_first_pass_knows_every_record_of_both_apps_also_those_that_stay_out(
    worlds: Worlds,
) -> None:
    contacts = {worlds.contact(**ADA), worlds.contact(lastname="Nameless")}
    address = {"Address": "post@acme.test"}
    customers = {
        worlds.customer(DisplayName="Acme", PrimaryEmailAddr=address),
        worlds.customer(DisplayName="Door sales"),
    }
    worlds.rule(Entity.CONTACT, direction=Direction.TO_QUICKBOOKS)
    worlds.sync()
    links = RecordLink.objects.filter(integration=worlds.integration, entity=Entity.CONTACT)
    assert contacts <= set(links.values_list("hubspot_id", flat=True))
    assert customers <= set(links.values_list("quickbooks_id", flat=True))
    again = worlds.contact(email="post@acme.test")
    worlds.sync()
    link = worlds.link(Side.HUBSPOT, Entity.CONTACT, again)
    assert link.quickbooks_id in customers
    assert len(worlds.quickbooks("Customer")) == 3


@item("A5")
def test_a_call_that_was_lost_is_noticed_and_mended(worlds: Worlds) -> None:
    worlds.contact(**ADA)
    worlds.rule(Entity.CONTACT)
    for kind in ("drop_before_commit", "drop_after_commit"):
        worlds.sandbox.fault(
            kind, vendor="quickbooks", method="POST", path="(batch|customer)", times=1
        )
    for _ in range(4):
        worlds.sync()
    (customer,) = worlds.quickbooks("Customer").values()
    assert customer["FamilyName"] == "Berg"
    worlds.sync_quietly()


def forget_what_changed(worlds: Worlds) -> None:
    """As if the news of everything until now had been lost on the way."""
    worlds.sandbox.advance(3 * 24 * 3600)
    later = timezone.now() + timedelta(days=3)
    ChangeCursor.objects.filter(integration=worlds.integration).update(since=later)
    PendingChange.objects.all().delete()


@item("A6")
def test_after_the_first_pass_only_what_changed_is_read_again(worlds: Worlds) -> None:
    still, edited = (worlds.contact(**ADA), worlds.contact(email="ben@acme.test", lastname="Dahl"))
    worlds.rule(Entity.CONTACT)
    worlds.sync()
    worlds.sandbox.advance(7200)
    worlds.sync()
    seen = worlds.link(Side.HUBSPOT, Entity.CONTACT, still).seen_at
    worlds.in_hubspot("contacts", "edit", edited, properties={"lastname": "Dale"})
    worlds.sync()
    assert worlds.link(Side.HUBSPOT, Entity.CONTACT, still).seen_at == seen
    surnames = {one.get("FamilyName") for one in worlds.quickbooks("Customer").values()}
    assert surnames == {"Berg", "Dale"}


@item("A8")
def test_a_changed_record_is_compared_whole(worlds: Worlds) -> None:
    """An edit that was missed on one side travels with the next one on the other."""
    contact = worlds.contact(**ADA)
    worlds.rule(Entity.CONTACT)
    worlds.sync()
    (customer,) = worlds.quickbooks("Customer")
    worlds.in_quickbooks("Customer", "edit", customer, fields={"GivenName": "Adele"})
    forget_what_changed(worlds)
    worlds.sync_quietly()
    ChangeCursor.objects.filter(side=Side.HUBSPOT).update(since=timezone.now())
    worlds.in_hubspot("contacts", "edit", contact, properties={"lastname": "Berge"})
    worlds.sync()
    assert worlds.hubspot("contacts")[contact]["firstname"] == "Adele"
    assert worlds.quickbooks("Customer")[customer]["FamilyName"] == "Berge"


@item("A9", "A11", "L15")
def test_an_excluded_record_comes_in_as_soon_as_it_may(worlds: Worlds) -> None:
    contact = worlds.contact(firstname="Ada")
    worlds.rule(Entity.CONTACT)
    worlds.sync()
    assert contact_state(worlds, contact) == ("excluded", "no_email")
    worlds.in_hubspot("contacts", "edit", contact, properties={"email": "ada@nordwind.test"})
    worlds.sync()
    assert contact_state(worlds, contact) == ("in_sync", "")


@item("A9", "A12", "A13", "L15")
def test_a_failing_record_says_why_and_heals_when_it_is_put_right(trade: Trade) -> None:
    account = {"income_account": trade.income_account}
    trade.rule(Entity.PRODUCT, direction=Direction.BOTH, options=account)
    long = {"name": "N" * 101, "hs_sku": "LONG-1", "price": "5"}
    product = trade.in_hubspot("products", properties=long)
    trade.sync()
    link = trade.link(Side.HUBSPOT, Entity.PRODUCT, product)
    assert (link.state, link.category) == ("failing", "too_long")
    assert "101 characters" in link.sentence
    trade.sync_quietly()
    trade.in_hubspot("products", "edit", product, properties={"name": "Short"})
    trade.sync()
    link.refresh_from_db()
    assert (link.state, link.sentence) == ("in_sync", "")


@item("A10", "L14")
def test_a_link_outlives_a_new_address_and_a_new_name(worlds: Worlds) -> None:
    contact = worlds.contact(**ADA)
    worlds.rule(Entity.CONTACT)
    worlds.sync()
    (customer,) = worlds.quickbooks("Customer")
    new = {"email": "ada@elsewhere.test", "firstname": "Adele", "company": "Elsewhere"}
    worlds.in_hubspot("contacts", "edit", contact, properties=new)
    worlds.sync()
    link = worlds.link(Side.HUBSPOT, Entity.CONTACT, contact)
    assert (link.state, link.quickbooks_id) == ("in_sync", customer)
    (booked,) = worlds.quickbooks("Customer").values()
    assert booked["PrimaryEmailAddr"]["Address"] == "ada@elsewhere.test"
    assert len(worlds.hubspot("contacts")) == 1


@item("A14", "L5")
def test_origin_and_not_the_winner_decides_who_may_change_money(trade: Trade) -> None:
    trade.start()
    trade.rule(Entity.INVOICE, conflict=ConflictPolicy.QUICKBOOKS)
    ours, theirs = trade.hubspot_invoice(trade.hours(2)), trade.quickbooks_invoice()
    trade.sync()
    link = trade.link(Side.HUBSPOT, Entity.INVOICE, ours)
    other = trade.link(Side.QUICKBOOKS, Entity.INVOICE, theirs)
    assert (link.origin, other.origin) == ("hubspot", "quickbooks")
    for booked in (str(link.quickbooks_id), theirs):
        lines = [trade.sales_line(1, "7")]
        trade.in_quickbooks("Invoice", "edit", booked, fields={"Line": lines})
    trade.sync()
    assert trade.hubspot("invoices")[ours]["hs_amount_billed"] == "200.00"
    mirror = trade.hubspot("invoices")[str(other.hubspot_id)]
    assert mirror["ledgerline_total"] in ("7", "7.00")
    link.refresh_from_db()
    assert (link.state, link.category) == ("failing", "protected_change")


@item("A17")
def test_what_both_apps_have_is_linked_and_each_fills_the_others_gaps(worlds: Worlds) -> None:
    contact = worlds.contact(**ADA, phone="555 0100")
    customer = worlds.customer(
        DisplayName="Berg, Ada",
        PrimaryEmailAddr={"Address": "ADA@nordwind.test"},
        BillAddr={"City": "Oslo"},
    )
    worlds.rule(Entity.CONTACT)
    worlds.sync()
    assert worlds.hubspot("contacts")[contact]["city"] == "Oslo"
    booked = worlds.quickbooks("Customer")[customer]
    assert booked["PrimaryPhone"]["FreeFormNumber"] == "555 0100"
    assert len(worlds.quickbooks("Customer")) == len(worlds.hubspot("contacts")) == 1
    worlds.sync_quietly()


@item("A15", "J7")
def test_a_change_arrives_with_the_next_pass_which_is_a_minute_away(worlds: Worlds) -> None:
    contact = worlds.contact(**ADA)
    worlds.rule(Entity.CONTACT)
    worlds.sync()
    worlds.in_hubspot("contacts", "edit", contact, properties={"lastname": "Berge"})
    worlds.sync()
    (customer,) = worlds.quickbooks("Customer").values()
    assert customer["FamilyName"] == "Berge"
    assert worlds.integration.interval_seconds <= 60
