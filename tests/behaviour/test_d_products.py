"""D11, D12, B8, B11: products and items."""

from typing import Any

import pytest

from syncapp.engine.records import Entity, Side
from syncapp.engine.rules import Direction
from syncapp.models import RecordLink
from syncapp.objects import RECOMMENDED_DIRECTIONS
from tests.behaviour.naming import item
from tests.pipeline.worlds import Trade

OUT, IN = Direction.TO_QUICKBOOKS, Direction.TO_HUBSPOT


def an_item(trade: Trade, name: str, **fields: Any) -> str:
    account = {"IncomeAccountRef": {"value": trade.income_account}}
    return trade.in_quickbooks(
        "Item", fields={"Name": name, "Type": "Service", **account, **fields}
    )


def product(trade: Trade, name: str, **properties: str) -> str:
    known = {"hs_sku": "HOST", "price": "10.00", **properties}
    return trade.in_hubspot("products", properties={"name": name, **known})


def switch_on(trade: Trade, direction: Direction, **options: Any) -> None:
    account = {"income_account": trade.income_account}
    trade.rule(Entity.PRODUCT, direction=direction, options={**account, **options})


def of_item(trade: Trade, id_: str) -> RecordLink:
    return trade.link(Side.QUICKBOOKS, Entity.PRODUCT, id_)


def of_product(trade: Trade, id_: str) -> RecordLink:
    return trade.link(Side.HUBSPOT, Entity.PRODUCT, id_)


def skus(trade: Trade) -> list[str]:
    return sorted(one.get("Sku", "") for one in trade.quickbooks("Item").values())


@item("D11", "B11", "E9")
def test_what_has_no_sku_is_left_out_until_it_has_one(trade: Trade) -> None:
    bare, unnamed = an_item(trade, "Advice"), product(trade, "Hosting", hs_sku="")
    switch_on(trade, Direction.BOTH)
    trade.sync()
    for row in (of_item(trade, bare), of_product(trade, unnamed)):
        assert (row.state, row.category) == ("excluded", "no_sku")
        assert "SKU" in row.sentence
    trade.in_quickbooks("Item", "edit", bare, fields={"Sku": "ADV"})
    trade.sync()
    assert of_item(trade, bare).state == "in_sync"
    trade.sync_quietly()


@item("D11")
def test_a_person_may_let_them_in_without_a_sku(trade: Trade) -> None:
    bare = an_item(trade, "Advice")
    product(trade, "Hosting", hs_sku="")
    switch_on(trade, Direction.BOTH, without_sku=True)
    trade.sync()
    assert of_item(trade, bare).state == "in_sync"
    names = sorted(one["name"] for one in trade.hubspot("products").values())
    assert names == ["Advice", "Consulting", "Hosting"]
    trade.sync_quietly()


@item("D12", "B8")
def test_products_are_recommended_to_come_from_quickbooks() -> None:
    assert RECOMMENDED_DIRECTIONS[Entity.PRODUCT] is IN


@item("D12", "B8")
@pytest.mark.parametrize(
    ("kind", "more", "comes"),
    [
        ("Service", {}, True),
        ("NonInventory", {}, True),
        ("Inventory", {}, True),
        ("Category", {}, False),
        ("Group", {}, False),
    ],
)
def test_services_and_goods_come_in_categories_and_bundles_do_not(
    trade: Trade, kind: str, more: dict[str, Any], comes: bool
) -> None:
    fields: dict[str, Any] = {"Name": "Thing", "Type": kind, "Sku": "T-1", **more}
    if kind in ("NonInventory", "Inventory"):
        fields["IncomeAccountRef"] = {"value": trade.income_account}
    if kind == "Service":
        fields["IncomeAccountRef"] = {"value": trade.income_account}
    if kind == "Inventory":
        fields |= _stock(trade)
    if kind == "Group":
        line = {"ItemRef": {"value": trade.item_id}, "Qty": 1}
        fields["ItemGroupDetail"] = {"ItemGroupLine": [line]}
    if kind == "Category":
        fields.pop("Sku")
    made = trade.in_quickbooks("Item", fields=fields)
    switch_on(trade, IN)
    trade.sync()
    names = [one["name"] for one in trade.hubspot("products").values()]
    assert ("Thing" in names) is comes
    if not comes:
        rows = RecordLink.objects.filter(quickbooks_id=made, entity=Entity.PRODUCT)
        assert [row.state for row in rows] in ([], ["excluded"])
    trade.sync_quietly()


def _stock(trade: Trade) -> dict[str, Any]:
    accounts = trade.quickbooks("Account").values()
    by_type = {one["AccountType"]: {"value": one["Id"]} for one in accounts}
    return {
        "TrackQtyOnHand": True,
        "QtyOnHand": 5,
        "InvStartDate": "2026-01-01",
        "ExpenseAccountRef": by_type["Cost of Goods Sold"],
        "AssetAccountRef": by_type["Other Current Asset"],
    }


@item("D12")
def test_an_item_in_a_category_comes_in_under_its_own_name(trade: Trade) -> None:
    category = trade.in_quickbooks("Item", fields={"Name": "Services", "Type": "Category"})
    advice = an_item(trade, "Advice", Sku="ADV", SubItem=True, ParentRef={"value": category})
    switch_on(trade, Direction.BOTH)
    trade.sync()
    made = trade.hubspot("products")[of_item(trade, advice).hubspot_id or ""]
    assert made["name"] == "Advice"
    trade.in_hubspot(
        "products", "edit", of_item(trade, advice).hubspot_id or "", properties={"price": "12"}
    )
    trade.sync()
    assert trade.quickbooks("Item")[advice]["ParentRef"]["value"] == category
    assert trade.quickbooks("Item")[advice]["UnitPrice"] == 12
    trade.sync_quietly()


@item("D11")
def test_a_product_becomes_a_service_on_the_chosen_account(trade: Trade) -> None:
    product(trade, "Hosting", hs_product_type="inventory")
    switch_on(trade, OUT)
    trade.sync()
    (made,) = [one for one in trade.quickbooks("Item").values() if one.get("Sku") == "HOST"]
    assert made["Type"] == "Service"
    assert made["IncomeAccountRef"]["value"] == trade.income_account
    trade.sync_quietly()


@item("D11")
def test_without_an_income_account_nothing_is_made(trade: Trade) -> None:
    made = product(trade, "Hosting")
    trade.rule(Entity.PRODUCT, direction=OUT)
    trade.sync()
    row = of_product(trade, made)
    assert (row.state, row.category) == ("failing", "item_account")
    assert skus(trade) == ["CONS-1"]


@item("G21")
def test_a_name_that_is_taken_gets_the_sku(trade: Trade) -> None:
    made = product(trade, "Consulting", hs_sku="CONS-2")
    switch_on(trade, OUT)
    trade.sync()
    row = of_product(trade, made)
    assert row.state == "in_sync"
    assert trade.quickbooks("Item")[row.quickbooks_id or ""]["Name"] == "Consulting (CONS-2)"
    assert trade.hubspot("products")[made]["name"] == "Consulting"
    trade.in_hubspot("products", "edit", made, properties={"description": "By the hour"})
    trade.sync()
    assert trade.quickbooks("Item")[row.quickbooks_id or ""]["Name"] == "Consulting (CONS-2)"
    trade.sync_quietly()


@item("G21")
def test_without_a_sku_a_taken_name_is_left_to_a_person(trade: Trade) -> None:
    made = product(trade, "Consulting", hs_sku="")
    switch_on(trade, OUT, without_sku=True)
    trade.sync()
    row = of_product(trade, made)
    assert (row.state, row.category) == ("failing", "item_name")
    assert "called “Consulting”" in row.sentence
    assert len(trade.quickbooks("Item")) == 1
    trade.sync_quietly()


@item("G21")
def test_renamed_to_a_name_that_is_taken_it_fails_with_the_reason(trade: Trade) -> None:
    made = product(trade, "Hosting")
    switch_on(trade, OUT)
    trade.sync()
    trade.in_hubspot("products", "edit", made, properties={"name": "Consulting"})
    trade.sync()
    row = of_product(trade, made)
    assert (row.state, row.category) == ("failing", "item_name")
    assert "Consulting" in row.sentence


@pytest.mark.parametrize(
    ("name", "category", "words"),
    [
        ("N" * 101, "too_long", "name has 101 characters; QuickBooks takes 100"),
        ("Hosting: yearly", "forbidden_character", "a colon"),
        ("Hosting\tyearly", "forbidden_character", "a tab"),
        ("Hosting\nyearly", "forbidden_character", "a line end"),
    ],
)
def test_a_name_that_quickbooks_does_not_take_is_never_changed(
    trade: Trade, name: str, category: str, words: str
) -> None:
    made = product(trade, name)
    switch_on(trade, OUT)
    trade.sync()
    row = of_product(trade, made)
    assert (row.state, row.category) == ("failing", category)
    assert words in row.sentence
    assert skus(trade) == ["CONS-1"]
    trade.in_hubspot("products", "edit", made, properties={"name": "Hosting yearly"})
    trade.sync()
    assert of_product(trade, made).state == "in_sync"


@item("D11")
def test_an_inactive_item_stays_out_and_a_linked_one_rests(trade: Trade) -> None:
    off = an_item(trade, "Old", Sku="OLD")
    trade.in_quickbooks("Item", "edit", off, fields={"Active": False})
    switch_on(trade, Direction.BOTH)
    trade.sync()
    assert (of_item(trade, off).state, of_item(trade, off).category) == ("excluded", "inactive")
    trade.in_quickbooks("Item", "edit", trade.item_id, fields={"Active": False})
    trade.sync()
    assert of_item(trade, trade.item_id).category == "inactive"
    trade.in_quickbooks("Item", "edit", trade.item_id, fields={"Active": True, "UnitPrice": 120})
    trade.sync()
    assert of_item(trade, trade.item_id).state == "in_sync"
    assert trade.hubspot("products")[trade.product_id]["price"] in ("120", "120.00")
    trade.sync_quietly()


@item("D16")
@pytest.mark.parametrize("is_known", [True, False])
def test_an_item_inactive_since_yesterday_on_an_invoice_is_named(
    trade: Trade, is_known: bool
) -> None:
    """Whether its sync has heard of it or not."""
    trade.start()
    trade.in_quickbooks("Item", "edit", trade.item_id, fields={"Active": False})
    if is_known:
        trade.sync()
    else:
        trade.rule(Entity.PRODUCT, is_on=False)
    invoice = trade.hubspot_invoice()
    trade.sync()
    row = trade.link(Side.HUBSPOT, Entity.INVOICE, invoice)
    assert row.state == "failing"
    assert "Consulting" in row.sentence
    assert "inactive" in row.sentence
    assert not trade.quickbooks("Invoice")
    trade.in_quickbooks("Item", "edit", trade.item_id, fields={"Active": True})
    trade.in_hubspot("invoices", "edit", invoice, properties={"hs_comments": "Again"})
    for _ in range(2):
        trade.sync()
    row.refresh_from_db()
    assert row.state == "in_sync"


@item("D14")
def test_a_customer_inactive_since_yesterday_is_named(trade: Trade) -> None:
    trade.start()
    customer = trade.customer_id
    trade.in_quickbooks("Customer", "edit", customer, fields={"Active": False})
    invoice = trade.hubspot_invoice()
    trade.sync()
    row = trade.link(Side.HUBSPOT, Entity.INVOICE, invoice)
    assert (row.state, row.category) == ("failing", "inactive_part")
    assert "“Ada Berg (deleted)”, which is inactive" in row.sentence
    trade.in_quickbooks("Customer", "edit", customer, fields={"Active": True})
    for _ in range(2):
        trade.sync()
    row.refresh_from_db()
    assert row.state == "in_sync"
    trade.sync_quietly()


@item("J6")
def test_a_deleted_product_stays_in_the_books(trade: Trade) -> None:
    switch_on(trade, Direction.BOTH)
    trade.sync()
    trade.in_hubspot("products", "delete", trade.product_id)
    trade.sandbox.advance(4000)
    trade.sync()
    assert of_item(trade, trade.item_id).category == "deleted_there"
    assert trade.quickbooks("Item")[trade.item_id]["Active"] is True
    trade.sync_quietly()


def test_a_price_without_decimals_is_the_same_on_both_sides(trade: Trade) -> None:
    trade.sandbox.options(quickbooks={trade.realm: {"currency": "JPY"}})
    trade.sandbox.options(hubspot={"currency": "JPY"})
    made = product(trade, "Hosting", price="1200")
    switch_on(trade, Direction.BOTH)
    trade.sync()
    row = of_product(trade, made)
    assert row.state == "in_sync"
    assert trade.quickbooks("Item")[row.quickbooks_id or ""]["UnitPrice"] == 1200
    trade.sync_quietly()


@pytest.mark.parametrize("price", ["0", "12.345678", "0.000001", "99999999999"])
def test_odd_prices_arrive_or_fail_with_the_reason(trade: Trade, price: str) -> None:
    made = product(trade, "Hosting", price=price)
    switch_on(trade, Direction.BOTH)
    for _ in range(2):
        trade.sync()
    row = of_product(trade, made)
    assert row.category not in ("our_mistake", "does_not_settle")
    assert row.state == "in_sync" or row.sentence
    assert str(trade.hubspot("products")[made]["price"]) == price
    trade.sync_quietly()
