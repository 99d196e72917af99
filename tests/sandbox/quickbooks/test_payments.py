"""Payments: what they settle, leave open, refuse; credit memos."""

from decimal import Decimal

import pytest

from tests.sandbox.quickbooks.books import Books, Record, Refused, applied, ref, sale


@pytest.fixture
def acme(books: Books) -> Record:
    return books.customer("Acme")


@pytest.fixture
def item(books: Books) -> Record:
    return books.item()


def test_a_payment_lowers_the_balance_and_moves_the_token_of_its_invoice(
    books: Books, acme: Record, item: Record
) -> None:
    invoice = books.invoice(acme, sale(item, 100))
    payment = books.payment(acme, 60, applied(invoice, 60), PaymentRefNum="CHK 7")
    assert payment["UnappliedAmt"] == 0
    assert payment["DepositToAccountRef"]["name"] == "Undeposited Funds"
    after = books.fresh("Invoice", invoice)
    assert (after["Balance"], after["TotalAmt"], after["SyncToken"]) == (40, 100, "1")
    assert after["LinkedTxn"] == [{"TxnId": payment["Id"], "TxnType": "Payment"}]
    assert after["MetaData"]["LastUpdatedTime"] >= invoice["MetaData"]["LastUpdatedTime"]
    assert books.fresh("Customer", acme)["Balance"] == 40


def test_one_payment_settles_several_invoices(books: Books, acme: Record, item: Record) -> None:
    first, second = (books.invoice(acme, sale(item, n)) for n in (10, 20))
    books.payment(acme, 30, applied(first, 10), applied(second, 20))
    for invoice in (first, second):
        assert books.fresh("Invoice", invoice)["Balance"] == 0


def test_the_names_of_what_was_paid_come_with_the_answer(
    books: Books, acme: Record, item: Record
) -> None:
    invoice = books.invoice(acme, sale(item, 100))
    (line,) = books.payment(acme, 60, applied(invoice, 60))["Line"]
    told = {one["value"]["Name"]: one["value"]["Value"] for one in line["LineEx"]["any"]}
    assert told == {"txnId": invoice["Id"], "txnOpenBalance": "100.00"} | {
        "txnReferenceNumber": invoice["DocNumber"]
    }


def test_what_is_paid_too_much_stays_unapplied(books: Books, acme: Record, item: Record) -> None:
    invoice = books.invoice(acme, sale(item, 100))
    payment = books.payment(acme, 120, applied(invoice, 120))
    assert (payment["UnappliedAmt"], payment["Line"][0]["Amount"]) == (20, 100)
    assert books.fresh("Customer", acme)["Balance"] == -20
    books.options(overpaid_line="refused")
    with pytest.raises(Refused) as refused:
        books.payment(acme, 5, applied(invoice, 5))
    assert refused.value.code == "6000"


def test_a_payment_without_lines_is_a_credit(books: Books, acme: Record) -> None:
    assert books.payment(acme, 50)["UnappliedAmt"] == 50
    assert books.fresh("Customer", acme)["Balance"] == -50


def test_more_than_the_payment_holds_cannot_be_applied(
    books: Books, acme: Record, item: Record
) -> None:
    invoice = books.invoice(acme, sale(item, 100))
    with pytest.raises(Refused) as refused:
        books.payment(acme, 50, applied(invoice, 60))
    assert refused.value.code == "6000"
    assert books.fresh("Invoice", invoice)["SyncToken"] == "0"


@pytest.mark.parametrize("field", ["CustomerRef", "TotalAmt"])
def test_it_refuses_a_payment_without_a_required_field(
    books: Books, acme: Record, field: str
) -> None:
    body = {"CustomerRef": ref(acme), "TotalAmt": 5}
    with pytest.raises(Refused) as refused:
        books.create("Payment", {k: v for k, v in body.items() if k != field})
    assert refused.value.code == "2020"


def test_lines_are_replaced_all_or_none(books: Books, acme: Record, item: Record) -> None:
    first, second = (books.invoice(acme, sale(item, 100)) for _ in range(2))
    payment = books.payment(acme, 100, applied(first, 100))
    noted = books.update("Payment", payment, {"PrivateNote": "x"})
    assert books.fresh("Invoice", first)["Balance"] == 0
    moved = books.update("Payment", noted, {"Line": [applied(second, 30)]})
    assert moved["UnappliedAmt"] == 70
    assert books.fresh("Invoice", first)["Balance"] == 100
    assert books.fresh("Invoice", first)["LinkedTxn"] == []
    assert books.fresh("Invoice", second)["Balance"] == 70
    free = books.update("Payment", moved, {"Line": []})
    assert (free["UnappliedAmt"], free["Line"]) == (100, [])
    assert books.fresh("Invoice", second)["Balance"] == 100


def test_a_full_update_without_lines_keeps_them(books: Books, acme: Record, item: Record) -> None:
    invoice = books.invoice(acme, sale(item, 100))
    payment = books.payment(acme, 100, applied(invoice, 100))
    after = books.replace("Payment", payment, {"CustomerRef": ref(acme), "TotalAmt": 100})
    assert after["Line"] == payment["Line"]
    assert books.fresh("Invoice", invoice)["SyncToken"] == "1"


def test_the_customer_must_be_the_invoices_or_its_parent(books: Books, item: Record) -> None:
    parent = books.customer("Nordwind")
    child = books.customer("Berlin", ParentRef=ref(parent))
    invoice = books.invoice(child, sale(item, 100))
    books.payment(parent, 10, applied(invoice, 10))
    with pytest.raises(Refused) as refused:
        books.payment(books.customer("Zoë"), 10, applied(invoice, 10))
    books.options(payment_customer_mismatch_code="620")
    with pytest.raises(Refused) as other:
        books.payment(books.customer("Ben"), 10, applied(invoice, 10))
    assert (refused.value.code, other.value.code) == ("2500", "620")
    assert books.fresh("Customer", parent)["BalanceWithJobs"] == 90


def test_what_a_payment_names_must_exist(books: Books, acme: Record) -> None:
    for line, code in (
        (applied({"Id": "99"}, 5), "2500"),
        (applied({"Id": "99"}, 5, "Estimate"), "620"),
    ):
        with pytest.raises(Refused) as refused:
            books.payment(acme, 5, line)
        assert refused.value.code == code


def test_money_goes_to_a_bank_or_a_current_asset_only(books: Books, acme: Record) -> None:
    with pytest.raises(Refused) as refused:
        books.payment(acme, 5, DepositToAccountRef=books.account("Income"))
    assert refused.value.code == "6430"
    bank = books.payment(acme, 5, DepositToAccountRef=books.account("Bank"))
    assert bank["DepositToAccountRef"]["name"] == "Checking"


def test_a_reference_number_has_21_characters_unless_nobody_checks(
    books: Books, acme: Record
) -> None:
    with pytest.raises(Refused) as refused:
        books.payment(acme, 5, PaymentRefNum="x" * 22)
    books.options(payment_ref_max=None)
    assert books.payment(acme, 5, PaymentRefNum="x" * 22)
    assert refused.value.code == "2050"


def test_a_voided_payment_opens_its_invoices_again(
    books: Books, acme: Record, item: Record
) -> None:
    invoice = books.invoice(acme, sale(item, 100))
    payment = books.payment(acme, 120, applied(invoice, 100), PrivateNote="by check")
    void = books.void_payment(payment)
    assert (void["TotalAmt"], void["UnappliedAmt"], void["Line"]) == (0, 0, [])
    assert void["PrivateNote"].startswith("Voided")
    assert "by check" in void["PrivateNote"]
    assert books.fresh("Invoice", invoice)["Balance"] == 100
    assert books.fresh("Customer", acme)["Balance"] == 100


def test_a_deleted_payment_opens_its_invoices_again(
    books: Books, acme: Record, item: Record
) -> None:
    invoice = books.invoice(acme, sale(item, 100))
    payment = books.payment(acme, 100, applied(invoice, 100))
    gone = books.delete("Payment", payment)
    assert gone == {"domain": "QBO", "status": "Deleted", "Id": payment["Id"]}
    after = books.fresh("Invoice", invoice)
    assert (after["Balance"], after["LinkedTxn"], after["SyncToken"]) == (100, [], "2")


def test_a_deposited_payment_is_frozen_until_the_deposit_is_undone(
    books: Books, acme: Record
) -> None:
    payment = books.payment(acme, 50)
    deposit = books.person("deposit", "Payment", payment["Id"])
    frozen = books.fresh("Payment", payment)
    assert frozen["LinkedTxn"] == [{"TxnId": deposit, "TxnType": "Deposit"}]
    for attempt in (
        lambda: books.update("Payment", frozen, {"PrivateNote": "x"}),
        lambda: books.void_payment(frozen),
        lambda: books.delete("Payment", frozen),
    ):
        with pytest.raises(Refused) as refused:
            attempt()
        assert refused.value.code == "6540"
    books.person("delete", "Deposit", deposit)
    assert books.void_payment(books.fresh("Payment", payment))["TotalAmt"] == 0


@pytest.mark.parametrize(("action", "code"), [("match", "6480"), ("settle", "6450")])
def test_a_payment_that_the_bank_or_the_processor_holds_is_frozen(
    books: Books, acme: Record, action: str, code: str
) -> None:
    payment = books.payment(acme, 50)
    books.person(action, "Payment", payment["Id"])
    assert books.fresh("Payment", payment) == payment
    with pytest.raises(Refused) as refused:
        books.void_payment(payment)
    assert refused.value.code == code
    if action == "match":
        books.person("unmatch", "Payment", payment["Id"])
        assert books.void_payment(payment)["TotalAmt"] == 0


def test_a_credit_memo_reaches_an_invoice_through_a_payment_of_zero(
    books: Books, acme: Record, item: Record
) -> None:
    invoice = books.invoice(acme, sale(item, 100))
    body = {"CustomerRef": ref(acme), "Line": [sale(item, 30)]}
    credit = books.create("CreditMemo", body)
    assert (credit["RemainingCredit"], credit["TotalAmt"]) == (30, 30)
    assert books.fresh("Customer", acme)["Balance"] == 70
    payment = books.payment(acme, 0, applied(invoice, 30), applied(credit, 30, "CreditMemo"))
    assert payment["UnappliedAmt"] == 0
    assert books.fresh("Invoice", invoice)["Balance"] == 70
    used = books.fresh("CreditMemo", credit)
    assert (used["RemainingCredit"], used["SyncToken"]) == (0, "1")
    assert books.fresh("Customer", acme)["Balance"] == 70
    with pytest.raises(Refused) as refused:
        books.delete("CreditMemo", used)
    assert refused.value.code == "800"


def test_open_credit_may_be_applied_to_a_new_invoice_unasked(
    books: Books, acme: Record, item: Record
) -> None:
    books.prefer("SalesFormsPrefs", AutoApplyCredit=True)
    books.payment(acme, 30)
    books.create("CreditMemo", {"CustomerRef": ref(acme), "Line": [sale(item, 20)]})
    invoice = books.invoice(acme, sale(item, 100))
    assert (invoice["Balance"], invoice["SyncToken"]) == (100, "0")
    after = books.fresh("Invoice", invoice)
    assert (after["Balance"], after["SyncToken"]) == (50, "2")
    assert books.fresh("Customer", acme)["Balance"] == 50
    books.options(auto_apply_when="before_answer")
    books.payment(acme, 5)
    assert books.invoice(acme, sale(item, 100))["Balance"] == 95


def test_an_invoice_made_smaller_gives_back_what_it_no_longer_needs(
    books: Books, acme: Record, item: Record
) -> None:
    invoice = books.invoice(acme, sale(item, 100))
    payment = books.payment(acme, 80, applied(invoice, 80))
    smaller = books.fresh("Invoice", invoice)
    books.update("Invoice", smaller, {"Line": [sale(item, 50)]})
    assert books.fresh("Invoice", invoice)["Balance"] == 0
    assert books.fresh("Payment", payment)["UnappliedAmt"] == 30
    assert books.fresh("Customer", acme)["Balance"] == -30


def test_cents_add_up(books: Books, acme: Record, item: Record) -> None:
    invoice = books.invoice(acme, sale(item, "0.30"))
    for _ in range(3):
        books.payment(acme, Decimal("0.1"), applied(invoice, Decimal("0.1")))
    assert books.fresh("Invoice", invoice)["Balance"] == 0
