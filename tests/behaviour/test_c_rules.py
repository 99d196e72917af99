"""Rules: how a sync is set, saved, widened, narrowed, and switched off and on."""

import pytest

from syncapp.engine.records import Entity, Side
from syncapp.engine.rules import ConflictPolicy, Direction
from syncapp.models import RecordLink, SyncActivity, SyncRule
from syncapp.setup.switch import switch
from tests.behaviour.naming import item
from tests.pipeline.worlds import Trade, Worlds

TOUCHED = {"hs_comments": "Thank you for your order"}


def state_of(trade: Trade, invoice: str) -> tuple[str, str]:
    link = trade.link(Side.HUBSPOT, Entity.INVOICE, invoice)
    return link.state, link.category


def invoice_rule(trade: Trade) -> SyncRule:
    return SyncRule.objects.get(integration=trade.integration, entity=Entity.INVOICE)


@item("C11", "E7", "L2", "L19")
def test_widened_to_two_way_older_invoices_stay_behind_until_somebody_changes_them(
    trade: Trade,
) -> None:
    trade.start(invoices=Direction.TO_HUBSPOT)
    older = trade.hubspot_invoice(trade.hours(2))
    trade.sync()
    assert state_of(trade, older) == ("excluded", "direction")
    assert invoice_rule(trade).started_at is None
    trade.rule(Entity.INVOICE, direction=Direction.BOTH)
    assert invoice_rule(trade).started_at is not None
    trade.sync()
    assert state_of(trade, older) == ("excluded", "older")
    assert not trade.quickbooks("Invoice")
    fresh = trade.hubspot_invoice(trade.hours(3))
    trade.sync()
    assert state_of(trade, fresh) == ("in_sync", "")
    trade.in_hubspot("invoices", "edit", older, properties=TOUCHED)
    trade.sync()
    assert state_of(trade, older) == ("in_sync", "")
    assert sorted(one["TotalAmt"] for one in trade.quickbooks("Invoice").values()) == [200, 300]
    trade.sync_quietly()


@item("C11", "E6", "L1")
def test_widened_to_two_way_drafts_and_copies_stay_behind(trade: Trade) -> None:
    trade.start(invoices=Direction.TO_HUBSPOT)
    booked = trade.quickbooks_invoice()
    trade.sync()
    trade.rule(Entity.INVOICE, direction=Direction.BOTH)
    draft = trade.in_hubspot(
        "invoices",
        properties={"hs_currency": "USD"},
        contact=trade.contact_id,
        lines=[trade.hours(1)],
    )
    trade.sync()
    assert state_of(trade, draft) == ("excluded", "draft")
    assert list(trade.quickbooks("Invoice")) == [booked]
    trade.sync_quietly()


@item("C11", "D21", "D22", "L4")
def test_widened_to_two_way_payments_come_too(trade: Trade) -> None:
    trade.start(invoices=Direction.TO_HUBSPOT)
    booked = trade.quickbooks_invoice()
    trade.pay_in_quickbooks(booked, "50.00")
    trade.sync()
    assert not trade.hubspot("commerce_payments")
    trade.rule(Entity.INVOICE, direction=Direction.BOTH)
    trade.sync()
    ((id_, payment),) = trade.hubspot("commerce_payments").items()
    assert payment["hs_initial_amount"] in ("50", "50.00", "50.0")
    copy = trade.link(Side.HUBSPOT, Entity.PAYMENT, id_)
    assert copy.state == "in_sync", copy.sentence
    trade.sync_quietly()


@item("C11")
def test_narrowed_and_widened_again_it_counts_from_the_second_widening(trade: Trade) -> None:
    trade.start()
    linked = trade.hubspot_invoice(trade.hours(2))
    trade.sync()
    first = invoice_rule(trade).started_at
    trade.rule(Entity.INVOICE, direction=Direction.TO_HUBSPOT)
    meanwhile = trade.hubspot_invoice(trade.hours(3))
    trade.sync()
    trade.rule(Entity.INVOICE, direction=Direction.BOTH)
    second = invoice_rule(trade).started_at
    assert first is not None
    assert second is not None
    assert second > first
    trade.sync()
    assert state_of(trade, meanwhile) == ("excluded", "older")
    assert state_of(trade, linked) == ("in_sync", "")
    assert len(trade.quickbooks("Invoice")) == 1
    trade.sync_quietly()


@item("C12", "C13")
def test_off_and_on_keeps_rule_links_history_and_clock_and_looks_at_everything(
    trade: Trade,
) -> None:
    trade.start()
    linked = trade.hubspot_invoice(trade.hours(2))
    trade.sync()
    rule = invoice_rule(trade)
    before = set(RecordLink.objects.values_list("hubspot_id", "quickbooks_id"))
    history = SyncActivity.objects.count()
    switch(rule, on=False)
    meanwhile = trade.hubspot_invoice(trade.hours(3))
    trade.in_hubspot("invoices", "edit", linked, properties=TOUCHED)
    trade.sync_quietly()
    assert len(trade.quickbooks("Invoice")) == 1
    switch(invoice_rule(trade), on=True)
    again = invoice_rule(trade)
    assert (again.started_at, again.options) == (rule.started_at, rule.options)
    trade.sync()
    assert before < set(RecordLink.objects.values_list("hubspot_id", "quickbooks_id"))
    assert SyncActivity.objects.count() > history
    assert state_of(trade, meanwhile) == ("in_sync", "")
    memos = [one.get("CustomerMemo") for one in trade.quickbooks("Invoice").values()]
    assert {"value": TOUCHED["hs_comments"]} in memos
    assert len(memos) == 2
    trade.sync_quietly()


@item("C14", "F4", "L12")
def test_in_a_one_way_sync_the_stored_winner_is_the_sender(worlds: Worlds) -> None:
    rule = worlds.rule(Entity.CONTACT, conflict=ConflictPolicy.ASK)
    assert rule.conflict == "ask"
    rule = worlds.rule(Entity.CONTACT, direction=Direction.TO_HUBSPOT)
    assert SyncRule.objects.get(pk=rule.pk).conflict == "quickbooks"
    rule = worlds.rule(Entity.CONTACT, direction=Direction.TO_QUICKBOOKS)
    assert SyncRule.objects.get(pk=rule.pk).conflict == "hubspot"


@item("C10", "A6", "L13")
def test_saving_starts_an_initial_pass_that_decides_every_record_again(worlds: Worlds) -> None:
    worlds.rule(Entity.CONTACT)
    nameless = worlds.contact(firstname="Ada")
    worlds.sync()
    link = worlds.link(Side.HUBSPOT, Entity.CONTACT, nameless)
    assert link.state == "excluded"
    worlds.rule(Entity.CONTACT, options={"without_email": True})
    worlds.sync()  # nobody has touched the contact
    link.refresh_from_db()
    assert link.state == "in_sync"
    (customer,) = worlds.quickbooks("Customer").values()
    assert customer["GivenName"] == "Ada"


@item("C5", "D3", "L10")
def test_a_default_mapping_switched_off_leaves_its_field_out_but_still_matches(
    worlds: Worlds,
) -> None:
    contact = worlds.contact(email="ada@nordwind.test", lastname="Berg", phone="555 0100")
    address = {"Address": "ada@nordwind.test"}
    worlds.customer(DisplayName="Berg, Ada", PrimaryEmailAddr=address)
    off = [
        {"hubspot": "email", "quickbooks": "PrimaryEmailAddr.Address", "is_on": False},
        {"hubspot": "phone", "quickbooks": "PrimaryPhone.FreeFormNumber", "is_on": False},
    ]
    worlds.rule(Entity.CONTACT, mappings=off)
    worlds.sync()
    (customer,) = worlds.quickbooks("Customer").values()
    assert "PrimaryPhone" not in customer
    assert customer["FamilyName"] == "Berg"
    assert worlds.link(Side.HUBSPOT, Entity.CONTACT, contact).state == "in_sync"


@item("C7")
def test_lines_without_an_item_are_booked_on_the_income_account_that_was_asked_for(
    trade: Trade,
) -> None:
    trade.start()
    trade.rule(Entity.INVOICE, options={"income_account": ""})
    travel = {"name": "Travel", "quantity": "1", "price": "10"}
    invoice = trade.hubspot_invoice(travel)
    trade.sync()
    link = trade.link(Side.HUBSPOT, Entity.INVOICE, invoice)
    assert link.state == "failing"
    assert "account" in link.sentence
    assert not trade.quickbooks("Invoice")
    trade.rule(Entity.INVOICE, options={"income_account": trade.income_account})
    trade.sync()
    link.refresh_from_db()
    assert link.state == "in_sync", link.sentence
    items = {one["Name"]: one for one in trade.quickbooks("Item").values()}
    booked = items["Custom line item"]["IncomeAccountRef"]["value"]
    assert booked == trade.income_account


@item("C9", "E6")
def test_the_fixed_filters_hold_whatever_filters_are_stored(trade: Trade) -> None:
    trade.rule(Entity.CONTACT)
    trade.rule(Entity.PRODUCT, direction=Direction.TO_HUBSPOT)
    trade.sync()
    older = trade.hubspot_invoice(trade.hours(2))
    all_of_them = [[("invoice", "hs_invoice_status", "is_known")]]
    trade.rule(
        Entity.INVOICE,
        options={"income_account": trade.income_account},
        filters={Direction.TO_QUICKBOOKS: all_of_them},
    )
    draft = trade.in_hubspot(
        "invoices",
        properties={"hs_currency": "USD"},
        contact=trade.contact_id,
        lines=[trade.hours(1)],
    )
    trade.sync()
    assert state_of(trade, older) == ("excluded", "older")
    assert state_of(trade, draft) == ("excluded", "draft")
    assert not trade.quickbooks("Invoice")


@item("D20")
@pytest.mark.parametrize("accepted", [True, False])
def test_an_edit_that_hubspot_takes_on_no_paid_invoice_says_so_and_is_not_forced(
    trade: Trade, accepted: bool
) -> None:
    """A finalized invoice with a payment may be locked in HubSpot; nobody is told beforehand."""
    trade.sandbox.options(hubspot={"edit_invoices_with_payments": accepted})
    trade.start()
    invoice = trade.hubspot_invoice(trade.hours(2))
    trade.pay_in_hubspot(invoice, "200.00")
    trade.sync()
    booked = trade.one_invoice_in_quickbooks()["Id"]
    memo = {"CustomerMemo": {"value": "From the book-keeper"}}
    trade.in_quickbooks("Invoice", "edit", booked, fields=memo)
    trade.sync()
    trade.sync_quietly()
    link = trade.link(Side.HUBSPOT, Entity.INVOICE, invoice)
    held = trade.hubspot("invoices")[invoice]
    assert held["hs_invoice_status"] == "paid"
    assert (held.get("hs_comments") == "From the book-keeper") is accepted
    assert link.state == ("in_sync" if accepted else "failing")
    assert accepted or "HubSpot says" in link.sentence
