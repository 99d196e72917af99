"""Lines of sales forms: arithmetic, discounts, text, bundles, service dates."""

from decimal import Decimal

import pytest

from tests.sandbox.quickbooks.books import Books, Record, Refused, discount, sale


@pytest.fixture
def acme(books: Books) -> Record:
    return books.customer("Acme")


def test_the_amount_must_be_quantity_times_price_to_the_cent(books: Books, acme: Record) -> None:
    item = books.item()
    third = Decimal("33.3333333")
    invoice = books.invoice(acme, sale(item, 100, Qty=3, UnitPrice=third))
    assert invoice["Line"][0]["SalesItemLineDetail"]["UnitPrice"] == third
    with pytest.raises(Refused) as refused:
        books.invoice(acme, sale(item, 100, Qty=3, UnitPrice=Decimal("33.33")))
    assert refused.value.code == "6070"


def test_a_quantity_alone_gets_its_price(books: Books, acme: Record) -> None:
    line = books.invoice(acme, sale(books.item(), 50, Qty=4))["Line"][0]
    assert line["SalesItemLineDetail"]["UnitPrice"] == Decimal("12.5")


def test_a_line_needs_an_amount(books: Books, acme: Record) -> None:
    line = sale(books.item(), 1, Qty=1, UnitPrice=1)
    with pytest.raises(Refused) as refused:
        books.invoice(acme, {k: v for k, v in line.items() if k != "Amount"})
    assert refused.value.code == "2020"


def test_a_line_without_an_item_is_text_and_its_amount_is_ignored(
    books: Books, acme: Record
) -> None:
    loose = {"DetailType": "SalesItemLineDetail", "Amount": 99, "Description": "Loose"}
    loose["SalesItemLineDetail"] = {"Qty": 1, "UnitPrice": 99}
    invoice = books.invoice(acme, sale(books.item(), 10), loose)
    assert invoice["TotalAmt"] == 10
    assert invoice["Line"][1]["DetailType"] == "DescriptionOnly"
    assert invoice["Line"][1]["Description"] == "Loose"
    books.options(line_without_item="fault_6440")
    with pytest.raises(Refused) as refused:
        books.invoice(acme, loose)
    assert refused.value.code == "6440"


def test_a_discount_is_a_percentage_or_an_amount(books: Books, acme: Record) -> None:
    item = books.item()
    percent = discount(PercentBased=True, DiscountPercent=Decimal("12.5"))
    invoice = books.invoice(acme, sale(item, 99), percent)
    assert invoice["TotalAmt"] == Decimal("86.62")
    assert invoice["Line"][1]["Amount"] == Decimal("12.38")
    assert invoice["Line"][1]["DiscountLineDetail"]["DiscountAccountRef"]["name"]
    assert books.invoice(acme, sale(item, 99), discount(Amount=9))["TotalAmt"] == 90


def test_a_discount_without_either_is_refused(books: Books, acme: Record) -> None:
    with pytest.raises(Refused) as refused:
        books.invoice(acme, sale(books.item(), 99), discount(PercentBased=True))
    assert refused.value.code == "6090"


def test_a_discount_needs_the_preference_and_comes_alone(books: Books, acme: Record) -> None:
    item = books.item()
    with pytest.raises(Refused) as twice:
        books.invoice(acme, sale(item, 99), discount(Amount=1), discount(Amount=2))
    books.options(discount_lines="many", feature_off_code="5030")
    two = books.invoice(acme, sale(item, 99), discount(Amount=1), discount(Amount=2))
    books.prefer("SalesFormsPrefs", AllowDiscount=False)
    with pytest.raises(Refused) as off:
        books.invoice(acme, sale(item, 99), discount(Amount=1))
    assert (twice.value.code, two["TotalAmt"], off.value.code) == ("6000", 96, "5030")


def test_negative_lines_are_a_switch_and_a_negative_total_never_works(
    books: Books, acme: Record
) -> None:
    item = books.item()
    assert books.invoice(acme, sale(item, 10), sale(item, -4))["TotalAmt"] == 6
    with pytest.raises(Refused) as total:
        books.invoice(acme, sale(item, 10), sale(item, -11))
    books.options(negative_lines="fault_2290")
    with pytest.raises(Refused) as line:
        books.invoice(acme, sale(item, 10), sale(item, -4))
    assert (total.value.code, line.value.code) == ("6000", "2290")


def test_text_lines_stay_and_a_sent_subtotal_is_ignored(books: Books, acme: Record) -> None:
    text = {"DetailType": "DescriptionOnly", "Description": "Thank you"}
    wrong = {"DetailType": "SubTotalLineDetail", "Amount": 7, "SubTotalLineDetail": {}}
    invoice = books.invoice(acme, sale(books.item(), 10), text, wrong)
    kinds = [line["DetailType"] for line in invoice["Line"]]
    assert kinds == ["SalesItemLineDetail", "DescriptionOnly", "SubTotalLineDetail"]
    assert invoice["Line"][-1]["Amount"] == 10


def test_a_bundle_unfolds_into_its_children(books: Books, acme: Record) -> None:
    setup, training = books.item("Setup"), books.item("Training", UnitPrice=40)
    parts = [{"item": setup["Id"], "quantity": 1}, {"item": training["Id"], "quantity": 2}]
    fields = {"Name": "Starter kit", "Type": "Group"}
    bundle = books.person("create", "Item", fields=fields, bundle=parts)
    group = {"GroupItemRef": {"value": bundle}, "Quantity": 2}
    invoice = books.invoice(acme, {"DetailType": "GroupLineDetail", "GroupLineDetail": group})
    detail = invoice["Line"][0]["GroupLineDetail"]
    assert [line["Amount"] for line in detail["Line"]] == [200, 160]
    assert [line["Id"] for line in detail["Line"]] == ["2", "3"]
    assert invoice["TotalAmt"] == 360
    again = books.update("Invoice", invoice, {"Line": invoice["Line"]})
    assert again["Line"] == invoice["Line"]


def test_shipping_has_a_word_for_an_item_where_it_is_switched_on(
    books: Books, acme: Record
) -> None:
    item, shipping = books.item(), sale({"Id": "SHIPPING_ITEM_ID"}, 5)
    with pytest.raises(Refused) as refused:
        books.invoice(acme, sale(item, 10), shipping)
    books.prefer("SalesFormsPrefs", AllowShipping=True)
    assert books.invoice(acme, sale(item, 10), shipping)["TotalAmt"] == 15
    assert refused.value.code == "6000"


def test_service_dates_are_kept_or_dropped_while_they_are_switched_off(
    books: Books, acme: Record
) -> None:
    item = books.item()
    books.prefer("SalesFormsPrefs", AllowServiceDate=False)
    kept = books.invoice(acme, sale(item, 1, ServiceDate="2026-11-01"))
    assert kept["Line"][0]["SalesItemLineDetail"]["ServiceDate"] == "2026-11-01"
    books.options(service_date_when_off="dropped")
    dropped = books.invoice(acme, sale(item, 1, ServiceDate="2026-11-01"))
    assert "ServiceDate" not in dropped["Line"][0]["SalesItemLineDetail"]


def test_revenue_recognition_demands_a_service_date_on_every_line(
    books: Books, acme: Record
) -> None:
    item = books.item()
    books.options(profile="revenue_recognition")
    with pytest.raises(Refused) as refused:
        books.invoice(acme, sale(item, 1, ServiceDate="2026-11-01"), sale(item, 1))
    assert refused.value.code == "6000"
    assert "service date" in refused.value.detail
    books.invoice(acme, sale(item, 1, ServiceDate="2026-11-01"))


def test_an_items_description_may_be_copied_to_a_line_without_text(
    books: Books, acme: Record
) -> None:
    item = books.item(Description="Setting up")
    assert "Description" not in books.invoice(acme, sale(item, 1))["Line"][0]
    books.options(item_description_on_line=True)
    assert books.invoice(acme, sale(item, 1))["Line"][0]["Description"] == "Setting up"


def test_links_to_estimates_vanish_when_they_are_not_sent_back(books: Books, acme: Record) -> None:
    linked = sale(books.item(), 10) | {"LinkedTxn": [{"TxnId": "5", "TxnType": "Estimate"}]}
    invoice = books.invoice(acme, linked)
    kept = books.update("Invoice", invoice, {"Line": invoice["Line"]})
    assert kept["Line"][0]["LinkedTxn"][0]["TxnType"] == "Estimate"
    bare = [{k: v for k, v in line.items() if k != "LinkedTxn"} for line in kept["Line"]]
    assert "LinkedTxn" not in books.update("Invoice", kept, {"Line": bare})["Line"][0]
