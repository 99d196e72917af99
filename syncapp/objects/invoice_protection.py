"""What belongs to the side an invoice was born on, and how a change of it is put right."""

from dataclasses import replace
from decimal import Decimal

from syncapp.engine.records import Pair, Side
from syncapp.engine.rules import FieldMapping, SyncRule
from syncapp.engine.said import said

# What may be written and moves an amount, whatever row it stands in, also one that somebody added.
_MONEY = {
    Side.HUBSPOT: frozenset(("lines", "hs_amount_billed", "hs_currency")),
    Side.QUICKBOOKS: frozenset(
        ("Line", "Deposit", "CurrencyRef", "ExchangeRate", "GlobalTaxCalculation")
    ),
}
# What QuickBooks works out itself: a payment moves it, which is no edit of anybody.
_COMPUTED = frozenset(("TotalAmt", "Balance", "TxnTaxDetail.TotalTax", "status", "app_link"))


def guarded(row: FieldMapping, rule: SyncRule, origin: Side | None) -> FieldMapping:
    """Money travels only from where the invoice was born. With strict protection nothing of an
    invoice born in HubSpot may be changed in QuickBooks."""
    if any(row.field(side) in _MONEY[side] for side in Side):
        row = replace(row, by_origin=True, is_protected=True)
    is_strict = origin is Side.HUBSPOT and rule.option("strict_protection") == "True"
    if is_strict and not _is_computed(row.quickbooks):
        return replace(row, is_protected=True, protects_words=True)
    return row


def _is_computed(name: str) -> bool:
    return name in _COMPUTED or name.startswith("MetaData.")


def way_back(pair: Pair, guest: Side) -> str:
    """Of an invoice that its own side does not let anybody edit; else empty."""
    if guest is Side.HUBSPOT or not is_paid_on(pair, guest.other):
        return ""
    return said(
        "It has a payment, so nobody can edit it in HubSpot any more: undo the change in"
        " QuickBooks, which is the only way."
    )


def is_paid_on(pair: Pair, side: Side) -> bool:
    """In part or in full (hubspot-api.md 7.2: then it can no longer be edited)."""
    invoice = pair.side(side)
    if invoice is None:
        return False
    names = ("hs_amount_billed", "hs_balance_due")
    billed, due = (invoice.get(name) for name in names)
    has_less_due = isinstance(billed, Decimal) and isinstance(due, Decimal) and due < billed
    return bool(invoice.payments) or has_less_due
