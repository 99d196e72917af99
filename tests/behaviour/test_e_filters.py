"""Filters: what they let through, when they are looked at, and what they leave alone."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from syncapp.engine.field_types import FieldType
from syncapp.engine.filter_words import filter_in_words
from syncapp.engine.operators import OPERATORS
from syncapp.engine.records import Entity, Side
from syncapp.engine.rules import Direction, SyncRule
from syncapp.models import RecordLink
from syncapp.objects import SPECIAL
from syncapp.objects.recommended import recommended
from syncapp.pipeline import accounts
from syncapp.pipeline.rulebook import load_rules
from syncapp.setup.filter_preview import FilterPreview, preview
from tests.behaviour.naming import item
from tests.pipeline.worlds import Trade, Worlds, money

CONTACT, PRODUCT, INVOICE = Entity.CONTACT, Entity.PRODUCT, Entity.INVOICE
TO_H, TO_Q = Direction.TO_HUBSPOT, Direction.TO_QUICKBOOKS
IN_OSLO = ("contact", "city", "is", "Oslo")


def state(worlds: Worlds, side: Side, entity: Entity, id_: str) -> tuple[str, str]:
    link = worlds.link(side, entity, id_)
    return link.state, link.category


def previewed(worlds: Worlds, entity: Entity, towards: Side, **more: Any) -> FilterPreview:
    return preview(worlds.integration, engine_rule(worlds, entity), towards, **more)


def engine_rule(worlds: Worlds, entity: Entity) -> SyncRule:
    known = accounts.known(worlds.integration)
    return load_rules(worlds.integration, timezone.now(), known)[entity]


# Directions, groups and objects


@item("E1")
def test_each_direction_has_its_own_filters(worlds: Worlds) -> None:
    oslo = worlds.contact(email="ada@nordwind.test", lastname="Berg", city="Oslo")
    rome = worlds.contact(email="ben@acme.test", lastname="Dahl", city="Rome")
    worlds.customer(
        DisplayName="Cleo",
        PrimaryEmailAddr={"Address": "cleo@acme.test"},
        BillAddr={"City": "Rome"},
    )
    worlds.rule(CONTACT, filters={TO_Q: [[IN_OSLO]]})
    worlds.sync()
    names = {one["DisplayName"] for one in worlds.quickbooks("Customer").values()}
    assert names == {"Berg", "Cleo"}
    assert len(worlds.hubspot("contacts")) == 3
    assert state(worlds, Side.HUBSPOT, CONTACT, oslo) == ("in_sync", "")
    assert state(worlds, Side.HUBSPOT, CONTACT, rome) == ("excluded", "filter")


@item("E2")
def test_a_filter_may_look_at_the_company_of_a_contact(worlds: Worlds) -> None:
    company = worlds.in_hubspot("companies", properties={"name": "Nordwind", "city": "Oslo"})
    here = [{"type": "companies", "id": company}]
    inside = worlds.contact_with(here, email="ada@nordwind.test", lastname="Berg")
    outside = worlds.contact(email="ben@acme.test", lastname="Dahl")
    worlds.rule(CONTACT, filters={TO_Q: [[("company", "city", "is", "oslo")]]})
    worlds.sync()
    (customer,) = worlds.quickbooks("Customer").values()
    assert customer["FamilyName"] == "Berg"
    assert state(worlds, Side.HUBSPOT, CONTACT, inside) == ("in_sync", "")
    assert state(worlds, Side.HUBSPOT, CONTACT, outside) == ("excluded", "filter")


@item("E2")
@pytest.mark.parametrize(
    "condition",
    [
        ("contact", "lastname", "is", "Berg"),
        ("line", "quantity", "at_least", "3"),
        ("product", "hs_sku", "starts_with", "cons"),
    ],
)
def test_a_filter_may_look_at_what_an_invoice_refers_to(trade: Trade, condition: Any) -> None:
    trade.start()
    trade.rule(INVOICE, filters={TO_Q: [[condition]]})
    trade.sync()
    ben = trade.contact(email="ben@acme.test", lastname="Dahl")
    good = trade.hubspot_invoice(trade.hours(3))
    plain = {"name": "Travel", "quantity": "1", "price": "10.00"}
    other = trade.hubspot_invoice(plain, contact=ben)
    trade.sync()
    assert len(trade.quickbooks("Invoice")) == 1
    assert state(trade, Side.HUBSPOT, INVOICE, good) == ("in_sync", "")
    assert state(trade, Side.HUBSPOT, INVOICE, other) == ("excluded", "filter")


@item("E2")
@pytest.mark.parametrize(
    "condition",
    [("contact", "FamilyName", "is", "Berg"), ("product", "Sku", "is_any_of", ["CONS-1"])],
)
def test_a_filter_may_look_at_the_customer_and_the_items_of_an_invoice(
    trade: Trade, condition: Any
) -> None:
    trade.start()
    trade.rule(INVOICE, filters={TO_H: [[condition]]})
    ben = trade.customer(DisplayName="Ben", PrimaryEmailAddr={"Address": "ben@acme.test"})
    account = {"IncomeAccountRef": {"value": trade.income_account}}
    travel = trade.in_quickbooks("Item", fields={"Name": "Travel", "Type": "Service", **account})
    good = trade.quickbooks_invoice()
    line = trade.sales_line(1, "10")
    line["SalesItemLineDetail"]["ItemRef"] = {"value": travel}
    other = trade.quickbooks_invoice(line, CustomerRef={"value": ben})
    trade.sync()
    assert len(trade.hubspot("invoices")) == 1
    assert state(trade, Side.QUICKBOOKS, INVOICE, good) == ("in_sync", "")
    assert state(trade, Side.QUICKBOOKS, INVOICE, other) == ("excluded", "filter")


@item("E3")
def test_conditions_of_a_group_all_count_and_of_the_groups_one(worlds: Worlds) -> None:
    for name, city, phone in (("A", "Oslo", "1"), ("B", "Oslo", ""), ("C", "Rome", "1")):
        properties = {"email": f"{name}@acme.test", "lastname": name, "city": city}
        worlds.contact(**properties, **({"phone": phone} if phone else {}))
    with_phone = ("contact", "phone", "is_known")
    called_b = ("contact", "lastname", "is", "b")
    worlds.rule(CONTACT, filters={TO_Q: [[IN_OSLO, with_phone], [called_b]]})
    worlds.sync()
    names = {one["FamilyName"] for one in worlds.quickbooks("Customer").values()}
    assert names == {"A", "B"}


@item("E4")
def test_every_type_offers_its_operators() -> None:
    known = {"is_known", "is_unknown"}
    dates = known | {"is", "before", "after", "between", "in_last_days", "in_next_days"}
    text = {"is", "is_not", "contains", "does_not_contain", "starts_with", "ends_with"}
    number = {"is", "is_not", "greater_than", "at_least", "less_than", "at_most", "between"}
    wanted = {
        FieldType.TEXT: text | known,
        FieldType.NUMBER: number | known,
        FieldType.DATE: dates,
        FieldType.DATETIME: dates,
        FieldType.CHOICE: {"is_any_of", "is_none_of"} | known,
        FieldType.BOOLEAN: {"is_true", "is_false"},
    }
    for type_, operators in wanted.items():
        assert operators <= set(OPERATORS[type_])


@item("E4")
@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago"])
def test_days_begin_and_end_in_the_time_zone_of_the_portal(worlds: Worlds, zone: str) -> None:
    """At any moment the two islands have different days."""
    worlds.sandbox.options(hubspot={"time_zone": zone})
    contact = worlds.contact(email="ada@nordwind.test", lastname="Berg")
    made = datetime.fromisoformat(worlds.hubspot("contacts")[contact]["createdate"])
    day = made.astimezone(ZoneInfo(zone)).date()
    not_that_day = ("contact", "createdate", "is", (day + timedelta(days=1)).isoformat())
    worlds.rule(CONTACT, filters={TO_Q: [[not_that_day]]})
    worlds.sync()
    assert not worlds.quickbooks("Customer")
    that_day = ("contact", "createdate", "is", day.isoformat())
    worlds.rule(CONTACT, filters={TO_Q: [[that_day, ("contact", "createdate", "is_today")]]})
    worlds.sync()
    assert len(worlds.quickbooks("Customer")) == 1


# After the first sync


@item("E5", "A11")
@pytest.mark.parametrize("keeps", [False, True])
def test_a_linked_record_that_no_longer_matches_stops_or_goes_on(
    worlds: Worlds, keeps: bool
) -> None:
    contact = worlds.contact(email="ada@nordwind.test", lastname="Berg", city="Oslo")
    options = {"keeps_linked": [TO_Q.value]} if keeps else {}
    worlds.rule(CONTACT, direction=TO_Q, options=options, filters={TO_Q: [[IN_OSLO]]})
    worlds.sync()
    edit = {"city": "Rome", "phone": "555 0100"}
    worlds.in_hubspot("contacts", "edit", contact, properties=edit)
    worlds.sync()
    (customer,) = worlds.quickbooks("Customer").values()
    assert ("PrimaryPhone" in customer) is keeps
    expected = ("in_sync", "") if keeps else ("excluded", "filter")
    assert state(worlds, Side.HUBSPOT, CONTACT, contact) == expected
    worlds.sync_quietly()
    worlds.in_hubspot("contacts", "edit", contact, properties={"city": "Oslo"})
    worlds.sync()
    (customer,) = worlds.quickbooks("Customer").values()
    assert customer["PrimaryPhone"]["FreeFormNumber"] == "555 0100"


@item("E5")
def test_a_blocked_direction_holds_its_values_back_and_the_other_one_goes_on(
    worlds: Worlds,
) -> None:
    contact = worlds.contact(email="ada@nordwind.test", lastname="Berg", city="Oslo")
    worlds.rule(CONTACT, filters={TO_Q: [[IN_OSLO]]})
    worlds.sync()
    (customer,) = worlds.quickbooks("Customer")
    worlds.in_hubspot("contacts", "edit", contact, properties={"city": "Rome"})
    worlds.in_quickbooks("Customer", "edit", customer, fields={"GivenName": "Ada"})
    worlds.sync()
    assert worlds.hubspot("contacts")[contact]["firstname"] == "Ada"
    assert worlds.hubspot("contacts")[contact]["city"] == "Rome"
    assert worlds.quickbooks("Customer")[customer]["BillAddr"]["City"] == "Oslo"
    assert state(worlds, Side.HUBSPOT, CONTACT, contact) == ("in_sync", "held")
    assert "Rome" in worlds.link(Side.HUBSPOT, CONTACT, contact).sentence
    worlds.sync_quietly()


@item("E5")
def test_payments_and_voids_of_a_linked_invoice_ignore_filters(trade: Trade) -> None:
    trade.start()
    trade.rule(INVOICE, filters={TO_Q: [[("invoice", "hs_comments", "is_unknown")]]})
    paid, voided = trade.hubspot_invoice(), trade.hubspot_invoice(trade.hours(1))
    trade.sync()
    for invoice in (paid, voided):
        trade.in_hubspot("invoices", "edit", invoice, properties={"hs_comments": "Thank you"})
    trade.pay_in_hubspot(paid, "200.00")
    trade.in_hubspot("invoices", "void", voided)
    trade.sync()
    trade.sync()
    balances = {
        one["Id"]: (money(one["Balance"]), money(one["TotalAmt"]))
        for one in trade.quickbooks("Invoice").values()
    }
    paid_id = trade.link(Side.HUBSPOT, INVOICE, paid).quickbooks_id
    voided_id = trade.link(Side.HUBSPOT, INVOICE, voided).quickbooks_id
    assert balances[str(paid_id)] == (0, 200)
    assert balances[str(voided_id)] == (0, 0)


@item("E5")
def test_protection_of_a_linked_invoice_ignores_filters(trade: Trade) -> None:
    trade.start()
    only_new = [[("invoice", "hs_comments", "is_unknown")]]
    only_small = [[("invoice", "TotalAmt", "less_than", "1")]]
    trade.rule(INVOICE, filters={TO_Q: only_new, TO_H: only_small})
    invoice = trade.hubspot_invoice()
    trade.sync()
    trade.in_hubspot("invoices", "edit", invoice, properties={"hs_comments": "Thank you"})
    booked = trade.one_invoice_in_quickbooks()
    fields = {"Line": [trade.sales_line(9, "100")]}
    trade.in_quickbooks("Invoice", "edit", booked["Id"], fields=fields)
    trade.sync()
    assert state(trade, Side.HUBSPOT, INVOICE, invoice) == ("failing", "protected_change")
    assert money(trade.one_invoice_in_quickbooks()["TotalAmt"]) == 900
    assert money(trade.hubspot("invoices")[invoice]["hs_amount_billed"]) == 200


# Looking again


@item("E11")
def test_an_invoice_comes_in_once_its_contact_passes(trade: Trade) -> None:
    trade.start()
    trade.rule(INVOICE, filters={TO_Q: [[("contact", "city", "is", "Oslo")]]})
    trade.sync()
    invoice = trade.hubspot_invoice()
    trade.sync()
    assert not trade.quickbooks("Invoice")
    trade.in_hubspot("contacts", "edit", trade.contact_id, properties={"city": "Oslo"})
    trade.sync()
    assert state(trade, Side.HUBSPOT, INVOICE, invoice) == ("in_sync", "")
    assert len(trade.quickbooks("Invoice")) == 1


@item("E11")
def test_an_invoice_comes_in_once_its_item_passes(trade: Trade) -> None:
    trade.start()
    trade.rule(INVOICE, filters={TO_H: [[("product", "Name", "starts_with", "New")]]})
    trade.quickbooks_invoice()
    trade.sync()
    assert not trade.hubspot("invoices")
    trade.in_quickbooks("Item", "edit", trade.item_id, fields={"Name": "New consulting"})
    trade.sync()
    assert len(trade.hubspot("invoices")) == 1


@item("E11")
def test_a_contact_comes_in_once_its_company_passes(worlds: Worlds) -> None:
    company = worlds.in_hubspot("companies", properties={"name": "Nordwind"})
    here = [{"type": "companies", "id": company}]
    contact = worlds.contact_with(here, email="ada@nordwind.test", lastname="Berg")
    worlds.rule(CONTACT, filters={TO_Q: [[("company", "city", "is", "Oslo")]]})
    worlds.sync()
    assert not worlds.quickbooks("Customer")
    worlds.in_hubspot("companies", "edit", company, properties={"city": "Oslo"})
    worlds.sync()
    assert state(worlds, Side.HUBSPOT, CONTACT, contact) == ("in_sync", "")
    assert len(worlds.quickbooks("Customer")) == 1


@item("E11")
@pytest.mark.parametrize("invoices", [False, True])
def test_a_contact_comes_in_once_an_invoice_of_his_is_finalized(
    trade: Trade, invoices: bool
) -> None:
    """Whether or not invoices sync themselves."""
    if invoices:
        trade.rule(INVOICE, options={"income_account": trade.income_account})
    open_one = ("invoice", "hs_invoice_status", "is_any_of", ["open", "paid"])
    trade.rule(CONTACT, filters={TO_Q: [[open_one]]})
    ben = trade.contact(email="ben@acme.test", lastname="Dahl")
    draft = trade.in_hubspot(
        "invoices",
        properties={"hs_currency": "USD"},
        contact=ben,
        lines=[{"name": "Travel", "quantity": "1", "price": "10.00"}],
    )
    trade.sync()
    assert not trade.quickbooks("Customer")
    trade.in_hubspot("invoices", "finalize", draft)
    trade.sync()
    trade.sync()
    (customer,) = trade.quickbooks("Customer").values()
    assert customer["FamilyName"] == "Dahl"
    assert len(trade.quickbooks("Invoice")) == (1 if invoices else 0)


# The automatic ones, as data


def locked(worlds: Worlds, entity: Entity, towards: Side, **options: Any) -> dict[str, str]:
    worlds.rule(entity, options=options)
    rule = engine_rule(worlds, entity)
    return {one.category: one.words for one in SPECIAL[entity].locked(towards, rule)}


@item("E6", "L1")
def test_the_automatic_filters_of_outbound_invoices_are_listed_in_words(worlds: Worlds) -> None:
    shown = locked(worlds, INVOICE, Side.QUICKBOOKS)
    assert list(shown) == ["not_born_here", "voided_before", "draft", "older"]
    assert shown["draft"] == "that are finalized, no drafts"
    assert shown["older"].startswith("created or changed after 20")
    assert locked(worlds, INVOICE, Side.HUBSPOT) == {}


@item("E6", "E8")
def test_drafts_copies_and_older_invoices_stay_behind(trade: Trade) -> None:
    trade.rule(CONTACT)
    trade.rule(PRODUCT, direction=TO_H)
    trade.sync()
    older = trade.hubspot_invoice()
    trade.sandbox.advance(5)
    trade.rule(INVOICE, options={"income_account": trade.income_account})
    rule = trade.integration.rules.get(entity=INVOICE)
    rule.started_at = rule.started_at + timedelta(seconds=5)
    rule.save()
    trade.sandbox.advance(10)
    draft = trade.in_hubspot(
        "invoices",
        properties={"hs_currency": "USD"},
        contact=trade.contact_id,
        lines=[trade.hours(1)],
    )
    trade.sync()
    assert not trade.quickbooks("Invoice")
    assert state(trade, Side.HUBSPOT, INVOICE, older) == ("excluded", "older")
    assert state(trade, Side.HUBSPOT, INVOICE, draft) == ("excluded", "draft")


@item("E9")
def test_email_and_sku_known_are_automatic_until_an_option_takes_them_away(
    worlds: Worlds,
) -> None:
    assert locked(worlds, CONTACT, Side.QUICKBOOKS) == {"no_email": "whose e-mail address is known"}
    assert "no_email" not in locked(worlds, CONTACT, Side.QUICKBOOKS, without_email=True)
    inbound = locked(worlds, PRODUCT, Side.HUBSPOT)
    assert list(inbound) == ["inactive", "item_type", "catch_all_item", "no_sku"]
    assert "no_sku" not in locked(worlds, PRODUCT, Side.HUBSPOT, without_sku=True)


@item("E9")
@pytest.mark.parametrize("allowed", [False, True])
def test_items_without_a_sku_stay_out_unless_allowed(worlds: Worlds, allowed: bool) -> None:
    account = next(
        one["Id"] for one in worlds.quickbooks("Account").values() if one["AccountType"] == "Income"
    )
    fields = {"Name": "Advice", "Type": "Service", "IncomeAccountRef": {"value": account}}
    worlds.in_quickbooks("Item", fields=fields)
    worlds.rule(PRODUCT, direction=TO_H, options={"without_sku": allowed})
    worlds.sync()
    assert len(worlds.hubspot("products")) == (1 if allowed else 0)


# How many will come


@item("E10")
def test_the_preview_counts_what_matches_and_says_why_the_rest_does_not(worlds: Worlds) -> None:
    for number in range(6):
        worlds.contact(email=f"c{number}@acme.test", lastname=f"C{number}", city="Oslo")
    worlds.contact(email="rome@acme.test", lastname="Rome", city="Rome")
    worlds.contact(lastname="Nameless", city="Oslo")
    worlds.rule(CONTACT, filters={TO_Q: [[IN_OSLO]]})
    before = worlds.sandbox.world()
    worlds.sandbox.forget_requests()
    found = previewed(worlds, CONTACT, Side.QUICKBOOKS)
    assert found.words == "6 of 8 match now"
    assert found.is_exact
    assert found.reasons == {"filter": 1, "no_email": 1}
    assert {one.label for one in found.staying} == {"Rome", "Nameless"}
    assert any("contact city is Oslo" in one.why for one in found.staying)
    requests = worlds.sandbox.requests()
    # the account, its property definitions, one search, the companies of those found
    assert (requests["writes"], requests["by_vendor"]["hubspot"]) == (0, 4)
    after = worlds.sandbox.world()
    assert after["hubspot"]["objects"] == before["hubspot"]["objects"]
    assert not RecordLink.objects.exists()


@item("E10", "B11")
def test_the_preview_says_how_many_items_have_no_sku(worlds: Worlds) -> None:
    account = next(
        one["Id"] for one in worlds.quickbooks("Account").values() if one["AccountType"] == "Income"
    )
    for number in range(5):
        sku = {"Sku": f"S-{number}"} if number < 2 else {}
        fields = {"Name": f"Item {number}", "Type": "Service", **sku}
        worlds.in_quickbooks("Item", fields={**fields, "IncomeAccountRef": {"value": account}})
    worlds.rule(PRODUCT, direction=TO_H)
    worlds.sandbox.forget_requests()
    found = previewed(worlds, PRODUCT, Side.HUBSPOT)
    assert found.reasons["no_sku"] == 3
    assert found.matching == 2
    assert worlds.sandbox.requests()["by_vendor"]["quickbooks"] <= 3


@item("B12", "D20a")
def test_only_invoices_made_after_the_set_up_day_come_in_when_chosen(trade: Trade) -> None:
    trade.rule(CONTACT)
    trade.rule(PRODUCT, direction=TO_H)
    trade.sync()
    old = trade.quickbooks_invoice()
    # Two days: the company's calendar may be a day behind or ahead of ours.
    before = (timezone.now() - timedelta(days=2)).date().isoformat()
    later = (timezone.now() + timedelta(days=2)).date().isoformat()
    after = ("invoice", "MetaData.CreateTime", "after")
    trade.rule(INVOICE, direction=TO_H, filters={TO_H: [[(*after, later)]]})
    assert previewed(trade, INVOICE, Side.HUBSPOT).matching == 0
    trade.sync()
    assert state(trade, Side.QUICKBOOKS, INVOICE, old) == ("excluded", "filter")
    trade.rule(INVOICE, filters={TO_H: [[(*after, before)]]})
    assert previewed(trade, INVOICE, Side.HUBSPOT).matching == 1
    trade.sync()
    assert len(trade.hubspot("invoices")) == 1


@item("E10")
@pytest.mark.parametrize(
    ("condition", "words"),
    [
        (("contact", "lifecyclestage", "is_any_of", ["customer"]), "4 of 9 match now"),
        (("contact", "city", "does_not_contain", "Oslo"), "At most 7 of 9 match now"),
    ],
)
def test_of_many_records_the_vendor_counts_and_says_whether_it_can(
    worlds: Worlds, condition: Any, words: str
) -> None:
    for number in range(9):
        stage = "customer" if number < 4 else "lead"
        worlds.contact(email=f"c{number}@acme.test", city="Oslo", lifecyclestage=stage)
    worlds.rule(CONTACT, options={"without_email": True}, filters={TO_Q: [[condition]]})
    assert previewed(worlds, CONTACT, Side.QUICKBOOKS, most_read=2).words == words


@item("E10")
def test_a_rule_nobody_has_saved_can_be_previewed(worlds: Worlds) -> None:
    worlds.contact(email="ada@acme.test", lifecyclestage="lead")
    worlds.contact(email="ben@acme.test", lifecyclestage="customer")
    worlds.rule(CONTACT)
    (ours,) = recommended(CONTACT, timezone.now().date())
    saved = engine_rule(worlds, CONTACT)
    draft = replace(saved, filters={ours.direction: ours.filter_})
    assert preview(worlds.integration, saved, Side.QUICKBOOKS).words == "2 of 2 match now"
    assert preview(worlds.integration, draft, Side.QUICKBOOKS).words == "1 of 2 match now"


@item("E10", "B12")
def test_what_we_recommend_is_there_for_one_click() -> None:
    today = date(2026, 3, 31)
    (contacts,) = recommended(CONTACT, today)
    assert (contacts.direction, contacts.is_on) == (TO_Q, True)
    assert {one.category for one in recommended(PRODUCT, today)} == {"no_sku"}
    (invoices,) = recommended(INVOICE, today)
    assert (invoices.direction, invoices.is_on) == (TO_H, False)
    assert filter_in_words(invoices.filter_) == ("invoice MetaData.CreateTime is after 31 Mar 2026")
