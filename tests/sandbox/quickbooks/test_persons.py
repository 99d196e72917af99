"""What people do in QuickBooks itself, and what apps get to see of it."""

import pytest

from tests.sandbox.quickbooks.books import Books, Refused, applied, ref, sale
from tests.sandbox_process import ControlError


def test_a_person_edits_and_the_record_says_who(books: Books) -> None:
    acme = books.customer("Acme")
    books.person("edit", "Customer", acme["Id"], fields={"Notes": "called"}, by="Ben")
    after = books.fresh("Customer", acme)
    assert (after["Notes"], after["SyncToken"]) == ("called", "1")
    assert after["MetaData"]["LastModifiedByRef"]["name"] == "Ben"


def test_a_person_can_have_acted_in_the_past(books: Books) -> None:
    fields = {"DisplayName": "Acme"}
    made = books.person("create", "Customer", fields=fields, at="2026-01-05T10:00:00Z")
    acme = books.read("Customer", made)
    assert acme["MetaData"]["CreateTime"] == "2026-01-05T02:00:00-08:00"


def test_a_person_pays_an_invoice(books: Books) -> None:
    invoice = books.invoice(books.customer("Acme"), sale(books.item(), 100))
    part = books.person(
        "pay", "Invoice", invoice["Id"], amount="30.50", date="2026-11-05", method="Check"
    )
    payment = books.read("Payment", part)
    assert (payment["TxnDate"], payment["PaymentMethodRef"]["name"]) == ("2026-11-05", "Check")
    assert str(books.fresh("Invoice", invoice)["Balance"]) == "69.50"
    books.person("pay", "Invoice", invoice["Id"])
    assert books.fresh("Invoice", invoice)["Balance"] == 0


def test_a_person_voids_deletes_and_sends(books: Books) -> None:
    acme, item = books.customer("Acme"), books.item()
    first, second, third = (books.invoice(acme, sale(item, 10)) for _ in range(3))
    books.person("void", "Invoice", first["Id"])
    books.person("delete", "Invoice", second["Id"])
    books.person("email", "Invoice", third["Id"], address="ap@acme.test")
    assert books.fresh("Invoice", first)["TotalAmt"] == 0
    assert books.fresh("Invoice", third)["EmailStatus"] == "EmailSent"
    with pytest.raises(Refused):
        books.fresh("Invoice", second)


def test_a_person_applies_a_credit_memo(books: Books) -> None:
    acme, item = books.customer("Acme"), books.item()
    invoice = books.invoice(acme, sale(item, 100))
    fields = {"CustomerRef": ref(acme), "Line": [{**sale(item, 1), "Amount": "30"}]}
    credit = books.person("create", "CreditMemo", fields=fields)
    books.person("apply", "CreditMemo", credit, invoice_id=invoice["Id"])
    assert books.fresh("Invoice", invoice)["Balance"] == 70
    assert books.read("CreditMemo", credit)["RemainingCredit"] == 0


def test_a_refund_leaves_payment_and_invoice_alone(books: Books) -> None:
    invoice = books.invoice(books.customer("Acme"), sale(books.item(), 100))
    payment = books.person("pay", "Invoice", invoice["Id"])
    receipt = books.person("refund", "Payment", payment, amount="40")
    assert books.world()["RefundReceipt"][receipt]["TotalAmt"] == 40
    assert books.fresh("Invoice", invoice)["Balance"] == 0


def test_closing_the_books_is_a_preference_apps_can_read(books: Books) -> None:
    def closed_until() -> str | None:
        preferences = books.ask("GET", "preferences")["Preferences"]
        return preferences["AccountingInfoPrefs"].get("BookCloseDate")

    assert closed_until() is None
    books.person("close_books", "Preferences", until="2026-06-30")
    assert closed_until() == "2026-06-30"
    books.person("close_books", "Preferences", until=None)
    assert closed_until() is None


def test_deactivating_a_customer_who_owes_writes_a_credit_memo(books: Books) -> None:
    acme = books.customer("Acme")
    invoice = books.invoice(acme, sale(books.item(), 100))
    books.person("deactivate", "Customer", acme["Id"])
    assert books.fresh("Invoice", invoice)["Balance"] == 0
    assert books.fresh("Customer", acme)["Balance"] == 0
    (credit,) = books.world()["CreditMemo"].values()
    assert (credit["TotalAmt"], credit["RemainingCredit"]) == (100, 0)


def test_list_entries_come_back_and_transactions_do_not(books: Books) -> None:
    acme = books.customer("Acme")
    books.person("deactivate", "Customer", acme["Id"])
    books.person("restore", "Customer", acme["Id"])
    assert books.fresh("Customer", acme)["DisplayName"] == "Acme"
    with pytest.raises(ControlError):
        books.person("restore", "Invoice", "1")
    with pytest.raises(ControlError):
        books.person("delete", "Customer", acme["Id"])


def test_merged_customers_leave_their_documents_to_the_one_that_stays(books: Books) -> None:
    acme, old = books.customer("Acme"), books.customer("Acme Ltd")
    invoice = books.invoice(old, sale(books.item(), 100))
    books.person("merge", "Customer", acme["Id"], losing_id=old["Id"])
    assert books.fresh("Invoice", invoice)["CustomerRef"] == {"value": acme["Id"], "name": "Acme"}
    assert books.fresh("Customer", acme)["Balance"] == 100
    with pytest.raises(Refused) as refused:
        books.fresh("Customer", old)
    assert refused.value.code == "610"


def test_or_the_losing_customer_reads_as_inactive(books: Books) -> None:
    books.options(merged_id_reads="inactive")
    acme, old = books.customer("Acme"), books.customer("Acme Ltd")
    books.person("merge", "Customer", acme["Id"], losing_id=old["Id"])
    after = books.fresh("Customer", old)
    assert (after["Active"], after["DisplayName"]) == (False, "Acme Ltd (deleted)")


def test_merged_items_are_exchanged_on_every_line(books: Books) -> None:
    kept, old = books.item("Setup"), books.item("Set-up")
    invoice = books.invoice(books.customer("Acme"), sale(old, 10), sale(kept, 5))
    books.person("merge", "Item", kept["Id"], losing_id=old["Id"])
    lines = books.fresh("Invoice", invoice)["Line"][:2]
    assert {line["SalesItemLineDetail"]["ItemRef"]["value"] for line in lines} == {kept["Id"]}


@pytest.mark.parametrize(
    "action",
    [
        {"action": "paint", "type": "Customer"},
        {"action": "create", "type": "Customer", "fields": {}},
        {"action": "create", "type": "Colour", "fields": {}},
        {"action": "edit", "type": "Customer", "id": "99", "fields": {}},
        {"action": "create", "type": "Customer", "fields": "x"},
        {"action": "pay", "type": "Invoice", "id": "99"},
        {"action": "create", "type": "Customer", "fields": {"DisplayName": "A"}, "at": "noon"},
        {"action": "create", "type": "Customer", "fields": {"DisplayName": "A"}, "realm": "1"},
    ],
)
def test_it_says_in_a_sentence_what_people_cannot_do(books: Books, action: dict) -> None:
    with pytest.raises(ControlError) as complaint:
        books.sandbox.person("quickbooks", **action)
    assert len(str(complaint.value)) > 10


def test_the_world_keeps_what_every_change_replaced(books: Books) -> None:
    acme = books.customer("Acme", Notes="first")
    books.update("Customer", acme, {"Notes": "second"})
    made, changed = books.world()["Customer"][acme["Id"]]["_history"]
    assert (made["operation"], changed["operation"]) == ("create", "update")
    assert changed["replaced"] == {"Notes": "first"}
    assert changed["by"].startswith("app ")


@pytest.mark.parametrize("action", ["void", "delete"])
def test_a_person_may_void_or_delete_a_paid_invoice_and_the_payment_stays(
    books: Books, action: str
) -> None:
    acme, item = books.customer("Acme"), books.item()
    invoice = books.invoice(acme, sale(item, 100))
    payment = books.payment(acme, 60, applied(invoice, 60))
    credit = books.create("CreditMemo", {"CustomerRef": ref(acme), "Line": [sale(item, 30)]})
    books.person("apply", "CreditMemo", credit["Id"], invoice_id=invoice["Id"])
    assert books.fresh("Customer", acme)["Balance"] == 10
    books.person(action, "Invoice", invoice["Id"])
    assert books.fresh("Payment", payment)["UnappliedAmt"] == 60
    assert books.fresh("CreditMemo", credit)["RemainingCredit"] == 30
    assert books.fresh("Customer", acme)["Balance"] == -90


def test_nobody_pays_an_invoice_that_has_nothing_open(books: Books) -> None:
    invoice = books.invoice(books.customer("Acme"), sale(books.item(), 100))
    books.person("void", "Invoice", invoice["Id"])
    with pytest.raises(ControlError):
        books.person("pay", "Invoice", invoice["Id"])
