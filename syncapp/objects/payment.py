"""Payments as allocations: the part of one payment that settles one invoice."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from syncapp.engine.locked import Locked, first_failing
from syncapp.engine.money import show
from syncapp.engine.plan import Finding, Plan, State, excluded, failing
from syncapp.engine.records import Entity, Pair, Parent, Presence, RecordRef, Side, Snapshot, Value
from syncapp.engine.rules import FieldKind, FieldMapping, SyncRule
from syncapp.engine.writes import Operation, Write
from syncapp.objects.plain import PlainRules

INVOICE = {Side.HUBSPOT: "invoice", Side.QUICKBOOKS: "Invoice"}
AMOUNT = {Side.HUBSPOT: "hs_initial_amount", Side.QUICKBOOKS: "Amount"}

MAPPINGS = (
    FieldMapping("hs_initial_amount", "Amount", kind=FieldKind.NUMBER, by_origin=True,
                 is_protected=True),
    FieldMapping("hs_initiated_date", "TxnDate", kind=FieldKind.DATE, by_origin=True),
    FieldMapping("hs_reference_number", "PaymentRefNum", by_origin=True),
    FieldMapping("hs_payment_method_type", "PaymentMethodRef", by_origin=True, on_create=True),
    FieldMapping("hs_currency_code", "CurrencyRef", by_origin=True, on_create=True),
    FieldMapping("invoice", "Invoice", kind=FieldKind.REFERENCE, by_origin=True, on_create=True),
)  # fmt: skip

# hubspot-api.md 5.6 and the payment methods of a new QuickBooks company
_METHOD_NAMES = {
    "card": "Credit Card",
    "check": "Check",
    "cash": "Cash",
    "ach": "ACH",
    "wire_transfer": "Wire transfer",
}
_METHODS = {name.casefold(): method for method, name in _METHOD_NAMES.items()}
_REFERENCE_LIMIT = 21  # quickbooks-api.md, section 9


class PaymentRules(PlainRules):
    entity = Entity.PAYMENT

    def present(self, snapshot: Snapshot, rule: SyncRule) -> Snapshot:  # noqa: ARG002
        """A credit memo reaches an invoice through a payment of zero and is shown as a credit."""
        if not snapshot.get("is_credit"):
            return snapshot
        credit = f"Credit memo {snapshot.get('credit_number') or ''}".strip()
        fields = {**snapshot.fields, "PaymentRefNum": credit, "PaymentMethodRef": "other"}
        return replace(snapshot, fields=fields)

    def locked(self, target: Side, rule: SyncRule) -> tuple[Locked, ...]:  # noqa: ARG002
        return () if target is Side.HUBSPOT else (_PAID,)

    def lifecycle(self, pair: Pair, rule: SyncRule) -> Plan | None:
        here, there = pair.hubspot, pair.quickbooks
        if here is None or there is None:
            only = here or there
            return _before_link(only, pair) if only else None
        here_is_live = here.is_live and here.get("hs_latest_status") != "refunded"
        if not there.is_live and not here_is_live:
            return excluded("taken_back")
        if pair.origin is None:
            return _entered_twice(here, there)
        if pair.origin is Side.QUICKBOOKS:
            return _copy_in_hubspot(here, there, rule)
        return _copy_in_quickbooks(here, there, rule)

    def translate(
        self, mapping: FieldMapping, value: Value, target: Side, pair: Pair, rule: SyncRule
    ) -> Value:
        if mapping.hubspot != "hs_payment_method_type" or not isinstance(value, str):
            return super().translate(mapping, value, target, pair, rule)
        if target is Side.QUICKBOOKS:
            return _METHOD_NAMES.get(value)
        return _METHODS.get(value.casefold(), "other")

    def extras(self, target: Side, pair: Pair, rule: SyncRule) -> Mapping[str, Value]:
        invoice = _invoice(pair, target.other)
        customer = invoice.customers.get(target) if invoice else None
        if target is Side.HUBSPOT:
            return {
                "hs_latest_status": "succeeded",
                "hs_processor_type": "quickbooks",
                **({"contact": customer} if customer else {}),
            }
        account = rule.option("deposit_account")
        return {
            **({"CustomerRef": customer} if customer else {}),
            **({"DepositToAccountRef": account} if account else {}),
        }

    def refusal(
        self,
        fields: Mapping[str, Value],
        target: Side,
        pair: Pair,
        rule: SyncRule,  # noqa: ARG002
    ) -> Finding | None:
        reference = str(fields.get("PaymentRefNum") or "")
        if target is Side.QUICKBOOKS and len(reference) > _REFERENCE_LIMIT:
            facts = {"field": "reference", "limit": str(_REFERENCE_LIMIT),
                     "length": str(len(reference))}  # fmt: skip
            return Finding(State.FAILING, "too_long", facts)
        if pair.side(target) is not None:
            return None
        invoice = _invoice(pair, target.other)
        still_open = invoice.open_amounts.get(target) if invoice else None
        amount = fields.get(AMOUNT[target])
        if still_open is None or not isinstance(amount, Decimal) or amount <= still_open:
            return None
        facts = {"amount": show(amount), "open": show(still_open), "side": target.product_name}
        return Finding(State.FAILING, "overpaid", facts)

    def amounts(self, pair: Pair) -> Mapping[str, str]:
        here, there = (
            pair.value(Side.HUBSPOT, AMOUNT[Side.HUBSPOT]),
            pair.value(Side.QUICKBOOKS, AMOUNT[Side.QUICKBOOKS]),
        )
        if not isinstance(here, Decimal) or not isinstance(there, Decimal):
            return {}
        currency = str(pair.value(Side.QUICKBOOKS, "CurrencyRef") or "")
        return {"hubspot": show(here, currency), "quickbooks": show(there, currency)}

    def agreement(self, pair: Pair, rule: SyncRule) -> Finding | None:  # noqa: ARG002
        """QuickBooks may take a part of a payment only (quickbooks-api.md 9)."""
        values = [pair.value(side, AMOUNT[side]) for side in Side]
        if values[0] == values[1]:
            return None
        return Finding(State.FAILING, "payment_amount", self.amounts(pair))


def _before_link(payment: Snapshot, pair: Pair) -> Plan | None:
    """An unlinked payment follows its invoice."""
    if not payment.is_live or payment.get("hs_latest_status") == "refunded":
        return excluded("deleted")
    unpaid = _not_paid(payment)
    if unpaid is not None:
        return Plan(unpaid)
    count = payment.get("invoice_count")
    if isinstance(count, Decimal) and count > 1:
        return Plan(Finding(State.NEEDS_DECISION, "several_invoices"))
    ref = payment.get(INVOICE[payment.ref.side])
    if not isinstance(ref, RecordRef):
        return excluded("no_invoice")
    invoice = pair.parents.get(ref, Parent(ref))
    # Filters guard creation only: payments of a linked invoice ignore them.
    is_filtered = invoice.partner is not None and invoice.category == "filter"
    if invoice.state is State.EXCLUDED and not is_filtered:
        return excluded("invoice_excluded", reason=invoice.reason)
    if invoice.partner is None or not invoice.total_agrees:
        facts = {"parent": invoice.label or "invoice", "reason": invoice.reason}
        waiting_for = () if invoice.is_decided else (ref,)
        return Plan(Finding(State.WAITING, "invoice", facts), waiting_for=waiting_for)
    return None


def _not_paid(payment: Snapshot) -> Finding | None:
    return None if payment.ref.side is Side.QUICKBOOKS else first_failing((_PAID,), payment)


_PAID = Locked(
    "payment_status",
    "that have succeeded",
    lambda payment: payment.get("hs_latest_status") == "succeeded",
    facts=lambda payment: {"status": str(payment.get("hs_latest_status"))},
)


def _invoice(pair: Pair, side: Side) -> Parent | None:
    ref = pair.value(side, INVOICE[side])
    return pair.parents.get(ref) if isinstance(ref, RecordRef) else None


def _entered_twice(here: Snapshot, there: Snapshot) -> Plan | None:
    """People entered it on both sides and it was recognised: neither is ours to take away."""
    if not there.is_live:
        return failing("payment_removed", side=Side.QUICKBOOKS.product_name)
    if not here.is_live or here.get("hs_latest_status") == "refunded":
        return failing("payment_removed", side=Side.HUBSPOT.product_name)
    return None


def _copy_in_hubspot(here: Snapshot, there: Snapshot, rule: SyncRule) -> Plan | None:
    """Born in QuickBooks: removed there, its copy is archived; the copy removed, it is let go."""
    if not there.is_live:
        return Plan(writes=(_change(here, Operation.ARCHIVE, rule),))
    if here.presence is Presence.GONE or here.get("hs_latest_status") == "refunded":
        return excluded("deleted_there", side=Side.HUBSPOT.product_name)
    return None


def _copy_in_quickbooks(here: Snapshot, there: Snapshot, rule: SyncRule) -> Plan | None:
    if not there.is_live:
        return failing("payment_removed", side=Side.QUICKBOOKS.product_name)
    if here.get("hs_latest_status") == "partially_refunded":
        return failing("partial_refund")
    if here.is_live and here.get("hs_latest_status") != "refunded":
        return None
    if there.get("is_deposited"):
        return failing("deposited")
    if there.get("Amount") != there.get("TotalAmt"):
        return failing("shared_payment")
    return Plan(writes=(_change(there, Operation.VOID, rule),))


def _change(snapshot: Snapshot, operation: Operation, rule: SyncRule) -> Write:
    return Write(
        snapshot.ref.side,
        rule.entity,
        operation,
        target=snapshot.ref,
        expected_version=snapshot.version,
        before=snapshot,
    )
