"""The calls that a load, an idle pass and a few changes take: counted, not timed, so that nobody
makes them grow unseen. The numbers are ceilings; `docs/performance.md` says what they could be."""

import re
from collections import Counter
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from syncapp.engine.records import Entity
from syncapp.engine.rules import Direction
from syncapp.models import Connection, Integration, SyncRule
from syncapp.pipeline.process import sync
from tests.pipeline.worlds import Worlds
from tests.sandbox_process import SandboxProcess

pytestmark = pytest.mark.django_db(transaction=True)

CONTACTS, PRODUCTS, INVOICES, PAYMENTS = 10, 5, 40, 16
_ONCE = re.compile(r"/account-info/|/companyinfo/|/preferences|/crm/properties/|/token")


# Of the contacts: their filter looks at their invoices
_RECOMMENDED = {
    Direction.TO_QUICKBOOKS: [
        [("contact", "lifecyclestage", "is", "customer")],
        [("invoice", "hs_invoice_status", "is_any_of", ("open", "paid"))],
    ]
}


class Load(Worlds):
    """Everything was born on one side; the other one is new."""

    def __init__(
        self, sandbox: SandboxProcess, side: str, size: int = 1, invoices: int = INVOICES
    ) -> None:
        volume = {
            "side": side,
            "contacts": CONTACTS * size,
            "products": PRODUCTS,
            "invoices": invoices * size,
            "payments": invoices * size * PAYMENTS // INVOICES,
        }
        Integration.objects.all().delete()  # of a smaller world before it
        Connection.objects.all().delete()
        body = {"seed": "volume", "volume": volume}
        super().__init__(sandbox, sandbox.call("POST", "/control/reset", json=body).json())
        account = self._income_account()
        self.rule(Entity.CONTACT, filters=_RECOMMENDED)
        self.rule(Entity.PRODUCT, options={"income_account": account})
        self.rule(Entity.INVOICE, options={"income_account": account})
        SyncRule.objects.update(started_at="2000-01-01T00:00:00Z")

    def calls(self) -> int:
        """Of one pass, without what is asked once in the life of a connection."""
        self.sandbox.forget_requests()
        self.sync()
        endpoints: dict[str, int] = self.sandbox.requests()["by_endpoint"]
        return sum(number for name, number in endpoints.items() if not _ONCE.search(name))

    def queries(self) -> int:
        with CaptureQueriesContext(connection) as captured:
            self.sync()
        return len(captured)

    def rest(self) -> None:
        """Until the overlap of the cursors lies behind what happened."""
        for _ in range(2):
            self.sandbox.advance(300)
            self.sync()
        self.sandbox.advance(300)

    def new_invoice(self, side: str) -> str:
        if side == "hubspot":
            contact = next(iter(self.hubspot("contacts")))
            line = {"name": "Widget", "price": "10.00", "quantity": "2"}
            line["hs_product_id"] = next(iter(self.hubspot("products")))
            properties = {"hs_currency": "USD", "hs_invoice_date": "2026-01-15T00:00:00Z"}
            made = self.in_hubspot("invoices", properties=properties, contact=contact, lines=[line])
            self.in_hubspot("invoices", "finalize", made)
            return made
        customer = next(iter(self.quickbooks("Customer")))
        item = next(id for id, one in self.quickbooks("Item").items() if one.get("Sku"))
        line = {
            "DetailType": "SalesItemLineDetail",
            "Amount": 20,
            "SalesItemLineDetail": {"ItemRef": {"value": item}, "Qty": 2, "UnitPrice": 10},
        }
        fields = {"CustomerRef": {"value": customer}, "Line": [line]}
        return self.in_quickbooks("Invoice", fields=fields)

    def _income_account(self) -> str:
        accounts: dict[str, Any] = self.quickbooks("Account")
        return next(id_ for id_, one in accounts.items() if one["AccountType"] == "Income")


@pytest.mark.parametrize(
    # one and four of them: is the other side empty, which shows nothing?
    ("side", "loading", "afterwards"),
    [("hubspot", 22, 6), ("quickbooks", 23, 6)],
)
def test_a_load_and_the_passes_after_it_take_few_calls(
    sandbox: SandboxProcess, side: str, loading: int, afterwards: int
) -> None:
    load = Load(sandbox, side)
    assert load.calls() <= loading
    assert load.calls() <= afterwards  # its own echo
    load.rest()
    assert load.calls() <= 6  # four searches, the watched lines and one change data capture


def test_an_idle_pass_asks_the_database_little_and_writes_of_itself_only(
    sandbox: SandboxProcess,
) -> None:
    load = Load(sandbox, "hubspot", invoices=5)
    load.sync()
    load.rest()
    integration = Integration.objects.get()

    with CaptureQueriesContext(connection) as asked:
        sync(integration, trigger="schedule")

    assert len(asked) <= 15
    changed = [one["sql"].split('"')[1] for one in asked if not one["sql"].startswith("SELECT")]
    kept = {"syncapp_lease": 2, "syncapp_syncrun": 2, "syncapp_apiusage": 1}
    assert Counter(changed) == kept


@pytest.mark.parametrize(("side", "made", "paid"), [("hubspot", 12, 14), ("quickbooks", 11, 13)])
def test_an_invoice_and_its_payment_take_few_calls(
    sandbox: SandboxProcess, side: str, made: int, paid: int
) -> None:
    load = Load(sandbox, side, invoices=5)
    load.sync()
    load.rest()
    invoice = load.new_invoice(side)
    assert load.calls() <= made
    load.rest()
    pay = load.in_hubspot if side == "hubspot" else load.in_quickbooks
    pay("invoices" if side == "hubspot" else "Invoice", "pay", invoice)
    assert load.calls() <= paid


@pytest.mark.parametrize(("side", "calls"), [("hubspot", 15), ("quickbooks", 14)])
def test_payments_of_the_latest_invoices_take_few_calls(
    sandbox: SandboxProcess, side: str, calls: int
) -> None:
    """One page of HubSpot's list shows them with all that belongs to them."""
    load = Load(sandbox, side, invoices=5)
    load.sync()
    invoices = [load.new_invoice(side) for _ in range(6)]
    load.sync()
    load.rest()
    pay = load.in_hubspot if side == "hubspot" else load.in_quickbooks
    for invoice in invoices:
        pay("invoices" if side == "hubspot" else "Invoice", "pay", invoice)
    assert load.calls() <= calls
    payments = len(load.hubspot("commerce_payments"))
    assert payments == len(load.quickbooks("Payment")) >= len(invoices)
    open_ones = [one["Balance"] for id, one in load.quickbooks("Invoice").items()]
    assert open_ones.count(0) >= len(invoices)


def test_a_load_of_twice_the_records_asks_the_database_hardly_more(
    sandbox: SandboxProcess,
) -> None:
    """A query for each record would be hundreds more."""
    once = Load(sandbox, "hubspot").queries()
    twice = Load(sandbox, "hubspot", size=2).queries()
    assert twice - once <= 20
