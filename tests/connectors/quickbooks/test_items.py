from decimal import Decimal

import pytest

from syncapp.connectors.base import Cursor
from syncapp.engine.records import Entity, Presence
from syncapp.engine.writes import FaultKind
from tests.connectors.quickbooks.factories import create, read, ref, refusal, sent, update


def _item(record):
    return ref(Entity.PRODUCT, record["Id"])


@pytest.mark.parametrize("sku_is_shown", [True, False])
def test_it_reads_an_item_with_its_sku(books, quickbooks, sku_is_shown):
    books.options(sku_in_select_star=sku_is_shown)
    made = books.item("Setup", Sku="SET-1", Description="Done once", UnitPrice=99.5)
    snapshot = read(quickbooks, _item(made))
    assert snapshot.get("Name") == "Setup"
    assert snapshot.get("Sku") == "SET-1"
    assert snapshot.get("UnitPrice") == Decimal("99.5")
    assert snapshot.get("Type") == "Service"
    assert snapshot.get("IncomeAccountRef") == made["IncomeAccountRef"]["value"]


def test_categories_and_bundles_are_no_products(books, quickbooks):
    item = books.item()
    books.person("create", "Item", fields={"Name": "Shelf", "Type": "Category"})
    bundle = [{"item": item["Id"], "quantity": 1}]
    books.person("create", "Item", fields={"Name": "Kit", "Type": "Group"}, bundle=bundle)
    listed = [one for page in quickbooks.changes({Entity.PRODUCT: Cursor()}) for one in page.refs]
    assert _item(item) in listed
    names = {one.get("Type") for one in quickbooks.fetch(listed).values()}
    assert names <= {"Service", "NonInventory", "Inventory"}


def test_it_creates_an_item_on_an_income_account(books, quickbooks):
    account = books.account("Income")["value"]
    fields = {
        "Name": "Custom line item",
        "Type": "Service",
        "Sku": "CUSTOM",
        "UnitPrice": Decimal("12.34567"),
        "IncomeAccountRef": account,
    }
    snapshot = sent(quickbooks, create(Entity.PRODUCT, fields))
    assert {name: snapshot.get(name) for name in fields} == fields


def test_an_item_without_an_account_is_refused_for_it(quickbooks):
    fault = refusal(quickbooks, create(Entity.PRODUCT, {"Name": "Setup", "Type": "Service"}))
    assert fault.kind is FaultKind.REJECTED
    assert "IncomeAccountRef" in fault.message + fault.field


def test_an_update_touches_no_stock(books, quickbooks):
    made = books.item(
        "Cable",
        Type="Inventory",
        TrackQtyOnHand=True,
        QtyOnHand=7,
        InvStartDate="2026-01-01",
        ExpenseAccountRef=books.account("Cost of Goods Sold"),
        AssetAccountRef=books.account("Other Current Asset"),
    )
    before = read(quickbooks, _item(made))
    fields = {"UnitPrice": Decimal(3), "QtyOnHand": Decimal(99), "Type": "Service"}
    after = sent(quickbooks, update(before, fields))
    assert after.get("UnitPrice") == Decimal(3)
    assert after.get("QtyOnHand") == Decimal(7)
    assert after.get("Type") == "Inventory"


def test_an_item_that_was_switched_off_is_inactive(books, quickbooks):
    made = books.item()
    books.person("deactivate", "Item", made["Id"])
    assert read(quickbooks, _item(made)).presence is Presence.INACTIVE
