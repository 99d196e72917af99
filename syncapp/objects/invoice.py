"""Invoices. Who may change money is decided by where the invoice was born, never by a policy."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from syncapp.engine.compare import fold
from syncapp.engine.locked import Locked
from syncapp.engine.plan import Finding, Plan
from syncapp.engine.records import Entity, Line, LineKind, Pair, Presence, Side, Snapshot, Value
from syncapp.engine.rules import Direction, FieldKind, FieldMapping, SyncRule
from syncapp.objects import invoice_checks, invoice_life, invoice_locked, invoice_protection
from syncapp.objects.invoice_acceptance import taken_over
from syncapp.objects.invoice_booking import booking_of, to_quickbooks
from syncapp.objects.invoice_lines import to_hubspot
from syncapp.objects.payment_life import shows_balance_only
from syncapp.objects.plain import PlainRules

MAPPINGS = (
    FieldMapping("hs_number", "DocNumber", by_origin=True, words="number"),
    FieldMapping("contact", "CustomerRef", kind=FieldKind.REFERENCE, by_origin=True,
                 words="customer"),
    FieldMapping("hs_invoice_date", "TxnDate", kind=FieldKind.DATE, words="invoice date"),
    FieldMapping("hs_due_date", "DueDate", kind=FieldKind.DATE, words="due date"),
    FieldMapping("hs_currency", "CurrencyRef", by_origin=True, on_create=True, words="currency"),
    FieldMapping("lines", "Line", kind=FieldKind.LINES, by_origin=True, is_protected=True,
                 words="lines"),
    FieldMapping("hs_comments", "CustomerMemo", words="message to the customer"),
    FieldMapping("hs_invoice_status", "status", Direction.TO_HUBSPOT, by_origin=True,
                 origin=Side.QUICKBOOKS, words="status"),
    FieldMapping("hs_amount_billed", "TotalAmt", Direction.TO_HUBSPOT, FieldKind.NUMBER,
                 by_origin=True, origin=Side.QUICKBOOKS, words="total"),
    FieldMapping("ledgerline_total", "TotalAmt", Direction.TO_HUBSPOT, FieldKind.NUMBER,
                 origin=Side.QUICKBOOKS),
    FieldMapping("ledgerline_balance", "Balance", Direction.TO_HUBSPOT, FieldKind.NUMBER,
                 origin=Side.QUICKBOOKS),
    FieldMapping("ledgerline_status", "status", Direction.TO_HUBSPOT, origin=Side.QUICKBOOKS),
    FieldMapping("ledgerline_url", "app_link", Direction.TO_HUBSPOT, origin=Side.QUICKBOOKS,
                 on_create=True),
)  # fmt: skip
_OURS = ("ledgerline_total", "ledgerline_balance", "ledgerline_status")


class InvoiceRules(PlainRules):
    entity = Entity.INVOICE

    def present(self, snapshot: Snapshot, rule: SyncRule) -> Snapshot:  # noqa: ARG002
        if snapshot.ref.side is Side.HUBSPOT:
            return snapshot
        return replace(snapshot, fields={**snapshot.fields, "status": _status(snapshot)})

    def locked(self, target: Side, rule: SyncRule) -> tuple[Locked, ...]:
        return () if target is Side.HUBSPOT else invoice_locked.outbound(rule)

    def lifecycle(self, pair: Pair, rule: SyncRule) -> Plan | None:
        return invoice_life.lifecycle(pair, rule)

    def translate(
        self, mapping: FieldMapping, value: Value, target: Side, pair: Pair, rule: SyncRule
    ) -> Value:
        if mapping.kind is FieldKind.LINES and isinstance(value, tuple):
            if target is Side.QUICKBOOKS:
                return to_quickbooks(value, pair, booking_of(rule, pair))
            if pair.origin is Side.HUBSPOT:
                return taken_over(value, pair)
            return to_hubspot(value, pair)
        return super().translate(mapping, value, target, pair, rule)

    def same(self, mapping: FieldMapping, pair: Pair, rule: SyncRule) -> bool:
        if mapping.kind is not FieldKind.LINES:
            return super().same(mapping, pair, rule)
        target = (pair.origin or Side.HUBSPOT).other
        held = pair.value(target, mapping.field(target))
        source = pair.value(target.other, mapping.field(target.other))
        sent = self.translate(mapping, source, target, pair, rule)
        return _comparable(sent) == _comparable(held)

    def concerns(self, row: FieldMapping, rule: SyncRule, origin: Side | None) -> bool:
        """An invoice born in HubSpot shows ours only where HubSpot's own figures cannot follow."""
        if origin is Side.HUBSPOT and row.hubspot in _OURS:
            return shows_balance_only(rule)
        return super().concerns(row, rule, origin)

    def guard(self, row: FieldMapping, rule: SyncRule, origin: Side | None) -> FieldMapping:
        if origin is Side.HUBSPOT and row.hubspot in _OURS:
            return row
        return invoice_protection.guarded(row, rule, origin)

    def way_back(self, pair: Pair, guest: Side) -> str:
        return invoice_protection.way_back(pair, guest)

    def refusal(
        self, fields: Mapping[str, Value], target: Side, pair: Pair, rule: SyncRule
    ) -> Finding | None:
        if target is Side.QUICKBOOKS:
            return invoice_checks.refusal_outbound(fields, pair, rule)
        return invoice_checks.refusal_inbound(fields, pair)

    def amounts(self, pair: Pair) -> Mapping[str, str]:
        return invoice_checks.totals(pair)

    def agreement(self, pair: Pair, rule: SyncRule) -> Finding | None:
        return invoice_checks.disagreement(pair, balance_only=shows_balance_only(rule))


def _status(invoice: Snapshot) -> str:
    """QuickBooks has no status field: what is left to pay tells (quickbooks-api.md, section 8)."""
    if invoice.presence is Presence.VOIDED:
        return "voided"
    balance, total = invoice.get("Balance"), invoice.get("TotalAmt")
    is_paid = isinstance(total, Decimal) and total > 0 and balance == 0
    return "paid" if is_paid else "open"


def _comparable(value: Value) -> tuple[object, ...]:
    """Lines without ids: what both sides can say about them."""
    lines = value if isinstance(value, tuple) else ()
    return tuple(_line_form(line) for line in lines if line.kind is not LineKind.TEXT)


def _line_form(line: Line) -> tuple[object, ...]:
    if line.kind is not LineKind.ITEM:
        return (line.kind, line.amount.normalize())
    return (
        line.kind,
        line.product,
        fold(FieldKind.NUMBER, line.quantity),
        fold(FieldKind.NUMBER, line.unit_price),
        line.amount.normalize(),
        fold(FieldKind.TEXT, line.description),
    )
