"""Invoices, payments and credit memos, by python-quickbooks."""

from collections.abc import Callable

import pytest
from quickbooks import QuickBooks
from quickbooks.exceptions import ObjectNotFoundException, QuickbooksException
from quickbooks.objects.base import CustomerMemo, EmailAddress
from quickbooks.objects.creditmemo import CreditMemo
from quickbooks.objects.customer import Customer
from quickbooks.objects.detailline import (
    DescriptionOnlyLine,
    DiscountLine,
    DiscountLineDetail,
    SalesItemLine,
    SalesItemLineDetail,
)
from quickbooks.objects.invoice import Invoice
from quickbooks.objects.item import Item
from quickbooks.objects.payment import Payment, PaymentLine
from quickbooks.objects.term import Term

Bill = Callable[..., Invoice]


def pay(qb: QuickBooks, customer: Customer, total: float, *settled: Invoice) -> Payment:
    payment = Payment()
    payment.CustomerRef, payment.TotalAmt = customer.to_ref(), total
    for invoice in settled:
        line = PaymentLine()
        line.Amount = invoice.Balance
        line.LinkedTxn.append(invoice.to_linked_txn())
        payment.Line.append(line)
    return payment.save(qb=qb)


def test_an_invoice_is_created_read_changed_and_found(qb: QuickBooks, bill: Bill) -> None:
    term = Term.filter(Name="Net 30", qb=qb)[0]
    invoice = bill(
        250, DocNumber="HS-7", TxnDate="2026-11-02", SalesTermRef=term.to_ref(), PrivateNote="x"
    )
    assert (invoice.TotalAmt, invoice.Balance, invoice.DueDate) == (250, 250, "2026-12-02")
    read = Invoice.get(invoice.Id, qb=qb)
    assert [line.DetailType for line in read.Line] == ["SalesItemLineDetail", "SubTotalLineDetail"]
    assert read.Line[0].SalesItemLineDetail.UnitPrice == 250
    read.CustomerMemo = CustomerMemo()
    read.CustomerMemo.value = "Thank you"
    saved = read.save(qb=qb)
    assert (saved.SyncToken, saved.CustomerMemo.value) == ("1", "Thank you")
    assert saved.Line[0].Id == invoice.Line[0].Id
    assert [one.Id for one in Invoice.filter(DocNumber="HS-7", qb=qb)] == [invoice.Id]
    assert [one.Id for one in Invoice.where("TotalAmt > '249'", qb=qb)] == [invoice.Id]


def test_lines_built_with_nothing_but_an_amount_are_taken(
    qb: QuickBooks, customer: Customer, item: Item
) -> None:
    line = SalesItemLine()
    line.Amount = 100
    line.SalesItemLineDetail = SalesItemLineDetail()
    line.SalesItemLineDetail.ItemRef = item.to_ref()
    text = DescriptionOnlyLine()
    text.Description = "Thank you"
    discount = DiscountLine()
    discount.Amount = 10
    discount.DiscountLineDetail = DiscountLineDetail()
    invoice = Invoice()
    invoice.CustomerRef, invoice.Line = customer.to_ref(), [line, text, discount]
    saved = invoice.save(qb=qb)
    assert saved.TotalAmt == 90
    assert len(saved.Line) == 4


def test_an_invoice_is_sent(qb: QuickBooks, bill: Bill) -> None:
    invoice = bill()
    invoice.BillEmail = EmailAddress()
    invoice.BillEmail.Address = "ap@nordwind.test"
    invoice.save(qb=qb).send(qb=qb)
    assert Invoice.get(invoice.Id, qb=qb).email_sent
    invoice.send(qb=qb, send_to="else@nordwind.test")
    assert Invoice.get(invoice.Id, qb=qb).BillEmail.Address == "else@nordwind.test"


def test_an_invoice_is_voided_and_another_deleted(qb: QuickBooks, bill: Bill) -> None:
    voided, deleted = bill(), bill()
    voided.void(qb=qb)
    assert Invoice.get(voided.Id, qb=qb).PrivateNote == "Voided"
    assert deleted.delete(qb=qb)["Invoice"]["status"] == "Deleted"
    with pytest.raises(ObjectNotFoundException):
        Invoice.get(deleted.Id, qb=qb)


def test_a_payment_settles_two_invoices_and_is_voided(
    qb: QuickBooks, bill: Bill, customer: Customer
) -> None:
    first, second = bill(100), bill(50)
    payment = pay(qb, customer, 160, first, second)
    assert payment.UnappliedAmt == 10
    assert Invoice.get(first.Id, qb=qb).Balance == 0
    linked = Invoice.get(second.Id, qb=qb).LinkedTxn
    assert [(one.TxnId, one.TxnType) for one in linked] == [(payment.Id, "Payment")]
    with pytest.raises(QuickbooksException):
        Invoice.get(first.Id, qb=qb).void(qb=qb)
    payment.void(qb=qb)
    again = Payment.get(payment.Id, qb=qb)
    assert (again.TotalAmt, again.Line) == (0, [])
    assert Invoice.get(first.Id, qb=qb).Balance == 100


def test_a_payment_is_changed_and_deleted(qb: QuickBooks, bill: Bill, customer: Customer) -> None:
    invoice = bill(100)
    payment = pay(qb, customer, 100, invoice)
    read = Payment.get(payment.Id, qb=qb)
    read.PaymentRefNum = "CHK 7"
    saved = read.save(qb=qb)
    assert (saved.PaymentRefNum, saved.UnappliedAmt) == ("CHK 7", 0)
    assert [one.Id for one in Payment.filter(PaymentRefNum="CHK 7", qb=qb)] == [payment.Id]
    saved.delete(qb=qb)
    assert Payment.all(qb=qb) == []
    assert Invoice.get(invoice.Id, qb=qb).Balance == 100


def test_a_credit_memo_is_created_applied_and_changed(
    qb: QuickBooks, bill: Bill, customer: Customer
) -> None:
    invoice = bill(100)
    memo = CreditMemo()
    memo.CustomerRef, memo.Line = customer.to_ref(), bill(30).Line
    memo = memo.save(qb=qb)
    assert memo.RemainingCredit == 30
    payment = Payment()
    payment.CustomerRef, payment.TotalAmt = customer.to_ref(), 0
    for target in (invoice, memo):
        line = PaymentLine()
        line.Amount = 30
        line.LinkedTxn.append(target.to_linked_txn())
        payment.Line.append(line)
    payment.save(qb=qb)
    assert Invoice.get(invoice.Id, qb=qb).Balance == 70
    read = CreditMemo.get(memo.Id, qb=qb)
    assert read.RemainingCredit == 0
    read.PrivateNote = "Sorry"
    assert read.save(qb=qb).PrivateNote == "Sorry"


def test_a_request_id_makes_a_create_safe_to_repeat(
    qb: QuickBooks, customer: Customer, bill: Bill
) -> None:
    template = bill()
    twins = []
    for _ in range(2):
        invoice = Invoice()
        invoice.CustomerRef, invoice.Line = customer.to_ref(), template.Line
        twins.append(invoice.save(qb=qb, request_id="r-1"))
    assert twins[0].Id == twins[1].Id
    assert Invoice.count(qb=qb) == 2


@pytest.mark.parametrize(
    ("fields", "code"),
    [({"DocNumber": "x" * 22}, 2050), ({"TxnDate": "soon"}, 2060), ({"CustomerRef": None}, 2020)],
)
def test_what_is_wrong_is_told_by_its_code(bill: Bill, fields: dict, code: int) -> None:
    with pytest.raises(QuickbooksException) as refused:
        bill(**fields)
    assert refused.value.error_code == code
