"""What customers owe: it follows invoices, payments and credits, up to the parents."""

from decimal import Decimal

from sandbox.quickbooks.amounts import rounded
from sandbox.quickbooks.company import Company
from sandbox.quickbooks.table import Record


def add_to_balance(company: Company, customer_id: str, amount: Decimal) -> None:
    if not amount:
        return
    customer = company.tables["Customer"].records[customer_id]
    company.adjust("Customer", customer_id, Balance=rounded(customer["Balance"] + amount))
    add_to_parents(company, customer, amount)


def add_to_parents(company: Company, customer: Record, amount: Decimal) -> None:
    """`BalanceWithJobs` of the customer itself and of everything above it."""
    table = company.tables["Customer"]
    one: Record | None = table.records[customer["Id"]]
    while one is not None:
        total = rounded(one["BalanceWithJobs"] + amount)
        company.adjust("Customer", one["Id"], BalanceWithJobs=total)
        parent = one.get("ParentRef")
        one = table.records.get(parent["value"]) if parent else None
