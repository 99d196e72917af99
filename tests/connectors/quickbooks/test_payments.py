from datetime import date
from decimal import Decimal

import pytest

from syncapp.engine.records import Entity, Presence
from syncapp.engine.writes import FaultKind
from tests.connectors.quickbooks.conftest import PORTAL
from tests.connectors.quickbooks.factories import (
    allocation,
    create,
    customer,
    invoice,
    read,
    ref,
    refusal,
    sent,
    update,
    void,
)
from tests.sandbox.quickbooks.books import applied, sale


@pytest.fixture
def nordwind(books):
    return books.customer()


@pytest.fixture
def bills(books, nordwind):
    """Two invoices of 100 each."""
    item = books.item()
    return [books.invoice(nordwind, sale(item, 100)) for _ in range(2)]


def _fields(nordwind, bill, amount="100", **more):
    return {
        "Amount": Decimal(amount),
        "Invoice": invoice(bill),
        "CustomerRef": customer(nordwind),
        "TxnDate": date(2026, 11, 3),
        **more,
    }


def _methods(books):
    return {
        one["Name"]: one["Id"]
        for one in books.query("select * from PaymentMethod")["PaymentMethod"]
    }


def test_one_payment_is_read_as_one_allocation_for_each_invoice(books, quickbooks, nordwind, bills):
    payment = books.payment(
        nordwind,
        170,
        applied(bills[0], 100),
        applied(bills[1], 50),
        PaymentRefNum="CHK-7",
        PaymentMethodRef={"value": _methods(books)["Check"]},
        TxnDate="2026-11-03",
    )
    first, second = (read(quickbooks, allocation(payment, bill)) for bill in bills)
    assert (first.get("Amount"), second.get("Amount")) == (Decimal(100), Decimal(50))
    assert second.get("Invoice") == invoice(bills[1])
    assert second.get("CustomerRef") == customer(nordwind)
    assert second.get("PaymentMethodRef") == "Check"
    assert second.get("PaymentRefNum") == "CHK-7"
    assert second.get("TxnDate") == date(2026, 11, 3)
    assert (second.get("TotalAmt"), second.get("UnappliedAmt")) == (Decimal(170), Decimal(20))
    assert (second.get("is_credit"), second.get("is_deposited")) == (False, False)


def test_allocations_of_one_payment_cost_one_read(books, quickbooks, nordwind, bills):
    payment = books.payment(nordwind, 150, applied(bills[0], 100), applied(bills[1], 50))
    books.sandbox.forget_requests()
    found = quickbooks.fetch([allocation(payment, bill) for bill in bills])
    assert len(found) == 2
    assert books.sandbox.requests()["total"] == 1


def test_the_bare_payment_names_its_allocations(books, quickbooks, nordwind, bills):
    payment = books.payment(nordwind, 150, applied(bills[0], 100), applied(bills[1], 50))
    snapshot = read(quickbooks, ref(Entity.PAYMENT, payment["Id"]))
    assert snapshot.payments == tuple(allocation(payment, bill) for bill in bills)


def test_an_allocation_the_payment_dropped_is_gone(books, quickbooks, nordwind, bills):
    payment = books.payment(nordwind, 150, applied(bills[0], 100), applied(bills[1], 50))
    books.update("Payment", payment, {"Line": [applied(bills[0], 100)]})
    assert read(quickbooks, allocation(payment, bills[0])).presence is Presence.LIVE
    assert read(quickbooks, allocation(payment, bills[1])).presence is Presence.GONE


def test_it_books_a_payment_on_an_invoice(books, quickbooks, nordwind, bills):
    fields = _fields(nordwind, bills[0], PaymentRefNum="ch_123", PaymentMethodRef="check")
    made = sent(quickbooks, create(Entity.PAYMENT, fields, source="5005"))
    payment_id, _, invoice_id = made.ref.id.partition("/")
    assert invoice_id == bills[0]["Id"]
    assert made.key == f"{PORTAL}/5005"
    assert made.get("PaymentMethodRef") == "Check"
    held = books.read("Payment", payment_id)
    assert (held["TotalAmt"], held["UnappliedAmt"]) == (Decimal(100), Decimal(0))
    assert held["PrivateNote"] == f"[HubSpot {PORTAL}/5005]"
    assert books.fresh("Invoice", bills[0])["Balance"] == 0


def test_it_books_to_the_account_it_is_told(books, quickbooks, nordwind, bills):
    account = books.account("Bank")["value"]
    fields = _fields(nordwind, bills[0], DepositToAccountRef=account)
    assert sent(quickbooks, create(Entity.PAYMENT, fields)).get("DepositToAccountRef") == account


def test_a_method_this_company_does_not_know_is_left_out(quickbooks, nordwind, bills):
    fields = _fields(nordwind, bills[0], PaymentMethodRef="Carrier pigeon")
    assert sent(quickbooks, create(Entity.PAYMENT, fields)).get("PaymentMethodRef") is None


def test_the_list_of_methods_is_read_once(books, quickbooks, nordwind, bills):
    books.sandbox.forget_requests()
    for number, bill in enumerate(bills):
        fields = _fields(nordwind, bill, PaymentMethodRef="Cash")
        sent(quickbooks, create(Entity.PAYMENT, fields, source=str(number)))
    assert books.sandbox.requests()["total"] == 3


def test_a_change_of_one_allocation_sends_the_others_along(books, quickbooks, nordwind, bills):
    payment = books.payment(nordwind, 150, applied(bills[0], 100), applied(bills[1], 50))
    before = read(quickbooks, allocation(payment, bills[1]))
    after = sent(quickbooks, update(before, {"Amount": Decimal(70), "PaymentRefNum": "late"}))
    assert after.ref == before.ref
    assert (after.get("Amount"), after.get("TotalAmt")) == (Decimal(70), Decimal(170))
    assert read(quickbooks, allocation(payment, bills[0])).get("Amount") == Decimal(100)
    assert books.fresh("Payment", payment)["PaymentRefNum"] == "late"


@pytest.mark.parametrize("demanding", [False, True])
def test_a_change_beside_the_amount_unlinks_nothing(books, quickbooks, nordwind, bills, demanding):
    books.options(sparse_demands_required=demanding)
    payment = books.payment(nordwind, 150, applied(bills[0], 100), applied(bills[1], 50))
    before = read(quickbooks, allocation(payment, bills[0]))
    sent(quickbooks, update(before, {"TxnDate": date(2026, 11, 9)}))
    assert len(books.fresh("Payment", payment)["Line"]) == 2


def test_it_voids_a_payment_and_the_invoice_is_open_again(books, quickbooks, nordwind, bills):
    made = sent(quickbooks, create(Entity.PAYMENT, _fields(nordwind, bills[0])))
    after = sent(quickbooks, void(made))
    assert after.presence is Presence.VOIDED
    assert after.ref == made.ref
    assert read(quickbooks, made.ref).presence is Presence.VOIDED
    assert books.fresh("Invoice", bills[0])["Balance"] == 100


def test_a_deleted_payment_is_gone(books, quickbooks, nordwind, bills):
    payment = books.payment(nordwind, 100, applied(bills[0], 100))
    books.person("delete", "Payment", payment["Id"])
    assert read(quickbooks, allocation(payment, bills[0])).presence is Presence.GONE


def test_a_deposited_payment_is_shown_as_such_and_frozen(books, quickbooks, nordwind, bills):
    payment = books.payment(nordwind, 100, applied(bills[0], 100))
    books.person("deposit", "Payment", payment["Id"])
    before = read(quickbooks, allocation(payment, bills[0]))
    assert before.get("is_deposited") is True
    fault = refusal(quickbooks, void(before))
    assert (fault.kind, fault.category, fault.code) == (
        FaultKind.REJECTED,
        "deposited",
        "6540",
    )


def test_a_credit_memo_reaches_an_invoice_as_a_credit(books, quickbooks, nordwind, bills):
    memo = books.person(
        "create",
        "CreditMemo",
        fields={
            "CustomerRef": {"value": nordwind["Id"]},
            "DocNumber": "CM-7",
            "Line": [sale(books.item("Return"), 30)],
        },
    )
    books.person("apply", "CreditMemo", memo, invoice_id=bills[0]["Id"], amount=30)
    (payment,) = read(quickbooks, invoice(bills[0])).payments
    snapshot = read(quickbooks, payment)
    assert snapshot.get("is_credit") is True
    assert snapshot.get("credit_number") == "CM-7"
    assert (snapshot.get("Amount"), snapshot.get("TotalAmt")) == (Decimal(30), Decimal(0))


@pytest.mark.parametrize("code", ["2500", "620"])
def test_a_payment_of_a_stranger_is_refused(books, quickbooks, bills, code):
    books.options(payment_customer_mismatch_code=code)
    stranger = books.customer("Stranger")
    fault = refusal(quickbooks, create(Entity.PAYMENT, _fields(stranger, bills[0])))
    assert (fault.kind, fault.code) == (FaultKind.REJECTED, code)
