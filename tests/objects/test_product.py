from decimal import Decimal

import pytest

from syncapp.engine.reconcile import reconcile
from syncapp.engine.records import Entity, Pair, Presence, Snapshot
from tests.objects.factories import CATCH_ALL, H, Q, category, copied, here, ref, rule

ACCOUNT = {"income_account": "79"}


def product(**fields):
    known = {"hs_sku": "A-1", "name": "Setup", "price": Decimal("100.00")} | fields
    return Snapshot(ref(H, Entity.PRODUCT, 2), known)


def item(id_=12, presence=Presence.LIVE, **fields):
    known = {"Sku": "A-1", "Name": "Setup", "UnitPrice": Decimal(100), "Type": "Service"} | fields
    return Snapshot(ref(Q, Entity.PRODUCT, id_), known, presence=presence)


def decide(record, options=ACCOUNT, **chosen):
    sides = {record.ref.side: record}
    chosen = rule(Entity.PRODUCT, options=options, **chosen)
    return reconcile(chosen, Pair(sides.get(H), sides.get(Q)))


def test_an_item_becomes_a_product():
    (write,) = decide(item(Description="Once", PurchaseCost=Decimal(40)), options={}).writes
    assert write.fields == {
        "hs_sku": "A-1",
        "name": "Setup",
        "price": Decimal(100),
        "description": "Once",
        "hs_cost_of_goods_sold": Decimal(40),
    }


def test_a_product_becomes_a_service_on_the_chosen_income_account():
    (write,) = decide(product()).writes
    assert write.fields == {
        "Sku": "A-1",
        "Name": "Setup",
        "UnitPrice": Decimal("100.00"),
        "Type": "Service",
        "IncomeAccountRef": "79",
    }


def test_without_an_income_account_no_item_is_made_but_linked_ones_go_on():
    assert category(decide(product(), options={})) == ("failing", "item_account")
    pair = copied(rule(Entity.PRODUCT, options=ACCOUNT), product())
    (write,) = reconcile(rule(Entity.PRODUCT), here(pair, price=Decimal(120))).writes
    assert write.fields == {"UnitPrice": Decimal(120)}


@pytest.mark.parametrize("type_", ["Service", "NonInventory", "Inventory"])
def test_services_and_goods_are_products(type_):
    assert decide(item(Type=type_)).writes


@pytest.mark.parametrize("type_", ["Category", "Group", None])
def test_categories_and_bundles_are_none(type_):
    plan = decide(item(Type=type_))
    assert category(plan) == ("excluded", "item_type")
    assert plan.finding.facts == {"type": str(type_)}


@pytest.mark.parametrize("record", [product(hs_sku=None), item(Sku=""), item(Sku=None)])
def test_without_a_sku_it_is_excluded_unless_allowed(record):
    assert category(decide(record)) == ("excluded", "no_sku")
    assert decide(record, options={**ACCOUNT, "without_sku": True}).writes


def test_an_inactive_item_is_not_brought_over():
    assert category(decide(item(presence=Presence.INACTIVE))) == ("excluded", "inactive")


def test_our_own_item_for_lines_without_a_product_is_not_brought_over():
    assert category(decide(item(id_=CATCH_ALL.id))) == ("excluded", "catch_all_item")


def test_a_name_that_is_too_long_for_quickbooks_is_never_cut():
    assert decide(product(name="x" * 100)).writes
    plan = decide(product(name="x" * 101))
    assert category(plan) == ("failing", "too_long")
    assert plan.finding.facts == {"field": "name", "limit": "100", "length": "101"}
    assert decide(item(Name="x" * 101)).writes


def test_a_sku_may_differ_in_letter_case_only():
    pair = copied(rule(Entity.PRODUCT, options=ACCOUNT), product())
    assert not reconcile(rule(Entity.PRODUCT), here(pair, hs_sku="a-1")).writes


def test_a_price_may_be_written_with_more_or_fewer_zeros():
    pair = copied(rule(Entity.PRODUCT, options=ACCOUNT), product())
    assert not reconcile(rule(Entity.PRODUCT), here(pair, price=Decimal("100.000"))).writes
