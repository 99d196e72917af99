"""Worlds in which everything was born on one side."""

import re
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from syncapp.engine.records import Entity
from syncapp.engine.rules import Direction
from syncapp.models import Connection, Integration, SyncRule
from tests.pipeline.worlds import Worlds
from tests.sandbox_process import SandboxProcess

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
