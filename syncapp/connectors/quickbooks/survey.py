"""What the go-live check asks of a company: a handful of calls, all of them reads."""

from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Any

from syncapp.connectors.base import Account
from syncapp.connectors.quickbooks import query
from syncapp.connectors.quickbooks.endpoints import Company
from syncapp.connectors.quickbooks.facts import Facts
from syncapp.connectors.transport import Transport

_SOLD = query.one_of("Type", ("Service", "NonInventory", "Inventory"))
_EMAIL_HELD = "PrimaryEmailAddr LIKE '%@%'"
_MOST_PAYMENTS = 50  # the newest: enough to recognise a workflow


class Survey:
    def __init__(self, transport: Transport, realm: str) -> None:
        self._company = Company(transport, realm)

    def account(self) -> Account:
        return Facts(self._company).account()

    def book_accounts(self, ids: Collection[str]) -> Mapping[str, tuple[str, str, bool]]:
        """Name, type and whether it is active, of those that exist."""
        if not ids:
            return {}
        where = (query.one_of("Id", sorted(ids)), "Active IN (true, false)")
        return {
            str(row["Id"]): (
                str(row.get("FullyQualifiedName") or row.get("Name")),
                str(row.get("AccountType") or ""),
                row.get("Active") is not False,
            )
            for row in self._company.rows("Account", *where)
        }

    def items_without_sku(self) -> int:
        """From a listing: the language cannot ask for what is missing, and no pattern is known
        to leave it out (quickbooks-api.md 11)."""
        return sum(not row.get("Sku") for row in self._company.rows("Item", _SOLD))

    def customers_without_email(self) -> int:
        return self._count("Customer") - self._count("Customer", _EMAIL_HELD)

    def doubles_of(self, payments: Collection[str], ours: Collection[str]) -> tuple[str, ...]:
        """Numbers of invoices with customer, day and amount of one of these payments that are not
        among our own; `payments` and `ours` are ids."""
        newest = sorted(payments, key=lambda id: id.zfill(20))[-_MOST_PAYMENTS:]
        if not newest:
            return ()
        paid = {_trait(row) for row in self._company.rows("Payment", query.one_of("Id", newest))}
        if not paid:
            return ()
        customers = query.one_of("CustomerRef", sorted({customer for customer, _, _ in paid}))
        days = [day for _, day, _ in paid]
        span = (f"TxnDate >= {query.literal(min(days))}", f"TxnDate <= {query.literal(max(days))}")
        known = set(ours)
        return tuple(
            str(row.get("DocNumber") or f"id {row['Id']}")
            for row in self._company.rows("Invoice", customers, *span)
            if _trait(row) in paid and str(row["Id"]) not in known
        )

    def close(self) -> None:
        self._company.close()

    def _count(self, entity: str, *where: str) -> int:
        parts = [f"SELECT COUNT(*) FROM {entity}"]  # noqa: S608  no SQL
        if where:
            parts.append("WHERE " + " AND ".join(where))
        answer = self._company.query(" ".join(parts))
        return int((answer.get("QueryResponse") or {}).get("totalCount") or 0)


def _trait(row: Mapping[str, Any]) -> tuple[str, str, Decimal]:
    customer = str((row.get("CustomerRef") or {}).get("value") or "")
    return customer, str(row.get("TxnDate") or ""), Decimal(str(row.get("TotalAmt") or 0))
