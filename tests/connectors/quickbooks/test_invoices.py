from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from syncapp.engine.records import Entity, LineKind, Presence
from syncapp.engine.writes import FaultKind
from tests.connectors.quickbooks.conftest import PORTAL
from tests.connectors.quickbooks.factories import (
    create,
    customer,
    invoice,
    line,
    read,
    ref,
    refusal,
    sent,
    update,
    void,
)
from tests.sandbox.quickbooks.books import applied, discount, sale


@pytest.fixture
def nordwind(books):
    return books.customer()


@pytest.fixture
def setup(books):
    return books.item("Setup")


def _fields(nordwind, *lines, **more):
    return {
        "CustomerRef": customer(nordwind),
        "DocNumber": "HS-1042",
        "TxnDate": date(2026, 11, 2),
        "DueDate": date(2026, 12, 2),
        "Line": lines,
        **more,
    }


def _items(snapshot):
    return [one for one in snapshot.get("Line") if one.kind is LineKind.ITEM]


def _text(words):
    return {"DetailType": "DescriptionOnly", "Description": words, "DescriptionLineDetail": {}}


def test_it_creates_an_invoice_that_says_whose_copy_it_is(books, quickbooks, nordwind, setup):
    lines = (line(setup, "300", 3, description="Days"), line(setup, "10.05"))
    made = sent(quickbooks, create(Entity.INVOICE, _fields(nordwind, *lines), source="9001"))
    assert made.get("DocNumber") == "HS-1042"
    assert made.get("TotalAmt") == Decimal("310.05")
    assert made.get("DueDate") == date(2026, 12, 2)
    assert made.get("CustomerRef") == customer(nordwind)
    assert made.key == f"{PORTAL}/9001"
    assert made.get("PrivateNote") is None
    assert books.read("Invoice", made.ref.id)["PrivateNote"] == f"[HubSpot {PORTAL}/9001]"


def test_a_line_is_read_as_it_was_written(quickbooks, nordwind, setup):
    wanted = line(setup, "300", 3, description="Days")
    made = sent(quickbooks, create(Entity.INVOICE, _fields(nordwind, wanted)))
    (held,) = _items(made)
    assert (held.product, held.quantity, held.unit_price, held.amount) == (
        wanted.product,
        Decimal(3),
        Decimal(100),
        Decimal(300),
    )
    assert held.name == "Setup"
    assert held.id == held.partner != ""


def test_the_amount_is_quantity_times_price_to_the_cent_and_the_price_stays_exact(
    quickbooks, nordwind, setup
):
    wanted = line(setup, "9.99", 7, unit_price="1.42714")
    made = sent(quickbooks, create(Entity.INVOICE, _fields(nordwind, wanted)))
    (held,) = _items(made)
    assert held.amount == Decimal("9.99")
    assert held.unit_price == Decimal("1.42714")


def test_us_lines_say_that_no_tax_is_due(books, quickbooks, nordwind, setup):
    books.options(profile="us_automated_tax")
    made = sent(quickbooks, create(Entity.INVOICE, _fields(nordwind, line(setup, "100"))))
    assert made.get("TotalAmt") == Decimal(100)
    (held, *_) = books.read("Invoice", made.ref.id)["Line"]
    assert held["SalesItemLineDetail"]["TaxCodeRef"]["value"] == "NON"


def test_a_country_that_is_known_is_not_asked_for(books, connect, nordwind, setup):
    books.sandbox.forget_requests()
    sent(connect(country="US"), create(Entity.INVOICE, _fields(nordwind, line(setup, "1"))))
    assert books.sandbox.requests()["total"] == 1


def test_an_answer_is_enough_and_nothing_is_read_after_it(books, quickbooks, nordwind, setup):
    sent(quickbooks, create(Entity.INVOICE, _fields(nordwind, line(setup, "1")), source="1"))
    books.sandbox.forget_requests()
    fields = _fields(nordwind, line(setup, "1"), DocNumber="HS-2")
    sent(quickbooks, create(Entity.INVOICE, fields, source="2"))
    assert books.sandbox.requests()["total"] == 1


@pytest.mark.parametrize("demanding", [False, True])
def test_a_known_line_keeps_what_we_do_not_map(books, quickbooks, nordwind, setup, demanding):
    books.options(sparse_demands_required=demanding)
    made = books.invoice(
        nordwind,
        sale(
            setup, 100, Qty=1, UnitPrice=100, ServiceDate="2026-10-31", TaxCodeRef={"value": "NON"}
        ),
        sale(setup, 50, Qty=1, UnitPrice=50),
    )
    before = read(quickbooks, invoice(made))
    first, second = _items(before)
    changed = replace(first, quantity=Decimal(2), amount=Decimal(200), description="Two days")
    after = sent(quickbooks, update(before, {"Line": (changed, second)}))
    assert after.get("TotalAmt") == Decimal(250)
    assert [one.id for one in _items(after)] == [first.id, second.id]
    held = books.fresh("Invoice", made)["Line"][0]["SalesItemLineDetail"]
    assert held["ServiceDate"] == "2026-10-31"


def test_a_line_left_out_goes_and_a_new_one_comes(books, quickbooks, nordwind, setup):
    made = books.invoice(nordwind, sale(setup, 100), sale(setup, 50))
    before = read(quickbooks, invoice(made))
    kept = _items(before)[1]
    after = sent(quickbooks, update(before, {"Line": (kept, line(setup, "7"))}))
    assert [one.amount for one in _items(after)] == [Decimal(50), Decimal(7)]
    assert _items(after)[0].id == kept.id


def test_texts_stay_behind_the_line_they_followed(books, quickbooks, nordwind, setup):
    made = books.invoice(
        nordwind, _text("Head"), sale(setup, 100), _text("As agreed"), sale(setup, 50)
    )
    before = read(quickbooks, invoice(made))
    kinds = [LineKind.TEXT, LineKind.ITEM, LineKind.TEXT, LineKind.ITEM]
    assert [one.kind for one in before.get("Line")] == kinds
    first, second = _items(before)
    items = (first, replace(second, quantity=Decimal(1), unit_price=Decimal(60)))
    after = sent(quickbooks, update(before, {"Line": items}))
    words = [one.description for one in after.get("Line") if one.kind is LineKind.TEXT]
    assert [one.kind for one in after.get("Line")] == kinds
    assert words == ["Head", "As agreed"]
    assert after.get("TotalAmt") == Decimal(160)


def test_a_line_without_an_item_is_text(books, quickbooks, nordwind, setup):
    bare = {
        "DetailType": "SalesItemLineDetail",
        "Description": "Note",
        "SalesItemLineDetail": {"Qty": 1},
    }
    made = books.invoice(nordwind, sale(setup, 100), bare)
    _, note = read(quickbooks, invoice(made)).get("Line")
    assert (note.kind, note.description, note.amount) == (LineKind.TEXT, "Note", Decimal(0))


def test_a_discount_line_is_positive_and_may_be_a_percentage(books, quickbooks, nordwind, setup):
    made = books.invoice(
        nordwind, sale(setup, 200), discount(PercentBased=True, DiscountPercent=10)
    )
    before = read(quickbooks, invoice(made))
    (held,) = [one for one in before.get("Line") if one.kind is LineKind.DISCOUNT]
    assert (held.amount, held.percent) == (Decimal(20), Decimal(10))
    fixed = replace(held, id="", amount=Decimal(5), percent=None)
    after = sent(quickbooks, update(before, {"Line": (*_items(before), fixed)}))
    assert after.get("TotalAmt") == Decimal(195)
    discounts = [one for one in after.get("Line") if one.kind is LineKind.DISCOUNT]
    assert [(one.amount, one.percent) for one in discounts] == [(Decimal(5), None)]


def test_an_unchanged_percentage_stays_one(books, quickbooks, nordwind, setup):
    made = books.invoice(
        nordwind, sale(setup, 200), discount(PercentBased=True, DiscountPercent=10)
    )
    before = read(quickbooks, invoice(made))
    sent(quickbooks, update(before, {"Line": before.get("Line")}))
    held = next(one for one in books.fresh("Invoice", made)["Line"] if "DiscountLineDetail" in one)
    assert held["DiscountLineDetail"]["PercentBased"] is True


def test_a_bundle_is_read_as_its_children_and_written_back_as_a_bundle(
    books, quickbooks, nordwind, setup
):
    cable = books.item("Cable", UnitPrice=5)
    kit = books.person(
        "create",
        "Item",
        fields={"Name": "Kit", "Type": "Group"},
        bundle=[{"item": setup["Id"], "quantity": 1}, {"item": cable["Id"], "quantity": 2}],
    )
    group = {
        "DetailType": "GroupLineDetail",
        "GroupLineDetail": {"GroupItemRef": {"value": kit}, "Quantity": 1},
    }
    made = books.invoice(nordwind, group, sale(setup, 40))
    before = read(quickbooks, invoice(made))
    first, second, single = _items(before)
    assert first.description.startswith("Kit")
    assert [one.amount for one in (first, second, single)] == [100, 10, 40]
    more = replace(single, quantity=Decimal(1), unit_price=Decimal(41), amount=Decimal(41))
    after = sent(quickbooks, update(before, {"Line": (first, second, more)}))
    assert after.get("TotalAmt") == Decimal(151)
    assert [one.description for one in _items(after)] == [
        one.description for one in (first, second, single)
    ]
    (held, *_) = books.fresh("Invoice", made)["Line"]
    assert held["DetailType"] == "GroupLineDetail"
    assert len(held["GroupLineDetail"]["Line"]) == 2


def test_each_tax_of_the_invoice_is_a_line_of_its_own(books, quickbooks, nordwind, setup):
    books.options(profile="us_automated_tax")
    made = books.invoice(
        nordwind, sale(setup, 100, TaxCodeRef={"value": "TAX"}), TxnTaxDetail={"TotalTax": 8.25}
    )
    taxes = [one for one in read(quickbooks, invoice(made)).get("Line") if one.kind is LineKind.TAX]
    assert sum(one.amount for one in taxes) == Decimal("8.25")
    assert [one.partner for one in taxes] == [f"tax:{n}" for n in range(1, len(taxes) + 1)]
    assert all(one.id == "" for one in taxes)


def test_a_note_of_the_book_keeper_stays_above_the_marker(books, quickbooks, nordwind, setup):
    fields = _fields(nordwind, line(setup, "1"), PrivateNote="Approved by Ada")
    made = sent(quickbooks, create(Entity.INVOICE, fields))
    assert made.get("PrivateNote") == "Approved by Ada"
    after = sent(quickbooks, update(made, {"PrivateNote": "Approved by Ben"}))
    assert (after.get("PrivateNote"), after.key) == ("Approved by Ben", f"{PORTAL}/9001")
    note = books.read("Invoice", made.ref.id)["PrivateNote"]
    assert note == f"Approved by Ben\n[HubSpot {PORTAL}/9001]"


@pytest.mark.parametrize("demanding", [False, True])
def test_an_update_without_lines_leaves_the_lines_alone(
    books, quickbooks, nordwind, setup, demanding
):
    books.options(sparse_demands_required=demanding)
    made = books.invoice(nordwind, sale(setup, 100), PrivateNote="Mine")
    before = read(quickbooks, invoice(made))
    fields = {"DueDate": date(2027, 1, 1), "CustomerMemo": "Thanks", "BillEmail": "ap@acme.test"}
    after = sent(quickbooks, update(before, fields))
    assert {name: after.get(name) for name in fields} == fields
    assert after.get("Line") == before.get("Line")
    assert books.fresh("Invoice", made)["PrivateNote"] == "Mine"


def test_a_tax_set_by_hand_outlives_a_demand_for_every_field(books, quickbooks, nordwind, setup):
    books.options(profile="us_automated_tax", sparse_demands_required=True)
    made = books.invoice(
        nordwind, sale(setup, 100, TaxCodeRef={"value": "TAX"}), TxnTaxDetail={"TotalTax": 8.25}
    )
    after = sent(quickbooks, update(read(quickbooks, invoice(made)), {"CustomerMemo": "Thanks"}))
    assert (after.get("CustomerMemo"), after.get("TotalAmt")) == ("Thanks", Decimal("108.25"))


def test_the_payments_of_an_invoice_are_named_by_their_allocation(
    books, quickbooks, nordwind, setup
):
    made = books.invoice(nordwind, sale(setup, 100))
    payment = books.payment(nordwind, 60, applied(made, 60))
    snapshot = read(quickbooks, invoice(made))
    assert snapshot.payments == (ref(Entity.PAYMENT, f"{payment['Id']}/{made['Id']}"),)
    assert snapshot.get("Balance") == Decimal(40)


@pytest.mark.parametrize("prefix", ["Voided", "Annulé"])
def test_a_void_is_recognised_in_any_language(books, quickbooks, nordwind, setup, prefix):
    books.options(void_note_prefix=prefix)
    made = books.invoice(nordwind, sale(setup, 100, Qty=1, UnitPrice=100), PrivateNote="Mine")
    books.person("void", "Invoice", made["Id"])
    assert read(quickbooks, invoice(made)).presence is Presence.VOIDED


def test_an_invoice_of_zero_is_not_void(books, quickbooks, nordwind, setup):
    made = books.invoice(
        nordwind, sale(setup, 0, Qty=1, UnitPrice=0), PrivateNote="Voided the old one"
    )
    assert read(quickbooks, invoice(made)).presence is Presence.LIVE


def test_it_voids_an_invoice(books, quickbooks, nordwind, setup):
    made = sent(quickbooks, create(Entity.INVOICE, _fields(nordwind, line(setup, "100"))))
    after = sent(quickbooks, void(made))
    assert after.presence is Presence.VOIDED
    assert after.key == f"{PORTAL}/9001"


def test_a_paid_invoice_cannot_be_voided(books, quickbooks, nordwind, setup):
    made = books.invoice(nordwind, sale(setup, 100))
    books.payment(nordwind, 100, applied(made, 100))
    fault = refusal(quickbooks, void(read(quickbooks, invoice(made))))
    assert (fault.kind, fault.category) == (FaultKind.REJECTED, "payments_applied")


def test_a_deleted_invoice_is_gone(books, quickbooks, nordwind, setup):
    made = books.invoice(nordwind, sale(setup, 100))
    books.person("delete", "Invoice", made["Id"])
    assert read(quickbooks, invoice(made)).presence is Presence.GONE


def test_a_number_that_is_taken_is_a_number_clash(books, quickbooks, nordwind, setup):
    books.prefer("SalesFormsPrefs", CustomTxnNumbers=True)
    books.invoice(nordwind, sale(setup, 100), DocNumber="HS-1042")
    fault = refusal(quickbooks, create(Entity.INVOICE, _fields(nordwind, line(setup, "1"))))
    assert (fault.kind, fault.category, fault.code) == (
        FaultKind.REJECTED,
        "number_clash",
        "6140",
    )


@pytest.mark.parametrize("code", ["6210", "6200", "5010", "6000"])
def test_closed_books_are_told_from_a_version_clash(books, quickbooks, nordwind, setup, code):
    books.options(closed_books_code=code)
    books.person("close_books", "Preferences", until="2026-11-10")
    fault = refusal(quickbooks, create(Entity.INVOICE, _fields(nordwind, line(setup, "1"))))
    assert (fault.kind, fault.category) == (FaultKind.REJECTED, "closed_period")


@pytest.mark.parametrize("code", ["6000", "2220"])
def test_a_currency_that_is_not_the_customers_is_refused_for_it(books, quickbooks, code):
    books.options(profile="multicurrency", currency_mismatch_code=code)
    buyer, item = books.customer(CurrencyRef={"value": "EUR"}), books.item()
    fields = _fields(buyer, line(item, "1"), CurrencyRef="USD")
    fault = refusal(quickbooks, create(Entity.INVOICE, fields))
    assert (fault.kind, fault.code, fault.category) == (FaultKind.REJECTED, code, "currency")


def test_a_line_without_an_item_is_not_sent_at_all(books, quickbooks, nordwind):
    books.sandbox.forget_requests()
    bare = line(None, "10", description="Travel")
    fault = refusal(quickbooks, create(Entity.INVOICE, _fields(nordwind, bare)))
    assert fault.kind is FaultKind.REJECTED
    assert "Travel" in fault.message
    assert books.sandbox.requests()["writes"] == 0


def test_outside_the_us_a_line_keeps_its_tax_code(books, quickbooks):
    books.options(profile="canada")
    code = books.query("select * from TaxCode")["TaxCode"][-1]["Id"]
    buyer, item = books.customer(), books.item()
    made = books.invoice(buyer, sale(item, 100, Qty=1, UnitPrice=100, TaxCodeRef={"value": code}))
    before = read(quickbooks, invoice(made))
    (held,) = _items(before)
    more = replace(held, quantity=Decimal(2), amount=Decimal(200))
    sent(quickbooks, update(before, {"Line": (more,)}))
    fresh = books.fresh("Invoice", made)["Line"][0]
    assert fresh["SalesItemLineDetail"]["TaxCodeRef"]["value"] == code
    assert fresh["Amount"] == Decimal(200)
