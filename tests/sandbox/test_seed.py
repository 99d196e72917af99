import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import simplejson

from tests.sandbox.vendor_calls import Callers
from tests.sandbox_process import SandboxProcess

Record = dict[str, Any]


@pytest.fixture
def company(sandbox: SandboxProcess) -> Callers:
    return Callers(sandbox, sandbox.reset("chinook"))


def books(company: Callers, entity: str) -> list[Record]:
    """Every record of an entity in QuickBooks."""
    found: list[Record] = []
    while True:
        page = f"startposition {len(found) + 1} maxresults 1000"
        text = {"query": f"select * from {entity} {page}"}  # noqa: S608  there is no SQL here
        answer = company.quickbooks("GET", f"{company.company_path}/query", params=text)
        rows = simplejson.loads(answer.content, use_decimal=True)["QueryResponse"].get(entity, [])
        found += rows
        if len(rows) < 1000:
            return found


def crm(company: Callers, type_name: str, properties: str = "", links: str = "") -> list[Record]:
    """Every record of a type in HubSpot."""
    found: list[Record] = []
    after = ""
    while True:
        path = f"/hubspot/crm/v3/objects/{type_name}?limit=100&properties={properties}"
        path += (f"&associations={links}" if links else "") + (f"&after={after}" if after else "")
        page = company.hubspot("GET", path).json()
        found += page["results"]
        if "paging" not in page:
            return found
        after = page["paging"]["next"]["after"]


def emails_of(customers: list[Record]) -> set[str]:
    return {c["PrimaryEmailAddr"]["Address"] for c in customers if "PrimaryEmailAddr" in c}


def test_it_loads_within_three_seconds(sandbox: SandboxProcess) -> None:
    started = time.perf_counter()
    sandbox.reset("chinook")
    assert time.perf_counter() - started < 3


def test_it_is_the_same_company_each_time(sandbox: SandboxProcess) -> None:
    first = Callers(sandbox, sandbox.reset("chinook"))
    invoices = [(i["DocNumber"], i["TotalAmt"], i["Balance"]) for i in books(first, "Invoice")]
    second = Callers(sandbox, sandbox.reset("chinook"))
    assert [
        (i["DocNumber"], i["TotalAmt"], i["Balance"]) for i in books(second, "Invoice")
    ] == invoices


def test_the_books_hold_customers_most_items_and_two_kinds_of_income(company: Callers) -> None:
    assert company.realm_id.isdecimal()
    assert 16 <= len(company.realm_id) <= 19
    assert len(books(company, "Customer")) == 46
    items = books(company, "Item")
    assert len(items) == 3186
    assert len({item["Name"].casefold() for item in items}) == len(items)
    with_sku = sum("Sku" in item for item in items)
    assert 3000 < with_sku < len(items)
    assert len({item["IncomeAccountRef"]["value"] for item in items}) == 2


def test_the_books_have_loose_ends(company: Callers) -> None:
    (stall,) = [one for one in books(company, "Customer") if "PrimaryEmailAddr" not in one]
    (sold,) = [i for i in books(company, "Invoice") if i["CustomerRef"]["value"] == stall["Id"]]
    assert sold["TotalAmt"] > sold["Balance"] == 0
    skus = Counter(item["Sku"] for item in books(company, "Item") if "Sku" in item)
    assert [count for count in skus.values() if count > 1] == [2]


def test_older_invoices_are_paid_partly_paid_unpaid_and_voided(company: Callers) -> None:
    invoices = books(company, "Invoice")
    states = Counter(state_of(invoice) for invoice in invoices)
    assert states["paid"] > 25
    assert states["partly paid"] > 8
    assert states["unpaid"] > 12
    assert states["voided"] == 1
    assert all(invoice["SalesTermRef"]["value"] for invoice in invoices)
    today = datetime.now(UTC).date()
    ages = [(today - datetime.fromisoformat(i["TxnDate"]).date()).days for i in invoices]
    assert min(ages) >= 29
    assert max(ages) <= 701


def state_of(invoice: Record) -> str:
    if invoice["TotalAmt"] == 0:
        return "voided" if invoice["PrivateNote"].startswith("Voided") else "empty"
    if invoice["Balance"] == 0:
        return "paid"
    return "unpaid" if invoice["Balance"] == invoice["TotalAmt"] else "partly paid"


def test_one_payment_settles_two_invoices_and_one_applies_a_credit_memo(company: Callers) -> None:
    payments = books(company, "Payment")
    targets = [
        sorted(link["TxnType"] for line in payment["Line"] for link in line["LinkedTxn"])
        for payment in payments
    ]
    assert targets.count(["Invoice", "Invoice"]) == 1
    (applying,) = [p for p, linked in zip(payments, targets, strict=True) if len(set(linked)) == 2]
    assert applying["TotalAmt"] == 0
    (memo,) = books(company, "CreditMemo")
    assert memo["RemainingCredit"] == 0 if "RemainingCredit" in memo else memo["Balance"] == 0


def test_contacts_overlap_the_customers_but_are_spelled_differently(company: Callers) -> None:
    contacts = crm(company, "contacts", "email,firstname,lastname,phone,lifecyclestage")
    assert len(contacts) == 45
    by_email = {c["properties"]["email"]: c["properties"] for c in contacts}
    customers = books(company, "Customer")
    folded = {email.lower() for email in emails_of(customers)}
    customers = [c for c in customers if "PrimaryEmailAddr" in c]
    shared = [c for c in customers if c["PrimaryEmailAddr"]["Address"].lower() in by_email]
    assert len(shared) == 35
    assert emails_of(customers) != folded
    pairs = [(c, by_email[c["PrimaryEmailAddr"]["Address"].lower()]) for c in shared]
    assert any(c["FamilyName"] != p["lastname"] for c, p in pairs)
    assert any(
        c["PrimaryPhone"]["FreeFormNumber"] != p["phone"] for c, p in pairs if "PrimaryPhone" in c
    )
    assert None in by_email or "" in by_email
    stages = Counter(c["properties"]["lifecyclestage"] for c in contacts)
    assert set(stages) == {"customer", "lead"}


def test_some_contacts_belong_to_companies(company: Callers) -> None:
    contacts = crm(company, "contacts", "email", "companies")
    assert sum("associations" in contact for contact in contacts) >= 5
    assert len(crm(company, "companies", "name")) >= 5


def test_products_overlap_the_items_by_sku(company: Callers) -> None:
    products = [p["properties"] for p in crm(company, "products", "name,price,hs_sku")]
    assert len(products) == 150
    skus = {product["hs_sku"] for product in products if product["hs_sku"]}
    assert len(skus) < 150
    prices = {item["Sku"]: item["UnitPrice"] for item in books(company, "Item") if "Sku" in item}
    same = skus & set(prices)
    assert len(same) > 80
    assert {sku.upper() for sku in skus - same} & set(prices)
    dearer = [
        p for p in products if p["hs_sku"] in same and Decimal(p["price"]) != prices[p["hs_sku"]]
    ]
    assert dearer


def test_hubspot_holds_finalized_invoices_and_two_drafts(company: Callers) -> None:
    names = "hs_invoice_status,hs_number,hs_invoice_date,hs_amount_billed,hs_balance_due"
    invoices = [i["properties"] for i in crm(company, "invoices", names)]
    states = Counter(invoice["hs_invoice_status"] for invoice in invoices)
    assert states["draft"] == 2
    assert states["paid"] == 8
    assert states["open"] == 12
    older = [i for i in invoices if i["hs_invoice_status"] != "draft"]
    limit = datetime.now(UTC) - timedelta(days=30)
    assert all(datetime.fromisoformat(i["hs_invoice_date"]) < limit for i in older)
    assert all(i["hs_number"] for i in older)
    in_part = [
        i for i in older if 0 < Decimal(i["hs_balance_due"]) < Decimal(i["hs_amount_billed"])
    ]
    assert len(in_part) == 2


def test_modification_times_are_in_the_past_and_distinct(company: Callers) -> None:
    now = datetime.now(UTC)
    for entity in ("Item", "Customer"):
        times = [r["MetaData"]["LastUpdatedTime"] for r in books(company, entity)]
        assert len(set(times)) == len(times)
        assert max(datetime.fromisoformat(t) for t in times) < now - timedelta(days=30)
    for type_name in ("contacts", "products"):
        times = [r["updatedAt"] for r in crm(company, type_name)]
        assert len(set(times)) == len(times)
        assert max(datetime.fromisoformat(t) for t in times) < now - timedelta(days=30)


def test_search_finds_the_example_company_at_once(company: Callers) -> None:
    found = company.hubspot("POST", "/hubspot/crm/v3/objects/contacts/search", {"limit": 1})
    assert found.json()["total"] == 45
