"""Invoices: what is required, derived, kept and refused."""

import pytest

from tests.sandbox.quickbooks.books import Books, Refused, applied, ref, sale, select


def test_it_answers_a_new_invoice_with_totals_and_a_subtotal_line(books: Books) -> None:
    acme, item = books.customer("Acme"), books.item()
    invoice = books.invoice(acme, sale(item, 300, Qty=3, UnitPrice=100), TxnDate="2026-11-02")
    assert (invoice["TotalAmt"], invoice["Balance"]) == (300, 300)
    assert (invoice["LinkedTxn"], invoice["CustomField"]) == ([], [])
    assert invoice["CustomerRef"] == {"value": acme["Id"], "name": "Acme"}
    assert invoice["CurrencyRef"]["value"] == "USD"
    first, last = invoice["Line"]
    assert (first["Id"], first["LineNum"], first["Amount"]) == ("1", 1, 300)
    assert first["SalesItemLineDetail"]["ItemRef"] == {"value": item["Id"], "name": "Setup"}
    assert last == {"Amount": 300, "DetailType": "SubTotalLineDetail", "SubTotalLineDetail": {}}
    assert books.fresh("Customer", acme)["Balance"] == 300


@pytest.mark.parametrize("field", ["CustomerRef", "Line"])
def test_it_refuses_an_invoice_without_customer_or_lines(books: Books, field: str) -> None:
    acme, item = books.customer("Acme"), books.item()
    fields = {"CustomerRef": ref(acme), "Line": [sale(item, 1)]}
    with pytest.raises(Refused) as refused:
        books.create("Invoice", {k: v for k, v in fields.items() if k != field})
    assert (refused.value.code, refused.value.element) == ("2020", field)


def test_it_refuses_an_invoice_of_text_lines_only(books: Books) -> None:
    text = {"DetailType": "DescriptionOnly", "Description": "Thank you"}
    with pytest.raises(Refused) as refused:
        books.invoice(books.customer("Acme"), text)
    assert refused.value.code == "2250"


def test_references_must_exist(books: Books) -> None:
    acme, item = books.customer("Acme"), books.item()
    for fields, element in (
        ({"CustomerRef": {"value": "999"}}, "CustomerRef"),
        ({"SalesTermRef": {"value": "999"}}, "SalesTermRef"),
        ({"Line": [sale({"Id": "999"}, 1)]}, "Line.SalesItemLineDetail.ItemRef"),
    ):
        body = {"CustomerRef": ref(acme), "Line": [sale(item, 1)]} | fields
        with pytest.raises(Refused) as refused:
            books.create("Invoice", body)
        assert (refused.value.code, refused.value.element) == ("2500", element)


def test_an_inactive_customer_is_a_6250_and_an_inactive_item_a_610(books: Books) -> None:
    acme, item = books.customer("Acme"), books.item()
    books.update("Customer", acme, {"Active": False})
    with pytest.raises(Refused) as customer:
        books.invoice(acme, sale(item, 1))
    books.update("Item", item, {"Active": False})
    with pytest.raises(Refused) as inactive:
        books.invoice(books.customer("Nordwind"), sale(item, 1))
    assert (customer.value.code, inactive.value.code) == ("6250", "610")


@pytest.mark.parametrize(
    ("term", "due"),
    [
        ("Net 30", "2026-12-20"),
        ("Due on receipt", "2026-11-20"),
        ("15th of the month", "2026-12-15"),
    ],
)
def test_the_due_date_follows_the_term(books: Books, term: str, due: str) -> None:
    found = books.one(select("Term", f"Name = '{term}'"))
    invoice = books.invoice(
        books.customer("Acme"), sale(books.item(), 1), SalesTermRef=ref(found), TxnDate="2026-11-20"
    )
    assert invoice["DueDate"] == due


def test_a_due_date_that_was_sent_wins(books: Books) -> None:
    term = ref(books.one("select * from Term where Name = 'Net 30'"))
    acme, item = books.customer("Acme"), books.item()
    invoice = books.invoice(acme, sale(item, 1), SalesTermRef=term, DueDate="2027-01-01")
    assert invoice["DueDate"] == "2027-01-01"
    moved = books.update("Invoice", invoice, {"PrivateNote": "hello"})
    assert moved["DueDate"] == "2027-01-01"


def test_nothing_is_copied_from_the_customer_unless_that_switch_is_on(books: Books) -> None:
    term = ref(books.one("select * from Term where Name = 'Net 30'"))
    mail = {"Address": "ap@acme.test"}
    acme = books.customer("Acme", SalesTermRef=term, PrimaryEmailAddr=mail)
    item = books.item()
    plain = books.invoice(acme, sale(item, 1))
    assert "SalesTermRef" not in plain
    assert "BillEmail" not in plain
    books.options(customer_defaults="term_and_email")
    filled = books.invoice(acme, sale(item, 1))
    assert filled["SalesTermRef"]["name"] == "Net 30"
    assert filled["BillEmail"] == mail


def test_sent_lines_replace_the_whole_set_and_known_ids_stay(books: Books) -> None:
    acme, item = books.customer("Acme"), books.item()
    invoice = books.invoice(acme, sale(item, 10), sale(item, 20))
    second = invoice["Line"][1]
    lines = [second | {"Amount": 25}, sale(item, 5), sale(item, 7) | {"Id": "99"}]
    after = books.update("Invoice", invoice, {"Line": lines})
    own = [line for line in after["Line"] if line["DetailType"] == "SalesItemLineDetail"]
    assert [line["Id"] for line in own] == ["2", "3", "4"]
    assert [line["LineNum"] for line in own] == [1, 2, 3]
    assert after["TotalAmt"] == 37


def test_lines_that_are_not_sent_stay_on_a_sparse_update(books: Books) -> None:
    invoice = books.invoice(books.customer("Acme"), sale(books.item(), 10))
    after = books.update("Invoice", invoice, {"PrivateNote": "internal"})
    assert after["Line"] == invoice["Line"]
    with pytest.raises(Refused) as refused:
        books.replace("Invoice", after, {"CustomerRef": after["CustomerRef"]})
    assert refused.value.code == "2020"


def test_an_invoice_read_back_can_be_sent_again(books: Books) -> None:
    invoice = books.invoice(books.customer("Acme"), sale(books.item(), 10), PrivateNote="x")
    again = books.replace("Invoice", invoice, invoice)
    ignored = ("SyncToken", "MetaData")
    assert {k: v for k, v in again.items() if k not in ignored} == {
        k: v for k, v in invoice.items() if k not in ignored
    }


def test_a_full_update_clears_the_note_but_not_the_number(books: Books) -> None:
    invoice = books.invoice(books.customer("Acme"), sale(books.item(), 10), PrivateNote="x")
    body = {"CustomerRef": invoice["CustomerRef"], "Line": invoice["Line"]}
    after = books.replace("Invoice", invoice, body)
    assert "PrivateNote" not in after
    assert after["DocNumber"] == invoice["DocNumber"]


def test_a_memo_and_a_note_have_their_lengths(books: Books) -> None:
    acme, item = books.customer("Acme"), books.item()
    for fields in (
        {"DocNumber": "x" * 22},
        {"PrivateNote": "x" * 4001},
        {"CustomerMemo": {"value": "x" * 1001}},
        {"Line": [sale(item, 1) | {"Description": "x" * 4001}]},
    ):
        with pytest.raises(Refused) as refused:
            books.create("Invoice", {"CustomerRef": ref(acme), "Line": [sale(item, 1)]} | fields)
        assert refused.value.code == "2050"


def test_bad_values_have_their_own_codes(books: Books) -> None:
    acme, item = books.customer("Acme"), books.item()
    for fields, code in (
        ({"TxnDate": "02.11.2026"}, "2060"),
        ({"TxnDate": "2026-02-30"}, "2070"),
        ({"Line": [sale(item, 1) | {"Amount": "much"}]}, "2080"),
        ({"EmailStatus": "Sent"}, "2170"),
        ({"EmailStatus": "NeedToSend"}, "6420"),
        ({"ApplyTaxAfterDiscount": "maybe"}, "2230"),
        ({"Line": [{"Amount": 1}]}, "2020"),
        ({"Line": [{"Amount": 1, "DetailType": "DepositLineDetail"}]}, "2120"),
    ):
        with pytest.raises(Refused) as refused:
            books.create("Invoice", {"CustomerRef": ref(acme), "Line": [sale(item, 1)]} | fields)
        assert refused.value.code == code


def test_a_deposit_lowers_the_balance_where_deposits_are_allowed(books: Books) -> None:
    acme, item = books.customer("Acme"), books.item()
    invoice = books.invoice(acme, sale(item, 100), Deposit=30)
    assert (invoice["TotalAmt"], invoice["Balance"]) == (100, 70)
    books.prefer("SalesFormsPrefs", AllowDeposit=False)
    with pytest.raises(Refused) as refused:
        books.invoice(acme, sale(item, 100), Deposit=30)
    assert refused.value.code == "6000"


def test_sending_by_email_marks_the_invoice_and_moves_its_token(books: Books) -> None:
    invoice = books.invoice(books.customer("Acme"), sale(books.item(), 1))
    with pytest.raises(Refused) as refused:
        books.ask("POST", f"invoice/{invoice['Id']}/send")
    assert refused.value.code == "6420"
    sent = books.ask("POST", f"invoice/{invoice['Id']}/send", sendTo="ap@acme.test")["Invoice"]
    assert (sent["EmailStatus"], sent["SyncToken"]) == ("EmailSent", "1")
    assert sent["BillEmail"] == {"Address": "ap@acme.test"}
    assert sent["DeliveryInfo"]["DeliveryType"] == "Email"


def test_an_address_changed_inside_an_invoice_comes_back_flattened(books: Books) -> None:
    street = {"Line1": "1 Quay", "City": "Kiel", "PostalCode": "24103"}
    invoice = books.invoice(books.customer("Acme"), sale(books.item(), 1), BillAddr=street)
    assert invoice["BillAddr"]["City"] == "Kiel"
    after = books.update("Invoice", invoice, {"BillAddr": street | {"Line1": "2 Quay"}})
    assert "City" not in after["BillAddr"]
    assert after["BillAddr"]["Line1"] == "Acme"
    assert after["BillAddr"]["Line3"] == "Kiel  24103"


def test_custom_fields_are_kept_where_they_are_defined_and_dropped_elsewhere(books: Books) -> None:
    define_crew_field(books)
    fields = [
        {"DefinitionId": "1", "Name": "Crew #", "Type": "StringType", "StringValue": "102"},
        {"DefinitionId": "7", "StringValue": "lost"},
    ]
    invoice = books.invoice(books.customer("Acme"), sale(books.item(), 1), CustomField=fields)
    assert invoice["CustomField"] == fields[:1]
    books.options(unknown_custom_field="fault_3000")
    with pytest.raises(Refused) as refused:
        books.update("Invoice", invoice, {"CustomField": fields})
    assert refused.value.code == "3000"


def test_a_custom_field_has_31_characters(books: Books) -> None:
    define_crew_field(books)
    long = [{"DefinitionId": "1", "StringValue": "x" * 32}]
    with pytest.raises(Refused) as refused:
        books.invoice(books.customer("Acme"), sale(books.item(), 1), CustomField=long)
    assert refused.value.code == "2050"


def define_crew_field(books: Books) -> None:
    use = {"BooleanValue": True, "Type": "BooleanType", "Name": "SalesFormsPrefs.UseSalesCustom1"}
    name = {"StringValue": "Crew #", "Type": "StringType"}
    name["Name"] = "SalesFormsPrefs.SalesCustomName1"
    groups = [{"CustomField": [use]}, {"CustomField": [name]}]
    books.prefer("SalesFormsPrefs", CustomField=groups)


def test_closed_books_refuse_what_is_dated_before(books: Books) -> None:
    acme, item = books.customer("Acme"), books.item()
    old = books.invoice(acme, sale(item, 1), TxnDate="2026-03-31")
    books.prefer("AccountingInfoPrefs", BookCloseDate="2026-03-31")
    for attempt in (
        lambda: books.invoice(acme, sale(item, 1), TxnDate="2026-01-01"),
        lambda: books.update("Invoice", old, {"PrivateNote": "x"}),
        lambda: books.void_invoice(old),
        lambda: books.delete("Invoice", old),
        lambda: books.payment(acme, 1, applied(old, 1), TxnDate="2026-03-01"),
    ):
        with pytest.raises(Refused) as refused:
            attempt()
        assert refused.value.code == "6210"
    assert books.payment(acme, 1, applied(old, 1), TxnDate="2026-04-01")["UnappliedAmt"] == 0


def test_an_ended_subscription_reads_but_does_not_write(books: Books) -> None:
    acme = books.customer("Acme")
    books.options(subscription_status="EXPIRED", fault_status={"6190": 403})
    assert books.fresh("Customer", acme) == acme
    with pytest.raises(Refused) as refused:
        books.customer("Nordwind")
    assert (refused.value.code, refused.value.status) == ("6190", 403)


def test_a_sparse_update_may_demand_the_required_fields(books: Books) -> None:
    invoice = books.invoice(books.customer("Acme"), sale(books.item(), 1))
    books.options(sparse_demands_required=True)
    with pytest.raises(Refused) as refused:
        books.update("Invoice", invoice, {"PrivateNote": "x"})
    assert refused.value.code == "2020"
    fields = {"PrivateNote": "x", "CustomerRef": invoice["CustomerRef"]}
    assert books.update("Invoice", invoice, fields)["PrivateNote"] == "x"
