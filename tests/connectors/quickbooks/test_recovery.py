from datetime import date
from decimal import Decimal

import pytest

from syncapp.engine.records import Entity
from tests.connectors.quickbooks.conftest import PORTAL
from tests.connectors.quickbooks.factories import (
    allocation,
    create,
    customer,
    invoice,
    line,
    read,
    ref,
    send,
    sent,
    update,
    void,
)
from tests.sandbox.quickbooks.books import applied, sale
from tests.sandbox.quickbooks.books import ref as value_of

EMAIL = "PrimaryEmailAddr.Address"


def _customer(name, email=None, source="1"):
    fields = {"DisplayName": name, **({EMAIL: email} if email else {})}
    return create(Entity.CONTACT, fields, source=source)


def _invoice(buyer, item, number, source):
    fields = {
        "CustomerRef": customer(buyer),
        "DocNumber": number,
        "TxnDate": date(2026, 11, 2),
        "Line": (line(item, "100"),),
    }
    return create(Entity.INVOICE, fields, source=source)


def _payment(buyer, bill, source, amount="100", day=3):
    fields = {
        "Amount": Decimal(amount),
        "Invoice": invoice(bill),
        "CustomerRef": customer(buyer),
        "TxnDate": date(2026, 11, day),
    }
    return create(Entity.PAYMENT, fields, source=source)


def _marked(source):
    return f"[HubSpot {PORTAL}/{source}]"


@pytest.fixture
def buyer(books):
    return books.customer("Nordwind")


@pytest.fixture
def item(books):
    return books.item()


def test_a_customer_is_found_by_its_address(books, quickbooks):
    made = books.customer("Ada Berg", PrimaryEmailAddr={"Address": "Ada@Acme.test"})
    asked = _customer("Ada Berg", "ada@acme.test")
    assert quickbooks.find_applied([asked])[asked.request_id].ref == customer(made)


def test_of_customers_with_one_address_the_one_with_our_name_is_ours(books, quickbooks):
    books.customer("Somebody", PrimaryEmailAddr={"Address": "ap@acme.test"})
    made = books.customer("Ada Berg", PrimaryEmailAddr={"Address": "ap@acme.test"})
    asked, unclear = _customer("Ada Berg", "ap@acme.test"), _customer("Ben", "ap@acme.test", "2")
    found = quickbooks.find_applied([asked, unclear])
    assert {key: one.ref for key, one in found.items()} == {asked.request_id: customer(made)}


def test_a_customer_of_our_name_with_another_address_is_somebody_else(books, quickbooks):
    books.customer("Ada Berg", PrimaryEmailAddr={"Address": "other@acme.test"})
    books.customer("Ben Lund")
    asked = [_customer("Ada Berg", "ada@acme.test"), _customer("Ben Lund", "ben@acme.test", "2")]
    assert quickbooks.find_applied(asked) == {}


def test_without_an_address_the_name_must_do(books, quickbooks):
    made = books.customer("Walk-in")
    books.customer("Cleo", PrimaryEmailAddr={"Address": "cleo@acme.test"})
    asked = [_customer("Walk-in"), _customer("Cleo", source="2")]
    found = quickbooks.find_applied(asked)
    assert {key: one.ref for key, one in found.items()} == {asked[0].request_id: customer(made)}


def test_a_sub_customer_is_not_taken_for_its_parent(books, quickbooks):
    address = {"Address": "ap@acme.test"}
    parent = books.customer("Acme", PrimaryEmailAddr=address)
    books.customer("Acme East", PrimaryEmailAddr=address, Job=True, ParentRef=value_of(parent))
    asked = _customer("Acme Ltd", "ap@acme.test")
    assert quickbooks.find_applied([asked])[asked.request_id].ref == customer(parent)


def test_an_item_is_found_by_its_sku_or_where_it_has_none_by_its_name(books, quickbooks):
    one, other = books.item("Setup", Sku="SET-1"), books.item("Custom line item")
    books.item("Cable", Sku="CAB-9")
    asked = [
        create(Entity.PRODUCT, fields, source=str(number))
        for number, fields in enumerate(
            [{"Name": "Setup", "Sku": "set-1"}, {"Name": "Custom line item"}, {"Name": "Cable"}]
        )
    ]
    found = quickbooks.find_applied(asked)
    assert {key: one.ref.id for key, one in found.items()} == {
        asked[0].request_id: one["Id"],
        asked[1].request_id: other["Id"],
    }


def test_an_invoice_is_ours_only_with_our_marker(books, quickbooks, buyer, item):
    made = books.invoice(buyer, sale(item, 100), DocNumber="HS-1", PrivateNote=_marked("501"))
    books.invoice(buyer, sale(item, 100), DocNumber="HS-2")
    books.invoice(buyer, sale(item, 100), DocNumber="HS-3", PrivateNote=_marked("999"))
    books.invoice(buyer, sale(item, 100), DocNumber="HS-4", PrivateNote="[HubSpot 4711/504]")
    asked = [_invoice(buyer, item, f"HS-{n}", f"50{n}") for n in range(1, 5)]
    found = quickbooks.find_applied(asked)
    assert {key: one.ref for key, one in found.items()} == {asked[0].request_id: invoice(made)}


def test_two_invoices_with_our_marker_are_nobodys_proof(books, quickbooks, buyer, item):
    for _ in range(2):
        books.invoice(buyer, sale(item, 100), DocNumber="HS-1", PrivateNote=_marked("501"))
    assert quickbooks.find_applied([_invoice(buyer, item, "HS-1", "501")]) == {}


def test_a_payment_is_ours_only_with_our_marker(books, quickbooks, buyer, item):
    bills = [books.invoice(buyer, sale(item, 100)) for _ in range(3)]
    noted = {"TxnDate": "2026-11-03", "PrivateNote": _marked("601")}
    made = books.payment(buyer, 100, applied(bills[0], 100), **noted)
    books.payment(buyer, 100, applied(bills[1], 100), TxnDate="2026-11-03")
    books.payment(buyer, 90, applied(bills[2], 90), **noted | {"PrivateNote": _marked("603")})
    asked = [_payment(buyer, bill, f"60{n}") for n, bill in enumerate(bills, start=1)]
    found = quickbooks.find_applied(asked)
    assert {key: one.ref for key, one in found.items()} == {
        asked[0].request_id: allocation(made, bills[0])
    }


def test_payments_of_many_days_and_customers_are_looked_up_in_one_query(books, quickbooks, item):
    asked = []
    for day in range(1, 10):
        buyer = books.customer(f"Customer {day}")
        bill = books.invoice(buyer, sale(item, 100))
        note = {"PrivateNote": _marked(day), "TxnDate": f"2026-11-{day:02}"}
        books.payment(buyer, 100, applied(bill, 100), **note)
        asked.append(_payment(buyer, bill, str(day), day=day))
    books.sandbox.forget_requests()
    assert len(quickbooks.find_applied(asked)) == 9
    assert books.sandbox.requests()["total"] == 1


def test_hundreds_of_creates_are_looked_up_in_one_query(books, quickbooks, buyer, item):
    asked = [_invoice(buyer, item, f"HS-{n}", str(n)) for n in range(600)]
    books.sandbox.forget_requests()
    assert quickbooks.find_applied(asked) == {}
    assert books.sandbox.requests()["total"] == 1


@pytest.mark.parametrize("kind", ["drop_after_commit", "drop_before_commit"])
def test_what_became_of_a_silent_batch_is_found_out(books, quickbooks, buyer, item, kind):
    bill = books.invoice(buyer, sale(item, 100))
    writes = [
        _customer("Ada", "ada@acme.test"),
        create(Entity.PRODUCT, _cable(books), source="2"),
        _invoice(buyer, item, "HS-9", "3"),
        _payment(buyer, bill, "4"),
    ]
    books.sandbox.fault(kind, vendor="quickbooks", path="/batch$", times=1)
    send(quickbooks, *writes)
    found = quickbooks.find_applied(writes)
    expected = {one.request_id for one in writes} if kind == "drop_after_commit" else set()
    assert set(found) == expected


def test_a_half_done_batch_shows_its_first_half(books, quickbooks, buyer, item):
    books.options(batch_cut_after=2)
    writes = [_invoice(buyer, item, f"HS-{n}", str(n)) for n in range(4)]
    send(quickbooks, *writes)
    assert set(quickbooks.find_applied(writes)) == {one.request_id for one in writes[:2]}


def test_an_update_of_lines_has_happened_when_the_invoice_holds_them(
    books, quickbooks, buyer, item
):
    made = books.invoice(buyer, sale(item, 100, Qty=1, UnitPrice=100))
    before = read(quickbooks, invoice(made))
    asked = update(before, {"Line": (line(item, "250"),), "DueDate": date(2027, 1, 1)})
    assert quickbooks.find_applied([asked]) == {}
    sent(quickbooks, asked)
    assert set(quickbooks.find_applied([asked])) == {asked.request_id}


def test_a_changed_payment_has_happened_when_its_allocation_holds_the_amount(
    books, quickbooks, buyer, item
):
    bill = books.invoice(buyer, sale(item, 100))
    payment = books.payment(buyer, 60, applied(bill, 60))
    asked = update(read(quickbooks, allocation(payment, bill)), {"Amount": Decimal(70)})
    assert quickbooks.find_applied([asked]) == {}
    sent(quickbooks, asked)
    assert set(quickbooks.find_applied([asked])) == {asked.request_id}


def test_a_void_has_happened_when_the_record_is_void(books, quickbooks, buyer, item):
    made = books.invoice(buyer, sale(item, 100))
    asked = void(read(quickbooks, invoice(made)))
    assert quickbooks.find_applied([asked]) == {}
    sent(quickbooks, asked)
    assert set(quickbooks.find_applied([asked])) == {asked.request_id}


def test_a_deleted_create_is_not_found_although_its_answer_is_replayed(
    books, quickbooks, buyer, item
):
    asked = _invoice(buyer, item, "HS-1", "1")
    made = sent(quickbooks, asked)
    books.person("delete", "Invoice", made.ref.id)
    assert quickbooks.find_applied([asked]) == {}
    replayed = sent(quickbooks, asked)
    assert replayed.ref == made.ref
    assert not read(quickbooks, ref(Entity.INVOICE, made.ref.id)).is_live


def _cable(books):
    account = books.account("Income")["value"]
    return {"Name": "Cable", "Type": "Service", "Sku": "CAB-1", "IncomeAccountRef": account}
