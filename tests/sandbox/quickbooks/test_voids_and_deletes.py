"""What is left of voided and deleted documents."""

import pytest

from tests.sandbox.quickbooks.books import Books, Record, Refused, applied, identity, sale


@pytest.fixture
def invoice(books: Books) -> Record:
    item = books.item()
    return books.invoice(
        books.customer("Acme"),
        sale(item, 300, Qty=3, UnitPrice=100),
        sale(item, 5),
        PrivateNote="from HubSpot",
        DocNumber="HS-1",
    )


def test_a_voided_invoice_is_all_zeros_with_a_note(books: Books, invoice: Record) -> None:
    void = books.void_invoice(invoice)
    assert (void["TotalAmt"], void["Balance"], void["TxnTaxDetail"]["TotalTax"]) == (0, 0, 0)
    assert all(line["Amount"] == 0 for line in void["Line"])
    detail = void["Line"][0]["SalesItemLineDetail"]
    assert detail["Qty"] == 0
    assert "UnitPrice" not in detail
    assert void["LinkedTxn"] == []
    assert void["PrivateNote"].startswith("Voided")
    assert void["PrivateNote"].endswith("from HubSpot")
    assert void["SyncToken"] == "1"
    kept = ("DocNumber", "TxnDate", "DueDate", "CustomerRef")
    assert {name: void[name] for name in kept} == {name: invoice[name] for name in kept}
    assert books.one("select * from Invoice")["Id"] == invoice["Id"]
    assert books.read("Customer", invoice["CustomerRef"]["value"])["Balance"] == 0


def test_the_note_of_a_void_is_in_the_companys_language(books: Books, invoice: Record) -> None:
    books.options(void_note_prefix="Annulé")
    assert books.void_invoice(invoice)["PrivateNote"].startswith("Annulé")


def test_a_paid_invoice_is_neither_voided_nor_deleted(books: Books, invoice: Record) -> None:
    payment = books.payment({"Id": invoice["CustomerRef"]["value"]}, 5, applied(invoice, 5))
    paid = books.fresh("Invoice", invoice)
    with pytest.raises(Refused) as void:
        books.void_invoice(paid)
    with pytest.raises(Refused) as delete:
        books.delete("Invoice", paid)
    assert (void.value.code, void.value.status, delete.value.code) == ("6000", 400, "800")
    books.void_payment(payment)
    assert books.void_invoice(books.fresh("Invoice", paid))["TotalAmt"] == 0


def test_the_codes_of_these_refusals_are_switches(books: Books, invoice: Record) -> None:
    books.payment({"Id": invoice["CustomerRef"]["value"]}, 5, applied(invoice, 5))
    books.options(void_paid_invoice_code="6450", delete_linked_code="6400")
    paid = books.fresh("Invoice", invoice)
    for attempt, code in ((books.void_invoice, "6450"), (delete_with(books), "6400")):
        with pytest.raises(Refused) as refused:
            attempt(paid)
        assert refused.value.code == code


def delete_with(books: Books):
    return lambda invoice: books.delete("Invoice", invoice)


def test_a_deleted_invoice_is_gone(books: Books, invoice: Record) -> None:
    gone = books.delete("Invoice", invoice)
    assert gone == {"domain": "QBO", "status": "Deleted", "Id": invoice["Id"]}
    with pytest.raises(Refused) as read:
        books.fresh("Invoice", invoice)
    with pytest.raises(Refused) as again:
        books.delete("Invoice", invoice)
    assert (read.value.code, again.value.code) == ("610", "610")
    assert books.query("select * from Invoice") == {}
    assert books.read("Customer", invoice["CustomerRef"]["value"])["Balance"] == 0
    assert books.world()["Invoice"][invoice["Id"]]["_deleted"] is True


def test_delete_and_void_check_the_token(books: Books, invoice: Record) -> None:
    books.update("Invoice", invoice, {"PrivateNote": "newer"})
    for attempt in (books.void_invoice, delete_with(books)):
        with pytest.raises(Refused) as refused:
            attempt(invoice)
        assert refused.value.code == "5010"


def test_a_delete_that_echoes_the_record_may_be_refused(books: Books, invoice: Record) -> None:
    books.options(delete_echo="refused")
    with pytest.raises(Refused) as refused:
        books.ask("POST", "invoice", invoice, operation="delete")
    assert refused.value.code == "6000"
    books.ask("POST", "invoice", identity(invoice), operation="delete")


def test_a_voided_invoice_stays_one_when_its_note_changes(books: Books, invoice: Record) -> None:
    void = books.void_invoice(invoice)
    after = books.update("Invoice", void, {"CustomerMemo": {"value": "Sorry"}})
    assert after["TotalAmt"] == 0
    assert after["Line"] == void["Line"]
