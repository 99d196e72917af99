"""Every answer of every kind of company keeps to Intuit's schema."""

from typing import Any

import pytest

from tests.sandbox.quickbooks.books import Books, Record, applied, discount, ref, sale
from tests.sandbox.quickbooks.schema import problems

ENTITIES = (
    "Customer",
    "Item",
    "Invoice",
    "Payment",
    "CreditMemo",
    "Account",
    "Term",
    "PaymentMethod",
    "TaxCode",
    "TaxRate",
    "CompanyInfo",
    "Preferences",
)
PROFILES: dict[str, Record] = {
    "us_no_tax": {},
    "us_automated_tax": {"code": "TAX"},
    "us_classic_tax": {"code": "TAX", "TxnTaxDetail": {"TxnTaxCodeRef": {"value": "3"}}},
    "canada": {"code": "4"},
    "united_kingdom": {"code": "2", "GlobalTaxCalculation": "TaxInclusive"},
    "multicurrency": {"CurrencyRef": {"value": "EUR"}},
}


@pytest.mark.parametrize("profile", PROFILES)
def test_answers_keep_to_the_schema(books: Books, profile: str) -> None:
    books.options(profile=profile)
    do_business(books, **PROFILES[profile])
    found = {}
    for entity in ENTITIES:
        records = books.query(" ".join(("select * from", entity, "maxresults 1000")))[entity]
        for record in records:
            assert problems(entity, record) == []
            assert books.read(entity, record["Id"]) == record
        found[entity] = len(records)
    assert min(found.values()) > 0


def test_the_judge_itself_finds_fault() -> None:
    assert problems("Customer", {"Colour": 1, "Active": "yes", "Title": "x" * 17}) != []
    assert problems("Invoice", {"invoiceStatus": "x"}) == ["Invoice.invoiceStatus never shows up"]
    assert len(problems("Invoice", {"Line": [{"Amount": "1", "DetailType": "Odd"}]})) == 2


def do_business(books: Books, code: str = "", **more: Any) -> None:
    currency = {name: more[name] for name in ("CurrencyRef",) if name in more}
    term = ref(books.one("select * from Term where Name = 'Net 30'"))
    parent = books.customer(
        "Nordwind",
        GivenName="Ada",
        PrimaryEmailAddr={"Address": "ada@nordwind.test"},
        PrimaryPhone={"FreeFormNumber": "555 0100"},
        WebAddr={"URI": "https://nordwind.test"},
        BillAddr={"Line1": "1 Quay", "City": "Kiel"},
        SalesTermRef=term,
        **currency,
    )
    books.customer("Berlin", ParentRef=ref(parent), **currency)
    item = books.item("Setup", Sku="S-1", Description="Setting up")
    category = books.create("Item", {"Name": "Services", "Type": "Category"})
    books.item("Training", ParentRef=ref(category))
    detail = {"TaxCodeRef": {"value": code}} if code else {}
    line = sale(item, 300, Qty=3, UnitPrice=100, ServiceDate="2026-11-01", **detail)
    text = {"DetailType": "DescriptionOnly", "Description": "Thank you"}
    mail = {"BillEmail": {"Address": "ap@nordwind.test"}, "CustomerMemo": {"value": "Hello"}}
    lines = line, text, discount(Amount=10)
    invoice = books.invoice(parent, *lines, SalesTermRef=term, Deposit=5, **mail, **more)
    books.ask("POST", f"invoice/{invoice['Id']}/send")
    paid = books.payment(parent, 100, applied(invoice, 50), PaymentRefNum="CHK 1", **currency)
    body = {"CustomerRef": ref(parent), "Line": [line], "PrivateNote": "Sorry", **more}
    credit = books.create("CreditMemo", body)
    both = applied(invoice, 20), applied(credit, 20, "CreditMemo")
    books.payment(parent, 0, *both, **currency)
    books.person("deposit", "Payment", paid["Id"])
    books.void_invoice(books.invoice(parent, line, **more))
    books.void_payment(books.payment(parent, 5, **currency))
