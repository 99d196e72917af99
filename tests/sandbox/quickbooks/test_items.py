"""Items, accounts and the small lists."""

import pytest

from tests.sandbox.quickbooks.books import Books, Refused, ref, sale


def inventory(books: Books) -> dict:
    return {
        "Type": "Inventory",
        "TrackQtyOnHand": True,
        "QtyOnHand": 10,
        "InvStartDate": "2026-01-15",
        "ExpenseAccountRef": books.account("Cost of Goods Sold"),
        "AssetAccountRef": {"value": books.one(INVENTORY_ASSET)["Id"]},
    }


INVENTORY_ASSET = "select * from Account where AccountSubType = 'Inventory'"


def test_it_answers_a_new_item_with_its_defaults(books: Books) -> None:
    item = books.item("Setup", Sku="S-1")
    assert item["FullyQualifiedName"] == "Setup"
    assert item["IncomeAccountRef"]["name"] == "Sales"
    assert (item["Active"], item["Taxable"], item["TrackQtyOnHand"]) == (True, False, False)


def test_names_are_unique_and_stock_numbers_are_not(books: Books) -> None:
    books.item("Setup", Sku="S-1")
    books.item("Training", Sku="S-1")
    with pytest.raises(Refused) as refused:
        books.item("setup")
    assert refused.value.code == "6240"


@pytest.mark.parametrize("field", ["Name", "Type", "IncomeAccountRef"])
def test_it_refuses_an_item_without_a_required_field(books: Books, field: str) -> None:
    with pytest.raises(Refused) as refused:
        books.item(**{"Name": "Setup", field: None} if field != "Name" else {"name": ""})
    assert refused.value.code == "2020"


@pytest.mark.parametrize("kind", ["Payment", "Group"])
def test_it_refuses_types_that_apps_cannot_make(books: Books, kind: str) -> None:
    with pytest.raises(Refused) as refused:
        books.item(Type=kind)
    assert refused.value.code in ("2120", "500")


def test_goods_in_stock_need_their_accounts_quantity_and_date(books: Books) -> None:
    item = books.item("Chair", **inventory(books))
    assert item["QtyOnHand"] == 10
    for field in ("QtyOnHand", "InvStartDate", "AssetAccountRef", "TrackQtyOnHand"):
        with pytest.raises(Refused) as refused:
            books.item(f"Without {field}", **inventory(books) | {field: None})
        assert refused.value.code == "2020"


def test_tracking_cannot_be_switched_off(books: Books) -> None:
    item = books.item("Chair", **inventory(books))
    with pytest.raises(Refused) as refused:
        books.update("Item", item, {"TrackQtyOnHand": False, "Type": "Service"})
    assert refused.value.code == "6000"


def test_stock_cannot_be_sold_before_its_start_date_or_without_a_quantity(books: Books) -> None:
    item, acme = books.item("Chair", **inventory(books)), books.customer("Acme")
    with pytest.raises(Refused) as early:
        books.invoice(acme, sale(item, 10, Qty=1), TxnDate="2026-01-14")
    with pytest.raises(Refused) as vague:
        books.invoice(acme, sale(item, 10), TxnDate="2026-01-16")
    assert (early.value.code, vague.value.code) == ("6270", "6520")


def test_the_income_account_must_be_one(books: Books) -> None:
    with pytest.raises(Refused) as refused:
        books.item(IncomeAccountRef=books.account("Bank"))
    assert refused.value.code == "6430"


def test_an_account_that_is_not_there_is_a_2500(books: Books) -> None:
    with pytest.raises(Refused) as refused:
        books.item(IncomeAccountRef={"value": "999"})
    assert (refused.value.code, refused.value.element) == ("2500", "IncomeAccountRef")


def test_an_inactive_account_is_a_610_that_says_so(books: Books) -> None:
    account = books.create("Account", {"Name": "Music sales", "AccountType": "Income"})
    books.update("Account", account, {"Active": False})
    with pytest.raises(Refused) as refused:
        books.item(IncomeAccountRef=ref(account))
    assert refused.value.code == "610"
    assert "made inactive" in refused.value.detail


def test_a_full_update_meets_inactive_references_it_never_touched(books: Books) -> None:
    account = books.create("Account", {"Name": "Music sales", "AccountType": "Income"})
    item = books.item(IncomeAccountRef=ref(account))
    books.update("Account", account, {"Active": False})
    sparse = books.update("Item", item, {"Description": "still fine"})
    with pytest.raises(Refused) as refused:
        books.replace("Item", sparse, {k: v for k, v in sparse.items() if k != "Description"})
    assert refused.value.code == "610"


def test_categories_nest_and_cannot_be_made_inactive(books: Books) -> None:
    category = books.create("Item", {"Name": "Services", "Type": "Category"})
    item = books.item("Setup", SubItem=True, ParentRef=ref(category))
    assert item["FullyQualifiedName"] == "Services:Setup"
    with pytest.raises(Refused) as refused:
        books.update("Item", category, {"Active": False})
    assert refused.value.code == "6000"


def test_an_inactive_item_gives_its_name_away(books: Books) -> None:
    gone = books.update("Item", books.item("Setup"), {"Active": False})
    assert gone["Name"] == "Setup (deleted)"
    assert books.item("Setup")["Name"] == "Setup"


def test_an_account_needs_a_type_or_a_sub_type(books: Books) -> None:
    with pytest.raises(Refused) as refused:
        books.create("Account", {"Name": "Music sales"})
    assert refused.value.code == "6010"
    made = books.create("Account", {"Name": "Music sales", "AccountType": "Income"})
    assert made["Classification"] == "Revenue"


def test_terms_and_payment_methods_are_made_and_changed(books: Books) -> None:
    term = books.create("Term", {"Name": "Net 45", "DueDays": 45})
    assert term["Type"] == "STANDARD"
    assert books.update("Term", term, {"Active": False})["Name"] == "Net 45 (deleted)"
    method = books.create("PaymentMethod", {"Name": "Stripe", "Type": "CREDIT_CARD"})
    assert method["Active"] is True
    with pytest.raises(Refused) as long:
        books.create("Term", {"Name": "x" * 32})
    with pytest.raises(Refused) as odd:
        books.create("PaymentMethod", {"Name": "Barter", "Type": "BARTER"})
    assert (long.value.code, odd.value.code) == ("2050", "2170")


def test_tax_codes_are_words_in_the_us_and_cannot_be_made_here(books: Books) -> None:
    assert books.read("TaxCode", "NON")["Taxable"] is False
    assert books.read("TaxCode", "TAX")["TaxGroup"] is False
    with pytest.raises(Refused) as refused:
        books.create("TaxCode", {"Name": "Mine"})
    assert refused.value.code == "500"


def test_a_new_company_comes_with_accounts_terms_and_methods_but_no_business(books: Books) -> None:
    world = books.world()
    assert {"Undeposited Funds", "Sales"} <= {one["Name"] for one in world["Account"].values()}
    assert "Net 30" in {one["Name"] for one in world["Term"].values()}
    assert "Check" in {one["Name"] for one in world["PaymentMethod"].values()}
    for entity in ("Customer", "Item", "Invoice", "Payment", "CreditMemo", "Vendor"):
        assert world[entity] == {}
